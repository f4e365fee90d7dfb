"""How do we start a codebook? A draft for any survey file: questions, types, answers and missing codes it shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analysis.errors import DataError
from analysis.survey.files.answers import BLANK, DATE, HEADER_ROWS, NUMBER, WRITTEN_DATE, cell_text
from analysis.survey.files.intake import responses
from analysis.survey.files.labelled import Labels
from analysis.survey.files.question_sets import QuestionSet, question_sets
from analysis.survey.files.recoding import NO, YES
from analysis.survey.files.tables import RawTable, read_table
from analysis.survey.files.wording import fold
from analysis.survey.reasons import spoken_reason

__all__ = ["scaffold"]

FEW_ANSWERS, LONGEST = 12, 120
CODES_OF_MISSING = {
    "-1",
    "-2",
    "-3",
    "-7",
    "-8",
    "-9",
    "-66",
    "-77",
    "-88",
    "-98",
    "-99",
    "-777",
    "-888",
    "-999",
}
UNSURE = {"en": "missing code {}, to be confirmed", "fr": "code de valeur manquante {}, à confirmer"}
NAME = re.compile(r"[^\W\d]\w*")


def scaffold(data: pd.DataFrame | str | Path, path: str | Path | None = None, *, sheet: str | int = 0) -> str:
    """Draft a codebook for any table or survey file, to be completed by hand.

    Parameters
    ----------
    data : pandas.DataFrame or path
        The answers, or their file, of any kind `read_survey` reads.
    path : str or path, optional
        Where to write the draft; an existing file is never overwritten.
    sheet : str or int
        Sheet of a workbook.

    Returns
    -------
    str
        The draft as YAML: it loads as a codebook and describes the data. Labels are those of the file (SPSS and
        Stata labels, questions in words), else names; sets of several answers and codes that look like missing
        ones are found.

    Raises
    ------
    DataError
        When the file cannot be read, or the draft's file exists.

    Notes
    -----
    Types are guesses from the answers met, and one language stands for both: wording, units, missing codes and
    design are yours to check and add.

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
    if isinstance(data, pd.DataFrame):
        raw = RawTable(data.reset_index(drop=True), "The table", np.arange(len(data)) + HEADER_ROWS)
    else:
        raw = read_table(data, sheet)
    entries = list(_entries(raw))
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

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _words(dumper: yaml.SafeDumper, data: dict) -> yaml.Node:
    short = set(data) == {"en", "fr"}
    return dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=short)


_Dumper.add_representer(dict, _words)


def _write_new(path: Path, text: str) -> None:
    if path.exists():
        raise DataError(f"{path.name} exists already: choose another name for the draft codebook.")
    path.write_text(text, encoding="utf-8")


def _entries(raw: RawTable) -> Iterator[dict]:
    """Draft one entry per question, in the order of the file."""
    tool, texts, body = responses(raw)
    answers = {
        str(heading): body.cells[heading]
        for heading in body.cells
        if tool is None or not tool.is_system(str(heading))
    }
    sets = question_sets(answers, texts, body.labels, tool)
    member = {heading: one for one in sets for heading in one.headings}
    taken: set[str] = set()
    names = {heading for heading in answers if NAME.fullmatch(heading)}
    for heading, cells in answers.items():
        one = member.get(heading)
        if one is None:
            code, said = _code_and_text(heading, texts.get(heading, [""])[0])
            name = _name(code, said, taken | names - {code})
            yield _single(name, heading, said, _texts(cells), body.labels)
        elif heading == one.headings[0]:
            name = _name(one.stem, one.text, taken | names - {one.stem})
            yield _several(name, one)
        else:
            continue
        taken.add(name)


def _code_and_text(heading: str, text: str) -> tuple[str, str]:
    """Part a heading written "code. text"."""
    coded = re.fullmatch(r"(\w+)\. (.+)", heading, re.DOTALL)
    return (coded[1], coded[2]) if coded and not text else (heading, text)


def _texts(cells: pd.Series) -> pd.Series:
    """Give the answers of a column as text, blanks left out."""
    texts = cells.dropna().map(cell_text).astype("string").str.strip()
    return texts[~texts.str.lower().isin(BLANK)]


def _name(heading: str, text: str, taken: set[str]) -> str:
    """Give a column a name for the codebook: its own where it is one, else a few words of it."""
    tail = heading.split("/")[-1].strip()
    own = next((name for name in (heading, tail) if NAME.fullmatch(name) and "__" not in name), None)
    start = own or _slug(text if len(tail) < 2 else tail)
    name, number = start, 2
    while name in taken:
        name, number = f"{start}_{number}", number + 1
    return name


def _slug(text: str, words: int = 6) -> str:
    plain = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode()
    found = re.findall(r"[a-z0-9]+", plain)[:words]
    name = "_".join(found)[:48].strip("_") or "question"
    return name if name[0].isalpha() else f"q_{name}"


