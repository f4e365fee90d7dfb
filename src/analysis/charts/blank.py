"""What does an empty drawing cost? Axes that make and measure only what is going to be drawn."""

from __future__ import annotations

import pickle
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Tick, XAxis, YAxis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cbook import CallbackRegistry
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox, Transform, TransformedBbox

__all__ = ["BlankAxes", "Ground", "copied", "opened", "twin", "unchanged"]

MADE = ("majorTicks", "minorTicks")
SIDES = {"x": ("bottom", "top"), "y": ("left", "right")}
PARTS = ("tick1line", "tick2line", "gridline", "label1", "label2")


def opened(kind: type[Axes], width: float, height: float) -> Axes:
    """Open axes over the whole of a drawing.

    Parameters
    ----------
    kind : type
        `BlankAxes`, or matplotlib's own.
    width, height : float
        Units.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> opened(Axes, 350, 300).figure.get_size_inches().tolist() == [350 / 72, 300 / 72]
    True
    """
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
    FigureCanvasAgg(figure)
    return figure.add_axes(kind(figure, (0, 0, 1, 1)))


def copied(kind: type[Axes], width: float, height: float) -> Axes:
    """Open the same axes as `opened`, as a copy of those opened first.

    Parameters
    ----------
    kind, width, height
        As in `opened`.

    Returns
    -------
    matplotlib.axes.Axes

    Notes
    -----
    Settings of matplotlib are those in force the first time: only for drawings that all have the same.

    Examples
    --------
    >>> copied(Axes, 350, 300).figure.get_size_inches().tolist() == [350 / 72, 300 / 72]
    True
    """
    figure = pickle.loads(_model(kind)[1])
    FigureCanvasAgg(figure)
    figure.set_size_inches(width / 72, height / 72)
    return figure.axes[0]


@cache
def _model(kind: type[Axes]) -> tuple[Figure, bytes]:
    """Keep the first drawing beside its copy: its transforms are known by addresses nothing else may come to have."""
    figure = opened(kind, 1, 1).figure
    return figure, pickle.dumps(figure)


def unchanged(ax: Axes) -> bool:
    """Say whether matplotlib is set as it was for a drawing in the theme: what is kept then suits the next one.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    bool
        False where the drawing is not in the theme.

    Examples
    --------
    >>> unchanged(opened(Axes, 350, 300))
    False
    """
    return dict.__eq__(mpl.rcParams, getattr(ax, "settings", None)) is True


def twin(model: Artist) -> Any:
    """Copy an artist that looks as another does.

    Parameters
    ----------
    model : matplotlib.artist.Artist
        A line, a rectangle or a text.

    Returns
    -------
    matplotlib.artist.Artist
        On the same axes, where the model is on any.

    Examples
    --------
    >>> model = Line2D([0], [1], color="red")
    >>> one = twin(model)
    >>> one.set_color("blue")
    >>> model.get_color(), one.get_color()
    ('red', 'blue')
    """
    made = object.__new__(type(model))
    vars(made).update(vars(model), _callbacks=CallbackRegistry(signals=["pchanged"]))
    if isinstance(made, Text):
        made._fontproperties = model.get_fontproperties().copy()
    return made


