"""A report as a Word text that can be annotated: real headings, tables, captions, contents and descriptions."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from docx import Document as new_text
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, RGBColor

from analysis import language as words
from analysis.catalog import project_root
from analysis.charts.tokens import WIDE
from analysis.reports.document import Document, Part
from analysis.reports.writers.look import imprint, logo, look
from analysis.reports.writers.office import PREVIEW, clean, describe, opened, sealed
from analysis.reports.writers.pictures import Picture, picture
from analysis.reports.writers.word.fields import (
    Manuscript,
    add_bookmark,
    add_field,
    add_link,
    add_picture,
    add_text,
)
from analysis.reports.writers.word.grid import text_area
from analysis.reports.writers.word.prose import add_prose
from analysis.reports.writers.word.styles import set_language, set_page, set_styles
from analysis.reports.writers.word.tables import add_key_figures, add_table

__all__ = ["write"]

MINI, RIM = 190, 18
LOGO_HEIGHT, TALLEST = Mm(12), 0.75
PAST_PICTURES = f'<w:br {nsdecls("w")} w:type="textWrapping" w:clear="all"/>'
DASH = {"fr": "\u00a0– ", "en": ". "}


def write(document: Document) -> bytes:
    """Write a report as a Word text.

    Parameters
    ----------
    document : Document
        The report. Where its brand names a Word template, the template's page and styles are used.

    Returns
    -------
    bytes
        A DOCX file. The same document gives the same bytes.

    Raises
    ------
    DataError
        When the template cannot be opened.
    ReportError
        When a drawing cannot be made a picture.

    Notes
    -----
    Word and LibreOffice name typefaces without carrying them, so lines may break elsewhere than in the PDF.

    Examples
    --------
    >>> write(Document("en", "Trial", ({"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "",
    ...                                "content": []},)))[:2]
    b'PK'
    """
    text = _blank(document)
    _cover(text)
    _contents(text)
    for part in document.parts:
        _part(text, part)
    for line in filter(None, imprint(document).split("\n")):
        text.paragraph("Legal", line)
    _margins(text)
    target = io.BytesIO()
    text.body.save(target)
    return sealed(target.getvalue())


def _blank(document: Document) -> Manuscript:
    """Open the brand's template, or an empty text, with every style the report uses."""
    template = document.brand["templates"].get("docx")
    body = new_text(opened(project_root() / template) if template else None)
    for child in list(body.element.body):
        if child.tag != qn("w:sectPr"):
            body.element.body.remove(child)
    for key, relation in list(body.part.package.rels.items()):
        if relation.reltype == PREVIEW:
            del body.part.package.rels[key]
    text = Manuscript(body, document, look(document))
    if not template:
        set_page(body)
    set_styles(body, text.look, templated=bool(template))
    set_language(body, document.language)
    describe(body.core_properties, document)
    return text


def _cover(text: Manuscript) -> None:
    """Set the first page: who, for whom, about what, and the client's own period as its ornament."""
    document, cover = text.document, text.document.cover
    if mark := logo(document):
        _logo(text, picture(mark))
    simulated = words.word("report.simulated", document.language) if document.simulated else ""
    if said := [part for part in (document.consultant, simulated) if part]:
        text.paragraph("Brand", " · ".join(said))
    text.paragraph("Title", cover["title"])
    for style, key in (("Subtitle", "subtitle"), ("Details", "meta")):
        if cover[key]:
            text.paragraph(style, cover[key])
    if cover.get("drawing"):
        _ornament(text, cover["drawing"])
    if cover["caption"]:
        text.paragraph("Source", cover["caption"])


def _ornament(text: Manuscript, drawing: Mapping[str, Any]) -> None:
    """Set the cover's drawing across the page, on a ground that reaches past its labels."""
    drawn = picture(text.look.drawn(drawing["wide"]), f"#{text.look.colour['band']}", margin=RIM)
    width = text_area(text)[0]
    add_picture(text.paragraph("Drawing"), drawn, drawing["alt"], width, text.number("picture"))


def _logo(text: Manuscript, drawn: Picture) -> None:
    """Set the brand's logo, as high everywhere."""
    width = int(LOGO_HEIGHT * drawn.width / drawn.height)
    add_picture(
        text.paragraph("Brand"), drawn, text.document.brand["logo"]["alt"], width, text.number("picture")
    )


