"""How many disagree, how many agree? Answers on a scale, either side of a line, with the share that agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import bare_axes, hatched, write
from analysis.charts.results import (
    Writer,
    choose,
    level_labels,
    one_row_each,
    result_table,
    rows_of,
    sentences,
    why_flagged,
)
from analysis.charts.rows import in_order, withheld
from analysis.charts.shapes import block
from analysis.errors import DataError

__all__ = ["alt_diverging", "diverging", "reading_diverging"]

BESIDE = ("axes fraction", "data")
TOP, BAR, GAP = 24.0, 18.0, 12.0
SHADES = {
    "disagree": [("alert", "paper"), ("alert_tint", "ink")],
    "agree": [("accent_tint", "ink"), ("accent", "paper")],
}


def diverging(
    answers: pd.DataFrame,
    agreement: pd.DataFrame,
    ax: Axes,
    *,
    label: str = "item",
    level: str = "level",
    levels: Sequence[Any] = (1, 2, 3, 4, 5),
    language: str | None = None,
    decimals: int = 0,
    order: Literal["value", "table"] = "value",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw the answers to several statements either side of a line, neutral answers apart.

    Parameters
    ----------
    answers : pandas.DataFrame
        Result table: one row per statement and answer, columns `label`, `level` and `estimate`, shares between
        0 and 1. Other levels (do not know) are not drawn: say their share beside.
    agreement : pandas.DataFrame
        Result table: one row per statement, the share that agrees with `estimate, low, high, n` and `flag` where
        it applies.
    ax : matplotlib.axes.Axes
    label, level : str
        Columns of statements and of answers.
    levels : sequence
        The answers from full disagreement to full agreement, two to five; the middle one of an odd number is
        neutral.
    language : {"fr", "en"}, optional
        That of the drawing by default.
    decimals : int
    order : {"value", "table"}
        Highest agreement first, or as in the table.
    labels : mapping, optional
        Statement to wording.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        When a table is empty, lacks a column, or an answer is there twice; when there are more than five levels.
    ParameterError
        When a choice or the language is not known.

    Notes
    -----
    Neutral is not "does not know", and agreeing with a statement is not doing it. Robbins, N. & Heiberger, R.
    (2011), Plotting Likert and other rating scales, *JSM Proceedings*.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> answers = pd.DataFrame({"item": "time", "level": [1, 2, 3, 4, 5], "estimate": [0.1, 0.2, 0.2, 0.3, 0.2]})
    >>> agreement = pd.DataFrame({"item": ["time"], "estimate": [0.5], "low": [0.45], "high": [0.55], "n": [400]})
    >>> ax = diverging(answers, agreement, new_axes())
    """
    choose(order, ("value", "table"), "order")
    writer = Writer(theme.language_of(ax, language), "share", decimals)
    data = _ordered(agreement, label, order)
    data = data.assign(name=level_labels(data, label, writer.language, labels))
    shares = _shares(answers, data, label, level, levels)
    data = _lay(ax, data, shares, writer, len(levels))
    for row in rows_of(data):
        _statement(ax, row, shares.loc[getattr(row, label)].to_numpy(float), writer)
    _heads(ax, data, writer, len(levels))
    return ax


def _ordered(agreement: pd.DataFrame, label: str, order: str) -> pd.DataFrame:
    data = result_table(agreement, [label, "estimate", "low", "high"], "diverging")
    return in_order(one_row_each(data, label, "diverging"), order)


def _shares(
    answers: pd.DataFrame, data: pd.DataFrame, label: str, level: str, levels: Sequence[Any]
) -> pd.DataFrame:
    """Give one row per statement, one column per answer."""
    if not 2 <= len(levels) <= 5:
        raise DataError(
            f'The chart "diverging" draws two to five answers, not {len(levels)}. Join some first.'
        )
    table = result_table(answers, [label, level, "estimate"], "diverging")
    table = table.loc[table[level].isin(list(levels))]
    if table.duplicated([label, level]).any():
        twice = table.loc[table.duplicated([label, level])].iloc[0]
        raise DataError(f'The chart "diverging" has two shares for "{twice[label]}", answer {twice[level]}.')
    wide = table.pivot(index=label, columns=level, values="estimate").reindex(columns=list(levels))
    lacking = [str(item) for item in data[label] if item not in wide.index]
    if lacking:
        raise DataError(f'The chart "diverging" has no answers for: {", ".join(lacking)}.')
    return wide.fillna(0.0)


def _sides(count: int) -> tuple[slice, slice, int | None]:
    """Say which answers disagree, which agree, and which is neutral."""
    half = count // 2
    return slice(0, half), slice(count - half, count), half if count % 2 else None


