from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.catalog import load
from analysis.errors import DataError, ParameterError
from analysis.homophily import (
    assortativity,
    chance_draws,
    coleman,
    drift,
    ei_index,
    inbreeding,
    opportunities,
)

EGOS = {"a": "food", "b": "food", "c": "craft", "d": "retail"}


@st.composite
def told_ties(draw):
    """Draw ties of four egos to up to five alters, each of one group and town."""
    alters = {
        f"c{i}": (draw(st.sampled_from(["food", "craft"])), draw(st.sampled_from("xy"))) for i in range(5)
    }
    pairs = st.tuples(st.sampled_from(list(EGOS)), st.sampled_from(list(alters)), st.integers(1, 3))
    rows = draw(st.lists(pairs, min_size=1, max_size=12, unique_by=lambda p: p[:2]))
    return pd.DataFrame(
        [(e, a, w, *alters[a], EGOS[e]) for e, a, w in rows],
        columns=["ego", "alter", "closeness", "alter_sector", "alter_town", "sector"],
    )


def index(data, groups=None, own=None):
    """Give E-I over the rows, from another labelling of alters where given."""
    kept = data if own is None else data[data["sector"] == own]
    if kept.empty:
        return math.nan
    alter = kept["alter_sector"] if groups is None else kept["alter"].map(groups)
    outside = np.where(kept["sector"] == alter, -1, 1)
    return float((outside * kept["closeness"]).sum() / kept["closeness"].sum())


def every_deal(data):
    """Give each way to deal the groups of alters among those of their town."""
    alters = data.drop_duplicates("alter")
    for order in itertools.permutations(range(len(alters))):
        towns = alters["alter_town"].to_numpy()
        if (towns[list(order)] == towns).all():
            yield dict(zip(alters["alter"], alters["alter_sector"].to_numpy()[list(order)], strict=True))


@settings(max_examples=30)
@given(told_ties())
def test_moments_of_told_ties_are_those_of_every_deal(data):
    result = ei_index(data, "alter_sector", 0, "alter_town", own="sector", weight="closeness").set_index(
        "group"
    )
    for group in result.index:
        own = None if group == "all" else group
        assert result.loc[group, "estimate"] == pytest.approx(index(data, own=own), nan_ok=True)
        values = [index(data, groups, own) for groups in every_deal(data)]
        if not math.isnan(values[0]):
            expected = (np.mean(values), np.std(values))
            assert tuple(result.loc[group, ["expected", "sd"]]) == pytest.approx(expected, abs=1e-7)


@settings(max_examples=20)
@given(told_ties())
def test_moments_of_opportunity_are_those_of_every_meeting(data):
    offer = pd.DataFrame({"food": [3, 1], "craft": [1, 1], "retail": [0, 2]}, index=["x", "y"])
    shares = offer.div(offer.sum(axis=1), axis=0)
    result = ei_index(
        data, "alter_sector", 0, "alter_town", own="sector", opportunity=offer, weight="closeness"
    )
    alters = data.drop_duplicates("alter").set_index("alter")["alter_town"]
    mean = second = 0.0
    for met in itertools.product(offer.columns, repeat=len(alters)):
        chance = math.prod(shares.loc[town, group] for town, group in zip(alters, met, strict=True))
        if chance:
            value = index(data, dict(zip(alters.index, met, strict=True)))
            mean, second = mean + chance * value, second + chance * value**2
    assert result.loc[0, "expected"] == pytest.approx(mean)
    assert result.loc[0, "sd"] == pytest.approx(math.sqrt(max(second - mean**2, 0)), abs=1e-6)


def survey(rng, egos=60, alike=0.0, level=0.0):
    """Draw egos who name contacts; each ego has its own taste for its own group, 0.3 on average plus `alike`."""
    own = rng.choice(["food", "craft", "retail"], egos, p=[0.5, 0.3, 0.2])
    rows = []
    for ego in range(egos):
        taste = np.clip(alike + rng.normal(0, level), 0, 1)
        for i in range(rng.integers(2, 7)):
            met = (
                own[ego]
                if rng.random() < taste
                else rng.choice(["food", "craft", "retail"], p=[0.5, 0.3, 0.2])
            )
            rows.append((f"e{ego}", f"c{ego}-{i}", own[ego], met))
    return pd.DataFrame(rows, columns=["ego", "alter", "sector", "alter_sector"])


