"""What did the firm answer, in the codebook's own codes? Words, other codes and joined answers made codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.survey.codebook import Variable
from analysis.survey.files.headings import options_by_word
from analysis.survey.files.wording import closest, fold, key
from analysis.survey.reasons import reason_of, spoken_reason

__all__ = ["NO", "YES", "Recoding", "Split", "recode", "recode_mark", "split_answers"]

YES = frozenset({"1", "yes", "y", "oui", "o", "true", "vrai", "selected", "checked", "coché", "quoted"})
NO = frozenset(
    {"0", "no", "n", "non", "false", "faux", "not selected", "unchecked", "non coché", "not quoted"}
)
LEADING = re.compile(r"^(-?\d+)\s*(?:[-.:)=]|\(|$)\s*(.*?)\)?$", re.DOTALL)
WHOLE = re.compile(r"^(-?\d+)[.,]0+$")
PLAIN = re.compile(r"[+-]?[\d.,]+|\d{4}-\d{2}-\d{2}.*")
CODE = re.compile(r"-?\d+([.,]0+)?")
NONE = frozenset({"none", "none of these", "none of the above", "aucun", "aucune", "aucun de ceux-ci"})
MARKS = ";,|\n"


@dataclass
class Recoding:
    """Hold what each distinct cell of a column stands for, and the words it was nearly the same as.

    `codes` holds the cells whose code differs from what is written; `likened` those taken for a word nearly the
    same; `disputed` those whose label in the file and whose own code stand for different answers; `relabelled`
    those whose label in the file is none of the codebook's words.
    """

    codes: dict[str, str] = field(default_factory=dict)
    likened: dict[str, str] = field(default_factory=dict)
    disputed: dict[str, str] = field(default_factory=dict)
    relabelled: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Split:
    """Hold the answers found in one cell: options, what is in the firm's own words, and a missing code."""

    options: tuple[str, ...] = ()
    own_words: str = ""
    missing: str | None = None

    @property
    def unclear(self) -> bool:
        """Say whether the own words are a code, a refusal or a "none" rather than another answer."""
        words = self.own_words
        return bool(CODE.fullmatch(words) or fold(words) in NONE or spoken_reason(words))


def recode(
    cells: list[str], variable: Variable, labels: Mapping[str, str] | None = None, *, one_two: bool = False
) -> Recoding:
    """Find the codes that the cells of a single answer, scale or yes/no stand for.

    Parameters
    ----------
    cells : list of str
        The distinct cells of a column.
    variable : Variable
        Its question.
    labels : mapping of code to text, optional
        What the file itself says its codes stand for; believed before the codes.
    one_two : bool
        Whether the tool numbers yes 1 and no 2.

    Returns
    -------
    Recoding
        Cells that stand for nothing known are left as they are, for the check to find.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> recode(["Bâtiment", "retail"], load_codebook()["sector"]).codes
    {'Bâtiment': 'construction'}
    """
    result = Recoding()
    strange = cells if labels else _not_codes(cells, variable)
    if not strange:
        return result
    known = _known(variable)
    if not known:
        return result
    numbered = variable.type == "yesno" and one_two and {"2"} <= set(cells) <= {"1", "2", *known}
    loose = _loosely(known)
    by_reason = {reason_of(code, words): str(code) for code, words in variable.missing.items()}
    for cell in cells if numbered else strange:
        plain = WHOLE.sub(r"\1", fold(cell))
        if numbered and plain == "2":
            result.codes[cell] = "0"
            continue
        code = known.get(plain)
        said = (labels or {}).get(plain)
        spoken = spoken_reason(said or "")
        meant = known.get(fold(said or "")) or loose.get(key(said or "")) or by_reason.get(spoken or "")
        if code is not None and said and code != meant and (meant or not spoken):
            (result.relabelled if meant is None else result.disputed)[cell] = said
        found = meant or code or loose.get(key(plain)) or _leading(plain, known, loose)
        if found is None and variable.type != "number":
            near = closest(fold(said or plain), known)
            if near is not None:
                found = result.likened[cell] = known[near]
        if found is not None and found != cell:
            result.codes[cell] = found
    return result


def _not_codes(cells: list[str], variable: Variable) -> list[str]:
    """List the cells that are not what the codebook asks for already."""
    if variable.type in {"number", "date"}:
        return [cell for cell in cells if not PLAIN.fullmatch(cell) or cell in variable.codes]
    codes = {"0", "1"} if variable.type in {"yesno", "multiple"} else {str(code) for code in variable.options}
    codes |= {str(code) for code in variable.missing}
    return [cell for cell in cells if cell not in codes or cell in variable.codes]


