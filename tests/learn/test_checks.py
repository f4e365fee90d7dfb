"""What does a student get back, whatever was typed?"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.learn import checks
from analysis.learn.checks import check, predict, progress, quiz, reveal, start
from analysis.learn.exercises import lesson


class Explosive:
    """An answer that raises whatever one does with it."""

    def __float__(self) -> float:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __array__(self, *arguments: object, **options: object) -> np.ndarray:
        raise RuntimeError("no")

    __hash__ = None


ODD = {
    "dots": (..., "todo"),
    "none": (None, "unreadable"),
    "nan": (math.nan, "unreadable"),
    "numpy nan": (np.float64("nan"), "unreadable"),
    "pandas NA": (pd.NA, "unreadable"),
    "not a time": (pd.NaT, "unreadable"),
    "infinite": (math.inf, "unreadable"),
    "text": ("44 %", "unreadable"),
    "empty text": ("", "unreadable"),
    "bytes": (b"0.4", "unreadable"),
    "true": (True, "unreadable"),
    "complex": (1 + 2j, "unreadable"),
    "table": (pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "unreadable"),
    "empty table": (pd.DataFrame(), "unreadable"),
    "column": (pd.Series([0.1, 0.2, 0.3]), "unreadable"),
    "list": ([1, 2, 3], "unreadable"),
    "nested": ([[1], [2, 3]], "unreadable"),
    "dictionary": ({"a": 1, "b": 2}, "unreadable"),
    "method": (pd.Series([0.1]).mean, "unreadable"),
    "class": (int, "unreadable"),
    "exploding": (Explosive(), "unreadable"),
    "list of NaN": ([math.nan], "unreadable"),
    "huge": (10**400, "unreadable"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("exercise", ["1.1", "1.2"])
def test_a_check_never_raises_and_says_why(name, exercise, language):
    answer, status = ODD[name]
    reply = check(exercise, answer)
    assert reply.status == status
    assert len(reply.text) > 20
    assert reply.language == language
    assert predict("1.a", answer).status == status
    assert quiz("1.q1", answer).status in {"todo", "unreadable"}


@settings(max_examples=40)
@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5)
)
def test_no_answer_breaks_a_check(answer):
    start("1")
    for reply in (check("1.1", answer), check("1.2", answer), quiz("1.q1", answer), predict("1.a", answer)):
        assert reply.status not in {"broken", "unknown"}


@pytest.mark.parametrize(
    "answer",
    [
        lambda right: right,
        np.float64,
        np.array,
        lambda right: np.array([right]),
        lambda right: pd.Series([right], index=[7]),
        lambda right: pd.DataFrame({"estimate": [right], "low": [0.1], "high": [0.9], "n": [5]}),
        lambda right: [right],
        lambda right: {"rate": right},
        lambda right: pd.array([right], dtype="Float64")[0],
    ],
)
def test_a_right_number_is_right_in_any_wrapping(answer):
    start("1")
    assert check("1.1", answer(lesson("1").exercises["1.1"].expected())).passed


@pytest.mark.parametrize(
    "answer",
    [
        list,
        tuple,
        np.array,
        pd.Series,
        lambda pair: {"low": pair[0], "high": pair[1]},
        lambda pair: pd.DataFrame({"estimate": [0.7], "low": [pair[0]], "high": [pair[1]], "n": [9]}),
    ],
)
def test_a_right_pair_is_right_in_any_wrapping(answer):
    start("1")
    assert check("1.2", answer(lesson("1").exercises["1.2"].expected())).passed


def test_unreadable_answers_are_told_apart(language):
    said = [
        check("1.1", ODD[name][0]).text
        for name in ("none", "nan", "text", "true", "method", "infinite", "list")
    ]
    assert len(set(said)) == len(said)


def test_one_value_where_two_are_asked_for():
    start("1")
    assert check("1.2", 0.7).mistake == "one_not_two"
    assert "holds 3" in check("1.2", [0.1, 0.2, 0.3]).text


def test_unknown_names_are_answered_in_words(language):
    for reply in (
        check("1.9", 1),
        check(None, 1),
        predict("9", 1),
        reveal("1.z"),
        quiz("q", "a"),
        progress("7"),
    ):
        assert reply.status == "unknown"
        assert "1" in reply.text


def test_a_broken_check_says_that_it_is_not_the_student(monkeypatch, language):
    def fail() -> float:
        raise OSError("disk")

    monkeypatch.setitem(lesson("1").exercises, "1.1", lesson("1").exercises["1.2"].__class__(fail, {}))
    reply = check("1.1", 0.5)
    assert reply.status == "broken"
    assert "OSError: disk" in reply.text


def test_an_unknown_language_still_opens_the_lesson_in_english():
    assert start("1", language="xx").status == "broken"
    assert "written in en and fr" in start("1", language="xx").text
    assert check("1.1", ...).language == "en"


def test_progress_counts_what_passed_and_names_what_is_left():
    start("1")
    check("1.1", lesson("1").exercises["1.1"].expected())
    check("1.2", 3)
    quiz("1.q1", "B ")
    quiz("1.q2", "a")
    text = progress("1").text
    assert text == "1 of 5 exercises done. Quiz: 1 of 4 right. Still to do: 1.2, 1.3, 1.4, 1.5."
    start("1")
    assert progress("1").text.startswith("0 of 5")


def test_a_prediction_is_noted_then_compared(language):
    actual = lesson("1").predictions["1.a"].actual()
    sides = {}
    for side, guess in {"over": actual + 20, "under": actual - 20, "close": actual + 1}.items():
        assert predict("1.a", guess).status == "info"
        sides[side] = reveal("1.a").text
    assert "20" in sides["over"]
    assert "20" in sides["under"]
    assert len({text.split(".")[0] for text in sides.values()}) == 3


def test_without_a_guess_the_answer_is_still_told(language):
    reply = reveal("1.b")
    assert reply.status == "info"
    assert "76" in reply.text


def test_every_choice_of_every_question_has_its_own_reply(language):
    for question, right in lesson("1").questions.items():
        replies = {letter: quiz(question, letter) for letter in "abcd"}
        readable = {letter: reply for letter, reply in replies.items() if reply.status != "unreadable"}
        assert [letter for letter, reply in readable.items() if reply.passed] == [right]
        assert len({reply.text for reply in readable.values()}) == len(readable) >= 3


def test_a_reply_reads_as_text_and_as_light_html():
    start("1", language="fr")
    reply = check("1.1", "<b>44</b>")
    assert repr(reply).startswith("? Votre réponse est un texte (<b>44</b>)")
    page = reply._repr_html_()
    assert 'role="status"' in page
    assert 'lang="fr"' in page
    assert "&lt;b&gt;44" in page
    assert "<b>" not in page


def test_nothing_is_written(tmp_path, monkeypatch, root):
    monkeypatch.setenv("ANALYSIS_HOME", str(root))
    monkeypatch.chdir(tmp_path)
    start("1")
    check("1.1", 0.5)
    quiz("1.q1", "a")
    progress("1")
    assert list(tmp_path.iterdir()) == []


def test_a_session_starts_afresh():
    start("1")
    check("1.1", lesson("1").exercises["1.1"].expected())
    start("1", language="fr")
    assert checks._session.passed == set()
    assert checks.language() == "fr"