@pytest.mark.slow
def test_known_preference_is_recovered_and_its_interval_holds_it():
    """Inbreeding homophily is the share of ties chosen for likeness."""
    offer = pd.Series({"food": 0.5, "craft": 0.3, "retail": 0.2})
    rng = np.random.default_rng(3)
    held, found = 0, []
    for _ in range(80):
        data = survey(rng, alike=0.4, level=0.1)
        row = inbreeding(data, "alter_sector", 0, own="sector", opportunity=offer).iloc[0]
        found.append(row["estimate"])
        held += row["low"] <= 0.4 <= row["high"]
    assert np.mean(found) == pytest.approx(0.4, abs=0.02)
    assert held / 80 >= 0.88


@pytest.mark.slow
def test_opportunity_is_not_taken_for_choice():
    """Without preference the distance to the expected value has mean 0 and deviation 1."""
    rng = np.random.default_rng(4)
    offer = pd.Series({"food": 0.5, "craft": 0.3, "retail": 0.2})
    rows = [
        ei_index(survey(rng), "alter_sector", 0, own="sector", opportunity=offer).iloc[0] for _ in range(60)
    ]
    z = np.array([(row["estimate"] - row["expected"]) / row["sd"] for row in rows])
    assert abs(z.mean()) < 0.4 and 0.75 < z.std() < 1.25
    assert np.mean([row["p"] for row in rows]) == pytest.approx(0.5, abs=0.13)


def test_draws_agree_with_the_exact_moments():
    data = survey(np.random.default_rng(5), alike=0.2)
    for more in ({}, {"opportunity": pd.Series({"food": 0.4, "craft": 0.4, "retail": 0.2})}):
        row = ei_index(data, "alter_sector", 0, own="sector", **more).iloc[0]
        draws = chance_draws(data, "alter_sector", 2000, own="sector", seed=1, **more)["estimate"]
        assert abs(draws.mean() - row["expected"]) < 4 * row["sd"] / math.sqrt(2000)
        assert draws.std() == pytest.approx(row["sd"], rel=0.08)


def test_an_alter_named_twice_is_dealt_once():
    data = pd.DataFrame(
        {
            "ego": ["a", "b", "a"],
            "alter": ["p", "p", "q"],
            "sector": ["food", "food", "food"],
            "alter_sector": ["food", "food", "craft"],
        }
    )
    row = ei_index(data, "alter_sector", 10, own="sector").iloc[0]
    assert row["estimate"] == pytest.approx(-1 / 3)
    assert row["expected"] == pytest.approx((-1 / 3 + 1 / 3) / 2) and row["p"] == 1


def test_the_interval_takes_ties_of_one_ego_together():
    data = survey(np.random.default_rng(6), alike=0.4, level=0.35)
    row = ei_index(data, "alter_sector", 0, own="sector").iloc[0]
    y = np.where(data["sector"] == data["alter_sector"], -1.0, 1.0)
    totals = pd.Series(y - y.mean()).groupby(data["ego"]).sum()
    n = len(totals)
    expected = math.sqrt(n / (n - 1) * (totals**2).sum()) / len(y)
    assert row["se"] == pytest.approx(expected)
    assert row["se"] > 1.2 * y.std() / math.sqrt(len(y))


def test_one_ego_has_no_interval():
    data = survey(np.random.default_rng(2), egos=1)
    assert ei_index(data, "alter_sector", 0, own="sector")[["se", "low", "high"]].isna().all(axis=None)


def test_design_weights_count():
    data = pd.DataFrame({"ego": list("abcd"), "alter": list("pqrs"), "w": [3.0, 1, 1, 1], "sector": "food"})
    data["alter_sector"] = ["food", "craft", "craft", "craft"]
    plainly, weighted = (
        ei_index(data, "alter_sector", 0, own="sector", design=d).loc[0, "estimate"]
        for d in (None, {"weights": "w"})
    )
    assert plainly == pytest.approx(0.5) and weighted == pytest.approx(0.0)


def test_own_group_may_be_values_by_ego():
    data = survey(np.random.default_rng(7))
    own = data.drop_duplicates("ego").set_index("ego")["sector"]
    for measure in (ei_index, coleman, inbreeding, assortativity):
        one, other = (measure(data, "alter_sector", 20, own=o) for o in ("sector", own))
        pd.testing.assert_frame_equal(one, other)


def test_opportunities_count_people_by_town():
    firms = pd.DataFrame({"town": ["x", "x", "y", None], "sector": ["a", "b", "a", "b"], "w": [2.0, 3, 4, 5]})
    result = opportunities(firms, "sector", "town", weights="w")
    assert result.loc["x"].to_dict() == {"a": 2.0, "b": 3.0} and result.loc["y"].to_dict() == {
        "a": 4.0,
        "b": 0.0,
    }
    assert opportunities(firms, "sector").to_numpy().tolist() == [[2, 2]]


