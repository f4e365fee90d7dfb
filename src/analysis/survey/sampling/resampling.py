"""Which samples could have been drawn instead? Jackknife, half samples and bootstrap made from a design."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Self

import numpy as np

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.inference import SinglePsu, Stage, units_per_stratum
from analysis.survey.sampling.replicates import METHODS, ReplicateMethod, Replicates

__all__ = ["Resampling", "hadamard", "half_samples", "jackknife", "rescaled_bootstrap"]

DRAWS = 500


class Resampling(Drawn):
    """Turn a design of strata and clusters into one of replicate weights."""

    def replicate(
        self,
        method: ReplicateMethod,
        *,
        draws: int = DRAWS,
        rho: float | None = None,
        seed: int = 0,
        mse: bool = False,
    ) -> Self:
        """Make replicate weights: estimates stay, their precision comes from making them again.

        Parameters
        ----------
        method : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
            Leave each unit out in turn, without strata (`JK1`) or within them (`JKn`); take one unit of each
            pair (`BRR`), or half of its weight (`Fay`, with `rho`); draw units again (`bootstrap`).
        draws : int
            Number of bootstrap samples.
        rho : float, optional
            Fay's coefficient, the part of its weight that the unit not taken keeps.
        seed : int
            Seed of the bootstrap.
        mse : bool
            Measure the scatter from the estimate itself instead of the replicates' mean.

        Returns
        -------
        SurveyDesign
            Rake or poststratify it afterwards: each replicate is then adjusted too.

        Raises
        ------
        ParameterError
            When the method does not fit the design, or weights were already adjusted to known totals.
        DataError
            When `BRR` or `Fay` meets a stratum whose units do not pair.

        Notes
        -----
        Only the units drawn first are left out or drawn again. Their finite population counts in `JK1`, `JKn`
        and `bootstrap`; `BRR` and `Fay` cannot count it, so their standard errors are then a little too large.
        Bootstrap standard errors are themselves random: by about 1/√(2·draws), 3 % with 500.

        References
        ----------
        Rao & Wu (1988), *JASA* 83:231; Wolter (2007), *Introduction to Variance Estimation*, ch. 3–5. The
        jackknife's numbers are those of R survey 4.4, `as.svrepdesign`.

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"town": [1, 1, 2, 2, 3, 3], "w": [10.0] * 6, "uses": [1, 1, 0, 1, 0, 0]})
        >>> jackknife = SurveyDesign(firms, weights="w", clusters="town").replicate("JK1")
        >>> jackknife.mean("uses")[["estimate", "se", "df", "n"]].round(3)
           estimate     se  df  n
        0       0.5  0.289   2  6
        """
        self._refuse_replicate(method, draws, rho)
        stage, rule = self._stages[0], self._single_psu
        if method in ("JK1", "JKn"):
            factors, scale, rscales = jackknife(stage, rule)
        elif method == "bootstrap":
            factors = rescaled_bootstrap(stage, draws, np.random.default_rng(seed))
            scale, rscales = 1 / (draws - 1), np.ones(draws)
        else:
            factors = half_samples(stage, rho or 0.0)
            scale, rscales = 1 / (factors.shape[1] * (1 - (rho or 0.0)) ** 2), np.ones(factors.shape[1])
        changed = copy.copy(self)
        weights = self._weights[:, None] * factors[stage.units]
        changed._replicates = Replicates(weights, method, scale, rscales, mse)
        return changed

    def _refuse_replicate(self, method: str, draws: int, rho: float | None) -> None:
        if method not in METHODS:
            raise ParameterError(
                f'replicate("{method}") is not a choice.{did_you_mean(str(method), METHODS)} '
                f"Choices: {', '.join(METHODS)}."
            )
        if self._replicates is not None:
            raise ParameterError("replicate(): the design has replicate weights already.")
        if self._calibrations:
            raise ParameterError(
                "replicate(): the weights were adjusted to known totals. Make the replicates first, then rake or "
                "poststratify: each replicate is adjusted too."
            )
        if method == "JK1" and self._layout.strata is not None:
            raise ParameterError('replicate("JK1") is for designs without strata: take "JKn".')
        if (rho is not None) != (method == "Fay") or (rho is not None and not 0 <= rho < 1):
            raise ParameterError(
                f'replicate("{method}", rho={rho}): rho is Fay\'s coefficient, from 0 to below 1, and goes with '
                '"Fay" alone.'
            )
        if method == "bootstrap" and (not isinstance(draws, int) or draws < 2):
            raise ParameterError(f"draws={draws}: give a whole number of bootstrap samples, 2 or more.")
        if method not in ("JK1", "JKn") and self._single_psu in ("adjust", "average"):
            _refuse_lonely_rule(self._stages[0], method, self._single_psu)


def _lonely(stage: Stage) -> np.ndarray:
    """List the strata with one unit that was not sure to be drawn."""
    drawn = units_per_stratum(stage)
    alone = drawn == 1
    if stage.population is not None:
        alone &= _by_stratum(stage, stage.population) > 1
    return np.flatnonzero(alone)


def _by_stratum(stage: Stage, values: np.ndarray) -> np.ndarray:
    _, first = np.unique(stage.strata, return_index=True)
    return values[first]


def _refuse_lonely_rule(stage: Stage, method: str, rule: str) -> None:
    if len(_lonely(stage)):
        raise ParameterError(
            f'replicate("{method}") has no counterpart of single_psu="{rule}" for strata with one unit: take "JKn", '
            'or declare the design with single_psu="certainty".'
        )


def _strata_of_units(stage: Stage) -> np.ndarray:
    """Give the stratum of each unit, in the order of the units' codes."""
    _, first = np.unique(stage.units, return_index=True)
    return stage.strata[first]


