"""How does a drawing become a picture? Its frame, the width of its words, SVG and PNG; all tokens of the theme."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, Transform

from analysis.charts.blank import BlankAxes, copied, opened
from analysis.charts.pen import written
from analysis.charts.ruler import SIZE, extent
from analysis.charts.tokens import (
    COLOUR,
    DOT,
    GRID,
    LINE,
    NARROW,
    PALETTE,
    SANS,
    SANS_PRINT,
    SERIF,
    SERIF_PRINT,
    STYLE,
    TYPE,
    WIDE,
    TypeSize,
    contrast,
    css_variables,
    recolour,
)
from analysis.language import check_language

__all__ = [
    "COLOUR",
    "DOT",
    "GRID",
    "LINE",
    "NARROW",
    "PALETTE",
    "SANS",
    "SANS_PRINT",
    "SERIF",
    "SERIF_PRINT",
    "STYLE",
    "TYPE",
    "WIDE",
    "TypeSize",
    "contrast",
    "css_variables",
    "draw_png",
    "draw_svg",
    "frame",
    "in_units",
    "is_narrow",
    "language_of",
    "new_axes",
    "recolour",
    "set_height",
    "text_width",
    "width_of",
    "wrap",
]


def new_axes(width: float = WIDE, height: float = 300, language: str = "fr") -> Axes:
    """Open an empty drawing of the given size, without touching pyplot.

    Parameters
    ----------
    width, height : float
        Units; one unit is one CSS pixel on a page and one point in a file.
    language : {"fr", "en"}
        What the labels are written in.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> width_of(new_axes(350))
    350.0
    """
    ax = opened(BlankAxes, width, height)
    ax.language = check_language(language)
    return ax


def language_of(ax: Axes, language: str | None = None) -> str:
    """Say in which language a drawing is labelled: the one asked for, else that of the drawing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    language : {"fr", "en"}, optional

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> language_of(new_axes(language="en"))
    'en'
    """
    return check_language(language or getattr(ax, "language", "fr"))


def width_of(ax: Axes) -> float:
    """Give the width of a drawing in units.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    float

    Examples
    --------
    >>> width_of(new_axes(680))
    680.0
    """
    return round(float(ax.figure.get_figwidth() * 72), 3)


def is_narrow(ax: Axes) -> bool:
    """Say whether the drawing is for a phone.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    bool
        True below 440 units.

    Examples
    --------
    >>> is_narrow(new_axes(350)), is_narrow(new_axes(680))
    (True, False)
    """
    return width_of(ax) < 440


def set_height(ax: Axes, units: float) -> None:
    """Set the height of the whole drawing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    units : float
        Rounded up to the base step of 4 units, so that stacked figures keep a common rhythm.

    Examples
    --------
    >>> ax = new_axes()
    >>> set_height(ax, 201)
    >>> round(float(ax.figure.get_figheight() * 72))
    204
    """
    step = GRID["step"]
    ax.figure.set_figheight(-(-units // step) * step / 72)


def frame(ax: Axes, *, left: float, right: float, top: float, bottom: float) -> None:
    """Place the plotting area inside its margins and take away the box around it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    left, right, top, bottom : float
        Margins in units, measured from the edges of the drawing.

    Examples
    --------
    >>> ax = new_axes(400, 200)
    >>> frame(ax, left=100, right=0, top=0, bottom=50)
    >>> [round(float(side), 2) for side in ax.get_position().bounds]
    [0.25, 0.25, 0.75, 0.75]
    """
    width, height = ax.figure.get_size_inches() * 72
    ax.set_position(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    ax.set_facecolor("none")
    ax.tick_params(length=0, pad=6)
    for spine in ax.spines.values():
        spine.set_visible(False)


def in_units(ax: Axes) -> Transform:
    """Give the transform whose coordinates are units from the lower left corner of the drawing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.transforms.Transform
        Valid once the height is set.

    Examples
    --------
    >>> ax = new_axes(400, 200)
    >>> ax.figure.transFigure.inverted().transform(in_units(ax).transform((100, 50))).round(2).tolist()
    [0.25, 0.25]
    """
    width, height = ax.figure.get_size_inches() * 72
    return Affine2D().scale(1 / width, 1 / height) + ax.figure.transFigure


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Measure a line of text in DejaVu Sans, the widest face it may be shown in.

    Parameters
    ----------
    text : str
    size : float
        Units.
    bold : bool

    Returns
    -------
    float
        Units. Several lines count as their longest.

    Examples
    --------
    >>> text_width("mm", 11) > text_width("ii", 11)
    True
    """
    return max([extent(line, bold)[0] for line in text.split("\n")]) / 64 * (size / SIZE)


