"""How is running text set in Word? Paragraphs, real lists, links, quotes and small tables from a tree of prose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from analysis.reports.writers.office import clean
from analysis.reports.writers.word.fields import Manuscript, add_link, add_text
from analysis.reports.writers.word.grid import add_grid, fill_cell

__all__ = ["add_inline", "add_prose"]

INLINE = {"text", "strong", "emphasis", "link", "break", "code"}
STEP = 340
DEEPEST = 8


def add_prose(
    text: Manuscript,
    nodes: Iterable[Mapping[str, Any]],
    *,
    style: str = "Normal",
    level: int = 2,
    lead: str = "",
) -> list[Paragraph]:
    """Set a tree of prose.

    Parameters
    ----------
    text : Manuscript
        The Word text, changed in place.
    nodes : list of dict
        From `analysis.reports.text.markdown`.
    style : str
        Style of its paragraphs.
    level : int
        Level of its headings.
    lead : str
        Words in bold that open the first paragraph.

    Returns
    -------
    list of docx paragraph
        The paragraphs added, tables left out.

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.text import markdown
    >>> text = Manuscript(docx.Document(), Document("en", "Trial", ()), None)
    >>> [paragraph.text for paragraph in add_prose(text, markdown("One **word**.", "en"))]
    ['One word.']
    """
    nodes = list(nodes)
    added: list[Paragraph] = []
    if lead:
        opened = text.paragraph(style)
        add_text(opened, f"{lead} ", text.document.language, bold=True)
        if nodes and nodes[0]["kind"] == "paragraph":
            add_inline(opened, nodes.pop(0)["children"], text.document.language)
        added.append(opened)
    for node in nodes:
        added += _node(text, node, style, level)
    return added


def _node(text: Manuscript, node: Mapping[str, Any], style: str, level: int) -> list[Paragraph]:
    match node["kind"]:
        case "heading":
            return [_paragraph(text, node["children"], f"Heading {min(level, 4)}")]
        case "list":
            return _items(text, node, style, level, 0)
        case "quote":
            return add_prose(text, node["children"], style="Quote", level=level)
        case "code" if node.get("block"):
            return _code(text, node["text"])
        case "rule":
            return [_rule(text)]
        case "table":
            _table(text, node)
            return []
        case kind if kind in INLINE:
            return [_paragraph(text, [node], style)]
        case _:
            return [_paragraph(text, node["children"], style)]


def _paragraph(text: Manuscript, nodes: Iterable[Mapping[str, Any]], style: str) -> Paragraph:
    paragraph = text.paragraph(style)
    add_inline(paragraph, nodes, text.document.language)
    return paragraph


def add_inline(
    paragraph: Paragraph, nodes: Iterable[Mapping[str, Any]], language: str, **marks: bool
) -> None:
    """Set inline runs: plain, strong, emphasised, code and links.

    Parameters
    ----------
    paragraph : docx paragraph
        Changed in place.
    nodes : list of dict
        Inline nodes of `analysis.reports.text.markdown`.
    language : str
        `en` or `fr`.
    **marks
        `bold`, `italic` from outside.

    Examples
    --------
    >>> import docx
    >>> paragraph = docx.Document().add_paragraph()
    >>> add_inline(paragraph, [{"kind": "strong", "children": [{"kind": "text", "text": "yes"}]}], "en")
    >>> paragraph.runs[0].bold
    True
    """
    for node in nodes:
        match node["kind"]:
            case "text":
                add_text(paragraph, node["text"], language, **marks)
            case "code":
                paragraph.add_run(clean(node["text"])).font.name = "Courier New"
            case "break":
                paragraph.add_run().add_break()
            case "link":
                add_inline(
                    add_link(paragraph, node["href"]), node["children"], language, **marks, underline=True
                )
            case "strong" | "emphasis":
                mark = {"strong": "bold", "emphasis": "italic"}[node["kind"]]
                add_inline(paragraph, node["children"], language, **{**marks, mark: True})
            case _:
                add_inline(paragraph, node.get("children", ()), language, **marks)


def _items(text: Manuscript, node: Mapping[str, Any], style: str, level: int, depth: int) -> list[Paragraph]:
    """Set a list whose numbers Word counts, beginning anew for each list."""
    number = _numbering(text, ordered=node["ordered"])
    added: list[Paragraph] = []
    for item in node["children"]:
        first = True
        for child in item["children"] or [{"kind": "text", "text": ""}]:
            if child["kind"] == "list":
                added += _items(text, child, style, level, min(depth + 1, DEEPEST))
                continue
            made = _node(text, child, style, level)
            for paragraph in made:
                _indent(paragraph, depth, number if first else None)
                first = False
            added += made
    return added


def _indent(paragraph: Paragraph, depth: int, number: int | None) -> None:
    """Hang a paragraph under its number, or under that of the paragraph before."""
    properties = paragraph._p.get_or_add_pPr()
    if number is not None:
        numbered = properties.get_or_add_numPr()
        numbered.get_or_add_ilvl().val = depth
        numbered.get_or_add_numId().val = number
    base = paragraph.style.paragraph_format.left_indent
    left = (depth + 1) * STEP + (int(base.twips) if base else 0)
    paragraph.paragraph_format.left_indent = left * 635
    paragraph.paragraph_format.first_line_indent = -STEP * 635 if number is not None else None


def _numbering(text: Manuscript, *, ordered: bool) -> int:
    """Define one more list and give its number."""
    numbering = text.body.part.numbering_part.element
    kind = "ordered" if ordered else "bulleted"
    abstract = text.counts[f"{kind} list"] or _abstract(text, numbering, kind)
    number = 1 + max((int(num.get(qn("w:numId"))) for num in numbering.findall(qn("w:num"))), default=0)
    last = numbering.findall(qn("w:abstractNum")) + numbering.findall(qn("w:num"))
    last[-1].addnext(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>'
            + "".join(
                f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="1"/></w:lvlOverride>'
                for depth in range(DEEPEST + 1)
            )
            + "</w:num>"
        )
    )
    return number


def _abstract(text: Manuscript, numbering: Any, kind: str) -> int:
    """Describe bulleted or numbered lists once."""
    known = numbering.findall(qn("w:abstractNum"))
    number = 1 + max((int(old.get(qn("w:abstractNumId"))) for old in known), default=0)
    form = ("decimal", "%{}.") if kind == "ordered" else ("bullet", "•")
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form[0]}"/>'
        f'<w:lvlText w:val="{form[1].format(depth + 1)}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{(depth + 1) * STEP}" w:hanging="{STEP}"/></w:pPr></w:lvl>'
        for depth in range(DEEPEST + 1)
    )
    made = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
        f'<w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert(0, made) if not known else known[-1].addnext(made)
    text.counts[f"{kind} list"] = number
    return number


def _code(text: Manuscript, lines: str) -> list[Paragraph]:
    paragraph = text.paragraph("Code")
    for place, line in enumerate(clean(lines).split("\n")):
        if place:
            paragraph.add_run().add_break()
        paragraph.add_run(line)
    return [paragraph]


def _rule(text: Manuscript) -> Paragraph:
    paragraph = text.paragraph("Normal")
    border = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().insert_element_before(
        parse_xml(border), "w:shd", "w:spacing", "w:ind", "w:jc"
    )
    return paragraph


def _table(text: Manuscript, node: Mapping[str, Any]) -> None:
    """Set a table of the prose, its head repeated on every page."""
    rows = node["children"]
    grid = add_grid(text, [1.0] * len(rows[0]["children"]), len(rows))
    for row, line in zip(grid.rows, rows, strict=True):
        for cell, given in zip(row.cells, line["children"], strict=True):
            paragraph = fill_cell(text, cell, "Table head" if given["head"] else "Table text")
            add_inline(paragraph, given["children"], text.document.language)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if given["right"] else None
