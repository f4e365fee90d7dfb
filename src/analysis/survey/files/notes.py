"""What was done to a file on the way to answers? What was recognised, left out or set aside, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from analysis.survey.files.headings import Places
from analysis.survey.files.tables import RawTable
from analysis.survey.files.tools import SetAside, Tool

__all__ = ["Note", "listed", "notes_of_file"]

SHOWN = 6


class Note(str):
    """Say in one sentence what was recognised, repaired or set aside; `code` is the kind of thing it was.

    Examples
    --------
    >>> note = Note("tool", "Written by Qualtrics.")
    >>> note.code, note
    ('tool', 'Written by Qualtrics.')
    """

    code: str

    def __new__(cls, code: str, message: str) -> Note:
        note = super().__new__(cls, message)
        note.code = code
        return note

    def __reduce__(self) -> tuple:
        return (type(self), (self.code, str(self)))


def notes_of_file(raw: RawTable, tool: Tool | None, aside: list[SetAside], places: Places) -> Iterator[Note]:
    """Tell what was recognised in a file and what was left out of it, before its cells are read.

    Parameters
    ----------
    raw : RawTable
        The file, as read.
    tool : Tool or None
        Who wrote it.
    aside : list of SetAside
        Rows that are not answers.
    places : Places
        What each column was found to be.

    Yields
    ------
    Note

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from analysis.survey.files.tools import tools
    >>> raw = RawTable(pd.DataFrame(), "answers.csv", np.array([]))
    >>> [str(note) for note in notes_of_file(raw, tools()[0], [], Places())]
    ['Written by LimeSurvey.']
    """
    if len(raw.sheets) > 1:
        others = listed(raw.sheets[1:])
        yield Note("sheet", f'Sheet "{raw.sheets[0]}" was read; not read: {others}.')
    if tool is not None:
        yield Note("tool", f"Written by {tool.name}.")
    if aside:
        yield Note("set_aside", f"{len(aside)} row(s) were set aside: {listed(one.row for one in aside)}.")
    worded = [place for place in places.known if place.how == "wording"]
    if worded:
        yield Note("wording", f"{len(worded)} column(s) were recognised by the wording of their question.")
    for place in places.known:
        if place.how == "likeness":
            yield Note(
                "likeness", f'Column "{place.heading}" was taken for {place.column}: the wording is near.'
            )
    for heading, rivals in places.doubtful.items():
        yield Note("doubtful", f'Column "{heading}" may be {" or ".join(rivals)}: rename it to say which.')
    if places.system:
        yield Note("system", f"Columns of the tool were left out: {listed(places.system)}.")
    if tool is not None and places.unknown:
        yield Note("unknown", f"Columns that no question claims were kept: {listed(places.unknown)}.")


def listed(things: Iterable[Any]) -> str:
    """Write things in a row, the first six of many.

    Parameters
    ----------
    things : iterable
        What to name.

    Returns
    -------
    str

    Examples
    --------
    >>> listed(range(8))
    '0, 1, 2, 3, 4, 5 and 2 more'
    """
    every = [str(thing) for thing in things]
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more
