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

    pictures = [_bare(theme.draw_svg(draw, width=width, language=language)) for width in widths]
    return {"alt": alt, "wide": pictures[0], "narrow": pictures[1] if len(pictures) > 1 else None}


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
