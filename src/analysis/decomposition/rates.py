"""How much of a difference between rates is composition? Direct standardisation and Kitagawa's decomposition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign, columns
from analysis.survey.estimation.linearised import from_totals
from analysis.survey.modelling.regression import coefficient_table

__all__ = ["kitagawa", "standardise"]


@dataclass(frozen=True)
class Cells:
    """Hold the rows of a design by group and level, with the outcome; rows with a missing answer are outside."""

    groups: tuple[Any, ...]
    levels: tuple[Any, ...]
    used: np.ndarray
    group: np.ndarray
    level: np.ndarray
    outcome: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """Give the number of groups and levels."""
        return len(self.groups), len(self.levels)

    @property
    def counts(self) -> np.ndarray:
        """Count the rows of each cell."""
        place = self.group[self.used] * len(self.levels) + self.level[self.used]
        return np.bincount(place, minlength=np.prod(self.shape)).reshape(self.shape)

    def columns(self) -> np.ndarray:
        """Give, for each row, the indicators of the cells and the outcome in them: their totals tell all rates."""
        inside = np.zeros((len(self.used), int(np.prod(self.shape))))
        place = self.group * len(self.levels) + self.level
        inside[np.flatnonzero(self.used), place[self.used]] = 1.0
        return np.hstack([inside, inside * np.where(self.used, self.outcome, 0.0)[:, None]])

    def rates(self, totals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn totals into sizes and rates, one row per group, one column per level."""
        sizes, sums = totals.reshape(2, *self.shape)
        return sizes, sums / sizes


def standardise(
    design: SurveyDesign,
    outcome: str,
    *,
    by: str,
    composition: str,
    standard: Mapping[Any, float] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the rate each group would have if all groups were composed alike.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    outcome : str
        A number or 0/1 column.
    by : str
        Groups to compare: regions, waves.
    composition : str
        What they differ in: sector, size.
    standard : mapping of level to count or share, optional
        The composition to give them all, taken as known; that of the whole survey, estimated, when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        The group, then `estimate, se, low, high` (unit of the outcome), `n, t, p, df, method, flag, empty`. A group
        without firms at some level of the standard has no estimate, is flagged `no firms`, and `empty` names the
        level.

    Raises
    ------
    ParameterError
        When a column does not exist.
    DataError
        When the standard and the answers do not have the same levels, or a share is negative.

    Notes
    -----
    A standardised rate is a yardstick for comparing, not the rate of any real population.

    References
    ----------
    Keiding & Clayton (2014), *Statistical Science* 29:529.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": [1.0] * 8, "region": list("nnnnssss"), "sector": list("aaabbbba"), "uses": [1, 1, 0, 0, 0, 1, 0, 1],
    ... })
    >>> design = SurveyDesign(firms, weights="w")
    >>> table = standardise(design, "uses", by="region", composition="sector", standard={"a": 1, "b": 1})
    >>> table[["region", "estimate"]].round(3).values.tolist()
    [['n', 0.333], ['s', 0.667]]
    """
    cells = _cells(design, outcome, by, composition)
    shares = None if standard is None else _shares(standard, cells, composition)

    def function(totals: np.ndarray) -> np.ndarray:
        sizes, rates = cells.rates(totals)
        weights = sizes.sum(axis=0) / sizes.sum() if shares is None else shares
        counted = slice(None) if shares is None else shares > 0
        return (rates[:, counted] * weights[counted]).sum(axis=1)

    made = from_totals(design, cells.columns(), function)
    empty = (cells.counts == 0) & (True if shares is None else shares > 0)
    n = cells.counts.sum(axis=1)
    df = design.subset(cells.used).degf
    flags = ["no firms" if row.any() else "" for row in empty]
    table = coefficient_table({by: list(cells.groups)}, *made, df, level, 0, flags)
    named = [_named(cells, row) for row in empty]
    return table.assign(n=n, method="direct standardisation", empty=pd.array(named, dtype="string"))


def kitagawa(
    design: SurveyDesign,
    outcome: str,
    *,
    by: str,
    composition: str,
    reference: Any = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Split the difference between two groups' rates into rates of like firms and composition.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    outcome : str
        A number or 0/1 column.
    by : str
        Groups to compare: waves, regions.
    composition : str
        What they may differ in: sector, size.
    reference : level of `by`, optional
        The group each other is compared with; the first when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        For each pair `group_1, group_2, part, level`: `part` is `difference` (group_2 − group_1), `rate` (like firms
        differ) and `composition` (the mix differs), in all (`level` missing) and by level; then `estimate, se, low,
        high, n, t, p, df, method, flag`. Rate and composition add up to the difference, levels to their part. A
        level that one group has no firms at has no estimate, nor have the parts, flagged `no firms`.

    Raises
    ------
    ParameterError
        When a column or the reference does not exist.
    DataError
        When there is only one group.

    Notes
    -----
    Symmetric: each part is weighed by the average of the two groups. The part of a single level depends on how
    levels are drawn up; do not read it as a cause.

    References
    ----------
    Kitagawa (1955), *JASA* 50:1168. Standard errors by linearisation, units in both groups accounted for.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": [1.0] * 8, "wave": [1] * 4 + [2] * 4, "sector": list("aaabbbba"), "uses": [1, 1, 0, 0, 0, 1, 1, 1],
    ... })
    >>> table = kitagawa(SurveyDesign(firms, weights="w"), "uses", by="wave", composition="sector")
    >>> table.loc[table["level"].isna(), ["part", "estimate"]].round(3).values.tolist()
    [['difference', 0.25], ['rate', 0.5], ['composition', -0.25]]
    """
    cells = _cells(design, outcome, by, composition)
    first = _reference(cells, by, reference)
    totals = cells.columns()
    tables = []
    for other in [group for group in range(len(cells.groups)) if group != first]:
        pair = [first, other]
        made = from_totals(design, totals, lambda values, pair=pair: _kitagawa(*cells.rates(values), pair))
        tables.append(_pair_table(design, cells, pair, made, level))
    return pd.concat(tables, ignore_index=True)


