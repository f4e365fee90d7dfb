"""What did each post do, and on which day? Every post shown, beside the median of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.comparisons import alt_rates
from analysis.charts.marks import INK, dot, hatched, last_name, stroke, value_axis, whisker, write
from analysis.charts.results import Unit, Writer, level_labels, number_of, one_row_each, result_table, rows_of
from analysis.charts.rows import chosen, in_order
from analysis.charts.shapes import block
from analysis.errors import DataError

__all__ = ["alt_dots_by_group", "dots_by_group", "reading_dots_by_group"]

FEW, MANY, SKEWED, LINE = 5, 30, 8.0, 14


def dots_by_group(
    estimates: pd.DataFrame,
    posts: pd.DataFrame,
    ax: Axes,
    *,
    label: str = "kind",
    value: str = "reach",
    language: str | None = None,
    highlight: Any = None,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw every post of each group above the median of the group and its interval.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table of medians: `label` and `estimate, low, high, n`.
    posts : pandas.DataFrame
        One row per post: `label` and `value`.
    ax : matplotlib.axes.Axes
    label, value : str
        Grouping column, and the column of the posts' own values.
    language : {"fr", "en"}, optional
    highlight : object or list, optional
        Groups drawn filled; by default the one with the highest median that can be read.
    unit : {"share", "number"}
    decimals : int
    suffix : str
    labels : mapping, optional
        Group to name.

    Returns
    -------
    matplotlib.axes.Axes
        From 30 posts on, a grey band of the middle half replaces the dots; under 5, the posts alone are
        shown on hatching. When a few posts are far above the rest the scale is a square root, and says so.

    Raises
    ------
    DataError
        When a table is empty or lacks a column, or no post has a value.
    ParameterError
        When the language is not known.

    Notes
    -----
    Kinds are not chosen at random: a kind that reaches more people may be one kept for good days.
    Wilkinson, L. (1999), "Dot plots", *The American Statistician* 53(3).

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> posts = pd.DataFrame({"kind": ["photo"] * 6, "reach": [120, 200, 210, 260, 300, 410]})
    >>> result = pd.DataFrame({"kind": ["photo"], "estimate": [235], "low": [160], "high": [355], "n": [6]})
    >>> ax = dots_by_group(result, posts, new_axes())
    """
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data = _medians(estimates, [label, "estimate"], label)
    shown = result_table(posts, [label, value], "dots_by_group")
    shown = shown.assign(value=number_of(shown[value])).loc[lambda table: table["value"].notna()]
    if shown.empty:
        raise DataError(f'The chart "dots_by_group" has no post with a value of "{value}".')
    if highlight is None and not data["few"].iloc[0]:
        highlight = data[label].iloc[0]
    data = data.assign(
        name=level_labels(data, label, writer.language, labels), strong=chosen(data[label], highlight)
    )
    _lay(ax, data, shown, label, writer)
    for row, level in zip(rows_of(data), data[label], strict=True):
        values = shown.loc[shown[label] == level, "value"].to_numpy(float)
        _name(ax, row, len(values), writer.language)
        _posts(ax, row, values)
        _median(ax, row, writer)
    return ax


def _medians(estimates: pd.DataFrame, columns: list[str], label: str) -> pd.DataFrame:
    """Order the groups; as every post is shown, only fewer than 5 of them are too few for a median."""
    data = one_row_each(result_table(estimates, columns, "dots_by_group"), label, "dots_by_group")
    withdrawn = data["flag"].str.startswith("suppressed")
    return in_order(data.assign(flag=data["flag"].where(withdrawn, "")), "value")


def _lay(ax: Axes, data: pd.DataFrame, shown: pd.DataFrame, label: str, writer: Writer) -> None:
    narrow, size = theme.is_narrow(ax), theme.TYPE["label"].screen
    height, top = (50 if narrow else 58), (6 if narrow else 8)
    values = _in_view(shown, label)
    data["name"] = [_wrapped(ax, name, writer.language) for name in data["name"]]
    more = max(name.count("\n") for name in data["name"])
    height += LINE * more if narrow else 2 * LINE * max(0, more - 1)
    theme.set_height(ax, top + height * len(data) + 30)
    ticks = value_axis(ax, data, writer, extra=[values.max(), values.min()])
    if values.max() > SKEWED * max(values.median(), 1e-9) and values.min() >= 0:
        _square_root(ax, ticks[-1], writer)
    longest = max(theme.text_width(name, size, True) for name in data["name"])
    left = 12 if narrow else max(longest, _widest_count(writer.language)) + 24
    right = max(theme.text_width(last_name(ax), theme.TYPE["note"].screen) / 2 + 3, 12)
    bottom = ax.figure.get_figheight() * 72 - top - height * len(data)
    theme.frame(ax, left=left, right=right, top=top, bottom=bottom)
    ax.set_ylim(height * len(data), 0)
    ax.set_yticks([])
    data["y"] = height * (np.arange(len(data)) + 1) - 17 if narrow else height * (np.arange(len(data)) + 0.5)


