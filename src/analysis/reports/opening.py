"""What a notebook says to open a report and head its parts: its start, its cover, its sections, its findings.

The words come from the report's text file (see `analysis.reports.text`): each function names a block there with the
fields `title`, `lead`, `alt`, …; arguments fill what the block leaves open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from analysis import language as words
from analysis.errors import ReportError
from analysis.reports.drawing import MINI, PAGE, Draw, drawing
from analysis.reports.fields import alternative_text, given_fields
from analysis.reports.session import begin, current, emit
from analysis.reports.text import TextBlock, plain

__all__ = ["cover", "finding", "section", "start"]


def start(
    texts: str | None = None,
    language: str = "en",
    client: str | Mapping[str, Any] | None = None,
    period: str | None = None,
    *,
    title: str | None = None,
    simulated: bool | None = None,
    **facts: Any,
) -> None:
    """Open the report: choose its language, texts, client and period.

    Parameters
    ----------
    texts : str, optional
        Text file below `notebooks/` without language and ending: `client/client_report`.
    language : str
        `en` or `fr`.
    client : str or mapping, optional
        Id of a folder of `data/clients`, or the client's fields themselves.
    period : str, optional
        `2025-Q4`, `2025-11` or `2025`.
    title : str, optional
        Title of the document; the field `title` of the text block `report`, else the client's name, when left out.
    simulated : bool, optional
        Whether the data are simulated, which the cover and every page then say; what `client.yml` says when left out.
    **facts
        Values every text block may use, beside `client`, `period` and `language`.

    Raises
    ------
    ParameterError
        For an unknown language or client.
    ReportError
        When the text file is missing.

    Examples
    --------
    >>> start(language="fr", client={"name": "Librairie du Port"}, period="2025-Q4")
    """
    session = begin(texts, language, client, period, simulated, facts)
    named = session.texts is not None and "report" in session.texts.blocks
    fields = session.fill("report", {}).fields if named else {}
    name = str(session.client.get("name") or "")
    title = plain(title or fields.get("title") or name or words.word("report.report", language), language)
    short = words.period(period, language, form="short") if period else None
    emit(
        {
            "block": "start",
            "language": language,
            "title": title,
            "description": fields.get("description", ""),
            "footer": [part for part in (plain(name, language) or title, short) if part],
            "client": plain(name, language),
            "period": period,
            "simulated": session.simulated,
            "brand": _signed(session.brand.data(), language),
        },
        title,
    )


def cover(
    draw: Draw | None = None,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    meta: str | None = None,
    caption: str | None = None,
    alt: str | None = None,
    text: str = "cover",
    **values: Any,
) -> None:
    """Show the cover: name, what the report is about, and the client's own period as its only ornament.

    Parameters
    ----------
    draw : callable or Figure, optional
        The drawing on the band, in the band's colours (`charts.theme`, palette `band`).
    title, subtitle, meta, caption, alt : str, optional
        The lines of the cover, where the text block does not give them. `alt` is required with a drawing.
    text : str
        Name of the text block.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When a drawing has no alternative text.

    Examples
    --------
    >>> start(language="en", client={"name": "Hartwell Joinery"})
    >>> cover(subtitle="Your networks in 2025")
    """
    session = current()
    own = {"title": title, "subtitle": subtitle, "meta": meta, "caption": caption, "alt": alt}
    fields = given_fields(text, own, values, optional=True)
    name = fields.get("title") or plain(session.client.get("name") or "", session.language)
    if not name:
        raise ReportError("cover: there is no title. Give title=…, or a client with a name.")
    picture = None
    if draw is not None:
        picture = drawing(draw, alternative_text(fields, "cover"), session.language, widths=PAGE)
    lines = {key: fields.get(key, "") for key in ("subtitle", "meta", "caption")}
    emit({"block": "cover", "title": name, **lines, "drawing": picture}, name)


def section(name: str, **values: Any) -> None:
    """Head a section: its theme, its finding as a title, a lead, and a first text.

    Parameters
    ----------
    name : str
        Text block with the fields `title` (required), `kicker` and `lead`; its Markdown follows them. On paper a
        section starts a page; a field `flow: true` lets it go on where the page has room for the whole of it.
    **values
        What the text block uses; `title=`, `kicker=` and `lead=` replace the fields of those names.

    Raises
    ------
    ReportError
        When there is no title.

    Examples
    --------
    >>> start(language="en")
    >>> section("posts", title="Your own words carry the page", kicker="Posts")
    """
    session = current()
    known = session.texts is not None and (name in session.texts.blocks or "title" not in values)
    block = session.fill(name, values) if known else TextBlock(name)
    fields = dict(block.fields)
    for key in ("title", "kicker", "lead"):
        if isinstance(values.get(key), str) and (key not in fields or not known):
            fields[key] = plain(values[key], session.language)
    title = fields.get("title")
    if not title:
        raise ReportError(f'section "{name}": there is no title. Add a line “title: …” to its text block.')
    heads = {key: fields.get(key, "") for key in ("kicker", "lead")}
    session.findings = 0
    emit(
        {
            "block": "section",
            "id": _slug(name),
            "title": title,
            **heads,
            "flow": fields.get("flow") == "true",
            "content": block.content,
        },
        title,
    )


def finding(name: str, draw: Draw | None = None, *, alt: str | None = None, **values: Any) -> None:
    """Show one of the numbered findings of the first page, with a small drawing beside it.

    Parameters
    ----------
    name : str
        Text block with the field `title`, and `alt` where there is a drawing; its Markdown follows.
    draw : callable or Figure, optional
        Drawn 190 units wide.
    alt : str, optional
        What the drawing shows, in words.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When the title, or the alternative text of a drawing, is missing.

    Examples
    --------
    >>> start(language="en")
    >>> finding("reach")
    Traceback (most recent call last):
    ...
    analysis.errors.ReportError: Text block "reach": start() named no text file. ...
    """
    session = current()
    block = session.fill(name, values)
    fields = dict(block.fields)
    if alt is not None:
        fields["alt"] = plain(alt, session.language)
    if not fields.get("title"):
        raise ReportError(f'finding "{name}": there is no title. Add a line “title: …” to its text block.')
    picture = None
    if draw is not None:
        picture = drawing(draw, alternative_text(fields, f'finding "{name}"'), session.language, widths=MINI)
    session.findings += 1
    shown = {"number": session.findings, "title": fields["title"], "content": block.content}
    emit({"block": "finding", **shown, "drawing": picture}, fields["title"])


def _signed(brand: dict[str, Any], language: str) -> dict[str, Any]:
    """Set the words of the brand in the report's language."""
    return {**brand, **{name: plain(brand[name], language) for name in ("consultant", "legal")}}


def _slug(name: str) -> str:
    """Make a name fit for an address: letters, digits and dashes."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-") or "section"