def _drawing(text: Manuscript, drawing: Mapping[str, Any], *, width: int = 0) -> Any:
    paragraph = text.paragraph("Drawing")
    drawn = picture(text.look.drawn(drawing["wide"]))
    across, down = text_area(text)
    width = min(width or across, int(down * TALLEST * drawn.width / drawn.height))
    add_picture(paragraph, drawn, drawing["alt"], width, text.number("picture"))
    return paragraph


def _contents(text: Manuscript) -> None:
    """List the sections as links, inside a field that Word can update but need not."""
    sections = [part.section for part in text.document.parts if part.section]
    if len(sections) < 2:
        return
    text.paragraph("TOC Heading", words.word("report.contents", text.document.language))
    for place, section in enumerate(sections, start=1):
        line = text.paragraph("toc 1")
        if place == 1:
            _begin(line, r"TOC \o &quot;1-1&quot; \n \h \z")
        entry = add_link(line, f"#_Toc{place:08d}")
        add_text(entry, section["title"], text.document.language)
        if place == len(sections):
            line._p.append(_mark("end"))


def _begin(paragraph: Any, code: str) -> None:
    for part in (_mark("begin"), _said(code), _mark("separate")):
        paragraph._p.append(part)


def _mark(kind: str) -> Any:
    return parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="{kind}"/></w:r>')


def _said(code: str) -> Any:
    return parse_xml(f'<w:r {nsdecls("w")}><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>')


def _part(text: Manuscript, part: Part) -> None:
    if part.section is not None:
        _section(text, part.section)
    for block in part.blocks:
        SHOW[block["block"]](text, block)


def _section(text: Manuscript, section: Mapping[str, Any]) -> None:
    """Head a section, on a page of its own unless it is to flow."""
    kicker = section["kicker"] if section["kicker"] != section["title"] else ""
    first = text.paragraph("Kicker", kicker) if kicker else None
    heading = text.paragraph("Heading 1", section["title"])
    add_bookmark(heading, f"_Toc{text.number('section'):08d}", text.number("bookmark"))
    _ruled(text, first or heading)
    (first or heading).paragraph_format.page_break_before = not section.get("flow")
    if section["lead"]:
        text.paragraph("Lead", section["lead"])
    add_prose(text, section["content"])


def _ruled(text: Manuscript, paragraph: Any) -> None:
    colour = text.look.colour["ink"]
    line = f'<w:top w:val="single" w:sz="14" w:space="8" w:color="{colour}"/>'
    border = parse_xml(f"<w:pBdr {nsdecls('w')}>{line}</w:pBdr>")
    paragraph._p.get_or_add_pPr().insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc")


def _finding(text: Manuscript, block: Mapping[str, Any]) -> None:
    heading = text.paragraph("Heading 2")
    if block.get("drawing"):
        _beside(text, heading, block["drawing"])
    number = heading.add_run(f"{block['number']}  ")
    number.font.color.rgb = RGBColor.from_string(text.look.colour["accent"])
    add_text(heading, block["title"], text.document.language)
    said = add_prose(text, block["content"], level=3)
    for paragraph in said[:-1]:
        paragraph.paragraph_format.keep_with_next = True
    if block.get("drawing"):
        (said or [heading])[-1].add_run()._r.append(parse_xml(PAST_PICTURES))


def _beside(text: Manuscript, paragraph: Any, drawing: Mapping[str, Any]) -> None:
    drawn = picture(text.look.drawn(drawing["wide"]))
    width = text_area(text)[0] * MINI // WIDE
    add_picture(paragraph, drawn, drawing["alt"], width, text.number("picture"), beside=True)


def _callout(text: Manuscript, block: Mapping[str, Any]) -> None:
    if block["style"] == "decision":
        for style, key in (("Decision label", "label"), ("Decision", "title")):
            if block[key]:
                text.paragraph(style, block[key])
        add_prose(text, block["content"], style="Decision text", level=3)
    else:
        style = "Note text" if block["style"] == "note" else "Normal"
        add_prose(text, block["content"], style=style, level=3, lead=block["label"])


