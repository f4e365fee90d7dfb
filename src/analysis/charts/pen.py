"""How is a drawing written as SVG? Matplotlib's own renderer, writing at once what a page needs and nothing else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, ClassVar
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, weight_dict
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform

from analysis.charts.blank import unchanged
from analysis.charts.numerals import number, spot, tidy
from analysis.charts.ruler import Ruler
from analysis.charts.tokens import SANS_PRINT

__all__ = ["Pen", "written"]

UNDATED = dict.fromkeys(("Date", "Creator", "Format", "Type"))
UNSEEN = "fill: none"
MOST_KNOWN = 4096
DEFINED = re.compile(r"<defs>.*?</defs>\n", re.DOTALL)
ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def written(figure: Figure, language: str) -> str:
    """Write a figure as an `<svg>` element.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        At 72 dots per inch, so that one point is one unit.
    language : {"fr", "en"}
        Of its texts.

    Returns
    -------
    str
        The same bytes each time, with ids that no other drawing has.

    Notes
    -----
    Faces of type are left to the page: only size, weight and colour are written.

    Examples
    --------
    >>> written(Figure(figsize=(1, 1), dpi=72, facecolor="none"), "en").splitlines()[-1]
    '</svg>'
    """
    width, height = figure.get_size_inches() * 72
    pen = Pen(width, height)
    if not all(map(unchanged, figure.axes[:1])):
        pen.around = {}
    figure.draw(pen)
    pen.finalize()
    body = "\n".join(pen.writer.lines)
    prefix = "s" + sha256(body.encode()).hexdigest()[:8]
    for before in (' id="', 'xlink:href="#', "url(#"):
        body = body.replace(before, f"{before}{prefix}-")
    width, height = (f"{side:.2f}".rstrip("0").rstrip(".") for side in (width, height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" lang="{language}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{SANS_PRINT}, sans-serif" '
        f'stroke-linejoin="round">\n{body}\n</svg>\n'
    )


class Lines:
    """Write elements one to a line, with short numbers; groups that hold nothing are not written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[tuple[str, int]] = []

    def start(self, tag: str, attrib: dict[str, str] | None = None, **extra: str) -> int:
        """Open an element; its number closes it."""
        given = {**(attrib or {}), **extra}
        self.lines.append(f"<{tag}{_attributes(given)}>")
        self._open.append((tag, len(self.lines)))
        return len(self._open) - 1

    def end(self, tag: str | None = None, indent: bool = True) -> None:
        """Close the element opened last."""
        tag, size = self._open.pop()
        if len(self.lines) > size:
            self.lines.append(f"</{tag}>")
        elif self.lines[-1] in ("<g>", "<defs>"):
            self.lines.pop()
        else:
            self.lines[-1] = self.lines[-1][:-1] + "/>"

    def element(self, tag: str, text: str = "", attrib: dict[str, str] | None = None, **extra: str) -> None:
        """Write a whole element."""
        given = {**(attrib or {}), **extra}
        self.lines.append(f"<{tag}{_attributes(given)}" + (f">{escape(text)}</{tag}>" if text else "/>"))

    def comment(self, comment: str) -> None:
        """Leave comments out."""

    def flush(self) -> None:
        """Keep the lines; `written` takes them."""

    def close(self, number: int) -> None:
        """Close every element down to this one."""
        while len(self._open) > number:
            self.end()


