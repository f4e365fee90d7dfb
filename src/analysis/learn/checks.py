"""Is the answer right, and if not, which mistake was made? The functions a student calls, which never raise.

What was answered is kept in the running kernel only: nothing is written, nothing is sent, and restarting the
kernel forgets it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from html import escape
from typing import Any, Literal

from analysis.errors import AnalysisError
from analysis.learn import answers, wording
from analysis.learn.exercises import Exercise, Unknown, find, lesson

__all__ = ["Reply", "check", "language", "predict", "progress", "quiz", "reveal", "show", "start"]

Status = Literal["right", "wrong", "todo", "unreadable", "info", "unknown", "broken"]
SIGNS = {
    "right": "✓",
    "wrong": "✗",
    "todo": "…",
    "unreadable": "?",
    "info": "→",
    "unknown": "?",
    "broken": "!",
}
COLOURS = {"right": "#0A4F73", "wrong": "#B2501A", "unreadable": "#B2501A", "broken": "#B2501A"}


@dataclass(frozen=True)
class Reply:
    """Hold what is said back to a student.

    Parameters
    ----------
    status : str
        `right`, `wrong`, `todo` (still dots), `unreadable`, `info`, `unknown` (no such id) or `broken`.
    text : str
        The sentences, in the student's language.
    language : {"en", "fr"}
        Their language.
    mistake : str or None
        The name of the mistake, when it was recognised.
    """

    status: Status
    text: str
    language: str = "en"
    mistake: str | None = None

    @property
    def passed(self) -> bool:
        """Say whether the answer is right."""
        return self.status == "right"

    def __repr__(self) -> str:
        return f"{SIGNS[self.status]} {self.text}"

    def _repr_html_(self) -> str:
        colour = COLOURS.get(self.status, "#616B7C")
        style = f"border-left: 4px solid {colour}; padding: 0.3em 0.8em; max-width: 44em;"
        sign = f'<strong aria-hidden="true">{SIGNS[self.status]}</strong>'
        return f'<div role="status" lang="{self.language}" style="{style}">{sign} {escape(self.text)}</div>'

    def _ipython_display_(self) -> None:
        """Show nothing more: a reply is shown when it is given, wherever in the cell it was asked for."""


@dataclass
class _Session:
    """What this kernel remembers."""

    language: str = "en"
    passed: set[str] = field(default_factory=set)
    tries: dict[str, int] = field(default_factory=dict)
    guesses: dict[str, float] = field(default_factory=dict)
    quiz: dict[str, bool] = field(default_factory=dict)


_session = _Session()


def start(number: str, language: str = "en") -> Reply:
    """Open a lesson: choose the language of its replies and forget what was answered before.

    Parameters
    ----------
    number : str
        Number of the lesson.
    language : {"en", "fr"}
        Language of the replies and pictures.

    Returns
    -------
    Reply

    Examples
    --------
    >>> start("1").status
    'info'
    """
    global _session
    _session = _Session(language=language if language in wording.LANGUAGES else "en")
    return _shown(_open, number, language)


def language() -> str:
    """Say in which language the lesson is being taken.

    Returns
    -------
    str

    Examples
    --------
    >>> _ = start("1", language="fr")
    >>> language()
    'fr'
    """
    return _session.language


def check(exercise_id: str, answer: object) -> Reply:
    """Check the answer to an exercise; where it is wrong, name the mistake.

    It never raises: what cannot be read is answered in words too.

    Parameters
    ----------
    exercise_id : str
        For example `"1.2"`.
    answer : object
        What the student found.

    Returns
    -------
    Reply

    Notes
    -----
    A right answer may have been found by a wrong road: the check sees the value only.

    Examples
    --------
    >>> check("1.1", ...).status
    'todo'
    """
    return _shown(_check, exercise_id, answer)


def predict(prediction_id: str, guess: object) -> Reply:
    """Note a guess before the data are looked at; `reveal` compares the two.

    Parameters
    ----------
    prediction_id : str
        For example `"1.a"`.
    guess : object
        A number.

    Returns
    -------
    Reply

    Examples
    --------
    >>> predict("1.a", 50).status
    'info'
    """
    return _shown(_predict, prediction_id, guess)


def reveal(prediction_id: str) -> Reply:
    """Say how far off the guess was, and why one is so often wrong there.

    Parameters
    ----------
    prediction_id : str
        For example `"1.a"`.

    Returns
    -------
    Reply

    Examples
    --------
    >>> reveal("1.a").status
    'info'
    """
    return _shown(_reveal, prediction_id)


def quiz(question_id: str, choice: object) -> Reply:
    """Reply to the choice made for a question; every choice has its own reply.

    Parameters
    ----------
    question_id : str
        For example `"1.q1"`.
    choice : object
        The letter chosen.

    Returns
    -------
    Reply

    Examples
    --------
    >>> quiz("1.q1", "z").status
    'unreadable'
    """
    return _shown(_quiz, question_id, choice)


def progress(number: str) -> Reply:
    """Say how many exercises and questions of a lesson are done since it was started.

    Parameters
    ----------
    number : str
        Number of the lesson.

    Returns
    -------
    Reply

    Examples
    --------
    >>> _ = start("1")
    >>> progress("1").status
    'info'
    """
    return _shown(_progress, number)


def show(given: Any) -> None:
    """Show a reply or a picture at once in a notebook, so that it need not end its cell; elsewhere do nothing.

    Parameters
    ----------
    given : Reply or Drawing
        Something that reads as text and as HTML.

    Examples
    --------
    >>> show(Reply("info", "Outside a notebook nothing is shown."))
    """
    if _in_notebook():
        from IPython.display import display

        display({"text/plain": repr(given), "text/html": given._repr_html_()}, raw=True)


def _safely(reply: Callable[..., Reply]) -> Callable[..., Reply]:
    """Turn whatever goes wrong into a reply, for a student must never meet a traceback from a check."""

    @wraps(reply)
    def safe(*arguments: object) -> Reply:
        try:
            return reply(*arguments)
        except answers.Unreadable as reason:
            status = "todo" if reason.key == "todo" else "unreadable"
            return Reply(
                status, _common("reading", reason.key, **reason.values), _session.language, reason.key
            )
        except Unknown as error:
            known = ", ".join(error.known)
            return Reply("unknown", _common("unknown", given=error.given, known=known), _session.language)
        except Exception as error:
            reason = str(error) if isinstance(error, AnalysisError) else f"{type(error).__name__}: {error}"
            return Reply("broken", _common("broken", reason=reason), _session.language)

    return safe


def _shown(reply: Callable[..., Reply], *arguments: object) -> Reply:
    given = _safely(reply)(*arguments)
    show(given)
    return given


def _in_notebook() -> bool:
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None


def _open(number: str, language: str) -> Reply:
    wording.texts(number, language)
    opened = lesson(number)
    counts = {"exercises": len(opened.exercises), "questions": len(opened.questions)}
    return _info(_common("start", number=number, title=_said(number, "title"), **counts))


def _check(exercise_id: str, answer: object) -> Reply:
    exercise: Exercise = find("exercises", exercise_id)
    read = exercise.read(answer)
    found = exercise.diagnose(read)
    if found == "right":
        _session.passed.add(exercise_id)
        return _reply("right", _exercise_text(exercise_id, exercise, "right"))
    return _reply("wrong", _wrong_text(exercise_id, exercise, found), None if found == "unknown" else found)


def _wrong_text(exercise_id: str, exercise: Exercise, found: str) -> str:
    own = _entry(exercise_id, "exercises").get("mistakes", {})
    if found in own:
        return _exercise_text(exercise_id, exercise, "mistakes", found)
    if found != "unknown":
        return _common("mistakes", found)
    tries = _session.tries[exercise_id] = _session.tries.get(exercise_id, 0) + 1
    hint = "first" if tries == 1 else "second"
    return f"{_common('not_yet')} {_exercise_text(exercise_id, exercise, 'hints', hint)}"


def _predict(prediction_id: str, guess: object) -> Reply:
    find("predictions", prediction_id)
    _session.guesses[prediction_id] = answers.number(guess)
    return _info(_common("noted", guess=_plain(_session.guesses[prediction_id])))


def _reveal(prediction_id: str) -> Reply:
    prediction = find("predictions", prediction_id)
    entry = ("predictions", prediction_id)
    number = prediction_id.partition(".")[0]
    actual = prediction.actual()
    why = _said(number, *entry, "why", actual=actual, **prediction.values())
    guess = _session.guesses.get(prediction_id)
    if guess is None:
        return _info(f"{_common('no_guess')} {why}")
    gap = abs(guess - actual)
    side = "close" if gap <= prediction.close else "over" if guess > actual else "under"
    far = _said(number, *entry, "distance", gap=gap)
    return _info(f"{_common('revealed', side, guess=_plain(guess), gap=far)} {why}")


def _quiz(question_id: str, choice: object) -> Reply:
    right = find("questions", question_id)
    choices = _entry(question_id, "questions")["choices"]
    letter = answers.label(choice)
    if letter not in choices:
        raise answers.Unreadable("no_such_choice", given=letter[:20], choices=", ".join(choices))
    _session.quiz[question_id] = letter == right
    said = _said(question_id.partition(".")[0], "questions", question_id, "choices", letter, "reply")
    return _reply("right" if letter == right else "wrong", said)


def _progress(number: str) -> Reply:
    opened = lesson(number)
    done = len(_session.passed & set(opened.exercises))
    right = sum(_session.quiz.get(question, False) for question in opened.questions)
    parts = [_common("progress", "lesson", done=done, of=len(opened.exercises))]
    if opened.questions:
        parts.append(_common("progress", "quiz", done=right, of=len(opened.questions)))
    left = [name for name in opened.exercises if name not in _session.passed]
    parts.append(_common("progress", "left", left=", ".join(left)) if left else _common("progress", "all"))
    return _info(" ".join(parts))


def _reply(status: Status, text: str, mistake: str | None = None) -> Reply:
    return Reply(status, text, _session.language, mistake)


def _info(text: str) -> Reply:
    return _reply("info", text)


def _common(*keys: str, **values: Any) -> str:
    return wording.sentence("common", _session.language, *keys, **values)


def _said(number: str, *keys: str, **values: Any) -> str:
    return wording.sentence(number, _session.language, *keys, **values)


def _exercise_text(exercise_id: str, exercise: Exercise, *keys: str) -> str:
    number = exercise_id.partition(".")[0]
    return _said(number, "exercises", exercise_id, *keys, **exercise.values())


def _entry(identifier: str, kind: str) -> Any:
    return wording.texts(identifier.partition(".")[0], _session.language)[kind][identifier]


def _plain(value: float) -> str:
    shown = f"{value:.4g}"
    return shown.replace(".", ",") if _session.language == "fr" else shown