def _share_left(stage: Stage) -> np.ndarray:
    """Give the share of units not drawn in each stratum; all of them in an infinite population."""
    drawn = units_per_stratum(stage)
    if stage.population is None:
        return np.ones(len(drawn))
    return 1 - drawn / _by_stratum(stage, stage.population)


def jackknife(stage: Stage, single_psu: SinglePsu = "error") -> tuple[np.ndarray, float, np.ndarray]:
    """Leave each unit out in turn, the others of its stratum standing in for it.

    Parameters
    ----------
    stage : Stage
        The first stage of sampling.
    single_psu : str
        What a stratum with one unit adds, as in `SurveyDesign`.

    Returns
    -------
    tuple of numpy.ndarray, float and numpy.ndarray
        Factors of the weight (units × replicates), the scale and each replicate's own: (1 − f)(n − 1)/n.

    References
    ----------
    Wolter (2007), *Introduction to Variance Estimation*, §4.5; R survey 4.4, `jknweights`.

    Examples
    --------
    >>> jackknife(Stage(np.zeros(2, int), np.arange(2)))[0]
    array([[0., 2.],
           [2., 0.]])
    """
    strata, drawn, left = _strata_of_units(stage), units_per_stratum(stage), _share_left(stage)
    lonely = np.isin(strata, _lonely(stage))
    out = np.flatnonzero((drawn[strata] > 1) | (lonely if single_psu == "adjust" else False))
    if not len(out):
        raise DataError("Every stratum has a single unit: leaving it out leaves nothing to compare.")
    count = len(drawn)
    same = strata[:, None] == strata[out][None, :]
    factors = np.where(same, (drawn / np.maximum(drawn - 1, 1))[strata][:, None], 1.0)
    rscales = (left * (drawn - 1) / drawn)[strata[out]]
    if single_psu == "adjust" and lonely.any():
        factors[:, lonely[out]] = np.where(same[:, lonely[out]], 0.0, count / (count - 1))
        rscales[lonely[out]] = (count - 1) / count
    factors[out, np.arange(len(out))] = 0.0
    scale = len(strata) / len(out) if single_psu == "average" and lonely.any() else 1.0
    return factors, scale, rscales


