"""What columns does every table of posts, of days and of audiences have, whichever platform it came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.platforms.export import counted, grouped, rows_text
from analysis.platforms.layout.reading import Reading

__all__ = ["AUDIENCE", "COMPETITORS", "DAILY", "KINDS", "MESSAGES", "POSTS", "REVIEWS", "as_posts"]

KINDS = ("photo", "video", "reel", "story", "link", "text", "carousel", "live", "other")
POSTS = {
    "platform": "string",
    "account": "string",
    "post_id": "string",
    "published": "datetime64[us]",
    "published_zone_known": "boolean",
    "kind": "string",
    "text": "string",
    "url": "string",
    "paid": "boolean",
    "followers": "Int64",
    "reach": "Int64",
    "views": "Int64",
    "reactions": "Int64",
    "comments": "Int64",
    "shares": "Int64",
    "saves": "Int64",
    "clicks": "Int64",
    "exported": "datetime64[us]",
    "source": "string",
}
DAILY = {
    "platform": "string",
    "account": "string",
    "date": "datetime64[us]",
    "metric": "string",
    "value": "Float64",
}
COMPETITORS = {
    "platform": "string",
    "account": "string",
    "first": "datetime64[us]",
    "last": "datetime64[us]",
    "metric": "string",
    "value": "Float64",
}
AUDIENCE = {
    "platform": "string",
    "account": "string",
    "dimension": "string",
    "level": "string",
    "value": "Float64",
    "unit": "string",
}
REVIEWS = {
    "platform": "string",
    "account": "string",
    "review_id": "string",
    "published": "datetime64[us]",
    "rating": "Float64",
    "text": "string",
    "language": "string",
    "answered": "datetime64[us]",
}
MESSAGES = {
    "platform": "string",
    "account": "string",
    "thread_id": "string",
    "received": "datetime64[us]",
    "answered": "datetime64[us]",
}
ROWS = {"reviews": REVIEWS, "messages": MESSAGES}
PLURALS = {"country": "countries", "city": "cities", "posts": "posts"}
UNIQUE = {
    "reach", "reach_shown", "unique_viewers", "viewers_new", "viewers_returning", "viewers_regular", "viewers_casual",
}  # fmt: skip


def as_posts(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table the columns, order and types of the posts contract.

    Parameters
    ----------
    table : pandas.DataFrame
        Any of the contract's columns; others are kept after them.

    Returns
    -------
    pandas.DataFrame
        Every column of the contract, missing where the table had none.

    Notes
    -----
    A column added here is missing throughout, not 0: a network without saves has no saves to count.

    Examples
    --------
    >>> as_posts(pd.DataFrame({"post_id": ["1"], "reactions": [4]}))[["post_id", "reactions", "saves"]]
      post_id  reactions  saves
    0       1          4   <NA>
    """
    return _typed(table, POSTS, keep=True)


def _typed(table: pd.DataFrame, contract: dict[str, str], *, keep: bool) -> pd.DataFrame:
    columns = {
        name: table[name].astype(dtype)
        if name in table
        else pd.Series(pd.NaT if dtype.startswith("datetime") else pd.NA, index=table.index, dtype=dtype)
        for name, dtype in contract.items()
    }
    extra = {name: table[name] for name in table if name not in contract and keep}
    return pd.DataFrame(columns | extra, index=table.index)


def as_contract(reading: Reading) -> pd.DataFrame:
    """Bring a reading to the contract of its kind.

    Parameters
    ----------
    reading : Reading
        After the steps of its format.

    Returns
    -------
    pandas.DataFrame
        Posts one row each; daily and audience tables one row per metric.
    """
    known = reading.match.format
    frame = reading.frame.assign(**known.constants)
    if "platform" not in frame:
        frame = frame.assign(platform=reading.platform)
    _compare_totals(reading)
    if known.kind == "posts":
        _doubtful_posts(frame, reading)
        return as_posts(_kinds(frame, reading).drop(columns="_row", errors="ignore"))
    if known.kind == "daily":
        return _daily(frame, reading)
    if known.kind == "competitors":
        return _competitors(frame, reading)
    if known.kind in ROWS:
        return _typed(frame.drop(columns="_row", errors="ignore"), ROWS[known.kind], keep=True)
    return _audience(frame, reading)


def _doubtful_posts(frame: pd.DataFrame, reading: Reading) -> None:
    """Say which posts have no date where others have one, and which identifiers stand on rows that differ."""
    dates, ids = frame.get("published"), frame.get("post_id")
    if len(frame) and (dates is None or dates.isna().all()) and "no_dates" not in _codes(reading):
        reading.notice("no_dates", "No post has a date: they cannot be placed in a period.")
    if dates is not None and dates.isna().any() and dates.notna().any():
        rows = frame.loc[dates.isna(), "_row"]
        reading.notice(
            "undated", f"Posts without a date: {len(rows)} ({rows_text(rows)}); they are in no period."
        )
    if ids is None or "history_of_a_post" in _codes(reading):
        return
    again = ids.notna() & ids.duplicated()
    if again.any():
        rows = frame.loc[again, "_row"]
        reading.notice(
            "post_twice",
            f"Rows whose identifier stands on an earlier, different row: {len(rows)} ({rows_text(rows)}); "
            "all are kept here.",
        )


