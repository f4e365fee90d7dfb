"""Do firms of one group lie higher than those of another on a measure, whatever its unit? Rank tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy import special

from analysis.errors import ParameterError, did_you_mean
from analysis.survey import columns, inference
from analysis.survey.estimation.association import Association, DesignTest
from analysis.survey.inference import Score

__all__ = ["RankTest", "Ranks", "weighted_ranks"]

RankTest = Literal["wilcoxon", "median", "van der Waerden"]
SCORES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "wilcoxon": lambda ranks: ranks,
    "median": lambda ranks: (ranks > 0.5).astype(float),
    "van der Waerden": special.ndtri,
}


class Ranks(Association):
    """Answer whether groups differ on a measure, by ranks."""

    def ranks(self, variable: str, by: str, *, test: RankTest = "wilcoxon") -> DesignTest:
        """Test whether groups of firms differ on a measure, by the ranks of the firms in the population.

        Parameters
        ----------
        variable : str
            A number column, or an ordered answer in numbers.
        by : str
            Column of the groups: with two it is Wilcoxon's test, with more Kruskal and Wallis's.
        test : {"wilcoxon", "median", "van der Waerden"}
            What is compared: the mean rank, the share above the common median, or the mean normal score.

        Returns
        -------
        DesignTest
            An F test; with two groups its statistic is the square of R's t.

        Raises
        ------
        ParameterError
            When a column or option does not exist, or there is only one group.
        DataError
            When the groups cannot be told apart in this sample.

        Notes
        -----
        It says whether one group tends to lie higher, not by how much: read the quantiles.

        References
        ----------
        Lumley & Scott (2013), *Biometrika* 100:831; R survey 4.4, `svyranktest`. Firms with the same value
        share the middle of their ranks, so that the order of the rows does not count (R's share depends on it
        where their weights differ).

        Examples
        --------
        >>> import pandas as pd
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": 2.0, "trade": list("aaabbb"), "spend": [1, 2, 4, 3, 5, 6]})
        >>> result = SurveyDesign(firms, weights="w").ranks("spend", by="trade")
        >>> round(result.statistic, 2), result.df1, result.df2
        (4.38, 1, 4)
        """
        if test not in SCORES:
            raise ParameterError(
                f'test="{test}" is not a choice.{did_you_mean(str(test), SCORES)} Choices: {", ".join(SCORES)}.'
            )
        values = columns.numbers(self._column(variable), "ranks")
        groups = [rows[~np.isnan(values[rows])] for _, rows in self._groups(by)]
        groups = [rows for rows in groups if len(rows)]
        if len(groups) < 2:
            raise ParameterError(
                f'ranks(): "{by}" leaves a single group with answers, so nothing to compare.'
            )
        everyone = np.sort(np.concatenate(groups))
        scores = np.full(len(values), np.nan)
        scores[everyone] = SCORES[test](weighted_ranks(values[everyone], self._weights[everyone]))
        scored = [self._rank_score(rows, scores) for rows in groups]
        df2 = self._degf(everyone) - len(groups) + 1
        return self._same(
            [mean for mean, _ in scored], [score for _, score in scored], df2, f"rank test, {test}"
        )

    def _rank_score(self, rows: np.ndarray, scores: np.ndarray) -> tuple[float, Score]:
        """Estimate a group's mean score; replicate weights weigh its influence values, the ranks being kept."""
        mean, score = inference.mean_score(rows, scores[rows], self._weights)
        each = score.values / self._weights[rows]
        return mean, Score(rows, score.values, lambda other: each @ other[rows])


def weighted_ranks(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give each value's place among the population, from 0 (lowest) to 1: the share below plus half its ties.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers.
    weights : numpy.ndarray
        Their weights, above 0.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> weighted_ranks(np.array([3.0, 1.0, 3.0]), np.array([1.0, 2.0, 1.0]))
    array([0.75, 0.25, 0.75])
    """
    distinct, place = np.unique(values, return_inverse=True)
    order = np.lexsort((weights, place))
    here = np.bincount(place[order], weights=weights[order], minlength=len(distinct))
    return ((np.cumsum(here) - here / 2) / here.sum())[place]