class Pen(RendererSVG):
    """Draw as matplotlib's SVG renderer does, with short numbers and without what a page does not need.

    Examples
    --------
    >>> pen = Pen(100, 50)
    >>> pen.open_group("empty"), pen.close_group("empty"), pen.writer.lines
    (None, None, [])
    """

    layouts: ClassVar[dict[tuple[object, ...], Any]] = {}
    around: ClassVar[dict[tuple[object, ...], tuple[Any, ...]]] = {}

    def __init__(self, width: float, height: float) -> None:
        super().__init__(width, height, io.StringIO(), metadata=UNDATED)
        self.writer = Lines()
        self._start_id = 0
        for known in (self.layouts, self.around):
            if len(known) > MOST_KNOWN:
                known.clear()
        self._clips: dict[int, tuple[Any, dict[str, str]]] = {}
        self._styles: dict[tuple[object, ...], str] = {}
        self._marks: dict[tuple[object, ...], tuple[Path, str]] = {}
        self._flat: dict[int, tuple[Transform, tuple[float, ...] | None]] = {}
        self._around: dict[tuple[object, ...], tuple[Any, ...]] = {}

    def place(self, point: tuple[float, float], transform: Transform) -> tuple[float, float] | None:
        """Say where a point is, from the lower left corner; nowhere, when the transform bends.

        Examples
        --------
        >>> from matplotlib.transforms import Affine2D
        >>> Pen(100, 50).place((20, 40), Affine2D().translate(1, 2))
        (21.0, 42.0)
        """
        flat = self._straight(transform)
        if flat is None:
            return None
        (a, c, e, b, d, f), (x, y) = flat, point
        return a * x + c * y + e, b * x + d * y + f

    def places(
        self, points: Iterable[tuple[float, float]], transform: Transform
    ) -> list[tuple[float, float]]:
        """Say where points are, from the upper left corner; nowhere, when one is outside, as it is not drawn.

        Examples
        --------
        >>> from matplotlib.transforms import Affine2D
        >>> pen, aside = Pen(100, 50), Affine2D().translate(1, 2)
        >>> pen.places([(20, 40), (30, 30)], aside), pen.places([(199, 40)], aside)
        ([(21.0, 8.0), (31.0, 18.0)], [])
        """
        flat = self._straight(transform)
        if flat is None:
            return []
        a, c, e, b, d, f = flat
        b, d, f, width, height = -b, -d, self.height - f, self.width, self.height
        places = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
        outside = [place for place in places if not (0 <= place[0] <= width and 0 <= place[1] <= height)]
        return [] if outside else places

    def repeat(self, draw: Callable[[Pen], None], looks: tuple[object, ...], places: list[str]) -> None:
        """Draw what differs from what was drawn before only in its places.

        Parameters
        ----------
        draw : callable
            Matplotlib's own way; the first of some looks is drawn by it.
        looks : tuple
            What is drawn as something else was holds the same objects.
        places : list of str
            What of each element written is its own.
        """
        look = len(places) > 1, *map(id, looks)
        known = self._around.get(look) or self.around.get(look)
        if known is None:
            self._learn(draw, look, looks, places)
            return
        start, between, end, defined, marks = known[:5]
        if not marks.keys() <= self._markers.keys():
            self._markers.update(marks)
            start = start.replace("<g>\n", "<g>\n" + defined, 1)
        self.writer.lines.append(start + between.join(places) + end)

    def _learn(
        self,
        draw: Callable[[Pen], None],
        look: tuple[object, ...],
        looks: tuple[object, ...],
        places: list[str],
    ) -> None:
        """Draw, and keep what is around the places, and the marks that were defined on the way."""
        size, before = len(self.writer.lines), set(self._markers)
        draw(self)
        text = "\n".join(self.writer.lines[size:])
        defined = "".join(DEFINED.findall(text))
        marks = {mark: name for mark, name in self._markers.items() if mark not in before}
        text = text.replace(defined, "")
        start, end = text.split(places[0])[0], text.split(places[-1])[-1]
        between = text[len(start + places[0]) :].split(places[1])[0] if len(places) > 1 else ""
        if start + between.join(places) + end == text:
            elsewhere = "(#" in text or ('"#' in text and not marks)  # defined there, in this drawing only
            (self._around if elsewhere else self.around)[look] = start, between, end, defined, marks, looks

    def _straight(self, transform: Transform) -> tuple[float, ...] | None:
        known = self._flat.get(id(transform))
        if known is None:
            matrix = transform.get_affine().get_matrix() if transform.is_affine else None
            flat = None if matrix is None else tuple(matrix[:2].ravel().tolist())
            known = self._flat[id(transform)] = transform, flat
        return known[1]

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Open a group without a name."""
        self.writer.start("g")

    def draw_path(self, gc: Any, path: Path, transform: Transform, rgbFace: Any = None) -> None:
        """Draw a path; one that shows nothing is left out."""
        if path.should_simplify or gc.get_hatch() or gc.get_url():
            super().draw_path(gc, path, transform, rgbFace)
            return
        clip = rgbFace is None
        data = self._convert_path(path, self._flipped(transform), clip, False, gc.get_sketch_params())
        clipped = "".join(f' {name}="{value}"' for name, value in self._get_clip_attrs(gc).items())
        style = self._get_style(gc, rgbFace)
        if clipped or style != UNSEEN:
            self.writer.lines.append(f'<path d="{tidy(data)}"{clipped} style="{style}"/>')

    def draw_path_collection(
        self,
        gc: Any,
        master_transform: Transform,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Transform,
        facecolors: Any,
        edgecolors: Any,
        linewidths: Any,
        linestyles: Any,
        *others: Any,
        **hatching: Any,
    ) -> None:
        """Draw paths; lines that all look alike, as those of a hatching, one after the other."""
        looks = edgecolors, linewidths, linestyles
        moved = len(all_transforms) or len(offsets) != 1 or offset_trans.transform(offsets).any()
        if moved or len(facecolors) or any(len(look) != 1 for look in looks) or gc.get_hatch():
            filled = all_transforms, offsets, offset_trans, facecolors
            super().draw_path_collection(gc, master_transform, paths, *filled, *looks, *others, **hatching)
            return
        alike = self.new_gc()
        alike.copy_properties(gc)
        alike.set_foreground(edgecolors[0])
        alike.set_linewidth(linewidths[0])
        alike.set_dashes(*linestyles[0])
        for path in paths:
            self.draw_path(alike, path, master_transform)

    def draw_markers(
        self,
        gc: Any,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        """Draw marks; what those that look alike share is looked up."""
        look = id(marker_path), marker_trans.get_matrix().tobytes(), self._get_style(gc, rgbFace)
        places = self._placed(path, trans)
        if look not in self._marks or not places or gc.get_url():
            super().draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
            name = re.match('<use xlink:href="(#[^"]*)"', self.writer.lines[-2])
            self._marks.update({look: (marker_path, name[1])} if name else {})
            return
        start = f'<use xlink:href="{self._marks[look][1]}"'
        self.writer.start("g", self._get_clip_attrs(gc))
        self.writer.lines += [f'{start} {spot(place)} style="{look[2]}"/>' for place in places]
        self.writer.end("g")

    def draw_text(
        self,
        gc: Any,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: bool | str = False,
        mtext: Text | None = None,
    ) -> None:
        """Write a line of text; where it stands alone, at its anchor."""
        if ismath or angle or mtext is None or gc.get_url():
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        clip = self._get_clip_attrs(gc)
        if clip:
            self.writer.start("g", clip)
        across, up = mtext.get_transform().transform(mtext.get_unitless_position())
        down = self.height - up
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        self.write(s, across, down + (y - down), prop, (*gc.get_rgb()[:3], alpha), mtext.get_ha())
        if clip:
            self.writer.end("g")

    def write(
        self, text: str, x: float, y: float, font: FontProperties, colour: tuple[float, ...], side: str
    ) -> None:
        """Write a line of text at its anchor, from the upper left corner."""
        style = _type_style(font.get_size(), font.get_weight(), font.get_style(), colour, ANCHORS[side])
        self.writer.lines.append(f'<text style="{style}" {spot((x, y))}>{escape(text)}</text>')

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: bool | str) -> Any:
        """Measure a text, once for all drawings."""
        return _measured(s, prop, ismath)

    def _placed(self, path: Path, transform: Transform) -> list[tuple[float, float]]:
        return self.places(path.vertices.tolist(), transform) if path.codes is None else []

    def _flipped(self, transform: Transform) -> np.ndarray:
        matrix = transform.get_affine().get_matrix().copy()
        matrix[1] *= -1
        matrix[1, 2] += self.height
        return matrix

    def _get_clip_attrs(self, gc: GraphicsContextBase) -> dict[str, str]:
        box = gc.get_clip_rectangle()
        if box is None or gc.get_clip_path()[0] is not None:
            return super()._get_clip_attrs(gc)
        if id(box) not in self._clips:
            self._clips[id(box)] = box, super()._get_clip_attrs(gc)
        return self._clips[id(box)][1]

    def _get_style(self, gc: GraphicsContextBase, rgbFace: Any) -> str:
        if gc.get_hatch() is not None:
            return super()._get_style(gc, rgbFace)
        offset, dashes = gc.get_dashes()
        face = None if rgbFace is None else tuple(rgbFace)
        alpha = gc.get_alpha() if gc.get_forced_alpha() else None
        ends = gc.get_joinstyle(), gc.get_capstyle()
        look = face, alpha, offset, dashes and tuple(dashes), gc.get_linewidth(), gc.get_rgb(), *ends
        if look not in self._styles:
            self._styles[look] = tidy(super()._get_style(gc, rgbFace))
        return self._styles[look]


@lru_cache(4096)
def _measured(text: str, prop: FontProperties, ismath: bool | str) -> tuple[float, float, float]:
    return _ruler().get_text_width_height_descent(text, prop, ismath)


@cache
def _ruler() -> Ruler:
    return Ruler()


@lru_cache(1024)
def _type_style(size: float, weight: str | int, slant: str, colour: tuple[float, ...], anchor: str) -> str:
    heavy = weight_dict.get(weight, weight)
    style = {
        "font-style": slant if slant != "normal" else "",
        "font-weight": f"{heavy}" if heavy != 400 else "",
        "font-size": f"{number(size)}px",
        "text-anchor": anchor,
        "fill": to_hex(colour) if tuple(colour[:3]) != (0, 0, 0) else "",
        "opacity": number(colour[3]) if colour[3] != 1 else "",
    }
    return "; ".join(f"{name}: {value}" for name, value in style.items() if value)


def _attributes(given: dict[str, str]) -> str:
    if not given:
        return ""
    return "".join([f" {name}={quoteattr(tidy(value))}" for name, value in given.items() if value])
