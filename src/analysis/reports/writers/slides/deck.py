"""What does a slide look like? The deck, its layouts and typefaces, the room on a slide; a template's are kept."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from analysis import language as words
from analysis.catalog import project_root
from analysis.reports.document import Document
from analysis.reports.writers.look import SERIF, Look, look
from analysis.reports.writers.office import LOCALE, PREVIEW, clean, describe, opened, runs
from analysis.reports.writers.slides.fit import LEADING, fit, lines_of

__all__ = ["SERIF_ROOM", "Deck", "Room", "open_deck"]

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.62)
KEPT = ("title", "titleOnly", "secHead")
THEME = {"dk1": "ink", "lt1": "paper", "dk2": "accent", "lt2": "wash", "hlink": "accent", "folHlink": "ink2"}
THEME |= {"accent1": "cat1", "accent2": "cat2", "accent3": "cat3", "accent4": "cat4", "accent5": "cat5"}
THEME |= {"accent6": "peer_line"}
TITLES = {
    "title": (48, 44, 40, 36, 32, 28, 24, 20),
    "secHead": (36, 32, 28, 24, 20, 18),
    "titleOnly": (28, 26, 24, 22, 20, 18, 16, 14),
}
SERIF_ROOM = 1.12
TEMPLATED = (44, 40, 36, 32)


LOWEST = 0.45
TITLE = (
    f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="2" name="Title 1"/><p:cNvSpPr/><p:nvPr><p:ph type="title"/>'
    "</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr><a:normAutofit/></a:bodyPr><a:lstStyle/><a:p/></p:txBody></p:sp>"
)


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle of a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def points(self) -> tuple[float, float]:
        """Give its width and height in points."""
        return self.width / 12700, self.height / 12700


@dataclass
class Deck:
    """A presentation being made: its file, what it says, and whether its layouts are a template's."""

    file: Any
    document: Document
    look: Look
    templated: bool
    below: int = 0

    @property
    def words_face(self) -> str:
        """Name the typeface of running words: the serif of our own theme, the template's otherwise."""
        return "+mn-lt" if self.templated else "+mj-lt"

    def colour(self, role: str) -> RGBColor:
        """Give a colour by its role."""
        return RGBColor.from_string(self.look.colour[role])

    def slide(self, kind: str, title: str) -> Any:
        """Add a slide of a kind of layout (`title`, `titleOnly`, `secHead`) with its title."""
        layout = _layout(self.file, kind)
        slide = self.file.slides.add_slide(layout)
        for shape in list(slide.placeholders):
            if shape != slide.shapes.title and not (
                kind != "titleOnly" and shape.placeholder_format.idx == 1
            ):
                shape._element.getparent().remove(shape._element)
        self._set_aside(slide, kind)
        self._title(slide.shapes.title, kind, title.replace("\n", " "))
        return slide

    def _set_aside(self, slide: Any, kind: str) -> None:
        """Put the title at the top where a template has none, or one that leaves no room for an exhibit."""
        width, height = self.file.slide_width, self.file.slide_height
        if slide.shapes.title is None:
            added = parse_xml(TITLE)
            added.find(f".//{qn('p:cNvPr')}").set("id", str(_free_id(slide)))
            slide.shapes._spTree.insert_element_before(added, "p:extLst")
        elif kind != "titleOnly" or slide.shapes.title.top + slide.shapes.title.height < height * LOWEST:
            return
        title = slide.shapes.title
        title.left, title.top = Emu(MARGIN), Emu(MARGIN)
        title.width, title.height = Emu(width - 2 * MARGIN), Emu(height // 7)

    def _title(self, shape: Any, kind: str, title: str) -> None:
        """Write a title in the layout's own type, or a smaller one that fits."""
        self.write(shape, title)
        sizes = (*TEMPLATED, *TITLES["titleOnly"]) if self.templated else TITLES[kind]
        width = shape.width / 12700 * (1 if self.templated or self.look.serif != SERIF else SERIF_ROOM)
        size = fit(title, width, shape.height / 12700, sizes, bold=True)
        for run in shape.text_frame.paragraphs[0].runs if size < sizes[0] else ():
            run.font.size = Pt(size)
        if kind != "title" and not self.templated:
            needed = lines_of(title, width, size, bold=True) * size * LEADING
            self.below = min(shape.height, int(needed * 12700))

    def write(self, shape: Any, text: str) -> None:
        """Write words into a placeholder, with the endings of French ordinals raised."""
        paragraph = shape.text_frame.paragraphs[0]
        for piece, up in runs(text, self.document.language):
            run = paragraph.add_run()
            run.text = piece
            if up:
                run.font._rPr.set("baseline", "30000")

    def _margins(self, slide: Any, number: int) -> None:
        """Set whose report it is, and the slide's number, after all else, where the layout has room for them."""
        simulated = (
            [words.word("report.simulated", self.document.language)] if self.document.simulated else []
        )
        said = {"ftr": " · ".join([*self.document.footer, *simulated]), "sldNum": str(number)}
        for shape in slide.slide_layout.placeholders:
            kind = shape._element.find(f".//{qn('p:ph')}").get("type")
            if kind in said:
                element = copy.deepcopy(shape._element)
                element.find(f".//{qn('p:cNvPr')}").set("id", str(_free_id(slide)))
                slide.shapes._spTree.append(element)
                for text in element.iter(qn("a:t")):
                    text.text = clean(said[kind])
                _say(element, said[kind])

    def room(self, slide: Any, *, below: int = 0) -> Room:
        """Give what a slide holds below its title, above its margins."""
        title = slide.shapes.title
        top = title.top + (self.below or title.height) + Inches(0.12) + below
        foot = self._foot(slide)
        return Room(title.left, top, title.width, foot - top)

    def _foot(self, slide: Any) -> int:
        """Find the highest of the margins below the middle of the slide: what stands there on every slide."""
        half = self.file.slide_height // 2
        held = [
            (shape.top, shape._element.find(f".//{qn('p:ph')}").get("type"))
            for shape in slide.slide_layout.placeholders
        ]
        tops = [top for top, kind in held if top > half and kind in ("dt", "ftr", "sldNum")]
        return min(tops, default=self.file.slide_height - MARGIN) - Inches(0.08)

    def box(self, slide: Any, room: Room, *, fill: str = "") -> Any:
        """Add an empty text box of a fixed size and give its frame."""
        shape = slide.shapes.add_textbox(
            *(Emu(side) for side in (room.left, room.top, room.width, room.height))
        )
        frame = shape.text_frame
        frame.word_wrap = True
        inset = Inches(0.22) if fill else 0
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = inset
        frame.vertical_anchor = MSO_ANCHOR.TOP
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = self.colour(fill)
        return frame

    def drop_last(self) -> None:
        """Take out the slide added last."""
        listed = self.file.slides._sldIdLst
        self.file.part.drop_rel(listed[-1].rId)
        listed.remove(listed[-1])

    def finish(self) -> None:
        """Add the margins, and say in which language every run is written."""
        locale = LOCALE[self.document.language]
        for number, slide in enumerate(self.file.slides, start=1):
            if number > 1:
                self._margins(slide, number)
            shown = [slide._element]
            shown += [slide.notes_slide._element] if slide.has_notes_slide else []
            for element in shown:
                _speak(element, locale)


def _free_id(slide: Any) -> int:
    return max(int(named.get("id")) for named in slide._element.iter(qn("p:cNvPr"))) + 1


def _say(element: Any, text: str) -> None:
    """Put words into a placeholder that has none."""
    if any(True for _ in element.iter(qn("a:t"))):
        return
    paragraph = element.find(f".//{qn('a:p')}")
    run = etree.SubElement(paragraph, qn("a:r"))
    etree.SubElement(run, qn("a:rPr"))
    etree.SubElement(run, qn("a:t")).text = clean(text)
    end = paragraph.find(qn("a:endParaRPr"))
    if end is not None:
        paragraph.append(end)


def _speak(element: Any, locale: str) -> None:
    for run in element.iter(qn("a:r")):
        run.get_or_add_rPr().set("lang", locale)
    for other in ("a:fld", "a:endParaRPr"):
        for found in element.iter(qn(other)):
            properties = found if other == "a:endParaRPr" else found.find(qn("a:rPr"))
            if properties is not None:
                properties.set("lang", locale)


def open_deck(document: Document) -> Deck:
    """Open the brand's template, emptied of its slides, or a plain deck of our own look.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    Deck

    Raises
    ------
    DataError
        When the template cannot be opened.

    Examples
    --------
    >>> deck = open_deck(Document("en", "Trial", ()))
    >>> round(deck.file.slide_width / deck.file.slide_height, 2), len(deck.file.slides)
    (1.78, 0)
    """
    template = document.brand["templates"].get("pptx")
    file = Presentation(opened(project_root() / template) if template else None)
    deck = Deck(file, document, look(document), bool(template))
    _empty(file)
    if not template:
        _dress(deck)
    describe(file.core_properties, document)
    return deck


def _empty(file: Any) -> None:
    """Take out the slides of a template, and the picture of its first one."""
    listed = file.slides._sldIdLst
    for slide in list(listed):
        file.part.drop_rel(slide.rId)
        listed.remove(slide)
    relations = file.part.package._rels
    for key in [key for key, relation in relations.items() if relation.reltype == PREVIEW]:
        relations.pop(key)


def _layout(file: Any, kind: str) -> Any:
    """Find the layout of a kind; templates that lack it give the one in its usual place, or their last."""
    found = next((layout for layout in file.slide_layouts if layout._element.get("type") == kind), None)
    usual = {"title": 0, "secHead": 2, "titleOnly": 5}[kind]
    return found or file.slide_layouts[min(usual, len(file.slide_layouts) - 1)]


def _dress(deck: Deck) -> None:
    """Give the plain deck its size, typefaces, colours and places."""
    file, master = deck.file, deck.file.slide_master
    file.slide_width, file.slide_height = WIDTH, HEIGHT
    for layout in list(file.slide_layouts):
        if layout._element.get("type") not in KEPT:
            file.slide_layouts.remove(layout)
    _set_theme(master, deck.look)
    wide = WIDTH - 2 * MARGIN
    for holder in (master, *file.slide_layouts):
        _drop_dates(holder)
        _place_margins(holder, deck)
    _place(_first(master), Room(MARGIN, Inches(0.5), wide, Inches(1.05)), MSO_ANCHOR.TOP)
    _style_titles(master, deck)
    _place_opening(_layout(file, "title"), deck, wide)
    _place_divider(_layout(file, "secHead"), deck, wide)
    for relation in [r for r in file.part.rels.values() if r.reltype.endswith("/printerSettings")]:
        file.part.rels.pop(relation.rId)


def _first(holder: Any) -> Any:
    return next(shape for shape in holder.placeholders if "Title" in shape.name)


def _second(holder: Any) -> Any:
    return next(shape for shape in holder.placeholders if shape.placeholder_format.idx == 1)


def _drop_dates(holder: Any) -> None:
    for shape in list(holder.placeholders):
        if shape._element.find(f".//{qn('p:ph')}").get("type") == "dt":
            shape._element.getparent().remove(shape._element)


def _place(shape: Any, room: Room, anchor: Any) -> None:
    shape.left, shape.top, shape.width, shape.height = (
        Emu(side) for side in (room.left, room.top, room.width, room.height)
    )
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = anchor
    body = frame._txBody.find(qn("a:bodyPr"))
    for child in list(body):
        body.remove(child)


def _place_margins(holder: Any, deck: Deck) -> None:
    """Set the footer at the left, the number at the right, both small."""
    for shape in holder.placeholders:
        kind = shape._element.find(f".//{qn('p:ph')}").get("type")
        if kind not in ("ftr", "sldNum"):
            continue
        left, wide = (MARGIN, Inches(9)) if kind == "ftr" else (WIDTH - MARGIN - Inches(2), Inches(2))
        _place(shape, Room(left, Inches(6.98), wide, Inches(0.28)), MSO_ANCHOR.MIDDLE)
        side = PP_ALIGN.LEFT if kind == "ftr" else PP_ALIGN.RIGHT
        _set_level(
            shape._element, 10, deck.look.colour["ink3"], "+mn-lt", align="l" if kind == "ftr" else "r"
        )
        for paragraph in shape.text_frame.paragraphs:
            paragraph.alignment = side


def _set_level(
    element: Any, size: float, colour: str, face: str, *, bold: bool = False, align: str = "l"
) -> None:
    """Say how the first level of a placeholder is set."""
    styles = element.find(f".//{qn('a:lstStyle')}")
    for child in list(styles):
        styles.remove(child)
    level = etree.SubElement(styles, qn("a:lvl1pPr"), marL="0", indent="0", algn=align)
    etree.SubElement(level, qn("a:buNone"))
    _letters(level, size, colour, face, bold=bold)


def _letters(level: Any, size: float, colour: str, face: str, *, bold: bool) -> None:
    letters = etree.SubElement(
        level, qn("a:defRPr"), sz=f"{size * 100:.0f}", b="1" if bold else "0", cap="none"
    )
    fill = etree.SubElement(letters, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr"), val=colour)
    etree.SubElement(letters, qn("a:latin"), typeface=face)


def _style_titles(master: Any, deck: Deck) -> None:
    """Let titles stand at the left, in the serif."""
    level = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    level.set("algn", "l")
    level.remove(level.find(qn("a:defRPr")))
    _letters(level, TITLES["titleOnly"][0], deck.look.colour["ink"], "+mj-lt", bold=True)


def _place_opening(layout: Any, deck: Deck, wide: int) -> None:
    colour = deck.look.colour
    background = layout.background.fill
    background.solid()
    background.fore_color.rgb = deck.colour("band")
    _place(_first(layout), Room(MARGIN, Inches(1.2), wide, Inches(1.25)), MSO_ANCHOR.BOTTOM)
    _set_level(_first(layout)._element, 48, colour["on_band"], "+mj-lt", bold=True)
    _place(_second(layout), Room(MARGIN, Inches(2.6), wide, Inches(1.0)), MSO_ANCHOR.TOP)
    _set_level(_second(layout)._element, 22, colour["on_band"], "+mj-lt")
    for shape in list(layout.placeholders):
        if shape._element.find(f".//{qn('p:ph')}").get("type") in ("ftr", "sldNum"):
            shape._element.getparent().remove(shape._element)


def _place_divider(layout: Any, deck: Deck, wide: int) -> None:
    colour = deck.look.colour
    narrow = int(wide * 0.8)
    _place(_first(layout), Room(MARGIN, Inches(2.1), narrow, Inches(1.6)), MSO_ANCHOR.TOP)
    _set_level(_first(layout)._element, 36, colour["ink"], "+mj-lt", bold=True)
    _place(_second(layout), Room(MARGIN, Inches(3.9), narrow, Inches(2.4)), MSO_ANCHOR.TOP)
    _set_level(_second(layout)._element, 18, colour["ink2"], "+mj-lt")


def _set_theme(master: Any, look: Look) -> None:
    """Name our typefaces and colours in the theme, so that what a reader adds looks the same."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    for name, role in THEME.items():
        slot = theme.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}")
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, qn("a:srgbClr"), val=look.colour[role])
    for place, face in (("majorFont", look.serif), ("minorFont", look.sans)):
        theme.find(f".//{qn(f'a:{place}')}/{qn('a:latin')}").set("typeface", face)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
