"""Which columns say the same in two languages: exports put one below the other fill each on some of the rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.platforms.export import Notice
from analysis.platforms.layout.grid import Grid
from analysis.platforms.layout.headers import Match
from analysis.platforms.specification import fold

__all__ = ["in_one_language"]


def in_one_language(grid: Grid, match: Match) -> Grid:
    """Fill the blanks of each column from the one that has its name in another language.

    Parameters
    ----------
    grid : Grid
        The rows of a table.
    match : Match
        Which column is where; of two languages it names the first column of the two.

    Returns
    -------
    Grid
        With the second columns emptied, and a notice; the grid itself where every column stands once.

    Examples
    --------
    >>> from analysis.platforms.layout.headers import find
    >>> rows = [["Geography", "Views", "Vues"], ["FR", "", "30"], ["DE", "10", ""]]
    >>> match, = find(rows)
    >>> in_one_language(Grid(rows), match).rows[1:]
    [['FR', '30', None], ['DE', '10', None]]
    """
    pairs = _pairs(grid.rows[match.row], match)
    if not pairs:
        return grid
    body = [_filled(row, pairs) for row in grid.rows[match.row + 1 :]]
    gone = {second for second, _ in pairs}
    header = [None if place in gone else cell for place, cell in enumerate(grid.rows[match.row])]
    found = ", ".join(f"{grid.rows[match.row][b]} = {grid.rows[match.row][a]}" for a, b in pairs[:3])
    said = f"Columns in two languages, each filled on some of the rows, were joined ({found}...)."
    notices = (*grid.notices, Notice("two_languages", said))
    return replace(grid, rows=[*grid.rows[: match.row], header, *body], notices=notices)


def _pairs(header: Sequence[object], match: Match) -> list[tuple[int, int]]:
    """List the columns whose heading is another language's for a column already placed, with that column."""
    known, taken = match.format.headings(), set(match.places.values())
    found = []
    for place in range(match.start, match.stop):
        meanings = known.get(fold(header[place]), ()) if place not in taken else ()
        for name, language in meanings:
            own = {
                spoken for column, spoken in known.get(fold(match.headings.get(name)), ()) if column == name
            }
            if name in match.places and own and language not in own:
                found.append((place, match.places[name]))
                break
    return found


def _filled(row: Sequence[object], pairs: list[tuple[int, int]]) -> list[object]:
    cells = list(row)
    for second, first in pairs:
        if second < len(cells):
            if first < len(cells) and not fold(cells[first]):
                cells[first] = cells[second]
            cells[second] = None
    return cells
