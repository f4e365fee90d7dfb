"""How a chart becomes pictures of a report: vector drawings in one palette, wide and narrow, and their words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from analysis.errors import ReportError

__all__ = ["MINI", "PAGE", "STRIP", "Draw", "drawing"]

Draw = Callable[[Any], Any] | Any
PAGE, MINI, STRIP = (680, 350), (190,), (262,)
WHOLE, AIR, LEAST = (0, 0, 1, 1), 2, 0.3


def drawing(draw: Draw, alt: str, language: str, *, widths: tuple[int, ...]) -> dict[str, Any]:
    """Draw a chart at each width.

    Parameters
    ----------
    draw : callable or matplotlib Figure
        A callable is given an Axes; a ready Figure is taken as it is, once.
    alt : str
        Alternative text.
    language : str
        `en` or `fr`.
    widths : tuple of int
        Widths in drawing units, the widest first.

    Returns
    -------
    dict
        `alt` and the drawings `wide` and `narrow` (SVG text; `narrow` is missing where there is one only).

    Notes
    -----
    A callable that leaves its Axes where they are, over the whole drawing, is given margins for scales and titles.

    Examples
    --------
    >>> drawn = drawing(lambda ax: ax.plot([0, 1]), "A line that rises.", "en", widths=(680, 350))
    >>> sorted(drawn), 'viewBox="0 0 350' in drawn["narrow"]
    (['alt', 'narrow', 'wide'], True)
    """
    if hasattr(draw, "savefig"):
        return {"alt": alt, "wide": _ready(draw), "narrow": None}
    if not callable(draw):
        raise ReportError("figure: give a function that draws on an Axes, or a matplotlib Figure.")
    from analysis.charts import theme

    fitted = _with_margins(draw)
    pictures = [_bare(theme.draw_svg(fitted, width=width, language=language)) for width in widths]
    return {"alt": alt, "wide": pictures[0], "narrow": pictures[1] if len(pictures) > 1 else None}


def _with_margins(draw: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Let a drawing be followed by margins for its scales and their names, where its author has set none."""

    def drawn(ax: Any) -> None:
        draw(ax)
        areas = [area for area in ax.figure.axes if area.axison and area.get_position().bounds == WHOLE]
        for _ in range(2 if areas else 0):
            _make_room(areas, ax.figure)

    return drawn


def _make_room(areas: list[Any], figure: Any) -> None:
    """Make plotting areas smaller by as much as their scales and titles reach past the edges of the drawing."""
    renderer = figure.canvas.get_renderer()
    parts = [part for area in areas for part in (area.xaxis, area.yaxis, area.title)]
    boxes = [box for part in parts if (box := part.get_tightbbox(renderer)) and box.width and box.height]
    width, height = figure.bbox.size
    left, bottom, wide, high = areas[0].get_position().bounds
    past = [
        _margin([-box.x0 for box in boxes], width),
        _margin([-box.y0 for box in boxes], height),
        _margin([box.x1 - width for box in boxes], width),
        _margin([box.y1 - height for box in boxes], height),
    ]
    wide, high = wide - past[0] - past[2], high - past[1] - past[3]
    if any(past) and min(wide, high) > LEAST:
        for area in areas:
            area.set_position((left + past[0], bottom + past[1], wide, high))


def _margin(reached: list[float], side: float) -> float:
    """Give the share of a side that must be made free, with a little air."""
    furthest = max(reached, default=0)
    return (furthest + AIR) / side if furthest > 0.5 else 0


def _ready(figure: Any) -> str:
    """Save a finished Figure without date, with text kept as text."""
    import matplotlib as mpl

    target = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "analysis", "svg.fonttype": "none"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return _bare(target.getvalue())


def _bare(svg: str) -> str:
    """Keep the drawing itself: no prolog, no metadata, no fixed size, only its proportions."""
    body = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    head, rest = body.split(">", 1)
    if "viewBox" not in head:
        raise ReportError("figure: the drawing has no viewBox, so its proportions are unknown.")
    return re.sub(r'\s(?:width|height|version)="[^"]*"', "", head) + ">" + rest.strip()
