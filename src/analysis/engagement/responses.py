"""How do people respond to posts: engagement rates with their formula, and the typical reach of a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement.estimates import STATISTICS, Bootstrap, Together, estimates, measured_posts
from analysis.engagement.grouping import cells, groups
from analysis.engagement.interactions import (
    PARTS,
    RATES,
    choices,
    number,
    parts_of,
    with_interactions,
    with_measure,
)

__all__ = ["engagement", "means", "typical"]


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
    rates, statistics = choices("rates", rates, RATES), choices("statistics", statistics, STATISTICS)
    table, keys = cells(posts, by, every, ["reactions"], [*PARTS, *rates])
    table = with_interactions(table)
    how = Bootstrap(level, draws, seed, together)
    rows = []
    for values, group in groups(table, keys):
        label = "|".join(map(str, values))
        parts = parts_of(group)
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
    choices("statistic", [statistic], ("median", "mean"))
    table, keys = with_measure(posts, column, by, every)
    how = Bootstrap(level, draws, seed, together)
    rows = []
    for values, group in groups(table, keys):
        known = group["_value"].notna()
        measured = measured_posts(group[known], group.loc[known, "_value"], None, together)
        found = estimates(measured, [statistic], how, "|".join(map(str, values)))
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


def _rate_rows(
    group: pd.DataFrame, rate: str, statistics: list[str], parts: str, how: Bootstrap, label: str
) -> Iterator[dict]:
    over, under = group["_interactions"].to_numpy(), number(group, rate)
    usable = ~np.isnan(over) & (under > 0)
    zero = int((under == 0).sum())
    measured = measured_posts(group[usable], over[usable], under[usable], how.together)
    found = estimates(measured, statistics, how, label)
    n = int(usable.sum())
    for statistic in statistics:
        sums = statistic == "pooled"
        formula = f"{'sum' if sums else statistic} of ({parts}) / {'sum of ' if sums else ''}{rate}"
        row = found[statistic] | {"n": n, "n_missing": len(group) - n - zero, "zero_denominator": zero}
        flag = row["flag"] if n else f"no {rate}" if not (under > 0).any() else "no reactions"
        yield {"rate": rate, "statistic": statistic, "formula": formula} | row | {"flag": flag}
