"""How does a web page say what stands behind a number? By a `data` element, and by a list anyone can open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from analysis.language import word
from analysis.reports.claims import Exhibits, claims, tooltip
from analysis.reports.document import Document

__all__ = ["Numbers"]

LINES = ("title", "lead", "measured", "reading", "source", "subtitle", "meta", "caption", "label")
DATA = Markup('<data value="{}" title="{}">{}</data>')


class Numbers:
    """Set the numbers of a report so that each tells its value, its interval, its n and what shows it.

    Parameters
    ----------
    document : Document
        The report.
    raised : callable
        Sets a run of text: takes the text and the language.

    Notes
    -----
    The value of an interval is its two ends with a stroke between, as ISO 8601 writes intervals.
    """

    def __init__(self, document: Document, raised: Callable[[str, str], Markup]) -> None:
        self.document = document
        self.language = document.language
        self.raised = raised
        self.exhibits = Exhibits(document)

    def run(self, node: Mapping[str, Any]) -> Markup:
        """Set one run of running text."""
        return self._set(node["text"], node.get("claim"), {"block": "prose"})

    def lines(self, block: Mapping[str, Any]) -> dict[str, Markup]:
        """Set the lines of a block that hold numbers: its title, its lead, its reading."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for claim in block.get("claims", ()):
            if claim["field"] in LINES and block["block"] != "kpi":
                found.setdefault(claim["field"], []).append(claim)
        return {name: self._line(block[name], told, block) for name, told in found.items()}

    def _line(self, text: str, told: list[Mapping[str, Any]], block: Mapping[str, Any]) -> Markup:
        parts, last = [], 0
        for claim in told:
            parts.append(self.raised(text[last : claim["start"]], self.language))
            parts.append(self._set(text[claim["start"] : claim["end"]], claim, block))
            last = claim["end"]
        return Markup("").join([*parts, self.raised(text[last:], self.language)])

    def _set(self, text: str, claim: Mapping[str, Any] | None, block: Mapping[str, Any]) -> Markup:
        shown = self.raised(text, self.language)
        if claim is None:
            return shown
        ends = f"{claim['low']}/{claim['high']}" if claim["kind"] == "interval" else claim["value"]
        return DATA.format(ends, tooltip(claim, self.exhibits.of(claim, block), self.language), shown)

    def listed(self) -> Markup:
        """List every number of the text for whoever cannot point at one; closed until it is opened."""
        rows = [
            Markup('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>').format(
                row["text"],
                self.raised(row["sentence"], self.language),
                tooltip(row, row["exhibit"], self.language),
            )
            for row in claims(self.document)
            if row["field"] != "drawing.alt"
        ]
        heads = [word(f"claim.{key}", self.language) for key in ("number", "sentence", "behind")]
        head = Markup("").join(Markup('<th scope="col">{}</th>').format(text) for text in heads)
        summary = word("claim.list", self.language, n=len(rows))
        table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
            head, Markup("").join(rows)
        )
        frame = Markup('<details class="numbers"><summary>{}</summary>{}</details>')
        return frame.format(summary, table) if rows else Markup("")
