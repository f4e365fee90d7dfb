"""How does one value sit beside a few others? Drawings small enough for a table row or beside a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import (
    INK,
    Unit,
    Writer,
    bare_axes,
    benchmark_line,
    choose,
    dot,
    hatched,
    level_labels,
    result_table,
    sentences,
    spread,
    whisker,
    write,
)
from analysis.errors import DataError, ParameterError

__all__ = ["alt_mini_interval", "alt_peer_strip", "mini_interval", "peer_strip", "times_expected"]

FEW = 5
KINDS = ("filled", "hollow", "alert", "peer", "plain", "band")


def peer_strip(
    ax: Axes,
    *,
    value: float,
    low: float | None = None,
    high: float | None = None,
    q1: float | None = None,
    median: float | None = None,
    q3: float | None = None,
    n: int | None = None,
    alert: bool = False,
    language: str | None = None,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
) -> Axes:
    """Draw a client's value and interval over the middle half of its peers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        About 290 units wide.
    value, low, high : float
        The client's value and its interval, where there is one.
    q1, median, q3 : float
        Quartiles of the peers.
    n : int
        How many peers.
    alert : bool
        Draw the value as an alert diamond.
    language : {"fr", "en"}, optional
    unit : {"share", "number"}
    decimals : int
    suffix : str
        Unit written after the quartiles, for example `h`.

    Returns
    -------
    matplotlib.axes.Axes
        Under 5 peers, hatching and "n < 5": neither quartiles nor count are shown.

    Raises
    ------
    DataError
        When the value, or a quartile of 5 peers or more, is missing.
    ParameterError
        When the unit or the language is not known.

    Notes
    -----
    A line that crosses the median tick does not say that the client differs from its peers.
    Tukey, J. W. (1977), *Exploratory Data Analysis*, for the middle half.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = peer_strip(new_axes(290, 60), value=38, q1=14, median=24, q3=41, n=23)
    """
    choose(unit, ("share", "number"), "unit")
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    shown = n is not None and not pd.isna(n) and n >= FEW
    if pd.isna(value) or (
        shown and any(quartile is None or pd.isna(quartile) for quartile in (q1, median, q3))
    ):
        raise DataError(
            'The chart "peer_strip" needs the client\'s value and the three quartiles of its peers.'
        )
    known = [
        float(v)
        for v in (value, low, high, *((q1, median, q3) if shown else ()))
        if v is not None and not pd.isna(v)
    ]
    _lay_strip(ax, known)
    if not shown:
        return _no_peers(ax, writer.language)
    count = words.word("chart.n", writer.language, n=words.number(n, writer.language))
    write(ax, 1, 0, count, dx=62, size="note", role="ink3", ha="right", coords=("axes fraction", "data"))
    ax.plot(ax.get_xlim(), [0, 0], color=theme.COLOUR["rule"], linewidth=1, zorder=1, gid="line")
    _band(ax, q1, median, q3, 0.0)
    _quartile_labels(ax, [q1, median, q3], writer)
    kind = "alert" if alert else "filled"
    whisker(ax, 0, np.nan if low is None else low, np.nan if high is None else high, role=INK[kind])
    dot(ax, value, 0, kind, radius=6 if not alert else 5.5, rim=True)
    you = words.word("chart.you", writer.language)
    _centred(ax, value, 0, you, dy=20, size="note", role=INK[kind], bold=True)
    return ax


def _lay_strip(ax: Axes, known: list[float]) -> None:
    bare_axes(ax)
    theme.set_height(ax, 60)
    theme.frame(ax, left=4, right=66, top=0, bottom=0)
    span = max(known) - min(known) or abs(known[0]) or 1.0
    ax.set_xlim(min(known) - 0.18 * span, max(known) + 0.18 * span)
    ax.set_ylim(-30, 30)


def _no_peers(ax: Axes, language: str) -> Axes:
    text = theme.wrap(
        words.word("report.peers_withdrawn", language), theme.width_of(ax) - 8, theme.TYPE["note"].screen
    )
    theme.set_height(ax, 60 + 24 * text.count("\n"))
    theme.frame(ax, left=4, right=66, top=0, bottom=0)
    ax.set_ylim(-ax.figure.get_figheight() * 36, ax.figure.get_figheight() * 36)
    hatched(ax, *ax.get_xlim(), -7, 7)
    few = words.word("chart.n_below", language, n=FEW)
    write(ax, 1, 0, few, dx=62, size="note", role="ink3", ha="right", coords=("axes fraction", "data"))
    write(ax, 0, -11, text, size="note", role="ink2", va="top", coords=("axes fraction", "data"))
    return ax


def _band(ax: Axes, q1: float, median: float, q3: float, y: float) -> None:
    fill = {"facecolor": theme.COLOUR["peer"], "edgecolor": "none", "zorder": 2, "gid": "quartiles"}
    ax.add_patch(Rectangle((q1, y - 9), q3 - q1, 18, **fill))
    ink = {"color": theme.COLOUR["peer_line"], "linewidth": 2, "solid_capstyle": "butt", "zorder": 3}
    ax.plot([median, median], [y - 11, y + 11], gid="median", **ink)


def _quartile_labels(ax: Axes, quartiles: list[Any], writer: Writer) -> None:
    size = theme.TYPE["note"].screen
    texts = [writer.full(quartile) for quartile in quartiles]
    per_unit = np.ptp(ax.get_xlim()) / (theme.width_of(ax) * ax.get_position().width)
    gap = (max(theme.text_width(text, size) for text in texts) + 6) * per_unit
    half = gap / 2
    places = spread(quartiles, gap, ax.get_xlim()[0] + half, ax.get_xlim()[1] - half)
    for place, text in zip(places, texts, strict=True):
        write(ax, place, 0, text, dy=-21, size="note", role="ink3", ha="center")


def _centred(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a text centred on a value, moved only as far as the edges of the drawing ask."""
    half = theme.text_width(text, theme.TYPE[style["size"]].screen, style.get("bold", False)) / 2 + 1
    box, width = ax.get_position(), theme.width_of(ax)
    place = (box.x0 + box.width * (x - ax.get_xlim()[0]) / np.ptp(ax.get_xlim())) * width
    write(ax, x, y, text, dx=min(max(place, half), width - half) - place, ha="center", **style)


