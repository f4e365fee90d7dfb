"""How do people respond to posts: engagement rates with their formula, and the typical reach of a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import pandas as pd

from analysis.engagement.inference.estimates import STATISTICS, Bootstrap, Together
from analysis.engagement.inference.groupwise import Found, Measure, groupwise, measured_cells
from analysis.engagement.tables.grouping import coded_cells
from analysis.engagement.tables.interactions import PARTS, RATES, choices
from analysis.engagement.tables.values import names_given

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
    posts : table or path
        The posts contract in pandas, Polars, PyArrow, DuckDB, PySpark or any table narwhals reads; or the path of a
        Parquet file or folder, which DuckDB measures piece by piece in little memory.
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
        `method` (groups of up to 10 000 posts are drawn; for larger ones sums over weeks or accounts give the
        linearised interval, Woodruff's for medians), `flag` (`n<30`, `weeks<8`, `accounts<8`: too few to draw
        from, so no interval; `no reach`...).

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
    Davison and Hinkley (1997), Bootstrap Methods and their Application (percentile interval, blocks). Woodruff (1952),
    Confidence intervals for medians and other position measures.

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
    cells = coded_cells(posts, by, every, ["reactions"], [*PARTS, *rates])
    how = Bootstrap(level, draws, seed, together)
    measures = [Measure("interactions", rate) for rate in rates]
    rows = []
    for group in groupwise(cells, measures, statistics, how):
        for rate, found in zip(rates, group, strict=True):
            keyed = dict(zip(cells.keys, found.values, strict=True))
            rows += [keyed | row for row in rate_rows(found, rate)]
    columns = ["rate", "statistic", "formula", "estimate", "se", "low", "high", "n", "n_missing"]
    return pd.DataFrame(rows, columns=[*cells.keys, *columns, "zero_denominator", "method", "flag"])


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
    cells, measure = measured_cells(posts, column, by, every)
    how = Bootstrap(level, draws, seed, together)
    rows = []
    for (found,) in groupwise(cells, [measure], [statistic], how):
        keyed = dict(zip(cells.keys, found.values, strict=True)) | {"column": column, "statistic": statistic}
        rows.append(keyed | found.rows[statistic] | {"n": found.n, "n_missing": found.posts - found.n})
    names = ["column", "statistic", "estimate", "se", "low", "high", "n", "n_missing", "method", "flag"]
    return pd.DataFrame(rows, columns=[*cells.keys, *names])


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
    names = names_given("columns", columns)
    tables = [typical(posts, name, by, "mean", **options) for name in names]
    return pd.concat(tables, ignore_index=True)


def rate_rows(found: Found, rate: str) -> Iterator[dict]:
    """Word what was found of a rate in one group, a row per statistic."""
    for statistic, row in found.rows.items():
        sums = statistic == "pooled"
        formula = f"{'sum' if sums else statistic} of ({found.parts}) / {'sum of ' if sums else ''}{rate}"
        missing = found.posts - found.n - found.zero
        counts = {"n": found.n, "n_missing": missing, "zero_denominator": found.zero}
        flag = row["flag"] if found.n else f"no {rate}" if not found.positive else "no reactions"
        yield {"rate": rate, "statistic": statistic, "formula": formula} | row | counts | {"flag": flag}
