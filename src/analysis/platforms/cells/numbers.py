"""What number does a cell hold: the number format is inferred for each column, never for a whole file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import time, timedelta
from math import isfinite

__all__ = ["MISSING_WORDS", "SPREADSHEET_ERRORS", "Numbers", "durations", "numbers"]

SPREADSHEET_ERRORS = frozenset(
    [
        "#name?",
        "#nom?",
        "#ref!",
        "#value!",
        "#valeur!",
        "#wert!",
        "#div/0!",
        "#num!",
        "#nombre!",
        "#null!",
        "#nul!",
    ]
)
MISSING_WORDS = SPREADSHEET_ERRORS | frozenset(
    ["-", "–", "—", "--", "n/a", "na", "#n/a", "undefined", "null", "none", "nan", "s.o.", "n.d."]
)
SPACE = " \u00a0\u202f\u2009’'"
BODY = re.compile(
    rf"(?P<sign>[+\-−–]?)\s*[$€£]?\s*(?P<body>\d[\d.,{SPACE}]*\d|\d|[.,]\d+)[{SPACE}]*"
    rf"(?P<unit>%|k|m|b|bn|mio|md|x)?[{SPACE}]*[$€£]?",
    re.IGNORECASE,
)
SPACED = re.compile(rf"\d{{1,3}}(?:[{SPACE}]\d{{3}})+(?:[.,]\d+)?")
PLAIN = re.compile(r"-?\d{1,18}")
SCALE = {"k": 1e3, "m": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9, "md": 1e9}
CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d+)?)")
UNITS = re.compile(
    r"(?:(\d+)\s*h(?:rs?)?(?![a-z])[\s:]*)?(?:(\d+)\s*m(?:in)?(?![a-z])[\s:]*)?(?:(\d+(?:[.,]\d+)?)\s*s(?:ec)?)?",
    re.IGNORECASE,
)


@dataclass
class Numbers:
    """Hold the values of one column and how they were read.

    Attributes
    ----------
    values : list of int, float or None
        None is missing, never 0.
    decimal : str or None
        The decimal mark found, None when no value needed one.
    words : dict
        Text met in place of a number (`-`, `N/A`, `< 1%`), with its count.
    unreadable : list of (int, str)
        Position and text of cells that are neither a number nor a missing word.
    percent : set of int
        Positions of the cells that carried a percent sign.
    rounded : int
        Cells abbreviated by the platform (`1.2K`).
    uncertain : tuple of str
        Examples of cells whose mark could be decimal or thousands, read by a hint and not by evidence.
    mixed : bool
        The column uses one mark in two ways.
    """

    values: list = field(default_factory=list)
    decimal: str | None = None
    words: Counter = field(default_factory=Counter)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    percent: set[int] = field(default_factory=set)
    rounded: int = 0
    uncertain: tuple[str, ...] = ()
    mixed: bool = False


def numbers(cells: list, *, whole: bool = True, hint: str | None = None) -> Numbers:
    """Read one column of numbers in the format the column itself shows.

    Parameters
    ----------
    cells : list
        Text as printed, or numbers where the file is a workbook.
    whole : bool
        The column counts things, so a lone mark before three digits separates thousands.
    hint : {".", ","}, optional
        The decimal mark of the rest of the file, used only for what the column leaves open.

    Returns
    -------
    Numbers

    Notes
    -----
    `1.234` is 1 234 beside `12.345.678` and 1.234 beside `0.5`: a value alone does not say which.

    References
    ----------
    Unicode CLDR, number symbols (decimal and group separators by locale).

    Examples
    --------
    >>> numbers(["407.137", "12"]).values
    [407137, 12]
    >>> numbers(["1,4", "2,75", "-"], whole=False).values
    [1.4, 2.75, None]
    >>> numbers(["1 234", "1.2K", "< 10"]).values
    [1234, 1200, None]
    """
    if all(isinstance(cell, str) and (not cell or PLAIN.fullmatch(cell)) for cell in cells):
        return Numbers(values=[int(cell) if cell else None for cell in cells])
    result = Numbers(values=[None] * len(cells))
    parts = _tokens(cells, result, whole)
    style = _style([body for _, body, unit in parts.values() if unit not in SCALE], whole, hint, result)
    for place, (sign, body, unit) in parts.items():
        value = _value(body, style if unit not in SCALE else _abbreviated(body, style))
        value = value * SCALE[unit] if unit in SCALE and value is not None else value
        if value is None or (whole and (unit in {"%", "x"} or abs(value - round(value)) > 1e-6)):
            result.unreadable.append((place, str(cells[place])))
            continue
        value = round(value) if whole else value
        result.values[place] = -value if sign else value
    return result


def _tokens(cells: list, result: Numbers, whole: bool) -> dict[int, tuple[bool, str, str]]:
    """Sort cells into numbers given as numbers, missing words, unreadable text and digits to interpret."""
    parts = {}
    for place, cell in enumerate(cells):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            if not isfinite(cell) or (whole and not float(cell).is_integer()):
                result.unreadable.append((place, str(cell)))
            else:
                result.values[place] = int(cell) if float(cell).is_integer() else cell
            continue
        text = "" if cell is None else str(cell).strip()
        if not text:
            continue
        if text.casefold() in MISSING_WORDS or text[0] in "<>≤≥":
            result.words[text] += 1
            continue
        match = BODY.fullmatch(text)
        if not match:
            result.unreadable.append((place, text))
            continue
        unit = (match["unit"] or "").casefold()
        result.percent |= {place} if unit == "%" else set()
        result.rounded += unit in SCALE
        body = match["body"]
        if any(mark in body for mark in SPACE):
            if not SPACED.fullmatch(body):
                result.unreadable.append((place, text))
                continue
            body = _unspaced(body)
        parts[place] = (match["sign"] in {"-", "−", "–"} and bool(match["sign"]), body, unit)
    return parts


def _unspaced(body: str) -> str:
    """Take spaces out; zeros in front make a mark that follows spaced thousands a decimal one beyond doubt."""
    plain = re.sub(rf"[{SPACE}]", "", body)
    return f"0000{plain}" if re.search("[.,]", plain) else plain


@dataclass(frozen=True)
class _Style:
    decimals: frozenset[str]
    groups: frozenset[str]
    refuse: frozenset[str]


def _style(bodies: list[str], whole: bool, hint: str | None, result: Numbers) -> _Style:
    """Weigh the evidence of every cell of the column for each of the two marks."""
    decimal, group, open_ = Counter(), Counter(), {}
    for body in bodies:
        role, mark = _role(body)
        if role == "open":
            open_.setdefault(mark, []).append(body)
        elif role == "decimal":
            decimal[mark] += 1
        elif role == "group":
            group[mark] += 1
        elif role == "both":
            decimal[mark] += 1
            group["," if mark == "." else "."] += 1
    conflict = {mark for mark in ".," if decimal[mark] and group[mark]}
    if len(decimal) == 2 and not conflict:
        conflict = set(decimal)
    decimals, groups = set(decimal) - conflict, set(group) - conflict
    for mark in sorted(set(open_) - conflict - decimals - groups):
        other = "," if mark == "." else "."
        if whole or other in decimals:
            groups.add(mark)
        elif other in groups:
            decimals.add(mark)
        else:
            (decimals if (hint or ".") == mark else groups).add(mark)
            result.uncertain = tuple(open_[mark][:3]) if hint is None else ()
    result.mixed = bool(conflict)
    result.decimal = min(decimals) if len(decimals) == 1 else None
    return _Style(frozenset(decimals), frozenset(groups), frozenset(conflict))


def _role(body: str) -> tuple[str, str]:
    """Say what a body shows about its marks: decimal, group, both, open (undecided) or none."""
    marks = [c for c in body if c in ".,"]
    if not marks:
        return "none", ""
    last = marks[-1]
    if len(set(marks)) == 2:
        return ("both", last) if marks.count(last) == 1 else ("none", last)
    before, after = body.rsplit(last, 1)
    if len(marks) > 1:
        return "group", last
    undecided = len(after) == 3 and 1 <= len(before) <= 3 and before.strip("0")
    return ("open" if undecided else "decimal"), last


def _value(body: str, style: _Style) -> float | None:
    """Read one body under a style; None when it does not fit."""
    role, mark = _role(body)
    if role == "none":
        return None if mark else int(body)
    if role == "both":
        whole, fraction = body.rsplit(mark, 1)
        other = "," if mark == "." else "."
        return float(f"{whole.replace(other, '')}.{fraction}") if _grouped(whole, other) else None
    if role == "group":
        return int(body.replace(mark, "")) if _grouped(body, mark) else None
    if role == "decimal":
        return float(body.replace(mark, "."))
    if mark in style.refuse:
        return None
    return float(body.replace(mark, ".")) if mark in style.decimals else int(body.replace(mark, ""))


def _grouped(text: str, mark: str) -> bool:
    head, *rest = text.split(mark)
    return 1 <= len(head.lstrip("0") or "0") <= 3 and all(len(piece) == 3 for piece in rest)


def _abbreviated(body: str, style: _Style) -> _Style:
    """Read the single mark of `1.234K` as decimal: an abbreviated figure has no thousands of its own."""
    marks = frozenset(c for c in body if c in ".,")
    return _Style(marks, frozenset(), frozenset()) if len(marks) == 1 else style


def durations(cells: list) -> Numbers:
    """Read durations such as `0:04:34`, `47:08.743`, `1h:2m:3s`, `5.2s` or a number of seconds.

    Parameters
    ----------
    cells : list
        Text as printed, or numbers of seconds.

    Returns
    -------
    Numbers
        Values in seconds.

    Examples
    --------
    >>> durations(["0:04:34", "1:11:11,270", "-"]).values
    [274.0, 4271.27, None]
    >>> durations(["1h:2m:3s", "5.2s", "3 min", "-"]).values
    [3723.0, 5.2, 180.0, None]
    """
    cells = [_seconds(cell) for cell in cells]
    if not any(isinstance(cell, str) and (":" in cell or _in_units(cell)) for cell in cells):
        return numbers(cells, whole=False)
    result = Numbers(values=[None] * len(cells))
    for place, cell in enumerate(cells):
        text = "" if cell is None else str(cell).strip()
        match = CLOCK.fullmatch(text) or _in_units(text)
        if match:
            hours, minutes, seconds = (part or "0" for part in match.groups())
            value = int(hours) * 3600 + int(minutes) * 60 + float(seconds.replace(",", "."))
            result.values[place] = round(value, 6)
        elif text.casefold() in MISSING_WORDS:
            result.words[text] += 1
        elif text:
            result.unreadable.append((place, text))
    return result


def _in_units(text: str) -> re.Match | None:
    """Match a duration that names its units; a bare number names none."""
    found = UNITS.fullmatch(text.strip())
    return found if found and any(found.groups()) else None


def _seconds(cell: object) -> object:
    """Turn the times of day a spreadsheet makes of durations back into seconds."""
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6
    return cell.total_seconds() if isinstance(cell, timedelta) else cell
