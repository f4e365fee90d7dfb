"""Which year was it: dates printed without one take it from the file's name, the files beside it or the user."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from analysis.errors import DataError
from analysis.platforms.export import Notice

__all__ = ["YearHint", "YearUnknown", "hint", "moments_in", "years"]

LEAP = 2000
HALF = 183
SLACK = timedelta(days=1)
APART = timedelta(days=45)
NUMBERED = (
    (re.compile(r"/(?:video|photo)/(\d{18,20})(?!\d)"), 32, 1, 0),
    (re.compile(r"(?:activity|share|ugcPost)[:-](\d{18,20})(?!\d)"), 22, 1000, 0),
    (
        re.compile(r"(?:twitter|x)\.com/[^/]+/status/(\d{15,20})(?!\d)", re.IGNORECASE),
        22,
        1000,
        1_288_834_974_657,
    ),
)
FIRST_NUMBERED = date(2010, 11, 1)
ISO_DAY = re.compile(r"(?<!\d)(20\d{2})-(\d{1,2})-(\d{1,2})(?!\d)")
YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
EPOCH = re.compile(r"(?<!\d)(1[4-9]\d{8})(?:\d{3})?(?!\d)")


class YearUnknown(DataError):
    """Say that dates are printed without a year and nothing tells which: the caller may know sister files."""


@dataclass(frozen=True)
class YearHint:
    """Hold what is known of the year beside the dates themselves.

    Attributes
    ----------
    said : int or None
        What the user says: the year of the earliest date.
    named : int or None
        The only year in the file's name.
    day : datetime.date or None
        One full day in the file's name (day of export, or first day).
    period : tuple of datetime.date or None
        First and last day in the file's name.
    near : tuple of datetime.date or None
        First and last day of the files beside it.
    each : mapping
        Position in the column → the day its row's identifier holds.
    exported : datetime.date or None
        The day of the Unix time in the file's name: nothing in it is later.
    """

    said: int | None = None
    named: int | None = None
    day: date | None = None
    period: tuple[date, date] | None = None
    near: tuple[date, date] | None = None
    each: Mapping[int, date] = field(default_factory=dict)
    exported: date | None = None


def hint(
    name: str,
    said: int | None = None,
    period: tuple[date, date] | None = None,
    near: tuple[date, date] | None = None,
) -> YearHint:
    """Gather what a file's name says of the year.

    Parameters
    ----------
    name : str
        File name.
    said : int, optional
        What the user says.
    period : tuple of datetime.date, optional
        First and last day already read from the name.
    near : tuple of datetime.date, optional
        First and last day of the files beside it.

    Returns
    -------
    YearHint

    Notes
    -----
    Ten or thirteen figures that make a moment after 2014 are read as Unix time, as TikTok and LinkedIn write it.

    Examples
    --------
    >>> hint("Viewers_2025-08-28.csv").day
    datetime.date(2025, 8, 28)
    >>> hint("Overview 2025.csv").named
    2025
    """
    found = set(YEAR.findall(name))
    named = int(found.pop()) if len(found) == 1 else None
    return YearHint(said, named, _day(name), period, near, exported=_made(name))


def moments_in(links: Sequence[object]) -> dict[int, date]:
    """Read the day each address of a post was numbered, where the identifier holds the moment it was given.

    Parameters
    ----------
    links : sequence
        Addresses of posts on TikTok, LinkedIn or X; cells without one are passed over.

    Returns
    -------
    dict of int to datetime.date
        Position → day in UTC; the day a post shows may be later by a planned delay and differ by its time zone.

    References
    ----------
    TikTok: the first 32 of 64 bits are seconds since 1970. LinkedIn: all but the last 22 are milliseconds since
    1970. X: the same since 4 November 2010 (the "snowflake" identifiers Twitter described that year).

    Examples
    --------
    >>> moments_in(["https://www.tiktok.com/@atelier/video/7527623000473079054", None])
    {0: datetime.date(2025, 7, 16)}
    >>> moments_in(["https://www.linkedin.com/feed/update/urn:li:activity:7160000000000000001"])
    {0: datetime.date(2024, 2, 4)}
    """
    days = {place: _numbered(str(link)) for place, link in enumerate(links) if link}
    return {place: day for place, day in days.items() if day and day >= FIRST_NUMBERED}


def _numbered(link: str) -> date | None:
    for pattern, bits, unit, start in NUMBERED:
        found = pattern.search(link)
        if found and int(found[1]) < 2**63:
            return datetime.fromtimestamp(((int(found[1]) >> bits) + start) / unit, UTC).date()
    return None


def _day(name: str) -> date | None:
    """Read the only full day of a name, or the day of its Unix time."""
    if made := _made(name):
        return made
    found = {tuple(map(int, parts)) for parts in ISO_DAY.findall(name)}
    try:
        return date(*found.pop()) if len(found) == 1 else None
    except ValueError:
        return None


def _made(name: str) -> date | None:
    """Read the day of the only Unix time of a name."""
    moments = {int(text) for text in EPOCH.findall(name)}
    return datetime.fromtimestamp(moments.pop(), UTC).date() if len(moments) == 1 else None


def years(
    days: Mapping[int, tuple[int, int]], known: YearHint, where: str, example: str = "the dates"
) -> tuple[dict[int, int], Notice]:
    """Give each date without a year its year; a column may pass from December to January.

    Parameters
    ----------
    days : mapping
        Position in the column → (month, day).
    known : YearHint
        What the file's name, its sister files and the user say.
    where : str
        File and column, for messages.
    example : str
        Row and text of one of the dates, for messages.

    Returns
    -------
    tuple of dict and Notice
        Position → year, and the sentence that says which was taken and why.

    Raises
    ------
    YearUnknown
        When nothing says the year, or the days cannot be told to be of one year or two.

    Notes
    -----
    Days that fill less than half a year are taken as one stretch of time, so December followed by January turns
    the year whatever the order of the rows. Longer columns must be sorted.

    Examples
    --------
    >>> years({0: (12, 31), 1: (1, 1)}, YearHint(said=2025), "a.csv")[0]
    {0: 2025, 1: 2026}
    """
    told = _told(days, known)
    if told and len(told) == len(days):
        found = sorted(set(told.values()))
        spread = " and ".join(map(str, found)) + (" were" if len(found) > 1 else " was")
        return told, Notice(
            "year_inferred",
            f"{where}: dates are printed without a year; {spread} taken from the posts' identifiers, which hold "
            "the moment they were given.",
        )
    if told and not known.near:
        given = [known.each[place] for place in told]
        known = replace(known, near=(min(given), max(given)))
    turns = _turns(days, known, where)
    first, why = _first_year(days, turns, known) or (None, "")
    if first is None:
        raise YearUnknown(
            f"{where}, {example} has no year. Say which with year=2025 (or --year 2025), the year of the earliest date."
        )
    found = {place: first + turns[place] for place in days}
    spread = sorted(set(found.values()))
    text = " and ".join(str(year) for year in spread)
    taken = "were taken" if len(spread) > 1 else "was taken"
    turned = " The year turns after December." if len(spread) > 1 else ""
    return found, Notice(
        "year_inferred", f"{where}: dates are printed without a year; {text} {taken}, from {why}.{turned}"
    )


def _told(days: Mapping[int, tuple[int, int]], known: YearHint) -> dict[int, int]:
    """Give dates the year that brings each nearest to its identifier's day; none where one of them does not fit."""
    found = {}
    for place in days.keys() & known.each.keys():
        near = known.each[place]
        moments = {y: abs(_moment((0, *days[place]), y) - near) for y in range(near.year - 1, near.year + 2)}
        found[place] = min(moments, key=moments.__getitem__)
        if moments[found[place]] > APART:
            return {}
    return {} if found and known.said and known.said != min(found.values()) else found


