"""Is one option named more often than another? Differences between the options of one question, and tests.

The same firms answer for every option, so their shares are not independent: each standard error here holds
their covariance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns, inference
from analysis.survey.multiple import Base, Names, check_base, counted_options, option_columns

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = ["RelatedShares", "cochran_q", "differences", "equal_shares"]


@dataclass(frozen=True)
class RelatedShares:
    """Hold a test that options of one question are named equally often.

    Attributes
    ----------
    statistic, df1, df2, p : float
        F (or χ², when `df2` is infinite) with its degrees of freedom, and the chance of more under equality.
    n : int
        Firms behind it.
    method : str
        How it was made.
    """

    statistic: float
    df1: int
    df2: float
    p: float
    n: int
    method: str


def differences(
    design: SurveyDesign,
    question: Names,
    base: Base = "firms",
    by: Names | None = None,
    *,
    reference: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how much more often one option is named than another.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    question : str or list of str
        The stem before `__`, or the columns.
    base : {"firms", "mentions"}
        As `shares`.
    by : str or list of str, optional
        Columns to group by.
    reference : str, optional
        Compare all options with this one; all pairs when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `option_1, option_2`, `estimate` (share of option_2 less share of option_1), `se, low,
        high, n, n_weighted, df, p, p_adjusted` (Holm, over the pairs of a group), `method, flag`. The same firms
        answer for both options: the standard error holds their covariance.

    Raises
    ------
    ParameterError, DataError
        As `shares`.

    Notes
    -----
    Do not compare the intervals of two options by eye: firms that name one often name the other.

    References
    ----------
    Lumley (2010), *Complex Surveys*, ch. 2 (contrasts); Holm (1979), *Scandinavian J. of Statistics* 6:65.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0], "uses__x": [1, 0, 1], "uses__youtube": [1, 1, 0]})
    >>> differences(SurveyDesign(firms, weights="w"), "uses")[["option_1", "option_2", "estimate"]]
      option_1 option_2  estimate
    0        x  youtube     -0.25
    """
    check_base(base)
    found = option_columns(design.data, question)
    counted, count = counted_options(design, found)
    names = columns.group_names(design.data, by)
    tables = []
    for first, second in _pairs(found, reference):
        contrast = f"{count}_difference"
        ready = counted.transform(_subtract(contrast, found[second], found[first]))
        if base == "firms":
            table = ready.mean(contrast, by, level=level).drop(columns="deff")
        else:
            table = ready.ratio(contrast, count, by, level=level)
        table.insert(len(names), "option_1", first)
        table.insert(len(names) + 1, "option_2", second)
        tables.append(table)
    return _with_p(pd.concat(tables, ignore_index=True), names)


def _pairs(found: dict[str, str], reference: str | None) -> Iterator[tuple[str, str]]:
    if len(found) < 2:
        raise ParameterError("differences() needs two options or more.")
    if reference is None:
        return combinations(found, 2)
    if reference not in found:
        raise ParameterError(f'reference="{reference}" is not an option.{did_you_mean(reference, found)}')
    return ((reference, option) for option in found if option != reference)


def _subtract(name: str, column: str, other: str) -> Any:
    def subtract(data: pd.DataFrame) -> pd.DataFrame:
        return data.assign(**{name: data[column].astype("Float64") - data[other].astype("Float64")})

    return subtract


def _with_p(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Add the chance of a difference as large without any, and that chance held over the pairs of a group."""
    size = np.abs(table["estimate"]) / table["se"].where(table["se"] > 0)
    p = 2 * special.stdtr(table["df"].where(table["df"] > 0), -size)
    groups = [p] if not names else [p.loc[part.index] for _, part in table.groupby(names, sort=False)]
    held = pd.concat([_holm(group) for group in groups]).reindex(table.index)
    place = list(table).index("method")
    table.insert(place, "p", p)
    table.insert(place + 1, "p_adjusted", held)
    return table


def _holm(p: pd.Series) -> pd.Series:
    known = p.dropna().sort_values(kind="stable")
    steps = known * np.arange(len(known), 0, -1)
    return steps.cummax().clip(upper=1.0).reindex(p.index)


def equal_shares(design: SurveyDesign, question: Names) -> RelatedShares:
    """Test that all options of a question are named by equally many firms, under the design.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    question : str or list of str
        The stem before `__`, or the columns.

    Returns
    -------
    RelatedShares
        Wald's F of the differences with their covariance, with options − 1 and df − options + 2 degrees of
        freedom; firms whose answer to every option is known.

    Raises
    ------
    ParameterError, DataError
        As `option_columns`; also when there are too few degrees of freedom.

    Notes
    -----
    A small p says that some options differ, not which: see `differences`.

    References
    ----------
    Korn & Graubard (1990), *American Statistician* 44:270.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> from analysis.survey import SurveyDesign
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> equal_shares(design, ["barriers__no_time", "barriers__cost"]).df1
    1
    """
    from scipy import stats

    found = list(option_columns(design.data, question).values())
    known = design.subset(design.data[found].notna().all(axis=1))
    rows, values = known._domain, known.data[found].to_numpy(dtype=float)
    scored = [inference.mean_score(rows, values[:, k], known._weights) for k in range(len(found))]
    contrast = np.column_stack([-np.ones(len(found) - 1), np.eye(len(found) - 1)])
    gap = contrast @ np.array([estimate for estimate, _ in scored])
    spread = contrast @ known._covariance([score for _, score in scored]) @ contrast.T
    df1, df2 = len(gap), known.degf - len(gap) + 1
    if df1 < 1 or df2 < 1:
        raise DataError(
            f"{len(found)} options cannot be compared with {known.degf} degrees of freedom: name fewer options."
        )
    wald = float(gap @ np.linalg.pinv(spread, hermitian=True) @ gap)
    statistic = wald * df2 / (known.degf * df1)
    p = float(stats.f.sf(statistic, df1, df2))
    return RelatedShares(statistic, df1, df2, p, len(rows), "Wald F under the design")


def cochran_q(data: pd.DataFrame, question: Names) -> RelatedShares:
    """Test that all options are named equally often by a simple random sample of firms.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers; firms with a missing one are left out.
    question : str or list of str
        The stem before `__`, or the columns.

    Returns
    -------
    RelatedShares
        Cochran's Q as `statistic`, with options − 1 degrees of freedom.

    Raises
    ------
    ParameterError, DataError
        As `option_columns`; also when every firm names all options or none.

    Notes
    -----
    It knows nothing of weights, strata or clusters: under a design use `equal_shares`.

    References
    ----------
    Cochran (1950), *Biometrika* 37:256.

    Examples
    --------
    >>> firms = pd.DataFrame({"a__x": [1, 1, 1, 0, 1, 1], "a__y": [0, 1, 0, 0, 0, 1]})
    >>> result = cochran_q(firms, "a")
    >>> result.statistic, round(result.p, 4)
    (3.0, 0.0833)
    """
    from scipy import stats

    found = list(option_columns(data, question).values())
    known = data[found].dropna().to_numpy(dtype=float)
    count, per_option, per_firm = len(found), known.sum(axis=0), known.sum(axis=1)
    spread = count * known.sum() - (per_firm**2).sum()
    if count < 2 or spread == 0:
        raise DataError(
            "cochran_q() needs two options or more, and a firm that names some of them and not all."
        )
    statistic = float((count - 1) * (count * (per_option**2).sum() - known.sum() ** 2) / spread)
    p = float(stats.chi2.sf(statistic, count - 1))
    return RelatedShares(statistic, count - 1, math.inf, p, len(known), "Cochran Q")
