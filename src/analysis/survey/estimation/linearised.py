"""How precise is a number made of several estimates? Linearise any smooth function of totals or of fitted values."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from analysis.survey.estimation.drawn import Drawn
from analysis.survey.inference import Score

__all__ = ["Linearised", "from_influence", "from_totals"]

STEP = 1e-30  # of the complex step: small beyond rounding, as nothing is subtracted

Function = Callable[[np.ndarray], np.ndarray]


class Linearised(NamedTuple):
    """Hold estimates and their design-based standard errors."""

    values: np.ndarray
    errors: np.ndarray


def from_totals(design: Drawn, columns: np.ndarray, function: Function) -> Linearised:
    """Estimate a smooth function of weighted totals.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it.
    columns : numpy.ndarray
        One row per row of `design.data`, one column per total.
    function : function of the vector of totals
        Gives a vector, by sums, products and quotients (it is differentiated with a complex step).

    Returns
    -------
    Linearised

    References
    ----------
    Binder (1983), *International Statistical Review* 51:279; Squire & Trapp (1998), *SIAM Review* 40:110, for the
    complex step.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> design = SurveyDesign(pd.DataFrame({"w": [1.0, 1.0, 2.0], "spend": [2.0, 4.0, 3.0]}), weights="w")
    >>> ones = np.column_stack([design.data["spend"], np.ones(3)])
    >>> mean = from_totals(design, ones, lambda t: t[:1] / t[1])
    >>> bool(np.isclose(mean.errors[0], design.mean("spend")["se"][0])), mean.values.tolist()
    (True, [3.0])
    """
    weights = design._weights[design._domain]

    def again(weights: np.ndarray) -> np.ndarray:
        return function(weights @ columns)

    return from_influence(design, weights @ columns, columns * weights[:, None], function, again)


def from_influence(
    design: Drawn,
    quantities: np.ndarray,
    influence: np.ndarray,
    function: Function,
    again: Callable[[np.ndarray], np.ndarray],
) -> Linearised:
    """Estimate a smooth function of quantities whose influence values are known.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it.
    quantities : numpy.ndarray
        Estimates.
    influence : numpy.ndarray
        Their weighted influence values: one row per row of `design.data`, one column per quantity.
    function : function of the vector of quantities
        As in `from_totals`.
    again : function of the weights of the rows of `design.data`
        Gives the function's values with other weights, for replicate designs.

    Returns
    -------
    Linearised

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> design = SurveyDesign(pd.DataFrame({"w": [1.0, 1.0, 2.0]}), weights="w")
    >>> sizes = np.array([[1.0], [1.0], [2.0]])
    >>> from_influence(design, np.array([4.0]), sizes, lambda q: 3 * q, lambda w: np.array([3 * w.sum()])).values
    array([12.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.asarray(function(quantities), dtype=float)
        slopes = np.column_stack([_slope(function, quantities, place) for place in range(len(quantities))])
    scores = [Score(design._domain, influence @ row) for row in slopes]
    variance = np.diag(design._covariance(scores, lambda weights: again(weights[design._domain])))
    return Linearised(values, np.sqrt(np.clip(variance, 0, None)))


def _slope(function: Function, at: np.ndarray, place: int) -> np.ndarray:
    moved = at.astype(complex)
    moved[place] += 1j * STEP
    return np.imag(function(moved)) / STEP
