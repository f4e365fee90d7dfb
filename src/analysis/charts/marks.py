"""How is one estimate drawn? Dots, intervals, hatching, benchmarks and axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.charts import theme
from analysis.charts.lettering import centred, spread, write
from analysis.charts.results import Writer
from analysis.charts.shapes import Hatching, Stroke, alike, block

__all__ = [
    "INK",
    "bare_axes",
    "benchmark_line",
    "centred",
    "dot",
    "hatched",
    "last_name",
    "nice_ticks",
    "peer_band",
    "spread",
    "stroke",
    "value_axis",
    "whisker",
    "write",
]

KINDS = {
    "filled": ("o", "accent", "accent"),
    "hollow": ("o", "paper", "peer_line"),
    "alert": ("D", "alert", "alert"),
    "bridge": ("D", "accent", "accent"),
    "peer": ("o", "peer_line", "peer_line"),
    "plain": ("o", "ink2", "ink2"),
}
INK = {
    "filled": "accent",
    "hollow": "peer_line",
    "alert": "alert",
    "bridge": "accent",
    "peer": "peer_line",
    "plain": "ink2",
}

HATCHING = {"linewidths": 1.4, "capstyle": "butt", "clip_on": False, "zorder": 2, "gid": "hatching"}


def dot(
    ax: Axes, x: float, y: float, kind: str = "filled", radius: float = theme.DOT["normal"], rim: bool = False
) -> None:
    """Draw the dot of an estimate; its shape says what it is before its colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : float
        Data coordinates.
    kind : {"filled", "hollow", "alert", "bridge", "peer", "plain"}
        The client or established; not established; alert; a local bridge; peers; neutral.
    radius : float
        Units.
    rim : bool
        Draw a paper-coloured rim, for a dot on a band.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> dot(ax, 0.44, 1, "hollow")
    >>> ax.lines[0].get_gid(), ax.lines[0].get_marker()
    ('estimate', 'o')
    """
    shape, face, edge = KINDS[kind]
    stroke(
        ax,
        [x],
        [y],
        linestyle="none",
        marker=shape,
        markersize=2 * radius * (0.86 if shape == "D" else 1) - (theme.DOT["rim"] if kind == "hollow" else 0),
        markerfacecolor=theme.COLOUR[face],
        markeredgecolor=theme.COLOUR["paper" if rim and kind != "hollow" else edge],
        markeredgewidth=theme.DOT["rim"] if rim or kind == "hollow" else 0,
        clip_on=False,
        zorder=5,
        gid="estimate",
    )


def stroke(ax: Axes, x: Sequence[float], y: Sequence[float], **style: Any) -> Line2D:
    """Draw one line as `ax.plot` does, without what it does for dates, words and several lines at once.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : sequence of float
        Data coordinates.
    **style
        As of `matplotlib.lines.Line2D`.

    Returns
    -------
    matplotlib.lines.Line2D

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> stroke(new_axes(), [0, 1], [2, 2], gid="interval").get_ydata().tolist()
    [2, 2]
    """
    line = alike(ax, Stroke, **style)
    line.set_data(np.asarray(x), np.asarray(y))
    ax.add_line(line)
    ax.autoscale(None)
    return line


def whisker(
    ax: Axes,
    place: float,
    low: float,
    high: float,
    *,
    role: str = "accent",
    vertical: bool = False,
    width: float = theme.LINE["interval"],
) -> None:
    """Draw the interval of an estimate as a line with round ends; nothing when a limit is missing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    place : float
        Where on the other axis.
    low, high : float
    role : str
        Colour.
    vertical : bool
        Draw along y.
    width : float
        Units.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> whisker(ax, 1, 0.41, 0.47)
    >>> whisker(ax, 2, None, 0.47)
    >>> [line.get_xdata().tolist() for line in ax.lines]
    [[0.41, 0.47]]
    """
    if pd.isna(low) or pd.isna(high):
        return
    along, across = [low, high], [place, place]
    stroke(
        ax,
        *((across, along) if vertical else (along, across)),
        color=theme.COLOUR[role],
        linewidth=width,
        solid_capstyle="round",
        clip_on=False,
        zorder=4,
        gid="interval",
    )


def hatched(ax: Axes, left: float, right: float, bottom: float, top: float) -> None:
    """Hatch a rectangle of the data: too few to be read.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its limits, place and height already set.
    left, right, bottom, top : float
        Data coordinates.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> hatched(ax, 0, 1, 0.4, 0.6)
    >>> ax.collections[0].get_gid()
    'hatching'
    """
    units = theme.in_units(ax)
    corners = units.inverted().transform(ax.transData.transform([(left, bottom), (right, top)]))
    (x0, x1), (y0, y1) = np.sort(corners[:, 0]), np.sort(corners[:, 1])
    step = 5 * np.sqrt(2)
    lines = []
    for offset in np.arange(ceil((x0 - y1) / step), floor((x1 - y0) / step) + 1) * step:
        start, end = max(x0, y0 + offset), min(x1, y1 + offset)
        if end > start:
            lines.append([(start, start - offset), (end, end - offset)])
    hatching = Hatching(lines, transform=units, colors=theme.COLOUR["hatch"], **HATCHING)
    ax.add_collection(hatching, autolim=False)


def benchmark_line(
    ax: Axes, value: float, bottom: float, top: float, *, vertical: bool = True, gid: str = "benchmark"
) -> None:
    """Draw a dashed benchmark.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    value : float
    bottom, top : float
        Ends, in data coordinates of the other axis.
    vertical : bool
        The value is on x.
    gid : str
        Name of the line for those who look it up.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> benchmark_line(ax, 0.44, 0, 3)
    >>> ax.lines[0].get_xydata().tolist()
    [[0.44, 0.0], [0.44, 3.0]]
    """
    across, along = [value, value], [bottom, top]
    stroke(
        ax,
        *((across, along) if vertical else (along, across)),
        color=theme.COLOUR["ink2"],
        linewidth=theme.LINE["benchmark"],
        linestyle=(0, (4 / theme.LINE["benchmark"], 3 / theme.LINE["benchmark"])),
        clip_on=False,
        zorder=3,
        gid=gid,
    )


def nice_ticks(low: float, high: float, most: int = 5) -> np.ndarray:
    """Choose round tick values that cover a range.

    Parameters
    ----------
    low, high : float
    most : int
        Most steps wanted.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> nice_ticks(0, 0.92).tolist(), nice_ticks(0, 885).tolist()
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0])
    """
    span = max(high - low, 1e-9)
    power = 10.0 ** floor(log10(span / most))
    step = next(power * m for m in (1, 2, 2.5, 5, 10, 20) if span / (power * m) <= most + 1e-9)
    return np.round(np.arange(floor(low / step + 1e-9), ceil(high / step - 1e-9) + 1) * step, 10)


def value_axis(
    ax: Axes, data: pd.DataFrame, writer: Writer, *, vertical: bool = False, extra: Sequence[float] = ()
) -> np.ndarray:
    """Give the value axis round ticks from 0, a light grid, and its unit once.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        Result table.
    writer : Writer
    vertical : bool
        Values run along y.
    extra : sequence of float
        Other values to show, such as benchmarks.

    Returns
    -------
    numpy.ndarray
        The ticks; the first and last are the limits of the axis.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> table = pd.DataFrame({"estimate": [0.44], "low": [0.41], "high": [0.47]})
    >>> value_axis(new_axes(), table, Writer("en")).tolist()
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    """
    values = np.concatenate([data["estimate"], data["low"], data["high"], np.asarray(extra, float)])
    values = values[np.isfinite(values)]
    top, bottom = max([*values, 0.0]), min([*values, 0.0])
    if top == bottom:
        top = 1.0
    share = writer.unit == "share" and bottom >= 0
    ticks = (
        np.array([0, 0.25, 0.5, 0.75, 1])
        if share and 0.6 < top <= 1
        else nice_ticks(bottom, top, 4 if theme.is_narrow(ax) else 5)
    )
    decimals = max(0, min(writer.decimals, _needed(ticks * (100 if writer.unit == "share" else 1))))
    scale = Writer(writer.language, writer.unit, decimals, writer.suffix)
    names = [*map(scale.short, ticks[:-1]), scale.full(ticks[-1])]
    axis = ax.yaxis if vertical else ax.xaxis
    axis.grid(True, color=theme.COLOUR["rule"], linewidth=theme.LINE["grid"], linestyle="-")
    ax.set_axisbelow(True)
    ax.tick_params(
        axis="y" if vertical else "x",
        length=0,
        labelsize=theme.TYPE["note"].screen,
        labelcolor=theme.COLOUR["ink3"],
    )
    axis.set_ticks(ticks, names)
    (ax.set_ylim if vertical else ax.set_xlim)(ticks[0], ticks[-1])
    return ticks


def last_name(ax: Axes) -> str:
    """Give what is written at the right end of the horizontal scale.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        From `value_axis`.

    Returns
    -------
    str

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax, table = new_axes(), pd.DataFrame({"estimate": [0.44], "low": [0.41], "high": [0.47]})
    >>> ticks = value_axis(ax, table, Writer("en"))
    >>> last_name(ax)
    '50%'
    """
    return ax.xaxis.get_major_formatter()(ax.get_xlim()[1])


def _needed(ticks: np.ndarray) -> int:
    return next(d for d in range(5) if d == 4 or np.allclose(ticks, np.round(ticks, d), atol=1e-9))


def bare_axes(ax: Axes) -> None:
    """Take every tick, label and spine away.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> bare_axes(ax)
    >>> len(ax.get_xticks()), ax.spines["left"].get_visible()
    (0, False)
    """
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)


def peer_band(ax: Axes, q1: float, median: float, q3: float, y: float) -> None:
    """Draw the middle half of the peers as a grey band and their median as a tick.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With y in units.
    q1, median, q3 : float
    y : float
        Middle of the band.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes()
    >>> peer_band(ax, 200, 300, 450, 20)
    >>> ax.patches[0].get_x(), ax.patches[0].get_width(), ax.lines[0].get_gid()
    (200, 250, 'median')
    """
    fill = {"facecolor": theme.COLOUR["peer"], "edgecolor": "none", "zorder": 2, "gid": "quartiles"}
    block(ax, (q1, y - 9), q3 - q1, 18, **fill)
    ink = {"color": theme.COLOUR["peer_line"], "linewidth": 2, "solid_capstyle": "butt", "zorder": 3}
    stroke(ax, [median, median], [y - 11, y + 11], gid="median", **ink)
