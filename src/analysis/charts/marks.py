"""How is one estimate drawn? Dots, intervals, hatching, benchmarks, axes and the words beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.text import Annotation

from analysis import language as words
from analysis.charts import theme
from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = [
    "Writer",
    "bare_axes",
    "benchmark_line",
    "choose",
    "column_of",
    "dot",
    "hatched",
    "level_labels",
    "nice_ticks",
    "number_of",
    "result_table",
    "sentences",
    "spread",
    "too_few",
    "value_axis",
    "whisker",
    "why_flagged",
    "write",
]

Unit = Literal["share", "number"]
KINDS = {
    "filled": ("o", "accent", "accent"),
    "hollow": ("o", "paper", "peer_line"),
    "alert": ("D", "alert", "alert"),
    "peer": ("o", "peer_line", "peer_line"),
    "plain": ("o", "ink2", "ink2"),
}
INK = {"filled": "accent", "hollow": "peer_line", "alert": "alert", "peer": "peer_line", "plain": "ink2"}


@dataclass(frozen=True)
class Writer:
    """Write the values of one chart: shares as percentages, other numbers with their unit.

    Parameters
    ----------
    language : {"fr", "en"}
    unit : {"share", "number"}
        Shares are between 0 and 1.
    decimals : int
    suffix : str
        What follows a number, for example `h`.
    """

    language: str
    unit: Unit = "share"
    decimals: int = 0
    suffix: str = ""

    def short(self, value: Any, sign: bool = False) -> str:
        """Write a value without its unit."""
        if pd.isna(value):
            return words.MISSING
        return words.number(
            value * 100 if self.unit == "share" else value, self.language, self.decimals, sign
        )

    def value(self, value: Any) -> str:
        """Write a value without its unit, never as 0 when it is above 0."""
        text = self.short(value)
        if pd.isna(value) or value <= 0 or self.short(0) != text:
            return text
        least = 10.0**-self.decimals / (100 if self.unit == "share" else 1)
        return f"<\u00a0{self.short(least)}"

    def full(self, value: Any, sign: bool = False) -> str:
        """Write a value with its unit."""
        if pd.isna(value):
            return words.MISSING
        if self.unit == "share":
            return words.percent(value, self.language, self.decimals, sign)
        return self.short(value, sign) + (f"\u00a0{self.suffix}" if self.suffix else "")

    def span(self, low: Any, high: Any, form: Literal["range", "between"] = "range") -> str:
        """Write an interval in words, with its unit."""
        share = self.unit == "share"
        text = words.interval(low, high, self.language, self.decimals, percent=share, form=form)
        return f"{text}\u00a0{self.suffix}" if self.suffix and not share and text != words.MISSING else text

    def limits(self, low: Any, high: Any) -> str:
        """Write an interval as two bare numbers, for a column of figures."""
        if pd.isna(low) or pd.isna(high):
            return ""
        middle = {"fr": " à ", "en": " to "}[self.language]
        return self.short(low) + middle + self.short(high)

    def change(self, first: Any, last: Any) -> str:
        """Write a change: points between two shares, the unit otherwise."""
        if self.unit != "share":
            return self.full(last - first, sign=True)
        points = words.number((last - first) * 100, self.language, self.decimals, sign=True)
        plural = abs(round((last - first) * 100, self.decimals)) >= 2
        return f"{points}\u00a0{words.word('chart.points' if plural else 'chart.point', self.language)}"


def choose(given: str, allowed: Iterable[str], name: str) -> str:
    """Refuse a choice that is not offered.

    Parameters
    ----------
    given : str
    allowed : iterable of str
    name : str
        Name of the parameter.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the choice is not one of those allowed.

    Examples
    --------
    >>> choose("share", ("share", "number"), "unit")
    'share'
    """
    if given not in allowed:
        raise ParameterError(
            f'{name}="{given}" is not a choice.{did_you_mean(str(given), allowed)} Choices: {", ".join(allowed)}.'
        )
    return given


def result_table(estimates: pd.DataFrame, columns: Sequence[str], chart: str) -> pd.DataFrame:
    """Check that a table of results can be drawn, and give the part to draw with plain numbers.

    Parameters
    ----------
    estimates : pandas.DataFrame
        A result table.
    columns : sequence of str
        Columns the chart needs.
    chart : str
        Name of the chart, for the messages.

    Returns
    -------
    pandas.DataFrame
        A copy with a fresh index; `estimate, low, high, n` as floats where they exist (missing as NaN) and
        always a column `flag` of text.

    Raises
    ------
    DataError
        When the table is empty or lacks a column.

    Examples
    --------
    >>> result_table(pd.DataFrame({"estimate": [0.5]}), ["estimate"], "rates")["flag"].tolist()
    ['']
    """
    for column in columns:
        if column not in estimates:
            raise DataError(
                f'The chart "{chart}" needs a column "{column}".{did_you_mean(column, map(str, estimates.columns))} '
                f"The table has: {', '.join(map(str, estimates.columns)) or 'no column'}."
            )
    if not len(estimates):
        raise DataError(
            f'The chart "{chart}" has nothing to draw: its table of results has no row. '
            "Check the period, the filter or the export it was computed from."
        )
    numbers = [column for column in ("estimate", "se", "low", "high", "n") if column in estimates]
    return (
        estimates.reset_index(drop=True)
        .assign(**{column: lambda data, c=column: number_of(data[c]) for column in numbers})
        .assign(flag=lambda data: column_of(data, "flag").fillna("").astype(str))
        .assign(low=lambda data: number_of(column_of(data, "low")))
        .assign(high=lambda data: number_of(column_of(data, "high")))
        .assign(n=lambda data: number_of(column_of(data, "n")))
    )


def column_of(data: pd.DataFrame, name: str) -> pd.Series:
    """Give a column of a table, all missing when the table has none of that name.

    Parameters
    ----------
    data : pandas.DataFrame
    name : str

    Returns
    -------
    pandas.Series
    """
    return data[name] if name in data else pd.Series(pd.NA, index=data.index, dtype="object")


def number_of(values: pd.Series) -> pd.Series:
    """Turn a column into floats, missing as NaN.

    Parameters
    ----------
    values : pandas.Series

    Returns
    -------
    pandas.Series
    """
    return pd.to_numeric(values, errors="coerce").astype("Float64").to_numpy(float, na_value=np.nan)


def too_few(row: Any) -> bool:
    """Say whether a row of a result table must not be read: flagged as too small, imprecise or withheld.

    Parameters
    ----------
    row : namedtuple or Series
        With `flag` and `n`.

    Returns
    -------
    bool
    """
    return str(row.flag).startswith(("n<", "cv>", "suppressed"))


def why_flagged(row: Any, language: str) -> str:
    """Say in words why a row must not be read.

    Parameters
    ----------
    row : namedtuple or Series
        With `flag`.
    language : {"fr", "en"}

    Returns
    -------
    str
    """
    first = str(row.flag).replace(",", ";").split(";")[0].strip()
    return words.label("flag", first, language)


def level_labels(
    data: pd.DataFrame, column: str, language: str, labels: Mapping[Any, str] | None = None
) -> list[str]:
    """Name the levels of a grouping column in the reader's language.

    Parameters
    ----------
    data : pandas.DataFrame
    column : str
    language : {"fr", "en"}
    labels : mapping, optional
        Level to name, for example from the codebook; the catalogue of words comes next.

    Returns
    -------
    list of str
    """
    given = labels or {}
    return [
        words.typeset(str(given[level]), language)
        if not pd.isna(level) and level in given
        else words.label(column, level, language)
        for level in data[column]
    ]


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
    """
    box = {"facecolor": theme.COLOUR["paper"], "edgecolor": "none", "pad": 1.5} if ground else None
    return ax.annotate(
        text,
        (x, y),
        xycoords=coords,
        xytext=(dx, dy),
        textcoords="offset points",
        fontsize=theme.TYPE[size].screen,
        fontweight="bold" if bold else "normal",
        color=theme.COLOUR[role],
        ha=ha,
        va=va,
        bbox=box,
        annotation_clip=False,
        linespacing=1.15,
        zorder=6,
    )


