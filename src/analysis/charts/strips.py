"""Where does the client stand among its peers? A strip small enough for a table row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import INK, bare_axes, centred, dot, hatched, peer_band, spread, whisker, write
from analysis.charts.results import Unit, Writer, choose, sentences
from analysis.errors import DataError

__all__ = [
    "alt_peer_strip",
    "peer_strip",
    "peer_strip_key",
]


FEW = 5
HEIGHT = 56


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
    texts: tuple[str, str, str] | None = None,
) -> Axes:
    """Draw a client's value and interval over the middle half of its peers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        From 262 units wide.
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
    texts : tuple of str, optional
        The three quartiles as the reader should see them, where unit, decimals and suffix do not say it.

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
    quartiles = [q1, median, q3]
    _band(ax, quartiles, texts or [writer.full(quartile) for quartile in quartiles])
    _own(ax, value, low, high, "alert" if alert else "filled", writer.language)
    return ax


def peer_strip_key(ax: Axes, *, language: str | None = None) -> Axes:
    """Draw the strip that explains the others: its quartiles carry their names in the place of numbers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        From 210 units wide.
    language : {"fr", "en"}, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ParameterError
        When the language is not known.

    Notes
    -----
    Nothing of it is data: do not show it apart from the strips it explains.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> ax = peer_strip_key(new_axes(262, 56), language="en")
    >>> "median" in [text.get_text() for text in ax.texts]
    True
    """
    language = theme.language_of(ax, language)
    names = [words.word(f"chart.{name}", language) for name in ("first_quartile", "median", "third_quartile")]
    _lay_strip(ax, [0, 100])
    theme.frame(ax, left=4, right=20, top=0, bottom=0)
    _band(ax, [15, 43, 80], [words.raised(name) for name in names])
    _own(ax, 63, 45, 88, "filled", language)
    return ax


def _band(ax: Axes, quartiles: list[Any], texts: Sequence[str]) -> None:
    ax.plot(ax.get_xlim(), [0, 0], color=theme.COLOUR["rule"], linewidth=1, zorder=1, gid="line")
    peer_band(ax, *quartiles, 0.0)
    _quartile_labels(ax, quartiles, texts)


def _own(ax: Axes, value: float, low: Any, high: Any, kind: str, language: str) -> None:
    whisker(ax, 0, np.nan if low is None else low, np.nan if high is None else high, role=INK[kind])
    dot(ax, value, 0, kind, radius=6 if kind == "filled" else 5.5, rim=True)
    you = words.word("chart.you", language)
    centred(ax, value, 0, you, dy=20, size="note", role=INK[kind], bold=True)


def _lay_strip(ax: Axes, known: list[float]) -> None:
    bare_axes(ax)
    theme.set_height(ax, HEIGHT)
    theme.frame(ax, left=4, right=66, top=0, bottom=0)
    span = max(known) - min(known) or abs(known[0]) or 1.0
    ax.set_xlim(min(known) - 0.18 * span, max(known) + 0.18 * span)
    ax.set_ylim(-HEIGHT / 2, HEIGHT / 2)


def _no_peers(ax: Axes, language: str) -> Axes:
    text = theme.wrap(
        words.word("report.peers_withdrawn", language), theme.width_of(ax) - 8, theme.TYPE["note"].screen
    )
    theme.set_height(ax, HEIGHT + 24 * text.count("\n"))
    theme.frame(ax, left=4, right=66, top=0, bottom=0)
    ax.set_ylim(-ax.figure.get_figheight() * 36, ax.figure.get_figheight() * 36)
    hatched(ax, *ax.get_xlim(), -7, 7)
    few = words.word("chart.n_below", language, n=FEW)
    write(ax, 1, 0, few, dx=62, size="note", role="ink3", ha="right", coords=("axes fraction", "data"))
    write(ax, 0, -11, text, size="note", role="ink2", va="top", coords=("axes fraction", "data"))
    return ax


def _quartile_labels(ax: Axes, quartiles: list[Any], texts: Sequence[str]) -> None:
    size = theme.TYPE["note"].screen
    per_unit = np.ptp(ax.get_xlim()) / (theme.width_of(ax) * ax.get_position().width)
    gap = (max(theme.text_width(text, size) for text in texts) + 6) * per_unit
    half = gap / 2
    places = spread(quartiles, gap, ax.get_xlim()[0] + half, ax.get_xlim()[1] - half)
    for place, text in zip(places, texts, strict=True):
        write(ax, place, 0, text, dy=-24.6, size="note", role="ink3", ha="center", va="baseline")


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
