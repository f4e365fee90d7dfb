"""What Word computes or links: page numbers, numbers of figures, contents, bookmarks, links, pictures' descriptions."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu
from docx.text.paragraph import Paragraph

from analysis.reports.document import Document
from analysis.reports.writers.look import Look
from analysis.reports.writers.office import clean, runs
from analysis.reports.writers.pictures import Picture

__all__ = ["Manuscript", "add_bookmark", "add_field", "add_link", "add_picture", "add_text"]

ADDRESS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


@dataclass
class Manuscript:
    """A Word text being written: its body, what it says, how it looks, and what has been counted so far."""

    body: Any
    document: Document
    look: Look
    counts: Counter[str] = field(default_factory=Counter)
    styles: dict[str, str | None] = field(default_factory=dict)

    def paragraph(self, style: str, text: str = "", *, where: Any = None) -> Paragraph:
        """Add a paragraph of a style, at the end or in a cell."""
        added = (where or self.body).add_paragraph()
        added._p.style = self._style_id(style)
        add_text(added, text, self.document.language)
        return added

    def _style_id(self, name: str) -> str | None:
        """Look a style up once: Word's own list is searched from end to end each time."""
        if name not in self.styles:
            self.styles[name] = self.body.part.get_style_id(name, WD_STYLE_TYPE.PARAGRAPH)
        return self.styles[name]

    def number(self, what: str) -> int:
        """Count one more."""
        self.counts[what] += 1
        return self.counts[what]


def add_text(paragraph: Paragraph, text: str, language: str, **marks: bool) -> None:
    """Add words to a paragraph, with the endings of French ordinals raised.

    Parameters
    ----------
    paragraph : docx paragraph
        Changed in place.
    text : str
        The words; a line break starts a new line.
    language : str
        `en` or `fr`.
    **marks
        `bold`, `italic`.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph()
    >>> add_text(paragraph, "le 1er mai", "fr", bold=True)
    >>> [(run.text, run.font.superscript) for run in paragraph.runs]
    [('le 1', None), ('er', True), (' mai', None)]
    """
    for piece, up in runs(text, language):
        run = paragraph.add_run(piece)
        for mark, on in marks.items():
            setattr(run, mark, on or None)
        run.font.superscript = up or None


def add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    """Add a field with the result it has now, so that no reader is asked to update it.

    Parameters
    ----------
    paragraph : docx paragraph
        Changed in place.
    code : str
        For example `PAGE`.
    shown : str
        Its present result.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph()
    >>> add_field(paragraph, "PAGE", "1")
    >>> paragraph.text
    '1'
    """
    said = OxmlElement("w:instrText")
    said.set(qn("xml:space"), "preserve")
    said.text = f" {code} "
    for part in (_mark("begin"), said, _mark("separate")):
        paragraph.add_run()._r.append(part)
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(_mark("end"))


def _mark(kind: str) -> Any:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def add_bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Name what a paragraph holds so far, so that links and references can point at it.

    Parameters
    ----------
    paragraph : docx paragraph
        Changed in place.
    name : str
        Letters, digits and underscores; unique in the text.
    number : int
        Unique in the text.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph("Figure 1")
    >>> add_bookmark(paragraph, "figure_1", 1)
    >>> 'w:name="figure_1"' in paragraph._p.xml
    True
    """
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    first = next(iter(paragraph._p.findall(qn("w:r"))), None)
    paragraph._p.append(start) if first is None else first.addprevious(start)
    paragraph._p.append(end)


def add_link(paragraph: Paragraph, target: str) -> Paragraph:
    """Open a link in a paragraph; what is added to the answer belongs to the link.

    Parameters
    ----------
    paragraph : docx paragraph
        Changed in place.
    target : str
        A web or mail address, or `#` and the name of a bookmark; anything else is not linked.

    Returns
    -------
    docx paragraph
        The link, which takes runs as a paragraph does.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph()
    >>> _ = add_link(paragraph, "#figure_1").add_run("Figure 1")
    >>> paragraph.hyperlinks[0].fragment
    'figure_1'
    """
    link = OxmlElement("w:hyperlink")
    if target.startswith("#"):
        link.set(qn("w:anchor"), target[1:])
    elif ADDRESS.fullmatch(clean(target)):
        link.set(
            qn("r:id"), paragraph.part.relate_to(clean(target), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        )
    else:
        return paragraph
    link.set(qn("w:history"), "1")
    paragraph._p.append(link)
    return Paragraph(link, paragraph._parent)


def add_picture(
    paragraph: Paragraph, drawn: Picture, alt: str, width: int, number: int, *, beside: bool = False
) -> None:
    """Add a picture with its alternative text.

    Parameters
    ----------
    paragraph : docx paragraph
        Changed in place.
    drawn : Picture
        The picture.
    alt : str
        What it shows; a picture without is marked as an ornament.
    width : int
        In EMU.
    number : int
        Unique in the text.
    beside : bool
        Set it at the right margin, with the words beside it.

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.writers.pictures import picture
    >>> paragraph = docx.Document().add_paragraph()
    >>> square = picture('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    >>> add_picture(paragraph, square, "Nothing.", 99000, 1)
    >>> 'descr="Nothing."' in paragraph._p.xml
    True
    """
    added = paragraph.add_run().add_picture(io.BytesIO(drawn.png), width=Emu(width))
    for side in ("distT", "distB", "distL", "distR"):
        added._inline.set(side, "0")
    named = added._inline.docPr
    named.set("id", str(number))
    named.set("name", f"Drawing {number}")
    named.set("descr", clean(alt))
    inner = added._inline.find(f".//{qn('pic:cNvPr')}")
    inner.set("name", f"drawing-{number}.png")
    inner.set("descr", clean(alt))
    if not alt:
        named.append(parse_xml(ORNAMENT))
    if beside:
        _set_beside(added._inline)


def _set_beside(inline: Any) -> None:
    """Turn a picture in the line into one at the right margin."""
    anchor = parse_xml(BESIDE)
    wrapped = anchor.find(qn("wp:wrapSquare"))
    parts = {child.tag: child for child in inline}
    wrapped.addprevious(parts[qn("wp:extent")])
    wrapped.addprevious(parse_xml(f'<wp:effectExtent {nsdecls("wp")} l="0" t="0" r="0" b="0"/>'))
    for tag in ("wp:docPr", "wp:cNvGraphicFramePr", "a:graphic"):
        anchor.append(parts[qn(tag)])
    inline.getparent().replace(inline, anchor)


ORNAMENT = (
    f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/>'
    "</a:ext></a:extLst>"
)
BESIDE = (
    f'<wp:anchor {nsdecls("wp", "a", "pic", "r")} distT="0" distB="0" distL="180000" distR="0" simplePos="0" '
    'relativeHeight="2" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="0"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="column"><wp:align>right</wp:align></wp:positionH><wp:positionV '
    'relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:wrapSquare wrapText="bothSides"/>'
    "</wp:anchor>"
)
