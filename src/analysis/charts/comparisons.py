"""How do groups compare? A dot and its interval for each group, beside a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import INK, benchmark_line, dot, hatched, whisker, write
from analysis.charts.results import (
    Unit,
    Writer,
    choose,
    level_labels,
    number_of,
    one_row_each,
    result_table,
    rows_of,
    sentences,
)
from analysis.charts.rows import Rows, in_order, lay_rows, withheld
from analysis.errors import DataError

__all__ = ["alt_rates", "rates", "reading_rates"]

Benchmark = float | str | Mapping[Any, float] | None


def rates(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    label: str,
    language: str | None = None,
    benchmark: Benchmark = None,
    benchmark_label: str | None = None,
    highlight: Any = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    order: Literal["value", "table"] = "value",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw a rate and its interval for each group, beside a benchmark.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: the grouping column and `estimate, low, high, n`, and `flag` where it applies.
    ax : matplotlib.axes.Axes
    label : str
        The grouping column.
    language : {"fr", "en"}, optional
        That of the drawing by default.
    benchmark : float, str or mapping, optional
        One value for all groups, the column that holds one per group, or group to value.
    benchmark_label : str, optional
        What the benchmark is, "official benchmark" by default.
    highlight : object or list, optional
        Group or groups set in bold; without a benchmark they alone are filled.
    unit : {"share", "number"}
        Shares are between 0 and 1 and shown in percent.
    decimals : int
    suffix : str
        Unit written after a number.
    order : {"value", "table"}
        Highest first with the groups too small to read at the end, or as in the table.
    labels : mapping, optional
        Group to name.

    Returns
    -------
    matplotlib.axes.Axes
        A filled dot is above the benchmark, a diamond below it, a hollow dot cannot be told from it
        (the interval holds it, or the group has none). Hatching says too few data.

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When a choice or the language is not known.

    Notes
    -----
    Two intervals that overlap do not prove that two groups are equal: only the benchmark is judged here.
    Cleveland, W. S. (1985), *The Elements of Graphing Data*, for dots on a common scale.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"sector": ["transport"], "estimate": [0.22], "low": [0.15], "high": [0.31]})
    >>> ax = rates(result, new_axes(), label="sector", benchmark=0.44)
    """
    choose(unit, ("share", "number"), "unit")
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data = one_row_each(result_table(estimates, [label, "estimate"], "rates"), label, "rates")
    data = in_order(data, order)
    data = data.assign(benchmark=_benchmarks(data, label, benchmark))
    judged = data["benchmark"].notna()
    rows = lay_rows(
        ax,
        data,
        label,
        writer,
        highlight=highlight,
        labels=labels,
        top=36 if judged.any() else 20,
        extra=data.loc[judged, "benchmark"].tolist(),
    )
    for row in rows:
        kind = _kind(row, rows.bold[row.Index], highlight is not None or judged.any())
        rows.name(row)
        _draw_row(rows, row, kind)
        rows.figures(row, INK[kind])
    rows.heads()
    _draw_benchmark(rows, benchmark_label, isinstance(benchmark, int | float))
    return ax


def _benchmarks(data: pd.DataFrame, label: str, benchmark: Benchmark) -> Any:
    if isinstance(benchmark, str):
        return number_of(result_table(data, [benchmark], "rates")[benchmark])
    if isinstance(benchmark, Mapping):
        return [float(benchmark.get(level, np.nan)) for level in data[label]]
    return np.full(len(data), np.nan if benchmark is None else float(benchmark))


def _kind(row: Any, strong: bool, some_strong: bool) -> str:
    if np.isfinite(row.benchmark):
        if row.few or not np.isfinite(row.low) or row.low <= row.benchmark <= row.high:
            return "hollow"
        return "filled" if row.low > row.benchmark else "alert"
    return "hollow" if row.few or (some_strong and not strong) else "filled"


def _draw_row(rows: Rows, row: Any, kind: str) -> None:
    if withheld(row):
        rows.hide(row)
        return
    if row.few and np.isfinite(row.low) and np.isfinite(row.high):
        hatched(rows.ax, row.low, row.high, row.y - 5, row.y + 5)
    else:
        whisker(rows.ax, row.y, row.low, row.high, role=INK[kind])
    dot(rows.ax, row.estimate, row.y, kind)


