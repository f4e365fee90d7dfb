"""When was a post published: its hour and weekday, its week, month, quarter and year."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.tables.posts import framed, read_posts, without_zone
from analysis.errors import ParameterError, did_you_mean

__all__ = ["CALENDAR", "PERIODS", "calendar_number", "number_label", "periods", "with_calendar"]

PERIODS = ("week", "month", "quarter", "year")
CALENDAR = ("hour", "weekday", *PERIODS)
MONDAY = 4  # the first Monday after 1 January 1970
NEEDED = {"week": ("week", "weekday", "year")}


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
    check_period(every)
    year = published.dt.year.astype("Int64").astype("string")
    if every == "week":
        iso = published.dt.isocalendar()
        return iso["year"].astype("string") + "-W" + iso["week"].astype("string").str.zfill(2)
    if every == "month":
        return year + "-" + published.dt.month.astype("Int64").astype("string").str.zfill(2)
    if every == "quarter":
        return year + "-Q" + published.dt.quarter.astype("Int64").astype("string")
    return year


def check_period(every: str) -> str:
    """Give back the name of a period, refusing what is none."""
    if every not in PERIODS:
        raise ParameterError(
            f'every="{every}" is not a period.{did_you_mean(str(every), PERIODS)} Periods: {", ".join(PERIODS)}.'
        )
    return every


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
    frame = framed(posts)
    names = frame.collect_schema().names()
    new = [name for name in CALENDAR if name not in names]
    if frame.implementation.is_pandas():
        moments = read_posts(posts, ["published"])["published"]
        derived = {name: calendar_part(moments, name).set_axis(posts.index) for name in new}
        return posts.assign(**derived)
    clock = without_zone(frame.lazy().with_columns(_printed=nw.col("published")))
    parts = dict.fromkeys(part for name in new for part in NEEDED.get(name, (name, "year")))
    numbered = clock.with_columns(calendar_number(part).alias(f"_{part}") for part in parts)
    if "week" in new:
        numbered = numbered.with_columns(_iso_year=_iso_year())
    written = numbered.with_columns(
        *(_written(name).alias(name) for name in new), published=nw.col("_printed")
    )
    found = written.select(*names, *new)
    return (found.collect(frame.implementation) if isinstance(frame, nw.DataFrame) else found).to_native()


def _written(name: str) -> nw.Expr:
    """Write the words of a part of the calendar from its number and the year's."""
    number, year = nw.col(f"_{name}"), nw.col("_year")
    if name in {"hour", "weekday"}:
        return number.cast(nw.Int64)
    if name == "week":
        year = nw.col("_iso_year")
        return nw.concat_str(
            _digits(year), nw.lit("-W"), _digits(number - _first_week(year) + 1).str.zfill(2)
        )
    step = {"month": 12, "quarter": 4, "year": 1}[name]
    if name == "year":
        return _digits(year)
    part = _digits(number - step * year + 1)
    between = nw.lit("-Q" if name == "quarter" else "-")
    return nw.concat_str(_digits(year), between, part if name == "quarter" else part.str.zfill(2))


def _iso_year() -> nw.Expr:
    """Give the year that the Thursday of the week of `published` lies in."""
    moment = nw.col("published").dt
    year, month = nw.col("_year"), moment.month()
    thursday = moment.day() - nw.col("_weekday") + 4
    earlier = nw.when((month == 1) & (thursday < 1)).then(year - 1).otherwise(year)
    return nw.when((month == 12) & (thursday > 31)).then(year + 1).otherwise(earlier)


def _digits(number: nw.Expr) -> nw.Expr:
    return number.cast(nw.Int64).cast(nw.String)


def _first_week(year: nw.Expr) -> nw.Expr:
    """Number the week of 4 January, the first of the ISO year."""
    before = year - 1
    leaps = (before / 4).floor() - (before / 100).floor() + (before / 400).floor()
    return ((365 * before + leaps + 306 + 4 - 719469 + 3) / 7).floor()


def calendar_part(moments: pd.Series, name: str) -> pd.Series:
    """Give one of `CALENDAR` for each moment."""
    if name == "hour":
        return moments.dt.hour.astype("Int64")
    if name == "weekday":
        return (moments.dt.day_of_week + 1).astype("Int64")
    return periods(moments, name)


def week_of(table: pd.DataFrame) -> np.ndarray:
    """Number the calendar week (Monday to Sunday) of each post, NaN where the date is unknown.

    Examples
    --------
    >>> sunday_monday = pd.to_datetime(["1970-01-11", "1970-01-12"])
    >>> week_of(pd.DataFrame({"published": sunday_monday})).tolist()
    [0.0, 1.0]
    """
    if "published" not in table:
        return np.full(len(table), np.nan)
    return weeks_of(table["published"].to_numpy("datetime64[us]"))


