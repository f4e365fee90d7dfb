"""What share of firms, how many, how much? Means, totals, ratios and shares with their design-based precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.survey import columns, inference
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.estimation.estimates import Cell
from analysis.survey.estimation.intervals import Interval, refuse_interval

__all__ = ["Descriptive"]


class Descriptive(Drawn):
    """Answer what share, how many and how much."""

    def mean(
        self, variable: str, by: str | Sequence[str] | None = None, *, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate the mean of a number over firms.

        Parameters
        ----------
        variable : str
            A number or yes/no column. Missing answers are left out: the mean is of those who answered.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            Grouping columns, then `estimate, se, low, high` (unit of the variable), `n` (answers), `n_weighted`
            (firms they stand for), `df, deff` (design effect against simple random sampling without
            replacement), `method, flag` (why not to read the cell: `n<30`, `cv>0.3`).

        Raises
        ------
        ParameterError
            When a column does not exist or does not hold numbers.

        Notes
        -----
        Do not read the mean of firms as that of their employees or sales: each firm counts once.

        References
        ----------
        Lumley (2010), *Complex Surveys*, ch. 2.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "hours": [1, 3, 4, 6]})
        >>> SurveyDesign(firms, weights="w").mean("hours")[["estimate", "n", "n_weighted"]]
           estimate  n  n_weighted
        0       4.0  4         6.0
        """
        cells = list(self._number_cells(variable, by, "mean"))
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level, deff=True)

    def total(
        self, variable: str, by: str | Sequence[str] | None = None, *, level: float = 0.95
    ) -> pd.DataFrame:
        """Estimate the total of a number over all firms of the population, or how many give each answer.

        Parameters
        ----------
        variable : str
            A number, yes/no or text column; a text column gives one row per answer (column `level`): the
            number of firms.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            As `mean`, without `deff`.

        Raises
        ------
        ParameterError
            When a column does not exist.

        Notes
        -----
        Firms that did not answer add nothing: with missing answers the total is that of firms who would answer.

        References
        ----------
        Lumley (2010), *Complex Surveys*, ch. 2.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "uses": [1, 0, 1, 1]})
        >>> SurveyDesign(firms, weights="w").total("uses")["estimate"].item()
        5.0
        """
        categorical = not columns.is_number(self._column(variable))
        cells = list(
            self._level_cells(variable, by) if categorical else self._number_cells(variable, by, "total")
        )
        scored = [inference.total_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level)

    def ratio(
        self,
        numerator: str,
        denominator: str,
        by: str | Sequence[str] | None = None,
        *,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate the ratio of two totals: spending per employee, say.

        Parameters
        ----------
        numerator, denominator : str
            Number columns; a firm counts when both are known.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            As `mean`, without `deff`; `estimate` in units of the numerator per unit of the denominator.

        Raises
        ------
        ParameterError
            When a column does not exist or does not hold numbers.

        Notes
        -----
        It is the ratio of the totals, not the mean of the firms' own ratios: large firms weigh more.

        References
        ----------
        Lumley (2010), *Complex Surveys*, ch. 5.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0], "spend": [10, 0, 30], "staff": [1, 1, 4]})
        >>> SurveyDesign(firms, weights="w").ratio("spend", "staff")["estimate"].item()
        7.0
        """
        top = columns.numbers(self._column(numerator), "ratio")
        bottom = columns.numbers(self._column(denominator), "ratio")
        cells, scored = [], []
        for keys, group in self._groups(by):
            rows = group[~np.isnan(top[group]) & ~np.isnan(bottom[group])]
            cells.append(Cell(keys, rows, top[rows]))
            scored.append(inference.ratio_score(rows, top[rows], bottom[rows], self._weights))
        return self._table(cells, scored, level)

    def proportion(
        self,
        variable: str,
        by: str | Sequence[str] | None = None,
        *,
        level: float = 0.95,
        interval: Interval = "logit",
    ) -> pd.DataFrame:
        """Estimate the share of firms that say yes, or that give each answer.

        Parameters
        ----------
        variable : str
            A 0/1 or boolean column: one row, the share of 1. Any other: one row per answer, named in `level`.
            Missing answers are left out.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.
        interval : {"logit", "beta", "wilson", "asin", "likelihood", "xlogit", "mean"}
            How the interval is made, see `analysis.survey.estimation.intervals`.

        Returns
        -------
        pandas.DataFrame
            As `mean`; `estimate`, `low`, `high` are shares from 0 to 1. At 0 % and 100 % the limits are those
            of `beta`, and `flag` says `beta limit`.

        Raises
        ------
        ParameterError
            When a column or option does not exist, or the variable is a measure with too many values.

        Notes
        -----
        Overlapping intervals do not mean two shares are equal: compare them as a difference.

        References
        ----------
        Korn & Graubard (1998), *Survey Methodology* 24:193; Lumley (2010), *Complex Surveys*, §2.3.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "trade": ["a", "a", "b", "b"], "uses": [1, 0, 1, 1]})
        >>> SurveyDesign(firms, weights="w").proportion("uses", by="trade")[["trade", "estimate", "n"]]
          trade  estimate  n
        0     a       0.5  2
        1     b       1.0  2
        """
        refuse_interval(interval)
        binary = columns.is_binary(self._column(variable))
        cells = self._number_cells(variable, by, "proportion") if binary else self._level_cells(variable, by)
        return self._shares(list(cells), level, interval)

    def proportions(
        self,
        variables: Sequence[str],
        by: str | Sequence[str] | None = None,
        *,
        level: float = 0.95,
        interval: Interval = "logit",
    ) -> pd.DataFrame:
        """Estimate the share of firms that say yes to each of several questions, all at once.

        Parameters
        ----------
        variables : list of str
            0/1 or boolean columns. Missing answers are left out, of each question on its own.
        by : str or list of str, optional
            Columns to group by.
        level : float
            Confidence level.
        interval : str
            As for `proportion`.

        Returns
        -------
        pandas.DataFrame
            The grouping columns, `variable`, then as `proportion`; variable by variable in the order given.

        Raises
        ------
        ParameterError
            When a column or option does not exist, or a column is not of yes and no.

        Notes
        -----
        The intervals hold one by one: among twenty, one may well miss its share.

        References
        ----------
        As `proportion`, of which it gives the same numbers, faster.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0], "uses__x": [1, 0, 1], "uses__youtube": [1, 1, 0]})
        >>> design = SurveyDesign(firms, weights="w")
        >>> design.proportions(["uses__x", "uses__youtube"])[["variable", "estimate", "n"]]
                variable  estimate  n
        0        uses__x      0.75  3
        1  uses__youtube      0.50  3
        """
        refuse_interval(interval)
        groups, cells = list(self._groups(by)), []
        for variable in variables:
            for cell in self._known_cells(self._yes_or_no(variable), groups):
                cells.append(replace(cell, keys={**cell.keys, "variable": variable}))
        return self._shares(cells, level, interval)

    def _yes_or_no(self, variable: str) -> np.ndarray:
        answers = self._column(variable)
        values = columns.yes_or_no(answers)
        if values is None and not answers.isna().all():
            raise ParameterError(
                f'proportions(): the column "{variable}" is not of 0 and 1. Ask for it alone with proportion().'
            )
        return columns.numbers(answers, "proportions") if values is None else values

    def _shares(self, cells: list[Cell], level: float, interval: Interval) -> pd.DataFrame:
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level, interval=interval, deff=True)
