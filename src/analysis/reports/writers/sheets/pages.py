"""What does a sheet of the workbook look like? A title, a table with fixed head and filter, and its notes below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from typing import Any

from analysis import language as words
from analysis.reports.document import Document
from analysis.reports.writers.look import Look
from analysis.reports.writers.office import clean
from analysis.reports.writers.sheets.cells import Value, cell_value, is_quantity, neutral

__all__ = ["HEAD", "Book", "Table", "result_table"]

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
HEAD = 3
NARROW, WIDE = 9, 60
NAME, LINE, SMALL = 31, 14, 10


@dataclass(frozen=True, slots=True)
class Table:
    """What a sheet shows: headings, rows of values, and which columns hold numbers."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]


def result_table(block: Mapping[str, Any], language: str, *, raw: bool = False) -> Table:
    """Give the typed values of a table of a document.

    Parameters
    ----------
    block : mapping
        `columns` and `rows`, as `analysis.reports.tables.table_data` gives them.
    language : str
        `en` or `fr`.
    raw : bool
        Show the digits of numbers that were never made ready for print, as those behind a figure.

    Returns
    -------
    Table
        An interval takes two columns; groups become a column of their own.

    Examples
    --------
    >>> column = {"label": "Interval", "format": "interval"}
    >>> shown = result_table({"columns": [column], "rows": [
    ...     {"group": None, "cells": [{"value": [0.38, 0.5], "text": "38% to 50%"}]}]}, "en")
    >>> list(shown.headings), [value.content for value in shown.rows[0]]
    (['Interval: lower end', 'Interval: upper end'], [0.38, 0.5])
    """
    grouped = any(row["group"] is not None for row in block["rows"])
    headings = [words.word("workbook.group", language)] if grouped else []
    for column in block["columns"]:
        headings += _headings(column, language)
    rows, printed = [], [_printed(block, place) for place in range(len(block["columns"]))]
    for row in block["rows"]:
        values = [Value(neutral(row["group"] or ""))] if grouped else []
        for column, cell, usual in zip(block["columns"], row["cells"], printed, strict=True):
            values += _values(cell, column["format"], usual, language)
        rows.append([_unrounded(value) for value in values] if raw else values)
    return Table([neutral(heading) for heading in headings], rows)


def _unrounded(value: Value) -> Value:
    """Show three decimals of small numbers, one of large ones."""
    if not isinstance(value.content, float):
        return value
    return replace(value, format="0.000" if abs(value.content) < SMALL else "#,##0.0")


def _headings(column: Mapping[str, Any], language: str) -> list[str]:
    if column["format"] != "interval":
        return [column["label"]]
    return [words.word(f"workbook.{end}", language, label=column["label"]) for end in ("low", "high")]


def _printed(block: Mapping[str, Any], place: int) -> str:
    """Find how a column prints its numbers: as in its first row that has them all."""
    texts = (row["cells"][place]["text"] for row in block["rows"])
    return next((text for text in texts if any(map(str.isdigit, text))), "")


def _values(cell: Mapping[str, Any], kind: str, printed: str, language: str) -> list[Value]:
    """Give the one value of a cell, or the two ends of an interval, of which one may be missing."""
    if kind != "interval":
        return [cell_value(cell, kind, language)]
    ends = cell["value"] or [None, None]
    inner = "percent" if "%" in printed else "number"
    values = [cell_value({"value": end, "text": printed}, inner, language) for end in ends]
    return values if printed else [replace(value, format="") for value in values]


