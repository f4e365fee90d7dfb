"""How many firms answer this, do this, use this many? Bars and columns from zero, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.comparisons import alt_rates
from analysis.charts.marks import hatched, stroke, write
from analysis.charts.results import Writer, level_labels, one_row_each, result_table, rows_of, sentences
from analysis.charts.rows import Rows, in_order, lay_rows, withheld
from analysis.charts.shapes import block
from analysis.errors import DataError

__all__ = [
    "alt_funnel",
    "alt_multiple_answers",
    "funnel",
    "multiple_answers",
    "reading_funnel",
]

STAGES = ("aware", "tried", "uses", "regular")
HALF = 7.0


def multiple_answers(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    label: str,
    language: str | None = None,
    highlight: Any = None,
    decimals: int = 0,
    order: Literal["value", "table"] = "value",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw the share of firms giving each answer of a question that allows several.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: the column of answers and `estimate, low, high, n`, shares between 0 and 1.
    ax : matplotlib.axes.Axes
    label : str
        The column of answers, for example `platform`.
    language : {"fr", "en"}, optional
    highlight : object or list, optional
        Answers in the accent colour; by default the first.
    decimals : int
    order : {"value", "table"}
        Highest first, or as in the table.
    labels : mapping, optional
        Answer to name.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When a choice or the language is not known.

    Notes
    -----
    The shares add up to more than 100 %: do not read them as parts of a whole.
    Cleveland, W. S. (1985), *The Elements of Graphing Data*: bars start at zero.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"platform": ["facebook", "x"], "estimate": [0.4, 0.1], "low": [0.3, 0.05],
    ...                        "high": [0.5, 0.2], "n": [90, 90]})
    >>> ax = multiple_answers(result, new_axes(), label="platform")
    """
    writer = Writer(theme.language_of(ax, language), "share", decimals)
    data = result_table(estimates, [label, "estimate"], "multiple_answers")
    data = in_order(one_row_each(data, label, "multiple_answers"), order)
    if highlight is None and not data["few"].iloc[0]:
        highlight = data[label].iloc[0]
    rows = lay_rows(ax, data, label, writer, highlight=highlight, labels=labels)
    for row in rows:
        rows.name(row)
        role = "accent" if rows.bold[row.Index] else "ink2"
        if withheld(row):
            rows.hide(row)
            continue
        _bar(ax, row, "accent" if rows.bold[row.Index] else "peer")
        rows.figures(row, role)
    _zero_line(ax)
    rows.heads()
    return ax


def _bar(ax: Axes, row: Any, role: str) -> None:
    if row.few:
        hatched(ax, 0, row.estimate, row.y - HALF, row.y + HALF)
    block(
        ax,
        (0, row.y - HALF),
        row.estimate,
        2 * HALF,
        facecolor="none" if row.few else theme.COLOUR[role],
        edgecolor=theme.COLOUR["hatch"] if row.few else "none",
        linewidth=theme.LINE["hairline"] if row.few else 0,
        zorder=2,
        gid="estimate",
    )
    _capped(ax, row.low, row.high, row.y, inside=row.estimate if role == "accent" and not row.few else None)


def _capped(ax: Axes, low: float, high: float, y: float, inside: float | None) -> None:
    """Draw an interval over a bar; the part on a dark bar is paper-coloured so that it is seen."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return
    split = low if inside is None else min(max(inside, low), high)
    for start, end, cap, role in ((low, split, low, "paper"), (split, high, high, "ink")):
        if end > start or role == "ink":
            style = {"color": theme.COLOUR[role], "zorder": 4, "clip_on": False}
            stroke(ax, [start, end], [y, y], linewidth=1.5, solid_capstyle="butt", gid="interval", **style)
            stroke(
                ax, [cap, cap], [y - 3.5, y + 3.5], linewidth=1.3, solid_capstyle="butt", gid="cap", **style
            )
    if inside is None:
        style = {"color": theme.COLOUR["ink"], "zorder": 4, "linewidth": 1.3, "solid_capstyle": "butt"}
        stroke(ax, [low, low], [y - 3.5, y + 3.5], gid="cap", **style)


def _zero_line(ax: Axes) -> None:
    bottom, top = ax.get_ylim()
    stroke(
        ax,
        [0, 0],
        [bottom, top],
        color=theme.COLOUR["ink2"],
        linewidth=1,
        clip_on=False,
        zorder=3,
        gid="zero",
    )


def alt_multiple_answers(estimates: pd.DataFrame, *, label: str, language: str, **options: Any) -> str:
    """Say in words what `multiple_answers` shows.

    Parameters
    ----------
    estimates : pandas.DataFrame
    label : str
    language : {"fr", "en"}
    **options
        As in `alt_rates`: `decimals, labels, n`.

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
    >>> result = pd.DataFrame({"platform": ["facebook", "x"], "estimate": [0.4, 0.1]})
    >>> alt_multiple_answers(result, label="platform", language="en")
    'Bars with intervals. Facebook 40%, X (Twitter) 10%.'
    """
    return alt_rates(estimates, label=label, language=language, chart="alt.multiple_answers", **options)


def funnel(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    stage: str = "stage",
    language: str | None = None,
    decimals: int = 0,
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw how many firms know, have tried, use and use regularly, and the share that goes on each time.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table for one group: `stage` (aware, tried, uses, regular) and `estimate, low, high, n`, shares
        of all firms.
    ax : matplotlib.axes.Axes
    stage : str
        Column of stages.
    language : {"fr", "en"}, optional
    decimals : int
    labels : mapping, optional
        Stage to name.

    Returns
    -------
    matplotlib.axes.Axes
        Between two bars, the share of the firms of the upper one that are in the lower one.

    Raises
    ------
    DataError
        When the table is empty, lacks a column or holds a stage twice.
    ParameterError
        When the language is not known.

    Notes
    -----
    The stages are seen at one moment: do not read the passage as a prediction for one firm.
    Lavidge and Steiner (1961), *Journal of Marketing* 25(6), for the stages.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"stage": ["aware", "tried"], "estimate": [0.9, 0.5], "low": [0.8, 0.4],
    ...                        "high": [0.95, 0.6], "n": [90, 90]})
    >>> ax = funnel(result, new_axes())
    """
    writer = Writer(theme.language_of(ax, language), "share", decimals)
    data = _stages(estimates, stage)
    rows = lay_rows(ax, data, stage, writer, labels=labels, gap=16, highlight=data[stage].iloc[-1])
    for row in rows:
        rows.name(row)
        if withheld(row):
            rows.hide(row)
            continue
        last = rows.bold[row.Index]
        _bar(ax, row, "accent" if last else "peer")
        rows.figures(row, "accent" if last else "ink2")
    _passages(rows)
    _zero_line(ax)
    rows.heads()
    return ax


