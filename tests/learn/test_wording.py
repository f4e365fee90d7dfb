"""Do both languages say everything, with the same numbers in it?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from analysis.errors import ParameterError
from analysis.learn import wording
from analysis.learn.exercises import lesson, lessons

PARTS = ["common", *lessons()]


def leaves(tree: object, road: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(tree, dict):
        for key, below in tree.items():
            yield from leaves(below, (*road, key))
    else:
        yield road, str(tree)


def fields(text: str) -> set[str]:
    return {f"{name}:{spec}" for _, name, spec, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_have_the_same_keys_and_show_the_same_numbers(part):
    english, french = (dict(leaves(wording.texts(part, language))) for language in ("en", "fr"))
    assert list(english) == list(french)
    for road in english:
        assert fields(english[road]) == fields(french[road]), road


@pytest.mark.parametrize("part", PARTS)
def test_french_is_french(part):
    english, french = (dict(leaves(wording.texts(part, language))) for language in ("en", "fr"))
    same = [road for road in english if english[road] == french[road] and road[-1] != "distance"]
    assert [
        english[road] for road in same if re.search(r"[a-z]{4}", re.sub(r"\{.*?\}", "", english[road]))
    ] == []


@pytest.mark.parametrize("number", lessons())
def test_everything_a_lesson_holds_is_worded(number):
    said, asked = wording.texts(number, "en"), lesson(number)
    assert set(said["exercises"]) == set(asked.exercises)
    assert set(said["predictions"]) == set(asked.predictions)
    assert set(said["questions"]) == set(asked.questions)
    assert set(said["pictures"]) == set(asked.pictures)
    for name, exercise in asked.exercises.items():
        assert set(said["exercises"][name]["mistakes"]) == set(exercise.mistakes)
        assert set(said["exercises"][name]["hints"]) == {"first", "second"}
    for name, letter in asked.questions.items():
        assert letter in said["questions"][name]["choices"]


def test_sentences_carry_numbers_as_the_reader_writes_them():
    template = "{rate:percent.1} {rate:points} {n:count} {times:number.2}"
    values = {"rate": 0.4444, "n": 1200, "times": 2}
    assert wording.fill(template, "en", **values) == "44.4% 44 1,200 2.00"
    assert wording.fill(template, "fr", **values) == "44,4\u202f% 44 1\u202f200 2,00"


def test_a_missing_sentence_is_named():
    with pytest.raises(ParameterError, match=r'The fr sentences of "common" have no "reading > absent"'):
        wording.sentence("common", "fr", "reading", "absent")


def test_an_unknown_language_is_refused():
    with pytest.raises(ParameterError, match=r'written in en and fr, not in "de"'):
        wording.texts("common", "de")
