"""What moves answers up a scale? The proportional-odds model of ordered answers, fitted by weighted likelihood."""

from __future__ import annotations

import numpy as np
from scipy import special

from analysis.survey.modelling.fitting import Fit

__all__ = ["cumulative_matrix", "fit_ordinal", "rising_rows"]

ROUNDS = 200
SETTLED = 1e-13


def cumulative_matrix(matrix: np.ndarray, cut: int | np.ndarray, cuts: int) -> np.ndarray:
    """Build the rows whose product with (coefficients, thresholds) is the log odds of lying at or below a cut.

    Parameters
    ----------
    matrix : numpy.ndarray
        Predictors, without intercept.
    cut : int or numpy.ndarray
        The cut, from 0, one for all rows or one per row.
    cuts : int
        How many thresholds the model has.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> cumulative_matrix(np.array([[2.0]]), 1, 3)
    array([[-2.,  0.,  1.,  0.]])
    """
    place = np.zeros((len(matrix), cuts))
    place[np.arange(len(matrix)), cut] = 1.0
    return np.column_stack([-matrix, place])


def rising_rows(matrix: np.ndarray, codes: np.ndarray, cuts: int) -> np.ndarray:
    """Give the directions in which the likelihood of each answer rises, for the search of separation.

    Parameters
    ----------
    matrix : numpy.ndarray
        Predictors, without intercept.
    codes : numpy.ndarray
        Answers, from 0.
    cuts : int
        How many thresholds.

    Returns
    -------
    numpy.ndarray
        One row per answer and threshold beside it.

    Examples
    --------
    >>> rising_rows(np.array([[2.0], [2.0]]), np.array([0, 1]), 1)
    array([[-2.,  1.],
           [ 2., -1.]])
    """
    below, above = codes < cuts, codes > 0
    under = cumulative_matrix(matrix[below], codes[below], cuts)
    over = -cumulative_matrix(matrix[above], codes[above] - 1, cuts)
    return np.vstack([under, over])


def fit_ordinal(matrix: np.ndarray, codes: np.ndarray, weights: np.ndarray, cuts: int) -> Fit:
    """Fit a proportional-odds model by Newton's method on its (concave) likelihood.

    Parameters
    ----------
    matrix : numpy.ndarray
        Predictors, without intercept.
    codes : numpy.ndarray
        Answers, from 0.
    weights : numpy.ndarray
        Weights, not negative.
    cuts : int
        How many thresholds: one less than answers.

    Returns
    -------
    Fit
        Coefficients, then thresholds: log odds of an answer above a threshold rise with the coefficients.

    References
    ----------
    McCullagh (1980), *JRSS B* 42:109; Pratt (1981), *JASA* 76:103, for the concavity; R's `survey::svyolr`.

    Examples
    --------
    >>> age = np.array([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]])
    >>> made = fit_ordinal(age, np.array([0, 1, 2, 0, 1, 2]), np.ones(6), 2)
    >>> made.coefficients.round(6) + 0.0
    array([ 0.      , -0.693147,  0.693147])
    """
    size = np.ones(matrix.shape[1] + cuts)
    size[: matrix.shape[1]] = np.where(matrix.any(axis=0), np.linalg.norm(matrix, axis=0), 1) / np.sqrt(
        len(matrix)
    )
    scaled = matrix / size[: matrix.shape[1]]
    upper, lower = _sides(scaled, codes, cuts)
    chosen = np.concatenate([np.zeros(matrix.shape[1]), _start(codes, weights, cuts)])
    likelihood = _likelihood(upper, lower, weights, chosen)
    converged = False
    for _ in range(ROUNDS):
        pulls, curvature = _derivatives(upper, lower, weights, chosen)
        step = np.linalg.lstsq(curvature, pulls.sum(axis=0), rcond=1e-13)[0]
        chosen, higher = _improved(upper, lower, weights, chosen, step, likelihood)
        converged = abs(higher - likelihood) <= SETTLED * (abs(likelihood) + 0.1)
        likelihood = higher
        if converged:
            break
    pulls, curvature = _derivatives(upper, lower, weights, chosen)
    chosen = chosen + np.linalg.lstsq(curvature, pulls.sum(axis=0), rcond=1e-13)[0]
    pulls, curvature = _derivatives(upper, lower, weights, chosen)
    inverse = np.linalg.pinv(curvature, rcond=1e-13, hermitian=True)
    index = scaled @ chosen[: matrix.shape[1]]
    furthest = float(np.abs(index[weights > 0] - chosen[-cuts:].mean()).max() + np.ptp(chosen[-cuts:]) / 2)
    return Fit(
        chosen / size,
        inverse / np.outer(size, size),
        pulls @ inverse / size,
        -2 * likelihood,
        converged,
        furthest,
    )


