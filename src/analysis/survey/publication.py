"""Which cells may be shown? Suppress those that rest on too few firms, and those that would give them away."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = ["LEAST", "SUPPRESSED", "suppress"]

LEAST = 5
SUPPRESSED = "suppressed"
ZERO = 1e-9


def suppress(
    table: pd.DataFrame, *, by: str | Sequence[str] | None = None, least: int = LEAST
) -> pd.DataFrame:
    """Blank the cells of a table that could tell of single firms, and as many others as keep them hidden.

    A cell is a combination of groups with all its rows. One with fewer than `least` answers is blanked. As the
    totals over groups are shown too, a cell blanked alone in its line could be worked out from the others: so
    the smallest cells beside it are blanked as well, until no blanked cell follows from what is shown and the
    cells blanked in a line stand for `least` answers together.

    Parameters
    ----------
    table : pandas.DataFrame
        Estimates: grouping columns (and `level`), then `estimate … n …`.
    by : str or list of str, optional
        The groups over which totals are shown. The other grouping columns (a wave, say) make separate tables.
        Left out: all grouping columns.
    least : int
        The fewest answers a cell may show.

    Returns
    -------
    pandas.DataFrame
        The same rows; in blanked cells all numbers and the method are missing and `flag` says `suppressed`.

    Raises
    ------
    ParameterError
        When the table is none of estimates, a column does not exist, or `least` is below 2.
    DataError
        When a small cell cannot be hidden while all totals are shown.

    Notes
    -----
    Do not read a blanked cell as zero. Cells without any answer stay unless they are needed to hide others.
    Tables of the same firms by other groups, or of other years, can still be set against this one.

    References
    ----------
    Hundepool et al. (2012), *Statistical Disclosure Control*, ch. 4 (secondary cell suppression).

    Examples
    --------
    >>> table = pd.DataFrame({"sector": ["a", "b", "c"], "estimate": [0.5, 0.2, 0.3], "n": [3, 40, 9], "flag": ""})
    >>> suppress(table)
      sector  estimate     n        flag
    0      a       NaN  <NA>  suppressed
    1      b       0.2    40
    2      c       NaN  <NA>  suppressed
    """
    keys, shown_over = _keys(table, by)
    if not isinstance(least, int) or isinstance(least, bool) or least < 2:
        raise ParameterError(f"least={least}: give a whole number of answers, 2 or more.")
    cells = _cells(table, keys)
    blocks = [key for key in keys if key not in shown_over]
    hidden = pd.Series(False, index=cells.index)
    for _, block in cells.groupby(blocks, dropna=False, sort=False) if blocks else [((), cells)]:
        hidden.loc[block.index] = _hide(block, shown_over, least)
    return _blank(table, keys, hidden.to_numpy()[_cell_of_row(table, keys)])


def _keys(table: pd.DataFrame, by: str | Sequence[str] | None) -> tuple[list[str], list[str]]:
    if not isinstance(table, pd.DataFrame) or not {"estimate", "n"} <= set(table.columns):
        raise ParameterError("suppress() takes a table of estimates, with columns estimate and n.")
    keys = [name for name in table.columns[: list(table.columns).index("estimate")] if name != "level"]
    wanted = keys if by is None else [by] if isinstance(by, str) else list(by)
    for name in wanted:
        if name not in keys:
            raise ParameterError(
                f'by="{name}" is no grouping column of the table.{did_you_mean(str(name), keys)}'
            )
    return keys, wanted


def _cell_of_row(table: pd.DataFrame, keys: list[str]) -> np.ndarray:
    if not keys:
        return np.zeros(len(table), dtype=int)
    return table.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()


def _cells(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give one row per cell with its answers; the rows of a cell (levels) share their base."""
    number = _cell_of_row(table, keys)
    largest = pd.to_numeric(table["n"]).fillna(0).groupby(number).max()
    first = ~pd.Series(number).duplicated().to_numpy()
    return table.loc[first, keys].reset_index(drop=True).assign(n=largest.to_numpy(dtype=float))


def _hide(block: pd.DataFrame, by: list[str], least: int) -> np.ndarray:
    """Say which cells of one table to blank."""
    n = block["n"].to_numpy()
    hidden = (n > 0) & (n < least)
    lines = _lines(block, by, least)
    while hidden.any():
        weak = _weak_lines(lines, hidden, n, least)
        if weak is None:
            break
        choices = [
            np.flatnonzero(~hidden & met & beside) for met in (n > 0, n == 0) for beside in (weak, True)
        ]
        free = next((choice for choice in choices if len(choice)), None)
        if free is None:
            raise DataError(
                "The cells with too few answers cannot be hidden while the totals over "
                f"{', '.join(by)} are shown: group them more coarsely."
            )
        hidden[free[np.argmin(n[free])]] = True
    return hidden


def _lines(block: pd.DataFrame, by: list[str], least: int) -> np.ndarray:
    """List the totals that are shown, as rows of 0/1 over the cells; those with too few answers are not shown."""
    n, lines = block["n"].to_numpy(), []
    for size in range(1, len(by) + 1):
        for summed in itertools.combinations(by, size):
            kept = [name for name in by if name not in summed]
            number = _cell_of_row(block, kept)
            lines += [number == line for line in range(number.max() + 1)]
    shown = [line for line in lines if n[line].sum() >= least]
    return np.array(shown, dtype=bool).reshape(len(shown), len(block))


def _weak_lines(lines: np.ndarray, hidden: np.ndarray, n: np.ndarray, least: int) -> np.ndarray | None:
    """Find a line that gives a blanked cell away, as the cells beside it; None when there is none."""
    for line in lines:
        if (line & hidden).any() and n[line & hidden].sum() < least:
            return line
    places = np.flatnonzero(hidden)
    known = _follows(lines[:, places].astype(float), n[places])
    if not known.any():
        return None
    with_it = lines[:, places[np.flatnonzero(known)[0]]]
    return lines[with_it].any(axis=0)


def _follows(equations: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Say which unknown counts have a single solution, knowing their sums and that none is below 0."""
    if not equations.any():
        return np.zeros(len(n), dtype=bool)
    _, singular, directions = np.linalg.svd(equations)
    free = directions[(singular > ZERO).sum() :]
    known = (np.abs(free) < ZERO).all(axis=0)
    if known.any() or (n > 0).all():
        return known
    return np.array([_width(equations, n, number) < ZERO for number in range(len(n))])


def _width(equations: np.ndarray, n: np.ndarray, number: int) -> float:
    from scipy import optimize

    goal, sums = np.eye(len(n))[number], equations @ n
    ends = [
        optimize.linprog(sign * goal, A_eq=equations, b_eq=sums, bounds=(0, n.sum() + 1)) for sign in (1, -1)
    ]
    return -ends[1].fun - ends[0].fun


def _blank(table: pd.DataFrame, keys: list[str], hidden: np.ndarray) -> pd.DataFrame:
    """Take the numbers and the method of some rows away, whatever could be read from them."""
    blanked = table.copy()
    for name in table.columns:
        if name in (*keys, "level", "flag"):
            continue
        column = table[name]
        if pd.api.types.is_integer_dtype(column.dtype):
            column = column.astype("Int64")
        blanked[name] = column.mask(hidden)
    flags = table["flag"] if "flag" in table.columns else pd.Series("", index=table.index)
    blanked["flag"] = flags.astype("string").mask(hidden, SUPPRESSED)
    return blanked
