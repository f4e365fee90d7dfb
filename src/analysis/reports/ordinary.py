"""How does a notebook that knows nothing of reports become one? Its prose, texts, tables and pictures, in order."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from analysis.language import word
from analysis.reports.running.cuts import cut_block
from analysis.reports.text import markdown

__all__ = ["ordinary_blocks"]

HEADING = re.compile(r"^(#{1,2}) +(.+?)\s*#*$")
FENCE = re.compile(r"[ \t]*(```|~~~)")
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")
UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]|\r(?=\n)")
PICTURES = ("image/png", "image/jpeg")


def ordinary_blocks(notebook: Mapping[str, Any], language: str) -> tuple[str, list[dict[str, Any]]]:
    """Gather what an ordinary executed notebook shows.

    Parameters
    ----------
    notebook : mapping
        The notebook, executed (nbformat 4).
    language : str
        `en` or `fr`, for the typography.

    Returns
    -------
    tuple of str and list of dict
        The first heading of level 1, and the blocks: headings of level 2 head sections, data frames become tables.

    Notes
    -----
    A picture has only the alternative text its output carries (metadata `alt`), else its number: reports use `figure`.

    Examples
    --------
    >>> cell = {"cell_type": "markdown", "source": "# Trial\\n\\n## Part\\n\\nSome words."}
    >>> title, blocks = ordinary_blocks({"cells": [cell]}, "en")
    >>> title, [block["block"] for block in blocks]
    ('Trial', ['section', 'prose'])
    """
    titles: list[str] = []
    blocks: list[dict[str, Any]] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            blocks += _written(cell["source"], language, titles)
        for output in cell.get("outputs", ()):
            blocks += _shown(output, language, blocks)
    return (titles[0] if titles else ""), blocks


def _written(source: str, language: str, titles: list[str]) -> Iterator[dict[str, Any]]:
    """Part a prose cell at its headings of level 1 and 2."""
    lines: list[str] = []
    fence = ""
    for line in [*source.splitlines(), "## "]:
        heading = None if fence else HEADING.match(line)
        if mark := FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
        if heading is None and line != "## ":
            lines.append(line)
            continue
        if "".join(lines).strip():
            content = markdown("\n".join(lines), language)
            yield {"block": "prose", "title": "", "columns": 1, "content": content}
        lines = []
        if heading is not None and len(heading[1]) == 1 and not titles:
            titles.append(_plain(heading[2], language))
        elif heading is not None:
            yield _section(_plain(heading[2], language))


def _plain(heading: str, language: str) -> str:
    """Give the words of a heading without its marks of emphasis, code and links."""
    (block,) = markdown(f"### {heading}", language)
    return "".join(_texts(block))


def _texts(node: Mapping[str, Any]) -> Iterator[str]:
    yield node.get("text", "")
    for child in node.get("children", ()):
        yield from _texts(child)


def _section(title: str) -> dict[str, Any]:
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "section"
    return {
        "block": "section",
        "id": name,
        "title": title,
        "kicker": "",
        "lead": "",
        "flow": False,
        "content": [],
    }


def _shown(
    output: Mapping[str, Any], language: str, before: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    data = output.get("data", {})
    picture = _picture(data)
    notice = cut_block(output, language)
    if notice:
        yield notice
    elif picture:
        number = sum(block["block"] == "figure" for block in before) + 1
        named = output.get("metadata", {}).get("alt") or f"{word('report.figure', language)} {number}"
        drawn = {"alt": named, "wide": picture, "narrow": None}
        frame = {"title": "", "measured": "", "reading": "", "source": "", "caption": named}
        yield {"block": "figure", **frame, "drawing": drawn}
    elif "<table" in data.get("text/html", "") and 'class="dataframe"' in data["text/html"]:
        yield from _table(data["text/html"], language, before)
    else:
        text = UNSHOWN.sub("", ESCAPES.sub("", output.get("text", "") or data.get("text/plain", "")))
        if text.strip():
            content = [{"kind": "code", "text": text.rstrip(), "block": True}]
            yield {"block": "prose", "title": "", "columns": 1, "content": content}


def _picture(data: Mapping[str, Any]) -> str:
    """Give a picture as SVG; another is set inside one. What cannot be read is none."""
    if "<svg" in data.get("image/svg+xml", ""):
        svg = re.sub(
            r"<metadata>.*?</metadata>|<!--.*?-->|<script.*?</script>", "", data["image/svg+xml"], flags=re.S
        )
        return svg[svg.index("<svg") :]
    found = [(kind, "".join(data[kind].split())) for kind in PICTURES if kind in data]
    sized = [(kind, encoded, size) for kind, encoded in found if (size := _size(encoded))]
    if not sized:
        return ""
    kind, encoded, (width, height) = sized[0]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><image width="{width}" '
        f'height="{height}" href="data:{kind};base64,{encoded}"/></svg>'
    )


def _size(encoded: str) -> tuple[int, int] | None:
    """Give the width and height of a picture, if it is one."""
    from PIL import Image

    try:
        with Image.open(BytesIO(b64decode(encoded)), formats=("PNG", "JPEG")) as picture:
            picture.load()
            return picture.size
    except (OSError, ValueError, SyntaxError):
        return None


class _Rows(HTMLParser):
    """The rows of a data frame as pandas shows it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row or a cell."""
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("th", "td")
        if self.inside:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        """Keep a cell's text."""
        if self.inside:
            self.rows[-1][-1] += data


def _table(html: str, language: str, before: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    head, *rows = [row for row in _Rows(html).rows if row]
    rows = [row for row in rows if len(row) == len(head)]
    number = sum(block["block"] == "table" for block in before) + 1
    columns = [
        {"name": name, "label": name, "format": "text", "align": "right" if place else "left", "width": None}
        for place, name in enumerate(head)
    ]
    cells = [{"group": None, "cells": [{"value": text, "text": text} for text in row]} for row in rows]
    frame = {
        "title": f"{word('report.table', language)} {number}",
        "measured": "",
        "reading": "",
        "source": "",
    }
    yield {"block": "table", **frame, "columns": columns, "rows": cells}