def _wrapped(ax: Axes, name: str, language: str) -> str:
    """Break a name: beside the drawing, or above it, where the count of posts must stand on its last line."""
    size = theme.TYPE["label"].screen
    if not theme.is_narrow(ax):
        return theme.wrap(name, theme.width_of(ax) * 0.28, size, True)
    room = theme.width_of(ax) - 16
    lines = theme.wrap(name, room, size, True)
    alone = theme.text_width(lines.split("\n")[-1], size, True) + _widest_count(language) > room
    return f"{lines}\n" if alone else lines


def _widest_count(language: str) -> float:
    return theme.text_width(words.word("chart.many_posts", language, n=9999), theme.TYPE["note"].screen)


def _in_view(shown: pd.DataFrame, label: str) -> pd.Series:
    """Give what the scale must hold: the posts of small groups, the middle halves of large ones."""
    groups = [group for _, group in shown.groupby(label, observed=True)["value"]]
    middles = [group.quantile([0.25, 0.75]) if len(group) >= MANY else group for group in groups]
    return pd.concat(middles or [shown["value"]])


def _square_root(ax: Axes, last: float, writer: Writer) -> None:
    def root(x: Any) -> Any:
        return np.sign(x) * np.sqrt(np.abs(x))

    def square(x: Any) -> Any:
        return np.sign(x) * np.square(x)

    ax.set_xscale("function", functions=(root, square))
    steps = sorted({m * 10.0**k for m in (1, 2, 5) for k in range(-4, 9)} | {last})
    kept = [0.0]
    for step in steps:
        if step <= last and np.sqrt(step) - np.sqrt(kept[-1]) >= np.sqrt(last) / 7:
            kept.append(step)
    if last not in kept:
        kept[-1] = last
    ax.set_xticks(kept, [*map(writer.short, kept[:-1]), writer.full(kept[-1])])
    ax.set_xlim(0, last)
    text = words.word("chart.square_root_scale", writer.language)
    write(ax, 1, 0, text, dy=-24, size="note", role="ink3", ha="right", coords="axes fraction")
    theme.set_height(ax, ax.figure.get_figheight() * 72 + 14)


def _name(ax: Axes, row: Any, count: int, language: str) -> None:
    key = "chart.one_post" if count == 1 else "chart.many_posts"
    posts = words.word(key, language, n=words.number(count, language))
    role = "ink3" if row.few else "ink"
    if theme.is_narrow(ax):
        place = {"coords": ("axes fraction", "data"), "dx": -8, "dy": 24}
        lines = row.name.split("\n")
        for above, line in enumerate(reversed(lines)):
            write(ax, 0, row.y, line, bold=row.strong, role=role, **place | {"dy": 24 + LINE * above})
        width = theme.text_width(lines[-1], theme.TYPE["label"].screen, row.strong) if lines[-1] else -8
        write(ax, 0, row.y, posts, size="note", role="ink3", **place | {"dx": width})
        return
    outside = -theme.width_of(ax) * ax.get_position().x0 + 2
    place = {"coords": ("axes fraction", "data"), "dx": outside}
    write(ax, 0, row.y, row.name, bold=row.strong, role=role, va="bottom", **place)
    write(ax, 0, row.y, posts, size="note", role="ink3", va="top", dy=-3, **place)


def _posts(ax: Axes, row: Any, values: np.ndarray) -> None:
    y = row.y - 9
    if len(values) >= MANY:
        low, high = np.quantile(values, [0.25, 0.75])
        band = {"facecolor": theme.COLOUR["peer"], "edgecolor": "none", "zorder": 2, "gid": "quartiles"}
        block(ax, (low, y - 4), high - low, 8, **band)
        return
    stroke(
        ax,
        np.sort(values),
        np.full(len(values), y),
        linestyle="none",
        marker="o",
        markersize=2 * theme.DOT["small"],
        markerfacecolor=theme.COLOUR["accent" if row.strong and not row.few else "peer_line"],
        markeredgecolor=theme.COLOUR["paper"],
        markeredgewidth=0.6,
        alpha=0.55,
        clip_on=False,
        zorder=3,
        gid="post",
    )


