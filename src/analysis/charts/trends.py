"""How does a value go from period to period? Values along time, with gaps left as gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.curves import breadth_of, curve, height_of, lay_curve
from analysis.charts.marks import benchmark_line, write
from analysis.charts.results import Unit, Writer, result_table, sentences
from analysis.errors import DataError

__all__ = [
    "alt_trend",
    "trend",
]


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
    lay_curve(ax, data, writer, extra=extra, right=max(last + 16, 24), top=40 if extra else 24)
    ax.set_xlim(-0.4, data["x"].max() + 0.4)
    _period_ticks(ax, data, writer.language)
    if benchmark is not None:
        _benchmark(ax, benchmark, benchmark_label, writer)
    curve(ax, data, "filled")
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
    above = high + 29 * (high - low) / height_of(ax)
    sample = 18 * (right - left) / breadth_of(ax)
    place = right - (theme.text_width(text, theme.TYPE["note"].screen) + 4) * (right - left) / breadth_of(ax)
    benchmark_line(ax, above, place - sample, place - sample * 0.25, vertical=False, gid="key")
    write(ax, place, above, text, size="note", role="ink2")


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
