"""Which comes first, day or month: the column's own dates decide, then what is known beside them, else the user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from analysis.errors import DataError
from analysis.platforms.export import Notice, counted, rows_text

__all__ = ["Figures", "Told", "orders_of"]

ORDERS = ("day", "month")
LONG_AGO = date(1990, 1, 1)
BESIDE = timedelta(days=3)


@dataclass(frozen=True)
class Figures:
    """A date written in figures whose first two parts wait for an order."""

    first: int
    second: int
    year: int
    clock: tuple[int, int, int]
    zone: str | None
    style: str

    def read(self, order: str) -> date | None:
        """Give the day in one order, or None where there is no such day."""
        day, month = (self.first, self.second) if order == "day" else (self.second, self.first)
        try:
            return date(self.year, month, day)
        except ValueError:
            return None


@dataclass(frozen=True)
class Told:
    """Hold what is known of a column's order beside its own dates.

    Attributes
    ----------
    dayfirst : bool or None
        What the user says.
    period : tuple of datetime.date or None
        First and last day in the file's name.
    sibling : {"day", "month"} or None
        Order of another column or sheet of the file.
    each : mapping
        Position → the day its row's identifier holds.
    exported : datetime.date or None
        The day the file was made: nothing in it is later.
    """

    dayfirst: bool | None = None
    period: tuple[date, date] | None = None
    sibling: str | None = None
    each: Mapping[int, date] = field(default_factory=dict)
    exported: date | None = None


def orders_of(
    waiting: Mapping[int, Figures],
    rows: list[int],
    where: str,
    told: Told,
    *,
    consecutive: bool = False,
    notices: list[Notice],
) -> dict[str, str]:
    """Decide the order for each way of writing, from the surest evidence to the weakest.

    Parameters
    ----------
    waiting : mapping
        Position in the column → date in figures.
    rows : list of int
        Row of each position in the file.
    where : str
        File and column, for messages.
    told : Told
        What is known beside the dates.
    consecutive : bool
        The column is of a table by day, so an order that leaves no day out beats one that leaves many.
    notices : list of Notice
        Gets a sentence for whatever was inferred.

    Returns
    -------
    dict of str to {"day", "month"}
        Way of writing → what comes first in it.

    Raises
    ------
    DataError
        When nothing decides, or the dates contradict each other.

    Examples
    --------
    >>> late = Figures(3, 16, 2026, (0, 0, 0), None, "1/2/2018")
    >>> orders_of({0: late}, [2], "a.csv, column Date", Told(), notices=[])
    {'1/2/2018': 'month'}
    """
    dayfirst = told.dayfirst
    if consecutive and dayfirst is None and told.period is None:
        dayfirst = _unbroken(waiting, where, notices)
    styles = sorted({parts.style for parts in waiting.values()})
    shown = {style: _evidence(style, waiting, rows, where, dayfirst) for style in styles}
    known = {order for order in shown.values() if order}
    said = {True: "day", False: "month", None: None}[dayfirst]
    if said and known and said not in known:
        notices.append(
            Notice(
                "date_order",
                f"{where}: the dates themselves show {known.copy().pop()} first; "
                f"the option asking for {said} first was not applied to them.",
            )
        )
    orders = {}
    for style in styles:
        members = {p: parts for p, parts in waiting.items() if parts.style == style}
        other = known.copy().pop() if len(known) == 1 else None
        orders[style] = shown[style] or said or _inferred(members, where, told, other, notices)
    if None in orders.values():
        raise _undecided(waiting, orders, rows, where)
    _report_styles(waiting, styles, where, notices)
    return orders


def _undecided(waiting: Mapping[int, Figures], orders: dict, rows: list[int], where: str) -> DataError:
    place, parts = next((p, parts) for p, parts in waiting.items() if orders[parts.style] is None)
    example = f"{parts.first:02d}/{parts.second:02d}/{parts.year}"
    return DataError(
        f"{where}, row {rows[place]}: {example} may be day first or month first and nothing in the column "
        "decides. Say which with --dayfirst or --monthfirst (dayfirst=True or False)."
    )


def _unbroken(waiting: Mapping[int, Figures], where: str, notices: list[Notice]) -> bool | None:
    """Tell the order by the days themselves where a part above 12 does not: only one leaves no day out.

    Days of one January mirror the first of each month, as tables by month print them: these stay open.
    """
    figures = list(waiting.values())
    if len({(x.first, x.second, x.year) for x in figures}) < 3 or any(
        max(x.first, x.second) > 12 for x in figures
    ):
        return None
    if {x.first for x in figures} == {1} or {x.second for x in figures} == {1}:
        return None
    fits = []
    for order in ORDERS:
        days = {day.toordinal() for x in figures if (day := x.read(order))}
        fits += [order] if days and max(days) - min(days) + 1 == len(days) else []
    if len(fits) != 1:
        return None
    notices.append(_because(where, fits[0], "only that order leaves no day out"))
    return fits[0] == "day"


def _because(where: str, order: str, why: str) -> Notice:
    return Notice("date_order", f"{where}: read {order} first, because {why}.")


def _evidence(
    style: str, waiting: Mapping[int, Figures], rows: list[int], where: str, dayfirst: bool | None
) -> str | None:
    """Look for parts above 12; two contradicting ones are refused unless the user has said which order."""
    day = [p for p, x in waiting.items() if x.style == style and x.first > 12 >= x.second]
    month = [p for p, x in waiting.items() if x.style == style and x.second > 12 >= x.first]
    if day and month and dayfirst is None:
        raise DataError(
            f"{where}: {rows_text([rows[p] for p in day])} put the day first and "
            f"{rows_text([rows[p] for p in month])} the month first. Say how to read the others with "
            "--dayfirst or --monthfirst, or export again."
        )
    if day and month:
        return "day" if dayfirst else "month"
    if any(x.first != x.second for x in waiting.values() if x.style == style) or day or month:
        return "day" if day else "month" if month else None
    return "month"


def _inferred(
    members: Mapping[int, Figures], where: str, told: Told, other: str | None, notices: list[Notice]
) -> str | None:
    """Use what the file's name and the identifiers say, then another way of writing, then another column."""
    for fits, why in _told(members, told):
        if len(fits) == 1:
            notices.append(_because(where, fits[0], why))
            return fits[0]
    if other:
        why = f"{counted(len(members), 'date')} written in another way, of no clear order"
        notices.append(
            Notice("date_order", f"{where}: {why}, read {other} first like the rest of the column.")
        )
        return other
    if told.sibling:
        notices.append(_because(where, told.sibling, "another table of the same file shows that order"))
    return told.sibling


