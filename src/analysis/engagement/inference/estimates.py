"""An estimate on posts and its interval: which posts were measured, how they are drawn, when they are too few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from analysis.engagement.inference import bootstrap
from analysis.engagement.tables.interactions import choices
from analysis.engagement.tables.values import check_draws, check_level

__all__ = ["SMALL", "STATISTICS", "Bootstrap", "Measured", "Together"]

STATISTICS = ("median", "pooled", "mean")
SMALL = 30
Together = Literal["auto", "weeks", "accounts"]


@dataclass(frozen=True)
class Bootstrap:
    """Hold how intervals are made."""

    level: float
    draws: int
    seed: int
    together: str

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        check_level(self.level)
        check_draws(self.draws, self.seed)
        choices("together", [self.together], ("auto", "weeks", "accounts"))


@dataclass(frozen=True)
class Measured:
    """Hold the posts of one group that could be measured: value = numerator / denominator, and their blocks."""

    numerator: np.ndarray
    denominator: np.ndarray
    drawn: bootstrap.Blocks

    def statistic(self, name: str, drawn: bootstrap.Blocks | None = None) -> bootstrap.Statistic:
        """Give a statistic of these posts as a function of block weights."""
        drawn = drawn or self.drawn
        if name == "pooled":
            return bootstrap.pooled(self.numerator, self.denominator, drawn)
        return getattr(bootstrap, name)(self.numerator / self.denominator, drawn)


def estimates(measured: Measured, statistics: list[str], how: Bootstrap, label: str) -> dict[str, dict]:
    """Estimate each statistic of the posts of one group, flagged when they are few."""
    n = len(measured.numerator)
    functions = {name: measured.statistic(name) for name in statistics}
    found = with_intervals(functions, measured.drawn, how, label)
    return {name: row | {"flag": flags(n, row["flag"])} for name, row in found.items()}


def with_intervals(
    functions: dict[str, bootstrap.Statistic],
    drawn: bootstrap.Blocks,
    how: Bootstrap,
    label: str,
    fewest: int | None = None,
) -> dict[str, dict]:
    """Estimate statistics with their intervals, or without when there are too few blocks to draw from.

    Parameters
    ----------
    functions : dict
        Name → function of a matrix of block weights.
    drawn : Blocks
        What is drawn together.
    how : Bootstrap
        How intervals are made.
    label : str
        Name of the group, mixed into the seed.
    fewest : int, optional
        Blocks of the smaller side when groups are compared; all blocks when left out.

    Returns
    -------
    dict
        Name → `estimate, se, low, high, method, flag`.

    Notes
    -----
    Limits are percentiles further out than the level says, as Student's t is wider than the normal law: with nine
    weeks plain percentiles of 95 in 100 hold the truth some 82 times.

    References
    ----------
    Hesterberg (2015), What teachers should know about the bootstrap, The American Statistician 69 (expanded percentile
    interval).

    Examples
    --------
    >>> one = bootstrap.blocks(np.array(["a"]), np.array([1.0]))
    >>> mean = bootstrap.mean(np.array([5.0]), one)
    >>> found = with_intervals({"mean": mean}, one, Bootstrap(0.95, 100, 0, "auto"), "x")["mean"]
    >>> found["estimate"], found["method"], found["flag"]
    (5.0, 'no interval', 'weeks<8')
    """
    free = drawn.count - len(np.unique(drawn.strata))
    enough = (
        drawn.count if fewest is None else fewest
    ) >= bootstrap.MINIMUM and free >= bootstrap.MINIMUM - 1
    found = bootstrap.resample(functions, drawn, how.draws, how.seed, label) if enough else {}
    method = _method(drawn, how.draws) if enough else "no interval"
    flag = "" if enough else f"{drawn.unit}<{bootstrap.MINIMUM}"
    rows = {}
    for name, function in functions.items():
        estimate = float(function(np.ones((1, drawn.count), dtype=np.int32))[0]) if drawn.count else np.nan
        se, low, high = (
            bootstrap.interval(found[name], widened(how.level, drawn.count, free))
            if enough
            else (np.nan,) * 3
        )
        rows[name] = {
            "estimate": estimate,
            "se": se,
            "low": low,
            "high": high,
            "method": method,
            "flag": flag,
        }
    return rows


def widened(level: float, blocks: int, free: int) -> float:
    """Give the level at which percentiles of few blocks reach as far as Student's t.

    Examples
    --------
    >>> [round(widened(0.95, blocks, blocks - 1), 3) for blocks in (9, 26, 1000)]
    [0.986, 0.964, 0.95]
    """
    reach = special.stdtrit(free, (1 + level) / 2) * np.sqrt(blocks / free)
    return float(2 * special.ndtr(reach) - 1)


def _method(drawn: bootstrap.Blocks, draws: int) -> str:
    within = f" within {drawn.held} accounts held fixed" if drawn.held else ""
    return f"percentile bootstrap, {draws} draws of {drawn.count} {drawn.unit}{within}"


def flags(n: int, flag: str) -> str:
    """Join the caution of few posts and that of few blocks."""
    return ", ".join(filter(None, [f"n<{SMALL}" if n < SMALL else "", flag]))
