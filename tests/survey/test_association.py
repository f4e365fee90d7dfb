"""Tests of independence and fit agree with the classical ones where the sample was drawn simply, and hold p."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign


@pytest.fixture(scope="module")
def firms():
    rng = np.random.default_rng(21)
    return pd.DataFrame(
        {
            "w": 3.0,
            "town": np.repeat(np.arange(30), 8),
            "uses": rng.integers(0, 2, 240),
            "sector": rng.choice(["craft", "food", "retail"], 240, p=[0.2, 0.3, 0.5]),
        }
    )


@pytest.fixture(scope="module")
def simple(firms):
    return SurveyDesign(firms, weights="w")


def pearson(data):
    table = pd.crosstab(data["uses"], data["sector"])
    return stats.chi2_contingency(table, correction=False)


def test_simple_sample_has_pearsons_statistic(firms, simple):
    """Without clusters the correction is that of n − 1: the chi-square is Pearson's times (n − 1)/n."""
    test = simple.independence("uses", "sector", statistic="chisq")
    assert test.statistic == pytest.approx(pearson(firms).statistic * 239 / 240, rel=0.02)
    assert test.df1 == 2
    assert test.cramers_v == pytest.approx(
        stats.contingency.association(pd.crosstab(firms["uses"], firms["sector"]))
    )
    assert test.n == 240


def test_firms_asked_twice_are_not_two_firms(firms, simple):
    """Each firm copied into a cluster of four: four times the rows, the same information."""
    copied = pd.concat([firms.assign(firm=range(240))] * 4, ignore_index=True)
    naive = SurveyDesign(copied, weights="w").independence("uses", "sector")
    design = SurveyDesign(copied, weights="w", clusters="firm").independence("uses", "sector")
    once = simple.independence("uses", "sector")
    assert design.statistic == pytest.approx(once.statistic)
    assert (design.df1, design.df2, design.p) == pytest.approx((once.df1, once.df2, once.p))
    assert naive.statistic == pytest.approx(4 * once.statistic, rel=0.02)


@pytest.mark.parametrize("statistic", ["F", "chisq", "wald", "adjusted wald"])
def test_either_way_round(simple, statistic):
    one = simple.independence("uses", "sector", statistic=statistic)
    two = simple.independence("sector", "uses", statistic=statistic)
    assert (one.statistic, one.df1, one.df2, one.p) == pytest.approx(
        (two.statistic, two.df1, two.df2, two.p), rel=1e-9
    )


def test_two_by_two_wald_is_the_square_of_the_covariance_over_its_error(firms):
    """One degree of freedom: Wald's is the t of total(ab) − total(a)·total(b)/N, worked out by hand."""
    data = firms.assign(food=(firms["sector"] == "food").astype(int))
    test = SurveyDesign(data, weights="w", clusters="town").independence("uses", "food", statistic="wald")
    a, b, w = data["uses"] == 1, data["food"] == 1, data["w"]
    n, na, nb = w.sum(), (w * a).sum(), (w * b).sum()
    away = (w * (a & b)).sum() - na * nb / n
    influence = w * ((a & b) - a * nb / n - b * na / n + na * nb / n**2)
    towns = influence.groupby(data["town"]).sum()
    variance = 30 / 29 * ((towns - towns.mean()) ** 2).sum()
    assert test.statistic == pytest.approx(away**2 / variance)
    assert (test.df1, test.df2) == (1, 29)


