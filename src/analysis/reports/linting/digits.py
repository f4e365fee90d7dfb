"""Which numbers of a text are typed by hand? Those that no template computes and no code holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from jinja2 import Environment, TemplateSyntaxError, nodes

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


def typed(text: str, declared: Collection[str] = ()) -> list[tuple[int, str]]:
    """Find the numbers of a text that are typed by hand.

    Parameters
    ----------
    text : str
        Markdown, with templates.
    declared : collection of str
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
    written = [(line, number) for line, number in _written_out(text) if number not in declared]
    allowed = [*(re.escape(number) for number in declared), *EVERYWHERE]
    bare = re.compile("|".join(f"(?:{one})" for one in allowed), re.MULTILINE).sub(" ", bare)
    lines = [re.sub(r"^\d+[.)] ", " ", HEADING.sub(" ", line)) for line in bare.splitlines()]
    plain = [(place, number) for place, line in enumerate(lines, start=1) for number in NUMBER.findall(line)]
    return sorted(plain + written, key=lambda found: found[0])


def _written_out(text: str) -> Iterator[tuple[int, str]]:
    """Give the numbers that a template holds instead of computing them: `{{ 12 | number }}`, `{% set n = 12 %}`."""
    if "{" not in text:
        return
    try:
        tree = Environment().parse(text)
    except TemplateSyntaxError:
        return
    for place in tree.find_all((nodes.Output, nodes.Assign)):
        for shown in place.nodes if isinstance(place, nodes.Output) else [place.node]:
            yield from ((shown.lineno, number) for number in _constants(shown))


def _constants(node: nodes.Node) -> Iterator[str]:
    """Give the numbers an expression comes to without computing anything: behind filters, a sign or a choice."""
    if isinstance(node, nodes.Filter | nodes.UnaryExpr) and node.node is not None:
        if getattr(node, "name", "") == "format":  # its text says how to write what is computed
            return
        yield from _constants(node.node)
    elif isinstance(node, nodes.CondExpr):
        for choice in (node.expr1, node.expr2):
            yield from _constants(choice) if choice is not None else ()
    elif isinstance(node, nodes.Const) and not isinstance(node.value, bool):
        yield from NUMBER.findall(str(node.value))
