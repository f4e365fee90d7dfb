"""A report as slides: one exhibit each, headed by its finding, described and explained in the speaker's notes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pptx.util import Inches

from analysis import language as words
from analysis.reports.document import Document, Part
from analysis.reports.writers.columns import column_weights
from analysis.reports.writers.look import imprint, logo
from analysis.reports.writers.office import sealed
from analysis.reports.writers.pictures import picture
from analysis.reports.writers.slides.deck import Deck, Room, open_deck
from analysis.reports.writers.slides.fit import Line, Run, fit, lines_of, paragraphs
from analysis.reports.writers.slides.tables import (
    Cell,
    Row,
    add_picture,
    add_rows,
    pages_of_rows,
    table_rows,
)
from analysis.reports.writers.slides.text import add_lines, add_words, pages_of, say_notes
from analysis.reports.writers.word.tables import SIGNS

__all__ = ["write"]

ROLES = {"up": "accent", "down": "accent", "alert": "alert"}
STRIP_HEIGHT = 42


def write(document: Document) -> bytes:
    """Write a report as slides, 16:9 unless the brand's template is otherwise.

    Parameters
    ----------
    document : Document
        The report. Where its brand names a PowerPoint template, the template's layouts are used.

    Returns
    -------
    bytes
        A PPTX file. The same document gives the same bytes.

    Raises
    ------
    DataError
        When the template cannot be opened.
    ReportError
        When a drawing cannot be made a picture.

    Notes
    -----
    A long table goes on over several slides; slides do not replace the tables of the workbook.

    Examples
    --------
    >>> write(Document("en", "Trial", ({"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "",
    ...                                "content": []},)))[:2]
    b'PK'
    """
    deck = open_deck(document)
    _opening(deck)
    for part in document.parts:
        _part(deck, part)
    if said := imprint(document):
        _imprint(deck, said)
    deck.finish()
    target = io.BytesIO()
    deck.file.save(target)
    return sealed(target.getvalue())


def _opening(deck: Deck) -> None:
    """Set the first slide: whose report, about what, and the client's own period as its ornament."""
    document, cover = deck.document, deck.document.cover
    slide = deck.slide("title", cover["title"])
    said = [cover["subtitle"], cover["meta"]]
    _subtitle(deck, slide, " · ".join(part for part in said if part))
    simulated = [words.word("report.simulated", document.language)] if document.simulated else []
    top = " · ".join([*([document.consultant] if document.consultant else []), *simulated])
    if top and not deck.templated:
        frame = deck.box(
            slide, Room(slide.shapes.title.left, Inches(0.55), slide.shapes.title.width, Inches(0.35))
        )
        add_words(deck, frame, top, 12, role="on_band")
    if mark := logo(document):
        corner = Room(deck.file.slide_width - Inches(2.6), Inches(0.4), Inches(2), Inches(0.6))
        add_picture(slide, picture(mark), document.brand["logo"]["alt"], corner)
    if cover.get("drawing"):
        _ornament(deck, slide, cover)


def _subtitle(deck: Deck, slide: Any, text: str) -> None:
    """Fill the second placeholder, or take it out."""
    holder = next((shape for shape in slide.placeholders if shape.placeholder_format.idx == 1), None)
    if holder is None:
        return
    if not text:
        holder._element.getparent().remove(holder._element)
        return
    deck.write(holder, text)
    if deck.below:
        title = slide.shapes.title
        holder.left, holder.width, holder.height = title.left, title.width, holder.height
        holder.top = title.top + deck.below + Inches(0.25)


def _ornament(deck: Deck, slide: Any, cover: Mapping[str, Any]) -> None:
    """Draw the client's period on the first slide, or on one of its own in a template."""
    if deck.templated:
        slide = deck.slide("titleOnly", cover["subtitle"] or cover["title"])
        room = deck.room(slide)
    else:
        title = slide.shapes.title
        room = Room(title.left, Inches(3.8), title.width, Inches(2.7))
    text = cover["caption"]
    drawn = picture(deck.look.drawn(cover["drawing"]["wide"]), f"#{deck.look.colour['band']}")
    inner = Room(room.left, room.top, room.width, room.height - Inches(0.4))
    add_picture(slide, drawn, cover["drawing"]["alt"], inner)
    if text:
        frame = deck.box(
            slide, Room(room.left, room.top + room.height - Inches(0.3), room.width, Inches(0.3))
        )
        add_words(deck, frame, text, 11, role="ink2" if deck.templated else "on_band2")
    say_notes(slide, [cover["drawing"]["alt"]])


def _part(deck: Deck, part: Part) -> None:
    if part.section is not None:
        _divider(deck, part.section)
    for block in part.blocks:
        SHOW[block["block"]](deck, block)


def _divider(deck: Deck, section: Mapping[str, Any]) -> None:
    slide = deck.slide("secHead", section["title"])
    _subtitle(deck, slide, section["lead"])
    if section["kicker"] not in ("", section["title"]) and not deck.templated:
        title = slide.shapes.title
        frame = deck.box(slide, Room(title.left, title.top - Inches(0.45), title.width, Inches(0.35)))
        add_words(deck, frame, section["kicker"], 14, role="accent", bold=True)
    if section["content"]:
        _told(deck, section["title"], paragraphs(section["content"]))


