"""Which number does a sentence speak of? Rows, counts and reckoned numbers for the text blocks, with their source.

Every number given out remembers the table it was taken from, by the name the table has in the notebook, its row and its
column: `analysis.reports.claims` lists them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_scalar

from analysis import language as words
from analysis.errors import DataError, did_you_mean
from analysis.reports.session import current
from analysis.reports.traces import Source, traced

__all__ = ["computed", "counted", "name_of", "ranked", "row_at", "row_of"]


def ranked(result: pd.DataFrame, column: str) -> list[dict[str, Any]]:
    """Give the rows that may be read, the highest estimate first, each with the name of its group.

    Parameters
    ----------
    result : pandas.DataFrame
        Estimates table: `column`, `estimate`, and `flag` where it applies.
    column : str
        Grouping column.

    Returns
    -------
    list of dict
        The rows' values, `None` where one is missing, and `name`, the level in the reader's words. Flagged rows
        are left out. The numbers remember their source.

    Raises
    ------
    DataError
        When no row may be read, or a column is absent or there twice.

    Notes
    -----
    First is not ahead: whether two rows differ is for their intervals, or a comparison, to say.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> result = pd.DataFrame({"platform": ["x", "facebook"], "estimate": [0.1, 0.4], "flag": ["", ""]})
    >>> [row["name"] for row in ranked(result, "platform")]
    ['Facebook', 'X (Twitter)']
    """
    _check(result, column, "estimate")
    flags = result["flag"] if "flag" in result else pd.Series("", index=result.index)
    estimates = result["estimate"].reset_index(drop=True)
    readable = estimates[flags.fillna("").eq("").to_numpy() & estimates.notna().to_numpy()]
    if not len(readable):
        raise DataError(f"No group of {column} has enough answers to be read. Choose wider groups.")
    held = {name: values.tolist() for name, values in result.items()}
    order = readable.sort_values(ascending=False, kind="stable").index
    rows = [{name: values[place] for name, values in held.items()} for place in order]
    return [_named(row, column, result) for row in rows]


def row_of(result: pd.DataFrame, column: str, level: object) -> dict[str, Any]:
    """Give the row of one level, with the level's name.

    Parameters
    ----------
    result : pandas.DataFrame
        Result table.
    column : str
        Column that holds the level.
    level : object
        The level.

    Returns
    -------
    dict
        The row's values, `None` where one is missing, and `name`. The numbers remember their source.

    Raises
    ------
    DataError
        When the level stands in no row, or in several, or the column is absent or there twice.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> row_of(pd.DataFrame({"stage": ["tried"], "estimate": [0.5]}), "stage", "tried")["estimate"]
    0.5
    """
    _check(result, column)
    places = [place for place, found in enumerate((result[column] == level).fillna(False)) if found]
    if len(places) != 1:
        raise DataError(f'"{level}" stands in {len(places)} rows of column {column}, where one was expected.')
    return _named(_values(result, places[0]), column, result)


def _check(result: pd.DataFrame, *columns: str) -> None:
    """Refuse a table without a column, or with two columns of one name."""
    there = list(map(str, result.columns))
    absent = [name for name in columns if name not in there]
    if absent:
        raise DataError(
            f'The result has no column "{absent[0]}".{did_you_mean(absent[0], there)} Columns: {", ".join(there)}.'
        )
    twice = result.columns[result.columns.duplicated()]
    if len(twice):
        raise DataError(f'The result has two columns called "{twice[0]}": keep one.')


def row_at(result: pd.DataFrame, position: int = 0) -> dict[str, Any]:
    """Give the row at one place of a table, such as the first or the last.

    Parameters
    ----------
    result : pandas.DataFrame
        Result table.
    position : int
        Place, from 0; −1 is the last.

    Returns
    -------
    dict
        The row's values, `None` where one is missing. The numbers remember their source.

    Raises
    ------
    DataError
        When the table has no such row.

    Examples
    --------
    >>> row_at(pd.DataFrame({"wave": [2022, 2026], "estimate": [0.5, 0.6]}), -1)
    {'wave': 2026, 'estimate': 0.6}
    """
    if not -len(result) <= position < len(result):
        raise DataError(f"The table has {len(result)} rows: there is none at place {position}.")
    return _sourced(_values(result, position), None, result)


def counted(table: pd.DataFrame) -> int:
    """Count the rows of a table.

    Parameters
    ----------
    table : pandas.DataFrame
        Posts, firms, answers: one row each.

    Returns
    -------
    int
        The count, which remembers its table.

    Examples
    --------
    >>> counted(pd.DataFrame({"firm": ["a", "b"]}))
    2
    """
    return computed(len(table), of=table, column="rows")


def computed(value: float, *, of: object, column: str) -> Any:
    """Let a number reckoned in the notebook remember what it was reckoned from.

    Parameters
    ----------
    value : number
        The number.
    of : object
        The table, or other object, it comes from, which has a name in the notebook; or, in words, the rule or the
        file that gives it.
    column : str
        What was taken of it: a column, or a few words such as `sum of the weights`.

    Returns
    -------
    number
        Equal to the value.

    Notes
    -----
    This says where a number comes from; it does not check it.

    Examples
    --------
    >>> people = computed(3, of="client.yml", column="employees")
    >>> people, people.source.table
    (3, 'client.yml')
    """
    source = Source(of, given=True) if isinstance(of, str) else Source(name_of(of))
    return traced(value, source, column)


def name_of(thing: object) -> str | None:
    """Find what an object is called in the running notebook.

    Parameters
    ----------
    thing : object
        A table, a survey design.

    Returns
    -------
    str or None
        The first name it was given; None outside a notebook, or when it has no name.

    Examples
    --------
    >>> name_of(pd.DataFrame()) is None
    True
    """
    from IPython import get_ipython

    names = getattr(get_ipython(), "user_ns", {})
    return next(
        (name for name, held in list(names.items()) if held is thing and not name.startswith("_")), None
    )


def _values(result: pd.DataFrame, position: int) -> dict[str, Any]:
    """Give the values of one row, numbers as Python's own."""
    row = {name: result.iat[position, place] for place, name in enumerate(result.columns.tolist())}
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


def _named(row: dict[str, Any], column: str, result: pd.DataFrame) -> dict[str, Any]:
    return {
        **_sourced(row, column, result),
        "name": words.label(column, row[column], current().language),
    }


def _sourced(row: dict[str, Any], column: str | None, result: pd.DataFrame) -> dict[str, Any]:
    """Let the numbers of a row remember it; levels stay as they are."""
    known = {
        key: None if is_scalar(value) and words.is_missing(value) else value for key, value in row.items()
    }
    columns = list(result.columns)
    levels = [*(columns[: columns.index("estimate")] if "estimate" in columns else ()), column]
    told = {str(key): known[key] for key in levels if key is not None}
    source = Source(name_of(result), told, known)
    return {key: value if key in told else traced(value, source, str(key)) for key, value in known.items()}
