"""How do people respond to posts: engagement rates with their formula, typical reach, and contrasts between groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis import bootstrap
from analysis.errors import ParameterError, did_you_mean
from analysis.posting import account_of, cadence, cells, periods, week_of, with_calendar

__all__ = ["cadence", "contrast", "engagement", "means", "periods", "typical", "with_calendar"]

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


def engagement(
    posts: Any,
    by: str | Iterable[str] | None = None,
    rates: Iterable[str] = RATES,
    statistics: Iterable[str] = STATISTICS,
    *,
    every: str | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
    together: Together = "auto",
) -> pd.DataFrame:
    """Measure engagement rates by reach, followers and views, each with its formula.

    Parameters
    ----------
    posts : table
        The posts contract in pandas, Polars, PyArrow or any table narwhals reads.
    by : str or list of str, optional
        Grouping columns; `hour, weekday, week, month, quarter, year` are made from `published` when absent.
    rates : iterable of {"reach", "followers", "views"}
        Denominators.
    statistics : iterable of {"median", "pooled", "mean"}
        Median over posts; sum over sum; mean over posts. They differ, so none is "the" rate.
    every : {"week", "month", "quarter", "year"}, optional
        Add the grouping column `period`.
    level, draws, seed
        Confidence level, number of bootstrap draws, seed.
    together : {"auto", "weeks", "accounts"}
        What is drawn together: weeks within one account, accounts when a group holds several (`auto`);
        `weeks` holds several accounts fixed, and then says nothing of other accounts.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `rate`, `statistic`, `formula`, `estimate, se, low, high` (shares: 0.02 is 2 %), `n`
        (posts measured), `n_missing` (posts without the figures), `zero_denominator` (posts with denominator 0),
        `method`, `flag` (`n<30`, `weeks<8`, `accounts<8`: too few to draw from, so no interval; `no reach`...).

    Raises
    ------
    ParameterError
        When a rate or statistic is not one of its choices.
    DataError
        When a column is absent.

    Notes
    -----
    Never compare with a benchmark of another formula: published medians for one trade differ tenfold for that reason
    alone. Comments and shares belong to the sum where the network reports them; saves are added where there are
    any, and a missing number of saves does not void a post. A missing number of reactions does.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap Methods and their Application (percentile interval, blocks).

    Examples
    --------
    >>> table = pd.DataFrame({"platform": "facebook", "reactions": [3, 6, 0], "comments": 1, "shares": 1,
    ...                       "reach": [100, 200, 0], "published": pd.Timestamp("2025-10-06")})
    >>> found = engagement(table, rates=["reach"])
    >>> found["formula"][1]
    'sum of (reactions + comments + shares) / sum of reach'
    >>> found[["statistic", "estimate", "n", "zero_denominator"]].round(4)
      statistic  estimate  n  zero_denominator
    0    median    0.0450  2                 1
    1    pooled    0.0433  2                 1
    2      mean    0.0450  2                 1
    """
    rates, statistics = _choices("rates", rates, RATES), _choices("statistics", statistics, STATISTICS)
    table, keys = cells(posts, by, every, ["reactions"], [*PARTS, *rates])
    table = _with_interactions(table)
    how = Bootstrap(level, draws, seed, together)
    rows = []
    for values, group in _groups(table, keys):
        label = "|".join(map(str, values))
        parts = _parts_of(group)
        for rate in rates:
            for row in _rate_rows(group, rate, statistics, parts, how, label):
                rows.append(dict(zip(keys, values, strict=True)) | row)
    columns = ["rate", "statistic", "formula", "estimate", "se", "low", "high", "n", "n_missing"]
    return pd.DataFrame(rows, columns=[*keys, *columns, "zero_denominator", "method", "flag"])


def typical(
    posts: Any,
    column: str = "reach",
    by: str | Iterable[str] | None = None,
    statistic: Literal["median", "mean"] = "median",
    *,
    every: str | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
    together: Together = "auto",
) -> pd.DataFrame:
    """Give the typical reach (or any count) of a post, with its interval.

    Parameters
    ----------
    posts : table
        The posts contract, as for `engagement`.
    column : str
        A column of counts, or `interactions` (reactions + comments + shares + saves where counted).
    by, every, level, draws, seed, together
        As for `engagement`.
    statistic : {"median", "mean"}

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `column`, `statistic`, `estimate, se, low, high` (in the column's unit, per post), `n`,
        `n_missing`, `method`, `flag`.

    Raises
    ------
    ParameterError
        When the statistic is not one of its choices.
    DataError
        When a column is absent.

    Notes
    -----
    Reach counts people per post: the typical reach of ten posts is not the number of people reached by the ten.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [100, 300, None], "kind": ["photo", "photo", "photo"]})
    >>> typical(table, by="kind")[["kind", "estimate", "n", "n_missing", "flag"]]
        kind  estimate  n  n_missing          flag
    0  photo     200.0  2          1  n<30, posts<8
    """
    _choices("statistic", [statistic], ("median", "mean"))
    table, keys = _with_measure(posts, column, by, every)
    how = Bootstrap(level, draws, seed, together)
    rows = []
    for values, group in _groups(table, keys):
        known = group["_value"].notna()
        measured = _measured(group[known], group.loc[known, "_value"], None, together)
        found = _estimates(measured, [statistic], how, "|".join(map(str, values)))
        rows.append(
            dict(zip(keys, values, strict=True))
            | {"column": column, "statistic": statistic}
            | found[statistic]
            | {"n": len(measured.numerator), "n_missing": int((~known).sum())}
        )
    names = ["column", "statistic", "estimate", "se", "low", "high", "n", "n_missing", "method", "flag"]
    return pd.DataFrame(rows, columns=[*keys, *names])


def means(
    posts: Any,
    columns: str | Iterable[str] = ("reactions", "comments", "shares"),
    by: str | Iterable[str] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Give the mean of counts per post, as published studies do: by hour, by kind...

    Parameters
    ----------
    posts : table
        The posts contract, as for `engagement`.
    columns : str or iterable of str
        Columns of counts.
    by : str or list of str, optional
        Grouping columns, `hour` or `weekday` among them.
    **options
        `every, level, draws, seed, together`, as for `engagement`.

    Returns
    -------
    pandas.DataFrame
        As `typical` with `statistic` = mean, one row per group and column.

    Notes
    -----
    A few very successful posts carry a mean: look at the median too before naming a best hour.

    Examples
    --------
    >>> times = pd.to_datetime(["2025-01-01 08:10", "2025-01-02 08:50"])
    >>> table = pd.DataFrame({"reactions": [1, 5], "published": times})
    >>> means(table, "reactions", by="hour")[["hour", "estimate", "n"]].to_dict("records")
    [{'hour': 8, 'estimate': 3.0, 'n': 2}]
    """
    names = [columns] if isinstance(columns, str) else list(columns)
    tables = [typical(posts, name, by, "mean", **options) for name in names]
    return pd.concat(tables, ignore_index=True)


