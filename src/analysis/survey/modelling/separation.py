"""Is an answer predicted for certain? Find the predictors that separate answers, whose coefficients have no limit."""

from __future__ import annotations

import numpy as np

__all__ = ["certain_rows", "estimable"]

FAR = 1e-6
EXACT = 1e-7  # as closely as the solver keeps its constraints
LOOKED_AT = 1000


def certain_rows(rising: np.ndarray, level: np.ndarray | None = None) -> np.ndarray:
    """Find the rows whose likelihood can be pushed to its limit at no cost to any other row.

    Coefficients can move without end along a direction that raises the likelihood of some rows and lowers that
    of none. Linear programming finds one if there is one.

    Parameters
    ----------
    rising : numpy.ndarray
        For each row whose likelihood rises with the linear index, its row of the design matrix, turned so that
        more is likelier: of answers 0, the negative.
    level : numpy.ndarray, optional
        Rows of the design matrix whose index must stay as it is: in a log-linear model, those with a count above 0.

    Returns
    -------
    numpy.ndarray
        True for the rows of `rising` that some direction predicts for certain.

    References
    ----------
    Albert & Anderson (1984), *Biometrika* 71:1; Konis (2007), doctoral thesis, Oxford, ch. 3.

    Examples
    --------
    >>> age = np.column_stack([np.ones(4), [1.0, 2.0, 3.0, 4.0]])
    >>> certain_rows(age * np.array([-1, -1, 1, 1])[:, None]).tolist()
    [True, True, True, True]
    >>> certain_rows(age * np.array([-1, 1, -1, 1])[:, None]).tolist()
    [False, False, False, False]
    """
    certain = np.zeros(len(rising), dtype=bool)
    widths = np.linalg.norm(rising, axis=0)
    widths = np.where(widths > 0, widths, 1.0)
    same = None if level is None or not len(level) else np.linalg.qr(level / widths, mode="r")
    patterns, place = np.unique(rising / widths, axis=0, return_inverse=True)
    size = np.linalg.norm(patterns, axis=1)
    scaled = patterns / np.where(size > 0, size, 1.0)[:, None]
    found = np.zeros(len(patterns), dtype=bool)
    while not found.all():
        direction = _direction(scaled, ~found, same)
        ahead = (scaled @ direction > FAR) & ~found
        if not ahead.any():
            break
        found |= ahead
    certain[:] = found[place.ravel()]
    return certain


def _direction(rising: np.ndarray, wanted: np.ndarray, same: np.ndarray | None) -> np.ndarray:
    """Give the direction within a box that raises the wanted rows most and lowers none.

    Most rows rule nothing out that others do not: some are looked at first, then those found to be lowered.
    """
    asked = np.zeros(len(rising), dtype=bool)
    asked[:: max(len(rising) // LOOKED_AT, 1)] = True
    while True:
        direction = _raised_most(rising[wanted].sum(axis=0), rising[asked], same)
        along = np.where(asked, 0.0, rising @ direction)
        if along.min() >= -EXACT:
            return direction
        asked[np.argsort(along, kind="stable")[:LOOKED_AT]] = True


def _raised_most(goal: np.ndarray, rising: np.ndarray, same: np.ndarray | None) -> np.ndarray:
    from scipy import optimize

    result = optimize.linprog(
        -goal,
        A_ub=-rising,
        b_ub=np.zeros(len(rising)),
        A_eq=same,
        b_eq=None if same is None else np.zeros(len(same)),
        bounds=(-1, 1),
        method="highs",
    )
    return result.x if result.status == 0 else np.zeros(rising.shape[1])


def estimable(matrix: np.ndarray) -> np.ndarray:
    """Say which coefficients the rows of a design matrix determine.

    Parameters
    ----------
    matrix : numpy.ndarray
        A design matrix, perhaps without full rank.

    Returns
    -------
    numpy.ndarray
        True for the columns that no combination of others replaces.

    Examples
    --------
    >>> estimable(np.array([[1.0, 0, 2], [1, 0, 3], [1, 0, 5]])).tolist()
    [True, False, True]
    """
    size = np.linalg.norm(matrix, axis=0)
    scaled = matrix / np.where(size > 0, size, 1.0)
    _, strength, directions = np.linalg.svd(scaled, full_matrices=matrix.shape[0] < matrix.shape[1])
    full = np.zeros(matrix.shape[1])
    full[: len(strength)] = strength
    lost = directions[full <= 1e-9 * max(full.max(), 1e-300)]
    return np.abs(lost).max(axis=0, initial=0.0) < 1e-7
