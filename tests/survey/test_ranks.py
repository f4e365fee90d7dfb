"""Rank tests agree with the classical ones on simple samples and do not depend on units or order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.ranks import weighted_ranks


@pytest.fixture(scope="module")
def firms():
    rng = np.random.default_rng(31)
    sector = rng.choice(["craft", "food", "retail"], 300)
    spend = rng.exponential(50, 300) * np.where(sector == "food", 1.25, 1.0)
    return pd.DataFrame({"w": 2.0, "town": np.repeat(np.arange(50), 6), "sector": sector, "spend": spend})


@pytest.fixture(scope="module")
def design(firms):
    return SurveyDesign(firms, weights="w")


def test_ranks_with_whole_weights_are_those_of_the_firms_they_stand_for():
    values, weights = np.array([4.0, 1.0, 4.0, 2.0]), np.array([2, 3, 1, 4])
    everyone = stats.rankdata(np.repeat(values, weights))
    expected = [(everyone[np.repeat(values, weights) == value].mean() - 0.5) / 10 for value in values]
    assert weighted_ranks(values, weights.astype(float)).tolist() == pytest.approx(expected)


def test_two_groups_are_nearly_wilcoxons(firms, design):
    pair = design.subset(design.data["sector"] != "retail")
    test = pair.ranks("spend", by="sector")
    one, two = (firms.loc[firms["sector"] == s, "spend"] for s in ("craft", "food"))
    assert test.p == pytest.approx(stats.mannwhitneyu(one, two).pvalue, abs=0.01)
    assert test.df1 == 1


def test_three_groups_are_nearly_kruskal_and_wallis(firms, design):
    classical = stats.kruskal(*(part for _, part in firms.groupby("sector")["spend"]))
    assert design.ranks("spend", by="sector").p == pytest.approx(classical.pvalue, abs=0.01)


def test_median_test_compares_the_shares_above_the_median(firms, design):
    above = firms["spend"] > firms["spend"].median()
    pair = design.transform(lambda d: d.assign(above=above)).subset(firms["sector"] != "retail")
    pair_above = pair.transform(
        lambda d: d.assign(above=d["spend"] > d.loc[d["sector"] != "retail", "spend"].median())
    )
    difference = pair_above.compare("above", by="sector").iloc[0]
    test = pair.ranks("spend", by="sector", test="median")
    assert test.statistic == pytest.approx((difference["estimate"] / difference["se"]) ** 2)


@pytest.mark.parametrize("test", ["wilcoxon", "median", "van der Waerden"])
def test_unit_and_order_of_rows_do_not_count(firms, test):
    doubled = firms.assign(spend=np.exp(firms["spend"] / 100), w=np.linspace(1.5, 4, 300))
    tied = doubled.assign(spend=doubled["spend"].round(1))
    for data in (doubled, tied):
        one = SurveyDesign(data, weights="w", clusters="town").ranks("spend", "sector", test=test)
        two = SurveyDesign(data.sample(frac=1, random_state=2), weights="w", clusters="town")
        again = two.ranks("spend", "sector", test=test)
        assert again.statistic == pytest.approx(one.statistic, rel=1e-10)


def test_clusters_count(firms):
    copied = pd.concat([firms.assign(firm=range(300))] * 3, ignore_index=True)
    once = SurveyDesign(firms, weights="w").ranks("spend", "sector")
    clustered = SurveyDesign(copied, weights="w", clusters="firm").ranks("spend", "sector")
    assert clustered.statistic == pytest.approx(once.statistic)
    assert SurveyDesign(copied, weights="w").ranks("spend", "sector").statistic > 2.5 * once.statistic


def test_replicates_give_nearly_the_same_test(firms):
    design = SurveyDesign(firms, weights="w", clusters="town")
    assert design.replicate("JK1").ranks("spend", "sector").statistic == pytest.approx(
        design.ranks("spend", "sector").statistic, rel=0.05
    )


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda d: d.ranks("spend", "sector", test="mood"), 'test="mood" is not a choice'),
        (lambda d: d.ranks("sector", "sector"), r"ranks\(\) needs a number"),
        (lambda d: d.subset(d.data["sector"] == "food").ranks("spend", "sector"), "a single group"),
    ],
)
def test_wrong_questions_are_refused(design, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(design)
