"""Posts in one form: the columns a measure needs, out of any kind of table, and the account of each post."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.tables.values import moments, numbers
from analysis.errors import DataError, did_you_mean

if TYPE_CHECKING:
    import duckdb

__all__ = ["MEMORY", "lazy_posts", "parquet_posts", "read_posts"]

MEMORY = "1GB"
MOMENT = np.dtype("datetime64[us]")


def lazy_posts(
    posts: Any, columns: Iterable[str], optional: Iterable[str] = (), what: str = "posts"
) -> nw.LazyFrame:
    """Choose the needed columns of any table, without computing anything.

    Parameters
    ----------
    posts : table or path
        pandas, Polars (eager or lazy), PyArrow, a DuckDB relation, a PySpark frame or any other table narwhals knows;
        or a Parquet file, or a folder of them, which DuckDB reads piece by piece.
    columns, optional : iterable of str
        Columns that must be there, and those taken when they are.
    what : str
        What the rows are, for messages.

    Returns
    -------
    narwhals.LazyFrame
        The columns chosen, `published` without zone. `.collect()` or `read_posts` bring them into memory.

    Raises
    ------
    DataError
        When it is no table, a column is absent or there twice, `published` holds no dates, or a path holds no Parquet.

    Notes
    -----
    Rows come in any order: engines that share the work among threads or machines keep none.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [10, 20], "kind": ["photo", "link"], "url": "…"})
    >>> chosen = lazy_posts(table, ["reach"], ["kind", "saves"])
    >>> chosen.collect_schema().names()
    ['reach', 'kind']
    >>> chosen.group_by("kind").agg(nw.col("reach").sum()).sort("kind").collect()["reach"].to_list()
    [20, 10]
    """
    if isinstance(posts, str | Path):
        posts = parquet_posts(posts)
    frame = framed(posts, what)
    names = frame.collect_schema().names()
    refuse_absent(names, columns, what)
    wanted = dict.fromkeys([*columns, *(name for name in optional if name in names)])
    chosen = frame.lazy().select(*wanted)
    return without_zone(_dated(chosen)) if "published" in wanted else chosen


def refuse_absent(names: Sequence[str], columns: Iterable[str], what: str = "posts") -> None:
    """Refuse a table that lacks a column it must have.

    Examples
    --------
    >>> refuse_absent(["reach", "kind"], ["reach"])
    """
    absent = [name for name in columns if name not in names]
    if absent:
        there = list(map(str, names))
        raise DataError(
            f'The table of {what} has no column "{absent[0]}".{did_you_mean(absent[0], there)} '
            f"Columns: {', '.join(there)}."
        )


def read_posts(
    posts: Any, columns: Iterable[str], optional: Iterable[str] = (), what: str = "posts"
) -> pd.DataFrame:
    """Take the needed columns out of any table narwhals reads, in one form.

    Parameters
    ----------
    posts, columns, optional, what
        As for `lazy_posts`.

    Returns
    -------
    pandas.DataFrame
        Dates without zone, other columns as they are.

    Raises
    ------
    DataError
        When a column is absent.

    Notes
    -----
    All chosen columns are held in memory: aggregate first what may be larger than that.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [10], "url": ["…"], "published": pd.to_datetime(["2025-10-06T09:00Z"])})
    >>> read_posts(table, ["reach"], ["published", "saves"]).to_dict("records")
    [{'reach': 10, 'published': Timestamp('2025-10-06 09:00:00')}]
    """
    if is_plain(posts):
        refuse_absent(posts.columns, columns, what)
        table = posts[list(dict.fromkeys([*columns, *(name for name in optional if name in posts)]))]
        table = table.reset_index(drop=True)
    else:
        table = collected(lazy_posts(posts, columns, optional, what))
    if "published" in table and table["published"].dtype != MOMENT:
        table = table.assign(published=unzoned(moments(table["published"])).astype(MOMENT))
    return table


def whole(posts: Any, *columns: str) -> pd.DataFrame:
    """Hold every column of a table as pandas does, refusing one that lacks some.

    Parameters
    ----------
    posts : DataFrame or path
        As for `lazy_posts`.
    *columns : str
        Those that must be there.

    Returns
    -------
    pandas.DataFrame
        A pandas table is given back as it is.

    Raises
    ------
    DataError
        When it is no table, or a column is absent or there twice.

    Examples
    --------
    >>> import polars as pl
    >>> whole(pl.DataFrame({"reach": [10]}), "reach").to_dict("list")
    {'reach': [10]}
    """
    frame = framed(parquet_posts(posts) if isinstance(posts, str | Path) else posts)
    refuse_absent(frame.collect_schema().names(), columns)
    return posts if isinstance(posts, pd.DataFrame) else collected(frame.lazy())


def is_plain(posts: Any) -> bool:
    """Tell whether posts are in a pandas table whose moments are moments, so that no engine need be asked.

    Examples
    --------
    >>> is_plain(pd.DataFrame({"reach": [10]})), is_plain(pd.DataFrame({"published": ["2025-10-06"]}))
    (True, False)
    """
    if not isinstance(posts, pd.DataFrame) or not posts.columns.is_unique:
        return False
    dtype = posts["published"].dtype if "published" in posts else None
    naive = isinstance(dtype, np.dtype) and dtype.kind == "M"
    return dtype is None or naive or isinstance(dtype, pd.DatetimeTZDtype)


def framed(posts: Any, what: str = "posts") -> nw.DataFrame | nw.LazyFrame:
    """Take any kind of table, refusing what is none.

    Examples
    --------
    >>> framed(pd.DataFrame({"reach": [10]})).columns
    ['reach']
    """
    if isinstance(posts, pd.DataFrame) and posts.columns.has_duplicates:
        twice = posts.columns[posts.columns.duplicated()][0]
        raise DataError(f'The table of {what} has two columns called "{twice}": keep one.')
    try:
        return nw.from_native(posts)
    except TypeError:
        inside = " Give its .table." if hasattr(posts, "table") else ""
        raise DataError(
            f"A table of {what} is needed (pandas, Polars, PyArrow, DuckDB or Spark), or the path of a Parquet file: "
            f"{type(posts).__name__} is none of these.{inside}"
        ) from None


def _dated(frame: nw.LazyFrame) -> nw.LazyFrame:
    """Let `published` hold moments: days begin at midnight, and texts are read where the table is in memory."""
    dtype = frame.collect_schema()["published"]
    if isinstance(dtype, nw.Datetime):
        return frame
    if dtype == nw.Date:
        return frame.with_columns(nw.col("published").cast(nw.Datetime("us")))
    table = in_memory(frame, "published", "a date and time")
    return nw.from_native(table.assign(published=unzoned(moments(table["published"])))).lazy()


def unzoned(found: pd.Series) -> pd.Series:
    """Take the zone off moments, which stay on its clock.

    Examples
    --------
    >>> unzoned(pd.Series(pd.to_datetime(["2025-10-06T09:00+02:00"]))).tolist()
    [Timestamp('2025-10-06 09:00:00')]
    """
    return found.dt.tz_localize(None) if found.dt.tz is not None else found


def column_names(posts: Any) -> list[str]:
    """Name the columns of any table or Parquet path.

    Examples
    --------
    >>> column_names(pd.DataFrame({"reach": [1]}))
    ['reach']
    """
    return framed(parquet_posts(posts) if isinstance(posts, str | Path) else posts).collect_schema().names()


def zone_of(posts: Any) -> str | None:
    """Name the zone that `published` carries, on whose clock `read_posts` leaves it; none where it carries none.

    pandas is asked itself: narwhals 2.29 does not know zones with a sign, a digit or an underscore in their name.

    Examples
    --------
    >>> zone_of(pd.DataFrame({"published": pd.to_datetime(["2025-10-06T09:00Z"])}))
    'UTC'
    """
    if isinstance(posts, pd.DataFrame) and "published" in posts:
        kind = posts["published"].dtype
        zone = getattr(getattr(kind, "pyarrow_dtype", kind), "tz", None)
        return None if zone is None else str(zone)
    frame = framed(parquet_posts(posts) if isinstance(posts, str | Path) else posts)
    dtype = frame.collect_schema().get("published")
    if not isinstance(dtype, nw.Datetime) or dtype.time_zone is None:
        return None
    return "UTC" if frame.implementation.is_duckdb() else dtype.time_zone


def in_memory(frame: nw.LazyFrame, name: str, wanted: str) -> pd.DataFrame:
    """Bring a table whose column is of the wrong type into memory, unless its engine may hold too much for it."""
    held = frame.implementation
    if held.is_pandas_like() or held.is_polars() or held.is_pyarrow():
        return collected(frame)
    raise DataError(
        f'The column "{name}" is {frame.collect_schema()[name]} in this table, not {wanted}: cast it there first.'
    )


def collected(frame: nw.LazyFrame) -> pd.DataFrame:
    """Bring a lazy frame into memory.

    Examples
    --------
    >>> collected(lazy_posts(pd.DataFrame({"reach": [10]}, index=[7]), ["reach"])).to_dict("list")
    {'reach': [10]}
    """
    return frame.collect().to_pandas().reset_index(drop=True)


def parquet_posts(path: str | Path, memory: str = MEMORY) -> duckdb.DuckDBPyRelation:
    """Open a Parquet file, or a folder of them, as a table that DuckDB reads piece by piece.

    Parameters
    ----------
    path : path
        A Parquet file, or a folder searched to its depth; `platform=facebook` in a folder's name is a column,
        of text.
    memory : str
        What DuckDB may hold; beyond it, it writes to a temporary folder.

    Returns
    -------
    duckdb.DuckDBPyRelation

    Raises
    ------
    DataError
        When there is no Parquet at the path.

    Notes
    -----
    Nothing is read yet: a damaged file is noticed when it is measured.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> file = Path(mkdtemp()) / "posts.parquet"
    >>> pd.DataFrame({"reach": [10, 30]}).to_parquet(file)
    >>> read_posts(file, ["reach"])["reach"].tolist()
    [10, 30]
    """
    path = Path(path)
    files = sorted(path.rglob("*.parquet")) if path.is_dir() else [path] if path.is_file() else []
    if not files:
        raise DataError(f"{path.name}: there is no Parquet file. Give a .parquet file or a folder of them.")
    import duckdb

    settings = {"memory_limit": memory, "temp_directory": gettempdir(), "preserve_insertion_order": False}
    connection = duckdb.connect(config=settings)
    connection.execute("SET enable_progress_bar = false")
    try:
        names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        options = "union_by_name = true, hive_partitioning = true, hive_types_autocast = false"
        return connection.sql(f"SELECT * FROM read_parquet([{names}], {options})")
    except duckdb.Error as error:
        raise DataError(f"{path.name}: it cannot be read as Parquet: {_first_line(error, path)}") from error


def _first_line(error: duckdb.Error, path: Path) -> str:
    return str(error).splitlines()[0].replace(str(path.parent.resolve()), "").replace(str(path.parent), "")


def without_zone(frame: nw.LazyFrame) -> nw.LazyFrame:
    """Let `published` be the clock of the column's zone; DuckDB has instants only, whose clock is UTC."""
    dtype = frame.collect_schema()["published"]
    if not isinstance(dtype, nw.Datetime) or dtype.time_zone is None:
        return frame
    if frame.implementation.is_duckdb():
        import duckdb

        utc = duckdb.FunctionExpression(
            "timezone", duckdb.ConstantExpression("UTC"), duckdb.ColumnExpression("published")
        )
        columns = {name: duckdb.ColumnExpression(name) for name in frame.collect_schema().names()}
        return nw.from_native(
            frame.to_native().select(*({**columns, "published": utc.alias("published")}).values())
        )
    return frame.with_columns(nw.col("published").dt.replace_time_zone(None))


