"""What does the Word text look like? Its styles, page, language and numbering; a template's own are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from analysis.errors import DataError
from analysis.reports.writers.look import SIZE, Look
from analysis.reports.writers.office import LOCALE

__all__ = ["BOX", "TEXT_HEIGHT", "TEXT_WIDTH", "set_language", "set_page", "set_styles"]

TEXT_HEIGHT, TEXT_WIDTH = Mm(257), Mm(176)
BOX = 200
AFTER_LANGUAGE = {
    qn(f"w:{name}")
    for name in (
        "clrSchemeMapping",
        "doNotIncludeSubdocsInStats",
        "doNotAutoCompressPictures",
        "forceUpgrade",
        "captions",
        "readModeInkLockDown",
        "smartTagType",
        "shapeDefaults",
        "doNotEmbedSmartTags",
        "decimalSymbol",
        "listSeparator",
    )
}


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style: sizes in points, space before and after in points, colours by role."""

    name: str
    size: float
    colour: str = "ink"
    face: str = "serif"
    bold: bool = False
    before: float = 0
    after: float = 6
    line: float = 1.2
    keep: bool = False
    shade: str = ""
    rule: str = ""
    left: int = 0
    outline: int | None = None
    base: str = "Normal"


STYLES = (
    Style("Normal", SIZE["body"], after=7, line=1.25, base=""),
    Style("Title", SIZE["name"], "accent", bold=True, before=60, after=8, line=1.0, keep=True),
    Style("Subtitle", 14, after=6, keep=True),
    Style("Heading 1", SIZE["section"], bold=True, before=2, after=9, line=1.08, keep=True, outline=0),
    Style("Heading 2", 13, bold=True, before=14, after=5, line=1.15, keep=True, outline=1),
    Style("Heading 3", 11, bold=True, before=10, after=4, line=1.15, keep=True, outline=2),
    Style("Heading 4", SIZE["body"], "ink2", bold=True, before=8, after=3, keep=True, outline=3),
    Style("Caption", SIZE["title"], bold=True, before=16, after=4, line=1.15, keep=True),
    Style("Quote", SIZE["body"], "ink2", left=340),
    Style("Header", SIZE["note"], "ink3", "sans", after=0),
    Style("Footer", SIZE["note"], "ink3", "sans", after=0),
    Style("TOC Heading", SIZE["finding"], bold=True, before=24, after=6, keep=True),
    Style("toc 1", SIZE["body"], after=4),
    Style("Brand", 9, "ink2", "sans", after=0),
    Style("Details", 9, "ink2", "sans", after=14),
    Style("Kicker", 8.6, "accent", "sans", bold=True, after=4, keep=True),
    Style("Lead", SIZE["lead"], "ink2", after=12, line=1.3, keep=True),
    Style("Measured", SIZE["label"], "ink2", "sans", after=6, keep=True),
    Style("Drawing", SIZE["body"], before=4, after=4, line=1.0, keep=True),
    Style("Reading", 9.6, "ink2", before=4, after=4),
    Style("Source", SIZE["note"], "ink3", "sans", before=4, after=16),
    Style("Small text", 9.6, "ink2", after=5, line=1.2),
    Style("Code", 8, "ink", "mono", shade="wash", after=8, left=BOX),
    Style(
        "Decision label", 8.6, "accent", "sans", bold=True, after=4, keep=True, shade="accent_tint", left=BOX
    ),
    Style(
        "Decision", SIZE["finding"], bold=True, after=5, line=1.1, keep=True, shade="accent_tint", left=BOX
    ),
    Style("Decision text", SIZE["body"], shade="accent_tint", left=BOX),
    Style("Note text", SIZE["body"], "ink2", shade="wash", left=BOX),
    Style("Table head", 7.7, "ink2", "sans", bold=True, before=3, after=3, line=1.1),
    Style("Table text", SIZE["label"], "ink", "sans", before=3, after=3, line=1.1),
    Style("Table group", SIZE["label"], "ink2", "sans", bold=True, before=6, after=3, line=1.1, keep=True),
    Style("Key figure", 15, bold=True, before=3, after=0, line=1.0),
    Style("Legal", SIZE["note"], "ink3", "sans", before=18),
)


