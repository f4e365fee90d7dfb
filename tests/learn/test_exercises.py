"""Do the checks bite: each right value right, each named mistake named, each with a hint of its own?"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.catalog import load
from analysis.learn import answers, checks
from analysis.learn.exercises import Exercise, Unknown, find, lesson, lessons

EXERCISES = [(number, name) for number in lessons() for name in lesson(number).exercises]


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_each_mistake_is_named_and_has_its_own_hint(number, name):
    exercise = lesson(number).exercises[name]
    assert len(exercise.mistakes) >= 2
    for language in ("en", "fr"):
        checks.start(number, language=language)
        said = {mistake: checks.check(name, value) for mistake, value in exercise.wrong_values().items()}
        assert {mistake: reply.mistake for mistake, reply in said.items()} == {m: m for m in said}
        assert all(reply.status == "wrong" for reply in said.values())
        assert len({reply.text for reply in said.values()}) == len(said)


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_wrong_values_differ_from_the_right_one_and_from_each_other(number, name):
    exercise = lesson(number).exercises[name]
    values = [exercise.expected(), *exercise.wrong_values().values()]
    for one, other in combinations(values, 2):
        assert answers.gap(one, other) > 2 * exercise.tolerance


@pytest.mark.parametrize(("number", "name"), EXERCISES)
def test_the_right_value_passes_and_its_rounding_is_named(number, name):
    checks.start(number)
    exercise = lesson(number).exercises[name]
    right = exercise.expected()
    assert checks.check(name, right).passed
    rounded = tuple(np.round(right, 2)) if isinstance(right, tuple) else round(right, 2)
    if answers.gap(rounded, right) > exercise.tolerance:
        assert checks.check(name, rounded).mistake == "rounded"


def test_unnamed_mistakes_get_the_first_hint_then_the_second(language):
    first, second, third = (checks.check("1.1", value) for value in (0.123, 0.124, 0.125))
    assert first.mistake is None
    assert first.text != second.text == third.text


def test_a_lesson_knows_what_it_does_not_have():
    with pytest.raises(Unknown, match=r'"1.z" is not one of 1.1, .*1.5'):
        find("exercises", "1.z")
    with pytest.raises(Unknown, match=r'"99" is not one of 1'):
        lesson("99")


def test_diagnosis_prefers_the_right_value():
    exercise = Exercise(expected=lambda: 0.5, mistakes={"same": lambda: 0.5, "other": lambda: 0.25})
    assert [exercise.diagnose(value) for value in (0.5, 0.25, 50.0, 0.5049, 0.9)] == [
        "right",
        "other",
        "percentage",
        "rounded",
        "unknown",
    ]


@pytest.fixture(scope="module")
def firms() -> pd.DataFrame:
    """Give the answers of 2022 as the file holds them."""
    survey = load("survey")
    return survey.loc[survey["wave"] == 2022]


def right(name: str) -> object:
    return lesson("1").exercises[name].expected()


def test_rate_of_all_firms_by_sql_like_counting(firms):
    any_yes = (firms.filter(like="platforms__") == 1).any(axis=1)
    assert right("1.1") == pytest.approx(any_yes.sum() / len(firms))


def test_interval_is_scipys_wilson_interval(firms):
    hotels = firms.loc[(firms["sector"] == "accommodation_food") & (firms["internet"] == 1)]
    yes = int((hotels.filter(like="platforms__") == 1).any(axis=1).sum())
    expected = stats.binomtest(yes, len(hotels)).proportion_ci(method="wilson")
    assert right("1.2") == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_coverage_is_near_the_exact_one(firms):
    connected = firms.loc[firms["internet"] == 1]
    truth = float((connected.filter(like="platforms__") == 1).any(axis=1).mean())
    limits = [stats.binomtest(k, 100).proportion_ci(method="wilson") for k in range(101)]
    exact = sum(stats.binom.pmf(k, 100, truth) for k, i in enumerate(limits) if i.low <= truth <= i.high)
    assert right("1.3") == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 1000))


@pytest.mark.parametrize(("name", "column"), [("1.4", "young_in_firm"), ("1.5", "reach_known")])
def test_weighted_rates_by_numpy_average(firms, name, column):
    answered = firms.dropna(subset=[column])
    expected = np.average(answered[column].to_numpy(float), weights=answered["weight"].to_numpy(float))
    assert right(name) == pytest.approx(expected)


def test_missing_answers_and_weights_matter_where_the_lesson_says_so(firms):
    """The lesson would teach nothing if the bundled survey had no missing answer or no uneven weight."""
    wrong = lesson("1").exercises["1.5"].wrong_values()
    assert abs(wrong["as_it_was"] - right("1.5")) > 0.1
    assert abs(lesson("1").exercises["1.4"].wrong_values()["unweighted"] - right("1.4")) > 0.01
    assert firms["young_in_firm"].isna().sum() > 5


def test_predictions_reveal_what_the_exact_formulas_say():
    predictions = lesson("1").predictions
    assert predictions["1.b"].actual() == pytest.approx(100 * 12 / (12 + 1.959964**2), abs=1e-4)
    assert predictions["1.c"].actual() == pytest.approx(2, abs=0.05)


def test_the_share_without_employees_is_that_of_the_design(firms):
    by_size = firms["weight"].groupby(firms["size_class"]).sum()
    alone = lesson("1").predictions["1.d"]
    assert alone.actual() == pytest.approx(100 * by_size["0"] / by_size.sum())
    assert alone.values()["alone_raw"] < alone.values()["alone"] - 0.1
