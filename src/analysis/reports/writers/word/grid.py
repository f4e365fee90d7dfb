"""How is a table ruled in Word? Real rows with a head that repeats, hairlines, and columns as wide as their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from analysis.reports.writers.office import clean
from analysis.reports.writers.word.fields import Manuscript
from analysis.reports.writers.word.styles import TEXT_HEIGHT, TEXT_WIDTH

__all__ = ["add_grid", "fill_cell", "rule_below", "text_area"]

AIR = 220


def text_area(text: Manuscript) -> tuple[int, int]:
    """Give the width and the height between the margins.

    Parameters
    ----------
    text : Manuscript
        The Word text.

    Returns
    -------
    tuple of int
        In EMU.

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.document import Document
    >>> empty = Manuscript(docx.Document(), Document("en", "Trial", ()), None)
    >>> [round(length / 36000) for length in text_area(empty)]
    [152, 229]
    """
    section = text.body.sections[0]
    across = section.page_width, section.left_margin, section.right_margin
    down = section.page_height, section.top_margin, section.bottom_margin
    return (
        int(TEXT_WIDTH if None in across else across[0] - across[1] - across[2]),
        int(TEXT_HEIGHT if None in down else down[0] - abs(down[1]) - abs(down[2])),
    )


def add_grid(text: Manuscript, weights: Sequence[float], rows: int, *, title: str = "") -> Any:
    """Add an empty table across the text: first row a head, rows never parted over two pages.

    Parameters
    ----------
    text : Manuscript
        The Word text, changed in place.
    weights : sequence of float
        Shares of the width.
    rows : int
        Number of rows, the head among them.
    title : str
        What the table shows, for screen readers.

    Returns
    -------
    docx table

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.document import Document
    >>> from analysis.reports.writers.look import look
    >>> report = Document("en", "Trial", ())
    >>> grid = add_grid(Manuscript(docx.Document(), report, look(report)), [2, 1], 3)
    >>> len(grid.rows), len(grid.columns), "w:tblHeader" in grid.rows[0]._tr.xml
    (3, 2, True)
    """
    table = text.body.add_table(rows, len(weights))
    table.autofit = False
    widths = [int(text_area(text)[0] * weight / sum(weights)) for weight in weights]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        _keep_whole(row)
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
        _to_the_edge(row.cells[-1])
    _head(table.rows[0])
    _describe(table, text, title, sum(widths) // 635)
    for cell in table.rows[0].cells:
        rule_below(cell, 12, text.look.colour["ink"])
    return table


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _head(row: Any) -> None:
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _to_the_edge(cell: Any) -> None:
    """Let the last column reach the margin."""
    right = f'<w:tcMar {nsdecls("w")}><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    cell._tc.get_or_add_tcPr().append(parse_xml(right))


def _describe(table: Any, text: Manuscript, title: str, width: int) -> None:
    """Rule the table and name it, in the order the format asks for."""
    properties = table._tbl.tblPr
    for tag in ("w:tblStyle", "w:tblW", "w:tblLook", "w:jc"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{text.look.colour["rule"]}"'
    layout = properties.find(qn("w:tblLayout"))
    before = [
        f'<w:tblW {nsdecls("w")} w:w="{width}" w:type="dxa"/>',
        f"<w:tblBorders {nsdecls('w')}><w:bottom {line}/><w:insideH {line}/></w:tblBorders>",
    ]
    after = [
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="{AIR}" w:type="dxa"/></w:tblCellMar>',
        f'<w:tblLook {nsdecls("w")} w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" '
        'w:noHBand="0" w:noVBand="0"/>',
    ]
    for part in before:
        layout.addprevious(parse_xml(part))
    for part in after:
        properties.append(parse_xml(part))
    if title:
        for tag in ("tblCaption", "tblDescription"):
            named = parse_xml(f"<w:{tag} {nsdecls('w')}/>")
            named.set(qn("w:val"), clean(title))
            properties.append(named)


def rule_below(cell: Any, eighths: int, colour: str) -> None:
    """Draw the line below a cell.

    Parameters
    ----------
    cell : docx cell
        Changed in place.
    eighths : int
        Its width in eighths of a point.
    colour : str
        Six hexadecimal digits.

    Examples
    --------
    >>> import docx
    >>> cell = docx.Document().add_table(1, 1).cell(0, 0)
    >>> rule_below(cell, 12, "18212F")
    >>> 'w:sz="12"' in cell._tc.xml
    True
    """
    properties = cell._tc.get_or_add_tcPr()
    line = f'<w:bottom w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour}"/>'
    border = parse_xml(f"<w:tcBorders {nsdecls('w')}>{line}</w:tcBorders>")
    margins = properties.find(qn("w:tcMar"))
    properties.append(border) if margins is None else margins.addprevious(border)


def fill_cell(text: Manuscript, cell: Any, style: str, words: str = "", *, more: bool = False) -> Paragraph:
    """Write a paragraph into a cell: its first one, or one more.

    Parameters
    ----------
    text : Manuscript
        The Word text.
    cell : docx cell
        Changed in place.
    style : str
        Style of the paragraph.
    words : str
        What it says.
    more : bool
        Add a paragraph below those that are there.

    Returns
    -------
    docx paragraph

    Examples
    --------
    >>> import docx
    >>> from analysis.reports.document import Document
    >>> text = Manuscript(docx.Document(), Document("en", "Trial", ()), None)
    >>> fill_cell(text, text.body.add_table(1, 1).cell(0, 0), "Normal", "n = 23").text
    'n = 23'
    """
    paragraph = text.paragraph(style, words, where=cell)
    if not more:
        first = cell.paragraphs[0]
        first._p.getparent().remove(first._p)
    return paragraph
