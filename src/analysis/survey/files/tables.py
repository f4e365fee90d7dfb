"""What is in a survey file? Its cells as written, whatever the program that saved it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.survey.files.labelled import LABELLED, Labels, read_labelled

__all__ = ["RawTable", "read_table"]

DELIMITERS = (",", ";", "\t", "|")
EXCEL = (".xlsx", ".xlsm", ".xls", ".ods")
SEPARATOR = re.compile(r'\A\ufeff?"?sep=([,;\t|])"?[ ,;\t]*(?:\r\n|\n|\r)', re.IGNORECASE)
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class RawTable:
    """Hold the cells of a file as written, with how it was read.

    `rows` gives the place of each row in the file, its row of names being row 1 (rows left blank are not read);
    in SPSS and Stata files, which have no such row, the first firm is row 1. `delimiter` and `encoding` are None
    but for text files. `labels` holds what an SPSS or Stata file says of its codes, `sheets` the sheets of a
    workbook, the one read first.
    """

    cells: pd.DataFrame
    file: str
    rows: np.ndarray
    delimiter: str | None = None
    encoding: str | None = None
    labels: Labels = field(default_factory=Labels)
    sheets: tuple[str, ...] = ()

    @property
    def decimal_comma(self) -> bool | None:
        """Say how to read a lone `1,234`: unknown where the comma also separates columns."""
        return True if self.delimiter in {";", "\t"} else None


def read_table(path: str | Path, sheet: str | int = 0) -> RawTable:
    """Read the cells of a CSV, Excel, SPSS, Stata or Parquet file without interpreting them.

    Parameters
    ----------
    path : str or path
        The file, known by its ending; text files may have any encoding and delimiter in common use.
    sheet : str or int
        Sheet of a workbook, by name or place (0 is the first).

    Returns
    -------
    RawTable
        Text files: every cell is text, blanks included.

    Raises
    ------
    DataError
        When the file is absent, empty, damaged, of an unknown kind, has columns of one name, or rows longer
        than its header.

    Notes
    -----
    The first row must hold the names of the columns; titles above it are not looked for.

    References
    ----------
    RFC 4180 (comma-separated values).

    Examples
    --------
    >>> from analysis.catalog import data_path
    >>> read_table(data_path("reference", "official_figures.csv")).delimiter
    ','
    """
    file = Path(path)
    if not file.is_file():
        kind = "is a folder" if file.is_dir() else "does not exist"
        raise DataError(
            f"{file.name or file} {kind}: give the path of a CSV, Excel, SPSS, Stata or Parquet file."
        )
    ending = file.suffix.lower()
    if ending in EXCEL:
        cells, sheets = _read_excel(file, sheet)
        rows = cells.index.to_numpy() + 1
        table = RawTable(cells.reset_index(drop=True), file.name, rows, sheets=sheets)
    elif ending in LABELLED:
        cells, labels = read_labelled(file)
        table = RawTable(cells, file.name, np.arange(len(cells)) + 1, labels=labels)
    elif ending == ".parquet":
        cells = _read_parquet(file)
        table = RawTable(cells, file.name, np.arange(len(cells)) + 2)
    elif ending in {".csv", ".tsv", ".txt"}:
        table = _read_text(file)
    else:
        raise DataError(
            f'{file.name} ends in "{ending}": a survey is read from .csv, .tsv, .txt, .xlsx, .xls, .ods, .sav, '
            ".zsav, .dta or .parquet."
        )
    if table.cells.empty:
        others = f" Its other sheets: {', '.join(table.sheets[1:])}." if table.sheets[1:] else ""
        raise DataError(f"{file.name} holds no rows of answers below the names of its columns.{others}")
    return table


def _read_text(file: Path) -> RawTable:
    text, encoding = _decode(file)
    declared = SEPARATOR.match(text)
    text = text if declared is None else text[declared.end() :]
    if not text.strip():
        raise DataError(f"{file.name} is empty.")
    delimiter = _delimiter(text) if declared is None else declared[1]
    kept = [(number, row) for number, row in _records(text, delimiter, file) if any(map(str.strip, row))]
    header = _without_empty_end([name.strip() for name in kept[0][1]], [row for _, row in kept[1:]])
    _refuse_names(header, file)
    for number, row in kept[1:]:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            raise DataError(
                f'{file.name}, row {number}: {len(row)} cells for {len(header)} columns, from "{row[len(header)]}" '
                "on. Put quotes around a cell that holds the delimiter."
            )
    padded = [(row + [""] * len(header))[: len(header)] for _, row in kept[1:]]
    cells = pd.DataFrame(padded, columns=header, dtype="string")
    return RawTable(
        cells, file.name, np.array([number for number, _ in kept[1:]], dtype=int), delimiter, encoding
    )


def _records(text: str, delimiter: str, file: Path) -> list[tuple[int, list[str]]]:
    """Cut a text into numbered rows of cells, refusing a quote that is never closed: it swallows rows."""
    ends = text if "\n" in text else text.replace("\r", "\n")
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend(enumerate(csv.reader(io.StringIO(ends), delimiter=delimiter), start=1))
    except csv.Error as error:
        raise DataError(
            f"{file.name}, row {len(rows) + 1}: {error}. Close the quotes opened there, or save the file again as CSV."
        ) from error
    if rows and _left_open(ends, delimiter):
        raise DataError(
            f"{file.name}, row {rows[-1][0]}: a quote is opened and never closed, so that the rest of the file would "
            "be one cell. Close it, or save the file again as CSV."
        )
    return rows


def _left_open(text: str, delimiter: str) -> bool:
    if text.count('"') % 2 == 0:
        return False
    try:
        for _ in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _without_empty_end(header: list[str], rows: list[list[str]]) -> list[str]:
    """Leave out columns without name or cells at the end, which delimiters at the ends of lines make."""
    while (
        header and not header[-1] and not any(cell.strip() for row in rows for cell in row[len(header) - 1 :])
    ):
        header = header[:-1]
    return header


def _decode(file: Path) -> tuple[str, str]:
    """Turn bytes into text: by the byte order mark, by the NUL bytes of UTF-16, as UTF-8, else Windows-1252."""
    data = file.read_bytes()
    if data.startswith((ZIP, OLE)):
        raise DataError(
            f"{file.name} is a workbook or an archive, not text: name it .xlsx or .xls if it is a workbook, or take "
            "the CSV file out of the archive."
        )
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, file), encoding
    if b"\x00" in data[:2000]:
        encoding = "utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"
        return _strict(data, encoding, file), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strict(data, "cp1252", file), "cp1252"


def _strict(data: bytes, encoding: str, file: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file.name} cannot be read as {encoding.upper()} text (byte {error.start}): the file is damaged or "
            "is not text. Save it again as CSV in UTF-8."
        ) from error


def _delimiter(text: str) -> str:
    """Choose the mark that cuts the first lines into as many cells, the most often and into the most."""
    head = text[:200_000].splitlines()[:50]
    scores = {}
    for mark in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(head, delimiter=mark) if row)
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]))
        scores[mark] = (width > 1, times, width)
    return max(DELIMITERS, key=lambda mark: scores[mark])


def _read_excel(file: Path, sheet: str | int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give the cells of a sheet, its rows counted from 0, and the sheets, the one read first."""
    with _workbook(file) as book:
        names = [str(name) for name in book.sheet_names]
        asked = names[sheet] if isinstance(sheet, int) and 0 <= sheet < len(names) else str(sheet)
        if asked not in names:
            raise DataError(f'{file.name} has no sheet "{sheet}". Its sheets: {", ".join(names)}.')
        cells = _sheet(book, asked, file)
    cells = cells.loc[cells.notna().any(axis=1)]
    others = [name for name in names if name != asked]
    if cells.empty:
        more = f" Its other sheets: {', '.join(others)}." if others else ""
        raise DataError(f"{file.name} is empty{f' on sheet {asked}' if others else ''}.{more}")
    header = ["" if pd.isna(name) else str(name).strip() for name in cells.iloc[0]]
    kept = [place for place, name in enumerate(header) if name or cells.iloc[1:, place].notna().any()]
    named = [header[place] for place in kept]
    _refuse_names(named, file)
    body = cells.iloc[1:, kept].set_axis(named, axis=1)
    return body.loc[lambda t: t.notna().any(axis=1)], (asked, *others)


