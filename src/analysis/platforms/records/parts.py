"""What do records say that have no headings: rows of JSON are brought to the contracts, cell by cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pandas as pd

from analysis.platforms.contracts import AUDIENCE, DAILY, POSTS, REVIEWS
from analysis.platforms.export import Export, Notice, counted

__all__ = ["FOLLOWERS", "Part", "count", "moment"]

FOLLOWERS = {"platform": "string", "account": "string", "date": "datetime64[us]"}
CONTRACTS = {"posts": POSTS, "daily": DAILY, "audience": AUDIENCE, "followers": FOLLOWERS, "reviews": REVIEWS}
EPOCH = datetime(1970, 1, 1)
LATEST = datetime(2100, 1, 1)
UNIX, ZONE = re.compile(r"\d{9,16}(?:\.\d+)?"), re.compile(r" (?=[+-]\d{4}$)")
WHOLE = re.compile(r"[+-]?\d{1,18}(?:\.0*)?")
ALSO = {
    "string": "string", "boolean": "boolean", "integer": "Int64", "floating": "Float64",
    "datetime": "datetime64[us]", "mixed-integer-float": "Float64",
}  # fmt: skip


@dataclass
class Part:
    """Hold one table made from records while it is being read.

    Attributes
    ----------
    platform, tool, kind, format : str
        As in `Export`.
    rows : list of dict
        Contract names (and the project's own) → value; None is missing. `published` and `date` are naive UTC.
    notices : list of Notice
    apart : list of dict
        Reposts of others, in the same columns.
    dropped : int
        Records not kept.
    columns : dict
        Contract name → the platform's own word.
    totals : dict
        What the file itself prints as totals.
    """

    platform: str
    tool: str
    kind: str
    format: str
    rows: list[dict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    apart: list[dict] = field(default_factory=list)
    dropped: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)
    unreadable: Counter = field(default_factory=Counter)

    def notice(self, code: str, message: str) -> None:
        """Add one sentence to what was noticed."""
        self.notices.append(Notice(code, message))

    def number(self, name: str, value: object) -> int | None:
        """Read a count; what is neither a count nor absent is missing and counted."""
        found = count(value)
        if found is None and value not in (None, ""):
            self.unreadable[name] += 1
        return found

    def time(self, value: object) -> datetime | None:
        """Read a moment; what is neither a moment nor absent is missing and counted."""
        found = moment(value)
        if found is None and value not in (None, "", 0):
            self.unreadable["published"] += 1
        return found

    def export(self, file: str, digest: str, exported: pd.Timestamp | None = None) -> Export:
        """Bring the rows to the contract of their kind.

        Parameters
        ----------
        file : str
            Name of the file, for `source` and messages.
        digest : str
            sha256 of its bytes.
        exported : pandas.Timestamp, optional
            Day of export.

        Returns
        -------
        Export
            Dates of posts are UTC and known as such.
        """
        self._say_unreadable()
        day = pd.NaT if exported is None else exported
        table = self._table(self.rows, day, file)
        if table.empty:
            self.notice("empty", f"{file} holds no {self.kind}.")
        undated = int(table["published"].isna().sum()) if self.kind == "posts" else 0
        if undated:
            self.notice(
                "no_dates", f"{counted(undated, 'post has', 'posts have')} no date: no period holds them."
            )
        return Export(
            platform=self.platform,
            tool=self.tool,
            kind=self.kind,
            table=table,
            warnings=tuple(dict.fromkeys(self.notices)),
            sha256=digest,
            exported=exported,
            columns=dict(self.columns),
            accounts=tuple(sorted(table["account"].dropna().unique())),
            file=file,
            format=self.format,
            rows_read=len(table),
            rows_dropped=self.dropped,
            totals=dict(self.totals),
            apart=self._table(self.apart, day, file) if self.apart else None,
        )

    def _say_unreadable(self) -> None:
        for name, number in sorted(self.unreadable.items()):
            word = self.columns.get(name, name)
            hold = counted(number, "cell holds", "cells hold")
            self.notice("unreadable", f"{word}: {hold} no readable figure or date; missing, not 0.")

    def _table(self, rows: list[dict], day: object, file: str) -> pd.DataFrame:
        contract = CONTRACTS[self.kind]
        fixed = {"platform": self.platform}
        if self.kind == "posts":
            fixed |= {"published_zone_known": True, "exported": day, "source": file}
        return _typed(rows, fixed, contract)


def _typed(rows: list[dict], fixed: Mapping[str, object], contract: Mapping[str, str]) -> pd.DataFrame:
    """Give rows the columns and types of a contract; other columns follow, typed by what they hold."""
    held = {name: None for names in dict.fromkeys(map(tuple, rows)) for name in names}
    columns = {}
    for name in dict.fromkeys([*contract, *fixed, *held]):
        usual = fixed.get(name)
        values = [row.get(name, usual) for row in rows] if name in held else [usual] * len(rows)
        dtype = contract.get(name) or ALSO.get(pd.api.types.infer_dtype(values, skipna=True), "string")
        values = [pd.NaT if v is None else v for v in values] if dtype.startswith("datetime") else values
        columns[name] = pd.Series(values, dtype=dtype, index=range(len(rows)))
    return pd.DataFrame(columns, index=range(len(rows)))


def count(value: object) -> int | None:
    """Read a count that JSON holds as a number or as text.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    int or None
        None when the cell holds no whole number.

    Notes
    -----
    True and False are no counts, and neither is text with separators: those need a whole column to be read.

    Examples
    --------
    >>> count("12"), count(7.0), count("312.0"), count(None), count(""), count("1,2")
    (12, 7, 312, None, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value if abs(value) < 2**62 else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    text = str(value).strip()
    return int(text.split(".")[0]) if WHOLE.fullmatch(text) else None


def moment(value: object) -> datetime | None:
    """Read a moment: Unix seconds or milliseconds, ISO 8601 with a zone, or the old Twitter form.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    datetime.datetime or None
        Naive, in UTC; None when the cell holds no moment between 1970 and 2100.

    Examples
    --------
    >>> moment(1666210045), moment("Wed Oct 19 20:07:25 +0000 2022")
    (datetime.datetime(2022, 10, 19, 20, 7, 25), datetime.datetime(2022, 10, 19, 20, 7, 25))
    >>> moment("2024-05-01T10:00:00+02:00"), moment("2024-05-01"), moment(0)
    (datetime.datetime(2024, 5, 1, 8, 0), None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str) and not UNIX.fullmatch(value.strip()):
        return _written(value.strip())
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return None
    while seconds > 1e11:
        seconds /= 1000
    if not 0 < seconds < (LATEST - EPOCH).total_seconds():
        return None
    return EPOCH + timedelta(seconds=round(seconds, 6))


def _written(text: str) -> datetime | None:
    """Read a moment written out with its zone."""
    forms: Iterable = (_twitter,) if text[:1].isalpha() else (datetime.fromisoformat,)
    text = ZONE.sub("", text)
    for form in forms:
        try:
            found = form(text)
        except ValueError:
            continue
        if found.tzinfo is not None:
            found = (found if found.tzinfo is UTC else found.astimezone(UTC)).replace(tzinfo=None)
            return found if EPOCH < found < LATEST else None
    return None


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
TWITTER = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})")


def _twitter(text: str) -> datetime:
    """Read `Wed Oct 19 20:07:25 +0000 2022` whatever the language of the machine."""
    found = TWITTER.fullmatch(text)
    if not found or found[1] not in MONTHS:
        raise ValueError(text)
    _, day, clock, zone, year = found.groups()
    return datetime.fromisoformat(f"{year}-{MONTHS.index(found[1]) + 1:02}-{int(day):02}T{clock}{zone}")
