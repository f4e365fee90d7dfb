from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.catalog import load
from analysis.sample.population import population
from analysis.sample.programme import take_part
from analysis.sample.uptake import ANY_LATER, PLATFORM_SHARES, PLATFORMS, uptake


@pytest.fixture(scope="module")
def firms():
    return population(9000, np.random.default_rng(3))


@pytest.fixture(scope="module")
def start(firms):
    return take_part(firms, np.random.default_rng(8))


@pytest.fixture(scope="module")
def worlds(firms, start):
    panel = np.arange(0, len(firms), 30)

    def nobody(used):
        return np.full(len(used), np.nan)

    actual = uptake(firms, start, panel, nobody, np.random.default_rng(6))
    without = uptake(firms, start, panel, nobody, np.random.default_rng(6), actual.levels, programme=False)
    return actual, without


def test_stated_rates_come_out(firms, worlds):
    actual, _ = worlds
    micro = (firms["employees"] < 10).to_numpy()
    for w, share in [(0, 0.44), *zip((1, 2), ANY_LATER.values(), strict=True)]:
        base = micro & actual.internet[:, w]
        assert actual.any[base, w].mean() == pytest.approx(share, abs=0.003)
    for p, name in enumerate(PLATFORMS):
        for w in range(3):
            users = actual.any[:, w]
            assert actual.uses[users, w, p].mean() == pytest.approx(PLATFORM_SHARES[name][w], abs=0.04)


def test_a_platform_not_yet_open_has_no_users(worlds):
    actual, _ = worlds
    for name in ("threads", "bluesky"):
        assert not actual.uses[:, 0, PLATFORMS.index(name)].any()


def test_only_connected_firms_use_and_access_is_not_lost(worlds):
    actual, _ = worlds
    assert not (actual.any & ~actual.internet).any()
    assert (actual.internet[:, 1:] | ~actual.internet[:, :-1]).all()
    assert np.isnan(actual.hours[~actual.any]).all()
    assert not np.isnan(actual.hours[actual.any]).any()


def test_the_programme_changes_nothing_before_it_starts_and_only_adds_after(worlds, start):
    actual, without = worlds
    assert (actual.uses[:, 0] == without.uses[:, 0]).all()
    inside = start.notna().to_numpy()
    assert (actual.any[inside, 2] >= without.any[inside, 2]).mean() > 0.999
    assert actual.any[inside, 2].mean() > without.any[inside, 2].mean() + 0.01


def test_contacts_who_use_a_platform_bring_others(survey):
    """Among connected non-users of 2022, those with more using contacts enter more often by 2024."""
    ties = load("ties")
    used = survey[survey["wave"] == 2022].set_index("firm")["any"]
    named = ties[ties["alter"].str.startswith("F")].drop_duplicates(["ego", "alter"])
    share = named["alter"].map(used).astype(float).groupby(named["ego"]).mean()
    later = survey[survey["wave"] == 2024].set_index("firm")
    open_to = later[(later["internet"] == 1) & (used.reindex(later.index) == 0)]
    table = pd.DataFrame(
        {"enters": open_to["any"].astype(float), "met": share.reindex(open_to.index)}
    ).dropna()
    rates = table.groupby(table["met"] > 0.5)["enters"].agg(["mean", "size"])
    assert rates["size"].min() > 100
    assert rates.loc[True, "mean"] > rates.loc[False, "mean"] + 0.03
