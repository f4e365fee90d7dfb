"""How likely is each firm on each platform, knowing only how many it has and how many firms the platform has?

The bipartite configuration model: the least assuming chances that keep every firm's and every platform's count on
average. It is the null model behind the stochastic degree sequence model.
"""

from __future__ import annotations

import numpy as np

from analysis.errors import DataError

__all__ = ["cell_probabilities"]

TOLERANCE = 1e-10
STEPS = 500


def cell_probabilities(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Find the chance of each cell of a 0/1 table whose margins are kept on average.

    Parameters
    ----------
    rows : numpy.ndarray
        Ones in each row.
    columns : numpy.ndarray
        Ones in each column; both add up to the same.

    Returns
    -------
    numpy.ndarray
        Rows by columns, from 0 to 1; its margins are those given.

    Raises
    ------
    DataError
        When no table has such margins, or the search does not end.

    Notes
    -----
    Full and empty rows and columns are certain. Rows with equal counts have equal chances, so the search is over the
    different counts only.

    References
    ----------
    Saracco, Di Clemente, Gabrielli & Squartini (2015), *Scientific Reports* 5:10595; Neal (2014), *Social Networks*
    39:84.

    Examples
    --------
    >>> cell_probabilities(np.array([1, 1]), np.array([1, 1])).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    rows, columns = np.asarray(rows, dtype=float), np.asarray(columns, dtype=float)
    if rows.sum() != columns.sum():
        raise DataError(f"Rows hold {rows.sum():g} ones and columns {columns.sum():g}: they must be as many.")
    row_kinds, row_of, row_counts = np.unique(rows, return_inverse=True, return_counts=True)
    column_kinds, column_of, column_counts = np.unique(columns, return_inverse=True, return_counts=True)
    kinds = _by_kind(row_kinds, row_counts.astype(float), column_kinds, column_counts.astype(float))
    chances = kinds[np.ix_(row_of, column_of)]
    if np.abs(chances.sum(axis=0) - columns).max() > 1e-6 or np.abs(chances.sum(axis=1) - rows).max() > 1e-6:
        raise DataError("No table has such margins: a row or a column counts more ones than it has cells.")
    return chances


def _by_kind(r: np.ndarray, many_r: np.ndarray, c: np.ndarray, many_c: np.ndarray) -> np.ndarray:
    """Set the certain cells, then search for the others; `many_r` rows have the count `r`."""
    chances = np.full((len(r), len(c)), np.nan)
    left_r, left_c = r.copy(), c.copy()
    open_r, open_c = np.ones(len(r), dtype=bool), np.ones(len(c), dtype=bool)
    while open_r.any() and open_c.any():
        done_r = open_r & ((left_r == 0) | (left_r == many_c[open_c].sum()))
        if done_r.any():
            kind = int(np.flatnonzero(done_r)[0])
            full = float(left_r[kind] > 0)
            chances[kind, open_c] = full
            left_c[open_c] -= full * many_r[kind]
            open_r[kind] = False
            continue
        done_c = open_c & ((left_c == 0) | (left_c == many_r[open_r].sum()))
        if not done_c.any():
            break
        kind = int(np.flatnonzero(done_c)[0])
        full = float(left_c[kind] > 0)
        chances[open_r, kind] = full
        left_r[open_r] -= full * many_c[kind]
        open_c[kind] = False
    inner = np.ix_(open_r, open_c)
    if open_r.any() and open_c.any():
        if (left_r[open_r] < 0).any() or (left_c[open_c] < 0).any():
            raise DataError(
                "No table has such margins: a row or a column counts more ones than it has cells."
            )
        chances[inner] = _searched(left_r[open_r], many_r[open_r], left_c[open_c], many_c[open_c])
    return np.nan_to_num(chances, nan=0.0)


def _searched(r: np.ndarray, many_r: np.ndarray, c: np.ndarray, many_c: np.ndarray) -> np.ndarray:
    """Climb the likelihood of the margins by Newton's steps, halved while they fall."""
    fitness = np.zeros(len(r) + len(c))
    size = len(r)
    for _ in range(STEPS):
        chances = _logistic(fitness, size)
        slope = np.concatenate([many_r * (r - chances @ many_c), many_c * (c - many_r @ chances)])
        if np.abs(slope / np.concatenate([many_r, many_c])).max() < TOLERANCE:
            return chances
        spread = many_r[:, None] * many_c * chances * (1 - chances)
        curve = np.block([[np.diag(spread.sum(axis=1)), spread], [spread.T, np.diag(spread.sum(axis=0))]])
        step = np.linalg.lstsq(curve, slope, rcond=1e-14)[0]
        fitness = _climbed(fitness, step, r, many_r, c, many_c)
    raise DataError(
        "The margins of this table lie at the edge of what is possible: its chances were not found."
    )


def _logistic(fitness: np.ndarray, size: int) -> np.ndarray:
    return 1 / (1 + np.exp(-(fitness[:size, None] + fitness[size:])))


def _likelihood(
    fitness: np.ndarray, r: np.ndarray, many_r: np.ndarray, c: np.ndarray, many_c: np.ndarray
) -> float:
    sums = fitness[: len(r), None] + fitness[len(r) :]
    expected = (many_r[:, None] * many_c * np.logaddexp(0, sums)).sum()
    return float((many_r * r) @ fitness[: len(r)] + (many_c * c) @ fitness[len(r) :] - expected)


def _climbed(
    fitness: np.ndarray,
    step: np.ndarray,
    r: np.ndarray,
    many_r: np.ndarray,
    c: np.ndarray,
    many_c: np.ndarray,
) -> np.ndarray:
    reached = _likelihood(fitness, r, many_r, c, many_c)
    share = min(1.0, 5 / max(np.abs(step).max(), 1e-300))
    for _ in range(60):
        moved = fitness + share * step
        if _likelihood(moved, r, many_r, c, many_c) >= reached - 1e-12 * abs(reached):
            return moved
        share /= 2
    return fitness + share * step
