"""Which platforms are used together? A ring of platforms joined where co-use exceeds what null models bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import bare_axes, write
from analysis.charts.results import level_labels, rows_of, sentences
from analysis.errors import DataError

__all__ = ["alt_co_use", "co_use"]

MOST = 15
TIES = {2: ("accent", 3.2, "couse_both"), 1: ("peer_line", 1.2, "couse_one")}


def co_use(
    pairs: pd.DataFrame,
    ax: Axes,
    *,
    language: str | None = None,
    labels: Mapping[Any, str] | None = None,
    most: int = MOST,
) -> Axes:
    """Draw the platforms on a ring, and the pairs used together more than null models bring.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `analysis.bundles.compare_nulls`: `source, target, co_use, kept_by`.
    ax : matplotlib.axes.Axes
    language : {"fr", "en"}, optional
        That of the drawing by default.
    labels : mapping, optional
        Platform to name.
    most : int
        Pairs drawn at most: those kept by more null models first, then those with more firms on both.

    Returns
    -------
    matplotlib.axes.Axes
        Thick line: kept by both null models; thin line: by one. Every platform is named, joined or not.

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Notes
    -----
    Places on the ring mean nothing. A pair that is not drawn may still be common: it is no more common than chance.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> pairs = pd.DataFrame({"source": ["facebook"], "target": ["x"], "co_use": [20], "kept_by": [2]})
    >>> ax = co_use(pairs, new_axes())
    """
    language = theme.language_of(ax, language)
    data = _pairs(pairs)
    nodes = _nodes(data, language, labels)
    bare_axes(ax)
    places = _lay(ax, nodes)
    kept = data[data["kept_by"] > 0]
    for tie in rows_of(kept.head(most).iloc[::-1]):
        _tie(ax, places[tie.source], places[tie.target], min(int(tie.kept_by), 2))
    for name, (x, y) in places.items():
        ax.plot(
            [x],
            [y],
            marker="o",
            markersize=9,
            color=theme.COLOUR["ink2"],
            zorder=5,
            gid="node",
            linestyle="none",
        )
        _label(ax, x, y, nodes[name])
    _key(ax, kept, most, language)
    return ax


def _pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    for name in ("source", "target", "co_use", "kept_by"):
        if name not in pairs:
            raise DataError(
                f'The chart "co_use" needs the column "{name}"; the table has: {", ".join(map(str, pairs.columns))}.'
            )
    if pairs.empty:
        raise DataError('The chart "co_use" has no pair to draw.')
    ordered = pairs.assign(_key=[f"{s}|{t}" for s, t in zip(pairs["source"], pairs["target"], strict=True)])
    return ordered.sort_values(
        ["kept_by", "co_use", "_key"], ascending=[False, False, True], ignore_index=True
    )


def _nodes(data: pd.DataFrame, language: str, labels: Mapping[Any, str] | None) -> dict[Any, str]:
    """Name every platform, those joined to most others first."""
    kept = data[data["kept_by"] > 0]
    ties = pd.concat([kept["source"], kept["target"]]).value_counts()
    levels = sorted(
        set(data["source"]) | set(data["target"]), key=lambda name: (-int(ties.get(name, 0)), str(name))
    )
    frame = pd.DataFrame({"platform": levels})
    return dict(zip(levels, level_labels(frame, "platform", language, labels), strict=True))


def _lay(ax: Axes, nodes: dict[Any, str]) -> dict[Any, tuple[float, float]]:
    narrow = theme.is_narrow(ax)
    theme.set_height(ax, 384 if narrow else 368)
    theme.frame(ax, left=0, right=0, top=0, bottom=0)
    width, height = theme.width_of(ax), ax.figure.get_figheight() * 72
    ax.set_xlim(-width / 2, width / 2)
    ax.set_ylim(-height + 160, 160)
    across, down = (82.0, 128.0) if narrow else (200.0, 122.0)
    angles = np.pi / 2 - 2 * np.pi * (np.arange(len(nodes)) + 0.5) / len(nodes)
    return {
        name: (across * float(np.cos(a)), down * float(np.sin(a)))
        for name, a in zip(nodes, angles, strict=True)
    }


def _tie(ax: Axes, one: tuple[float, float], other: tuple[float, float], kept: int) -> None:
    role, width, _ = TIES[kept]
    along = np.linspace(0, 1, 25)
    corner = 0.35 * (np.array(one) + np.array(other)) / 2
    curve = (
        np.outer((1 - along) ** 2, one)
        + np.outer(2 * along * (1 - along), corner)
        + np.outer(along**2, other)
    )
    ax.plot(
        curve[:, 0],
        curve[:, 1],
        color=theme.COLOUR[role],
        linewidth=width,
        zorder=1 + kept,
        gid=f"kept_{kept}",
    )


def _label(ax: Axes, x: float, y: float, text: str) -> None:
    room = theme.width_of(ax) / 2 - abs(x) - 12
    side = "left" if x >= 0 else "right"
    wrapped = theme.wrap(text, room, theme.TYPE["label"].screen)
    write(ax, x, y, wrapped, dx=10 if x >= 0 else -10, dy=np.sign(y) * 4, ha=side)


def _key(ax: Axes, kept: pd.DataFrame, most: int, language: str) -> None:
    left, y = -theme.width_of(ax) / 2 + 2, ax.get_ylim()[0] + 44
    for number in (2, 1):
        role, width, name = TIES[number]
        ax.plot([left, left + 26], [y, y], color=theme.COLOUR[role], linewidth=width, gid="key")
        write(ax, left + 34, y, words.word(f"chart.{name}", language), size="note", role="ink2")
        y -= 16
    if len(kept) > most:
        text = words.word("chart.couse_drawn", language, drawn=str(most), kept=str(len(kept)))
        write(ax, left, y, text, size="note", role="ink3")


def alt_co_use(
    pairs: pd.DataFrame, *, language: str, labels: Mapping[Any, str] | None = None, n: str = ""
) -> str:
    """Say in words what `co_use` shows: the pairs kept by both null models, and how many by one.

    Parameters
    ----------
    pairs, language, labels
        As given to `co_use`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError, ParameterError
        As `co_use`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"source": ["facebook"], "target": ["x"], "co_use": [20], "kept_by": [1]})
    >>> alt_co_use(pairs, language="en")[:90]
    'Network of platforms used together. No pair is kept by both null models. 1 of 1 pairs are '
    """
    data = _pairs(pairs)
    nodes = _nodes(data, words.check_language(language), labels)
    both = [f"{nodes[row.source]} – {nodes[row.target]}" for row in rows_of(data[data["kept_by"] > 1])]
    found = (
        words.word("alt.couse_both", language, items=", ".join(both))
        if both
        else words.word("alt.couse_neither", language)
    )
    count = str(int((data["kept_by"] == 1).sum()))
    one = words.word("alt.couse_one", language, count=count, all=str(len(data)))
    return sentences([words.word("alt.couse", language), found, one, n], language)
