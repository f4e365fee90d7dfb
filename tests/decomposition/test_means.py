"""The Oaxaca–Blinder decomposition: identities, precision by perturbed weights, and misuse."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.decomposition import oaxaca
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
TRAITS = ["female", "digital", "sector"]
WAYS = [
    {"coefficients": "pooled"},
    {"coefficients": "group_1"},
    {"coefficients": "group_2"},
    {"parts": "threefold"},
]


def declare(data):
    return SurveyDesign(data, weights="w", strata="stratum", clusters="psu", fpc="N_psu")


@pytest.fixture(scope="module")
def smb():
    data = pd.read_csv(FIXTURES / "smb.csv")
    return data[data["wave"] == 1].reset_index(drop=True)


@pytest.fixture(scope="module")
def design(smb):
    return declare(smb)


@pytest.mark.parametrize("family", ["gaussian", "binomial"])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_parts_add_up(design, way, family):
    table = oaxaca(design, "adopt", TRAITS, by="size", family=family, **way)
    whole = table[table["term"].isna()].set_index("part")["estimate"]
    named = table[table["term"].notna() & (table["part"] != "mean")].groupby("part")["estimate"].sum()
    assert whole.drop("difference").sum() == pytest.approx(whole["difference"], abs=1e-12)
    assert named.to_dict() == pytest.approx(whole.drop("difference").to_dict(), abs=1e-12)


@pytest.mark.parametrize("family", ["gaussian", "binomial"])
def test_the_difference_is_that_of_the_means(design, family):
    """Both models reproduce each group's weighted mean, so difference and error are those of compare()."""
    table = oaxaca(design, "adopt", TRAITS, by="size", family=family)
    row = table[table["part"] == "difference"].iloc[0]
    pair = design.compare("adopt", by="size").iloc[0]
    assert (row["group_1"], row["group_2"]) == (pair["group_1"], pair["group_2"]) == ("micro", "small")
    assert row[["estimate", "se", "low", "high"]].tolist() == pytest.approx(
        pair[["estimate", "se", "low", "high"]].tolist(), rel=1e-8
    )
    means = table[table["part"] == "mean"]
    expected = design.mean("adopt", by="size")
    assert means["se"].tolist() == pytest.approx(expected["se"].tolist(), rel=1e-8)


@pytest.mark.parametrize("family", ["gaussian", "binomial"])
@pytest.mark.parametrize("way", [WAYS[0], WAYS[3]], ids=str)
def test_standard_errors_by_nudged_weights(smb, nudged, way, family):
    design, again = nudged(smb[smb["region"].isin(["East", "West"])])
    table = oaxaca(design, "adopt", TRAITS, by="size", family=family, **way)
    expected = oaxaca(again, "adopt", TRAITS, by="size", family=family, **way)
    assert table["se"].tolist() == pytest.approx(expected["se"].tolist(), rel=1e-4)


def test_like_groups_leave_nothing_to_explain(smb):
    """The same firms once more as the other group: every part is 0."""
    twice = pd.concat([smb.assign(copy="a"), smb.assign(copy="b")], ignore_index=True)
    table = oaxaca(declare(twice), "adopt", TRAITS, by="copy", parts="threefold")
    assert table.loc[table["part"] != "mean", "estimate"].abs().max() < 1e-12


def test_replicate_weights_agree_with_linearisation(design):
    tables = [oaxaca(d, "adopt", ["digital"], by="size") for d in (design, design.replicate("JKn"))]
    assert tables[1]["estimate"].tolist() == pytest.approx(tables[0]["estimate"].tolist())
    assert tables[1]["se"].tolist() == pytest.approx(tables[0]["se"].tolist(), rel=0.1)


def test_two_groups_of_several(design):
    table = oaxaca(design, "adopt", ["digital"], by="region", groups=("West", "East"))
    assert (table.loc[0, "group_1"], table.loc[0, "group_2"]) == ("West", "East")
    assert table.loc[0, "n"] == design.data["region"].isin(["West", "East"]).sum()


def test_missing_answers_are_left_out(smb):
    holes = smb.assign(digital=smb["digital"].mask(smb.index % 5 == 0))
    table = oaxaca(declare(holes), "adopt", ["digital"], by="size")
    assert set(table["n"]) == {holes["digital"].notna().sum()}


WRONG = {
    "three groups": (
        DataError,
        {"by": "region"},
        'compares two groups, and "region" has East, North, South, West',
    ),
    "group that is not there": (DataError, {"groups": ("micro", "huge")}, "Name two of them with groups="),
    "group as a trait": (ParameterError, {"by": "female"}, '"female" cannot be a predictor too'),
    "family": (ParameterError, {"family": "poisson"}, "Choices: gaussian, binomial"),
    "coefficients": (ParameterError, {"coefficients": "poled"}, 'Did you mean "pooled"'),
    "parts": (ParameterError, {"parts": "fourfold"}, 'Did you mean "twofold"'),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_calls_are_refused(design, name):
    error, options, message = WRONG[name]
    with pytest.raises(error, match=message):
        oaxaca(design, "adopt", ["female", "digital"], **({"by": "size"} | options))


def test_a_trait_one_group_does_not_vary_in(smb):
    fixed = smb.assign(rural=((smb["size"] == "small") & (smb.index % 2 == 0)).astype(int))
    with pytest.raises(DataError, match='in size micro, "rural" is constant or determined'):
        oaxaca(declare(fixed), "adopt", ["rural"], by="size")
