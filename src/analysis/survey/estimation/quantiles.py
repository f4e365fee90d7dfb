"""How much does the firm in the middle spend, and how many stay below an amount? Quantiles under a design."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.survey import inference
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.estimation.estimates import Cell, Estimate, flag, refuse_level
from analysis.survey.estimation.intervals import Limits, t_limits

__all__ = ["Quantiles", "weighted_quantile"]

QUARTILES = (0.25, 0.5, 0.75)
ROUNDING = 1e-12


class Quantiles(Drawn):
    """Answer where the firms lie on a measure."""

    def quantile(
        self,
        variable: str,
        probabilities: float | Sequence[float] = QUARTILES,
        by: str | Sequence[str] | None = None,
        *,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate the values below which given shares of the firms lie: the median, the quartiles.

        Parameters
        ----------
        variable : str
            A number column. Missing answers are left out.
        probabilities : float or sequence of float
            Shares of firms, from 0 to 1: 0.5 is the median.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            Grouping columns and `probability`, then as `mean` without `deff`; estimate and limits are values met
            in the data. The interval is Woodruff's, and `se` its width over twice the t quantile.

        Raises
        ------
        ParameterError
            When a column does not exist or does not hold numbers, or a probability is not a share.

        Notes
        -----
        Where the sample holds too few firms beyond a quantile to give a limit, `flag` says `no limit`: the limit
        is missing or, at the largest value met, that value itself. Do not read it as certainty.

        References
        ----------
        Woodruff (1952), *JASA* 47:635. R survey 4.4, `svyquantile` with `qrule="math"`.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "spend": [0, 10, 20, 90]})
        >>> SurveyDesign(firms, weights="w").quantile("spend", 0.5)[["probability", "estimate", "n"]]
           probability  estimate  n
        0          0.5      20.0  4
        """
        refuse_level(level)
        shares = _shares(probabilities)
        cells = [
            Cell({**cell.keys, "probability": share}, cell.rows, cell.values)
            for cell in self._number_cells(variable, by, "quantile")
            for share in shares
        ]
        values = [
            weighted_quantile(cell.values, self._weights[cell.rows], cell.keys["probability"])
            for cell in cells
        ]
        below = [
            inference.mean_score(cell.rows, (cell.values <= value).astype(float), self._weights)
            for cell, value in zip(cells, values, strict=True)
        ]
        variances = self._variances([score for _, score in below])
        rows = [
            self._quantile_row(cell, value, Limits(share, math.sqrt(max(variance, 0.0)), ""), level)
            for cell, value, (share, _), variance in zip(cells, values, below, variances, strict=True)
        ]
        table = pd.DataFrame(rows)
        for name in ("method", "flag"):
            table[name] = table[name].astype("string")
        return table

    def _quantile_row(self, cell: Cell, value: float, below: Limits, level: float) -> dict[str, Any]:
        """Turn the interval of the share below a quantile into values at its two ends."""
        df = self._degf(cell.rows)
        weights = self._weights[cell.rows]
        ends = t_limits(below.low, below.high, df, level)
        low, high = (_limit(cell.values, weights, end) for end in ends[:2])
        se = (high - low) / (2 * t_limits(0.0, 1.0, df, level).high)
        estimate = Estimate(cell, value, se**2, df, inference.total(weights))
        open_ended = df > 0 and (math.isnan(low) or math.isnan(high) or below.low >= 1)
        doubts = [flag(estimate), "no limit" if open_ended else ""]
        return {
            **cell.keys,
            "estimate": value,
            "se": se,
            "low": low,
            "high": high,
            "n": estimate.n,
            "n_weighted": estimate.n_weighted,
            "df": df,
            "method": "woodruff",
            "flag": "; ".join(filter(None, doubts)),
        }

    def distribution(
        self,
        variable: str,
        values: Sequence[float],
        by: str | Sequence[str] | None = None,
        *,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate the share of firms at or below given values of a measure.

        Parameters
        ----------
        variable : str
            A number column. Missing answers are left out.
        values : sequence of float
            Where to look.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            Grouping columns and `value`, then as `proportion`.

        Raises
        ------
        ParameterError
            When a column does not exist or does not hold numbers.

        Notes
        -----
        Each interval holds for its own value, not for the whole curve at once.

        References
        ----------
        Lumley (2010), *Complex Surveys*, §2.4.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "spend": [0, 10, 20, 90]})
        >>> SurveyDesign(firms, weights="w").distribution("spend", [10, 50])[["value", "estimate"]].round(3)
           value  estimate
        0   10.0     0.333
        1   50.0     0.667
        """
        cells = [
            Cell({**cell.keys, "value": float(value)}, cell.rows, (cell.values <= value).astype(float))
            for cell in self._number_cells(variable, by, "distribution")
            for value in np.atleast_1d(values)
        ]
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level, interval="logit", deff=True)


def _shares(probabilities: float | Sequence[float]) -> list[float]:
    shares = [float(share) for share in np.atleast_1d(probabilities)]
    if not shares:
        raise ParameterError("quantile() needs a share of firms or more, such as [0.25, 0.5, 0.75].")
    for share in shares:
        if not 0 <= share <= 1:
            raise ParameterError(f"quantile(): {share:g} is not a share of firms: give shares from 0 to 1.")
    return shares


def _limit(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """Give the value at a limit of the share below; a limit below the share of the lowest row is at the second.

    That is where R's `svyquantile` reads it, although the lowest value would be its quantile by definition.
    """
    if not 0 <= share <= 1:
        return math.nan
    order = np.lexsort((weights, values))
    beyond_first = len(values) > 1 and share < weights[order[0]] / weights.sum() * (1 - ROUNDING)
    return float(values[order[1]]) if beyond_first else weighted_quantile(values, weights, share)


def weighted_quantile(values: np.ndarray, weights: np.ndarray, probability: float) -> float:
    """Give the smallest value at or below which a share of the weight lies.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers.
    weights : numpy.ndarray
        Their weights, above 0.
    probability : float
        A share, 0 to 1.

    Returns
    -------
    float
        Not a number when there are no values.

    References
    ----------
    Hyndman & Fan (1996), *American Statistician* 50:361, type 1; R survey's `qrule="math"` as it is documented
    (for a probability below the share of the smallest value, R gives the second smallest).

    Examples
    --------
    >>> weighted_quantile(np.array([5.0, 1.0, 3.0]), np.array([1.0, 2.0, 1.0]), 0.5)
    1.0
    """
    if not len(values):
        return math.nan
    order = np.lexsort((weights, values))
    cumulated = np.cumsum(weights[order])
    wanted = probability * cumulated[-1] * (1 - ROUNDING)
    place = np.searchsorted(cumulated, wanted, side="left")
    return float(values[order][min(place, len(values) - 1)])
