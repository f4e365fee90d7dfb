"""What do the tables of an ordinary notebook say? Their HTML, read as rows under one row of headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product

__all__ = ["HtmlTable", "html_tables", "html_words"]

UNSEEN = ("style", "script", "title")
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
ENDS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table", "caption")
WIDEST = 1000  # what a cell may span in HTML


@dataclass(slots=True)
class _Cell:
    heading: bool = False
    down: int = 1
    across: int = 1
    text: str = ""


@dataclass(slots=True)
class HtmlTable:
    """One table.

    Parameters
    ----------
    head, body : list
        The cells of its rows, as they are written.
    caption : str
        Its caption, if it has one.
    """

    head: list[list[_Cell]] = field(default_factory=list)
    body: list[list[_Cell]] = field(default_factory=list)
    caption: str = ""

    @property
    def columns(self) -> list[str]:
        """Name each column by the headings above it, outermost first, the same only once."""
        headed = _grid([row for row in self.head if any(cell.heading for cell in row)])
        told = [
            dict.fromkeys(cell.text.strip() for cell in column if cell.text.strip())
            for column in zip(*headed, strict=True)
        ]
        names = [" / ".join(texts) for texts in told]
        return names + [""] * (max(map(len, _grid(self.body)), default=0) - len(names))

    @property
    def rows(self) -> list[list[str]]:
        """Give the texts of the body; what spans several rows or columns stands in each of them."""
        width = len(self.columns)
        return [[cell.text for cell in row] + [""] * (width - len(row)) for row in _grid(self.body)]

    @property
    def naming(self) -> int:
        """Count the columns that name the rows: those of headings, else the first."""
        rows = _grid(self.body) or [[]]
        return max(1, next((place for place, cell in enumerate(rows[0]) if not cell.heading), len(rows[0])))


def _grid(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """Put each cell in all the places it spans; a place without a cell is empty."""
    places: dict[tuple[int, int], _Cell] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in places:
                column += 1
            down = min(cell.down, len(rows) - number)
            places |= dict.fromkeys(
                product(range(number, number + down), range(column, column + cell.across)), cell
            )
    width = max((column + 1 for _, column in places), default=0)
    return [[places.get((number, column), _Cell()) for column in range(width)] for number in range(len(rows))]


class _Page(HTMLParser):
    """The tables of a piece of HTML, and the words a reader sees; a table in a cell belongs to the cell."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[HtmlTable] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        outermost = self.open.count("table") == 1
        if tag == "table" and "table" not in self.open:
            self.tables.append(HtmlTable())
        elif tag == "tr" and outermost:
            self._rows().append([])
        elif tag in ("th", "td") and outermost and self._rows():
            told = dict(attrs)
            cell = _Cell(tag == "th", _span(told.get("rowspan")), _span(told.get("colspan")))
            self._rows()[-1].append(cell)
        if tag in VOID:
            self.handle_data("\n" if tag == "br" else "")
        else:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open up to the tag."""
        while tag in self.open and self.open.pop() != tag:
            pass
        if tag in ENDS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep the words a reader sees, and those of a cell or a caption with their table too."""
        if any(tag in UNSEEN for tag in self.open):
            return
        self.words.append(data)
        if "table" in self.open and "caption" in self.open:
            self.tables[-1].caption += data
        elif ("td" in self.open or "th" in self.open) and self._rows()[-1:] > [[]]:
            self._rows()[-1][-1].text += data

    def _rows(self) -> list[list[_Cell]]:
        return self.tables[-1].head if "thead" in self.open else self.tables[-1].body


def _span(told: str | None) -> int:
    return min(WIDEST, max(1, int(told))) if told and told.isascii() and told.isdigit() else 1


def html_tables(html: str) -> list[HtmlTable]:
    """Read the tables of a piece of HTML.

    Parameters
    ----------
    html : str
        As a cell shows it: by pandas, by a styled table, by another library.

    Returns
    -------
    list of HtmlTable
        Those that have rows or headings, in order.

    Examples
    --------
    >>> rows = "<tr><th rowspan=2>a</th><td>1</td></tr><tr><td>2</td></tr>"
    >>> (table,) = html_tables(f"<table><thead><tr><th>firm<th>posts</tr></thead><tbody>{rows}</tbody></table>")
    >>> table.columns, table.rows
    (['firm', 'posts'], [['a', '1'], ['a', '2']])
    """
    return [table for table in _Page(html).tables if table.columns]


def html_words(html: str) -> str:
    """Give the words a reader of a piece of HTML sees.

    Parameters
    ----------
    html : str
        As a cell shows it.

    Returns
    -------
    str
        One line a paragraph.

    Examples
    --------
    >>> html_words("<style>p {}</style><p>Two &amp; <b>three</b>.</p><p>Four.</p>")
    'Two & three.\\nFour.'
    """
    lines = (" ".join(line.split()) for line in "".join(_Page(html).words).splitlines())
    return "\n".join(line for line in lines if line)
