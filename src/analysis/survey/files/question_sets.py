"""Which columns ask one question? Sets of several answers found in a file that no codebook describes yet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from analysis.survey.files.answers import BLANK, cell_text
from analysis.survey.files.headings import CHOSEN
from analysis.survey.files.labelled import Labels
from analysis.survey.files.recoding import NO, YES
from analysis.survey.files.tools import Tool
from analysis.survey.files.wording import fold, key

__all__ = ["QuestionSet", "question_sets"]

MOST_OPTIONS = 30
OTHERS = frozenset({"other", "autre", "text", "texte"})


@dataclass(frozen=True)
class QuestionSet:
    """Hold a question with several answers: its columns, the options they stand for, and its words."""

    stem: str
    headings: tuple[str, ...]
    options: Mapping[str, str]
    text: str = ""


def question_sets(
    answers: Mapping[str, pd.Series],
    texts: Mapping[str, Sequence[str]],
    labels: Labels,
    tool: Tool | None,
) -> list[QuestionSet]:
    """Find the questions with several answers among the columns of a file.

    Parameters
    ----------
    answers : mapping of heading to Series
        The columns that hold answers.
    texts : mapping of heading to texts
        What else the file says of a column.
    labels : Labels
        What an SPSS or Stata file declares.
    tool : Tool or None
        Who wrote the file.

    Returns
    -------
    list of QuestionSet
        Columns of yes and no that share a stem (`stem__option`, `stem[option]`, `stem/option`, or the question
        written above them), sets an SPSS file declares, and columns that join several answers.

    Examples
    --------
    >>> columns = {"uses/x": pd.Series(["1", "0"]), "uses/bluesky": pd.Series(["0", "1"])}
    >>> question_sets(columns, {}, Labels(), None)[0].options
    {'x': 'x', 'bluesky': 'bluesky'}
    """
    found = list(_declared(answers, texts, labels))
    used = {heading for one in found for heading in one.headings}
    parted = _parted({name: cells for name, cells in answers.items() if name not in used}, texts)
    found += parted
    used |= {heading for one in parted for heading in one.headings}
    if tool is not None:
        rest = {name: cells for name, cells in answers.items() if name not in used}
        found += [one for name, cells in rest.items() for one in _joined(name, cells, texts, tool)]
    return found


def _declared(
    answers: Mapping[str, pd.Series], texts: Mapping[str, Sequence[str]], labels: Labels
) -> Iterator[QuestionSet]:
    for name, members in labels.sets.items():
        here = [member for member in members if member in answers]
        if len(here) > 1 and all("__" not in member for member in here):
            options = {member: texts.get(member, [member])[0] for member in here}
            yield QuestionSet(name, tuple(here), options)


def _marks(cells: pd.Series, words: Sequence[str]) -> bool:
    """Say whether a column only marks one option: yes, no, or the option's own words."""
    met = {fold(cell_text(cell)).removesuffix(".0") for cell in cells.dropna()} - BLANK
    own = {fold(word) for word in words}
    return met <= YES | NO | own or (len(met) == 1 and bool(re.fullmatch(r"\d+", next(iter(met)))))


def _parted(answers: Mapping[str, pd.Series], texts: Mapping[str, Sequence[str]]) -> list[QuestionSet]:
    """Group the columns of yes and no that share a stem."""
    groups: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for heading, cells in answers.items():
        cut = _cut(heading, texts.get(heading, [""])[0], set(answers))
        if cut is None:
            continue
        stem, part, words, question = cut
        if key(part) in OTHERS and not _marks(cells, [words]):
            continue
        groups.setdefault((stem, question), []).append((heading, part, words))
    return [
        _set(stem, question, members, answers)
        for (stem, question), members in groups.items()
        if all(_marks(answers[heading], [words, part]) for heading, part, words in members)
        and (len(members) > 1 or stem in answers or members[0][0] == f"{stem}__{members[0][1]}")
    ]


def _set(
    stem: str, question: str, members: list[tuple[str, str, str]], answers: Mapping[str, pd.Series]
) -> QuestionSet:
    options: dict[str, str] = {}
    for _, part, words in members:
        code = part if re.fullmatch(r"[\w-]+", part) else _code(words)
        options[code if code not in options else f"{code}_{len(options)}"] = words
    joined = [stem] if stem in answers else []
    return QuestionSet(stem, (*joined, *(heading for heading, _, _ in members)), options, question)


def _code(words: str) -> str:
    return "_".join(re.findall(r"\w+", fold(words)))[:40] or "option"


def _cut(heading: str, text: str, every: set[str]) -> tuple[str, str, str, str] | None:
    """Cut a heading into stem and option, with the option's words and the question's."""
    stem, mark, part = heading.partition("__")
    if mark and stem and part and stem not in every:
        return stem, part, part, ""
    coded = re.fullmatch(r"(\w+)\[(\w+)\]\. (.+?) \[(.+)\]\s*", heading, re.DOTALL)
    if coded:
        return coded[1], coded[2], coded[4], coded[3]
    bracket = re.fullmatch(r"(.*\S)\s*\[(.+)\]\s*", heading, re.DOTALL)
    if bracket:
        return bracket[1], bracket[2], bracket[2], ""
    stem, mark, part = heading.rpartition("/")
    if mark and stem and (stem in every or sum(other.startswith(f"{stem}/") for other in every) > 1):
        return stem, part, part, ""
    question, mark, words = CHOSEN.sub("", text).rpartition(" - ")
    numbered = re.fullmatch(r"(.+)_(\d+)", heading)
    if mark and numbered and CHOSEN.search(text):
        return numbered[1], numbered[2], words, question
    return None


def _joined(
    heading: str, cells: pd.Series, texts: Mapping[str, Sequence[str]], tool: Tool
) -> Iterator[QuestionSet]:
    """Find the options of a column whose cells join several answers."""
    met = [cell_text(cell).strip() for cell in cells.dropna()]
    met = sorted({cell for cell in met if cell.lower() not in BLANK})
    for mark in (";", ",", " " if tool.spaces else None):
        if mark is None or not any(mark in cell.rstrip(mark) for cell in met):
            continue
        split = [[part.strip() for part in cell.split(mark) if part.strip()] for cell in met]
        split = _mended(split, f"{mark} ".replace("  ", " "))
        options = sorted({part for parts in split for part in parts})
        often = Counter(part for parts in split for part in parts)
        together = {part for parts in split if len(parts) > 1 for part in parts}
        if len(options) <= MOST_OPTIONS and any(often[part] > 1 for part in together):
            codes = {_code(option): option for option in options}
            if len(codes) == len(options):
                said = CHOSEN.sub("", texts.get(heading, [""])[0])
                yield QuestionSet(heading, (heading,), codes, said)
                return


def _mended(split: list[list[str]], glue: str) -> list[list[str]]:
    """Put together again the parts of an option that holds the mark itself: they are never seen apart."""
    while True:
        often = Counter(part for parts in split for part in parts)
        pairs = Counter((a, b) for parts in split for a, b in pairwise(parts))
        whole = sorted(
            pair for pair, times in pairs.items() if times > 1 and times == often[pair[0]] == often[pair[1]]
        )
        if not whole:
            return split
        first, second = whole[0]
        split = [_glued(parts, first, second, glue) for parts in split]


def _glued(parts: list[str], first: str, second: str, glue: str) -> list[str]:
    made: list[str] = []
    for part in parts:
        if made and made[-1] == first and part == second:
            made[-1] = f"{first}{glue}{second}"
        else:
            made.append(part)
    return made
