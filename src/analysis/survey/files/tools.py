"""Which survey tool wrote this file? LimeSurvey, KoboToolbox, Qualtrics, Google or Microsoft Forms, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from analysis.survey.files.tables import RawTable
from analysis.survey.files.wording import fold, key
from analysis.yaml_files import from_yaml

__all__ = ["SetAside", "Tool", "by_identifiers", "label_rows", "recognise", "tools", "unfinished"]


@dataclass(frozen=True)
class SetAside:
    """Hold one row of a file that is not a firm's answer: where it is and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Tool:
    """Hold how one survey tool writes its exports.

    Attributes
    ----------
    code, name : str
        What it is called here and by its makers.
    signs : tuple of tuple of str
        Headings that give it away: one of each.
    system : frozenset of str
        Headings of columns that are not answers.
    first : tuple of str
        What its first column may be called.
    done, preview : mapping
        Which columns tell finished responses, and tests of the questionnaire.
    other : tuple of str
        What the column of other answers in words is called.
    label_rows : bool
        Whether rows of questions and identifiers stand below the names.
    spaces : bool
        Whether several answers in one cell are parted by spaces.
    one_two : bool
        Whether yes and no are numbered 1 and 2.
    marks : tuple of str
        Patterns of further headings of columns that are not answers.
    groups : str
        What may part groups from names, besides a slash.
    """

    code: str
    name: str
    signs: tuple[tuple[str, ...], ...]
    system: frozenset[str]
    first: tuple[str, ...] = ()
    done: Mapping[str, Any] | None = None
    preview: Mapping[str, Any] | None = None
    other: tuple[str, ...] = ()
    label_rows: bool = False
    spaces: bool = False
    one_two: bool = False
    marks: tuple[str, ...] = ()
    groups: str = ""

    def is_system(self, heading: str) -> bool:
        """Say whether a column holds something about the response, not an answer."""
        return any(form in self.system for form in _forms(heading)) or any(
            re.fullmatch(mark, heading_key(heading)) for mark in self.marks
        )


def _forms(heading: str) -> Iterator[str]:
    """Give a heading, and its code alone where it is written "code. text"."""
    yield heading_key(heading)
    yield heading_key(heading.split(". ")[0])


def heading_key(heading: str) -> str:
    """Write a heading for comparison, keeping the underscores and slashes that names of tools hold.

    Parameters
    ----------
    heading : str
        As in the file.

    Returns
    -------
    str

    Examples
    --------
    >>> heading_key(" _Submission_Time"), heading_key("Heure de début :")
    ('_submission_time', 'heure de début')
    """
    return fold(heading).rstrip(" :*.")


@cache
def tools() -> tuple[Tool, ...]:
    """List the survey tools whose exports are known.

    Returns
    -------
    tuple of Tool

    Examples
    --------
    >>> [tool.name for tool in tools()]
    ['LimeSurvey', 'KoboToolbox', 'Qualtrics', 'Google Forms', 'Microsoft Forms']
    """
    text = resources.files("analysis.survey.files").joinpath("tools.yml").read_text(encoding="utf-8")
    return tuple(_tool(code, entry) for code, entry in from_yaml(text).items())


def _tool(code: str, entry: Mapping[str, Any]) -> Tool:
    return Tool(
        code=code,
        name=entry["name"],
        signs=tuple(tuple(map(heading_key, line)) for line in entry["signs"]),
        system=frozenset(map(heading_key, entry["system"])),
        first=tuple(map(heading_key, entry.get("first", ()))),
        done=entry.get("done"),
        preview=entry.get("preview"),
        other=tuple(map(key, entry.get("other", ()))),
        label_rows=entry.get("label_rows", False),
        spaces=entry.get("spaces", False),
        one_two=entry.get("one_two", False),
        marks=tuple(entry.get("marks", ())),
        groups=entry.get("groups", ""),
    )


def recognise(headings: Sequence[str]) -> Tool | None:
    """Tell which survey tool wrote a file, from its headings.

    Parameters
    ----------
    headings : sequence of str
        Names of the columns.

    Returns
    -------
    Tool or None
        None for a file of one's own making.

    Examples
    --------
    >>> recognise(["Horodateur", "Quel est votre secteur ?"]).name
    'Google Forms'
    >>> recognise(["firm", "wave"]) is None
    True
    """
    found = {form for heading in headings for form in _forms(heading)}
    for tool in tools():
        first = not tool.first or (len(headings) > 0 and heading_key(headings[0]) in tool.first)
        if first and all(found & set(line) for line in tool.signs):
            return tool
    return None


