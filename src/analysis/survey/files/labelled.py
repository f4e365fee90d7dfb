"""What do the codes of an SPSS or Stata file stand for? Its cells with the labels and missing codes it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.survey.files.answers import cell_text

__all__ = ["LABELLED", "Labels", "read_labelled"]

LABELLED = (".sav", ".zsav", ".dta")
WHOLE = 1e15


@dataclass(frozen=True)
class Labels:
    """Hold what a labelled file says of its columns, by the name of the column.

    Attributes
    ----------
    questions : mapping of column to text
        Label of the variable.
    answers : mapping of column to mapping of code to text
        Labels of the values.
    missing : mapping of column to set of codes
        Codes met that the file declares as missing.
    sets : mapping of name to columns
        Multiple-answer sets.
    """

    questions: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_labelled(file: Path) -> tuple[pd.DataFrame, Labels]:
    """Read the cells of an SPSS or Stata file, codes as codes, with their labels.

    Parameters
    ----------
    file : path
        A `.sav`, `.zsav` or `.dta` file.

    Returns
    -------
    tuple of DataFrame and Labels
        Cells as text, dates as dates; codes declared missing (SPSS user-missing values and ranges, Stata `.a` to
        `.z`) keep their own codes, empty cells are missing.

    Raises
    ------
    DataError
        When the file cannot be read as what its ending says.

    Examples
    --------
    >>> import tempfile, pyreadstat
    >>> file = Path(tempfile.mkdtemp()) / "firms.sav"
    >>> pyreadstat.write_sav(pd.DataFrame({"size": [1.0, 9.0]}), str(file), missing_ranges={"size": [9]})
    >>> cells, labels = read_labelled(file)
    >>> cells["size"].tolist(), sorted(labels.missing["size"])
    (['1', '9'], ['9'])
    """
    import pyreadstat

    stata = file.suffix.lower() == ".dta"
    reader = pyreadstat.read_dta if stata else pyreadstat.read_sav
    try:
        data, meta = reader(str(file), user_missing=not stata, dates_as_pandas_datetime=True)
        tagged = reader(str(file), user_missing=True) if stata else None
    except Exception as error:
        kind = "Stata" if stata else "SPSS"
        raise DataError(
            f"{file.name} cannot be read as {kind} ({error}). Save it again from {kind}."
        ) from error
    cells = data.apply(lambda column: column.map(_text, na_action="ignore").astype("string"))
    cells = cells.where(cells.apply(lambda column: column.str.strip() != ""))
    missing = _declared(cells, meta.missing_ranges)
    if tagged is not None:
        marks = {name: frozenset(codes) for name, codes in tagged[1].missing_user_values.items()}
        for name, codes in marks.items():
            extended = tagged[0][name].map(lambda cell: isinstance(cell, str)) & tagged[0][name].isin(codes)
            cells[name] = cells[name].mask(extended, tagged[0][name].astype("string"))
        missing |= marks
        meta.variable_value_labels.update(tagged[1].variable_value_labels)
    return cells, _labels(meta, missing)


def _text(cell: Any) -> str:
    if isinstance(cell, pd.Timestamp):
        return f"{cell:%Y-%m-%d}" if cell == cell.normalize() else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < WHOLE:
        return str(int(cell))
    return cell_text(cell)


def _declared(cells: pd.DataFrame, ranges: Mapping[str, list[Any]]) -> dict[str, frozenset[str]]:
    """List the codes met that lie in the ranges a file declares missing."""
    declared = {}
    for name, parts in ranges.items():
        met = cells[name].dropna().unique()
        declared[name] = frozenset(code for code in met if any(_within(code, part) for part in parts))
    return declared


def _within(code: str, part: Any) -> bool:
    low, high = (part["lo"], part["hi"]) if isinstance(part, dict) else (part, part)
    if isinstance(low, str) or isinstance(high, str):
        return code in (low, high)
    number = pd.to_numeric(code, errors="coerce")
    return bool(np.isfinite(number) and low <= number <= high)


def _labels(meta: Any, missing: Mapping[str, frozenset[str]]) -> Labels:
    questions = {name: text for name, text in meta.column_names_to_labels.items() if text and text.strip()}
    answers = {
        name: {_text(code): text.strip() for code, text in labels.items() if str(text).strip()}
        for name, labels in meta.variable_value_labels.items()
    }
    sets = {
        name.lstrip("$"): tuple(entry["variable_list"])
        for name, entry in (meta.mr_sets or {}).items()
        if entry.get("is_dichotomy", True)
    }
    return Labels(questions, answers, missing, sets)
