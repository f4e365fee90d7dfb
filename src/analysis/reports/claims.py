"""Which numbers does a report state, and where does each come from? One row per number of its prose.

A number of a title, a lead, a reading or a paragraph is traced from the sentence to the table of the notebook it was
taken from, its row and column there, its interval and n, and the figure or table of the report that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.language import number, word
from analysis.reports.document import Document
from analysis.reports.traces import Said

__all__ = ["Exhibits", "claims", "field_claims", "tooltip"]

SHOWN = ("figure", "table", "kpi")
INLINE = ("text", "strong", "emphasis", "code", "link", "break")
ENDS = re.compile(r"[.!?…]+[»”\")]*(?=\s+\S)|\n")
HOLDING = (Said, dict, list, tuple)
PLAIN = {str, int, float, bool, type(None)}
ORDER = ("id", "section", "block", "field", "sentence", "text", "value", "low", "high", "n", "kind")
ORDER += ("between", "table", "row", "column", "exhibit")


def field_claims(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List what is known of the numbers in the fields of a block: its title, its lead, its reading.

    Parameters
    ----------
    block : mapping
        A block whose texts may remember their numbers; running text (`content`) keeps its own.

    Returns
    -------
    list of dict
        `field` (with dots where it lies deeper), `start` and `end` (places in the text), and what is known.

    Examples
    --------
    >>> from analysis.reports.traces import mark, said
    >>> field_claims({"title": said("from " + mark("3", {"value": 3}), "en"), "content": []})
    [{'field': 'title', 'start': 5, 'end': 6, 'value': 3}]
    """
    return list(_fields(block, ""))


def _fields(value: Any, path: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, Said):
        for start, end, known in value.claims:
            yield {"field": path, "start": start, "end": end, **known}
        return
    own = not isinstance(value, list | tuple)
    for key, inside in value.items() if own else enumerate(value):
        if inside.__class__ in PLAIN or (own and key in ("content", "claims")):
            continue
        if isinstance(inside, HOLDING):
            yield from _fields(inside, f"{path}.{key}" if path else str(key))


def claims(document: Document) -> list[dict[str, Any]]:
    """List the numbers a report states in words.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    list of dict
        In the order of the report: `id`; `section` (its title); `block` and `field` (`text` for running text);
        `sentence`; `text` (the number as printed); `value`, `low`, `high`, `n` (plain numbers, None where there is
        none); `kind` (`estimate`, `interval`, `count`, `value` or `given`); `between` (the interval in words);
        `table` (its name in the notebook, or the rule or file that gives it), `row` (levels that tell the row apart)
        and `column`; `exhibit` (`Figure 2`: what shows the same row, else the same table).

    Notes
    -----
    That a number is traced says where it comes from, not that the sentence around it is right.

    Examples
    --------
    >>> text = {"kind": "text", "text": "3", "claim": {"value": 3, "kind": "count", "table": "posts", "row": {}}}
    >>> prose = {"block": "prose", "title": "", "columns": 1,
    ...          "content": [{"kind": "paragraph", "children": [text, {"kind": "text", "text": " posts."}]}]}
    >>> [(row["id"], row["sentence"], row["table"]) for row in claims(Document("en", "Trial", (prose,)))]
    [('n1', '3 posts.', 'posts')]
    """
    exhibits = Exhibits(document)
    section, rows = "", []
    for block in document.blocks:
        section = block["title"] if block["block"] == "section" else section
        for claim in _of_block(block):
            where = {"section": section, "block": block["block"], "exhibit": exhibits.of(claim, block)}
            rows.append({**claim, **where, "id": f"n{len(rows) + 1}"})
    return [{key: row.get(key) for key in ORDER} for row in rows]


