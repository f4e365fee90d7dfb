"""Models, marginal effects and decompositions are those of R: survey, MASS, sandwich and formulas in base R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.decomposition import kitagawa, oaxaca, standardise
from analysis.survey import SurveyDesign

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
PLATFORMS = ["facebook", "instagram", "tiktok", "linkedin", "whatsapp"]
DRIVERS = ["sector", "log_employees", "age", "female", "digital"]
TERMS = {
    "(Intercept)": "intercept",
    "log(emp)": "log_employees",
    **{f"sector{level}": f"sector[{level}]" for level in ("food", "retail", "services")},
}


def read(name):
    return json.loads((FIXTURES / "cases" / f"{name}.json").read_text(encoding="utf-8"))


def case(name):
    return read(name)["expected"]


def close(got, expected, rel=1e-7):
    assert got == pytest.approx(expected, rel=rel, abs=1e-12)


def ours(named):
    """Name R's terms as the suite does."""
    return {TERMS.get(name, name): value for name, value in named.items()}


@pytest.fixture(scope="module")
def smb():
    data = pd.read_csv(FIXTURES / "smb.csv")
    return data.assign(log_employees=np.log(data["emp"]), number=data[PLATFORMS].sum(axis=1))


def declare(data):
    return SurveyDesign(data, weights="w", strata="stratum", clusters="psu", fpc="N_psu")


@pytest.fixture(scope="module")
def design(smb):
    return declare(smb[smb["wave"] == 1])


@pytest.fixture(scope="module")
def drivers(design):
    return design.glm("adopt", DRIVERS, family="binomial")


def held(model, name):
    """Hold a model against R's at the tolerance of the case."""
    given = read(name)
    expected, rel = given["expected"], given["rtol"]
    table = model.coefficients.set_index("term")
    for column, theirs in {"estimate": "coef", "se": "se", "t": "t", "p": "p"}.items():
        close(table[column].to_dict(), ours(expected[theirs]), rel)
    close(table["low"].to_dict(), {k: v["lower"] for k, v in ours(expected["ci95"]).items()}, rel)
    close(table["high"].to_dict(), {k: v["upper"] for k, v in ours(expected["ci95"]).items()}, rel)
    assert (table["df"] == expected["df_residual"]).all()
    for term, row in ours(expected["vcov"]).items():
        close(model.covariance[term].to_dict(), ours(row), rel)


def test_logit(drivers):
    name = "svyglm_logit_smb_drivers"
    held(drivers, name)
    expected = case(name)
    ratios = drivers.odds_ratios.set_index("term")
    wanted = {k: v for k, v in ours(expected["odds_ratio"]).items() if k != "intercept"}
    close(ratios["estimate"].to_dict(), wanted)
    for column, side in {"low": "lower", "high": "upper"}.items():
        limits = {k: v[side] for k, v in ours(expected["or_ci95"]).items() if k != "intercept"}
        close(ratios[column].to_dict(), limits, 1e-6)
    fit = drivers.fit
    for ours_, theirs in {
        "deviance": "deviance",
        "null_deviance": "null_deviance",
        "dispersion": "dispersion",
    }.items():
        close(getattr(fit, ours_), expected[theirs])
    close([fit.nagelkerke, fit.cox_snell], [expected["nagelkerke"], expected["cox_snell"]])
    test, wald = drivers.wald("sector"), expected["wald_sector"]
    close([test.statistic, test.p], [wald["F"], wald["p"]], 1e-6)
    assert (test.df1, test.df2) == (wald["df"], wald["ddf"])


def test_logit_in_a_domain(design):
    micro = design.subset(design.data["size"] == "micro")
    held(micro.glm("adopt", ["female", "digital"], family="binomial"), "svyglm_domain")
    assert micro.degf == case("svyglm_domain")["degf_subset"]


def test_linear_model_of_an_outcome_with_missing_answers(design):
    model = design.glm("pu1", ["digital", "female"])
    held(model, "svyglm_missing_outcome")
    expected = case("svyglm_missing_outcome")
    assert (model.fit.n, model.fit.n_missing) == (expected["n_used"], expected["n_missing"])


def test_counts(design):
    model = design.glm("number", ["sector", "digital"], family="poisson")
    held(model, "svyglm_poisson_smb")
    ratios = model.rate_ratios.set_index("term")["estimate"].to_dict()
    close(ratios, {k: v for k, v in ours(case("svyglm_poisson_smb")["irr"]).items() if k != "intercept"})


def test_marginal_effects(drivers, design):
    expected = case("ame_logit_smb")
    effects = drivers.marginal_effects.set_index("term")
    names = {
        "digital": "digital",
        "age": "age",
        "female": "female_discrete",
        "sector[food]": "sector_food_vs_craft",
        "sector[retail]": "sector_retail_vs_craft",
    }
    for term, theirs in names.items():
        row = effects.loc[term, ["estimate", "se", "se_unconditional"]].tolist()
        close(row, list(expected[theirs].values()), 1e-6)
    margins = drivers.predictive_margins("sector").set_index("sector")
    row = margins.loc["food", ["estimate", "se", "se_unconditional"]].tolist()
    close(row, list(expected["predictive_margin_food"].values()), 1e-6)


