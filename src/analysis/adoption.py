"""How many small businesses are on social networks, on which, how much, and how far did they get?

Claims D1, D4 and D17: presence, number of platforms, time given to them, and the road from having heard of a
platform to using it regularly. Every function takes a `SurveyDesign` and gives an estimates table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign

__all__ = [
    "Base",
    "breadth",
    "breadth_distribution",
    "conversion",
    "funnel",
    "intensity",
    "platform_presence",
    "presence",
    "with_presence",
]

Base = Literal["all", "connected"]
By = str | Sequence[str] | None
STAGES = {"aware": "aware", "tried": "tried", "uses": "platforms", "regular": "regular"}
ANY = {"aware": "aware_any", "tried": "tried_any", "uses": "uses_any", "regular": "regular_any"}
COUNT = "platform_count"
MEASURES = {"hours_per_week": "hours per week", "posts_per_week": "posts per week"}


def with_presence(data: pd.DataFrame) -> pd.DataFrame:
    """Work out, for each firm, whether it uses any platform, and how many.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with columns `platforms__*`, and where asked `aware__*`, `tried__*`, `regular__*`.

    Returns
    -------
    pandas.DataFrame
        The answers with `uses_any`, and where asked `aware_any`, `tried_any`, `regular_any` (1 when one of the
        columns is 1; 0 when all are known to be 0; missing otherwise), and `platform_count` (number of
        platforms used; missing when one of them is unknown).

    Raises
    ------
    DataError
        When there is no column `platforms__*`.

    Notes
    -----
    A firm that says yes to one platform and skips another is present, but on an unknown number of platforms.

    References
    ----------
    Eurostat, *Community survey on ICT usage in enterprises*: "uses any social media".

    Examples
    --------
    >>> answers = pd.DataFrame({"platforms__facebook": [1, 0, 0], "platforms__x": [None, 0, None]}, dtype="Int64")
    >>> with_presence(answers)[["uses_any", "platform_count"]]
       uses_any  platform_count
    0         1            <NA>
    1         0               0
    2      <NA>            <NA>
    """
    if not _columns(data, "uses"):
        raise DataError(
            'The survey has no columns "platforms__…": which platforms a firm uses was not asked, or the columns '
            "carry other names."
        )
    derived = {ANY[stage]: _any(data[_columns(data, stage)]) for stage in STAGES if _columns(data, stage)}
    used = data[_columns(data, "uses")].astype("Int64")
    return data.assign(**derived, **{COUNT: used.sum(axis=1, skipna=False).astype("Int64")})


def _columns(data: pd.DataFrame, stage: str) -> list[str]:
    return [column for column in map(str, data.columns) if column.startswith(f"{STAGES[stage]}__")]


def _any(answers: pd.DataFrame) -> pd.Series:
    flags = answers.astype("Int64") == 1
    yes = flags.fillna(False).any(axis=1)
    unknown = answers.isna().any(axis=1)
    return yes.astype("Int64").mask(~yes & unknown)


def _prepared(design: SurveyDesign, base: Base = "all") -> SurveyDesign:
    """Add the derived columns, and keep the firms of the base."""
    ready = design.transform(with_presence)
    if base == "all":
        return ready
    if base != "connected":
        raise ParameterError(f'base="{base}" is not a choice. Choices: all, connected.')
    if "internet" not in design.data.columns:
        raise ParameterError('base="connected" needs the column "internet" (1 = connected).')
    return ready.subset(ready.data["internet"].astype("Int64") == 1)


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
    table = _prepared(design, base).proportion(ANY["uses"], by, level=level)
    return _label(table, by, base=base)


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
    ready = _prepared(design, base)
    tables = [
        _label(ready.proportion(column, by, level=level), by, platform=column.split("__", 1)[1], base=base)
        for column in _columns(ready.data, "uses")
    ]
    return pd.concat(tables, ignore_index=True)


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
    ready = _prepared(design)
    users = _users(ready)
    among_all = _label(ready.mean(COUNT, by, level=level), by, base="all")
    return pd.concat(
        [among_all, _label(users.mean(COUNT, by, level=level), by, base="users")], ignore_index=True
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
    ready = _prepared(design).transform(lambda data: data.assign(**{COUNT: data[COUNT].astype("category")}))
    table = ready.proportion(COUNT, by, level=level)
    return _label(table.rename(columns={"level": "platforms"}), [*_names(by), "platforms"], base="all")


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
        When neither was asked.

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
    users = _users(_prepared(design))
    tables = [
        _label(users.mean(name, by, level=level), by, measure=name, unit=MEASURES[name], base="users")
        for name in asked
    ]
    return pd.concat(tables, ignore_index=True)


def funnel(
    design: SurveyDesign, by: By = None, *, platform: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms that know, tried, use and regularly use a platform.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `aware__*`, `tried__*`, `platforms__*`, `regular__*`.
    by : str or list of str, optional
        Columns to group by.
    platform : str, optional
        One platform; any of them when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `presence`, one row per `stage` (`aware`, `tried`, `uses`, `regular`) and group; all shares are of
        all firms.

    Raises
    ------
    ParameterError
        When the platform is not in the survey.
    DataError
        When a stage was not asked.

    Notes
    -----
    A stage's share over the one before is its conversion, but its interval is not the ratio of the two: see
    `conversion`.

    References
    ----------
    Rogers (2003), *Diffusion of Innovations*, ch. 5 (stages of the decision).

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": [1.0] * 4, "aware__x": [1, 1, 1, 0], "tried__x": [1, 1, 0, 0], "platforms__x": [1, 0, 0, 0],
    ...     "regular__x": [0, 0, 0, 0],
    ... })
    >>> funnel(SurveyDesign(firms, weights="w"), platform="x")[["stage", "estimate"]]
         stage  estimate
    0    aware      0.75
    1    tried      0.50
    2     uses      0.25
    3  regular      0.00
    """
    ready = _prepared(design)
    tables = [
        _label(ready.proportion(column, by, level=level), by, stage=stage, base="all")
        for stage, column in _stage_columns(ready, platform).items()
    ]
    return pd.concat(tables, ignore_index=True)