def dot(
    ax: Axes, x: float, y: float, kind: str = "filled", radius: float = theme.DOT["normal"], rim: bool = False
) -> None:
    """Draw the dot of an estimate; its shape says what it is before its colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : float
        Data coordinates.
    kind : {"filled", "hollow", "alert", "peer", "plain"}
        The client or established; not established; alert; peers; neutral.
    radius : float
        Units.
    rim : bool
        Draw a paper-coloured rim, for a dot on a band.
    """
    shape, face, edge = KINDS[kind]
    ax.plot(
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
    """
    if pd.isna(low) or pd.isna(high):
        return
    along, across = [low, high], [place, place]
    ax.plot(
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
    ax.add_collection(
        LineCollection(
            lines,
            transform=units,
            colors=theme.COLOUR["hatch"],
            linewidths=1.4,
            capstyle="butt",
            clip_on=False,
            zorder=2,
            gid="hatching",
        ),
        autolim=False,
    )


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
    """
    across, along = [value, value], [bottom, top]
    ax.plot(
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
    axis.set_ticks(ticks, names)
    (ax.set_ylim if vertical else ax.set_xlim)(ticks[0], ticks[-1])
    axis.grid(True, color=theme.COLOUR["rule"], linewidth=theme.LINE["grid"], linestyle="-")
    ax.set_axisbelow(True)
    ax.tick_params(
        axis="y" if vertical else "x",
        length=0,
        labelsize=theme.TYPE["note"].screen,
        labelcolor=theme.COLOUR["ink3"],
    )
    return ticks


def _needed(ticks: np.ndarray) -> int:
    return next(d for d in range(5) if d == 4 or np.allclose(ticks, np.round(ticks, d), atol=1e-9))


def bare_axes(ax: Axes) -> None:
    """Take every tick, label and spine away.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    """
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)


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


def sentences(parts: Iterable[str], language: str) -> str:
    """Join the parts of a description into sentences, leaving empty ones out.

    Parameters
    ----------
    parts : iterable of str
    language : {"fr", "en"}

    Returns
    -------
    str

    Examples
    --------
    >>> sentences(["dots", "", "on 9 Sept."], "en")
    'Dots. On 9 Sept.'
    """
    said = [
        (part[0].upper() if part[1:2].isalpha() else part[0]) + part[1:] + ("" if part.endswith(".") else ".")
        for part in parts
        if part
    ]
    return words.typeset(" ".join(said), language)
