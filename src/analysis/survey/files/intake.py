"""How does a file become answers? Columns and cells of any export brought to the codebook's names and codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.survey.codebook import Codebook, Variable
from analysis.survey.files.answers import BLANK, HEADER_ROWS, Problem, cell_text
from analysis.survey.files.headings import Place, Places, options_by_word, place_columns
from analysis.survey.files.notes import Note, listed, notes_of_file
from analysis.survey.files.recoding import NO, YES, Recoding, recode, recode_mark, split_answers
from analysis.survey.files.tables import RawTable
from analysis.survey.files.tools import SetAside, Tool, by_identifiers, label_rows, recognise, unfinished
from analysis.survey.files.wording import fold
from analysis.survey.reasons import reason_of, spoken_reason

__all__ = ["Incomplete", "Intake", "responses", "take_in"]

Incomplete = Literal["set_aside", "keep"]


@dataclass(frozen=True)
class Intake:
    """Hold the cells of a file under the codebook's names and codes, and what was done to get there.

    Attributes
    ----------
    raw : RawTable
        The cells, with the rows of the file they stand on.
    tool : Tool or None
        Who wrote the file.
    places : Places
        What each column was found to be.
    found : DataFrame
        The cells as in the file, on the same rows.
    sources : mapping of column to heading
        Where each column comes from, for those called otherwise in the file.
    reasons : mapping of column to Series
        Why cells are missing that the file itself declares missing.
    problems : tuple of Problem
        What could not be brought to codes; rows as in `raw.cells`, its names being row 1.
    notes : tuple of Note
        What was recognised, repaired or set aside.
    set_aside : tuple of SetAside
        Rows of the file that are not answers.
    """

    raw: RawTable
    tool: Tool | None
    places: Places
    found: pd.DataFrame
    sources: Mapping[str, str]
    reasons: Mapping[str, pd.Series]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    set_aside: tuple[SetAside, ...]


def take_in(raw: RawTable, book: Codebook, incomplete: Incomplete = "set_aside") -> Intake:
    """Bring the columns and cells of a file to the names and codes of a codebook.

    Parameters
    ----------
    raw : RawTable
        The file, as read.
    book : Codebook
        The questionnaire.
    incomplete : {"set_aside", "keep"}
        What to do with responses the survey tool calls unfinished; tests of the questionnaire are always set
        aside.

    Returns
    -------
    Intake
        Columns that belong to no question are kept as they are, those a tool adds on its own are left out. What
        is no answer stays as written, for the check to find.

    Raises
    ------
    DataError
        When no finished response is left.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> cells = pd.DataFrame({"Horodateur": ["2026/03/01"], "Secteur": ["Bâtiment"]})
    >>> taken = take_in(RawTable(cells, "answers.csv", np.array([2])), load_codebook())
    >>> taken.raw.cells["sector"].tolist(), taken.tool.name
    (['construction'], 'Google Forms')
    """
    if incomplete not in ("set_aside", "keep"):
        raise ParameterError(f'incomplete="{incomplete}" is not a choice. Choices: set_aside, keep.')
    tool, texts, body = responses(raw)
    aside = unfinished(body, tool)
    if incomplete == "keep":
        aside = [one for one in aside if not one.reason.startswith("unfinished")]
    body = _without(body, aside)
    places = place_columns([str(name) for name in body.cells], book, tool, texts)
    work = _Work(body, book, tool)
    cells = work.columns(places)
    notes = (*notes_of_file(raw, tool, aside, places), *work.notes)
    taken = replace(body, cells=pd.DataFrame(cells, index=body.cells.index))
    sources = {column: heading for column, heading in work.sources.items() if column != heading}
    return Intake(
        taken, tool, places, body.cells, sources, work.reasons, tuple(work.problems), notes, tuple(aside)
    )


def responses(raw: RawTable) -> tuple[Tool | None, dict[str, list[str]], RawTable]:
    """Part the responses of a file from the rows of names and questions above them.

    Parameters
    ----------
    raw : RawTable
        The file, as read.

    Returns
    -------
    tuple of Tool or None, mapping of heading to texts, and RawTable
        Who wrote the file, what it says of each column besides its name, and the rows of responses.

    Raises
    ------
    DataError
        When there are no responses.

    Examples
    --------
    >>> cells = pd.DataFrame({"Horodateur": ["2026/03/01"], "Secteur": ["Bâtiment"]})
    >>> responses(RawTable(cells, "answers.csv", np.array([2])))[0].code
    'google_forms'
    """
    tool = recognise([str(name) for name in raw.cells]) or by_identifiers(raw)
    texts, body = _below_labels(raw, tool)
    return tool, texts, body


def _below_labels(raw: RawTable, tool: Tool | None) -> tuple[dict[str, list[str]], RawTable]:
    """Part the rows of questions below the names from the answers."""
    count = label_rows(raw, tool)
    texts = {name: [question] for name, question in raw.labels.questions.items()}
    for row in range(count):
        for heading, text in raw.cells.iloc[row].items():
            if pd.notna(text) and '"ImportId"' not in str(text):
                texts.setdefault(str(heading), []).append(str(text))
    body = raw.cells.iloc[count:].reset_index(drop=True)
    if body.empty:
        raise DataError(f"{raw.file} holds no rows of answers below its rows of names and questions.")
    return texts, replace(raw, cells=body, rows=raw.rows[count:])


def _without(raw: RawTable, aside: list[SetAside]) -> RawTable:
    if not aside:
        return raw
    kept = ~np.isin(raw.rows, [one.row for one in aside])
    if not kept.any():
        raise DataError(
            f"{raw.file}: none of its {len(kept)} responses is finished ({aside[0].reason} on row {aside[0].row}, "
            'for one). Export the finished ones, or read them with incomplete="keep".'
        )
    return replace(raw, cells=raw.cells[kept].reset_index(drop=True), rows=raw.rows[kept])


class _Work:
    """Turn the cells of a file into codes, keeping account of what is done."""

    def __init__(self, raw: RawTable, book: Codebook, tool: Tool | None) -> None:
        self.raw, self.book, self.tool = raw, book, tool
        self.sources: dict[str, str] = {}
        self.reasons: dict[str, pd.Series] = {}
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self.worded: set[str] = set()
        self.declined: list[tuple[Place, pd.Series]] = []

    def columns(self, places: Places) -> dict[str, pd.Series]:
        """Give every column of the microdata, in the order of the file."""
        by_heading = {place.heading: place for place in places.known}
        parted = {place.variable for place in places.known if place.option is not None}
        left_out = set(places.system)
        made: dict[str, pd.Series] = {}
        for heading in map(str, self.raw.cells):
            place = by_heading.get(heading)
            if place is None:
                if heading not in left_out:
                    made.setdefault(heading, self.raw.cells[heading])
                continue
            for column, cells in self._of(place, parted).items():
                self.sources[column] = heading
                made[column] = cells
        if self.tool is not None:
            for name in sorted(parted):
                self._fill_unnamed(self.book[name], made)
        for place, marks in self.declined:
            self._decline(place, marks, made)
        return made

    def _of(self, place: Place, parted: set[str]) -> dict[str, pd.Series]:
        variable, cells = self.book[place.variable], self.raw.cells[place.heading]
        if place.other or (place.option == "other" and _in_own_words(cells, variable)):
            return self._own_words(place, variable, cells)
        if variable.type == "multiple" and place.option is None:
            return {} if variable.name in parted else self._joined(place, variable, cells)
        if place.option is not None and place.option not in map(str, variable.options):
            self.declined.append((place, self._recoded(place, variable, cells)))
            return {}
        return {place.column: self._recoded(place, variable, cells)}

    def _decline(self, place: Place, marks: pd.Series, made: dict[str, pd.Series]) -> None:
        """Make the answers of firms missing that marked "don't know", given as an option, with its own code."""
        said = marks.astype("string").str.strip().isin(["1", "1.0", place.option]).fillna(False).astype(bool)
        present = [column for column in self.book[place.variable].columns if column in made]
        named = pd.DataFrame({c: made[c].astype("string").isin(["1", "1.0"]) for c in present}).any(axis=1)
        for column in present:
            made[column] = made[column].astype("string").mask(said & ~named, place.option)
        self._contradicted(self.book[place.variable].columns[0], np.flatnonzero(said & named), None)

    def _contradicted(self, column: str, rows: Any, value: str | None) -> None:
        problem, remedy = "says both that the answer is missing and what it is", "keep one of the two"
        self.problems.extend(Problem(column, problem, remedy, int(row) + HEADER_ROWS, value) for row in rows)

    def _own_words(self, place: Place, variable: Variable, cells: pd.Series) -> dict[str, pd.Series]:
        """Keep an answer in the firm's own words; a tool that gives only these says "other" by them."""
        name = f"{variable.name}_other"
        words = {name if name not in self.raw.cells else place.heading: cells}
        if place.option is None:
            return words
        self.worded.add(place.column)
        said = cells.notna() & ~cells.astype("string").str.strip().str.lower().isin(BLANK).fillna(False)
        return {place.column: said.map({True: "1", False: None}).astype("string"), **words}

    def _recoded(self, place: Place, variable: Variable, cells: pd.Series) -> pd.Series:
        codes, distinct = pd.factorize(cells)
        texts = [cell_text(cell).strip() for cell in distinct]
        blank = _blank(variable)
        known = [text for text in texts if fold(text) not in blank]
        labels = {
            code.casefold(): text for code, text in self.raw.labels.answers.get(place.heading, {}).items()
        }
        if place.option is not None:
            result = recode_mark(known, variable, place.option, labels)
        else:
            one_two = self.tool is not None and self.tool.one_two
            result = recode(known, variable, labels, one_two=one_two)
        self._tell(place, result)
        missing = self._declared_missing(place, variable, texts, result)
        if missing:
            said = pd.Series([missing.get(text) for text in texts], dtype="string")
            self.reasons.setdefault(variable.name, said.reindex(codes).reset_index(drop=True))
        if not result.codes and not missing:
            return cells
        new = pd.Series([None if t in missing else result.codes.get(t, t) for t in texts], dtype="string")
        return new.reindex(codes).set_axis(cells.index)

    def _declared_missing(
        self, place: Place, variable: Variable, texts: list[str], result: Recoding
    ) -> dict[str, str]:
        """Say why cells are missing that the file declares missing, or labels so, in a way the codebook does not."""
        labels = self.raw.labels.answers.get(place.heading, {})
        declared = self.raw.labels.missing.get(place.heading, frozenset())
        own = {str(code): reason_of(code, words) for code, words in variable.missing.items()}
        loose = []
        for text in texts:
            said, code = spoken_reason(labels.get(text, "")), result.codes.get(text, text)
            if (said or text in declared) and (code not in own or said not in (None, own[code])):
                loose.append(text)
        if loose:
            said = listed(f"{text} ({labels[text]})" if text in labels else text for text in sorted(loose))
            self.notes.append(
                Note("declared_missing", f"{place.heading}: {said} is missing, as the file itself declares.")
            )
        return {text: reason_of(text, {"": labels.get(text, "")}) for text in loose}

    def _tell(self, place: Place, result: Recoding) -> None:
        for cell, code in result.likened.items():
            self.notes.append(
                Note("likened", f'{place.heading}: "{cell}" was taken for {code}: the words are near.')
            )
        for cell, label in result.relabelled.items():
            self.notes.append(
                Note(
                    "relabelled",
                    f'{place.heading}: {cell} was read by its code; the file calls it "{label}".',
                )
            )
        for cell, label in result.disputed.items():
            self.notes.append(
                Note("disputed", f'{place.heading}: {cell} was read by its label in the file, "{label}".')
            )

    def _joined(self, place: Place, variable: Variable, cells: pd.Series) -> dict[str, pd.Series]:
        """Part a column of joined answers into one of 0 and 1 per option."""
        codes, distinct = pd.factorize(cells)
        texts = [cell_text(cell).strip() for cell in distinct]
        spaces = self.tool is not None and self.tool.spaces
        blank = _blank(variable)
        splits = [
            split_answers(text, variable, spaces=spaces) if fold(text) not in blank else None
            for text in texts
        ]
        has_other = "other" in map(str, variable.options)
        made = {}
        for option in map(str, variable.options):
            marks = [
                None
                if s is None or s.unclear
                else s.missing
                if _only_missing(s)
                else str(int(_names(s, option)))
                for s in splits
            ]
            made[f"{variable.name}__{option}"] = _spread(marks, codes, cells.index)
        own = [s.own_words or None if s is not None else None for s in splits]
        if any(own):
            made[f"{variable.name}_other"] = _spread(own, codes, cells.index)
        self._tell_joined(place, texts, splits, codes, has_other)
        return made

    def _tell_joined(
        self, place: Place, texts: list[str], splits: list[Any], codes: Any, has_other: bool
    ) -> None:
        first = self.book[place.variable].columns[0]
        for number, split in enumerate(splits):
            rows = np.flatnonzero(codes == number)
            if split is not None and split.own_words and (split.unclear or not has_other):
                problem = f'"{split.own_words}" is not an answer the codebook knows'
                further = 'as an option or under "missing:"' if split.unclear else 'or an option "other"'
                remedy = f"correct it, or add it ({further}) to the codebook"
                at = rows + HEADER_ROWS
                self.problems.extend(Problem(first, problem, remedy, int(row), texts[number]) for row in at)
            if split is not None and split.missing is not None and not _only_missing(split):
                self._contradicted(first, rows, texts[number])

    def _fill_unnamed(self, variable: Variable, made: dict[str, pd.Series]) -> None:
        """Read blanks as not named where the tool marks only what is named, and the firm named something."""
        present = [column for column in variable.columns if column in made]
        texts = pd.DataFrame({c: made[c].astype("string").str.strip().str.lower() for c in present})
        blank = texts.isna() | texts.isin(BLANK)
        worded = [column for column in present if column in self.worded]
        marked = texts.drop(columns=worded)
        if marked.isin(NO).to_numpy(dtype=bool).any():
            answered, fill = marked.isin(NO | YES).any(axis=1), worded
        else:
            answered, fill = texts.isin(YES).any(axis=1), present
        if not blank[fill].to_numpy(dtype=bool).any():
            return
        for column in fill:
            made[column] = made[column].astype("string").mask(blank[column] & answered, "0")
        silent = int(blank.all(axis=1).sum())
        rest = f"; {silent} row(s) where none is marked are missing" if silent else ""
        self.notes.append(
            Note(
                "unnamed",
                f"{variable.name}: options left blank beside a marked one were read as not named{rest}.",
            )
        )


def _blank(variable: Variable) -> frozenset[str]:
    """List the ways a blank is written, leaving out the words of the question's own answers."""
    return BLANK - options_by_word(variable, missing=True).keys()


def _in_own_words(cells: pd.Series, variable: Variable) -> bool:
    """Say whether a column of "other" holds texts rather than marks."""
    marks = YES | NO | BLANK | {"autre"}
    marks |= {word for word, code in options_by_word(variable).items() if code == "other"}
    met = cells.dropna().map(cell_text).map(fold)
    return bool((~met.str.removesuffix(".0").isin(marks)).any())


def _only_missing(split: Any) -> bool:
    return split.missing is not None and not split.options and not split.own_words


def _names(split: Any, option: str) -> bool:
    return option in split.options or (option == "other" and bool(split.own_words))


def _spread(values: list[str | None], codes: Any, index: pd.Index) -> pd.Series:
    return pd.Series(values, dtype="string").reindex(codes).set_axis(index)
