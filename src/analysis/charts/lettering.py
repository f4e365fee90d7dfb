"""How are words put beside the marks? Written at a place, centred on it, moved apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.text import Annotation
from matplotlib.transforms import IdentityTransform, Transform

from analysis.charts import theme
from analysis.charts.pen import Pen
from analysis.charts.ruler import face
from analysis.charts.shapes import Told, alike

__all__ = ["Word", "centred", "spread", "write"]

NUMBERS = (int, float)
BESIDE, ABOVE = ("axes fraction", "data"), ("data", "axes fraction")


class Word(Told, Annotation):
    """Write as matplotlib does, laying the same words out once for all drawings in SVG.

    Examples
    --------
    >>> Word("44 %", (0, 0)).get_text()
    '44 %'
    """

    @classmethod
    def unplaced(cls, size: str, bold: bool, role: str, ha: str, va: str) -> Word:
        """Make one that says nothing yet."""
        word = cls(
            "",
            (0, 0),
            xytext=(0, 0),
            textcoords="offset points",
            fontproperties=_face(theme.TYPE[size].screen, bold),
            color=theme.COLOUR[role],
            horizontalalignment=ha,
            verticalalignment=va,
            annotation_clip=False,
            linespacing=1.15,
        )
        word.set_zorder(6)
        word.set_transform(IdentityTransform())
        return word

    def _get_layout(self, renderer: Any) -> Any:
        known = getattr(renderer, "layouts", None)
        if known is None or self.get_wrap():
            return super()._get_layout(renderer)
        sides = self.get_horizontalalignment(), self.get_verticalalignment(), self.get_rotation()
        look = self.get_text(), self.get_fontsize(), self.get_fontweight(), self._linespacing, *sides
        if look not in known:
            known[look] = super()._get_layout(renderer)
        return known[look]

    def draw(self, renderer: Any) -> None:
        """Write on a page; what is more than one upright line on no ground is matplotlib's to draw."""
        if not isinstance(renderer, Pen) or not self._simple():
            super().draw(renderer)
            return
        (x, y), (dx, dy) = self._anchor(renderer), self.get_position()
        _, [(line, _, (_, drop))], _ = self._get_layout(renderer)
        up = y + dy
        down = renderer.height - up
        font, colour = self.get_fontproperties(), to_rgba(self.get_color())
        base = down + (renderer.height - (drop + up) - down)
        renderer.open_group("text")
        renderer.write(line, x + dx, base, font, colour, self.get_ha())
        renderer.close_group("text")

    def _anchor(self, pen: Pen) -> tuple[float, float]:
        """Say where the place is; plain numbers have no units to be asked for."""
        (x, y), coords = self.xy, self.xycoords
        if isinstance(coords, str) and coords == "data":
            coords = self.axes.transData
        easy = isinstance(coords, Transform) and isinstance(x, NUMBERS) and isinstance(y, NUMBERS)
        known = pen.place((x, y), coords) if easy else None
        return known or tuple(self._get_position_xy(pen).tolist())

    def _simple(self) -> bool:
        more = self.get_rotation() or self.get_bbox_patch() or self.get_alpha() or self.get_url()
        clipped = self.get_clip_path() or self.get_clip_box() or self.get_annotation_clip()
        text = self.get_text()
        return self.get_visible() and not more and not clipped and bool(text) and "\n" not in text


def write(
    ax: Axes,
    x: float,
    y: float,
    text: str,
    *,
    dx: float = 0,
    dy: float = 0,
    size: str = "label",
    role: str = "ink",
    bold: bool = False,
    ha: str = "left",
    va: str = "center",
    coords: str | tuple[str, str] = "data",
    ground: bool = False,
) -> Annotation:
    """Write a text at a place of the drawing, moved by some units.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : float
        The place, in `coords` ("data", "axes fraction" or one of each).
    text : str
    dx, dy : float
        Units to the right and up.
    size, role : str
        Names in `theme.TYPE` and `theme.COLOUR`.
    bold : bool
    ha, va : str
        As in matplotlib.
    coords : str or tuple of str
    ground : bool
        Put paper behind the text.

    Returns
    -------
    matplotlib.text.Annotation

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> write(new_axes(), 0.5, 0.5, "44 %", dx=8).get_text()
    '44 %'
    """
    word = alike(ax, Word, size=size, bold=bold, role=role, ha=ha, va=va)
    word.set_text(text)
    word.xy, word.xyann, word.xycoords = (x, y), (dx, dy), _across_and_up(ax, coords)
    if ground:
        word.set_bbox({"facecolor": theme.COLOUR["paper"], "edgecolor": "none", "pad": 1.5})
    return ax._add_text(word)


def _across_and_up(ax: Axes, coords: str | tuple[str, str]) -> Any:
    """Give what turns coordinates into places, which axes have ready; matplotlib makes it anew for each text."""
    if coords == "data":
        return coords
    ready = {"axes fraction": ax.transAxes, BESIDE: ax.get_yaxis_transform(), ABOVE: ax.get_xaxis_transform()}
    return ready.get(coords, coords)


@cache
def _face(size: float, bold: bool) -> FontProperties:
    return FontProperties(fname=face(bold), size=size, weight="bold" if bold else "normal")


def spread(places: Sequence[float], gap: float, low: float, high: float) -> np.ndarray:
    """Move labels apart by at least a gap, as little as possible and inside limits.

    Parameters
    ----------
    places : sequence of float
        Where the labels would like to be.
    gap : float
    low, high : float
        Limits; they give way when the labels cannot fit.

    Returns
    -------
    numpy.ndarray
        In the order given.

    Examples
    --------
    >>> spread([1.0, 1.2, 5.0], 1.0, 0, 10).round(1).tolist()
    [0.6, 1.6, 5.0]
    """
    order = np.argsort(places, kind="stable")
    blocks: list[list[float]] = []
    for place in np.asarray(places, float)[order]:
        blocks.append([place, 1])
        while len(blocks) > 1 and blocks[-1][0] - blocks[-2][0] < gap * (blocks[-1][1] + blocks[-2][1]) / 2:
            (c2, n2), (c1, n1) = blocks.pop(), blocks.pop()
            blocks.append([(c1 * n1 + c2 * n2) / (n1 + n2), n1 + n2])
        half = gap * (blocks[-1][1] - 1) / 2
        blocks[-1][0] = max(blocks[-1][0], low + half)
    moved = np.concatenate([c + gap * (np.arange(n) - (n - 1) / 2) for c, n in blocks])
    for i in range(len(moved) - 1, -1, -1):
        limit = high if i == len(moved) - 1 else moved[i + 1] - gap
        moved[i] = min(moved[i], limit)
    result = np.empty(len(moved))
    result[order] = moved
    return result


def centred(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a text centred on a value, moved only as far as the edges of the drawing ask.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : float
        Data coordinates.
    text : str
    **style
        As in `write`; `size` is needed.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> centred(ax, 1, 0.5, "885", size="note")
    >>> bool(ax.texts[0].get_position()[0] < 0)
    True
    """
    half = theme.text_width(text, theme.TYPE[style["size"]].screen, style.get("bold", False)) / 2 + 1
    box, width = ax.get_position(), theme.width_of(ax)
    place = (box.x0 + box.width * (x - ax.get_xlim()[0]) / np.ptp(ax.get_xlim())) * width
    write(ax, x, y, text, dx=min(max(place, half), width - half) - place, ha="center", **style)
