"""How sure is a figure about posts: those of one week, or of one business, are alike and are drawn together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import numpy as np

__all__ = ["MINIMUM", "Blocks", "blocks", "interval", "resample"]

MINIMUM = 8
CELLS = 20_000_000
SHORT = 2_000
Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Blocks:
    """Say which posts are drawn together.

    Attributes
    ----------
    of : numpy.ndarray
        Block number of each post, 0 to `count` − 1.
    count : int
    unit : str
        `weeks`, `accounts` or `posts`.
    strata : numpy.ndarray
        Number of the stratum of each block: blocks are drawn within each stratum, as many as it has.
    held : int
        How many accounts are held fixed while their weeks are drawn; 0 for one account or drawn accounts.
    """

    of: np.ndarray
    count: int
    unit: str
    strata: np.ndarray
    held: int = 0


def blocks(
    account: np.ndarray, week: np.ndarray, together: Literal["auto", "weeks", "accounts"] = "auto"
) -> Blocks:
    """Group posts into the blocks that are drawn together.

    Parameters
    ----------
    account : array of str
        Account of each post.
    week : array of float
        Number of the calendar week, NaN where the date is unknown.
    together : {"auto", "weeks", "accounts"}
        `auto`: weeks for one account, accounts for several; `weeks`: weeks within each account.

    Returns
    -------
    Blocks
        Numbered in the order of their labels, so that the order of the rows changes nothing.

    Notes
    -----
    Drawing single posts would understate the error: posts of one week share its news, weather and opening days.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application, sections 3.8 and 8.2.

    Examples
    --------
    >>> blocks(np.array(["a", "a", "a"]), np.array([7.0, 7.0, 8.0])).of.tolist()
    [0, 0, 1]
    >>> blocks(np.array(["b", "a"]), np.array([7.0, 7.0])).unit
    'accounts'
    """
    names, number = np.unique(account.astype(str), return_inverse=True)
    if together == "accounts" or (together == "auto" and len(names) > 1):
        return Blocks(number, len(names), "accounts", np.zeros(len(names), dtype=int))
    unknown = np.isnan(week)
    lone = np.where(unknown, np.arange(len(week)), 0)
    labels = np.stack([number, np.where(unknown, 0, week), lone], axis=1)
    distinct, of = np.unique(labels, axis=0, return_inverse=True)
    unit = "posts" if len(week) and unknown.all() else "weeks"
    held = len(names) if len(names) > 1 else 0
    return Blocks(of.reshape(-1), len(distinct), unit, distinct[:, 0].astype(int), held)


def resample(
    statistic: dict[str, Statistic], drawn: Blocks, draws: int, seed: int, label: str
) -> dict[str, np.ndarray]:
    """Draw blocks with replacement and compute each statistic on every draw.

    Parameters
    ----------
    statistic : dict
        Name → function of a matrix of block weights (draws × blocks).
    drawn : Blocks
        What is drawn together.
    draws, seed : int
        Number of draws; the seed, mixed with `label` so that a group's draws do not depend on the other groups.
    label : str
        Name of the group.

    Returns
    -------
    dict
        Name → one value per draw.

    Examples
    --------
    >>> three = blocks(np.array(["a"] * 3), np.array([1.0, 2.0, 3.0]))
    >>> found = resample({"mean": mean(np.array([1.0, 2.0, 6.0]), three)}, three, 500, 0, "x")
    >>> bool(2 < found["mean"].mean() < 4)
    True
    """
    rng = np.random.default_rng([seed, crc32(label.encode())])
    found: dict[str, list[np.ndarray]] = {name: [] for name in statistic}
    for weights in _weights(drawn, draws, rng):
        for name, function in statistic.items():
            found[name].append(function(weights))
    return {name: np.concatenate(values) for name, values in found.items()}


def _weights(drawn: Blocks, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield how often each block is drawn, some draws at a time; within strata when there are several."""
    step = max(1, min(draws, CELLS // max(len(drawn.of), drawn.count, 1)))
    for start in range(0, draws, step):
        size = min(step, draws - start)
        weights = np.empty((size, drawn.count), dtype=np.int32)
        for stratum in np.unique(drawn.strata):
            inside = drawn.strata == stratum
            count = int(inside.sum())
            weights[:, inside] = rng.multinomial(count, np.full(count, 1 / count), size=size)
        yield weights


def pooled(numerator: np.ndarray, denominator: np.ndarray, drawn: Blocks) -> Statistic:
    """Give the ratio of sums as a function of block weights.

    Examples
    --------
    >>> two = blocks(np.array(["a", "a"]), np.array([1.0, 2.0]))
    >>> pooled(np.array([1.0, 3.0]), np.array([10.0, 10.0]), two)(np.array([[1, 1], [2, 0]])).tolist()
    [0.2, 0.1]
    """
    above = np.bincount(drawn.of, numerator, drawn.count)
    below = np.bincount(drawn.of, denominator, drawn.count)

    def statistic(weights: np.ndarray) -> np.ndarray:
        return _divide(weights @ above, weights @ below)

    return statistic


def mean(values: np.ndarray, drawn: Blocks) -> Statistic:
    """Give the mean over posts as a function of block weights."""
    return pooled(values, np.ones(len(values)), drawn)


def median(values: np.ndarray, drawn: Blocks) -> Statistic:
    """Give the median over posts as a function of block weights.

    Examples
    --------
    >>> two = blocks(np.array(["a", "a", "a"]), np.array([1.0, 1.0, 2.0]))
    >>> median(np.array([1.0, 5.0, 9.0]), two)(np.array([[1, 1], [2, 0], [0, 2]])).tolist()
    [5.0, 3.0, 9.0]
    """
    order = np.argsort(values, kind="stable")
    ranked, block = values[order], drawn.of[order]

    def statistic(weights: np.ndarray) -> np.ndarray:
        running = np.cumsum(weights[:, block], axis=1, dtype=np.int32)
        found = np.full(len(weights), np.nan)
        if not len(values):
            return found
        total = running[:, -1]
        lower, upper = _first_at(running, (total + 1) // 2), _first_at(running, total // 2 + 1)
        some = total > 0
        found[some] = (ranked[lower[some]] + ranked[upper[some]]) / 2
        return found

    return statistic


def _first_at(running: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Give the first place of each line of running sums that reaches what is wanted of it."""
    if running.shape[1] <= SHORT:
        return (running < wanted[:, None]).sum(axis=1)
    return np.fromiter(map(np.searchsorted, running, wanted), dtype=np.int64, count=len(running))


def _divide(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)


def interval(values: np.ndarray, level: float) -> tuple[float, float, float]:
    """Summarise draws by their standard deviation and percentile limits.

    Parameters
    ----------
    values : array
        One value per draw; undefined draws are left out.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Standard error, lower and upper limit; NaN when fewer than half of the draws are defined.

    Examples
    --------
    >>> [round(limit, 6) for limit in interval(np.arange(101.0), 0.90)[1:]]
    [5.0, 95.0]
    """
    known = values[~np.isnan(values)]
    if len(known) < max(2, len(values) / 2):
        return np.nan, np.nan, np.nan
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(known.std(ddof=1)), float(low), float(high)
