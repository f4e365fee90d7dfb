"""Contrasts of adjusted means are those worked out from predictions by hand, and from an independent library."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.margin_contrasts import margin_contrasts

GAPS = {
    "low": {"b": 1.0, "a": -1.0},
    "high": {"d": 1.0, "c": -1.0},
    "both": {"d": 1.0, "c": -1.0, "b": -1.0, "a": 1.0},
}


@pytest.fixture(scope="module")
def firms():
    rng = np.random.default_rng(5)
    group, age = rng.choice(list("abcd"), 500), rng.normal(0, 1, 500)
    odds = pd.Series(group).map({"a": -0.5, "b": 0.2, "c": 0.1, "d": 0.3}).to_numpy() + 0.7 * age
    outcome = (rng.random(500) < 1 / (1 + np.exp(-odds))).astype(int)
    return pd.DataFrame({"w": 1.0, "group": group, "age": age, "y": outcome})


def test_of_a_linear_model_they_are_its_coefficients(firms):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"])
    table = margin_contrasts(model, "group", {"gap": {"b": 1, "a": -1}, "twice": {"b": 2, "a": -2}})
    coefficient = model.coefficients.set_index("term").loc["group[b]"]
    for name in ("estimate", "se", "low", "high", "p", "df", "n"):
        assert table.loc[0, name] == pytest.approx(coefficient[name], rel=1e-9)
    assert table.loc[1, "estimate"] == pytest.approx(2 * coefficient["estimate"])
    assert table.loc[1, "se"] == pytest.approx(2 * coefficient["se"])


def test_of_a_logit_they_are_differences_of_mean_predictions(firms):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"], family="binomial")
    table = margin_contrasts(model, "group", GAPS).set_index("contrast")
    dummies = pd.get_dummies(firms["group"], dtype=float).drop(columns="a").assign(age=firms["age"])
    logit = sm.Logit(firms["y"], sm.add_constant(dummies)).fit(disp=0)
    means = {}
    for level in "abcd":
        there = dummies.assign(**{name: float(name == level) for name in "bcd"})
        means[level] = logit.predict(sm.add_constant(there, has_constant="add")).mean()
    assert table.loc["low", "estimate"] == pytest.approx(means["b"] - means["a"], rel=1e-6)
    assert table.loc["both", "estimate"] == pytest.approx(
        means["d"] - means["c"] - means["b"] + means["a"], rel=1e-6
    )


def test_the_difference_against_the_reference_is_the_marginal_effect(firms):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"], family="binomial")
    effect = model.marginal_effects.set_index("term").loc["group[c]"]
    gap = margin_contrasts(model, "group", {"gap": {"c": 1, "a": -1}}).loc[0]
    for name in ("estimate", "se", "low", "high", "p"):
        assert gap[name] == pytest.approx(effect[name], rel=1e-9)


def test_standard_errors_follow_nudged_coefficients(firms):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"], family="binomial")
    beta, covariance = model.coefficients["estimate"].to_numpy(), model.covariance.to_numpy()

    def difference(b):
        index = b[0] + b[4] * firms["age"].to_numpy()
        shares = [1 / (1 + np.exp(-(index + shift))) for shift in (0, *b[1:4])]
        return (shares[3] - shares[2] - shares[1] + shares[0]).mean()

    steps = np.eye(5) * 1e-5
    slope = np.array([(difference(beta + h) - difference(beta - h)) / 2e-5 for h in steps])
    table = margin_contrasts(model, "group", GAPS).set_index("contrast")
    assert table.loc["both", "se"] == pytest.approx(np.sqrt(slope @ covariance @ slope), rel=1e-6)


def test_the_visible_difference_is_found_four_times_in_five(firms):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"])
    row = margin_contrasts(model, "group", {"gap": {"b": 1, "a": -1}}).loc[0]
    rng = np.random.default_rng(1)
    drawn = row["detectable"] + row["se"] * rng.standard_t(row["df"], 20_000)
    found = np.abs(drawn) > (row["high"] - row["estimate"])
    assert found.mean() == pytest.approx(0.8, abs=0.01)


def test_several_contrasts_are_corrected_for_their_number(firms):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"])
    table = margin_contrasts(model, "group", GAPS).sort_values("p")
    expected = np.maximum.accumulate(table["p"].to_numpy() * [3, 2, 1]).clip(max=1)
    assert table["p_adjusted"].to_numpy() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("contrasts", "message"),
    [
        ({"gap": {"e": 1, "a": -1}}, "there is no group 'e'.* Groups: a, b, c, d"),
        ({"gap": {"b": 1, "a": 1}}, "do not add up to 0"),
        ({}, "one contrast or more"),
    ],
)
def test_what_compares_nothing_is_refused(firms, contrasts, message):
    model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"])
    with pytest.raises(ParameterError, match=message):
        margin_contrasts(model, "group", contrasts)
