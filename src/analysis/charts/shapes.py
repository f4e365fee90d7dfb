"""What are charts drawn with? The lines, blocks and hatchings of matplotlib, at less cost and to the same drawing."""

from __future__ import annotations

import pickle
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, Transform

from analysis.charts.blank import Ground, twin, unchanged
from analysis.charts.numerals import spot, way
from analysis.charts.pen import Pen

__all__ = ["Block", "Hatching", "Stroke", "Told", "alike", "block"]

MOST_POINTS = 100
ANY = "_alpha", "_url", "_snap", "_sketch", "_path_effects", "_gapcolor"
ENDS = "_capstyle", "_joinstyle", "_hatch"
ONE = "_antialiased", "_linewidth", "_linestyle", "_dash_pattern"
LINE = attrgetter(
    *(*ANY, *ONE, "_color", "_drawstyle", "_marker", "_markersize", "_markevery"),
    *("_solidcapstyle", "_solidjoinstyle", "_dashcapstyle", "_dashjoinstyle"),
    *("_markeredgecolor", "_markeredgewidth", "_markerfacecolor", "_markerfacecoloralt"),
)
FACE = attrgetter(*ANY, *ONE, *ENDS, "_facecolor", "_edgecolor", "_hatch_color", "_hatch_linewidth")
LINES = attrgetter(
    *(*ANY, *ENDS, "_facecolors", "_edgecolors", "_linewidths", "_linestyles"),
    *("_antialiaseds", "_urls", "_A", "_offsets"),
)


def alike(ax: Axes, kind: type[Artist], **looks: Any) -> Any:
    """Make an artist that has no place yet; on a drawing in the unchanged theme, as a copy of the first of its looks.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        What it will be on.
    kind : type
        `Stroke`, `Block` or `Word`.
    **looks
        As `unplaced` of the kind is given them.

    Returns
    -------
    matplotlib.artist.Artist

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> alike(new_axes(), Stroke, color="red").get_color()
    'red'
    """
    if not unchanged(ax):
        return kind.unplaced(**looks)
    try:
        return twin(_first(kind, **looks))
    except TypeError:  # a look of lists or arrays cannot be looked up
        return kind.unplaced(**looks)


@lru_cache(4096)
def _first(kind: type[Artist], **looks: Any) -> Artist:
    return kind.unplaced(**looks)


def block(ax: Axes, place: tuple[float, float], width: float, height: float, **looks: Any) -> Block:
    """Draw an upright rectangle.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    place : tuple of float
        Its first corner, in data coordinates.
    width, height : float
        From there; they may be negative.
    **looks
        As of `matplotlib.patches.Rectangle`.

    Returns
    -------
    Block

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> block(new_axes(), (1, 2), 3, 4, gid="cell").get_xy()
    (1, 2)
    """
    made = alike(ax, Block, **looks)
    made.set_bounds(*place, width, height)
    return ax.add_patch(made)


class Told:
    """Say that something has changed only where someone listens."""

    def pchanged(self) -> None:
        """Tell who listens to a change."""
        if self._callbacks.callbacks:
            super().pchanged()


class _Within(Told):
    """Be clipped by the box that all on the same axes share, where matplotlib makes one for each."""

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip to a shape."""
        if isinstance(path, Ground):
            self.set_clip_box(path.box)
        else:
            super().set_clip_path(path, transform)


class _Repeated(_Within):
    """Be written on a page as the first of the same looks was."""

    @allow_rasterization
    def draw(self, renderer: Any) -> None:
        """Draw; what is elsewhere than on the page is matplotlib's to draw."""
        places = self._places(renderer) if isinstance(renderer, Pen) and self.get_visible() else []
        if places:
            clip = (self.clipbox, self._clippath) if self._clipon else ()
            renderer.repeat(super().draw, (*self.looks(self), *clip), places)
        else:
            super().draw(renderer)


class Stroke(_Repeated, Line2D):
    """Draw a line or marks."""

    looks = LINE

    @classmethod
    def unplaced(cls, **looks: Any) -> Stroke:
        """Make one that goes nowhere."""
        return cls((), (), **looks)

    def _places(self, pen: Pen) -> list[str]:
        x, y = self.get_data(orig=True)
        if not (_plain(x) and _plain(y) and len(x) == len(y) < MOST_POINTS):
            return []
        points = pen.places(zip(x.tolist(), y.tolist(), strict=True), self.get_transform())
        if self.get_linestyle() == "None":
            return [*map(spot, points)]
        return [way(points)] if points and not self._marker else []


def _plain(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "fi"


class Block(_Repeated, Rectangle):
    """Draw an upright rectangle, whose corners are its path: matplotlib's is one square, moved and stretched.

    Examples
    --------
    >>> Block((1, 2), 3, 4).get_path().vertices.tolist()
    [[1.0, 2.0], [4.0, 2.0], [4.0, 6.0], [1.0, 6.0], [1.0, 2.0]]
    """

    looks = FACE

    @classmethod
    def unplaced(cls, **looks: Any) -> Block:
        """Make one of no size."""
        return cls((0, 0), 0, 0, **looks)

    def get_path(self) -> Path:
        """Go round the corners."""
        corners = self._round()
        return Path([*corners, corners[0]], Path.unit_rectangle().codes)

    def get_patch_transform(self) -> Transform:
        """Leave the corners where they are."""
        return IdentityTransform()

    def _round(self) -> list[tuple[float, float]]:
        (left, bottom), width, height = self.get_xy(), self.get_width(), self.get_height()
        right, top = left + width, bottom + height
        return [(left, bottom), (right, bottom), (right, top), (left, top)]

    def _places(self, pen: Pen) -> list[str]:
        points = pen.places(self._round(), self.get_data_transform())
        return [f"{way(points)}z "] if points else []


class Hatching(_Repeated, LineCollection):
    """Draw lines that all look alike, each from one point to another.

    Examples
    --------
    >>> lines = Hatching([[(0, 0), (1, 1)], [(0, 1), (1, 2)]])
    >>> [path.vertices.tolist() for path in lines.get_paths()]
    [[[0.0, 0.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, 2.0]]]
    """

    @staticmethod
    def looks(lines: Hatching) -> tuple[bytes]:
        """Give the looks by value: they are lists and arrays, which may be changed in place."""
        looks = [look.tolist() if isinstance(look, np.ndarray) else look for look in LINES(lines)]
        return (_same(pickle.dumps(looks)),)

    def set_segments(self, segments: Any) -> None:
        """Take the lines; they become paths when matplotlib asks for them."""
        self._segments, self._known = segments, None
        self.stale = True

    @property
    def _paths(self) -> list[Path]:
        if self._known is None:
            self._known = [Path(np.asarray(ends, float)) for ends in self._segments]
        return self._known

    @_paths.setter
    def _paths(self, paths: Any) -> None:
        self._known = paths

    def _places(self, pen: Pen) -> list[str]:
        if self._known is not None or {*map(len, self._segments)} != {2}:
            return []
        ends = pen.places(chain.from_iterable(self._segments), self.get_transform())
        return [way([*pair]) for pair in zip(ends[::2], ends[1::2], strict=True)]


@lru_cache(4096)
def _same(looks: bytes) -> bytes:
    """Give the first of equal looks, as looks are told apart by identity."""
    return looks
