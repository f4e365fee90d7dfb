"""Where does a number in a sentence come from? Numbers that remember their table, row and interval until they are read.

A number taken from a result table keeps where it stood there. The filters of the texts write it between marks, which
travel with the words through templates, Markdown and typography, and come out as plain data beside the words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.language import is_missing
from analysis.typography import HARD, NARROW, typeset

__all__ = [
    "Said",
    "Source",
    "Traced",
    "TracedFloat",
    "TracedInt",
    "claim_of",
    "mark",
    "pieces",
    "said",
    "traced",
]

OPEN, FULL, CLOSE = "\ue000", "\ue001", "\ue002"
FIRST = 0xF0000
MARKED = re.compile(rf"{OPEN}([\U000F0000-\U000F00FF]*){FULL}([^{OPEN}{CLOSE}]*){CLOSE}")
IN_ADDRESS = re.compile(r"%EE%80%80(?:%F3%B0%8[0-3]%[89AB][0-9A-F])*%EE%80%81(.*?)%EE%80%82")
HIDDEN = {byte: FIRST + byte for byte in range(256)}
SHOWN = {hidden: byte for byte, hidden in HIDDEN.items()}
SPACES = f" \t\n{HARD}{NARROW}"
WITHOUT_SPACES = dict.fromkeys(map(ord, SPACES))
FAMILY = ("estimate", "low", "high")


@dataclass(frozen=True, slots=True)
class Source:
    """A row of a result table.

    Parameters
    ----------
    table : str or None
        What the table is called in the notebook.
    row : mapping
        The levels that tell the row from the others.
    values : mapping
        All values of the row.
    given : bool
        Whether it is a rule or a fact told, in the place of a table: nothing was counted or measured.
    """

    table: str | None
    row: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    given: bool = False


class Traced:
    """A number that remembers its source and its column there."""

    source: Source | None = None
    column: str = ""


class TracedFloat(Traced, float):
    """A decimal number that remembers where it comes from; what is reckoned with it is a number like others."""

    def __new__(cls, value: float, source: Source | None = None, column: str = "") -> TracedFloat:
        """Make the number."""
        made = super().__new__(cls, value)
        made.source, made.column = source, column
        return made


class TracedInt(Traced, int):
    """A whole number that remembers where it comes from; what is reckoned with it is a number like others."""

    def __new__(cls, value: int, source: Source | None = None, column: str = "") -> TracedInt:
        """Make the number."""
        made = super().__new__(cls, value)
        made.source, made.column = source, column
        return made


def traced(value: Any, source: Source, column: str) -> Any:
    """Let a number remember where it comes from; anything else, and a missing value, stays as it is.

    Parameters
    ----------
    value : object
        Any value.
    source : Source
        Its row.
    column : str
        Its column there.

    Returns
    -------
    object
        Equal to the value.

    Examples
    --------
    >>> share = traced(0.44, Source("presence", {"sector": "food"}), "estimate")
    >>> share == 0.44, share.source.table, traced("food", Source("presence"), "sector")
    (True, 'presence', 'food')
    """
    value = value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return value
    return (TracedInt if isinstance(value, int) else TracedFloat)(value, source, column)


def claim_of(value: Any, *, ends: bool = False) -> dict[str, Any]:
    """Say what is known of a number that a sentence gives.

    Parameters
    ----------
    value : number
        The number, traced or not.
    ends : bool
        Whether the sentence gives the two ends of an interval, of which this is the lower.

    Returns
    -------
    dict
        `value, low, high, n, kind, table, row, column`; `kind` is `estimate` (it has an interval), `interval` (its
        ends), `count` (an exact whole number), `value` (a number without interval) or `given` (a rule, or a fact
        told). `table` is None for a number whose source is not known.

    Examples
    --------
    >>> row = Source("presence", {"sector": "food"}, {"estimate": 0.44, "low": 0.38, "high": 0.5, "n": 412})
    >>> claim = claim_of(traced(0.44, row, "estimate"))
    >>> claim["low"], claim["n"], claim["kind"], claim["row"]
    (0.38, 412, 'estimate', {'sector': 'food'})
    """
    source = value.source if isinstance(value, Traced) and value.source is not None else Source(None)
    column = value.column if isinstance(value, Traced) else ""
    low, high, n, base = _siblings(source.values, column)
    shown = _bare(source.values.get(base)) if ends else _bare(value)
    known = {"table": source.table, "row": {key: _bare(level) for key, level in source.row.items()}}
    exact = isinstance(value, int) or (float(value).is_integer() and value == n)
    kind = "estimate" if low is not None else "count" if exact else "value"
    return {
        "value": shown,
        "low": low,
        "high": high,
        "n": n,
        "kind": "interval" if ends else "given" if source.given else kind,
        "column": base if ends else column,
        **known,
    }


def _siblings(row: Mapping[str, Any], column: str) -> tuple[Any, Any, Any, str]:
    """Find the interval and the n of a column: `low, high, n`, or `change_low, change_high` for `change`.

    Two ends without a value between, such as the quartiles `peer_low` and `peer_high`, are no interval of uncertainty.
    """
    if column in FAMILY:
        ends, base, n = ("low", "high"), "estimate", "n"
    else:
        base = column.removesuffix("_low").removesuffix("_high")
        ends, n = (f"{base}_low", f"{base}_high"), f"{base}_n"
    low, high = (_bare(row.get(end)) for end in ends)
    uncertain = base in row and low is not None and high is not None
    return *((low, high) if uncertain else (None, None)), _bare(row.get(n)), base


def _bare(value: Any) -> Any:
    """Give plain data: numbers and words as such, dates as text, missing as None."""
    if pd.api.types.is_scalar(value) and is_missing(value):
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return value
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain(value)
    return str(value)


def mark(text: str, claim: Mapping[str, Any]) -> str:
    """Write a number between marks that hold what is known of it.

    Parameters
    ----------
    text : str
        The number as the reader sees it.
    claim : mapping
        Plain data.

    Returns
    -------
    str

    Examples
    --------
    >>> pieces(mark("44", {"value": 0.44}) + " %", "fr")
    [('44', {'value': 0.44}), ('\\u202f%', None)]
    """
    data = json.dumps(claim, ensure_ascii=False, sort_keys=True).encode()
    return f"{OPEN}{data.decode('latin-1').translate(HIDDEN)}{FULL}{text}{CLOSE}"


def pieces(text: str, language: str) -> list[tuple[str, dict[str, Any] | None]]:
    """Set a text with the language's typography, as a whole, and part it at its marked numbers.

    Parameters
    ----------
    text : str
        Text, with or without marks.
    language : str
        `en` or `fr`.

    Returns
    -------
    list of tuple
        Pieces of text in order, each with what is known of its number, or None.

    Examples
    --------
    >>> pieces("plain words", "en")
    [('plain words', None)]
    """
    if OPEN not in text:
        return [(typeset(text, language), None)]
    bare, claims = _parted(text)
    whole = typeset(bare, language)
    places = [place for place, sign in enumerate(whole) if sign not in SPACES]
    found, last = [], 0
    for first, end, claim in claims:
        start, stop = places[first], places[end - 1] + 1
        found += [(whole[last:start], None), (whole[start:stop], claim)]
        last = stop
    return [(part, claim) for part, claim in [*found, (whole[last:], None)] if part]


def unmarked(text: str) -> str:
    """Take the marks out of a text, also where they stand in an address.

    Parameters
    ----------
    text : str
        Text with marks.

    Returns
    -------
    str

    Examples
    --------
    >>> unmarked("n=" + mark("3", {"value": 3}))
    'n=3'
    """
    return IN_ADDRESS.sub(r"\1", MARKED.sub(r"\2", text))


def _parted(text: str) -> tuple[str, list[tuple[int, int, dict[str, Any]]]]:
    """Take the marks out, and count the signs, spaces left out, before each number and to its end."""
    parts, claims, count, last = [], [], 0, 0
    for found in MARKED.finditer(text):
        before, inside = text[last : found.start()], found[2]
        count += _signs(before)
        end = count + _signs(inside)
        if end > count:
            claims.append((count, end, json.loads(found[1].translate(SHOWN).encode("latin-1"))))
        parts += [before, inside]
        count, last = end, found.end()
    return "".join([*parts, text[last:]]), claims


def _signs(text: str) -> int:
    return len(text.translate(WITHOUT_SPACES))


class Said(str):
    """Words that remember the numbers in them: `claims` are `(start, end, what is known)`."""

    claims: tuple[tuple[int, int, dict[str, Any]], ...] = ()

    @property
    def marked(self) -> str:
        """Give the words with their marks, to go into another text."""
        parts, last = [], 0
        for start, end, claim in self.claims:
            parts += [self[last:start], mark(self[start:end], claim)]
            last = end
        return "".join([*parts, self[last:]])


def said(text: str, language: str) -> str:
    """Set one run of text, keeping what is known of its numbers.

    Parameters
    ----------
    text : str
        Text with marks, or words that remember their numbers.
    language : str
        `en` or `fr`.

    Returns
    -------
    str
        A `Said` where there are numbers.

    Examples
    --------
    >>> said("from " + mark("3", {"value": 3}), "en").claims
    ((5, 6, {'value': 3}),)
    """
    found = pieces(text.marked if isinstance(text, Said) else text, language)
    words = Said("".join(part for part, _ in found))
    words.claims = tuple(_placed(found))
    return words if words.claims else str(words)


def _placed(found: list[tuple[str, dict[str, Any] | None]]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    place = 0
    for part, claim in found:
        if claim is not None:
            yield place, place + len(part), claim
        place += len(part)
