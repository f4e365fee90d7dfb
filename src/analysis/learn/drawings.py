"""What do the lessons draw beyond the report's charts? Bases that shrink, and samples that miss the truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import rates, theme
from analysis.language import label, number, percent
from analysis.learn import wording

__all__ = [
    "by_sample_size",
    "coverage_values",
    "many_intervals",
    "rates_by_sector",
    "sample_size_values",
    "sector_values",
    "step_values",
    "steps",
]

INK, ACCENT, ALERT = theme.COLOUR["ink"], theme.COLOUR["accent"], theme.COLOUR["alert"]
PEER, GREY, RULE = theme.COLOUR["peer"], theme.COLOUR["ink3"], theme.COLOUR["rule"]
SMALL_TEXT, TEXT = theme.TYPE["note"].screen, theme.TYPE["value"].screen


def _word(key: str, language: str, **values: Any) -> str:
    return wording.sentence("1", language, "labels", key, **values)


def steps(ax: Axes, result: pd.Series, language: str) -> Axes:
    """Draw how many firms are left at each step, the last step in the accent.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    result : pandas.Series
        Number of firms, indexed by step: `interviewed`, `connected`, `use`.
    language : {"en", "fr"}
        Language of the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> counts = pd.Series({"interviewed": 20, "connected": 16, "use": 4})
    >>> len(steps(theme.new_axes(), counts, "en").patches)
    3
    """
    theme.set_height(ax, 34 * len(result) + 12)
    theme.frame(ax, left=190, right=60, top=6, bottom=6)
    colours = [PEER] * (len(result) - 1) + [ACCENT]
    ax.barh(range(len(result)), result.to_numpy(float), height=0.62, color=colours)
    for place, count in enumerate(result):
        bold = "bold" if place == len(result) - 1 else "normal"
        end = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
        ax.annotate(
            number(count, language), (float(count), place), **end, fontsize=TEXT, fontweight=bold, color=INK
        )
    ax.set(xlim=(0, float(result.max())), ylim=(len(result) - 0.5, -0.5), xticks=[])
    ax.set_yticks(range(len(result)), [_word(step, language) for step in result.index])
    return ax


def step_values(result: pd.Series, language: str) -> Mapping[str, Any]:
    """Give what the sentences about the steps show.

    Parameters
    ----------
    result : pandas.Series
        As for `steps`.
    language : {"en", "fr"}
        Language of the sentences.

    Returns
    -------
    mapping
        The counts by name, and the shares of the last: `rate` of connected firms, `mixed` of all.

    Examples
    --------
    >>> step_values(pd.Series({"interviewed": 20, "connected": 16, "use": 4}), "en")["rate"]
    0.25
    """
    counts = {str(step): int(count) for step, count in result.items()}
    use = counts["use"]
    return counts | {"rate": use / counts["connected"], "mixed": use / counts["interviewed"]}


def by_sample_size(ax: Axes, result: pd.DataFrame, language: str) -> Axes:
    """Draw the interval of one rate for several sample sizes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    result : pandas.DataFrame
        Columns `n, estimate, low, high`.
    language : {"en", "fr"}
        Language of the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> sizes = pd.DataFrame({"n": [100, 400, 1600], "estimate": 0.5, "low": [0.4, 0.45, 0.475]})
    >>> sizes["high"] = 1 - sizes["low"]
    >>> ax = by_sample_size(theme.new_axes(), sizes, "en")
    """
    named = {n: _word("firms", language, n=n) for n in result["n"]}
    return rates(
        result.assign(asked=result["n"]), ax, label="asked", language=language, order="table", labels=named
    )


def sample_size_values(result: pd.DataFrame, language: str) -> Mapping[str, Any]:
    """Give what the sentences about sample sizes show: widths of the second interval and of the third.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `by_sample_size`, each sample four times the one before.
    language : {"en", "fr"}
        Language of the sentences.

    Returns
    -------
    mapping

    Examples
    --------
    >>> sizes = pd.DataFrame({"n": [100, 400, 1600], "estimate": 0.5, "low": [0.4, 0.45, 0.475]})
    >>> sizes["high"] = 1 - sizes["low"]
    >>> round(sample_size_values(sizes, "en")["times"], 6)
    2.0
    """
    width = (result["high"] - result["low"]).tolist()
    return {
        "n": result["n"].iloc[1],
        "n4": result["n"].iloc[2],
        "width": width[1],
        "width4": width[2],
        "times": width[1] / width[2],
    }


def many_intervals(ax: Axes, result: pd.DataFrame, language: str) -> Axes:
    """Draw one interval per sample around the true rate; those that miss it are thick, with a diamond.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    result : pandas.DataFrame
        Columns `low, high, truth`, one row per sample.
    language : {"en", "fr"}
        Language of the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> samples = pd.DataFrame({"low": [0.3, 0.5], "high": [0.5, 0.7], "truth": 0.45})
    >>> [line.get_marker() for line in many_intervals(theme.new_axes(), samples, "en").lines][2::2]
    ['o', 'D']
    """
    theme.set_height(ax, 240)
    theme.frame(ax, left=44, right=110, top=22, bottom=26)
    truth = float(result["truth"].iloc[0])
    ax.axhline(truth, color=INK, linewidth=theme.LINE["benchmark"], linestyle=(0, (4, 3)))
    for place, row in enumerate(result.itertuples()):
        missed = not row.low <= truth <= row.high
        colour, width = (ALERT, 2.4) if missed else (ACCENT, 1.3)
        ax.plot([place, place], [row.low, row.high], color=colour, linewidth=width)
        ax.plot(
            place,
            (row.low + row.high) / 2,
            "D" if missed else "o",
            color=colour,
            markersize=5 if missed else 3,
        )
    _label_intervals(ax, truth, len(result), language)
    return ax


def _label_intervals(ax: Axes, truth: float, count: int, language: str) -> None:
    beside = {
        "xycoords": ("axes fraction", "data"),
        "fontsize": TEXT,
        "va": "center",
        "annotation_clip": False,
    }
    ax.annotate(_word("truth", language, truth=truth), (1.02, truth), color=INK, fontweight="bold", **beside)
    ax.text(0, 1.04, _word("misses", language), transform=ax.transAxes, color=ALERT, fontsize=TEXT)
    ax.set(xlim=(-1, count), xticks=[])
    ax.set_xlabel(_word("samples", language, count=count), fontsize=SMALL_TEXT, color=GREY)
    ticks = [tick for tick in ax.get_yticks() if ax.get_ylim()[0] <= tick <= ax.get_ylim()[1]]
    ax.set_yticks(ticks, [percent(round(tick, 6), language) for tick in ticks])
    ax.grid(axis="y", color=RULE, linewidth=theme.LINE["grid"])


def coverage_values(result: pd.DataFrame, language: str) -> Mapping[str, Any]:
    """Give what the sentences about many samples show.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `many_intervals`.
    language : {"en", "fr"}
        Language of the sentences.

    Returns
    -------
    mapping
        `samples, hit, missed` (counts) and `truth` (share).

    Examples
    --------
    >>> samples = pd.DataFrame({"low": [0.3, 0.5], "high": [0.5, 0.7], "truth": 0.45})
    >>> coverage_values(samples, "en")["missed"]
    1
    """
    hit = int(((result["low"] <= result["truth"]) & (result["truth"] <= result["high"])).sum())
    return {
        "samples": len(result),
        "hit": hit,
        "missed": len(result) - hit,
        "truth": float(result["truth"].iloc[0]),
    }


def rates_by_sector(ax: Axes, result: pd.DataFrame, language: str) -> Axes:
    """Draw the rate of each sector, beside its official figure where there is one.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes to draw on.
    result : pandas.DataFrame
        An estimates table by `sector`, with the official share in `benchmark` where there is one.
    language : {"en", "fr"}
        Language of the labels.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> rows = {"sector": ["transport", "crafts"], "estimate": [0.2, 0.5], "low": [0.1, 0.4], "high": [0.3, 0.6]}
    >>> result = pd.DataFrame(rows).assign(n=90, benchmark=[0.22, None])
    >>> ax = rates_by_sector(theme.new_axes(), result, "en")
    """
    named = _word("official", language)
    return rates(result, ax, label="sector", language=language, benchmark="benchmark", benchmark_label=named)


def sector_values(result: pd.DataFrame, language: str) -> Mapping[str, Any]:
    """Give what the sentences about sectors show: the highest and the lowest with their intervals.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `rates_by_sector`.
    language : {"en", "fr"}
        Language of the sentences.

    Returns
    -------
    mapping

    Examples
    --------
    >>> rows = {"sector": ["transport", "crafts"], "estimate": [0.2, 0.5], "low": [0.1, 0.4], "high": [0.3, 0.6]}
    >>> result = pd.DataFrame(rows).assign(n=90, benchmark=[0.22, None])
    >>> sector_values(result, "en")["highest"]
    'Crafts'
    """
    ordered = result.sort_values("estimate")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    held = result["benchmark"].between(result["low"], result["high"]) & result["benchmark"].notna()
    return {
        "highest": label("sector", high["sector"], language),
        "high_rate": high["estimate"],
        "high_from": high["low"],
        "high_to": high["high"],
        "lowest": label("sector", low["sector"], language),
        "low_rate": low["estimate"],
        "low_from": low["low"],
        "low_to": low["high"],
        "official": int(result["benchmark"].notna().sum()),
        "held": int(held.sum()),
        "n": int(result["n"].sum()),
    }
