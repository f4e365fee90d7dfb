"""How must weights change so that the sample adds up to the population? Post-stratification, raking, calibration.

Each adjustment is an object that can be applied to any vector of weights (`reweight`) and that takes out of
influence values what the known population explains (`residuals`): estimates after it are as precise as its
residuals are small.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from analysis.errors import DataError

__all__ = [
    "Distance",
    "GeneralCalibration",
    "Margin",
    "PostStratification",
    "Raking",
    "general_calibration",
    "post_stratification",
    "raking",
]

Distance = Literal["linear", "raking", "logit"]
REACHED = 1e-10
ROUNDS = 1000
PROJECTIONS = 10  # as often as R's survey projects the residuals of raking
RANK = 1e-8


class Margin(NamedTuple):
    """Hold known counts of the population: each row's cell and each cell's count."""

    cells: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class PostStratification:
    """Hold the adjustment of each cell's weights to its known count.

    `rows` are the positions of the rows adjusted; `before` and `after` their weights.
    """

    rows: np.ndarray
    margin: Margin
    before: np.ndarray
    after: np.ndarray

    def reweight(self, weights: np.ndarray) -> np.ndarray:
        """Give weights whose cells add up to the known counts."""
        return _placed(weights, self.rows, _scaled(weights[self.rows], self.margin))

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Take each cell's weighted mean out of the values."""
        part = values[self.rows] * (self.before / self.after)[:, None]
        size = _sums(self.margin, self.before)
        means = np.column_stack([_sums(self.margin, column) for column in part.T]) / size[:, None]
        kept = values[self.rows] - means[self.margin.cells] * self.after[:, None]
        return _placed(values, self.rows, kept)


@dataclass(frozen=True)
class Raking:
    """Hold the adjustment of weights to several margins in turn."""

    rows: np.ndarray
    margins: tuple[Margin, ...]
    after: np.ndarray
    rounds: int

    def reweight(self, weights: np.ndarray) -> np.ndarray:
        """Give weights that add up to every margin."""
        return _placed(weights, self.rows, _raked(weights[self.rows], self.margins)[0])

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Take the mean of each level of each margin out of the values, margin after margin, ten times."""
        kept = values[self.rows] / self.after[:, None]
        for _ in range(PROJECTIONS):
            for margin in self.margins:
                sizes = np.maximum(np.bincount(margin.cells, minlength=len(margin.counts)), 1)
                means = np.column_stack([_sums(margin, column) for column in kept.T]) / sizes[:, None]
                kept = kept - means[margin.cells]
        return _placed(values, self.rows, kept * self.after[:, None])


@dataclass(frozen=True)
class GeneralCalibration:
    """Hold the smallest change of weights, by some measure of distance, that gives known totals of columns.

    `basis` spans the columns, weighted, as orthonormal vectors; `scale` turns a row's influence value into its
    residual's unit.
    """

    rows: np.ndarray
    columns: np.ndarray
    totals: np.ndarray
    distance: Distance
    bounds: tuple[float, float]
    basis: np.ndarray
    scale: np.ndarray
    rounds: int

    def reweight(self, weights: np.ndarray) -> np.ndarray:
        """Give weights that add up to the known totals."""
        old = weights[self.rows]
        factors, _ = _factors(self.columns, old, self.totals, self.distance, self.bounds)
        return _placed(weights, self.rows, old * factors)

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Take the weighted regression on the columns out of the values."""
        scale = self.scale[:, None]
        part = np.divide(values[self.rows], scale, out=np.zeros_like(values[self.rows]), where=scale != 0)
        kept = part - self.basis @ (self.basis.T @ part)
        return _placed(values, self.rows, kept * scale)


def post_stratification(weights: np.ndarray, rows: np.ndarray, margin: Margin) -> PostStratification:
    """Adjust weights so that each cell adds up to its known count.

    Parameters
    ----------
    weights : numpy.ndarray
        Weights of all rows of the design.
    rows : numpy.ndarray
        Positions of the rows to adjust.
    margin : Margin
        Cells of these rows, and counts.

    Returns
    -------
    PostStratification

    References
    ----------
    Holt & Smith (1979), *JRSS A* 142:33. Standard errors as R's `postStratify`.

    Examples
    --------
    >>> margin = Margin(np.array([0, 0, 1]), np.array([30.0, 5.0]))
    >>> post_stratification(np.array([10.0, 10.0, 10.0]), np.arange(3), margin).after
    array([15., 15.,  5.])
    """
    old = weights[rows]
    return PostStratification(rows, margin, old, _scaled(old, margin))


