"""Scales and multiple answers are those of R's psych, lavaan and survey packages."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.survey import SurveyDesign, multiple, option_contrasts
from analysis.survey.scales import (
    ReversedItemWarning,
    alpha,
    answers,
    design_alpha,
    design_omega,
    item_table,
    net_agreement,
    omega,
    ordinal_alpha,
    polychoric,
    reverse,
    top_two,
)

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
PU = ["pu1", "pu2", "pu3", "pu4"]


def case(name):
    return json.loads((FIXTURES / "cases" / f"{name}.json").read_text(encoding="utf-8"))


def close(got, expected, reference):
    assert got == pytest.approx(expected, rel=reference["rtol"], abs=reference["atol"])


@pytest.fixture(scope="module")
def wave():
    data = pd.read_csv(FIXTURES / "smb.csv")
    return data[data["wave"] == 1]


@pytest.fixture(scope="module")
def unturned(wave):
    return wave[PU].dropna()


@pytest.fixture(scope="module")
def useful(unturned):
    return reverse(unturned, "pu4")


@pytest.fixture(scope="module")
def design(wave):
    turned = wave.assign(pu4=6 - wave["pu4"])
    return SurveyDesign(turned, weights="w", strata="stratum", clusters="psu", fpc="N_psu")


def test_alpha(useful):
    reference = case("alpha_smb_pu")
    expected, result = reference["expected"], alpha(useful)
    close(result.estimate, expected["raw_alpha"], reference)
    close(result.standardised, expected["std_alpha"], reference)
    close(result.se, expected["ase"], reference)
    close([result.low, result.high], list(expected["feldt"].values()), reference)
    assert (result.n, result.opposed, result.flag) == (313, (), "")


def test_item_table(useful):
    reference = case("alpha_smb_pu")
    expected, table = reference["expected"], item_table(useful).set_index("item")
    parts = {
        "mean": "item_mean",
        "sd": "item_sd",
        "n": "n",
        "item_rest_correlation": "item_rest_r_drop",
        "alpha_if_dropped": "alpha_if_dropped",
    }
    for ours, theirs in parts.items():
        for item in PU:
            close(table.loc[item, ours], expected[theirs][item], reference)


def test_alpha_of_an_item_left_unreversed(unturned):
    reference = case("alpha_negative_item_warning")
    with pytest.warns(ReversedItemWarning, match=r'"pu4" correlates negatively .* reverse\(items'):
        result = alpha(unturned)
    with pytest.warns(ReversedItemWarning, match='"pu4"'):
        table = item_table(unturned).set_index("item")
    close(result.estimate, reference["expected"]["raw_alpha"], reference)
    close(table.loc["pu4", "item_rest_correlation"], reference["expected"]["pu4_r_drop"], reference)
    assert (result.opposed, result.flag) == (("pu4",), "not reversed: pu4")


def test_alpha_of_two_items_is_spearman_brown(wave):
    reference = case("alpha_two_items_spearman_brown")
    result = alpha(wave[["bi1", "bi2"]].dropna())
    close(result.estimate, reference["expected"]["alpha_raw"], reference)
    close(result.standardised, reference["expected"]["spearman_brown"], reference)


def test_omega(useful):
    reference = case("omega_1factor_ml_smb_pu")
    result = omega(useful)
    close(result.estimate, reference["expected"]["omega_from_loadings"], reference)
    close(dict(result.loadings), reference["expected"]["loadings"], reference)


def test_omega_of_the_sum_of_answers(useful):
    reference = case("omega_lavaan_cfa_smb_pu")
    expected, result = reference["expected"], omega(useful)
    close(result.raw, expected["omega_raw"], reference)
    close(result.standardised, expected["composite_reliability_std"], reference)
    close(list(result.loadings.values()), expected["std_loadings"], reference)


def test_omega_is_near_that_of_least_squares(useful):
    reference = case("omega_1factor_minres_smb_pu")
    close(omega(useful).estimate, reference["expected"]["omega_from_loadings"], reference)


def test_polychoric_correlations(useful):
    reference = case("polychoric_smb")
    expected = pd.DataFrame(reference["expected"]["rho"]).loc[PU, PU]
    close(polychoric(useful).to_numpy().ravel(), expected.to_numpy().ravel(), reference)
    close(ordinal_alpha(useful), reference["expected"]["ordinal_alpha"], reference)


def test_alpha_under_the_design(design):
    reference = case("svycralpha_smb")
    row = design_alpha(design, PU).iloc[0]
    close(row["estimate"], reference["expected"]["alpha"], reference)
    weighted = design.data.dropna(subset=PU)
    close(alpha(weighted[PU], weighted["w"]).estimate, row["estimate"], reference)
    assert row["low"] < row["estimate"] < row["high"]
    assert row["n"] == 313


def test_omega_under_the_design_is_that_of_its_weights(design):
    row = design_omega(design, PU).iloc[0]
    weighted = design.data.dropna(subset=PU)
    assert row["estimate"] == pytest.approx(omega(weighted[PU], weighted["w"]).estimate, rel=1e-9)


def test_answers_on_a_scale(design):
    reference = case("likert_topbox_mean")
    expected = reference["expected"]
    points = [1, 2, 3, 4, 5]
    top = top_two(design, "pu1", points).iloc[0]
    close(
        [top["estimate"], top["se"], top["df"]],
        [expected["mean_top_low"][part]["top2"] for part in ("estimate", "se")] + [34],
        reference,
    )
    net = net_agreement(design, "pu1", points).iloc[0]
    close(
        [net["estimate"], net["se"]], [expected["net"][p]["contrast"] for p in ("estimate", "se")], reference
    )
    close([net["low"], net["high"]], list(expected["net"]["ci95_t"]["contrast"].values()), reference)
    table = answers(design, "pu1", points)
    close(table["estimate"].tolist(), list(expected["levels"]["estimate"].values()), reference)
    close(table["se"].tolist(), list(expected["levels"]["se"].values()), reference)
    assert table["level"].tolist() == points
    assert np.isclose(table["estimate"].sum(), 1)


PLATFORMS = ["facebook", "instagram", "tiktok", "linkedin", "whatsapp"]


@pytest.fixture(scope="module")
def plain(wave):
    return SurveyDesign(wave, weights="w", strata="stratum", clusters="psu", fpc="N_psu")


def test_shares_of_mentions(plain):
    reference = case("multiresponse_share_of_mentions_se")
    table = multiple.shares(plain, PLATFORMS, base="mentions").set_index("option")
    for part in ("estimate", "se"):
        close(table[part].to_dict(), reference["expected"][part], reference)
    shares = case("multiresponse_platforms")["expected"]["percent_of_mentions"]
    close(table["estimate"].to_dict(), shares, reference)


def test_shares_of_firms(plain):
    reference = case("multiresponse_platforms")
    expected = reference["expected"]
    table = multiple.shares(plain, PLATFORMS).set_index("option")
    users = multiple.shares(plain.subset(plain.data["adopt"] == 1), PLATFORMS).set_index("option")
    sectors = multiple.shares(plain, PLATFORMS, by="sector")
    for part in ("estimate", "se"):
        close(table[part].to_dict(), expected["percent_of_firms"][part], reference)
        close(users[part].to_dict(), expected["percent_of_adopters"][part], reference)
    for row in sectors.to_dict("records"):
        close(row["estimate"], expected["by_sector"][row["sector"]][row["option"]], reference)
        close(row["se"], expected["by_sector_se"][row["sector"]][f"se.{row['option']}"], reference)


def test_difference_of_two_options(plain):
    reference = case("multiresponse_platforms")
    expected = reference["expected"]["facebook_minus_instagram"]
    table = option_contrasts.differences(plain, PLATFORMS, reference="instagram").set_index("option_2")
    row = table.loc["facebook"]
    close([row["estimate"], row["se"]], [expected[p]["contrast"] for p in ("estimate", "se")], reference)
    close([row["low"], row["high"]], list(expected["ci95_t"]["contrast"].values()), reference)


def test_mean_number_of_mentions(plain):
    reference = case("multiresponse_platforms")
    expected = reference["expected"]["mean_number"]
    row = multiple.mentions(plain, PLATFORMS).iloc[0]
    close(
        [row["estimate"], row["se"]],
        [next(iter(expected[p].values())) for p in ("estimate", "se")],
        reference,
    )


def test_cochran_q(wave):
    reference = case("cochran_q_platforms")
    result = option_contrasts.cochran_q(wave[wave["adopt"] == 1], PLATFORMS)
    close([result.statistic, result.df1, result.p], list(reference["expected"].values()), reference)


def test_mcnemar_is_cochran_of_two(wave):
    """Of two related shares Cochran's Q is McNemar's statistic (without his correction of continuity)."""
    reference = case("mcnemar_waves")
    later = pd.read_csv(FIXTURES / "smb.csv").query("wave == 2")
    both = wave[["firm", "adopt"]].merge(later[["firm", "adopt"]], on="firm", suffixes=("_1", "_2"))
    assert both["firm"].is_unique
    result = option_contrasts.cochran_q(both, ["adopt_1", "adopt_2"])
    close([result.statistic, result.p], [reference["expected"][name] for name in ("chisq", "p")], reference)
    assert (result.df1, result.n) == (1, len(both))
