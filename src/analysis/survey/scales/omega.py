"""Can the answers be added up when some items say more than others? McDonald's omega from one common factor."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError, ParameterError
from analysis.survey.scales.items import ItemAnswers, covariances, opposed_items, read_items, warn_of_reversal
from analysis.survey.scales.reliability import Reliability, design_reliability, log_limits

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = ["OneFactor", "design_omega", "omega", "one_factor"]

SMALLEST, STEPS = 0.005, 200


@dataclass(frozen=True)
class OneFactor:
    """Hold a one-factor model of correlations: each item's loading and what it does not share."""

    loadings: np.ndarray
    uniquenesses: np.ndarray

    @property
    def improper(self) -> bool:
        """Say whether an item shares all its variance with the factor, which no real item does."""
        return bool((self.uniquenesses <= SMALLEST * 1.001).any())


def omega(items: pd.DataFrame, weights: Any = None, *, level: float = 0.95) -> Reliability:
    """Estimate McDonald's omega, the reliability of a scale whose items share one factor.

    Parameters
    ----------
    items : pandas.DataFrame
        Three items or more, one column each, numbers, all pointing the same way.
    weights : Series or array, optional
        Weight of each row.
    level : float
        Confidence level.

    Returns
    -------
    Reliability
        `estimate` (and `standardised`) is omega of items in standard units, from a one-factor maximum-likelihood
        solution of their correlations among the `n` firms that answered all; `raw` is that of the sum of the
        answers as they are; `loadings` are the standardised ones. `se` holds whatever the items' distribution;
        the interval is normal on the scale of log(1 − omega).

    Raises
    ------
    ParameterError
        When there are fewer than three items.
    DataError
        When an item never varies or too few firms answered all items.

    Notes
    -----
    Omega supposes one factor and does not test it: look at the loadings, and at more factors, first.

    References
    ----------
    McDonald (1999), *Test Theory*, ch. 6. Lawley & Maxwell (1971), *Factor Analysis*, ch. 4, for the solution.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> from analysis.survey.scales.items import scale_items
    >>> result = omega(scale_items(load("survey"), "readiness"))
    >>> result.low < result.estimate < result.high
    True
    """
    answers = _enough(read_items(items, weights, "omega").complete)
    matrix = covariances(answers)
    opposed = opposed_items(answers.names, matrix)
    warn_of_reversal(opposed, "omega")
    model = one_factor(_correlations(matrix))
    estimate, influence = _influence(answers, model)
    share = answers.weights / answers.weights.sum()
    se = math.sqrt(np.sum((share * influence) ** 2) * answers.n / (answers.n - 1))
    se = math.nan if model.improper else se
    low, high = log_limits(estimate, se, float(special.ndtri((1 + level) / 2)))
    flags = [f"not reversed: {', '.join(opposed)}" if opposed else "", "improper" if model.improper else ""]
    return Reliability(
        estimate=estimate,
        se=se,
        low=low,
        high=high,
        n=answers.n,
        raw=_omega(model.loadings * np.sqrt(np.diag(matrix)), model.uniquenesses * np.diag(matrix)),
        standardised=estimate,
        items=answers.names,
        opposed=opposed,
        method="one factor, maximum likelihood",
        flag="; ".join(filter(None, flags)),
        loadings=MappingProxyType(dict(zip(answers.names, model.loadings.tolist(), strict=True))),
    )


def _enough(answers: ItemAnswers) -> ItemAnswers:
    count = len(answers.names)
    if count < 3:
        raise ParameterError(
            "omega() needs three items or more: with two, one factor is not identified. Use alpha()."
        )
    if answers.n <= count:
        raise DataError(
            f"omega(): {answers.n} firms answered all {count} items, too few for one factor. "
            "Use alpha(), which takes pairs of items."
        )
    return answers


def _correlations(matrix: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.diag(matrix))
    return matrix / np.outer(spread, spread)


def one_factor(correlations: np.ndarray) -> OneFactor:
    """Fit one common factor to correlations by maximum likelihood.

    Parameters
    ----------
    correlations : numpy.ndarray
        Square, of three items or more.

    Returns
    -------
    OneFactor
        Loadings whose sum is not negative.

    Raises
    ------
    DataError
        When the items repeat each other: their correlations have no inverse.

    References
    ----------
    Jöreskog (1967), *Psychometrika* 32:443: the likelihood as a function of the uniquenesses alone.

    Examples
    --------
    >>> one_factor(np.array([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]])).loadings.round(6)
    array([0.8, 0.7, 0.6])
    """
    if np.linalg.eigvalsh(correlations)[0] < 1e-9:
        raise DataError("The items repeat each other (one follows from the rest): leave one of them out.")
    count = len(correlations)
    start = np.clip((1 - 0.5 / count) / np.diag(np.linalg.inv(correlations)), SMALLEST, 1.0)
    uniquenesses = _scoring(correlations, start)
    if uniquenesses is None:
        uniquenesses = _bounded(correlations, start)
    loadings = _loadings(uniquenesses, correlations)
    return OneFactor(loadings if loadings.sum() >= 0 else -loadings, uniquenesses)


