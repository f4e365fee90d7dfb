"""How many small businesses are on social networks, on which, on how many, and how much time do they give?"""

from __future__ import annotations

import pandas as pd

from analysis.adoption.answers import ANY, COUNT, Base, By, label_rows, stage_columns, with_base
from analysis.errors import DataError
from analysis.survey import SurveyDesign
from analysis.survey.columns import refuse_negative

__all__ = ["breadth", "breadth_distribution", "intensity", "platform_presence", "presence"]

MEASURES = {"hours_per_week": "hours per week", "posts_per_week": "posts per week"}


def presence(design: SurveyDesign, by: By = None, *, base: Base = "all", level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms on at least one platform.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*`.
    by : str or list of str, optional
        Columns to group by, `wave` among them.
    base : {"all", "connected"}
        Share of all firms, or of those with internet (the base of INSEE's figures).
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `base`, then `estimate, se, low, high` (shares, 0 to 1), `n, n_weighted, df, deff,
        method, flag`.

    Raises
    ------
    ParameterError
        When a column or the base does not exist.

    Notes
    -----
    Presence is not activity: an abandoned page counts. See `funnel` for regular use.

    References
    ----------
    Eurostat isoc_cismt; INSEE, *TIC-TPE 2022*.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0] * 4, "platforms__facebook": [1, 1, 0, 0], "platforms__x": [0, 1, 0, 0]})
    >>> presence(SurveyDesign(firms, weights="w"))[["base", "estimate", "n"]]
      base  estimate  n
    0  all       0.5  4
    """
    table = with_base(design, base).proportion(ANY["uses"], by, level=level)
    return label_rows(table, by, base=base)


def platform_presence(
    design: SurveyDesign, by: By = None, *, base: Base = "all", level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms on each platform.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*`.
    by : str or list of str, optional
        Columns to group by.
    base : {"all", "connected"}
        Share of all firms, or of those with internet.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `presence`, with the column `platform`, in the order of the questionnaire.

    Raises
    ------
    ParameterError
        When a column or the base does not exist.

    Notes
    -----
    The shares add up to more than 100 %: a firm may be on several platforms.

    References
    ----------
    Questionnaire, variable `platforms`.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0] * 4, "platforms__facebook": [1, 1, 0, 0], "platforms__x": [0, 1, 0, 0]})
    >>> platform_presence(SurveyDesign(firms, weights="w"))[["platform", "estimate"]]
       platform  estimate
    0  facebook      0.50
    1         x      0.25
    """
    ready = with_base(design, base)
    table = ready.proportions(stage_columns(ready, "uses"), by, level=level)
    names = table["variable"].str.split("__", n=1).str[1]
    return label_rows(table.drop(columns="variable"), by, platform=names, base=base)


def breadth(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the mean number of platforms, among all firms and among those that use any.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*`.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Two rows per group, `base` being `all` or `users`; `estimate` in platforms per firm.

    Raises
    ------
    ParameterError
        When a column does not exist.

    Notes
    -----
    The two answer different questions: a rise of the first may only mean that more firms began.

    References
    ----------
    Claim D7: platforms complement each other.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0] * 4, "platforms__facebook": [1, 1, 0, 0], "platforms__x": [0, 1, 0, 0]})
    >>> breadth(SurveyDesign(firms, weights="w"))[["base", "estimate", "n"]]
        base  estimate  n
    0    all      0.75  4
    1  users      1.50  2
    """
    ready = with_base(design)
    users = _users(ready)
    among_all = label_rows(ready.mean(COUNT, by, level=level), by, base="all")
    return pd.concat(
        [among_all, label_rows(users.mean(COUNT, by, level=level), by, base="users")], ignore_index=True
    )


def _users(ready: SurveyDesign) -> SurveyDesign:
    return ready.subset(ready.data[ANY["uses"]] == 1)


def breadth_distribution(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of firms on no platform, on one, on two, and so on.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*`.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `presence`, with the column `platforms`: their number. The shares of a group add up to 1.

    Raises
    ------
    ParameterError
        When a column does not exist.

    Notes
    -----
    Firms that left one platform unanswered are out of it: their number is unknown.

    References
    ----------
    Claim D7: platforms complement each other.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0] * 4, "platforms__facebook": [1, 1, 0, 0], "platforms__x": [0, 1, 0, 0]})
    >>> breadth_distribution(SurveyDesign(firms, weights="w"))[["platforms", "estimate"]]
       platforms  estimate
    0          0      0.50
    1          1      0.25
    2          2      0.25
    """
    ready = with_base(design).transform(lambda data: data.assign(**{COUNT: data[COUNT].astype("category")}))
    table = ready.proportion(COUNT, by, level=level)
    names = [by] if isinstance(by, str) else list(by or [])
    return label_rows(table.rename(columns={"level": "platforms"}), [*names, "platforms"], base="all")


def intensity(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the hours and posts per week of the firms that use a platform.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*`, and `hours_per_week`, `posts_per_week` or one of them.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `presence` (base `users`), with the columns `measure` and `unit`; `estimate` is the mean.

    Raises
    ------
    DataError
        When neither was asked, or an amount is below 0.

    Notes
    -----
    A few very active firms pull the mean up: it is not what a typical firm does.

    References
    ----------
    Claim D17: so much time for so few results.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0] * 3, "platforms__x": [1, 1, 0], "hours_per_week": [2.0, 4.0, None]})
    >>> intensity(SurveyDesign(firms, weights="w"))[["measure", "base", "estimate", "n"]]
              measure   base  estimate  n
    0  hours_per_week  users       3.0  2
    """
    asked = [name for name in MEASURES if name in design.data.columns]
    if not asked:
        raise DataError(
            f"The survey has none of the columns {', '.join(MEASURES)}: time and posts were not asked."
        )
    refuse_negative(design.data[asked])
    users = _users(with_base(design))
    tables = [
        label_rows(users.mean(name, by, level=level), by, measure=name, unit=MEASURES[name], base="users")
        for name in asked
    ]
    return pd.concat(tables, ignore_index=True)
