"""How far is each of many small groups really from the others, once chance is taken out?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from analysis.errors import DataError

__all__ = ["shrink"]

POINTS = 300
STEPS = 60


def shrink(means: np.ndarray, variances: np.ndarray, *, level: float = 0.95) -> pd.DataFrame:
    """Draw the means of groups towards their common mean, as far as their differences may be chance.

    Parameters
    ----------
    means, variances : array of float
        Mean of each group and the sampling variance of that mean.
    level : float
        Probability within the interval.

    Returns
    -------
    pandas.DataFrame
        One row per group: `estimate, se, low, high` (posterior mean, standard deviation and equal-tailed interval,
        in the unit of the means) and `kept` (share of the distance to the common mean that remains).

    Raises
    ------
    DataError
        When there are fewer than three groups: their spread cannot be told from chance.

    Notes
    -----
    Groups are taken as draws of one normal law whose spread is unknown: the posterior is averaged over that
    spread with a flat prior, so that the interval is honest about not knowing it. With the groups' true spread
    at about half their sampling error, 95% intervals hold the truth 92 times in 100; otherwise 95 or more. Do
    not read the highest as the best before looking at the intervals.

    References
    ----------
    Gelman, Carlin, Stern and Rubin, Bayesian Data Analysis, section 5.4 (normal model with known variances).

    Examples
    --------
    >>> found = shrink(np.array([1.0, 2.0, 3.0, 10.0]), np.array([4.0, 4.0, 4.0, 4.0]))
    >>> found["estimate"].round(1).tolist()
    [1.6, 2.4, 3.2, 8.9]
    """
    means, variances = np.asarray(means, float), np.asarray(variances, float)
    if len(means) < 3:
        raise DataError("shrink needs three groups: the spread of fewer cannot be told from chance.")
    spread, weight, centre, doubt = _spreads(means, variances)
    precise = 1 / variances + 1 / spread[:, None] ** 2
    pulled = (means / variances + (centre / spread**2)[:, None]) / precise
    remaining = (1 / spread[:, None] ** 2 / precise) ** 2 * doubt[:, None] + 1 / precise
    estimate = weight @ pulled
    se = np.sqrt(weight @ (remaining + pulled**2) - estimate**2)
    limits = [
        _quantile(pulled, np.sqrt(remaining), weight, (1 + sign * level) / 2, estimate, se)
        for sign in (-1, 1)
    ]
    kept = weight @ (spread[:, None] ** 2 / (spread[:, None] ** 2 + variances))
    return pd.DataFrame({"estimate": estimate, "se": se, "low": limits[0], "high": limits[1], "kept": kept})


def _spreads(means: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, ...]:
    """List possible spreads between groups with their posterior weights, and the common mean given each."""
    largest = 10 * max(np.ptp(means), np.sqrt(variances.mean()))
    steps = (np.arange(POINTS) + 0.5) / POINTS
    spread = largest * steps**2
    total = variances + spread[:, None] ** 2
    doubt = 1 / (1 / total).sum(axis=1)
    centre = (means / total).sum(axis=1) * doubt
    log = 0.5 * np.log(doubt) - 0.5 * (np.log(total) + (means - centre[:, None]) ** 2 / total).sum(axis=1)
    weight = np.exp(log - log.max()) * steps
    return spread, weight / weight.sum(), centre, doubt


def _quantile(
    means: np.ndarray,
    deviations: np.ndarray,
    weight: np.ndarray,
    probability: float,
    middle: np.ndarray,
    se: np.ndarray,
) -> np.ndarray:
    """Find the quantile of each mixture of normal laws by bisection."""
    low, high = middle - 12 * se, middle + 12 * se
    for _ in range(STEPS):
        half = (low + high) / 2
        below = weight @ ndtr((half - means) / deviations) < probability
        low, high = np.where(below, half, low), np.where(below, high, half)
    return (low + high) / 2
