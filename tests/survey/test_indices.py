"""A score is the mean of the statements answered, turned the same way; its reliability that of the simulator."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.catalog import data_path, load
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook
from analysis.survey.codebook import Codebook, Variable
from analysis.survey.indices import reliability, scale_score, with_score

ITEMS = [item.name for item in load_codebook() if item.scale == "readiness"]


def answers(*rows):
    return pd.DataFrame([dict(zip(ITEMS, row, strict=True)) for row in rows]).astype("Int64")


def test_a_score_runs_from_the_lowest_to_the_highest_answers():
    lowest, highest = [1] * 7 + [5], [5] * 7 + [1]
    assert ITEMS[-1] == "ready_fashion"
    assert scale_score(answers(lowest, highest, [3] * 8), "readiness").tolist() == [0, 100, 50]


def test_a_score_needs_two_thirds_of_the_statements():
    five, six = [5] * 5 + [None] * 3, [5] * 6 + [None] * 2
    assert scale_score(answers(five, six), "readiness").tolist() == [pd.NA, 100]
    assert scale_score(answers(five, six), "readiness", answered=0.5).tolist() == [100, 100]


def test_the_score_is_the_mean_of_what_was_answered():
    assert scale_score(answers([1, 2, 3, 4, 5, 1, None, 4]), "readiness")[0] == pytest.approx(
        np.mean([0, 25, 50, 75, 100, 0, 25])
    )


def test_the_design_keeps_its_rows():
    design = SurveyDesign(answers([3] * 8, [4] * 8).assign(w=1.0), weights="w")
    scored = with_score(design, "readiness")
    assert scored.data["readiness_score"].tolist() == [50, pytest.approx((7 * 75 + 25) / 8)]
    assert "readiness_score" not in design.data


@pytest.mark.parametrize("scale", ["readiness", "barriers"])
def test_reliability_is_near_that_of_the_simulator(scale):
    truth = yaml.safe_load(data_path("sample", "truth.yml").read_text(encoding="utf-8"))[scale]
    survey = load("survey").query("wave == 2026")
    design = SurveyDesign(survey, weights="weight", strata="stratum", clusters="town")
    table = reliability(design, scale).set_index("coefficient")
    omega, before_rounding = table.loc["omega"], truth["omega_before_rounding"]
    assert omega["low"] - 0.03 < before_rounding < omega["high"] + 0.03
    assert omega["estimate"] < before_rounding


def test_what_is_no_share_or_scale_is_refused():
    with pytest.raises(ParameterError, match="answered=0: give the share"):
        scale_score(answers([3] * 8), "readiness", answered=0)
    with pytest.raises(ParameterError, match=r'no scale "readyness".* Did you mean "readiness"'):
        scale_score(answers([3] * 8), "readyness")


@pytest.mark.parametrize("kind", ["object", "str", "string[python]", "category"])
@pytest.mark.parametrize("item", [ITEMS[0], ITEMS[-1]])
def test_words_are_refused_by_item_and_numbers_written_as_text_are_read(kind, item):
    told = answers([2] * 8, [4] * 8)
    as_text = told.assign(**{item: told[item].astype("str").astype(kind)})
    assert scale_score(as_text, "readiness").tolist() == scale_score(told, "readiness").tolist()
    words = told.assign(**{item: pd.Series(["2", "often"], dtype=kind)})
    with pytest.raises(ParameterError, match=f'Item "{item}" holds "often", which is no number'):
        scale_score(words, "readiness")


def steps(count, ends):
    """Write a codebook of items whose answers run from 1 to each end."""
    words = {"en": "x", "fr": "x"}
    names = [f"q{place}" for place in range(count)]
    tops = dict(zip(names, ends, strict=True))
    return Codebook(
        {
            n: Variable(n, words, "scale", options=dict.fromkeys(range(1, tops[n] + 1), words), scale="s")
            for n in names
        }
    )


@pytest.mark.parametrize("ends", [(7, 7, 7, 7), (10, 10, 10, 10), (4, 5, 7, 11)])
def test_a_score_is_the_nearest_number_whatever_the_steps(ends):
    drawn = np.random.default_rng(2).integers(1, np.array(ends) + 1, (200, 4))
    scores = scale_score(pd.DataFrame(drawn, columns=["q0", "q1", "q2", "q3"]), "s", codebook=steps(4, ends))
    exact = [sum(Fraction(int(x) - 1, e - 1) for x, e in zip(row, ends, strict=True)) * 25 for row in drawn]
    assert scores.tolist() == [float(score) for score in exact]


def test_a_score_of_nobody_is_missing_and_one_of_no_steps_refused():
    nothing = pd.DataFrame({"q0": [None, 3], "q1": [None, 1]}, dtype="Int64")
    assert scale_score(nothing, "s", codebook=steps(2, (5, 5)), answered=1e-12).tolist() == [pd.NA, 25]
    with pytest.raises(DataError, match='gives item "q0" fewer than two answers'):
        scale_score(nothing, "s", codebook=steps(2, (1, 5)))
