from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sample.population import SECTORS, SIZES, TRADES, largest_remainder, population


@pytest.fixture(scope="module")
def firms():
    return population(9000, np.random.default_rng(3))


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 50), min_size=1, max_size=30))
def test_parts_add_up_and_stay_within_one_of_the_exact_share(total, shares):
    parts = largest_remainder(total, np.array(shares))
    exact = total * np.array(shares) / sum(shares)
    assert parts.sum() == total
    assert (np.abs(parts - exact) < 1 + 1e-6).all()


def test_size_classes_have_their_exact_shares(firms):
    assert firms["size_class"].value_counts().loc[SIZES].tolist() == [5400, 2340, 810, 450]


def test_employees_lie_in_their_size_class(firms):
    bounds = firms.groupby("size_class")["employees"].agg(["min", "max"])
    assert bounds.loc[SIZES].to_numpy().tolist() == [[0, 0], [1, 4], [5, 9], [10, 49]]


def test_a_primary_unit_lies_in_one_stratum_and_is_counted_right(firms):
    assert firms.groupby("town")["stratum"].nunique().eq(1).all()
    counted = firms.groupby("town").size()
    said = firms.drop_duplicates("town").set_index("town")["firms_in_town"]
    assert counted.loc[said.index].equals(said)
    assert counted.min() >= 2
    towns = firms.groupby("stratum")["town"].nunique()
    assert firms.groupby("stratum")["towns_in_stratum"].first().equals(towns.rename("towns_in_stratum"))


def test_a_trade_belongs_to_one_sector(firms):
    assert set(firms["sector"]) == set(SECTORS)
    pairs = firms[["sector", "trade"]].drop_duplicates()
    assert pairs["trade"].is_unique
    assert all(row.trade in TRADES[row.sector] for row in pairs.itertuples())


def test_readiness_falls_with_age(firms):
    assert abs(firms["readiness"].mean()) < 1e-9
    assert -0.45 < np.corrcoef(firms["readiness"], firms["owner_age"])[0, 1] < -0.15