def _both(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


def _entry(name: str, heading: str, text: str, kind: str) -> dict:
    entry: dict = {"name": name, "label": _both(text if text and len(text) <= 60 else heading)}
    if text and text != heading:
        entry["question"] = _both(text)
    entry["type"] = kind
    if heading != name:
        entry["names"] = [heading]
    return entry


def _several(name: str, one: QuestionSet) -> dict:
    """Draft a question with several answers."""
    entry = _entry(name, one.stem, one.text, "multiple")
    missing = {code: label for code, label in one.options.items() if spoken_reason(label) is not None}
    options = {code: label for code, label in one.options.items() if code not in missing} or one.options
    entry["options"] = {code: _both(label) for code, label in options.items()}
    if missing and options is not one.options:
        entry["missing"] = {code: _both(label) for code, label in missing.items()}
    return entry


def _single(name: str, heading: str, text: str, answers: pd.Series, labels: Labels) -> dict:
    """Guess the type of one column from its answers and what the file says of them."""
    known = labels.answers.get(heading, {})
    missing = _missing(answers, known, labels.missing.get(heading, frozenset()))
    given = answers[~answers.isin([str(code) for code in missing])]
    options = {code: label for code, label in known.items() if code not in set(map(str, missing))}
    entry = _entry(name, heading, text, "text")
    if options and set(given) <= set(options):
        entry |= _labelled(options)
    else:
        entry |= _unlabelled(given)
    if missing:
        entry["missing"] = missing
    return entry


def _missing(
    answers: pd.Series, known: Mapping[str, str], declared: frozenset[str]
) -> dict[Any, dict[str, str]]:
    """Find the codes of missing answers: declared, labelled as such, in words, or negative among counts."""
    met = set(answers)
    found: dict[Any, dict[str, str]] = {}
    for code in sorted(
        declared | {code for code, label in known.items() if spoken_reason(label)}, key=_order
    ):
        found[_typed(code)] = _both(known.get(code, code)) if code in known else _unsure(code)
    for text in sorted(met - {str(code) for code in found}):
        if spoken_reason(text) is not None and len(met) > 1:
            found[text] = _both(text)
    rest = pd.to_numeric(
        pd.Series(sorted(met - {str(code) for code in found}), dtype="string"), errors="coerce"
    )
    doubtful = sorted((met & CODES_OF_MISSING) - {str(code) for code in found}, key=_order)
    if doubtful and rest.notna().all() and not (rest[~rest.isin([float(c) for c in doubtful])] < 0).any():
        found |= {_typed(code): _unsure(code) for code in doubtful}
    return found


def _unsure(code: str) -> dict[str, str]:
    return {language: words.format(code) for language, words in UNSURE.items()}


def _typed(code: str) -> Any:
    return int(code) if re.fullmatch(r"-?\d{1,9}", code) and str(int(code)) == code else code


def _order(code: str) -> tuple[bool, float, str]:
    number = pd.to_numeric(code, errors="coerce")
    return (bool(np.isnan(number)), 0.0 if np.isnan(number) else float(number), code)


def _labelled(options: Mapping[str, str]) -> dict:
    """Draft the answers that a labelled file names."""
    said = {fold(label): code for code, label in options.items()}
    yes, no = (next((said[word] for word in sorted(words & set(said))), None) for words in (YES, NO))
    if len(options) == 2 and yes is not None and no is not None:
        codes = {code: mark for code, mark in ((yes, 1), (no, 0)) if code != str(mark)}
        return {"type": "yesno"} | (
            {"codes": {_typed(code): mark for code, mark in codes.items()}} if codes else {}
        )
    typed = {
        _typed(code): _both(label) for code, label in sorted(options.items(), key=lambda one: _order(one[0]))
    }
    steps = [code for code in typed if isinstance(code, int)]
    scale = (
        len(steps) == len(typed) >= 3
        and np.ptp(steps) == len(steps) - 1
        and len(steps) <= 11
        and steps[0] in (0, 1)
    )
    return {"type": "scale" if scale else "single", "options": typed}


def _unlabelled(given: pd.Series) -> dict:
    """Guess a type from the answers alone."""
    distinct = sorted(given.unique())
    if distinct and {fold(text).removesuffix(".0") for text in distinct} <= YES | NO:
        return {"type": "yesno"}
    if distinct and given.str.fullmatch(r"\d+").all() and given.str.match(r"0\d").any():
        return {"type": "id"}
    plain = given.str.replace(r"[\s\u202f\u00a0]", "", regex=True).str.replace(",", ".", regex=False)
    if distinct and plain.str.fullmatch(NUMBER).all():
        return {"type": "number"}
    if distinct and all(DATE.fullmatch(text) or WRITTEN_DATE.match(text) for text in distinct):
        return {"type": "date"}
    short = all(len(text) <= LONGEST and "\n" not in text for text in distinct)
    if 0 < len(distinct) <= FEW_ANSWERS and short:
        return {"type": "single", "options": {text: _both(text) for text in distinct}}
    return {"type": "text"}
