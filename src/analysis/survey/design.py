"""What share of firms, how many, how much? Estimates that respect how the sample was drawn.

A `SurveyDesign` joins the answers to the way the firms were drawn, so that each estimate comes with the
standard error the design implies. Filter with `subset` or `by`, never before declaring the design.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.survey import inference, stages
from analysis.survey.inference import Score, SinglePsu
from analysis.survey.intervals import INTERVALS, Interval, Limits, proportion_limits, t_limits

__all__ = ["FEW", "IMPRECISE", "SurveyDesign"]

FEW = 30
IMPRECISE = 0.3
MANY_LEVELS = 50


@dataclass(frozen=True)
class _Cell:
    """Hold one estimate to be made: where it stands in the table, on which rows, of which values."""

    keys: dict[str, Any]
    rows: np.ndarray
    values: np.ndarray


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
        What to do with a stratum that has a single unit: refuse it; measure it from the mean of all units;
        add nothing (`certainty`, `remove`); add the average of the other strata.
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
        column = self._column(variable)
        categorical = not _is_number(column)
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
        top, bottom = self._numbers(numerator, "ratio"), self._numbers(denominator, "ratio")
        cells, scored = [], []
        for keys, group in self._groups(by):
            rows = group[~np.isnan(top[group]) & ~np.isnan(bottom[group])]
            cells.append(_Cell(keys, rows, top[rows]))
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
        binary = _is_binary(self._column(variable))
        cells = list(
            self._number_cells(variable, by, "proportion") if binary else self._level_cells(variable, by)
        )
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level, interval=interval, deff=True)

    def _column(self, name: str) -> pd.Series:
        if name not in self._data.columns:
            raise ParameterError(
                f'The survey has no column "{name}".{did_you_mean(str(name), map(str, self._data.columns))}'
            )
        return self._data[name]

    def _numbers(self, name: str, measure: str) -> np.ndarray:
        column = self._column(name)
        if not _is_number(column):
            raise ParameterError(
                f'{measure}() needs a number, and column "{name}" holds {_sample(column)}. '
                "Use proportion() for answers in words, or read the column as numbers first."
            )
        return column.astype("Float64").to_numpy(dtype=float, na_value=math.nan)

    def _number_cells(self, variable: str, by: str | Sequence[str] | None, measure: str) -> Iterator[_Cell]:
        values = self._numbers(variable, measure)
        for keys, rows in self._groups(by):
            known = rows[~np.isnan(values[rows])]
            yield _Cell(keys, known, values[known])

    def _level_cells(self, variable: str, by: str | Sequence[str] | None) -> Iterator[_Cell]:
        column = self._column(variable)
        levels = self._levels(column)
        codes = pd.Categorical(column, categories=levels).codes
        for keys, rows in self._groups(by):
            known = rows[codes[rows] >= 0]
            for code, answer in enumerate(levels):
                yield _Cell({**keys, "level": answer}, known, (codes[known] == code).astype(float))

    def _levels(self, column: pd.Series) -> list[Any]:
        """List the answers in the order of their categories, else sorted."""
        if isinstance(column.dtype, pd.CategoricalDtype):
            return list(column.cat.categories)
        levels = column.iloc[self._domain].dropna().unique().tolist()
        if _is_number(column) and len(levels) > MANY_LEVELS:
            raise ParameterError(
                f'Column "{column.name}" has {len(levels)} different values: it is a measure, not an answer to '
                "choose. Use mean(), or cut it into classes first."
            )
        return sorted(levels, key=_sort_key)

    def _groups(self, by: str | Sequence[str] | None) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
        """Give each group's keys and the positions of its rows; rows without a group are left out."""
        names = [] if by is None else [by] if isinstance(by, str) else list(by)
        if not names:
            yield {}, self._domain
            return
        for name in names:
            self._column(name)
        data = self.data[names].reset_index(drop=True)
        for key, rows in data.groupby(names, sort=True, observed=True, dropna=True).indices.items():
            values = key if isinstance(key, tuple) else (key,)
            yield dict(zip(names, values, strict=True)), self._domain[np.sort(rows)]

    def _mask(self, condition: Any) -> np.ndarray:
        """Line a condition up with the rows of the full design."""
        wanted = pd.Series(condition) if not isinstance(condition, pd.Series) else condition
        if not (pd.api.types.is_bool_dtype(wanted.dtype) or set(wanted.dropna().unique()) <= {True, False}):
            raise ParameterError(
                'subset() needs a condition that is true or false for each row, such as data["sector"] == "food".'
            )
        flat = wanted.astype("boolean").fillna(False).to_numpy(dtype=bool)
        mask = np.zeros(len(self._data), dtype=bool)
        if len(flat) == len(self._domain):
            mask[self._domain] = flat
        elif len(flat) == len(self._data):
            mask = flat
        else:
            raise ParameterError(
                f"subset(): the condition has {len(flat)} values and the design {len(self._domain)} rows. "
                "Build it from the design's own data."
            )
        return mask

    def _table(
        self,
        cells: Sequence[_Cell],
        scored: Sequence[tuple[float, Score]],
        level: float,
        *,
        interval: Interval | None = None,
        deff: bool = False,
    ) -> pd.DataFrame:
        """Turn estimates and their influence values into the estimates table."""
        if not 0 < level < 1:
            raise ParameterError(f"level={level} is not a confidence level: give a share such as 0.95.")
        variances = self._variances([score for _, score in scored])
        rows = [
            self._row(cell, estimate, variance, level, interval, deff)
            for cell, (estimate, _), variance in zip(cells, scored, variances, strict=True)
        ]
        return pd.DataFrame(rows).astype({"method": "string", "flag": "string"})

    def _variances(self, scores: Sequence[Score]) -> np.ndarray:
        """Give each estimate's variance; not a number where no one answered."""
        variances = np.full(len(scores), math.nan)
        known = [number for number, score in enumerate(scores) if len(score.rows)]
        if known:
            matrix = inference.covariance([scores[i] for i in known], self._stages, self._single_psu)
            variances[known] = np.diag(matrix)
        return variances

    def _row(
        self,
        cell: _Cell,
        estimate: float,
        variance: float,
        level: float,
        interval: Interval | None,
        deff: bool,
    ) -> dict[str, Any]:
        n, df = len(cell.rows), inference.degrees_of_freedom(cell.rows, self._stages[0])
        estimate = estimate if n else math.nan
        se = math.sqrt(max(variance, 0.0)) if not math.isnan(variance) else math.nan
        if interval is None:
            limits = t_limits(estimate, se, df, level)._replace(method="t")
        else:
            limits = proportion_limits(estimate, se, n, df, level, interval)
        row = {**cell.keys, "estimate": estimate, "se": se, "low": limits.low, "high": limits.high, "n": n}
        row |= {"n_weighted": inference.total(self._weights[cell.rows]), "df": df}
        if deff:
            simple = inference.simple_variance(cell.rows, cell.values, self._weights)
            row["deff"] = variance / simple if simple > 0 else math.nan
        return row | {"method": limits.method, "flag": _flag(estimate, se, n, df, limits, interval)}


def _flag(estimate: float, se: float, n: int, df: int, limits: Limits, interval: Interval | None) -> str:
    """Say why an estimate should not be read as it stands; empty when nothing stands against it."""
    reasons = []
    if n < FEW:
        reasons.append(f"n<{FEW}")
    if se > IMPRECISE * abs(estimate):
        reasons.append(f"cv>{IMPRECISE}")
    if n and df <= 0:
        reasons.append("df=0")
    if interval is not None and estimate in (0.0, 1.0) and limits.method == "beta":
        reasons.append("beta limit")
    return "; ".join(reasons)


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    return kinds.is_numeric_dtype(column.dtype) or kinds.is_bool_dtype(column.dtype)


def _is_binary(column: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(column.dtype):
        return True
    return _is_number(column) and column.notna().any() and column.dropna().isin([0, 1]).all()


def _sort_key(value: Any) -> tuple[str, Any]:
    """Sort numbers among numbers and texts among texts, never comparing the two."""
    return ("number", value) if isinstance(value, int | float) else ("text", str(value))


def _sample(column: pd.Series) -> str:
    shown = column.dropna().astype(str).unique()[:3]
    return "text such as " + ", ".join(f'"{value}"' for value in shown) if len(shown) else "no values"
