"""Which question does each column of a file hold? Headings matched with the names and wordings of a codebook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analysis.survey.codebook import Codebook, Variable
from analysis.survey.files.tools import Tool
from analysis.survey.files.wording import closest, fold, key, squeeze

__all__ = ["Place", "Places", "options_by_word", "place_columns"]

CHOSEN = re.compile(r" - (selected choices?|choix sélectionnés?)(?= - |$)", re.IGNORECASE)
NUMBERED = re.compile(r"^\s*(?:q(?:uestion)?\s*)?\d+\s*[.):]\s+", re.IGNORECASE)
TEXTS = frozenset({"text", "texte"})
OTHER = frozenset({"other", "autre", "text", "texte", "comment", "commentaire"})


@dataclass(frozen=True)
class Place:
    """Hold where the cells of one column of a file belong.

    Attributes
    ----------
    heading : str
        The column, as the file calls it.
    variable : str
        The question.
    option : str or None
        The option (or missing code), for a column of a multiple-answer question; None when the column holds the
        whole question.
    other : bool
        Whether the column holds other answers in the firm's own words.
    how : str
        `name`, `wording` or `likeness`: what it was recognised by.
    """

    heading: str
    variable: str
    option: str | None = None
    other: bool = False
    how: str = "name"

    @property
    def column(self) -> str:
        """Name the column of the survey microdata."""
        if self.other:
            return f"{self.variable}_other"
        return self.variable if self.option is None else f"{self.variable}__{self.option}"


@dataclass(frozen=True)
class Places:
    """Hold what each column of a file was found to be."""

    known: tuple[Place, ...] = ()
    system: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def options_by_word(variable: Variable, *, missing: bool = False) -> dict[str, str]:
    """List the ways an answer may be written in a file: code, other code, words in either language.

    Parameters
    ----------
    variable : Variable
        The question.
    missing : bool
        Whether the missing codes count among the answers.

    Returns
    -------
    dict of folded text to code as text
        Words that stand for two answers are left out; codes come before words.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> options_by_word(load_codebook()["size_class"])["1 à 4 salariés"]
    '1-4'
    """
    answers = {**variable.options, **(variable.missing if missing else {})}
    words: dict[str, set[str]] = {}
    for code, labels in answers.items():
        for text in labels.values():
            words.setdefault(fold(text), set()).add(str(code))
    found = {word: codes.pop() for word, codes in words.items() if len(codes) == 1}
    found |= {fold(str(code)): str(answer) for code, answer in variable.codes.items()}
    return found | {fold(str(code)): str(code) for code in answers}


def place_columns(
    headings: Sequence[str],
    book: Codebook,
    tool: Tool | None = None,
    questions: Mapping[str, Sequence[str]] | None = None,
) -> Places:
    """Say which question each column of a file holds.

    Parameters
    ----------
    headings : sequence of str
        Names of the columns.
    book : Codebook
        The questionnaire.
    tool : Tool, optional
        Who wrote the file.
    questions : mapping of heading to texts, optional
        What else the file says of a column: the wording below the name, the label of the variable.

    Returns
    -------
    Places
        A column is placed by its name first, then by the wording of the question, short name included, in either
        language; then by a wording nearly the same, if one only is. Doubtful ones are left where they are.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> found = place_columns(["Secteur", "platforms/x", "_uuid", "_submission_time"], load_codebook())
    >>> [place.column for place in found.known], found.unknown
    (['sector', 'platforms__x'], ('_uuid', '_submission_time'))
    """
    index = _Index(book, tool)
    ranked: dict[tuple[str, str | None, bool], tuple[int, Place]] = {}
    clashes: set[tuple[str, str | None, bool]] = set()
    system, unknown, doubtful = [], [], {}
    for heading in headings:
        place, rank, rivals = index.place(heading, (questions or {}).get(heading, ()))
        if place is None:
            if rivals:
                doubtful[heading] = tuple(sorted(rivals))
            elif tool is not None and tool.is_system(heading):
                system.append(heading)
            else:
                unknown.append(heading)
            continue
        target = (place.variable, place.option, place.other)
        before = ranked.get(target)
        if before is not None and before[0] == rank and not _repeated(before[1].heading, heading):
            clashes.add(target)
            doubtful[heading] = (place.column,)
            continue
        if before is not None and before[0] <= rank:
            unknown.append(heading)
            continue
        if before is not None:
            unknown.append(before[1].heading)
            clashes.discard(target)
        ranked[target] = (rank, place)
    for target in clashes:
        place = ranked.pop(target)[1]
        doubtful[place.heading] = (place.column,)
    order = {heading: number for number, heading in enumerate(headings)}
    known = sorted((place for _, place in ranked.values()), key=lambda place: order[place.heading])
    return Places(tuple(known), tuple(system), tuple(sorted(unknown, key=order.__getitem__)), doubtful)


def _repeated(first: str, second: str) -> bool:
    """Say whether a heading is another with the number a tool adds to a wording it meets again."""
    return re.fullmatch(r"\d{1,2}", squeeze(second).removeprefix(squeeze(first))) is not None


class _Index:
    """Look headings up among the names and wordings of a codebook."""

    def __init__(self, book: Codebook, tool: Tool | None) -> None:
        self.book = book
        self.tool = tool
        self.columns = {column: variable for variable in book for column in variable.columns}
        self.names: dict[str, set[str]] = {}
        self.wordings: dict[str, set[str]] = {}
        for variable in book:
            for name in (variable.name, *variable.names):
                self.names.setdefault(squeeze(name), set()).add(variable.name)
            for text in {*variable.labels.values(), *variable.questions.values(), *variable.names}:
                self.wordings.setdefault(key(text), set()).add(variable.name)
        self.options: dict[str, dict[str, str]] = {}

    @cached_property
    def single_wordings(self) -> dict[str, str]:
        return {text: next(iter(names)) for text, names in self.wordings.items() if len(names) == 1}

    def place(self, heading: str, texts: Iterable[str]) -> tuple[Place | None, int, set[str]]:
        """Find the place of a column, how well it was found (0 is best), and rival questions in doubt."""
        if heading in self.columns:
            variable = self.columns[heading]
            option = heading.split("__", 1)[1] if heading != variable.name else None
            return Place(heading, variable.name, option), 0, set()
        for variable in self.book:
            if heading in variable.names or heading == variable.name:
                return Place(heading, variable.name), 1, set()
        if self.tool is not None and self.tool.is_system(heading):
            return None, 9, set()
        rivals: set[str] = set()
        for rank, (text, look) in enumerate(self._ways([*self._grouped(heading), *texts]), start=2):
            found = look(heading, text)
            if isinstance(found, Place):
                return found, rank, set()
            rivals |= found
        return None, 9, rivals

    def _grouped(self, heading: str) -> list[str]:
        """Give a heading, and as it is with slashes after its groups where the tool may write another mark."""
        marks = "" if self.tool is None or " " in heading else self.tool.groups
        slashed = re.sub(f"[{re.escape(marks)}]", "/", heading) if marks else heading
        return [heading] if slashed == heading else [heading, slashed]

    def _ways(self, texts: Sequence[str]) -> Iterator[tuple[str, object]]:
        ways = (self._by_name, self._by_parts, self._by_wording)
        yield from ((text, way) for way in ways for text in texts)
        yield from ((text, self._by_likeness) for text in texts)

    def _by_name(self, heading: str, text: str) -> Place | set[str]:
        names = [text, *_code_alone(text), *_tails(text)]
        for name in names:
            found = self.names.get(squeeze(name), set()) if squeeze(name) else set()
            if len(found) == 1 and _is_name(name) and not set(name) & set("/["):
                return Place(heading, next(iter(found)))
        return set()

    def _by_parts(self, heading: str, text: str) -> Place | set[str]:
        for stem, part, whole in _parts(text):
            if key(part) in TEXTS:
                option = self._by_parts(heading, stem)
                if isinstance(option, Place) and key(option.option or "") in OTHER:
                    return Place(heading, option.variable, other=True, how=option.how)
            for name, how in self._stems(stem):
                option = self._option(name, part)
                if option is not None:
                    return Place(heading, name, option, how=how)
                if self.book[name].type in {"multiple", "single"} and key(part) in OTHER:
                    return Place(heading, name, other=True, how=how)
            joined = self.names.get(squeeze(stem + part), set())
            if len(joined) == 1 and _is_name(stem):
                return Place(heading, next(iter(joined)))
            row = self.names.get(squeeze(part), set()) | self.wordings.get(key(part), set())
            if (
                whole
                and len(row) == 1
                and self.book[next(iter(row))].type != "multiple"
                and len(key(part)) > 1
            ):
                return Place(heading, next(iter(row)), how="wording")
        return set()

    def _stems(self, stem: str) -> Iterator[tuple[str, str]]:
        for name in sorted(self.names.get(squeeze(stem), set())):
            yield name, "name"
        for text in (stem, *_plain(stem)):
            for name in sorted(self.wordings.get(key(text), set())):
                yield name, "wording"

    def _option(self, name: str, part: str) -> str | None:
        variable = self.book[name]
        if variable.type != "multiple":
            return None
        if name not in self.options:
            words = options_by_word(variable, missing=True)
            loose = {key(word): option for word, option in words.items()}
            self.options[name] = {
                **loose,
                **{squeeze(word): option for word, option in words.items()},
                **words,
            }
        known = self.options[name]
        option = known.get(fold(part)) or known.get(key(part)) or known.get(squeeze(part))
        return option

    def _by_wording(self, heading: str, text: str) -> Place | set[str]:
        doubt: set[str] = set()
        for words in (text, *_plain(text)):
            found = self.wordings.get(key(words), set())
            if len(found) == 1:
                return Place(heading, next(iter(found)), how="wording")
            doubt |= found
        return doubt

    def _by_likeness(self, heading: str, text: str) -> Place | set[str]:
        if " " not in text.strip():
            return set()
        for words in (text, *_plain(text)):
            found = closest(key(words), self.single_wordings)
            if found is not None:
                return Place(heading, self.single_wordings[found], how="likeness")
        return set()


def _is_name(text: str) -> bool:
    """Say whether a text may be a name, rather than a sentence."""
    return len(text) <= 64 and text.count(" ") <= 2


def _code_alone(text: str) -> Iterator[str]:
    """Give the code of a heading written "code. text"."""
    code, mark, _ = text.partition(". ")
    if mark and _is_name(code):
        yield code


def _tails(text: str) -> Iterator[str]:
    """Give what stands after the groups of "group/question"."""
    pieces = text.split("/")
    yield from ("/".join(pieces[start:]) for start in range(1, len(pieces)))


def _plain(text: str) -> Iterator[str]:
    """Give the wording without the code, number, groups or remark that tools put around it."""
    yield CHOSEN.sub("", text)
    if NUMBERED.match(text):
        yield NUMBERED.sub("", text)
    code, mark, rest = text.partition(". ")
    if mark and " " not in code.strip():
        yield rest
    yield from _tails(text)
    without_number = re.sub(r"(?<=\D)\d$", "", text.strip())
    if without_number != text.strip():
        yield without_number


def _parts(text: str) -> Iterator[tuple[str, str, bool]]:
    """Cut a heading into question and option, in each way tools join them.

    The third part says whether the mark is one that only tools put there: an underscore is in many names.
    """
    bracket = re.fullmatch(r"(.*\S)\s*\[(.+)\]\s*", text, re.DOTALL)
    if bracket:
        stems = (bracket[1], *_code_alone(bracket[1]), *_plain(bracket[1]))
        yield from ((stem, bracket[2], True) for stem in stems)
    clean = CHOSEN.sub("", text)
    for mark in ("/", " - ", " – ", " : "):
        pieces = clean.split(mark)
        for cut in range(len(pieces) - 1, 0, -1):
            stem, part = mark.join(pieces[:cut]), mark.join(pieces[cut:])
            stems = (stem, *_tails(stem)) if mark == "/" else (stem,)
            yield from ((start, part, True) for start in stems)
    if " " not in text:
        pieces = text.split("_")
        cuts = range(len(pieces) - 1, 0, -1)
        yield from (("_".join(pieces[:cut]).rstrip("_"), "_".join(pieces[cut:]), False) for cut in cuts)