def _told(deck: Deck, title: str, lines: list[Line], *, fill: str = "", above: str = "") -> None:
    """Set prose on as many slides as it needs."""
    pages, size = pages_of(lines, _measured(deck, title, above))
    for number, page in enumerate(pages, start=1):
        slide, room = _headed_slide(deck, _counted(title, number, len(pages)), above)
        add_lines(deck, deck.box(slide, _snug(page, room, size) if fill else room, fill=fill), page, size)


def _headed_slide(deck: Deck, title: str, above: str) -> tuple[Any, Room]:
    """Set a title and the words under it; give the room below."""
    slide = deck.slide("titleOnly", title)
    room = deck.room(slide, below=Inches(0.2))
    if above:
        frame = deck.box(slide, Room(room.left, room.top, room.width, Inches(0.4)))
        add_words(deck, frame, above, 14, role="accent", bold=True)
        room = Room(room.left, room.top + Inches(0.5), room.width, room.height - Inches(0.5))
    return slide, room


def _measured(deck: Deck, title: str, above: str) -> Room:
    """Measure the room of prose, less what a tinted box needs, on a slide that is then thrown away."""
    _slide, room = _headed_slide(deck, f"{title} (99/99)", above)
    deck.drop_last()
    air = Inches(0.44)
    return Room(room.left, room.top, room.width - air, room.height - air)


def _snug(page: list[Line], room: Room, size: float) -> Room:
    """Make a tinted box no higher than its words."""
    width = room.width / 12700 - 36
    needed = sum(lines_of(line.text, width, size, bold=True) * 1.25 + 0.5 for line in page) * size + 36
    return Room(room.left, room.top, room.width, min(int(needed * 12700), room.height))


def _counted(title: str, number: int, of: int) -> str:
    return f"{title} ({number}/{of})" if of > 1 else title


def _finding(deck: Deck, block: Mapping[str, Any]) -> None:
    lines = paragraphs(block["content"])
    title = f"{block['number']}. {block['title']}"
    if not block.get("drawing"):
        _told(deck, title, lines)
        return
    slide = deck.slide("titleOnly", title)
    room = deck.room(slide, below=Inches(0.3))
    left = Room(room.left, room.top, int(room.width * 0.55), room.height)
    right = Room(room.left + int(room.width * 0.6), room.top, int(room.width * 0.4), int(room.height * 0.7))
    pages, size = pages_of(lines, left)
    add_lines(deck, deck.box(slide, left), pages[0], size)
    add_picture(slide, picture(deck.look.drawn(block["drawing"]["wide"])), block["drawing"]["alt"], right)
    say_notes(slide, [block["drawing"]["alt"]])
    if rest := [line for page in pages[1:] for line in page]:
        _told(deck, title, rest)


def _callout(deck: Deck, block: Mapping[str, Any]) -> None:
    lines = paragraphs(block["content"])
    if block["style"] == "decision":
        _told(deck, block["title"] or block["label"], lines, fill="accent_tint", above=block["label"])
        return
    title = block["label"].rstrip(".: \u00a0") or words.word("report.note", deck.document.language)
    lines = [_begun(lines[0]), *lines[1:]] if lines else []
    _told(deck, title, lines, fill="wash" if block["style"] == "note" else "")


def _begun(line: Line) -> Line:
    """Begin with a capital what the report says after a lead-in, and a slide under a title."""
    first, *others = line.runs
    return replace(line, runs=(replace(first, text=first.text[:1].upper() + first.text[1:]), *others))


def _prose(deck: Deck, block: Mapping[str, Any]) -> None:
    _told(deck, block["title"] or deck.document.title, paragraphs(block["content"]))


def _framed(deck: Deck, title: str, block: Mapping[str, Any]) -> tuple[Any, Room]:
    """Set the title, what is measured and the source of an exhibit; give the room between them."""
    slide = deck.slide("titleOnly", title)
    room = deck.room(slide)
    top, bottom = room.top, room.top + room.height
    if block.get("measured"):
        height = _small_print(deck, slide, block["measured"], Room(room.left, top, room.width, 0), 13, "ink2")
        top += height + Inches(0.1)
    foot = _source(deck, block)
    if foot[1]:
        text = foot[0] + foot[1]
        size = fit(text, room.width / 12700, Inches(0.4) / 12700, (11, 10, 9, 8))
        height = int(lines_of(text, room.width / 12700, size) * size * 1.25 * 12700)
        frame = deck.box(slide, Room(room.left, bottom - height, room.width, height))
        add_words(deck, frame, foot[1], size, role="ink3", lead=foot[0])
        bottom -= height + Inches(0.12)
    return slide, Room(room.left, top, room.width, bottom - top)