def _turns(days: Mapping[int, tuple[int, int]], known: YearHint, where: str) -> dict[int, int]:
    """Count for each date how many New Years lie between the earliest date and it."""
    ordinals = {place: date(LEAP, *day).timetuple().tm_yday for place, day in days.items()}
    distinct = sorted(set(ordinals.values()))
    gaps = [(after - before, after) for before, after in pairwise(distinct)]
    gaps.append((distinct[0] + 366 - distinct[-1], distinct[0]))
    widest, start = max(gaps)
    if widest > HALF:
        return {place: int(day < start) for place, day in ordinals.items()}
    if sorted_turns := _sorted_turns(list(ordinals.values())):
        return dict(zip(ordinals, sorted_turns, strict=True))
    if known.said is None and known.period is None:
        raise YearUnknown(
            f"{where}: dates are printed without a year, fill more than half a year and are not sorted, so they may be "
            "of one year or of two. If they are of one year, say which with year=2025 (or --year 2025)."
        )
    return dict.fromkeys(days, 0)


def _sorted_turns(ordinals: list[int]) -> list[int] | None:
    """Count the New Years passed in a column sorted either way; None where it is not sorted."""
    for step in (1, -1):
        column, turn, turns = ordinals[::step], 0, []
        for before, day in zip([column[0], *column], column, strict=False):
            turn += day < before
            turns.append(turn)
        if turn <= 1:
            return turns[::step]
    return None


def _first_year(
    days: Mapping[int, tuple[int, int]], turns: dict[int, int], known: YearHint
) -> tuple[int, str] | None:
    """Find the year of the earliest date, from the surest evidence to the weakest; None where there is none."""
    moments = sorted((turns[place], *day) for place, day in days.items())
    first, last = moments[0], moments[-1]
    if known.said:
        return known.said, "what was said"
    if known.period:
        fits = [y for y in _candidates(known.period) if _within(first, last, y, known.period)]
        if len(fits) == 1:
            return fits[0], "the period in the file's name"
    if known.exported:
        fits = [y for y in _candidates((known.exported,) * 2) if _moment(last, y) <= known.exported + SLACK]
        if fits:
            return max(fits), "the moment in the file's name"
    if known.day:
        fits = [y for y in _candidates((known.day, known.day)) if _moment(first, y) <= known.day + SLACK]
        return max(fits), "the day in the file's name"
    if known.named:
        return known.named, "the file's name"
    if known.near:
        fits = [y for y in _candidates(known.near) if _meets(first, last, y, known.near)]
        fits = [y for y in fits if _moment(last, y) <= known.near[1] + SLACK] or fits
        if len(fits) == 1:
            return fits[0], "the files beside it"
    return None


def _candidates(period: tuple[date, date]) -> range:
    return range(period[0].year - 1, period[1].year + 1)


def _moment(moment: tuple[int, int, int], year: int) -> date:
    """Make a day of one that may be 29 February in a year without it."""
    turn, month, day = moment
    try:
        return date(year + turn, month, day)
    except ValueError:
        return date(year + turn, 3, 1)


def _within(first: tuple, last: tuple, year: int, period: tuple[date, date]) -> bool:
    return period[0] - SLACK <= _moment(first, year) and _moment(last, year) <= period[1] + SLACK


def _meets(first: tuple, last: tuple, year: int, period: tuple[date, date]) -> bool:
    return _moment(first, year) <= period[1] and _moment(last, year) >= period[0]