def _codes(reading: Reading) -> set[str]:
    return {notice.code for notice in reading.notices}


def _kinds(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Translate the platform's words for the kind of post; unknown ones are `other` and are reported."""
    if "kind" in reading.match.format.constants or "kind" not in frame:
        return frame
    words = frame["kind"].map(lambda word: " ".join(word.split()).casefold(), na_action="ignore")
    kinds = {kind: kind for kind in KINDS} | dict(reading.match.format.kinds)
    strange = sorted(set(words.dropna()) - set(kinds))
    if strange:
        reading.notice("kind_unknown", f'Post types not known yet, read as "other": {", ".join(strange)}.')
    return frame.assign(
        kind=words.map(lambda word: kinds.get(word, "other"), na_action="ignore").astype("string")
    )


def _daily(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    known = reading.match.format
    metrics = {name: item.metric for name, item in known.fields.items() if item.metric and name in frame}
    metrics |= reading.metrics
    if reading.metric:
        metrics = {"value": reading.metric}
    elif "value" in frame:
        metrics = {}
    bare = int(frame["date"].isna().sum())
    if bare:
        reading.notice("no_date", f"{counted(bare, 'line has', 'lines have')} no readable date: dropped.")
        reading.dropped += bare
        reading.frame = frame = frame[frame["date"].notna()]
    if {"metric", "value"} <= set(frame):
        return _typed(frame, DAILY, keep=False).sort_values(
            ["metric", "date"], kind="stable", ignore_index=True
        )
    long = _one_figure_a_row(frame, [n for n in ("platform", "account", "date") if n in frame], list(metrics))
    if "followers" in reading.totals and reading.exported is not None:
        stock = {"platform": reading.platform, "date": reading.exported, "metric": "followers"}
        metrics["followers"] = "followers"
        long = pd.concat([long, pd.DataFrame([stock | {"value": reading.totals["followers"]}])])
    return (
        _typed(long.assign(metric=long["metric"].map(metrics)), DAILY, keep=False)
        .sort_values(["metric", "date"], kind="stable")
        .reset_index(drop=True)
    )


def _one_figure_a_row(frame: pd.DataFrame, keys: list[str], metrics: list[str]) -> pd.DataFrame:
    """Put the figures of many columns in one, column by column; hundreds of columns take no longer than their cells."""
    figures = [frame[name].to_numpy(dtype=float, na_value=np.nan) for name in metrics]
    values = np.concatenate(figures) if figures else np.empty(0)
    places = np.tile(np.arange(len(frame)), len(metrics))
    return (
        frame[keys]
        .iloc[places]
        .reset_index(drop=True)
        .assign(
            metric=pd.Series(np.repeat(metrics, len(frame)), dtype="string"),
            value=pd.arrays.FloatingArray(values, np.isnan(values)),
        )
    )


def _competitors(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    fields = reading.match.format.fields
    metrics = {name: item.metric for name, item in fields.items() if item.metric and name in frame}
    keys = [name for name in ("platform", "account", "first", "last") if name in frame]
    long = _one_figure_a_row(frame, keys, list(metrics))
    return _typed(long.assign(metric=long["metric"].map(metrics)), COMPETITORS, keep=False)


def _audience(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    known = reading.match.format
    units = {name: item.unit for name, item in known.fields.items() if item.unit and name in frame}
    frame = frame if "dimension" in frame else frame.assign(dimension=known.dimension)
    keys = [name for name in ("platform", "account", "dimension", "level") if name in frame]
    long = frame.melt(id_vars=keys, value_vars=list(units), var_name="unit")
    return _typed(long.assign(unit=long["unit"].map(units)), AUDIENCE, keep=False)


def _sum_text(number: int, parts: str) -> str:
    return f"The {grouped(number)} {parts} sum to" if number != 1 else "The only row is"


def _compare_totals(reading: Reading) -> None:
    """Say when the rows do not add up to the total the file prints."""
    known = reading.match.format
    videos = known.kind == "posts" and reading.platform == "youtube"
    parts = "videos" if videos else PLURALS.get(known.dimension or known.kind)
    for name, total in reading.totals.items():
        item = known.fields.get(name)
        if item is None or item.type != "count" or item.unit in UNIQUE or name in UNIQUE:
            continue
        sums = reading.frame[name].sum()
        if sums != total and pd.notna(sums):
            side = "less" if sums < total else "more"
            word = name.replace("_", " ")
            why = (
                f" ({sums / total:.1%}): the platform leaves out what is small or unknown."
                if side == "less" and total
                else ": check that the file is complete."
            )
            reading.notice(
                "totals_differ",
                f"{_sum_text(len(reading.frame), parts or 'rows')} {grouped(sums)} {word}, {side} than the total "
                f"{grouped(total)}{why}",
            )
