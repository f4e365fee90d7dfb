"""What does a reader see where a cell showed more than a report can hold? A notice of how much was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.language import number, word
from analysis.reports.text import markdown

__all__ = ["cut_block", "cut_output"]


def cut_output(kept: int, dropped: int) -> Any:
    """Make the output that marks the place in an executed notebook.

    Parameters
    ----------
    kept : int
        Characters a cell may show.
    dropped : int
        Characters beyond them.

    Returns
    -------
    nbformat.NotebookNode

    Examples
    --------
    >>> cut_output(10, 5)["data"]["text/plain"]
    '[5 characters beyond the first 10 were left out.]'
    """
    from nbformat.v4 import new_output

    text = f"[{dropped} characters beyond the first {kept} were left out.]"
    metadata = {"cut": {"kept": kept, "dropped": dropped}}
    return new_output("display_data", {"text/plain": text}, metadata=metadata)


def cut_block(output: Mapping[str, Any], language: str) -> dict[str, Any] | None:
    """Word the notice for the report, when an output is one.

    Parameters
    ----------
    output : mapping
        An output of an executed notebook.
    language : str
        `en` or `fr`.

    Returns
    -------
    dict or None
        A callout.

    Examples
    --------
    >>> cut_block(cut_output(10, 5), "en")["label"]
    'Output cut short.'
    >>> cut_block({"output_type": "stream", "name": "stdout", "text": "a"}, "en") is None
    True
    """
    cut = output.get("metadata", {}).get("cut")
    if not cut:
        return None
    said = word("report.cut", language, **{name: number(count, language) for name, count in cut.items()})
    head = {"block": "callout", "style": "note", "label": word("report.cut_short", language), "title": ""}
    return {**head, "content": markdown(said, language)}
