"""Which sheets of Facebook's old workbooks are one table cut in pieces: they share posts or days, and are joined."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.platforms.layout.grid import Grid
from analysis.platforms.specification import fold

__all__ = ["joined"]

KEYS = {"post id", "date"}
PREFIXES = {
    "lifetime talking about": "Lifetime Talking About This (Post) by action type",
    "lifetime post stories": "Lifetime Post Stories by action type",
}
MARKS = ("lifetime ", "daily ", "weekly ", "28 days ")
NAMED = (":lifetime", ":day", ":week", ":days_28")


def joined(grids: list[Grid]) -> list[Grid]:
    """Join the sheets of a Facebook Insights workbook into the table its CSV would be.

    Parameters
    ----------
    grids : list of Grid
        One per sheet.

    Returns
    -------
    list of Grid
        The first sheet with the further columns of its sisters, each named after its sheet as in the CSV
        (`Lifetime Post Stories by action type - like`); any other workbook is returned as it is.

    Notes
    -----
    Sheets are joined by post or by day, not by their order; a line only a sister has is not made up.

    Examples
    --------
    >>> key = Grid([["Date", "Lifetime Total Likes"], ["2020-05-07", 40]], part="Key Metrics")
    >>> city = Grid([["Date", "Lille, France"], ["2020-05-07", 12]], part="Lifetime Likes by City")
    >>> joined([key, city])[0].rows[1]
    ['2020-05-07', 40, 12]
    """
    if len(grids) < 2 or not _insights(grids[0]):
        return grids
    key = fold(grids[0].rows[0][0])
    sisters = [grid for grid in grids[1:] if grid.rows and grid.rows[0] and fold(grid.rows[0][0]) == key]
    others = [grid for grid in grids[1:] if not any(grid is sister for sister in sisters)]
    rows = [list(row) for row in grids[0].rows]
    for sister in sisters:
        _add(rows, sister)
    return [Grid(rows, grids[0].offset, grids[0].part, grids[0].notices), *others]


def _insights(grid: Grid) -> bool:
    header = [fold(cell) for cell in grid.rows[0]] if grid.rows else []
    return bool(header) and header[0] in KEYS and any(_says(name) for name in header)


def _says(name: str) -> bool:
    """Tell a heading that says what it counts, in words or by its name in the interface for programs."""
    return name.startswith(MARKS) or name.endswith(NAMED)


def _add(rows: list[list[object]], sister: Grid) -> None:
    """Add the columns of a sister that the table has not, line by line of the same post or day."""
    known = {fold(cell) for cell in rows[0]}
    further = [place for place, cell in enumerate(sister.rows[0]) if fold(cell) and fold(cell) not in known]
    lines = {_key(row): row for row in reversed(sister.rows[1:])}
    width = max(len(row) for row in rows)
    for number, row in enumerate(rows):
        row += [None] * (width - len(row))
        other = sister.rows[0] if number == 0 else lines.get(_key(row), ())
        cells = [other[place] if place < len(other) else None for place in further]
        row += [_named(cell, sister.part) for cell in cells] if number == 0 else cells


def _key(row: Sequence[object]) -> str:
    return fold(row[0]) if row else ""


def _named(heading: object, sheet: str) -> str:
    """Name a column as the CSV does: after its sheet, unless it says what it counts itself."""
    if _says(fold(heading)):
        return str(heading)
    prefix = next((name for start, name in PREFIXES.items() if fold(sheet).startswith(start)), sheet)
    return f"{prefix} - {heading}"
