"""How does a table stand on slides? As a real table in readable type, its head and its group repeated on each."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from analysis.reports.writers.columns import grouped_rows
from analysis.reports.writers.office import clean
from analysis.reports.writers.pictures import Picture
from analysis.reports.writers.slides.deck import Deck, Room
from analysis.reports.writers.slides.fit import LEADING, lines_of
from analysis.reports.writers.slides.text import add_words

__all__ = ["Cell", "Row", "add_picture", "add_rows", "pages_of_rows", "table_rows"]

PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
SIZES = (14, 13, 12, 11, 10)
SMALLEST = 7
AIR, GUTTER = 8, 14


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: words, and smaller words below them."""

    text: str
    note: str = ""
    bold: bool = False
    right: bool = False
    role: str = "ink"
    large: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its cells, or one that heads a group; and the least height it needs, in points."""

    cells: tuple[Cell, ...]
    group: bool = False
    least: float = 0


def table_rows(block: Mapping[str, Any]) -> tuple[Row, list[Row]]:
    """Give the head and the rows of a result table.

    Parameters
    ----------
    block : mapping
        A block of kind `table`.

    Returns
    -------
    tuple of Row and list of Row

    Examples
    --------
    >>> head, rows = table_rows({"columns": [{"label": "Network", "align": "left"}],
    ...                          "rows": [{"group": "All", "cells": [{"text": "X"}]}]})
    >>> head.cells[0].text, [row.cells[0].text for row in rows]
    ('Network', ['All', 'X'])
    """
    sides = [column["align"] == "right" for column in block["columns"]]
    head = Row(
        tuple(
            Cell(column["label"], bold=True, right=right, role="ink2")
            for column, right in zip(block["columns"], sides, strict=True)
        )
    )
    rows = [
        Row((Cell(group or "", bold=True, role="ink2"),), group=True)
        if line is None
        else Row(
            tuple(
                Cell(cell["text"], bold=place == 0, right=sides[place])
                for place, cell in enumerate(line["cells"])
            )
        )
        for group, line in grouped_rows(block)
    ]
    return head, rows


def pages_of_rows(
    head: Row, rows: Sequence[Row], weights: Sequence[float], room: Room, sizes: Sequence[float] = SIZES
) -> tuple[list[list[Row]], float]:
    """Share rows over slides: in the largest type that keeps them on one, else in small type over several.

    Parameters
    ----------
    head : Row
        Repeated on every slide.
    rows : sequence of Row
        The rows.
    weights : sequence of float
        Shares of the width.
    room : Room
        What a slide holds.
    sizes : sequence of float
        Sizes of type to try.

    Returns
    -------
    tuple of list and float
        The rows of each slide, a group's name repeated where the group goes on, and the size of the type.

    Examples
    --------
    >>> row = Row((Cell("word"),))
    >>> pages, size = pages_of_rows(row, [row] * 40, [1.0], Room(0, 0, 9_000_000, 4_000_000))
    >>> [len(page) for page in pages], size
    ([14, 14, 12], 10)
    """
    width, height = room.points
    widths = [width * weight / sum(weights) for weight in weights]
    while sizes[-1] > SMALLEST and _tallest((head, *rows), widths, sizes[-1]) > height / 2:
        sizes = (sizes[-1] - 1,)
    for size in sizes:
        needed = [row_height(row, widths, size) for row in rows]
        left = height - row_height(head, widths, size)
        if sum(needed) <= left:
            return [list(rows)], size
    return _shared(rows, needed, left), size


def _tallest(rows: Sequence[Row], widths: Sequence[float], size: float) -> float:
    return max(row_height(row, widths, size) for row in rows)


def row_height(row: Row, widths: Sequence[float], size: float) -> float:
    """Give the height a row needs, in points.

    Parameters
    ----------
    row : Row
        The row.
    widths : sequence of float
        Widths of the columns, in points.
    size : float
        Size of the type.

    Returns
    -------
    float

    Examples
    --------
    >>> row_height(Row((Cell("word"),)), [200], 10)
    20.2
    """
    if row.group:
        widths = [sum(widths)]
    needed = [
        _lines(cell.text, width, size * (1.5 if cell.large else 1), bold=cell.bold or cell.large)
        + (_lines(cell.note, width, size * 0.85, bold=False) if cell.note else 0)
        for cell, width in zip(row.cells, widths, strict=False)
    ]
    return round(max([*needed, row.least]) + AIR, 2)


def _lines(text: str, width: float, size: float, *, bold: bool) -> float:
    return lines_of(text, width - GUTTER, size, bold=bold) * size * LEADING


def _shared(rows: Sequence[Row], needed: Sequence[float], room: float) -> list[list[Row]]:
    """Fill one slide after the other; a group's name never ends one and is said again on the next."""
    pages: list[list[Row]] = [[]]
    left, group = room, None
    for place, (row, height) in enumerate(zip(rows, needed, strict=True)):
        wanted = height + (needed[place + 1] if row.group and place + 1 < len(rows) else 0)
        if pages[-1] and wanted > left:
            again = group is not None and not row.group
            pages.append([group[0]] if again else [])
            left = room - (group[1] if again else 0)
        pages[-1].append(row)
        left -= height
        group = (row, height) if row.group else group
    return pages


