"""How dark must a colour be to be read? Contrast, lightness, and the nearest shade of the same hue that passes."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable

from analysis.charts.tokens import PALETTE, contrast
from analysis.errors import ParameterError

__all__ = [
    "APART",
    "GRAPHIC",
    "TEXT",
    "blend",
    "brand_palette",
    "channels",
    "lightness",
    "nearest_shade",
    "with_lightness",
]

TEXT, GRAPHIC, APART = 4.5, 3.0, 12.0
HEX = re.compile(r"#[0-9a-fA-F]{6}")
STEPS = 1000


def channels(colour: str) -> tuple[float, float, float]:
    """Read a hex colour as red, green and blue between 0 and 1.

    Parameters
    ----------
    colour : str
        Such as `#0A4F73`.

    Returns
    -------
    tuple of float

    Raises
    ------
    ParameterError
        When it is not six hexadecimal digits after a `#`.

    Examples
    --------
    >>> channels("#FF0033")
    (1.0, 0.0, 0.2)
    """
    if not isinstance(colour, str) or not HEX.fullmatch(colour):
        raise ParameterError(f'"{colour}" is not a colour. Write six hexadecimal digits after #: "#0A4F73".')
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(min(max(part, 0), 1) * 255):02X}" for part in rgb)


def blend(first: str, second: str, share: float) -> str:
    """Mix two colours.

    Parameters
    ----------
    first, second : str
        Hexes.
    share : float
        Part of the first, from 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> blend("#000000", "#FFFFFF", 0.2)
    '#CCCCCC'
    """
    pairs = zip(channels(first), channels(second), strict=True)
    return _hex(tuple(share * one + (1 - share) * other for one, other in pairs))


def lightness(colour: str) -> float:
    """Compute the CIE lightness L* of a colour: what is left of it in grey.

    Parameters
    ----------
    colour : str
        Hex.

    Returns
    -------
    float
        0 for black to 100 for white.

    Notes
    -----
    Two colours of equal lightness look the same when printed in grey, however different their hues.
    Definition: CIE 015:2018, white D65.

    Examples
    --------
    >>> round(lightness("#777777"), 1), round(lightness("#FFFFFF"))
    (50.0, 100)
    """
    light = contrast(colour, "#000000") * 0.05 - 0.05
    return 116 * light ** (1 / 3) - 16 if light > (6 / 29) ** 3 else light * (29 / 3) ** 3


def _at(colour: str, level: float) -> str:
    """Set how light a colour is and leave its hue and its saturation as they are."""
    hue, _, saturation = colorsys.rgb_to_hls(*channels(colour))
    return _hex(colorsys.hls_to_rgb(hue, level, saturation))


def nearest_shade(colour: str, passes: Callable[[str], bool]) -> str | None:
    """Find the shade of the same hue, as little lighter or darker as can be, that passes.

    Parameters
    ----------
    colour : str
        Hex.
    passes : callable
        Takes a hex, says whether it will do.

    Returns
    -------
    str or None
        Nothing when no shade of that hue passes.

    Examples
    --------
    >>> nearest_shade("#E0A030", lambda shade: contrast(shade, "#FFFFFF") >= 4.5)
    '#9E6D18'
    """
    start = colorsys.rgb_to_hls(*channels(colour))[1]
    levels = sorted(
        (step / STEPS for step in range(STEPS + 1)), key=lambda level: (abs(level - start), level)
    )
    return next((shade for shade in (_at(colour, level) for level in levels) if passes(shade)), None)


def with_lightness(colour: str, target: float) -> str:
    """Give the shade of a hue that has a wanted lightness L*.

    Parameters
    ----------
    colour : str
        Hex.
    target : float
        0 to 100.

    Returns
    -------
    str

    Examples
    --------
    >>> round(lightness(with_lightness("#7A1F3D", 77)))
    77
    """
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if lightness(_at(colour, middle)) < target else (low, middle)
    return _at(colour, high)


def brand_palette(given: dict[str, str]) -> dict[str, dict[str, str]]:
    """Derive the light and the dark palette from the few colours of a brand.

    Parameters
    ----------
    given : dict of str to str
        Hexes for any of `accent`, `accent_dark`, `alert`, `alert_dark`, `ink`.

    Returns
    -------
    dict of str to dict
        `light` and `dark`, each with every role of `analysis.charts.tokens.PALETTE`. What the brand does not give is
        derived from its accent, or stays as it is.

    Notes
    -----
    A palette derived from a weak colour is weak: check the colours given against it before using it.

    Examples
    --------
    >>> made = brand_palette({"accent": "#7A1F3D"})
    >>> made["light"]["accent"], made["light"]["band"], made["light"]["paper"]
    ('#7A1F3D', '#7A1F3D', '#FFFFFF')
    """
    light, dark = dict(PALETTE["light"]), dict(PALETTE["dark"])
    if "ink" in given:
        light["ink"] = given["ink"]
    if "accent" in given:
        _accented(light, dark, given["accent"], given.get("accent_dark"))
    elif "accent_dark" in given:
        dark |= {
            "accent": given["accent_dark"],
            "accent_tint": _tint(given["accent_dark"], dark["paper"], 0.28),
        }
    light["alert"] = given.get("alert") or _apart(light["alert"], light["accent"])
    if light["alert"] != PALETTE["light"]["alert"]:
        light |= {"cat2": light["alert"], "alert_tint": _tint(light["alert"], light["paper"], 0.1)}
        dark["alert"] = with_lightness(light["alert"], lightness(PALETTE["dark"]["alert"]))
    dark["alert"] = given.get("alert_dark") or dark["alert"]
    if dark["alert"] != PALETTE["dark"]["alert"]:
        dark |= {"cat2": dark["alert"], "alert_tint": _tint(dark["alert"], dark["paper"], 0.25)}
    return {"light": light, "dark": dark}


def _accented(light: dict[str, str], dark: dict[str, str], accent: str, night: str | None) -> None:
    """Set everything that follows the accent: its tint, its band, the first category, its night shades."""
    usual = PALETTE["dark"]
    night = night or with_lightness(accent, lightness(usual["accent"]))
    band = with_lightness(accent, min(lightness(usual["band"]), lightness(accent)))
    light |= {
        "accent": accent,
        "cat1": accent,
        "band": accent,
        "accent_tint": _tint(accent, light["paper"], 0.18),
    }
    light["on_band2"] = _second(accent, light["on_band"])
    dark |= {"accent": night, "cat1": with_lightness(night, lightness(usual["cat1"])), "band": band}
    dark |= {"accent_tint": _tint(night, dark["paper"], 0.28), "on_band2": _second(band, dark["on_band"])}


def _tint(colour: str, paper: str, share: float) -> str:
    """Mix a colour into the paper, no more than lets the colour itself be read on the mix."""
    shares = [share * step / 20 for step in range(20, 5, -1)]
    mixes = [blend(colour, paper, part) for part in shares]
    return next((mix for mix in mixes if contrast(colour, mix) >= TEXT), mixes[-1])


def _second(band: str, text: str) -> str:
    """Give the second text on the band: quieter than the first, and still read."""
    mixes = [blend(text, band, share / 100) for share in range(62, 101, 2)]
    return next((mix for mix in mixes if contrast(mix, band) >= TEXT), text)


def _apart(alert: str, accent: str) -> str:
    """Darken the suite's own alert until it differs from the accent in grey too."""
    if abs(lightness(alert) - lightness(accent)) >= APART:
        return alert
    return with_lightness(alert, max(lightness(accent) - APART - 0.5, 0))