def wrap(text: str, width: float, size: float, bold: bool = False) -> str:
    """Break a text into lines no wider than asked, at ordinary spaces only.

    Parameters
    ----------
    text : str
    width, size : float
        Units.
    bold : bool

    Returns
    -------
    str
        A single word wider than the width keeps its own line, whole.

    Examples
    --------
    >>> wrap("Hôtels et restaurants", 80, 11)
    'Hôtels et\\nrestaurants'
    """
    lines = [""]
    for piece in text.split(" "):
        longer = f"{lines[-1]} {piece}".strip(" ")
        if lines[-1] and text_width(longer, size, bold) > width:
            lines.append(piece)
        else:
            lines[-1] = longer
    return "\n".join(lines)


@cache
def _style() -> dict[str, object]:
    """Give every setting of matplotlib, checked once: its own defaults, and the theme's in their place."""
    own = mpl.RcParams({key: value for key, value in mpl.rcParamsDefault.items() if key != "backend"})
    own.update(STYLE)
    return dict(own)


@contextmanager
def _styled() -> Iterator[None]:
    """Set what `_style` gives, and put back what was set; matplotlib's own way looks every setting up anew."""
    before = {key: dict.__getitem__(mpl.rcParams, key) for key in _style()}
    mpl.rcParams._update_raw(_style())
    try:
        yield
    finally:
        mpl.rcParams._update_raw(before)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the collector of memory rest for one drawing: it makes many objects, and leaves few."""
    resting = not gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not resting:
            gc.enable()


@contextmanager
def _drawn(draw: Callable[[Axes], object], width: float, height: float, language: str) -> Iterator[Figure]:
    with _uncollected(), _styled():
        ax = copied(BlankAxes, width, height)
        ax.language = check_language(language)
        ax.settings = {**_style(), "backend": dict.__getitem__(mpl.rcParams, "backend")}
        draw(ax)
        yield ax.figure


def draw_svg(
    draw: Callable[[Axes], object], width: float = WIDE, language: str = "fr", height: float | None = None
) -> str:
    """Draw a figure as SVG that is the same bytes each time and can sit in a page beside others.

    Parameters
    ----------
    draw : callable
        Takes an Axes and draws on it, for example `lambda ax: rates(result, ax, label="sector")`.
    width : float
        Units: 680 for a page, 350 for a phone.
    language : {"fr", "en"}
        What the labels are written in, unless the chart says otherwise.
    height : float, optional
        Units; each chart sets its own.

    Returns
    -------
    str
        An `<svg>` element: text as text, colours as the hexes of `PALETTE["light"]` inside style
        attributes, no date, no address, ids that no other drawing has.

    Raises
    ------
    ParameterError
        When the language is not known.

    Notes
    -----
    Draw each figure twice (680 and 350) rather than shrinking one: labels must stay 11 px.

    Examples
    --------
    >>> draw_svg(lambda ax: ax.plot([0, 1], [0, 1]), width=350).startswith('<svg xmlns="http')
    True
    """
    with _drawn(draw, width, height or 300, language) as figure:
        return written(figure, language)


def draw_png(
    draw: Callable[[Axes], object],
    width: float = WIDE,
    language: str = "fr",
    height: float | None = None,
    scale: float = 3,
) -> bytes:
    """Draw a figure as a PNG picture on paper white, for formats that take no SVG.

    Parameters
    ----------
    draw, width, language, height
        As in `draw_svg`.
    scale : float
        Pixels per unit.

    Returns
    -------
    bytes

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> draw_png(lambda ax: ax.plot([0, 1], [0, 1]), width=350, scale=1)[1:4]
    b'PNG'
    """
    with _drawn(draw, width, height or 300, language) as figure:
        out = io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(
            out, format="png", dpi=72 * scale, facecolor=COLOUR["paper"], metadata={"Software": None}
        )
    return out.getvalue()
