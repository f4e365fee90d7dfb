"""What did an account publish: one table of posts from many exports, each post once, and a summary of the files."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.platforms.contracts import POSTS, as_posts
from analysis.platforms.export import Export, Exports, grouped

__all__ = ["as_posts", "daily", "history", "posts", "summary"]

FIGURES = ["reach", "views", "reactions", "comments", "shares", "saves", "clicks"]
SUMMED = [
    "clicks", "comments", "interactions", "link_clicks", "new_followers", "page_views", "reactions", "saves", "shares",
    "views", "visits",
]  # fmt: skip
SUMMARY = [
    "file", "part", "platform", "tool", "kind", "accounts", "rows", "dropped", "first", "last", "sums", "warnings",
]  # fmt: skip


def posts(exports: Export | Iterable[Export], extra: Iterable[str] = ()) -> pd.DataFrame:
    """Put the posts of several exports in one table, each post once with its newest figures.

    Parameters
    ----------
    exports : Export or iterable of Export
        What `read_export` or `read_folder` gave; tables that hold no posts are passed over.
    extra : iterable of str, optional
        Columns outside the contract to keep where an export has them (`link_clicks`, `engaged`...).

    Returns
    -------
    pandas.DataFrame
        The posts contract, sorted by platform, account and time of publication.

    Raises
    ------
    DataError
        When no export holds posts.

    Notes
    -----
    Newest means the later day of export; where no export says its day, the export whose last post is later, then
    the larger figures, since lifetime totals grow. Older readings are not lost: see `history`. A cross-post
    whose original is in the table counts once.

    Examples
    --------
    >>> from analysis.platforms import Export
    >>> def export(day, likes):
    ...     table = as_posts(pd.DataFrame({"platform": ["facebook"], "post_id": ["1"], "reactions": [likes],
    ...                                    "exported": [pd.Timestamp(day)]}))
    ...     return Export("facebook", "t", "posts", table, (), "", pd.Timestamp(day), {}, (), "f")
    >>> posts([export("2025-10-01", 5), export("2025-11-01", 9)])["reactions"].tolist()
    [9]
    """
    extra = list(extra)
    stacked, reading = _stack(exports, [*extra, "is_crosspost"])
    newest = _without_crossposts(stacked[reading == 0])
    return newest[[*POSTS, *_present(extra, stacked)]].reset_index(drop=True)


def history(exports: Export | Iterable[Export]) -> pd.DataFrame:
    """List every reading of every post, newest first within a post.

    Parameters
    ----------
    exports : Export or iterable of Export
        As for `posts`.

    Returns
    -------
    pandas.DataFrame
        The posts contract plus `reading` (0 the newest, 1 the one before...).

    Notes
    -----
    Lifetime figures should not fall; one that does was corrected by the platform (removed reactions).

    Examples
    --------
    >>> from analysis.platforms import Export
    >>> table = as_posts(pd.DataFrame({"platform": ["facebook"], "post_id": ["1"], "reactions": [4]}))
    >>> history(Export("facebook", "t", "posts", table, (), "", None, {}, (), "f"))["reading"].tolist()
    [0]
    """
    stacked, reading = _stack(exports)
    return stacked[list(POSTS)].assign(reading=pd.array(reading, dtype="Int64"))


def _listed(exports: Export | Iterable[Export]) -> list[Export]:
    return [exports] if isinstance(exports, Export) else list(exports)


def _present(extra: Iterable[str], table: pd.DataFrame) -> list[str]:
    return [name for name in extra if name in table and name not in POSTS]


def _columns(export: Export, wanted: set[str]) -> pd.DataFrame:
    """Take the columns wanted of an export, each of which must be there once."""
    table = export.table.loc[:, [name in wanted for name in export.table]]
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise DataError(f'{export.file}: the table has two columns called "{twice[0]}": keep one.')
    return table


def _stack(exports: Export | Iterable[Export], extra: Iterable[str] = ()) -> tuple[pd.DataFrame, np.ndarray]:
    """Stack the posts of all exports in order, and number the readings of each post from the newest."""
    wanted = {*POSTS, *extra}
    tables = [_columns(export, wanted) for export in _listed(exports) if export.kind == "posts"]
    if not tables:
        raise DataError(
            "None of these exports holds posts: export the list of posts (content) from the platform."
        )
    filled = [table for table in tables if len(table)] or tables[:1]
    stacked = pd.concat(filled, ignore_index=True)
    sizes = [len(table) for table in filled]
    last = _moments(pd.to_datetime(pd.Series([table["published"].max() for table in filled])))
    exported = _moments(stacked["exported"])
    when = _newest_first(np.where(np.isnat(exported), np.repeat(last, sizes), exported))
    size, place = -_size(stacked), np.repeat(np.arange(len(filled)), sizes)
    platform, account, post, source = (
        _ranked(stacked[name]) for name in ("platform", "account", "post_id", "source")
    )
    published = _moments(stacked["published"])
    order = np.lexsort((place, source, size, when, post, published, account, platform))
    stacked = stacked.iloc[order].reset_index(drop=True)
    reading = _readings(*(values[order] for values in (platform, post, when, size, place)))
    return stacked, np.where(stacked["post_id"].notna(), reading, 0)


def _moments(values: pd.Series) -> np.ndarray:
    """Give moments without the zone they may carry, on the clock of UTC."""
    zoned = isinstance(values.dtype, pd.DatetimeTZDtype)
    return (values.dt.tz_convert(None) if zoned else values).to_numpy("datetime64[us]")


def _newest_first(moments: np.ndarray) -> np.ndarray:
    """Give numbers that put later moments first and unknown ones last."""
    return np.where(np.isnat(moments), np.inf, -moments.astype("int64").astype(float))


def _ranked(values: pd.Series) -> np.ndarray:
    """Give numbers that sort as words do, missing ones last."""
    code, names = pd.factorize(values, sort=True)
    return np.where(code < 0, len(names), code)


def _size(table: pd.DataFrame) -> np.ndarray:
    return np.nansum([table[name].to_numpy(float, na_value=np.nan) for name in FIGURES], axis=0)


def _readings(
    platform: np.ndarray, post: np.ndarray, when: np.ndarray, size: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """Number the readings of each post: the later, else the larger, else that of the first export."""
    order = np.lexsort((place, size, when, post, platform))
    same = (np.diff(platform[order]) == 0) & (np.diff(post[order]) == 0)
    at = np.arange(len(order))
    reading = np.empty(len(order), int)
    reading[order] = at - np.maximum.accumulate(np.where(np.append(False, same)[: len(at)], 0, at))
    return reading


def _without_crossposts(table: pd.DataFrame) -> pd.DataFrame:
    """Drop a cross-post whose original, same words and same minute on the same platform, is there too."""
    if "is_crosspost" not in table:
        return table
    copy = table["is_crosspost"].to_numpy(bool, na_value=False)
    minute = _moments(table["published"]).astype("datetime64[m]").astype("int64")
    words = [table[name].to_numpy(object, na_value=None) for name in ("platform", "text")]
    keys = list(zip(*words, minute.tolist(), strict=True))
    known = {
        key for key, copied in zip(keys, copy.tolist(), strict=True) if not copied and key[1] is not None
    }
    return table[~(copy & np.array([key in known for key in keys], bool))]


def daily(exports: Export | Iterable[Export]) -> pd.DataFrame:
    """Put the daily figures of several exports in one table, each platform, account, metric and day once.

    Parameters
    ----------
    exports : Export or iterable of Export
        What `read_export` or `read_folder` gave; other kinds are passed over.

    Returns
    -------
    pandas.DataFrame
        The daily contract, sorted; empty when no export holds daily figures. The later file wins a day.

    Notes
    -----
    Unique people (`reach`) of several days must not be added up.

    Examples
    --------
    >>> daily([]).empty
    True
    """
    keys = ["platform", "account", "metric", "date"]
    tables = [export.table for export in _listed(exports) if export.kind == "daily" and len(export.table)]
    if not tables:
        return pd.DataFrame(columns=["platform", "account", "date", "metric", "value"])
    return (
        pd.concat(tables, ignore_index=True)
        .drop_duplicates(keys, keep="last")
        .sort_values(keys, kind="stable", ignore_index=True)
    )


def summary(exports: Export | Iterable[Export]) -> pd.DataFrame:
    """Say in one line per table what was read: file, platform, kind, rows, dates, key sums, warnings.

    Parameters
    ----------
    exports : Export or Exports
        What `read_export` or `read_folder` gave; files that were not read have a line too.

    Returns
    -------
    pandas.DataFrame
        `file, part, platform, tool, kind, accounts, rows, dropped, first, last` (dates), `sums` (a phrase such as
        "views 15 503 810"), `warnings` (a tuple of sentences). `kind` is `not read` for what is no export, `refused`
        for an export with a mistake, which `warnings` then holds.

    Notes
    -----
    Sums are a check against the platform's own screen, not a result: reach is never summed.

    Examples
    --------
    >>> summary([]).empty
    True
    """
    rows = [_line(export) for export in _listed(exports)]
    if isinstance(exports, Exports):
        rows += [{"file": "", "kind": "not read", "warnings": (notice,)} for notice in exports.unrecognised]
        rows += [
            {"file": file, "kind": "refused", "warnings": tuple(why.split("\n"))}
            for file, why in exports.refused.items()
        ]
    return pd.DataFrame(rows, columns=SUMMARY)


def _line(export: Export) -> dict[str, object]:
    table = export.table
    moments = table.get("published", table.get("date", pd.Series(dtype="datetime64[us]"))).dropna()
    return {
        "file": export.file,
        "part": export.part,
        "platform": export.platform,
        "tool": export.tool,
        "kind": export.kind,
        "accounts": ", ".join(export.accounts),
        "rows": export.rows_read,
        "dropped": export.rows_dropped,
        "first": moments.min() if len(moments) else pd.NaT,
        "last": moments.max() if len(moments) else pd.NaT,
        "sums": _sums(export),
        "warnings": export.warnings,
    }


def _newest_readings(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the newest reading of each post where a file holds several of them."""
    if table["exported"].nunique() < 2:
        return table
    ordered = table.sort_values("exported", kind="stable")
    return ordered[~ordered.duplicated("post_id", keep="last") | ordered["post_id"].isna()]


def _sums(export: Export) -> str:
    """Write the sums a user can compare with the platform's screen; printed totals are named as such."""
    table = export.table
    if export.kind == "posts":
        table = _newest_readings(table)
        found = {name: table[name].sum() for name in FIGURES if name != "reach" and table[name].notna().any()}
    elif export.kind == "daily":
        found = table[table["metric"].isin(SUMMED)].groupby("metric")["value"].sum().to_dict()
    elif "unit" in table:
        found = table[table["unit"] == "views"].groupby("unit")["value"].sum().to_dict()
    else:
        found = {}
    words = [f"{name} {grouped(round(value, 2))}" for name, value in found.items()]
    printed = [
        f"{name} {grouped(round(value, 2))} (total line)"
        for name, value in export.totals.items()
        if name == "views"
    ]
    return ", ".join([*words, *printed])
