"""What one platform export turned out to be: its table, and everything that was noticed while reading it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

__all__ = ["Export", "Exports", "Notice"]


class Notice(str):
    """Say in one sentence what was dropped, repaired or suspected; `code` is the kind of thing it was.

    Examples
    --------
    >>> notice = Notice("duplicates", "51 duplicated rows were dropped.")
    >>> notice.code, notice
    ('duplicates', '51 duplicated rows were dropped.')
    """

    code: str

    def __new__(cls, code: str, message: str) -> Notice:
        notice = super().__new__(cls, message)
        notice.code = code
        return notice

    def __reduce__(self) -> tuple:
        return (type(self), (self.code, str(self)))


@dataclass(frozen=True)
class Export:
    """Hold one table read from a platform's file, in the project's own columns.

    Attributes
    ----------
    platform : str
        The network the figures come from: `facebook`, `instagram`, `linkedin`, `youtube`...
    tool : str
        Who wrote the file: `meta_business_suite`, `youtube_studio`, `linkedin_creator`...
    kind : str
        `posts`, `daily` or `audience`: which contract the table follows.
    table : pandas.DataFrame
        The contract's columns first, then what else the format knows; missing is never 0.
    warnings : tuple of Notice
        Readable sentences, each with a `code`.
    sha256 : str
        Of the file as it was downloaded.
    exported : pandas.Timestamp or None
        The day of export where the file or its name says it.
    columns : mapping
        Column of the table → the platform's own word for it.
    accounts : tuple of str
        The accounts named in the file.
    file, part, format : str
        File name, the sheet or member inside it, and the format it was recognised as.
    rows_read, rows_dropped : int
        Rows kept in the table; rows set aside (totals, duplicates, footers, blank lines).
    totals : mapping
        What the file itself prints as totals (metric → value); never part of the table.
    apart : pandas.DataFrame or None
        Reposts of others found in the file: not the account's own posts.
    """

    platform: str
    tool: str
    kind: str
    table: pd.DataFrame
    warnings: tuple[Notice, ...]
    sha256: str
    exported: pd.Timestamp | None
    columns: Mapping[str, str]
    accounts: tuple[str, ...]
    file: str
    part: str = ""
    format: str = ""
    rows_read: int = 0
    rows_dropped: int = 0
    totals: Mapping[str, float] = field(default_factory=dict)
    apart: pd.DataFrame | None = None


class Exports(list):
    """List the exports of one folder or archive.

    `unrecognised` says which files are no exports; `drafts` holds for each of them, where its headings could be
    read, a mapping (`columns.yml`) to be corrected. `refused` holds, by file, what is wrong with exports that could
    not be read: nothing of them is among the tables.
    """

    def __init__(
        self,
        exports: Iterable[Export] = (),
        unrecognised: Iterable[Notice] = (),
        drafts: Mapping[str, str] | None = None,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(exports)
        self.refused: dict[str, str] = dict(refused or {})
        self.drafts: dict[str, str] = dict(drafts or {})
        self.unrecognised: tuple[Notice, ...] = tuple(unrecognised)


def grouped(value: float) -> str:
    """Write a number with its thousands set apart, for a message.

    Examples
    --------
    >>> grouped(15503810), grouped(2.5)
    ('15 503 810', '2.5')
    """
    whole = float(value).is_integer()
    return (f"{value:,.0f}" if whole else f"{value:,}").replace(",", " ")


def counted(number: float, one: str, many: str | None = None) -> str:
    """Write how many there are of something, one or several of it.

    Examples
    --------
    >>> counted(1, "row"), counted(1234, "row"), counted(2, "day has", "days have")
    ('1 row', '1 234 rows', '2 days have')
    """
    return f"{grouped(number)} {one if number == 1 else many or f'{one}s'}"


def rows_text(rows: Iterable[int], limit: int = 3) -> str:
    """Name the first rows concerned, for a message.

    Examples
    --------
    >>> rows_text([4, 9, 12, 40])
    'rows 4, 9, 12 and 1 more'
    >>> rows_text([4])
    'row 4'
    """
    rows = list(rows)
    text = ", ".join(str(row) for row in rows[:limit])
    more = f" and {len(rows) - limit} more" if len(rows) > limit else ""
    return f"{'rows' if len(rows) > 1 else 'row'} {text}{more}"
