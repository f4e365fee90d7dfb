"""What did the student answer? Read it kindly, and say what cannot be read and why."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["Unreadable", "gap", "label", "number", "pair", "share"]


class Unreadable(Exception):
    """Say, by the key of a message, why an answer cannot be read.

    Parameters
    ----------
    key : str
        A key of `reading:` in `words/common.<language>.yml`.
    **values : object
        What the message shows of the answer.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def number(answer: object) -> float:
    """Read an answer that is one number.

    A table, column or array that holds a single number is read as that number; of an estimates table the
    column `estimate` is read.

    Parameters
    ----------
    answer : object
        Whatever the student gave.

    Returns
    -------
    float

    Raises
    ------
    Unreadable
        When it is not one finite number.

    Examples
    --------
    >>> import numpy as np
    >>> number(np.array([0.44]))
    0.44
    >>> number("44 %")
    Traceback (most recent call last):
    analysis.learn.answers.Unreadable: text
    """
    value = _single(answer)
    if isinstance(value, str | bytes):
        raise Unreadable("text", given=str(value)[:40])
    if isinstance(value, bool | np.bool_):
        raise Unreadable("truth_value", given=str(value))
    try:
        read = float(value)
    except Exception as error:
        raise Unreadable("kind", kind=type(value).__name__) from error
    if not math.isfinite(read):
        raise Unreadable("infinite")
    return read


def share(answer: object) -> float:
    """Read an answer that is a share, a number from 0 to 1.

    Numbers outside are read too: a percentage given for a share is a mistake to name, not to refuse.

    Parameters
    ----------
    answer : object
        Whatever the student gave.

    Returns
    -------
    float

    Raises
    ------
    Unreadable
        When it is not one finite number.

    Examples
    --------
    >>> share(0.44)
    0.44
    """
    return number(answer)


def pair(answer: object) -> tuple[float, float]:
    """Read an answer that is two numbers, such as the limits of an interval.

    Parameters
    ----------
    answer : object
        A tuple, list, array, column, dictionary or table row with two values (`low` and `high` where named).

    Returns
    -------
    tuple of float

    Raises
    ------
    Unreadable
        When it is not two finite numbers.

    Examples
    --------
    >>> pair([0.7, 0.9])
    (0.7, 0.9)
    """
    _refuse_blank(answer)
    if isinstance(answer, pd.DataFrame | Mapping) and {"low", "high"} <= set(answer):
        answer = [answer["low"], answer["high"]]
    if isinstance(answer, int | float | np.number | str | bytes):
        raise Unreadable("one_not_two")
    try:
        values = list(np.asarray(answer, dtype=object).ravel())
    except Exception as error:
        raise Unreadable("kind", kind=type(answer).__name__) from error
    if len(values) != 2:
        raise Unreadable("not_two", count=len(values))
    return number(values[0]), number(values[1])


def label(answer: object) -> str:
    """Read an answer that is a word, such as the letter of a choice.

    Parameters
    ----------
    answer : object
        Whatever the student gave.

    Returns
    -------
    str
        In lower case, without spaces around it.

    Raises
    ------
    Unreadable
        When it is not text.

    Examples
    --------
    >>> label(" B ")
    'b'
    """
    _refuse_blank(answer)
    if not isinstance(answer, str):
        raise Unreadable("not_text", kind=type(answer).__name__)
    return answer.strip().casefold()


def gap(answer: object, expected: object) -> float:
    """Measure how far an answer is from a value: 0 when equal, infinite between different words.

    Parameters
    ----------
    answer, expected : float, tuple of float or str
        Both as the reading functions give them.

    Returns
    -------
    float
        The largest absolute difference, in the unit of the answer.

    Examples
    --------
    >>> gap((0.5, 0.75), (0.5, 0.5))
    0.25
    """
    if isinstance(expected, str):
        return 0.0 if answer == expected else math.inf
    return float(np.max(np.abs(np.subtract(answer, expected))))


def _single(answer: object) -> object:
    _refuse_blank(answer)
    if isinstance(answer, pd.DataFrame | Mapping) and "estimate" in answer:
        answer = answer["estimate"]
    if isinstance(answer, pd.DataFrame | pd.Series | np.ndarray | list | tuple | set | Mapping):
        values = list(answer.values()) if isinstance(answer, Mapping) else _flat(answer)
        if len(values) != 1:
            raise Unreadable("several", count=len(values))
        _refuse_blank(values[0])
        return values[0]
    if callable(answer):
        raise Unreadable("function")
    return answer


def _flat(answer: object) -> list[object]:
    return list(answer) if isinstance(answer, set) else list(np.asarray(answer, dtype=object).ravel())


def _refuse_blank(answer: object) -> None:
    if answer is ...:
        raise Unreadable("todo")
    if answer is None:
        raise Unreadable("nothing")
    if answer is pd.NA or answer is pd.NaT or (isinstance(answer, float) and math.isnan(answer)):
        raise Unreadable("missing")