def _stages(estimates: pd.DataFrame, stage: str) -> pd.DataFrame:
    data = one_row_each(result_table(estimates, [stage, "estimate"], "funnel"), stage, "funnel")
    data = in_order(data, "table")
    place = {name: i for i, name in enumerate(STAGES)}
    order = data[stage].map(lambda name: place.get(name, len(place)))
    data = data.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    hidden = np.array([withheld(row) for row in rows_of(data)])
    known = data["estimate"].mask(hidden)
    return data.assign(passage=(known / known.shift()).to_numpy())


def _passages(rows: Rows) -> None:
    shown = [*rows]
    for before, row in pairwise(shown):
        if np.isfinite(row.passage):
            share = words.percent(row.passage, rows.writer.language)
            text = "↓ " + words.word("chart.of_previous", rows.writer.language, share=share)
            write(rows.ax, 0, (before.y + row.y) / 2, text, dx=6, size="note", role="ink2", ground=True)


def alt_funnel(
    estimates: pd.DataFrame,
    *,
    language: str,
    stage: str = "stage",
    decimals: int = 0,
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `funnel` shows: every stage with its interval.

    Parameters
    ----------
    estimates, stage, language, decimals, labels
        As given to `funnel`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table is empty, lacks a column or holds a stage twice.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"stage": ["aware", "uses"], "estimate": [0.9, 0.5]})
    >>> alt_funnel(result, language="en", n="90 firms")
    'Funnel in bars. Has heard of it 90%, Uses it for the business 50%. 90 firms.'
    """
    writer = Writer(words.check_language(language), "share", decimals)
    data = _stages(estimates, stage)
    parts = []
    for row, name in zip(rows_of(data), level_labels(data, stage, language, labels), strict=True):
        limits = writer.span(row.low, row.high)
        text = f"{name} {writer.full(row.estimate)}" + ("" if limits == words.MISSING else f" ({limits})")
        parts.append(words.word("alt.withheld", language, label=name) if row.few else text)
    return sentences([words.word("alt.funnel", language), ", ".join(parts), n], language)


def reading_funnel(
    estimates: pd.DataFrame,
    *,
    language: str,
    stage: str = "stage",
    decimals: int = 0,
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read the last stage of a funnel aloud.

    Parameters
    ----------
    estimates, stage, language, decimals, labels
        As given to `funnel`.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table is empty, lacks a column, holds a stage twice or has no passage that can be read.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"stage": ["uses", "regular"], "estimate": [0.5, 0.2], "low": [0.4, 0.1],
    ...                        "high": [0.6, 0.3]})
    >>> reading_funnel(result, language="en")
    '20% of the firms reach “Posts every week” (10% to 30%), that is 40% of those counted just before.'
    """
    writer = Writer(words.check_language(language), "share", decimals)
    data = _stages(estimates, stage)
    data = data.assign(name=level_labels(data, stage, language, labels))
    data = data.loc[data["passage"].notna() & ~data["few"]]
    if data.empty:
        raise DataError("No stage of the funnel can be read aloud: each one is missing or flagged.")
    row = data.iloc[-1]
    return words.word(
        "reading.funnel",
        language,
        value=writer.full(row["estimate"]),
        label=row["name"],
        interval=writer.span(row["low"], row["high"]),
        share=words.percent(row["passage"], language),
    )
