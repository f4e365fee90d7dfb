"""When does it happen? Values along periods and along the hours of the day, with gaps left as gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import (
    INK,
    Unit,
    Writer,
    benchmark_line,
    dot,
    hatched,
    level_labels,
    result_table,
    sentences,
    spread,
    too_few,
    value_axis,
    whisker,
    write,
)
from analysis.errors import DataError

__all__ = ["alt_hours", "alt_trend", "hours", "trend"]


def trend(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    period: str = "period",
    language: str | None = None,
    benchmark: float | None = None,
    benchmark_label: str | None = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
) -> Axes:
    """Draw a value period after period, with its interval.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: `period` (2025-Q4, 2025-11 or 2025, all of one kind) and `estimate, low, high, n`.
    ax : matplotlib.axes.Axes
    period : str
        Column of periods.
    language : {"fr", "en"}, optional
    benchmark : float, optional
        A value drawn as a dashed line.
    benchmark_label : str, optional
    unit : {"share", "number"}
    decimals : int
    suffix : str

    Returns
    -------
    matplotlib.axes.Axes
        A period that is absent or missing breaks the line (waves two years apart are joined: the step is
        the largest that all periods share); a flagged one is hollow on hatching.

    Raises
    ------
    DataError
        When the table is empty, lacks a column, mixes kinds of periods or holds a period twice.
    ParameterError
        When a period or the language is not known.

    Notes
    -----
    Ups and downs inside the intervals are no trend.
    Cleveland, W. S. (1985), *The Elements of Graphing Data*, for time series.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"period": ["2025-10", "2025-11"], "estimate": [0.04, 0.05]})
    >>> ax = trend(result, new_axes(), decimals=1)
    """
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data = _along(estimates, period)
    extra = [] if benchmark is None else [benchmark]
    last = theme.text_width(writer.value(data["estimate"].iloc[-1]), theme.TYPE["value"].screen, True)
    _lay(ax, data, writer, extra=extra, right=max(last + 16, 24), top=40 if extra else 24)
    ax.set_xlim(-0.4, data["x"].max() + 0.4)
    _period_ticks(ax, data, writer.language)
    if benchmark is not None:
        _benchmark(ax, benchmark, benchmark_label, writer)
    _curve(ax, data, "filled")
    _trend_values(ax, data, writer)
    return ax


def _along(estimates: pd.DataFrame, period: str) -> pd.DataFrame:
    """Order the periods and count their usual step from the first, so that an absent one leaves a gap."""
    data = result_table(estimates, [period, "estimate"], "trend")
    codes = data[period].astype(str)
    bounds = [words.period_bounds(code) for code in codes]
    if (codes.str.len() + codes.str.contains("Q")).nunique() > 1:
        raise DataError(
            f'The chart "trend" mixes kinds of periods: {codes.iloc[0]} and others. Keep one kind.'
        )
    if codes.duplicated().any():
        raise DataError(f'The chart "trend" has the period {codes[codes.duplicated()].iloc[0]} twice.')
    starts = pd.Series([first.year * 12 + first.month - 1 for first, _ in bounds], index=data.index)
    since = starts - starts.min()
    step = max(int(np.gcd.reduce(since.to_numpy())), 1)
    data = data.assign(x=since // step, code=codes)
    if data["estimate"].isna().all():
        raise DataError('The chart "trend" has no value to draw: every period is missing.')
    return data.sort_values("x").reset_index(drop=True)


def _lay(
    ax: Axes,
    data: pd.DataFrame,
    writer: Writer,
    *,
    extra: Sequence[float] = (),
    right: float,
    top: float = 24,
) -> None:
    theme.set_height(ax, 210 if theme.is_narrow(ax) else 240)
    value_axis(ax, data, writer, vertical=True, extra=extra)
    note = theme.TYPE["note"].screen
    left = max(theme.text_width(tick.get_text(), note) for tick in ax.get_yticklabels()) + 14
    theme.frame(ax, left=left, right=right, top=top, bottom=40)


def _period_ticks(ax: Axes, data: pd.DataFrame, language: str) -> None:
    note = theme.TYPE["note"].screen
    names = [_period_name(code, language, i == 0) for i, code in enumerate(data["code"])]
    widest = max(theme.text_width(name, note) for name in names) + 8
    step = theme.width_of(ax) * ax.get_position().width / (data["x"].max() + 0.8)
    every = int(np.ceil(widest / step))
    kept = data.loc[(data["x"].max() - data["x"]) % every == 0]
    firsts = {kept.index[0]} | {
        i
        for i, before in zip(kept.index[1:], kept.index, strict=False)
        if data["code"][i][:4] != data["code"][before][:4]
    }
    texts = [_period_name(data["code"][i], language, i in firsts) for i in kept.index]
    ax.set_xticks(kept["x"], texts)
    ax.tick_params(axis="x", labelsize=note, labelcolor=theme.COLOUR["ink3"])


def _period_name(code: str, language: str, with_year: bool) -> str:
    text = words.period(code, language, "short").replace("\u00a0", " ")
    name, _, year = text.rpartition(" ")
    return f"{name}\n{year if with_year else ''}".rstrip("\n") if name else year


def _benchmark(ax: Axes, value: float, text: str | None, writer: Writer) -> None:
    language = writer.language
    benchmark_line(ax, value, *ax.get_xlim(), vertical=False)
    text = text or words.word("chart.official_benchmark", language)
    text = words.typeset(f"{text}{' : ' if language == 'fr' else ': '}{writer.full(value)}", language)
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    above = high + 29 * (high - low) / _height(ax)
    sample = 18 * (right - left) / _breadth(ax)
    place = right - (theme.text_width(text, theme.TYPE["note"].screen) + 4) * (right - left) / _breadth(ax)
    benchmark_line(ax, above, place - sample, place - sample * 0.25, vertical=False, gid="key")
    write(ax, place, above, text, size="note", role="ink2")


def _curve(ax: Axes, data: pd.DataFrame, kind: str, shift: float = 0.0, radius: float = 4.0) -> None:
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
    for row in data.loc[data["estimate"].notna()].itertuples():
        few = too_few(row)
        if few and np.isfinite(row.low) and np.isfinite(row.high):
            hatched(ax, row.x + shift - 0.18, row.x + shift + 0.18, row.low, row.high)
        else:
            whisker(ax, row.x + shift, row.low, row.high, role=INK[kind], vertical=True, width=1.6)
        dot(ax, row.x + shift, row.estimate, "hollow" if few else kind, radius=radius)


def _trend_values(ax: Axes, data: pd.DataFrame, writer: Writer) -> None:
    """Write the last value and the highest; every value when there are few."""
    shown = data.loc[data["estimate"].notna()]
    last, best = shown.index[-1], shown["estimate"].idxmax()
    style = {"size": "value", "bold": True, "role": "accent", "ground": True}
    write(ax, shown["x"][last], shown["estimate"][last], writer.value(shown["estimate"][last]), dx=9, **style)
    for i, row in shown.drop(index=last).iterrows():
        if i == best or len(shown) <= 6:
            top = row["high"] if np.isfinite(row["high"]) else row["estimate"]
            write(ax, row["x"], top, writer.value(row["estimate"]), dy=10, ha="center", **style)


def alt_trend(
    estimates: pd.DataFrame,
    *,
    language: str,
    period: str = "period",
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    n: str = "",
) -> str:
    """Say in words what `trend` shows: the last value, the highest and the lowest.

    Parameters
    ----------
    estimates, language, period, unit, decimals, suffix
        As given to `trend`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `trend`.
    ParameterError
        When a period or the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"period": ["2025-10", "2025-11"], "estimate": [0.04, 0.05]})
    >>> alt_trend(result, language="en", decimals=1)
    'Line with intervals. November 2025 5.0%, lowest October 2025 4.0%.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = _along(estimates, period)
    shown = data.loc[data["estimate"].notna()]
    last = shown.iloc[-1]
    parts = [_spoken(words.period(last["code"], language), last, writer)]
    for key, place in (
        ("alt.highest", shown["estimate"].idxmax()),
        ("alt.lowest", shown["estimate"].idxmin()),
    ):
        if place != last.name:
            name = words.period(shown["code"][place], language)
            parts.append(words.word(key, language, label=name, value=writer.full(shown["estimate"][place])))
    return sentences([words.word("alt.trend", language), ", ".join(parts), n], language)


