"""What do texts and slides look like? The theme's colours and sizes, in typefaces that Office has, or the brand's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.charts.theme import SANS_PRINT, SERIF_PRINT, TYPE, recolour
from analysis.reports.document import Document

__all__ = ["SIZE", "Look", "look"]

SIZE = {role: size.print for role, size in TYPE.items()}
SERIF, SANS, MONO = "Cambria", "Arial", "Courier New"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by role (six hexadecimal digits) and the typefaces of words, data and code."""

    colour: Mapping[str, str]
    serif: str = SERIF
    sans: str = SANS
    mono: str = MONO

    def face(self, role: str) -> str:
        """Give the typeface of a role: `serif`, `sans` or `mono`."""
        return {"serif": self.serif, "sans": self.sans, "mono": self.mono}[role]

    def drawn(self, drawing: str) -> str:
        """Give a drawing the brand's colours."""
        return recolour(drawing, {role: f"#{colour}" for role, colour in self.colour.items()})


def look(document: Document) -> Look:
    """Choose a document's colours and typefaces.

    Parameters
    ----------
    document : Document
        The report, with its brand.

    Returns
    -------
    Look

    Notes
    -----
    Office files name typefaces and do not carry them: a brand's own typeface is replaced where it is not installed.

    Examples
    --------
    >>> look(Document("en", "Trial", ())).colour["accent"]
    '0A4F73'
    """
    colours = {
        role: colour.lstrip("#").upper() for role, colour in document.brand["colours"]["light"].items()
    }
    fonts = document.brand["fonts"]
    serif = SERIF if fonts["serif"] == SERIF_PRINT else fonts["serif"]
    return Look(colours, serif, SANS if fonts["sans"] == SANS_PRINT else fonts["sans"])
