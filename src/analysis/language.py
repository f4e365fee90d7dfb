"""How are words, numbers, dates and periods written for a French or an English reader?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.numbers import UnknownCurrencyError, format_currency, format_decimal, validate_currency

from analysis.errors import ParameterError, did_you_mean
from analysis.typography import HARD, LANGUAGES, MINUS, NARROW, check_language, raised, typeset
from analysis.yaml_files import from_yaml

__all__ = [
    "LANGUAGES",
    "MISSING",
    "check_language",
    "date",
    "interval",
    "label",
    "listing",
    "money",
    "number",
    "percent",
    "period",
    "period_bounds",
    "raised",
    "typeset",
    "word",
]

MISSING = "–"
PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


def number(value: Any, language: str, decimals: int = 0, sign: bool = False) -> str:
    """Write a number as the reader's language does.

    Parameters
    ----------
    value : number or missing
        The number.
    language : str
        `"fr"` or `"en"`.
    decimals : int
        Digits after the decimal mark, always written. Halves round away from zero.
    sign : bool
        Put `+` before a positive number, for changes.

    Returns
    -------
    str
        A dash for a missing value. The minus is U+2212; a number that rounds to 0 has no sign.

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> number(1234.5, "fr", 1), number(1234.5, "en", 1), number(3, "en", sign=True)
    ('1\\u202f234,5', '1,234.5', '+3')
    >>> number(None, "fr")
    '–'
    """
    check_language(language)
    if pd.isna(value) or value in (float("inf"), float("-inf")):
        return MISSING
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits = _digits(str(abs(exact)), decimals, language)
    if exact < 0:
        return MINUS + digits
    return "+" + digits if sign and exact > 0 else digits


@lru_cache(maxsize=4096)
def _digits(exact: str, decimals: int, language: str) -> str:
    """Group the digits of a number without sign; figures recur from chart to table to prose."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(Decimal(exact), format=pattern, locale=language)


def percent(share: Any, language: str, decimals: int = 0, sign: bool = False) -> str:
    """Write a share between 0 and 1 as a percentage.

    Parameters
    ----------
    share : number or missing
        0.44 for 44 %. Relative changes may leave [0, 1].
    language : str
        `"fr"` or `"en"`.
    decimals : int
        Digits after the decimal mark.
    sign : bool
        Put `+` before a positive change.

    Returns
    -------
    str
        A dash for a missing value.

    Raises
    ------
    ParameterError
        When the language is not known.

    Notes
    -----
    Do not use it for a difference of two shares: that is in points, not in percent.

    Examples
    --------
    >>> percent(0.44, "fr"), percent(0.44, "en"), percent(-0.2, "fr", sign=True)
    ('44\\u202f%', '44%', '−20\\u202f%')
    """
    if pd.isna(share):
        check_language(language)
        return MISSING
    digits = number(Decimal(str(share)) * 100, language, decimals, sign)
    return digits + (f"{NARROW}%" if language == "fr" else "%")


def money(value: Any, language: str, currency: str = "EUR", decimals: int = 2, sign: bool = False) -> str:
    """Write an amount of money.

    Parameters
    ----------
    value : number or missing
        The amount.
    language : str
        `"fr"` or `"en"`.
    currency : str
        ISO 4217 code.
    decimals : int
        Digits after the decimal mark; 0 for amounts nobody counts in cents.
    sign : bool
        Put `+` before a positive amount, for changes.

    Returns
    -------
    str
        A dash for a missing amount. The sign comes before the whole.

    Raises
    ------
    ParameterError
        When the language or the currency is not known.

    Notes
    -----
    Amounts are written, not converted: two currencies side by side are not comparable.

    Examples
    --------
    >>> money(1234.5, "fr"), money(1234.5, "en"), money(-80, "en", "GBP", 0)
    ('1\\u202f234,50\\xa0€', '€1,234.50', '−£80')
    """
    digits = number(value, language, decimals, sign)
    if digits == MISSING:
        return MISSING
    try:
        validate_currency(currency)
    except UnknownCurrencyError:
        raise ParameterError(
            f'"{currency}" is not a currency. Write its ISO 4217 code, such as EUR.'
        ) from None
    before = digits[0] if digits[0] in (MINUS, "+") else ""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    usual = str(Locale(language).currency_formats["standard"].pattern)
    pattern = usual.replace("0.00", "0" + ("." + "0" * decimals if decimals else ""))
    return before + format_currency(abs(exact), currency, pattern, locale=language, currency_digits=False)


