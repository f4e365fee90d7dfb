"""What share of firms, how many, how much? Estimates that respect how the sample was drawn.

A `SurveyDesign` joins the answers to the way the firms were drawn, so that each estimate comes with the
standard error the design implies. Filter with `subset` or `by`, never before declaring the design.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.survey import columns, inference, stages
from analysis.survey.estimates import Cell, Estimate, estimates_table
from analysis.survey.inference import Score, SinglePsu
from analysis.survey.intervals import INTERVALS, Interval

__all__ = ["SurveyDesign"]


class SurveyDesign:
    """Join survey answers to the way the firms were drawn.

    Parameters
    ----------
    data : pandas.DataFrame
        One row per firm (and wave); never changed.
    weights : str, optional
        Column of design weights: how many firms of the population a row stands for, above 0. May be left out
        when `fpc` gives every chance of being drawn.
    strata : str, optional
        Column of strata: groups of firms sampled separately.
    clusters : str or list of str, optional
        Column of units drawn within strata (towns); several for several stages, the first drawn first. Left
        out, each row is a unit.
    fpc : str or list of str, optional
        Finite population of units, one column per stage: their number in the stratum (at the second stage, in
        the unit drawn first), or the share drawn, in (0, 1].
    single_psu : {"error", "adjust", "certainty", "average", "remove"}
        What to do with a stratum that has a single unit, at any stage: refuse it; measure it from the mean of
        all units (`adjust`; at the first stage, later ones adding nothing); add nothing (`certainty`, `remove`);
        add the average of the other strata.
    nested : bool
        Whether labels of clusters are used again in other strata (town 1 of stratum A is not town 1 of B).

    Raises
    ------
    ParameterError
        When a column does not exist or an option is unknown.
    DataError
        When weights, clusters or finite populations cannot be what they claim to be.

    Notes
    -----
    Weights are not frequencies: 2 400 rows weighted to 60 000 firms are still 2 400 answers.

    References
    ----------
    Lumley (2010), *Complex Surveys*; the numbers are those of R's `survey` 4.4.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "town": [1, 1, 2, 2, 3, 3], "w": [10.0] * 6, "uses": [1, 1, 0, 1, 0, 0], "hours": [2, 3, 0, 1, 0, None],
    ... })
    >>> design = SurveyDesign(firms, weights="w", clusters="town")
    >>> design.proportion("uses")[["estimate", "se", "df", "n"]].round(3)
       estimate     se  df  n
    0       0.5  0.289   2  6
    >>> design.mean("hours")[["estimate", "n"]].round(3)
       estimate  n
    0       1.2  5
    """

    def __init__(
        self,
        data: pd.DataFrame,
        *,
        weights: str | None = None,
        strata: str | None = None,
        clusters: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        single_psu: SinglePsu = "error",
        nested: bool = False,
    ) -> None:
        layout = stages.Layout.of(data, weights, strata, clusters, fpc, nested)
        if single_psu not in inference.RULES:
            raise ParameterError(
                f'single_psu="{single_psu}" is not a choice.{did_you_mean(str(single_psu), inference.RULES)} '
                f"Choices: {', '.join(inference.RULES)}."
            )
        self._data = data.copy(deep=False)
        self._layout = layout
        self._stages = stages.read_stages(data, layout)
        self._weights = stages.read_weights(data, layout, self._stages)
        self._single_psu: SinglePsu = single_psu
        self._domain = np.arange(len(data))
        if single_psu == "error":
            stages.refuse_lonely(data, layout, self._stages)

    @property
    def data(self) -> pd.DataFrame:
        """Give the rows of the design, or of its domain after `subset`."""
        return self._data.iloc[self._domain]

    @property
    def weights(self) -> pd.Series:
        """Give the weight of each row of `data`."""
        return pd.Series(self._weights[self._domain], index=self.data.index, name="weight")

    @property
    def degf(self) -> int:
        """Count the degrees of freedom: first-stage units less strata, in the domain."""
        return inference.degrees_of_freedom(self._domain, self._stages[0])

    def __len__(self) -> int:
        return len(self._domain)

    def __repr__(self) -> str:
        first = self._stages[0]
        units, strata = len(np.unique(first.units)), len(np.unique(first.strata))
        kept = f", {len(self)} in the domain" if len(self) < len(self._data) else ""
        return f"SurveyDesign({len(self._data)} rows{kept}, {units} units in {strata} strata, {self.degf} df)"

    def subset(self, condition: pd.Series | np.ndarray | Callable[[pd.DataFrame], pd.Series]) -> SurveyDesign:
        """Keep the rows where a condition holds, as a domain of the full design.

        Parameters
        ----------
        condition : boolean Series, array or function of the data
            True for the rows to keep; a missing value keeps the row out.

        Returns
        -------
        SurveyDesign
            Its strata and clusters are those of the full design, so that standard errors stay right.

        Raises
        ------
        ParameterError
            When the condition is not boolean, does not fit the data or holds for no row.

        Examples
        --------
        >>> firms = pd.DataFrame({"w": [1.0, 2.0, 3.0, 2.0], "trade": ["a", "a", "b", "b"], "y": [1, 2, 3, 4]})
        >>> design = SurveyDesign(firms, weights="w")
        >>> len(design.subset(design.data["trade"] == "a"))
        2
        """
        mask = self._mask(condition(self.data) if callable(condition) else condition)
        kept = self._domain[mask[self._domain]]
        if not len(kept):
            raise ParameterError("subset(): no row fulfils the condition, so there is nothing to estimate.")
        smaller = copy.copy(self)
        smaller._domain = kept
        return smaller

    def transform(self, function: Callable[[pd.DataFrame], pd.DataFrame]) -> SurveyDesign:
        """Work out new columns from the answers, the sampling design unchanged.

        Parameters
        ----------
        function : function of a DataFrame
            Takes all rows of the design and gives them back in the same order, with columns added or replaced.

        Returns
        -------
        SurveyDesign

        Raises
        ------
        ParameterError
            When the function drops, adds or reorders rows.

        Examples
        --------
        >>> design = SurveyDesign(pd.DataFrame({"w": [1.0, 2.0], "staff": [0, 4]}), weights="w")
        >>> employers = design.transform(lambda data: data.assign(employer=data["staff"] > 0))
        >>> employers.total("employer")["estimate"].item()
        2.0
        """
        data = function(self._data)
        if len(data) != len(self._data) or not data.index.equals(self._data.index):
            raise ParameterError(
                "transform(): the function must give back the same rows in the same order. "
                "To leave firms out, use subset()."
            )
        changed = copy.copy(self)
        changed._data = data
        return changed

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
        interval : {"logit", "beta", "asin", "mean"}
            How the interval is made, see `analysis.survey.intervals`.

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
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "trade": ["a", "a", "b", "b"], "uses": [1, 0, 1, 1]})
        >>> SurveyDesign(firms, weights="w").proportion("uses", by="trade")[["trade", "estimate", "n"]]
          trade  estimate  n
        0     a       0.5  2
        1     b       1.0  2
        """
        if interval not in INTERVALS:
            raise ParameterError(
                f'interval="{interval}" is not a choice.{did_you_mean(str(interval), INTERVALS)} '
                f"Choices: {', '.join(INTERVALS)}."
            )
        binary = columns.is_binary(self._column(variable))
        cells = list(
            self._number_cells(variable, by, "proportion") if binary else self._level_cells(variable, by)
        )
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level, interval=interval, deff=True)

    def _column(self, name: str) -> pd.Series:
        return columns.column(self._data, name)

    def _groups(self, by: str | Sequence[str] | None) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
        """Give each group's keys and the positions of its rows; rows without a group are left out."""
        names = columns.group_names(self._data, by)
        if not names:
            yield {}, self._domain
            return
        data = self.data[names].reset_index(drop=True)
        groups = data.groupby(names, sort=True, observed=True, dropna=True).indices
        if not groups:
            raise ParameterError(f"by={', '.join(names)}: the group of every row is missing.")
        for key, rows in groups.items():
            values = key if isinstance(key, tuple) else (key,)
            yield dict(zip(names, values, strict=True)), self._domain[np.sort(rows)]

    def _number_cells(self, variable: str, by: str | Sequence[str] | None, measure: str) -> Iterator[Cell]:
        values = columns.numbers(self._column(variable), measure)
        for keys, rows in self._groups(by):
            known = rows[~np.isnan(values[rows])]
            yield Cell(keys, known, values[known])

    def _level_cells(self, variable: str, by: str | Sequence[str] | None) -> Iterator[Cell]:
        column = self._column(variable)
        levels = columns.levels(column, self._domain)
        codes = pd.Categorical(column, categories=levels).codes
        for keys, rows in self._groups(by):
            known = rows[codes[rows] >= 0]
            for code, answer in enumerate(levels):
                yield Cell({**keys, "level": answer}, known, (codes[known] == code).astype(float))

    def _table(
        self,
        cells: Sequence[Cell],
        scored: Sequence[tuple[float, Score]],
        level: float,
        *,
        interval: Interval | None = None,
        deff: bool = False,
    ) -> pd.DataFrame:
        """Turn estimates and their influence values into the estimates table."""
        variances = self._variances([score for _, score in scored])
        estimates = [
            Estimate(
                cell,
                estimate if len(cell.rows) else math.nan,
                variance,
                inference.degrees_of_freedom(cell.rows, self._stages[0]),
                inference.total(self._weights[cell.rows]),
                inference.simple_variance(cell.rows, cell.values, self._weights) if deff else None,
            )
            for cell, (estimate, _), variance in zip(cells, scored, variances, strict=True)
        ]
        return estimates_table(estimates, level, interval)

    def _variances(self, scores: Sequence[Score]) -> np.ndarray:
        """Give each estimate's variance; not a number where no one answered or a ratio's denominator is 0."""
        variances = np.full(len(scores), math.nan)
        known = [
            number
            for number, score in enumerate(scores)
            if len(score.rows) and np.isfinite(score.values).all()
        ]
        if known:
            matrix = inference.covariance([scores[i] for i in known], self._stages, self._single_psu)
            variances[known] = np.diag(matrix)
        return variances

    def _mask(self, condition: Any) -> np.ndarray:
        """Line a condition up with the rows of the full design."""
        wanted = condition if isinstance(condition, pd.Series) else pd.Series(condition)
        if not (pd.api.types.is_bool_dtype(wanted.dtype) or set(wanted.dropna().unique()) <= {True, False}):
            raise ParameterError(
                'subset() needs a condition that is true or false for each row, such as data["sector"] == "food".'
            )
        target = self.data.index if len(wanted) == len(self._domain) else self._data.index
        if len(wanted) != len(target):
            raise ParameterError(
                f"subset(): the condition has {len(wanted)} values and the design {len(self._domain)} rows. "
                "Build it from the design's own data."
            )
        if isinstance(condition, pd.Series) and target.is_unique and set(wanted.index) == set(target):
            wanted = wanted.reindex(target)
        flat = wanted.astype("boolean").fillna(False).to_numpy(dtype=bool)
        mask = np.zeros(len(self._data), dtype=bool)
        mask[self._domain if len(target) == len(self._domain) else slice(None)] = flat
        return mask