def _small_print(deck: Deck, slide: Any, text: str, room: Room, size: float, role: str) -> int:
    height = int(lines_of(text, room.width / 12700, size) * size * 1.25 * 12700)
    add_words(deck, deck.box(slide, Room(room.left, room.top, room.width, height)), text, size, role=role)
    return height


def _source(deck: Deck, block: Mapping[str, Any]) -> tuple[str, str]:
    """Give the words at the foot of an exhibit: its number, its caption if it has its own, its source."""
    language = deck.document.language
    label = f"{block['label']}. " if block.get("label") else ""
    caption = block.get("caption", "")
    own = f"{caption}. " if caption and caption not in (block["title"], block.get("label")) else ""
    source = f"{_headed('source', language)} {block['source']}" if block["source"] else ""
    return label, (own + source).strip() or (label and " ")


def _headed(kind: str, language: str) -> str:
    return words.word(f"report.{kind}", language) + ("\u00a0:" if language == "fr" else ":")


def _notes(deck: Deck, block: Mapping[str, Any], alt: str = "") -> list[str]:
    """Give what the speaker's notes of an exhibit say."""
    reading = f"{_headed('reading', deck.document.language)} {block['reading']}" if block["reading"] else ""
    return [alt, block.get("measured", ""), reading]


def _figure(deck: Deck, block: Mapping[str, Any]) -> None:
    title = block["title"] or block["caption"] or block["label"]
    slide, room = _framed(deck, title, block)
    add_picture(slide, picture(deck.look.drawn(block["drawing"]["wide"])), block["drawing"]["alt"], room)
    say_notes(slide, _notes(deck, block, block["drawing"]["alt"]))


def _table(deck: Deck, block: Mapping[str, Any]) -> None:
    head, rows = table_rows(block)
    _tabled(deck, block, block["title"], head, rows, column_weights(block))


def _tabled(
    deck: Deck, block: Mapping[str, Any], title: str, head: Row, rows: list[Row], weights: list[float]
) -> None:
    """Set a table on as many slides as it needs."""
    pages, size = pages_of_rows(head, rows, weights, _table_room(deck, block, title))
    for number, page in enumerate(pages, start=1):
        slide, room = _framed(deck, _counted(title, number, len(pages)), block)
        for _ in add_rows(deck, slide, head, page, weights, room, size, title):
            continue
        say_notes(slide, _notes(deck, block))


def _table_room(deck: Deck, block: Mapping[str, Any], title: str) -> Room:
    """Measure the room of a table on a slide that is then thrown away."""
    _slide, room = _framed(deck, f"{title} (99/99)", block)
    deck.drop_last()
    return room


def _key_figures(deck: Deck, block: Mapping[str, Any]) -> None:
    language = deck.document.language
    title = block["title"] or words.word("report.indicators", language)
    count = 2 if block["grid"] else 4
    weights = [1.6, 1.0] if block["grid"] else [1.15, 0.8, 1.15, 1.3]
    head = Row(tuple(Cell(heading, bold=True, role="ink2") for heading in block["headings"][:count]))
    rows = [_key_row(row, block["grid"]) for row in block["rows"]]
    pages, size = pages_of_rows(head, rows, weights, _table_room(deck, block, title), (14, 13, 12))
    drawings = iter([row["drawing"] for row in block["rows"]])
    for number, page in enumerate(pages, start=1):
        slide, room = _framed(deck, _counted(title, number, len(pages)), block)
        for row, place in add_rows(deck, slide, head, page, weights, room, size, title):
            drawing = next(drawings) if row is not head else None
            if drawing and not block["grid"]:
                add_picture(slide, picture(deck.look.drawn(drawing["wide"])), drawing["alt"], _inside(place))
        how = words.word("report.how_to_read_peers", language) if block.get("key") else ""
        say_notes(slide, [*_notes(deck, block), how])


def _inside(place: Room) -> Room:
    air = Inches(0.04)
    return Room(place.left, place.top + air, place.width, place.height - 2 * air)


def _key_row(row: Mapping[str, Any], grid: bool) -> Row:
    name = Cell(row["name"], row["description"], bold=True)
    value = Cell(row["value"], row["interval"], large=True)
    if grid:
        return Row((name, value))
    sign = SIGNS.get(row["state"], "") if row["change"] else ""
    change = Cell(sign + row["change"], row["change_note"], bold=True, role=ROLES.get(row["state"], "ink3"))
    last = Cell("" if row["drawing"] else words.MISSING)
    return Row((name, value, change, last), least=STRIP_HEIGHT)


def _imprint(deck: Deck, said: str) -> None:
    """Print how to reach the consultant, and the legal line, on a last slide."""
    document = deck.document
    slide = deck.slide("titleOnly", document.consultant or document.title)
    room = deck.room(slide, below=Inches(0.2))
    pages, size = pages_of([Line((Run(line),)) for line in said.split("\n")], room)
    add_lines(deck, deck.box(slide, room), pages[0], min(size, 14), role="ink2")


SHOW = {
    "finding": _finding,
    "callout": _callout,
    "prose": _prose,
    "figure": _figure,
    "table": _table,
    "kpi": _key_figures,
}