def _lay(ax: Axes, data: pd.DataFrame, shares: pd.DataFrame, writer: Writer, count: int) -> pd.DataFrame:
    """Share the width between both sides, the neutral answers and the figures."""
    less, more, neutral = _sides(count)
    width, size = theme.width_of(ax), theme.TYPE["label"].screen
    figures = 46.0 if theme.is_narrow(ax) else 74.0
    data = data.assign(
        name=[theme.wrap(_named(row, writer), width - figures - 8, size) for row in rows_of(data)]
    )
    left, right = (max(float(shares.iloc[:, part].sum(axis=1).max()), 0.05) for part in (less, more))
    middle = 0.0 if neutral is None else max(float(shares.iloc[:, neutral].max()), 0.05)
    gaps = 34.0 if neutral is not None else 10.0
    per_share = (width - figures - gaps - 2) / (left + right + middle)
    heights = np.array([14.0 * (name.count("\n") + 1) + BAR + GAP for name in data["name"]])
    ends = np.cumsum(heights)
    theme.set_height(ax, TOP + ends[-1])
    theme.frame(ax, left=1, right=width - 1 - per_share * (left + right), top=TOP, bottom=0)
    ax.set_xlim(-left, right)
    ax.set_ylim(ends[-1], 0)
    bare_axes(ax)
    return data.assign(y=ends - GAP - BAR / 2, top=ends - heights + 7, apart=right + 20 / per_share)


def _named(row: Any, writer: Writer) -> str:
    return f"{row.name} ({why_flagged(row, writer.language)})" if row.few and row.flag else row.name


def _statement(ax: Axes, row: Any, shares: np.ndarray, writer: Writer) -> None:
    lines = row.name.count("\n")
    write(ax, ax.get_xlim()[0], row.top + 7 * lines, row.name, role="ink3" if row.few else "ink")
    if withheld(row):
        hatched(ax, *ax.get_xlim(), row.y - BAR / 2, row.y + BAR / 2)
        text = (
            words.word("chart.n_below", writer.language, n=5)
            if row.n < 5
            else words.word("chart.hidden", writer.language)
        )
        write(ax, 0, row.y, text, size="note", role="ink3", ha="center", ground=True)
        return
    less, more, neutral = _sides(len(shares))
    _stack(
        ax,
        row,
        -shares[less][::-1],
        SHADES["disagree"][-2:][::-1] if len(shares) > 3 else SHADES["disagree"][:1],
        writer,
    )
    _stack(ax, row, shares[more], SHADES["agree"] if len(shares) > 3 else SHADES["agree"][1:], writer)
    if neutral is not None:
        _segment(
            ax, row.apart, shares[neutral], row.y, ("none", "ink3") if row.few else ("peer", "ink"), writer
        )
    ax.plot(
        [0, 0],
        [row.y - BAR / 2 - 2, row.y + BAR / 2 + 2],
        color=theme.COLOUR["ink2"],
        linewidth=1.2,
        zorder=5,
    )
    _figures(ax, row, writer)


def _stack(ax: Axes, row: Any, shares: np.ndarray, shades: list[tuple[str, str]], writer: Writer) -> None:
    """Put answers one after the other, from the line outwards."""
    start = 0.0
    for share, shade in zip(shares, shades, strict=True):
        _segment(ax, start, share, row.y, ("none", "ink3") if row.few else shade, writer)
        start += share


def _segment(ax: Axes, start: float, share: float, y: float, shade: tuple[str, str], writer: Writer) -> None:
    fill, ink = shade
    bounds = sorted((start, start + share))
    if fill == "none":
        hatched(ax, *bounds, y - BAR / 2, y + BAR / 2)
    else:
        style = {"facecolor": theme.COLOUR[fill], "edgecolor": theme.COLOUR["paper"], "linewidth": 0.8}
        style |= {"clip_on": False, "zorder": 2, "gid": "estimate"}
        block(ax, (bounds[0], y - BAR / 2), abs(share), BAR, **style)
    text = writer.short(abs(share))
    units = abs(share) / np.ptp(ax.get_xlim()) * ax.get_position().width * theme.width_of(ax)
    if theme.text_width(text, theme.TYPE["note"].screen) + 6 <= units:
        write(ax, sum(bounds) / 2, y, text, size="note", role=ink, ha="center", ground=fill == "none")


