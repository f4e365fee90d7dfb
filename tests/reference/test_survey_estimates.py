"""The estimates are those of R's survey package: means, totals, shares, quantiles, differences, tests, replicates."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.survey import SurveyDesign, inference

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
PLATFORMS = ["facebook", "instagram", "tiktok", "linkedin", "whatsapp"]
# The tolerance the case itself gives, where it is wider: R reads these limits off a grid.
RTOL = {"ciprop_likelihood_smb_domain": 1e-5, "svygofchisq": 1e-5}


def case(name):
    return json.loads((FIXTURES / "cases" / f"{name}.json").read_text(encoding="utf-8"))["expected"]


def close(got, expected):
    assert got == pytest.approx(expected, rel=1e-7, abs=1e-12)


@pytest.fixture(scope="module")
def smb():
    return pd.read_csv(FIXTURES / "smb.csv")


@pytest.fixture(scope="module")
def design(smb):
    return declare(smb[smb["wave"] == 1])


def declare(data):
    return SurveyDesign(data, weights="w", strata="stratum", clusters="psu", fpc="N_psu")


def held(row, expected, name):
    """Hold one row of estimates against R's estimate, SE, df and t interval."""
    close(row["estimate"], expected["estimate"][name])
    close(row["se"], expected["se"][name])
    if "ci95_t" in expected:
        assert row["df"] == expected["df"]
        close([row["low"], row["high"]], list(expected["ci95_t"][name].values()))


def test_mean(design):
    expected = case("mean_smb_adoption")
    row = design.mean("adopt").iloc[0]
    held(row, expected, "adopt")
    close(row["deff"], expected["deff"]["adopt"])
    close(row["n_weighted"], expected["sum_weights"])
    assert (row["n"], design.degf) == (expected["n"], expected["degf"])


def test_total_of_an_indicator(design):
    held(design.total("adopt").iloc[0], case("total_indicator_smb"), "adopt")


def test_total_by_answer(design):
    table = design.total("sector").set_index("level")
    for level, row in table.iterrows():
        held(row, case("total_factor_smb"), f"sector{level}")
    assert len(table) == 4


def test_total_by_answer_has_the_covariance_of_r(design, smb):
    wave = smb[smb["wave"] == 1]
    rows = [np.flatnonzero(wave["sector"] == level) for level in sorted(wave["sector"].unique())]
    weights = wave["w"].to_numpy()
    scores = [inference.total_score(r, np.ones(len(r)), weights)[1] for r in rows]
    expected = pd.DataFrame(case("total_factor_smb")["vcov"]).to_numpy()
    assert inference.covariance(scores, design._stages) == pytest.approx(expected, rel=1e-7)


def test_proportion_by_domain(design):
    expected = case("prop_by_domain_logit")
    for row in design.proportion("adopt", by="sector").to_dict("records"):
        for ours, theirs in {"estimate": "estimate", "se": "se", "low": "lower", "high": "upper"}.items():
            close(row[ours], expected[theirs][row["sector"]])


@pytest.mark.parametrize(
    ("name", "interval"),
    [
        ("ciprop_logit_smb_domain", "logit"),
        ("ciprop_xlogit_smb_domain", "xlogit"),
        ("ciprop_beta_smb_domain", "beta"),
        ("ciprop_asin_smb_domain", "asin"),
        ("ciprop_mean_smb_domain", "mean"),
        ("ciprop_likelihood_smb_domain", "likelihood"),
    ],
)
def test_interval_of_a_proportion(design, name, interval):
    expected = case(name)
    food = design.subset(design.data["sector"] == "food")
    row = food.proportion("tiktok", interval=interval).iloc[0]
    close([row["estimate"], row["se"]], [expected["estimate"], expected["se"]])
    assert [row["low"], row["high"]] == pytest.approx(expected["ci95"], rel=RTOL.get(name, 1e-7))
    assert (design.degf, row["df"]) == (expected["degf_full"], expected["degf_domain"])


