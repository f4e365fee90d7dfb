"""What is said to a student: sentences from one dictionary per language, numbers written as the reader does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

import yaml

from analysis import language as words
from analysis.errors import ParameterError

__all__ = ["LANGUAGES", "fill", "sentence", "texts"]

LANGUAGES = ("en", "fr")


class _Writer(Formatter):
    """Write `{rate:percent.1}`, `{times:number.2}`, `{n:count}` and `{points:points}` in a language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        kind, _, decimals = format_spec.partition(".")
        places = int(decimals or 0)
        if kind == "percent":
            return words.percent(value, self.language, places)
        if kind == "points":
            return words.number(100 * value, self.language, places)
        if kind in ("number", "count"):
            return words.number(value, self.language, places)
        return super().format_field(value, format_spec)


@cache
def texts(part: str, language: str) -> Mapping[str, Any]:
    """Read one dictionary of sentences.

    Parameters
    ----------
    part : str
        `"common"`, or the number of a lesson.
    language : {"en", "fr"}
        The reader's language.

    Returns
    -------
    mapping

    Raises
    ------
    ParameterError
        When the language is not one the lessons are written in.

    Examples
    --------
    >>> "reading" in texts("common", "fr")
    True
    """
    if language not in LANGUAGES:
        raise ParameterError(f'Lessons are written in {" and ".join(LANGUAGES)}, not in "{language}".')
    name = part if part == "common" else f"lesson_{int(part):02d}"
    path = files("analysis.learn").joinpath("words", f"{name}.{language}.yml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def sentence(part: str, language: str, *keys: str, **values: Any) -> str:
    """Find one sentence and fill it.

    Parameters
    ----------
    part : str
        `"common"`, or the number of a lesson.
    language : {"en", "fr"}
        The reader's language.
    *keys : str
        The road to the sentence in the dictionary.
    **values : object
        What its braces show.

    Returns
    -------
    str
        Typeset for the language.

    Raises
    ------
    ParameterError
        When the dictionary has no such sentence.

    Examples
    --------
    >>> sentence("common", "en", "progress", "lesson", done=4, of=6)
    '4 of 6 exercises done.'
    """
    found: Any = texts(part, language)
    for key in keys:
        if key not in found:
            raise ParameterError(f'The {language} sentences of "{part}" have no "{" > ".join(keys)}".')
        found = found[key]
    return fill(str(found), language, **values)


def fill(template: str, language: str, **values: Any) -> str:
    """Fill the braces of a sentence and typeset it.

    Parameters
    ----------
    template : str
        For example `"{rate:percent} of firms"`; formats `percent`, `points` (both from a share), `number`, `count`,
        with a number of decimals after a point.
    language : {"en", "fr"}
        The reader's language.
    **values : object
        What the braces show.

    Returns
    -------
    str

    Examples
    --------
    >>> fill("{rate:percent.1} des {n:count} entreprises", "fr", rate=0.4444, n=1200)
    '44,4\\u202f% des 1\\u202f200 entreprises'
    """
    return words.typeset(_Writer(language).vformat(template, (), values), language)
