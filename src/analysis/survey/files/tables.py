"""What is in a survey file? Its cells as written, whatever the program that saved it."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.survey.files.labelled import LABELLED, Labels, read_labelled

__all__ = ["RawTable", "read_table"]

DELIMITERS = (",", ";", "\t", "|")
EXCEL = (".xlsx", ".xlsm", ".xls", ".ods")
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
    but for text files. `labels` holds what an SPSS or Stata file says of its codes.
    """

    cells: pd.DataFrame
    file: str
    rows: np.ndarray
    delimiter: str | None = None
    encoding: str | None = None
    labels: Labels = field(default_factory=Labels)

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
        raise DataError(f"{file.name} {kind}: give the path of a CSV, Excel, SPSS, Stata or Parquet file.")
    ending = file.suffix.lower()
    if ending in EXCEL:
        cells = _read_excel(file, sheet)
        table = RawTable(cells.reset_index(drop=True), file.name, cells.index.to_numpy() + 2)
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
        raise DataError(f"{file.name} holds no rows of answers below the names of its columns.")
    return table


def _read_text(file: Path) -> RawTable:
    text, encoding = _decode(file)
    if not text.strip():
        raise DataError(f"{file.name} is empty.")
    delimiter = _delimiter(text)
    lines = enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1)
    kept = [(number, row) for number, row in lines if any(cell.strip() for cell in row)]
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


def _read_excel(file: Path, sheet: str | int) -> pd.DataFrame:
    try:
        cells = pd.read_excel(file, sheet_name=sheet, dtype=object, engine="calamine", header=None)
    except Exception as error:
        raise DataError(
            f"{file.name} cannot be read as a workbook ({error}). Open it, check the sheet, and save it again."
        ) from error
    if cells.empty:
        raise DataError(f"{file.name} is empty.")
    header = ["" if pd.isna(name) else str(name).strip() for name in cells.iloc[0]]
    kept = [place for place, name in enumerate(header) if name or cells.iloc[1:, place].notna().any()]
    names = [header[place] for place in kept]
    _refuse_names(names, file)
    body = cells.iloc[1:, kept].reset_index(drop=True)
    return body.set_axis(names, axis=1).loc[lambda t: t.notna().any(axis=1)]


def _read_parquet(file: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(file, dtype_backend="numpy_nullable")
    except Exception as error:
        raise DataError(f"{file.name} cannot be read as Parquet ({error}). Save it again.") from error


def _refuse_names(names: list[str], file: Path) -> None:
    if "" in names:
        raise DataError(f"{file.name}: column {names.index('') + 1} has no name in the first row. Name it.")
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise DataError(
            f'{file.name}: {len(twice)} name(s) stand above two columns, such as "{twice[0]}". Rename one of each.'
        )
