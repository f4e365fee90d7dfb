"""Which posts belong together: the grouping columns of a measure, those of the calendar made when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.tables.calendar import (
    CALENDAR,
    calendar_number,
    check_period,
    number_label,
)
from analysis.engagement.tables.posts import (
    collected,
    framed,
    in_memory,
    is_plain,
    lazy_posts,
    number,
    parquet_posts,
    refuse_absent,
    text_of,
    unzoned,
)
from analysis.engagement.tables.values import names_given
from analysis.errors import ParameterError

__all__ = ["Cells", "Code", "coded_cells", "groups"]

FEW = 10_000
UNNAMED = "\ue000"
UNKNOWN = -1e300


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


def label_of(values: tuple) -> str:
    """Name a group in one word, the same whatever the kind of table says for missing.

    Examples
    --------
    >>> label_of(("photo", None)), label_of((pd.NA, 8))
    ('photo|nan', 'nan|8')
    """
    return "|".join("nan" if pd.isna(value) else str(value) for value in values)


@dataclass(frozen=True)
class Cells:
    """Hold posts in the engine they came in, each grouping column coded as text or as a number without gaps.

    Attributes
    ----------
    source : narwhals.LazyFrame or dict of numpy.ndarray
        The coded grouping columns `_k0`, `_k1`...; `platform` and `account` as text, "" where unnamed; `published`
        where there is one; the figures as floats.
    keys : list of str
        Names of the grouping columns.
    codes : tuple of Code
        How each is read back.
    figures : tuple of str
        The figures that are there.
    """

    source: nw.LazyFrame | dict[str, np.ndarray]
    keys: list[str]
    codes: tuple[Code, ...]
    figures: tuple[str, ...]

    @cached_property
    def frame(self) -> nw.LazyFrame:
        """Give the posts to the engine that holds them."""
        here = isinstance(self.source, dict)
        return nw.from_native(pd.DataFrame(self.source)).lazy() if here else self.source

    @cached_property
    def arrays(self) -> dict[str, np.ndarray] | None:
        """Give the columns of the posts when they are in memory already."""
        if isinstance(self.source, dict):
            return self.source
        return arrays(self.source.to_native()) if self.source.implementation.is_pandas() else None

    @property
    def held(self) -> int | None:
        """Count the posts when they are in memory already."""
        if isinstance(self.source, dict):
            return len(self.source["platform"])
        return len(self.source.to_native()) if self.source.implementation.is_pandas() else None

    @property
    def coded(self) -> list[str]:
        """Name the coded grouping columns."""
        return [f"_k{place}" for place in range(len(self.keys))]

    @property
    def dated(self) -> bool:
        """Tell whether there is a date of publication."""
        return "published" in (
            self.source if isinstance(self.source, dict) else self.source.collect_schema().names()
        )

    def decoded(self, table: pd.DataFrame) -> pd.DataFrame:
        """Give the coded grouping columns of a collected table in their own words."""
        words = {
            key: code.read(table[name])
            for key, code, name in zip(self.keys, self.codes, self.coded, strict=True)
        }
        return pd.DataFrame(words, index=table.index)


@dataclass(frozen=True)
class Code:
    """Say how one grouping column is coded in the engine and read back."""

    write: nw.Expr
    read: Callable[[pd.Series], pd.Series]


def coded_cells(
    posts: Any,
    by: str | Iterable[str] | None,
    every: str | None,
    figures: Iterable[str],
    optional: Iterable[str],
) -> Cells:
    """Prepare posts for grouping in the engine that holds them; nothing is computed yet.

    Parameters
    ----------
    posts : table or path
        As for `lazy_posts`.
    by : str or list of str, optional
        Grouping columns.
    every : {"week", "month", "quarter", "year"}, optional
        Add the grouping column `period`.
    figures, optional : iterable of str
        Columns of numbers that must be there, and those taken when they are.

    Returns
    -------
    Cells

    Raises
    ------
    ParameterError
        When posts are grouped by a period that is not named.
    DataError
        When a column is absent.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [10], "kind": [None], "published": pd.to_datetime(["2025-10-06"])})
    >>> prepared = coded_cells(table, "kind", "quarter", ["reach"], [])
    >>> prepared.decoded(prepared.frame.collect().to_pandas())[prepared.keys].values.tolist()
    [[nan, '2025-Q4']]
    """
    posts = parquet_posts(posts) if isinstance(posts, str | Path) else posts
    keys, derived = _keys(posts, by, every)
    named = [key for key in keys if key not in derived]
    wanted = dict.fromkeys([*figures, *optional])
    chosen = [*named, *figures, *(["published"] if derived else [])]
    if not derived and is_plain(posts) and len(posts) <= FEW:
        return _coded_here(posts, keys, chosen, wanted)
    frame = lazy_posts(posts, chosen, [*wanted, "published", "platform", "account"])
    there = frame.collect_schema().names()
    figures = tuple(name for name in wanted if name in there)
    codes: dict[str, Code] = {key: _calendar_code(name) for key, name in derived.items()}
    frame = _numeric(frame, figures)
    if frame.implementation.is_pandas_like():
        frame, known = _from_pandas(frame, named, figures)
        codes |= known
    else:
        codes |= {key: _code(key, frame.collect_schema()[key]) for key in named}
    ordered = tuple(codes[key] for key in keys)
    frame = frame.select(
        *(code.write.alias(f"_k{place}") for place, code in enumerate(ordered)),
        *(_text(name, there).alias(name) for name in ("platform", "account")),
        *(["published"] if "published" in there else []),
        *(nw.col(name).cast(nw.Float64).fill_nan(None).alias(f"_f_{name}") for name in figures),
    )
    return Cells(frame, keys, ordered, figures)


def _coded_here(posts: pd.DataFrame, keys: list[str], chosen: list[str], wanted: Iterable[str]) -> Cells:
    """Prepare a plain table of few posts as `coded_cells` does, with no engine between."""
    refuse_absent(posts.columns, chosen)
    figures = tuple(name for name in wanted if name in posts)
    made: dict[str, np.ndarray] = {}
    codes = []
    for place, key in enumerate(keys):
        found, values = pd.factorize(posts[key])
        made[f"_k{place}"] = found.astype(float)
        codes.append(Code(nw.col(f"_k{place}"), _reader(values)))
    made |= {name: text_of(posts, name) for name in ("platform", "account")}
    if "published" in posts:
        made["published"] = unzoned(posts["published"]).to_numpy("datetime64[us]")
    made |= {f"_f_{name}": number(posts, name) for name in figures}
    return Cells(made, keys, tuple(codes), figures)


def arrays(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Take the columns of collected cells: texts, moments, and numbers as floats.

    Examples
    --------
    >>> arrays(pd.DataFrame({"platform": ["x"], "_f_reach": pd.array([None], dtype="Int64")}))
    {'platform': array(['x'], dtype=object), '_f_reach': array([nan])}
    """
    made: dict[str, np.ndarray] = {}
    for name, values in table.items():
        if name in ("platform", "account"):
            made[name] = text_of(table, name)
        else:
            moments = name == "published"
            made[name] = (
                values.to_numpy("datetime64[us]") if moments else values.to_numpy(float, na_value=np.nan)
            )
    return made


