"""Which rows count, in which groups, and how precise is what they say? The ground all questions to a design share."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.survey import columns, inference
from analysis.survey.estimation.estimates import Cell, Estimate, estimates_table
from analysis.survey.estimation.intervals import Interval
from analysis.survey.estimation.scores import log_odds
from analysis.survey.inference import Calibration, Refit, Score, SinglePsu, Stage
from analysis.survey.sampling.replicates import Replicates
from analysis.survey.sampling.stages import Layout

__all__ = ["Drawn"]

AT_ONCE = 2_000_000


class Drawn:
    """Hold answers with the way they were drawn, and the domain of rows that count.

    `SurveyDesign` joins this ground to its questions, one class per subject; each asks for rows with `_groups`,
    and for the precision of its estimates with `_covariance`, the only place where variances are made.
    """

    _data: pd.DataFrame
    _layout: Layout
    _stages: tuple[Stage, ...]
    _weights: np.ndarray
    _single_psu: SinglePsu
    _domain: np.ndarray
    _replicates: Replicates | None = None
    _calibrations: tuple[Calibration, ...] = ()
    _shown: pd.DataFrame | None = None

    @property
    def data(self) -> pd.DataFrame:
        """Give the rows of the design, or of its domain after `subset`."""
        if self._shown is None:
            whole = len(self._domain) == len(self._data)
            self._shown = self._data if whole else self._data.iloc[self._domain]
        return self._shown.copy(deep=False)

    @property
    def columns(self) -> pd.Index:
        """Name the columns of `data`."""
        return self._data.columns

    def answers(self, names: str | Sequence[str]) -> pd.DataFrame:
        """Give some columns of `data`, of which only these are copied.

        Parameters
        ----------
        names : str or list of str
            The columns.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        ParameterError
            When a column does not exist.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> design = SurveyDesign(pd.DataFrame({"w": [1.0, 2.0], "staff": [0, 4]}), weights="w")
        >>> design.subset(design.data["staff"] > 0).answers("staff")["staff"].tolist()
        [4]
        """
        wanted = [names] if isinstance(names, str) else list(names)
        for name in wanted:
            self._column(name)
        return self._data[wanted].iloc[self._domain]

    @property
    def weights(self) -> pd.Series:
        """Give the weight of each row of `data`."""
        return pd.Series(self._weights[self._domain], index=self._data.index[self._domain], name="weight")

    @property
    def degf(self) -> int:
        """Count the degrees of freedom of the domain: first-stage units less strata.

        With replicate weights: the rank of their matrix less one.
        """
        return self._degf(self._domain)

    def __len__(self) -> int:
        return len(self._domain)

    def __repr__(self) -> str:
        kept = f", {len(self)} in the domain" if len(self) < len(self._data) else ""
        if self._replicates is not None:
            drawn = f"{self._replicates.weights.shape[1]} {self._replicates.method} replicates"
        else:
            first = self._stages[0]
            drawn = f"{len(np.unique(first.units))} units in {len(np.unique(first.strata))} strata"
        return f"SurveyDesign({len(self._data)} rows{kept}, {drawn}, {self.degf} df)"

    def subset(self, condition: pd.Series | np.ndarray | Callable[[pd.DataFrame], pd.Series]) -> Self:
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
        >>> from analysis.survey import SurveyDesign
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
        smaller._domain, smaller._shown = kept, None
        return smaller

    def transform(self, function: Callable[[pd.DataFrame], pd.DataFrame]) -> Self:
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
        >>> from analysis.survey import SurveyDesign
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
        changed._data, changed._shown = data, None
        return changed

    def _column(self, name: str) -> pd.Series:
        return columns.column(self._data, name)

    def _groups(self, by: str | Sequence[str] | None) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
        """Give each group's keys and the positions of its rows; rows without a group are left out."""
        names = columns.group_names(self._data, by)
        if not names:
            yield {}, self._domain
            return
        data = self._data[names].iloc[self._domain].reset_index(drop=True)
        groups = data.groupby(names, sort=True, observed=True, dropna=True).indices
        if not groups:
            raise ParameterError(f"by={', '.join(names)}: the group of every row is missing.")
        for key, rows in groups.items():
            values = key if isinstance(key, tuple) else (key,)
            yield dict(zip(names, values, strict=True)), self._domain[np.sort(rows)]

    def _number_cells(self, variable: str, by: str | Sequence[str] | None, measure: str) -> Iterator[Cell]:
        values = columns.numbers(self._column(variable), measure)
        return self._known_cells(values, self._groups(by))

    @staticmethod
    def _known_cells(
        values: np.ndarray, groups: Iterable[tuple[dict[str, Any], np.ndarray]]
    ) -> Iterator[Cell]:
        """Give, for each group of rows, those whose number is known."""
        for keys, rows in groups:
            known = rows[~np.isnan(values[rows])]
            yield Cell(keys, known, values[known])

    def _level_cells(self, variable: str, by: str | Sequence[str] | None) -> Iterator[Cell]:
        column = self._column(variable)
        levels = columns.levels(column, self._domain)
        codes = columns.codes(column, levels)
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
        of_logits = variances if interval != "logit" else self._logit_variances(scored, variances)
        estimates = [
            Estimate(
                cell,
                estimate if len(cell.rows) else math.nan,
                variance,
                self._degf(cell.rows),
                inference.total(self._weights[cell.rows]),
                inference.simple_variance(cell.rows, cell.values, self._weights) if deff else None,
                of_logit,
            )
            for cell, (estimate, _), variance, of_logit in zip(
                cells, scored, variances, of_logits, strict=True
            )
        ]
        return estimates_table(estimates, level, interval)

    def _logit_variances(self, scored: Sequence[tuple[float, Score]], variances: np.ndarray) -> np.ndarray:
        """Give the variances that logit intervals take, on the scale of the share.

        With replicate weights the log odds are made again with each, as R's `svyciprop` does, unless a replicate
        leaves a share of 0 or 1.
        """
        if self._replicates is None:
            return variances
        made = variances.copy()
        for number, (share, score) in enumerate(scored):
            if 0 < share < 1 and not np.isinf(log_odds(score).again(self._replicates.weights)).any():
                made[number] = self._variances([log_odds(score)])[0] * (share * (1 - share)) ** 2
        return made

    def _degf(self, rows: np.ndarray) -> int:
        """Count the degrees of freedom that some rows leave."""
        if self._replicates is not None:
            return self._replicates.degrees_of_freedom(rows, self._weights)
        return inference.degrees_of_freedom(rows, self._stages[0])

    def _variances(self, scores: Sequence[Score]) -> np.ndarray:
        """Give the variance of each estimate, in parts where calibration makes every row count for each."""
        size = max(AT_ONCE // len(self._data), 1) if self._calibrations else max(len(scores), 1)
        parts = [np.diag(self._covariance(scores[at : at + size])) for at in range(0, len(scores), size)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _covariance(self, scores: Sequence[Score], refit: Refit | None = None) -> np.ndarray:
        """Give the covariance of estimates: the one place where the variances of a design are made.

        `scores` are the influence values of the estimates; calibrations project them before the sampling
        stages are looked at. With replicate weights the estimates are made again with each: by `refit`, a
        function of the weights of all rows that gives all of them at once, or else by each score's `again`.
        Not a number where no one answered or a ratio is to nothing.
        """
        matrix = np.full((len(scores), len(scores)), math.nan)
        known = [
            number
            for number, score in enumerate(scores)
            if len(score.rows) and np.isfinite(score.values).all()
        ]
        if known:
            used = [scores[number] for number in known]
            if self._replicates is not None:
                made = self._replicates.covariance(used, self._weights, refit, known)
            else:
                projected = inference.project(used, self._calibrations, len(self._data))
                made = inference.covariance(projected, self._stages, self._single_psu)
            matrix[np.ix_(known, known)] = made
        return matrix

    def _reweighted(
        self, adjust: Callable[[np.ndarray], np.ndarray], calibration: Calibration | None = None
    ) -> Self:
        """Give the design with other weights; a replicate design has each of its replicates adjusted alike.

        `adjust` turns the weights of all rows into new ones. `calibration` says how the adjustment lessens
        variance in a design without replicates.
        """
        changed = copy.copy(self)
        changed._weights = adjust(self._weights)
        if self._replicates is not None:
            changed._replicates = self._replicates.adjusted(adjust)
        elif calibration is not None:
            changed._calibrations = (*self._calibrations, calibration)
        return changed

    def _mask(self, condition: Any) -> np.ndarray:
        """Line a condition up with the rows of the full design."""
        wanted = condition if isinstance(condition, pd.Series) else pd.Series(condition)
        if not (pd.api.types.is_bool_dtype(wanted.dtype) or set(wanted.dropna().unique()) <= {True, False}):
            raise ParameterError(
                'subset() needs a condition that is true or false for each row, such as data["sector"] == "food".'
            )
        whole = self._data.index
        target = whole[self._domain] if len(wanted) == len(self._domain) else whole
        if len(wanted) != len(target):
            raise ParameterError(
                f"subset(): the condition has {len(wanted)} values and the design {len(self._domain)} rows. "
                "Build it from the design's own data."
            )
        placed = isinstance(condition, pd.Series) and target.is_unique and not wanted.index.equals(target)
        if placed and set(wanted.index) == set(target):
            wanted = wanted.reindex(target)
        flat = wanted.astype("boolean").fillna(False).to_numpy(dtype=bool)
        mask = np.zeros(len(self._data), dtype=bool)
        mask[self._domain if len(target) == len(self._domain) else slice(None)] = flat
        return mask
