"""What counts as a response to a post, and with which figures it is measured: the pieces every measure shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis import bootstrap
from analysis.errors import ParameterError, did_you_mean
from analysis.posting import account_of, cells, week_of

__all__ = ["PARTS", "RATES", "SMALL", "STATISTICS", "Bootstrap", "Measured", "Together"]

PARTS = ("reactions", "comments", "shares", "saves")
RATES = ("reach", "followers", "views")
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


def choices(name: str, given: Iterable[str], allowed: tuple[str, ...]) -> list[str]:
    given = [given] if isinstance(given, str) else list(given)
    for word in given:
        if word not in allowed:
            raise ParameterError(
                f'{name}: "{word}" is not a choice.{did_you_mean(str(word), allowed)} Choices: {", ".join(allowed)}.'
            )
    return given


def number(table: pd.DataFrame, name: str) -> np.ndarray:
    if name not in table:
        return np.full(len(table), np.nan)
    return pd.to_numeric(table[name]).to_numpy(dtype=float, na_value=np.nan)


def with_interactions(table: pd.DataFrame) -> pd.DataFrame:
    """Add `_interactions` and, per part, whether the post's network reports it at all."""
    platform = (
        table["platform"].astype("string").fillna("")
        if "platform" in table
        else pd.Series("", index=table.index)
    )
    total = np.zeros(len(table))
    counted = {}
    for part in PARTS:
        value = number(table, part)
        has = (
            pd.Series(~np.isnan(value), index=table.index)
            .groupby(platform)
            .transform("any")
            .to_numpy(dtype=bool)
        )
        counted[f"_has_{part}"] = has
        value = np.nan_to_num(value) if part == "saves" else value
        total += np.where(has, value, np.nan if part == "reactions" else 0.0)
    return table.assign(_interactions=total, **counted)


def parts_of(group: pd.DataFrame) -> str:
    """Write the sum that was really taken in a group of posts."""
    words = []
    for part in PARTS:
        has = group[f"_has_{part}"]
        if has.any() or part == "reactions":
            words.append(part if has.all() or part == "reactions" else f"{part} where counted")
    return " + ".join(words)


def with_measure(posts: Any, measure: str, by: str | Iterable[str] | None, every: str | None) -> tuple:
    """Read posts with `_value` (missing where not measurable), and `_over`, `_under` for rates."""
    rate = measure.removeprefix("engagement by ")
    if measure != rate:
        choices("measure: engagement by", [rate], RATES)
    composed = measure in {"interactions"} or measure != rate
    needed = ["reactions"] if composed else [measure]
    table, keys = cells(posts, by, every, needed, [*PARTS, *RATES] if composed else [])
    if not composed:
        value = number(table, measure)
        return table.assign(_value=value, _over=value, _under=1.0), keys
    table = with_interactions(table)
    over = table["_interactions"].to_numpy()
    if measure == "interactions":
        return table.assign(_value=over, _over=over, _under=1.0), keys
    under = number(table, rate)
    value = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    return table.assign(_value=value, _over=over, _under=under), keys


def measured_posts(group: pd.DataFrame, over: Any, under: Any, together: str) -> Measured:
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
