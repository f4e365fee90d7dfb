"""What changed between two waves? One line per group, bold only where the change is established."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import INK, bare_axes, dot, spread, whisker, write
from analysis.charts.results import Unit, Writer, level_labels, result_table, rows_of, sentences, too_few
from analysis.errors import DataError

__all__ = ["alt_slope", "reading_slope", "slope"]

GAP = 15.0


def slope(
    estimates: pd.DataFrame,
    ax: Axes,
    *,
    label: str,
    wave: str = "wave",
    changes: pd.DataFrame | None = None,
    language: str | None = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw how each group went from one wave to the next.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Result table: `label`, `wave` and `estimate, low, high, n`.
    ax : matplotlib.axes.Axes
    label, wave : str
        Columns of groups and of waves.
    changes : pandas.DataFrame, optional
        Result table of the differences, last wave minus first: `label` and `estimate, low, high`. A change
        is established when its interval leaves 0 out; without this table none is.
    language : {"fr", "en"}, optional
    unit : {"share", "number"}
    decimals : int
    suffix : str
    labels : mapping, optional
        Group to name.

    Returns
    -------
    matplotlib.axes.Axes
        Thick accent line and filled dots: an established rise. Alert line and diamonds: an established
        fall. Thin grey line and hollow dots: the change may be chance.

    Raises
    ------
    DataError
        When a table is empty or lacks a column, a cell is there twice, or there is a single wave.
    ParameterError
        When the language is not known.

    Notes
    -----
    Two intervals that overlap do not make a change uncertain, nor the reverse: only the interval of the
    difference tells. Tufte, E. R. (1983), *The Visual Display of Quantitative Information*, p. 158.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> result = pd.DataFrame({"platform": ["x", "x"], "wave": [2024, 2026], "estimate": [0.2, 0.1]})
    >>> ax = slope(result, new_axes(), label="platform")
    """
    writer = Writer(theme.language_of(ax, language), unit, decimals, suffix)
    data = _lines(estimates, label, wave, changes, writer, labels)
    waves = sorted(result_table(estimates, [wave], "slope")[wave].unique())
    _lay(ax, data, waves, writer)
    for row in rows_of(data):
        _line(ax, row)
    _end_labels(ax, data, writer)
    for i, name in enumerate(waves):
        text = words.typeset(str(name), writer.language)
        write(ax, i, 1, text, dy=12, bold=True, ha="center", coords=("data", "axes fraction"))
    return ax


def _lines(
    estimates: pd.DataFrame,
    label: str,
    wave: str,
    changes: pd.DataFrame | None,
    writer: Writer,
    labels: Mapping[Any, str] | None,
) -> pd.DataFrame:
    """Give one row per group: lists of estimates, lows and highs in wave order, and the verdict."""
    data = result_table(estimates, [label, wave, "estimate"], "slope")
    if data.duplicated([label, wave]).any():
        twice = data.loc[data.duplicated([label, wave])].iloc[0]
        raise DataError(
            f'The chart "slope" has two values for {label} "{twice[label]}" in {wave} {twice[wave]}.'
        )
    if data[wave].nunique() < 2:
        raise DataError(f'The chart "slope" compares waves, but "{wave}" holds only {data[wave].iloc[0]}.')
    data = data.assign(few=[too_few(row) for row in rows_of(data)])
    waves = sorted(data[wave].unique())
    verdicts = _verdicts(changes, label)
    rows = []
    for level, cells in data.groupby(label, sort=False):
        cells = cells.set_index(wave).reindex(waves)
        values = cells["estimate"].to_numpy(float)
        if np.isfinite(values[[0, -1]]).all():
            few = cells["few"].fillna(False).astype(bool).any()
            rows.append(
                {
                    "level": level,
                    "values": values,
                    "lows": cells["low"].to_numpy(float),
                    "highs": cells["high"].to_numpy(float),
                    "kind": "hollow" if few else verdicts.get(level, "hollow"),
                }
            )
    if not rows:
        raise DataError('The chart "slope" has no group with a value in both the first and the last wave.')
    table = pd.DataFrame(rows).rename(columns={"level": label})
    return table.assign(name=level_labels(table, label, writer.language, labels))