def _of_block(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the numbers of one block, those of its fields first, each with its sentence."""
    known = block.get("claims")
    said = field_claims(block) if known is None else known
    twice = block["block"] == "figure" and block.get("caption") == block.get("title")
    for claim in (claim for claim in said if not (twice and claim["field"] == "caption")):
        text = str(_field(block, claim["field"]))
        sentence = _sentence(text, claim["start"], claim["end"])
        yield {**claim, "sentence": sentence, "text": text[claim["start"] : claim["end"]]}
    for run in _runs(block.get("content", ())):
        text = "".join(node.get("text", " ") for node in run)
        place = 0
        for node in run:
            end = place + len(node.get("text", " "))
            if "claim" in node:
                told = {"sentence": _sentence(text, place, end), "text": node["text"], "field": "text"}
                yield {**node["claim"], **told}
            place = end


def _field(block: Any, path: str) -> Any:
    for key in path.split("."):
        block = block[int(key) if isinstance(block, list | tuple) else key]
    return block


def _runs(nodes: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Take running text apart into its paragraphs, list items and cells, each as a flat list of inline runs."""
    inline: list[Mapping[str, Any]] = []
    for node in nodes:
        if node["kind"] in INLINE and not node.get("block"):
            inline += _flat(node)
            continue
        if inline:
            yield inline
            inline = []
        yield from _runs(node.get("children", ()))
    if inline:
        yield inline


def _flat(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "children" not in node:
        return [node]
    return [leaf for child in node["children"] for leaf in _flat(child)]


def _sentence(text: str, start: int, end: int) -> str:
    """Take the sentence around a place."""
    begin = max((found.end() for found in ENDS.finditer(text) if found.end() <= start), default=0)
    stop = min((found.end() for found in ENDS.finditer(text) if found.start() >= end), default=len(text))
    return text[begin:stop].strip()


class Exhibits:
    """The figures and tables of a report, with the tables and rows of the notebook each shows.

    Parameters
    ----------
    document : Document
        The report.

    Notes
    -----
    A figure is taken to show the rows its own words give with an interval, and the tables it was given as its data.
    """

    def __init__(self, document: Document) -> None:
        self.rows: dict[str, set[str]] = {}
        self.tables: dict[str, set[str]] = {}
        self.language = document.language
        for block in document.blocks:
            if block["block"] in SHOWN:
                told = [claim for claim in _of_block(block) if claim.get("table")]
                sure = {claim["table"] for claim in told if claim["kind"] in ("estimate", "interval")}
                label = self._label(block)
                self.rows[label] = self.rows.get(label, set()) | {_identity(claim) for claim in told}
                self.tables[label] = self.tables.get(label, set()) | sure | set(block.get("tables", ()))

    def _label(self, block: Mapping[str, Any]) -> str:
        """Name an exhibit: `Figure 2`, or the title of key figures."""
        return str(block.get("label") or block.get("title") or word("report.indicators", self.language))

    def of(self, claim: Mapping[str, Any], block: Mapping[str, Any]) -> str | None:
        """Find what shows a number: the exhibit it is said of, else one of the same row, else of the same table."""
        if block["block"] in SHOWN:
            return self._label(block)
        if not claim.get("table"):
            return None
        row = _identity(claim)
        by_row = next((label for label, rows in self.rows.items() if row in rows), None)
        return by_row or next((k for k, tables in self.tables.items() if claim["table"] in tables), None)


def _identity(claim: Mapping[str, Any]) -> str:
    return f"{claim.get('table')} {sorted((claim.get('row') or {}).items(), key=str)}"


def tooltip(claim: Mapping[str, Any], exhibit: str | None, language: str) -> str:
    """Say in a few words what stands behind a number.

    Parameters
    ----------
    claim : mapping
        What is known of it.
    exhibit : str or None
        The figure or table that shows it.
    language : str
        `en` or `fr`.

    Returns
    -------
    str
        Its interval, or that it has none; n; the exhibit.

    Examples
    --------
    >>> tooltip({"kind": "estimate", "between": "38% to 50%", "n": 412}, "Figure 2", "en")
    'Interval: 38% to 50%. n = 412. Figure 2.'
    """
    kind = claim["kind"]
    parts = (
        [] if kind == "interval" else [word(f"claim.{kind}", language, between=claim.get("between") or "")]
    )
    if claim.get("n") is not None and kind != "count":
        parts.append(word("chart.n", language, n=number(claim["n"], language)))
    return " ".join(f"{part}." for part in [*parts, *filter(None, [exhibit])])