def alt_peer_strip(
    *,
    value: float,
    low: float | None = None,
    high: float | None = None,
    q1: float | None = None,
    median: float | None = None,
    q3: float | None = None,
    n: int | None = None,
    language: str,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
) -> str:
    """Say in words what `peer_strip` shows.

    Parameters
    ----------
    value, low, high, q1, median, q3, n, language, unit, decimals, suffix
        As given to `peer_strip`.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> alt_peer_strip(value=38, q1=14, median=24, q3=41, n=23, language="en")
    'Position among peers. You 38; your peers: median 24, middle half 14 to 41. n = 23.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    own = writer.full(value)
    limits = writer.span(pd.NA if low is None else low, pd.NA if high is None else high)
    own = own if limits == words.MISSING else f"{own} ({limits})"
    title = words.word("alt.peer_strip", language)
    if n is None or pd.isna(n) or n < FEW:
        you = words.word("chart.you", language)
        return sentences([title, f"{you} {own}", words.word("report.peers_withdrawn", language)], language)
    parts = {"median": writer.full(median), "low": writer.short(q1), "high": writer.full(q3)}
    said = words.word("alt.you_among", language, value=own, **parts)
    return sentences([title, said, words.word("chart.n", language, n=words.number(n, language))], language)


def mini_interval(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    label: str = "label",
    kinds: Mapping[Any, str] | None = None,
    language: str | None = None,
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw two or three values with their intervals on one scale, beside the sentence of a finding.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: `label` and `estimate, low, high`; for a band, `low, high` are the peers' quartiles.
    ax : matplotlib.axes.Axes
        About 220 units wide.
    label : str
        Column of names.
    kinds : mapping, optional
        Name to shape: `filled` (first row by default), `hollow` (the others), `alert`, `peer` or `band`.
    language : {"fr", "en"}, optional
    unit : {"share", "number"}
    decimals : int
    suffix : str
    labels : mapping, optional
        Name to what is printed.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    DataError
        When the table is empty, lacks a column or a value.
    ParameterError
        When a shape or the language is not known.

    Notes
    -----
    The scale does not start at zero and has no ticks: it compares, it does not measure.
    Tufte, E. R. (2006), *Beautiful Evidence*, on word-sized graphics.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"label": ["photos", "links"], "estimate": [409, 194], "low": [357, 136],
    ...                        "high": [484, 278]})
    >>> ax = mini_interval(result, new_axes(220, 100))
    """
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data = _complete(estimates, label)
    shapes = [(kinds or {}).get(level, "hollow" if i else "filled") for i, level in enumerate(data[label])]
    for shape in shapes:
        choose(shape, KINDS, "kinds")
    _lay_mini(ax, data)
    names = level_labels(data, label, writer.language, labels)
    for row, name, shape in zip(data.itertuples(), names, shapes, strict=True):
        y = -50.0 * row.Index - 26
        role = "ink2" if shape == "band" else INK[shape]
        if shape == "band":
            _band(ax, row.low, row.estimate, row.high, y)
        else:
            whisker(ax, y, row.low, row.high, role=role)
            dot(ax, row.estimate, y, shape, radius=5)
        text_role = "ink2" if shape in ("hollow", "band") else role
        _centred(ax, row.estimate, y, name, dy=16, size="label", role="ink2")
        _centred(
            ax, row.estimate, y, writer.full(row.estimate), dy=-17, size="value", bold=True, role=text_role
        )
    return ax