def add_rows(
    deck: Deck,
    slide: Any,
    head: Row,
    rows: Sequence[Row],
    weights: Sequence[float],
    room: Room,
    size: float,
    title: str,
) -> Iterator[tuple[Row, Room]]:
    """Set a table on a slide.

    Parameters
    ----------
    deck : Deck
        The deck.
    slide : pptx slide
        Changed in place.
    head : Row
        Its first row.
    rows : sequence of Row
        The others.
    weights : sequence of float
        Shares of the width.
    room : Room
        Where it goes.
    size : float
        Size of the type.
    title : str
        What it shows, for screen readers.

    Yields
    ------
    tuple of Row and Room
        Each row, and where its last cell is.

    Examples
    --------
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.slides.deck import open_deck
    >>> deck = open_deck(Document("en", "Trial", ()))
    >>> slide = deck.slide("titleOnly", "A title")
    >>> row = Row((Cell("word"),))
    >>> placed = list(add_rows(deck, slide, row, [row], [1.0], deck.room(slide), 12, "Words"))
    >>> len(slide.shapes[-1].table.rows)
    2
    """
    sides = (room.left, room.top, room.width, 0)
    frame = slide.shapes.add_table(len(rows) + 1, len(weights), *(Emu(side) for side in sides))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(title))
    table = frame.table
    _plain(table)
    widths = [room.width * weight / sum(weights) for weight in weights]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(int(width))
    top = room.top
    for place, (row, given) in enumerate(zip(table.rows, (head, *rows), strict=True)):
        height = int(row_height(given, [width / 12700 for width in widths], size) * 12700)
        row.height = Emu(height)
        _fill(deck, table, place, given, size)
        yield given, Room(int(room.left + sum(widths[:-1])), top, int(widths[-1]), height)
        top += height
    frame.height = Emu(top - room.top)


def _plain(table: Any) -> None:
    """Take the colours off a table."""
    properties = table._tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstCol", "1")
    properties.find(qn("a:tableStyleId")).text = PLAIN


def _fill(deck: Deck, table: Any, place: int, row: Row, size: float) -> None:
    count = len(table.columns)
    if row.group and count > 1:
        table.cell(place, 0).merge(table.cell(place, count - 1))
    for index in range(count):
        cell = table.cell(place, index)
        _rule(cell, 1.5 if place == 0 else 0.5, deck.look.colour["ink" if place == 0 else "rule"])
        if index < len(row.cells):
            _write(deck, cell, row.cells[index], size, last=index == count - 1)


def _write(deck: Deck, cell: Any, given: Cell, size: float, *, last: bool) -> None:
    cell.margin_left, cell.margin_right = 0, 0 if last else Pt(GUTTER)
    cell.margin_top = cell.margin_bottom = Pt(AIR / 2)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    face = deck.words_face if given.large else ""
    add_words(
        deck,
        cell.text_frame,
        given.text,
        size * (1.5 if given.large else 1),
        role=given.role,
        bold=given.bold or given.large,
        face=face,
    )
    if given.note:
        add_words(deck, cell.text_frame, given.note, size * 0.85, role="ink2")
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if given.right else PP_ALIGN.LEFT


def _rule(cell: Any, width: float, colour: str) -> None:
    """Draw the line below a cell, and none elsewhere."""
    properties = cell._tc.get_or_add_tcPr()
    for side in ("a:lnL", "a:lnR", "a:lnT", "a:lnB"):
        line = etree.SubElement(properties, qn(side), w=f"{width * 12700:.0f}" if side == "a:lnB" else "0")
        if side == "a:lnB":
            etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"), val=colour)
        else:
            etree.SubElement(line, qn("a:noFill"))
    etree.SubElement(properties, qn("a:noFill"))


def add_picture(slide: Any, drawn: Picture, alt: str, room: Room) -> Any:
    """Set a picture in the middle of a room, as large as fits, with its alternative text.

    Parameters
    ----------
    slide : pptx slide
        Changed in place.
    drawn : Picture
        The picture.
    alt : str
        What it shows.
    room : Room
        Where it goes.

    Returns
    -------
    pptx picture

    Examples
    --------
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.pictures import picture
    >>> from analysis.reports.writers.slides.deck import open_deck
    >>> slide = open_deck(Document("en", "Trial", ())).slide("titleOnly", "A title")
    >>> square = picture('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    >>> placed = add_picture(slide, square, "Nothing.", Room(0, 0, 400, 200))
    >>> placed.left, placed.width
    (100, 200)
    """
    scale = min(room.width / drawn.width, room.height / drawn.height)
    width, height = int(drawn.width * scale), int(drawn.height * scale)
    left, top = room.left + (room.width - width) // 2, room.top + (room.height - height) // 2
    added = slide.shapes.add_picture(
        io.BytesIO(drawn.png), Emu(left), Emu(top), Emu(max(width, 1)), Emu(max(height, 1))
    )
    named = added._element.nvPicPr.cNvPr
    named.set("descr", clean(alt))
    named.set("name", f"Drawing {len(slide.shapes)}")
    return added
