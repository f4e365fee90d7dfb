"""How much text goes on a slide? Lines are counted before they are set, in a wide face, so that none overflows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import ceil
from typing import Any

from analysis.charts.theme import text_width

__all__ = ["LEADING", "Line", "Run", "fit", "lines_of", "paged", "paragraphs"]

LEADING = 1.22
FIRST_PRINTED, BEYOND_LATIN, PUNCTUATION, IDEOGRAPHS = 0x20, 0x250, range(0x2000, 0x2070), 0x2E80
INDENT = 20


@dataclass(frozen=True, slots=True)
class Run:
    """Words set in one way."""

    text: str
    bold: bool = False
    italic: bool = False
    mono: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a slide: its runs, how deep it is hung, and its bullet or number."""

    runs: tuple[Run, ...]
    depth: int = 0
    bullet: bool = False
    number: int | None = None
    heading: bool = False

    @property
    def text(self) -> str:
        """Give its bare words."""
        return "".join(run.text for run in self.runs)


@cache
def _advance(sign: str, bold: bool) -> float:
    """Give the width of a sign as a share of its size; what is not Latin is taken as wide."""
    code = ord(sign)
    if code < FIRST_PRINTED:
        return 0.0
    if code >= BEYOND_LATIN:
        return 0.6 if code in PUNCTUATION else 1.05 if code >= IDEOGRAPHS else 0.8
    return (text_width(f"x{sign}x", 100, bold) - text_width("xx", 100, bold)) / 100


