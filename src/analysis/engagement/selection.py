"""Which posts are looked at? Those of a period, those not boosted, the frequent kinds, the most and least seen."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement.tables.posts import unzoned, whole
from analysis.engagement.tables.values import moments, numbers, truths
from analysis.errors import ParameterError
from analysis.peers import FEWEST

__all__ = ["extremes", "frequent_groups", "longest_period", "organic", "period_before", "period_posts"]

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_posts(posts: Any, period: str) -> pd.DataFrame:
    """Keep the posts of one period.

    Parameters
    ----------
    posts : DataFrame or path
        Any table narwhals reads, or the path of a Parquet file, with `published`.
    period : str
        `2025-Q4`, `2025-11` or `2025`.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> table = pd.DataFrame({"published": pd.to_datetime(["2025-09-30", "2025-10-01"])})
    >>> len(period_posts(table, "2025-Q4"))
    1
    """
    table = whole(posts, "published")
    return table[within(moments(table["published"]), period)]


def within(published: pd.Series, period: str) -> np.ndarray:
    """Tell of each moment whether it lies in a period.

    Parameters
    ----------
    published : pandas.Series
        Moments; missing ones lie in none.
    period : str
        `2025-Q4`, `2025-11` or `2025`.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> within(pd.Series(pd.to_datetime(["2025-09-30", "2025-10-01", None])), "2025-Q4").tolist()
    [False, True, False]
    """
    months, (year, _, part) = MONTHS[_every(period)], str(period).partition("-")
    first = np.datetime64(year, "M") + months * (int(part.removeprefix("Q") or 1) - 1)
    month = unzoned(published).to_numpy("datetime64[us]").astype("datetime64[M]")
    return (first <= month) & (month < first + months)


def period_before(period: str) -> str:
    """Name the period before.

    Parameters
    ----------
    period : str
        `2025-Q4`, `2025-11` or `2025`.

    Returns
    -------
    str

    Examples
    --------
    >>> period_before("2025-Q1"), period_before("2025-01"), period_before("2025")
    ('2024-Q4', '2024-12', '2024')
    """
    frequency = {"quarter": "Q", "month": "M", "year": "Y"}[_every(period)]
    before = pd.Period(period.replace("-Q", "Q"), freq=frequency) - 1
    return before.strftime("%Y-Q%q") if frequency == "Q" else str(before)


def _every(period: str) -> Literal["quarter", "month", "year"]:
    for every, form in (
        ("quarter", r"\d{4}-Q[1-4]"),
        ("month", r"\d{4}-(0[1-9]|1[0-2])"),
        ("year", r"\d{4}"),
    ):
        if re.fullmatch(form, str(period)):
            return every
    raise ParameterError(f'"{period}" is not a period. Write 2025-Q4, 2025-11 or 2025.')


def longest_period(published: pd.Series) -> Literal["month", "quarter", "year"]:
    """Choose periods that cut a stretch of time into a handful of parts.

    Parameters
    ----------
    published : pandas.Series
        Moments.

    Returns
    -------
    {"month", "quarter", "year"}
        Years from three years on, quarters from nine months on, months below.

    Examples
    --------
    >>> longest_period(pd.Series(pd.to_datetime(["2025-01-03", "2025-12-30"])))
    'quarter'
    """
    days = (published.max() - published.min()).days
    return "year" if days > 3 * 365 else "quarter" if days > 270 else "month"


def organic(posts: Any) -> pd.DataFrame:
    """Leave out the boosted posts.

    Parameters
    ----------
    posts : DataFrame or path
        As for `period_posts`, with `paid` where the export says it; a post of which nothing is said counts as not
        boosted.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> len(organic(pd.DataFrame({"paid": pd.array([True, False, None], dtype="boolean")})))
    2
    """
    table = whole(posts)
    return table[is_organic(table)]


def is_organic(posts: pd.DataFrame) -> np.ndarray:
    """Tell of each post whether it is not boosted, as far as is known.

    Examples
    --------
    >>> is_organic(pd.DataFrame({"paid": pd.array([True, False, None], dtype="boolean")})).tolist()
    [False, True, True]
    """
    if "paid" not in posts:
        return np.ones(len(posts), bool)
    return ~truths(posts["paid"], "paid").to_numpy(bool, na_value=False)


def frequent_groups(posts: Any, columns: tuple[str, ...]) -> tuple[str, list[str]]:
    """Choose what to compare before looking at the outcome: the first column with two frequent groups.

    Parameters
    ----------
    posts : DataFrame or path
        As for `period_posts`, with one of the columns at least.
    columns : tuple of str
        Columns to try, in order: `("topic", "kind")`.

    Returns
    -------
    tuple of str and list
        The column, and its groups with at least five posts, most frequent first (fewer than two when there is
        nothing to compare).

    Notes
    -----
    Comparing the best with the worst after looking would find a difference in pure noise.

    Examples
    --------
    >>> frequent_groups(pd.DataFrame({"kind": ["photo"] * 6 + ["link"] * 5 + ["reel"]}), ("topic", "kind"))
    ('kind', ['photo', 'link'])
    """
    posts = whole(posts)
    groups: list[str] = []
    column = columns[-1]
    for column in (name for name in columns if name in posts):
        counts = posts[column].value_counts()
        groups = sorted(counts[counts >= FEWEST].index, key=lambda name: (-counts[name], name))
        if len(groups) >= 2:
            break
    return column, groups


def extremes(posts: Any, column: Literal["reach", "views"], count: int = 3) -> pd.DataFrame:
    """List the most seen and the least seen posts.

    Parameters
    ----------
    posts : DataFrame or path
        As for `period_posts`, with `column`, `reactions`, `comments` and `shares`; posts without a figure are left
        out.
    column : {"reach", "views"}
        What they are ranked by.
    count : int
        How many of each; fewer when there are not twice as many posts.

    Returns
    -------
    pandas.DataFrame
        The posts, with `group` (`most`, `least`) and `interactions` (reactions, comments and shares; missing
        where one is).

    Notes
    -----
    The extremes of any list hold much chance: they are there to be looked at, not to be copied.

    Examples
    --------
    >>> posts = pd.DataFrame({"reach": [5, 9, 1], "reactions": 1, "comments": 0, "shares": 0})
    >>> extremes(posts, "reach", 1)[["group", "reach", "interactions"]].values.tolist()
    [['most', 9, 1], ['least', 1, 1]]
    """
    posts = whole(posts, column, "reactions", "comments", "shares")
    figures = numbers(posts[column], column)
    ordered = np.argsort(-figures, kind="stable")[: np.count_nonzero(~np.isnan(figures))]
    count = min(count, len(ordered) // 2)
    chosen = posts.iloc[np.append(ordered[:count], ordered[len(ordered) - count :])]
    sums = chosen["reactions"] + chosen["comments"] + chosen["shares"]
    return chosen.assign(group=np.repeat(["most", "least"], count), interactions=sums)
