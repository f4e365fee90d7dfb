"""How are words set on a slide? Paragraphs with real bullets and numbers, in type that fits, over several slides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml import etree
from pptx.oxml.ns import qn
from pptx.util import Pt

from analysis.reports.writers.look import MONO
from analysis.reports.writers.office import clean, runs
from analysis.reports.writers.slides.deck import Deck, Room
from analysis.reports.writers.slides.fit import Line, Run, lines_of, paged

__all__ = ["add_lines", "add_words", "pages_of", "say_notes"]

ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
SIZES = (24, 20, 18, 16, 14)
HANG = 20


def add_words(
    deck: Deck,
    frame: Any,
    text: str,
    size: float,
    *,
    role: str = "ink",
    bold: bool = False,
    face: str = "",
    lead: str = "",
) -> None:
    """Add a paragraph of words set alike to a text frame.

    Parameters
    ----------
    deck : Deck
        The deck.
    frame : pptx text frame
        Changed in place.
    text : str
        The words.
    size : float
        Points.
    role : str
        Colour by its role.
    bold : bool
        Whether they are bold.
    face : str
        Typeface; the theme's own when left out.
    lead : str
        Words in bold before them.

    Examples
    --------
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.slides.deck import open_deck
    >>> deck = open_deck(Document("en", "Trial", ()))
    >>> slide = deck.slide("titleOnly", "A title")
    >>> frame = deck.box(slide, deck.room(slide))
    >>> add_words(deck, frame, "exports, 38 posts.", 10, lead="Source: ")
    >>> frame.text
    'Source: exports, 38 posts.'
    """
    paragraph = _paragraph(frame)
    for part, heavy in ((lead, True), (text, bold)):
        _set_run(deck, paragraph, Run(part, bold=heavy), size, role, face)


def _paragraph(frame: Any) -> Any:
    """Give the empty first paragraph of a frame, else a new one."""
    first = frame.paragraphs[0]
    if len(frame.paragraphs) == 1 and not first.runs and first._p.find(qn("a:br")) is None:
        return first
    return frame.add_paragraph()


def _set_run(deck: Deck, paragraph: Any, run: Run, size: float, role: str, face: str) -> None:
    for part, words in enumerate(run.text.split("\n")):
        if part:
            paragraph.add_line_break()
        for piece, up in runs(words, deck.document.language):
            added = paragraph.add_run()
            added.text = piece
            _mark(deck, added, run, size, role, face)
            if up:
                added.font._rPr.set("baseline", "30000")


def _mark(deck: Deck, added: Any, run: Run, size: float, role: str, face: str) -> None:
    """Set one run's size, colour and weight."""
    font = added.font
    font.size, font.bold, font.italic = Pt(size), run.bold or None, run.italic or None
    font.color.rgb = deck.colour(role)
    if run.mono or face:
        font.name = MONO if run.mono else face
    if ADDRESS.fullmatch(clean(run.href)):
        added.hyperlink.address = clean(run.href)


def add_lines(deck: Deck, frame: Any, lines: Iterable[Line], size: float, *, role: str = "ink") -> None:
    """Add paragraphs of prose to a text frame.

    Parameters
    ----------
    deck : Deck
        The deck.
    frame : pptx text frame
        Changed in place.
    lines : iterable of Line
        The paragraphs.
    size : float
        Points.
    role : str
        Colour by its role.

    Examples
    --------
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.slides.deck import open_deck
    >>> deck = open_deck(Document("en", "Trial", ()))
    >>> slide = deck.slide("titleOnly", "A title")
    >>> frame = deck.box(slide, deck.room(slide))
    >>> add_lines(deck, frame, [Line((Run("One "), Run("word", bold=True)))], 18)
    >>> frame.text
    'One word'
    """
    for line in lines:
        paragraph = _paragraph(frame)
        paragraph.space_after = Pt(size * 0.45)
        _hang(paragraph, line)
        for run in line.runs:
            _set_run(deck, paragraph, run, size, role, deck.words_face)


def _hang(paragraph: Any, line: Line) -> None:
    """Hang a paragraph as deep as its list, under a bullet or number that the program counts."""
    properties = paragraph._p.get_or_add_pPr()
    marked = line.bullet or line.number is not None
    properties.set("marL", str(HANG * line.depth * 12700))
    properties.set("indent", str(-HANG * 12700 if marked else 0))
    if line.number is not None:
        etree.SubElement(properties, qn("a:buFont"), typeface="+mj-lt")
        etree.SubElement(properties, qn("a:buAutoNum"), type="arabicPeriod", startAt=str(line.number))
    elif line.bullet:
        etree.SubElement(properties, qn("a:buFont"), typeface="Arial")
        etree.SubElement(properties, qn("a:buChar"), char="•")
    else:
        etree.SubElement(properties, qn("a:buNone"))


def pages_of(lines: list[Line], room: Room, *, lead: str = "") -> tuple[list[list[Line]], float]:
    """Share prose over slides: in the largest type that keeps it on one, else in the smallest over several.

    Parameters
    ----------
    lines : list of Line
        The paragraphs.
    room : Room
        What a slide holds.
    lead : str
        Words that stand above them on the first slide.

    Returns
    -------
    tuple of list and float
        The paragraphs of each slide, and the size of the type.

    Examples
    --------
    >>> pages, size = pages_of([Line((Run("One word."),))], Room(0, 0, 9_000_000, 4_000_000))
    >>> len(pages), size
    (1, 24)
    """
    width, height = room.points
    pages: list[list[Line]] = []
    for size in SIZES:
        above = lines_of(lead, width, size, bold=True) * size * 1.5 if lead else 0
        pages = paged(lines, width, height - above, size)
        if len(pages) == 1:
            return pages, size
    return pages, SIZES[-1]


def say_notes(slide: Any, parts: Iterable[str]) -> None:
    """Write the speaker's notes of a slide.

    Parameters
    ----------
    slide : pptx slide
        Changed in place.
    parts : iterable of str
        Paragraphs; empty ones are left out.

    Examples
    --------
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.slides.deck import open_deck
    >>> slide = open_deck(Document("en", "Trial", ())).slide("titleOnly", "A title")
    >>> say_notes(slide, ["Dots. 38 posts.", ""])
    >>> slide.notes_slide.notes_text_frame.text
    'Dots. 38 posts.'
    """
    said = [clean(part) for part in parts if part]
    if said:
        slide.notes_slide.notes_text_frame.text = "\n".join(said)
