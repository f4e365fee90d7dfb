"""When does a business post: hours, weekdays and periods of its posts, how often, and how long it falls silent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis import bootstrap
from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = ["CALENDAR", "PERIODS", "cadence", "periods", "with_calendar"]

PERIODS = ("week", "month", "quarter", "year")
CALENDAR = ("hour", "weekday", *PERIODS)


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


def periods(published: pd.Series, every: str) -> pd.Series:
    """Name the week, month, quarter or year of each moment.

    Parameters
    ----------
    published : pandas.Series
        Moments; missing ones have no period.
    every : {"week", "month", "quarter", "year"}

    Returns
    -------
    pandas.Series
        Codes such as `2025-W07` (ISO week), `2025-11`, `2025-Q4`, `2025`.

    Raises
    ------
    ParameterError
        When `every` is none of its choices.

    Notes
    -----
    The ISO week of the first days of January may belong to the year before.

    References
    ----------
    ISO 8601 (week dates).

    Examples
    --------
    >>> periods(pd.Series(pd.to_datetime(["2025-01-01", "2025-11-30"])), "quarter").tolist()
    ['2025-Q1', '2025-Q4']
    """
    if every not in PERIODS:
        raise ParameterError(
            f'every="{every}" is not a period.{did_you_mean(every, PERIODS)} Periods: {", ".join(PERIODS)}.'
        )
    year = published.dt.year.astype("Int64").astype("string")
    if every == "week":
        iso = published.dt.isocalendar()
        return iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)
    if every == "month":
        return year + "-" + published.dt.month.astype("Int64").astype("string").str.zfill(2)
    if every == "quarter":
        return year + "-Q" + published.dt.quarter.astype("Int64").astype("string")
    return year


def with_calendar(posts: Any) -> Any:
    """Add hour, weekday, week, month, quarter and year of publication to a table of posts.

    Parameters
    ----------
    posts : table
        With `published`; a column already there (an hour printed without a date) is kept.

    Returns
    -------
    table
        Of the same kind, with `hour` (0–23), `weekday` (1 Monday – 7 Sunday), `week`, `month`, `quarter`, `year`.

    Notes
    -----
    Hours are those of the clock as printed: where `published_zone_known` is false they may be another zone's.

    Examples
    --------
    >>> table = pd.DataFrame({"published": pd.to_datetime(["2025-12-29 18:30"])})
    >>> with_calendar(table)[["hour", "weekday", "week"]].to_dict("records")
    [{'hour': 18, 'weekday': 1, 'week': '2026-W01'}]
    """
    frame = nw.from_native(posts, eager_only=True)
    moments = read_posts(posts, ["published"])["published"]
    new = [name for name in CALENDAR if name not in frame.columns]
    derived = pd.DataFrame({name: _calendar(moments, name) for name in new})
    if frame.implementation.is_pandas():
        return posts.assign(**{name: derived[name].set_axis(posts.index) for name in new})
    space = frame.implementation
    values = {name: [None if pd.isna(v) else v for v in derived[name].astype(object)] for name in new}
    return frame.with_columns(
        *(nw.new_series(name, column, _dtype(name), backend=space) for name, column in values.items())
    ).to_native()


def _dtype(name: str) -> Any:
    return nw.Int64 if name in {"hour", "weekday"} else nw.String


def _calendar(moments: pd.Series, name: str) -> pd.Series:
    if name == "hour":
        return moments.dt.hour.astype("Int64")
    if name == "weekday":
        return (moments.dt.day_of_week + 1).astype("Int64")
    return periods(moments, name)


def cells(
    posts: Any,
    by: str | Iterable[str] | None,
    every: str | None,
    columns: Iterable[str],
    optional: Iterable[str],
):
    """Read posts with their grouping columns, making the calendar ones that are asked for and absent.

    Returns
    -------
    tuple of pandas.DataFrame and list of str
        The posts and the names of the grouping columns.
    """
    keys = [by] if isinstance(by, str) else list(by or [])
    keys += ["period"] if every and "period" not in keys else []
    if "period" in keys and every is None and "period" not in nw.from_native(posts).collect_schema().names():
        raise ParameterError('by="period" needs every="week", "month", "quarter" or "year".')
    names = nw.from_native(posts).collect_schema().names()
    derived = [key for key in keys if key not in names and key in CALENDAR]
    made = [*derived, *(["period"] if every else [])]
    needed = [key for key in keys if key not in made]
    dated = ["published"] if made else []
    table = read_posts(posts, [*needed, *columns, *dated], [*optional, "published", "platform", "account"])
    for name in derived:
        table = table.assign(**{name: _calendar(table["published"], name)})
    if every:
        table = table.assign(period=periods(table["published"], every))
    return table, keys


def account_of(table: pd.DataFrame) -> np.ndarray:
    """Name the account of each post by platform and account; an unnamed account is one account per platform."""
    parts = [
        table[name].astype("string").fillna("").to_numpy(dtype=str)
        if name in table
        else np.full(len(table), "")
        for name in ("platform", "account")
    ]
    return np.char.add(np.char.add(parts[0], "/"), parts[1]) if len(table) else np.array([], dtype=str)


def week_of(table: pd.DataFrame) -> np.ndarray:
    """Number the calendar week (Monday to Sunday) of each post, NaN where the date is unknown."""
    if "published" not in table:
        return np.full(len(table), np.nan)
    days = (table["published"] - pd.Timestamp("1970-01-05")).dt.days
    return np.floor(days.to_numpy(dtype=float, na_value=np.nan) / 7)


def cadence(
    posts: Any,
    by: str | Iterable[str] | None = None,
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Count posts per week, silent weeks and the gaps between posts.

    Parameters
    ----------
    posts : table
        The posts contract; `published` is needed.
    by : str or list of str, optional
        Grouping columns.
    start, end : date, optional
        First and last day observed. Without them, the whole weeks from an account's first to its last post.
    level, draws, seed
        Of the bootstrap interval.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `measure`, `unit`, `estimate, se, low, high, n, method, flag`. Measures: `posts_per_week`
        (per account, silent weeks count as 0; n weeks), `silent_weeks` (whole weeks without a post; n whole
        weeks), `median_gap` and `longest_gap` (days between posts of an account; n gaps).

    Notes
    -----
    Do not read a high cadence as success: it counts effort, not response. Gaps before the first and after the last
    post are not counted.

    Examples
    --------
    >>> table = pd.DataFrame({"account": "a", "published": pd.to_datetime(["2025-01-06", "2025-01-08", "2025-01-22"])})
    >>> cadence(table)[["measure", "estimate", "n"]].to_dict("records")[:2]
    [{'measure': 'posts_per_week', 'estimate': 1.0, 'n': 3}, {'measure': 'silent_weeks', 'estimate': 1.0, 'n': 3}]
    """
    first, last = (None if d is None else pd.Timestamp(d).normalize() for d in (start, end))
    table, keys = cells(posts, by, None, ["published"], ())
    table = table.assign(_account=account_of(table)).dropna(subset=["published"])
    table = table[table["published"] >= first] if first is not None else table
    table = table[table["published"] < last + pd.Timedelta(days=1)] if last is not None else table
    rows = []
    for values, group in groups(table, keys):
        windows = {name: _weeks(part["published"], first, last) for name, part in group.groupby("_account")}
        weeks = pd.concat(windows or {"": _weeks(group["published"], first, last)})
        label = "|".join(map(str, values))
        rows += [
            dict(zip(keys, values, strict=True)) | row
            for row in _cadence_rows(weeks, group, level, draws, seed, label)
        ]
    return pd.DataFrame(
        rows, columns=[*keys, "measure", "unit", "estimate", "se", "low", "high", "n", "method", "flag"]
    )


