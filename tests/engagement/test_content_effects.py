from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.engagement import content_effects, differences
from analysis.engagement.inference.counts import count_model
from analysis.errors import DataError, ParameterError
from analysis.platforms import read_export


def simulated(seed, ratio=1.5, weeks=50, accounts=1, spread=0.3):
    """Make negative binomial posts (size 3): weeks share a shock, reels have `ratio` times the response."""
    rng = np.random.default_rng(seed)
    n = weeks * 4
    parts = []
    for account in range(accounts):
        week = np.repeat(np.arange(weeks), 4)
        kind = rng.choice(["photo", "photo", "link", "reel"], n)
        reach = rng.integers(80, 900, n)
        log = rng.normal(-3, 0.5) + rng.normal(0, spread, weeks)[week] + np.log(ratio) * (kind == "reel")
        mean = reach * np.exp(log)
        moment = pd.Timestamp("2025-01-06") + pd.to_timedelta(week * 7 * 24 + rng.integers(0, 168, n), "h")
        parts.append(
            pd.DataFrame(
                {
                    "account": f"a{account}",
                    "published": moment,
                    "kind": kind,
                    "reach": reach,
                    "paid": rng.random(n) < 0.1,
                    "reactions": rng.poisson(rng.gamma(3, mean / 3)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def counted():
    """Give 120 counts, modelled in R 4.2 by MASS::glm.nb (kind + weekday + account, offset log reach)."""
    i = np.arange(120)
    kind = np.array(["photo", "link", "reel"])[(i * 13) % 3]
    design = [kind == "link", kind == "reel", *[(i * 5) % 7 == day for day in range(1, 7)]]
    return (i * 7919) % 23, np.column_stack(design).astype(float), np.log(50 + (i * 31) % 200), i % 4


def test_ratios_and_size_as_in_r():
    counts, design, offset, level = counted()
    fit = count_model(counts, design, offset, level, np.arange(120) // 6)
    assert np.exp(fit.coefficients[:2]) == pytest.approx([0.88876276, 0.97850229], rel=1e-7)
    assert fit.size == pytest.approx(1.462174, rel=1e-6)


def test_ratios_of_the_live_sellers_as_in_r(shared_data):
    """MASS::glm.nb(num_reactions ~ status_type) on the 6 999 different rows."""
    table = read_export(shared_data / "fb_live_sellers_thailand" / "Live.csv").table
    options = {"outcome": "reactions", "over": None, "controls": (), "together": "weeks", "days": None}
    found = content_effects(table.assign(account="a"), **options).set_index("group_2")
    assert found.loc[["video", "text", "link"], "estimate"].to_numpy() == pytest.approx(
        [1.64433681, 2.56913387, 2.14786222], rel=1e-7
    )
    assert found["size"].iloc[0] == pytest.approx(0.4719253, rel=1e-6)
    assert set(found["group_1"]) == {"photo"} and set(found["n"]) == {6999}


def test_errors_are_those_of_refitting_without_each_cluster():
    counts, design, offset, _ = counted()
    cluster, one = np.arange(120) // 6, np.zeros(120)
    fit = count_model(counts, design, offset, one, cluster)
    left = [
        count_model(*(part[cluster != c] for part in (counts, design, offset, one, cluster))).coefficients
        for c in range(20)
    ]
    moved = np.array(left) - fit.coefficients
    brute = np.sqrt((moved**2).sum(axis=0) * 19 / 20)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(brute, rel=0.1)


def test_levels_swept_out_equal_levels_as_columns():
    counts, design, offset, level = counted()
    wide = np.column_stack([design, *[(level == k).astype(float) for k in (1, 2, 3)]])
    swept = count_model(counts, design, offset, level, level)
    columns = count_model(counts, wide, offset, np.zeros(120), level)
    assert swept.coefficients == pytest.approx(columns.coefficients[:8], rel=1e-6)
    assert swept.size == pytest.approx(columns.size, rel=1e-6)


def test_counts_without_extra_variation_are_poisson():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (400, 1)).astype(float)
    fit = count_model(
        rng.binomial(40, 0.2 + 0.1 * x[:, 0]), x, np.zeros(400), np.zeros(400), np.arange(400) // 10
    )
    assert fit.size == 1e8
    assert np.exp(fit.coefficients[0]) == pytest.approx(1.5, abs=0.1)


def test_impossible_counts_are_refused():
    one = np.ones(4)
    with pytest.raises(DataError, match="missing or negative"):
        count_model(np.array([1, 2, -1, 0]), one[:, None], one, one, np.arange(4))
    with pytest.raises(DataError, match="without any response"):
        count_model(np.array([1, 2, 0, 0]), one[:, None], one, np.array([1, 1, 2, 2]), np.arange(4))


@pytest.mark.slow
@pytest.mark.parametrize("accounts", [1, 12])
def test_intervals_cover_the_truth(accounts):
    """Weeks share a shock, so that plain errors would be too small: 95% intervals hold about 95 times in 100."""
    inside, times = 0, 40
    for seed in range(times):
        found = content_effects(simulated(seed, weeks=30 if accounts == 1 else 6, accounts=accounts))
        row = found.set_index("group_2").loc["reel"]
        inside += row["low"] <= 1.5 <= row["high"]
    assert inside / times > 0.88


def test_holm_is_by_hand():
    found = content_effects(simulated(3)).sort_values("p")
    low, high = found["p"]
    assert found["p_adjusted"].tolist() == pytest.approx([min(1, 2 * low), max(min(1, 2 * low), high)])
    plain = content_effects(simulated(3), correction="none")
    assert plain["p_adjusted"].tolist() == plain["p"].tolist()


def test_fewer_than_thirty_posts_are_described_only():
    table = simulated(1).head(29)
    found = content_effects(table).set_index("group_2")
    rate = table.groupby("kind")["reactions"].sum() / table.groupby("kind")["reach"].sum()
    large = found[found["flag"] == "n<30"]
    assert len(large) and large[["se", "low", "high", "p"]].isna().all(axis=None)
    for name in large.index:
        assert large.loc[name, "estimate"] == pytest.approx(rate[name] / rate[large.loc[name, "group_1"]])
    assert found["method"].str.contains("described only").all()


def test_small_groups_are_listed_and_not_estimated():
    table = simulated(1)
    table.loc[:3, "kind"] = "live"
    found = content_effects(table).set_index("group_2")
    assert found.loc["live", ["n_2", "flag"]].tolist() == [4, "n<5"]
    assert np.isnan(found.loc["live", "estimate"])
    assert content_effects(table[table["kind"] != "live"])["estimate"].tolist() == pytest.approx(
        found["estimate"].dropna().tolist()
    )


def test_groups_in_few_weeks_have_no_interval():
    table = simulated(1)
    table.loc[table.sort_values("published").index[:10], "kind"] = "live"
    row = content_effects(table).set_index("group_2").loc["live"]
    assert row["flag"] == "weeks<8" and row["estimate"] > 0 and np.isnan(row["low"])


def test_accounts_without_any_response_are_left_out_and_counted():
    table = simulated(2, accounts=9, weeks=6)
    silent = table[table["account"] == "a0"].assign(account="z", reactions=0)
    found = content_effects(pd.concat([table, silent]))
    assert found["n_silent"].tolist() == [len(silent)] * len(found)
    assert found["estimate"].tolist() == pytest.approx(content_effects(table)["estimate"].tolist())


def test_what_never_varies_within_an_account_is_compared_between_accounts():
    table = simulated(4, accounts=20, weeks=6)
    table["owner_type"] = np.where(table["account"].isin([f"a{i}" for i in range(8)]), "person", "firm")
    found = content_effects(table, "owner_type", controls=("weekday", "kind")).iloc[0]
    assert "no level per account" in found["method"] and "20 accounts left out" in found["method"]
    assert found["df"] == 19


def test_choices_are_checked():
    table = simulated(0)
    with pytest.raises(ParameterError, match=r'reference="fotos" is not a group of kind'):
        content_effects(table, reference="fotos")
    with pytest.raises(ParameterError, match='"fans" is not a choice'):
        content_effects(table, over="fans")
    with pytest.raises(ParameterError, match='correction="bonferoni"'):
        content_effects(table, correction="bonferoni")


def test_the_reference_turns_the_ratio_round():
    table = simulated(0)
    there = content_effects(table, reference="photo").set_index("group_2").loc["reel"]
    back = content_effects(table, reference="reel").set_index("group_2").loc["photo"]
    assert there["estimate"] == pytest.approx(1 / back["estimate"])
    assert there["low"] == pytest.approx(1 / back["high"])


def test_published_tests_of_the_live_sellers(shared_data):
    """Values of SOURCE.md beside the data: analysis of variance and Kruskal–Wallis over the four kinds."""
    table = read_export(shared_data / "fb_live_sellers_thailand" / "Live.csv", duplicates="keep").table
    found = differences(table)
    assert found["statistic"].round(4).tolist() == [54.1186, 288.3998, 459.4011]
    assert found[["df1", "df2", "n"]].iloc[0].tolist() == [3, 7046, 7050]
    ranks = differences(table, method="kruskal")
    assert ranks["statistic"].round(3).tolist() == [430.046, 748.068, 1539.831]


def test_differences_by_hand_and_without_groups():
    table = pd.DataFrame({"kind": ["a", "a", "b", "b"], "reactions": [1.0, 3.0, 5.0, None], "shares": 2})
    found = differences(table, ["reactions", "shares"])
    assert found.loc[0, "statistic"] == pytest.approx((6 / 1) / (2 / 1))
    assert found.loc[0, ["n", "n_missing"]].tolist() == [3, 1]
    assert np.isnan(found.loc[1, "statistic"])
    assert differences(table[table["kind"] == "a"], "reactions")["flag"].tolist() == ["groups<2"]
    with pytest.raises(ParameterError, match='"t-test" is not a choice'):
        differences(table, method="t-test")
