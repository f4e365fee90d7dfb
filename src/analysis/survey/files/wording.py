"""Are these the same words? Texts of questionnaires compared as a person would, whatever marks and spaces."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

__all__ = ["closest", "fold", "key", "squeeze"]

TAGS = re.compile(r"<[^<>]{1,300}>")
QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "…": "..."}
)
LIKE, APART, LONG = 0.9, 0.05, 6


def fold(text: str) -> str:
    """Write a text without what never tells two answers apart: case, kinds of quotes and spaces, HTML.

    Parameters
    ----------
    text : str
        A heading or an answer.

    Returns
    -------
    str

    Examples
    --------
    >>> fold(" Don’t&nbsp;KNOW "), fold("<b>Tout à fait</b>\\n d’accord")
    ("don't know", "tout à fait d'accord")
    """
    plain = TAGS.sub(" ", html.unescape(text)) if "<" in text or "&" in text else text
    return " ".join(
        unicodedata.normalize("NFKC", plain.translate(QUOTES)).translate(QUOTES).casefold().split()
    )


def key(text: str) -> str:
    """Write a text as its words alone, for headings.

    Parameters
    ----------
    text : str
        A heading.

    Returns
    -------
    str
        Words of letters and digits, one space between; the folded text itself when it has none.

    Examples
    --------
    >>> key("Quelle est l’activité principale ? *"), key("<10")
    ('quelle est l activité principale', '10')
    """
    folded = fold(text)
    return " ".join(re.findall(r"[^\W_]+", folded)) or folded


def squeeze(text: str) -> str:
    """Write a name without the marks that tools add or forbid in names.

    Parameters
    ----------
    text : str
        A name of a column.

    Returns
    -------
    str

    Examples
    --------
    >>> squeeze("Hours_per-week"), squeeze("hours.per.week")
    ('hoursperweek', 'hoursperweek')
    """
    return key(text).replace(" ", "")


def closest(text: str, known: Mapping[str, str] | Iterable[str]) -> str | None:
    """Find the one known text that another is a slip of.

    Parameters
    ----------
    text : str
        A folded text.
    known : iterable of str
        Folded texts it may stand for; with a mapping, texts of one meaning do not compete.

    Returns
    -------
    str or None
        None when none is nearly the same, when two are, or when the text is too short to tell.

    References
    ----------
    Ratcliff & Metzener (1988), *Dr. Dobb's Journal* 13(7): the share of letters in common, here 0.9 or more.

    Examples
    --------
    >>> closest("strongly agre", ["strongly agree", "agree"])
    'strongly agree'
    >>> closest("1 to 5", ["1 to 4", "1 to 9"]) is None
    True
    """
    if len(text) < LONG or not re.search(r"[^\W\d_]{3}", text):
        return None
    meanings = known if isinstance(known, Mapping) else {other: other for other in known}
    digits = re.findall(r"\d+", text)
    scored = sorted(
        (
            (SequenceMatcher(None, text, other).ratio(), other)
            for other in meanings
            if re.findall(r"\d+", other) == digits and abs(len(other) - len(text)) <= 0.2 * len(text) + 1
        ),
        reverse=True,
    )
    if not scored or scored[0][0] < LIKE:
        return None
    best, found = scored[0]
    rivals = [ratio for ratio, other in scored if meanings[other] != meanings[found]]
    return None if rivals and best - rivals[0] < APART else found