def _told(members: Mapping[int, Figures], told: Told) -> list[tuple[list[str], str]]:
    """List, for each thing known beside the dates, the orders it leaves possible."""
    found = []
    if told.period:
        why = "only that order keeps every date in the period of the file's name"
        found.append((_orders_within(members, *told.period), why))
    numbered = {place: parts for place, parts in members.items() if place in told.each}
    if numbered:
        fits = [
            order
            for order in ORDERS
            if all(_near(parts.read(order), told.each[place]) for place, parts in numbered.items())
        ]
        found.append((fits, "only that order agrees with the posts' identifiers, which hold their moment"))
    if told.exported:
        why = "the other order gives days after the one the file was made on"
        found.append((_orders_within(members, LONG_AGO, told.exported), why))
    return found


def _orders_within(members: Mapping[int, Figures], first: date, last: date) -> list[str]:
    slack = timedelta(days=1)
    return [
        order
        for order in ORDERS
        if all((day := x.read(order)) and first - slack <= day <= last + slack for x in members.values())
    ]


def _near(day: date | None, other: date) -> bool:
    return day is not None and abs(day - other) <= BESIDE


def _report_styles(
    waiting: Mapping[int, Figures], styles: list[str], where: str, notices: list[Notice]
) -> None:
    if len(styles) < 2:
        return
    count = Counter(parts.style for parts in waiting.values())
    number = {2: "two", 3: "three"}.get(len(styles), str(len(styles)))
    listed = " and ".join(f"{count[s]} with a year like {s[4:]} ({s[1]} between)" for s in styles)
    notices.append(
        Notice("date_formats", f"{where}: {number} date formats in one column, both read: {listed}.")
    )
