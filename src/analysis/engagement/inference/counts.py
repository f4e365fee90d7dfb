"""How do counts of very uneven posts vary with what is known of each: a negative binomial model with honest errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.errors import DataError

__all__ = ["CountModel", "count_model"]

ROUNDS = 60
POISSON = 1e8
AT_ONCE = 1_000_000


@dataclass(frozen=True)
class CountModel:
    """Hold a fitted model of counts.

    Attributes
    ----------
    coefficients : numpy.ndarray
        Log ratios, one per column of the design.
    covariance : numpy.ndarray
        Their covariance, from leaving out one cluster at a time.
    size : float
        Negative binomial size θ: the variance is mean + mean² / θ. Very large when counts are Poisson.
    clusters, n : int
    expected : numpy.ndarray
        Expected count of each post.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    size: float
    clusters: int
    n: int
    expected: np.ndarray


def count_model(
    counts: np.ndarray, design: np.ndarray, offset: np.ndarray, level: np.ndarray, cluster: np.ndarray
) -> CountModel:
    """Fit a negative binomial model with a level of its own for each account.

    Parameters
    ----------
    counts : array of float
        Whole numbers, 0 or more.
    design : array (posts × columns)
        Without a constant: the levels take its place.
    offset : array of float
        Logarithm of what the count is measured against.
    level, cluster : array
        The account whose level a post shares (all equal: one constant), and what is drawn together.

    Returns
    -------
    CountModel

    Raises
    ------
    DataError
        When a count is missing, negative, or an account has no response at all (its level is minus infinity).

    Notes
    -----
    Maximum likelihood for coefficients and size together. Levels are swept out at each step, so their number
    costs nothing. Errors by leaving out each cluster once (one step, CR3): they hold up better with few
    clusters than the usual sandwich. Do not read a coefficient as an effect: who posts what is chosen.

    References
    ----------
    Venables and Ripley (2002), Modern Applied Statistics with S, section 7.4; MacKinnon, Nielsen and Webb (2023),
    Cluster-robust inference: a guide to empirical practice, Journal of Econometrics 232 (jackknife).

    Examples
    --------
    >>> counts = np.array([2.0, 4.0, 3.0, 6.0, 5.0, 10.0])
    >>> photo = np.array([[0.0], [1.0], [0.0], [1.0], [0.0], [1.0]])
    >>> fit = count_model(counts, photo, np.zeros(6), np.zeros(6), np.array([1, 1, 2, 2, 3, 3]))
    >>> np.exp(fit.coefficients).round(3).tolist(), fit.clusters
    ([2.0], 3)
    """
    counts, design = np.asarray(counts, float), np.asarray(design, float)
    _, level = np.unique(level, return_inverse=True)
    _, cluster = np.unique(cluster, return_inverse=True)
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise DataError("A count of responses is missing or negative: leave such posts out before modelling.")
    if (np.bincount(level, counts) == 0).any():
        raise DataError("An account without any response has no level: leave it out before modelling.")
    size, expected = POISSON, counts + (counts == 0) / 6
    predictor = np.log(expected)
    for _ in range(ROUNDS):
        coefficients, predictor = _weighted(counts, design, offset, level, size, predictor)
        before, size = size, _size(counts, np.exp(predictor), size)
        if abs(np.log(size / before)) < 1e-9:
            break
    expected = np.exp(predictor)
    covariance = _leaving_out(counts, design, level, cluster, size, expected)
    return CountModel(coefficients, covariance, size, int(cluster.max()) + 1, len(counts), expected)


def _weighted(
    counts: np.ndarray,
    design: np.ndarray,
    offset: np.ndarray,
    level: np.ndarray,
    size: float,
    predictor: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Solve for the coefficients at a given size by iteratively weighted least squares."""
    coefficients = np.full(design.shape[1], np.inf)
    for _ in range(ROUNDS):
        expected = np.exp(np.clip(predictor, -30, 30))
        weight = expected / (1 + expected / size)
        target = predictor - offset + (counts - expected) / expected
        inner, means = _within(design, weight, level)
        aim, mean = _within(target[:, None], weight, level)
        root = np.sqrt(weight)[:, None]
        before = coefficients
        coefficients = np.linalg.lstsq(root * inner, (root * aim)[:, 0], rcond=1e-10)[0]
        levels = mean[:, 0] - means @ coefficients
        predictor = offset + levels[level] + design @ coefficients
        if np.allclose(coefficients, before, rtol=1e-10, atol=1e-10):
            break
    return coefficients, predictor


def _within(values: np.ndarray, weight: np.ndarray, level: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Take the weighted mean of each account out of each column."""
    total = np.bincount(level, weight)
    sums = np.stack([np.bincount(level, weight * column) for column in values.T], axis=1)
    means = sums / total[:, None]
    return values - means[level], means


def _size(counts: np.ndarray, expected: np.ndarray, start: float) -> float:
    """Find the size that maximises the likelihood at given expectations; huge when there is no extra variation."""
    from scipy.optimize import brentq

    ratio = (counts - expected) ** 2 - counts
    if ratio.sum() <= 0:
        return POISSON

    def score(log_size: float) -> float:
        size = np.exp(log_size)
        digamma = special.digamma(counts + size) - special.digamma(size)
        return float(
            (digamma + np.log(size / (size + expected)) + 1 - (counts + size) / (size + expected)).sum()
        )

    low, high = np.log(1e-4), np.log(1e6)
    if score(high) > 0:
        return POISSON
    return float(np.exp(brentq(score, low, high, xtol=1e-12))) if score(low) > 0 else 1e-4


def _leaving_out(
    counts: np.ndarray,
    design: np.ndarray,
    level: np.ndarray,
    cluster: np.ndarray,
    size: float,
    expected: np.ndarray,
) -> np.ndarray:
    """Estimate the covariance of the coefficients from how they move when each cluster is left out."""
    weight = expected / (1 + expected / size)
    single = level.max() == 0
    inner = np.column_stack([design, np.ones(len(design))]) if single else _within(design, weight, level)[0]
    score = inner * ((counts - expected) / (1 + expected / size))[:, None]
    order = np.argsort(cluster, kind="stable")
    starts = np.searchsorted(cluster[order], np.arange(cluster.max() + 1))
    parts = np.split(order, starts[1:])
    whole = inner.T @ (inner * weight[:, None])
    total, step = np.zeros_like(whole), max(AT_ONCE // whole.size, 1)
    for first in range(0, len(parts), step):
        some = parts[first : first + step]
        left = whole - np.array([inner[rows].T @ (inner[rows] * weight[rows, None]) for rows in some])
        for rows, inverse in zip(some, np.linalg.pinv(left, rcond=1e-9, hermitian=True), strict=True):
            moved = inverse @ score[rows].sum(axis=0)
            total += np.outer(moved, moved)
    count = len(parts)
    columns = design.shape[1]
    return (total * (count - 1) / count)[:columns, :columns]
