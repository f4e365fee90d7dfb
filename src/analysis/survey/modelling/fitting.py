"""Which coefficients fit best? Weighted maximum likelihood of linear, logit and log-linear models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

__all__ = ["FAMILIES", "Family", "Fit", "fit"]

ROUNDS = 100
SETTLED = 1e-13


@dataclass(frozen=True)
class Family:
    """Hold a family of models with its canonical link.

    `mean` turns the linear index into the mean; `slope` and `bend` are its first and second derivatives (the
    slope is also the variance of an answer); `deviance` and `start` are those of each answer.
    """

    name: str
    mean: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]
    bend: Callable[[np.ndarray], np.ndarray]
    deviance: Callable[[np.ndarray, np.ndarray], np.ndarray]
    start: Callable[[np.ndarray], np.ndarray]


def _logit_slope(index: np.ndarray) -> np.ndarray:
    share = special.expit(index)
    return share * special.expit(-index)


def _logit_bend(index: np.ndarray) -> np.ndarray:
    return _logit_slope(index) * (special.expit(-index) - special.expit(index))


FAMILIES: dict[str, Family] = {
    "gaussian": Family(
        "gaussian",
        lambda u: u,
        np.ones_like,
        np.zeros_like,
        lambda y, u: (y - u) ** 2,
        lambda y: y,
    ),
    "binomial": Family(
        "binomial",
        special.expit,
        _logit_slope,
        _logit_bend,
        lambda y, u: 2 * np.logaddexp(0, np.where(y == 1, -u, u)),
        lambda y: special.logit((y + 0.5) / 2),
    ),
    "poisson": Family(
        "poisson",
        np.exp,
        np.exp,
        np.exp,
        lambda y, u: 2 * (special.xlogy(y, y) - y * u - y + np.exp(u)),
        lambda y: np.log(y + 0.1),
    ),
}


@dataclass(frozen=True)
class Fit:
    """Hold fitted coefficients, the inverse of the information, and each row's influence on them."""

    coefficients: np.ndarray
    inverse: np.ndarray
    influence: np.ndarray
    deviance: float
    converged: bool
    furthest: float


def fit(family: Family, matrix: np.ndarray, outcome: np.ndarray, weights: np.ndarray) -> Fit:
    """Fit a model by iteratively reweighted least squares, halving steps that do not improve it.

    Parameters
    ----------
    family : Family
        What the model is.
    matrix : numpy.ndarray
        Design matrix.
    outcome : numpy.ndarray
        Answers.
    weights : numpy.ndarray
        Weights, not negative; their scale changes the deviance only.

    Returns
    -------
    Fit
        `furthest` is the largest linear index, in size: tens mean that some answers are predicted for certain.

    References
    ----------
    McCullagh & Nelder (1989), *Generalized Linear Models*, §2.5; Binder (1983), *International Statistical
    Review* 51:279, for the influence values.

    Examples
    --------
    >>> line = np.column_stack([np.ones(3), [0.0, 1.0, 2.0]])
    >>> fit(FAMILIES["gaussian"], line, np.array([1.0, 3.0, 5.0]), np.ones(3)).coefficients.round(9)
    array([1., 2.])
    """
    counted = weights > 0
    chosen, index = _first(family, matrix, outcome, weights)
    deviance = _deviance(family, outcome, index, weights)
    converged = False
    for _ in range(ROUNDS):
        step = _step(family, matrix, outcome, weights, index)
        chosen, index, lower = _improved(family, matrix, outcome, weights, chosen, step, deviance)
        converged = abs(lower - deviance) <= SETTLED * (abs(lower) + 0.1)
        deviance = lower
        if converged:
            break
    chosen = chosen + _step(family, matrix, outcome, weights, index)
    index = matrix @ chosen
    inverse = _inverse(matrix, weights * family.slope(index))
    pulls = matrix * (weights * (outcome - family.mean(index)))[:, None]
    furthest = float(np.abs(index[counted]).max())
    return Fit(chosen, inverse, pulls @ inverse, deviance, converged, furthest)


def _first(
    family: Family, matrix: np.ndarray, outcome: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Start from a regression of the linked answers."""
    linked = family.start(outcome)
    slope = family.slope(linked)
    chosen = _least_squares(matrix, linked, weights * slope)
    return chosen, matrix @ chosen


def _step(
    family: Family, matrix: np.ndarray, outcome: np.ndarray, weights: np.ndarray, index: np.ndarray
) -> np.ndarray:
    slope = family.slope(index)
    away = np.divide(outcome - family.mean(index), slope, out=np.zeros_like(index), where=slope > 0)
    return _least_squares(matrix, away, weights * slope)


def _improved(
    family: Family,
    matrix: np.ndarray,
    outcome: np.ndarray,
    weights: np.ndarray,
    chosen: np.ndarray,
    step: np.ndarray,
    deviance: float,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Take the step, or the half, quarter … of it that does not raise the deviance."""
    for halvings in range(30):
        tried = chosen + step / 2**halvings
        index = matrix @ tried
        with np.errstate(over="ignore"):
            lower = _deviance(family, outcome, index, weights)
        if np.isfinite(lower) and lower <= deviance * (1 + 1e-12) + 1e-12:
            return tried, index, lower
    return chosen, matrix @ chosen, deviance


def _deviance(family: Family, outcome: np.ndarray, index: np.ndarray, weights: np.ndarray) -> float:
    return float(np.sum(weights * family.deviance(outcome, index)))


def _least_squares(matrix: np.ndarray, answers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Solve the normal equations: what they lose in digits, the next step of the fit makes good."""
    size = _size(matrix)
    weighted = matrix * weights[:, None]
    sides = (matrix.T @ weighted) / np.outer(size, size)
    return np.linalg.lstsq(sides, (answers @ weighted) / size, rcond=1e-13)[0] / size


def _inverse(matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Invert the information, on columns brought to one scale; a direction without information stays 0."""
    size = _size(matrix)
    scaled = matrix / size * np.sqrt(weights)[:, None]
    root = np.linalg.pinv(np.linalg.qr(scaled, mode="r"), rcond=1e-12)
    return root @ root.T / np.outer(size, size)


def _size(matrix: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(matrix, axis=0)
    return np.where(size > 0, size, 1.0)
