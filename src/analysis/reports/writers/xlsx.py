"""A report as a workbook: the numbers behind every table and figure, typed, with their notes and their sources."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from xlsxwriter import Workbook

from analysis import language as words
from analysis.reports.claims import ORDER, claims
from analysis.reports.document import Document
from analysis.reports.writers.look import imprint, look
from analysis.reports.writers.office import FIXED_DATE, clean, sealed
from analysis.reports.writers.pictures import SHARPNESS, picture
from analysis.reports.writers.sheets.cells import Value, neutral, number_format, read_number
from analysis.reports.writers.sheets.pages import HEAD, Book, Table, result_table

__all__ = ["write"]

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
KEY_HEADINGS = ("description", "printed", "value", "lower", "upper", "interval", "change", "change_note")
PEER_HEADINGS = ("first_quartile", "median", "third_quartile", "peers")
NUMBERS = ("value", "low", "high", "n")
CLAIM_WORDS = {"kind": "kind_of", "low": "lower", "high": "upper"}


def write(document: Document) -> bytes:
    """Write a report as a workbook.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    bytes
        An XLSX file: contents, key figures, one sheet for each table and each figure, and the numbers of the text
        with their sources. The same document gives the same bytes.

    Raises
    ------
    ReportError
        When a drawing cannot be made a picture.

    Notes
    -----
    Empty cells are missing values, never zeros. Words that begin like a formula have an apostrophe before them.

    Examples
    --------
    >>> write(Document("en", "Trial", ({"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "",
    ...                                "content": []},)))[:2]
    b'PK'
    """
    target = io.BytesIO()
    file = Workbook(target, OPTIONS)
    _describe(file, document)
    book = Book(file, document, look(document))
    front = book.sheet(words.word("report.contents", document.language))
    listed = list(_exhibits(book))
    _contents(book, front, listed)
    file.close()
    return sealed(target.getvalue())


def _describe(file: Any, document: Document) -> None:
    file.set_properties(
        {
            "title": clean(document.title)[:255],
            "subject": clean(document.description)[:255],
            "author": clean(document.consultant)[:255],
            "created": FIXED_DATE,
        }
    )


def _exhibits(book: Book) -> Iterator[tuple[str, str, str]]:
    """Write the sheets in the order of the report; give the name of each, what it shows and what is measured."""
    makers = {"kpi": _key_figures, "table": _table, "figure": _figure}
    for block in book.document.blocks:
        if block["block"] in makers:
            yield makers[block["block"]](book, block)
    rows = claims(book.document)
    if rows:
        yield _claims(book, rows)


def _contents(book: Book, sheet: Any, listed: list[tuple[str, str, str]]) -> None:
    """List the sheets as links, under what the report is."""
    document, language = book.document, book.document.language
    book.title(sheet, document.title, document.cover["subtitle"] or document.description)
    simulated = words.word("report.simulated_note", language) if document.simulated else ""
    signed = imprint(document).replace("\n", " · ")
    for row, line in enumerate((document.consultant, simulated, signed), start=2):
        book.words(sheet, row, 0, line, font_color=book.colour("ink2"))
    head = [words.word(f"workbook.{key}", language) for key in ("sheet", "kind", "measured")]
    rows = [[Value(""), Value(neutral(title)), Value(neutral(measured))] for _, title, measured in listed]
    top = 6
    book.table(sheet, Table(head, rows), top)
    for row, (name, _title, _measured) in enumerate(listed, start=top + 1):
        book.link(sheet, row, 0, name, name)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 2, 60)


def _table(book: Book, block: Mapping[str, Any]) -> tuple[str, str, str]:
    sheet = book.sheet(block["label"])
    book.title(sheet, block["title"], block["measured"])
    row = book.table(sheet, result_table(block, book.document.language))
    book.back(sheet, book.notes(sheet, row, _notes(book, block)) + 1)
    return sheet.get_name(), block["title"], block["measured"]


def _figure(book: Book, block: Mapping[str, Any]) -> tuple[str, str, str]:
    """Write the table behind a figure where the report has it; the drawing and its description always."""
    language = book.document.language
    sheet = book.sheet(block["label"])
    title = block["title"] or block["caption"]
    book.title(sheet, title, block["measured"])
    data = block.get("data")
    row = book.table(sheet, result_table(data, language, raw=True)) if data else HEAD
    if not data:
        book.words(sheet, HEAD, 0, words.word("workbook.no_data", language))
    caption = block["caption"] if block["caption"] != title else ""
    notes = [(block["label"], caption), *_notes(book, block), _alternative(book, block)]
    row = book.notes(sheet, row, notes) + 1
    book.back(sheet, row)
    _drawing(book, sheet, row + 2, block)
    return sheet.get_name(), title, block["measured"]


def _alternative(book: Book, block: Mapping[str, Any]) -> tuple[str, str]:
    return words.word("report.alt_text", book.document.language), block["drawing"]["alt"]


def _drawing(book: Book, sheet: Any, row: int, block: Mapping[str, Any]) -> None:
    drawn = picture(book.look.drawn(block["drawing"]["wide"]))
    sheet.insert_image(
        row,
        0,
        f"{block['label']}.png",
        {
            "image_data": io.BytesIO(drawn.png),
            "description": clean(block["drawing"]["alt"]),
            "x_scale": 1 / SHARPNESS,
            "y_scale": 1 / SHARPNESS,
            "object_position": 3,
        },
    )


def _notes(book: Book, block: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (words.word(f"report.{key}", book.document.language), block[key]) for key in ("reading", "source")
    ]


def _key_figures(book: Book, block: Mapping[str, Any]) -> tuple[str, str, str]:
    language = book.document.language
    title = block["title"] or words.word("report.indicators", language)
    sheet = book.sheet(words.word("report.indicators", language))
    book.title(sheet, title)
    first = words.word("report.indicator", language)
    heads = [words.word(f"workbook.{key}", language) for key in (*KEY_HEADINGS, *PEER_HEADINGS)]
    rows = [_key_row(row, language) for row in block["rows"]]
    row = book.table(sheet, Table([first, *heads], rows))
    how = words.word("report.how_to_read_peers", language) if block.get("key") else ""
    notes = [(words.word("report.how_to_read", language), how), *_notes(book, block)]
    book.back(sheet, book.notes(sheet, row, notes) + 1)
    return sheet.get_name(), title, ""


def _key_row(row: Mapping[str, Any], language: str) -> list[Value]:
    """Give one key figure: as printed and as numbers, with the peers where there are enough."""
    said = {
        key: Value(neutral(row[key])) for key in ("name", "description", "interval", "change", "change_note")
    }
    numbers = [
        _scaled(number, row["value"], language) for number in (row.get("own"), *row.get("ends", (None,) * 2))
    ]
    return [
        said["name"],
        said["description"],
        Value(neutral(row["value"])),
        *numbers,
        said["interval"],
        said["change"],
        said["change_note"],
        *_peers(row["peers"], language),
    ]


def _scaled(number: float | None, printed: str, language: str) -> Value:
    """Give a number the format of its printed form: a percentage only where it is stored as a share."""
    if number is None:
        return Value(None)
    form = number_format(printed, language)
    shown = read_number(printed, language)
    share = "%" in printed and shown is not None and abs(number * 100 - shown) <= abs(number - shown)
    return Value(
        float(number), form if share or "%" not in form else number_format(printed.replace("%", ""), language)
    )


def _peers(peers: Mapping[str, Any] | None, language: str) -> list[Value]:
    if peers is None:
        return [Value(None)] * 4
    if peers["few"]:
        return [*[Value(None)] * 3, Value(peers["n"])]
    quartiles = zip(peers["quartiles"], peers["texts"], strict=True)
    return [*(_scaled(value, text, language) for value, text in quartiles), Value(peers["count"], "0")]


def _claims(book: Book, rows: list[dict[str, Any]]) -> tuple[str, str, str]:
    """List every number of the text with its sentence and the row it comes from."""
    language = book.document.language
    title, note = (words.word(f"workbook.{key}", language) for key in ("claims", "claims_note"))
    sheet = book.sheet(title)
    book.title(sheet, title, note)
    heads = [words.word(f"workbook.{CLAIM_WORDS.get(key, key)}", language) for key in ORDER]
    values = [[_claimed(key, row[key], row["text"], language) for key in ORDER] for row in rows]
    book.back(sheet, book.table(sheet, Table(heads, values)) + 1)
    return sheet.get_name(), title, note


def _claimed(key: str, value: Any, printed: str, language: str) -> Value:
    if value is None:
        return Value(None)
    if key in NUMBERS and isinstance(value, int | float):
        return Value(value, "#,##0") if key == "n" else _scaled(value, printed, language)
    if isinstance(value, Mapping):
        return Value(neutral(", ".join(f"{name} = {level}" for name, level in value.items())))
    return Value(neutral(str(value)))