def _workbook(file: Path) -> pd.ExcelFile:
    try:
        return pd.ExcelFile(file, engine="calamine")
    except Exception as error:
        raise DataError(
            f"{file.name} cannot be read as a workbook ({error}). {_workbook_advice(file)}"
        ) from error


def _sheet(book: pd.ExcelFile, name: str, file: Path) -> pd.DataFrame:
    try:
        return pd.read_excel(
            book, sheet_name=name, dtype=object, header=None, keep_default_na=False, na_values=[""]
        )
    except Exception as error:
        raise DataError(
            f"{file.name}, sheet {name}, cannot be read ({error}). Open it, check it, and save it again."
        ) from error


def _workbook_advice(file: Path) -> str:
    """Say what to do with a workbook that does not open, from what its bytes are."""
    data = file.read_bytes()
    if data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        return "It is protected by a password: open it, take the password off, and save it again."
    if data and not data.startswith((OLE, ZIP)) and b"\x00" not in data[:2000]:
        return "It holds text: name it .csv."
    return "Open it, check it, and save it again."


def _read_parquet(file: Path) -> pd.DataFrame:
    try:
        cells = pd.read_parquet(file, dtype_backend="numpy_nullable")
    except Exception as error:
        raise DataError(f"{file.name} cannot be read as Parquet ({error}). Save it again.") from error
    named = [name for name in cells.index.names if name is not None]
    cells = cells.reset_index(level=named).reset_index(drop=True) if named else cells.reset_index(drop=True)
    _refuse_names([str(name).strip() for name in cells], file)
    return cells.apply(lambda column: column.map(_flat) if column.dtype == object else column)


def _flat(cell: Any) -> Any:
    """Write a cell that holds several answers, or bytes, as text."""
    if isinstance(cell, list | tuple | set | np.ndarray):
        return ";".join(str(part) for part in cell if part is not None) or None
    if isinstance(cell, bytes):
        return cell.decode("utf-8", errors="replace")
    return str(cell) if isinstance(cell, dict) else cell


def _refuse_names(names: list[str], file: Path) -> None:
    """Refuse columns without a name and names that stand twice, all of them at once."""
    found = []
    blank = [str(place) for place, name in enumerate(names, start=1) if not name]
    if blank:
        have = "columns {} have" if len(blank) > 1 else "column {} has"
        found.append(
            f"{have.format(', '.join(blank))} no name in the first row. Name {'them' if blank[1:] else 'it'}."
        )
    twice = [name for name, times in Counter(names).items() if times > 1 and name]
    if twice:
        listed = ", ".join(f'"{name}"' for name in twice[:6]) + (", …" if len(twice) > 6 else "")
        found.append(f"{len(twice)} name(s) stand above two columns, such as {listed}. Rename one of each.")
    if found:
        raise DataError(f"{file.name}: {' '.join(found)}")
