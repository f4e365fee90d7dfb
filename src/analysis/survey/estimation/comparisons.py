"""Is one group of firms, or one wave, different from another? Differences with their covariance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import ParameterError, did_you_mean
from analysis.survey import columns, inference
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.estimation.estimates import FEW, Cell, refuse_level
from analysis.survey.estimation.intervals import t_limits

__all__ = ["Comparisons", "holm"]

Group = tuple[Any, ...]


@dataclass(frozen=True)
class _Means:
    """Hold the means of groups, their covariance and their place in it."""

    values: np.ndarray
    covariance: np.ndarray
    counts: np.ndarray
    place: dict[tuple[Group, Group], int]

    def blocks(self) -> dict[Group, list[Group]]:
        """List the groups of each block."""
        found: dict[Group, list[Group]] = {}
        for block, group in self.place:
            found.setdefault(block, []).append(group)
        return found


class Comparisons(Drawn):
    """Answer whether groups or waves differ."""

    def compare(
        self,
        variable: str,
        by: str | Sequence[str],
        *,
        reference: Hashable = None,
        within: str | Sequence[str] | None = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate the differences between groups or waves.

        Parameters
        ----------
        variable : str
            A number or yes/no column (its mean is compared), or answers in words (the share of each is).
        by : str or list of str
            Column of the groups to compare; of several, each combination met is a group.
        reference : value of `by`, optional
            Compare the other groups with this one. Left out, each group is compared with those before it, in
            sorted order (waves: in order of time).
        within : str or list of str, optional
            Compare separately within these groups.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            Columns of `within`, `level` where the variable holds words, `group_1`, `group_2`, then `estimate`
            (group 2 less group 1, unit of the variable), `se, low, high, n` (answers in both groups), `df` (the
            design's), `p` (no difference), `p_adjusted` (Holm, over the differences of a block), `method`,
            `flag` (`n<30`: in one of the groups).

        Raises
        ------
        ParameterError
            When a column does not exist, there is only one group, or the reference is none of them.

        Notes
        -----
        A difference is not an effect: groups differ in more than what names them.

        References
        ----------
        Lumley (2010), *Complex Surveys*, §2.5: firms of both groups drawn in the same units, or asked at both
        waves, make the two estimates depend on each other, and the covariance counts it. Holm (1979),
        *Scandinavian Journal of Statistics* 6:65.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({
        ...     "town": [1, 2, 3, 1, 2, 3], "wave": [2022] * 3 + [2024] * 3, "w": 5.0, "uses": [0, 1, 0, 1, 1, 0],
        ... })
        >>> design = SurveyDesign(firms, weights="w", clusters="town")
        >>> design.compare("uses", by="wave")[["group_1", "group_2", "estimate", "se"]].round(3)
           group_1  group_2  estimate     se
        0     2022     2024     0.333  0.333
        """
        refuse_level(level)
        inner = columns.group_names(self._data, within)
        outer = columns.group_names(self._data, by)
        if not outer:
            raise ParameterError("compare() needs by=, the column of the groups to compare.")
        means = self._group_means(variable, inner, outer)
        rows = []
        for block, groups in means.blocks().items():
            keys = dict(zip([*inner, "level"], block, strict=False))
            differences = [
                {**keys, "group_1": _name(one), "group_2": _name(two)}
                | self._contrast_row(means, {(block, two): 1.0, (block, one): -1.0}, level)
                for one, two in _pairs(groups, reference, outer)
            ]
            rows += _with_adjusted(differences)
        if not rows:
            raise ParameterError(
                f"compare(by={', '.join(outer)}): there is a single group, so nothing to compare."
            )
        return pd.DataFrame(rows).astype({"method": "string", "flag": "string"})

    def contrast(
        self,
        variable: str,
        by: str | Sequence[str],
        contrasts: Mapping[str, Mapping[Any, float]],
        *,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Estimate sums of group means times coefficients: a difference in differences, a standardised rate.

        Parameters
        ----------
        variable : str
            A number or yes/no column.
        by : str or list of str
            Columns of the groups.
        contrasts : mapping of str to mapping
            For each contrast, by its name, the coefficient of each group; with several columns in `by` a group
            is the tuple of its values in their order. Groups not named count 0.
        level : float
            Confidence level.

        Returns
        -------
        pandas.DataFrame
            `contrast`, then `estimate, se, low, high, n` (answers in the groups named), `df, p, method, flag`.

        Raises
        ------
        ParameterError
            When a column or group does not exist, or a coefficient is not a number.

        Notes
        -----
        A difference in differences is the programme's effect only if both groups would have moved alike.

        References
        ----------
        Lumley (2010), *Complex Surveys*, §2.5; R survey 4.4, `svycontrast`.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": 5.0, "sector": ["a", "a", "b", "b"], "uses": [0, 1, 1, 1]})
        >>> design = SurveyDesign(firms, weights="w")
        >>> half = {"half of each": {"a": 0.5, "b": 0.5}}
        >>> design.contrast("uses", "sector", half)[["contrast", "estimate", "n"]]
               contrast  estimate  n
        0  half of each      0.75  4
        """
        refuse_level(level)
        names = columns.group_names(self._data, by)
        columns.numbers(self._column(variable), "contrast")
        means = self._group_means(variable, [], names)
        rows = [
            {"contrast": name} | self._contrast_row(means, _coefficients(means, name, groups, names), level)
            for name, groups in contrasts.items()
        ]
        if not rows:
            raise ParameterError(
                "contrast() needs one contrast or more: a name and the coefficient of each group."
            )
        return pd.DataFrame(rows).astype({"method": "string", "flag": "string"})

    def _group_means(self, variable: str, inner: list[str], outer: list[str]) -> _Means:
        cells = list(self._mean_cells(variable, [*inner, *outer]))
        scored = [inference.mean_score(cell.rows, cell.values, self._weights) for cell in cells]
        block_names = [*inner, "level"]
        return _Means(
            values=np.array([estimate for estimate, _ in scored]),
            covariance=self._covariance([score for _, score in scored]),
            counts=np.array([len(cell.rows) for cell in cells]),
            place={
                (
                    tuple(cell.keys[name] for name in block_names if name in cell.keys),
                    tuple(cell.keys[name] for name in outer),
                ): number
                for number, cell in enumerate(cells)
            },
        )

    def _mean_cells(self, variable: str, names: list[str]) -> Iterator[Cell]:
        if columns.is_number(self._column(variable)):
            return self._number_cells(variable, names, "compare")
        return self._level_cells(variable, names)

    def _contrast_row(
        self, means: _Means, coefficients: Mapping[tuple[Group, Group], float], level: float
    ) -> dict[str, Any]:
        used = [means.place[group] for group in coefficients]
        factors = np.array(list(coefficients.values()))
        value = float(factors @ means.values[used])
        variance = float(factors @ means.covariance[np.ix_(used, used)] @ factors)
        se = math.nan if math.isnan(variance) else math.sqrt(max(variance, 0.0))
        df = self.degf
        limits = t_limits(value, se, df, level)
        few = bool((means.counts[used] < FEW).any())
        return {
            "estimate": value,
            "se": se,
            "low": limits.low,
            "high": limits.high,
            "n": int(means.counts[used].sum()),
            "df": df,
            "p": _p_value(value, se, df),
            "method": "t",
            "flag": "; ".join(["n<30"] * few + ["df=0"] * (df <= 0)),
        }


def _name(group: Group) -> Any:
    return group[0] if len(group) == 1 else group


def _pairs(groups: list[Group], reference: Hashable, names: list[str]) -> list[tuple[Group, Group]]:
    if reference is None:
        return list(itertools.combinations(groups, 2))
    wanted = reference if isinstance(reference, tuple) else (reference,)
    if wanted not in groups:
        raise _no_group("reference=", reference, groups, names)
    return [(wanted, group) for group in groups if group != wanted]


def _no_group(where: str, given: Any, groups: list[Group], names: list[str]) -> ParameterError:
    known = [str(_name(group)) for group in groups]
    return ParameterError(
        f"{where}{given!r} is no group of {', '.join(names)}.{did_you_mean(str(given), known)} "
        f"Groups: {', '.join(known[:8])}{', …' * (len(known) > 8)}."
    )


def _coefficients(
    means: _Means, name: str, groups: Mapping[Any, float], names: list[str]
) -> dict[tuple[Group, Group], float]:
    """Line the coefficients of one contrast up with the groups met."""
    found = {}
    for group, factor in groups.items():
        key = ((), group if isinstance(group, tuple) else (group,))
        if key not in means.place:
            raise _no_group(f'contrast "{name}": ', group, means.blocks()[()], names)
        if (
            isinstance(factor, bool)
            or not isinstance(factor, int | float | np.number)
            or not np.isfinite(factor)
        ):
            raise ParameterError(
                f'contrast "{name}": the coefficient of {group!r} is {factor!r}; give a number.'
            )
        found[key] = float(factor)
    if not found:
        raise ParameterError(f'contrast "{name}" names no group.')
    return found


def _p_value(value: float, se: float, df: int) -> float:
    """Give the two-sided p of no difference; not a number without error or degrees of freedom."""
    if df <= 0 or math.isnan(se) or se == 0:
        return math.nan
    return float(2 * special.stdtr(df, -abs(value) / se))


def _with_adjusted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    adjusted = holm([row["p"] for row in rows])
    places = ["method", "flag"]
    return [
        {name: value for name, value in row.items() if name not in places}
        | {"p_adjusted": p}
        | {name: row[name] for name in places}
        for row, p in zip(rows, adjusted, strict=True)
    ]


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for having looked several times, by Holm's rule.

    Parameters
    ----------
    p_values : sequence of float
        One per test; those that are not a number count for none.

    Returns
    -------
    list of float
        In the order given.

    References
    ----------
    Holm (1979), *Scandinavian Journal of Statistics* 6:65.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    known = [number for number, p in enumerate(p_values) if not math.isnan(p)]
    adjusted, worst = [math.nan] * len(p_values), 0.0
    for place, number in enumerate(sorted(known, key=lambda n: p_values[n])):
        worst = max(worst, min(1.0, (len(known) - place) * p_values[number]))
        adjusted[number] = worst
    return adjusted
