"""Standardised rates and Kitagawa's parts: by hand, by perturbed weights, and in awkward tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.decomposition import kitagawa, standardise
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"


@pytest.fixture(scope="module")
def smb():
    return pd.read_csv(FIXTURES / "smb.csv")


def declare(data, **options):
    return SurveyDesign(data, weights="w", strata="stratum", clusters="psu", fpc="N_psu", **options)


def test_standardised_rates_by_hand():
    """Rates 2/3 and 0 in the north, 1 and 1/3 in the south; the standard is one quarter of sector a."""
    firms = pd.DataFrame(
        {
            "w": [1.0] * 8,
            "region": list("nnnnssss"),
            "sector": list("aaabbbba"),
            "uses": [1, 1, 0, 0, 0, 1, 0, 1],
        }
    )
    design = SurveyDesign(firms, weights="w")
    table = standardise(design, "uses", by="region", composition="sector", standard={"a": 1, "b": 3})
    assert table["estimate"].tolist() == pytest.approx([2 / 3 / 4, 1 / 4 + 1 / 3 * 3 / 4])
    assert table["n"].tolist() == [4, 4]
    own = standardise(design, "uses", by="region", composition="sector")
    assert own["estimate"].tolist() == pytest.approx([2 / 3 / 2, (1 + 1 / 3) / 2])


def test_the_standard_of_a_single_level_gives_the_rate_of_that_level(smb):
    design = declare(smb[smb["wave"] == 1])
    only = {"craft": 0, "food": 5, "retail": 0, "services": 0}
    table = standardise(design, "adopt", by="region", composition="sector", standard=only)
    food = design.subset(design.data["sector"] == "food").mean("adopt", by="region")
    assert table["estimate"].tolist() == pytest.approx(food["estimate"].tolist())
    assert table["se"].tolist() == pytest.approx(food["se"].tolist())


@pytest.mark.parametrize("standard", [None, {"craft": 1, "food": 2, "retail": 3, "services": 4}])
def test_standard_errors_by_nudged_weights(smb, nudged, standard):
    design, again = nudged(smb[smb["wave"] == 1])
    options = {"by": "region", "composition": "sector", "standard": standard}
    expected = standardise(again, "adopt", **options)["se"]
    assert standardise(design, "adopt", **options)["se"].tolist() == pytest.approx(
        expected.tolist(), rel=1e-4
    )


def test_parts_add_up_and_precision_by_nudged_weights(smb, nudged):
    design, again = nudged(smb[smb["region"].isin(["North", "West"])])
    table = kitagawa(design, "adopt", by="wave", composition="sector")
    whole = table[table["level"].isna()].set_index("part")["estimate"]
    levels = table[table["level"].notna()].groupby("part")["estimate"].sum()
    assert whole["rate"] + whole["composition"] == pytest.approx(whole["difference"], abs=1e-14)
    assert levels.to_dict() == pytest.approx(whole.drop("difference").to_dict())
    expected = kitagawa(again, "adopt", by="wave", composition="sector")["se"]
    assert table["se"].tolist() == pytest.approx(expected.tolist(), rel=1e-4)


def test_firms_in_both_waves_make_the_difference_more_precise(smb):
    table = kitagawa(declare(smb), "adopt", by="wave", composition="sector")
    alone = [declare(smb[smb["wave"] == wave]).mean("adopt")["se"].item() for wave in (1, 2)]
    assert table.loc[0, "se"] < np.hypot(*alone)
    assert table.loc[0, "df"] == declare(smb).degf


def test_replicate_weights_agree_with_linearisation(smb):
    design = declare(smb[smb["wave"] == 1])
    again = design.replicate("JKn")
    for function, options in ((standardise, {}), (kitagawa, {"reference": "West"})):
        tables = [function(d, "adopt", by="region", composition="sector", **options) for d in (design, again)]
        assert tables[1]["estimate"].tolist() == pytest.approx(tables[0]["estimate"].tolist())
        assert tables[1]["se"].tolist() == pytest.approx(tables[0]["se"].tolist(), rel=0.2)


def test_every_group_is_compared_with_the_reference(smb):
    design = declare(smb[smb["wave"] == 1])
    table = kitagawa(design, "adopt", by="region", composition="sector", reference="South")
    assert set(table["group_1"]) == {"South"}
    assert table["group_2"].unique().tolist() == ["East", "North", "West"]
    rates = design.mean("adopt", by="region").set_index("region")["estimate"]
    whole = table[table["part"] == "difference"].set_index("group_2")["estimate"]
    assert whole.to_dict() == pytest.approx((rates.drop("South") - rates["South"]).to_dict())


def test_a_level_without_firms_is_named_and_leaves_no_number():
    firms = pd.DataFrame(
        {"w": [1.0] * 6, "zone": list("nnnsss"), "trade": list("aabaaa"), "uses": [1, 0, 1, 1, 0, 0]}
    )
    design = SurveyDesign(firms, weights="w")
    table = standardise(design, "uses", by="zone", composition="trade").set_index("zone")
    assert table["flag"].to_dict() == {"n": "", "s": "no firms"}
    assert table["empty"].to_dict() == {"n": "", "s": "b"}
    assert table.loc["s", ["estimate", "se"]].isna().all()
    parts = kitagawa(design, "uses", by="zone", composition="trade")
    assert parts["flag"].tolist() == ["no firms"] * 3 + ["", "no firms"] * 2
    named = parts.set_index(["part", "level"])
    assert np.isnan(named.loc[("rate", "b"), "estimate"])
    assert np.isfinite(named.loc[("rate", "a"), "estimate"])


def test_missing_answers_are_left_out(smb):
    wave = smb[smb["wave"] == 1].reset_index(drop=True)
    holes = wave.assign(adopt=wave["adopt"].astype("Float64").mask(wave.index % 7 == 0))
    table = standardise(declare(holes), "adopt", by="region", composition="sector")
    assert table["n"].sum() == holes["adopt"].notna().sum()


WRONG = {
    "level of the sample only": (
        DataError,
        {"standard": {"craft": 1, "food": 1, "retail": 1}},
        'sector "services" is met in the answers only',
    ),
    "level of the standard only": (
        DataError,
        {"standard": {"craft": 1, "food": 1, "retail": 1, "services": 1, "fishing": 1}},
        'sector "fishing" is met in the standard only',
    ),
    "negative share": (
        DataError,
        {"standard": {"craft": -1, "food": 1, "retail": 1, "services": 1}},
        "must be 0 or above",
    ),
    "unknown column": (ParameterError, {"composition": "sectr"}, r'no column "sectr".*Did you mean "sector"'),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_standards_are_refused(smb, name):
    error, options, message = WRONG[name]
    with pytest.raises(error, match=message):
        standardise(declare(smb), "adopt", **({"by": "region", "composition": "sector"} | options))


def test_wrong_comparisons_are_refused(smb):
    design = declare(smb[smb["wave"] == 1])
    with pytest.raises(DataError, match='"wave" has a single group, 1: there is nothing to compare'):
        kitagawa(design, "adopt", by="wave", composition="sector")
    with pytest.raises(ParameterError, match=r"reference='Nord' is no group of \"region\".*North"):
        kitagawa(design, "adopt", by="region", composition="sector", reference="Nord")
    with pytest.raises(ParameterError, match="needs a number"):
        kitagawa(design, "sector", by="region", composition="size")
