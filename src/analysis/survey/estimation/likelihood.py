"""Which shares are not much less likely than the one estimated? Likelihood limits of a proportion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from scipy.interpolate import CubicSpline

__all__ = ["likelihood_limits"]

STEPS = 9
STEPS_TO_FAR = 5
FINER = 3


def likelihood_limits(share: float, se: float, n: int, df: int, level: float = 0.95) -> tuple[float, float]:
    """Give the shares at which the design-adjusted loss of likelihood reaches Student's t.

    The signed root of the deviance is followed along the log odds in R's steps, joined by its spline and read
    off linearly, so that the limits are R's. Where its steps end before the limit, the limit is solved for.

    Parameters
    ----------
    share : float
        Estimated share, between 0 and 1.
    se : float
        Its design-based standard error, above 0.
    n : int
        Answers behind it, 2 or more.
    df : int
        Degrees of freedom, above 0.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float
        The two limits, shares.

    Notes
    -----
    R's reading is a little coarse: the exact limits differ by less than 0.001 in ordinary cases.

    References
    ----------
    Lumley & Scott (2014), *Australian & New Zealand Journal of Statistics* 56:1. R survey 4.4, `svyciprop` and
    `confint` of `svyglm` with `method="likelihood"`.

    Examples
    --------
    >>> low, high = likelihood_limits(0.2, 0.04, n=100, df=30)
    >>> round(low, 3), round(high, 3)
    (0.127, 0.29)
    """
    from scipy import stats

    centre, spread = math.log(share / (1 - share)), se / (share * (1 - share))
    reach = -special.stdtrit(df, (1 - level) / 2) * se / math.sqrt(share * (1 - share) / n)
    far = math.sqrt(stats.f.isf(special.ndtr(-reach) / 2, 1, n - 1))

    def root(log_odds: float) -> float:
        return _signed_root(log_odds, share, n)

    limits = _read_off(root, centre, spread, far, reach) if math.isfinite(far) else (math.nan, math.nan)
    ends = [
        limit if (limit - centre) * wanted > 0 else _solve(root, centre, wanted)
        for limit, wanted in zip(limits, (-reach, reach), strict=True)
    ]
    return float(special.expit(ends[0])), float(special.expit(ends[1]))


def _read_off(root, centre: float, spread: float, far: float, reach: float) -> np.ndarray:
    """Read the limits off R's spline; not a number where its steps end before them."""
    grid = np.array(
        [centre, *_steps(root, centre, -far * spread, far), *_steps(root, centre, far * spread, far)]
    )
    grid.sort()
    curve = _r_spline(grid, np.array([root(odds) for odds in grid]))
    fine = np.linspace(grid[0], grid[-1], FINER * len(grid))
    return np.interp([-reach, reach], curve(fine), fine, left=math.nan, right=math.nan)


def _signed_root(log_odds: float, share: float, n: int) -> float:
    """Give the signed root of the deviance of a share from the one estimated, over Pearson's dispersion."""
    yes, no = np.logaddexp(0, -log_odds), np.logaddexp(0, log_odds)
    loss = 2 * n * (share * (yes + math.log(share)) + (1 - share) * (no + math.log1p(-share)))
    away = math.sqrt(max(loss, 0.0) * (n - 1) / n)
    return math.copysign(away, log_odds - math.log(share / (1 - share)))


def _steps(root, centre: float, far: float, enough: float) -> list[float]:
    """List the log odds R looks at on one side: steps of a fifth, until the root is far enough."""
    seen: list[float] = []
    while len(seen) < STEPS and (not seen or abs(root(seen[-1])) < enough):
        seen.append(centre + (len(seen) + 1) * far / STEPS_TO_FAR)
    return seen


def _solve(root, centre: float, wanted: float) -> float:
    from scipy.optimize import brentq

    step = math.copysign(1.0, wanted)
    while abs(root(centre + step)) < abs(wanted):
        step *= 2
    return brentq(lambda odds: root(odds) - wanted, *sorted((centre, centre + step)), xtol=1e-13)


def _r_spline(x: np.ndarray, y: np.ndarray) -> CubicSpline:
    """Join points as R's `spline`: at each end the third derivative is that of the cubic through four points.

    References: Forsythe, Malcolm & Moler (1977), *Computer Methods for Mathematical Computations*, ch. 4.
    """
    from scipy.interpolate import CubicSpline

    h, count = np.diff(x), len(x)
    slopes = np.diff(y) / h
    system, right = np.zeros((count, count)), np.zeros(count)
    for i in range(1, count - 1):
        system[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        right[i] = 6 * (slopes[i] - slopes[i - 1])
    system[0, :2], system[-1, -2:] = (-1, 1), (-1, 1)
    if count > 3:
        right[0] = 6 * h[0] * _third_difference(x[:4], y[:4])
        right[-1] = 6 * h[-1] * _third_difference(x[-4:], y[-4:])
    bends = np.linalg.solve(system, right)
    return CubicSpline(x, y, bc_type=((2, bends[0]), (2, bends[-1])))


def _third_difference(x: np.ndarray, y: np.ndarray) -> float:
    differences = y
    for order in (1, 2, 3):
        differences = np.diff(differences) / (x[order:] - x[:-order])
    return float(differences[0])
