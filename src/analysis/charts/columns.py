"""How many firms use none, one, two or more? Columns with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import hatched, value_axis, write
from analysis.charts.results import (
    Writer,
    level_labels,
    number_of,
    one_row_each,
    result_table,
    rows_of,
    sentences,
    too_few,
)
from analysis.charts.rows import in_order, withheld
from analysis.charts.shapes import block

__all__ = [
    "alt_distribution",
    "distribution",
]


def distribution(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    value: str = "platforms",
    language: str | None = None,
    decimals: int = 0,
    highlight: Any = None,
    axis_label: str | None = None,
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw the share of firms at each value of a count, for example the number of platforms used.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: the value and `estimate, low, high, n`, shares between 0 and 1.
    ax : matplotlib.axes.Axes
    value : str
        Column of the values, drawn in increasing order.
    language : {"fr", "en"}, optional
    decimals : int
    highlight : object or list, optional
        Values in the accent colour; by default none.
    axis_label : str, optional
        What is counted.
    labels : mapping, optional
        Value to name.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Notes
    -----
    A column whose interval is wide may be higher than its neighbour by chance.
    Cleveland, W. S. (1985), *The Elements of Graphing Data*: bars start at zero.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"platforms": [0, 1], "estimate": [0.6, 0.4], "low": [0.5, 0.3],
    ...                        "high": [0.7, 0.5], "n": [90, 90]})
    >>> ax = distribution(result, new_axes())
    """
    writer = Writer(theme.language_of(ax, language), "share", decimals)
    data = one_row_each(result_table(estimates, [value, "estimate"], "distribution"), value, "distribution")
    data = in_order(data, "table")
    data = data.sort_values(value, kind="stable").reset_index(drop=True)
    _lay_columns(ax, data, value, writer, labels)
    several = isinstance(highlight, list | tuple | set)
    wanted = set(highlight) if several else {highlight}
    for row, level in zip(rows_of(data), data[value], strict=True):
        _column(ax, row, "accent" if level in wanted else "peer", writer)
    left, right = ax.get_xlim()
    ax.plot(
        [left, right], [0, 0], color=theme.COLOUR["ink2"], linewidth=1, clip_on=False, zorder=3, gid="zero"
    )
    text = words.typeset(
        axis_label or words.label("chart", "platforms_used", writer.language), writer.language
    )
    write(ax, 0.5, 0, text, dy=-30, size="note", role="ink3", ha="center", coords="axes fraction")
    return ax


def _lay_columns(
    ax: Axes, data: pd.DataFrame, value: str, writer: Writer, labels: Mapping[Any, str] | None
) -> None:
    narrow = theme.is_narrow(ax)
    theme.set_height(ax, 220 if narrow else 248)
    value_axis(ax, data, writer, vertical=True)
    note = theme.TYPE["note"].screen
    left = max(theme.text_width(tick.get_text(), note) for tick in ax.get_yticklabels()) + 12
    theme.frame(ax, left=left, right=4, top=22, bottom=44)
    names = level_labels(data, value, writer.language, labels)
    room = (theme.width_of(ax) - left - 4) / len(data) - 4
    ax.set_xlim(-0.5, len(data) - 0.5)
    ax.set_xticks(range(len(data)), [theme.wrap(name, room, note) for name in names])
    ax.tick_params(axis="x", labelsize=note + (0 if narrow else 1), labelcolor=theme.COLOUR["ink2"])


def _column(ax: Axes, row: Any, role: str, writer: Writer) -> None:
    x, half = row.Index, 0.36
    if withheld(row):
        hatched(ax, x - half, x + half, 0, ax.get_ylim()[1] * 0.08)
        text = words.word("chart.n_below", writer.language, n=5) if row.n < 5 else words.MISSING
        write(ax, x, ax.get_ylim()[1] * 0.08, text, dy=8, size="note", role="ink3", ha="center")
        return
    few = too_few(row)
    if few:
        hatched(ax, x - half, x + half, 0, row.estimate)
    block(
        ax,
        (x - half, 0),
        2 * half,
        row.estimate,
        facecolor="none" if few else theme.COLOUR[role],
        edgecolor=theme.COLOUR["hatch"] if few else "none",
        linewidth=theme.LINE["hairline"] if few else 0,
        zorder=2,
        gid="estimate",
    )
    top = row.estimate
    if np.isfinite(row.low) and np.isfinite(row.high):
        top = row.high
        ax.plot(
            [x, x],
            [row.estimate, row.high],
            color=theme.COLOUR["ink"],
            linewidth=1.5,
            zorder=4,
            gid="interval",
        )
        inner = "paper" if role == "accent" and not few else "ink"
        ax.plot(
            [x, x],
            [row.low, row.estimate],
            color=theme.COLOUR[inner],
            linewidth=1.5,
            zorder=4,
            gid="interval",
        )
    bold = {"bold": not few, "role": "ink3" if few else "accent" if role == "accent" else "ink2"}
    write(ax, x, top, writer.value(row.estimate), dy=9, size="value", ha="center", **bold)


def alt_distribution(
    estimates: pd.DataFrame,
    *,
    language: str,
    value: str = "platforms",
    decimals: int = 0,
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `distribution` shows: the share at each value.

    Parameters
    ----------
    estimates, value, language, decimals, labels
        As given to `distribution`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"platforms": [0, 1], "estimate": [0.6, 0.4]})
    >>> alt_distribution(result, language="en", n="90 firms")
    'Columns with intervals. 0: 60%, 1: 40%. 90 firms.'
    """
    writer = Writer(words.check_language(language), "share", decimals)
    data = result_table(estimates, [value, "estimate"], "distribution").sort_values(value, kind="stable")
    data = data.assign(shown=number_of(data["estimate"]))
    colon = " : " if language == "fr" else ": "
    names = level_labels(data, value, language, labels)
    parts = [f"{name}{colon}{writer.full(share)}" for name, share in zip(names, data["shown"], strict=True)]
    return sentences([words.word("alt.distribution", language), ", ".join(parts), n], language)