def rescaled_bootstrap(stage: Stage, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n − 1 units of each stratum again with replacement, their weights rescaled.

    A unit drawn r times has its weight times 1 − λ + λ·r·n/(n − 1), λ = √(1 − f): for a total, the variance
    expected is the design's own, finite population included.

    Parameters
    ----------
    stage : Stage
        The first stage of sampling.
    draws : int
        Number of samples.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    numpy.ndarray
        Factors of the weight, units × samples.

    Notes
    -----
    A stratum with one unit adds nothing. Where each row is a unit, the draws follow the order of the rows.

    References
    ----------
    Rao & Wu (1988), *JASA* 83:231; Rao, Wu & Yue (1992), *Survey Methodology* 18:209. Without a finite
    population it is R survey's "subbootstrap".

    Examples
    --------
    >>> rescaled_bootstrap(Stage(np.zeros(3, int), np.arange(3)), 4, np.random.default_rng(1)).sum(axis=0)
    array([3., 3., 3., 3.])
    """
    strata, drawn = _strata_of_units(stage), units_per_stratum(stage)
    shrink = np.sqrt(_share_left(stage))
    factors = np.ones((len(strata), draws))
    for stratum in np.flatnonzero(drawn > 1):
        n = drawn[stratum]
        times = rng.multinomial(n - 1, np.full(n, 1 / n), size=draws).T
        factors[strata == stratum] = 1 - shrink[stratum] + shrink[stratum] * times * n / (n - 1)
    return factors


def half_samples(stage: Stage, rho: float = 0.0) -> np.ndarray:
    """Take one unit of each pair, in balanced patterns.

    Parameters
    ----------
    stage : Stage
        The first stage of sampling; each stratum has two units, or pairs of them (paired in their order).
    rho : float
        The part of its weight that the unit not taken keeps (Fay); 0 for plain half samples.

    Returns
    -------
    numpy.ndarray
        Factors of the weight, units × patterns.

    Raises
    ------
    DataError
        When a stratum has an odd number of units.

    References
    ----------
    McCarthy (1969), *Review of the ISI* 37:239; Judkins (1990), *Journal of Official Statistics* 6:223.

    Examples
    --------
    >>> half_samples(Stage(np.array([0, 0]), np.array([0, 1])))
    array([[2., 0.],
           [0., 2.]])
    """
    strata, drawn = _strata_of_units(stage), units_per_stratum(stage)
    sure = drawn == 1 if stage.population is None else (drawn == 1) & (_share_left(stage) <= 0)
    odd = np.flatnonzero((drawn % 2 == 1) & ~sure)
    if len(odd):
        raise DataError(
            f"Half samples need pairs: {len(odd)} of {len(drawn)} strata have an odd number of units (the first has "
            f'{drawn[odd[0]]}). Take "JKn" or "bootstrap".'
        )
    pairs = list(_pairs(strata, drawn))
    signs = hadamard(len(pairs) + 1)[1 : len(pairs) + 1]
    factors = np.ones((len(strata), signs.shape[1]))
    for (first, second), sign in zip(pairs, signs, strict=True):
        factors[first] = 1 + sign * (1 - rho)
        factors[second] = 1 - sign * (1 - rho)
    return factors


def _pairs(strata: np.ndarray, drawn: np.ndarray) -> Iterator[tuple[int, int]]:
    for stratum in np.flatnonzero(drawn > 1):
        units = np.flatnonzero(strata == stratum)
        yield from zip(units[::2].tolist(), units[1::2].tolist(), strict=True)


def hadamard(least: int) -> np.ndarray:
    """Give a square of +1 and −1 whose rows are orthogonal, the first all +1.

    Parameters
    ----------
    least : int
        Number of rows wanted; the square is the smallest that doubling and Paley's construction reach.

    Returns
    -------
    numpy.ndarray

    References
    ----------
    Paley (1933), *Journal of Mathematics and Physics* 12:311.

    Examples
    --------
    >>> square = hadamard(9)
    >>> len(square), bool((square @ square.T == 12 * np.eye(12)).all())
    (12, True)
    """
    _, prime, doublings = min(_orders(least))
    square = np.ones((1, 1)) if prime == 0 else _paley(prime)
    for _ in range(doublings):
        square = np.block([[square, square], [square, -square]])
    return square * square[0]


def _orders(least: int) -> Iterator[tuple[int, int, int]]:
    """List the orders within reach: 2^a, or 2^a (q + 1) with q a prime that leaves 3 when divided by 4."""
    primes = [q for q in range(3, 2 * least + 4, 4) if all(q % d for d in range(2, int(q**0.5) + 1))]
    for prime in [0, *primes]:
        order, doublings = prime + 1, 0
        while order < least:
            order, doublings = 2 * order, doublings + 1
        yield order, prime, doublings


def _paley(prime: int) -> np.ndarray:
    squares = set((np.arange(1, prime) ** 2 % prime).tolist())
    character = np.array([0] + [1 if k in squares else -1 for k in range(1, prime)])
    skew = np.zeros((prime + 1, prime + 1))
    skew[0, 1:], skew[1:, 0] = 1, -1
    skew[1:, 1:] = character[(np.arange(prime)[:, None] - np.arange(prime)[None, :]) % prime]
    return np.eye(prime + 1) + skew