def _prose(text: Manuscript, block: Mapping[str, Any]) -> None:
    if block["title"]:
        text.paragraph("Heading 2", block["title"])
    style = "Small text" if block["columns"] == 2 else "Normal"
    add_prose(text, block["content"], style=style, level=3 if block["title"] else 2)


def _figure(text: Manuscript, block: Mapping[str, Any]) -> None:
    own = block["title"] if block["title"] != block["caption"] else ""
    if own:
        text.paragraph("Heading 2", own)
    _caption(text, block, block["caption"])
    _measured(text, block)
    _drawing(text, block["drawing"]).paragraph_format.keep_with_next = bool(
        block["reading"] or block["source"]
    )
    _notes(text, block)


def _table(text: Manuscript, block: Mapping[str, Any]) -> None:
    _caption(text, block, block["title"])
    _measured(text, block)
    add_table(text, block)
    _notes(text, block)


def _key_figures(text: Manuscript, block: Mapping[str, Any]) -> None:
    title = block["title"] or words.word("report.indicators", text.document.language)
    text.paragraph("Caption", title)
    add_key_figures(text, block, title)
    if block.get("key"):
        _drawing(text, block["key"], width=text_area(text)[0] * 262 // WIDE)
        lead = words.word("report.how_to_read", text.document.language) + "."
        said = text.paragraph("Reading")
        add_text(said, f"{lead} ", text.document.language, bold=True)
        add_text(said, words.word("report.how_to_read_peers", text.document.language), text.document.language)
    _notes(text, block)


def _caption(text: Manuscript, block: Mapping[str, Any], title: str) -> None:
    """Number an exhibit with a field, so that what a reader adds is counted with the others."""
    language = text.document.language
    kind, number = block["block"], str(block["number"])
    label = words.word(f"report.{kind}", language)
    paragraph = text.paragraph("Caption", f"{label}\u00a0")
    paragraph.paragraph_format.keep_with_next = True
    add_field(paragraph, rf"SEQ {label} \* ARABIC", number)
    add_bookmark(paragraph, f"{kind}_{number}", text.number("bookmark"))
    if title and title.split() != [label, number]:
        add_text(paragraph, DASH[language] + title, language)


def _measured(text: Manuscript, block: Mapping[str, Any]) -> None:
    if block["measured"]:
        text.paragraph("Measured", block["measured"]).paragraph_format.keep_with_next = True


def _notes(text: Manuscript, block: Mapping[str, Any]) -> None:
    """Add how to read an exhibit, and its source; without either, some air."""
    language = text.document.language
    for kind in ("reading", "source"):
        if block[kind]:
            paragraph = text.paragraph(kind.capitalize())
            said = words.typeset(f"{words.word(f'report.{kind}', language)} :", language)
            said = said if language == "fr" else said.replace(" :", ":")
            add_text(paragraph, f"{said} ", language, bold=True)
            add_text(paragraph, block[kind], language)
    if not block["source"]:
        text.paragraph("Source")


def _margins(text: Manuscript) -> None:
    """Say on every page but the first whose report it is, and which page; a template's own words stay."""
    document, section = text.document, text.body.sections[0]
    footer = section.footer
    if any(paragraph.text.strip() for paragraph in footer.paragraphs):
        return
    simulated = [words.word("report.simulated", document.language)] if document.simulated else []
    line = footer.paragraphs[0]
    line.style = text.body.styles["Footer"]
    line.paragraph_format.tab_stops.add_tab_stop(text_area(text)[0], WD_TAB_ALIGNMENT.RIGHT)
    add_text(line, " · ".join([*document.footer, *simulated]) + "\t", document.language)
    add_field(line, "PAGE", "1")
    line.add_run(" / ")
    add_field(line, "NUMPAGES", "1")
    if any(paragraph.text.strip() for paragraph in section.header.paragraphs):
        return
    header = section.header.paragraphs[0]
    header.style = text.body.styles["Header"]
    header.add_run(clean(document.consultant))


SHOW = {
    "finding": _finding,
    "callout": _callout,
    "prose": _prose,
    "figure": _figure,
    "table": _table,
    "kpi": _key_figures,
}
