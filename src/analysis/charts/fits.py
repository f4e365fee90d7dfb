"""Which platform serves which objective? A matrix of small intervals around the half, and cells that are not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import INK, bare_axes, benchmark_line, dot, hatched, stroke, whisker, write
from analysis.charts.results import Writer, level_labels, result_table, rows_of, sentences
from analysis.errors import DataError

__all__ = ["alt_fit_matrix", "fit_matrix", "reading_fit_matrix"]

HALF, FEWEST = 0.5, 30
SHAPES = {"helps": "filled", "open": "hollow", "fails": "alert"}
KEYS = (("filled", "fit_helps"), ("hollow", "fit_open"), ("alert", "fit_fails"))
ROW, LINE, HEAD, KEY, BLOCK = 44.0, 30.0, 14.0, 18.0, 22.0
COLUMNS = ["estimate", "low", "high", "n", "verdict", "reason"]


def fit_matrix(
    cells: pd.DataFrame,
    ax: Axes,
    *,
    row: str = "platform",
    column: str = "objective",
    language: str | None = None,
    labels: Mapping[Any, str] | None = None,
    fewest: int = FEWEST,
) -> Axes:
    """Draw the share of firms helped by each platform with each objective.

    Parameters
    ----------
    cells : pandas.DataFrame
        Result table: `row`, `column`, `estimate, low, high, n`, and `verdict` (helps, open, fails, unknown), `reason`
        (few, wide or empty). Rows and columns are drawn in the order they come; pairs that are absent stay empty.
    ax : matplotlib.axes.Axes
    row, column : str
        Columns of the table that name the rows and columns drawn.
    language : {"fr", "en"}, optional
        That of the drawing by default.
    labels : mapping, optional
        Level to name.
    fewest : int
        Firms below which a cell was not known, as printed in it.

    Returns
    -------
    matplotlib.axes.Axes
        Filled dot: more than half, surely; diamond: fewer, surely; hollow: neither; hatching: not known, with the
        reason and never an estimate. On a phone each row becomes a block with one line per cell known, the others
        named beside hatching.

    Raises
    ------
    DataError
        When the table is empty, lacks a column or holds a cell twice.
    ParameterError
        When the language is not known.

    Notes
    -----
    Many cells, each with its own interval: one in twenty misses its truth. Tufte (2001), *The Visual Display of
    Quantitative Information*, on small multiples.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> cells = pd.DataFrame({"platform": ["x"], "objective": ["sell"], "estimate": [0.7], "low": [0.6], "high": [0.8],
    ...                       "n": [80], "verdict": ["helps"], "reason": [""]})
    >>> ax = fit_matrix(cells, new_axes(), labels={"sell": "Sell"})
    """
    writer = Writer(theme.language_of(ax, language))
    data = _cells(cells, row, column)
    names = _names(data, row, writer.language, labels), _names(data, column, writer.language, labels)
    bare_axes(ax)
    draw = _stacked if theme.is_narrow(ax) else _grid
    draw(ax, data.rename(columns={row: "across", column: "down"}), names, writer, fewest)
    return ax


def _cells(cells: pd.DataFrame, row: str, column: str) -> pd.DataFrame:
    data = result_table(cells, [row, column, *COLUMNS], "fit_matrix")
    twice = data.duplicated([row, column])
    if twice.any():
        first = data.loc[twice].iloc[0]
        raise DataError(f'The chart "fit_matrix" has two cells for "{first[row]}" and "{first[column]}".')
    return data


def _names(
    data: pd.DataFrame, column: str, language: str, labels: Mapping[Any, str] | None
) -> dict[Any, str]:
    levels = pd.DataFrame({column: data[column].unique()})
    return dict(zip(levels[column], level_labels(levels, column, language, labels), strict=True))


def _open(ax: Axes, height: float) -> None:
    """Set the drawing so that its data are units, y going down from 0."""
    theme.set_height(ax, height)
    theme.frame(ax, left=0, right=0, top=0, bottom=0)
    ax.set_xlim(0, theme.width_of(ax))
    ax.set_ylim(-ax.figure.get_figheight() * 72, 0)


def _grid(ax: Axes, data: pd.DataFrame, names: tuple[dict, dict], writer: Writer, fewest: int) -> None:
    (rows, columns), cells = names, _by_place(data)
    size = theme.TYPE["label"].screen
    first = min(130.0, max(theme.text_width(name, size, True) for name in rows.values()) + 12)
    wide = (theme.width_of(ax) - first) / len(columns)
    heads = {level: theme.wrap(name, wide - 8, size, True) for level, name in columns.items()}
    head = max(text.count("\n") + 1 for text in heads.values()) * HEAD + 8
    _open(ax, head + ROW * len(rows) + 8 + KEY * _key_lines(ax, writer))
    for place, text in enumerate(heads.values()):
        write(ax, first + wide * place + 4, -head + 4, text, bold=True, role="ink2", va="bottom")
    _rule(ax, -head, "ink", theme.LINE["section"])
    for number, (level, name) in enumerate(rows.items()):
        y = -head - ROW * (number + 0.5)
        write(ax, 0, y, theme.wrap(name, first - 6, size, True), bold=True)
        for place, other in enumerate(columns):
            left = first + wide * place
            _cell(ax, cells.get((level, other)), left + 4, left + wide - 6, y, writer, fewest)
        _rule(ax, y - ROW / 2, "rule", theme.LINE["hairline"])
    _key(ax, -head - ROW * len(rows) - 8, writer)


def _stacked(ax: Axes, data: pd.DataFrame, names: tuple[dict, dict], writer: Writer, fewest: int) -> None:
    (rows, columns), cells = names, _by_place(data)
    blocks = {level: _block(ax, cells, level, columns) for level in rows}
    height = sum(BLOCK + 6 + LINE * len(known) + _lines(text) for known, text in blocks.values())
    _open(ax, height + 8 + KEY * _key_lines(ax, writer))
    y, width = 0.0, theme.width_of(ax)
    for level, (known, unknown) in blocks.items():
        write(ax, 0, y - BLOCK / 2 - 2, rows[level], bold=True)
        y -= BLOCK
        for other in known:
            text = theme.wrap(columns[other], width * 0.5 - 8, theme.TYPE["note"].screen)
            write(ax, 0, y - LINE / 2, text, size="note", role="ink2")
            _cell(ax, cells.get((level, other)), width * 0.5, width - 2, y - LINE / 2, writer, fewest)
            y -= LINE
        if unknown:
            hatched(ax, 0, 26, y - 14, y - 4)
            write(ax, 34, y - 3, unknown, size="note", role="ink2", va="top")
            y -= _lines(unknown)
        y -= 6
        _rule(ax, y + 3, "rule", theme.LINE["hairline"])
    _key(ax, y - 6, writer)


def _block(ax: Axes, cells: dict, level: Any, columns: dict) -> tuple[list[Any], str]:
    """Part the cells of a row: those known, and the names of the others as one text."""
    there = {other: cells[level, other] for other in columns if (level, other) in cells}
    known = [other for other, cell in there.items() if cell.verdict != "unknown"]
    others = [columns[other] for other, cell in there.items() if cell.verdict == "unknown"]
    text = theme.wrap(", ".join(others), theme.width_of(ax) - 38, theme.TYPE["note"].screen)
    return known, text


def _lines(text: str) -> float:
    """Give the room that a text of some lines takes; none for an empty one."""
    return (text.count("\n") + 1) * HEAD + 6 if text else 0.0


def _by_place(data: pd.DataFrame) -> dict[tuple[Any, Any], Any]:
    """Give each cell by its row and its column."""
    return {(cell.across, cell.down): cell for cell in rows_of(data)}


def _rule(ax: Axes, y: float, role: str, width: float) -> None:
    ends = [0, theme.width_of(ax)]
    stroke(ax, ends, [y, y], color=theme.COLOUR[role], linewidth=width, zorder=1, gid="rule", clip_on=False)


def _cell(ax: Axes, cell: Any, left: float, right: float, y: float, writer: Writer, fewest: int) -> None:
    if cell is None:
        return
    if cell.verdict == "unknown":
        few = cell.reason == "few"
        text = (
            words.word("chart.n_below", writer.language, n=fewest)
            if few
            else writer.limits(cell.low, cell.high)
        )
        hatched(ax, left, right, y - 9, y + 9)
        write(ax, (left + right) / 2, y, text, size="note", role="ink2", ha="center", ground=True)
        return
    end, shape = right - 40, SHAPES[cell.verdict]

    def scale(value: float) -> float:
        return left + 5 + (end - left - 10) * value

    stroke(ax, [left, end], [y, y], color=theme.COLOUR["rule"], linewidth=1, zorder=1, gid="scale")
    benchmark_line(ax, scale(HALF), y - 10, y + 10)
    whisker(ax, y, scale(cell.low), scale(cell.high), role=INK[shape])
    dot(ax, scale(cell.estimate), y, shape, radius=4)
    role = "ink2" if shape == "hollow" else INK[shape]
    write(
        ax,
        right,
        y,
        writer.short(cell.estimate),
        dy=6,
        size="value",
        bold=shape != "hollow",
        role=role,
        ha="right",
    )
    count = words.word("chart.n", writer.language, n=words.number(cell.n, writer.language))
    write(ax, right, y, count, dy=-7, size="note", role="ink3", ha="right")


def _key_texts(writer: Writer) -> list[tuple[str, str]]:
    texts = [(kind, words.word(f"chart.{name}", writer.language)) for kind, name in KEYS]
    return [
        *texts,
        ("half", words.word("chart.fit_half", writer.language)),
        ("hatch", words.word("chart.fit_unknown", writer.language)),
    ]


def _key_places(ax: Axes, writer: Writer) -> list[tuple[str, str, float, int]]:
    """Lay the key out in lines, each entry where the one before it ends."""
    places, x, line = [], 0.0, 0
    for kind, text in _key_texts(writer):
        width = 34 + theme.text_width(text, theme.TYPE["note"].screen) + 16
        if x and x + width - 16 > theme.width_of(ax):
            x, line = 0.0, line + 1
        places.append((kind, text, x, line))
        x += width
    return places


def _key_lines(ax: Axes, writer: Writer) -> int:
    return _key_places(ax, writer)[-1][3] + 1


def _key(ax: Axes, top: float, writer: Writer) -> None:
    for kind, text, x, line in _key_places(ax, writer):
        y = top - KEY * (line + 0.5)
        if kind == "hatch":
            hatched(ax, x, x + 26, y - 5, y + 5)
        elif kind == "half":
            benchmark_line(ax, x + 13, y - 7, y + 7, gid="key")
        else:
            stroke(
                ax,
                [x, x + 26],
                [y, y],
                color=theme.COLOUR[INK[kind]],
                linewidth=theme.LINE["interval"],
                gid="key",
            )
            dot(ax, x + 13, y, kind, radius=4)
            ax.lines[-1].set_gid("key")
        write(ax, x + 34, y, text, size="note", role="ink2")


def alt_fit_matrix(
    cells: pd.DataFrame,
    *,
    language: str,
    row: str = "platform",
    column: str = "objective",
    labels: Mapping[Any, str] | None = None,
    n: str = "",
) -> str:
    """Say in words what `fit_matrix` shows: the cells surely on one side of half, and how many are not known.

    Parameters
    ----------
    cells, language, row, column, labels
        As given to `fit_matrix`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError, ParameterError
        As `fit_matrix`.

    Examples
    --------
    >>> cells = pd.DataFrame({"platform": ["x"], "objective": ["sell"], "estimate": [0.7], "low": [0.6], "high": [0.8],
    ...                       "n": [80], "verdict": ["helps"], "reason": [""]})
    >>> alt_fit_matrix(cells, language="en", labels={"sell": "Sell"})
    'Matrix of platforms and objectives. Surely more than half: X (Twitter), Sell 70% (60% to 80%).'
    """
    writer = Writer(words.check_language(language))
    data = _cells(cells, row, column)
    names = _names(data, row, language, labels), _names(data, column, language, labels)
    parts = [words.word("alt.fit", language)]
    for verdict in ("helps", "fails"):
        found = data[data["verdict"] == verdict].sort_values(
            "estimate", ascending=verdict == "fails", kind="stable"
        )
        if len(found):
            items = "; ".join(
                f"{names[0][r]}, {names[1][c]} {writer.full(e)} ({writer.span(low, high)})"
                for r, c, e, low, high in found[[row, column, "estimate", "low", "high"]].itertuples(
                    index=False
                )
            )
            parts.append(words.word(f"alt.fit_{verdict}", language, items=items))
    if len(parts) == 1:
        parts.append(words.word("alt.fit_none", language))
    unknown = int((data["verdict"] == "unknown").sum())
    if unknown:
        parts.append(words.word("alt.fit_unknown", language, count=str(unknown), all=str(len(data))))
    return sentences([*parts, n], language)


def reading_fit_matrix(
    cells: pd.DataFrame,
    *,
    language: str,
    row: str = "platform",
    column: str = "objective",
    labels: Mapping[Any, str] | None = None,
) -> str:
    """Read one cell aloud: the one that rests on most firms; nothing when none is known.

    Parameters
    ----------
    cells, language, row, column, labels
        As given to `fit_matrix`.

    Returns
    -------
    str

    Raises
    ------
    DataError, ParameterError
        As `fit_matrix`.

    Examples
    --------
    >>> cells = pd.DataFrame({"platform": ["x"], "objective": ["sell"], "estimate": [0.7], "low": [0.6], "high": [0.8],
    ...                       "n": [80], "verdict": ["helps"], "reason": [""]})
    >>> reading_fit_matrix(cells, language="en", labels={"sell": "Sell"})
    '70% of the 80 firms that use X (Twitter) mainly for “Sell” say that it helps with it (60% to 80%).'
    """
    writer = Writer(words.check_language(language))
    data = _cells(cells, row, column)
    known = data[data["verdict"] != "unknown"]
    if known.empty:
        return ""
    cell = known.loc[known["n"].idxmax()]
    names = _names(data, row, language, labels), _names(data, column, language, labels)
    return words.word(
        "reading.fit",
        language,
        value=writer.full(cell["estimate"]),
        n=words.number(cell["n"], language),
        platform=names[0][cell[row]],
        objective=names[1][cell[column]],
        interval=writer.span(cell["low"], cell["high"]),
    )
