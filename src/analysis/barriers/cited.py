"""Which barriers do firms cite, in which order, and do groups of firms cite others?"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.adoption import with_presence
from analysis.errors import ParameterError, did_you_mean
from analysis.survey import SurveyDesign, multiple, option_contrasts
from analysis.survey.estimation.comparisons import holm

__all__ = ["AGES", "base_of", "cited", "differences", "ranking", "tests", "with_age_groups"]

Base = Literal["absent", "present", "all"]
By = str | Sequence[str] | None
BASES = ("absent", "present", "all")
QUESTION = "barriers"
ALPHA = 0.05
AGES = {"18_34": 35, "35_49": 50, "50_64": 65, "65_more": np.inf}


def base_of(design: SurveyDesign, base: Base = "all") -> SurveyDesign:
    """Keep the firms a share of barriers is of.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*` unless all firms are kept.
    base : {"absent", "present", "all"}
        Firms on no social network, on one at least, or all.

    Returns
    -------
    SurveyDesign
        The full design, the domain being the base. Firms whose presence is not known are in `all` only.

    Raises
    ------
    ParameterError
        When the base is unknown, or no firm is in it.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 1.0], "platforms__x": [0, 0, 1]})
    >>> len(base_of(SurveyDesign(firms, weights="w"), "absent"))
    2
    """
    if base not in BASES:
        raise ParameterError(
            f'base="{base}" is not a choice.{did_you_mean(str(base), BASES)} Choices: {", ".join(BASES)}.'
        )
    if base == "all":
        return design
    ready = design.transform(with_presence)
    return ready.subset(ready.data["uses_any"].eq(int(base == "present")).fillna(False))


def with_age_groups(data: pd.DataFrame) -> pd.DataFrame:
    """Put owners into age groups.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with the column `owner_age`, in years.

    Returns
    -------
    pandas.DataFrame
        The answers with `age_group`: 18_34, 35_49, 50_64, 65_more; missing where the age is.

    Raises
    ------
    ParameterError
        When the age was not asked.

    Examples
    --------
    >>> with_age_groups(pd.DataFrame({"owner_age": [34, 35, 65]}))["age_group"].tolist()
    ['18_34', '35_49', '65_more']
    """
    if "owner_age" not in data.columns:
        raise ParameterError('Age groups need the column "owner_age" (the owner\'s age in years).')
    age = data["owner_age"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    groups = pd.cut(age, [0, *AGES.values()], right=False, labels=list(AGES))
    return data.assign(age_group=pd.Categorical(groups, categories=list(AGES), ordered=True))


def cited(design: SurveyDesign, by: By = None, *, base: Base = "all", level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms that cite each barrier.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `barriers__*` (several may be cited).
    by : str or list of str, optional
        Columns to group by.
    base : {"absent", "present", "all"}
        As for `base_of`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `barrier`, then `estimate, se, low, high` (shares of the firms asked, 0 to 1), `n,
        n_weighted, df, deff, method, flag, base`.

    Raises
    ------
    ParameterError, DataError
        When a column or the base does not exist.

    Notes
    -----
    The shares add up to more than 100 %. A barrier cited is what owners say holds them back, not what would make them
    begin if it were lifted. Firms without internet are not asked: theirs is another barrier.

    References
    ----------
    Claim D2. Lumley (2010), *Complex Surveys*, ch. 2.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0] * 4, "barriers__no_time": [1, 1, 0, None], "barriers__cost": [0, 1, 0, None]})
    >>> cited(SurveyDesign(firms, weights="w"))[["barrier", "estimate", "n"]].round(2)
       barrier  estimate  n
    0  no_time      0.67  3
    1     cost      0.33  3
    """
    table = multiple.shares(base_of(design, base), QUESTION, by=by, level=level)
    told = pd.Series(base, index=table.index, dtype="string")
    return table.rename(columns={"option": "barrier"}).assign(base=told)


def ranking(design: SurveyDesign, by: By = None, *, base: Base = "all", level: float = 0.95) -> pd.DataFrame:
    """Order the barriers by how many firms cite them, with the ranks that the survey does not rule out.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `barriers__*`.
    by : str or list of str, optional
        Columns to group by: one order per group.
    base : {"absent", "present", "all"}
        As for `base_of`.
    level : float
        Confidence level of the shares.

    Returns
    -------
    pandas.DataFrame
        As `cited`, the most cited first within a group, with `rank` and the ranks it may have, `rank_low` to
        `rank_high`: a barrier is behind those established as more cited and before those established as less cited, at
        5 % over all pairs of a group (Holm).

    Raises
    ------
    ParameterError, DataError
        As `cited`.

    Notes
    -----
    Two barriers next to each other with overlapping ranks are in no established order.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm (2024), *Review of Economic Studies* 91:476, for ranks from pairwise tests.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "barriers__no_time": [1] * 36 + [0] * 4, "barriers__cost": [1] * 4 + [0] * 36})
    >>> ranking(SurveyDesign(firms, weights="w"))[["barrier", "rank", "rank_low", "rank_high"]]
       barrier  rank  rank_low  rank_high
    0  no_time     1         1          1
    1     cost     2         2          2
    """
    names = [by] if isinstance(by, str) else list(by or [])
    shares = cited(design, by, base=base, level=level)
    pairs = option_contrasts.differences(base_of(design, base), QUESTION, by=by, level=level)
    behind, ahead = _established(pairs, names)
    keys = [tuple(row) for row in shares[[*names, "barrier"]].itertuples(index=False)]
    count = shares["barrier"].nunique()
    ranked = shares.assign(
        rank_low=[1 + behind.get(key, 0) for key in keys],
        rank_high=[count - ahead.get(key, 0) for key in keys],
    )
    ranked = ranked.sort_values([*names, "estimate"], ascending=[True] * len(names) + [False], kind="stable")
    places = ranked.groupby(names, sort=False, observed=True).cumcount() if names else np.arange(len(ranked))
    return ranked.assign(rank=np.asarray(places) + 1).reset_index(drop=True)


def _established(pairs: pd.DataFrame, names: list[str]) -> tuple[dict[tuple, int], dict[tuple, int]]:
    """Count, for each barrier of a group, those established as more and as less cited."""
    behind: dict[tuple, int] = {}
    ahead: dict[tuple, int] = {}
    sure = pairs[pairs["p_adjusted"] < ALPHA]
    for row in sure.to_dict("records"):
        group = tuple(row[name] for name in names)
        more, less = row["option_2"], row["option_1"]
        if row["estimate"] < 0:
            more, less = less, more
        behind[(*group, less)] = behind.get((*group, less), 0) + 1
        ahead[(*group, more)] = ahead.get((*group, more), 0) + 1
    return behind, ahead


def differences(
    design: SurveyDesign,
    by: str,
    *,
    reference: Hashable = None,
    base: Base = "all",
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how much more one group of firms cites each barrier than another.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `barriers__*`.
    by : str
        Column of the groups.
    reference : value of `by`, optional
        Compare the others with this one; all pairs when left out.
    base : {"absent", "present", "all"}
        As for `base_of`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `barrier, group_1, group_2`, then `estimate` (share in group 2 less share in group 1), `se, low, high, n, df, p,
        p_adjusted` (Holm, over all barriers and groups of the table), `method, flag`.

    Raises
    ------
    ParameterError, DataError
        As `cited`; also when there is a single group.

    Notes
    -----
    Groups differ in more than what names them: older owners have other trades.

    References
    ----------
    Lumley (2010), *Complex Surveys*, §2.5; Holm (1979), *Scandinavian Journal of Statistics* 6:65.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "size": ["s", "s", "l", "l"], "barriers__cost": [1, 1, 0, 1]})
    >>> differences(SurveyDesign(firms, weights="w"), "size")[["barrier", "group_1", "group_2", "estimate"]]
      barrier group_1 group_2  estimate
    0    cost       l       s       0.5
    """
    kept = base_of(design, base)
    tables = []
    for barrier, column in multiple.option_columns(kept.data, QUESTION).items():
        table = kept.compare(column, by, reference=reference, level=level)
        tables.append(table.assign(barrier=barrier))
    table = pd.concat(tables, ignore_index=True).astype({"barrier": "string"})
    table = table.assign(p_adjusted=holm(table["p"].tolist()))
    return table[["barrier", *(name for name in table if name != "barrier")]]


def tests(design: SurveyDesign, by: str, *, base: Base = "all") -> pd.DataFrame:
    """Test whether each barrier is cited equally often in all groups.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `barriers__*`.
    by : str
        Column of the groups.
    base : {"absent", "present", "all"}
        As for `base_of`.

    Returns
    -------
    pandas.DataFrame
        `barrier, statistic` (Rao–Scott F), `df1, df2, p, p_adjusted` (Holm, over the barriers), `n`.

    Raises
    ------
    ParameterError, DataError
        As `cited`; also when there is a single group.

    Notes
    -----
    A barrier that fails the test may still differ, by less than the survey can see.

    References
    ----------
    Rao & Scott (1984), *Annals of Statistics* 12:46.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "size": ["s", "l"] * 20, "barriers__cost": [1, 0, 1, 1] * 10})
    >>> tests(SurveyDesign(firms, weights="w"), "size")[["barrier", "df1", "n"]]
      barrier  df1   n
    0    cost  1.0  40
    """
    kept = base_of(design, base)
    rows = []
    for barrier, column in multiple.option_columns(kept.data, QUESTION).items():
        test = kept.independence(column, by)
        known = kept.data[[column, by]].notna().all(axis=1).sum()
        rows.append((barrier, test.statistic, float(test.df1), float(test.df2), test.p, int(known)))
    table = pd.DataFrame(rows, columns=["barrier", "statistic", "df1", "df2", "p", "n"])
    return table.assign(p_adjusted=holm(table["p"].tolist())).astype({"barrier": "string"})
