"""Which firm is on which platform? The table of 0, 1 and missing that bundles, co-use and nestedness start from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.survey.columns import is_binary

__all__ = ["known_presence", "name_key", "platform_columns", "presence_counts"]

STEM = "platforms__"


def platform_columns(data: pd.DataFrame) -> pd.DataFrame:
    """Keep what says where each firm is: the columns `platforms__*`, or all of them when none is called so.

    Parameters
    ----------
    data : pandas.DataFrame
        Survey microdata, or one column per platform: 0, 1 or missing.

    Returns
    -------
    pandas.DataFrame
        One column per platform, named after it, in `Int64`.

    Raises
    ------
    ParameterError
        When it is no table.
    DataError
        When a column holds something else than 0, 1 and missing, or two columns have one name.

    Notes
    -----
    A blank cell is a missing answer, not an absence.

    Examples
    --------
    >>> platform_columns(pd.DataFrame({"firm": ["a"], "platforms__x": [1]}))
       x
    0  1
    """
    if not isinstance(data, pd.DataFrame):
        raise ParameterError(
            f"presence is a {type(data).__name__}: give a DataFrame with one row per firm and one column per platform."
        )
    named = [name for name in data.columns if str(name).startswith(STEM)]
    table = data[named].rename(columns=lambda name: str(name).removeprefix(STEM)) if named else data
    if table.columns.has_duplicates:
        twice = table.columns[table.columns.duplicated()][0]
        raise DataError(f'presence: two columns are called "{twice}". Give each platform one column.')
    table = table.apply(_typed)
    for name in table.columns:
        if table[name].notna().any() and not is_binary(table[name]):
            raise DataError(
                f'presence, column "{name}": it holds {_other(table[name])}, and only 0, 1 and missing say where a '
                "firm is. Leave out the columns that are no platforms."
            )
    return table.apply(pd.to_numeric).astype("Int64")


def _typed(column: pd.Series) -> pd.Series:
    """Give a column of objects the kind its answers are of."""
    return column.convert_dtypes() if column.dtype == object else column


def _other(column: pd.Series) -> str:
    found = [repr(value) for value in column.dropna() if value not in (0, 1)]
    return found[0] if found else f"cells of the kind {column.dtype}, not numbers"


def known_presence(data: pd.DataFrame) -> pd.DataFrame:
    """Keep the firms whose presence is known on every platform.

    Parameters
    ----------
    data : pandas.DataFrame
        As for `platform_columns`.

    Returns
    -------
    pandas.DataFrame
        Booleans, one row per firm known, platforms in the order of their names.

    Raises
    ------
    ParameterError, DataError
        As `platform_columns`; also when no firm is left, or there are fewer than two platforms.

    Notes
    -----
    Firms that left one platform unanswered are set aside whole: what they use together is not known.

    Examples
    --------
    >>> known_presence(pd.DataFrame({"x": [1, None], "facebook": [0, 1]}))
       facebook     x
    0     False  True
    """
    table = platform_columns(data)
    if table.shape[1] < 2:
        raise DataError(
            f"presence has {table.shape[1]} platform: two or more are needed to see what goes with what."
        )
    known = table.dropna().astype(bool)
    if known.empty:
        silent = [str(name) for name in table if len(table) and table[name].isna().all()]
        whom = f" Nobody answered for {', '.join(silent)}: leave it out." if silent else ""
        raise DataError(f"presence: no firm answered for every platform, so nothing can be compared.{whom}")
    return known[sorted(known.columns, key=name_key)]


def name_key(name: Any) -> tuple[str, str]:
    """Give what names of any kind are ordered by, numbers as numbers among themselves.

    Parameters
    ----------
    name : hashable
        A platform.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> sorted(["b", 10, 9, "a"], key=name_key)
    [9, 10, 'a', 'b']
    """
    if isinstance(name, (int, float, np.number)) and not isinstance(name, bool):
        return "number", f"{float(name) + 1e15:030.6f}"
    return "text", str(name)


def presence_counts(known: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Count the firms of each pattern of presence.

    Parameters
    ----------
    known : pandas.DataFrame
        From `known_presence`.

    Returns
    -------
    tuple of numpy.ndarray
        The different rows (booleans, in a fixed order), and how many firms have each.

    Examples
    --------
    >>> rows, counts = presence_counts(pd.DataFrame({"x": [True, True, False], "y": [True, True, True]}))
    >>> rows.tolist(), counts.tolist()
    ([[False, True], [True, True]], [1, 2])
    """
    rows, counts = np.unique(known.to_numpy(dtype=bool), axis=0, return_counts=True)
    return rows, counts