def _known(variable: Variable) -> dict[str, str]:
    """List the words of a question's answers and missing codes; of numbers, dates and texts the latter alone."""
    words = options_by_word(variable, missing=True)
    if variable.type in {"yesno", "multiple"}:
        marks = dict.fromkeys(YES, "1") | dict.fromkeys(NO, "0")
        return {**marks, **words} if variable.type == "yesno" else marks
    return words


def _loosely(known: Mapping[str, str]) -> dict[str, str]:
    """List the words without their marks, where that leaves them apart."""
    loose: dict[str, set[str]] = {}
    for word, code in known.items():
        if re.search(r"[^\W\d_]", word):
            loose.setdefault(key(word), set()).add(code)
    return {word: codes.pop() for word, codes in loose.items() if len(codes) == 1}


def _leading(cell: str, known: Mapping[str, str], loose: Mapping[str, str]) -> str | None:
    """Read "5 - Strongly agree" as 5, if the words do not say otherwise."""
    match = LEADING.match(cell)
    if match is None or not match[2]:
        return None
    number, words = known.get(match[1]), known.get(match[2]) or loose.get(key(match[2]))
    return number if number is not None and words == number else None


def recode_mark(
    cells: list[str], variable: Variable, option: str, labels: Mapping[str, str] | None
) -> Recoding:
    """Find what the cells of one option's column stand for: named, not named, or a missing code.

    Parameters
    ----------
    cells : list of str
        The distinct cells of the column.
    variable : Variable
        The multiple-answer question.
    option : str
        The option.
    labels : mapping of code to text, or None
        What the file itself says its codes stand for.

    Returns
    -------
    Recoding
        Tools write a yes, the option's own words or its code where it is named.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> recode_mark(["Facebook", "Non"], load_codebook()["platforms"], "facebook", None).codes
    {'Facebook': '1', 'Non': '0'}
    """
    result = Recoding()
    if not labels and not _not_codes(cells, variable):
        return result
    words = options_by_word(variable)
    missing = {
        word: code for word, code in options_by_word(variable, missing=True).items() if word not in words
    }
    marks = dict.fromkeys(YES, "1") | dict.fromkeys(NO, "0")
    own = {word: "1" for word, code in words.items() if code == option and word not in marks}
    known = {**own, **marks, **{word: code for word, code in missing.items() if word not in marks}}
    for cell in cells:
        plain = WHOLE.sub(r"\1", fold(cell))
        said = (labels or {}).get(plain)
        found = known.get(plain)
        if said is not None and fold(said) in known:
            found = known[fold(said)]
        if found is None and (words.get(plain) == option or key(plain) in {key(word) for word in own}):
            found = "1"
        if found is not None and found != cell:
            result.codes[cell] = found
    return result


def split_answers(cell: str, variable: Variable, *, spaces: bool = False) -> Split:
    """Find the options named in one cell that joins several answers.

    Parameters
    ----------
    cell : str
        Answers joined by `;`, `,`, `|` or line ends; options may hold these marks themselves.
    variable : Variable
        The multiple-answer question.
    spaces : bool
        Whether spaces join answers too.

    Returns
    -------
    Split
        `own_words` holds what is no option: nothing of the cell is lost. A missing code beside options is a
        contradiction, for the caller to tell.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> split_answers("Facebook, Bluesky;A radio show", load_codebook()["platforms"])
    Split(options=('facebook', 'bluesky'), own_words='A radio show', missing=None)
    """
    options = options_by_word(variable)
    every = options_by_word(variable, missing=True)
    text, marks = fold(cell.replace("\n", ";")), MARKS + (" " if spaces else "")
    if text in every and text not in options:
        return Split(missing=every[text])
    found: list[str] = []
    rest: list[str] = []
    longest = sorted(every, key=len, reverse=True)
    place = 0
    while place < len(text):
        if text[place] in marks or text[place] == " ":
            place += 1
            continue
        starts = (word for word in longest if word and text.startswith(word, place))
        word = next((word for word in starts if _ends(text, place + len(word), marks)), None)
        if word is None:
            end = next((at for at in range(place, len(text)) if text[at] in marks), len(text))
            rest.append(text[place:end].strip())
            place = end
            continue
        found.append(every[word])
        place += len(word)
    named = tuple(dict.fromkeys(code for code in found if code in map(str, variable.options)))
    aside = [code for code in found if code not in map(str, variable.options)]
    return Split(named, _as_written(cell, rest), aside[0] if aside else None)


def _ends(text: str, place: int, marks: str) -> bool:
    rest = text[place:].lstrip() if " " not in marks else text[place:]
    return not rest or rest[0] in marks


def _as_written(cell: str, rest: list[str]) -> str:
    """Give the parts that are no option as the firm wrote them."""
    if not rest:
        return ""
    start = fold(cell).find(rest[0])
    if len(fold(cell)) == len(cell) and start >= 0:
        end = fold(cell).rfind(rest[-1]) + len(rest[-1])
        return cell[start:end]
    return ", ".join(rest)
