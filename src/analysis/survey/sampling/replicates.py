"""How far would the estimate move, had other units been drawn? Variances from replicate weights.

Replicate weights stand for samples that could have been drawn: the estimate is made again with each, and its
variance is their scatter, `scale · Σ rscales_r (θ_r − centre)²`. Some surveys come with such weights instead of
strata and clusters; `analysis.survey.sampling.resampling` makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self, get_args

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey.inference import Refit, Score

__all__ = ["METHODS", "ReplicateMethod", "Replicates", "read_replicates"]

ReplicateMethod = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]
METHODS: tuple[str, ...] = get_args(ReplicateMethod)
RANK_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Replicates:
    """Hold replicate weights (rows × replicates, the sampling weight included) and how their scatter is scaled.

    `mse` measures the scatter from the estimate itself, else from the replicates' mean.
    """

    weights: np.ndarray
    method: str
    scale: float
    rscales: np.ndarray
    mse: bool = False

    def adjusted(self, adjust: Callable[[np.ndarray], np.ndarray]) -> Self:
        """Adjust each replicate as the weights themselves are adjusted."""
        return replace(self, weights=np.column_stack([adjust(column) for column in self.weights.T]))

    def degrees_of_freedom(self, rows: np.ndarray, weights: np.ndarray) -> int:
        """Give the rank of the replicate weights on some rows, less one (0 where there is none)."""
        if not len(rows):
            return 0
        factors = np.unique(np.round(self.weights[rows] / weights[rows, None], 9), axis=0)
        return max(_rank(factors if len(factors) < len(rows) else self.weights[rows]) - 1, 0)

    def covariance(
        self, scores: Sequence[Score], weights: np.ndarray, refit: Refit | None, known: Sequence[int]
    ) -> np.ndarray:
        """Give the covariance of estimates from their scatter over the replicates.

        A replicate that cannot give an estimate (its domain has no weight left) is left out for it.
        """
        if refit is None:
            again = np.column_stack([_again(score)(self.weights) for score in scores])
            centre = np.array([_again(score)(weights[:, None])[0] for score in scores])
        else:
            again = np.array([np.asarray(refit(column))[list(known)] for column in self.weights.T])
            centre = np.asarray(refit(weights))[list(known)]
        away = again - (centre if self.mse else self._means(again))
        away = np.where(np.isfinite(away), away, 0.0) * np.sqrt(self.scale * self.rscales)[:, None]
        return away.T @ away

    def _means(self, again: np.ndarray) -> np.ndarray:
        counted = np.isfinite(again) & (self.rscales > 0)[:, None]
        with np.errstate(invalid="ignore"):
            return np.where(counted, again, 0.0).sum(axis=0) / counted.sum(axis=0)


def _again(score: Score) -> Refit:
    if score.again is None:
        raise ParameterError(
            "This estimate cannot be made again with replicate weights: use strata and clusters."
        )
    return score.again


def _rank(matrix: np.ndarray) -> int:
    singular = np.linalg.svd(matrix, compute_uv=False)
    return int((singular > RANK_TOLERANCE * singular[0]).sum())


def read_replicates(
    data: pd.DataFrame,
    columns: Sequence[str],
    weights: np.ndarray,
    *,
    method: str,
    rho: float | None = None,
    scale: float | None = None,
    rscales: Sequence[float] | None = None,
    mse: bool = False,
) -> Replicates:
    """Read the replicate weights that came with a survey.

    Parameters
    ----------
    data : pandas.DataFrame
        The survey.
    columns : sequence of str
        Its columns of replicate weights, each a full weight (the sampling weight included).
    weights : numpy.ndarray
        The sampling weights.
    method : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
        How the replicates were made.
    rho : float, optional
        Fay's coefficient, from 0 to below 1; only for `Fay`.
    scale : float, optional
        What the sum of squares is multiplied by. Left out: (R−1)/R for `JK1`, 1/R for `BRR`, 1/(R(1−ρ)²) for
        `Fay`, 1/(R−1) for `bootstrap`, 1 for `JKn`, R being the number of replicates.
    rscales : sequence of float, optional
        A factor of each replicate's square; needed for `JKn`, 1 otherwise.
    mse : bool
        Measure the scatter from the estimate itself instead of the replicates' mean.

    Returns
    -------
    Replicates

    Raises
    ------
    ParameterError
        When a column or option does not exist, or an option is missing or does not belong to the method.
    DataError
        When a replicate weight is missing or negative, or replicates look like factors of the weight.

    References
    ----------
    Wolter (2007), *Introduction to Variance Estimation*, ch. 3–5. Scales as R survey 4.4, `svrepdesign`.

    Examples
    --------
    >>> data = pd.DataFrame({"r1": [0.0, 4.0], "r2": [4.0, 0.0]})
    >>> read_replicates(data, ["r1", "r2"], np.array([2.0, 2.0]), method="JK1").scale
    0.5
    """
    if method not in METHODS:
        raise ParameterError(
            f'replicate_method="{method}" is not a choice.{did_you_mean(str(method), METHODS)} '
            f"Choices: {', '.join(METHODS)}."
        )
    matrix = _matrix(data, columns)
    count = matrix.shape[1]
    _refuse_factors(matrix, weights)
    return Replicates(
        matrix, method, _scale(method, count, rho, scale), _rscales(method, count, rscales), mse
    )


def _matrix(data: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    names = [columns] if isinstance(columns, str) else list(columns)
    if len(names) < 2:
        raise ParameterError(
            "replicates= needs two columns of replicate weights or more: one cannot scatter."
        )
    for name in names:
        if name not in data.columns:
            raise ParameterError(
                f'replicates: the survey has no column "{name}".{did_you_mean(str(name), map(str, data.columns))}'
            )
    numbers = data[names].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = ~np.isfinite(numbers) | (numbers < 0)
    if bad.any():
        row, column = (int(place[0]) for place in np.nonzero(bad))
        raise DataError(
            f'Column "{names[column]}" (a replicate weight) is {data[names[column]].iloc[row]} on row {row + 1}. '
            "It must be a number, 0 or more, on every row."
        )
    return numbers


def _refuse_factors(matrix: np.ndarray, weights: np.ndarray) -> None:
    """Refuse factors of the weight given for weights (R warns by the same rule)."""
    if matrix.mean() < 5 and weights.mean() > 5 * matrix.mean():
        raise DataError(
            f"The replicate weights are {matrix.mean():.3g} on average and the weights {weights.mean():.3g}: they "
            "look like factors of the weight. Multiply each by the weight first."
        )


def _scale(method: str, count: int, rho: float | None, scale: float | None) -> float:
    if (rho is not None) != (method == "Fay"):
        raise ParameterError(
            f'replicate_method="{method}" takes no rho=.'
            if rho is not None
            else 'replicate_method="Fay" needs rho=, the coefficient the replicates were made with, such as 0.3.'
        )
    if rho is not None and not 0 <= rho < 1:
        raise ParameterError(f"rho={rho} is not Fay's coefficient: give a number from 0 to below 1.")
    if scale is not None and not scale > 0:
        raise ParameterError(f"scale={scale} is no factor of a variance: give a number above 0.")
    if scale is not None and method in ("BRR", "Fay"):
        raise ParameterError(
            f'replicate_method="{method}" takes no scale=: its own follows from the replicates.'
        )
    usual = {
        "JK1": (count - 1) / count,
        "JKn": 1.0,
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - (rho or 0.0)) ** 2),
        "bootstrap": 1 / (count - 1),
    }
    return usual[method] if scale is None else float(scale)


def _rscales(method: str, count: int, rscales: Sequence[float] | None) -> np.ndarray:
    if rscales is None:
        if method == "JKn":
            raise ParameterError(
                'replicate_method="JKn" needs rscales=: (n−1)/n for each replicate, n being the units drawn in the '
                "stratum of the unit it leaves out."
            )
        return np.ones(count)
    factors = (
        np.broadcast_to(np.asarray(rscales, dtype=float), (count,))
        if np.ndim(rscales) == 0
        else (np.asarray(rscales, dtype=float))
    )
    if factors.shape != (count,) or not (factors >= 0).all():
        raise ParameterError(
            f"rscales= has {factors.size} values for {count} replicates: give one per replicate, 0 or more."
        )
    return factors
