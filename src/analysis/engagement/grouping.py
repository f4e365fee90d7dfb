"""Which posts belong together: the grouping columns of a measure, those of the calendar made when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from analysis.engagement.calendar import CALENDAR, calendar_part, periods
from analysis.engagement.posts import read_posts
from analysis.errors import ParameterError

__all__ = ["cells", "groups"]


def cells(
    posts: Any,
    by: str | Iterable[str] | None,
    every: str | None,
    columns: Iterable[str],
    optional: Iterable[str],
) -> tuple[pd.DataFrame, list[str]]:
    """Read posts with their grouping columns, making the calendar ones that are asked for and absent.

    Parameters
    ----------
    posts : table
        The posts contract.
    by : str or list of str, optional
        Grouping columns.
    every : {"week", "month", "quarter", "year"}, optional
        Add the grouping column `period`.
    columns, optional : iterable of str
        Columns that must be there, and those taken when they are.

    Returns
    -------
    tuple of pandas.DataFrame and list of str
        The posts and the names of the grouping columns.

    Raises
    ------
    ParameterError
        When posts are grouped by a period that is not named.
    DataError
        When a column is absent.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [10], "published": pd.to_datetime(["2025-10-06"])})
    >>> posts, keys = cells(table, "weekday", "quarter", ["reach"], [])
    >>> keys, posts[keys].to_dict("records")
    (['weekday', 'period'], [{'weekday': 1, 'period': '2025-Q4'}])
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    keys += ["period"] if every and "period" not in keys else []
    if "period" in keys and every is None and "period" not in nw.from_native(posts).collect_schema().names():
        raise ParameterError('by="period" needs every="week", "month", "quarter" or "year".')
    names = nw.from_native(posts).collect_schema().names()
    derived = [key for key in keys if key not in names and key in CALENDAR]
    made = [*derived, *(["period"] if every else [])]
    needed = [key for key in keys if key not in made]
    dated = ["published"] if made else []
    table = read_posts(posts, [*needed, *columns, *dated], [*optional, "published", "platform", "account"])
    for name in derived:
        table = table.assign(**{name: calendar_part(table["published"], name)})
    if every:
        table = table.assign(period=periods(table["published"], every))
    return table, keys


def groups(table: pd.DataFrame, keys: list[str]) -> Iterator[tuple[tuple, pd.DataFrame]]:
    """Yield the values of the grouping columns and the posts, in the order of the values.

    Parameters
    ----------
    table : pandas.DataFrame
        Posts with their grouping columns.
    keys : list of str
        The grouping columns; without any, all posts are one group.

    Yields
    ------
    tuple of tuple and pandas.DataFrame

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["photo", "link", "photo"]})
    >>> [(values, len(posts)) for values, posts in groups(table, ["kind"])]
    [(('link',), 1), (('photo',), 2)]
    """
    if not keys:
        yield (), table
        return
    yield from table.groupby(keys, dropna=False, observed=True, sort=True)
