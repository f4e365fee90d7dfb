"""What did each firm answer? Turn the cells of a file into typed answers, noting each cell that is not one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import did_you_mean
from analysis.survey.codebook import Codebook, Variable

__all__ = ["BLANK", "DATE", "HEADER_ROWS", "NUMBER", "WRITTEN_DATE", "Problem", "answers", "cell_text"]

HEADER_ROWS = 2  # the first row of data is row 2 of its file, below one row of names
BLANK = frozenset({"", "na", "n/a", "nan", "null", "<na>", "nat", "."})
YES = dict.fromkeys(("1", "true", "vrai"), 1)
NO = dict.fromkeys(("0", "false", "faux"), 0)
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?")
COMMA_DECIMAL = re.compile(r"[+-]?(\d+,\d*|,\d+)")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
ZONE = re.compile(r"^(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}[\d:.]*) ?(?:Z|[+-]\d{2}:?\d{2})$")
WRITTEN_DATE = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})( \d{2}:\d{2}(?::\d{2})?)?$")
SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")


@dataclass(frozen=True)
class Problem:
    """Hold one problem of a survey table: where it is, what was found and what to do.

    `row` counts the rows of the table, its row of names being row 1.
    """

    column: str
    problem: str
    remedy: str
    row: int | None = None
    value: str | None = None


def answers(
    raw: pd.DataFrame, book: Codebook, decimal_comma: bool | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn the columns of a raw table into answers as the codebook describes them.

    Parameters
    ----------
    raw : pandas.DataFrame
        Cells as in the file; left as they are.
    book : Codebook
        The questionnaire.
    decimal_comma : bool, optional
        How to read a lone `1,234`: a little over one (True) or more than a thousand (False). Left out, such a
        column is a problem: nothing in it says which.

    Returns
    -------
    tuple
        The typed table (missing codes and blanks are missing, a cell that is no answer too; columns that the
        codebook does not name are kept as they are), and the problems found, column by column.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> raw = pd.DataFrame({"hours_per_week": ["2,5", "-9", "lots"]})
    >>> table, problems = answers(raw, load_codebook())
    >>> table["hours_per_week"].tolist()
    [2.5, <NA>, <NA>]
    >>> [(p.row, p.column, p.value) for p in problems if p.row]
    [(4, 'hours_per_week', 'lots')]
    """
    table = raw.copy(deep=False)
    problems: list[Problem] = []
    for variable in book:
        for column in variable.columns:
            if column not in raw.columns:
                problems.append(_absent(column, raw, book))
                continue
            codes, distinct = pd.factorize(raw[column])
            texts = _texts(pd.Series(distinct), variable)
            typed, found = _typed(texts, variable, decimal_comma)
            table[column] = typed.reindex(codes).set_axis(raw.index)
            problems.extend(_in_column(column, texts, found, codes))
    return table, problems


def _absent(column: str, raw: pd.DataFrame, book: Codebook) -> Problem:
    others = [str(name) for name in raw.columns if name not in book.all_columns]
    return Problem(
        column,
        f"the codebook {book.file} names this column and the file has none of that name",
        f"add the column, rename it, or take the variable out of the codebook.{did_you_mean(column, others)}",
    )


def _in_column(
    column: str, texts: pd.Series, found: list[tuple[np.ndarray, str, str]], codes: np.ndarray
) -> Iterator[Problem]:
    """Say on which rows the distinct cells stand that are no answers."""
    for distinct, problem, remedy in found:
        for place in np.flatnonzero(np.isin(codes, distinct)):
            yield Problem(column, problem, remedy, int(place) + HEADER_ROWS, texts.iloc[codes[place]])


def _texts(cells: pd.Series, variable: Variable) -> pd.Series:
    """Write each distinct cell as text, missing where it is blank or carries a missing code."""
    plain = isinstance(cells.dtype, pd.StringDtype) or pd.api.types.is_integer_dtype(cells.dtype)
    texts = cells if plain else cells.map(cell_text, na_action="ignore")
    texts = texts.astype("string").str.strip()
    if variable.type in {"single", "multiple", "scale", "yesno"}:
        texts = texts.str.replace(r"^(-?\d+)[.,]0+$", r"\1", regex=True)
    options = {str(option) for option in variable.options}
    words = {str(code) for code in variable.missing} | (BLANK - {option.lower() for option in options})
    nothing = [text for text in texts.dropna().unique() if text in words or text.lower() in words - options]
    return texts.mask(texts.isin(nothing).fillna(False).astype(bool))


