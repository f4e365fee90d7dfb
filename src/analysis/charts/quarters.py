"""What did the client's own quarter look like? One bar per post, for the band of the cover."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.calendars import posts_of_period
from analysis.charts.marks import bare_axes, stroke, write
from analysis.charts.results import number_of, sentences
from analysis.charts.shapes import block
from analysis.errors import DataError

__all__ = [
    "alt_quarter_bars",
    "quarter_bars",
]


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
    data = posts_of_period(posts, period, date, columns, "quarter_bars")
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
    stroke(ax, empty, [0] * len(empty), markerfacecolor=theme.COLOUR["on_band2"], gid="days", **style)


def _day_bars(ax: Axes, data: pd.DataFrame) -> None:
    posts, drawn = Counter(data["x"].tolist()), Counter[int]()
    for x, value, white in zip(data["x"], data["value"], data["white"], strict=True):
        width = 0.74 / posts[x]
        left = x - 0.37 + drawn[x] * width
        drawn[x] += 1
        colour = theme.COLOUR["on_band" if white else "on_band2"]
        if np.isfinite(value):
            bar = {"facecolor": colour, "edgecolor": "none", "clip_on": False, "gid": "estimate"}
            block(ax, (left, 0), width * 0.94, value, **bar)
        else:
            ring = {"marker": "o", "markersize": 4, "markerfacecolor": "none", "markeredgecolor": colour}
            stroke(ax, [x], [0], linestyle="none", clip_on=False, gid="missing", **ring)


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
    data = posts_of_period(posts, period, date, [value], "quarter_bars")
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
