"""Which faces is a brand set in? Fonts that come with the suite by name, or font files that may be embedded."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from analysis.charts.tokens import SANS_PRINT, SERIF_PRINT
from analysis.errors import DataError, did_you_mean

__all__ = ["BUNDLED", "DRAWN", "Face", "face_rules", "read_faces"]

HERE = Path(__file__).parents[1] / "fonts"
DRAWN = Path(find_spec("matplotlib").origin).with_name("mpl-data") / "fonts" / "ttf"  # found, not imported
BUNDLED = {
    "Libertinus Serif": (),
    "DejaVu Sans": tuple(f"DejaVuSans{slant}.ttf" for slant in ("", "-Oblique", "-Bold", "-BoldOblique")),
    "DejaVu Serif": tuple(f"DejaVuSerif{slant}.ttf" for slant in ("", "-Italic", "-Bold", "-BoldItalic")),
}
LIBERTINUS = (("400", "normal"), ("400", "italic"), ("600", "normal"), ("600", "italic"))
DEFAULT = {"serif": SERIF_PRINT, "sans": SANS_PRINT}
LATIN = [*range(0x20, 0x250), *range(0x2B0, 0x300), *range(0x1E00, 0x1F00), *range(0x2000, 0x2220)]
LATIN += [0x2236, *range(0x2248, 0x2270), *range(0x25A0, 0x2600), 0xFB01, 0xFB02]
RESTRICTED = 0x2
SETTING = {
    "GlyphOrder",
    "head",
    "hhea",
    "maxp",
    "OS/2",
    "hmtx",
    "cmap",
    "fpgm",
    "prep",
    "cvt ",
    "loca",
    "glyf",
    "CFF ",
}
SETTING |= {
    "name",
    "post",
    "gasp",
    "GDEF",
    "GPOS",
    "GSUB",
    "kern",
    "CFF2",
    "fvar",
    "avar",
    "gvar",
    "HVAR",
    "STAT",
}


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: what it calls itself."""

    family: str
    weight: int
    italic: bool


@cache
def _opened(path: Path) -> Face:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        family = font["name"].getBestFamilyName()
        if not re.fullmatch(r"[\w .&+-]{1,80}", str(family)):
            raise DataError(
                f'{path.name}: the font calls itself "{family}", which a style sheet cannot name.'
            )
        if font["OS/2"].fsType & 0xF == RESTRICTED:
            raise DataError(f"{path.name}: its licence bits forbid embedding the font. Choose another font.")
        return Face(str(family), int(font["OS/2"].usWeightClass), bool(font["OS/2"].fsSelection & 1))


def read_faces(given: str | Sequence[Path], role: str, file: str) -> str:
    """Find the family a brand asks for, and check that its files can be set and embedded.

    Parameters
    ----------
    given : str or sequence of pathlib.Path
        A bundled name, or TrueType or OpenType files of one family.
    role : str
        `serif` (words) or `sans` (data), for messages.
    file : str
        Name of the file that asks, for messages.

    Returns
    -------
    str
        The family's name.

    Raises
    ------
    DataError
        For a name that is not bundled, a missing or unreadable file, several families, or a font that may not be
        embedded.

    Examples
    --------
    >>> read_faces("DejaVu Serif", "serif", "brand.yml")
    'DejaVu Serif'
    """
    if isinstance(given, str):
        if given not in BUNDLED:
            raise DataError(
                f'{file}: fonts.{role} "{given}" is not bundled.{did_you_mean(given, BUNDLED)} '
                f"Bundled: {', '.join(BUNDLED)}; or list font files (.ttf, .otf)."
            )
        return given
    families = {_face(path, role, file).family for path in given}
    if len(families) != 1:
        raise DataError(
            f"{file}: fonts.{role} lists files of several families: {', '.join(sorted(families))}."
        )
    return families.pop()


def _face(path: Path, role: str, file: str) -> Face:
    if not path.is_file():
        raise DataError(f'{file}: fonts.{role}: there is no file "{path.name}".')
    if path.suffix.lower() not in (".ttf", ".otf"):
        raise DataError(f"{file}: fonts.{role}: {path.name} is neither .ttf nor .otf, which a PDF needs.")
    from fontTools.ttLib import TTLibError

    try:
        return _opened(path)
    except (TTLibError, KeyError, AttributeError) as error:
        raise DataError(f"{file}: fonts.{role}: {path.name} cannot be read as a font: {error}") from None


def face_rules(family: str, role: str, files: Sequence[Path]) -> str:
    """Write the style rules that embed a family in a web page.

    Parameters
    ----------
    family : str
        From `read_faces`.
    role : str
        `serif` or `sans`; the suite's own sans is what the reader's system has, and is not embedded.
    files : sequence of pathlib.Path
        The brand's own files; empty for a bundled family.

    Returns
    -------
    str
        `@font-face` rules with the Latin part of each font inside.

    Examples
    --------
    >>> face_rules("DejaVu Sans", "sans", [])
    ''
    >>> face_rules("DejaVu Serif", "serif", []).count("@font-face")
    4
    """
    if files:
        return "".join(_own_rule(path) for path in files)
    if family == "Libertinus Serif":
        return "".join(_rule(family, int(w), s, _libertinus(w, s), "woff2") for w, s in LIBERTINUS)
    if family == DEFAULT[role]:
        return ""
    return "".join(_own_rule(DRAWN / name) for name in BUNDLED[family])


def _own_rule(path: Path) -> str:
    face = _opened(path)
    return _rule(face.family, face.weight, "italic" if face.italic else "normal", _latin(path), "truetype")


def _libertinus(weight: str, slant: str) -> bytes:
    return (HERE / f"libertinus-serif-latin-{weight}-{slant}.woff2").read_bytes()


@cache
def _latin(path: Path) -> bytes:
    """Keep the Latin part of a font, which is what a page needs; the same file gives the same bytes."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(
        recalc_timestamp=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 13, 14],
        layout_features=["kern", "liga", "lnum", "tnum", "mark", "mkmk", "ccmp", "locl"],
    )
    with TTFont(path, recalcTimestamp=False) as font:
        options.drop_tables = [*options.drop_tables, *sorted({*font.keys()} - SETTING)]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=LATIN)
        subsetter.subset(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _rule(family: str, weight: int, slant: str, content: bytes, kind: str) -> str:
    mime = {"woff2": "font/woff2", "truetype": "font/ttf"}[kind]
    return (
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{slant};"
        f"font-display:block;src:url(data:{mime};base64,{b64encode(content).decode()}) format('{kind}')}}"
    )
