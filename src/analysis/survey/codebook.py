"""What was asked? Read a questionnaire written as YAML: wording, answers, missing codes, in two languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml

from analysis.catalog import data_path
from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.yaml_files import from_yaml

__all__ = ["Codebook", "Language", "Variable", "load_codebook"]

Language = Literal["en", "fr"]
LANGUAGES = ("en", "fr")
TYPES = ("id", "single", "multiple", "scale", "yesno", "number", "date", "text")
CHOICES = ("single", "multiple", "scale")
DESIGN = ("unit", "wave", "weights", "strata", "clusters", "fpc")
LONELY = ("error", "adjust", "certainty", "average", "remove")
KEYS = (
    "name",
    "label",
    "question",
    "type",
    "concept",
    "unit",
    "options",
    "missing",
    "range",
    "reversed",
    "scale",
    "names",
    "codes",
)


@dataclass(frozen=True)
class Variable:
    """Hold one question: its wording, the answers it allows and how missing answers are written.

    Attributes
    ----------
    name : str
        Name of the column, or of the set of columns `name__option` of a multiple-answer question.
    labels, questions : mapping of language to text
        Short name and exact wording.
    type : str
        `id`, `single`, `multiple`, `scale`, `yesno`, `number`, `date` or `text`.
    concepts : tuple of str
        The claims it answers, or `design`.
    unit : str or None
        Unit of a number.
    options : mapping of code to labels
        Answers to choose from; the codes are those of the data file.
    missing : mapping of code to labels
        Codes that stand for a missing answer.
    range : tuple of two numbers, or None
        Smallest and largest number that can be true.
    reversed : bool
        Whether agreeing means less of what the scale measures.
    scale : str or None
        The scale the item belongs to.
    names : tuple of str
        Other headings under which data files hold it, such as a survey tool's own name of the question.
    codes : mapping of text to code
        Other codes of its answers in data files (LimeSurvey's `A1`, Qualtrics' numbers), with what they stand for.
    """

    name: str
    labels: Mapping[str, str]
    type: str
    questions: Mapping[str, str] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()
    unit: str | None = None
    options: Mapping[Any, Mapping[str, str]] = field(default_factory=dict)
    missing: Mapping[Any, Mapping[str, str]] = field(default_factory=dict)
    range: tuple[float, float] | None = None
    reversed: bool = False
    scale: str | None = None
    names: tuple[str, ...] = ()
    codes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the data that hold the answers."""
        if self.type == "multiple":
            return tuple(f"{self.name}__{option}" for option in self.options)
        return (self.name,)


