"""Can this survey be trusted? List every problem of a file at once: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.survey.codebook import Codebook, load_codebook
from analysis.survey.files.answers import HEADER_ROWS, Problem, answers, cell_text
from analysis.survey.files.intake import Incomplete, Intake, take_in
from analysis.survey.files.notes import Note
from analysis.survey.files.sampling_checks import between_rows
from analysis.survey.files.schema import violations
from analysis.survey.files.tables import RawTable, read_table
from analysis.survey.reasons import reason_column, reasons

__all__ = ["SurveyFile", "check_answers", "check_survey", "inspect_survey"]

COLUMNS = ["row", "column", "value", "problem", "remedy"]


@dataclass(frozen=True)
class SurveyFile:
    """Hold what a survey file turned out to be: its answers, and everything to know before using them.

    Attributes
    ----------
    data : pandas.DataFrame
        Survey microdata, cells with a problem missing.
    problems : pandas.DataFrame
        As `check_survey` lists them.
    intake : Intake
        How the file's columns and cells were brought to the codebook's.
    codebook : Codebook
        The questionnaire.
    """

    data: pd.DataFrame
    problems: pd.DataFrame
    intake: Intake
    codebook: Codebook

    @property
    def file(self) -> str:
        """Name the file."""
        return self.intake.raw.file

    @property
    def tool(self) -> str | None:
        """Name the survey tool that wrote the file; None for a file of one's own making."""
        return None if self.intake.tool is None else self.intake.tool.name

    @property
    def notes(self) -> tuple[Note, ...]:
        """Give what was recognised, repaired or set aside, in sentences."""
        return self.intake.notes

    @property
    def set_aside(self) -> pd.DataFrame:
        """List the rows of the file that are not answers: `row, reason`."""
        rows = [(one.row, one.reason) for one in self.intake.set_aside]
        return pd.DataFrame(rows, columns=["row", "reason"]).astype({"row": "Int64", "reason": "string"})

    @property
    def columns(self) -> pd.DataFrame:
        """List the columns of the file that hold an answer: `heading, column, how` it was recognised."""
        rows = [(place.heading, place.column, place.how) for place in self.intake.places.known]
        return pd.DataFrame(rows, columns=["heading", "column", "how"], dtype="string")

    @cached_property
    def why_missing(self) -> pd.DataFrame:
        """Say why answers are missing: one text column `why_missing_…` per question that says so.

        `dont_know`, `refused`, `not_asked`, or a code as text; missing where there is an answer or a blank.
        """
        found = {}
        for variable in self.codebook:
            said = self.intake.reasons.get(variable.name)
            for column in variable.columns:
                if variable.missing and column in self.intake.raw.cells:
                    here = reasons(self.intake.raw.cells[column], variable).reset_index(drop=True)
                    said = here if said is None else said.fillna(here)
            if said is not None and said.notna().any():
                found[reason_column(variable.name)] = said.reset_index(drop=True)
        return pd.DataFrame(found, index=self.data.index)


def inspect_survey(
    data: pd.DataFrame | str | Path,
    codebook: Codebook | None = None,
    *,
    sheet: str | int = 0,
    incomplete: Incomplete = "set_aside",
) -> SurveyFile:
    """Read a survey whatever its problems, and say all there is to say about it.

    Parameters
    ----------
    data : pandas.DataFrame or path
        The answers, or their file; never changed.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    sheet : str or int
        Sheet of a workbook.
    incomplete : {"set_aside", "keep"}
        What to do with the responses that the survey tool calls unfinished.

    Returns
    -------
    SurveyFile

    Raises
    ------
    DataError
        When the file cannot be read at all, or holds no finished response.

    Notes
    -----
    Its `data` leave out cells with a problem: estimates from them are of the cells that are left.

    References
    ----------
    The export formats are described in `analysis/survey/files/tools.yml`, with their sources.

    Examples
    --------
    >>> found = inspect_survey(pd.DataFrame({"Secteur": ["Bâtiment", "Banque"]}))
    >>> found.data["sector"].tolist(), found.columns["column"].tolist()
    (['construction', <NA>], ['sector'])
    """
    book = codebook or load_codebook()
    if isinstance(data, pd.DataFrame):
        rows = np.arange(len(data)) + HEADER_ROWS
        raw = RawTable(_once_named(data).reset_index(drop=True), "The table", rows)
    else:
        raw = read_table(data, sheet)
    taken = take_in(raw, book, incomplete)
    table, problems = check_answers(taken.raw.cells, book, taken.raw.decimal_comma, taken.problems)
    return SurveyFile(_with_notes(table, taken), _as_in_file(problems, taken), taken, book)


