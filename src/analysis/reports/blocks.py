"""What a notebook says to make a report: open it, head its sections, show prose, figures, tables and key figures.

Every function shows one output: its content as data for the writers, and as HTML for whoever reads the notebook.
The words come from the report's text file (see `analysis.reports.text`): a function's `text=` names a block there with
the fields `title`, `measured`, `reading`, `source`, `alt`, `caption`, …; arguments fill what the block leaves open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pandas as pd

from analysis import language as words
from analysis.errors import ReportError
from analysis.reports.drawing import MINI, PAGE, Draw, drawing
from analysis.reports.indicators import Indicator, indicator_data
from analysis.reports.session import begin, current, emit
from analysis.reports.tables import Column, table_data
from analysis.reports.text import TextBlock, plain

__all__ = ["callout", "cover", "figure", "finding", "kpi", "phrase", "prose", "section", "start", "table"]

Style = Literal["decision", "note", "plain"]


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
    title = plain(title or fields.get("title") or name or "Report", language)
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
            "consultant": plain(session.brand.consultant, language),
            "legal": plain(session.brand.legal, language),
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
    fields = _fields(text, own, values, optional=True)
    name = fields.get("title") or plain(session.client.get("name") or "", session.language)
    if not name:
        raise ReportError("cover: there is no title. Give title=…, or a client with a name.")
    picture = None
    if draw is not None:
        picture = drawing(draw, _alt(fields, "cover"), session.language, widths=PAGE)
    lines = {key: fields.get(key, "") for key in ("subtitle", "meta", "caption")}
    emit({"block": "cover", "title": name, **lines, "drawing": picture}, name)


def section(name: str, **values: Any) -> None:
    """Head a section: its theme, its finding as a title, a lead, and a first text.

    Parameters
    ----------
    name : str
        Text block with the fields `title` (required), `kicker` and `lead`; its Markdown follows them.
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
        {"block": "section", "id": _slug(name), "title": title, **heads, "content": block.content},
        title,
    )


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
    return words.typeset(f"{label} :" if style == "plain" else f"{label}.", current().language).replace(
        " :", ":"
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
        picture = drawing(draw, _alt(fields, f'finding "{name}"'), session.language, widths=MINI)
    session.findings += 1
    shown = {"number": session.findings, "title": fields["title"], "content": block.content}
    emit({"block": "finding", **shown, "drawing": picture}, fields["title"])


def figure(
    draw: Draw,
    *,
    alt: str | None = None,
    title: str | None = None,
    measured: str | None = None,
    reading: str | None = None,
    source: str | None = None,
    caption: str | None = None,
    text: str | None = None,
    **values: Any,
) -> None:
    """Show a figure in its frame: title, what is measured, drawing, reading, source.

    Parameters
    ----------
    draw : callable or matplotlib Figure
        A callable takes an Axes and is called twice, for a drawing 680 units wide and one 350 units wide
        (telephones); a ready Figure serves both.
    alt : str
        What the figure shows, for who cannot see it: kind of chart, finding with its value and interval, n, period.
    title, measured, reading, source, caption : str, optional
        The finding as a sentence; what is measured, in which unit; one value read aloud; the source; a caption for
        documents that number their figures (the title when left out).
    text : str, optional
        Text block; its fields go before the arguments of the same names, which it may use as values.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When there is no alternative text.

    Notes
    -----
    The alternative text is not the caption: the caption says what the figure is, the other what it shows.

    Examples
    --------
    >>> start(language="en")
    >>> figure(lambda ax: ax.plot([1, 2]), title="Growth")
    Traceback (most recent call last):
    ...
    analysis.errors.ReportError: figure "Growth": alternative text is missing. ...
    """
    session = current()
    own = {
        "alt": alt,
        "title": title,
        "measured": measured,
        "reading": reading,
        "source": source,
        "caption": caption,
    }
    fields = _fields(text, own, values)
    name = fields.get("title") or text or ""
    picture = drawing(draw, _alt(fields, f'figure "{name}"'), session.language, widths=PAGE)
    shown = {key: fields.get(key, "") for key in ("title", "measured", "reading", "source")}
    caption = fields.get("caption") or shown["title"]
    emit({"block": "figure", **shown, "caption": caption, "drawing": picture}, f"[{name}]")


def table(
    data: pd.DataFrame,
    *,
    title: str | None = None,
    columns: Mapping[str, str | Column] | None = None,
    group: str | None = None,
    measured: str | None = None,
    reading: str | None = None,
    source: str | None = None,
    text: str | None = None,
    **values: Any,
) -> None:
    """Show a result table with its title, source and formatted numbers.

    Parameters
    ----------
    data : pandas.DataFrame
        The result table; its index is not shown.
    title : str
        What the table shows. Required, here or in the text block.
    columns : mapping, optional
        Column name to heading, or to a `Column` that says how to print it, in the order wanted. The first column
        names the rows. A field `column.NAME` of the text block gives the heading of column NAME.
    group : str, optional
        Column whose values head groups of consecutive rows.
    measured, reading, source : str, optional
        As in `figure`.
    text : str, optional
        Text block; its fields go before the arguments of the same names, which it may use as values.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When the title is missing or a column is not in the data.

    Examples
    --------
    >>> start(language="en")
    >>> table(pd.DataFrame({"platform": ["X"], "rate": [0.44]}), title="Rates",
    ...       columns={"platform": "Platform", "rate": Column("Rate", "percent")})
    """
    session = current()
    own = {"title": title, "measured": measured, "reading": reading, "source": source}
    fields = _fields(text, own, values)
    if not fields.get("title"):
        raise ReportError("table: there is no title. Say in a few words what the table shows.")
    headings = {
        key.removeprefix("column."): label for key, label in fields.items() if key.startswith("column.")
    }
    shown = {key: fields.get(key, "") for key in ("title", "measured", "reading", "source")}
    cells = table_data(data, _headed(columns, headings, text), group, session.language)
    emit({"block": "table", **shown, **cells}, data.to_string(index=False))


def kpi(
    indicators: Iterable[Indicator],
    *,
    title: str | None = None,
    headings: tuple[str, str, str, str] | None = None,
    source: str | None = None,
    text: str | None = None,
    **values: Any,
) -> None:
    """Show key figures: value, uncertainty, change, and place among peers.

    Parameters
    ----------
    indicators : iterable of Indicator
        The figures. Without changes and peers they are set as a plain grid.
    title : str, optional
        What the figures are about.
    headings : tuple of str, optional
        Headings of the four columns: indicator, value, change, peers.
    source : str, optional
        Where the figures come from.
    text : str, optional
        Text block with the fields `title`, `source`, `heading.value`, `heading.change`, `heading.peers`.
    **values
        What the text block uses.

    Raises
    ------
    ReportError
        When there is no indicator.

    Examples
    --------
    >>> start(language="en")
    >>> kpi([Indicator("Posts", "counted over the quarter", "38", "exact count")])
    """
    session = current()
    rows = [indicator_data(indicator, session.language) for indicator in indicators]
    if not rows:
        raise ReportError("kpi: there is no indicator to show.")
    own = {"title": title, "source": source}
    fields = _fields(text, own, values)
    heads = headings or _kpi_headings(fields, session)
    emit(
        {
            "block": "kpi",
            "title": fields.get("title", ""),
            "reading": fields.get("reading", ""),
            "source": fields.get("source", ""),
            "headings": [plain(heading, session.language) for heading in heads],
            "grid": not any(row["peers"] or row["change"] for row in rows),
            "rows": rows,
        },
        "\n".join(f"{row['name']}: {row['value']}" for row in rows),
    )


def _kpi_headings(fields: Mapping[str, str], session: Any) -> tuple[str, str, str, str]:
    language = session.language
    value = words.word("report.data", language)
    if session.period:
        short = words.period(session.period, language, form="short")
        value = words.word("report.you_in", language, period=short)
    return (
        fields.get("heading.indicator", words.word("report.indicator", language)),
        fields.get("heading.value", value),
        fields.get("heading.change", words.word("report.change", language)),
        fields.get("heading.peers", words.word("report.among_peers", language)),
    )


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


def _fields(
    text: str | None, given: Mapping[str, str | None], values: Mapping[str, Any], *, optional: bool = False
) -> dict[str, str]:
    """Join the fields of a text block, if one is named, with the arguments: these fill what it leaves open."""
    session = current()
    own = {key: value for key, value in given.items() if value is not None}
    fields = {key: plain(value, session.language) for key, value in own.items()}
    if text is None or (optional and (session.texts is None or text not in session.texts.blocks)):
        return fields
    return {**fields, **session.fill(text, {**own, **values}).fields}


def _alt(fields: Mapping[str, str], where: str) -> str:
    if not fields.get("alt"):
        raise ReportError(
            f"{where}: alternative text is missing. Say in alt=… what the figure shows, with its main value "
            "and interval, for a reader who cannot see it."
        )
    return fields["alt"]


def _headed(
    columns: Mapping[str, str | Column] | None, headings: Mapping[str, str], text: str | None
) -> Mapping[str, str | Column] | None:
    """Let the text block name the columns."""
    if columns is None:
        return headings or None
    if unknown := set(headings) - set(columns):
        raise ReportError(
            f'Text block "{text}" names columns the table does not show: {", ".join(sorted(unknown))}.'
        )
    return {name: _renamed(column, headings.get(name)) for name, column in columns.items()}


def _renamed(column: str | Column, label: str | None) -> str | Column:
    if label is None or isinstance(column, str):
        return label or column
    return Column(label, column.format, column.decimals, column.of, column.percent, column.width)


def _slug(name: str) -> str:
    """Make a name fit for an address: letters, digits and dashes."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-") or "section"