def groups(table: pd.DataFrame, keys: list[str]):
    """Yield the values of the grouping columns and the posts, in the order of the values."""
    if not keys:
        yield (), table
        return
    yield from table.groupby(keys, dropna=False, observed=True, sort=True)


def _weeks(published: pd.Series, first: pd.Timestamp | None, last: pd.Timestamp | None) -> pd.DataFrame:
    """List the weeks of the window with their posts and the days observed."""
    monday = (
        published.min().normalize() - pd.Timedelta(days=published.min().day_of_week)
        if len(published)
        else first
    )
    sunday = (
        published.max().normalize() + pd.Timedelta(days=6 - published.max().day_of_week)
        if len(published)
        else last
    )
    begin, finish = first if first is not None else monday, last if last is not None else sunday
    if begin is None or finish is None:
        return pd.DataFrame({"posts": [], "days": []})
    days = pd.date_range(begin, finish, freq="D").to_series()
    starts = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    counted = published.dt.normalize().value_counts()
    return (
        pd.DataFrame({"week": starts, "posts": counted.reindex(days).fillna(0).to_numpy(), "days": 1})
        .groupby("week")[["posts", "days"]]
        .sum()
    )


def _cadence_rows(
    weeks: pd.DataFrame, group: pd.DataFrame, level: float, draws: int, seed: int, label: str
) -> list[dict]:
    account = weeks.index.get_level_values(0).to_numpy(dtype=str)
    drawn = bootstrap.blocks(account, np.arange(len(weeks), dtype=float))
    statistic = bootstrap.pooled(weeks["posts"].to_numpy(float), weeks["days"].to_numpy(float) / 7, drawn)
    enough = drawn.count >= bootstrap.MINIMUM
    found = bootstrap.resample({"x": statistic}, drawn, draws, seed, label)["x"] if enough else np.array([])
    se, low, high = bootstrap.interval(found, level) if enough else (np.nan, np.nan, np.nan)
    whole = weeks[weeks["days"] == 7]
    silent = float((whole["posts"] == 0).sum())
    gaps = (
        group.sort_values("published").groupby("_account")["published"].diff().dropna().dt.total_seconds()
        / 86400
    )
    per_week = statistic(np.ones((1, drawn.count)))[0] if len(weeks) else np.nan
    method = f"percentile bootstrap, {draws} draws of {drawn.count} {drawn.unit}" if enough else "no interval"
    flag = "" if enough else f"{drawn.unit}<{bootstrap.MINIMUM}"
    none = {"se": np.nan, "low": np.nan, "high": np.nan, "method": "count", "flag": ""}
    return [
        {"measure": "posts_per_week", "unit": "posts per week and account", "estimate": per_week, "se": se, "low": low,
         "high": high, "n": len(weeks), "method": method, "flag": flag},
        {"measure": "silent_weeks", "unit": "weeks", "estimate": silent, "n": len(whole), **none},
        {"measure": "median_gap", "unit": "days", "estimate": gaps.median(), "n": len(gaps), **none},
        {"measure": "longest_gap", "unit": "days", "estimate": gaps.max(), "n": len(gaps), **none},
    ]  # fmt: skip
