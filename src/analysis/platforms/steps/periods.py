"""When was it, where the table itself does not say: one period for the whole file, or one hour for each line."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

import pandas as pd

from analysis.errors import DataError
from analysis.platforms.cells.dates import MONTHS, dates
from analysis.platforms.cells.years import YearHint
from analysis.platforms.export import counted
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

DAY = re.compile(r"(?<!\d)(20\d{2})[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)")
YEAR = re.compile(r"(?<!\d)20\d{2}(?!\d)")
MONTH = re.compile(r"(?<!\d)(20\d{2})[-_. ](\d{1,2})(?![-_.]?\d)")


@step
def period_from_file_name(reading: Reading) -> None:
    """Date every line with the first day of the period in the file's name: the table is one total per profile."""
    first, last = _period(reading)
    whole = first.day == 1 and last == date(first.year, first.month, monthrange(first.year, first.month)[1])
    text = f"{first:%Y-%m}" if whole else f"{first} to {last}"
    reading.frame = reading.frame.assign(date=pd.Timestamp(first))
    reading.frame["date"] = reading.frame["date"].astype("datetime64[us]")
    reading.notice(
        "period_total",
        f"{reading.options.file}: one total per profile for the whole period ({text}), dated with its first day; "
        "not a series of days. Blank figures are hidden or absent, not 0.",
    )


def _period(reading: Reading) -> tuple[date, date]:
    """Read two days, or one month, from the file's name; `year=` completes a month written in words."""
    file = reading.options.file.split(", sheet ")[0]
    name = file.rsplit("/", 1)[-1]
    try:
        days = [date(*map(int, found)) for found in DAY.findall(name)]
        months = [date(int(year), int(month), 1) for year, month in MONTH.findall(name)]
    except ValueError:
        days, months = [], []
    if len(days) >= 2 and days[0] <= days[1]:
        return days[0], days[1]
    months = months or _worded(name, reading.options.year)
    if len(months) == 1 and not days:
        first = months[0]
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    raise DataError(
        f"{file}: the table has no dates and the file's name gives no period. Keep the name the file was downloaded "
        'under, or name it like "... - 2025-3-1 - 2025-3-31".'
    )


def _worded(name: str, year: int | None) -> list[date]:
    years = {int(found) for found in YEAR.findall(name)}
    year = year or (years.pop() if len(years) == 1 else None)
    words = {MONTHS[word] for word in re.findall(r"[^\W\d_]+", name.casefold()) if word in MONTHS}
    return [date(year, number, 1) for number in words] if year else []


@step
def accounts_told_apart(reading: Reading) -> None:
    """Add the store's code or address to the name of profiles that share one: their figures are not one profile's."""
    frame = reading.frame
    shared = frame["account"].duplicated(keep=False) & frame["account"].notna()
    if not shared.any():
        return
    blank = pd.Series(pd.NA, index=frame.index, dtype="string")
    more = frame.get("store_code", blank).fillna(frame.get("address", blank))
    told = frame["account"] + " (" + more + ")"
    reading.frame = frame.assign(account=frame["account"].mask(shared & more.notna(), told))


@step
def moment_from_day_and_hour(reading: Reading) -> None:
    """Put the hour of each line into its date: the table has one line for each hour."""
    frame = reading.frame
    hours = pd.to_timedelta(frame["hour"].astype("Float64").astype(float), unit="h")
    reading.frame = frame.assign(date=(frame["date"] + hours).astype("datetime64[us]"))
    reading.notice(
        "hourly", f"{reading.options.file}: one line for each hour, not each day; do not add hours to days."
    )


@step
def hours_to_come(reading: Reading) -> None:
    """Call the zeros that end the last day missing: those hours were still to come when the file was made."""
    frame = reading.frame.dropna(subset=["date"]).sort_values("date", kind="stable")
    days = frame["date"].dt.normalize()
    last = frame[days == days.max()]["active"]
    counted_until = last[last.gt(0).fillna(False)].index
    if not len(counted_until):
        return
    ahead = last.loc[counted_until[-1] :].iloc[1:].index
    if len(ahead):
        active = reading.frame["active"].mask(reading.frame.index.isin(ahead))
        reading.frame = reading.frame.assign(active=active)
        reading.notice(
            "hours_to_come",
            f"{reading.heading('active')}: {counted(len(ahead), 'hour')} at the end of the last day printed as 0, "
            "which were still to come: missing.",
        )


@step
def exported_from_snapshot(reading: Reading) -> None:
    """Take the day of export each line repeats; printed without a year, it is the first such day after the posts."""
    frame = reading.frame
    words = frame["snapshot"].dropna().unique() if "snapshot" in frame else []
    last = frame["published"].max() if "published" in frame else pd.NaT
    if len(words) != 1 or pd.isna(last):
        return
    said = YearHint(said=last.year)
    day = dates(
        [words[0]], name="Time", file=reading.options.file, rows=[1], dayfirst=_first(reading), hint=said
    )
    found = day.values[0]
    if found is not None:
        late = found.date() < last.date() and bool(day.notices)
        reading.exported = pd.Timestamp(found).normalize() + pd.DateOffset(years=int(late))


def _first(reading: Reading) -> bool:
    """Say how a day in figures was printed by the table itself: an export writes all its days alike."""
    return reading.order == "day" if reading.options.dayfirst is None else reading.options.dayfirst


@step
def hour_not_given(reading: Reading) -> None:
    """Say that posts are dated to the day: their hour, shown as midnight, is not known."""
    moments = reading.frame.get("published", pd.Series(dtype="datetime64[us]")).dropna()
    if len(moments) and (moments == moments.dt.normalize()).all():
        reading.notice(
            "hour_unknown",
            "The file gives the day of publication, not the hour: nothing can be said of hours of publication.",
        )
