"""How do two answers cross? The shares of a two-way table, of all firms, of each row or of each column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.survey import columns as answers
from analysis.survey import inference
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.estimation.estimates import Cell
from analysis.survey.estimation.intervals import Interval, refuse_interval

__all__ = ["Crossing", "Share"]

Share = Literal["all", "rows", "columns"]


class Crossing(Drawn):
    """Answer how two answers cross."""

    def cross_table(
        self, rows: str, columns: str, *, of: Share = "all", level: float = 0.95, interval: Interval = "logit"
    ) -> pd.DataFrame:
        """Estimate the shares of a two-way table.

        Parameters
        ----------
        rows, columns : str
            Columns of answers, numbers with few values or yes/no; a firm counts when it gave both.
        of : {"all", "rows", "columns"}
            What the shares add up to 1 over: all firms, the firms of a row, or those of a column.
        level : float
            Confidence level.
        interval : str
            How the interval is made, as in `proportion`.

        Returns
        -------
        pandas.DataFrame
            The two columns, then as `proportion`; `n` and `n_weighted` count the base of the share.

        Raises
        ------
        ParameterError
            When a column or option does not exist.

        Notes
        -----
        Shares of rows and shares of columns answer different questions: name the base beside each.

        References
        ----------
        Lumley (2010), *Complex Surveys*, §2.5.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 2.0], "trade": list("aabb"), "uses": list("ynyy")})
        >>> SurveyDesign(firms, weights="w").cross_table("trade", "uses", of="rows")[["trade", "uses", "estimate"]]
          trade uses  estimate
        0     a    n       0.5
        1     a    y       0.5
        2     b    n       0.0
        3     b    y       1.0
        """
        if of not in get_args(Share):
            raise ParameterError(
                f'of="{of}" is not a choice.{did_you_mean(str(of), get_args(Share))} Choices: all, rows, columns.'
            )
        refuse_interval(interval)
        if rows == columns:
            raise ParameterError(f'cross_table(): "{rows}" cannot be crossed with itself.')
        answers.group_names(self._data, [rows, columns])
        cells = list(self._crossed(rows, columns, of))
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        return self._table(cells, scored, level, interval=interval, deff=True)

    def _crossed(self, rows: str, columns: str, of: str) -> Iterator[Cell]:
        levels = [answers.levels(self._column(name), self._domain) for name in (rows, columns)]
        down, across = (
            answers.codes(self._column(name), found)
            for name, found in zip((rows, columns), levels, strict=True)
        )
        both = self._domain[(down[self._domain] >= 0) & (across[self._domain] >= 0)]
        bases = {"all": lambda i, j: both, "rows": lambda i, j: both[down[both] == i]}
        bases["columns"] = lambda i, j: both[across[both] == j]
        for i, one in enumerate(levels[0]):
            for j, two in enumerate(levels[1]):
                base = bases[of](i, j)
                yield Cell(
                    {rows: one, columns: two}, base, ((down[base] == i) & (across[base] == j)).astype(float)
                )
