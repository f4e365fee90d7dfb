"""How are the numbers of a drawing written? With two decimals at most, as places and ways on a page."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["number", "spot", "tidy", "way"]


def tidy(text: str) -> str:
    """Shorten what matplotlib writes in an attribute: its numbers, its line ends, its faces of type.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> tidy("M 1.23456 2\\nL 3 4.5")
    'M 1.23 2 L 3 4.5'
    """
    if "\n" in text:
        text = re.sub(r"\s*\n\s*", " ", text)
    if "font-family" in text:
        text = re.sub(r"font-family: [^;]*; ", "", text)
    return re.sub(r"-?\d+\.\d{3,}", _rounded, text)


def _rounded(found: re.Match[str]) -> str:
    return _short(found[0])


@lru_cache(8192)
def _short(digits: str) -> str:
    text = f"{float(digits):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number(value: float) -> str:
    """Write a number.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Notes
    -----
    Rounded twice, as what matplotlib writes with six decimals is.

    Examples
    --------
    >>> number(3.14159), number(2.50), number(-0.001)
    ('3.14', '2.5', '0')
    """
    return _of_six(f"{value:f}")


@lru_cache(8192)
def _of_six(digits: str) -> str:
    text = digits.rstrip("0").rstrip(".")
    return _short(text) if len(text.partition(".")[2]) > 2 else text


def spot(place: tuple[float, float]) -> str:
    """Write where a mark or a word is.

    Parameters
    ----------
    place : tuple of float
        From the upper left corner.

    Returns
    -------
    str

    Examples
    --------
    >>> spot((1, 3.14159))
    'x="1" y="3.14"'
    """
    return f'x="{number(place[0])}" y="{number(place[1])}"'


def way(places: list[tuple[float, float]]) -> str:
    """Write the way from place to place.

    Parameters
    ----------
    places : list of tuple of float
        From the upper left corner.

    Returns
    -------
    str
        As a path is written.

    Examples
    --------
    >>> way([(1, 2), (3.14159, 4)])
    'M 1 2 L 3.14 4 '
    """
    return "M " + "L ".join([f"{number(x)} {number(y)} " for x, y in places])