def weeks_of(published: np.ndarray) -> np.ndarray:
    """Number the calendar week of each moment, as `week_of` does.

    Examples
    --------
    >>> weeks_of(np.array(["1970-01-11", "NaT"], "datetime64[us]")).tolist()
    [0.0, nan]
    """
    days = published.astype("datetime64[D]").astype(float)
    return np.where(np.isnat(published), np.nan, np.floor((days - MONDAY) / 7))


def weekdays_of(published: np.ndarray) -> np.ndarray:
    """Number the weekday of each moment, 0 Monday to 6 Sunday; what it says of a missing one means nothing.

    Examples
    --------
    >>> weekdays_of(np.array(["1970-01-11", "1970-01-12"], "datetime64[us]")).tolist()
    [6, 0]
    """
    return (published.astype("datetime64[D]").astype(int) - MONDAY) % 7


def hours_of(published: np.ndarray) -> np.ndarray:
    """Give the hour of each moment; what it says of a missing one means nothing.

    Examples
    --------
    >>> hours_of(np.array(["1969-12-31T23:59", "2025-01-01"], "datetime64[us]")).tolist()
    [23, 0]
    """
    return published.astype("datetime64[h]").astype(int) % 24


def calendar_number(name: str) -> nw.Expr:
    """Number the hour, weekday, week, month, quarter or year of `published` in the engine that holds the table.

    Parameters
    ----------
    name : str
        One of `CALENDAR`; `number_label` gives back the words.

    Returns
    -------
    narwhals.Expr
        Whole numbers as floats, missing where the date is: weeks and days count from 1970, months and quarters
        from year 0.

    Notes
    -----
    It is written with nothing but year, month, day and hour, which every engine gives alike.

    Examples
    --------
    >>> table = nw.from_native(pd.DataFrame({"published": pd.to_datetime(["2025-12-29 18:30"])}))
    >>> number = table.select(calendar_number("week").alias("week"))
    >>> number_label("week", number.to_native()["week"]).tolist()
    ['2026-W01']
    """
    moment = nw.col("published").dt
    if name == "hour":
        return moment.hour().cast(nw.Float64)
    year, month = moment.year().cast(nw.Float64), moment.month().cast(nw.Float64)
    if name in {"week", "weekday"}:
        since_monday = _day_number() + 3
        week = (since_monday / 7).floor()
        return week if name == "week" else since_monday - 7 * week + 1
    return {"year": year, "quarter": 4 * year + ((month - 1) / 3).floor(), "month": 12 * year + month - 1}[
        name
    ]


def _day_number() -> nw.Expr:
    """Count days from 1 January 1970, years beginning in March so that the leap day is the last."""
    moment = nw.col("published").dt
    year, month, day = (part.cast(nw.Float64) for part in (moment.year(), moment.month(), moment.day()))
    early = ((14 - month) / 12).floor()
    year, month = year - early, month + 12 * early
    leaps = (year / 4).floor() - (year / 100).floor() + (year / 400).floor()
    return 365 * year + leaps + ((153 * (month - 3) + 2) / 5).floor() + day - 719469


def moment_number() -> nw.Expr:
    """Count the microseconds from 1970 to `published`, exactly, in the engine that holds the table."""
    moment = nw.col("published").dt
    hour, minute, second, micro = (
        part.cast(nw.Float64)
        for part in (moment.hour(), moment.minute(), moment.second(), moment.microsecond())
    )
    return (((_day_number() * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + micro


def number_label(name: str, numbers: pd.Series) -> pd.Series:
    """Word the numbers of `calendar_number` as `with_calendar` does.

    Parameters
    ----------
    name : str
        One of `CALENDAR`.
    numbers : pandas.Series

    Returns
    -------
    pandas.Series
        Whole numbers for hour and weekday, else codes such as `2025-Q4`.

    Examples
    --------
    >>> number_label("quarter", pd.Series([8103.0, float("nan")])).tolist()
    ['2025-Q4', <NA>]
    """
    whole = pd.Series(numbers).astype("Float64").astype("Int64")
    if name in {"hour", "weekday"}:
        return whole
    if name == "week":
        return periods(pd.Timestamp("1970-01-01") + pd.to_timedelta(7 * whole, unit="D"), name)
    months = whole * {"year": 12, "quarter": 3, "month": 1}[name]
    text = (months // 12).astype("string").str.zfill(4) + (months % 12 + 1).astype("string").str.zfill(2)
    return periods(pd.to_datetime(text, format="%Y%m"), name)
