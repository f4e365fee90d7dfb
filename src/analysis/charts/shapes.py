"""What are charts drawn with? The lines, blocks and hatchings of matplotlib, at less cost and to the same drawing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, Transform

from analysis.charts.blank import Ground, twin

__all__ = ["Block", "Hatching", "Stroke", "alike", "block"]


def alike(ax: Axes, kind: type[Artist], **looks: Any) -> Any:
    """Make an artist that has no place yet; on a drawing in the theme, as a copy of the first of its looks.

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
    if not getattr(ax, "themed", False):
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


class _Within:
    """Be clipped by the box that all on the same axes share, where matplotlib makes one for each."""

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip to a shape."""
        if isinstance(path, Ground):
            self.set_clip_box(path.box)
        else:
            super().set_clip_path(path, transform)


class Stroke(_Within, Line2D):
    """Draw a line or marks."""

    @classmethod
    def unplaced(cls, **looks: Any) -> Stroke:
        """Make one that goes nowhere."""
        return cls((), (), **looks)


class Block(_Within, Rectangle):
    """Draw an upright rectangle, whose corners are its path: matplotlib's is one square, moved and stretched.

    Examples
    --------
    >>> Block((1, 2), 3, 4).get_path().vertices.tolist()
    [[1.0, 2.0], [4.0, 2.0], [4.0, 6.0], [1.0, 6.0], [1.0, 2.0]]
    """

    @classmethod
    def unplaced(cls, **looks: Any) -> Block:
        """Make one of no size."""
        return cls((0, 0), 0, 0, **looks)

    def get_path(self) -> Path:
        """Go round the corners."""
        (left, bottom), width, height = self.get_xy(), self.get_width(), self.get_height()
        right, top = left + width, bottom + height
        corners = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
        return Path(corners, Path.unit_rectangle().codes)

    def get_patch_transform(self) -> Transform:
        """Leave the corners where they are."""
        return IdentityTransform()


class Hatching(_Within, LineCollection):
    """Draw lines that all look alike."""
