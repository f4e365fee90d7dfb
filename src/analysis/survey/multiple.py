"""Which answers are named together? Questions with several answers: shares of firms, shares of mentions, differences.

A firm may name several options, so the shares of firms add up to more than 1 and are not independent. Each
option is a column `question__option`: 1 named, 0 not named, missing not known ("don't know", "not asked").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns
from analysis.survey.estimation.intervals import proportion_limits

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = [
    "Base",
    "mentions",
    "option_columns",
    "shares",
]

Base = Literal["firms", "mentions"]
BASES = ("firms", "mentions")
Names = str | Sequence[str]


def option_columns(data: pd.DataFrame, question: Names) -> dict[str, str]:
    """Find the columns of a question with several answers.

    Parameters
    ----------
    data : pandas.DataFrame
        Survey microdata.
    question : str or list of str
        The stem before `__`, or the columns themselves.

    Returns
    -------
    dict of str to str
        Option to column, in the order of the data.

    Raises
    ------
    ParameterError
        When there are no such columns.
    DataError
        When a column holds something else than 0, 1 and missing.

    Examples
    --------
    >>> option_columns(pd.DataFrame({"uses__x": [1], "uses__bluesky": [0], "other": [1]}), "uses")
    {'x': 'uses__x', 'bluesky': 'uses__bluesky'}
    """
    if isinstance(question, str):
        found = {
            str(name).split("__", 1)[1]: str(name) for name in data if str(name).startswith(f"{question}__")
        }
    else:
        found = {name.split("__", 1)[-1]: name for name in question}
        if len(found) < len(question):
            raise ParameterError(f"{list(question)}: two columns stand for the same option.")
    if not found:
        stems = {str(name).split("__")[0] for name in data if "__" in str(name)}
        single = " It is a question with one answer: use proportion()." if question in data else ""
        raise ParameterError(
            f'There are no columns "{question}__…" of a question with several answers.'
            f"{did_you_mean(str(question), stems)}{single}"
        )
    for name in found.values():
        answers = columns.column(data, name)
        if columns.yes_or_no(answers) is None and answers.notna().any():
            raise DataError(
                f'Column "{name}" holds something else than 0 (not named), 1 (named) and missing: read the file with '
                "read_survey() or correct it."
            )
    return found


def _asked_options(design: SurveyDesign, question: Names) -> dict[str, str]:
    """Find the columns of a question as `option_columns` does, without the other answers of the design."""
    if isinstance(question, str):
        named = [name for name in design.columns if str(name).startswith(f"{question}__")]
    else:
        named = list(question)
    return option_columns(design.answers(named) if named else design.data, question)


def shares(
    design: SurveyDesign,
    question: Names,
    base: Base = "firms",
    by: Names | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how often each option of a question with several answers is named.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    question : str or list of str
        The stem before `__`, or the columns.
    base : {"firms", "mentions"}
        `firms`: of the firms that answered, the share that names the option; adds up to more than 1. `mentions`:
        of all options named, the share that is this one; adds up to 1.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `option`, `estimate, se, low, high` from 0 to 1, `n` (firms that answered; for mentions,
        that answered every option), `n_weighted, df`, `deff` (firms only), `method, flag`, `base`.

    Raises
    ------
    ParameterError, DataError
        As `option_columns`; also when the base is unknown.

    Notes
    -----
    A share of mentions says nothing about firms: it falls when firms name more options beside it.

    References
    ----------
    Jann (2005), *Stata Journal* 5:92, for the two bases. Särndal, Swensson & Wretman (1992), *Model Assisted
    Survey Sampling*, §5.6: a share of mentions is a ratio of two totals.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0], "uses__x": [1, 0, 1], "uses__youtube": [1, 1, 0]})
    >>> design = SurveyDesign(firms, weights="w")
    >>> shares(design, "uses")[["option", "estimate", "n"]]
        option  estimate  n
    0        x      0.75  3
    1  youtube      0.50  3
    >>> shares(design, "uses", base="mentions")[["option", "estimate", "n"]]
        option  estimate  n
    0        x       0.6  3
    1  youtube       0.4  3
    """
    check_base(base)
    found = _asked_options(design, question)
    result = (
        _of_firms(design, found, by, level) if base == "firms" else _of_mentions(design, found, by, level)
    )
    return result.assign(base=pd.Series(base, index=result.index, dtype="string"))


def _of_firms(design: SurveyDesign, found: dict[str, str], by: Names | None, level: float) -> pd.DataFrame:
    options = {column: option for option, column in found.items()}
    table = design.proportions(list(options), by, level=level).rename(columns={"variable": "option"})
    return table.assign(option=table["option"].map(options))


def _of_mentions(design: SurveyDesign, found: dict[str, str], by: Names | None, level: float) -> pd.DataFrame:
    counted, count = counted_options(design, found)
    names = [by] if isinstance(by, str) else list(by or ())
    tables = []
    for option, column in found.items():
        table = _within_bounds(counted.ratio(column, count, by, level=level), level)
        table.insert(len(names), "option", option)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def check_base(base: str) -> None:
    if base not in BASES:
        raise ParameterError(
            f'base="{base}" is not a choice.{did_you_mean(str(base), BASES)} Choices: {", ".join(BASES)}.'
        )


def counted_options(design: SurveyDesign, found: dict[str, str]) -> tuple[SurveyDesign, str]:
    """Add the number of options each firm names, missing unless all are known."""
    name = "options_named"
    while name in design.columns:
        name += "_"

    def count(data: pd.DataFrame) -> pd.DataFrame:
        named = data[list(found.values())].astype("Float64")
        return data.assign(**{name: named.sum(axis=1, skipna=False)})

    return design.transform(count), name


def _within_bounds(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Give shares of mentions limits that stay between 0 and 1."""
    limits = [
        proportion_limits(row.estimate, row.se, row.n, row.df, level) for row in table.itertuples(index=False)
    ]
    return table.assign(
        low=[limit.low for limit in limits],
        high=[limit.high for limit in limits],
        method=pd.Series([limit.method for limit in limits], index=table.index, dtype="string"),
    )


def mentions(
    design: SurveyDesign, question: Names, by: Names | None = None, *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate how many options a firm names on average.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    question : str or list of str
        The stem before `__`, or the columns.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `SurveyDesign.mean`, in options per firm, over the firms whose answer to every option is known.

    Raises
    ------
    ParameterError, DataError
        As `option_columns`.

    Notes
    -----
    Firms that name nothing count as 0: the mean is not that of the firms that name something.

    References
    ----------
    Lumley (2010), *Complex Surveys*, ch. 2.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0], "uses__x": [1, 0, 1], "uses__youtube": [1, 1, 0]})
    >>> mentions(SurveyDesign(firms, weights="w"), "uses")["estimate"].item()
    1.25
    """
    counted, count = counted_options(design, _asked_options(design, question))
    return counted.mean(count, by, level=level)