def _width(text: str, size: float, bold: bool) -> float:
    return size * sum(_advance(sign, bold) for sign in text)


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Count the lines a text takes.

    Parameters
    ----------
    text : str
        Its paragraphs are parted by line breaks.
    width, size : float
        Points.
    bold : bool
        Whether it is bold.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> lines_of("Hotels and restaurants", 70, 11), lines_of("", 70, 11)
    (2, 1)
    """
    return sum(_wrapped(part, max(width, size), size, bold) for part in text.split("\n"))


def _wrapped(text: str, width: float, size: float, bold: bool) -> int:
    count, filled = 1, 0.0
    space = _width(" ", size, bold)
    for word in text.split(" "):
        needed = _width(word, size, bold)
        if filled and filled + space + needed > width:
            count, filled = count + 1, 0.0
        if needed > width:
            count += ceil(needed / width) - 1
            needed %= width
        filled += needed + (space if filled else 0)
    return count


def fit(text: str, width: float, height: float, sizes: Sequence[float], *, bold: bool = False) -> float:
    """Choose the largest type in which a text fits.

    Parameters
    ----------
    text : str
        The words.
    width, height : float
        Room, in points.
    sizes : sequence of float
        Sizes to try, the largest first.
    bold : bool
        Whether it is bold.

    Returns
    -------
    float
        The last size where none fits.

    Examples
    --------
    >>> fit("Reach rose.", 400, 60, (28, 20, 14)), fit("Reach rose. " * 20, 400, 60, (28, 20, 14))
    (28, 14)
    """
    held = (size for size in sizes if lines_of(text, width, size, bold=bold) * size * LEADING <= height)
    return next(held, sizes[-1])


def paragraphs(nodes: Iterable[Mapping[str, Any]], depth: int = 0) -> list[Line]:
    """Flatten a tree of prose into the paragraphs of a slide.

    Parameters
    ----------
    nodes : list of dict
        From `analysis.reports.text.markdown`.
    depth : int
        How deep the list around them is.

    Returns
    -------
    list of Line
        Rows of tables become paragraphs whose cells are parted by dashes.

    Examples
    --------
    >>> from analysis.reports.text import markdown
    >>> [(line.text, line.bullet, line.number) for line in paragraphs(markdown("Do:\\n\\n1. this\\n2. that", "en"))]
    [('Do:', False, None), ('this', False, 1), ('that', False, 2)]
    """
    found: list[Line] = []
    for node in nodes:
        match node["kind"]:
            case "list":
                found += _items(node, depth)
            case "quote":
                found += [replace(line, depth=line.depth + 1) for line in paragraphs(node["children"], depth)]
            case "table":
                found += [_row(row, depth) for row in node["children"]]
            case "code" if node.get("block"):
                found += [Line((Run(line, mono=True),), depth) for line in node["text"].split("\n")]
            case "heading":
                found.append(Line(tuple(_runs(node["children"], bold=True)), depth, heading=True))
            case "rule":
                continue
            case "paragraph":
                found.append(Line(tuple(_runs(node["children"])), depth))
            case _:
                found.append(Line(tuple(_runs([node])), depth))
    return found


def _items(node: Mapping[str, Any], depth: int) -> list[Line]:
    found: list[Line] = []
    for place, item in enumerate(node["children"], start=1):
        inside = paragraphs(item["children"], depth + 1)
        mark = {"number": place} if node["ordered"] else {"bullet": True}
        for rank, line in enumerate(inside):
            first = rank == 0 and not line.bullet and line.number is None
            found.append(replace(line, **mark) if first else line)
    return found


def _row(row: Mapping[str, Any], depth: int) -> Line:
    runs: list[Run] = []
    for place, cell in enumerate(row["children"]):
        runs += [Run(" – ")] if place else []
        runs += _runs(cell["children"], bold=cell["head"])
    return Line(tuple(runs), depth)


def _runs(nodes: Iterable[Mapping[str, Any]], **marks: Any) -> Iterator[Run]:
    for node in nodes:
        match node["kind"]:
            case "text":
                yield Run(node["text"], **marks)
            case "code":
                yield Run(node["text"], **{**marks, "mono": True})
            case "break":
                yield Run("\n", **marks)
            case "strong":
                yield from _runs(node["children"], **{**marks, "bold": True})
            case "emphasis":
                yield from _runs(node["children"], **{**marks, "italic": True})
            case "link":
                yield from _runs(node["children"], **{**marks, "href": node["href"]})
            case _:
                yield from _runs(node.get("children", ()), **marks)


def paged(lines: Iterable[Line], width: float, height: float, size: float) -> list[list[Line]]:
    """Share paragraphs over as many slides as they need.

    Parameters
    ----------
    lines : iterable of Line
        The paragraphs.
    width, height : float
        Room on each slide, in points.
    size : float
        Size of the type, in points.

    Returns
    -------
    list of list of Line
        At least one slide; a heading never ends one, a paragraph longer than a slide is cut between two words.

    Examples
    --------
    >>> [len(slide) for slide in paged([Line((Run("word"),))] * 5, 200, 60, 12)]
    [2, 2, 1]
    """
    pages: list[list[Line]] = [[]]
    left = height
    for line in _short(lines, width, height, size):
        needed = _height(line, width, size)
        if pages[-1] and needed > left:
            carried = [pages[-1].pop()] if pages[-1][-1].heading and len(pages[-1]) > 1 else []
            pages.append(carried)
            left = height - sum(_height(kept, width, size) for kept in carried)
        pages[-1].append(line)
        left -= needed
    return pages


def _height(line: Line, width: float, size: float) -> float:
    bold = any(run.bold or run.mono for run in line.runs)
    return (lines_of(line.text, width - INDENT * line.depth, size, bold=bold) * LEADING + 0.5) * size


def _short(lines: Iterable[Line], width: float, height: float, size: float) -> Iterator[Line]:
    """Cut the paragraphs that no slide could hold."""
    for line in lines:
        if _height(line, width, size) <= height or " " not in line.text.strip(" "):
            yield line
        else:
            yield from _short(_halves(line), width, height, size)


def _halves(line: Line) -> tuple[Line, Line]:
    """Cut a paragraph at the word nearest its middle; what follows the cut carries no number."""
    words = line.text.split(" ")
    place = len(" ".join(words[: (len(words) + 1) // 2]))
    first, second, seen = [], [], 0
    for run in line.runs:
        cut = min(max(place - seen, 0), len(run.text))
        seen += len(run.text)
        first += [replace(run, text=run.text[:cut])] if cut else []
        second += [replace(run, text=run.text[cut:])] if cut < len(run.text) else []
    if second:
        second[0] = replace(second[0], text=second[0].text.lstrip(" "))
    rest = replace(line, runs=tuple(second), bullet=False, number=None)
    return replace(line, runs=tuple(first)), rest
