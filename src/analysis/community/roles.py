"""Who runs the accounts, and trained in what? Roles, the gap between tools and animation, and everyone taking part."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.errors import DataError
from analysis.survey import SurveyDesign, multiple
from analysis.survey.columns import zero_or_one
from analysis.survey.option_contrasts import differences
from analysis.survey.scales import agreement
from analysis.survey.scales.items import item_values, within
from analysis.survey.scales.reliability import design_alpha

__all__ = [
    "everyone",
    "everyone_agreement",
    "roles",
    "training",
    "training_differences",
    "training_gap",
    "young_and_informal",
]

ROLES = ("who_runs", "runner_contract")
EVERYONE = ("everyone_posts", "delegation")
STEPS = (1, 5)
YOUNG = 30
TEMPORARY = ("intern", "apprentice", "temporary", "unpaid")
By = str | Sequence[str] | None


def roles(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate who looks after the accounts and in which position.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `who_runs`, `runner_contract`, asked of firms on a network.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `question` (who_runs, runner_contract), grouping columns, `level`, then as `SurveyDesign.proportion`.

    Raises
    ------
    DataError
        When neither was asked.

    Notes
    -----
    Of firms on a network. The person who looks after the accounts most of the time.

    References
    ----------
    Claim D13.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "who_runs": ["owner", "owner", "intern", None]})
    >>> roles(SurveyDesign(firms, weights="w"))[["question", "level", "estimate"]].round(2).values.tolist()
    [['who_runs', 'intern', 0.33], ['who_runs', 'owner', 0.67]]
    """
    asked = [name for name in ROLES if name in design.data.columns]
    if not asked:
        raise DataError(f"The survey has none of the columns {', '.join(ROLES)}: roles were not asked.")
    tables = []
    for name in asked:
        table = design.proportion(name, by, level=level)
        table.insert(0, "question", pd.Series(name, index=table.index, dtype="string"))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def young_and_informal(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate how often the job is given to someone young, in a passing position, with nothing in writing.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `runner_age, runner_contract, written_role`, asked of firms on a network.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `trait`: young (under 30), passing (intern, apprentice, temporary contract or unpaid),
        written (the role is in writing), all_three (young, passing and nothing in writing); then as
        `SurveyDesign.proportion`.

    Raises
    ------
    DataError
        When one of the questions was not asked.

    Notes
    -----
    "Young, so a geek" is a claim about why people were chosen; these shares only say who they are.

    References
    ----------
    Claim D13.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "runner_age": [22, 50], "runner_contract": ["intern", "owner"], "written_role": [0, 1],
    ... })
    >>> young_and_informal(SurveyDesign(firms, weights="w"))[["trait", "estimate"]].values.tolist()
    [['young', 0.5], ['passing', 0.5], ['written', 0.5], ['all_three', 0.5]]
    """
    absent = [name for name in ("runner_age", "runner_contract", "written_role") if name not in design.data]
    if absent:
        raise DataError(f"The survey has no column {', '.join(absent)}: the role cannot be described.")
    ready, tables = design.transform(_traits), []
    for trait in ("young", "passing", "written", "all_three"):
        table = ready.proportion(f"runner_{trait}", by, level=level)
        places = 0 if by is None else 1 if isinstance(by, str) else len(by)
        table.insert(places, "trait", pd.Series(trait, index=table.index, dtype="string"))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _traits(data: pd.DataFrame) -> pd.DataFrame:
    contract = data["runner_contract"].astype("string")
    young = (data["runner_age"].astype("Float64") < YOUNG).astype("Int64")
    passing = contract.isin(TEMPORARY).astype("Int64").mask(contract.isna())
    written = pd.array(zero_or_one(data[["written_role"]])[:, 0], dtype="Int64")
    return data.assign(
        runner_young=young,
        runner_passing=passing,
        runner_written=written,
        runner_all_three=young * passing * (1 - written),
    )


def training(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms whose person in charge was trained in each subject.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `training__*`, asked of firms on a network.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `subject` (tools, animation, writing, advertising), then as `SurveyDesign.proportion`.

    Raises
    ------
    ParameterError, DataError
        When it was not asked.

    Notes
    -----
    Training received, not skill.

    References
    ----------
    Claim D13.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "training__tools": [1, 1, 0], "training__animation": [0, 1, 0]})
    >>> training(SurveyDesign(firms, weights="w"))[["subject", "estimate"]].round(2).values.tolist()
    [['tools', 0.67], ['animation', 0.33]]
    """
    return multiple.shares(design, "training", by=by, level=level).rename(columns={"option": "subject"})


