"""What goes with more, what with less? One dot and interval per effect, on both sides of zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import INK, dot, hatched, last_name, nice_ticks, stroke, whisker, write
from analysis.charts.results import (
    Unit,
    Writer,
    level_labels,
    one_row_each,
    result_table,
    rows_of,
    sentences,
    too_few,
)

__all__ = ["alt_forest", "forest", "reading_forest"]

BESIDE = ("axes fraction", "data")
TOP, ROW, HEAD = 22.0, 22.0, 24.0


def forest(
    effects: pd.DataFrame,
    ax: Axes,
    *,
    label: str = "term",
    group: str | None = None,
    language: str | None = None,
    unit: Unit = "share",
    decimals: int = 1,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
    sides: tuple[str, str] | None = None,
) -> Axes:
    """Draw the effect of each characteristic with its interval, on both sides of zero.

    Parameters
    ----------
    effects : pandas.DataFrame
        Result table: `label` and `estimate, low, high`, and `n`, `flag` where they apply. Rows are drawn in the
        order of the table.
    ax : matplotlib.axes.Axes
    label : str
        Column that names the effects.
    group : str, optional
        Column whose values head consecutive rows.
    language : {"fr", "en"}, optional
        That of the drawing by default.
    unit : {"share", "number"}
        Shares are differences between 0 and 1, shown in points.
    decimals : int
    suffix : str
        Unit of numbers.
    labels : mapping, optional
        Effect to name.
    sides : tuple of str, optional
        What lies left and right of zero; "less" and "more" by default.

    Returns
    -------
    matplotlib.axes.Axes
        A filled dot is an established rise, a diamond an established fall; a hollow dot cannot be told from no
        effect, as its interval holds 0.

    Raises
    ------
    DataError
        When the table is empty, lacks a column or names an effect twice.
    ParameterError
        When the language is not known.

    Notes
    -----
    An effect in a model of one survey is a difference other things equal, not a proof of cause. Lewis, S. &
    Clarke, M. (2001), Forest plots: trying to see the wood and the trees, *BMJ* 322: 1479.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"term": ["age"], "estimate": [-0.05], "low": [-0.07], "high": [-0.03]})
    >>> ax = forest(result, new_axes())
    """
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data = one_row_each(result_table(effects, [label, "estimate", "low", "high"], "forest"), label, "forest")
    data = data.assign(
        name=level_labels(data, label, writer.language, labels),
        heading=_headings(data, group, writer.language, labels),
        kind=[_kind(row) for row in rows_of(data)],
    )
    data = _lay(ax, data, writer)
    _zero(ax, writer, sides)
    for row in rows_of(data):
        _draw(ax, row, writer)
    return ax


def _headings(
    data: pd.DataFrame, group: str | None, language: str, labels: Mapping[Any, str] | None
) -> list[str]:
    """Name each row's group where it begins; nothing on the rows that follow."""
    if group is None:
        return [""] * len(data)
    names = level_labels(result_table(data, [group], "forest"), group, language, labels)
    return [name if i == 0 or name != names[i - 1] else "" for i, name in enumerate(names)]


def _kind(row: Any) -> str:
    if too_few(row) or not (np.isfinite(row.low) and np.isfinite(row.high)):
        return "hollow"
    return "filled" if row.low > 0 else "alert" if row.high < 0 else "hollow"


def _lay(ax: Axes, data: pd.DataFrame, writer: Writer) -> pd.DataFrame:
    """Leave room for names and figures, and give each row the height of its middle."""
    size, note = theme.TYPE["label"].screen, theme.TYPE["note"].screen
    room = theme.width_of(ax) * (0.42 if theme.is_narrow(ax) else 0.36)
    data = data.assign(name=[theme.wrap(name, room, size) for name in data["name"]])
    left = max(theme.text_width(name, size, True) for name in data["name"]) + 12
    heads = np.where(data["heading"] != "", HEAD, 0.0)
    heights = np.array([max(ROW, 14.0 * (name.count("\n") + 1) + 6) for name in data["name"]])
    ends = np.cumsum(heads + heights)
    theme.set_height(ax, TOP + ends[-1] + 26)
    _scale(ax, data, writer)
    last = theme.text_width(last_name(ax), note) / 2
    edge, right = _right(ax, data, writer)
    right = max(right, last + 2)
    theme.frame(ax, left=left, right=right, top=TOP, bottom=ax.figure.get_figheight() * 72 - TOP - ends[-1])
    ax.set_ylim(ends[-1], 0)
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    return data.assign(y=ends - heights / 2, y_heading=ends - heights - heads / 2 + 2, edge=edge)


