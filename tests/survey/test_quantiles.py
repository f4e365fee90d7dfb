"""Quantiles are the smallest values with enough weight at or below them, and their limits Woodruff's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.quantiles import weighted_quantile

NUMBERS = st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 9)), min_size=1, max_size=12)


def by_definition(values, weights, probability):
    """Look at each value met, from the lowest, for the weight at or below it (whole weights: no rounding)."""
    for value in sorted(set(values)):
        if sum(w for v, w in zip(values, weights, strict=True) if v <= value) >= probability * sum(weights):
            return value
    raise AssertionError


@given(NUMBERS, st.integers(0, 8))
def test_smallest_value_with_enough_weight_below(pairs, eighths):
    values, weights = zip(*pairs, strict=True)
    got = weighted_quantile(np.array(values, float), np.array(weights, float), eighths / 8)
    assert got == by_definition(values, weights, eighths / 8)


def test_tie_is_found_whatever_the_rounding():
    """Seven of ten equal weights of 0.1 are exactly 0.7 of the weight, although the sum of floats is not."""
    assert weighted_quantile(np.arange(10.0), np.full(10, 0.1), 0.7) == 6
    assert weighted_quantile(np.arange(30.0), np.full(30, 1 / 3), 0.9) == 26


@pytest.fixture
def firms():
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "town": np.repeat(np.arange(12), 10),
            "w": rng.uniform(1, 3, 120).round(2),
            "spend": rng.exponential(100, 120).round(1),
            "sector": np.tile(["food", "craft"], 60),
        }
    )


@pytest.fixture
def design(firms):
    return SurveyDesign(firms, weights="w", clusters="town")


def test_limits_are_the_quantiles_of_the_limits_of_the_share_below(firms, design):
    row = design.quantile("spend", 0.4).iloc[0]
    below = design.distribution("spend", [row["estimate"]]).iloc[0]
    share = design.transform(lambda d: d.assign(below=(d["spend"] <= row["estimate"]).astype(int)))
    limits = share.proportion("below", interval="mean").iloc[0]
    assert below["estimate"] == pytest.approx(limits["estimate"])
    for end in ("low", "high"):
        whole = weighted_quantile(firms["spend"].to_numpy(), firms["w"].to_numpy(), limits[end])
        assert row[end] == whole
    assert row["low"] <= row["estimate"] <= row["high"]
    assert row["method"] == "woodruff"


def test_groups_are_their_own_domains(design):
    grouped = design.quantile("spend", [0.5, 0.9], by="sector")
    assert list(grouped.columns[:4]) == ["sector", "probability", "estimate", "se"]
    alone = design.subset(design.data["sector"] == "food").quantile("spend", 0.9).iloc[0]
    row = grouped.query("sector == 'food' and probability == 0.9").iloc[0]
    pd.testing.assert_series_equal(row.drop("sector"), alone, check_names=False)


def test_order_of_rows_and_missing_answers_do_not_count(firms, design):
    wider = pd.concat([firms, firms.head(10).assign(spend=np.nan)], ignore_index=True)
    shuffled = wider.sample(frac=1, random_state=3)
    table = SurveyDesign(shuffled, weights="w", clusters="town").quantile("spend")
    again = SurveyDesign(wider, weights="w", clusters="town").quantile("spend")
    pd.testing.assert_frame_equal(table, again, check_exact=True)
    pd.testing.assert_series_equal(table["estimate"], design.quantile("spend")["estimate"])
    assert (table["n"] == 120).all()


def test_limit_beyond_the_sample_is_missing_and_said_so(design):
    row = design.quantile("spend", 0.98).iloc[0]
    assert np.isnan(row["high"]) and np.isfinite(row["low"])
    assert "no limit" in row["flag"]
    largest = design.quantile("spend", 1).iloc[0]
    assert largest["estimate"] == design.data["spend"].max()
    assert "no limit" in largest["flag"]


def test_group_without_answers_has_no_quantile(firms):
    empty = firms.assign(spend=firms["spend"].where(firms["sector"] == "food"))
    table = SurveyDesign(empty, weights="w", clusters="town").quantile("spend", 0.5, by="sector")
    assert np.isnan(table.set_index("sector").loc["craft", "estimate"])


def test_same_quantile_from_replicates(design):
    """The jackknife of a share without strata has nearly its linearised variance, so the limits are the same."""
    one, two = design.quantile("spend"), design.replicate("JK1").quantile("spend")
    assert two["estimate"].tolist() == one["estimate"].tolist()
    assert two["low"].tolist() == pytest.approx(one["low"].tolist(), rel=0.1)


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_distribution_at_a_quantile_reaches_its_probability(seed):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"w": rng.uniform(1, 5, 40), "y": rng.normal(size=40)})
    design = SurveyDesign(data, weights="w")
    median = design.quantile("y", 0.5)["estimate"].item()
    assert design.distribution("y", [median])["estimate"].item() >= 0.5
    assert design.distribution("y", [np.nextafter(median, -np.inf)])["estimate"].item() < 0.5


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda d: d.quantile("spend", 50), "50 is not a share of firms"),
        (lambda d: d.quantile("spend", []), "needs a share of firms or more"),
        (lambda d: d.quantile("sector"), r"quantile\(\) needs a number"),
        (lambda d: d.quantile("spend", level=95), "level=95 is not a confidence level"),
        (lambda d: d.distribution("sector", [1]), r"distribution\(\) needs a number"),
    ],
)
def test_wrong_questions_are_refused(design, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(design)
