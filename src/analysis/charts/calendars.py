"""On which days were posts published? The calendar of posts and the quarter drawn on the cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import bare_axes, stroke, write
from analysis.charts.results import level_labels, result_table, sentences
from analysis.errors import DataError

__all__ = [
    "alt_calendar",
    "calendar",
    "posts_of_period",
]

SHAPES = (
    ("o", "accent", "accent"),
    ("s", "peer_line", "peer_line"),
    ("o", "paper", "peer_line"),
    ("^", "peer_line", "peer_line"),
    ("s", "paper", "peer_line"),
)


def calendar(
    posts: pd.DataFrame,
    ax: Axes,
    *,
    period: str,
    date: str = "published",
    kind: str = "kind",
    language: str | None = None,
    first: Any = None,
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw a calendar of posts: a column per week, a row per day, the shape telling the kind.

    Parameters
    ----------
    posts : pandas.DataFrame
        One row per post: `date` and `kind`.
    ax : matplotlib.axes.Axes
    period : str
        2025-Q4, 2025-11 or 2025: the days drawn.
    date, kind : str
        Columns.
    language : {"fr", "en"}, optional
    first : object, optional
        The kind drawn as an accent dot; by default the most frequent.
    labels : mapping, optional
        Kind to name.

    Returns
    -------
    matplotlib.axes.Axes
        Each post is one mark; beyond five kinds, the rarest are drawn together as "other".

    Raises
    ------
    DataError
        When the table lacks a column or the period holds no post.
    ParameterError
        When the period or the language is not known.

    Notes
    -----
    An empty day says that nothing was published, not that nobody looked.
    Wickham et al. (2012), "Glyph-maps", *Environmetrics* 23(5), for small marks in a calendar.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> posts = pd.DataFrame({"published": pd.to_datetime(["2025-10-03", "2025-10-09"]), "kind": ["photo", "link"]})
    >>> ax = calendar(posts, new_axes(350), period="2025-Q4")
    """
    language = theme.language_of(ax, language)
    data = posts_of_period(posts, period, date, [kind], "calendar")
    data = data.assign(**{kind: data[kind].astype(object).where(data[kind].notna(), "other")})
    start, end = words.period_bounds(period)
    monday = start.normalize() - pd.Timedelta(days=start.weekday())
    weeks = (end.normalize() - monday).days // 7 + 1
    levels, names = _kinds(data, kind, first, language, labels)
    wide, cell = _lay_calendar(ax, weeks, names, language)
    _empty_days(ax, start, end, monday)
    _month_names(ax, start, end, monday, wide, language)
    ranks = {level: rank for rank, level in enumerate(levels)}
    days: dict[int, list[int]] = {}
    for place, level in zip((data["day"] - monday).dt.days.tolist(), data[kind].tolist(), strict=True):
        days.setdefault(place, []).append(ranks.get(level, len(levels)))
    for place, same in days.items():
        _marks(ax, place // 7 + 0.5, place % 7 + 0.5, sorted(same), wide, cell)
    _shape_key(ax, names, wide, cell)
    return ax


def posts_of_period(
    posts: pd.DataFrame, period: str, date: str, columns: list[str], chart: str
) -> pd.DataFrame:
    """Keep the posts of a period, in order, with their day by the clock they carry.

    Parameters
    ----------
    posts : pandas.DataFrame
    period, date : str
        As given to `calendar`.
    columns : list of str
        Other columns the chart needs.
    chart : str
        Name of the chart, for the messages.

    Returns
    -------
    pandas.DataFrame
        With a column `day`.

    Raises
    ------
    DataError
        When the table lacks a column or the period holds no post.
    ParameterError
        When the period is not one.

    Examples
    --------
    >>> posts = pd.DataFrame({"published": pd.to_datetime(["2025-09-30 09:00", "2025-10-03 18:00"])})
    >>> posts_of_period(posts, "2025-Q4", "published", [], "calendar")["day"].tolist()
    [Timestamp('2025-10-03 00:00:00')]
    """
    data = result_table(posts, [date, *columns], chart)
    stamps = pd.to_datetime(data[date])
    stamps = stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps
    start, end = words.period_bounds(period)
    data = data.assign(day=stamps.dt.normalize()).loc[(stamps >= start) & (stamps <= end)]
    if data.empty:
        raise DataError(
            f'The chart "{chart}" has no post in {words.period(period, "en")}. '
            "Check the period, or export the posts of that period."
        )
    return data.sort_values("day", kind="stable").reset_index(drop=True)


def _kinds(
    data: pd.DataFrame, kind: str, first: Any, language: str, labels: Mapping[Any, str] | None
) -> tuple[list[Any], list[str]]:
    counts = Counter(data[kind].tolist())
    levels = sorted(counts, key=lambda level: (level != first, -counts[level], str(level)))
    kept = levels if len(levels) <= len(SHAPES) else levels[: len(SHAPES) - 1]
    names = level_labels(pd.DataFrame({kind: kept}), kind, language, labels)
    return kept, names if len(kept) == len(levels) else [*names, words.word("chart.other", language)]


def _lay_calendar(ax: Axes, weeks: int, names: list[str], language: str) -> tuple[float, float]:
    note = theme.TYPE["note"].screen
    bare_axes(ax)
    days = [words.word(f"weekday_short.{i}", language) for i in range(7)]
    left = max(theme.text_width(day, note) for day in days) + 10
    wide = min(46.0, (theme.width_of(ax) - left - 4) / weeks)
    cell = min(24.0, wide)
    lines = _key_lines(ax, names, left)
    top, bottom = 20, 12 + 18 * len(lines)
    theme.set_height(ax, top + 7 * cell + bottom)
    height = ax.figure.get_figheight() * 72
    theme.frame(
        ax, left=left, right=theme.width_of(ax) - left - wide * weeks, top=top, bottom=height - top - 7 * cell
    )
    ax.set_xlim(0, weeks)
    ax.set_ylim(7, 0)
    for i in range(0, 7, 1 if cell >= 13 else 2):
        write(ax, 0, i + 0.5, days[i], dx=-left + 2, size="note", role="ink3")
    return wide, cell


def _empty_days(ax: Axes, start: pd.Timestamp, end: pd.Timestamp, monday: pd.Timestamp) -> None:
    places = np.arange((start - monday).days, (end - monday).days + 1)
    corners = np.column_stack([places // 7 + 0.03, places % 7 + 0.04])
    squares = corners[:, None] + np.array([(0, 0), (0.94, 0), (0.94, 0.92), (0, 0.92)])
    ax.add_collection(
        PolyCollection(squares, facecolor=theme.COLOUR["wash"], edgecolor="none", zorder=1, gid="days")
    )


def _month_names(
    ax: Axes, start: pd.Timestamp, end: pd.Timestamp, monday: pd.Timestamp, cell: float, language: str
) -> None:
    firsts = pd.date_range(start.normalize(), end.normalize(), freq="MS")
    space = cell * ((firsts[1] - firsts[0]).days if len(firsts) > 1 else 31) / 7 - 6
    whole = [words.word(f"month.{day.month}", language) for day in firsts]
    size = theme.TYPE["note"].screen
    short = max(theme.text_width(name, size) for name in whole) > space
    names = [words.word(f"month_short.{day.month}", language) for day in firsts] if short else whole
    every = int(np.ceil(max(theme.text_width(name, size) for name in names) / max(space, 1)))
    for day, name in list(zip(firsts, names, strict=True))[::every]:
        write(ax, (day - monday).days // 7, 0, name, dy=10, size="note", role="ink3")


def _marks(ax: Axes, x: float, y: float, ranks: list[int], wide: float, cell: float) -> None:
    """Draw the posts of a day in as few lines as the cell allows."""
    size = min(11.0, cell * 0.52)
    lines = next(
        n for n in range(1, 99) if -(-len(ranks) // n) * (size + 2) / n**0.9 <= wide or n * n >= len(ranks)
    )
    each = -(-len(ranks) // lines)
    size = min(size, (wide - 2) / each - 1, (cell - 2) / lines - 1)
    for i, rank in enumerate(ranks):
        column, line = i % each, i // each
        across = min(each, len(ranks) - line * each)
        dx = (column - (across - 1) / 2) * (size + 1.5) / wide
        dy = (line - (lines - 1) / 2) * (size + 1) / cell
        _shape(ax, x + dx, y + dy, rank, size)


def _shape(ax: Axes, x: float, y: float, rank: int, size: float) -> None:
    marker, face, edge = SHAPES[min(rank, len(SHAPES) - 1)]
    rim = min(1.5, size / 5) if face == "paper" else 0
    stroke(
        ax,
        [x],
        [y],
        linestyle="none",
        marker=marker,
        markersize=(size - rim) * (0.88 if marker == "s" else 1),
        markerfacecolor=theme.COLOUR[face],
        markeredgecolor=theme.COLOUR[edge],
        markeredgewidth=rim,
        clip_on=False,
        zorder=4,
        gid="post",
    )


def _key_lines(ax: Axes, names: list[str], left: float) -> list[list[int]]:
    lines: list[list[int]] = [[]]
    used, size = 0.0, theme.TYPE["note"].screen
    for i, name in enumerate(names):
        width = theme.text_width(name, size) + 28
        if lines[-1] and used + width > theme.width_of(ax) - left:
            lines.append([])
            used = 0.0
        lines[-1].append(i)
        used += width
    return lines


def _shape_key(ax: Axes, names: list[str], wide: float, cell: float) -> None:
    size, left = theme.TYPE["note"].screen, theme.width_of(ax) * ax.get_position().x0
    for j, line in enumerate(_key_lines(ax, names, left)):
        x, y = 6 / wide, 7 + (14 + 18 * j) / cell
        for i in line:
            _shape(ax, x, y, i, 9)
            write(ax, x, y, names[i], dx=9, size="note", role="ink2")
            x += (theme.text_width(names[i], size) + 28) / wide


def alt_calendar(posts: pd.DataFrame, *, period: str, language: str, date: str = "published") -> str:
    """Say in words what `calendar` shows: posts, days with a post, longest silence.

    Parameters
    ----------
    posts, period, date
        As given to `calendar`.
    language : {"fr", "en"}

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table lacks a column or the period holds no post.
    ParameterError
        When the period or the language is not known.

    Examples
    --------
    >>> posts = pd.DataFrame({"published": pd.to_datetime(["2025-10-03", "2025-10-09"])})
    >>> alt_calendar(posts, period="2025-10", language="en")
    'Calendar of posts. 2 posts on 2 days out of 31, longest gap 22 days. October 2025.'
    """
    data = posts_of_period(posts, period, date, [], "calendar")
    start, end = words.period_bounds(words.check_language(language) and period)
    days = sorted(data["day"].unique())
    edges = [start.normalize() - pd.Timedelta(days=1), *days, end.normalize() + pd.Timedelta(days=1)]
    gap = max((after - before).days - 1 for before, after in pairwise(edges))
    counts = {"posts": len(data), "days": len(days), "all": (end - start).days + 1}
    said = words.word("alt.posts_days", language, **{k: words.number(v, language) for k, v in counts.items()})
    silence = words.word("alt.longest_gap", language, days=words.number(gap, language))
    name = words.period(period, language)
    return sentences([words.word("alt.calendar", language), f"{said}, {silence}", name], language)