@pytest.mark.slow
def test_p_is_uniform_when_nothing_goes_together():
    """200 samples of 30 towns in which firms resemble each other, sector drawn apart: 5 % rejected, not 40 %."""
    rng = np.random.default_rng(5)
    design_p, naive_p = [], []
    for _ in range(200):
        towns = np.repeat(np.arange(30), 6)
        uses = (rng.uniform(size=180) < np.repeat(rng.beta(0.5, 0.5, 30), 6)).astype(int)
        data = pd.DataFrame(
            {"w": 1.5, "town": towns, "uses": uses, "zone": np.repeat(rng.integers(0, 2, 30), 6)}
        )
        design_p.append(SurveyDesign(data, weights="w", clusters="town").independence("uses", "zone").p)
        naive_p.append(
            stats.chi2_contingency(pd.crosstab(data["uses"], data["zone"]), correction=False).pvalue
        )
    assert 0.005 < np.mean(np.array(design_p) < 0.05) < 0.11
    assert np.mean(np.array(naive_p) < 0.05) > 0.25


def test_missing_answers_and_unmet_categories_are_left_out(firms, simple):
    more = pd.concat([firms, firms.head(9).assign(sector=None)], ignore_index=True)
    sector = pd.Categorical(more["sector"], ["retail", "food", "craft", "transport"])
    test = SurveyDesign(more.assign(sector=sector), weights="w").independence("uses", "sector")
    assert test.n == 240
    assert test.df1 == pytest.approx(simple.independence("uses", "sector").df1, rel=1e-2)


def test_replicates_give_nearly_the_same_test(firms):
    design = SurveyDesign(firms, weights="w", clusters="town")
    one, two = (d.independence("uses", "sector") for d in (design, design.replicate("JK1")))
    assert two.statistic == pytest.approx(one.statistic, rel=0.05)
    assert two.df2 == pytest.approx(one.df2, rel=0.05)


def test_fit_of_a_simple_sample_is_pearsons(firms, simple):
    shares = {"craft": 0.25, "food": 0.25, "retail": 0.5}
    test = simple.goodness_of_fit("sector", shares)
    counts = firms["sector"].value_counts()[list(shares)]
    classical = stats.chisquare(counts, [shares[level] * 240 for level in shares])
    assert test.p == pytest.approx(classical.pvalue, abs=0.02)
    perfect = (counts / 240).to_dict()
    assert simple.goodness_of_fit("sector", perfect).statistic == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda d: d.independence("uses", "sectr"), ParameterError, 'Did you mean "sector"'),
        (
            lambda d: d.independence("uses", "sector", statistic="chi"),
            ParameterError,
            'statistic="chi" is not a choice. Did you mean "chisq"',
        ),
        (lambda d: d.independence("uses", "w"), DataError, 'gave the same one for "w"'),
        (
            lambda d: d.goodness_of_fit("sector", {"craft": 1, "food": 1}),
            ParameterError,
            'retail has no expected share for "sector"',
        ),
        (
            lambda d: d.goodness_of_fit("sector", {"craft": 1, "food": 1, "retail": 1, "x": 1}),
            ParameterError,
            'x is no answer to "sector"',
        ),
        (
            lambda d: d.goodness_of_fit("sector", {"craft": 0, "food": 1, "retail": 1}),
            ParameterError,
            "a number above 0",
        ),
    ],
)
def test_wrong_questions_are_refused(simple, ask, error, message):
    with pytest.raises(error, match=message):
        ask(simple)


def test_too_few_units_for_a_test_are_said():
    data = pd.DataFrame({"w": 2.0, "town": [1, 1, 2, 2, 3, 3], "a": list("xyzxyz"), "b": [0, 1, 0, 1, 1, 0]})
    design = SurveyDesign(data.assign(c=list("pqrrqp")), weights="w", clusters="town")
    with pytest.raises(
        DataError, match=r"adjusted Wald: the design leaves too few degrees of freedom \(-1\)"
    ):
        design.independence("a", "c", statistic="adjusted wald")


def test_answer_that_does_not_vary_over_the_units_is_said():
    data = pd.DataFrame({"w": 2.0, "town": np.repeat(range(6), 4), "a": [0, 1] * 12, "b": [0, 0, 1, 1] * 6})
    with pytest.raises(DataError, match="too rare, or does not vary"):
        SurveyDesign(data, weights="w", clusters="town").independence("a", "b", statistic="wald")