def training_gap(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate how many more firms are trained in tools than in leading a community: the same firms, two answers.

    Parameters
    ----------
    design, by, level
        As for `training`.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, then `estimate` (share trained in tools less share trained in animation), `se, low, high, n,
        n_weighted, df, p, method, flag`. The standard error holds the covariance of the two answers.

    Raises
    ------
    ParameterError, DataError
        When one of the two was not asked, or an answer is not on its scale.

    Notes
    -----
    A gap is no shortage: a firm may need tools only.

    References
    ----------
    Claim D13. Lumley (2010), *Complex Surveys*, ch. 2 (contrasts).

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "training__tools": [1, 1, 0, 1], "training__animation": [0, 1, 0, 0]})
    >>> training_gap(SurveyDesign(firms, weights="w"))["estimate"].tolist()
    [0.5]
    """
    pair = ["training__animation", "training__tools"]
    table = differences(design, pair, by=by, level=level)
    return table.drop(columns=["option_1", "option_2", "p_adjusted"])


def training_differences(design: SurveyDesign, by: str, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate whether the gap between tools and animation differs between groups of firms.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `training__tools`, `training__animation`.
    by : str
        Column of the groups.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `SurveyDesign.compare` of each firm's own gap (−1, 0 or 1): `group_1, group_2`, `estimate` in shares.

    Raises
    ------
    ParameterError
        When a column does not exist, or there is a single group.

    Notes
    -----
    As many comparisons as pairs of groups: read `p_adjusted`.

    References
    ----------
    Claim D13.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "size": list("ssll"), "training__tools": [1, 1, 1, 0], "training__animation": [0, 0, 1, 0],
    ... })
    >>> training_differences(SurveyDesign(firms, weights="w"), "size")["estimate"].tolist()
    [1.0]
    """

    def gap(data: pd.DataFrame) -> pd.DataFrame:
        tools, animation = zero_or_one(data[["training__tools", "training__animation"]]).T
        return data.assign(training_gap=tools - animation)

    return design.transform(gap).compare("training_gap", by, level=level)


def everyone_agreement(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms with staff where everyone can publish, and where whoever publishes decides alone.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `everyone_posts`, `delegation`, 1 to 5.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `item`, then as `SurveyDesign.proportion` of the two highest answers, among the firms where
        `everyone_posts` was asked: those with staff.

    Raises
    ------
    ParameterError, DataError
        When one of the two was not asked, or an answer is not on its scale.

    Notes
    -----
    Owners answer for everyone.

    References
    ----------
    Claim D13.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "everyone_posts": [5, 1, None], "delegation": [4, 4, 5]})
    >>> everyone_agreement(SurveyDesign(firms, weights="w"))[["item", "estimate", "n"]].values.tolist()
    [['everyone_posts', 0.5, 2], ['delegation', 1.0, 2]]
    """
    return agreement.top_two(_staffed(design), list(EVERYONE), by=by, level=level)


def _staffed(design: SurveyDesign) -> SurveyDesign:
    absent = [name for name in EVERYONE if name not in design.data.columns]
    if absent:
        raise DataError(f"The survey has no column {', '.join(absent)}: who takes part was not asked.")
    return design.subset(design.data["everyone_posts"].notna())


def everyone(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate how far a firm is from "everyone a community manager", and whether the index holds.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `everyone_posts`, `delegation`, 1 to 5, firms with staff.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `quantity`: index (mean of the two answers, from 0 to 100) and alpha (its reliability, up to 1); grouping
        columns, then `estimate, se, low, high, n, df, method, flag`.

    Raises
    ------
    DataError
        When one of the two was not asked.

    Notes
    -----
    Where alpha is low the two answers measure different things: read them one by one (`everyone_agreement`).

    References
    ----------
    Claim D13. Eisinga, te Grotenhuis & Pelzer (2013), *International Journal of Public Health* 58:637, on scales of
    two items, whose alpha is their Spearman-Brown coefficient when both vary alike.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "everyone_posts": [5, 1, 3, 2], "delegation": [4, 1, 3, 3]})
    >>> everyone(SurveyDesign(firms, weights="w"))[["quantity", "estimate"]].round(2).values.tolist()
    [['index', 43.75], ['alpha', 0.92]]
    """

    def indexed(data: pd.DataFrame) -> pd.DataFrame:
        total = sum(item_values(within(data[name], *STEPS)) for name in EVERYONE)
        return data.assign(everyone_index=(total / 2 - 1) * 25)

    staffed = _staffed(design)
    index = staffed.transform(indexed).mean("everyone_index", by, level=level).assign(quantity="index")
    alpha = design_alpha(staffed, list(EVERYONE), by, level=level).assign(quantity="alpha")
    table = pd.concat([index, alpha], ignore_index=True).astype({"quantity": "string"})
    names = [by] if isinstance(by, str) else list(by or [])
    return table[[*names, "quantity", "estimate", "se", "low", "high", "n", "df", "method", "flag"]]