def interval(
    low: Any,
    high: Any,
    language: str,
    decimals: int = 0,
    percent: bool = False,
    *,
    sign: bool = False,
    form: Literal["range", "between"] = "range",
) -> str:
    """Write an interval in words.

    Parameters
    ----------
    low, high : number or missing
        The two limits.
    language : str
        `"fr"` or `"en"`.
    decimals : int
        Digits after the decimal mark.
    percent : bool
        The limits are shares between 0 and 1 and are written as percentages.
    sign : bool
        Put `+` before positive limits, for changes.
    form : {"range", "between"}
        "de 231 à 352" or "entre 231 et 352".

    Returns
    -------
    str
        A dash when a limit is missing.

    Raises
    ------
    ParameterError
        When the language or the form is not known.

    Examples
    --------
    >>> interval(231, 352, "fr"), interval(0.19, 0.34, "en", percent=True, form="between")
    ('de 231 à 352', 'between 19% and 34%')
    """
    check_language(language)
    if form not in ("range", "between"):
        raise ParameterError(f'The form of an interval is "range" or "between", not "{form}".')
    if pd.isna(low) or pd.isna(high):
        return MISSING
    limits = [_limit(limit, language, decimals, percent, sign) for limit in (low, high)]
    if percent and language == "fr" and not sign:
        limits[0] = limits[0].removesuffix(f"{NARROW}%")
    before, middle = {
        ("range", "fr"): ("de ", " à "),
        ("range", "en"): ("", " to "),
        ("between", "fr"): ("entre ", " et "),
        ("between", "en"): ("between ", " and "),
    }[form, language]
    return f"{before}{limits[0]}{middle}{limits[1]}"


def _limit(value: Any, language: str, decimals: int, share: bool, sign: bool) -> str:
    return (percent if share else number)(value, language, decimals, sign)


def date(value: Any, language: str, form: Literal["long", "short", "month"] = "long") -> str:
    """Write a date.

    Parameters
    ----------
    value : date, Timestamp, ISO string or missing
        The day.
    language : str
        `"fr"` or `"en"`.
    form : {"long", "short", "month"}
        "1er juillet 2026", "1er juil." (no year) or "juillet 2026".

    Returns
    -------
    str
        A dash for a missing date. The ending of "1er" is raised by whoever sets the page.

    Raises
    ------
    ParameterError
        When the language, the form or the date is not known.

    Examples
    --------
    >>> date("2026-11-21", "fr"), date("2026-07-01", "fr", "short"), date("2026-09-05", "en", "month")
    ('21\\xa0novembre 2026', '1er\\xa0juil.', 'September 2026')
    """
    check_language(language)
    if pd.isna(value):
        return MISSING
    try:
        day = pd.Timestamp(value)
    except (TypeError, ValueError) as error:
        raise ParameterError(f'"{value}" is not a date; write it as 2026-11-21.') from error
    if form == "month":
        return format_date(day, "MMMM y", locale=language)
    first = f"{day.day}er" if language == "fr" and day.day == 1 else str(day.day)
    if form == "short":
        return f"{first}{HARD}{word(f'month_short.{day.month}', language)}"
    if form != "long":
        raise ParameterError(f'The form of a date is "long", "short" or "month", not "{form}".')
    return f"{first}{HARD}{format_date(day, 'MMMM y', locale=language)}"


def period(code: str, language: str, form: Literal["long", "short"] = "long") -> str:
    """Name a quarter, a month or a year.

    Parameters
    ----------
    code : str
        `2025-Q4`, `2025-11` or `2025`.
    language : str
        `"fr"` or `"en"`.
    form : {"long", "short"}
        "quatrième trimestre 2025" or "T4 2025".

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the code is not a period or the language is not known.

    Examples
    --------
    >>> period("2025-Q4", "fr"), period("2025-Q4", "en"), period("2025-Q4", "fr", "short")
    ('quatrième trimestre 2025', 'fourth quarter of 2025', 'T4\\xa02025')
    """
    check_language(language)
    year, quarter, month = _period_parts(code)
    if form not in ("long", "short"):
        raise ParameterError(f'The form of a period is "long" or "short", not "{form}".')
    if quarter and form == "long":
        return word("quarter.of", language, quarter=word(f"quarter.{quarter}", language), year=year)
    if quarter:
        return f"{word('quarter.short', language, quarter=quarter)}{HARD}{year}"
    if month:
        return f"{word(('month.' if form == 'long' else 'month_short.') + str(month), language)} {year}"
    return year


def _period_parts(code: str) -> tuple[str, str | None, int | None]:
    found = PERIOD.fullmatch(str(code))
    if not found:
        raise ParameterError(
            f'"{code}" is not a period. Write a quarter as 2025-Q4, a month as 2025-11 or a year as 2025.'
        )
    return found["year"], found["quarter"], int(found["month"]) if found["month"] else None


def period_bounds(code: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give the first and the last instant of a quarter, a month or a year.

    Parameters
    ----------
    code : str
        `2025-Q4`, `2025-11` or `2025`.

    Returns
    -------
    tuple of pandas.Timestamp
        Both belong to the period (the last to the microsecond) and carry no time zone.

    Raises
    ------
    ParameterError
        When the code is not a period.

    Examples
    --------
    >>> first, last = period_bounds("2025-Q4")
    >>> str(first), str(last.date())
    ('2025-10-01 00:00:00', '2025-12-31')
    """
    year, quarter, month = _period_parts(code)
    whole = pd.Period(f"{year}Q{quarter}" if quarter else f"{year}-{month:02d}" if month else year)
    return whole.start_time, whole.end_time


@cache
def _catalogue(language: str) -> dict[str, str]:
    text = files("analysis").joinpath("words", f"{language}.yml").read_text(encoding="utf-8")
    return {str(key): typeset(value, language) for key, value in from_yaml(text).items()}


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
    if pd.isna(value):
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