@dataclass
class Book:
    """A workbook being made: its file, what it says, how it looks, and the sheets it has so far."""

    file: Any
    document: Document
    look: Look
    sheets: dict[str, str] = field(default_factory=dict)
    formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def style(self, **marks: Any) -> Any:
        """Give a cell format, made once."""
        base = {"font_name": self.look.sans, "font_size": 10, "font_color": f"#{self.look.colour['ink']}"}
        key = tuple(sorted({**base, "valign": "top", **marks}.items()))
        if key not in self.formats:
            self.formats[key] = self.file.add_format(dict(key))
        return self.formats[key]

    def colour(self, role: str) -> str:
        """Give a colour by its role."""
        return f"#{self.look.colour[role]}"

    def sheet(self, name: str) -> Any:
        """Add a sheet; a name that is taken gets a number."""
        base = FORBIDDEN.sub(" ", clean(name)).replace("\u00a0", " ").strip(" '")[:NAME] or "Sheet"
        name, count = base, 1
        while name.lower() in self.sheets:
            count += 1
            name = f"{base[: NAME - len(str(count)) - 1]} {count}"
        self.sheets[name.lower()] = name
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def title(self, sheet: Any, title: str, measured: str = "") -> None:
        """Write what a sheet shows, and what was measured."""
        self.words(sheet, 0, 0, title, bold=True, font_size=14, font_name=self.look.serif)
        self.words(sheet, 1, 0, measured, font_color=self.colour("ink2"))

    def words(self, sheet: Any, row: int, column: int, text: str, **marks: Any) -> None:
        """Write words, never a formula."""
        text = neutral(text)
        if text:
            quoted = {"quote_prefix": True} if is_quantity(text) else {}
            sheet.write_string(row, column, text, self.style(**marks, **quoted))

    def table(self, sheet: Any, table: Table, top: int = HEAD) -> int:
        """Write a table under a head that stays in view; give the row below it."""
        head = {"bold": True, "bottom": 2, "text_wrap": True, "font_color": self.colour("ink2")}
        widths = _widths(table)
        for column, heading in enumerate(table.headings):
            side = {"align": "right"} if _is_numeric(table, column) else {}
            sheet.write_string(top, column, heading, self.style(**head, **side, valign="bottom"))
        for row, values in enumerate(table.rows, start=top + 1):
            for column, value in enumerate(values):
                self._write(sheet, row, column, value)
            sheet.set_row(row, LINE * _lines(values, widths))
        last = top + len(table.rows)
        if table.rows:
            sheet.autofilter(top, 0, last, len(table.headings) - 1)
        sheet.freeze_panes(top + 1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return last + 1

    def _write(self, sheet: Any, row: int, column: int, value: Value) -> None:
        rule = {"bottom": 1, "bottom_color": self.colour("rule")}
        formatted = {"num_format": value.format} if value.format else {}
        match value.content:
            case None:
                sheet.write_blank(row, column, None, self.style(**rule))
            case bool():
                sheet.write_boolean(row, column, value.content, self.style(**rule, align="left"))
            case datetime():
                sheet.write_datetime(
                    row, column, value.content, self.style(**rule, **formatted, align="left")
                )
            case int() | float():
                sheet.write_number(row, column, value.content, self.style(**rule, **formatted))
            case str():
                self.words(sheet, row, column, value.content, **rule, text_wrap=True)

    def notes(self, sheet: Any, row: int, notes: Iterable[tuple[str, str]]) -> int:
        """Write notes below a table, each after its name; give the row below them."""
        for name, text in notes:
            if text:
                row += 1
                self.words(sheet, row, 0, f"{name}{self._colon} {text}", font_color=self.colour("ink2"))
        return row + 1

    @property
    def _colon(self) -> str:
        return "\u00a0:" if self.document.language == "fr" else ":"

    def back(self, sheet: Any, row: int) -> None:
        """Link back to the contents."""
        contents = next(iter(self.sheets.values()))
        said = words.word("workbook.back", self.document.language)
        self.link(sheet, row, 0, contents, said)

    def link(self, sheet: Any, row: int, column: int, target: str, text: str) -> None:
        """Link to another sheet."""
        place = target.replace("'", "''")
        style = self.style(font_color=self.colour("accent"), underline=1)
        sheet.write_url(row, column, f"internal:'{place}'!A1", style, neutral(text))


def _is_numeric(table: Table, column: int) -> bool:
    """Say whether a column holds numbers only."""
    held = [row[column].content for row in table.rows if row[column].content is not None]
    return bool(held) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in held)


def _lines(values: Sequence[Value], widths: Sequence[float]) -> int:
    """Count the lines of the fullest cell of a row."""
    return (
        max((ceil(_length(value) / width) for value, width in zip(values, widths, strict=True)), default=1)
        or 1
    )


def _widths(table: Table) -> list[float]:
    """Give each column the width of its words, within reason."""
    widths = []
    for column, heading in enumerate(table.headings):
        lengths = [_length(row[column]) for row in table.rows]
        longest = max([len(word) for word in heading.split()] + [min(len(heading), 16)], default=0)
        widths.append(min(max([NARROW, longest + 3, *lengths]), WIDE))
    return widths


def _length(value: Value) -> float:
    match value.content:
        case str():
            return len(value.content) * 1.05 + 1
        case datetime():
            return 17 if "hh" in value.format else 12
        case None:
            return 0
        case _:
            return 11
