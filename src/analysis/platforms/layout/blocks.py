"""Which tables stand one below the other in one file: Meta's audience prints lists across and tables down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.platforms.company import IN_PATH, in_path, named_in
from analysis.platforms.export import Export, Notice
from analysis.platforms.layout.grid import Grid, stacked
from analysis.platforms.specification import fold

__all__ = ["PERCENT", "TITLES", "blocks", "one_network"]

WIDEST = 16
PERCENT, AFFINITY = "Share (%)", "Affinity"
TITLES = {
    "age & gender": "Age & gender",
    "age and gender": "Age & gender",
    "âge et genre": "Age & gender",
    "âge et sexe": "Age & gender",
    "top cities": "Top cities",
    "top towns/cities": "Top cities",
    "principales villes": "Top cities",
    "top countries": "Top countries",
    "principaux pays": "Top countries",
    "top pages": "Top pages",
    "principales pages": "Top pages",
}


def blocks(grid: Grid) -> list[Grid]:
    """Split a file into its tables, each turned so that one line is one level.

    Parameters
    ----------
    grid : Grid
        The rows of a text export.

    Returns
    -------
    list of Grid
        One per block; for a file without such blocks what `stacked` gives.

    Notes
    -----
    Row numbers of a turned block count its levels from the line of its title.

    Examples
    --------
    >>> rows = [["Top cities"], ["Lille, France", "Lens, France"], ["12.3", "4"], [], ["Follows"], ["Date", "Primary"]]
    >>> [part.rows[0] for part in blocks(Grid(rows))]
    [['Top cities', 'Share (%)'], ['Follows']]
    """
    starts = [place for place, row in enumerate(grid.rows) if _title(row) in TITLES]
    if not starts:
        return stacked(grid)
    ends = [_end(grid.rows, place, starts) for place in starts]
    turned = [
        Grid(_turned(grid.rows[start:stop]), grid.offset + start, grid.part, grid.notices)
        for start, stop in zip(starts, ends, strict=True)
    ]
    rest = _rest(grid.rows, starts, ends)
    further = [
        part
        for start, stop in rest
        for part in stacked(Grid(grid.rows[start:stop], grid.offset + start, grid.part, grid.notices))
    ]
    return [*turned, *further]


def _title(row: Sequence[object]) -> str:
    """Give the only word of a line, else nothing; the blocks' lists are short, long lines are of other tables."""
    filled = [cell for cell in row if cell] if len(row) <= WIDEST else []
    return fold(filled[0]) if len(filled) == 1 else ""


def _end(rows: Sequence[Sequence[object]], start: int, starts: list[int]) -> int:
    """Find the first line after a block: a blank one, the next title, or the title of a table of days."""
    following = min((place for place in starts if place > start), default=len(rows))
    days = (
        place for place in range(start + 1, following - 1) if _title(rows[place]) and _dated(rows[place + 1])
    )
    following = next(days, following)
    blank = (place for place in range(start + 1, following) if not any(fold(cell) for cell in rows[place]))
    return min(next(blank, following), following)


def _dated(row: Sequence[object]) -> bool:
    return bool(row) and fold(row[0]) == "date"


def _rest(rows: Sequence[Sequence[object]], starts: list[int], ends: list[int]) -> list[tuple[int, int]]:
    """List the stretches of lines outside the known blocks that hold anything."""
    edges = [0, *(edge for pair in zip(starts, ends, strict=True) for edge in pair), len(rows)]
    stretches = list(zip(edges[::2], edges[1::2], strict=True))
    filled = []
    for start, stop in stretches:
        kept = [place for place in range(start, stop) if any(fold(cell) for cell in rows[place])]
        filled += [(kept[0], kept[-1] + 1)] if kept else []
    return filled


def _turned(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Make of a list across, or of a square of ages and genders, one line per level."""
    title = TITLES[_title(rows[0])]
    value = AFFINITY if title == "Top pages" else PERCENT
    if title != "Age & gender" and _down(rows[1:]):
        return [[title, value], *[list(row[:2]) for row in rows[1:]]]
    if title != "Age & gender":
        names, figures = (rows[1] if len(rows) > 1 else []), (rows[2] if len(rows) > 2 else [])
        figures = [*figures, *[None] * (len(names) - len(figures))]
        return [[title, value], *[[name, figures[i]] for i, name in enumerate(names) if fold(name)]]
    genders = rows[1] if len(rows) > 1 else []
    lines = [
        [f"{str(gender).strip()} {str(row[0]).strip()}", row[place] if place < len(row) else None]
        for row in rows[2:]
        for place, gender in enumerate(genders)
        if place and fold(gender) and row and fold(row[0])
    ]
    return [[title, value], *lines]


def _down(rows: Sequence[Sequence[object]]) -> bool:
    """Tell a list printed one level a line, name and figure, from one printed across in two lines."""
    pairs = [[cell for cell in row if fold(cell)] for row in rows]
    return bool(pairs) and all(
        len(pair) == 2 and not _figure(pair[0]) and (_figure(pair[1]) or fold(pair[1]) == "-")
        for pair in pairs
    )


def _figure(cell: object) -> bool:
    return bool(re.fullmatch(r"[<>]?\s*[\d.,\s]*\d\s*%?", fold(cell)))


def one_network(exports: list[Export]) -> list[Export]:
    """Give the tables of one audience file the network its only named block says.

    Parameters
    ----------
    exports : list of Export
        The tables of one file, in order.

    Returns
    -------
    list of Export
        The same; where the file repeats the new followers by day, that is said.

    Examples
    --------
    >>> one_network([])
    []
    """
    if not any(export.format.startswith("meta_audience") for export in exports):
        return exports
    daily = [export for export in exports if export.kind == "daily"]
    said = {
        e.platform for e in daily if not {"network_unsaid", IN_PATH} & {notice.code for notice in e.warnings}
    }
    network = said.pop() if len(said) == 1 else None
    return [_told(export, network) for export in exports]


def _told(export: Export, network: str | None) -> Export:
    if export.kind == "daily":
        again = Notice(
            "daily_repeated",
            f"{export.file} repeats by day what a file of its own gives too: each day is counted once.",
        )
        return replace(export, warnings=(*export.warnings, again))
    folder = named_in(export.file.rpartition("/")[0])
    if network is None and folder:
        here = Notice(IN_PATH, in_path(export.file, folder))
        export, network = replace(export, warnings=(*export.warnings, here)), folder
    if network is None:
        unsaid = Notice("network_unsaid", f"{export.file} does not name the network: read as Facebook.")
        return replace(export, warnings=(*export.warnings, unsaid))
    platform = pd.Series(network, index=export.table.index, dtype="string")
    return replace(export, platform=network, table=export.table.assign(platform=platform))
