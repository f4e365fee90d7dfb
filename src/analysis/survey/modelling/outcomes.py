"""What does a model explain? Read its outcome as numbers, checking that the family of the model fits it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns

__all__ = ["MODELS", "Model", "read_outcome"]

Model = Literal["gaussian", "binomial", "poisson", "ordinal"]
MODELS: tuple[str, ...] = ("gaussian", "binomial", "poisson", "ordinal")


def read_outcome(
    data: pd.DataFrame, rows: np.ndarray, name: str, family: str
) -> tuple[np.ndarray, tuple[Any, ...]]:
    """Read the outcome of a model on some rows.

    Parameters
    ----------
    data : pandas.DataFrame
        All rows of the survey.
    rows : numpy.ndarray
        Positions of the rows that may be used.
    name : str
        The outcome's column.
    family : {"gaussian", "binomial", "poisson", "ordinal"}
        The family of the model.

    Returns
    -------
    tuple
        The values (for `ordinal` codes from 0), not a number where missing, and the levels of an ordinal outcome.

    Raises
    ------
    ParameterError
        When the column or family does not exist.
    DataError
        When the outcome does not fit the family.

    Examples
    --------
    >>> read_outcome(pd.DataFrame({"ready": [1, 3, 5]}), np.arange(3), "ready", "ordinal")
    (array([0., 1., 2.]), (1, 3, 5))
    """
    if family not in MODELS:
        raise ParameterError(
            f'glm(family="{family}") is not a choice.{did_you_mean(str(family), MODELS)} '
            f"Choices: {', '.join(MODELS)}."
        )
    answers = columns.column(data, name)
    if family == "ordinal":
        return _ordered(answers, rows, name)
    if not columns.is_number(answers):
        raise DataError(
            f'glm(): the outcome "{name}" holds {_sample(answers)}, and a {family} model needs numbers. Make it 0 '
            "and 1 with transform(), or an ordered category for an ordinal model."
        )
    values = columns.numbers(answers, "glm")[rows]
    _refuse_values(values, name, family)
    return values, ()


def _refuse_values(values: np.ndarray, name: str, family: str) -> None:
    known = values[~np.isnan(values)]
    if not len(known):
        raise DataError(f'glm(): the outcome "{name}" holds no answer here.')
    other = known[~np.isin(known, [0, 1])]
    if family == "binomial" and len(other):
        raise DataError(
            f'glm(family="binomial"): the outcome "{name}" holds {other[0]:g} where 0 or 1 is expected. Make it 0 '
            'and 1 with transform(), or take family="poisson" for counts and "gaussian" for amounts.'
        )
    if family == "poisson" and (known < 0).any():
        raise DataError(
            f'glm(family="poisson"): the outcome "{name}" holds {known.min():g}: a count cannot be negative.'
        )
    if known.min() == known.max():
        raise DataError(
            f'glm(): the outcome "{name}" is {known[0]:g} on every row: there is nothing to explain.'
        )


def _ordered(answers: pd.Series, rows: np.ndarray, name: str) -> tuple[np.ndarray, tuple[Any, ...]]:
    ordered = isinstance(answers.dtype, pd.CategoricalDtype) and answers.cat.ordered
    if not (ordered or columns.is_number(answers)):
        raise DataError(
            f'glm(family="ordinal"): the outcome "{name}" holds {_sample(answers)} in no known order. Make it an '
            'ordered category: pd.Categorical(…, categories=["low", "middle", "high"], ordered=True).'
        )
    met = set(answers.iloc[rows].dropna().tolist())
    levels = tuple(level for level in columns.levels(answers, rows) if level in met)
    if len(levels) < 3:
        raise DataError(
            f'glm(family="ordinal"): the outcome "{name}" has {len(levels)} level(s) here, and at least 3 are needed. '
            'Take family="binomial" for two.'
        )
    codes = columns.codes(answers.iloc[rows], levels).astype(float)
    return np.where(codes < 0, np.nan, codes), tuple(map(_whole, levels))


def _whole(level: Any) -> Any:
    """Give 3 for 3.0."""
    return int(level) if isinstance(level, float) and level.is_integer() else level


def _sample(answers: pd.Series) -> str:
    shown = answers.dropna().astype(str).unique()[:3]
    return "text such as " + ", ".join(f'"{value}"' for value in shown) if len(shown) else "no values"
