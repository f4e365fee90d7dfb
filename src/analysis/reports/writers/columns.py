"""How wide is each column of a printed table? As its words ask for, never all to one text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["column_weights", "grouped_rows"]

WIDEST, WORD, LEAST, GUTTER = 34, 24, 5, 3


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
