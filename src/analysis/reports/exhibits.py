"""What a notebook shows: figures, tables and key figures, each with its title, reading and source.

Every function shows one output: its content as data for the writers, and as HTML for whoever reads the notebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analysis import language as words
from analysis.errors import ReportError
from analysis.reports.drawing import PAGE, Draw, drawing
from analysis.reports.fields import alternative_text, given_fields
from analysis.reports.indicators import Indicator, indicator_data, strip_key
from analysis.reports.session import current, emit
from analysis.reports.tables import Column, table_data
from analysis.reports.text import plain
from analysis.reports.values import name_of

__all__ = ["figure", "kpi", "table"]


def figure(
    draw: Draw,
    *,
    data: pd.DataFrame | None = None,
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
    data : pandas.DataFrame, optional
        The result table that is drawn: it goes into the workbook, and numbers said of it elsewhere name this figure.
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
    >>> from analysis.reports import start
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
    fields = given_fields(text, own, values)
    name = fields.get("title") or text or ""
    picture = drawing(draw, alternative_text(fields, f'figure "{name}"'), session.language, widths=PAGE)
    shown = {key: fields.get(key, "") for key in ("title", "measured", "reading", "source")}
    caption = fields.get("caption") or shown["title"]
    behind = None if data is None else table_data(data, None, None, session.language)
    told = {"data": behind, "tables": _names(data), "caption": caption, "drawing": picture}
    emit({"block": "figure", **shown, **told}, f"[{name}]")


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
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> table(pd.DataFrame({"platform": ["X"], "rate": [0.44]}), title="Rates",
    ...       columns={"platform": "Platform", "rate": Column("Rate", "percent")})
    """
    session = current()
    own = {"title": title, "measured": measured, "reading": reading, "source": source}
    fields = given_fields(text, own, values)
    if not fields.get("title"):
        raise ReportError("table: there is no title. Say in a few words what the table shows.")
    headings = {
        key.removeprefix("column."): label for key, label in fields.items() if key.startswith("column.")
    }
    shown = {key: fields.get(key, "") for key in ("title", "measured", "reading", "source")}
    cells = table_data(data, _headed(columns, headings, text), group, session.language)
    emit({"block": "table", **shown, "tables": _names(data), **cells}, data.to_string(index=False))


def kpi(
    indicators: Iterable[Indicator],
    *,
    data: pd.DataFrame | None = None,
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
    data : pandas.DataFrame, optional
        The result table they come from: numbers said of it elsewhere name these key figures.
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
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> kpi([Indicator("Posts", "counted over the quarter", "38", "exact count")])
    """
    session = current()
    rows = [indicator_data(indicator, session.language) for indicator in indicators]
    if not rows:
        raise ReportError("kpi: there is no indicator to show.")
    own = {"title": title, "source": source}
    fields = given_fields(text, own, values)
    heads = headings or _kpi_headings(fields, session)
    emit(
        {
            "block": "kpi",
            "tables": _names(data),
            "title": fields.get("title", ""),
            "reading": fields.get("reading", ""),
            "source": fields.get("source", ""),
            "headings": [plain(heading, session.language) for heading in heads],
            "grid": not any(row["peers"] or row["change"] for row in rows),
            "rows": rows,
            "key": strip_key(session.language) if any(row["drawing"] for row in rows) else None,
        },
        "\n".join(f"{row['name']}: {row['value']}" for row in rows),
    )


def _names(data: pd.DataFrame | None) -> list[str]:
    """Name the table shown, where it has a name in the notebook."""
    name = None if data is None else name_of(data)
    return [] if name is None else [name]


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
