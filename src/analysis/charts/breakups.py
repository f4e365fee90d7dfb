"""How soon does a network fall apart? The largest piece left as ties go, weak ones first or strong ones first."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.curves import lay_curve
from analysis.charts.marks import write
from analysis.charts.results import Writer, result_table, sentences
from analysis.errors import DataError

__all__ = ["alt_breakup", "breakup"]

ORDERS = {"weak_first": "accent", "strong_first": "peer_line"}


def breakup(estimates: pd.DataFrame, ax: Axes, *, language: str | None = None) -> Axes:
    """Draw the share of nodes in the largest piece against the share of ties taken away.

    Parameters
    ----------
    estimates : pandas.DataFrame
        From `analysis.ties.removal`: `order, removed, estimate`, and `low, high` where orders were drawn.
    ax : matplotlib.axes.Axes
    language : {"fr", "en"}, optional

    Returns
    -------
    matplotlib.axes.Axes
        Accent line: weak ties first; grey: strong ties first. Band: orders among equal ties.

    Raises
    ------
    DataError
        When the table is empty, lacks a column, or has other orders.
    ParameterError
        When the language is not known.

    Notes
    -----
    The band is no interval of sampling: it says how much the curve depends on which of equal ties go first.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> table = pd.DataFrame({"order": ["weak_first"] * 2, "removed": [0, 1], "estimate": [1.0, 0.1]})
    >>> [line.get_gid() for line in breakup(table, new_axes()).lines]
    ['line']
    """
    said = theme.language_of(ax, language)
    data = _checked(estimates)
    writer = Writer(said)
    narrow = theme.is_narrow(ax)
    lay_curve(ax, data, writer, right=20, top=44 if narrow else 24)
    ax.set_xlim(0, float(data["removed"].max()) or 1)
    ticks = np.linspace(0, ax.get_xlim()[1], 5)
    ax.set_xticks(ticks, [writer.short(tick) for tick in ticks[:-1]] + [writer.full(ticks[-1])])
    ax.tick_params(axis="x", labelsize=theme.TYPE["note"].screen, labelcolor=theme.COLOUR["ink3"])
    write(
        ax, 0, 0, words.word("chart.removed", said), dy=-30, size="note", role="ink3", coords="axes fraction"
    )
    for order, lines in data.groupby("order", sort=False):
        _line(ax, lines, ORDERS[order])
    _names(ax, data, said)
    return ax


def _checked(estimates: pd.DataFrame) -> pd.DataFrame:
    data = result_table(estimates, ["order", "removed", "estimate"], "breakup")
    other = sorted(set(data["order"]) - set(ORDERS))
    if other:
        raise DataError(f'The chart "breakup" knows the orders {", ".join(ORDERS)}, not "{other[0]}".')
    return data


def _name(order: str, language: str) -> str:
    return words.word(f"chart.{order}", language)


def _line(ax: Axes, lines: pd.DataFrame, role: str) -> None:
    if lines["low"].notna().all():
        ax.fill_between(
            lines["removed"],
            lines["low"],
            lines["high"],
            color=theme.COLOUR["accent_tint" if role == "accent" else "peer"],
            linewidth=0,
            zorder=2,
            gid="band",
        )
    ax.plot(
        lines["removed"],
        lines["estimate"],
        color=theme.COLOUR[role],
        linewidth=theme.LINE["series"],
        zorder=4,
        clip_on=False,
        gid="line",
    )


def _names(ax: Axes, data: pd.DataFrame, language: str) -> None:
    """Name each line where the two are furthest apart; above the drawing on a phone."""
    orders = list(dict.fromkeys(data["order"]))
    if theme.is_narrow(ax):
        for i, order in enumerate(orders):
            style = {"role": ORDERS[order], "bold": True, "coords": "axes fraction"}
            write(ax, 0, 1, _name(order, language), dy=28 - 14 * i, **style)
        return
    at = _furthest(data)
    for order in orders:
        value = data.loc[(data["order"] == order) & (data["removed"] == at), "estimate"].iloc[0]
        write(ax, at, value, _name(order, language), dx=10, dy=10, role=ORDERS[order], bold=True)


def _furthest(data: pd.DataFrame) -> float:
    """Give the share of ties taken away at which the orders differ most."""
    wide = data.pivot_table(index="removed", columns="order", values="estimate")
    return float(wide.index[np.nan_to_num(np.ptp(wide.to_numpy(), axis=1)).argmax()])


def alt_breakup(estimates: pd.DataFrame, *, language: str, n: str = "") -> str:
    """Say in words what `breakup` shows: where the two curves are furthest apart.

    Parameters
    ----------
    estimates, language
        As given to `breakup`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `breakup`.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> table = pd.DataFrame({"order": ["weak_first", "strong_first"], "removed": 0.5, "estimate": [0.1, 0.6]})
    >>> alt_breakup(table, language="en")[:61]
    'Two curves. Weak ties first: at 50% of the ties taken away, 1'
    """
    writer = Writer(words.check_language(language))
    data = _checked(estimates)
    at = _furthest(data)
    there = data[data["removed"] == at].set_index("order")["estimate"]
    parts = [
        words.word(
            "alt.breakup_end",
            language,
            name=_name(order, language),
            removed=writer.full(at),
            value=writer.full(there[order]),
        )
        for order in ORDERS
        if order in there
    ]
    return sentences([words.word("alt.breakup", language), *parts, n], language)
