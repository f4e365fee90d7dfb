"""Which row of a result does a sentence speak of? Rows as values for the text blocks, with their group's name."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis import language as words
from analysis.errors import DataError
from analysis.reports.session import current

__all__ = ["ranked", "row_of"]


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
        are left out.

    Raises
    ------
    DataError
        When no row may be read.

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
    flags = result["flag"] if "flag" in result else pd.Series("", index=result.index)
    readable = result[flags.fillna("").eq("") & result["estimate"].notna()]
    if readable.empty:
        raise DataError(f"No group of {column} has enough answers to be read. Choose wider groups.")
    rows = readable.sort_values("estimate", ascending=False, kind="stable").to_dict("records")
    return [_named(row, column) for row in rows]


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
        The row's values, `None` where one is missing, and `name`.

    Raises
    ------
    DataError
        When the level stands in no row, or in several.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> row_of(pd.DataFrame({"stage": ["tried"], "estimate": [0.5]}), "stage", "tried")["estimate"]
    0.5
    """
    rows = result[result[column] == level].to_dict("records")
    if len(rows) != 1:
        raise DataError(f'"{level}" stands in {len(rows)} rows of column {column}, where one was expected.')
    return _named(rows[0], column)


def _named(row: dict[str, Any], column: str) -> dict[str, Any]:
    known = {
        key: None if pd.api.types.is_scalar(value) and pd.isna(value) else value for key, value in row.items()
    }
    return {**known, "name": words.label(column, row[column], current().language)}
