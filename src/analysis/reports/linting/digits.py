"""Which numbers of a text are typed by hand? Those that no template computes and no code holds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from analysis.reports.text import HEADING

__all__ = ["TEMPLATE", "typed"]

TEMPLATE = re.compile(r"(?s)\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
CODE = re.compile(r"(?ms)^[ \t]*(`{3,}|~{3,})[^`\n]*$.*?(?:^[ \t]*\1[^\n]*$|\Z)|(`+)[^`\n]+?\2|\]\([^)\n]*\)")
NUMBER = re.compile(r"\d[\d.,]*|[¼-¾⅐-⅞]")
LEVEL = r"interval|confidence|confiance|margin|marge|draws|tirages"
SHARE = (
    r"\b(?:per|of|to|than|most|for|over|index|sur|pour|à|et|de|plus|dépasse|indice)[ \u00a0\u202f]|[–-]|^  "
)
EVERYWHERE = {
    rf"(?i:{LEVEL})[^\n\d{{}}]{{0,60}}95\s?%|95\s?%(?=[^\n{{}}]{{0,60}}(?i:{LEVEL}))": "the level of intervals",
    r"1[ ,\u202f\u00a0]?000(?= (?:draws|tirages|permutations|times|fois))": "the number of draws, by default",
    rf"(?:{SHARE})100\b": "a rate is read per hundred",
    r"\b0\b": "missing is not 0; nought said as a value",
    r":00\b": "the minutes of an hour of the day",
    r"\b24 h(?:ours|eures)": "a day has them",
    r"^columns: \d$": "how many columns the text is set in",
}


def typed(text: str, declared: Iterable[str] = ()) -> list[tuple[int, str]]:
    """Find the numbers of a text that are typed by hand.

    Parameters
    ----------
    text : str
        Markdown, with templates.
    declared : iterable of str
        Numbers that belong to it: of an official name, a year.

    Returns
    -------
    list of tuple of int and str
        Line and number. Those of every report are left out: the level of intervals, a rate per hundred.

    Examples
    --------
    >>> typed("{{ n | number }} posts, 12 of them by video (95% interval).")
    [(1, '12')]
    """
    bare = text
    for unread in (TEMPLATE, CODE):
        bare = unread.sub(lambda found: " " + "\n" * found[0].count("\n"), bare)
    allowed = [*(re.escape(number) for number in declared), *EVERYWHERE]
    bare = re.compile("|".join(f"(?:{one})" for one in allowed), re.MULTILINE).sub(" ", bare)
    lines = [re.sub(r"^\d+[.)] ", " ", HEADING.sub(" ", line)) for line in bare.splitlines()]
    return [(place, number) for place, line in enumerate(lines, start=1) for number in NUMBER.findall(line)]
