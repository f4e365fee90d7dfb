"""Which figures are in a table no format can list: each further column is a metric named after its own heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from analysis.platforms.cells.numbers import MISSING_WORDS
from analysis.platforms.layout.headers import Match
from analysis.platforms.specification import Field, fold

__all__ = ["widened"]

FIGURE = re.compile(r"[+\-−]?[\d.,\s\u00a0\u202f]*\d\s*%?")
COUNTED = re.compile(r"\((unique users|total count)\)")


def widened(match: Match, rows: Sequence[Sequence[object]]) -> Match:
    """Add to a match every further column that holds numbers, where its format asks for it.

    Parameters
    ----------
    match : Match
        What was recognised; formats with `others: metrics` are widened, others are returned as they are.
    rows : sequence of rows
        The whole table, its heading row included.

    Returns
    -------
    Match
        Columns the format knows by their exact heading keep their names; the others are named in snake_case, equal
        headings told apart by their line of descriptions or numbered.

    Notes
    -----
    A column of words, or one without a single figure and without a heading, is not a metric.

    Examples
    --------
    >>> from analysis.platforms.layout.headers import find
    >>> rows = [["Date", "Daily Total Reach", "Daily Page Consumptions"], ["2020-05-07", "12", "3"]]
    >>> match, = find(rows)
    >>> sorted(widened(match, rows).places)
    ['daily_page_consumptions', 'date', 'reach']
    """
    if match.format.others != "metrics":
        return match
    exact = match.format.headings()
    places = {name: place for name, place in match.places.items() if fold(match.headings[name]) in exact}
    body = rows[match.row + 1 :]
    figures = body[1:] if _described(match, body) else body
    further = [
        place
        for place in range(match.start, match.stop)
        if place not in places.values() and fold(rows[match.row][place]) and _figures(figures, place)
    ]
    fields = {name: match.format.fields[name] for name in places}
    headings = {name: match.headings[name] for name in places}
    for place, name in zip(further, _names(rows, match.row, further, set(places)), strict=True):
        heading = str(rows[match.row][place]).strip()
        fields[name] = _field(name, heading, figures, place)
        places[name], headings[name] = place, heading
    missing = {name: item for name, item in match.format.fields.items() if name not in fields}
    known = replace(match.format, fields=fields | missing)
    return replace(match, format=known, places=places, headings=headings)


def _cells(body: Sequence[Sequence[object]], place: int) -> list[object]:
    return [row[place] for row in body if place < len(row) and row[place] not in (None, "", " ")]


def _figures(body: Sequence[Sequence[object]], place: int) -> bool:
    """Tell a column of numbers, or of nothing."""
    return all(_figure(cell) for cell in _cells(body, place))


def _described(match: Match, body: Sequence[Sequence[object]]) -> bool:
    """Tell a line of descriptions below the headings: it has no figure where the first required column must."""
    place = match.places[match.format.required[0]]
    return bool(body) and not re.search(r"\d", fold(body[0][place]) if place < len(body[0]) else "")


def _figure(cell: object) -> bool:
    if isinstance(cell, (int, float)):
        return not isinstance(cell, bool)
    text = str(cell).strip()
    return bool(FIGURE.fullmatch(text)) or text.casefold() in MISSING_WORDS


def _names(rows: Sequence[Sequence[object]], header: int, places: list[int], taken: set[str]) -> list[str]:
    """Name each column in snake_case; twins by what they count, else by number."""
    plain = [re.sub(r"[\W_]+", "_", fold(rows[header][place])).strip("_") for place in places]
    twins = {name for name, count in Counter(plain).items() if count > 1}
    names: list[str] = []
    used = Counter(taken)
    for place, name in zip(places, plain, strict=True):
        below = rows[header + 1] if header + 1 < len(rows) else ()
        counted = COUNTED.search(fold(below[place])) if name in twins and place < len(below) else None
        base = f"{name}_{counted[1].replace(' ', '_')}" if counted else name
        used[base] += 1
        names.append(f"{base}__{used[base]}" if used[base] > 1 else base)
    return names


def _field(name: str, heading: str, body: Sequence[Sequence[object]], place: int) -> Field:
    cells = [cell for cell in _cells(body, place) if _figure(cell)]
    whole = all(
        float(cell).is_integer() if isinstance(cell, float) else "%" not in str(cell) for cell in cells
    )
    decimal = any(re.fullmatch(r"-?\d*[.,]\d{1,2}|-?0[.,]\d+|-?\d*[.,]\d{4,}", str(cell)) for cell in cells)
    kind = "count" if whole and not decimal else "number"
    return Field(name=name, type=kind, names={"en": (heading,)}, metric=name, described=heading)
