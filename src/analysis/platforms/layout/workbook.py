"""What do the sheets of one workbook say together: tables side by side, and the overview that checks them."""

from __future__ import annotations

import re

import pandas as pd

from analysis.platforms.cells.numbers import numbers
from analysis.platforms.export import counted, grouped
from analysis.platforms.layout.grid import Grid
from analysis.platforms.layout.reading import Reading

__all__ = ["OVERVIEW"]

OVERVIEW = {
    "impressions": "views",
    "unique views": "reach",
    "members reached": "reach",
    "membres touchés": "reach",
    "vues uniques": "reach",
}


def side_by_side(readings: list[Reading]) -> Reading:
    """Join tables printed side by side on their common identity.

    Parameters
    ----------
    readings : list of Reading
        Tables of one format, each with its own figures.

    Returns
    -------
    Reading
        One row per identity; a figure listed in one table only is missing from the other.
    """
    first = readings[0]
    key = first.match.format.identity
    frame = first.frame.drop_duplicates(key).set_index(key)
    for other in readings[1:]:
        frame = frame.combine_first(other.frame.drop_duplicates(key).set_index(key))
        first.notices += other.notices
        first.match = _joined(first, other)
    order = pd.unique(pd.concat([reading.frame[key] for reading in readings]))
    lengths = " and ".join(str(len(reading.frame)) for reading in readings)
    first.frame = frame.reindex(order).rename_axis(key).reset_index()
    first.notice(
        "side_by_side",
        f"{len(readings)} tables side by side (rows: {lengths}) were joined into {counted(len(first.frame), 'post')}; "
        "a figure absent from one table is missing.",
    )
    return first


def _joined(first: Reading, other: Reading):
    return type(first.match)(
        **{
            **vars(first.match),
            "places": {**other.match.places, **first.match.places},
            "headings": {**other.match.headings, **first.match.headings},
        }
    )


def compare_overview(readings: list[Reading], grids: list[Grid]) -> list[Grid]:
    """Check the daily sheet against the overview sheet (LinkedIn's DISCOVERY) and keep its totals.

    Parameters
    ----------
    readings : list of Reading
        The sheets that were read.
    grids : list of Grid
        The sheets without known headings.

    Returns
    -------
    list of Grid
        The sheets that are not an overview either.
    """
    daily = next((r for r in readings if "impressions" in r.frame and "date" in r.frame), None)
    left = []
    for grid in grids:
        said = _overview(grid)
        if daily is None or "views" not in said:
            left.append(grid)
            continue
        daily.totals |= said
        sums = daily.frame["impressions"].sum()
        verdict = "equal to" if sums == said["views"] else "different from"
        daily.notice(
            "overview" if sums == said["views"] else "totals_differ",
            f"The days sum to {grouped(sums)} impressions, {verdict} the "
            f"{grouped(said['views'])} of sheet {grid.part}.",
        )
    return left


def _overview(grid: Grid) -> dict[str, float]:
    said = {}
    for row in grid.rows:
        cells = [cell for cell in row if cell is not None]
        name = re.sub(r"\s+", " ", str(cells[0])).strip().casefold() if cells else ""
        figure = numbers([cells[1]]).values[0] if len(cells) == 2 and name in OVERVIEW else None
        if figure is not None:
            said[OVERVIEW[name]] = float(figure)
    return said
