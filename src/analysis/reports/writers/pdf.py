"""A report as a tagged PDF (PDF/UA-1): the whole document goes to Typst as data, so no text can become markup."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typst

from analysis import language as words
from analysis.catalog import project_root
from analysis.charts import tokens
from analysis.errors import ReportError
from analysis.reports.brand import CONTACT
from analysis.reports.brand.lettering import DRAWN
from analysis.reports.document import Document, plain_text
from analysis.reports.writers.columns import LETTER, SMALLEST, WORD, fitted
from analysis.reports.writers.icons import change_icon
from analysis.reports.writers.office import clean
from analysis.reports.writers.pictures import proportions
from analysis.reports.writers.setting import compiled

__all__ = ["first_page", "write"]

TEMPLATE, FIRST_PAGE = (Path(__file__).with_name(name) for name in ("report.typ", "first_page.typ"))
EPOCH = 315532800
WORDS = ("contents", "how_to_read", "how_to_read_peers", "reading", "simulated", "source")
WIDEST = 34
SIGNS = re.compile(r"([-_./@])")
WIDTH, TALLEST, AIR, LABEL = 498.9, 560, 14, tokens.TYPE["label"].print  # points
NUMBER = re.compile(r"\d{8,}(\d{4})(?!\d)")


def write(document: Document) -> bytes:
    """Write a report as a PDF.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    bytes
        A4, fonts embedded, conforming to PDF/UA-1. The same document gives the same bytes.

    Raises
    ------
    ReportError
        When the page cannot be set, for example a drawing without alternative text.

    Examples
    --------
    >>> write(Document("en", "Trial", ({"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "",
    ...                                "content": []},)))[:5]
    b'%PDF-'
    """
    data = json.dumps(_data(document), ensure_ascii=False, sort_keys=True)
    own = sorted({name for names in document.brand["fonts"]["files"].values() for name in names})
    try:
        with _folders(own) as folders:
            return compiled(
                TEMPLATE,
                folders,
                {"document": data},
                timestamp=EPOCH,
                format="pdf",
                pdf_standards=["ua-1"],
            )
    except typst.TypstError as error:
        hints = " ".join(error.hints)
        raise ReportError(f"The PDF could not be set: {error.message}. {hints}".strip()) from None


def first_page(report: bytes, *, ppi: int = 40) -> bytes:
    """Draw the first page of a PDF, small.

    Parameters
    ----------
    report : bytes
        What `write` gave.
    ppi : int
        Dots per inch; 40 makes a page 331 dots wide.

    Returns
    -------
    bytes
        PNG. The same PDF gives the same bytes.

    Examples
    --------
    >>> first_page(write(Document("en", "Trial", ({"block": "section", "id": "a", "title": "A", "kicker": "",
    ...                                            "lead": "", "content": []},))))[1:4]
    b'PNG'
    """
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="page-") as folder:
        template = Path(shutil.copy(FIRST_PAGE, folder))
        template.with_name("report.pdf").write_bytes(report)
        drawn = compiled(template, (), {}, format="png", ppi=ppi)
    page = Image.open(io.BytesIO(drawn)).convert("RGB")
    small = io.BytesIO()
    page.quantize(48, Image.Quantize.MAXCOVERAGE).save(small, "PNG")
    return small.getvalue()


@contextmanager
def _folders(own: list[str]) -> Iterator[tuple[Path, ...]]:
    """Give the folders of the suite's fonts and the brand's own."""
    if not own:
        yield (DRAWN,)
        return
    with tempfile.TemporaryDirectory(prefix="fonts-") as folder:
        for place, name in enumerate(own):
            shutil.copy(project_root() / name, Path(folder) / f"{place}-{Path(name).name}")
        yield (Path(folder), DRAWN)


def _data(document: Document) -> dict[str, Any]:
    """Gather everything the template prints."""
    language, brand = document.language, document.brand
    simulated = [words.word("report.simulated", language)] if document.simulated else []
    told = {
        "language": language,
        "title": document.title,
        "description": document.description,
        "footer": " · ".join([*document.footer, *simulated]),
        "consultant": document.consultant,
        "legal": document.legal,
        "simulated": document.simulated,
        "contact": [[name, brand["contact"][name]] for name in CONTACT if name in brand["contact"]],
        "logo": _logo(brand["logo"]),
        "cover": dict(document.cover),
        "parts": [
            {
                "section": part.section,
                "key": f"part-{place}",
                "theme": (part.section["kicker"] or part.section["title"]) if part.section else "",
                "groups": list(_groups(part.blocks, 2 if part.section is None else 3)),
            }
            for place, part in enumerate(document.parts)
        ],
        "colours": brand["colours"]["light"],
        "type": {name: size.print for name, size in tokens.TYPE.items()},
        "words": {key: words.word(f"report.{key}", language) for key in WORDS},
        "fonts": {
            "serif": list(dict.fromkeys([brand["fonts"]["serif"], tokens.SERIF_PRINT])),
            "sans": list(dict.fromkeys([brand["fonts"]["sans"], tokens.SANS_PRINT])),
        },
        "units": tokens.WIDE,
    }
    return _drawn(told, brand)


def _logo(logo: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Give the bytes of the logo as numbers, the one way a template takes them."""
    if logo is None:
        return None
    kind = {"image/png": "png", "image/svg+xml": "svg"}[logo["type"]]
    return {"kind": kind, "bytes": list(b64decode(logo["data"])), "alt": logo["alt"], "ratio": logo["ratio"]}


