"""How are counts, shares, sums of money and intervals written for a French or an English reader?"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal

from babel import Locale
from babel.numbers import UnknownCurrencyError, format_currency, validate_currency

from analysis.errors import ParameterError
from analysis.language.words import MISSING, is_missing
from analysis.typography import MINUS, NARROW, check_language

__all__ = ["interval", "money", "number", "percent"]

# How each language parts thousands and decimals, where Python writes 1,234.5.
MARKS = {"fr": str.maketrans({",": NARROW, ".": ","}), "en": {}}

ENDLESS = (float("inf"), float("-inf"))


@lru_cache(maxsize=64, typed=True)
def _step(decimals: int) -> Decimal:
    """Give the smallest number that has so many decimals."""
    return Decimal(1).scaleb(-decimals)


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
    if is_missing(value) or value in ENDLESS:
        return MISSING
    exact = Decimal(str(value)).quantize(_step(decimals), rounding=ROUND_HALF_UP)
    digits = f"{abs(exact):,f}".translate(MARKS[language])
    if exact < 0:
        return MINUS + digits
    return "+" + digits if sign and exact > 0 else digits


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
    if is_missing(share):
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
    exact = Decimal(str(value)).quantize(_step(decimals), rounding=ROUND_HALF_UP)
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
    if is_missing(low) or is_missing(high):
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