def _draw_benchmark(rows: Rows, text: str | None, common: bool) -> None:
    values = rows.data.loc[rows.data["benchmark"].notna()]
    if values.empty:
        return
    ax, language = rows.ax, rows.writer.language
    text = words.typeset(text or words.word("chart.official_benchmark", language), language)
    if not common:
        for row in rows_of(values):
            benchmark_line(ax, row.benchmark, row.y - 10, row.y + 10)
        benchmark_line(ax, ax.get_xlim()[0], -26, -14, gid="key")
        write(ax, ax.get_xlim()[0], -20, text, dx=8, size="note", role="ink2")
        return
    value = float(values["benchmark"].iloc[0])
    benchmark_line(ax, value, ax.get_ylim()[0], -16)
    text = words.typeset(f"{text}{' : ' if language == 'fr' else ': '}{rows.writer.full(value)}", language)
    left, right = ax.get_position().x0, ax.get_position().x1
    share = (value - ax.get_xlim()[0]) / np.ptp(ax.get_xlim())
    place = (left + (right - left) * share) * theme.width_of(ax)
    half = theme.text_width(text, theme.TYPE["note"].screen) / 2
    inside = min(max(place, half + 1), theme.width_of(ax) - half - 1)
    write(ax, value, -20, text, dx=inside - place, size="note", role="ink2", ha="center", va="bottom")


def alt_rates(
    estimates: pd.DataFrame,
    *,
    label: str,
    language: str,
    benchmark: Benchmark = None,
    benchmark_label: str | None = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
    n: str = "",
    chart: str = "alt.rates",
) -> str:
    """Say in words what `rates` shows: highest, lowest, benchmark, n.

    Parameters
    ----------
    estimates, label, language, benchmark, benchmark_label, unit, decimals, suffix, labels
        As given to `rates`.
    n : str
        How many and when, for example "974 entreprises, 2026"; the sum of the table's n is not assumed.
    chart : str
        Word for the kind of chart.

    Returns
    -------
    str
        `[Chart type]. [Highest with its interval], [lowest], [benchmark]. [Too few]. [n, period].`

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"sector": ["transport"], "estimate": [0.22], "low": [0.15], "high": [0.31]})
    >>> alt_rates(result, label="sector", language="en", benchmark=0.44, n="90 firms, 2026")
    'Dots and intervals. Transport 22% (15% to 31%), official benchmark 44%. 90 firms, 2026.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = in_order(result_table(estimates, [label, "estimate"], "rates"), "value")
    data = data.assign(name=level_labels(data, label, language, labels))
    shown = data.loc[~data["few"]]
    ends = shown.iloc[[0, -1] if len(shown) > 1 else [0]] if len(shown) else shown
    parts = [_spoken(row, writer) for row in rows_of(ends)]
    if isinstance(benchmark, int | float):
        text = benchmark_label or words.word("chart.official_benchmark", language)
        parts.append(f"{text} {writer.full(benchmark)}")
    hidden = words.listing(data.loc[data["few"], "name"], language)
    few = words.word("alt.withheld", language, label=hidden) if hidden else ""
    return sentences([words.word(chart, language), ", ".join(parts), few, n], language)


def _spoken(row: Any, writer: Writer) -> str:
    interval = writer.span(row.low, row.high)
    return f"{row.name} {writer.full(row.estimate)}" + ("" if interval == words.MISSING else f" ({interval})")


def reading_rates(
    estimates: pd.DataFrame,
    *,
    label: str,
    language: str,
    read: Any = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read one value of a table of rates aloud.

    Parameters
    ----------
    estimates, label, language, unit, decimals, suffix, labels
        As given to `rates`.
    read : object, optional
        The group to read; by default the highest that can be read.

    Returns
    -------
    str
        The sentence that follows "Reading:" or "Lecture :".

    Raises
    ------
    DataError
        When the table is empty, lacks a column, has no such group, or no group that can be read.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"sector": ["transport"], "estimate": [0.22], "low": [0.15], "high": [0.31]})
    >>> reading_rates(result, label="sector", language="en")
    '22% for “Transport”; the true share lies between 15% and 31%, with the stated confidence.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = in_order(result_table(estimates, [label, "estimate", "low", "high"], "rates"), "value")
    data = data.loc[~data["few"] & data["low"].notna() & data["high"].notna()]
    if read is not None:
        data = data.loc[data[label] == read]
    if data.empty:
        raise DataError(
            f'No value of "{label}" can be read aloud: each one is missing, flagged or has no interval.'
            if read is None
            else f'"{read}" of "{label}" cannot be read aloud: it is absent, missing, flagged or has no interval.'
        )
    row = next(rows_of(data.assign(name=level_labels(data, label, language, labels))))
    return words.word(
        "reading.share" if unit == "share" else "reading.value",
        language,
        value=writer.full(row.estimate),
        label=row.name,
        interval=writer.span(row.low, row.high, "between"),
    )