def _numeric(frame: nw.LazyFrame, figures: tuple[str, ...]) -> nw.LazyFrame:
    """Bring figures written as text to where they can be read one by one."""
    schema = frame.collect_schema()
    texts = [
        name for name in figures if schema[name] in (nw.String, nw.Categorical) or schema[name].is_temporal()
    ]
    if not texts or frame.implementation.is_pandas_like():
        return frame
    return nw.from_native(in_memory(frame, texts[0], "a number")).lazy()


def _keys(posts: Any, by: str | Iterable[str] | None, every: str | None) -> tuple[list[str], dict[str, str]]:
    """List the grouping columns, and those to be made with the part of the calendar each is."""
    keys = names_given("by", by)
    keys += ["period"] if every and "period" not in keys else []
    names = posts.columns if isinstance(posts, pd.DataFrame) else framed(posts).collect_schema().names()
    if "period" in keys and every is None and "period" not in names:
        raise ParameterError('by="period" needs every="week", "month", "quarter" or "year".')
    made = {key: key for key in keys if key not in names and key in CALENDAR}
    return keys, made | ({"period": check_period(every)} if every else {})


def _text(name: str, there: list[str]) -> nw.Expr:
    return nw.col(name).cast(nw.String).fill_null("") if name in there else nw.lit("")


def _calendar_code(name: str) -> Code:
    def read(coded: pd.Series) -> pd.Series:
        return number_label(name, coded.where(coded != UNKNOWN))

    return Code(calendar_number(name).fill_null(UNKNOWN), read)


def _code(name: str, dtype: Any) -> Code:
    """Code a column by its type: truth and fractions as floats, everything else as text, none of them missing."""
    column = nw.col(name)
    if dtype == nw.Boolean or dtype.is_float():
        truth = dtype == nw.Boolean

        def numbers(coded: pd.Series) -> pd.Series:
            known = coded.where(coded != UNKNOWN)
            return known if not truth else known.astype("boolean" if known.isna().any() else bool)

        number = column.cast(nw.Float64)
        return Code((number if truth else number.fill_nan(None)).fill_null(UNKNOWN), numbers)

    def words(coded: pd.Series) -> pd.Series:
        known = coded.where(coded != UNNAMED)
        if dtype.is_integer():
            return pd.to_numeric(known).astype("Int64" if known.isna().any() else "int64")
        if dtype.is_temporal():
            return pd.to_datetime(known)
        levels = list(dtype.categories) if dtype == nw.Enum else None
        return known.astype(pd.CategoricalDtype(levels)) if levels else known

    return Code(column.cast(nw.String).fill_null(UNNAMED), words)


def _from_pandas(
    frame: nw.LazyFrame, named: list[str], figures: tuple[str, ...]
) -> tuple[nw.LazyFrame, dict[str, Code]]:
    """Bring the many types of pandas to a few: figures as floats, grouping columns as numbers of their values."""
    table, codes = collected(frame), {}
    made: dict[str, Any] = {name: number(table, name) for name in figures}
    for name in ("platform", "account"):
        if name in table:
            made[name] = table[name].astype("string").fillna("")
    if "published" in table:
        made["published"] = pd.to_datetime(table["published"])
    for key in named:
        found, values = pd.factorize(table[key])
        made[f"_of_{key}"] = found.astype(float)
        codes[key] = Code(nw.col(f"_of_{key}"), _reader(values))
    return nw.from_native(pd.DataFrame(made)).lazy(), codes


def _reader(values: Any) -> Callable[[pd.Series], pd.Series]:
    def read(coded: pd.Series) -> pd.Series:
        return pd.Series(values).reindex(coded.astype(int)).set_axis(coded.index)

    return read
