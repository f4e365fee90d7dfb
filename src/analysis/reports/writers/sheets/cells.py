"""How does a value stand in a workbook? As a number, a date or a truth value; words never as something to compute."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analysis.reports.writers.office import clean

__all__ = ["Value", "cell_value", "is_quantity", "neutral", "number_format", "read_number"]

STARTS = re.compile(r"[\s\u00a0\u202f]*[=+\-@\uff1d\uff0b\uff0d\uff20|]|[\t\r\n]")
QUANTITY = re.compile(r"[+-][\d.,\s\u00a0\u202f]*\d[\s\u00a0\u202f]*(?:%|pts?|h|min|[kM]?[€$£])?")
PRINTED = re.compile(r"[+\u2212-]?\d(?:[\d\u00a0\u202f ]*\d)?(?:[.,]\d+)*")
LARGEST_EXACT = 10**15
LONGEST = 32_000
DAY = {"fr": "dd/mm/yyyy", "en": "d mmm yyyy"}


@dataclass(frozen=True, slots=True)
class Value:
    """What is written into a cell: nothing, a number, a date, a truth value or words; and its number format."""

    content: float | datetime | bool | str | None
    format: str = ""


def neutral(text: str) -> str:
    """Make words harmless to programs that would compute them.

    Parameters
    ----------
    text : str
        Any text, also from a client's own file.

    Returns
    -------
    str
        Words that begin like a formula get an apostrophe before them, which stays when the sheet is saved as CSV;
        mere quantities such as `+8 h` are left as they are.

    Notes
    -----
    The apostrophe is part of the text from then on: who compares it with the original must allow for it.

    Examples
    --------
    >>> neutral('=HYPERLINK("http://example.org")'), neutral("@salon"), neutral("+8 h"), neutral("Salon")
    ('\\'=HYPERLINK("http://example.org")', "'@salon", '+8 h', 'Salon')
    """
    text = clean(text)[:LONGEST]
    return f"'{text}" if STARTS.match(text) and not is_quantity(text) else text


def is_quantity(text: str) -> bool:
    """Say whether words are one signed number, with its unit or without.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_quantity("+1,5 pt"), is_quantity("+1+1")
    (True, False)
    """
    return QUANTITY.fullmatch(text) is not None


def number_format(printed: str, language: str) -> str:
    """Choose the number format that shows a value as it is printed.

    Parameters
    ----------
    printed : str
        The printed value: `44,1 %`.
    language : str
        `en` or `fr`.

    Returns
    -------
    str
        A format of the workbook; the reader's own program chooses the decimal mark.

    Examples
    --------
    >>> number_format("44.1%", "en"), number_format("1 234", "fr")
    ('0.0%', '#,##0')
    """
    found = PRINTED.search(printed)
    mark = "," if language == "fr" else "."
    places = len(found[0].rpartition(mark)[2]) if found and mark in found[0] else 0
    digits = "0" * places
    tail = f".{digits}" if places else ""
    if "%" in printed:
        return f"0{tail}" + ('"\u202f"%' if language == "fr" else "%")
    return f"#,##0{tail}"


def read_number(printed: str, language: str) -> float | None:
    """Read a printed number back.

    Parameters
    ----------
    printed : str
        For example `5,8 %`.
    language : str
        `en` or `fr`.

    Returns
    -------
    float or None
        As printed, percentages not divided; None where there is no number.

    Examples
    --------
    >>> read_number("−1 234,5 %", "fr"), read_number("1,234.5", "en"), read_number("–", "en")
    (-1234.5, 1234.5, None)
    """
    found = PRINTED.search(printed)
    if found is None:
        return None
    bare = re.sub(r"[\s\u00a0\u202f]", "", found[0]).replace("\u2212", "-")
    bare = bare.replace(",", ".") if language == "fr" else bare.replace(",", "")
    return float(bare)


def cell_value(cell: Mapping[str, Any], kind: str, language: str) -> Value:
    """Give a table's cell its type.

    Parameters
    ----------
    cell : mapping
        `value` and `text` of a document's table.
    kind : str
        Format of its column.
    language : str
        `en` or `fr`.

    Returns
    -------
    Value
        Nothing where the value is missing; words where a number could not be kept exactly.

    Examples
    --------
    >>> cell_value({"value": 0.44, "text": "44%"}, "percent", "en")
    Value(content=0.44, format='0%')
    >>> cell_value({"value": None, "text": "–"}, "number", "en").content is None
    True
    """
    value, text = cell["value"], cell["text"]
    if value is None:
        return Value(None)
    if kind == "yesno" and isinstance(value, bool):
        return Value(value)
    if kind in ("number", "percent") and _exact(value):
        return Value(value, number_format(text, language))
    if kind == "date":
        return _day(str(value), text, language)
    return Value(neutral(text))


def _exact(value: Any) -> bool:
    """Say whether a workbook, which counts in 15 digits, keeps a value."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and (isinstance(value, float) or abs(value) < LARGEST_EXACT)


def _day(value: str, text: str, language: str) -> Value:
    try:
        day = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return Value(neutral(text))
    if day.year < 1900:
        return Value(neutral(text))
    timed = day.time() != day.min.time()
    return Value(day, DAY[language] + (" hh:mm" if timed else ""))
