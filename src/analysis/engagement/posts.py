"""Posts in one form: the columns a measure needs, out of any kind of table, and the account of each post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.errors import DataError, did_you_mean

__all__ = ["read_posts"]


def read_posts(posts: Any, columns: Iterable[str], optional: Iterable[str] = ()) -> pd.DataFrame:
    """Take the needed columns out of any table narwhals reads, in one form.

    Parameters
    ----------
    posts : table
        pandas, Polars, PyArrow or any other table narwhals knows.
    columns, optional : iterable of str
        Columns that must be there, and those taken when they are.

    Returns
    -------
    pandas.DataFrame
        Dates without zone, other columns as they are.

    Raises
    ------
    DataError
        When a column is absent.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [10], "url": ["…"], "published": pd.to_datetime(["2025-10-06T09:00Z"])})
    >>> read_posts(table, ["reach"], ["published", "saves"]).to_dict("records")
    [{'reach': 10, 'published': Timestamp('2025-10-06 09:00:00')}]
    """
    frame = nw.from_native(posts)
    names = frame.collect_schema().names()
    absent = [name for name in columns if name not in names]
    if absent:
        raise DataError(
            f'The table of posts has no column "{absent[0]}".{did_you_mean(absent[0], names)} '
            f"Columns: {', '.join(names)}."
        )
    wanted = dict.fromkeys([*columns, *(name for name in optional if name in names)])
    chosen = frame.select(*wanted)
    eager = chosen.collect() if isinstance(chosen, nw.LazyFrame) else chosen
    table = eager.to_pandas().reset_index(drop=True)
    if "published" in table:
        moments = pd.to_datetime(table["published"])
        moments = moments.dt.tz_localize(None) if moments.dt.tz is not None else moments
        table = table.assign(published=moments.astype("datetime64[us]"))
    return table


def account_of(table: pd.DataFrame) -> np.ndarray:
    """Name the account of each post by platform and account; an unnamed account is one account per platform.

    Examples
    --------
    >>> account_of(pd.DataFrame({"platform": ["x", "x"], "account": ["a", None]})).tolist()
    ['x/a', 'x/']
    """
    parts = [
        table[name].astype("string").fillna("").to_numpy(dtype=str)
        if name in table
        else np.full(len(table), "")
        for name in ("platform", "account")
    ]
    return np.char.add(np.char.add(parts[0], "/"), parts[1]) if len(table) else np.array([], dtype=str)