def conversion(
    design: SurveyDesign, by: By = None, *, platform: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate, for each stage of the funnel, what share of the firms at the stage before reached it.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns as for `funnel`.
    by : str or list of str, optional
        Columns to group by.
    platform : str, optional
        One platform; any of them when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `funnel`, for `tried`, `uses`, `regular`; `base` names the stage before, of which the share is taken.

    Raises
    ------
    ParameterError
        When the platform is not in the survey.
    DataError
        When a stage was not asked, or no firm is at the stage before.

    Notes
    -----
    With `platform=None` a firm may have tried one platform and use another: it counts as converted.

    References
    ----------
    Rogers (2003), *Diffusion of Innovations*, ch. 5.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "w": [1.0] * 4, "aware__x": [1, 1, 1, 1], "tried__x": [1, 1, 0, 0], "platforms__x": [1, 0, 0, 0],
    ...     "regular__x": [1, 0, 0, 0],
    ... })
    >>> conversion(SurveyDesign(firms, weights="w"), platform="x")[["stage", "base", "estimate", "n"]]
         stage   base  estimate  n
    0    tried  aware       0.5  4
    1     uses  tried       0.5  2
    2  regular   uses       1.0  1
    """
    ready = _prepared(design)
    columns = _stage_columns(ready, platform)
    tables = []
    for before, stage in zip(list(columns)[:-1], list(columns)[1:], strict=True):
        reached = ready.data[columns[before]].astype("Int64") == 1
        if not reached.fillna(False).any():
            raise DataError(f'No firm is at the stage "{before}", so no share of them reached "{stage}".')
        table = ready.subset(reached).proportion(columns[stage], by, level=level)
        tables.append(_label(table, by, stage=stage, base=before))
    return pd.concat(tables, ignore_index=True)


def _stage_columns(ready: SurveyDesign, platform: str | None) -> dict[str, str]:
    """Name the column of each stage, for one platform or for any."""
    absent = [stage for stage in STAGES if not _columns(ready.data, stage)]
    if absent:
        raise DataError(
            f"The survey has no columns {', '.join(f'{STAGES[s]}__…' for s in absent)}: the funnel needs "
            f"{', '.join(f'{name}__…' for name in STAGES.values())}."
        )
    if platform is None:
        return dict(ANY)
    known = [column.split("__", 1)[1] for column in _columns(ready.data, "uses")]
    columns = {stage: f"{stem}__{platform}" for stage, stem in STAGES.items()}
    lacking = [column for column in columns.values() if column not in ready.data.columns]
    if platform not in known or lacking:
        raise ParameterError(
            f'platform="{platform}" is not in the survey.{did_you_mean(platform, known)} '
            f"Platforms: {', '.join(known)}."
        )
    return columns


def _names(by: By) -> list[str]:
    return [] if by is None else [by] if isinstance(by, str) else list(by)


def _label(table: pd.DataFrame, by: By, **labels: str) -> pd.DataFrame:
    """Add columns that say what a row is about, after the grouping columns."""
    grouping = _names(by)
    words = {name: pd.Series(value, index=table.index, dtype="string") for name, value in labels.items()}
    labelled = table.assign(**words)
    rest = [column for column in table.columns if column not in grouping]
    return labelled[[*grouping, *labels, *rest]]
