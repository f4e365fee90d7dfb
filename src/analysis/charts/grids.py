"""On which day and at which hour do posts do best? A grid of days and hours, hatched where few posts say nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import bare_axes, hatched, write
from analysis.charts.results import result_table, rows_of, sentences
from analysis.charts.shapes import block
from analysis.errors import DataError

__all__ = ["alt_posting_grid", "posting_grid", "reading_posting_grid"]

NEEDED = ["weekday", "hour", "hour_end", "index", "index_low", "index_high", "n"]
LIGHT, DARK = 0.06, 0.46
INSET = 2.5


def posting_grid(
    times: pd.DataFrame, ax: Axes, *, days: pd.DataFrame | None = None, language: str | None = None
) -> Axes:
    """Draw the response to posts by day and block of hours, as an index of the usual post.

    Parameters
    ----------
    times : pandas.DataFrame
        Result of `posting_times`: `weekday, hour, hour_end, index, index_low, index_high, n`.
    ax : matplotlib.axes.Axes
    days : pandas.DataFrame, optional
        Result of `posting_times(cells="weekday")`, for a last row of whole days.
    language : {"fr", "en"}, optional

    Returns
    -------
    matplotlib.axes.Axes
        Blocks without any post are left out. A cell whose index is missing is hatched and says how many posts it
        has; a cell whose interval leaves 100 out is framed, in the alert colour when it is below.

    Raises
    ------
    DataError
        When a column is absent or there is no post.
    ParameterError
        When the language is not known.

    Notes
    -----
    The darkest of many cells is dark partly by chance: frames, not shades, say what stands out.
    Wilkinson and Friendly (2009), "The history of the cluster heat map", *The American Statistician* 63(2).

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> cell = {"weekday": 1, "hour": 9, "hour_end": 12, "index": 110.0, "index_low": 90.0, "index_high": 130.0}
    >>> ax = posting_grid(pd.DataFrame([cell | {"n": 12}]), new_axes())
    """
    language = theme.language_of(ax, language)
    data = _cells(times)
    blocks = data[["hour", "hour_end"]].drop_duplicates().sort_values("hour").to_numpy().tolist()
    names = [_block(start, end, language, theme.is_narrow(ax)) for start, end in blocks]
    whole = words.word("chart.whole_day", language) if days is not None else ""
    _lay(ax, names, whole)
    for day in range(7):
        place = {"va": "baseline", "ha": "center", "bold": True, "size": "label"}
        write(ax, day + 0.5, 0, words.word(f"weekday_short.{day}", language), dy=7, **place)
    shade = _shade(data["index_value"])
    rows = {start: row for row, (start, _) in enumerate(blocks)}
    filled = {(rows[cell.hour], int(cell.weekday) - 1): cell for cell in rows_of(data)}
    for row in range(len(blocks)):
        for day in range(7):
            _cell(ax, day, row, filled.get((row, day)), shade, language)
    if days is not None:
        _days(ax, days, len(blocks), language)
    return ax


def _cells(times: pd.DataFrame) -> pd.DataFrame:
    data = result_table(times, NEEDED, "posting_grid").dropna(subset=["weekday"])
    data = data.assign(n=data["n"].fillna(0).astype(int)).rename(columns={"index": "index_value"})
    busy = data.groupby("hour")["n"].transform("sum") > 0
    if not busy.any():
        raise DataError('The chart "posting_grid" has no post to draw.')
    return data[busy]


def _block(start: int, end: int, language: str, narrow: bool) -> str:
    names = [words.word("chart.hour_tick", language, hour=int(hour)) for hour in (start, end)]
    return names[0] if narrow else "–".join(names)


def _shade(index: pd.Series) -> tuple[float, float]:
    """Span the shades over 70 to 130 at least, so that small gaps look small."""
    known = [100.0, *index.dropna()]
    return min(70.0, *known), max(130.0, *known)


def _lay(ax: Axes, names: list[str], whole: str) -> None:
    narrow, size = theme.is_narrow(ax), theme.TYPE["note"].screen
    bare_axes(ax)
    longest = [*names, *(theme.wrap(whole, 52, size).split("\n") if whole and narrow else [whole])]
    left = max(theme.text_width(name, size) for name in longest) + (8 if narrow else 34)
    height, top, last = (40 if narrow else 46), 24, (44 if whole else 4)
    theme.set_height(ax, top + height * len(names) + last)
    bottom = ax.figure.get_figheight() * 72 - top - height * len(names)
    theme.frame(ax, left=left, right=2, top=top, bottom=bottom)
    ax.set_xlim(0, 7)
    ax.set_ylim(len(names), 0)
    for row, name in enumerate(names):
        place = {"coords": ("axes fraction", "data"), "size": "note", "role": "ink2"}
        write(ax, 0, row + 0.5, name, dx=-left + 2, **place)
    if whole:
        text = theme.wrap(whole, 52, size) if narrow else whole
        write(
            ax,
            0,
            len(names),
            text,
            dx=-left + 2,
            dy=-22,
            coords=("axes fraction", "data"),
            size="note",
            role="ink2",
        )


def _cell(ax: Axes, day: int, row: int, cell: object, shade: tuple[float, float], language: str) -> None:
    width = INSET / (theme.width_of(ax) * ax.get_position().width / 7)
    height = INSET / (40 if theme.is_narrow(ax) else 46)
    left, right, top, bottom = day + width, day + 1 - width, row + height, row + 1 - height
    count = 0 if cell is None else int(cell.n)
    if cell is None or not np.isfinite(cell.index_value):
        hatched(ax, left, right, bottom, top)
        if count:
            number = words.number(count, language)
            write(ax, day + 0.5, row + 0.5, number, ha="center", size="note", role="ink2", ground=True)
        return
    low, high = shade
    share = (cell.index_value - low) / (high - low)
    face = {"facecolor": theme.COLOUR["accent"], "edgecolor": "none", "zorder": 2, "gid": "cell"}
    block(ax, (left, top), right - left, bottom - top, **face).set_alpha(LIGHT + (DARK - LIGHT) * share)
    _frame(ax, left, right, top, bottom, cell)
    write(
        ax,
        day + 0.5,
        row + 0.5,
        words.number(cell.index_value, language),
        dy=6,
        ha="center",
        size="value",
        bold=True,
    )
    write(ax, day + 0.5, row + 0.5, _n(count, ax, language), dy=-8, ha="center", size="note", role="ink2")


def _n(count: int, ax: Axes, language: str) -> str:
    number = words.number(count, language)
    return number if theme.is_narrow(ax) else words.word("chart.n", language, n=number)


def _frame(ax: Axes, left: float, right: float, top: float, bottom: float, cell: object) -> None:
    """Frame a cell whose interval leaves the usual post out."""
    if not (cell.index_low > 100 or cell.index_high < 100):
        return
    role = "accent" if cell.index_low > 100 else "alert"
    line = {"edgecolor": theme.COLOUR[role], "linewidth": theme.LINE["series"], "facecolor": "none"}
    block(ax, (left, top), right - left, bottom - top, **line, zorder=3, gid="apart")


def _days(ax: Axes, days: pd.DataFrame, row: int, language: str) -> None:
    """Write the index of whole days under the grid."""
    for cell in rows_of(result_table(days, NEEDED, "posting_grid").rename(columns={"index": "index_value"})):
        known = np.isfinite(cell.index_value)
        count = 0 if not np.isfinite(cell.n) else int(cell.n)
        place = {"ha": "center", "size": "note", "role": "ink2"}
        text = words.number(cell.index_value, language) if known else words.MISSING
        write(ax, cell.weekday - 0.5, row, text, dy=-16, ha="center", role="ink" if known else "ink3")
        write(ax, cell.weekday - 0.5, row, _n(count, ax, language), dy=-30, **place)


def alt_posting_grid(times: pd.DataFrame, *, language: str, n: str = "") -> str:
    """Say in words what `posting_grid` shows: how many cells can be read, their range, and what stands out.

    Parameters
    ----------
    times : pandas.DataFrame
        As given to `posting_grid`.
    language : {"fr", "en"}
    n : str
        How many posts and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When a column is absent or there is no post.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> cell = {"weekday": 1, "hour": 9, "hour_end": 12, "index": 110.0, "index_low": 90.0, "index_high": 130.0}
    >>> alt_posting_grid(pd.DataFrame([cell | {"n": 12}]), language="en", n="12 posts")
    'Grid by day and hour. 1 of 7 cells can be read, from 110 (Monday 9:00–12:00) to 110 (Monday 9:00–12:00).
    No cell stands apart from the usual post. 12 posts.'
    """
    words.check_language(language)
    data = _cells(times)
    known = data[data["index_value"].notna()]
    cells = 7 * data["hour"].nunique()
    start = words.word("alt.posting_grid", language)
    if known.empty:
        return sentences([start, words.word("alt.posting_none", language), n], language)
    ends = [known.loc[getattr(known["index_value"], which)()] for which in ("idxmin", "idxmax")]
    (low, lowest), (high, highest) = (
        (words.number(end["index_value"], language), _where(end, language)) for end in ends
    )
    named, total = words.number(len(known), language), words.number(cells, language)
    range_of = words.word(
        "alt.posting_cells",
        language,
        named=named,
        cells=total,
        low=low,
        lowest=lowest,
        high=high,
        highest=highest,
    )
    apart = known[(known["index_low"] > 100) | (known["index_high"] < 100)]
    names = ", ".join(_where(cell, language) for _, cell in apart.iterrows())
    key = "alt.posting_apart" if len(apart) else "alt.posting_alike"
    return sentences([start, range_of, words.word(key, language, cells=names), n], language)


def _where(cell: pd.Series, language: str) -> str:
    day = words.word(f"weekday.{int(cell['weekday']) - 1}", language)
    return f"{day} {_block(cell['hour'], cell['hour_end'], language, False)}"


def reading_posting_grid(times: pd.DataFrame, *, language: str) -> str:
    """Read the cell with the most posts aloud.

    Parameters
    ----------
    times : pandas.DataFrame
        As given to `posting_grid`.
    language : {"fr", "en"}

    Returns
    -------
    str

    Raises
    ------
    DataError
        When a column is absent or no cell can be read.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> cell = {"weekday": 1, "hour": 9, "hour_end": 12, "index": 110.0, "index_low": 90.0, "index_high": 130.0}
    >>> reading_posting_grid(pd.DataFrame([cell | {"n": 12}]), language="en")
    'the 12 posts of Monday 9:00–12:00 have an index of 110; it may lie anywhere from 90 to 130.'
    """
    words.check_language(language)
    known = _cells(times).dropna(subset=["index_value"])
    if known.empty:
        raise DataError("No cell of the grid can be read aloud: each has too few posts.")
    cell = known.sort_values(["n", "weekday", "hour"], ascending=[False, True, True]).iloc[0]
    numbers = {
        name: words.number(cell[column], language)
        for name, column in {
            "n": "n",
            "value": "index_value",
            "low": "index_low",
            "high": "index_high",
        }.items()
    }
    return words.word("reading.posting_grid", language, cell=_where(cell, language), **numbers)