def _figures(ax: Axes, row: Any, writer: Writer) -> None:
    outside = theme.width_of(ax) * (1 - ax.get_position().x1) - 2
    place = {"coords": BESIDE, "ha": "right", "dx": outside}
    limits = writer.limits(row.low, row.high)
    lift = -6 if limits else 0
    write(
        ax,
        1,
        row.y + lift,
        writer.full(row.estimate),
        size="value",
        bold=not row.few,
        role="ink3" if row.few else "ink",
        **place,
    )
    if limits:
        write(ax, 1, row.y + 7, limits, size="note", role="ink3", **place)


def _heads(ax: Axes, data: pd.DataFrame, writer: Writer, count: int) -> None:
    style, language = {"size": "note", "role": "ink3"}, writer.language
    less, more = (words.word(key, language) for key in ("chart.disagree", "chart.agree"))
    write(ax, 0, -8, f"← {less}", dx=-8, ha="right", va="baseline", **style)
    write(ax, 0, -8, f"{more} →", dx=8, va="baseline", **style)
    outside = theme.width_of(ax) * (1 - ax.get_position().x1) - 2
    total = words.word("chart.agreement", language)
    write(ax, 1, -8, total, dx=outside, ha="right", va="baseline", coords=BESIDE, **style)
    note = theme.TYPE["note"].screen
    neutral = words.word("chart.neutral", language)
    start = (data["apart"].iloc[0] - ax.get_xlim()[1]) / np.ptp(ax.get_xlim())
    start *= ax.get_position().width * theme.width_of(ax)
    room = outside - theme.text_width(total, note) - 8 - start
    if count % 2 and theme.text_width(neutral, note) <= room:
        write(ax, float(data["apart"].iloc[0]), -8, neutral, va="baseline", **style)


def alt_diverging(
    agreement: pd.DataFrame,
    *,
    label: str = "item",
    language: str,
    decimals: int = 0,
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `diverging` shows: the statements most and least agreed with, n.

    Parameters
    ----------
    agreement, label, language, decimals, labels
        As given to `diverging`.
    n : str
        How many and when, for example "412 to 420 firms, 2026".

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
    >>> agreement = pd.DataFrame({"item": ["time"], "estimate": [0.5], "low": [0.45], "high": [0.55], "n": [400]})
    >>> alt_diverging(agreement, language="en", labels={"time": "I lack time"}, n="400 firms, 2026")
    'Diverging bars. In agreement: I lack time 50% (45% to 55%). 400 firms, 2026.'
    """
    writer = Writer(words.check_language(language), "share", decimals)
    data = _ordered(agreement, label, "value")
    data = data.assign(name=level_labels(data, label, language, labels))
    shown = data.loc[~data["few"]]
    ends = shown.iloc[[0, -1] if len(shown) > 1 else [0]] if len(shown) else shown
    spoken = [
        f"{row.name} {writer.full(row.estimate)} ({writer.span(row.low, row.high)})"
        for row in ends.itertuples(index=False)
    ]
    said = words.word("alt.in_agreement", language, items=", ".join(spoken)) if spoken else ""
    hidden = words.listing(data.loc[data["few"], "name"], language)
    few = words.word("alt.withheld", language, label=hidden) if hidden else ""
    return sentences([words.word("alt.diverging", language), said, few, n], language)


def reading_diverging(
    agreement: pd.DataFrame,
    *,
    label: str = "item",
    language: str,
    read: Any = None,
    decimals: int = 0,
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read the agreement with one statement aloud.

    Parameters
    ----------
    agreement, label, language, decimals, labels
        As given to `diverging`.
    read : object, optional
        The statement; by default the one most agreed with.

    Returns
    -------
    str
        The sentence that follows "Reading:" or "Lecture :".

    Raises
    ------
    DataError
        When no statement can be read.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> agreement = pd.DataFrame({"item": ["time"], "estimate": [0.5], "low": [0.45], "high": [0.55], "n": [400]})
    >>> reading_diverging(agreement, language="en", labels={"time": "I lack time"})
    '50% agree with “I lack time” (between 45% and 55%).'
    """
    writer = Writer(words.check_language(language), "share", decimals)
    data = _ordered(agreement, label, "value")
    data = data.loc[~data["few"] & data["low"].notna()]
    data = data if read is None else data.loc[data[label] == read]
    if data.empty:
        raise DataError(
            f'The chart "diverging": no statement can be read aloud{"" if read is None else f" for {read}"}.'
        )
    row = next(data.assign(name=level_labels(data, label, language, labels)).itertuples(index=False))
    return words.word(
        "reading.diverging",
        language,
        value=writer.full(row.estimate),
        label=row.name,
        interval=writer.span(row.low, row.high, "between"),
    )
