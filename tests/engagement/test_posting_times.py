from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.engagement import posting_test, posting_times
from analysis.engagement.inference.shrinkage import shrink
from analysis.engagement.tables.observed import observed
from analysis.errors import DataError, ParameterError


def year(seed=0, lift=0.0, per_week=4, known=True):
    """Make a year of posts; those of Saturday from 9 to 12 have `lift` more log response."""
    rng = np.random.default_rng(seed)
    n = 52 * per_week
    moment = pd.Timestamp("2025-01-06") + pd.to_timedelta(np.sort(rng.integers(0, 364, n)), "D")
    moment = moment + pd.to_timedelta(rng.choice([9, 10, 12, 14, 15, 18, 19], n) * 60 + 30, "min")
    good = (moment.day_of_week == 5) & (moment.hour < 12)
    value = np.exp(4 + rng.normal(0, 0.5, n) + lift * good)
    return pd.DataFrame(
        {"account": "a", "published": moment, "published_zone_known": known, "reach": value.round()}
    )


def test_eight_schools_as_published():
    """Gelman et al., BDA 3rd edition, table 5.3: posterior means near 11, 8, 6, 8, 5, 6, 11, 8."""
    effects, errors = np.array([28, 8, -3, 7, -1, 1, 18, 12.0]), np.array([15, 10, 16, 11, 9, 11, 10, 18.0])
    found = shrink(effects, errors**2)
    assert found["estimate"].round().tolist() == [11, 8, 6, 8, 5, 6, 11, 8]
    assert found.loc[0, "low"] == pytest.approx(-2, abs=1) and found.loc[0, "high"] == pytest.approx(
        31, abs=1
    )


def test_shrinkage_agrees_with_draws_from_the_posterior():
    """Second road: draw the spread, then the centre, then the groups."""
    means, variances = np.array([1.0, 2.0, 2.5, 4.0, 7.0]), np.array([1.0, 0.5, 2.0, 1.0, 1.5])
    rng = np.random.default_rng(3)
    grid = np.linspace(1e-4, 60, 60_000)
    total = variances + grid[:, None] ** 2
    doubt = 1 / (1 / total).sum(axis=1)
    centre = (means / total).sum(axis=1) * doubt
    log = 0.5 * np.log(doubt) - 0.5 * (np.log(total) + (means - centre[:, None]) ** 2 / total).sum(axis=1)
    weight = np.exp(log - log.max())
    chosen = rng.choice(len(grid), 200_000, p=weight / weight.sum())
    mu = rng.normal(centre[chosen], np.sqrt(doubt[chosen]))
    precise = 1 / variances + 1 / grid[chosen, None] ** 2
    theta = rng.normal((means / variances + (mu / grid[chosen] ** 2)[:, None]) / precise, precise**-0.5)
    found = shrink(means, variances)
    assert found["estimate"].to_numpy() == pytest.approx(theta.mean(axis=0), abs=0.01)
    assert found["se"].to_numpy() == pytest.approx(theta.std(axis=0), abs=0.02)
    for name, probability in (("low", 0.025), ("high", 0.975)):
        assert found[name].to_numpy() == pytest.approx(np.quantile(theta, probability, axis=0), abs=0.03)


def test_too_few_groups_are_refused():
    with pytest.raises(DataError, match="shrink needs three groups"):
        shrink(np.array([1.0, 2.0]), np.array([1.0, 1.0]))


def test_cells_hold_every_post_once_and_small_ones_are_not_named():
    table = year()
    found = posting_times(table, "reach", zone="Europe/Paris")
    assert len(found) == 56 and found["n"].sum() == len(table)
    small = found["n"] < 5
    assert (
        found.loc[small, ["estimate", "se", "low", "high", "raw", "typical", "index"]].isna().all(axis=None)
    )
    assert found.loc[small, "flag"].str.startswith("n<5").all()
    assert found.loc[~small, "estimate"].notna().all() and (found.loc[~small, "flag"] == "").all()


def test_plain_mean_of_a_cell_and_its_pull_by_hand():
    table = year(lift=1.0)
    found = posting_times(table, "reach")
    clock = table["published"].dt
    inside = (clock.day_of_week == 5) & clock.hour.between(9, 11)
    row = found[(found["weekday"] == 6) & (found["hour"] == 9)].iloc[0]
    assert row["raw"] == pytest.approx(np.log1p(table["reach"])[inside].mean())
    usual = np.log1p(table["reach"]).mean()
    assert usual < row["estimate"] < row["raw"]
    assert row["typical"] == pytest.approx(np.expm1(row["estimate"]))
    assert row["index"] == pytest.approx(100 * np.expm1(row["estimate"]) / np.expm1(usual))


def test_summer_and_winter_hours_are_those_of_the_place():
    moments = pd.to_datetime(["2025-07-01 08:30", "2025-12-01 08:30"])
    table = pd.DataFrame({"published": moments, "published_zone_known": True, "reach": 10})
    paris = observed(table, "reach", zone="Europe/Paris").posts["_clock"]
    assert paris.dt.hour.tolist() == [10, 9]
    found = posting_times(table, "reach", cells="hour")
    assert found.set_index("hour").loc[6, "n"] == 2


