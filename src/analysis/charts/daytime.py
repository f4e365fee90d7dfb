"""At which hour of the day? Values by hour, one or two series side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.curves import breadth_of, curve, height_of, lay_curve
from analysis.charts.marks import INK, dot, spread, write
from analysis.charts.results import Unit, Writer, level_labels, result_table, sentences
from analysis.errors import DataError

__all__ = [
    "alt_hours",
    "hours",
]


def hours(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    hour: str = "hour",
    series: str | None = None,
    language: str | None = None,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw a value by hour of the day, one or two series side by side.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: `hour` (0 to 23) and `estimate`, with `low, high, n` where known.
    ax : matplotlib.axes.Axes
    hour : str
        Column of hours.
    series : str, optional
        Column that tells two series apart; the first in the table is drawn hollow, the second filled.
    language : {"fr", "en"}, optional
    unit : {"share", "number"}
    decimals : int
    suffix : str
    labels : mapping, optional
        Series to name.

    Returns
    -------
    matplotlib.axes.Axes
        Each series' highest hour carries its value; hours without data break the line.

    Raises
    ------
    DataError
        When the table is empty, lacks a column, holds an hour twice, an impossible hour or over two series.
    ParameterError
        When the language is not known.

    Notes
    -----
    The best hour of 24 is high partly by chance: read it with its interval, and never as a cause.
    Cleveland, W. S. (1985), *The Elements of Graphing Data*, for time series.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"hour": [8, 9, 10], "estimate": [120.0, 180.0, 90.0]})
    >>> ax = hours(result, new_axes())
    """
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data, names = _by_hour(estimates, hour, series, writer.language, labels)
    lay_curve(ax, data, writer, right=14)
    ax.set_xlim(-0.5, 23.5)
    _hour_ticks(ax, writer.language)
    kinds = ["filled"] if len(names) == 1 else ["hollow", "filled"]
    for i, (name, kind) in enumerate(zip(names, kinds, strict=False)):
        shift = 0.0 if len(names) == 1 else (-0.13, 0.13)[i]
        curve(ax, data.loc[data["name"] == name], kind, shift, radius=3.2)
    _peaks(ax, data, names, kinds, writer)
    if series is not None:
        _series_key(ax, names, kinds)
    return ax


def _by_hour(
    estimates: pd.DataFrame, hour: str, series: str | None, language: str, labels: Mapping[Any, str] | None
) -> tuple[pd.DataFrame, list[str]]:
    data = result_table(estimates, [hour, "estimate", *([series] if series else [])], "hours")
    values = pd.to_numeric(data[hour], errors="coerce")
    wrong = data.loc[~values.isin(range(24)), hour]
    if len(wrong):
        raise DataError(f'The chart "hours" needs hours from 0 to 23, but "{hour}" holds {wrong.iloc[0]}.')
    names = level_labels(data, series, language, labels) if series else [""] * len(data)
    data = data.assign(x=values.astype(int), name=names).sort_values("x", kind="stable")
    order = list(dict.fromkeys(names))
    if len(order) > 2:
        raise DataError(f'The chart "hours" sets two series side by side; "{series}" holds {len(order)}.')
    if data.duplicated(["name", "x"]).any():
        raise DataError(
            f'The chart "hours" has the hour {data.loc[data.duplicated(["name", "x"]), "x"].iloc[0]} twice.'
        )
    if data["estimate"].notna().sum() == 0:
        raise DataError('The chart "hours" has no value to draw: every hour is missing.')
    return data.reset_index(drop=True), order


def _hour_ticks(ax: Axes, language: str) -> None:
    shown = range(0, 24, 6 if theme.is_narrow(ax) else 3)
    ax.set_xticks(list(shown), [words.word("chart.hour_tick", language, hour=h) for h in shown])
    ax.tick_params(axis="x", labelsize=theme.TYPE["note"].screen, labelcolor=theme.COLOUR["ink3"])


def _peaks(ax: Axes, data: pd.DataFrame, names: list[str], kinds: list[str], writer: Writer) -> None:
    """Name the highest hour of each series above the drawing, side by side when they are close."""
    best = [data.loc[data.loc[data["name"] == name, "estimate"].idxmax()] for name in names]
    size, top = theme.TYPE["value"].screen, ax.get_ylim()[1]
    per_unit = np.ptp(ax.get_xlim()) / breadth_of(ax)
    colon = " :" if writer.language == "fr" else ":"
    hours = [words.word("chart.hour_tick", writer.language, hour=row["x"]) for row in best]
    texts = [
        words.typeset(f"{hour}{colon} {writer.full(row['estimate'])}", writer.language)
        for hour, row in zip(hours, best, strict=True)
    ]
    widths = [(theme.text_width(text, size, True) + 12) * per_unit for text in texts]
    middles = [row["x"] for row in best]
    if len(best) == 2:
        gap = sum(widths) / 2
        limits = ax.get_xlim()[0] + widths[0] / 2, ax.get_xlim()[1] + 12 * per_unit - widths[1] / 2
        middles = spread(middles, gap, *limits).tolist()
    for row, text, width, middle, kind in zip(best, texts, widths, middles, kinds, strict=False):
        inside = min(max(middle, ax.get_xlim()[0] + width / 2), ax.get_xlim()[1] + 12 * per_unit - width / 2)
        start = row["high"] if np.isfinite(row["high"]) else row["estimate"]
        colour = theme.COLOUR[INK[kind]]
        ax.plot(
            [row["x"], inside],
            [start, top],
            color=colour,
            linewidth=0.8,
            clip_on=False,
            zorder=2,
            gid="leader",
        )
        write(ax, inside, top, text, dy=9, ha="center", size="value", bold=True, role=INK[kind])


def _series_key(ax: Axes, names: list[str], kinds: list[str]) -> None:
    per_unit = np.ptp(ax.get_xlim()) / breadth_of(ax)
    x, y = ax.get_xlim()[0] + 6 * per_unit, ax.get_ylim()[0] - 34 * np.ptp(ax.get_ylim()) / height_of(ax)
    for name, kind in zip(names, kinds, strict=False):
        dot(ax, x, y, kind, radius=4)
        write(ax, x, y, name, dx=9, role=INK[kind], bold=kind == "filled")
        x += (theme.text_width(name, theme.TYPE["label"].screen, kind == "filled") + 34) * per_unit


def alt_hours(
    estimates: pd.DataFrame,
    *,
    language: str,
    hour: str = "hour",
    series: str | None = None,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `hours` shows: the highest and lowest hour of each series.

    Parameters
    ----------
    estimates, language, hour, series, unit, decimals, suffix, labels
        As given to `hours`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `hours`.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"hour": [2, 19], "estimate": [163.91, 442.37]})
    >>> alt_hours(result, language="en", decimals=2, n="7,050 posts")
    'Line by hour of the day. Highest 19:00 442.37, lowest 2:00 163.91. 7,050 posts.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data, names = _by_hour(estimates, hour, series, language, labels)
    parts = []
    for name in names:
        shown = data.loc[(data["name"] == name) & data["estimate"].notna()]
        ends = {"alt.highest": shown["estimate"].idxmax(), "alt.lowest": shown["estimate"].idxmin()}
        said = [
            words.word(
                key,
                language,
                label=words.word("chart.hour_tick", language, hour=shown["x"][place]),
                value=writer.full(shown["estimate"][place]),
            )
            for key, place in ends.items()
        ]
        colon = " : " if language == "fr" else ": "
        parts.append((f"{name}{colon}" if name else "") + ", ".join(said))
    return sentences([words.word("alt.hours", language), *parts, n], language)
