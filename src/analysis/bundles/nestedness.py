"""Are the platforms of the specialists a part of those of the generalists? Nestedness, against tables of equal margins.

A nested table has an order in which each firm's platforms are among those of the firm before it. Fuller tables look
more nested by themselves, hence the null: tables drawn again that keep how many platforms each firm has, and how many
firms each platform.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.bundles.multiplicity import refuse_seed
from analysis.bundles.presence import known_presence
from analysis.errors import DataError, ParameterError

__all__ = ["nestedness", "nodf", "trade"]

PARTS = ("rows", "columns", "all")
TRADES = 5
WARM_UP = 20


def nestedness(presence: pd.DataFrame, *, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
    """Measure how nested a table of firms by platforms is, against tables with the same margins.

    Parameters
    ----------
    presence : pandas.DataFrame
        One row per firm, one column per platform (0, 1, missing); of survey microdata, the columns `platforms__*`.
    draws : int
        Tables drawn from the null.
    seed : int
        Seed of the draws.

    Returns
    -------
    pandas.DataFrame
        `part` (rows: firms; columns: platforms; all: pairs of both), `estimate` (NODF, 0 to 100), `expected, sd`
        (over the null), `p` (two-sided), `n` (firms, platforms or both), `pairs`, `method`.

    Raises
    ------
    ParameterError
        When `draws` is not a whole number of 2 or more, or the seed none of 0 or more.
    DataError
        As `known_presence`; also when fewer than two firms are on a platform.

    Notes
    -----
    Firms on no platform and platforms without firms are set aside: nothing of theirs could nest. A value below the
    expected one says that platforms replace one another more than counts alone would have them do. Firms count once.

    References
    ----------
    Almeida-Neto et al. (2008), *Oikos* 117:1227 (NODF); Strona et al. (2014), *Nature Communications* 5:4114, and
    Carstens (2015), *Physical Review E* 91:042812 (the null).

    Examples
    --------
    >>> stairs = pd.DataFrame({"a": [1, 1, 1], "b": [1, 1, 0], "c": [1, 0, 0]})
    >>> nestedness(stairs, draws=10)[["part", "estimate", "expected", "p"]]
          part  estimate  expected    p
    0     rows     100.0     100.0  1.0
    1  columns     100.0     100.0  1.0
    2      all     100.0     100.0  1.0
    """
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 2:
        raise ParameterError(f"draws={draws}: give a whole number of tables to draw, 2 or more.")
    refuse_seed(seed)
    cells = known_presence(presence).to_numpy()
    cells = cells[:, cells.any(axis=0)][cells.any(axis=1)]
    if min(cells.shape) < 2:
        raise DataError(
            f"{cells.shape[0]} firms are on {cells.shape[1]} platforms: nesting needs two of each."
        )
    cells = cells[np.lexsort(cells.T)]
    observed = nodf(cells)
    drawn = _null(cells, draws, np.random.default_rng(seed))
    firms, platforms = cells.shape
    pairs = [firms * (firms - 1) // 2, platforms * (platforms - 1) // 2]
    table = pd.DataFrame(
        {"part": PARTS, "estimate": observed, "expected": drawn.mean(axis=0), "sd": drawn.std(axis=0, ddof=1)}
    )
    table["sd"] = table["sd"].where(table["sd"] > 1e-12, 0.0)
    return table.assign(
        p=_two_sided(observed, drawn),
        n=[firms, platforms, firms + platforms],
        pairs=[*pairs, sum(pairs)],
        method="curveball",
    ).astype({"part": "string", "method": "string"})


def _two_sided(observed: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    above = (1 + (drawn >= observed - 1e-9).sum(axis=0)) / (len(drawn) + 1)
    below = (1 + (drawn <= observed + 1e-9).sum(axis=0)) / (len(drawn) + 1)
    return np.minimum(1.0, 2 * np.minimum(above, below))


def nodf(cells: np.ndarray) -> np.ndarray:
    """Compute the nestedness metric based on overlap and decreasing fill.

    Parameters
    ----------
    cells : numpy.ndarray of bool
        Rows by columns.

    Returns
    -------
    numpy.ndarray
        Of the pairs of rows, of the pairs of columns, of all pairs: 0 to 100. A pair with equal counts counts 0.

    Notes
    -----
    The order of rows and columns does not matter: of two, the fuller one holds.

    References
    ----------
    Almeida-Neto et al. (2008), *Oikos* 117:1227.

    Examples
    --------
    >>> nodf(np.array([[1, 1], [1, 0]], dtype=bool)).tolist()
    [100.0, 100.0, 100.0]
    """
    sums = np.array([_held(cells), _held(cells.T)])
    sizes = np.array(cells.shape)
    pairs = sizes * (sizes - 1) / 2
    return 100 * np.array([*(sums / pairs), sums.sum() / pairs.sum()])


def _held(cells: np.ndarray) -> float:
    """Add up, over pairs of rows with unequal counts, the part of the lesser row that the fuller one holds."""
    kinds, many = _kinds(cells)
    fill = kinds.sum(axis=1)
    shared = kinds.astype(float) @ kinds.T
    held = np.where(fill[:, None] > fill, shared / np.maximum(fill, 1), 0.0)
    return float(many @ held @ many)


def _kinds(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the different rows and how often each comes; narrow tables by one number per row."""
    if cells.shape[1] > 62:
        kinds, many = np.unique(cells, axis=0, return_counts=True)
        return kinds, many
    powers = 1 << np.arange(cells.shape[1], dtype=np.int64)
    _, first, many = np.unique(cells @ powers, return_index=True, return_counts=True)
    return cells[first], many


def _null(cells: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw tables one after the other, trading along the shorter side."""
    turned = cells.shape[0] < cells.shape[1]
    current = np.ascontiguousarray(cells if turned else cells.T)
    for _ in range(WARM_UP):
        current = trade(current, rng)
    drawn = []
    for _ in range(draws):
        current = trade(current, rng)
        drawn.append(nodf(current if turned else current.T))
    return np.array(drawn)


def trade(cells: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let rows trade at random what only one of two has: five trades per row.

    Parameters
    ----------
    cells : numpy.ndarray of bool
        Rows by columns.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    numpy.ndarray of bool
        A table with the same margins.

    References
    ----------
    Strona et al. (2014), *Nature Communications* 5:4114.

    Examples
    --------
    >>> table = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]], dtype=bool)
    >>> moved = trade(table, np.random.default_rng(1))
    >>> moved.sum(axis=0).tolist(), moved.sum(axis=1).tolist()
    ([2, 1, 2, 1], [2, 2, 2])
    """
    table = cells.copy()
    for _ in range(TRADES * len(table)):
        one, other = rng.choice(len(table), size=2, replace=False)
        pool = np.flatnonzero(table[one] != table[other])
        mine = int(table[one, pool].sum())
        if not 0 < mine < len(pool):
            continue
        taken = np.zeros(len(pool), dtype=bool)
        taken[rng.permutation(len(pool))[:mine]] = True
        table[one, pool], table[other, pool] = taken, ~taken
    return table
