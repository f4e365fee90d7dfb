"""How much is reached with how much effort? Firms as dots, and the frontier of those that reach most."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.curves import lay_curve
from analysis.charts.marks import nice_ticks, write
from analysis.charts.results import Writer, result_table, rows_of, sentences
from analysis.errors import DataError

__all__ = ["alt_frontier", "frontier"]


def frontier(
    curve: pd.DataFrame,
    firms: pd.DataFrame,
    ax: Axes,
    *,
    effort: str = "hours_per_week",
    result: str = "leads",
    effort_label: str = "",
    result_label: str = "",
    language: str | None = None,
) -> Axes:
    """Draw the efficiency frontier with its interval over the firms it comes from.

    Parameters
    ----------
    curve : pandas.DataFrame
        From `analysis.platform_fit.frontier`: `effort, estimate, low, high`.
    firms : pandas.DataFrame
        One row per firm.
    ax : matplotlib.axes.Axes
    effort, result : str
        Columns of `firms`.
    effort_label, result_label : str
        What is along and up.
    language : {"fr", "en"}, optional
        That of the drawing by default.

    Returns
    -------
    matplotlib.axes.Axes
        Dots grow with the number of firms at one place, the area with the count. The line steps up where more is
        reached.

    Raises
    ------
    DataError
        When a table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Notes
    -----
    Firms under the line may be unlucky rather than wasteful.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> curve = pd.DataFrame({"effort": [1.0, 2.0], "estimate": [3.0, 5.0], "low": [3.0, 5.0], "high": [4.0, 6.0]})
    >>> ax = frontier(curve, pd.DataFrame({"hours_per_week": [1.0, 2.0], "leads": [3, 4]}), new_axes())
    """
    language = theme.language_of(ax, language)
    data = result_table(curve, ["effort", "estimate", "low", "high"], "frontier")
    places = _places(firms, effort, result)
    writer = Writer(language, "number")
    lay_curve(ax, data, writer, extra=[float(places["result"].max())], right=18, top=30)
    ticks = nice_ticks(0, float(max(data["effort"].max(), places["effort"].max())), 5)
    decimals = 0 if np.allclose(ticks, ticks.round()) else 1
    ax.set_xticks(ticks, [words.number(tick, language, decimals) for tick in ticks])
    ax.set_xlim(-ticks[-1] * 0.01, ticks[-1])
    ax.tick_params(axis="x", length=0, labelsize=theme.TYPE["note"].screen, labelcolor=theme.COLOUR["ink3"])
    _dots(ax, places)
    _steps(ax, data, ticks[-1])
    _words(ax, effort_label, result_label, language)
    return ax


def _places(firms: pd.DataFrame, effort: str, result: str) -> pd.DataFrame:
    for name in (effort, result):
        if name not in firms:
            raise DataError(f'The chart "frontier" needs the column "{name}" of the firms.')
    known = pd.DataFrame({"effort": firms[effort], "result": firms[result]}).dropna().astype(float)
    if known.empty:
        raise DataError('The chart "frontier" has no firm to draw.')
    return known.groupby(["effort", "result"]).size().rename("count").reset_index()


def _dots(ax: Axes, places: pd.DataFrame) -> None:
    area = 5 + 3 * places["count"]
    style = {"facecolors": theme.COLOUR["peer"], "edgecolors": "none", "clip_on": False, "zorder": 2}
    ax.scatter(places["effort"], places["result"], s=np.minimum(area, 70), gid="firms", **style)


def _steps(ax: Axes, data: pd.DataFrame, end: float) -> None:
    rows = data.sort_values("effort")
    x = np.append(rows["effort"].to_numpy(float), end)
    low, mid, high = (
        np.append(v, v[-1]) for v in (rows[c].to_numpy(float) for c in ("low", "estimate", "high"))
    )
    band = {"step": "post", "facecolor": theme.COLOUR["accent_tint"], "edgecolor": "none", "zorder": 1}
    band["gid"] = "interval"
    ax.fill_between(x, low, high, **band)
    line = {
        "color": theme.COLOUR["accent"],
        "linewidth": theme.LINE["series"],
        "zorder": 4,
        "gid": "frontier",
    }
    ax.plot(x, mid, drawstyle="steps-post", clip_on=False, **line)


def _words(ax: Axes, effort_label: str, result_label: str, language: str) -> None:
    note = {"size": "note", "role": "ink3"}
    write(ax, 0, 1, result_label, dy=16, coords="axes fraction", **note)
    write(ax, 1, 0, effort_label, dy=-28, ha="right", coords="axes fraction", **note)
    name = {"ha": "right", "coords": "axes fraction", "bold": True, "role": "accent"}
    write(ax, 1, 1, words.word("chart.frontier", language), dy=16, **name)
    if not theme.is_narrow(ax):
        write(ax, 0, 0, words.word("chart.firm_dots", language), dy=-28, coords="axes fraction", **note)


def alt_frontier(
    curve: pd.DataFrame, *, language: str, suffix: str = "", decimals: int = 0, n: str = ""
) -> str:
    """Say in words what `frontier` shows: what is reached in the middle and at the end.

    Parameters
    ----------
    curve, language
        As given to `frontier`.
    suffix : str
        Unit of the effort.
    decimals : int
        Of what is reached.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError, ParameterError
        As `frontier`.

    Examples
    --------
    >>> curve = pd.DataFrame({"effort": [1.0, 2.0], "estimate": [3.0, 5.0], "low": [3.0, 5.0], "high": [4.0, 6.0]})
    >>> alt_frontier(curve, language="en")
    'Dots and a line. At 1.0, the frontier reaches 3 (3 to 4), at 2.0, the frontier reaches 5 (5 to 6).'
    """
    spoken, hours = (
        Writer(words.check_language(language), "number", decimals),
        Writer(language, "number", 1, suffix),
    )
    data = result_table(curve, ["effort", "estimate", "low", "high"], "frontier").sort_values("effort")
    parts = []
    for row in rows_of(data.iloc[[(len(data) - 1) // 2, -1]]):
        value = f"{spoken.full(row.estimate)} ({spoken.span(row.low, row.high)})"
        parts.append(words.word("alt.frontier_at", language, effort=hours.full(row.effort), value=value))
    text = parts[0] + "".join(f", {part[0].lower()}{part[1:]}" for part in parts[1:])
    return sentences([words.word("alt.frontier", language), text, n], language)
