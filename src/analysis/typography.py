"""Which spaces, apostrophes and minus signs does each language want?"""

from __future__ import annotations

import re
from functools import lru_cache

from analysis.errors import ParameterError, did_you_mean

__all__ = [
    "HARD",
    "LANGUAGES",
    "MINUS",
    "NARROW",
    "check_language",
    "raised",
    "typeset",
]

LANGUAGES = ("fr", "en")
NARROW = "\u202f"
HARD = "\u00a0"
MINUS = "\u2212"
BLANKS = f" \t{HARD}{NARROW}"
PROTECTED = re.compile(
    r"(```.*?```|`[^`\n]*`"  # code
    r"|\$\$.*?\$\$|\$(?!\s)[^$\n]*(?<!\s)\$(?!\d)"  # equations
    r"|</?[A-Za-z!][^<>]*>|&#?\w+;"  # HTML tags and entities
    r"|\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)|\]\[[^\]\n]*\]"  # targets of Markdown links
    r"|\{\{.*?\}\}|\{%.*?%\}"  # placeholders
    r"|(?:https?://|www\.|mailto:)[^\s<>«»]+|[\w.+-]+@[\w-]+\.[\w.-]*\w)",
    re.DOTALL,
)
OPENED = re.compile(r"[`$<&@]|\{[{%]|\]\(|\]\[|://|www\.|mailto:")
SPACE = f"[{BLANKS}]"
UNITS = r"(?:[kM]?€|[$£]|h|min|s|ms|km|cm|mm|m|kg|g|°C|pts?|px|[kMG]o)"
AFTER = r"(?=[\s»)\]*_…|]|$)"
# Each rule: signs of which a text it changes holds one, what is looked for, what stands there instead.
FRENCH = [
    ("«", re.compile(rf"«{SPACE}*(?=\S)"), f"«{HARD}"),
    ("»", re.compile(rf"(?<=[^\s«]){SPACE}*»"), f"{HARD}»"),
    (";!?", re.compile(rf"(?<=[^\s;!?«(\[|*_!-]){SPACE}*([;!?]+){AFTER}"), rf"{NARROW}\1"),
    (":", re.compile(rf"(?<=\S){SPACE}+:{AFTER}"), f"{HARD}:"),
    ("%", re.compile(rf"(?<=\d){SPACE}*%(?!\w)"), f"{NARROW}%"),
    ("%", re.compile(rf"(?<=\S){SPACE}+%{AFTER}"), f"{NARROW}%"),
    (BLANKS, re.compile(rf"(?<![\w.,])(\d{{1,3}}){SPACE}(\d{{3}})(?!\d)"), rf"\1{NARROW}\2"),
    (BLANKS, re.compile(rf"(?<={NARROW}\d\d\d){SPACE}(?=\d\d\d(?!\d))"), NARROW),
    ("€", re.compile(rf"(?<=\d){SPACE}*(?=€)"), HARD),
    (BLANKS, re.compile(rf"(?<=\d){SPACE}(?={UNITS}(?!\w))"), HARD),
    ("h", re.compile(rf"(?<=\d{HARD}h){SPACE}(?=\d\d(?!\d))"), HARD),
    ("=", re.compile(rf"(?<=[\w)]){SPACE}=(?={SPACE}[\w({MINUS}+-])"), f"{HARD}="),
    ("=", re.compile(rf"(?<={HARD}=){SPACE}(?=\S)"), HARD),
    ("<>≤≥≈×÷", re.compile(rf"(?<=\w){SPACE}([<>≤≥≈×÷]){SPACE}(?=[\d{MINUS}-])"), rf"{HARD}\1{HARD}"),
]
BOTH = [
    ("'", re.compile(r"(?<=\w)'(?=[\w«*<]|$)"), "’"),
    ("-", re.compile(r"(?:(?<=^)|(?<=[\s(\[+×÷=<>≤≥«]))-(?=\d)", re.MULTILINE), MINUS),
]
# Every rule needs one of these, and what is protected one of `OPENED`: a text without them stands as it is.
TOUCHED = {
    "fr": re.compile(rf"[«»;!?%€]|{SPACE}[:=<>≤≥≈×÷]|\d{SPACE}|\w'|-\d"),
    "en": re.compile(r"\w'|-\d"),
}


def check_language(language: str) -> str:
    """Refuse a language the suite does not write.

    Parameters
    ----------
    language : str
        `"fr"` or `"en"`.

    Returns
    -------
    str
        The same language.

    Raises
    ------
    ParameterError
        When the language is another one.

    Examples
    --------
    >>> check_language("fr")
    'fr'
    """
    if language not in LANGUAGES:
        raise ParameterError(
            f'The language "{language}" is not written here.{did_you_mean(str(language), LANGUAGES)} '
            f"Languages: {', '.join(LANGUAGES)}."
        )
    return language


@lru_cache(maxsize=4096)  # words recur, from chart to table to prose
def typeset(text: str, language: str) -> str:
    """Put the no-break spaces, apostrophes and minus signs of the language into a text.

    French gets U+202F before `; ! ? %` and inside numbers, U+00A0 before `: €` and units, inside « » and
    around `=`. English keeps its spaces. Code, equations, HTML tags, link targets, web and e-mail addresses
    and times such as 10:30 are left alone. Typesetting twice changes nothing more.

    Parameters
    ----------
    text : str
        Plain text, Markdown or HTML.
    language : str
        `"fr"` or `"en"`.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the language is not known.

    Notes
    -----
    Numbers are not reformatted: "1234.5" stays as it is; write numbers with `number`.
    The rules are those of the *Lexique des règles typographiques en usage à l'Imprimerie nationale*.

    Examples
    --------
    >>> typeset("Pourquoi ? 44 % des cas : « oui »", "fr")
    'Pourquoi\\u202f? 44\\u202f% des cas\\xa0: «\\xa0oui\\xa0»'
    >>> typeset("Why? 44% of cases: yes", "en")
    'Why? 44% of cases: yes'
    """
    if not TOUCHED[check_language(language)].search(text):
        return str(text)
    pieces = PROTECTED.split(text) if OPENED.search(text) else [text]
    return "".join(piece if i % 2 else _typeset_piece(piece, language) for i, piece in enumerate(pieces))


def _typeset_piece(text: str, language: str) -> str:
    present = set(text)
    for signs, pattern, replacement in BOTH + (FRENCH if language == "fr" else []):
        if not present.isdisjoint(signs):
            text = pattern.sub(replacement, text)
    return text


def raised(text: str) -> str:
    """Raise the endings of French ordinals with superscript letters, for text that has no markup.

    Parameters
    ----------
    text : str
        For example `1er quart`.

    Returns
    -------
    str

    Notes
    -----
    Only for drawings: pages raise the same endings with their own markup, which screen readers spell well.

    Examples
    --------
    >>> raised("1er et 3e quarts")
    '1ᵉʳ et 3ᵉ quarts'
    """
    text = re.sub(r"\b1er\b", "1ᵉʳ", text)
    return re.sub(r"\b(\d+)e\b", r"\1ᵉ", text)
