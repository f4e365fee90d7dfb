"""Between which limits does a share lie? Confidence intervals of means and proportions under a design."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy import special

from analysis.errors import ParameterError, did_you_mean
from analysis.survey.estimation.likelihood import likelihood_limits

__all__ = ["INTERVALS", "Interval", "Limits", "proportion_limits", "refuse_interval", "t_limits"]

Interval = Literal["logit", "beta", "wilson", "asin", "likelihood", "xlogit", "mean"]
INTERVALS: tuple[str, ...] = get_args(Interval)


def refuse_interval(interval: str) -> None:
    """Refuse an interval that is not offered.

    Parameters
    ----------
    interval : str
        What the caller gave.

    Raises
    ------
    ParameterError
        When it is not a choice.

    Examples
    --------
    >>> refuse_interval("logit")
    """
    if interval not in INTERVALS:
        raise ParameterError(
            f'interval="{interval}" is not a choice.{did_you_mean(str(interval), INTERVALS)} '
            f"Choices: {', '.join(INTERVALS)}."
        )


class Limits(NamedTuple):
    """Hold the two limits of an interval and the method that gave them."""

    low: float
    high: float
    method: str


def t_limits(estimate: float, se: float, df: int, level: float = 0.95) -> Limits:
    """Give the interval of Student's t with the design's degrees of freedom.

    Parameters
    ----------
    estimate, se : float
        The estimate and its standard error.
    df : int
        Degrees of freedom; with none the limits are not a number.
    level : float
        Confidence level.

    Returns
    -------
    Limits
        Not clipped: the limits of a share may leave 0–1 (take another method then).

    Examples
    --------
    >>> limits = t_limits(10.0, 1.0, df=4)
    >>> f"{limits.low:.3f} to {limits.high:.3f}"
    '7.224 to 12.776'
    """
    half = special.stdtrit(df, (1 + level) / 2) * se if df > 0 else math.nan
    return Limits(estimate - half, estimate + half, "mean")


def proportion_limits(
    share: float, se: float, n: int, df: int, level: float = 0.95, interval: Interval = "logit"
) -> Limits:
    """Give the interval of a proportion.

    Parameters
    ----------
    share : float
        Estimated share, 0 to 1.
    se : float
        Its design-based standard error.
    n : int
        Answers behind it.
    df : int
        Degrees of freedom of its domain.
    level : float
        Confidence level.
    interval : {"logit", "beta", "wilson", "asin", "likelihood", "xlogit", "mean"}
        `logit`, `xlogit`: t interval of the log odds (with replicate weights `logit` takes the scatter of the log
        odds themselves, `xlogit` that of the share). `beta`: Clopper–Pearson on the effective sample
        size (Korn & Graubard). `wilson`: the score interval on the effective sample size, with t. `asin`: t
        interval of arcsin √p. `likelihood`: the shares whose likelihood, on the effective sample size, is not
        too far below the highest. `mean`: symmetric t interval, which may leave 0–1.

    Returns
    -------
    Limits
        At exactly 0 or 1 the sample holds no information on the variance: the `beta` limits with the sample
        size as effective size, whatever the method asked for. No limits where the share is none (negative weights
        can make it so) or without degrees of freedom.

    References
    ----------
    Korn & Graubard (1998), *Survey Methodology* 24:193. Franco, Little, Louis & Slud (2019), *Journal of Survey
    Statistics and Methodology* 7:334 (Wilson under a design). Lumley & Scott (2014), *Australian & New Zealand
    Journal of Statistics* 56:1 (likelihood). R survey 4.4, `svyciprop`.

    Examples
    --------
    >>> limits = proportion_limits(0.0, 0.0, n=100, df=30)
    >>> f"{limits.low:.3f} to {limits.high:.3f}", limits.method
    ('0.000 to 0.038', 'beta')
    """
    if math.isnan(share) or df <= 0 or not 0 <= share <= 1:
        return Limits(math.nan, math.nan, interval)
    if share in (0.0, 1.0):
        return _beta(share, float(n), n, df, level)
    if math.isnan(se):
        return Limits(math.nan, math.nan, interval)
    if se == 0:
        return Limits(share, share, interval)
    if interval == "beta":
        return _beta(share, share * (1 - share) / se**2, n, df, level)
    if interval == "likelihood":
        return Limits(*likelihood_limits(share, se, n, df, level), interval)
    low, high = METHODS[interval](share, se, float(special.stdtrit(df, (1 + level) / 2)))
    return Limits(float(low), float(high), interval)


def _logit(share: float, se: float, t: float) -> tuple[float, float]:
    centre, half = math.log(share / (1 - share)), t * se / (share * (1 - share))
    return _expit(centre - half), _expit(centre + half)


def _asin(share: float, se: float, t: float) -> tuple[float, float]:
    centre, half = math.asin(math.sqrt(share)), t * se / (2 * math.sqrt(share * (1 - share)))
    low, high = np.sin(np.clip([centre - half, centre + half], 0, math.pi / 2)) ** 2
    return low, high


def _mean(share: float, se: float, t: float) -> tuple[float, float]:
    return share - t * se, share + t * se


def _wilson(share: float, se: float, t: float) -> tuple[float, float]:
    effective = share * (1 - share) / se**2
    centre = share + t**2 / (2 * effective)
    half = t * math.sqrt(se**2 + t**2 / (4 * effective**2))
    low, high = np.clip([centre - half, centre + half], 0, 1 + t**2 / effective) / (1 + t**2 / effective)
    return low, high


METHODS: dict[str, Callable[[float, float, float], tuple[float, float]]] = {
    "logit": _logit,
    "xlogit": _logit,
    "wilson": _wilson,
    "asin": _asin,
    "mean": _mean,
}


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _beta(share: float, effective: float, n: int, df: int, level: float) -> Limits:
    tail = (1 - level) / 2
    if n > 1:
        effective *= (special.stdtrit(n - 1, tail) / special.stdtrit(df, tail)) ** 2
    low = 0.0 if share == 0 else special.betaincinv(effective * share, effective * (1 - share) + 1, tail)
    high = 1.0 if share == 1 else special.betaincinv(effective * share + 1, effective * (1 - share), 1 - tail)
    return Limits(float(low), float(high), "beta")