def label_rows(raw: RawTable, tool: Tool | None) -> int:
    """Count the rows of questions and identifiers below the names of a Qualtrics file.

    Parameters
    ----------
    raw : RawTable
        The file.
    tool : Tool or None
        Who wrote it.

    Returns
    -------
    int
        0, 1 (questions) or 2 (questions and identifiers).

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"StartDate": ["Start Date", '{"ImportId":"startDate"}', "2026-03-01 10:00:00"]})
    >>> label_rows(RawTable(cells, "export.csv", np.arange(2, 5)), tools()[2])
    2
    """
    if tool is None or not tool.label_rows:
        return 0
    head = [_identified(raw, row) for row in range(min(2, len(raw.cells)))]
    if any(head):
        return head.index(True) + 1
    return int(bool(head) and _repeats_names(raw.cells.iloc[0], tool))


def _identified(raw: RawTable, row: int) -> bool:
    """Say whether a row holds the identifiers Qualtrics gives its columns."""
    cells = raw.cells.iloc[row].dropna().astype(str)
    cells = cells[cells.str.strip() != ""]
    return bool(len(cells) and cells.str.contains('"ImportId"', regex=False).sum() > len(cells) / 2)


def _repeats_names(row: pd.Series, tool: Tool) -> bool:
    """Say whether a row says of most of the tool's own columns what they are, as no response does."""
    cells = [str(cell).strip() for name, cell in row.items() if tool.is_system(str(name)) and pd.notna(cell)]
    said = [cell for cell in cells if cell]
    return len(said) > 0 and sum(tool.is_system(cell) for cell in said) > len(said) / 2


def by_identifiers(raw: RawTable) -> Tool | None:
    """Tell a Qualtrics file from its row of identifiers, whatever columns are left in it.

    Parameters
    ----------
    raw : RawTable
        The file.

    Returns
    -------
    Tool or None

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"Q1": ["Which sector?", '{"ImportId":"QID1"}', "Retail"]})
    >>> by_identifiers(RawTable(cells, "export.csv", np.arange(2, 5))).name
    'Qualtrics'
    """
    if any(_identified(raw, row) for row in range(min(2, len(raw.cells)))):
        return next(tool for tool in tools() if tool.label_rows)
    return None


def unfinished(raw: RawTable, tool: Tool | None) -> list[SetAside]:
    """List the rows that are tests of the questionnaire or were not finished.

    Parameters
    ----------
    raw : RawTable
        The file, its rows of labels taken off.
    tool : Tool or None
        Who wrote it.

    Returns
    -------
    list of SetAside

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"submitdate": ["2026-03-01 10:00:00", ""], "lastpage": ["4", "2"]})
    >>> unfinished(RawTable(cells, "export.csv", np.arange(2, 4)), recognise(list(cells)))
    [SetAside(row=3, reason='unfinished: submitdate is empty')]
    """
    if tool is None:
        return []
    aside: dict[int, str] = {}
    for part, reason in ((tool.preview, "not a firm's answer"), (tool.done, "unfinished")):
        for place, why in _marked(raw, part, reason):
            aside.setdefault(place, why)
    return [SetAside(int(raw.rows[place]), why) for place, why in sorted(aside.items())]


def _marked(raw: RawTable, part: Mapping[str, Any] | None, reason: str) -> Iterator[tuple[int, str]]:
    wanted = {heading_key(name) for name in (part or {}).get("columns", ())}
    for heading in map(str, raw.cells):
        if part is None or not wanted & set(_forms(heading)):
            continue
        cells = raw.cells[heading].astype("string").str.strip().fillna("")
        if "blank" in part:
            empty = cells.isin(["", "N", "N/A"]).to_numpy(dtype=bool)
            yield from ((int(place), f"{reason}: {heading} is empty") for place in np.flatnonzero(empty))
            continue
        values = {fold(value) for value in part["values"]}
        named = cells.map(fold).str.replace(r"\.0$", "", regex=True).isin(values).to_numpy(dtype=bool)
        hit = (
            named
            if part is not None and reason != "unfinished"
            else ~named & (cells != "").to_numpy(dtype=bool)
        )
        yield from (
            (int(place), f"{reason}: {heading} is {cells.iloc[place]}") for place in np.flatnonzero(hit)
        )