def _drawn(value: Any, brand: Mapping[str, Any]) -> Any:
    """Give every drawing below a value the colours and the sans of the brand; words lose what no font can draw."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_drawn(item, brand) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _branded(item, brand) if key in ("wide", "icon") and item else _drawn(item, brand)
        for key, item in value.items()
        if key != "narrow"
    }


def _branded(svg: str, brand: Mapping[str, Any]) -> str:
    usual = f'font-family="{tokens.SANS_PRINT},'
    own = f'font-family="{brand["fonts"]["sans"]}, {tokens.SANS_PRINT},'
    svg = svg.replace(usual, own) if brand["fonts"]["sans"] != tokens.SANS_PRINT else svg
    return tokens.recolour(svg, brand["colours"]["light"])


def _groups(blocks: Iterable[Mapping[str, Any]], level: int) -> Iterable[dict[str, Any]]:
    """Prepare each block for the template."""
    for block in blocks:
        ready = {**block, "level": level}
        match block["block"]:
            case "prose":
                ready["split"] = _middle(block["content"])
            case "table":
                ready |= _set(block)
            case "figure":
                ready["width"] = _width(block["drawing"]["wide"])
            case "kpi":
                ready["rows"] = [{**row, "icon": change_icon(row["state"])} for row in block["rows"]]
        yield ready


def _width(drawing: str) -> float:
    """Give the share of the page's width a drawing takes: all of it, unless it would then not fit on the page."""
    wide, high = proportions(drawing)
    return min(1.0, round(TALLEST * wide / high / WIDTH, 4))


def _middle(content: list[Mapping[str, Any]]) -> int:
    """Find where to part prose in two columns of like length, before a heading where one is near."""
    lengths = [len(plain_text([node])) + 40 for node in content]
    half = sum(lengths) / 2
    places = range(1, len(content))
    apart = {
        place: abs(sum(lengths[:place]) - half) for place in places if content[place - 1]["kind"] != "heading"
    }
    worth = {
        place: apart[place] - (half / 3 if content[place]["kind"] == "heading" else 0) for place in apart
    }
    return min(worth, key=lambda place: worth[place], default=len(content))


def _weights(block: Mapping[str, Any]) -> list[float]:
    """Share the width by what the columns hold: room for the longest word, never all to one text."""
    weights = []
    for index, column in enumerate(block["columns"]):
        texts = [row["cells"][index]["text"] for row in block["rows"]]
        words_in = [word for text in [column["label"], *texts] for word in text.split()]
        longest = min(max(map(len, words_in), default=1), WORD) * 1.15
        widest = min(max(map(len, texts), default=1), WIDEST)
        weights.append(column["width"] * 12 if column["width"] else max(longest, widest, 5))
    return weights


def _set(block: Mapping[str, Any]) -> dict[str, Any]:
    """Find the widths of the columns and the size of the type, and let words that are still too long break."""
    weights, scale = fitted(block, _weights(block), width=WIDTH, size=LABEL, gutter=AIR)
    letter = LABEL * scale * LETTER
    rooms = [
        int((WIDTH * weight / sum(weights) - AIR * scale) / letter) if scale <= SMALLEST else WORD
        for weight in weights
    ]
    return {
        "weights": weights,
        "scale": scale,
        "columns": [
            {**column, "label": _breakable(column["label"], room)}
            for column, room in zip(block["columns"], rooms, strict=True)
        ],
        "rows": [
            {
                **row,
                "cells": [
                    {**cell, "text": _breakable(cell["text"], room)}
                    for cell, room in zip(row["cells"], rooms, strict=True)
                ],
            }
            for row in block["rows"]
        ],
    }


def _breakable(text: str, room: int) -> str:
    """Let long words, such as file names, break, and show the end of their numbers."""
    limit = min(WORD, room)
    words_in = text.split(" ")
    return " ".join(_parted(word, limit) for word in words_in) if max(map(len, words_in)) > limit else text


def _parted(word: str, limit: int) -> str:
    """Let a word break after its own signs, or anywhere where a piece is still too long."""
    if len(word) <= limit:
        return word
    shown = NUMBER.sub(r"…\1", word) if len(word) > WORD else word
    pieces = SIGNS.sub("\\1\u200b", shown).split("\u200b")
    return "\u200b".join("\u200b".join(piece) if len(piece) > limit else piece for piece in pieces)
