"""Questions with several answers: the two bases, differences that know of overlap, and misuse refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.catalog import load
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook, multiple, option_contrasts
from analysis.survey.reasons import response


@pytest.fixture
def firms():
    return pd.DataFrame(
        {
            "w": [1.0, 2.0, 1.0, 2.0, 4.0, 1.0],
            "sector": list("aabbab"),
            "uses__x": pd.array([1, 0, 1, 1, None, 0], dtype="Int64"),
            "uses__y": pd.array([1, 1, 0, 0, None, 0], dtype="Int64"),
            "uses__z": pd.array([0, 0, 0, 0, None, 0], dtype="Int64"),
            "why_missing_uses": pd.array([None] * 4 + ["dont_know", None], dtype="string"),
        }
    )


def test_two_bases_by_hand(firms):
    design = SurveyDesign(firms, weights="w")
    of_firms = multiple.shares(design, "uses").set_index("option")
    of_mentions = multiple.shares(design, "uses", base="mentions").set_index("option")
    assert of_firms["estimate"].tolist() == pytest.approx([4 / 7, 3 / 7, 0])
    assert of_mentions["estimate"].tolist() == pytest.approx([4 / 7, 3 / 7, 0])
    assert of_firms["n"].tolist() == [5] * 3, "a firm that does not know says neither yes nor no"
    assert of_mentions["n"].tolist() == [5] * 3
    assert set(of_firms["base"]) == {"firms"} and set(of_mentions["base"]) == {"mentions"}
    assert multiple.mentions(design, "uses")["estimate"].item() == pytest.approx(1.0)


def test_shares_of_mentions_stay_between_their_ends(firms):
    table = multiple.shares(SurveyDesign(firms, weights="w"), "uses", base="mentions")
    assert ((table["low"] >= 0) & (table["high"] <= 1)).all()
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_mentions_add_up_to_one_and_firms_to_the_mean_number(seed):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.integers(0, 2, (30, 4)), columns=[f"q__{k}" for k in "abcd"])
    data = data.assign(w=rng.uniform(1, 5, 30), town=np.arange(30) // 3, q__a=1)
    design = SurveyDesign(data, weights="w", clusters="town")
    of_mentions, of_firms = (multiple.shares(design, "q", base=base) for base in ("mentions", "firms"))
    assert of_mentions["estimate"].sum() == pytest.approx(1)
    assert of_firms["estimate"].sum() == pytest.approx(multiple.mentions(design, "q")["estimate"].item())


def test_difference_knows_that_the_same_firms_answer():
    rng = np.random.default_rng(4)
    x = rng.integers(0, 2, 200)
    data = pd.DataFrame({"q__x": x, "q__y": np.where(rng.random(200) < 0.9, x, 1 - x), "w": 1.0})
    design = SurveyDesign(data, weights="w")
    row = option_contrasts.differences(design, "q").iloc[0]
    gap = data["q__y"] - data["q__x"]
    assert row["estimate"] == pytest.approx(gap.mean())
    assert row["se"] == pytest.approx(gap.std() / np.sqrt(200))
    expected = stats.ttest_rel(data["q__y"], data["q__x"])
    assert row["p"] == pytest.approx(expected.pvalue)
    apart = np.sqrt((multiple.shares(design, "q")["se"] ** 2).sum())
    assert row["se"] < 0.75 * apart, "as if independent, the standard error would be far too large"


def test_p_values_are_held_over_the_pairs():
    data = load("survey").query("wave == 2022")
    design = SurveyDesign(data, weights="weight", strata="stratum")
    columns = ["barriers__no_time", "barriers__cost", "barriers__private", "barriers__no_skill"]
    table = option_contrasts.differences(design, columns)
    assert len(table) == 6
    assert (table["p_adjusted"] >= table["p"]).all() and (table["p_adjusted"] <= 1).all()
    ordered = table.sort_values("p")
    by_hand = np.minimum(np.maximum.accumulate(ordered["p"] * np.arange(6, 0, -1)), 1)
    assert ordered["p_adjusted"].tolist() == pytest.approx(by_hand.tolist())
    against = option_contrasts.differences(
        design, columns, reference="cost", by="interview_mode", base="mentions"
    )
    assert against["option_1"].eq("cost").all() and len(against) == 6
    assert list(against)[:3] == ["interview_mode", "option_1", "option_2"]


def test_equal_shares_of_two_options_is_the_test_of_their_difference():
    data = load("survey").query("wave == 2022")
    design = SurveyDesign(data, weights="weight", strata="stratum", clusters="town")
    pair = ["barriers__no_time", "barriers__cost"]
    result, row = (
        option_contrasts.equal_shares(design, pair),
        option_contrasts.differences(design, pair).iloc[0],
    )
    assert result.statistic == pytest.approx((row["estimate"] / row["se"]) ** 2)
    assert result.p == pytest.approx(row["p"])
    assert (result.df1, result.df2) == (1, row["df"])


def test_equal_shares_holds_its_level_and_cochran_agrees_without_a_design():
    rng = np.random.default_rng(11)
    design_p, plain_p = [], []
    for _ in range(120):
        data = (
            pd.DataFrame(rng.random((150, 3)) < 0.4, columns=["q__a", "q__b", "q__c"])
            .astype(int)
            .assign(w=1.0)
        )
        design_p.append(option_contrasts.equal_shares(SurveyDesign(data, weights="w"), "q").p)
        plain_p.append(option_contrasts.cochran_q(data, "q").p)
    assert np.mean(np.array(design_p) < 0.05) <= 0.117, "binomial limit of 0.1 % at 5 %"
    assert np.corrcoef(design_p, plain_p)[0, 1] > 0.99


def test_why_firms_did_not_answer(firms):
    table = response(SurveyDesign(firms, weights="w"), "uses").set_index("level")["estimate"]
    assert table.to_dict() == pytest.approx({"answered": 7 / 11, "dont_know": 4 / 11})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda d: multiple.shares(d, "use"), ParameterError, 'no columns "use__…".*Did you mean "uses"'),
        (lambda d: multiple.shares(d, "sector"), ParameterError, r"one answer: use proportion\(\)"),
        (lambda d: multiple.shares(d, "uses", base="firm"), ParameterError, 'base="firm" is not a choice'),
        (lambda d: multiple.shares(d, ["uses__x", "uses__x"]), ParameterError, "same option"),
        (lambda d: multiple.shares(d, ["w", "uses__x"]), DataError, 'Column "w" holds something else than 0'),
        (
            lambda d: option_contrasts.differences(d, "uses", reference="q"),
            ParameterError,
            'reference="q" is not an option',
        ),
        (lambda d: option_contrasts.differences(d, ["uses__x"]), ParameterError, "two options or more"),
        (
            lambda d: option_contrasts.equal_shares(d.subset(d.data["sector"] == "a"), "uses"),
            DataError,
            "3 options cannot",
        ),
        (lambda d: option_contrasts.cochran_q(d.data.head(0), "uses"), DataError, "a firm that names some"),
    ],
)
def test_misuse_is_refused(firms, call, error, message):
    with pytest.raises(error, match=message):
        call(SurveyDesign(firms.assign(w=firms["w"] + 0.5), weights="w"))


def test_shares_asked_at_once_are_those_asked_one_by_one():
    firms = load("survey")
    design = SurveyDesign(firms, **load_codebook().sampling)
    asked = multiple.option_columns(firms, "platforms").values()
    together = design.proportions(list(asked), by=["wave", "size_class"])
    apart = pd.concat(
        [design.proportion(name, by=["wave", "size_class"]).assign(variable=name) for name in asked],
        ignore_index=True,
    )
    pd.testing.assert_frame_equal(together, apart[together.columns], check_exact=False, rtol=1e-12)


def test_shares_asked_at_once_are_of_yes_and_no():
    design = SurveyDesign(load("survey"), weights="weight")
    with pytest.raises(ParameterError, match='column "sector" is not of 0 and 1'):
        design.proportions(["platforms__facebook", "sector"])