def cell_text(cell: Any) -> str:
    """Write a cell as a person would: 3 for 3.0, 1 for true.

    Parameters
    ----------
    cell : any value but a missing one
        What the file or table holds.

    Returns
    -------
    str

    Examples
    --------
    >>> cell_text(3.0), cell_text(True), cell_text("1-4")
    ('3', '1', '1-4')
    """
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell)


def _typed(
    texts: pd.Series, variable: Variable, decimal_comma: bool | None
) -> tuple[pd.Series, list[tuple[np.ndarray, str, str]]]:
    """Read one column according to the type of its variable."""
    if variable.type == "number":
        return _numbers(texts, variable, decimal_comma)
    if variable.type in {"yesno", "multiple"}:
        return _yes_no(texts)
    if variable.type == "scale":
        return _scale(texts, variable)
    if variable.type == "single":
        return _single(texts, variable)
    if variable.type == "date":
        return _dates(texts)
    return _plain(texts), []


def _plain(texts: pd.Series) -> pd.Series:
    """Keep identifiers and free text as text, except identifiers that are plain numbers."""
    texts = texts.str.replace(r"^(\d+)\.0{10}$", r"\1", regex=True)  # LimeSurvey writes whole numbers so
    known = texts.dropna()
    if len(known) and known.str.fullmatch(r"0|[1-9]\d{0,17}").all():
        return texts.astype("Int64")
    return texts


def _numbers(
    texts: pd.Series, variable: Variable, decimal_comma: bool | None
) -> tuple[pd.Series, list[tuple[np.ndarray, str, str]]]:
    texts = texts.str.translate(SPACES)
    texts, doubt = _with_points(texts, decimal_comma)
    found = [
        (doubt, "a comma or point that may be a decimal mark or separate thousands", "write 1234 or 1.2340")
    ]
    plain = texts.str.fullmatch(NUMBER).fillna(False).to_numpy(dtype=bool)
    wrong = np.flatnonzero(texts.notna().to_numpy() & ~plain)
    remedy = "give a number or leave the cell empty"
    found.append((np.setdiff1d(wrong, doubt), "text where a number is expected", remedy))
    numbers = pd.to_numeric(texts.where(plain), errors="coerce").astype("Float64")
    numbers = numbers.mask(numbers.isin([c for c in variable.missing if isinstance(c, int | float)]))
    whole = numbers.dropna()
    if len(whole) and (whole % 1 == 0).all() and whole.abs().max() < 2**53:
        numbers = numbers.astype("Int64")
    return numbers, found


def _with_points(texts: pd.Series, decimal_comma: bool | None) -> tuple[pd.Series, np.ndarray]:
    """Write decimal marks as points and leave out marks of thousands; give the places that may be either.

    Each cell is read on its own where it can mean one thing only. A lone `1,234` is read by the other cells of the
    column and the mark that separates the columns of the file, if they agree; in a lone `1.234` the point is a
    decimal mark unless the column has decimal commas.
    """
    cells = texts.fillna("")
    either = cells.str.fullmatch(EITHER)
    grouped_by_commas = cells.str.fullmatch(COMMA_GROUPS) & ~either
    grouped_by_dots = cells.str.fullmatch(DOT_GROUPS) & ~either & ~cells.str.fullmatch(NUMBER)
    comma_decimal = cells.str.fullmatch(COMMA_DECIMAL) & ~either
    english = grouped_by_commas | (
        cells.str.fullmatch(NUMBER) & cells.str.contains(".", regex=False) & ~either
    )
    french = grouped_by_dots | comma_decimal
    with_comma = either & cells.str.contains(",", regex=False)
    with_point = either & ~with_comma
    commas_are_decimal = _agreed(bool(french.any()), bool(english.any()), decimal_comma)
    doubt = with_point & french.any()
    if commas_are_decimal is None:
        doubt |= with_comma
    elif commas_are_decimal:
        comma_decimal |= with_comma
    else:
        grouped_by_commas |= with_comma
    read = cells.mask(grouped_by_commas, cells.str.replace(",", "", regex=False))
    read = read.mask(
        grouped_by_dots, read.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    )
    read = read.mask(comma_decimal, read.str.replace(",", ".", regex=False))
    return read.mask(texts.isna() | doubt), np.flatnonzero(doubt.to_numpy(dtype=bool))


