from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.catalog import load
from analysis.sample.ties import SUCCESS, exposure


@pytest.fixture(scope="module")
def data():
    return load("ties").assign(strong=lambda d: d["closeness"] >= 4)


def test_exposure_counts_both_sides_of_a_pair():
    pairs = pd.DataFrame({"a": [0, 1], "b": [1, 2], "strong": [True, False]})
    result = exposure(pairs, np.array([True, False, True, True]))
    assert result[:3].tolist() == [0.0, 1.0, 0.0]
    assert np.isnan(result[3])


def test_columns_are_the_contract(data):
    expected = (
        "ego alter kind closeness frequency channel since alter_sector alter_town alter_age_group purpose"
    )
    assert list(data.columns)[:-1] == [*expected.split(), "asked", "helped", "unease"]
    assert not data.duplicated(["ego", "alter", "channel"]).any()
    assert (data["ego"] != data["alter"]).all()


def test_firms_named_are_in_the_survey(data, survey):
    firms = set(survey["firm"])
    assert set(data["ego"]) <= firms
    assert set(data.loc[data["alter"].str.startswith("F"), "alter"]) <= firms


def test_nothing_asked_nothing_answered(data):
    assert data.loc[data["asked"] == 0, ["helped", "unease"]].isna().all(axis=None)
    assert data.loc[data["asked"] == 1, ["helped", "unease"]].notna().all(axis=None)


@pytest.mark.parametrize("purpose", ["job", "prospecting", "reputation", "creation", "mutual_aid"])
@pytest.mark.parametrize("strength", ["strong", "weak"])
def test_requests_succeed_as_often_as_the_truth_says(data, purpose, strength):
    asked = data[
        (data["asked"] == 1) & (data["purpose"] == purpose) & (data["strong"] == (strength == "strong"))
    ]
    asked = asked.drop_duplicates(["ego", "alter"])
    expected = SUCCESS[strength][purpose]
    error = np.sqrt(expected * (1 - expected) / len(asked))
    assert abs(asked["helped"].mean() - expected) < 3.3 * error


def test_weak_ties_cross_sectors_and_strong_ones_stay(data, survey):
    sector = survey.drop_duplicates("firm").set_index("firm")["sector"]
    between = data[data["alter"].str.startswith("F")]
    alike = between["alter_sector"] == between["ego"].map(sector)
    rates = alike.groupby(between["strong"]).mean()
    assert rates[True] > 0.95
    assert rates[False] < 0.35


def test_people_met_online_are_met_on_a_platform_the_firm_uses(data, survey):
    first = survey[survey["wave"] == 2022].set_index("firm")
    online = data[data["channel"] != "offline"]
    assert len(online) > 1000
    for platform, group in online.groupby("channel"):
        assert first.loc[group["ego"], f"platforms__{platform}"].eq(1).all()


def test_some_are_met_both_ways(data):
    ways = data.groupby(["ego", "alter"])["channel"].nunique()
    assert 0.05 < (ways == 2).mean() < 0.35
