"""The small drawings that writers make from data: a place among peers, a change, a pattern for too little data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from analysis import language as words
from analysis.charts.theme import COLOUR, text_width

__all__ = ["change_icon", "how_to_read", "peer_strip"]

WIDTH, HEIGHT, LEFT, SCALE = 262, 56, 6, 204
MIDDLE = 24
SIZE = 10
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" font-family="DejaVu Sans, sans-serif">'
ICONS = {
    "up": ('<path d="M6 1L11 10L1 10Z" style="fill: {}"/>', "accent"),
    "down": ('<path d="M6 11L11 2L1 2Z" style="fill: {}"/>', "accent"),
    "alert": ('<path d="M6 .5L11.5 6L6 11.5L.5 6Z" style="fill: {}"/>', "alert"),
    "flat": ('<circle cx="6" cy="6" r="4" style="fill: none; stroke: {}; stroke-width: 1.6"/>', "peer_line"),
}


def peer_strip(row: Mapping[str, Any], language: str, number: int = 0) -> str:
    """Draw where a figure stands among peers: quartile band, median tick, own dot with its interval.

    Parameters
    ----------
    row : mapping
        From `analysis.reports.indicators.indicator_data`; its `peers` are given.
    language : str
        `en` or `fr`.
    number : int
        Position in the list; keeps the ids of a page apart.

    Returns
    -------
    str
        SVG, 262 units wide, in the light palette; hatched where there are fewer than five peers.

    Examples
    --------
    >>> few = {"peers": {"few": True, "n": "n < 5"}, "strip": None, "state": "flat"}
    >>> "n &lt; 5" in peer_strip(few, "en")
    True
    """
    peers = row["peers"]
    parts = [_text(WIDTH, MIDDLE + 4, peers["n"], "ink3", "end")]
    if row["strip"] is None:
        parts += [
            _hatched(number),
            _text(LEFT, 47, words.word("report.peers_withdrawn", language), "ink2", "start"),
        ]
        return _svg(parts, HEIGHT)
    labels = list(zip(_places(row["strip"]["quartiles"]), peers["texts"], strict=True))
    parts += _band(row["strip"], labels)
    parts += _own(row["strip"], row["state"] == "alert", words.word("chart.you", language))
    return _svg(parts, HEIGHT)


def how_to_read(language: str) -> str:
    """Draw the strip that explains the others.

    Parameters
    ----------
    language : str
        `en` or `fr`.

    Returns
    -------
    str
        SVG, 262 units wide.

    Examples
    --------
    >>> "médiane" in how_to_read("fr")
    True
    """
    strip = {"quartiles": [0.22, 0.44, 0.74], "own": 0.62, "interval": [0.47, 0.8]}
    names = [words.word(f"chart.{name}", language) for name in ("first_quartile", "median", "third_quartile")]
    labels = [
        (place, words.raised(name)) for place, name in zip(_places([0.12, 0.44, 0.84]), names, strict=True)
    ]
    return _svg([*_band(strip, labels), *_own(strip, False, words.word("chart.you", language))], HEIGHT)


def change_icon(state: str) -> str:
    """Draw the sign of a change: triangle for a rise or fall, diamond for an alert, ring where nothing is established.

    Parameters
    ----------
    state : str
        State of an indicator.

    Returns
    -------
    str
        SVG, 12 units wide; empty for `unknown`.

    Examples
    --------
    >>> change_icon("unknown")
    ''
    """
    if state not in ICONS:
        return ""
    shape, role = ICONS[state]
    return HEAD.format(12, 12) + shape.format(COLOUR[role]) + "</svg>"


def _svg(parts: list[str], height: int) -> str:
    return HEAD.format(WIDTH, height) + "".join(parts) + "</svg>"


def _at(place: float) -> float:
    return round(LEFT + SCALE * place, 1)


def _places(quartiles: list[float]) -> list[float]:
    return [_at(place) for place in quartiles]


def _apart(labels: list[tuple[float, str]]) -> list[float]:
    """Push labels that would touch apart, the middle one staying where it is."""
    half = [text_width(text, SIZE) / 2 + 3 for _, text in labels]
    middle = labels[1][0]
    left = min(labels[0][0], middle - half[0] - half[1])
    right = max(labels[2][0], middle + half[1] + half[2])
    shift = max(0.0, half[0] - left)
    return [round(place + shift, 1) for place in (left, middle, right)]


def _band(strip: Mapping[str, Any], labels: list[tuple[float, str]]) -> list[str]:
    low, median, high = _places(strip["quartiles"])
    return [
        _line(LEFT, MIDDLE, LEFT + SCALE, MIDDLE, "rule", 1),
        f'<rect x="{low}" y="{MIDDLE - 8}" width="{round(max(high - low, 1), 1)}" height="16" '
        f'style="fill: {COLOUR["peer"]}"/>',
        _line(median, MIDDLE - 10, median, MIDDLE + 10, "peer_line", 2),
        *(_text(place, 47, text, "ink3") for place, (_, text) in zip(_apart(labels), labels, strict=True)),
    ]


def _own(strip: Mapping[str, Any], alert: bool, name: str) -> list[str]:
    role, place = ("alert" if alert else "accent"), _at(strip["own"])
    rim = f"fill: {COLOUR[role]}; stroke: {COLOUR['paper']}; stroke-width: 1.5"
    dot = f'<circle cx="{place}" cy="{MIDDLE}" r="6" style="{rim}"/>'
    if alert:
        dot = f'<path d="M{place} {MIDDLE - 7}l7 7l-7 7l-7 -7Z" style="{rim}"/>'
    interval = strip["interval"]
    line = _line(*_at_ends(interval), role, 2.2) if interval else ""
    return [line, dot, _text(place, 9, name, role, weight=700)]


def _at_ends(interval: list[float]) -> tuple[float, int, float, int]:
    return _at(interval[0]), MIDDLE, _at(interval[1]), MIDDLE


def _line(x1: float, y1: float, x2: float, y2: float, role: str, width: float) -> str:
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" '
        f'style="stroke: {COLOUR[role]}; stroke-width: {width}; stroke-linecap: round"/>'
    )


def _text(x: float, y: float, text: str, role: str, anchor: str = "middle", weight: int = 400) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{SIZE}" '
        f'style="fill: {COLOUR[role]}; text-anchor: {anchor}; font-weight: {weight}">{escape(text)}</text>'
    )


def _hatched(number: int) -> str:
    name = f"hatch-{number}"
    return (
        f'<defs><pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path d="M0 0V5" '
        f'style="stroke: {COLOUR["hatch"]}; stroke-width: 1.6"/></pattern></defs>'
        f'<rect x="{LEFT}" y="{MIDDLE - 8}" width="{SCALE}" height="16" fill="url(#{name})"/>'
    )
