"""Could chance have done that? What is observed beside the values that chance gives, draw by draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import benchmark_line, centred, dot, nice_ticks, write
from analysis.charts.results import Writer, result_table, sentences
from analysis.charts.shapes import block
from analysis.errors import DataError

__all__ = ["against_chance", "alt_against_chance"]

BARS = 30


def against_chance(
    draws: pd.DataFrame,
    ax: Axes,
    *,
    observed: float,
    expected: float | None = None,
    language: str | None = None,
) -> Axes:
    """Draw what is observed beside the distribution of the same measure by chance.

    Parameters
    ----------
    draws : pandas.DataFrame
        From `analysis.homophily.chance_draws`: `estimate`, one row per draw.
    ax : matplotlib.axes.Axes
    observed : float
        The index observed.
    expected : float, optional
        Its expected value; the mean of the draws when left out.
    language : {"fr", "en"}, optional

    Returns
    -------
    matplotlib.axes.Axes
        Grey bars: draws, darker in the middle 95%; dashed line: expected value; accent line: observed.

    Raises
    ------
    DataError
        When there is no draw, or nothing was observed.
    ParameterError
        When the language is not known.

    Notes
    -----
    Bars are as wide as the draws ask, so their heights say nothing beside those of another figure.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> draws = pd.DataFrame({"estimate": np.linspace(-0.2, 0.1, 100)})
    >>> ax = against_chance(draws, new_axes(), observed=-0.42)
    >>> [line.get_gid() for line in ax.lines if line.get_gid() in ("expected", "observed")]
    ['expected', 'observed']
    """
    said = theme.language_of(ax, language)
    values = _checked(draws, observed)
    middle = float(values.mean()) if expected is None else float(expected)
    writer = Writer(said, "number", 2)
    _lay(ax, values, observed, middle, writer)
    _bars(ax, values)
    left, right = ax.get_xlim()
    ax.plot(
        [left, right], [0, 0], color=theme.COLOUR["ink"], linewidth=1, clip_on=False, zorder=3, gid="zero"
    )
    _marks(ax, observed, middle, writer)
    return ax


def _checked(draws: pd.DataFrame, observed: float) -> np.ndarray:
    values = result_table(draws, ["estimate"], "against_chance")["estimate"].dropna().to_numpy(dtype=float)
    if not len(values) or not np.isfinite(observed):
        raise DataError('The chart "against_chance" needs one draw at least and an observed value.')
    return values


def _lay(ax: Axes, values: np.ndarray, observed: float, middle: float, writer: Writer) -> None:
    theme.set_height(ax, 220)
    theme.frame(ax, left=10, right=10, top=44, bottom=44)
    ends = [*np.quantile(values, [0, 1]), observed, middle]
    ticks = nice_ticks(min(ends), max(ends), 4 if theme.is_narrow(ax) else 6)
    ax.set_xlim(ticks[0], ticks[-1])
    ax.set_ylim(0, 1)
    ax.set_xticks(ticks, [writer.short(tick) for tick in ticks])
    ax.set_yticks([])
    note = theme.TYPE["note"].screen
    ax.tick_params(axis="x", length=0, labelsize=note, labelcolor=theme.COLOUR["ink3"])
    names = ax.get_xticklabels()
    names[0].set_ha("left")
    names[-1].set_ha("right")
    for spine in ax.spines.values():
        spine.set_visible(False)
    for at, side, name in ((0, "left", "inward"), (1, "right", "outward")):
        text = words.word(f"chart.{name}", writer.language)
        write(ax, at, 0, text, dy=-30, ha=side, size="note", role="ink3", coords="axes fraction")


def _bars(ax: Axes, values: np.ndarray) -> None:
    """Draw the draws, darker in the middle 95%; on a wide axis at least two units a bar."""
    span = float(np.ptp(ax.get_xlim())) / (theme.width_of(ax) - 20)
    low, high = np.quantile(values, [0.025, 0.975])
    bars = int(np.clip(np.ptp(values) / (2 * span), 1, BARS)) if np.ptp(values) > 0 else 1
    counts, edges = np.histogram(values, bars)
    if bars == 1:
        edges = np.array([values.mean() - 2 * span, values.mean() + 2 * span])
    for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        inside = low <= (left + right) / 2 <= high
        place = (left, 0), (right - left) - min(span / 2, (right - left) / 4), 0.86 * count / counts.max()
        ink = {"facecolor": theme.COLOUR["peer" if inside else "rule"], "edgecolor": "none"}
        block(ax, *place, zorder=2, gid="middle" if inside else "tail", **ink)


def _marks(ax: Axes, observed: float, middle: float, writer: Writer) -> None:
    """Name both lines: side by side where there is room, else the observed one above."""
    chance, found = (
        _said(name, value, writer) for name, value in (("by_chance", middle), ("observed", observed))
    )
    size = theme.TYPE["label"].screen
    wide = theme.text_width(chance, size), theme.text_width(found, size, bold=True)
    room = theme.width_of(ax) - 20
    units = room / float(np.ptp(ax.get_xlim()))
    near = abs(observed - middle) * units < sum(wide) / 2 + 24
    top = 1.13 if near else 0.93
    benchmark_line(ax, middle, 0, 0.93, gid="expected")
    ink = {
        "color": theme.COLOUR["accent"],
        "linewidth": theme.LINE["interval"],
        "zorder": 4,
        "clip_on": False,
    }
    ax.plot([observed, observed], [0, top], gid="observed", **ink)
    dot(ax, observed, top, radius=4)
    centred(ax, observed, 1, found, dy=32 if near else 6, size="label", role="accent", bold=True)
    if not near:
        centred(ax, middle, 1, chance, dy=6, size="label", role="ink2")
        return
    at = (observed - ax.get_xlim()[0]) * units
    right = at + wide[0] + 10 < room and (middle >= observed or at < wide[0] + 10)
    side = {"dx": 9, "ha": "left"} if right else {"dx": -9, "ha": "right"}
    write(ax, observed, 1, chance, dy=3, role="ink2", **side)


def _said(name: str, value: float, writer: Writer) -> str:
    colon = " : " if writer.language == "fr" else ": "
    return words.typeset(
        words.word(f"chart.{name}", writer.language) + colon + writer.short(value), writer.language
    )


def alt_against_chance(
    draws: pd.DataFrame, *, observed: float, expected: float | None = None, language: str, n: str = ""
) -> str:
    """Say in words what `against_chance` shows: the observed value, chance, and its middle 95%.

    Parameters
    ----------
    draws, observed, expected, language
        As given to `against_chance`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `against_chance`.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> draws = pd.DataFrame({"estimate": [-0.1, 0.0, 0.1]})
    >>> alt_against_chance(draws, observed=-0.42, language="en")
    'Distribution of chance. Observed −0.42. By chance 0.00 on average, −0.10 to 0.10 in 95% of draws.'
    """
    writer = Writer(words.check_language(language), "number", 2)
    values = _checked(draws, observed)
    low, high = np.quantile(values, [0.025, 0.975])
    told = {
        "mean": writer.short(values.mean() if expected is None else expected),
        "range": writer.span(low, high),
    }
    parts = [
        words.word("alt.chance", language),
        words.word("alt.chance_observed", language, value=writer.short(observed)),
        words.word("alt.chance_expected", language, **told),
        n,
    ]
    return sentences(parts, language)