def test_domain_that_misses_strata(design):
    expected = case("subset_domain_drops_strata")
    data = design.data
    small = design.subset(data["region"].isin(["North", "East"]) & (data["sector"] == "craft"))
    row = small.mean("adopt").iloc[0]
    held(row, expected["mean"], "adopt")
    assert (small.degf, row["n"], row["flag"]) == (expected["degf_subset"], expected["n"], "n<30")


@pytest.mark.parametrize(
    ("name", "numerator", "denominator"),
    [
        ("ratio_smb_spend_per_employee", "spend", "emp"),
        ("share_of_domain_in_total", "food_adopt", "adopt"),
    ],
)
def test_ratio(design, name, numerator, denominator):
    expected = case(name)
    ready = design.transform(lambda d: d.assign(food_adopt=d["adopt"] * (d["sector"] == "food")))
    row = ready.ratio(numerator, denominator).iloc[0]
    close([row["estimate"], row["se"]], [expected["estimate"], expected["se"]])
    close([row["low"], row["high"]], expected["ci95_t"])


def test_platforms(design):
    expected = case("multiresponse_platforms")
    users = design.subset(design.data["adopt"] == 1)
    for platform in PLATFORMS:
        held(design.mean(platform).iloc[0], expected["percent_of_firms"], platform)
        held(users.mean(platform).iloc[0], expected["percent_of_adopters"], platform)
        for row in design.mean(platform, by="sector").to_dict("records"):
            close(row["estimate"], expected["by_sector"][row["sector"]][platform])
            close(row["se"], expected["by_sector_se"][row["sector"]][f"se.{platform}"])


def test_mean_number_of_platforms(design):
    expected = case("multiresponse_platforms")["mean_number"]
    counted = design.transform(lambda d: d.assign(count=d[PLATFORMS].sum(axis=1)))
    held(counted.mean("count").iloc[0], expected, next(iter(expected["estimate"])))


def test_scale_item_with_missing_answers(design):
    expected = case("likert_topbox_mean")
    held_item = expected["mean_top_low"]
    close(
        design.mean("pu1").iloc[0][["estimate", "se"]].tolist(),
        [held_item["estimate"]["pu1"], held_item["se"]["pu1"]],
    )
    levels = design.proportion("pu1", interval="mean")
    for row in levels.to_dict("records"):
        held(row, expected["levels"], f"factor(pu1){row['level']:.0f}")


def test_cross_table_counts(design):
    expected = case("svytable_props")
    for row in design.total("adopt", by="sector").to_dict("records"):
        close(row["estimate"], expected["counts"][row["sector"]]["1"])
        close(row["n_weighted"], sum(expected["counts"][row["sector"]].values()))


@pytest.mark.parametrize(
    ("of", "name", "whole"),
    [("all", "percent", 100), ("rows", "row_percent", 1), ("columns", "col_percent", 1)],
)
def test_cross_table_shares(design, of, name, whole):
    expected = case("svytable_props")[name]
    table = design.cross_table("sector", "adopt", of=of)
    assert len(table) == 8
    for row in table.to_dict("records"):
        close(whole * row["estimate"], expected[row["sector"]][str(row["adopt"])])


def test_waves_that_share_units(smb):
    expected = case("wave_difference_same_psus")
    both = declare(smb)
    table = both.mean("adopt", by="wave")
    close(table["estimate"].tolist(), list(expected["by_wave"]["estimate"].values()))
    row = both.compare("adopt", by="wave").iloc[0]
    assert (row["group_1"], row["group_2"], row["n"]) == (1, 2, len(smb))
    held(row, of_contrast(expected["difference"]), "contrast")


def test_waves_by_sector(smb):
    expected = case("wave_difference_by_sector")
    table = declare(smb).compare("adopt", by="wave", within="sector").set_index("sector")
    assert table["estimate"].to_dict() == pytest.approx(expected["estimate"], rel=1e-7)
    assert table["se"].to_dict() == pytest.approx(expected["se"], rel=1e-7)


