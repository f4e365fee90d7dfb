"""An estimate on posts and its interval: which posts were measured, how they are drawn, when they are too few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement import bootstrap
from analysis.engagement.calendar import week_of
from analysis.engagement.posts import account_of

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


def measured_posts(group: pd.DataFrame, over: Any, under: Any, together: str) -> Measured:
    """Hold the posts of a group with their values and blocks; without a denominator the value is a count."""
    drawn = bootstrap.blocks(account_of(group), week_of(group), together)
    over = np.asarray(over, dtype=float)
    return Measured(over, np.ones(len(over)) if under is None else np.asarray(under, dtype=float), drawn)


def estimates(measured: Measured, statistics: list[str], how: Bootstrap, label: str) -> dict[str, dict]:
    """Estimate each statistic with its interval, or without one when there are too few blocks to draw from."""
    drawn, n = measured.drawn, len(measured.numerator)
    functions = {name: measured.statistic(name) for name in statistics}
    everything = np.ones((1, drawn.count), dtype=np.int32)
    enough = drawn.count >= bootstrap.MINIMUM
    found = bootstrap.resample(functions, drawn, how.draws, how.seed, label) if enough else {}
    result = {}
    for name, function in functions.items():
        estimate = float(function(everything)[0]) if n else np.nan
        se, low, high = bootstrap.interval(found[name], how.level) if enough else (np.nan,) * 3
        result[name] = {"estimate": estimate, "se": se, "low": low, "high": high}
        result[name] |= {
            "method": method(drawn, how.draws) if enough else "no interval",
            "flag": flag_of(n, drawn),
        }
    return result


def method(drawn: bootstrap.Blocks, draws: int) -> str:
    accounts = len(np.unique(drawn.strata))
    within = f" within {accounts} accounts held fixed" if accounts > 1 else ""
    return f"percentile bootstrap, {draws} draws of {drawn.count} {drawn.unit}{within}"


def flag_of(n: int, drawn: bootstrap.Blocks) -> str:
    flags = [f"n<{SMALL}"] if n < SMALL else []
    flags += [f"{drawn.unit}<{bootstrap.MINIMUM}"] if drawn.count < bootstrap.MINIMUM else []
    return ", ".join(flags)