def _once_named(data: pd.DataFrame) -> pd.DataFrame:
    twice = data.columns[data.columns.duplicated()]
    if len(twice):
        raise DataError(f'The table has several columns "{twice[0]}": rename all but one.')
    return data


def _with_notes(table: pd.DataFrame, taken: Intake) -> pd.DataFrame:
    """Let the microdata carry what was done to them, in a form that files can hold."""
    if taken.notes:
        table.attrs["notes"] = [str(note) for note in taken.notes]
    if taken.set_aside:
        table.attrs["set_aside"] = [[one.row, one.reason] for one in taken.set_aside]
    return table


def _as_in_file(problems: pd.DataFrame, taken: Intake) -> pd.DataFrame:
    """Give each problem the row, heading and cell that the file has."""
    place = problems["row"] - HEADER_ROWS
    headings = problems["column"].map(lambda column: taken.sources.get(column, column))
    values = [
        value if pd.isna(at) or heading not in taken.found else _cell(taken.found[heading].iloc[int(at)])
        for at, heading, value in zip(place, headings, problems["value"], strict=True)
    ]
    rows = pd.Series(taken.raw.rows, dtype="Int64")
    return problems.assign(
        row=place.map(rows).astype("Int64"),
        column=headings.astype("string"),
        value=pd.Series(values, index=problems.index, dtype="string"),
    )


def _cell(cell: object) -> str | None:
    text = None if pd.isna(cell) else cell_text(cell).strip()
    return text or None


def check_survey(data: pd.DataFrame | str | Path, codebook: Codebook | None = None) -> pd.DataFrame:
    """List every problem of a survey file or table against its codebook.

    Parameters
    ----------
    data : pandas.DataFrame or path
        The answers, or their file; never changed.
    codebook : Codebook, optional
        The bundled questionnaire when left out.

    Returns
    -------
    pandas.DataFrame
        One row per problem: `row` (as in the file, its row of names being row 1; missing when the whole column
        is meant), `column`, `value` (as found), `problem`, `remedy`. Empty when nothing is wrong.

    Raises
    ------
    DataError
        When the file cannot be read at all.

    Notes
    -----
    No problem found does not make the answers true: only possible.

    References
    ----------
    CHERRIES and STROBE ask for completeness and range checks to be described in the methods.

    Examples
    --------
    >>> problems = check_survey(pd.DataFrame({"firm": ["a", "b"], "weight": [12.5, 0]}))
    >>> problems.dropna(subset="row")[["row", "column", "value"]].values.tolist()
    [[3, 'weight', '0']]
    """
    return inspect_survey(data, codebook).problems


def check_answers(
    raw: pd.DataFrame,
    book: Codebook,
    decimal_comma: bool | None = None,
    problems: tuple[Problem, ...] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn cells under the codebook's names and codes into answers and list what is wrong with them.

    Parameters
    ----------
    raw : pandas.DataFrame
        Cells as text or as typed values.
    book : Codebook
        The questionnaire.
    decimal_comma : bool, optional
        How to read a lone `1,234` (see `analysis.survey.files.answers`).
    problems : tuple of Problem
        Those found before.

    Returns
    -------
    tuple of two DataFrames
        The typed table, and the problems as `check_survey` lists them, rows counted as in `raw`.

    Examples
    --------
    >>> _, problems = check_answers(pd.DataFrame({"firm": ["a", "a"]}), load_codebook())
    >>> "wave" in set(problems["column"])
    True
    """
    table, found = answers(_once_named(raw), book, decimal_comma)
    table = table.reset_index(drop=True)
    listed = [*problems, *found]
    known = {(problem.row, problem.column) for problem in listed}
    for problem in [*violations(table, book), *between_rows(table, book.design)]:
        if (problem.row, problem.column) not in known:
            cell = None if problem.row is None else raw[problem.column].iloc[problem.row - HEADER_ROWS]
            listed.append(replace(problem, value=_cell(cell)))
    rows = [(p.row, p.column, p.value, p.problem, p.remedy) for p in listed]
    kinds = {"row": "Int64", "column": "string", "value": "string", "problem": "string", "remedy": "string"}
    every = pd.DataFrame(rows, columns=COLUMNS).astype(kinds)
    return table, every.sort_values("row", kind="stable", na_position="first", ignore_index=True)
