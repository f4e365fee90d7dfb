"""Is a firm on social networks at all? Presence worked out from the answers, for every measure of adoption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.columns import zero_or_one

__all__ = [
    "ANY",
    "COUNT",
    "STAGES",
    "Base",
    "By",
    "label_rows",
    "stage_columns",
    "with_base",
    "with_presence",
]

Base = Literal["all", "connected"]
By = str | Sequence[str] | None
STAGES = {"aware": "aware", "tried": "tried", "uses": "platforms", "regular": "regular"}
ANY = {"aware": "aware_any", "tried": "tried_any", "uses": "uses_any", "regular": "regular_any"}
COUNT = "platform_count"


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
        When there is no column `platforms__*`, or one holds something else than 0, 1 and missing: a code for "don't
        know" is no number of platforms.

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
    asked = {stage: names for stage in STAGES if (names := stage_columns(data, stage))}
    if "uses" not in asked:
        raise DataError(
            'The survey has no columns "platforms__…": which platforms a firm uses was not asked, or the columns '
            "carry other names."
        )
    told = {stage: zero_or_one(data[columns]) for stage, columns in asked.items()}
    derived = {ANY[stage]: _any(answers) for stage, answers in told.items()}
    derived[COUNT] = _whole(told["uses"].sum(axis=1))
    there = [name for name in derived if name in data]
    rest = data.drop(columns=there) if there else data
    return pd.concat([rest, pd.DataFrame(derived, index=data.index)], axis=1)


def stage_columns(data: pd.DataFrame | SurveyDesign, stage: str) -> list[str]:
    """Name the columns that hold one stage of adoption, in the order of the table.

    Parameters
    ----------
    data : pandas.DataFrame or SurveyDesign
        Answers.
    stage : {"aware", "tried", "uses", "regular"}
        The stage.

    Returns
    -------
    list of str

    Examples
    --------
    >>> stage_columns(pd.DataFrame(columns=["firm", "platforms__x"]), "uses")
    ['platforms__x']
    """
    return [column for column in map(str, data.columns.tolist()) if column.startswith(f"{STAGES[stage]}__")]


def _any(answers: np.ndarray) -> pd.arrays.IntegerArray:
    yes, unknown = (answers == 1).any(axis=1), np.isnan(answers).any(axis=1)
    return _whole(np.where(~yes & unknown, np.nan, yes))


def _whole(values: np.ndarray) -> pd.arrays.IntegerArray:
    """Give whole numbers, not-a-number as missing."""
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype("int64"), missing)


def with_base(design: SurveyDesign, base: Base = "all") -> SurveyDesign:
    """Add presence to a design, and keep the firms of a base.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns `platforms__*`, and `internet` for connected firms.
    base : {"all", "connected"}
        All firms, or those with internet.

    Returns
    -------
    SurveyDesign

    Raises
    ------
    ParameterError
        When the base is unknown or `internet` was not asked.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0, 1.0], "internet": [1, 0], "platforms__x": [1, 0]})
    >>> len(with_base(SurveyDesign(firms, weights="w"), "connected"))
    1
    """
    ready = design.transform(with_presence)
    if base == "all":
        return ready
    if base != "connected":
        raise ParameterError(f'base="{base}" is not a choice. Choices: all, connected.')
    if "internet" not in design.columns:
        raise ParameterError('base="connected" needs the column "internet" (1 = connected).')
    return ready.subset(ready.answers("internet")["internet"].astype("Int64") == 1)


def _names(by: By) -> list[str]:
    return [] if by is None else [by] if isinstance(by, str) else list(by)


def label_rows(table: pd.DataFrame, by: By, **labels: str) -> pd.DataFrame:
    """Add columns that say what the rows are about, after the grouping columns.

    Parameters
    ----------
    table : pandas.DataFrame
        Estimates.
    by : str, list of str or None
        Grouping columns.
    **labels : str
        Name and content of each column.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> label_rows(pd.DataFrame({"wave": [2022], "estimate": [0.4]}), "wave", base="all").columns.tolist()
    ['wave', 'base', 'estimate']
    """
    grouping = _names(by)
    words = {name: pd.Series(value, index=table.index, dtype="string") for name, value in labels.items()}
    labelled = table.assign(**words)
    rest = [column for column in table.columns if column not in grouping]
    return labelled[[*grouping, *labels, *rest]]