def contrast(
    posts: Any,
    measure: str = "reach",
    by: str = "kind",
    *,
    reference: object = None,
    within: str | Iterable[str] | None = None,
    statistic: Literal["median", "pooled", "mean"] = "median",
    scale: Literal["ratio", "difference"] = "ratio",
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
    together: Together = "auto",
) -> pd.DataFrame:
    """Compare groups of posts with a reference group: two kinds, two quarters, with and without a label.

    Parameters
    ----------
    posts : table
        The posts contract, as for `engagement`.
    measure : str
        A column of counts, `interactions`, or `engagement by reach` (`followers`, `views`).
    by : str
        The column whose groups are compared; `quarter`, `month`... are made from `published`.
    reference : optional
        The group compared with; the first in sorted order unless named.
    within : str or list of str, optional
        Compare separately within these groups.
    statistic : {"median", "pooled", "mean"}
        `pooled` is for rates only.
    scale : {"ratio", "difference"}
        Group over reference, or group minus reference.
    level, draws, seed, together
        As for `engagement`; both groups are drawn together when they share weeks or accounts.

    Returns
    -------
    pandas.DataFrame
        `within` columns, `group_1` (reference), `group_2`, `measure`, `statistic`, `scale`, `estimate, se, low, high`,
        `n`, `n_1`, `n_2`, `method`, `flag`.

    Raises
    ------
    ParameterError
        When a choice is unknown or the reference is not among the groups.

    Notes
    -----
    Do not read a ratio as the effect of the group: who posts what, and when, is chosen.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["link", "photo", "photo"], "reach": [100, 150, 250]})
    >>> contrast(table)[["group_1", "group_2", "estimate", "n_2"]].to_dict("records")
    [{'group_1': 'link', 'group_2': 'photo', 'estimate': 2.0, 'n_2': 2}]
    """
    _choices("scale", [scale], ("ratio", "difference"))
    _choices("statistic", [statistic], STATISTICS)
    if statistic == "pooled" and not measure.startswith("engagement by "):
        raise ParameterError(
            'statistic="pooled" is a sum over a sum: it needs a rate such as "engagement by reach".'
        )
    keys = [within] if isinstance(within, str) else list(within or [])
    table, _ = _with_measure(posts, measure, [*keys, by], None)
    levels = sorted(table[by].dropna().unique().tolist())
    if reference is not None and reference not in levels:
        raise ParameterError(
            f'reference="{reference}" is not a group of {by}.{did_you_mean(str(reference), map(str, levels))} '
            f"Groups: {', '.join(map(str, levels))}."
        )
    how, rows = Bootstrap(level, draws, seed, together), []
    for values, group in _groups(table, keys):
        present = sorted(group.loc[group["_value"].notna(), by].dropna().unique().tolist())
        base = reference if reference is not None else present[0] if present else None
        for other in [name for name in present if name != base and base in present]:
            row = _contrast(group, by, base, other, statistic, scale, how)
            rows.append(
                dict(zip(keys, values, strict=True))
                | {
                    "group_1": base,
                    "group_2": other,
                    "measure": measure,
                    "statistic": statistic,
                    "scale": scale,
                }
                | row
            )
    names = [
        "group_1",
        "group_2",
        "measure",
        "statistic",
        "scale",
        "estimate",
        "se",
        "low",
        "high",
        "n",
        "n_1",
        "n_2",
    ]
    return pd.DataFrame(rows, columns=[*keys, *names, "method", "flag"])


