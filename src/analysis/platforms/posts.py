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
    stacked = _stack(exports, [*extra, "is_crosspost"])
    newest = stacked[stacked["_rank"] == 0]
    return _without_crossposts(newest)[[*POSTS, *_present(extra, stacked)]].reset_index(drop=True)


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
    stacked = _stack(exports)
    return stacked.assign(reading=stacked["_rank"].astype("Int64"))[[*POSTS, "reading"]].reset_index(
        drop=True
    )


def _listed(exports: Export | Iterable[Export]) -> list[Export]:
    return [exports] if isinstance(exports, Export) else list(exports)


def _present(extra: Iterable[str], table: pd.DataFrame) -> list[str]:
    return [name for name in extra if name in table and name not in POSTS]


def _stack(exports: Export | Iterable[Export], extra: Iterable[str] = ()) -> pd.DataFrame:
    """Stack the posts of all exports and rank the readings of each post from the newest."""
    wanted = {*POSTS, *extra}
    tables = {
        -position: export.table[[name for name in export.table if name in wanted]]
        for position, export in enumerate(_listed(exports))
        if export.kind == "posts"
    }
    if not tables:
        raise DataError(
            "None of these exports holds posts: export the list of posts (content) from the platform."
        )
    filled = {order: table for order, table in tables.items() if len(table)} or dict([*tables.items()][:1])
    stacked = pd.concat(filled.values(), ignore_index=True)
    sizes = [len(table) for table in filled.values()]
    last = pd.Series(
        [table["published"].max() for table in filled.values()], dtype=stacked["published"].dtype
    )
    last = last.repeat(sizes).set_axis(stacked.index)
    stacked = stacked.assign(
        _order=np.repeat(list(filled), sizes), _when=stacked["exported"].fillna(last), _size=_size(stacked)
    )
    stacked = stacked.sort_values(
        ["platform", "account", "published", "post_id", "_when", "_size", "source", "_order"],
        ascending=[True, True, True, True, False, False, True, False],
        kind="stable",
        ignore_index=True,
    )
    return stacked.assign(_rank=_ranks(stacked))


def _size(table: pd.DataFrame) -> pd.Series:
    return table[FIGURES].astype("Float64").sum(axis=1, skipna=True).astype(float)


def _ranks(stacked: pd.DataFrame) -> pd.Series:
    """Number the readings of one post; without an identifier a row is a post of its own."""
    newest_first = stacked.sort_values(
        ["_when", "_size", "_order"], ascending=[False, False, False], kind="stable", na_position="last"
    )
    ranks = newest_first.groupby(["platform", "post_id"], dropna=False).cumcount()
    return ranks.reindex(stacked.index).where(stacked["post_id"].notna(), 0)


def _without_crossposts(table: pd.DataFrame) -> pd.DataFrame:
    """Drop a cross-post whose original, same words and same minute on the same platform, is there too."""
    if "is_crosspost" not in table:
        return table
    copy = table["is_crosspost"].fillna(False).astype(bool)
    keys = table.assign(_minute=table["published"].dt.floor("min"))[["platform", "text", "_minute"]]
    known = keys[~copy & keys["text"].notna()].drop_duplicates()
    found = keys.merge(known.assign(_original=True), on=["platform", "text", "_minute"], how="left")
    return table[~(copy & found["_original"].notna().to_numpy())]


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
