"""How do result tables and key figures stand in Word? As real tables whose cells can be read, copied and changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import RGBColor

from analysis import language as words
from analysis.reports.writers.columns import column_weights, grouped_rows
from analysis.reports.writers.pictures import picture
from analysis.reports.writers.word.fields import Manuscript, add_picture
from analysis.reports.writers.word.grid import add_grid, fill_cell, text_area

__all__ = ["SIGNS", "add_key_figures", "add_table"]

TOGETHER = 12
SIGNS = {"up": "▲ ", "down": "▼ ", "alert": "◆ ", "flat": "○ "}
ROLES = {"up": "accent", "down": "accent", "alert": "alert"}


def add_table(text: Manuscript, block: Mapping[str, Any]) -> None:
    """Add a result table.

    Parameters
    ----------
    text : Manuscript
        The Word text, changed in place.
    block : mapping
        A block of kind `table`.

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.look import look
    >>> from analysis.reports.writers.word.styles import set_styles
    >>> report = Document("en", "Trial", ())
    >>> text = Manuscript(docx.Document(), report, look(report))
    >>> set_styles(text.body, text.look, templated=False)
    >>> add_table(text, {"title": "Rates", "columns": [{"label": "Network", "align": "left", "width": None}],
    ...                  "rows": [{"group": None, "cells": [{"text": "X"}]}]})
    >>> [cell.text for cell in text.body.tables[0].columns[0].cells]
    ['Network', 'X']
    """
    lines = grouped_rows(block)
    grid = add_grid(text, column_weights(block), len(lines) + 1, title=block["title"])
    rows = list(grid.rows)
    for cell, column in zip(rows[0].cells, block["columns"], strict=True):
        _align(fill_cell(text, cell, "Table head", column["label"]), column)
    for row, (group, line) in zip(rows[1:], lines, strict=True):
        if line is None:
            joined = row.cells[0].merge(row.cells[-1])
            fill_cell(text, joined, "Table group", group or "")
            continue
        for place, (cell, given) in enumerate(zip(row.cells, line["cells"], strict=True)):
            column = block["columns"][place]
            paragraph = _align(fill_cell(text, cell, "Table text", given["text"]), column)
            for run in paragraph.runs if place == 0 else ():
                run.bold = True
    if len(lines) <= TOGETHER:
        _keep_together(rows)


def _keep_together(rows: Iterable[Any]) -> None:
    """Keep a short table on one page, with the lines below it."""
    for row in rows:
        for paragraph in row.cells[0].paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _align(paragraph: Any, column: Mapping[str, Any]) -> Any:
    if column["align"] == "right":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def add_key_figures(text: Manuscript, block: Mapping[str, Any], title: str) -> None:
    """Add the table of key figures, each with its place among peers as a picture.

    Parameters
    ----------
    text : Manuscript
        The Word text, changed in place.
    block : mapping
        A block of kind `kpi`.
    title : str
        What the figures are about, for screen readers.

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.look import look
    >>> from analysis.reports.writers.word.styles import set_styles
    >>> report = Document("en", "Trial", ())
    >>> text = Manuscript(docx.Document(), report, look(report))
    >>> set_styles(text.body, text.look, templated=False)
    >>> row = {"name": "Posts", "description": "", "value": "38", "interval": "exact count"}
    >>> add_key_figures(text, {"grid": True, "headings": ["Figure", "You"], "rows": [row]}, "Key figures")
    >>> text.body.tables[0].cell(1, 1).text
    '38\\nexact count'
    """
    count = 2 if block["grid"] else 4
    weights = [1.6, 1.0] if block["grid"] else [1.05, 0.75, 0.95, 1.15]
    grid = add_grid(text, weights, len(block["rows"]) + 1, title=title)
    rows = list(grid.rows)
    for cell, heading in zip(rows[0].cells, block["headings"][:count], strict=True):
        fill_cell(text, cell, "Table head", heading)
    width = int(text_area(text)[0] * weights[-1] / sum(weights)) - 70000
    for row, figure in zip(rows[1:], block["rows"], strict=True):
        _stack(text, row.cells[0], figure["name"], figure["description"])
        fill_cell(text, row.cells[1], "Key figure", figure["value"])
        _note(text, row.cells[1], figure["interval"])
        if not block["grid"]:
            _change(text, row.cells[2], figure)
            _strip(text, row.cells[3], figure, width)
    if len(block["rows"]) <= TOGETHER:
        _keep_together(rows)


def _stack(text: Manuscript, cell: Any, name: str, description: str) -> None:
    for run in fill_cell(text, cell, "Table text", name).runs:
        run.bold = True
    _note(text, cell, description)


def _note(text: Manuscript, cell: Any, said: str) -> None:
    if said:
        fill_cell(text, cell, "Table text", said, more=True)


def _change(text: Manuscript, cell: Any, figure: Mapping[str, Any]) -> None:
    sign = SIGNS.get(figure["state"], "") if figure["change"] else ""
    paragraph = fill_cell(text, cell, "Table text", sign + figure["change"])
    for run in paragraph.runs:
        run.bold = True
        run.font.color.rgb = RGBColor.from_string(text.look.colour[ROLES.get(figure["state"], "ink3")])
    _note(text, cell, figure["change_note"])


def _strip(text: Manuscript, cell: Any, figure: Mapping[str, Any], width: int) -> None:
    paragraph = fill_cell(text, cell, "Table text", "" if figure["drawing"] else words.MISSING)
    if figure["drawing"]:
        drawing = figure["drawing"]
        drawn = picture(text.look.drawn(drawing["wide"]))
        add_picture(paragraph, drawn, drawing["alt"], width, text.number("picture"))