def _median(ax: Axes, row: Any, writer: Writer) -> None:
    y, kind = row.y + 8, "filled" if row.strong and not row.few else "hollow"
    if row.n < FEW or not np.isfinite(row.estimate):
        hatched(ax, *ax.get_xlim(), y - 5, y + 5)
        text = words.word("chart.too_few_posts" if row.n < FEW else "chart.no_answer", writer.language)
        place = {"ha": "center", "coords": ("axes fraction", "data"), "ground": True}
        write(ax, 0.5, y, text, size="note", role="ink3", **place)
        return
    if row.few and np.isfinite(row.low) and np.isfinite(row.high):
        hatched(ax, row.low, row.high, y - 5, y + 5)
    else:
        whisker(ax, y, row.low, row.high, role=INK[kind])
    dot(ax, row.estimate, y, kind, radius=5.5 if not theme.is_narrow(ax) else 5)
    _beside(ax, row, y, kind, writer)


def _beside(ax: Axes, row: Any, y: float, kind: str, writer: Writer) -> None:
    """Write the median and its interval after the line, or before it where there is no room after."""
    value, size, note = writer.full(row.estimate), theme.TYPE["value"].screen, theme.TYPE["note"].screen
    limits = "" if theme.is_narrow(ax) else writer.span(row.low, row.high)
    limits = "" if limits == words.MISSING else limits
    first, second = theme.text_width(value, size, True) + 5, theme.text_width(limits, note)
    ends = [row.estimate if not np.isfinite(end) else end for end in (row.low, row.high)]
    width = theme.width_of(ax)
    dots = ax.transData.transform([(end, y) for end in ends])[:, 0] * 72 / ax.figure.dpi
    after = dots[1] + 9 + first + second < width - 2
    start = 9 if after else -9 - first - second
    role = "ink3" if row.few else INK[kind]
    write(ax, ends[1 if after else 0], y, value, dx=start, size="value", bold=not row.few, role=role)
    if limits:
        write(ax, ends[1 if after else 0], y, limits, dx=start + first, size="note", role="ink3")


def alt_dots_by_group(
    estimates: pd.DataFrame,
    *,
    language: str,
    label: str = "kind",
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `dots_by_group` shows: the highest and the lowest median.

    Parameters
    ----------
    estimates, language, label, unit, decimals, suffix, labels
        As given to `dots_by_group`.
    n : str
        How many posts and when.

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
    >>> result = pd.DataFrame({"kind": ["photo"], "estimate": [235], "low": [160], "high": [355], "n": [6]})
    >>> alt_dots_by_group(result, language="en", n="6 posts")
    'Dots, one per post. Photo 235 (160 to 355). 6 posts.'
    """
    options = {"unit": unit, "decimals": decimals, "suffix": suffix, "labels": labels, "n": n}
    return alt_rates(estimates, label=label, language=language, chart="alt.dots", **options)


def reading_dots_by_group(
    estimates: pd.DataFrame,
    *,
    language: str,
    label: str = "kind",
    read: Any = None,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read one median aloud.

    Parameters
    ----------
    estimates, language, label, unit, decimals, suffix, labels
        As given to `dots_by_group`.
    read : object, optional
        The group; by default the highest that can be read.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table is empty, lacks a column, or the group cannot be read.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"kind": ["photo"], "estimate": [235], "low": [160], "high": [355], "n": [6]})
    >>> reading_dots_by_group(result, language="en")
    'half of the 6 posts “photo” exceed 235; given their number, this median lies between 160 and 355.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = _medians(estimates, [label, "estimate", "low", "high", "n"], label)
    data = data.loc[~data["few"] & data["low"].notna()]
    data = data if read is None else data.loc[data[label] == read]
    if data.empty:
        raise DataError(f'No median of "{label}" can be read aloud: each one is missing or of too few posts.')
    row = next(rows_of(data.assign(name=level_labels(data, label, language, labels))))
    return words.word(
        "reading.median",
        language,
        n=words.number(row.n, language),
        label=row.name,
        value=writer.full(row.estimate),
        interval=writer.span(row.low, row.high, "between"),
    )
