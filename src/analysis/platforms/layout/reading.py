"""What is known of a table while it is being read: its match, its rows, what was noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pandas as pd

from analysis.platforms.export import Notice
from analysis.platforms.layout.headers import Match

__all__ = ["Options", "Reading"]


@dataclass(frozen=True)
class Options:
    """Hold what the user said and what the file's name and sister tables show."""

    file: str
    dayfirst: bool | None = None
    year: int | None = None
    duplicates: str = "drop"
    period: tuple[date, date] | None = None
    sibling: str | None = None
    near: tuple[date, date] | None = None


@dataclass
class Reading:
    """Hold one table while it is being read.

    Attributes
    ----------
    match : Match
    options : Options
    frame : pandas.DataFrame
        One column per recognised heading, named as in the format file.
    title : str
        Text above the headings.
    above : list of rows
        The rows above the headings.
    notices : list of Notice
    totals : dict
        Printed totals, by column.
    dropped : int
        Rows not kept.
    order : {"day", "month", None}
        Order of dates shown by this table.
    platform : str
        May be corrected by the file's own words.
    metric : str
        Metric of a one-column daily file.
    apart : DataFrame or None
        Reposts of others.
    exported : Timestamp or None
    header : sequence
        The row of headings as it stands in the file, for what is no heading there.
    raw : mapping
        Row number → cells as they stand in the file, for headings no format can list.
    metrics : dict
        Columns a step found to be daily metrics → the metric's name.
    """

    match: Match
    options: Options
    frame: pd.DataFrame
    title: str = ""
    above: list = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    totals: dict[str, float] = field(default_factory=dict)
    dropped: int = 0
    order: str | None = None
    platform: str = ""
    metric: str = ""
    apart: pd.DataFrame | None = None
    exported: pd.Timestamp | None = None
    header: Sequence = ()
    raw: Mapping[int, Sequence] = field(default_factory=dict)
    metrics: dict[str, str] = field(default_factory=dict)

    def notice(self, code: str, message: str) -> None:
        """Add one sentence to what was noticed."""
        self.notices.append(Notice(code, message))

    def heading(self, name: str) -> str:
        """Give the platform's own word for a column."""
        return self.match.headings.get(name, name)


def with_sibling(options: Options, order: str | None) -> Options:
    """Add to the options the date order another table of the same file shows."""
    return replace(options, sibling=order)
