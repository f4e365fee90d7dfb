"""What must still be done to a table of an audience: the names of its levels."""

from __future__ import annotations

from analysis.platforms.steps.registry import step
from analysis.platforms.tables import Reading

__all__: list[str] = []


@step
def level_from_name(reading: Reading) -> None:
    """Prefer a place's name to its code."""
    if "name" in reading.frame:
        reading.frame = reading.frame.assign(level=reading.frame["name"].fillna(reading.frame["level"]))
