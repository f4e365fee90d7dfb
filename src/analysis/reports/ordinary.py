"""How does a notebook that knows nothing of reports become one? Its prose, texts, tables and pictures, in order."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from analysis.language import word
from analysis.reports.html_tables import HtmlTable, html_tables, html_words
from analysis.reports.running.cuts import cut_block
from analysis.reports.text import markdown

__all__ = ["ordinary_blocks"]

HEADING = re.compile(r"^(#{1,2}) +(.+?)\s*#*$")
FENCE = re.compile(r"[ \t]*(```|~~~)")
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-_])")
UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]|\r(?=\n)")
BARE = re.compile(r"<[^\n]*>")  # what an object that has no text of its own is shown as
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
    elif tables := _tables(data):
        yield from _told(tables, language, before)
    elif "text/markdown" in data:
        yield from _written(data["text/markdown"], language, ["the notebook has its own"])
    else:
        text = UNSHOWN.sub("", ESCAPES.sub("", output.get("text", "") or _text(data)))
        if text.strip():
            yield from _prose([{"kind": "code", "text": text.rstrip(), "block": True}])


def _prose(content: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield {"block": "prose", "title": "", "columns": 1, "content": content}


def _tables(data: Mapping[str, Any]) -> list[HtmlTable]:
    """Read what is shown as tables: data frames, and what says nothing of itself as text, such as styled tables."""
    html = data.get("text/html", "")
    framed = 'class="dataframe' in html or BARE.fullmatch(data.get("text/plain", "").strip())
    return html_tables(html) if framed and "<table" in html else []


def _text(data: Mapping[str, Any]) -> str:
    """Give an output as text: its own, else its formula or the words of its HTML where that names the object only."""
    plain = data.get("text/plain", "")
    if not BARE.fullmatch(plain.strip()):
        return plain
    return data.get("text/latex") or html_words(data.get("text/html", "")) or plain


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


def _told(tables: list[HtmlTable], language: str, before: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    first = sum(block["block"] == "table" for block in before) + 1
    for number, table in enumerate(tables, start=first):
        title = _seen(table.caption) or f"{word('report.table', language)} {number}"
        columns = [
            {"name": name, "label": name, "format": "text", "align": "left", "width": None}
            | ({"align": "right"} if place >= table.naming else {})
            for place, name in enumerate(map(_seen, table.columns))
        ]
        rows = [[{"value": text, "text": text} for text in map(_seen, row)] for row in table.rows]
        cells = [{"group": None, "cells": row} for row in rows]
        frame = {"title": title, "measured": "", "reading": "", "source": ""}
        yield {"block": "table", **frame, "columns": columns, "rows": cells}


def _seen(text: str) -> str:
    """Give a cell's text without what no page can hold."""
    return UNSHOWN.sub("", text).strip()