def raking(weights: np.ndarray, rows: np.ndarray, margins: Sequence[Margin]) -> Raking:
    """Adjust weights to each margin in turn until all of them hold.

    Parameters
    ----------
    weights : numpy.ndarray
        Weights of all rows of the design.
    rows : numpy.ndarray
        Positions of the rows to adjust.
    margins : sequence of Margin
        Known counts.

    Returns
    -------
    Raking
        Its `rounds` says how often it went over the margins; where 1000 rounds did not do, the last one's
        weights are given and the margins not reached are for the caller to name.

    References
    ----------
    Deming & Stephan (1940), *Annals of Mathematical Statistics* 11:427. Standard errors as R's `rake`.

    Examples
    --------
    >>> sector = Margin(np.array([0, 0, 1, 1]), np.array([60.0, 40.0]))
    >>> region = Margin(np.array([0, 1, 0, 1]), np.array([50.0, 50.0]))
    >>> raking(np.ones(4), np.arange(4), [sector, region]).after
    array([30., 30., 20., 20.])
    """
    after, rounds = _raked(weights[rows], tuple(margins))
    return Raking(rows, tuple(margins), after, rounds)


def general_calibration(
    weights: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    totals: np.ndarray,
    distance: Distance = "linear",
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> GeneralCalibration:
    """Change weights as little as possible so that columns add up to known totals.

    Parameters
    ----------
    weights : numpy.ndarray
        Weights of all rows of the design.
    rows : numpy.ndarray
        Positions of the rows to adjust.
    columns : numpy.ndarray
        One column per known total, on these rows; a column that others determine does no harm.
    totals : numpy.ndarray
        The known totals.
    distance : {"linear", "raking", "logit"}
        The measure of change: chi-square (may give negative weights), entropy (never does), or entropy between
        two bounds.
    bounds : tuple of two numbers
        Least and largest ratio of a new weight to the old.

    Returns
    -------
    GeneralCalibration

    References
    ----------
    Deville & Särndal (1992), *JASA* 87:376. Standard errors as R's `calibrate`.

    Examples
    --------
    >>> staff = np.column_stack([np.ones(3), [1.0, 2.0, 6.0]])
    >>> made = general_calibration(np.full(3, 10.0), np.arange(3), staff, np.array([30.0, 120.0]))
    >>> (made.reweight(np.full(3, 10.0)) @ staff).round(6)
    array([ 30., 120.])
    """
    old = weights[rows]
    factors, rounds = _factors(columns, old, totals, distance, bounds)
    root = np.sqrt(np.abs(old))
    basis = _basis(columns * root[:, None])
    return GeneralCalibration(rows, columns, totals, distance, bounds, basis, factors * root, rounds)


def _placed(values: np.ndarray, rows: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Give a copy of the values with some rows replaced."""
    result = values.astype(float)
    result[rows] = part
    return result


def _sums(margin: Margin, values: np.ndarray) -> np.ndarray:
    """Add values up by cell."""
    return np.bincount(margin.cells, weights=values, minlength=len(margin.counts))


def _scaled(weights: np.ndarray, margin: Margin) -> np.ndarray:
    """Scale weights so that each cell adds up to its count."""
    found = _sums(margin, weights)
    ratios = np.divide(margin.counts, found, out=np.zeros_like(found), where=found != 0)
    return weights * ratios[margin.cells]


def _raked(weights: np.ndarray, margins: tuple[Margin, ...]) -> tuple[np.ndarray, int]:
    """Rake the cells that rows share, as all rows of a cell change alike."""
    crossed = np.column_stack([margin.cells for margin in margins])
    cells, place = np.unique(crossed, axis=0, return_inverse=True)
    start = np.bincount(place.ravel(), weights=weights)
    folded = [Margin(cells[:, number], margin.counts) for number, margin in enumerate(margins)]
    now, rounds = start, 0
    while rounds < ROUNDS and _misfit(now, folded) > REACHED:
        rounds += 1
        for margin in folded:
            now = _scaled(now, margin)
    factors = np.divide(now, start, out=np.zeros_like(now), where=start != 0)
    return weights * factors[place.ravel()], rounds


def _misfit(weights: np.ndarray, margins: Sequence[Margin]) -> float:
    """Give the largest relative distance of a level from its count."""
    return max(float(np.max(np.abs(_sums(margin, weights) / margin.counts - 1))) for margin in margins)


def _factors(
    columns: np.ndarray,
    weights: np.ndarray,
    totals: np.ndarray,
    distance: Distance,
    bounds: tuple[float, float],
) -> tuple[np.ndarray, int]:
    """Solve for the ratio of each new weight to the old one, by Newton's method on the calibration equations."""
    size = np.sqrt(((columns**2) * np.abs(weights)[:, None]).sum(axis=0))
    size[size == 0] = 1.0
    scaled, wanted = columns / size, totals / size
    ratio, slope = _link(distance, bounds)
    slack = 1e-12 * (1 + np.abs(wanted).max())
    chosen = np.zeros(scaled.shape[1])
    gap = wanted - scaled.T @ (weights * ratio(scaled @ chosen))
    done, rounds = False, 0
    while not done and rounds < ROUNDS:
        rounds += 1
        pull = scaled.T @ (scaled * (weights * slope(scaled @ chosen))[:, None])
        step = np.linalg.lstsq(pull, gap, rcond=1e-12)[0]
        chosen, closer = _shortened(
            chosen, step, gap, lambda x: wanted - scaled.T @ (weights * ratio(scaled @ x))
        )
        done = np.abs(closer).max() <= slack or np.abs(closer).max() >= np.abs(gap).max()
        gap = closer
    return ratio(scaled @ chosen), rounds


def _shortened(
    chosen: np.ndarray, step: np.ndarray, gap: np.ndarray, misfit: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Take Newton's step, or the half, quarter … of it that brings the totals closer."""
    for halvings in range(40):
        with np.errstate(over="ignore", invalid="ignore"):
            closer = misfit(chosen + step / 2**halvings)
        if np.isfinite(closer).all() and np.linalg.norm(closer) < np.linalg.norm(gap):
            return chosen + step / 2**halvings, closer
    return chosen, gap


def _link(
    distance: Distance, bounds: tuple[float, float]
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """Give the ratio of weights as a function of the linear index, and its slope."""
    low, high = bounds
    if distance == "linear":
        return (
            lambda u: np.clip(1 + u, low, high),
            lambda u: ((1 + u > low) & (1 + u < high)).astype(float),
        )
    if distance == "raking":
        return (
            lambda u: np.clip(np.exp(u), low, high),
            lambda u: np.where((np.exp(u) > low) & (np.exp(u) < high), np.exp(u), 0.0),
        )
    return _logit_link(low, high)


def _logit_link(
    low: float, high: float
) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """Give Deville and Särndal's logit ratio, which stays between its bounds and is 1 at 0."""
    if not (math.isfinite(low) and math.isfinite(high)):
        raise DataError('calibrate(method="logit") needs two finite bounds, such as bounds=(0.5, 2).')
    steep = (high - low) / ((high - 1) * (1 - low))

    def share(u: np.ndarray) -> np.ndarray:
        return 1 / (1 + (high - 1) / (1 - low) * np.exp(-steep * u))

    return (
        lambda u: low + (high - low) * share(u),
        lambda u: (high - low) * steep * share(u) * (1 - share(u)),
    )


def _basis(columns: np.ndarray) -> np.ndarray:
    """Give orthonormal vectors that span the columns, leaving out what others determine."""
    norms = np.linalg.norm(columns, axis=0)
    kept = columns[:, norms > 0] / norms[norms > 0]
    left, strength, _ = np.linalg.svd(kept, full_matrices=False)
    return left[:, strength > RANK * strength.max()]