def _verdicts(changes: pd.DataFrame | None, label: str) -> dict[Any, str]:
    if changes is None:
        return {}
    table = result_table(changes, [label, "estimate", "low", "high"], "slope")
    kinds = np.where(table["low"] > 0, "filled", np.where(table["high"] < 0, "alert", "hollow"))
    return dict(zip(table[label], kinds, strict=True))


def _lay(ax: Axes, data: pd.DataFrame, waves: list[Any], writer: Writer) -> None:
    bare_axes(ax)
    size = theme.TYPE["label"].screen
    narrow = theme.is_narrow(ax)
    room = theme.width_of(ax) * (0.34 if narrow else 0.3)
    left = [
        f"{theme.wrap(row.name, room, size, True)} {writer.short(row.values[0])}" for row in rows_of(data)
    ]
    data["left"] = left
    data["right"] = [_right_text(row, writer, narrow) for row in rows_of(data)]
    lines = max(text.count("\n") + 1 for text in left)
    margin_left = max(theme.text_width(text, size, True) for text in left) + 24
    margin_right = max(
        theme.text_width(writer.short(row.values[-1]), size, True) + 6 + theme.text_width(row.right, size)
        for row in rows_of(data)
    )
    body = max(len(data) * (GAP * lines + 3), 200 if narrow else 230)
    theme.set_height(ax, body + 48)
    height = ax.figure.get_figheight() * 72
    theme.frame(ax, left=margin_left, right=margin_right + 26, top=32, bottom=height - body - 32)
    ax.set_xlim(0, len(waves) - 1)
    everything = np.concatenate([*data["values"], *data["lows"], *data["highs"]])
    everything = everything[np.isfinite(everything)]
    pad = (np.ptp(everything) or 1) * 0.04
    ax.set_ylim(everything.min() - pad, everything.max() + pad)
    ax.set_xticks([])
    ax.set_yticks([])
    for i in range(len(waves)):
        ax.plot(
            [i, i],
            ax.get_ylim(),
            color=theme.COLOUR["rule"],
            linewidth=1,
            zorder=1,
            clip_on=False,
            gid="wave",
        )


def _right_text(row: Any, writer: Writer, narrow: bool) -> str:
    if row.kind == "hollow":
        key = "chart.not_established" if narrow else "chart.change_not_established"
        change = words.word(key, writer.language)
    else:
        change = writer.change(row.values[0], row.values[-1])
    return change if narrow else f"{row.name}{', ' if row.kind == 'hollow' else ' '}{change}"


def _line(ax: Axes, row: Any) -> None:
    role = INK[row.kind]
    strong = row.kind != "hollow"
    places = np.arange(len(row.values))
    known = np.isfinite(row.values)
    ax.plot(
        np.where(known, places, np.nan),
        row.values,
        color=theme.COLOUR[role],
        linewidth=theme.LINE["series" if strong else "peer"],
        zorder=4 if strong else 2,
        clip_on=False,
        gid="line",
    )
    for place, value, low, high in zip(
        places[known], row.values[known], row.lows[known], row.highs[known], strict=True
    ):
        whisker(ax, place, low, high, role=role, vertical=True, width=1.3)
        dot(ax, place, value, row.kind, radius=4)


