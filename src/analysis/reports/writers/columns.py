"""How wide is each column of a printed table? As its words ask for, never all to one text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["LETTER", "SMALLEST", "WORD", "column_weights", "fitted", "grouped_rows"]

WIDEST, WORD, LEAST, GUTTER = 34, 24, 5, 3
LETTER, SMALLEST = 0.66, 0.72


def column_weights(block: Mapping[str, Any]) -> list[float]:
    """Share the width by what the columns hold: room for the longest word.

    Parameters
    ----------
    block : mapping
        A table of a document.

    Returns
    -------
    list of float
        One weight per column.

    Examples
    --------
    >>> column_weights({"columns": [{"label": "Network", "width": None}, {"label": "n", "width": None}],
    ...                 "rows": [{"cells": [{"text": "Facebook"}, {"text": "289"}]}]})
    [12.2, 8]
    """
    weights: list[float] = []
    for index, column in enumerate(block["columns"]):
        texts = [row["cells"][index]["text"] for row in block["rows"]]
        words = [word for text in [column["label"], *texts] for word in text.split()]
        longest = min(max(map(len, words), default=1), WORD) * 1.15
        widest = min(max(map(len, texts), default=1), WIDEST)
        weights.append(column["width"] * 12 if column["width"] else max(longest, widest, LEAST) + GUTTER)
    return weights


def fitted(
    block: Mapping[str, Any], weights: list[float], *, width: float, size: float, gutter: float
) -> tuple[list[float], float]:
    """Give every column the room of its longest word, in smaller type where a table is too wide for that.

    Parameters
    ----------
    block : mapping
        A table of a document.
    weights : list of float
        Shares of the width as its words ask for; kept where they suffice, or where the author chose them.
    width : float
        Width of the table, in points.
    size : float
        Size of the type, in points.
    gutter : float
        Air beside each column, in points.

    Returns
    -------
    tuple of list and float
        Weights, and what to multiply the size of the type and the air by, from 0.72 to 1.

    Notes
    -----
    Letters are taken to be as wide as in DejaVu Sans. At 0.72 words may still have to be broken.

    Examples
    --------
    >>> block = {"columns": [{"label": "Posts in all", "width": None}] * 15, "rows": []}
    >>> fitted(block, [1.0] * 15, width=499, size=8, gutter=14)[1]
    0.82
    >>> fitted(block, [1.0] * 15, width=900, size=8, gutter=14)[1]
    1.0
    """
    least = [length * size * LETTER + gutter for length in _longest_words(block)]
    if any(column["width"] for column in block["columns"]):
        return weights, 1.0
    if sum(least) >= width:
        return least, max(SMALLEST, round(width / sum(least), 2))
    given = [width * weight / sum(weights) for weight in weights]
    over = [max(has - needs, 0) for has, needs in zip(given, least, strict=True)]
    if all(has >= needs for has, needs in zip(given, least, strict=True)):
        return weights, 1.0
    spare = (width - sum(least)) / sum(over)
    return [round(needs + spare * more, 2) for needs, more in zip(least, over, strict=True)], 1.0


def _longest_words(block: Mapping[str, Any]) -> list[int]:
    """Count the letters of the longest word of each column, very long ones being breakable."""
    return [
        min(max(map(len, words), default=1), WORD)
        for words in (
            [
                word
                for text in (column["label"], *(row["cells"][index]["text"] for row in block["rows"]))
                for word in text.split(" ")
            ]
            for index, column in enumerate(block["columns"])
        )
    ]


def grouped_rows(block: Mapping[str, Any]) -> list[tuple[str | None, Mapping[str, Any] | None]]:
    """Put a row of its own before each group of rows.

    Parameters
    ----------
    block : mapping
        A table of a document.

    Returns
    -------
    list of tuple
        The name of a group and nothing, or nothing and a row.

    Examples
    --------
    >>> rows = [{"group": "Food", "cells": []}, {"group": "Food", "cells": []}]
    >>> [name for name, _ in grouped_rows({"rows": rows})]
    ['Food', None, None]
    """
    listed: list[tuple[str | None, Mapping[str, Any] | None]] = []
    last = None
    for row in block["rows"]:
        if row["group"] is not None and row["group"] != last:
            listed.append((row["group"], None))
            last = row["group"]
        listed.append((None, row))
    return listed