def _choices(name: str, given: Iterable[str], allowed: tuple[str, ...]) -> list[str]:
    given = [given] if isinstance(given, str) else list(given)
    for word in given:
        if word not in allowed:
            raise ParameterError(
                f'{name}: "{word}" is not a choice.{did_you_mean(str(word), allowed)} Choices: {", ".join(allowed)}.'
            )
    return given


def _groups(table: pd.DataFrame, keys: list[str]) -> Iterator[tuple[tuple, pd.DataFrame]]:
    if not keys:
        yield (), table
        return
    yield from table.groupby(keys, dropna=False, observed=True, sort=True)


def _number(table: pd.DataFrame, name: str) -> np.ndarray:
    if name not in table:
        return np.full(len(table), np.nan)
    return pd.to_numeric(table[name]).to_numpy(dtype=float, na_value=np.nan)


def _with_interactions(table: pd.DataFrame) -> pd.DataFrame:
    """Add `_interactions` and, per part, whether the post's network reports it at all."""
    platform = (
        table["platform"].astype("string").fillna("")
        if "platform" in table
        else pd.Series("", index=table.index)
    )
    total = np.zeros(len(table))
    counted = {}
    for part in PARTS:
        value = _number(table, part)
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


def _parts_of(group: pd.DataFrame) -> str:
    """Write the sum that was really taken in a group of posts."""
    words = []
    for part in PARTS:
        has = group[f"_has_{part}"]
        if has.any() or part == "reactions":
            words.append(part if has.all() or part == "reactions" else f"{part} where counted")
    return " + ".join(words)


def _with_measure(posts: Any, measure: str, by: str | Iterable[str] | None, every: str | None) -> tuple:
    """Read posts with `_value` (missing where not measurable), and `_over`, `_under` for rates."""
    rate = measure.removeprefix("engagement by ")
    if measure != rate:
        _choices("measure: engagement by", [rate], RATES)
    composed = measure in {"interactions"} or measure != rate
    needed = ["reactions"] if composed else [measure]
    table, keys = cells(posts, by, every, needed, [*PARTS, *RATES] if composed else [])
    if not composed:
        value = _number(table, measure)
        return table.assign(_value=value, _over=value, _under=1.0), keys
    table = _with_interactions(table)
    over = table["_interactions"].to_numpy()
    if measure == "interactions":
        return table.assign(_value=over, _over=over, _under=1.0), keys
    under = _number(table, rate)
    value = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    return table.assign(_value=value, _over=over, _under=under), keys