def _complete(estimates: pd.DataFrame, label: str) -> pd.DataFrame:
    data = result_table(estimates, [label, "estimate"], "mini_interval")
    if data["estimate"].isna().any():
        name = data.loc[data["estimate"].isna(), label].iloc[0]
        raise DataError(f'The chart "mini_interval" has no value for "{name}": leave the drawing out.')
    return data


def _lay_mini(ax: Axes, data: pd.DataFrame) -> None:
    bare_axes(ax)
    theme.set_height(ax, 50 * len(data) + 4)
    theme.frame(ax, left=8, right=8, top=0, bottom=0)
    everything = data[["estimate", "low", "high"]].to_numpy(float)
    low, high = np.nanmin(everything), np.nanmax(everything)
    pad = (high - low or abs(high) or 1.0) * 0.06
    ax.set_xlim(low - pad, high + pad)
    ax.set_ylim(-ax.figure.get_figheight() * 72, 0)


def alt_mini_interval(
    estimates: pd.DataFrame,
    *,
    language: str,
    label: str = "label",
    unit: Unit = "number",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Say in words what `mini_interval` shows: every value with its interval.

    Parameters
    ----------
    estimates, language, label, unit, decimals, suffix, labels
        As given to `mini_interval`.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When the table is empty, lacks a column or a value.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"label": ["photos"], "estimate": [409], "low": [357], "high": [484]})
    >>> alt_mini_interval(result, language="en")
    'Intervals side by side. Photos 409 (357 to 484).'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = _complete(estimates, label)
    parts = []
    for row, name in zip(data.itertuples(), level_labels(data, label, language, labels), strict=True):
        limits = writer.span(row.low, row.high)
        parts.append(
            f"{name} {writer.full(row.estimate)}" + ("" if limits == words.MISSING else f" ({limits})")
        )
    return sentences([words.word("alt.mini", language), ", ".join(parts)], language)


def times_expected(ax: Axes, *, ratio: float, language: str | None = None) -> Axes:
    """Draw how many times what was expected a post reached, on a doubling scale around 1.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        About 130 units wide.
    ratio : float
        2 for twice what was expected; beyond a quarter or four times, the dot stays at the edge.
    language : {"fr", "en"}, optional

    Returns
    -------
    matplotlib.axes.Axes
        A dot to the right of the dashed 1, or a diamond to its left.

    Raises
    ------
    DataError
        When the ratio is missing.
    ParameterError
        When the ratio is not above 0, or the language is not known.

    Notes
    -----
    One post says nothing of its kind: a high ratio is a lead, not a proof.
    Cleveland, W. S. (1985), *The Elements of Graphing Data*, for ratios on a log scale.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = times_expected(new_axes(130, 28), ratio=1.8)
    """
    language = theme.language_of(ax, language)
    if pd.isna(ratio):
        raise DataError('The chart "times_expected" has no ratio to draw: leave it out.')
    if ratio <= 0:
        raise ParameterError(f"ratio={ratio} is not above 0: give the value divided by what was expected.")
    bare_axes(ax)
    theme.set_height(ax, 28)
    theme.frame(ax, left=6, right=40, top=0, bottom=0)
    ax.set_xlim(-2, 2)
    ax.set_ylim(0, 28)
    kind = "alert" if ratio < 1 else "filled"
    place = float(np.clip(np.log2(ratio), -2, 2))
    benchmark_line(ax, 0, 4, 24)
    whisker(ax, 14, *sorted((0.0, place)), role=INK[kind], width=1.8)
    dot(ax, place, 14, kind, radius=4.6)
    text = words.number(ratio, language, 1)
    write(
        ax,
        1,
        14,
        text,
        dx=36,
        size="value",
        bold=True,
        role=INK[kind],
        ha="right",
        coords=("axes fraction", "data"),
    )
    return ax
