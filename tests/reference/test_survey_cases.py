"""The estimates are those of R's survey package: every reference case within what the design offers now."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.survey import SurveyDesign, inference

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
PLATFORMS = ["facebook", "instagram", "tiktok", "linkedin", "whatsapp"]

# Cases that ask for more than means, totals, ratios and proportions, with what they ask for.
BEYOND = {
    "ame_logit_smb": "regression under the design",
    "cdf_smb_spend": "distribution function and quantiles",
    "chisq_cramer_smb": "tests of independence",
    "ciprop_likelihood_smb_domain": "profile-likelihood interval",
    "did_2x2_cluster": "effect of a programme",
    "fornell_larcker_htmt": "validity of scales",
    "glm_logit_cluster_robust_smb": "regression",
    "inequality_weighted": "inequality indices",
    "kitagawa_rate_decomposition": "decomposition of rates",
    "mcnemar_waves": "tests on related shares",
    "multinom_smb_sector": "regression",
    "network_bipartite_projection_platforms": "networks of platforms",
    "oaxaca_weighted_linear": "decomposition of means",
    "oaxaca_weighted_logit": "decomposition of means",
    "polr_ordinal_smb": "regression",
    "poststratify_two_way": "weighting",
    "rake_smb": "weighting",
    "rank_tests_smb": "rank tests",
    "replicate_JKn_smb1": "replicate weights",
    "standardised_rates_direct": "standardised rates",
    "svychisq_F_smb_adopt_sector": "tests of independence",
    "svyglm_domain": "regression under the design",
    "svyglm_logit_smb_drivers": "regression under the design",
    "svyglm_missing_outcome": "regression under the design",
    "svyglm_poisson_smb": "regression under the design",
    "svygofchisq": "tests of fit",
    "svyloglin_smb": "log-linear models",
    "svyolr_smb_bi1": "regression under the design",
    "svyprcomp_factanal": "factor analysis",
    "tam_path_model_smb": "path models",
    "trim_weights": "weighting",
    "wave_difference_in_difference": "contrasts",
}


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


def test_every_case_is_tested_or_said_to_be_beyond(shared_reference):
    known = {path.stem for path in (shared_reference / "survey" / "cases").glob("*.json")}
    tested = {path.stem for path in (FIXTURES / "cases").glob("*.json")}
    assert tested | set(BEYOND) == known
    assert not tested & set(BEYOND)


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
    [("logit", "logit"), ("xlogit", "logit"), ("beta", "beta"), ("asin", "asin"), ("mean", "mean")],
)
def test_interval_of_a_proportion(design, name, interval):
    expected = case(f"ciprop_{name}_smb_domain")
    food = design.subset(design.data["sector"] == "food")
    row = food.proportion("tiktok", interval=interval).iloc[0]
    close([row["estimate"], row["se"]], [expected["estimate"], expected["se"]])
    close([row["low"], row["high"]], expected["ci95"])
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


def test_waves_that_share_units(smb):
    expected = case("wave_difference_same_psus")
    both = declare(smb)
    table = both.mean("adopt", by="wave")
    close(table["estimate"].tolist(), list(expected["by_wave"]["estimate"].values()))
    rows = [np.flatnonzero(smb["wave"] == wave) for wave in (1, 2)]
    weights = smb["w"].to_numpy()
    scores = [inference.mean_score(r, smb["adopt"].to_numpy(float)[r], weights)[1] for r in rows]
    matrix = inference.covariance(scores, both._stages)
    assert matrix == pytest.approx(pd.DataFrame(expected["by_wave"]["vcov"]).to_numpy(), rel=1e-7)
    contrast = np.array([-1, 1])
    close(np.sqrt(contrast @ matrix @ contrast), expected["difference"]["se"]["contrast"])


def test_waves_by_sector(smb):
    expected = case("wave_difference_by_sector")
    table = (
        declare(smb)
        .mean("adopt", by=["sector", "wave"])
        .pivot(index="sector", columns="wave", values="estimate")
    )
    for sector, difference in (table[2] - table[1]).items():
        close(difference, expected["estimate"][sector])