def _bounded(correlations: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Find the uniquenesses between their bounds, where an item may share everything with the factor."""
    from scipy import optimize

    found = optimize.minimize(
        _misfit,
        start,
        args=(correlations,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST, 1.0)] * len(start),
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 2000},
    )
    return found.x


def _scoring(correlations: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """Find the uniquenesses by Fisher scoring; None where it leaves what uniquenesses can be."""
    loadings, uniquenesses = _loadings(start, correlations), start
    for _ in range(STEPS):
        model = np.outer(loadings, loadings) + np.diag(uniquenesses)
        precision = np.linalg.inv(model)
        pull = precision @ (correlations - model) @ precision
        slope = np.concatenate([pull @ loadings, np.diag(pull) / 2])
        step = np.linalg.lstsq(_information(precision, loadings), slope, rcond=1e-13)[0]
        loadings, uniquenesses = loadings + step[: len(start)], uniquenesses + step[len(start) :]
        if not (np.isfinite(step).all() and (uniquenesses > SMALLEST).all() and (uniquenesses <= 1).all()):
            return None
        if np.abs(step).max() < 1e-12:
            return uniquenesses
    return None


def _information(precision: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    """Give the information of one normal firm on the loadings and uniquenesses."""
    along = precision @ loadings
    of_loadings = precision * (loadings @ along) + np.outer(along, along)
    of_both = precision * along[None, :]
    return np.block([[of_loadings, of_both], [of_both.T, precision**2 / 2]])


def _misfit(uniquenesses: np.ndarray, correlations: np.ndarray) -> tuple[float, np.ndarray]:
    """Give minus the log-likelihood per firm, but for constants, at the best loadings, with its gradient."""
    scale = np.sqrt(uniquenesses)
    roots = np.linalg.eigvalsh(correlations / np.outer(scale, scale))[:-1]
    loadings = _loadings(uniquenesses, correlations)
    gap = np.outer(loadings, loadings) + np.diag(uniquenesses) - correlations
    return float(np.sum(roots - np.log(roots) - 1)), np.diag(gap) / uniquenesses**2


def _loadings(uniquenesses: np.ndarray, correlations: np.ndarray) -> np.ndarray:
    scale = np.sqrt(uniquenesses)
    roots, vectors = np.linalg.eigh(correlations / np.outer(scale, scale))
    return scale * vectors[:, -1] * math.sqrt(max(roots[-1] - 1, 0.0))


def _omega(loadings: np.ndarray, uniquenesses: np.ndarray) -> float:
    common = loadings.sum() ** 2
    return float(common / (common + uniquenesses.sum()))


def _standardised_omega(parameters: np.ndarray) -> float:
    loadings, uniquenesses = np.split(parameters, 2)
    spread = loadings**2 + uniquenesses
    return _omega(loadings / np.sqrt(spread), uniquenesses / spread)


def _influence(answers: ItemAnswers, model: OneFactor) -> tuple[float, np.ndarray]:
    """Give omega and each firm's influence on it, by the information matrix of the normal likelihood.

    The scores are those of the loadings and uniquenesses of items in standard units; the sums of products of
    the influences do not suppose normal answers (Browne 1984, *British J. of Mathematical and Statistical
    Psychology* 37:62).
    """
    from scipy.optimize import approx_fprime

    loadings, uniquenesses = model.loadings, model.uniquenesses
    centred = answers.values - np.average(answers.values, axis=0, weights=answers.weights)
    units = centred / np.sqrt(np.average(centred**2, axis=0, weights=answers.weights))
    precision = np.linalg.inv(np.outer(loadings, loadings) + np.diag(uniquenesses))
    along = precision @ loadings
    turned = units @ precision
    scores = np.hstack([turned * (turned @ loadings)[:, None] - along, (turned**2 - np.diag(precision)) / 2])
    parameters = np.concatenate([loadings, uniquenesses])
    gradient = approx_fprime(parameters, _standardised_omega, 1e-7)
    return _standardised_omega(parameters), scores @ np.linalg.solve(
        _information(precision, loadings), gradient
    )


def design_omega(
    design: SurveyDesign,
    items: Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate McDonald's omega in the population a sample was drawn from.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    items : list of str
        Columns of three items or more, all pointing the same way; a firm counts when it answered all.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `design_alpha`.

    Raises
    ------
    ParameterError, DataError
        As `omega`.

    Notes
    -----
    Omega supposes one factor in each group; it does not test it.

    References
    ----------
    McDonald (1999), *Test Theory*, ch. 6; Skinner, Holt & Smith (1989), *Analysis of Complex Surveys*, §3.4.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> from analysis.survey import SurveyDesign
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> table = design_omega(design, ["barrier_time", "barrier_skill", "barrier_cost"])
    >>> list(table)[:5]
    ['estimate', 'se', 'low', 'high', 'n']
    """
    return design_reliability(design, items, by, _omega_influence, "omega", level)


def _omega_influence(answers: ItemAnswers) -> tuple[float, np.ndarray]:
    enough = _enough(answers)
    return _influence(enough, one_factor(_correlations(covariances(enough))))