@pytest.mark.parametrize(
    ("known", "zone", "flag"),
    [(True, "Europe/Paris", ""), (True, None, "clock is UTC"), (False, "Europe/Paris", "zone unknown")],
)
def test_the_clock_is_said(known, zone, flag):
    found = posting_times(year(known=known), "reach", zone=zone)
    assert set(found.loc[found["n"] >= 5, "flag"]) == {flag}


def test_unknown_zone_measure_and_blocks_are_refused():
    with pytest.raises(ParameterError, match=r'zone="Europe/Pariss" is not a time zone.*Europe/Paris'):
        posting_times(year(), "reach", zone="Europe/Pariss")
    with pytest.raises(ParameterError, match="hours=5 does not divide a day"):
        posting_times(year(), "reach", hours=5)
    with pytest.raises(ParameterError, match='"day" is not a choice'):
        posting_times(year(), "reach", cells="day")
    with pytest.raises(DataError, match='no column "reactions"'):
        posting_times(year())


def test_posts_without_people_reached_are_counted_not_taken_for_zero():
    table = year().assign(reactions=3)
    table.loc[:9, "reach"] = [0] * 5 + [np.nan] * 5
    found = posting_times(table)
    assert found["n_missing"].unique().tolist() == [10]
    assert found["n"].sum() == len(table) - 10


def test_young_posts_are_left_out_and_counted():
    table = year()
    table["exported"] = table["published"].max() + pd.Timedelta(hours=1)
    young = int((table["exported"] - table["published"] < pd.Timedelta(days=7)).sum())
    found = posting_times(table, "reach")
    assert young > 0 and found["n_young"].unique().tolist() == [young]
    assert posting_times(table, "reach", days=None)["n"].sum() == len(table)


def test_days_and_blocks_alone():
    table = year()
    days = posting_times(table, "reach", cells="weekday")
    assert days["n"].tolist() == (table["published"].dt.day_of_week + 1).value_counts().sort_index().tolist()
    blocks = posting_times(table, "reach", cells="hour", hours=6)
    assert blocks["weekday"].isna().all() and blocks["hour_end"].tolist() == [6, 12, 18, 24]


def test_few_posts_give_no_shrinkage():
    found = posting_times(year().head(20), "reach")
    assert found["estimate"].isna().all() and found["flag"].str.contains("n<30").all()


def test_an_account_with_more_response_does_not_make_its_hours_good():
    early = year(seed=1).assign(published=lambda t: t["published"].dt.normalize() + pd.Timedelta(hours=9))
    late = year(seed=2).assign(published=lambda t: t["published"].dt.normalize() + pd.Timedelta(hours=18))
    both = pd.concat([early, late.assign(account="b", reach=late["reach"] * 20)])
    found = posting_times(both, "reach", cells="hour").query("n > 0").set_index("hour")["raw"]
    assert found[18] == pytest.approx(found[9])


@pytest.mark.slow
def test_the_intervals_cover_the_truth_and_chance_names_no_cell():
    """Over true spreads from none to 0.6, 95% intervals hold the truth about 95 times in 100."""
    inside = total = apart = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        truth = rng.normal(4, 0.02 * seed, (7, 24))
        table = year(seed=1000 + seed)
        clock = table["published"].dt
        block = clock.hour // 3 * 3
        table["reach"] = np.expm1(truth[clock.day_of_week, block] + rng.normal(0, 0.5, len(table)))
        found = posting_times(table, "reach").dropna(subset=["estimate"])
        true = truth[found["weekday"].astype(int) - 1, found["hour"].astype(int)]
        inside += int(((found["low"] <= true) & (true <= found["high"])).sum())
        total += len(found)
        table["reach"] = np.expm1(4 + rng.normal(0, 0.5, len(table)))
        nothing = posting_times(table, "reach").dropna(subset=["estimate"])
        apart += int(((nothing["low"] > 4) | (nothing["high"] < 4)).sum())
    assert 0.93 < inside / total < 0.98
    assert apart / total < 0.05


def test_the_overall_test_holds_its_level_and_finds_a_real_gap():
    under = [posting_test(year(seed), "reach", draws=99)["p"][0] for seed in range(60)]
    assert 0.2 < np.mean(np.array(under) <= 0.5) < 0.8
    assert np.mean(np.array(under) <= 0.05) < 0.15
    assert posting_test(year(5, lift=1.5), "reach", draws=199)["p"][0] == 1 / 200


def test_the_statistic_is_that_of_analysis_of_variance():
    from scipy import stats

    table = year()
    clock = table["published"].dt
    cells = table.assign(cell=clock.day_of_week * 8 + clock.hour // 3, y=np.log1p(table["reach"]))
    parts = [part["y"] for _, part in cells.groupby("cell") if len(part) >= 5]
    found = posting_test(table, "reach", draws=9).iloc[0]
    assert found["statistic"] == pytest.approx(stats.f_oneway(*parts).statistic)
    assert (found["cells"], found["n"]) == (len(parts), sum(map(len, parts)))


def test_one_cell_has_nothing_to_compare():
    table = year().assign(published=pd.Timestamp("2025-01-06 09:00"))
    assert posting_test(table, "reach")[["flag", "n"]].values.tolist() == [["cells<2", len(table)]]