def test_logit_with_robust_errors_by_cluster(smb):
    """Equal weights and no strata: the design's error is the cluster-robust one with its G/(G − 1)."""
    expected = case("glm_logit_cluster_robust_smb")
    one = smb[smb["wave"] == 1].assign(same=1.0)
    plain = SurveyDesign(one, weights="same", clusters="psu")
    model = plain.glm("adopt", ["digital", "female", "log_employees"], family="binomial")
    table = model.coefficients.set_index("term")
    close(table["estimate"].to_dict(), ours(expected["coef"]))
    close(table["se"].to_dict(), ours(expected["se_HC0_cadjust"]), 1e-6)
    close(1 - model.fit.deviance / model.fit.null_deviance, expected["mcfadden"])
    assert plain.degf + 1 == expected["G"]


def test_proportional_odds_without_a_design(smb):
    expected = case("polr_ordinal_smb")
    one = smb[smb["wave"] == 1].assign(same=1.0)
    model = SurveyDesign(one, weights="same").glm("bi1", ["digital", "female"], family="ordinal")
    found = model.coefficients.set_index("term")["estimate"].to_dict()
    close(found, expected["coef"] | expected["zeta"], 1e-4)
    close(found, expected["clm_coef"], 1e-5)
    close(model.fit.deviance / -2, expected["logLik"], 1e-10)


def test_proportional_odds_under_the_design(smb):
    """R's default stops short of its own optimum here, which its values with reltol=1e-15 show.

    The case says 1e-4; R's svyolr with a tighter stopping rule moves by 2.6e-4. Held to those values (r_models.R),
    and to the case within what R left undone: a likelihood that is no better than ours.
    """
    expected = case("svyolr_smb_bi1")
    values = json.loads((FIXTURES / "r_models.json").read_text(encoding="utf-8"))
    converged, default = values["ordinal_case"], values["ordinal_case_default"]
    close(default["estimate"], [*expected["coef"].values(), *expected["zeta"].values()])
    one = smb[smb["wave"] == 1]
    plain = SurveyDesign(one, weights="w", strata="stratum", clusters="psu")
    model = plain.glm("bi1", ["digital", "female"], family="ordinal")
    table = model.coefficients.set_index("term")
    assert table.index.tolist() == [*expected["coef"], *expected["zeta"]]
    close(table["estimate"].tolist(), converged["estimate"], 1e-6)
    close(table["se"].tolist(), converged["se"], 1e-5)  # R differentiates its gradient by steps
    assert model.fit.df == converged["df"]
    far = np.abs(table["estimate"].to_numpy() - default["estimate"]) / table["se"].to_numpy()
    assert far.max() < 0.01
    assert converged["deviance"] < default["deviance"]


def test_kitagawa(smb):
    expected = case("kitagawa_rate_decomposition")
    table = kitagawa(declare(smb), "adopt", by="wave", composition="sector")
    whole = table[table["level"].isna()].set_index("part")["estimate"]
    close(whole["difference"], expected["rate2"] - expected["rate1"])
    close(whole["rate"], expected["rate_effect"])
    close(whole["composition"], expected["composition_effect"])
    pair = declare(smb).compare("adopt", by="wave").iloc[0]
    difference = table.iloc[0]
    close([difference["se"], difference["low"]], [pair["se"], pair["low"]])


def test_direct_standardisation(design):
    sizes = pd.read_csv(FIXTURES / "smb_pop_sector.csv").set_index("sector")["N"]
    table = standardise(design, "adopt", by="region", composition="sector", standard=sizes)
    found = table.set_index("region")["estimate"].to_dict()
    close(found, case("standardised_rates_direct")["directly_standardised"])


def parts(design, **options):
    table = oaxaca(design, "adopt", ["female", "digital", "age"], by="size", **options)
    whole = table[table["term"].isna()].set_index("part")["estimate"]
    terms = table[table["term"].notna()].set_index(["part", "term"])["estimate"]
    return whole, terms


def by_variable(expected):
    return {TERMS.get(name, name): value for name, value in expected.items() if value}


def test_linear_decomposition(design):
    expected = case("oaxaca_weighted_linear")
    whole, terms = parts(design, parts="threefold")
    close(whole["difference"], expected["gap"])
    close(terms["mean"].to_dict(), {"small": expected["mean_A"], "micro": expected["mean_B"]})
    for part in ("endowments", "coefficients", "interaction"):
        close(whole[part], expected["threefold"][part])
        close(terms[part].to_dict(), by_variable(expected["threefold"][f"{part}_by_variable"]))
    for group, name in {"group_2": "refA", "group_1": "refB", "pooled": "pooled_with_dummy"}.items():
        whole, _ = parts(design, coefficients=group)
        wanted = expected[f"twofold_{name}"]
        close([whole["explained"], whole["unexplained"]], [wanted["explained"], wanted["unexplained"]])


def test_logit_decomposition(design):
    expected = case("oaxaca_weighted_logit")
    for group, name in {"group_2": "refA", "group_1": "refB"}.items():
        whole, terms = parts(design, coefficients=group, family="binomial")
        close(whole["difference"], expected["gap"], 1e-6)
        close(whole["explained"], expected[f"explained_{name}"], 1e-6)
        close(whole["unexplained"], expected[f"unexplained_{name}"], 1e-6)
        if name == "refB":
            close(terms["explained"].to_dict(), by_variable(expected["yun_explained_by_variable"]), 1e-6)
