"""When was it: the order of day and month is decided from the column itself, and refused when undecidable."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

from analysis.platforms.cells.numbers import MISSING_WORDS
from analysis.platforms.cells.orders import Figures, Told, orders_of
from analysis.platforms.cells.years import YearHint, years
from analysis.platforms.cells.zones import OFFSETS
from analysis.platforms.export import Notice

__all__ = ["Dates", "dates", "period_in_name"]

CLOCK = (
    r"(?:[\sT,]+(?:à|at|um)?\s*(\d{1,2})\s*[:hH]\s*(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
    r"(?:\s*([AaPp])\.?\s?(?:[Mm]\.?)?(?![^\W\d_]))?)?"
)
ZONE = r"\s*(?:([+-]\d{2}:?\d{2})|\(?(Z|[A-Z]{2,4})\)?)?"
UNIX = re.compile(r"(?:\d{10}|\d{13})(?:\.\d+)?")
EPOCH = datetime(1970, 1, 1)
UNIX_YEARS = range(2000, 2100)
ISO = re.compile(rf"(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){CLOCK}{ZONE}")
FIGURES = re.compile(rf"(\d{{1,2}})([/.\-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){CLOCK}{ZONE}")
WORDS = re.compile(
    rf"(?:[^\W\d]+\.?,?\s+)?(?:(\d{{1,2}})(?:er|st|nd|rd|th|\.)?\s+(?:de\s+)?([^\W\d]+)\.?|([^\W\d]+)\.?\s+(\d{{1,2}}))"
    rf"(?:,?\s+(?:de\s+)?(\d{{4}}))?{CLOCK}{ZONE}"
)
JOINED = re.compile(rf"(\d{{1,2}})([-/])([^\W\d]+)\.?(?:\2(\d{{4}}|\d{{2}}))?{CLOCK}{ZONE}")
MONTH_WORDS = (
    "jan january janvier janv januar januari enero ene gennaio gen janeiro",
    "feb february février févr fév fevrier fevr februar februari febrero febbraio fevereiro fev",
    "mar march mars märz mär mrz marzo março maart mrt maret",
    "apr april avril avr abril abr aprile",
    "may mai maj mayo maggio mag maio mei",
    "jun june juin juni junio giugno giu junho",
    "jul july juillet juil juli julio luglio lug julho",
    "aug august août aout augusti agosto ago augustus agustus agu",
    "sep september septembre sept septiembre settembre set setembro",
    "oct october octobre oktober okt octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december décembre déc decembre dezember dez diciembre dic dicembre dezembro desember des",
)
LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS = {word: number for number, words in enumerate(MONTH_WORDS, start=1) for word in words.split()}


@dataclass
class Dates:
    """Hold the moments of one column.

    Attributes
    ----------
    values : list of datetime or None
        UTC where the zone was printed, else the wall clock as printed.
    zoned : list of bool
        Whether the zone was printed.
    unreadable : list of (int, str)
        Position and text of the cells that are not dates.
    words : Counter
        Missing words met in place of a date.
    notices : list of Notice
    order : {"day", "month", None}
        What comes first in the column's figures.
    clocks : Counter
        Letters printed for a zone that name no clock beyond doubt.
    shifts : dict
        Position → how far ahead of UTC its printed zone is.
    """

    values: list = field(default_factory=list)
    zoned: list[bool] = field(default_factory=list)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    words: Counter = field(default_factory=Counter)
    notices: list[Notice] = field(default_factory=list)
    order: str | None = None
    clocks: Counter = field(default_factory=Counter)
    shifts: dict[int, timedelta] = field(default_factory=dict)

    def days(self) -> list[datetime | None]:
        """Give the day each cell names, by the clock it prints.

        Returns
        -------
        list of datetime or None
            Midnights. An hour before midnight is the next day, as a file made in winter prints the days of summer.

        Examples
        --------
        >>> read = dates(["2025-03-09T00:00:00", "2025-03-09T23:00:00"], name="Date", file="a.csv", rows=[2, 3])
        >>> [day.day for day in read.days()]
        [9, 10]
        """
        moments = [v and v + self.shifts.get(place, timedelta()) for place, v in enumerate(self.values)]
        turned = [v and (v + timedelta(hours=1) if (v.hour, v.minute) == (23, 0) else v) for v in moments]
        return [v and v.replace(hour=0, minute=0, second=0, microsecond=0) for v in turned]


@dataclass(frozen=True)
class _Worded:
    """A date with its month in words, whose year may be missing."""

    month: int
    day: int
    clock: tuple[int, int, int]
    zone: str | None
    text: str


def dates(
    cells: list,
    *,
    name: str,
    file: str,
    rows: list[int],
    dayfirst: bool | None = None,
    year: int | None = None,
    period: tuple[date, date] | None = None,
    sibling: str | None = None,
    hint: YearHint | None = None,
    consecutive: bool = False,
) -> Dates:
    """Read one column of dates; several ways of writing them in one column are all read and reported.

    Parameters
    ----------
    cells : list
        Text as printed, or dates where the file is a workbook.
    name, file : str
        The column's own heading and the file, for messages.
    rows : list of int
        Row of each cell in the file.
    dayfirst : bool, optional
        What the user says of columns that show no order themselves.
    year : int, optional
        Year of dates printed without one.
    period : tuple of date, optional
        First and last day in the file's name: an order that leaves it is excluded.
    sibling : {"day", "month"}, optional
        Order shown by another column or sheet of the same file.
    hint : YearHint, optional
        What the file's name and the files beside it say of the year of dates printed without one.
    consecutive : bool
        The column is of a table by day, so an order that leaves no day out beats one that leaves many.

    Returns
    -------
    Dates

    Raises
    ------
    DataError
        When nothing decides between day and month, or a year is needed.

    Notes
    -----
    The language of the headings does not give the order: French files come in both.

    Examples
    --------
    >>> dates(["01/16/2026 10:00", "03/04/2026 9:30"], name="Publish time", file="a.csv", rows=[2, 3]).values
    [datetime.datetime(2026, 1, 16, 10, 0), datetime.datetime(2026, 3, 4, 9, 30)]
    """
    result = Dates(values=[None] * len(cells), zoned=[False] * len(cells))
    waiting: dict[int, Figures] = {}
    yearless: dict[int, _Worded] = {}
    for place, cell in enumerate(cells):
        _read(place, cell, result, waiting, yearless)
    if yearless:
        _settle_years(yearless, rows, f"{file}, column {name}", hint or YearHint(said=year), result)
    if waiting:
        where = f"{file}, column {name}"
        told = Told(dayfirst, period, sibling, hint.each if hint else {}, hint.exported if hint else None)
        orders = orders_of(waiting, rows, where, told, consecutive=consecutive, notices=result.notices)
        result.order = next(iter(orders.values())) if len(set(orders.values())) == 1 else None
        for place, parts in waiting.items():
            _settle(place, parts, orders[parts.style], result, str(cells[place]))
    for word, times in sorted(result.clocks.items()):
        said = f'{file}, column {name}: "{word}" ({times}) names no single time zone; wall clock as printed.'
        result.notices.append(Notice("zone_unknown", said))
    return result


def _read(place: int, cell: object, result: Dates, waiting: dict, yearless: dict) -> None:
    if isinstance(cell, datetime):
        result.values[place] = cell.replace(tzinfo=None)
        return
    if isinstance(cell, date):
        result.values[place] = datetime(cell.year, cell.month, cell.day)
        return
    text = "" if cell is None else " ".join(str(cell).split())
    if not text:
        return
    if text.casefold() in MISSING_WORDS:
        result.words[text] += 1
        return
    if match := ISO.fullmatch(text):
        y, m, d, *clock, shift, letters = match.groups()
        _store(place, int(y), int(m), int(d), _clock(clock), shift or letters, result, text)
    elif UNIX.fullmatch(text):
        _unix(place, text, result)
    elif match := FIGURES.fullmatch(text):
        first, mark, second, y, *clock, shift, letters = match.groups()
        waiting[place] = Figures(
            int(first), int(second), int(y) + (2000 if len(y) == 2 else 0), _clock(clock), shift or letters,
            f"1{mark}2{mark}{'2018' if len(y) == 4 else '18'}",
        )  # fmt: skip
    elif match := WORDS.fullmatch(text):
        _worded(place, match.groups(), result, yearless, text)
    elif match := JOINED.fullmatch(text):
        day, _, month, y, *rest = match.groups()
        _worded(place, (day, month, None, None, y, *rest), result, yearless, text)
    else:
        result.unreadable.append((place, text))


def _worded(place: int, groups: tuple, result: Dates, yearless: dict, text: str) -> None:
    day, month, month_first, day_after, y, *clock, shift, letters = groups
    number = MONTHS.get((month or month_first).casefold())
    if number is None:
        result.unreadable.append((place, text))
        return
    parts = _Worded(number, int(day or day_after), _clock(clock), shift or letters, text)
    if y is None and 1 <= parts.day <= LONGEST[number - 1]:
        yearless[place] = parts
    else:
        year = int(y or 0) + (2000 if y and len(y) == 2 else 0)
        _store(place, year, number, parts.day, parts.clock, parts.zone, result, text)


def _settle_years(yearless: dict, rows: list[int], where: str, known: YearHint, result: Dates) -> None:
    """Store the dates printed without a year under the year the column, its name and its sisters show."""
    days = {place: (parts.month, parts.day) for place, parts in yearless.items()}
    place, first = next(iter(yearless.items()))
    found, notice = years(days, known, where, f'row {rows[place]}: "{first.text}"')
    result.notices.append(notice)
    for place, parts in yearless.items():
        _store(place, found[place], parts.month, parts.day, parts.clock, parts.zone, result, parts.text)


def _clock(parts: list[str | None]) -> tuple[int, int, int]:
    hour, minute, second, half = parts
    value = int(hour or 0)
    if half:
        value = value % 12 + (12 if half in "Pp" else 0)
    return value, int(minute or 0), int(second or 0)


def _store(
    place: int, y: int, m: int, d: int, clock: tuple, zone: str | None, result: Dates, text: str
) -> None:
    try:
        moment = datetime(y, m, d, *clock)
        ahead = _ahead(zone)
        if ahead is not None:
            moment = moment.replace(tzinfo=timezone(ahead)).astimezone(UTC).replace(tzinfo=None)
            result.zoned[place], result.shifts[place] = True, ahead
        elif zone:
            result.clocks[zone] += 1
        result.values[place] = moment
    except (ValueError, OverflowError):
        result.unreadable.append((place, text))


def _ahead(zone: str | None) -> timedelta | None:
    """Say how far ahead of UTC a printed zone is; None where nothing, or nothing certain, is printed."""
    if not zone or zone[0] not in "+-":
        return timedelta(minutes=OFFSETS[zone]) if zone in OFFSETS else None
    return timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)


def _unix(place: int, text: str, result: Dates) -> None:
    """Read seconds, or milliseconds, since 1970: they carry their zone with them."""
    seconds = float(text) / (1000 if len(text.split(".")[0]) == 13 else 1)
    moment = EPOCH + timedelta(seconds=round(seconds, 6))
    if moment.year not in UNIX_YEARS:
        result.unreadable.append((place, text))
        return
    result.values[place], result.zoned[place] = moment.replace(microsecond=0), True


def _settle(place: int, parts: Figures, order: str, result: Dates, text: str) -> None:
    """Store a date in figures: a part above 12 speaks for itself, else the column's order does."""
    own = "day" if parts.first > 12 else "month" if parts.second > 12 else order
    day, month = (parts.first, parts.second) if own == "day" else (parts.second, parts.first)
    _store(place, parts.year, month, day, parts.clock, parts.zone, result, text)


MONTH_DAY = re.compile(r"([A-Z][a-z]{2})-(\d{1,2})-(\d{4})")
YEAR_FIRST = re.compile(r"(?<!\d)(20\d{2})-(\d{2})-(\d{2})(?!\d)")


def period_in_name(name: str) -> tuple[date, date] | None:
    """Read the first and last day that a file's name gives, as Meta and LinkedIn write them.

    Parameters
    ----------
    name : str
        File name.

    Returns
    -------
    tuple of datetime.date, or None
        None unless the name holds exactly two dates in order.

    Examples
    --------
    >>> period_in_name("Sep-01-2025_Sep-30-2025_1234.csv")
    (datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))
    """
    found = []
    for word, day, year in MONTH_DAY.findall(name):
        found.append((int(year), MONTHS.get(word.casefold(), 0), int(day)))
    for year, month, day in YEAR_FIRST.findall(name):
        found.append((int(year), int(month), int(day)))
    try:
        days = [date(*parts) for parts in found]
    except ValueError:
        return None
    return (days[0], days[1]) if len(days) == 2 and days[0] <= days[1] else None