def account_of(table: pd.DataFrame) -> np.ndarray:
    """Name the account of each post by platform and account; an unnamed account is one account per platform.

    Examples
    --------
    >>> account_of(pd.DataFrame({"platform": ["x", "x"], "account": ["a", None]})).tolist()
    ['x/a', 'x/']
    """
    return joined(*(text_of(table, name) for name in ("platform", "account")))


def text_of(table: pd.DataFrame, name: str) -> np.ndarray:
    """Give a column as text, "" where it is missing or absent.

    Examples
    --------
    >>> text_of(pd.DataFrame({"account": ["a", None]}), "account").tolist()
    ['a', '']
    """
    if name not in table:
        return np.full(len(table), "", object)
    values = table[name]
    text = values if isinstance(values.dtype, pd.StringDtype) else values.astype("string")
    return text.to_numpy(dtype=object, na_value="")


def joined(platform: np.ndarray, account: np.ndarray) -> np.ndarray:
    """Write platform and account of each post in one word.

    Examples
    --------
    >>> joined(np.array(["x"], object), np.array(["a"], object)).tolist()
    ['x/a']
    """
    return np.char.add(np.char.add(platform.astype(str), "/"), account.astype(str))


def number(table: pd.DataFrame, name: str) -> np.ndarray:
    """Give a column as floats, all missing where the column is absent.

    Examples
    --------
    >>> number(pd.DataFrame({"reach": pd.array([3, None], dtype="Int64")}), "reach").tolist()
    [3.0, nan]
    """
    if name not in table:
        return np.full(len(table), np.nan)
    return numbers(table[name], name)
