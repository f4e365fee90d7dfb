"""What must still be done to a table of an audience: the names of its levels."""

from __future__ import annotations

from analysis.platforms.layout.reading import Reading
from analysis.platforms.specification import fold
from analysis.platforms.steps.registry import step

__all__: list[str] = []


@step
def level_from_name(reading: Reading) -> None:
    """Prefer a place's name to its code."""
    if "name" in reading.frame:
        reading.frame = reading.frame.assign(level=reading.frame["name"].fillna(reading.frame["level"]))


@step
def dimension_from_heading(reading: Reading) -> None:
    """Name the dimension by the heading of the first column: one export serves many of them."""
    known = reading.match.format.levels
    name = known.get(fold(reading.heading("level")), reading.match.format.dimension)
    reading.frame = reading.frame.assign(dimension=name)
