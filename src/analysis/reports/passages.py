"""What a notebook says in running words: prose, a box set apart, one phrase for a label."""

from __future__ import annotations

from typing import Any, Literal

from analysis.errors import ReportError
from analysis.reports.session import current, emit
from analysis.reports.text import plain
from analysis.reports.traces import Said
from analysis.typography import HARD

__all__ = ["callout", "phrase", "prose"]

Style = Literal["decision", "note", "plain"]


def prose(name: str, **values: Any) -> None:
    """Show a text block as running text.

    Parameters
    ----------
    name : str
        Text block; a field `title` becomes a small heading, a field `columns: 2` sets the text in two columns.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When the block, or a value it uses, is missing.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> prose("method")
    Traceback (most recent call last):
    ...
    analysis.errors.ReportError: Text block "method": start() named no text file. ...
    """
    block = current().fill(name, values)
    columns = 2 if block.fields.get("columns") == "2" else 1
    title = block.fields.get("title", "")
    emit({"block": "prose", "title": title, "columns": columns, "content": block.content}, title or name)


def callout(name: str, *, style: Style | None = None, **values: Any) -> None:
    """Set a text block apart: the decision, a note, or what cannot be said.

    Parameters
    ----------
    name : str
        Text block with the fields `label`, `title` and `style`; its Markdown follows them.
    style : {"decision", "note", "plain"}, optional
        A tinted box, a washed box, or running text after a bold label; the block's own, else `decision` for the
        block of that name and `note` for others.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When the block, a value or the style is unknown.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> callout("decision")
    Traceback (most recent call last):
    ...
    analysis.errors.ReportError: Text block "decision": start() named no text file. ...
    """
    block = current().fill(name, values)
    style = style or block.fields.get("style") or ("decision" if name == "decision" else "note")
    if style not in ("decision", "note", "plain"):
        raise ReportError(f'callout "{name}": style "{style}" is not one of decision, note, plain.')
    heads = {key: block.fields.get(key, "") for key in ("label", "title")}
    if style != "decision":
        heads = {"label": _lead_in(heads["title"] or heads["label"], style), "title": ""}
    emit(
        {"block": "callout", "style": style, **heads, "content": block.content},
        heads["title"] or heads["label"] or name,
    )


def _lead_in(label: str, style: str) -> str:
    """Close the bold words a text opens with, where the author has not."""
    if not label or label[-1] in ".:!?…":
        return label
    language = current().language
    bare = label.marked if isinstance(label, Said) else label
    end = "." if style != "plain" else f"{HARD}:" if language == "fr" else ":"
    return plain(f"{bare}{end}", language)


def phrase(name: str, field: str = "title", **values: Any) -> str:
    """Give one field of a text block, filled, for a label on a chart or in a table.

    Parameters
    ----------
    name : str
        Text block.
    field : str
        Field of that block.
    **values
        What the text block uses.

    Returns
    -------
    str

    Raises
    ------
    ReportError
        When the block or the field is missing.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> phrase("axis")
    Traceback (most recent call last):
    ...
    analysis.errors.ReportError: Text block "axis": start() named no text file. ...
    """
    fields = current().fill(name, values).fields
    if field not in fields:
        raise ReportError(
            f'Text block "{name}" has no field "{field}". Fields: {", ".join(fields) or "none"}.'
        )
    return fields[field]
