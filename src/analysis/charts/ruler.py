"""How much room does a line of text take? What matplotlib measures, from its letters: they recur, lines do not."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags
from matplotlib.textpath import TextToPath

__all__ = ["SIZE", "Ruler", "extent", "face"]

FACES = {"DejaVuSans.ttf": False, "DejaVuSans-Bold.ttf": True}
SIZE, EM = 100, 2048  # the size matplotlib measures at, and the units of these faces to that size
# Letters of one glyph each, from left to right.
PLAIN = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u017f\u2010-\u2015\u2018-\u201e\u2026\u202f\u2030\u20ac\u2190-\u2193\u2212]*"
)
PIECES = re.compile("ff[il]?|f[il]|.")  # what these faces draw as one


class Ruler(TextToPath):
    """Measure texts as matplotlib does.

    Examples
    --------
    >>> font = FontProperties(family="DejaVu Sans", size=11)
    >>> theirs = TextToPath().get_text_width_height_descent("Fiche 44 %", font, False)
    >>> Ruler().get_text_width_height_descent("Fiche 44 %", font, False) == theirs
    True
    """

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: bool | str) -> Any:
        """Give width, height and depth below the line, in units."""
        bold = None if ismath else FACES.get(Path(prop.get_file() or findfont(prop)).name)
        if bold is None or not PLAIN.fullmatch(s):
            return super().get_text_width_height_descent(s, prop, ismath)
        scale = prop.get_size_in_points() / SIZE
        return tuple(side / 64 * scale for side in extent(s, bold))


@cache
def face(bold: bool) -> Path:
    """Find the file of DejaVu Sans, which comes with matplotlib.

    Parameters
    ----------
    bold : bool

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> face(bold=True).name
    'DejaVuSans-Bold.ttf'
    """
    name = next(name for name, heavy in FACES.items() if heavy == bold)
    return Path(mpl.get_data_path(), "fonts", "ttf", name)


@cache
def extent(line: str, bold: bool) -> tuple[int, int, int]:
    """Measure a line of text in DejaVu Sans.

    Parameters
    ----------
    line : str
    bold : bool

    Returns
    -------
    tuple of int
        Width, height and depth below the line, in 64ths of a unit, at a size of `SIZE` units.

    Notes
    -----
    The height is that of the ink, not of the line.

    Examples
    --------
    >>> [extent(text, bold=False)[0] for text in ("A", "V", "AV")]
    [4378, 4378, 8347]
    """
    if not PLAIN.fullmatch(line):
        return _whole(line, bold)
    pieces = PIECES.findall(line)
    sides = [_piece(piece, bold) for piece in pieces]
    width = sum([side[0] for side in sides]) + sum([_kern(*pair, bold) for pair in pairwise(pieces)])
    depth = max([side[2] for side in sides], default=0)
    return width, max([side[1] - side[2] for side in sides], default=0) + depth, depth


@cache
def _piece(piece: str, bold: bool) -> tuple[int, int, int]:
    if len(piece) > 1:
        return _whole(piece, bold)
    glyph = _font(bold).load_char(ord(piece), flags=LoadFlags.NO_HINTING)
    return glyph.horiAdvance, glyph.bbox[3] - glyph.bbox[1], -glyph.bbox[1]


@cache
def _kern(first: str, second: str, bold: bool) -> int:
    """Say how much the second piece is moved for coming after the first."""
    if len(first + second) > 2:
        return _whole(first + second, bold)[0] - _piece(first, bold)[0] - _piece(second, bold)[0]
    font = _font(bold)
    left, right = (font.get_char_index(ord(letter)) for letter in (first, second))
    units = font.get_kerning(left, right, Kerning.UNSCALED)
    return (units * SIZE * 64 + EM // 2) // EM


def _whole(text: str, bold: bool) -> tuple[int, int, int]:
    font = _font(bold)
    font.set_text(text, 0, flags=LoadFlags.NO_HINTING)
    return *font.get_width_height(), font.get_descent()


@cache
def _font(bold: bool) -> FT2Font:
    font = FT2Font(face(bold))
    font.set_size(SIZE, 72)
    return font
