"""How closely do two answers in steps go together? Correlations of the opinions behind them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError
from analysis.survey.scales.items import ItemAnswers, read_items

__all__ = ["ordinal_alpha", "polychoric"]

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)
EDGE = 0.9999


def polychoric(items: pd.DataFrame, weights: Any = None) -> pd.DataFrame:
    """Estimate the polychoric correlations of items answered in steps.

    Parameters
    ----------
    items : pandas.DataFrame
        One column per item, numbers in steps (1 to 5).
    weights : Series or array, optional
        Weight of each row.

    Returns
    -------
    pandas.DataFrame
        Square, items by items: for each pair the correlation of the two normal opinions that the steps cut up,
        among the firms that answered both. The cuts come from each item's own answers (two steps, maximum
        likelihood).

    Raises
    ------
    ParameterError, DataError
        As `alpha`; also when an item has more than 20 steps.

    Notes
    -----
    The opinions behind the answers are supposed normal; with few answers in a step the result is fragile.

    References
    ----------
    Olsson (1979), *Psychometrika* 44:443. Drezner & Wesolowsky (1990), *J. of Statistical Computation and
    Simulation* 35:101, for the normal probabilities.

    Examples
    --------
    >>> table = polychoric(pd.DataFrame({"a": [1, 1, 2, 2, 3, 3] * 5, "b": [1, 2, 2, 1, 3, 3] * 5}))
    >>> bool(table.loc["a", "b"] == table.loc["b", "a"] and 0.7 < table.loc["a", "b"] < 0.9)
    True
    """
    answers = read_items(items, weights, "polychoric")
    cuts = [_cuts(answers, place) for place in range(len(answers.names))]
    result = np.eye(len(cuts))
    for first in range(len(cuts)):
        for second in range(first):
            counts = _table(answers, first, second)
            result[first, second] = result[second, first] = _correlation(counts, cuts[first], cuts[second])
    return pd.DataFrame(result, index=answers.names, columns=answers.names)


def ordinal_alpha(items: pd.DataFrame, weights: Any = None) -> float:
    """Give Cronbach's alpha of the opinions behind answers in steps.

    Parameters
    ----------
    items : pandas.DataFrame
        One column per item, numbers in steps, all pointing the same way.
    weights : Series or array, optional
        Weight of each row.

    Returns
    -------
    float
        The standardised alpha of the polychoric correlations.

    Raises
    ------
    ParameterError, DataError
        As `polychoric`.

    Notes
    -----
    It is the reliability of opinions no one has measured: the sum of the answers has that of `alpha`.

    References
    ----------
    Zumbo, Gadermann & Zeisser (2007), *J. of Modern Applied Statistical Methods* 6:21.

    Examples
    --------
    >>> items = pd.DataFrame({"a": [1, 1, 2, 2, 3, 3] * 5, "b": [1, 2, 2, 1, 3, 3] * 5})
    >>> 0.8 < ordinal_alpha(items) < 1
    True
    """
    matrix = polychoric(items, weights).to_numpy()
    count = len(matrix)
    return float(count / (count - 1) * (1 - count / matrix.sum()))


def _steps(answers: ItemAnswers, place: int) -> np.ndarray:
    values = answers.values[:, place]
    steps = np.unique(values[~np.isnan(values)])
    if len(steps) > 20:
        raise DataError(
            f'polychoric(): item "{answers.names[place]}" has {len(steps)} different answers: it is a measure, '
            "not an answer in steps. Use its ordinary correlation."
        )
    return steps


def _cuts(answers: ItemAnswers, place: int) -> np.ndarray:
    """Give the normal quantiles at which an item's answers change, the ends included."""
    values = answers.values[:, place]
    sizes = [answers.weights[values == step].sum() for step in _steps(answers, place)]
    shares = np.cumsum(sizes)[:-1] / np.sum(sizes)
    return np.concatenate([[-np.inf], special.ndtri(shares), [np.inf]])


def _table(answers: ItemAnswers, first: int, second: int) -> np.ndarray:
    rows, across = answers.values[:, first], answers.values[:, second]
    counts = np.array(
        [
            [answers.weights[(rows == a) & (across == b)].sum() for b in _steps(answers, second)]
            for a in _steps(answers, first)
        ]
    )
    if not counts.any():
        raise DataError(
            f'No firm answered both "{answers.names[first]}" and "{answers.names[second]}": leave one out.'
        )
    return counts


def _correlation(counts: np.ndarray, rows: np.ndarray, across: np.ndarray) -> float:
    from scipy.optimize import minimize_scalar

    def misfit(correlation: float) -> float:
        corners = _both_below(rows[:, None], across[None, :], correlation)
        cells = np.diff(np.diff(corners, axis=0), axis=1)
        return -float(np.sum(counts * np.log(np.maximum(cells, 1e-300))))

    found = minimize_scalar(misfit, bounds=(-EDGE, EDGE), method="bounded", options={"xatol": 1e-10})
    return float(found.x)


def _both_below(first: np.ndarray, second: np.ndarray, correlation: float) -> np.ndarray:
    """Give the probability that two standard normal numbers of this correlation lie below two cuts."""
    angle = np.arcsin(correlation)
    sines = np.sin(angle / 2 * (NODES + 1))
    h, k = np.clip(first, -38, 38)[..., None], np.clip(second, -38, 38)[..., None]
    density = np.exp(-(h**2 + k**2 - 2 * h * k * sines) / (2 * (1 - sines**2)))
    return special.ndtr(first) * special.ndtr(second) + angle / (4 * np.pi) * (density @ NODE_WEIGHTS)
