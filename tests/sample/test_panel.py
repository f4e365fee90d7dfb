from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.sample.panel import WAVES, draw_panel, retention, weigh
from analysis.sample.population import population
from analysis.sample.simulation import SMALLEST, simulate


@pytest.fixture(scope="module")
def firms():
    return population(9000, np.random.default_rng(3))


@pytest.fixture(scope="module")
def panel(firms):
    return draw_panel(firms, 300, np.random.default_rng(4))


def test_the_bundled_panel_has_2400_firms_then_loses_some(survey):
    counts = survey.groupby("wave").size()
    assert counts.index.tolist() == WAVES
    assert counts.iloc[0] == 2400
    assert 0.70 < counts.iloc[1] / 2400 < 0.90
    assert counts.iloc[2] < counts.iloc[1]


def test_a_firm_lost_does_not_come_back(survey):
    waves = survey.groupby("firm")["wave"].agg(list)
    assert set(map(tuple, waves)) == {(2022,), (2022, 2024), (2022, 2024, 2026)}


@pytest.mark.parametrize("wave", WAVES)
def test_weights_add_up_to_the_population_and_to_each_stratum(survey, truth, wave):
    data = survey[survey["wave"] == wave]
    assert data["weight"].sum() == pytest.approx(truth["population"]["firms"], abs=0.5)
    first = survey[survey["wave"] == 2022].groupby("stratum")["weight"].sum()
    assert data.groupby("stratum")["weight"].sum().to_numpy() == pytest.approx(first.to_numpy(), abs=0.1)
    assert (data["weight"] > 0).all()


def test_every_stratum_has_two_primary_units_or_more_in_every_wave(survey):
    units = survey.groupby(["wave", "stratum"])["town"].nunique()
    assert len(units) == 3 * 24
    assert units.min() >= 2
    assert (units <= survey.groupby(["wave", "stratum"])["towns_in_stratum"].first()).all()


def test_a_town_is_in_one_stratum(survey):
    assert survey.groupby("town")["stratum"].nunique().eq(1).all()


def test_no_town_gives_more_firms_than_it_has(firms, panel):
    taken = panel.groupby("town").size()
    assert (taken <= panel.groupby("town")["firms_in_town"].first()).all()
    assert panel["firm"].is_unique


def test_answering_depends_on_age_and_the_weights_repair_it(firms):
    gaps, repaired = [], []
    for seed in range(6):
        drawn = draw_panel(firms, 600, np.random.default_rng(seed))
        base = drawn["base_weight"]
        weight = weigh(drawn, firms)
        gaps.append(np.average(drawn["owner_age"], weights=base) - firms["owner_age"].mean())
        repaired.append(np.average(drawn["owner_age"], weights=weight) - firms["owner_age"].mean())
    assert np.mean(gaps) > 0.8
    assert abs(np.mean(repaired)) < 0.4


def test_raked_weights_meet_all_three_margins(firms, panel):
    weight = pd.Series(weigh(panel, firms, rounds=200), index=panel.index)
    for column in ("sector", "stratum"):
        expected = firms[column].value_counts()
        result = weight.groupby(panel[column]).sum()
        assert result.to_numpy() == pytest.approx(expected.loc[result.index].to_numpy(), rel=0.01)


def test_every_town_keeps_a_firm(panel):
    stay = retention(panel, np.random.default_rng(9))
    for wave in WAVES:
        assert panel.loc[stay[wave], "town"].nunique() == panel["town"].nunique()
    assert (stay[2024] | ~stay[2026]).all()


def test_the_smallest_sample_still_has_two_primary_units_a_stratum():
    data = simulate(firms=SMALLEST, seed=3).survey
    units = data.groupby(["wave", "stratum"])["town"].nunique()
    assert len(units) == 72
    assert units.min() >= 2
