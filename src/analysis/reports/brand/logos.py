"""Is a logo safe to print? SVG that only draws, or PNG; nothing that runs, nothing fetched from elsewhere."""

from __future__ import annotations

import io
import re
import struct
from base64 import b64encode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from analysis.errors import DataError

__all__ = ["read_logo"]

LARGEST, MOST = 500_000, 10_000_000  # bytes, dots
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
DRAWN = {
    *(
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
    ),
    *("polygon", "linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"),
    *("style", "image", "filter", "marker", "switch"),
}
LETTERED = ("text", "tspan", "textPath")
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(|\\", re.IGNORECASE)
INSIDE = re.compile(r"#|data:image/(?:png|jpeg);base64,")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
SIZE = re.compile(r"\s*([\d.]+)\s*(?:px|pt|mm|cm|in)?\s*")


def read_logo(path: Path, alt: str, file: str) -> dict[str, Any]:
    """Read a logo and make sure that it only draws.

    Parameters
    ----------
    path : pathlib.Path
        An SVG or PNG file.
    alt : str
        What it says to who cannot see it.
    file : str
        Name of the file that asks for it, for messages.

    Returns
    -------
    dict
        `type` (`image/svg+xml` or `image/png`), `data` (base64), `alt`, `ratio` (width by height).

    Raises
    ------
    DataError
        When it is missing, too large, damaged, neither SVG nor PNG, or an SVG that runs or fetches anything.

    Notes
    -----
    What an editor such as Inkscape adds to an SVG for itself is left out; drawing elements are kept as they are.

    Examples
    --------
    >>> read_logo(Path("none.svg"), "Cabinet", "brand.yml")
    Traceback (most recent call last):
    ...
    analysis.errors.DataError: brand.yml: there is no logo "none.svg". ...
    """
    if not path.is_file():
        raise DataError(
            f'{file}: there is no logo "{path.name}". Its place counts from the folder of {file}.'
        )
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise DataError(
            f"{path.name}: the logo has {len(content):,} bytes; {LARGEST:,} are allowed. Make it smaller."
        )
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, (width, height) = "image/png", _pixels(content, path.name)
    elif path.suffix.lower() == ".svg":
        kind, content, width, height = "image/svg+xml", *_drawing(content, path.name)
    else:
        raise DataError(f"{path.name}: the logo is neither SVG nor PNG. Save it as one of them.")
    ratio = round(width / height, 4) if height else 0
    if not 0.1 <= ratio <= 20:
        raise DataError(
            f"{path.name}: the logo is {width:g} by {height:g}; that is too long or too flat to print."
        )
    return {"type": kind, "data": b64encode(content).decode(), "alt": alt, "ratio": ratio}


def _pixels(content: bytes, name: str) -> tuple[int, int]:
    """Give the width and height of a PNG, after making sure that it is whole and not too large to be drawn."""
    from PIL import Image

    width, height = struct.unpack(">II", content[16:24].ljust(8, b"\0"))
    if width * height > MOST:
        raise DataError(f"{name}: the logo has {width:,} by {height:,} dots; 1,000 across are plenty.")
    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as drawn:
            drawn.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"{name}: the PNG cannot be read ({error}). Save it again.") from None
    return width, height


def _drawing(content: bytes, name: str) -> tuple[bytes, float, float]:
    """Read an SVG, refuse what does more than draw, and give it back without an editor's own notes."""
    if re.search(rb"<!(?:DOCTYPE[^>]*\[|ENTITY)", content, re.IGNORECASE):
        raise DataError(f"{name}: the SVG declares entities of its own. Save it as plain SVG.")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise DataError(f"{name}: not well-formed SVG: {error}.") from None
    if root.tag != f"{SVG}svg":
        raise DataError(f'{name}: not an SVG drawing: it begins with "{root.tag.rpartition("}")[2]}".')
    _without_notes(root)
    for element in root.iter():
        _check_element(element, name)
    width, height = _size(root, name)
    ElementTree.register_namespace("", SVG[1:-1])
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    return ElementTree.tostring(root, encoding="utf-8"), width, height


def _without_notes(element: ElementTree.Element) -> None:
    """Drop elements and attributes of foreign vocabularies, and metadata: they draw nothing."""
    for name in [name for name in element.attrib if name.startswith("{") and name != XLINK]:
        del element.attrib[name]
    for child in list(element):
        if not str(child.tag).startswith(SVG) or child.tag == f"{SVG}metadata":
            element.remove(child)
        else:
            _without_notes(child)


def _check_element(element: ElementTree.Element, name: str) -> None:
    kind = element.tag.removeprefix(SVG)
    if kind in LETTERED:
        raise DataError(
            f"{name}: the SVG holds words set in a font. Turn them into outlines, the same everywhere."
        )
    if kind not in DRAWN and not kind.startswith("fe"):
        raise DataError(f"{name}: the SVG holds <{kind}>, which does more than draw. Save it as plain SVG.")
    for attribute, value in element.attrib.items():
        bare = attribute.rpartition("}")[2].lower()
        if bare.startswith("on"):
            raise DataError(f'{name}: <{kind}> has a script in "{bare}". Save it as plain SVG.')
        if (bare == "href" and not INSIDE.match(value)) or OUTSIDE.search(value):
            raise DataError(f'{name}: <{kind}> refers to something outside the file in "{bare}". Embed it.')
    if kind == "style" and OUTSIDE.search(element.text or ""):
        raise DataError(f"{name}: <style> refers to something outside the file. Embed it.")


def _size(root: ElementTree.Element, name: str) -> tuple[float, float]:
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(box) == 4 and all(NUMBER.fullmatch(side) for side in box):
        return float(box[2]), float(box[3])
    sides = [SIZE.fullmatch(root.get(side, "")) for side in ("width", "height")]
    if None in sides:
        raise DataError(
            f"{name}: the SVG has no viewBox of four numbers, so its proportions are unknown. Add one."
        )
    width, height = (float(side[1]) for side in sides if side)
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    return width, height
