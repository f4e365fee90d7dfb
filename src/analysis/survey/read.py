"""How do we get from a file to answers? Read a survey against its codebook, or draft a codebook for it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import yaml

from analysis.errors import DataError
from analysis.survey.codebook import Codebook
from analysis.survey.intake import Incomplete
from analysis.survey.tables import read_table
from analysis.survey.validation import inspect_survey

__all__ = ["read_survey", "scaffold"]

SHOWN = 10
FEW_ANSWERS = 12
YES_NO = {"0", "1", "0.0", "1.0", "true", "false"}


def read_survey(
    path: str | Path,
    codebook: Codebook | None = None,
    *,
    sheet: str | int = 0,
    incomplete: Incomplete = "set_aside",
    why_missing: bool = False,
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

    Returns
    -------
    pandas.DataFrame
        One row per firm and wave. Numbers and codes are nullable numbers, single answers text; blanks and
        missing codes are missing, never 0. Columns the codebook does not name are kept as they are. What was
        recognised, repaired and set aside is told in `attrs["notes"]` and `attrs["set_aside"]`.

    Raises
    ------
    DataError
        Naming the first problems found and how many there are; `check_survey` lists them all.

    Notes
    -----
    "Don't know" is neither "no" nor a blank: with `why_missing` it can be told apart.

    References
    ----------
    `data/codebook/questionnaire.yml` gives the missing codes; `analysis/survey/tools.yml` the tools' formats.

    Examples
    --------
    >>> from analysis.catalog import data_path
    >>> survey = read_survey(data_path("sample", "survey.csv"))
    >>> survey["platforms__facebook"].dtype
    Int64Dtype()
    """
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


def scaffold(data: pd.DataFrame | str | Path, path: str | Path | None = None) -> str:
    """Draft a codebook for any table, to be completed by hand.

    Parameters
    ----------
    data : pandas.DataFrame or path
        The answers, or their file.
    path : str or path, optional
        Where to write the draft; an existing file is never overwritten.

    Returns
    -------
    str
        The draft as YAML: it loads as a codebook and describes the data, with column names for labels.

    Raises
    ------
    DataError
        When the file cannot be read, or the draft's file exists.

    Notes
    -----
    Types are guesses from the answers met; wording, units, missing codes and design are yours to add.

    References
    ----------
    `data/codebook/questionnaire.yml` is a complete example.

    Examples
    --------
    >>> print(scaffold(pd.DataFrame({"uses": [0, 1], "trade": ["baker", "joiner"]})))
    # Draft: complete labels, questions (exact wording), units, missing codes and design.
    title: {en: Draft codebook, fr: Brouillon de questionnaire}
    variables:
    - name: uses
      label: {en: uses, fr: uses}
      type: yesno
    - name: trade
      label: {en: trade, fr: trade}
      type: single
      options:
        baker: {en: baker, fr: baker}
        joiner: {en: joiner, fr: joiner}
    <BLANKLINE>
    """
    cells = data if isinstance(data, pd.DataFrame) else read_table(data).cells
    sets = _answer_sets(cells)
    entries, done = [], set()
    for column in map(str, cells.columns):
        stem = column.split("__")[0]
        if stem in sets and column in sets[stem]:
            if stem not in done:
                done.add(stem)
                options = [name.split("__", 1)[1] for name in sets[stem]]
                entries.append(_entry(stem, "multiple", options))
            continue
        entries.append(_draft(column, cells[column]))
    draft = {"title": {"en": "Draft codebook", "fr": "Brouillon de questionnaire"}, "variables": entries}
    head = "# Draft: complete labels, questions (exact wording), units, missing codes and design.\n"
    text = head + yaml.dump(
        draft, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
    )
    if path is not None:
        _write_new(Path(path), text)
    return text


class _Dumper(yaml.SafeDumper):
    """Write a pair of words on one line and everything else on lines of its own."""


def _words(dumper: yaml.SafeDumper, data: dict) -> yaml.Node:
    short = set(data) == {"en", "fr"}
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=short)


_Dumper.add_representer(dict, _words)


def _write_new(path: Path, text: str) -> None:
    if path.exists():
        raise DataError(f"{path.name} exists already: choose another name for the draft codebook.")
    path.write_text(text, encoding="utf-8")


def _answer_sets(cells: pd.DataFrame) -> dict[str, list[str]]:
    """Find the sets of 0/1 columns named `question__option`."""
    sets: dict[str, list[str]] = {}
    for column in map(str, cells.columns):
        stem, mark, option = column.partition("__")
        if mark and stem and option and _answers(cells[column]) <= YES_NO:
            sets.setdefault(stem, []).append(column)
    return {stem: columns for stem, columns in sets.items() if stem not in cells.columns}


def _answers(column: pd.Series) -> set[str]:
    return set(column.dropna().astype(str).str.strip().str.lower()) - {""}


def _draft(name: str, column: pd.Series) -> dict:
    """Guess the type of one column from its answers."""
    texts = column.dropna().astype(str).str.strip()
    texts = texts[texts != ""]
    distinct = sorted(texts.unique())
    numbers = pd.to_numeric(texts.str.replace(",", ".", regex=False), errors="coerce")
    if len(distinct) and _answers(column) <= YES_NO:
        return _entry(name, "yesno")
    if len(texts) and numbers.notna().all():
        return _entry(name, "number")
    if 0 < len(distinct) <= FEW_ANSWERS:
        return _entry(name, "single", distinct)
    return _entry(name, "text")


def _entry(name: str, kind: str, options: list[str] | None = None) -> dict:
    entry: dict = {"name": name, "label": {"en": name, "fr": name}, "type": kind}
    if options:
        entry["options"] = {option: {"en": option, "fr": option} for option in options}
    return entry