def _end_labels(ax: Axes, data: pd.DataFrame, writer: Writer) -> None:
    units = ax.figure.get_figheight() * 72 * ax.get_position().height
    low, high = ax.get_ylim()
    per_unit = (high - low) / units
    lines = 1 + max(text.count("\n") for text in data["left"])
    size = theme.TYPE["label"].screen
    last = ax.get_xlim()[1]
    for side, where in ((0, 0.0), (-1, last)):
        ends = [values[side] for values in data["values"]]
        gap = (GAP * lines if side == 0 else GAP) * per_unit
        places = spread(ends, gap, low, high)
        for row, end, place in zip(rows_of(data), ends, places, strict=True):
            _leader(ax, where, end, place, -1 if side == 0 else 1)
            style = {"role": INK[row.kind], "bold": row.kind != "hollow"}
            if side == 0:
                write(ax, where, place, row.left, dx=-22, ha="right", **style)
                continue
            value = writer.short(row.values[-1])
            write(ax, where, place, value, dx=22, **style | {"bold": True})
            offset = 28 + theme.text_width(value, size, True)
            write(ax, where, place, row.right, dx=offset, role=style["role"])


def _leader(ax: Axes, where: float, end: float, place: float, side: int) -> None:
    """Join a dot to its label, which may have been moved."""
    width = theme.width_of(ax) * ax.get_position().width
    per_unit = np.ptp(ax.get_xlim()) / width
    xs = [where + side * 7 * per_unit, where + side * 18 * per_unit]
    ax.plot(xs, [end, place], color=theme.COLOUR["rule"], linewidth=1, clip_on=False, zorder=1, gid="leader")


def alt_slope(
    estimates: pd.DataFrame,
    *,
    label: str,
    language: str,
    wave: str = "wave",
    changes: pd.DataFrame | None = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `slope` shows: each group's first and last value and its change.

    Parameters
    ----------
    estimates, label, language, wave, changes, unit, decimals, suffix, labels
        As given to `slope`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `slope`.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"platform": ["x", "x"], "wave": [2024, 2026], "estimate": [0.2, 0.1]})
    >>> alt_slope(result, label="platform", language="en")
    'Slope chart. X (Twitter) from 20% to 10% (not established).'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    parts = []
    for row in rows_of(_lines(estimates, label, wave, changes, writer, labels)):
        change = writer.change(row.values[0], row.values[-1])
        if row.kind == "hollow":
            change = words.word("chart.not_established", language)
        parts.append(f"{row.name} {_from_to(row, writer)} ({change})")
    return sentences([words.word("alt.slope", language), ", ".join(parts), n], language)


def _from_to(row: Any, writer: Writer) -> str:
    first, last = writer.full(row.values[0]), writer.full(row.values[-1])
    return f"de {first} à {last}" if writer.language == "fr" else f"from {first} to {last}"


def reading_slope(
    estimates: pd.DataFrame,
    *,
    label: str,
    language: str,
    wave: str = "wave",
    changes: pd.DataFrame | None = None,
    read: Any = None,
    unit: Unit = "share",
    decimals: int = 0,
    suffix: str = "",
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read one line of a slope chart aloud.

    Parameters
    ----------
    estimates, label, language, wave, changes, unit, decimals, suffix, labels
        As given to `slope`.
    read : object, optional
        The group; by default the largest established change, else the largest change.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `slope`, or when the group is absent.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> result = pd.DataFrame({"platform": ["x", "x"], "wave": [2024, 2026], "estimate": [0.2, 0.1]})
    >>> reading_slope(result, label="platform", language="en")
    '“X (Twitter)” goes from 20% to 10%: this change may be due to chance.'
    """
    writer = Writer(words.check_language(language), unit, decimals, suffix)
    data = _lines(estimates, label, wave, changes, writer, labels)
    if read is not None:
        data = data.loc[data[label] == read]
    if data.empty:
        raise DataError(f'"{read}" is not a group of "{label}" with a first and a last value.')
    row = max(rows_of(data), key=lambda line: (line.kind != "hollow", abs(line.values[-1] - line.values[0])))
    key = {"filled": "reading.slope_up", "alert": "reading.slope_down", "hollow": "reading.slope_flat"}[
        row.kind
    ]
    return words.word(
        key,
        language,
        label=row.name,
        first=writer.full(row.values[0]),
        last=writer.full(row.values[-1]),
        change=writer.change(0, abs(row.values[-1] - row.values[0])).lstrip("+"),
    )
