"""How are words, numbers, dates and periods written for a French or an English reader?"""

from analysis.language.dates import date, period, period_bounds
from analysis.language.numbers import interval, money, number, percent
from analysis.language.words import MISSING, is_missing, label, listing, word
from analysis.typography import LANGUAGES, check_language, raised, typeset

__all__ = [
    "LANGUAGES",
    "MISSING",
    "check_language",
    "date",
    "interval",
    "is_missing",
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
