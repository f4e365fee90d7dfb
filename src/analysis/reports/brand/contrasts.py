"""Can the colours of a brand be read? Every colour given is held to WCAG AA on each ground it is shown on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.charts.shades import (
    APART,
    GRAPHIC,
    TEXT,
    brand_palette,
    channels,
    lightness,
    nearest_shade,
)
from analysis.charts.tokens import contrast
from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = ["COLOURS", "checked_palette"]

COLOURS = ("accent", "accent_dark", "alert", "alert_dark", "ink")
GROUNDS = {
    "accent": (("paper", TEXT), ("wash", TEXT), ("accent_tint", TEXT), ("on_band", TEXT), ("peer", GRAPHIC)),
    "alert": (("paper", TEXT), ("wash", TEXT), ("peer", GRAPHIC)),
    "ink": (("paper", TEXT), ("wash", TEXT), ("accent_tint", TEXT), ("peer", TEXT)),
}


def checked_palette(given: Mapping[str, object], file: str) -> dict[str, dict[str, str]]:
    """Derive the palettes of a brand, and refuse colours that cannot be read.

    Parameters
    ----------
    given : mapping of str to str
        Hexes for any of `accent`, `accent_dark`, `alert`, `alert_dark`, `ink`.
    file : str
        Name of the file they stand in, for messages.

    Returns
    -------
    dict of str to dict
        `light` and `dark`, each role with its hex.

    Raises
    ------
    DataError
        For an unknown name, what is no colour, a contrast below WCAG 2.2 AA (4.5 for text, 3 for graphics), or an
        alert that is as light as the accent. The message gives the nearest shade of the same hue that passes.

    Notes
    -----
    Passing says that words can be read, not that colour-blind readers tell the colours apart: shapes do that.

    Examples
    --------
    >>> checked_palette({"accent": "#E0A030"}, "brand.yml")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: brand.yml: colours.accent "#E0A030" has a contrast of 2.09:1 on the wash ...
    """
    colours = {name: _colour(name, value, file) for name, value in given.items()}
    for name, colour in colours.items():
        fault = next(_faults(name, colours), None)
        if fault:
            better = nearest_shade(colour, lambda shade, name=name: _passes(name, {**colours, name: shade}))
            cure = (
                f'The nearest shade of the same hue that passes is "{better}".'
                if better
                else "Choose another."
            )
            raise DataError(f'{file}: colours.{name} "{colour}" {fault} {cure}')
    return brand_palette(colours)


def _colour(name: str, value: object, file: str) -> str:
    if name not in COLOURS:
        raise DataError(
            f'{file}: unknown colour "{name}".{did_you_mean(str(name), COLOURS)} Colours: {", ".join(COLOURS)}.'
        )
    try:
        channels(value)  # type: ignore[arg-type]
    except ParameterError as error:
        raise DataError(f"{file}: colours.{name}: {error}") from None
    return str(value).upper()


def _passes(name: str, colours: Mapping[str, str]) -> bool:
    return next(_faults(name, colours), None) is None


def _faults(name: str, colours: Mapping[str, str]) -> Iterator[str]:
    """Word what is wrong with one colour of the brand, the worst ground first."""
    role, night = name.removesuffix("_dark"), name.endswith("_dark")
    palette = brand_palette(dict(colours))["dark" if night else "light"]
    colour = colours[name]
    weak = [
        (contrast(colour, palette[ground]) / needed, ground, needed)
        for ground, needed in GROUNDS[role]
        if not (night and ground == "on_band") and contrast(colour, palette[ground]) < needed
    ]
    for _, ground, needed in sorted(weak):
        what = "text" if needed == TEXT else "graphics"
        yield (
            f"has a contrast of {contrast(colour, palette[ground]):.2f}:1 on {SAID[ground]} ({palette[ground]}); "
            f"{what} needs {needed}:1."
        )
    if name == "alert" and abs(lightness(colour) - lightness(palette["accent"])) < APART:
        yield (
            f"is as light as the accent ({palette['accent']}): L* {lightness(colour):.0f} and "
            f"{lightness(palette['accent']):.0f}; printed in grey they need {APART:.0f} between them."
        )


SAID = {
    "paper": "the paper",
    "wash": "the wash of the notes",
    "accent_tint": "the tint of the accent",
    "on_band": "the words of the cover",
    "peer": "the band of the peers",
}