def set_styles(body: Any, look: Look, *, templated: bool) -> None:
    """Define every style the text uses.

    Parameters
    ----------
    body : docx document
        Changed in place.
    look : Look
        Colours and typefaces.
    templated : bool
        Keep the styles that a template brings, and only add those it lacks.

    Raises
    ------
    DataError
        When a style of a template is not one of paragraphs but bears the name of one the report uses.

    Examples
    --------
    >>> import docx
    >>> body = docx.Document()
    >>> set_styles(body, Look({role: "000000" for role in ("ink", "ink2", "ink3", "accent", "accent_tint", "wash")}),
    ...            templated=False)
    >>> body.styles["Decision"].paragraph_format.keep_with_next
    True
    """
    known = {style.name.lower(): style for style in body.styles}
    for style in STYLES:
        there = known.get(style.name.lower())
        if there is not None and there.type != WD_STYLE_TYPE.PARAGRAPH:
            raise DataError(
                f'The Word template has a style "{there.name}" that is not one of paragraphs, which the report needs. '
                "Give it another name."
            )
        if templated and there is not None:
            continue
        if there is None:
            there = body.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
            there.hidden, there.quick_style = False, True
        _define(there.element, style, look)


def _define(element: Any, style: Style, look: Look) -> None:
    """Replace what a style says of its paragraphs and letters."""
    for tag in ("w:pPr", "w:rPr", "w:basedOn"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    if style.base:
        based = parse_xml(f'<w:basedOn {nsdecls("w")} w:val="{style.base}"/>')
        element.find(qn("w:name")).addnext(based)
    element.append(parse_xml(_paragraph(style, look)))
    element.append(parse_xml(_letters(style, look)))


def _paragraph(style: Style, look: Look) -> str:
    """Write the paragraph properties in the order the format asks for."""
    parts = ["<w:keepNext/><w:keepLines/>" if style.keep else '<w:keepNext w:val="0"/>']
    if style.shade:
        parts.append(_borders(look.colour[style.shade]))
    right = f' w:right="{style.left}"' if style.shade else ""
    parts.append(
        f'<w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}" '
        f'w:line="{style.line * 240:.0f}" w:lineRule="auto"/>'
    )
    parts.append(f'<w:ind w:left="{style.left}"{right}/>')
    if style.outline is not None:
        parts.append(f'<w:outlineLvl w:val="{style.outline}"/>')
    return f"<w:pPr {nsdecls('w')}>{''.join(parts)}</w:pPr>"


def _borders(fill: str) -> str:
    """Let a box reach a little beyond its words; paragraphs of one box share its borders, so it has no gaps."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="{8 if side in ("top", "bottom") else 9}" w:color="{fill}"/>'
        for side in ("top", "left", "bottom", "right")
    )
    return f'<w:pBdr>{sides}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


def _letters(style: Style, look: Look) -> str:
    face, half = look.face(style.face), round(style.size * 2)
    bold = "<w:b/><w:bCs/>" if style.bold else '<w:b w:val="0"/><w:bCs w:val="0"/>'
    return (
        f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="{face}" w:hAnsi="{face}" w:eastAsia="{face}" w:cs="{face}"/>'
        f'{bold}<w:i w:val="0"/><w:color w:val="{look.colour[style.colour]}"/>'
        f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr>'
    )


def set_page(body: Any) -> None:
    """Set an A4 page with the margins of the printed report and a first page of its own.

    Parameters
    ----------
    body : docx document
        Changed in place.

    Examples
    --------
    >>> import docx
    >>> body = docx.Document()
    >>> set_page(body)
    >>> round(body.sections[0].page_width.mm), body.sections[0].different_first_page_header_footer
    (210, True)
    """
    section = body.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True


def set_language(body: Any, language: str) -> None:
    """Say in which language the text is written, for spelling and for screen readers.

    Parameters
    ----------
    body : docx document
        Changed in place.
    language : str
        `en` or `fr`.

    Examples
    --------
    >>> import docx
    >>> body = docx.Document()
    >>> set_language(body, "fr")
    >>> 'w:lang w:val="fr-FR"' in body.styles.element.xml
    True
    """
    locale = LOCALE[language]
    for tongue in body.styles.element.iter(qn("w:lang")):
        tongue.set(qn("w:val"), locale)
    settings = body.settings.element
    for tag in ("w:themeFontLang", "w:savePreviewPicture", "w:proofState", "w:rsids"):
        for old in settings.findall(qn(tag)):
            settings.remove(old)
    for mode in settings.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")
    named = parse_xml(f'<w:themeFontLang {nsdecls("w")} w:val="{locale}"/>')
    after = next((child for child in settings if child.tag in AFTER_LANGUAGE), None)
    settings.append(named) if after is None else after.addprevious(named)
