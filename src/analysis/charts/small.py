"""How does one value sit beside a few others? Drawings small enough for a table row or beside a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import INK, bare_axes, centred, dot, peer_band, whisker
from analysis.charts.results import Unit, Writer, choose, level_labels, result_table, rows_of, sentences
from analysis.errors import DataError

__all__ = [
    "alt_mini_interval",
    "mini_interval",
]

LINE = 13
KINDS = ("filled", "hollow", "alert", "peer", "plain", "band")


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
    names = [_lines(ax, name).split("\n") for name in level_labels(data, label, writer.language, labels)]
    more = LINE * (max(map(len, names)) - 1)
    _lay_mini(ax, data, more)
    for row, lines, shape in zip(rows_of(data), names, shapes, strict=True):
        y = -(50.0 + more) * row.Index - 26 - more
        role = "ink2" if shape == "band" else INK[shape]
        if shape == "band":
            peer_band(ax, row.low, row.estimate, row.high, y)
        else:
            whisker(ax, y, row.low, row.high, role=role)
            dot(ax, row.estimate, y, shape, radius=5)
        text_role = "ink2" if shape in ("hollow", "band") else role
        for above, line in enumerate(reversed(lines)):
            centred(ax, row.estimate, y, line, dy=16 + LINE * above, size="label", role="ink2")
        centred(
            ax, row.estimate, y, writer.full(row.estimate), dy=-17, size="value", bold=True, role=text_role
        )
    return ax


def _complete(estimates: pd.DataFrame, label: str) -> pd.DataFrame:
    data = result_table(estimates, [label, "estimate"], "mini_interval")
    if data["estimate"].isna().any():
        name = data.loc[data["estimate"].isna(), label].iloc[0]
        raise DataError(f'The chart "mini_interval" has no value for "{name}": leave the drawing out.')
    return data


def _lines(ax: Axes, name: str) -> str:
    """Break a name where it is wider than the drawing."""
    return theme.wrap(name, theme.width_of(ax) - 6, theme.TYPE["label"].screen)


def _lay_mini(ax: Axes, data: pd.DataFrame, more: float) -> None:
    bare_axes(ax)
    theme.set_height(ax, (50 + more) * len(data) + 4)
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
    for row, name in zip(rows_of(data), level_labels(data, label, language, labels), strict=True):
        limits = writer.span(row.low, row.high)
        parts.append(
            f"{name} {writer.full(row.estimate)}" + ("" if limits == words.MISSING else f" ({limits})")
        )
    return sentences([words.word("alt.mini", language), ", ".join(parts)], language)