def _agreed(french: bool, english: bool, decimal_comma: bool | None) -> bool | None:
    """Say whether a lone comma is a decimal mark, if what the column and the file say of it agrees."""
    column = {said for said, met in ((True, french), (False, english)) if met}
    said = column | ({decimal_comma} - {None})
    return said.pop() if len(said) == 1 else None


def _yes_no(texts: pd.Series) -> tuple[pd.Series, list[tuple[np.ndarray, str, str]]]:
    codes = texts.str.lower().map(YES | NO).astype("Int64")
    wrong = np.flatnonzero((texts.notna() & codes.isna()).to_numpy(dtype=bool))
    remedy = "write 1 for yes, 0 for no, and leave the cell empty when there is no answer"
    return codes, [(wrong, "neither 0 nor 1", remedy)]


def _scale(texts: pd.Series, variable: Variable) -> tuple[pd.Series, list[tuple[np.ndarray, str, str]]]:
    points = {str(option): option for option in variable.options}
    codes = texts.map(points)
    wrong = np.flatnonzero((texts.notna() & codes.isna()).to_numpy(dtype=bool))
    known = all(isinstance(option, int) for option in variable.options)
    remedy = f"write one of {', '.join(points)}, or leave the cell empty"
    return codes.astype("Int64" if known else "string"), [(wrong, "not a point of the scale", remedy)]


def _single(texts: pd.Series, variable: Variable) -> tuple[pd.Series, list[tuple[np.ndarray, str, str]]]:
    options = [str(option) for option in variable.options]
    unknown = (texts.notna() & ~texts.isin(options)).to_numpy(dtype=bool)
    found = []
    for value in texts[unknown].unique():
        places = np.flatnonzero(unknown & (texts == value).fillna(False).to_numpy(dtype=bool))
        found.append((places, "not an answer the codebook knows", _advice(value, options)))
    return texts.where(~unknown), found


def _advice(value: str, options: list[str]) -> str:
    if DATE.fullmatch(value):
        return (
            "a spreadsheet turned the answer into a date (1-4 becomes 1 April): set the column to text and "
            f"enter it again as one of {', '.join(options)}"
        )
    shown = ", ".join(options[:12]) + (", …" if len(options) > 12 else "")
    return f"write one of {shown}, or add it to the codebook.{did_you_mean(value, options)}"


def _dates(texts: pd.Series) -> tuple[pd.Series, list[tuple[np.ndarray, str, str]]]:
    texts, doubt = _in_order(texts.str.replace(ZONE, r"\1", regex=True))  # the clock of the place is kept
    iso = texts.str.fullmatch(DATE).fillna(False).to_numpy(dtype=bool)
    dates = pd.to_datetime(texts.where(iso), errors="coerce", format="ISO8601")
    wrong = (texts.notna() & dates.isna()).to_numpy(dtype=bool) & ~doubt
    remedy = "write the date as year-month-day, such as 2026-03-01"
    return dates, [
        (np.flatnonzero(doubt), "a date whose day and month cannot be told apart in this column", remedy),
        (np.flatnonzero(wrong), "not a date", remedy),
    ]


def _in_order(texts: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Write 31/12/2026 and 12/31/2026 as 2026-12-31, when the column itself says which comes first."""
    parts = texts.str.extract(WRITTEN_DATE)
    written = parts[0].notna().to_numpy(dtype=bool)
    first, second = (pd.to_numeric(parts[place], errors="coerce") for place in (0, 1))
    day_first, month_first = bool((first > 12).any()), bool((second > 12).any())
    if not written.any() or (day_first == month_first and not bool((first == second)[written].all())):
        return texts, written
    day, month = (parts[1], parts[0]) if month_first else (parts[0], parts[1])
    turned = parts[2] + "-" + month.str.zfill(2) + "-" + day.str.zfill(2) + parts[3].fillna("")
    return texts.mask(written, turned), np.zeros(len(texts), dtype=bool)
