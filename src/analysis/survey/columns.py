"""What does a column of answers hold: numbers, yes or no, or answers to choose from?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = [
    "codes",
    "column",
    "group_names",
    "is_binary",
    "is_number",
    "levels",
    "numbers",
    "yes_or_no",
    "zero_or_one",
]

MANY_LEVELS = 50
RESERVED = ("level", "estimate", "se", "low", "high", "n", "n_weighted", "df", "deff", "method", "flag")


def column(data: pd.DataFrame, name: str) -> pd.Series:
    """Give a column by its name.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers.
    name : str
        The column.

    Returns
    -------
    pandas.Series
        Of a nullable type where the column mixed Python values with missing ones.

    Raises
    ------
    ParameterError
        When there is none of that name, or several, or it is a question with several answers.

    Examples
    --------
    >>> column(pd.DataFrame({"uses": [True, None]}), "uses").dtype
    BooleanDtype
    """
    if not isinstance(name, str):
        raise ParameterError(
            f"A column is named in text, not by the {type(name).__name__} {name!r}: rename it."
        )
    if name not in data.columns:
        _refuse_multiple(data, name)
        raise ParameterError(
            f'The survey has no column "{name}".{did_you_mean(str(name), map(str, data.columns))}'
        )
    found = data[name]
    if isinstance(found, pd.DataFrame):
        raise ParameterError(f'The survey has {found.shape[1]} columns "{name}": rename all but one.')
    return found.convert_dtypes() if found.dtype == object else found


def _refuse_multiple(data: pd.DataFrame, name: str) -> None:
    """Refuse a question of several answers asked for as if it had one."""
    options = [str(column) for column in data.columns if str(column).startswith(f"{name}__")]
    if options:
        shown = ", ".join(options[:4]) + ", …" * (len(options) > 4)
        raise ParameterError(
            f'"{name}" is a question with several answers, so there is no one share of it: its answers are the '
            f'columns {shown}. Ask for each, such as proportion("{options[0]}").'
        )


def group_names(data: pd.DataFrame, by: str | Sequence[str] | None) -> list[str]:
    """List the grouping columns, each of which must exist and not be called like a result.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers.
    by : str, list of str or None
        What the caller gave.

    Returns
    -------
    list of str

    Raises
    ------
    ParameterError
        When one does not exist, comes twice or has the name of a column of results.

    Examples
    --------
    >>> group_names(pd.DataFrame({"sector": ["a"]}), "sector")
    ['sector']
    """
    names = [] if by is None else [by] if isinstance(by, str) else list(by)
    for name in names:
        column(data, name)
        if name in RESERVED:
            raise ParameterError(f'by="{name}": results have a column of that name; rename yours first.')
    if len(set(names)) < len(names):
        raise ParameterError(f"by={names} names a column twice.")
    return names


def is_number(answers: pd.Series) -> bool:
    """Say whether a column holds numbers or yes/no.

    Parameters
    ----------
    answers : pandas.Series
        A column.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_number(pd.Series([0.5, None])), is_number(pd.Series(["food"]))
    (True, False)
    """
    kinds = pd.api.types
    return bool(kinds.is_numeric_dtype(answers.dtype) or kinds.is_bool_dtype(answers.dtype))


def is_binary(answers: pd.Series) -> bool:
    """Say whether a column holds only 0 and 1, or only true and false.

    Parameters
    ----------
    answers : pandas.Series
        A column.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_binary(pd.Series([0, 1, None])), is_binary(pd.Series([1, 2]))
    (True, False)
    """
    if pd.api.types.is_bool_dtype(answers.dtype):
        return True
    values = yes_or_no(answers)
    return values is not None and not np.isnan(values).all()


def yes_or_no(answers: pd.Series) -> np.ndarray | None:
    """Give a column of 0 and 1, or of true and false, as floats, missing answers as not-a-number.

    Parameters
    ----------
    answers : pandas.Series
        A column.

    Returns
    -------
    numpy.ndarray or None
        None when it holds anything else.

    Examples
    --------
    >>> yes_or_no(pd.Series([True, None], dtype="boolean")), yes_or_no(pd.Series([1, 2]))
    (array([ 1., nan]), None)
    """
    if not is_number(answers):
        return None
    values = _floats(answers)
    return values if ((values == 0) | (values == 1) | np.isnan(values)).all() else None


def zero_or_one(answers: pd.DataFrame) -> np.ndarray:
    """Give columns of yes (1) and no (0) as floats, missing and blank answers as not-a-number.

    Parameters
    ----------
    answers : pandas.DataFrame
        One column per question; numbers, true and false, or digits written as text.

    Returns
    -------
    numpy.ndarray
        One row per firm, one column per question.

    Raises
    ------
    DataError
        When a cell holds anything else, such as a code for "don't know": counted on, it would be a number.

    Examples
    --------
    >>> zero_or_one(pd.DataFrame({"platforms__x": [1, None], "internet": [True, False]})).tolist()
    [[1.0, 1.0], [nan, 0.0]]
    """
    given = answers.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    for row, place in np.argwhere(answers.notna().to_numpy() & ~np.isin(given, (0, 1))):
        told = str(answers.iloc[row, place]).removesuffix(".0").strip()
        if told:
            raise DataError(
                f'The column "{answers.columns[place]}", row {row + 1}: "{told}" is neither 0 (no) nor 1 (yes). '
                "Leave the cell empty where the answer is missing or unknown."
            )
    return given


def refuse_negative(answers: pd.DataFrame) -> None:
    """Refuse an amount below 0 or without end, such as a code for "don't know".

    Parameters
    ----------
    answers : pandas.DataFrame
        Columns of hours, euros, posts or enquiries.

    Raises
    ------
    DataError
        When a cell holds such a number.

    Examples
    --------
    >>> refuse_negative(pd.DataFrame({"hours_per_week": [0, 2.5, None]}))
    """
    given = answers.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    for row, place in np.argwhere((given < 0) | np.isinf(given)):
        raise DataError(
            f'Column "{answers.columns[place]}", row {row + 1}, holds {given[row, place]:g}: amounts of 0 or more '
            "are needed. Correct it or leave it blank."
        )


def numbers(answers: pd.Series, measure: str) -> np.ndarray:
    """Give a column as floats, missing answers as not-a-number.

    Parameters
    ----------
    answers : pandas.Series
        A column.
    measure : str
        Who asks, for the message.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ParameterError
        When the column holds something else, or an infinite number.

    Examples
    --------
    >>> numbers(pd.Series([1, None], dtype="Int64"), "mean")
    array([ 1., nan])
    """
    if not is_number(answers):
        raise ParameterError(
            f'{measure}() needs a number, and column "{answers.name}" holds {_sample(answers)}. '
            "Use proportion() for answers in words, or read the column as numbers first."
        )
    values = _floats(answers)
    endless = np.flatnonzero(np.isinf(values))
    if len(endless):
        raise ParameterError(
            f'{measure}() needs finite numbers, and column "{answers.name}" is infinite on {len(endless)} row(s), '
            f"the first being row {endless[0] + 1}. Correct it or leave it missing."
        )
    return values


def _floats(answers: pd.Series) -> np.ndarray:
    if answers.dtype == np.float64:
        return answers.to_numpy(copy=True)
    return answers.to_numpy(dtype=float, na_value=math.nan)


def levels(answers: pd.Series, rows: np.ndarray) -> list[Any]:
    """List the answers of a column: in the order of its categories where it has some, else sorted.

    Parameters
    ----------
    answers : pandas.Series
        A column.
    rows : numpy.ndarray
        Positions of the rows to look at; categories are listed whether met or not.

    Returns
    -------
    list

    Raises
    ------
    ParameterError
        When there is no answer, a measure has too many, or cells join several answers.

    Examples
    --------
    >>> levels(pd.Series(["b", "a", None, "b"]), np.arange(4))
    ['a', 'b']
    """
    if isinstance(answers.dtype, pd.CategoricalDtype):
        return list(answers.cat.categories)
    found = answers.iloc[rows].dropna().unique().tolist()
    if not found:
        raise ParameterError(f'Column "{answers.name}" holds no answer here: there is no share to estimate.')
    _refuse_joined(answers, found)
    if is_number(answers) and len(found) > MANY_LEVELS:
        raise ParameterError(
            f'Column "{answers.name}" has {len(found)} different values: it is a measure, not an answer to choose. '
            "Use mean(), or cut it into classes first."
        )
    return sorted(found, key=_sort_key)


def codes(answers: pd.Series, wanted: Sequence[Any]) -> np.ndarray:
    """Give the place of each answer among those wanted, −1 where it is missing or none of them.

    Parameters
    ----------
    answers : pandas.Series
        A column.
    wanted : sequence
        Answers, in order.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> codes(pd.Series(["b", None, "a"]), ["a", "b"])
    array([ 1, -1,  0])
    """
    plain = answers.astype(object) if isinstance(answers.dtype, pd.CategoricalDtype) else answers
    return pd.Index(list(wanted)).get_indexer_for(pd.Index(plain))


def _refuse_joined(answers: pd.Series, found: Sequence[Any]) -> None:
    """Refuse several answers joined in one cell: "facebook;instagram" is no answer of its own."""
    texts = [value for value in found if isinstance(value, str)]
    parts = [[part.strip() for part in text.split(";")] for text in texts]
    singles = {part for split in parts if len(split) == 1 for part in split}
    joined = [
        text for text, split in zip(texts, parts, strict=True) if len(split) > 1 and singles & set(split)
    ]
    if joined:
        raise ParameterError(
            f'Column "{answers.name}" joins several answers in one cell, such as "{joined[0]}": a share of each '
            "combination is no share of firms per answer. Split it into one 0/1 column per answer, named "
            f"{answers.name}__answer."
        )


def _sort_key(value: Any) -> tuple[str, Any]:
    """Sort numbers among numbers and texts among texts, never comparing the two."""
    return ("number", value) if isinstance(value, int | float) else ("text", str(value))


def _sample(answers: pd.Series) -> str:
    shown = answers.dropna().astype(str).unique()[:3]
    return "text such as " + ", ".join(f'"{value}"' for value in shown) if len(shown) else "no values"