def _right(ax: Axes, data: pd.DataFrame, writer: Writer) -> tuple[float, float]:
    """Measure how far from the right edge the values end and the drawing ends."""
    size, note = theme.TYPE["value"].screen, theme.TYPE["note"].screen
    value = max(theme.text_width(_value(estimate, writer), size, True) for estimate in data["estimate"])
    if theme.is_narrow(ax):
        return 2, value + 14
    limits = [writer.limits(*ends) for ends in zip(data["low"], data["high"], strict=True)]
    limits = max(theme.text_width(text, note) for text in limits)
    return limits + 16, limits + value + 34


def _scale(ax: Axes, data: pd.DataFrame, writer: Writer) -> None:
    values = data[["estimate", "low", "high"]].to_numpy(float)
    values = np.append(values[np.isfinite(values)], 0.0)
    if np.ptp(values) == 0:
        values = np.array([-1.0, 1.0])
    ticks = nice_ticks(values.min(), values.max(), 4 if theme.is_narrow(ax) else 5)
    scale = 100 if writer.unit == "share" else 1
    decimals = next(d for d in range(5) if d == 4 or np.allclose(ticks * scale, np.round(ticks * scale, d)))
    names = [words.number(tick * scale, writer.language, decimals, sign=tick != 0) for tick in ticks]
    ax.xaxis.grid(True, color=theme.COLOUR["rule"], linewidth=theme.LINE["grid"])
    ax.tick_params(axis="x", length=0, labelsize=theme.TYPE["note"].screen, labelcolor=theme.COLOUR["ink3"])
    ax.xaxis.set_ticks(ticks, names)
    ax.set_xlim(ticks[0], ticks[-1])


def _zero(ax: Axes, writer: Writer, sides: tuple[str, str] | None) -> None:
    style = {"color": theme.COLOUR["peer_line"], "linewidth": 1.4, "zorder": 3}
    stroke(ax, [0, 0], [ax.get_ylim()[0], 0], gid="zero", **style)
    less, more = sides or tuple(words.word(key, writer.language) for key in ("chart.less", "chart.more"))
    style = {"size": "note", "role": "ink3"}
    box, width = ax.get_position(), theme.width_of(ax)
    zero = (box.x0 + box.width * (0 - ax.get_xlim()[0]) / np.ptp(ax.get_xlim())) * width
    for text, ha, room, dx in ((f"← {less}", "right", zero, -8), (f"{more} →", "left", width - zero, 8)):
        text = words.typeset(text, writer.language)
        if theme.text_width(text, theme.TYPE["note"].screen) + 10 <= room:
            write(ax, 0, -8, text, dx=dx, ha=ha, va="baseline", **style)


def _value(estimate: float, writer: Writer) -> str:
    return writer.short(estimate, sign=True)


def _draw(ax: Axes, row: Any, writer: Writer) -> None:
    established = row.kind != "hollow"
    if row.heading:
        outside = -theme.width_of(ax) * ax.get_position().x0
        write(
            ax, 0, row.y_heading, row.heading, dx=outside, size="note", role="ink3", bold=True, coords=BESIDE
        )
    role = "ink" if established else "ink3"
    write(ax, 0, row.y, row.name, dx=-10, ha="right", role=role, coords=BESIDE)
    if np.isfinite(row.estimate):
        if too_few(row) and np.isfinite(row.low) and np.isfinite(row.high):
            hatched(ax, row.low, row.high, row.y - 5, row.y + 5)
        else:
            whisker(ax, row.y, row.low, row.high, role=INK[row.kind])
        dot(ax, row.estimate, row.y, row.kind)
    outside = theme.width_of(ax) * (1 - ax.get_position().x1)
    place = {"coords": BESIDE, "ha": "right"}
    figure = {"size": "value", "role": INK[row.kind], "bold": established}
    write(ax, 1, row.y, _value(row.estimate, writer), dx=outside - row.edge, **figure, **place)
    if not theme.is_narrow(ax):
        limits = writer.limits(row.low, row.high)
        write(ax, 1, row.y, limits, dx=outside - 2, size="note", role="ink3", **place)


