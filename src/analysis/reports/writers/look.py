"""What do texts and slides look like? The theme's colours and sizes, in typefaces that Office has, or the brand's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.charts.tokens import SANS_PRINT, SERIF_PRINT, TYPE, recolour
from analysis.reports.brand import CONTACT
from analysis.reports.document import Document

__all__ = ["SERIF", "SIZE", "Look", "imprint", "logo", "look"]

SIZE = {role: size.print for role, size in TYPE.items()}
SERIF, SANS, MONO = "Cambria", "Arial", "Courier New"
LOGO_HEIGHT = 60


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


def logo(document: Document) -> str:
    """Give the brand's logo as a drawing, whatever kind of file it came from.

    Parameters
    ----------
    document : Document
        The report, with its brand.

    Returns
    -------
    str
        SVG, 60 units high; empty where there is no logo.

    Examples
    --------
    >>> logo(Document("en", "Trial", ()))
    ''
    """
    given = document.brand["logo"]
    if given is None:
        return ""
    width = round(LOGO_HEIGHT * given["ratio"], 2)
    data = f"data:{given['type']};base64,{given['data']}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {LOGO_HEIGHT}">'
        f'<image width="{width}" height="{LOGO_HEIGHT}" href="{data}"/></svg>'
    )


def imprint(document: Document) -> str:
    """Give the lines a report is signed with at its end: how to reach the consultant, and the legal line.

    Parameters
    ----------
    document : Document
        The report, with its brand.

    Returns
    -------
    str
        Empty where the brand has neither.

    Examples
    --------
    >>> imprint(Document("en", "Trial", ()))
    ''
    """
    contact = document.brand["contact"]
    reached = " · ".join(str(contact[name]) for name in CONTACT if name in contact)
    return "\n".join(line for line in (reached, document.legal) if line)
