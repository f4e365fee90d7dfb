"""What are charts drawn with? The lines, blocks and hatchings of matplotlib, at less cost and to the same drawing."""

from __future__ import annotations

from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform, Transform

from analysis.charts.blank import Ground

__all__ = ["Block", "Hatching", "Stroke"]


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


class Block(_Within, Rectangle):
    """Draw an upright rectangle, whose corners are its path: matplotlib's is one square, moved and stretched.

    Examples
    --------
    >>> Block((1, 2), 3, 4).get_path().vertices.tolist()
    [[1.0, 2.0], [4.0, 2.0], [4.0, 6.0], [1.0, 6.0], [1.0, 2.0]]
    """

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
