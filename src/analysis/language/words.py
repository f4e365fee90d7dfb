"""Which words are shown, in French or in English?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.typography import check_language, typeset
from analysis.yaml_files import from_yaml

__all__ = ["MISSING", "is_missing", "label", "listing", "word"]

MISSING = "–"


@cache
def _catalogue(language: str) -> dict[str, str]:
    text = files("analysis").joinpath("words", f"{language}.yml").read_text(encoding="utf-8")
    return {str(key): typeset(value, language) for key, value in from_yaml(text).items()}


def is_missing(value: Any) -> bool:
    """Say whether one value is missing, as pandas does, without its detours for tables and lists.

    Parameters
    ----------
    value : object
        A number, a text, a date; no list or table.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_missing(None), is_missing(float("nan")), is_missing(pd.NA), is_missing(pd.NaT), is_missing(0)
    (True, True, True, True, False)
    """
    return value is None or value is pd.NA or bool(value != value)


def word(key: str, language: str, **values: object) -> str:
    """Look a word or phrase up in the catalogue of the language.

    Parameters
    ----------
    key : str
        For example `sector.food_shop` or `chart.benchmark`.
    language : str
        `"fr"` or `"en"`.
    **values : object
        What fills the placeholders of the phrase, already written in the language.

    Returns
    -------
    str
        Typeset text.

    Raises
    ------
    ParameterError
        When the key, the language or a placeholder is not known.

    Examples
    --------
    >>> word("sector.food_shop", "fr"), word("chart.n", "en", n=12)
    ('Commerces alimentaires', 'n = 12')
    """
    catalogue = _catalogue(check_language(language))
    if key not in catalogue:
        raise ParameterError(
            f'There is no word "{key}" in words/{language}.yml.{did_you_mean(str(key), catalogue)}'
        )
    try:
        return typeset(catalogue[key].format(**values), language) if values else catalogue[key]
    except KeyError as error:
        raise ParameterError(f'The word "{key}" needs a value for {error.args[0]}.') from error


def label(column: str, value: object, language: str) -> str:
    """Name a level of a grouping column: the catalogue's word, else the value as it stands.

    Parameters
    ----------
    column : str
        For example `sector`.
    value : object
        For example `food_shop`.
    language : str
        `"fr"` or `"en"`.

    Returns
    -------
    str
        Typeset text; a dash for a missing level.

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> label("platform", "google_business", "fr"), label("town", "Brest", "fr")
    ('Fiche Google', 'Brest')
    """
    if is_missing(value):
        check_language(language)
        return MISSING
    return _catalogue(check_language(language)).get(f"{column}.{value}") or typeset(str(value), language)


def listing(items: Iterable[str], language: str) -> str:
    """Join words into one phrase.

    Parameters
    ----------
    items : iterable of str
        The words.
    language : str
        `"fr"` or `"en"`.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> listing(["Facebook", "X", "TikTok"], "fr"), listing(["a", "b"], "en")
    ('Facebook, X et TikTok', 'a and b')
    """
    words = list(items)
    last = {"fr": " et ", "en": " and "}[check_language(language)]
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
