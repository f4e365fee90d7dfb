"""What a lesson is made of: exercises, predictions, questions and pictures.

To add lesson 2, write the files below; nothing else changes. Lesson 1 is the pattern.

1. `lesson_02.py`, ending in `LESSON = Lesson("2", ...)`. Each exercise gives the right value, computed from the
   bundled data when it is asked for, *by another road than the lesson takes*, and the value each named mistake
   leads to. Nothing is typed in: the data may be made again with other numbers.
2. `words/lesson_02.en.yml` and `words/lesson_02.fr.yml`: for each exercise what is said when it is right, two
   hints, and one hint per named mistake; for each prediction, question and picture its sentences.
   `{rate:percent}` in a sentence is filled from `values`. The same keys in both languages: a test compares them.
3. `notebooks/learn/sources/02_….py` and `sources/fr/02_….py`, the same code cells with their own prose.
   `python -m analysis lessons` builds the notebooks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from analysis.errors import ParameterError, did_you_mean
from analysis.learn import answers

__all__ = ["Exercise", "Lesson", "Picture", "Prediction", "Unknown", "find", "lesson", "lessons"]

Value = Callable[[], Any]
Values = Callable[[], Mapping[str, Any]]


class Unknown(ParameterError):
    """Say that nothing has the name given, and which names there are.

    Parameters
    ----------
    given : object
        The name that was asked for.
    known : iterable of str
        The names there are.
    """

    def __init__(self, given: object, known: Iterable[str]) -> None:
        self.given, self.known = str(given), tuple(known)
        names = ", ".join(self.known)
        super().__init__(f'"{given}" is not one of {names}.{did_you_mean(str(given), self.known)}')


def _no_values() -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Exercise:
    """Hold the right value of one exercise and the values its named mistakes lead to.

    Parameters
    ----------
    expected : callable
        Computes the right value from the bundled data, by another road than the lesson.
    mistakes : mapping
        Name of the mistake → function computing the value it leads to. The first that fits is named.
    read : callable
        How the answer is read: `answers.share`, `number`, `pair` or `label`.
    tolerance : float
        Largest difference that is still right, in the unit of the answer.
    values : callable
        Gives what the sentences of this exercise show.

    Notes
    -----
    A share or a pair of shares also knows two mistakes of its own: a percentage, and (share only) the complement.

    Examples
    --------
    >>> exercise = Exercise(expected=lambda: 0.25, mistakes={"wrong_base": lambda: 0.2})
    >>> exercise.wrong_values()
    {'wrong_base': 0.2, 'percentage': 25.0, 'complement': 0.75}
    """

    expected: Value
    mistakes: Mapping[str, Value]
    read: Callable[[object], Any] = answers.share
    tolerance: float = 0.0005
    values: Values = _no_values

    def wrong_values(self) -> dict[str, Any]:
        """Compute the value every named mistake leads to, in the order they are looked for.

        Returns
        -------
        dict
            Name of the mistake → value.
        """
        wrong = {name: value() for name, value in self.mistakes.items()}
        right = self.expected()
        if self.read is answers.share:
            wrong |= {"percentage": 100 * right, "complement": 1 - right}
        if self.read is answers.pair:
            wrong |= {"percentage": (100 * right[0], 100 * right[1]), "reversed": (right[1], right[0])}
        return wrong

    def diagnose(self, answer: Any) -> str:
        """Name what an answer is: `right`, one of the mistakes, `rounded`, or `unknown`.

        Parameters
        ----------
        answer : float, tuple of float or str
            As `read` gave it.

        Returns
        -------
        str
        """
        right = self.expected()
        if answers.gap(answer, right) <= self.tolerance:
            return "right"
        for name, value in self.wrong_values().items():
            if answers.gap(answer, value) <= self.tolerance * (100 if name == "percentage" else 1):
                return name
        return "rounded" if answers.gap(answer, right) <= 0.006 and self._is_share() else "unknown"

    def _is_share(self) -> bool:
        return self.read in (answers.share, answers.pair)


@dataclass(frozen=True)
class Prediction:
    """Hold what a prediction is compared with.

    Parameters
    ----------
    actual : callable
        Computes from the bundled data the number that was to be guessed.
    close : float
        A guess no further than this counts as near.
    values : callable
        Gives what the sentences of this prediction show.

    Examples
    --------
    >>> Prediction(actual=lambda: 2.0, close=0.1).close
    0.1
    """

    actual: Value
    close: float
    values: Values = _no_values


@dataclass(frozen=True)
class Picture:
    """Hold how a result is drawn and what the sentence below the drawing says.

    Parameters
    ----------
    draw : callable
        `draw(ax, result, language)` draws the result on the axes.
    values : callable
        `values(result, language)` gives what the sentences of this picture show.
    """

    draw: Callable[..., Any]
    values: Callable[..., Mapping[str, Any]]


@dataclass(frozen=True)
class Lesson:
    """Hold everything one lesson can be asked.

    Parameters
    ----------
    number : str
        "1", "2" …; ids in the lesson start with it: exercise `1.2`, prediction `1.a`, question `1.q1`.
    exercises, predictions, pictures : mapping
        By id.
    questions : mapping
        Id → letter of the right choice.

    Examples
    --------
    >>> Lesson("9", exercises={}, questions={"9.q1": "b"}).questions
    {'9.q1': 'b'}
    """

    number: str
    exercises: Mapping[str, Exercise]
    predictions: Mapping[str, Prediction] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)


@cache
def lesson(number: str) -> Lesson:
    """Find a lesson by its number.

    Parameters
    ----------
    number : str
        "1", "2" …

    Returns
    -------
    Lesson

    Raises
    ------
    Unknown
        When there is no such lesson.

    Examples
    --------
    >>> lesson("1").number
    '1'
    """
    known = lessons()
    if number not in known:
        raise Unknown(number, known)
    return import_module(_module(number)).LESSON


@cache
def lessons() -> tuple[str, ...]:
    """List the numbers of the lessons there are.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> "1" in lessons()
    True
    """
    return tuple(str(number) for number in range(1, 100) if find_spec(_module(str(number))))


def find(kind: str, identifier: object) -> Any:
    """Find an exercise, prediction, question or picture by its id.

    Parameters
    ----------
    kind : {"exercises", "predictions", "questions", "pictures"}
        What is looked for.
    identifier : object
        Its id, such as `"1.2"`.

    Returns
    -------
    Exercise, Prediction, str or Picture

    Raises
    ------
    Unknown
        When there is none with that id.

    Examples
    --------
    >>> find("questions", "1.q9")
    Traceback (most recent call last):
    analysis.learn.exercises.Unknown: "1.q9" is not one of 1.q1, 1.q2, 1.q3, 1.q4. Did ...
    """
    number = str(identifier).partition(".")[0]
    known = getattr(lesson(number if number in lessons() else lessons()[0]), kind)
    if identifier not in known:
        raise Unknown(identifier, known)
    return known[identifier]


def _module(number: str) -> str:
    return f"analysis.learn.lesson_{int(number):02d}"