@dataclass(frozen=True)
class Codebook:
    """Hold a questionnaire: its variables by name, the columns that say how firms were drawn, the facts of the study.

    Examples
    --------
    >>> book = load_codebook()
    >>> book.label("sector", "fr")
    'Secteur'
    >>> book.columns("platforms")[:2]
    ('platforms__facebook', 'platforms__instagram')
    >>> book.label("platforms__facebook", "en")
    'Facebook'
    """

    variables: Mapping[str, Variable]
    title: Mapping[str, str] = field(default_factory=dict)
    design: Mapping[str, str | list[str]] = field(default_factory=dict)
    scales: Mapping[str, Any] = field(default_factory=dict)
    file: str = "codebook"
    study: Mapping[str, Any] = field(default_factory=dict)
    single_psu: str | None = None

    def __getitem__(self, name: str) -> Variable:
        """Give a variable by its name or by one of its columns."""
        stem = name if name in self.variables else name.split("__")[0]
        if stem not in self.variables or (stem != name and name not in self.variables[stem].columns):
            known = [*self.variables, *self.all_columns]
            raise ParameterError(f'{self.file} has no variable "{name}".{did_you_mean(name, known)}')
        return self.variables[stem]

    def __contains__(self, name: object) -> bool:
        return name in self.variables or name in self.all_columns

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables.values())

    def __len__(self) -> int:
        return len(self.variables)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Name every column a data file must have, in the order of the questionnaire."""
        return tuple(column for variable in self for column in variable.columns)

    @property
    def sampling(self) -> dict[str, str | list[str]]:
        """Give the arguments that declare the sampling design: `SurveyDesign(data, **codebook.sampling)`."""
        columns = {part: name for part, name in self.design.items() if part not in ("unit", "wave")}
        return columns | ({"single_psu": self.single_psu} if self.single_psu else {})

    def columns(self, name: str) -> tuple[str, ...]:
        """Name the columns of a variable: one, or one per option of a multiple-answer question."""
        return self[name].columns

    def label(self, name: str, language: Language) -> str:
        """Give the short name of a variable, or of the option a multiple-answer column stands for."""
        variable = self[name]
        if name == variable.name:
            return _text(variable.labels, language)
        return self.option_label(variable.name, name.split("__", 1)[1], language)

    def question(self, name: str, language: Language) -> str:
        """Give the exact wording of a question."""
        return _text(self[name].questions, language)

    def options(self, name: str) -> tuple[Any, ...]:
        """List the codes of the answers to choose from, in the order of the questionnaire."""
        return tuple(self[name].options)

    def option_label(self, name: str, code: Any, language: Language) -> str:
        """Give the words of an answer (or missing code) in a language."""
        variable = self[name]
        for known, labels in [*variable.options.items(), *variable.missing.items()]:
            if str(known) == str(code):
                return _text(labels, language)
        allowed = [str(known) for known in variable.options]
        raise ParameterError(
            f'"{name}" has no answer "{code}".{did_you_mean(str(code), allowed)} Answers: {", ".join(allowed)}.'
        )

    def missing(self, name: str) -> tuple[Any, ...]:
        """List the codes that stand for a missing answer."""
        return tuple(self[name].missing)


def _text(words: Mapping[str, str], language: str) -> str:
    if language not in LANGUAGES:
        raise ParameterError(f'language="{language}" is not a choice. Choices: {", ".join(LANGUAGES)}.')
    return words[language]


def load_codebook(path: str | Path | None = None) -> Codebook:
    """Read a questionnaire from its YAML file.

    Parameters
    ----------
    path : str or path, optional
        The file; the bundled questionnaire when left out.

    Returns
    -------
    Codebook

    Raises
    ------
    DataError
        When the file is absent, is not YAML, or a variable is incomplete or contradicts itself; every mistake
        is named with its variable.

    Notes
    -----
    A codebook says which answers are possible, not that the answers of a file are: see `check_survey`.

    References
    ----------
    The DDI Codebook standard describes the same items; this is a short form that people can edit.

    Examples
    --------
    >>> load_codebook()["hours_per_week"].type
    'number'
    """
    file = data_path("codebook", "questionnaire.yml") if path is None else Path(path)
    return _codebook(_read_text(file), file.name)


@lru_cache(maxsize=8)
def _codebook(text: str, file: str) -> Codebook:
    """Build the codebook once for each text: a report reads it several times."""
    raw = _read_yaml(text, file)
    mistakes: list[str] = []
    variables = _variables(raw, mistakes)
    declared = raw.get("design") or {}
    lonely = declared.get("single_psu") if isinstance(declared, dict) else None
    if lonely not in (None, *LONELY):
        mistakes.append(f'design: single_psu "{lonely}" is not a choice. Choices: {", ".join(LONELY)}')
    if isinstance(declared, dict):
        declared = {part: name for part, name in declared.items() if part != "single_psu"}
    design = _design(declared, variables, mistakes)
    if mistakes:
        listed = "\n".join(f"  - {mistake}" for mistake in mistakes[:10])
        more = f"\n  and {len(mistakes) - 10} more" if len(mistakes) > 10 else ""
        raise DataError(f"{file} is not a usable codebook:\n{listed}{more}")
    return Codebook(
        variables=MappingProxyType(variables),
        title=MappingProxyType(raw.get("title") or {}),
        design=MappingProxyType(design),
        scales=MappingProxyType(raw.get("scales") or {}),
        file=file,
        single_psu=lonely,
        study=MappingProxyType(raw.get("study") or {}),
    )


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise DataError(f"The codebook {file.name} does not exist. Check the path.") from error
    except IsADirectoryError as error:
        raise DataError(f"{file.name} is a folder: give the codebook's YAML file.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file.name} is not UTF-8 text: save the codebook as UTF-8.") from error


def _read_yaml(text: str, file: str) -> dict[str, Any]:
    try:
        raw = from_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise DataError(
            f"{file} is not valid YAML{where}: {getattr(error, 'problem', None) or error}. "
            "Check indentation and quotes."
        ) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("variables"), list) or not raw["variables"]:
        raise DataError(f'{file} is not a codebook: it needs a list called "variables:".')
    return raw


def _variables(raw: Mapping[str, Any], mistakes: list[str]) -> dict[str, Variable]:
    variables: dict[str, Variable] = {}
    for number, entry in enumerate(raw["variables"], start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            mistakes.append(f'variable number {number}: "name:" is missing or is not text')
            continue
        name = entry["name"]
        if name in variables:
            mistakes.append(f"{name}: the name is given to two variables")
            continue
        found = list(_mistakes(entry))
        mistakes.extend(f"{name}: {mistake}" for mistake in found)
        if not found:
            variables[name] = _variable(entry)
    return variables


def _variable(entry: Mapping[str, Any]) -> Variable:
    concept = entry.get("concept") or ()
    limits = entry.get("range")
    return Variable(
        name=entry["name"],
        labels=MappingProxyType(entry["label"]),
        type=entry["type"],
        questions=MappingProxyType(entry.get("question") or entry["label"]),
        concepts=(concept,) if isinstance(concept, str) else tuple(concept),
        unit=entry.get("unit"),
        options=MappingProxyType(entry.get("options") or {}),
        missing=MappingProxyType(entry.get("missing") or {}),
        range=None if limits is None else (limits[0], limits[1]),
        reversed=bool(entry.get("reversed", False)),
        scale=entry.get("scale"),
        names=_texts(entry.get("names")),
        codes=MappingProxyType({str(code): answer for code, answer in (entry.get("codes") or {}).items()}),
    )


def _mistakes(entry: Mapping[str, Any]) -> Iterator[str]:
    """Find what is wrong with one variable, in the words of the file."""
    for key in entry:
        if key not in KEYS:
            yield f'"{key}:" is not a known entry.{did_you_mean(str(key), KEYS)}'
    kind = entry.get("type")
    if kind not in TYPES:
        yield f'type "{kind}" is not one of {", ".join(TYPES)}'
    yield from _label_mistakes("label", entry.get("label"))
    if "question" in entry:
        yield from _label_mistakes("question", entry["question"])
    options, missing = entry.get("options"), entry.get("missing")
    if kind in CHOICES and not options:
        yield f'type {kind} needs "options:"'
    for part, answers in (("options", options), ("missing", missing)):
        yield from _answer_mistakes(part, answers)
    if isinstance(options, dict) and isinstance(missing, dict):
        for code in {str(c) for c in options} & {str(c) for c in missing}:
            yield f'code "{code}" is both an option and a missing answer'
    yield from _range_mistakes(entry.get("range"))
    names = entry.get("names") or []
    if not (isinstance(names, str) or _is_texts(names)):
        yield f'"names:" must list the headings of data files, not {names!r}'
    yield from _code_mistakes(entry)


def _code_mistakes(entry: Mapping[str, Any]) -> Iterator[str]:
    codes = entry.get("codes") or {}
    if not isinstance(codes, dict):
        yield '"codes:" must be a mapping of the code in data files to the answer it stands for'
        return
    parts = [
        entry.get("options"),
        entry.get("missing"),
        {0: 0, 1: 1} if entry.get("type") == "yesno" else None,
    ]
    known = [str(code) for part in parts if isinstance(part, dict) for code in part]
    for code, answer in codes.items():
        if str(answer) not in known:
            yield f'"codes: {code}" stands for "{answer}", which is no answer.{did_you_mean(str(answer), known)}'


def _texts(words: str | Sequence[str] | None) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


def _label_mistakes(part: str, words: Any) -> Iterator[str]:
    if not isinstance(words, dict):
        yield f'"{part}:" must give the words in en and fr'
        return
    for language in LANGUAGES:
        if not isinstance(words.get(language), str) or not words[language].strip():
            yield f'"{part}:" has no words in {language}'


def _answer_mistakes(part: str, answers: Any) -> Iterator[str]:
    if answers is None:
        return
    if not isinstance(answers, dict):
        yield f'"{part}:" must be a mapping of code to words'
        return
    for code, words in answers.items():
        if isinstance(code, bool) or code is None:
            yield f'"{part}:" has a code that YAML reads as {str(code).lower()}: put it in quotes ("no", "yes", "on")'
        else:
            yield from _label_mistakes(f"{part}: {code}", words)


def _range_mistakes(limits: Any) -> Iterator[str]:
    if limits is None:
        return
    numbers = (
        isinstance(limits, list) and len(limits) == 2 and all(isinstance(x, int | float) for x in limits)
    )
    if not numbers or limits[0] > limits[1]:
        yield f'"range:" must be two numbers, the smaller first, not {limits}'


def _design(
    design: Any, variables: Mapping[str, Variable], mistakes: list[str]
) -> dict[str, str | list[str]]:
    """Read which columns hold weights, strata and clusters; each must be a variable of the codebook.

    Clusters and finite populations may be lists: one column per stage of the draw.
    """
    if not isinstance(design, dict):
        mistakes.append('"design:" must be a mapping such as {weights: weight, strata: stratum}')
        return {}
    for part, name in design.items():
        if part not in DESIGN:
            mistakes.append(f'design: "{part}" is not a part of a design.{did_you_mean(str(part), DESIGN)}')
        elif not (isinstance(name, str) or _is_texts(name)):
            mistakes.append(f"design: {part} must name a column, or a list of them, not {name!r}")
        elif not mistakes:
            mistakes.extend(
                f'design: {part} names "{stage}", which is not among the variables.'
                f"{did_you_mean(str(stage), variables)}"
                for stage in stages(name)
                if stage not in variables
            )
    return dict(design)


def _is_texts(names: Any) -> bool:
    return isinstance(names, list) and all(isinstance(name, str) for name in names)


def stages(columns: str | Sequence[str]) -> list[str]:
    """Give the columns of a part of the design, one per stage of the draw.

    Parameters
    ----------
    columns : str or sequence of str
        One column, or one per stage.

    Returns
    -------
    list of str

    Examples
    --------
    >>> stages("town"), stages(["town", "firm"])
    (['town'], ['town', 'firm'])
    """
    return [columns] if isinstance(columns, str) else list(columns)
