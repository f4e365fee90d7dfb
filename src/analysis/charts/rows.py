"""How is a list of groups laid out? Names on the left, values on the right, one row for each group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import hatched, last_name, value_axis, write
from analysis.charts.results import Writer, choose, level_labels, rows_of, too_few, why_flagged

__all__ = ["Rows", "chosen", "in_order", "lay_rows", "withheld"]

BESIDE = ("axes fraction", "data")


@dataclass(frozen=True)
class Rows:
    """Hold the layout of a list of groups.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        The table, with the height of each row's middle in column `y`.
    names : list of tuple of str
        Name and caution of each row, broken into lines.
    bold : list of bool
        Which names are bold.
    edges : dict of str to float
        Right edge of each column of figures, in units from the right edge of the drawing.
    writer : Writer
    """

    ax: Axes
    data: pd.DataFrame
    names: list[tuple[str, str]]
    bold: list[bool]
    edges: dict[str, float]
    writer: Writer

    def __iter__(self) -> Any:
        return rows_of(self.data)

    def name(self, row: Any) -> None:
        """Write the name of a row, and why it must not be read if so."""
        text, why = self.names[row.Index]
        strong, role = self.bold[row.Index], "ink3" if row.few else "ink"
        place = {"coords": BESIDE, "ha": "right", "dx": -10}
        if not why:
            write(self.ax, 0, row.y, text, bold=strong, role=role, **place)
            return
        lift = 6.5 * (why.count("\n") - text.count("\n"))
        write(self.ax, 0, row.y, text, bold=strong, role=role, va="bottom", dy=lift - 2, **place)
        write(self.ax, 0, row.y, why, size="note", role="ink3", va="top", dy=lift - 2, **place)

    def figures(self, row: Any, role: str) -> None:
        """Write the value of a row, its interval and its n; the value alone on a phone."""
        if withheld(row):
            return
        value = self.writer.value(row.estimate)
        self.right(row.y, "value", value, "value", "ink3" if row.few else role, bold=not row.few)
        self.right(row.y, "interval", self.writer.limits(row.low, row.high))
        self.right(row.y, "n", words.number(row.n, self.writer.language))

    def heads(self) -> None:
        """Write what the columns of figures are."""
        self.right(-9, "interval", words.word("chart.interval", self.writer.language))
        self.right(-9, "n", "n")

    def right(
        self, y: float, column: str, text: str, size: str = "note", role: str = "ink3", bold: bool = False
    ) -> None:
        """Write a text at the right edge of a column of figures, if the drawing has that column."""
        edge = self.edges.get(column, np.nan)
        if np.isfinite(edge) and text:
            outside = theme.width_of(self.ax) * (1 - self.ax.get_position().x1) - edge
            place = {"dx": outside, "ha": "right", "coords": BESIDE}
            write(self.ax, 1, y, text, size=size, role=role, bold=bold, **place)

    def hide(self, row: Any) -> None:
        """Hatch a row whose value is withheld, printing "n < 5" and never the count."""
        language = self.writer.language
        few = row.n < 5
        text = words.word("chart.n_below", language, n=5) if few else words.word("chart.hidden", language)
        if not np.isfinite(row.estimate) and not few and not row.flag:
            text = words.word("chart.no_answer", language)
        hatched(self.ax, *self.ax.get_xlim(), row.y - 5, row.y + 5)
        place = {"ha": "center", "coords": BESIDE, "ground": True}
        write(self.ax, 0.5, row.y, text, size="note", role="ink3", **place)


def in_order(data: pd.DataFrame, order: str) -> pd.DataFrame:
    """Order rows by value, those that cannot be read at the end, and mark these in a column `few`.

    Parameters
    ----------
    data : pandas.DataFrame
        From `result_table`.
    order : {"value", "table"}

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ParameterError
        When the order is not a choice.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["link", "reel"], "estimate": [0.1, 0.9], "n": [40, 2], "flag": ""})
    >>> in_order(table, "value")[["kind", "few"]].to_dict("list")
    {'kind': ['link', 'reel'], 'few': [False, True]}
    """
    choose(order, ("value", "table"), "order")
    few = np.array([too_few(row) or withheld(row) for row in rows_of(data)])
    data = data.assign(few=few)
    if order == "value":
        data = data.iloc[np.lexsort((-data["estimate"].to_numpy(float), few))]
    return data.reset_index(drop=True)


def withheld(row: Any) -> bool:
    """Say whether a row's value must not be shown at all: missing, suppressed, or fewer than 5.

    Parameters
    ----------
    row : namedtuple
        With `estimate, n, flag`.

    Returns
    -------
    bool

    Examples
    --------
    >>> withheld(pd.Series({"estimate": 0.9, "n": 4, "flag": "n<30"}))
    True
    """
    return bool(not np.isfinite(row.estimate) or row.n < 5 or row.flag.startswith("suppressed"))


def chosen(levels: Iterable[Any], highlight: Any) -> list[bool]:
    """Say which levels are highlighted.

    Parameters
    ----------
    levels : iterable
    highlight : object, list or None
        One level or several.

    Returns
    -------
    list of bool

    Examples
    --------
    >>> chosen(["a", "b"], "b"), chosen(["a", "b"], None)
    ([False, True], [False, False])
    """
    several = isinstance(highlight, Iterable) and not isinstance(highlight, str)
    wanted = list(highlight) if several else [highlight]
    return [highlight is not None and not pd.isna(level) and level in wanted for level in levels]


def lay_rows(
    ax: Axes,
    data: pd.DataFrame,
    label: str,
    writer: Writer,
    *,
    highlight: Any = None,
    labels: Mapping[Any, str] | None = None,
    top: float = 20,
    extra: Sequence[float] = (),
    gap: float = 0,
    figures: bool = True,
) -> Rows:
    """Place one row per group and leave the room that names and figures need.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    data : pandas.DataFrame
        From `in_order`.
    label : str
        Grouping column.
    writer : Writer
    highlight : object or list, optional
        Groups whose names are bold.
    labels : mapping, optional
        Group to name.
    top : float
        Units above the first row.
    extra : sequence of float
        Other values the axis must hold.
    gap : float
        Units added below each row but the last.
    figures : bool
        Leave room for columns of figures at the right.

    Returns
    -------
    Rows

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> table = pd.DataFrame({"kind": ["photo"], "estimate": [0.3], "low": [0.2], "high": [0.4], "n": [50], "flag": ""})
    >>> rows = lay_rows(new_axes(), in_order(table, "value"), "kind", Writer("en"))
    >>> rows.names, rows.data["y"].tolist()
    ([('photo', '')], [13.0])
    """
    bold = chosen(data[label], highlight)
    names = _names(ax, data, level_labels(data, label, writer.language, labels), bold, writer.language)
    edges = _edges(ax, data, writer) if figures else {"left": 0.0}
    heights = np.array([_row_height(ax, text) for text in names])
    spans = heights + np.append(np.full(len(heights) - 1, gap), 0.0)
    size, note = theme.TYPE["label"].screen, theme.TYPE["note"].screen
    left = max(max(theme.text_width(a, size, True), theme.text_width(b, note)) for a, b in names) + 12
    theme.set_height(ax, top + spans.sum() + 26)
    bottom = ax.figure.get_figheight() * 72 - top - spans.sum()
    value_axis(ax, data, writer, extra=extra)
    last = theme.text_width(last_name(ax), note) / 2
    theme.frame(ax, left=left, right=max(edges["left"] + 14, last + 2), top=top, bottom=bottom)
    ax.set_ylim(spans.sum(), 0)
    ax.set_yticks([])
    data = data.assign(y=np.cumsum(spans) - spans + heights / 2)
    return Rows(ax, data, names, bold, edges, writer)


def _names(
    ax: Axes, data: pd.DataFrame, names: list[str], bold: list[bool], language: str
) -> list[tuple[str, str]]:
    room = theme.width_of(ax) * (0.4 if theme.is_narrow(ax) else 0.36)
    size, note = theme.TYPE["label"].screen, theme.TYPE["note"].screen
    why = [why_flagged(row, language) if too_few(row) else "" for row in rows_of(data)]
    return [
        (theme.wrap(name, room, size, strong), theme.wrap(reason, room, note) if reason else "")
        for name, strong, reason in zip(names, bold, why, strict=True)
    ]


def _row_height(ax: Axes, text: tuple[str, str]) -> float:
    lines = text[0].count("\n") + 1 + (text[1].count("\n") + 1 if text[1] else 0)
    return max(24 if theme.is_narrow(ax) else 26, 14 * lines + 8)


def _edges(ax: Axes, data: pd.DataFrame, writer: Writer) -> dict[str, float]:
    size, note = theme.TYPE["value"].screen, theme.TYPE["note"].screen
    value = max(theme.text_width(writer.value(v), size, True) for v in data["estimate"])
    if theme.is_narrow(ax):
        return {"value": 2, "left": value + 2}
    counts = [words.number(n, writer.language) for n in data["n"].dropna()]
    limits = [writer.limits(*ends) for ends in zip(data["low"], data["high"], strict=True)]
    head = words.word("chart.interval", writer.language)
    count = max([theme.text_width(text, note) for text in counts], default=0)
    width = max(theme.text_width(text, note) for text in [*limits, head])
    edge_interval = 2 + (count + 16 if counts else 0)
    edge_value = edge_interval + (width + 14 if any(limits) else 0)
    return {
        "n": 2 if counts else np.nan,
        "interval": edge_interval if any(limits) else np.nan,
        "value": edge_value,
        "left": edge_value + value,
    }
