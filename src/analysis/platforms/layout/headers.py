"""Which export is it, and on which row are its headings: the best match of names, exact ones first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from analysis.errors import DataError
from analysis.platforms.specification import Format, fold, formats

__all__ = ["LOOK", "Match", "find"]

LOOK = 12
COMMON = {"daily", "audience"}
BESIDE = 6


@dataclass(frozen=True)
class Match:
    """Say which format a row of headings belongs to, and where its columns are.

    Attributes
    ----------
    format : Format
    row : int
        Index of the heading row.
    places : mapping
        Column name → index in the row.
    headings : mapping
        Column name → heading as printed.
    score : int
        Columns recognised.
    language : str
        Language most headings are written in.
    start, stop : int
        Columns of the block, where tables stand side by side.
    """

    format: Format
    row: int
    places: Mapping[str, int]
    headings: Mapping[str, str]
    score: int
    language: str
    start: int
    stop: int


SAID: ContextVar[Format | None] = ContextVar("said", default=None)


@contextmanager
def said_by_user(known: Format) -> Iterator[None]:
    """Recognise nothing but what the user's own mapping describes, while a file is read."""
    token = SAID.set(known)
    try:
        yield
    finally:
        SAID.reset(token)


def find(rows: Sequence[Sequence[object]]) -> list[Match]:
    """Find the heading row among the first rows and the format that knows most of it.

    Parameters
    ----------
    rows : sequence of rows
        The first rows of a file or sheet.

    Returns
    -------
    list of Match
        Empty when no format has all its required columns; two or more where tables stand side by side.

    Examples
    --------
    >>> match, = find([["some title"], ["Geography", "Views"]])
    >>> match.format.name, match.row
    ('youtube_geography', 1)
    """
    best: list[Match] = []
    for index, row in enumerate(rows[:LOOK]):
        whole = _match(row, index, 0, len(row), rows)
        found = [whole] if whole else []
        blocks = _blocks(row)
        if 1 < len(blocks) <= BESIDE:
            parts = [_match(row, index, start, stop, rows) for start, stop in blocks]
            beside = [part for part in parts if part]
            if len(beside) > 1 and sum(p.score for p in beside) > (whole.score if whole else 0):
                found = beside
        if sum(m.score for m in found) > sum(m.score for m in best):
            best = found
    return best


def _blocks(row: Sequence[object]) -> list[tuple[int, int]]:
    """Split a row of headings where an empty cell separates two tables."""
    blocks, start = [], None
    for place, cell in enumerate([*row, None]):
        if fold(cell):
            start = place if start is None else start
        elif start is not None:
            blocks.append((start, place))
            start = None
    return blocks


def _match(row: Sequence[object], index: int, start: int, stop: int, rows: Sequence) -> Match | None:
    headings = [fold(cell) for cell in row[start:stop]]
    if sum(bool(heading) for heading in headings) < 2:
        return None
    below = [fold(cell) for cell in rows[index + 1][start:stop]] if index + 1 < len(rows) else []
    candidates = []
    said, found = SAID.get(), frozenset(headings)
    for known in (said,) if said else formats():
        if not _possible(known, found):
            continue
        places = _places(known, tuple(headings), tuple(below))
        enough = all(name in places for name in known.required) and (
            not known.one_of or any(name in places for name in known.one_of)
        )
        if enough and (
            said or (_fits(known, places, headings) and _dated(known, places, rows[index + 1 :], start))
        ):
            leads = bool(said) or not known.dimension or not any(headings[: places[known.required[0]]])
            candidates.append((leads, len(places), len(known.required), known, places))
    if not candidates:
        return None
    _, score, _, known, places = max(candidates, key=lambda item: item[:3])
    return Match(
        format=known,
        row=index,
        places={name: start + place for name, place in places.items()},
        headings={name: str(row[start + place]).strip() for name, place in places.items()},
        score=score,
        language=_language(known, [headings[place] for place in places.values()]),
        start=start,
        stop=stop,
    )


def _fits(known: Format, places: Mapping[str, int], headings: Sequence[str]) -> bool:
    """Tell a table of few, common headings (Date, Impressions) from one that has them among many of its own."""
    strange = sum(bool(heading) for heading in headings) - len(places)
    return known.kind not in COMMON or bool(known.others) or strange < 3 or strange <= len(places)


def _dated(known: Format, places: Mapping[str, int], below: Sequence[Sequence], start: int) -> bool:
    """Tell a table of days from one whose column of that name holds words: two lines of figures, none dated."""
    days = [start + places[name] for name in known.required if known.fields[name].type in {"date", "day"}]
    counts = [start + place for name, place in places.items() if known.fields[name].type == "count"]
    lines = [row for row in below if any(_figure(row, place) for place in counts)]
    return not days or len(lines) < 2 or any(_digit(row, place) for row in lines for place in days)


