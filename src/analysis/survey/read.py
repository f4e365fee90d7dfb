"""How do we get from a file to answers? Read a survey against its codebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.survey.codebook import Codebook, load_codebook, stages
from analysis.survey.files.intake import Incomplete
from analysis.survey.kept import kept
from analysis.survey.reasons import reason_column
from analysis.survey.validation import inspect_survey

__all__ = ["read_survey"]

SHOWN = 10


def read_survey(
    path: str | Path,
    codebook: Codebook | None = None,
    *,
    sheet: str | int = 0,
    incomplete: Incomplete = "set_aside",
    why_missing: bool = False,
    questions: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Read a survey file, refusing it when an answer or the sampling design is impossible.

    Parameters
    ----------
    path : str or path
        CSV (any common encoding and delimiter, decimal point or comma), Excel, SPSS, Stata or Parquet, of one's
        own making or as LimeSurvey, KoboToolbox, Qualtrics, Google Forms and Microsoft Forms export it, with
        names or wordings, codes or labels, in English or French; never changed.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    sheet : str or int
        Sheet of a workbook.
    incomplete : {"set_aside", "keep"}
        What to do with the responses that the survey tool calls unfinished.
    why_missing : bool
        Whether to add a column `why_missing_…` for each question that tells "don't know", "refused" and "not
        asked" apart.
    questions : str or sequence of str, optional
        Questions to give, named as in the codebook, beside the columns of the sampling design, all in the order of
        the questionnaire; every column when left out. Of a multiple-answer question, `question__option` gives one
        answer alone. The file is checked whole in either case.

    Returns
    -------
    pandas.DataFrame
        One row per firm and wave. Numbers and codes are nullable numbers, single answers text; blanks and
        missing codes are missing, never 0. Columns the codebook does not name are kept as they are. What was
        recognised, repaired and set aside is told in `attrs["notes"]` and `attrs["set_aside"]`.

    Raises
    ------
    ParameterError
        When the codebook has no such question, or one is not named in text.
    DataError
        Naming the first problems found and how many there are; `check_survey` lists them all.

    Notes
    -----
    "Don't know" is neither "no" nor a blank: with `why_missing` it can be told apart.

    References
    ----------
    `data/codebook/questionnaire.yml` gives the missing codes; `analysis/survey/files/tools.yml` the tools' formats.

    Examples
    --------
    >>> from analysis.catalog import data_path
    >>> survey = read_survey(data_path("sample", "survey.csv"))
    >>> survey["platforms__facebook"].dtype
    Int64Dtype()
    """
    book = load_codebook() if codebook is None else codebook
    columns = None if questions is None else _asked(book, questions)
    if sheet == 0 and incomplete == "set_aside" and not why_missing:
        return kept(path, book, lambda: _read(path, book, sheet, incomplete, why_missing), columns)
    answers = _read(path, book, sheet, incomplete, why_missing)
    if columns is None:
        return answers
    reasons = {reason_column(name) for name in columns}
    return answers[[*columns, *(name for name in answers if name in reasons)]]


def _asked(book: Codebook, questions: str | Sequence[str]) -> list[str]:
    """Name the columns of some questions and of the sampling design, in the order of the questionnaire."""
    several = isinstance(questions, Iterable) and not isinstance(questions, str)
    told = list(questions) if several else [questions]
    for name in told:
        if not isinstance(name, str):
            raise ParameterError(f"questions= takes names as in {book.file}, not a {type(name).__name__}.")
    names = [*chain(*map(stages, book.design.values())), *told]
    wanted = {column for name in names for column in _columns(book, name)}
    return [column for column in book.all_columns if column in wanted]


def _columns(book: Codebook, name: str) -> tuple[str, ...]:
    """Name the columns of a question, or the one column of an answer to it."""
    question = book[name]
    return question.columns if name == question.name else (name,)


def _read(
    path: str | Path, codebook: Codebook | None, sheet: str | int, incomplete: Incomplete, why_missing: bool
) -> pd.DataFrame:
    found = inspect_survey(path, codebook, sheet=sheet, incomplete=incomplete)
    if len(found.problems):
        raise DataError(_summary(found.problems, found.file, found.codebook.file))
    if not why_missing:
        return found.data
    told = pd.concat([found.data, found.why_missing], axis=1)
    told.attrs = dict(found.data.attrs)
    return told


def _summary(problems: pd.DataFrame, file: str, codebook: str) -> str:
    lines = [_line(problem) for problem in problems.head(SHOWN).to_dict("records")]
    count = len(problems)
    more = [f"  … and {count - SHOWN} more (check-survey lists them all)"] if count > SHOWN else []
    head = f"{file} has {count} problem{'s' if count > 1 else ''} against {codebook}:"
    return "\n".join([head, *lines, *more])


def _line(problem: dict) -> str:
    where = "" if pd.isna(problem["row"]) else f"row {problem['row']}, "
    value = "" if pd.isna(problem["value"]) else f' "{problem["value"]}"'
    return f"  - {where}column {problem['column']}{value}: {problem['problem']}; {problem['remedy']}"