def test_difference_in_differences(smb):
    expected = case("wave_difference_in_difference")["did"]
    cells = {(2, 1): 1, (1, 1): -1, (2, 0): -1, (1, 0): 1}
    row = declare(smb).contrast("adopt", ["wave", "treat"], {"did": cells}).iloc[0]
    held(row, of_contrast(expected), "contrast")


@pytest.mark.parametrize(
    ("weights", "estimate", "se"), [("one", "did", "se_CR1"), ("w", "did_weighted", "se_weighted_CR1")]
)
def test_difference_in_differences_clustered_by_town(smb, weights, estimate, se):
    """A contrast of four cells has CR1's standard error but for its factor (N − 1) / (N − 4)."""
    expected = case("did_2x2_cluster")
    clustered = SurveyDesign(smb.assign(one=1.0), weights=weights, clusters="psu")
    cells = {(2, 1): 1, (1, 1): -1, (2, 0): -1, (1, 0): 1}
    row = clustered.contrast("adopt", ["wave", "treat"], {"did": cells}).iloc[0]
    close(row["estimate"], expected[estimate])
    close(row["se"] * np.sqrt((expected["n"] - 1) / (expected["n"] - 4)), expected[se])
    assert row["df"] == expected["G"] - 1


def of_contrast(expected):
    """Give a contrast the degrees of freedom of its design, as the case was made."""
    return {"df": 34, **expected}


def test_distribution(design):
    expected = case("cdf_smb_spend")
    users = design.subset(design.data["adopt"] == 1)
    table = users.distribution("spend", [float(value) for value in expected])
    close(table["estimate"].tolist(), list(expected.values()))


def test_rao_scott_test(design):
    expected = case("svychisq_F_smb_adopt_sector")
    test = design.independence("adopt", "sector")
    close([test.statistic, test.df1, test.df2], [expected["F"], expected["ndf"], expected["ddf"]])
    close(test.p, expected["p"])


def test_distance_of_a_log_linear_model_without_interaction(design):
    """The score statistic of the model of independence is Pearson's, which Cramér's V tells again."""
    expected = case("svyloglin_smb")
    test = design.independence("sector", "adopt")
    close(test.cramers_v**2 * test.n, expected["score_F_stat"])


def test_goodness_of_fit(design):
    expected = case("svygofchisq")
    test = design.goodness_of_fit("sector", {"craft": 0.15, "food": 0.25, "retail": 0.3, "services": 0.3})
    scale, df = expected["parameter"]
    got = [test.statistic * scale, test.df1, test.p]
    assert got == pytest.approx([expected["statistic"], df, expected["p"]], rel=RTOL["svygofchisq"])


def test_closeness_of_two_answers_drawn_with_equal_chances(smb):
    expected = case("chisq_cramer_smb")
    equal = SurveyDesign(smb[smb["wave"] == 1].assign(one=1.0), weights="one")
    test = equal.independence("sector", "adopt")
    close(test.cramers_v, expected["cramers_v"])
    close(test.cramers_v**2 * test.n, expected["chisq"])


def test_jackknife_replicates(design):
    expected = case("replicate_JKn_smb1")
    replicated = design.replicate("JKn")
    held(replicated.mean("adopt").iloc[0], expected, "adopt")
    made = replicated._replicates
    assert (made.weights.shape[1], made.scale, replicated.degf) == (expected["R"], expected["scale"], 34)
    first = design.data["stratum"] == design.data["stratum"].iloc[0]
    left_out = (made.weights[first.to_numpy()] == 0).any(axis=0)
    close(made.rscales[left_out].tolist(), expected["rscales_first6"])


def test_directly_standardised_rates(design):
    """The rate each region would have with the sectors of the whole population: a contrast of cells."""
    expected = case("standardised_rates_direct")["directly_standardised"]
    firms = pd.read_csv(FIXTURES / "smb_pop_sector.csv").set_index("sector")["N"]
    mix = (firms / firms.sum()).to_dict()
    weights = {region: {(region, sector): share for sector, share in mix.items()} for region in expected}
    table = design.contrast("adopt", ["region", "sector"], weights).set_index("contrast")
    close(table["estimate"].to_dict(), expected)
    assert (table["se"] > 0).all()
