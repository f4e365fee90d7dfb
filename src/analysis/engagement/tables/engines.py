"""Which engine holds the posts: a small table is brought to a large one there, instead of the large one to memory."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import pandas as pd

__all__ = ["beside"]


def beside(frame: nw.LazyFrame, table: pd.DataFrame) -> nw.LazyFrame:
    """Bring a small table of text and numbers into the engine of a large one, to be joined there.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        The large table.
    table : pandas.DataFrame
        A row per group, of strings and floats; missing floats stay missing.

    Returns
    -------
    narwhals.LazyFrame

    Examples
    --------
    >>> posts = nw.from_native(pd.DataFrame({"kind": ["photo", "link"]})).lazy()
    >>> small = beside(posts, pd.DataFrame({"kind": ["photo"], "limit": [2.0]}))
    >>> posts.join(small, on="kind", how="inner").collect()["limit"].to_list()
    [2.0]
    """
    engine, native = frame.implementation, frame.to_native()
    if engine.is_duckdb():
        one_row = native.filter("false").aggregate("count(*) AS no_posts")
        return nw.from_native(one_row.project(f"unnest({_structs(table)}, recursive := true)"))
    if engine.is_pyspark() or engine.is_pyspark_connect():
        columns = ", ".join(f"`{name}` {_type(table[name], 'string')}" for name in table)
        rows = [tuple(None if pd.isna(value) else value for value in row) for row in _rows(table)]
        return nw.from_native(native.sparkSession.createDataFrame(rows, columns))
    if engine.is_pandas_like() or engine.is_polars() or engine.is_pyarrow():
        columns = {name: [_plain(value) for value in table[name]] for name in table}
        schema = {name: nw.Float64 if _is_float(table[name]) else nw.String for name in table}
        return nw.from_dict(columns, schema, backend=engine).lazy()
    literals = [
        frame.head(1).select(
            *(nw.lit(_plain(value)).alias(name) for name, value in zip(table, row, strict=True))
        )
        for row in _rows(table)
    ]
    return nw.concat(literals, how="vertical")


def _structs(table: pd.DataFrame) -> str:
    """Write a table as a list of structures, so that no view or table is left in the caller's database."""
    names = [f'"{name}"' for name in table]
    kinds = ", ".join(
        f"{name} {_type(table[key], 'VARCHAR')}" for name, key in zip(names, table, strict=True)
    )
    rows = (
        ", ".join(f"{name}: {_literal(value)}" for name, value in zip(names, row, strict=True))
        for row in _rows(table)
    )
    return f"CAST([{', '.join(f'{{{row}}}' for row in rows)}] AS STRUCT({kinds})[])"


def _literal(value: object) -> str:
    if value is None or pd.isna(value):
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else f"'{float(value)!r}'"


def _rows(table: pd.DataFrame) -> list[tuple]:
    return list(zip(*(table[name].tolist() for name in table), strict=True))


def _plain(value: object) -> object:
    return None if pd.isna(value) else value


def _is_float(column: pd.Series) -> bool:
    return pd.api.types.is_float_dtype(column.dtype)


def _type(column: pd.Series, text: str) -> str:
    return "double" if _is_float(column) else text