def _spoken(name: str, row: Any, writer: Writer) -> str:
    limits = writer.span(row["low"], row["high"])
    return f"{name} {writer.full(row['estimate'])}" + ("" if limits == words.MISSING else f" ({limits})")


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
    _lay(ax, data, writer, right=14)
    ax.set_xlim(-0.5, 23.5)
    _hour_ticks(ax, writer.language)
    kinds = ["filled"] if len(names) == 1 else ["hollow", "filled"]
    for i, (name, kind) in enumerate(zip(names, kinds, strict=False)):
        shift = 0.0 if len(names) == 1 else (-0.13, 0.13)[i]
        _curve(ax, data.loc[data["name"] == name], kind, shift, radius=3.2)
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
    per_unit = np.ptp(ax.get_xlim()) / _breadth(ax)
    texts = [
        f"{writer.full(row['estimate'])}, {words.word('chart.hour_tick', writer.language, hour=row['x'])}"
        for row in best
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


def _height(ax: Axes) -> float:
    return float(ax.figure.get_figheight() * 72 * ax.get_position().height)


def _breadth(ax: Axes) -> float:
    return float(theme.width_of(ax) * ax.get_position().width)


def _series_key(ax: Axes, names: list[str], kinds: list[str]) -> None:
    per_unit = np.ptp(ax.get_xlim()) / _breadth(ax)
    x, y = ax.get_xlim()[0] + 6 * per_unit, ax.get_ylim()[0] - 34 * np.ptp(ax.get_ylim()) / _height(ax)
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
