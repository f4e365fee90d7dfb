"""How is an executed notebook kept? As Jupyter keeps it, with no name of a place on the machine that ran it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from analysis.reports.document import MIME

__all__ = ["notebook_text", "without_places"]

BLOCK = re.compile(rf'(?<="{re.escape(MIME)}": )"block (\d+)"')


def notebook_text(notebook: Any) -> str:
    """Write a notebook, the data of each block on one line.

    Parameters
    ----------
    notebook : nbformat.NotebookNode

    Returns
    -------
    str
        JSON that `nbformat.reads` reads as the same notebook.

    Notes
    -----
    The standard library writes lines and indents in Python, which for the data of a report takes ten times as long.

    Examples
    --------
    >>> shown = nbformat.v4.new_output("display_data", {MIME: {"text": "é", "block": "callout"}})
    >>> cell = nbformat.v4.new_code_cell("show()", outputs=[shown])
    >>> text = notebook_text(nbformat.v4.new_notebook(cells=[cell]))
    >>> [line.strip() for line in text.splitlines() if MIME in line]
    ['"application/vnd.analysis.block+json": {"block": "callout", "text": "é"}']
    """
    blocks: list[str] = []
    cells = [_light(cell, blocks) for cell in notebook["cells"]]
    text = nbformat.writes(nbformat.from_dict({**notebook, "cells": cells}), ensure_ascii=False)
    return BLOCK.sub(lambda found: blocks[int(found[1])], text) + "\n"


def _light(cell: Any, blocks: list[str]) -> Any:
    """Set the blocks of a cell aside, and leave their numbers in their places."""
    outputs = []
    for output in cell.get("outputs", ()):
        if MIME in output.get("data", ()):
            data = {**output["data"], MIME: f"block {len(blocks)}"}
            blocks.append(json.dumps(output["data"][MIME], ensure_ascii=False, sort_keys=True))
            output = {**output, "data": data}
        outputs.append(output)
    return {**cell, "outputs": outputs} if outputs else cell


def without_places(notebook: Any, inputs: Iterable[str | Path]) -> tuple[Any, str]:
    """Write a notebook, and keep only the name of a file given by its full path: that says whose machine it is.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    inputs : iterable of str or pathlib.Path
        Files it was made from.

    Returns
    -------
    nbformat.NotebookNode, str
        The notebook as it is kept, and its text.

    Examples
    --------
    >>> cell = nbformat.v4.new_markdown_cell("Read from /mnt/shop/posts.csv.")
    >>> kept, text = without_places(nbformat.v4.new_notebook(cells=[cell]), [Path("/mnt/shop/posts.csv")])
    >>> kept.cells[0].source, "/mnt" in text
    ('Read from posts.csv.', False)
    """
    places = {Path(place).as_posix() for place in inputs}
    full = [place for place in places if Path(place).is_absolute() or ".." in Path(place).parts]
    text = found = notebook_text(notebook)
    for place in sorted(full, key=len, reverse=True):
        text = text.replace(json.dumps(place, ensure_ascii=False)[1:-1], Path(place).name)
    return (notebook if text == found else nbformat.reads(text, as_version=4)), text