def test_missing_groups_are_left_out_and_counted():
    data = survey(np.random.default_rng(8))
    data.loc[:4, "alter_sector"] = None
    result = ei_index(data, "alter_sector", 20, own="sector")
    assert result["left_out"].eq(5).all() and result.loc[0, "n"] == len(data) - 5


def test_errors_say_what_to_do():
    data = survey(np.random.default_rng(9)).assign(town="x")
    with pytest.raises(ParameterError, match="say own= the column"):
        ei_index(data, "alter_sector")
    with pytest.raises(DataError, match='opportunity has no row for the stratum "x"'):
        ei_index(
            data,
            "alter_sector",
            strata="town",
            own="sector",
            opportunity=pd.DataFrame({"food": [1]}, index=["y"]),
        )
    with pytest.raises(ParameterError, match="opportunity has 2 rows, one per stratum"):
        ei_index(data, "alter_sector", own="sector", opportunity=pd.DataFrame({"food": [1, 1]}))
    with pytest.raises(DataError, match="missing or negative number"):
        ei_index(data, "alter_sector", own="sector", opportunity=pd.Series({"food": -1.0}))
    with pytest.raises(DataError, match='no column "alter_sectr"'):
        ei_index(data, "alter_sectr", own="sector")
    with pytest.raises(DataError, match='no column "sectr"'):
        opportunities(data, "sectr")


def test_the_sample_is_closed_in_beyond_what_towns_offer(root):
    """In the bundled model close ties are drawn within one sector and region, distant ones across."""
    ties = load("ties")
    firms = pd.read_csv(root / "data" / "sample" / "survey.csv", usecols=["firm", "wave", "sector"]).query(
        "wave == 2022"
    )
    own = firms.set_index("firm")["sector"]
    strong, weak = ties[ties["closeness"] > 3], ties[ties["closeness"] <= 3]
    closed, open_ = (
        ei_index(part, "alter_sector", 99, "alter_town", own=own).iloc[0] for part in (strong, weak)
    )
    assert closed["high"] < closed["null_low"] and closed["p"] <= 0.01
    assert closed["high"] < open_["low"]
    assert open_["estimate"] - open_["expected"] > 0.5 * (closed["estimate"] - closed["expected"])


def test_drift_finds_a_known_slope_and_no_slope_in_sizes_alone():
    rng = np.random.default_rng(10)
    closing = pd.concat([survey(rng, 300, alike=0.1 * i).assign(wave=2020 + i) for i in range(4)])
    offer = pd.Series({"food": 0.5, "craft": 0.3, "retail": 0.2})
    result = drift(closing, "alter_sector", own="sector", opportunity=offer, draws=300)
    slope = result[result["measure"] == "slope"].iloc[0]
    expected = -2 * 0.1 * (1 - (0.5**2 + 0.3**2 + 0.2**2))
    assert slope["low"] < expected < slope["high"] and slope["high"] < 0 and slope["p"] < 0.01
    mixed, growing = {}, {}
    for wave, share in enumerate([0.5, 0.65, 0.8, 0.9]):
        growing[wave] = {i: "a" if i < share * 120 else "b" for i in range(120)}
        mixed[wave] = nx.gnm_random_graph(120, 1200, seed=wave)
    result = drift(mixed, growing, draws=300).set_index("measure")
    assert result.loc["excess", "ei"].diff().max() < 0
    assert result.loc["slope", "low"] < 0 < result.loc["slope", "high"]


def test_the_excess_of_a_wave_is_that_of_the_index():
    graph, labels = nx.karate_club_graph(), {i: i % 3 for i in range(34)}
    strata = {i: i % 2 for i in range(34)}
    for given_strata in (None, strata):
        result = drift({1: graph, 2: graph.subgraph(range(20))}, labels, strata=given_strata, draws=10)
        row = ei_index(graph, labels, 4000, given_strata).iloc[0]
        assert result.loc[0, "ei"] == pytest.approx(row["estimate"])
        near = 1e-9 if given_strata is None else 4 * row["sd"] / math.sqrt(4000)
        assert abs(result.loc[0, "expected"] - row["expected"]) < near


def test_drift_refuses_what_is_no_wave():
    graph = nx.karate_club_graph()
    with pytest.raises(DataError, match="two waves at least; found 1"):
        drift({2022: graph}, "club")
    with pytest.raises(ParameterError, match='The wave "first" is no number'):
        drift({"first": graph, "second": graph}, "club")
    with pytest.raises(DataError, match='no column "year"'):
        drift(survey(np.random.default_rng(1)), "alter_sector", by="year", own="sector")
