"""How does a vector drawing become a picture for a text or a slide? By the PDF's own fonts and renderer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from analysis.charts.tokens import COLOUR
from analysis.errors import ReportError
from analysis.reports.brand.lettering import DRAWN
from analysis.reports.writers.setting import compiled

__all__ = ["SHARPNESS", "Picture", "picture", "proportions"]

TEMPLATE = Path(__file__).with_name("pictures.typ")
SHARPNESS = 2.5
VIEW = re.compile(r"""\bviewBox=["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)\s*["']""")

SIDE = re.compile(r"""\b(width|height)=["']([\d.]+)(?:px|pt)?["']""")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as PNG, with the width and height of the drawing it was made from, in its units."""

    png: bytes
    width: float
    height: float


@lru_cache(maxsize=128)
def picture(drawing: str, ground: str = COLOUR["paper"], *, margin: float = 0) -> Picture:
    """Turn a drawing into a picture, 2.5 pixels to the drawing unit: about 245 dots per inch across A4.

    Parameters
    ----------
    drawing : str
        SVG text.
    ground : str
        Colour behind it, `#RRGGBB`.
    margin : float
        Width of the ground left round it, in units of the drawing.

    Returns
    -------
    Picture
        The same drawing gives the same bytes.

    Raises
    ------
    ReportError
        When the drawing has no size, or cannot be read.

    Notes
    -----
    A picture no longer holds words: who uses it must set its alternative text.

    Examples
    --------
    >>> drawn = picture('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0h9v9z"/></svg>')
    >>> drawn.png[1:4], drawn.width, drawn.height
    (b'PNG', 20.0, 10.0)
    """
    width, height = proportions(drawing)
    page = {"svg": drawing, "width": width, "height": height, "ground": ground, "margin": margin}
    data = json.dumps(page, ensure_ascii=False, sort_keys=True)
    try:
        png = compiled(TEMPLATE, (DRAWN,), {"drawing": data}, format="png", ppi=72 * SHARPNESS)
    except typst.TypstError as error:
        raise ReportError(f"A drawing could not be made a picture: {error.message}.") from None
    return Picture(png, width + 2 * margin, height + 2 * margin)


def proportions(drawing: str) -> tuple[float, float]:
    """Give the width and height of a drawing, in its own units.

    Parameters
    ----------
    drawing : str
        SVG text.

    Returns
    -------
    tuple of float

    Raises
    ------
    ReportError
        When the drawing has no size.

    Examples
    --------
    >>> proportions('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"/>')
    (20.0, 10.0)
    """
    head = drawing[drawing.index("<svg") :].split(">", 1)[0]
    if view := VIEW.search(head):
        return float(view[1]), float(view[2])
    sides = dict(SIDE.findall(head))
    if len(sides) < 2:
        raise ReportError("A drawing has neither viewBox nor size, so its proportions are unknown.")
    return float(sides["width"]), float(sides["height"])