def _kitagawa(sizes: np.ndarray, rates: np.ndarray, pair: list[int]) -> np.ndarray:
    """Give the difference, the two parts, and each by level."""
    shares = (sizes / sizes.sum(axis=1, keepdims=True))[pair]
    low, high = rates[pair]
    like = (high - low) * shares.sum(axis=0) / 2
    mix = (shares[1] - shares[0]) * (high + low) / 2
    return np.concatenate([[(like + mix).sum(), like.sum(), mix.sum()], like, mix])


def _pair_table(design: SurveyDesign, cells: Cells, pair: list[int], made: Any, level: float) -> pd.DataFrame:
    count = len(cells.levels)
    empty = (cells.counts[pair] == 0).any(axis=0)
    gone = [empty.any()] * 3 + list(empty) * 2
    keys = {
        "group_1": [cells.groups[pair[0]]] * (3 + 2 * count),
        "group_2": [cells.groups[pair[1]]] * (3 + 2 * count),
        "part": ["difference", "rate", "composition", *["rate"] * count, *["composition"] * count],
        "level": [None] * 3 + list(cells.levels) * 2,
    }
    df = design.subset(cells.used).degf
    n = int(cells.counts[pair].sum())
    table = coefficient_table(keys, *made, df, level, n, ["no firms" if none else "" for none in gone])
    return table.assign(method="Kitagawa")


def _cells(design: SurveyDesign, outcome: str, by: str, composition: str) -> Cells:
    data = design.data
    values = columns.numbers(columns.column(data, outcome), "decomposition")
    groups, levels = (columns.column(data, name) for name in (by, composition))
    used = ~np.isnan(values) & groups.notna().to_numpy() & levels.notna().to_numpy()
    if not used.any():
        raise DataError(f"No firm has an answer to {outcome}, {by} and {composition}.")
    kept = np.flatnonzero(used)
    named = [
        [level for level in columns.levels(answers, kept) if (answers.iloc[kept] == level).any()]
        for answers in (groups, levels)
    ]
    codes = [
        pd.Categorical(answers, categories=found).codes.astype(int)
        for answers, found in zip((groups, levels), named, strict=True)
    ]
    return Cells(tuple(named[0]), tuple(named[1]), used, codes[0], codes[1], values)


def _shares(standard: Mapping[Any, float], cells: Cells, composition: str) -> np.ndarray:
    given = dict(standard)
    unknown = [level for level in cells.levels if level not in given]
    absent = [level for level in given if level not in cells.levels]
    if unknown or absent:
        wrong, where = (unknown[0], "answers") if unknown else (absent[0], "standard")
        hint = did_you_mean(str(wrong), map(str, given if unknown else cells.levels))
        raise DataError(
            f'standardise(): {composition} "{wrong}" is met in the {where} only.{hint} The standard needs the share of '
            "each level of the answers, and of no other; 0 is allowed."
        )
    shares = np.array([float(given[level]) for level in cells.levels])
    if not (np.isfinite(shares).all() and (shares >= 0).all() and shares.sum() > 0):
        raise DataError("standardise(): the standard's counts or shares must be 0 or above, and not all 0.")
    return shares / shares.sum()


def _reference(cells: Cells, by: str, reference: Any) -> int:
    if len(cells.groups) < 2:
        raise DataError(f'"{by}" has a single group, {cells.groups[0]}: there is nothing to compare.')
    if reference is None:
        return 0
    if reference not in cells.groups:
        raise ParameterError(
            f'reference={reference!r} is no group of "{by}".{did_you_mean(str(reference), map(str, cells.groups))}'
        )
    return cells.groups.index(reference)


def _named(cells: Cells, empty: np.ndarray) -> str:
    return ", ".join(str(level) for level, gone in zip(cells.levels, empty, strict=True) if gone)