def _measured(group: pd.DataFrame, over: Any, under: Any, together: str) -> Measured:
    drawn = bootstrap.blocks(account_of(group), week_of(group), together)
    over = np.asarray(over, dtype=float)
    return Measured(over, np.ones(len(over)) if under is None else np.asarray(under, dtype=float), drawn)


def _rate_rows(
    group: pd.DataFrame, rate: str, statistics: list[str], parts: str, how: Bootstrap, label: str
) -> Iterator[dict]:
    over, under = group["_interactions"].to_numpy(), _number(group, rate)
    usable = ~np.isnan(over) & (under > 0)
    zero = int((under == 0).sum())
    measured = _measured(group[usable], over[usable], under[usable], how.together)
    found = _estimates(measured, statistics, how, label)
    n = int(usable.sum())
    for statistic in statistics:
        sums = statistic == "pooled"
        formula = f"{'sum' if sums else statistic} of ({parts}) / {'sum of ' if sums else ''}{rate}"
        row = found[statistic] | {"n": n, "n_missing": len(group) - n - zero, "zero_denominator": zero}
        flag = row["flag"] if n else f"no {rate}" if not (under > 0).any() else "no reactions"
        yield {"rate": rate, "statistic": statistic, "formula": formula} | row | {"flag": flag}


def _estimates(measured: Measured, statistics: list[str], how: Bootstrap, label: str) -> dict[str, dict]:
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
            "method": _method(drawn, how.draws) if enough else "no interval",
            "flag": _flag(n, drawn),
        }
    return result


def _method(drawn: bootstrap.Blocks, draws: int) -> str:
    accounts = len(np.unique(drawn.strata))
    within = f" within {accounts} accounts held fixed" if accounts > 1 else ""
    return f"percentile bootstrap, {draws} draws of {drawn.count} {drawn.unit}{within}"


def _flag(n: int, drawn: bootstrap.Blocks) -> str:
    flags = [f"n<{SMALL}"] if n < SMALL else []
    flags += [f"{drawn.unit}<{bootstrap.MINIMUM}"] if drawn.count < bootstrap.MINIMUM else []
    return ", ".join(flags)


def _contrast(
    group: pd.DataFrame, by: str, base: object, other: object, statistic: str, scale: str, how: Bootstrap
) -> dict:
    """Contrast two groups; blocks they share are drawn once for both, blocks of one group within that group."""
    pair = group[group[by].isin([base, other]) & group["_value"].notna()]
    drawn = bootstrap.blocks(account_of(pair), week_of(pair), how.together)
    second = (pair[by] == other).to_numpy(dtype=bool)
    sides = [np.bincount(drawn.of[side], minlength=drawn.count) > 0 for side in (~second, second)]
    if not (sides[0] & sides[1]).any():
        drawn = bootstrap.Blocks(drawn.of, drawn.count, drawn.unit, drawn.strata * 2 + sides[1])
    over, under = pair["_over"].to_numpy(float), pair["_under"].to_numpy(float)
    functions = []
    for side in (~second, second):
        part = bootstrap.Blocks(drawn.of[side], drawn.count, drawn.unit, drawn.strata)
        functions.append(Measured(over[side], under[side], part).statistic(statistic))

    def compared(weights: np.ndarray) -> np.ndarray:
        first, then = functions[0](weights), functions[1](weights)
        if scale == "difference":
            return then - first
        return np.divide(then, first, out=np.full(len(then), np.nan), where=first != 0)

    few = min(int(side.sum()) for side in sides)
    enough = few >= bootstrap.MINIMUM
    label = f"{base}|{other}"
    found = bootstrap.resample({"x": compared}, drawn, how.draws, how.seed, label)["x"] if enough else None
    se, low, high = bootstrap.interval(found, how.level) if enough else (np.nan,) * 3
    n_1, n_2 = int((~second).sum()), int(second.sum())
    flags = [f"n<{SMALL}"] if min(n_1, n_2) < SMALL else []
    flags += [] if enough else [f"{drawn.unit}<{bootstrap.MINIMUM}"]
    return {
        "estimate": float(compared(np.ones((1, drawn.count), dtype=np.int32))[0]),
        "se": se, "low": low, "high": high, "n": n_1 + n_2, "n_1": n_1, "n_2": n_2,
        "method": f"percentile bootstrap, {how.draws} draws of {drawn.count} {drawn.unit}" if enough else "no interval",
        "flag": ", ".join(flags),
    }  # fmt: skip
