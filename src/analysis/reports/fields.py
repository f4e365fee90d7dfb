"""Which words go with an exhibit: the fields of its text block, and the arguments that fill what it leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.errors import ReportError
from analysis.reports.session import current
from analysis.reports.text import plain

__all__ = ["alternative_text", "given_fields"]


def given_fields(
    text: str | None, given: Mapping[str, str | None], values: Mapping[str, Any], *, optional: bool = False
) -> dict[str, str]:
    """Join the fields of a text block, if one is named, with the arguments that fill what it leaves open.

    Parameters
    ----------
    text : str or None
        Name of the text block.
    given : mapping
        The caller's own words by field; None where there are none.
    values : mapping
        What the text block uses, beside the words given.
    optional : bool
        Do without the block where the report has none of that name.

    Returns
    -------
    dict
        Typeset text by field.

    Raises
    ------
    ReportError
        When the block, or a value it uses, is missing.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="fr")
    >>> given_fields(None, {"title": "Et alors ?", "source": None}, {})
    {'title': 'Et alors\u202f?'}
    """
    session = current()
    own = {key: value for key, value in given.items() if value is not None}
    fields = {key: plain(value, session.language) for key, value in own.items()}
    if text is None or (optional and (session.texts is None or text not in session.texts.blocks)):
        return fields
    return {**fields, **session.fill(text, {**own, **values}).fields}


def alternative_text(fields: Mapping[str, str], where: str) -> str:
    """Give the alternative text of a drawing, which every drawing must have.

    Parameters
    ----------
    fields : mapping
        From `given_fields`.
    where : str
        What the message names.

    Returns
    -------
    str

    Raises
    ------
    ReportError
        When there is none.

    Examples
    --------
    >>> alternative_text({}, "cover")
    Traceback (most recent call last):
    ...
    analysis.errors.ReportError: cover: alternative text is missing. ...
    """
    if not fields.get("alt"):
        raise ReportError(
            f"{where}: alternative text is missing. Say in alt=… what the figure shows, with its main value "
            "and interval, for a reader who cannot see it."
        )
    return fields["alt"]
