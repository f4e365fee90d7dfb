"""How is a value along time drawn? The frame of a curve, its line broken by gaps, its intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import theme
from analysis.charts.marks import INK, dot, hatched, value_axis, whisker
from analysis.charts.results import Writer, rows_of, too_few

__all__ = [
    "breadth_of",
    "curve",
    "height_of",
    "lay_curve",
]


def lay_curve(
    ax: Axes,
    data: pd.DataFrame,
    writer: Writer,
    *,
    extra: Sequence[float] = (),
    right: float,
    top: float = 24,
) -> None:
    """Frame a curve: values up the left from 0, room for the ticks of time below.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        From `result_table`.
    writer : Writer
    extra : sequence of float
        Other values the axis must hold.
    right, top : float
        Margins in units.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes(680)
    >>> lay_curve(ax, pd.DataFrame({"estimate": [3.0], "low": [2.0], "high": [9.0]}), Writer("en", "number"), right=20)
    >>> [float(limit) for limit in ax.get_ylim()]
    [0.0, 10.0]
    """
    theme.set_height(ax, 210 if theme.is_narrow(ax) else 240)
    value_axis(ax, data, writer, vertical=True, extra=extra)
    note = theme.TYPE["note"].screen
    left = max(theme.text_width(tick.get_text(), note) for tick in ax.get_yticklabels()) + 14
    theme.frame(ax, left=left, right=right, top=top, bottom=40)


def curve(ax: Axes, data: pd.DataFrame, kind: str, shift: float = 0.0, radius: float = 4.0) -> None:
    """Draw values along `x`, a whole number, joined where two that follow each other are known.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        From `result_table`, with `x`.
    kind : {"filled", "hollow"}
        Shape of the dots.
    shift : float
        Moved along x, so that two series do not hide each other.
    radius : float
        Of the dots, in units.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> data = pd.DataFrame({"x": [0, 1], "estimate": [3.0, 4.0], "low": [2.0, 3.0], "high": [4.0, 5.0], "flag": ""})
    >>> ax = new_axes()
    >>> curve(ax, data, "filled")
    >>> [line.get_gid() for line in ax.lines]
    ['line', 'interval', 'estimate', 'interval', 'estimate']
    """
    whole = data.set_index("x")["estimate"].reindex(range(int(data["x"].min()), int(data["x"].max()) + 1))
    ax.plot(
        whole.index + shift,
        whole.to_numpy(float),
        color=theme.COLOUR[INK[kind]],
        linewidth=theme.LINE["peer"],
        zorder=3,
        clip_on=False,
        gid="line",
    )
    for row in rows_of(data.loc[data["estimate"].notna()]):
        few = too_few(row)
        if few and np.isfinite(row.low) and np.isfinite(row.high):
            hatched(ax, row.x + shift - 0.18, row.x + shift + 0.18, row.low, row.high)
        else:
            whisker(ax, row.x + shift, row.low, row.high, role=INK[kind], vertical=True, width=1.6)
        dot(ax, row.x + shift, row.estimate, "hollow" if few else kind, radius=radius)


def height_of(ax: Axes) -> float:
    """Give the height of the plotting area in units.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    float

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes(400, 200)
    >>> theme.frame(ax, left=0, right=0, top=20, bottom=30)
    >>> round(height_of(ax))
    150
    """
    return float(ax.figure.get_figheight() * 72 * ax.get_position().height)


def breadth_of(ax: Axes) -> float:
    """Give the width of the plotting area in units.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    float

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = new_axes(400, 200)
    >>> theme.frame(ax, left=100, right=20, top=0, bottom=0)
    >>> round(breadth_of(ax))
    280
    """
    return float(theme.width_of(ax) * ax.get_position().width)