class _Unmade:
    """Begin a list of ticks with none; matplotlib begins it with one, which tells the spines where they are."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, axis: Any, owner: type | None = None) -> list[Tick]:
        if self.name not in axis.__dict__:
            for side in SIDES[axis.axis_name]:
                axis.axes.spines[side].get_spine_transform()
            axis.__dict__[self.name] = []
        return axis.__dict__[self.name]


class _Late:
    """Leave ticks unmade while they are only told how to look; matplotlib makes some at each such word."""

    majorTicks, minorTicks = _Unmade(), _Unmade()

    def set_clip_path(self, path: Any, transform: Any = None) -> None:
        """Clip the ticks there are; `_get_tick` clips those to come."""
        Artist.set_clip_path(self, path, transform)
        for name in MADE:
            for tick in self.__dict__.get(name, ()):
                tick.set_clip_path(path, transform)
        self.stale = True

    def set_tick_params(self, which: str = "major", reset: bool = False, **looks: Any) -> None:
        """Tell the ticks there are how to look; the axis remembers it for those to come."""
        unmade = [] if reset else [name for name in MADE if name not in self.__dict__]
        self.__dict__.update({name: [] for name in unmade})
        try:
            super().set_tick_params(which, reset, **looks)
        finally:
            for name in unmade:
                self.__dict__.pop(name, None)

    def draw(self, renderer: Any) -> None:
        """Draw the ticks; without a name of the scale, nothing has to be measured to place it."""
        if not self.get_visible():
            return
        ticks = self._update_ticks()
        if self.label.get_text() or self.major.formatter.get_offset():
            super().draw(renderer)
            return
        renderer.open_group("axis", gid=self.get_gid())
        for tick in ticks:
            tick.draw(renderer)
        renderer.close_group("axis")
        self.stale = False

    def _get_tick(self, major: bool) -> Tick:
        tick = super()._get_tick(major)
        tick.set_clip_path(self.axes.patch)
        return tick

    def get_major_ticks(self, numticks: int | None = None) -> list[Tick]:
        """Make the first ticks as copies of one; matplotlib makes each, then tells it to look as the first."""
        if numticks and not self.majorTicks:
            first = super().get_major_ticks(1)[0]
            self.majorTicks += [_another(first) for _ in range(numticks - 1)]
        return super().get_major_ticks(numticks)

    def _get_ticks_position(self) -> Any:
        for name in MADE:
            if not getattr(self, name):
                first = self._get_tick(name == "majorTicks")
                getattr(self, name).append(first)
        return super()._get_ticks_position()


def _another(tick: Tick) -> Tick:
    made = twin(tick)
    vars(made).update({part: twin(getattr(tick, part)) for part in PARTS})
    return made


class _LateX(_Late, XAxis):
    """The horizontal scale."""


class _LateY(_Late, YAxis):
    """The vertical scale."""


class Ground(Rectangle):
    """Hold the transform and the box of the ground of axes, which everything drawn on them asks for."""

    def set_transform(self, transform: Transform) -> None:
        """Take the transform of the axes."""
        super().set_transform(transform)
        self._whole = Rectangle.get_transform(self)
        self.box = TransformedBbox(Bbox.unit(), self._whole)

    def get_transform(self) -> Transform:
        """Give the transform made once."""
        return self._whole if self.is_transform_set() else Rectangle.get_transform(self)


class BlankAxes(Axes):
    """Open axes as matplotlib does, at half the cost and to the same drawing.

    Notes
    -----
    The limits of the data (`dataLim`) are measured when the view is fitted to them: never, when a chart
    sets the limits of its scales itself.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> ax = figure.add_axes(BlankAxes(figure, (0, 0, 1, 1)))
    >>> "majorTicks" in vars(ax.xaxis), len(ax.xaxis.get_major_ticks(3))
    (False, 3)
    """

    def _init_axis(self) -> None:
        self._unmeasured: list[Line2D | Patch] = []
        self.xaxis, self.yaxis = _LateX(self, clear=False), _LateY(self, clear=False)
        for axis, sides in ((self.xaxis, SIDES["x"]), (self.yaxis, SIDES["y"])):
            for side in sides:
                self.spines[side].register_axis(axis)

    def autoscale_view(self, tight: bool | None = None, scalex: bool = True, scaley: bool = True) -> None:
        """Fit the view to the data, where a scale still asks for it."""
        if (scalex and self.get_autoscalex_on()) or (scaley and self.get_autoscaley_on()):
            waiting, self._unmeasured = self._unmeasured, []
            for artist in waiting:
                measure = (
                    super()._update_line_limits
                    if isinstance(artist, Line2D)
                    else super()._update_patch_limits
                )
                measure(artist)
            super().autoscale_view(tight, scalex, scaley)

    def _update_line_limits(self, line: Line2D) -> None:
        self._unmeasured.append(line)

    def _update_patch_limits(self, patch: Patch) -> None:
        self._unmeasured.append(patch)

    def _gen_axes_patch(self) -> Patch:
        return Ground((0, 0), 1, 1)
