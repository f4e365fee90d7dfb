"""What does an estimate owe to each firm? Totals, ratios and means with their influence values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

__all__ = [
    "Refit",
    "Score",
    "log_odds",
    "mean_score",
    "ratio_score",
    "simple_variance",
    "total",
    "total_score",
]

Refit = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Score:
    """Hold the influence values of one estimate on the rows of its domain; elsewhere they are 0.

    `again` makes the estimate with other weights: from those of all rows, one column per set, one value per
    set. Replicate weights need it.
    """

    rows: np.ndarray
    values: np.ndarray
    again: Refit | None = None


def total(values: np.ndarray) -> float:
    """Add values exactly, so that the order of the rows never changes the last digit.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers to add.

    Returns
    -------
    float

    Examples
    --------
    >>> total(np.array([0.1] * 10))
    1.0
    """
    return math.fsum(values.tolist())


def total_score(rows: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[float, Score]:
    """Estimate a population total, with its influence values (weight × value).

    Parameters
    ----------
    rows : numpy.ndarray
        Positions of the domain's rows.
    values : numpy.ndarray
        The variable on these rows.
    weights : numpy.ndarray
        Weights of all rows.

    Returns
    -------
    tuple of float and Score

    Examples
    --------
    >>> total_score(np.array([0, 2]), np.array([1.0, 3.0]), np.array([10.0, 10.0, 20.0]))[0]
    70.0
    """
    weighted = weights[rows] * values
    return total(weighted), Score(rows, weighted, lambda other: values @ other[rows])


def ratio_score(
    rows: np.ndarray, numerator: np.ndarray, denominator: np.ndarray, weights: np.ndarray
) -> tuple[float, Score]:
    """Estimate a ratio of two totals, with its linearised influence values.

    The influence of row i is w_i (y_i − R x_i) / X, X being the estimated total of the denominator
    (Särndal, Swensson & Wretman 1992, *Model Assisted Survey Sampling*, §5.6).

    Parameters
    ----------
    rows : numpy.ndarray
        Positions of the domain's rows.
    numerator, denominator : numpy.ndarray
        The two variables on these rows.
    weights : numpy.ndarray
        Weights of all rows.

    Returns
    -------
    tuple of float and Score
        Not a number when the denominator's total is 0.

    Examples
    --------
    >>> ratio, score = ratio_score(np.array([0, 1]), np.array([6.0, 2.0]), np.array([1.0, 3.0]), np.ones(2))
    >>> ratio, score.values
    (2.0, array([ 1., -1.]))
    """
    size = total(weights[rows] * denominator)
    if size == 0:
        return math.nan, Score(rows, np.full(len(rows), math.nan))
    ratio = total(weights[rows] * numerator) / size

    def again(other: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return (numerator @ other[rows]) / (denominator @ other[rows])

    return ratio, Score(rows, weights[rows] * (numerator - ratio * denominator) / size, again)


def mean_score(rows: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[float, Score]:
    """Estimate a population mean, with its influence values: the ratio whose denominator is 1.

    Parameters
    ----------
    rows : numpy.ndarray
        Positions of the domain's rows.
    values : numpy.ndarray
        The variable on these rows.
    weights : numpy.ndarray
        Weights of all rows.

    Returns
    -------
    tuple of float and Score
        Not a number in an empty domain.

    Examples
    --------
    >>> mean_score(np.array([0, 1]), np.array([1.0, 4.0]), np.array([2.0, 1.0]))[0]
    2.0
    """
    return ratio_score(rows, values, np.ones(len(rows)), weights)


def simple_variance(rows: np.ndarray, values: np.ndarray, weights: np.ndarray) -> float:
    """Give the variance a mean would have under simple random sampling without replacement.

    It is the denominator of the design effect: the weighted variance of the values, over n, times the share
    of the (estimated) population that was not drawn. Not a number when the weights add up to no more than
    the sample, for then they are not the inverse of a chance of being drawn.

    Parameters
    ----------
    rows : numpy.ndarray
        Positions of the domain's rows.
    values : numpy.ndarray
        The variable on these rows.
    weights : numpy.ndarray
        Weights of all rows.

    Returns
    -------
    float

    References
    ----------
    Kish (1965), *Survey Sampling*, §8.2.

    Examples
    --------
    >>> simple_variance(np.arange(2), np.array([0.0, 1.0]), np.array([2.0, 2.0]))
    0.125
    """
    n = len(rows)
    size = total(weights[rows]) if n else 0.0
    if n < 2 or size <= n:
        return math.nan
    mean = total(weights[rows] * values) / size
    spread = total(weights[rows] * (values - mean) ** 2) / size * n / (n - 1)
    return spread / n * (1 - n / size)


def log_odds(share: Score) -> Score:
    """Turn the score of a share into one that is made again as the log odds of the share.

    Parameters
    ----------
    share : Score
        The score of a share, with `again`.

    Returns
    -------
    Score
        For replicate weights only: its influence values are those of the share.

    Examples
    --------
    >>> share = mean_score(np.arange(2), np.array([0.0, 1.0]), np.ones(2))[1]
    >>> log_odds(share).again(np.array([[1.0], [1.0]]))
    array([0.])
    """
    return Score(share.rows, share.values, lambda weights: special.logit(share.again(weights)))