def _figure(row: Sequence, place: int) -> bool:
    return place < len(row) and bool(re.fullmatch(r"[\d\s.,]*\d", fold(row[place])))


def _digit(row: Sequence, place: int) -> bool:
    return place < len(row) and bool(re.search(r"\d", fold(row[place])))


def _possible(known: Format, headings: frozenset[str]) -> bool:
    """Rule a format out without placing its columns: one that is required has none of its headings here."""
    return all(
        not exact.isdisjoint(headings) or any(part in heading for part in parts for heading in headings)
        for exact, parts in _needs(known)
    )


@lru_cache(maxsize=256)
def _needs(known: Format) -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    """List, for each required column, its headings and the parts of headings that stand for it."""
    exact, parts = _index(known), _parts(known)
    return tuple(
        (
            frozenset(word for word, pairs in exact.items() if name in {own for own, _ in pairs}),
            tuple(part for own, part in parts if own == name),
        )
        for name in known.required
    )


@lru_cache(maxsize=256)
def _index(known: Format) -> dict[str, list[tuple[str, str]]]:
    return known.headings()


def _places(known: Format, headings: tuple[str, ...], below: tuple[str, ...]) -> dict[str, int]:
    """Give each column of a format its place: exact headings first, then the shortest that holds a part.

    "Seconds viewed" is the figure itself, "Seconds viewed from shares" a part of it, wherever they stand.
    """
    exact, places = _index(known), {}
    for place, heading in enumerate(headings):
        for name, _ in exact.get(heading, ()):
            described = known.fields[name].described
            fits = not described or place >= len(below) or described in below[place]
            if name not in places and fits:
                places[name] = place
                break
    taken = set(places.values())
    for name, part in _parts(known):
        free = [place for place, heading in enumerate(headings) if place not in taken and part in heading]
        if name not in places and free:
            places[name] = min(free, key=lambda place: len(headings[place]))
            taken.add(places[name])
    return places


@lru_cache(maxsize=256)
def _parts(known: Format) -> tuple[tuple[str, str], ...]:
    return tuple(
        (item.name, fold(word[1:]))
        for item in known.fields.values()
        for words in item.names.values()
        for word in words
        if word.startswith("~")
    )


def _language(known: Format, headings: list[str]) -> str:
    """Name the language in which most headings are known; English wins a tie."""
    votes: dict[str, int] = {}
    for heading in headings:
        for language in {language for _, language in _index(known).get(heading, ())}:
            votes[language] = votes.get(language, 0) + 1
    english_first = sorted(votes, key=lambda language: (language != "en", language))
    return max(english_first, key=lambda language: votes[language]) if votes else "en"


def unknown_format(rows: Sequence[Sequence[object]], file: str) -> DataError:
    """Word the refusal of a table no format knows: what was found, and the nearest format.

    Parameters
    ----------
    rows : sequence of rows
        The first rows of the file.
    file : str
        Its name.

    Returns
    -------
    DataError
        To be raised by the caller.
    """
    if not any(fold(cell) for row in rows for cell in row):
        return DataError(f"{file} is empty: there is nothing to read. Download it again.")
    widest = max(rows[:LOOK], key=lambda row: sum(bool(fold(cell)) for cell in row))
    found = ", ".join(str(cell).strip()[:60] for cell in widest if fold(cell))
    listed = found if len(found) <= 400 else f"{found[:400]}…"
    return DataError(f"{file}: no known export has these headings: {listed}. {_advice(rows)}")


def _advice(rows: Sequence[Sequence[object]]) -> str:
    """Say which export the headings come near and what it lacks, or that they come near none."""
    near, missing, shared = _nearest(rows)
    if not shared:
        return "No export comes near them: if it is one, say in a columns.yml which heading is which column."
    also = f"which also needs {missing}" if missing else "but the column of its dates holds none"
    return f"The nearest is {near.title}, {also}. Export the file again from the platform without renaming its columns."


def _nearest(rows: Sequence[Sequence[object]]) -> tuple[Format, str, bool]:
    def shared(known: Format) -> tuple[float, int]:
        found = [_places(known, tuple(fold(cell) for cell in row), ()) for row in rows[:LOOK]]
        return max((sum(n in p for n in known.required) / len(known.required), len(p)) for p in found)

    near = max(formats(), key=shared)
    best = max((_places(near, tuple(fold(c) for c in row), ()) for row in rows[:LOOK]), key=len)
    missing = [near.fields[name] for name in near.required if name not in best]
    if not missing:
        missing = [near.fields[name] for name in near.one_of if name not in best]
    words = [next(iter(item.names.values()))[0].lstrip("~") for item in missing]
    return near, ", ".join(words), bool(best)
