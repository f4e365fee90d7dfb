"""What does everything we draw look like? Every colour, size and line, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = [
    "COLOUR",
    "DOT",
    "GRID",
    "LINE",
    "NARROW",
    "PALETTE",
    "SANS",
    "SANS_PRINT",
    "SERIF",
    "SERIF_PRINT",
    "STYLE",
    "TYPE",
    "WIDE",
    "TypeSize",
    "contrast",
    "css_variables",
    "recolour",
]

WIDE, NARROW = 680, 350
PALETTE: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#FFFFFF",
        "wash": "#F7F5F0",
        "ink": "#18212F",
        "ink2": "#475264",
        "ink3": "#616B7C",
        "accent": "#0A4F73",
        "accent_tint": "#D3E4EC",
        "alert": "#B2501A",
        "alert_tint": "#FBEEE5",
        "peer": "#CDD2D9",
        "peer_line": "#616B7D",
        "rule": "#D8DBE0",
        "hatch": "#B4BBC5",
        "cat1": "#0A4F74",
        "cat2": "#B2501B",
        "cat3": "#4E9E8F",
        "cat4": "#DDB04A",
        "cat5": "#CDD2DA",
        "band": "#0A4F72",
        "on_band": "#FEFEFE",
        "on_band2": "#A3C6D8",
    },
    "dark": {
        "paper": "#12171F",
        "wash": "#1B222D",
        "ink": "#ECE9E2",
        "ink2": "#BAC1CC",
        "ink3": "#98A2B1",
        "accent": "#7CC8EA",
        "accent_tint": "#1F4558",
        "alert": "#F0935A",
        "alert_tint": "#4A2D1B",
        "peer": "#434D5E",
        "peer_line": "#98A2B1",
        "rule": "#343D4B",
        "hatch": "#55617A",
        "cat1": "#A6DCF5",
        "cat2": "#E8894E",
        "cat3": "#3E9183",
        "cat4": "#8A6A1F",
        "cat5": "#434D5E",
        "band": "#0F3A52",
        "on_band": "#FEFEFE",
        "on_band2": "#A3C6D8",
    },
}
COLOUR = PALETTE["light"]


@dataclass(frozen=True)
class TypeSize:
    """Give one role of type its size in print (pt), on a screen and on a phone (px), its face and weight."""

    print: float
    screen: float
    phone: float
    leading: float
    face: str
    weight: int


TYPE = {
    "name": TypeSize(33, 56, 42, 1.0, "serif", 600),
    "section": TypeSize(19, 32, 26, 1.12, "serif", 600),
    "finding": TypeSize(14, 24, 20, 1.2, "serif", 600),
    "title": TypeSize(12, 20, 20, 1.2, "serif", 600),
    "lead": TypeSize(11.3, 19, 19, 1.4, "serif", 400),
    "body": TypeSize(10.5, 18, 17, 1.4, "serif", 400),
    "label": TypeSize(8, 11, 11, 1.3, "sans", 400),
    "value": TypeSize(8, 11.5, 11.5, 1.3, "sans", 700),
    "note": TypeSize(7.5, 10, 10, 1.3, "sans", 400),
}
LINE = {
    "section": 2,
    "hairline": 1,
    "grid": 0.8,
    "interval": 2.2,
    "benchmark": 1.3,
    "series": 2.2,
    "peer": 1.3,
}
DOT = {"small": 3.0, "normal": 4.4, "large": 6.0, "rim": 1.5}
GRID = {"step": 4, "row": 26, "rail": 220, "gap": 60, "column": 720, "phone": 390}
SERIF = "'Libertinus Serif','Iowan Old Style','Palatino Linotype',Palatino,Georgia,'DejaVu Serif',serif"
SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"
SERIF_PRINT, SANS_PRINT = "Libertinus Serif", "DejaVu Sans"
STYLE = {
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": COLOUR["rule"],
    "axes.labelcolor": COLOUR["ink2"],
    "axes.linewidth": LINE["hairline"],
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.unicode_minus": True,
    "grid.color": COLOUR["rule"],
    "grid.linewidth": LINE["grid"],
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TYPE["label"].screen,
    "text.color": COLOUR["ink"],
    "text.parse_math": False,
    "text.usetex": False,
    "text.hinting": "none",
    "xtick.color": COLOUR["ink3"],
    "ytick.color": COLOUR["ink3"],
    "xtick.labelsize": TYPE["note"].screen,
    "ytick.labelsize": TYPE["label"].screen,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": LINE["series"],
    "lines.solid_capstyle": "round",
    "lines.dash_capstyle": "butt",
    "path.simplify": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "small-business-social",
    "figure.dpi": 72,
    "savefig.dpi": 72,
}


def css_variables() -> dict[str, str]:
    """Name the CSS variable of each colour role.

    Returns
    -------
    dict of str to str
        For example `accent_tint` to `var(--accent-tint)`.

    Examples
    --------
    >>> css_variables()["accent_tint"]
    'var(--accent-tint)'
    """
    return {role: f"var(--{role.replace('_', '-')})" for role in COLOUR}


def recolour(svg: str, colours: Mapping[str, str]) -> str:
    """Give the colour roles of a drawing other colours.

    Parameters
    ----------
    svg : str
        From `draw_svg`.
    colours : mapping of str to str
        Role to colour: `PALETTE["dark"]`, a client's two colours, or `css_variables()` so that one drawing
        serves light, dark and print.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        When a role is not one of `PALETTE["light"]`.

    Examples
    --------
    >>> recolour('<path style="fill: #0a4f73"/>', css_variables())
    '<path style="fill: var(--accent)"/>'
    """
    swaps = {COLOUR[role].lower(): colour for role, colour in colours.items()}
    return re.sub(r"#[0-9a-fA-F]{6}\b", lambda hexa: swaps.get(hexa[0].lower(), hexa[0]), svg)


def contrast(first: str, second: str) -> float:
    """Compute the contrast ratio of two colours.

    Parameters
    ----------
    first, second : str
        Hexes such as `#0A4F73`.

    Returns
    -------
    float
        From 1 to 21; text needs 4.5.

    Notes
    -----
    Relative luminance as in WCAG 2.2; it says nothing of colour-blind readers.

    Examples
    --------
    >>> round(contrast("#0A4F73", "#FFFFFF"), 1)
    8.8
    """
    light, dark = sorted((_luminance(colour) for colour in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