def alt_forest(
    effects: pd.DataFrame,
    *,
    label: str = "term",
    language: str,
    unit: Unit = "share",
    decimals: int = 1,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `forest` shows: the established effects, largest first, how many are not, n.

    Parameters
    ----------
    effects, label, language, unit, decimals, suffix, labels
        As given to `forest`.
    n : str
        How many and when, for example "974 firms, 2026".

    Returns
    -------
    str
        `[Chart type]. [Established effects with their intervals]. [How many are not established]. [n, period].`

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"term": ["age"], "estimate": [-0.05], "low": [-0.07], "high": [-0.03]})
    >>> alt_forest(result, language="en", labels={"age": "Ten years older"}, n="974 firms, 2026")
    'Effects with intervals. Ten years older −5.0\\xa0pts (−7.0 to −3.0). 974 firms, 2026.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = _judged(effects, label, writer, labels)
    sure = data.loc[data["kind"] != "hollow"]
    sure = sure.iloc[np.argsort(-sure["estimate"].abs().to_numpy(), kind="stable")]
    parts = [
        f"{row.name} {_spoken(row, writer)}" for row in sure.assign(name=sure["name"]).itertuples(index=False)
    ]
    rest = len(data) - len(sure)
    undecided = words.word("alt.not_established", language, count=rest) if rest else ""
    return sentences([words.word("alt.forest", language), ", ".join(parts), undecided, n], language)


def _judged(
    effects: pd.DataFrame, label: str, writer: Writer, labels: Mapping[Any, str] | None
) -> pd.DataFrame:
    data = result_table(effects, [label, "estimate", "low", "high"], "forest")
    return data.assign(
        name=level_labels(data, label, writer.language, labels),
        kind=[_kind(row) for row in rows_of(data)],
    )


def _spoken(row: Any, writer: Writer) -> str:
    change = writer.change(0, row.estimate)
    return f"{change} ({writer.limits(row.low, row.high)})"


def reading_forest(
    effects: pd.DataFrame,
    *,
    label: str = "term",
    language: str,
    read: Any = None,
    unit: Unit = "share",
    decimals: int = 1,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read one effect aloud, with its interval and without any word of cause.

    Parameters
    ----------
    effects, label, language, unit, decimals, suffix, labels
        As given to `forest`.
    read : object, optional
        The effect to read; by default the largest established one, or the first when none is.

    Returns
    -------
    str
        The sentence that follows "Reading:" or "Lecture :".

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"term": ["age"], "estimate": [-0.05], "low": [-0.07], "high": [-0.03]})
    >>> reading_forest(result, language="en", labels={"age": "Ten years older"})
    '“Ten years older” goes with −5.0\\xa0pts (between −7.0 and −3.0), other things equal. This proves no cause.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = _judged(effects, label, writer, labels)
    if read is not None:
        data = data.loc[data[label] == read]
    sure = data.loc[data["kind"] != "hollow"]
    pool = sure if len(sure) else data
    row = pool.iloc[int(np.argmax(pool["estimate"].abs().to_numpy()))]
    bare = Writer(writer.language, "number", decimals)
    scale = 100 if unit == "share" else 1
    return words.word(
        "reading.forest" if len(sure) else "reading.forest_flat",
        language,
        label=row["name"],
        value=writer.change(0, row["estimate"]),
        interval=bare.span(row["low"] * scale, row["high"] * scale, "between"),
    )
