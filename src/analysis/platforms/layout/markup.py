"""Which cells are in a workbook that is a web page or XML under a spreadsheet's name, as some platforms write."""

from __future__ import annotations

from html.parser import HTMLParser

from analysis.errors import DataError
from analysis.platforms.layout.encoding import decode

__all__ = ["is_markup", "markup_sheets"]

ROWS, CELLS = {"tr", "row"}, {"td", "th", "cell"}
SHEETS = {"table", "worksheet"}
WIDEST = 16_384
HEADS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


def is_markup(data: bytes) -> bool:
    """Tell a web page or XML from a true workbook by its first bytes.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bool

    Examples
    --------
    >>> is_markup(b"<html><table></table></html>"), is_markup(b"PK\\x03\\x04")
    (True, False)
    """
    return data.lstrip().startswith(HEADS)


class _Sheets(HTMLParser):
    """Collect tables row by row; nothing outside cells is kept and no entity but characters is expanded."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[tuple[str, list[list[object]]]] = []
        self.cell: list[str] | None = None
        self.number, self.name = False, ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name.rsplit(":", 1)[-1]: value or "" for name, value in attributes}
        tag = tag.rsplit(":", 1)[-1]
        if tag == "worksheet":
            self.name = said.get("name", "")
        elif tag == "table":
            self.sheets.append((self.name or f"table {len(self.sheets) + 1}", []))
        elif tag in ROWS and self.sheets:
            rows = self.sheets[-1][1]
            rows += [[]] * min(max(_index(said) - 1 - len(rows), 0), WIDEST)
            rows.append([])
        elif tag in CELLS and self.sheets and self.sheets[-1][1]:
            row = self.sheets[-1][1][-1]
            row += [None] * min(max(_index(said) - 1 - len(row), 0), WIDEST)
            self.cell, self.number = [], False
        elif tag == "data":
            self.number = said.get("type") == "Number"
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag.rsplit(":", 1)[-1] in CELLS and self.cell is not None:
            text = "".join(self.cell).strip()
            self.sheets[-1][1][-1].append(None if not text else _figure(text) if self.number else text)
            self.cell = None


def _index(said: dict[str, str]) -> int:
    return int(said["index"]) if said.get("index", "").isdigit() else 0


def _figure(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text


def markup_sheets(data: bytes, file: str) -> list[tuple[str, list[list[object]]]]:
    """Read the tables of a web page, or the sheets of an XML workbook.

    Parameters
    ----------
    data : bytes
        The file as downloaded.
    file : str
        Its name, for messages.

    Returns
    -------
    list of (str, list of rows)
        Name of the sheet and its cells: text, numbers where XML says so, None where empty.

    Raises
    ------
    DataError
        When there is no table in it, as in a page that asks to log in.

    Notes
    -----
    Numbers of a web page are text, so their format is inferred as in a CSV.

    References
    ----------
    Microsoft, XML Spreadsheet Reference (2003), for `Worksheet`, `Row`, `Cell` and `ss:Index`.

    Examples
    --------
    >>> markup_sheets(b"<table><tr><th>Date</th></tr><tr><td>2025-01-01</td></tr></table>", "a.xls")
    [('table 1', [['Date'], ['2025-01-01']])]
    """
    reader = _Sheets()
    reader.feed(decode(data, file).text)
    reader.close()
    sheets = [(name, rows) for name, rows in reader.sheets if any(any(row) for row in rows)]
    if not sheets:
        raise DataError(
            f"{file} is a web page without a table, not a workbook: the download may have asked to log in. "
            "Download it again."
        )
    return sheets
