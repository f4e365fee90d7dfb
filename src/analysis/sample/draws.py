"""How one answer is drawn: a choice, a yes, a point on a scale, an amount, and the answers left blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

__all__ = ["agree", "amount", "asked", "pick", "several", "whole", "yes"]


def _chance(log_odds: np.ndarray | float, n: int) -> np.ndarray:
    return np.broadcast_to(1 / (1 + np.exp(-np.asarray(log_odds, dtype=float))), (n,))


def asked(values, base: np.ndarray, rng: np.random.Generator, blank: float = 0.0) -> pd.Series:
    """Leave blank the answers of those not asked, and a share of the others.

    Parameters
    ----------
    values : array-like
        Drawn answers.
    base : numpy.ndarray
        Boolean: who was asked.
    rng : numpy.random.Generator
        Source of chance.
    blank : float
        Share of those asked who give no answer.

    Returns
    -------
    pandas.Series
        Missing where there is no answer.

    Examples
    --------
    >>> asked([1, 0], np.array([True, False]), np.random.default_rng(1)).tolist()
    [1, <NA>]
    """
    answers = pd.Series(values).convert_dtypes()
    kept = base & (rng.random(len(base)) >= blank)
    return answers.where(pd.Series(kept, index=answers.index))


def yes(rng: np.random.Generator, base: np.ndarray, log_odds, blank: float = 0.01) -> pd.Series:
    """Draw a yes (1) or no (0) with the given log-odds.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    base : numpy.ndarray
        Boolean: who was asked.
    log_odds : numpy.ndarray or float
        Log-odds of a yes.
    blank : float
        Share left blank.

    Returns
    -------
    pandas.Series
        0, 1 or missing.

    Examples
    --------
    >>> yes(np.random.default_rng(1), np.array([True, False]), 20.0, blank=0).tolist()
    [1, <NA>]
    """
    drawn = (rng.random(len(base)) < _chance(log_odds, len(base))).astype(int)
    return asked(drawn, base, rng, blank)


def pick(
    rng: np.random.Generator, base: np.ndarray, options: Mapping[str, np.ndarray | float], blank: float = 0.01
) -> pd.Series:
    """Draw one option by its utility.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    base : numpy.ndarray
        Boolean: who was asked.
    options : mapping
        Option to utility (log of its relative chance), a number or one per row.
    blank : float
        Share left blank.

    Returns
    -------
    pandas.Series
        Option names, missing where not asked.

    Examples
    --------
    >>> pick(np.random.default_rng(1), np.array([True, False]), {"often": 30.0, "never": 0.0}, blank=0).tolist()
    ['often', <NA>]
    """
    names = np.array(list(options), dtype=object)
    utilities = np.stack([np.broadcast_to(u, (len(base),)) for u in options.values()], axis=1)
    best = (utilities + rng.gumbel(size=utilities.shape)).argmax(axis=1)
    return asked(names[best], base, rng, blank)


def several(
    rng: np.random.Generator, base: np.ndarray, name: str, options: Mapping[str, np.ndarray | float]
) -> pd.DataFrame:
    """Draw a question with several answers: one 0/1 column per option.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    base : numpy.ndarray
        Boolean: who was asked.
    name : str
        Variable name.
    options : mapping
        Option to log-odds of being ticked.

    Returns
    -------
    pandas.DataFrame
        Columns `name__option`, 0, 1 or missing.

    Examples
    --------
    >>> several(np.random.default_rng(1), np.array([True]), "asked", {"job": 20.0, "help": -20.0}).to_dict("records")
    [{'asked__job': 1, 'asked__help': 0}]
    """
    return pd.DataFrame({f"{name}__{o}": yes(rng, base, odds, blank=0.0) for o, odds in options.items()})


def agree(
    rng: np.random.Generator,
    base: np.ndarray,
    latent: np.ndarray | float,
    noise: float = 0.7,
    blank: float = 0.01,
) -> pd.Series:
    """Draw a point from 1 to 5 on a scale.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    base : numpy.ndarray
        Boolean: who was asked.
    latent : numpy.ndarray or float
        What the answer expresses; 0 is the middle, one point of the scale is 0.8.
    noise : float
        Standard deviation of the answer around it.
    blank : float
        Share left blank.

    Returns
    -------
    pandas.Series
        1 to 5, or missing.

    Examples
    --------
    >>> agree(np.random.default_rng(1), np.array([True, True]), np.array([-9.0, 9.0]), blank=0).tolist()
    [1, 5]
    """
    value = np.broadcast_to(latent, (len(base),)) + rng.normal(0, noise, len(base))
    return asked(1 + np.digitize(value, [-1.2, -0.4, 0.4, 1.2]), base, rng, blank)


def whole(values: np.ndarray, low: int, high: int) -> np.ndarray:
    """Round to whole numbers within limits.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers.
    low, high : int
        Limits.

    Returns
    -------
    numpy.ndarray
        Whole numbers.

    Examples
    --------
    >>> whole(np.array([-3.2, 4.6]), 0, 10)
    array([0, 5])
    """
    return np.clip(np.round(values), low, high).astype(int)


def amount(
    rng: np.random.Generator,
    base: np.ndarray,
    log_mean: np.ndarray | float,
    spread: float,
    steps: Sequence[int],
    blank: float = 0.03,
) -> pd.Series:
    """Draw an amount of money, rounded as people round.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of chance.
    base : numpy.ndarray
        Boolean: who was asked.
    log_mean : numpy.ndarray or float
        Mean of the logarithm.
    spread : float
        Standard deviation of the logarithm.
    steps : sequence of int
        Rounding below 100 and from 100 on.
    blank : float
        Share left blank.

    Returns
    -------
    pandas.Series
        Whole euros, missing where there is no answer.

    Examples
    --------
    >>> amount(np.random.default_rng(1), np.array([True]), np.log(430), 0.0, [10, 50], blank=0).tolist()
    [450]
    """
    value = np.exp(np.broadcast_to(log_mean, (len(base),)) + rng.normal(0, spread, len(base)))
    step = np.where(value < 100, steps[0], steps[1])
    return asked((np.round(value / step) * step).astype(int), base, rng, blank)
