"""How far did firms get with a platform: heard of it, tried it, use it, use it regularly?"""

from __future__ import annotations

import pandas as pd

from analysis.adoption.answers import ANY, STAGES, Base, By, label_rows, stage_columns, with_base
from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign

__all__ = ["conversion", "funnel"]


def funnel(
    design: SurveyDesign,
    by: By = None,
    *,
    platform: str | None = None,
    base: Base | None = None,
    level: float = 0.95,
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
    base : {"all", "connected"}, optional
        Firms the funnel is about; when left out those with internet if that was asked, for the others are not
        asked what they know.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `presence`, one row per `stage` (`aware`, `tried`, `uses`, `regular`) and group. All shares are of the
        same firms: those of the base whose four stages are known.

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
    ready, columns, of = _funnel(design, platform, base)
    tables = [
        label_rows(ready.proportion(column, by, level=level), by, stage=stage, base=of)
        for stage, column in columns.items()
    ]
    return pd.concat(tables, ignore_index=True)


def conversion(
    design: SurveyDesign,
    by: By = None,
    *,
    platform: str | None = None,
    base: Base | None = None,
    level: float = 0.95,
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
    base : {"all", "connected"}, optional
        Firms the funnel is about; when left out those with internet if that was asked, for the others are not
        asked what they know.
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
    ready, columns, _ = _funnel(design, platform, base)
    tables = []
    for before, stage in zip(list(columns)[:-1], list(columns)[1:], strict=True):
        reached = ready.data[columns[before]].astype("Int64") == 1
        if not reached.fillna(False).any():
            raise DataError(f'No firm is at the stage "{before}", so no share of them reached "{stage}".')
        table = ready.subset(reached).proportion(columns[stage], by, level=level)
        tables.append(label_rows(table, by, stage=stage, base=before))
    return pd.concat(tables, ignore_index=True)


def _funnel(
    design: SurveyDesign, platform: str | None, base: Base | None
) -> tuple[SurveyDesign, dict[str, str], Base]:
    """Keep the firms of the base whose stages are all known, so that each stage is a share of the same firms."""
    of: Base = base or ("connected" if "internet" in design.data.columns else "all")
    ready = with_base(design, of)
    columns = _stage_columns(ready, platform)
    known = ready.data[list(columns.values())].notna().all(axis=1)
    if not known.any():
        raise DataError("No firm answered all stages of the funnel, so its shares have no common base.")
    return ready.subset(known), columns, of


def _stage_columns(ready: SurveyDesign, platform: str | None) -> dict[str, str]:
    """Name the column of each stage, for one platform or for any."""
    absent = [stage for stage in STAGES if not stage_columns(ready.data, stage)]
    if absent:
        raise DataError(
            f"The survey has no columns {', '.join(f'{STAGES[s]}__…' for s in absent)}: the funnel needs "
            f"{', '.join(f'{name}__…' for name in STAGES.values())}."
        )
    if platform is None:
        return dict(ANY)
    known = [column.split("__", 1)[1] for column in stage_columns(ready.data, "uses")]
    columns = {stage: f"{stem}__{platform}" for stage, stem in STAGES.items()}
    lacking = [column for column in columns.values() if column not in ready.data.columns]
    if platform not in known or lacking:
        raise ParameterError(
            f'platform="{platform}" is not in the survey.{did_you_mean(platform, known)} '
            f"Platforms: {', '.join(known)}."
        )
    return columns
