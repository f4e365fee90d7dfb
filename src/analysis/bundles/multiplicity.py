"""How many discoveries would chance alone make? Corrections of p-values for having tested many bundles or pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from analysis.errors import ParameterError, did_you_mean
from analysis.survey.estimation.comparisons import holm

__all__ = ["Correction", "adjusted", "refuse_correction"]

Correction = Literal["bh", "holm", "none"]
CORRECTIONS = ("bh", "holm", "none")


def refuse_correction(correction: str) -> None:
    """Refuse a correction that does not exist.

    Parameters
    ----------
    correction : str
        The name given.

    Raises
    ------
    ParameterError
        When it is none of `bh`, `holm` and `none`.

    Examples
    --------
    >>> refuse_correction("holm")
    """
    if correction not in CORRECTIONS:
        raise ParameterError(
            f'correction="{correction}" is not a choice.{did_you_mean(str(correction), CORRECTIONS)} '
            f"Choices: {', '.join(CORRECTIONS)}."
        )


def within(value: float, low: float, high: float) -> bool:
    """Say whether a parameter is a number from low to high.

    Examples
    --------
    >>> within(0.5, 0, 1), within("half", 0, 1)
    (True, False)
    """
    return not isinstance(value, bool) and isinstance(value, int | float | np.number) and low <= value <= high


def refuse_seed(seed: int) -> None:
    """Refuse a seed that cannot be drawn with.

    Examples
    --------
    >>> refuse_seed(0)
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ParameterError(f"seed={seed!r}: give a whole number, 0 or more.")


def adjusted(p_values: Sequence[float], correction: Correction = "bh") -> list[float]:
    """Correct p-values for their number.

    Parameters
    ----------
    p_values : sequence of float
        One per test; those that are not a number count for none.
    correction : {"bh", "holm", "none"}
        `bh` holds the share of false discoveries, `holm` the chance of a single one.

    Returns
    -------
    list of float
        In the order given.

    Raises
    ------
    ParameterError
        When the correction is unknown.

    Notes
    -----
    Correct over everything looked at, not over what was kept.

    References
    ----------
    Benjamini & Hochberg (1995), *JRSS B* 57:289; Holm (1979), *Scandinavian J. of Statistics* 6:65.

    Examples
    --------
    >>> adjusted([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    >>> adjusted([0.01, 0.04, 0.03], "holm")
    [0.03, 0.06, 0.06]
    """
    refuse_correction(correction)
    numbers = [float(p) for p in p_values]
    if correction == "none":
        return numbers
    if correction == "holm":
        return holm(numbers)
    known = [place for place, p in enumerate(numbers) if not math.isnan(p)]
    result = [math.nan] * len(numbers)
    if known:
        from scipy.stats import false_discovery_control

        for place, p in zip(known, false_discovery_control(np.array(numbers)[known]), strict=True):
            result[place] = float(p)
    return result
