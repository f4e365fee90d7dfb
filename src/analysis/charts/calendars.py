"""On which days were posts published? The calendar of posts and the quarter drawn on the cover."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import bare_axes, level_labels, number_of, result_table, sentences, write
from analysis.errors import DataError

__all__ = ["alt_calendar", "alt_quarter_bars", "calendar", "quarter_bars"]

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
    data = _in_period(posts, period, date, [kind], "calendar")
    start, end = words.period_bounds(period)
    monday = start.normalize() - pd.Timedelta(days=start.weekday())
    weeks = (end.normalize() - monday).days // 7 + 1
    levels, names = _kinds(data, kind, first, language, labels)
    wide, cell = _lay_calendar(ax, weeks, names, language)
    _empty_days(ax, start, end, monday)
    _month_names(ax, start, end, monday, wide, language)
    data = data.assign(rank=[levels.index(level) if level in levels else len(levels) for level in data[kind]])
    for day, same in data.groupby("day"):
        place = (day - monday).days
        _marks(ax, place // 7 + 0.5, place % 7 + 0.5, sorted(same["rank"]), wide, cell)
    _shape_key(ax, names, wide, cell)
    return ax


def _in_period(posts: pd.DataFrame, period: str, date: str, columns: list[str], chart: str) -> pd.DataFrame:
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
    counts = data[kind].astype(object).fillna("other").value_counts()
    levels = sorted(counts.index, key=lambda level: (level != first, -counts[level], str(level)))
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
    places = [(day - monday).days for day in pd.date_range(start.normalize(), end.normalize())]
    squares = [Rectangle((place // 7 + 0.03, place % 7 + 0.04), 0.94, 0.92) for place in places]
    ax.add_collection(
        PatchCollection(squares, facecolor=theme.COLOUR["wash"], edgecolor="none", zorder=1, gid="days")
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
    ax.plot(
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
    data = _in_period(posts, period, date, [], "calendar")
    start, end = words.period_bounds(words.check_language(language) and period)
    days = sorted(data["day"].unique())
    edges = [start.normalize() - pd.Timedelta(days=1), *days, end.normalize() + pd.Timedelta(days=1)]
    gap = max((after - before).days - 1 for before, after in pairwise(edges))
    counts = {"posts": len(data), "days": len(days), "all": (end - start).days + 1}
    said = words.word("alt.posts_days", language, **{k: words.number(v, language) for k, v in counts.items()})
    silence = words.word("alt.longest_gap", language, days=words.number(gap, language))
    name = words.period(period, language)
    return sentences([words.word("alt.calendar", language), f"{said}, {silence}", name], language)


def quarter_bars(
    posts: pd.DataFrame,
    ax: Axes,
    *,
    period: str,
    value: str = "reach",
    date: str = "published",
    kind: str = "kind",
    highlight: Any = None,
    language: str | None = None,
    best_label: str | None = None,
) -> Axes:
    """Draw the client's own quarter for the dark band of the cover: one bar per post on a line of days.

    Parameters
    ----------
    posts : pandas.DataFrame
        One row per post: `date`, `value`, and `kind` when one is highlighted.
    ax : matplotlib.axes.Axes
    period : str
        2025-Q4, 2025-11 or 2025.
    value : str
        Column of the heights, people reached by default.
    date, kind : str
        Columns.
    highlight : object, optional
        The kind drawn white; without one every bar is.
    language : {"fr", "en"}, optional
    best_label : str, optional
        What is written at the highest bar; by default its people and its date.

    Returns
    -------
    matplotlib.axes.Axes
        Drawn in the colours of the band: `theme.COLOUR["band"]` must be behind it. A post without a value
        is a ring on the line, not a bar of 0.

    Raises
    ------
    DataError
        When the table lacks a column, or the period holds no post with a value.
    ParameterError
        When the period or the language is not known.

    Notes
    -----
    An ornament that tells the truth: heights start at 0 and are not smoothed. Tufte, E. R. (2006),
    *Beautiful Evidence*, on word-sized graphics.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> posts = pd.DataFrame({"published": pd.to_datetime(["2025-10-03", "2025-10-09"]), "reach": [300, 885]})
    >>> ax = quarter_bars(posts, new_axes(), period="2025-Q4")
    """
    language = theme.language_of(ax, language)
    columns = [value] if highlight is None else [value, kind]
    data = _in_period(posts, period, date, columns, "quarter_bars")
    data = data.assign(value=number_of(data[value]))
    if data["value"].isna().all():
        raise DataError(f'The chart "quarter_bars" has no post with a value of "{value}" in {period}.')
    start, end = (bound.normalize() for bound in words.period_bounds(period))
    _lay_quarter(ax, (end - start).days + 1, float(data["value"].max()))
    data = data.assign(x=(data["day"] - start).dt.days)
    white = [True] * len(data) if highlight is None else (data[kind] == highlight).fillna(False).tolist()
    _day_line(ax, sorted(set(range((end - start).days + 1)) - set(data["x"])))
    _day_bars(ax, data.assign(white=white))
    _quarter_months(ax, start, end, language)
    best = data.loc[data["value"].idxmax()]
    _best(ax, best, best_label, language)
    return ax


def _lay_quarter(ax: Axes, days: int, top: float) -> None:
    bare_axes(ax)
    theme.set_height(ax, 92 if theme.is_narrow(ax) else 112)
    theme.frame(ax, left=1, right=1, top=14, bottom=20)
    ax.set_xlim(-0.5, days - 0.5)
    ax.set_ylim(0, top or 1)


def _day_line(ax: Axes, empty: list[int]) -> None:
    style = {"linestyle": "none", "marker": "s", "markersize": 1.7, "markeredgewidth": 0, "clip_on": False}
    ax.plot(empty, [0] * len(empty), markerfacecolor=theme.COLOUR["on_band2"], gid="days", **style)


def _day_bars(ax: Axes, data: pd.DataFrame) -> None:
    for _, same in data.groupby("x"):
        width = 0.74 / len(same)
        for i, row in enumerate(same.itertuples()):
            left = row.x - 0.37 + i * width
            colour = theme.COLOUR["on_band" if row.white else "on_band2"]
            if np.isfinite(row.value):
                bar = {"facecolor": colour, "edgecolor": "none", "clip_on": False, "gid": "estimate"}
                ax.add_patch(Rectangle((left, 0), width * 0.94, row.value, **bar))
            else:
                ring = {"marker": "o", "markersize": 4, "markerfacecolor": "none", "markeredgecolor": colour}
                ax.plot([row.x], [0], linestyle="none", clip_on=False, gid="missing", **ring)


def _quarter_months(ax: Axes, start: pd.Timestamp, end: pd.Timestamp, language: str) -> None:
    firsts = pd.date_range(start, end, freq="MS")
    form = "month" if len(firsts) <= 4 else "month_short"
    every = 1 if len(firsts) <= 4 or not theme.is_narrow(ax) else 2
    for day in firsts[::every]:
        name = words.word(f"{form}.{day.month}", language)
        write(ax, (day - start).days - 0.4, 0, name, dy=-12, size="note", role="on_band2")


def _best(ax: Axes, best: Any, text: str | None, language: str) -> None:
    if text is None:
        count, day = words.number(best["value"], language), words.date(best["day"], language, "short")
        text = words.word("chart.reached_on", language, n=count, date=day)
    text = words.typeset(text, language)
    days = np.ptp(ax.get_xlim())
    width = theme.text_width(text, theme.TYPE["note"].screen)
    place = (best["x"] + 0.5) / days * (theme.width_of(ax) - 2)
    after = place < width + 12
    side = {"dx": 8 if after else -8, "ha": "left" if after else "right"}
    write(
        ax, best["x"], best["value"], text, size="note", role="on_band", dy=7, **side | {"dx": side["dx"] / 8}
    )


def alt_quarter_bars(
    posts: pd.DataFrame, *, period: str, language: str, value: str = "reach", date: str = "published"
) -> str:
    """Say in words what `quarter_bars` shows: the number of posts and the best one.

    Parameters
    ----------
    posts, period, value, date
        As given to `quarter_bars`.
    language : {"fr", "en"}

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table lacks a column, or the period holds no post with a value.
    ParameterError
        When the period or the language is not known.

    Examples
    --------
    >>> posts = pd.DataFrame({"published": pd.to_datetime(["2025-10-03", "2025-10-09"]), "reach": [300, 885]})
    >>> alt_quarter_bars(posts, period="2025-Q4", language="en").replace("\\u00a0", " ")
    'Bars, one per post. Highest 885, on 9 Oct. 2 posts, fourth quarter of 2025.'
    """
    data = _in_period(posts, period, date, [value], "quarter_bars")
    data = data.assign(value=number_of(data[value]))
    if data["value"].isna().all():
        raise DataError(f'The chart "quarter_bars" has no post with a value of "{value}" in {period}.')
    best = data.loc[data["value"].idxmax()]
    said = words.word(
        "alt.best_post",
        language,
        value=words.number(best["value"], language),
        date=words.date(best["day"], language, "short"),
    )
    count = words.word("alt.n_posts", language, n=words.number(len(data), language))
    name = words.period(period, language)
    return sentences([words.word("alt.quarter", language), said, f"{count}, {name}"], language)
