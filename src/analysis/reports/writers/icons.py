"""The small signs writers set beside a change: established, an alert, or nothing established."""

from __future__ import annotations

from analysis.charts.tokens import COLOUR

__all__ = ["change_icon"]

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 12 12">'
ICONS = {
    "up": ('<path d="M6 1L11 10L1 10Z" style="fill: {}"/>', "accent"),
    "down": ('<path d="M6 11L11 2L1 2Z" style="fill: {}"/>', "accent"),
    "alert": ('<path d="M6 .5L11.5 6L6 11.5L.5 6Z" style="fill: {}"/>', "alert"),
    "flat": ('<circle cx="6" cy="6" r="4" style="fill: none; stroke: {}; stroke-width: 1.6"/>', "peer_line"),
}


def change_icon(state: str) -> str:
    """Draw the sign of a change: triangle for a rise or fall, diamond for an alert, ring where nothing is established.

    Parameters
    ----------
    state : str
        State of an indicator.

    Returns
    -------
    str
        SVG, 12 units wide; empty for `unknown`.

    Examples
    --------
    >>> change_icon("unknown")
    ''
    """
    if state not in ICONS:
        return ""
    shape, role = ICONS[state]
    return HEAD + shape.format(COLOUR[role]) + "</svg>"