def _sides(matrix: np.ndarray, codes: np.ndarray, cuts: int) -> tuple[tuple, tuple]:
    """Give, for the threshold above and below each answer, its rows and whether there is one."""
    above, below = codes < cuts, codes > 0
    upper = cumulative_matrix(matrix, np.where(above, codes, 0), cuts) * above[:, None]
    lower = cumulative_matrix(matrix, np.where(below, codes - 1, 0), cuts) * below[:, None]
    return (upper, above), (lower, below)


def _start(codes: np.ndarray, weights: np.ndarray, cuts: int) -> np.ndarray:
    shares = np.bincount(codes, weights=weights, minlength=cuts + 1) + weights.sum() * 1e-6
    return special.logit(np.cumsum(shares)[:-1] / shares.sum())


def _tails(upper: tuple, lower: tuple, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the indices of the two thresholds and the chance of the answer between them."""
    high = np.where(upper[1], upper[0] @ chosen, np.inf)
    low = np.where(lower[1], lower[0] @ chosen, -np.inf)
    from_below = special.expit(high) - special.expit(low)
    from_above = special.expit(-low) - special.expit(-high)
    return high, low, np.where(low > 0, from_above, from_below)


def _likelihood(upper: tuple, lower: tuple, weights: np.ndarray, chosen: np.ndarray) -> float:
    chance = _tails(upper, lower, chosen)[2]
    if (chance[weights > 0] <= 0).any():
        return -np.inf
    return float(np.sum(special.xlogy(weights, np.where(chance > 0, chance, 1.0))))


def _derivatives(
    upper: tuple, lower: tuple, weights: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give each row's pull on the coefficients and the curvature (observed information)."""
    high, low, chance = _tails(upper, lower, chosen)
    safe = np.where(chance > 0, chance, 1.0)
    up, down = _density(high) / safe, _density(low) / safe
    bend_up = _density(high) * (special.expit(-high) - special.expit(high)) / safe - up**2
    bend_down = -_density(low) * (special.expit(-low) - special.expit(low)) / safe - down**2
    a, b = upper[0], lower[0]
    pulls = (a * up[:, None] - b * down[:, None]) * weights[:, None]
    mixed = a.T @ (b * (weights * up * down)[:, None])
    curvature = a.T @ (a * (weights * bend_up)[:, None]) + b.T @ (b * (weights * bend_down)[:, None])
    return pulls, -(curvature + mixed + mixed.T)


def _density(index: np.ndarray) -> np.ndarray:
    return special.expit(index) * special.expit(-index)


def _improved(
    upper: tuple, lower: tuple, weights: np.ndarray, chosen: np.ndarray, step: np.ndarray, likelihood: float
) -> tuple[np.ndarray, float]:
    """Take the step, or the half, quarter … of it that does not lower the likelihood."""
    for halvings in range(30):
        tried = chosen + step / 2**halvings
        higher = _likelihood(upper, lower, weights, tried)
        if higher >= likelihood - 1e-12 * abs(likelihood):
            return tried, higher
    return chosen, likelihood
