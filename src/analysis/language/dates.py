"""How are dates and periods written, and which days does a period hold?"""

from __future__ import annotations

import re
from typing import Any, Literal

import pandas as pd
from babel.dates import format_date

from analysis.errors import ParameterError
from analysis.language.words import MISSING, is_missing, word
from analysis.typography import HARD, check_language

__all__ = ["date", "period", "period_bounds"]

PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


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
    if is_missing(value):
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
