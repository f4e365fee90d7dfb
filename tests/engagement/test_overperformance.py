from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.engagement import mature_posts, maturity, overperformance, young_posts
from analysis.engagement.maturity import at_age
from analysis.errors import DataError, ParameterError

MONDAY = pd.Timestamp("2025-01-06 09:00")


def account(values, kind="photo", name="a", first=MONDAY, exported=None):
    table = pd.DataFrame({"reactions": values, "kind": kind, "account": name, "platform": "facebook"})
    table["published"] = first + pd.to_timedelta(np.arange(len(table)), "D")
    table["post_id"] = [f"{name}{kind}{i}" for i in range(len(table))]
    return table if exported is None else table.assign(exported=exported)


def test_expectation_is_the_trimmed_mean_of_scipy_over_the_last_hundred():
    values = np.random.default_rng(0).integers(0, 200, 130)
    found = overperformance(account(values))
    for i in (5, 6, 40, 99, 100, 129):
        before = values[max(0, i - 100) : i]
        assert found.loc[i, "expected"] == pytest.approx(stats.trim_mean(before, 0.25))
        assert found.loc[i, "n"] == len(before)
        assert found.loc[i, "se"] == pytest.approx(stats.mstats.trimmed_stde(before, limits=(0.25, 0.25)))


@pytest.mark.parametrize(("actual", "score"), [(30, 3.0), (10, 1.0), (5, -2.0), (1, -10.0), (0, -20.0)])
def test_the_rule_for_posts_above_below_and_without_response(actual, score):
    found = overperformance(account([10] * 8 + [actual])).iloc[-1]
    assert found["estimate"] == pytest.approx(score)
    assert found["ratio"] == pytest.approx(actual / 10)


def test_no_score_lies_between_minus_one_and_one_and_limits_keep_their_order():
    found = overperformance(account(np.random.default_rng(1).integers(1, 300, 90))).dropna(
        subset=["estimate"]
    )
    assert (found["estimate"].abs() >= 1).all()
    assert (
        (found["low"] <= found["estimate"]) & (found["estimate"] <= found["high"]) | found["high"].isna()
    ).all()


def test_other_accounts_and_kinds_change_nothing():
    own = account([10] * 6 + [20])
    others = [account([500] * 9, kind="reel"), account([700] * 9, name="b")]
    alone, among = overperformance(own), overperformance(pd.concat([*others, own]))
    kept = among[(among["account"] == "a") & (among["kind"] == "photo")].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, alone)
    pooled = overperformance(pd.concat([*others, own]), by=None)
    assert pooled[pooled["account"] == "a"]["expected"].max() > 10


def test_few_earlier_posts_give_no_score():
    found = overperformance(account([10] * 6))
    assert found["flag"].tolist() == ["n<5"] * 5 + [""]
    assert found["estimate"].isna().tolist() == [True] * 5 + [False]


def test_an_expectation_of_nothing_gives_no_score():
    assert overperformance(account([0] * 6 + [3])).iloc[-1][["flag", "n"]].tolist() == ["expected 0", 6]


def test_without_history_young_posts_are_not_scored_and_the_method_says_blind():
    table = account([10] * 12, exported=MONDAY + pd.Timedelta(days=14))
    found = overperformance(table)
    old = (table["exported"] - table["published"]).dt.days >= 7
    assert found.loc[~old.to_numpy(), "flag"].str.startswith("young").all()
    assert found["method"].str.contains("blind to age beyond 7 days").all()
    assert "no export date" in overperformance(table.drop(columns="exported"))["method"][0]


def test_with_history_a_young_post_is_compared_with_others_at_its_age():
    """Ten posts reach 40 after a day and 100 in the end; a post of one day with 60 does well, not badly."""
    final = account([100] * 10, exported=MONDAY + pd.Timedelta(days=60))
    early = [
        final.iloc[[i]].assign(reactions=40, exported=final["published"][i] + pd.Timedelta(days=1))
        for i in range(10)
    ]
    young = account([60], name="a", first=MONDAY + pd.Timedelta(days=59)).assign(
        post_id="new", exported=MONDAY + pd.Timedelta(days=60)
    )
    posts = pd.concat([final, young])
    found = overperformance(posts, history=pd.concat([*early, posts])).set_index("post_id").loc["new"]
    assert found[["expected", "estimate", "n"]].tolist() == pytest.approx([40, 1.5, 10])
    assert "at the same age" in found["method"]


def test_figures_between_readings_and_beyond_them():
    age, value = np.array([2.0, 4.0, 10.0]), np.array([10.0, 20.0, 50.0])
    wanted = np.array([1.0, 2.0, 3.0, 7.0, 10.0, 40.0, np.nan])
    assert np.nan_to_num(at_age(age, value, wanted, 30), nan=-1).tolist() == [-1, 10, 15, 35, 50, -1, -1]
    assert at_age(age, value, wanted, 7)[5] == 50
    assert at_age(np.array([30.0]), np.array([5.0]), np.array([8.0, 3.0]), 7)[0] == 5


def grown(posts=60, shape=3.0, seed=0):
    """Make readings at 1, 3, 7, 14, 30 days of posts whose figures grow as 1 − exp(−age / shape)."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(posts):
        final, published = rng.integers(50, 400), MONDAY + pd.Timedelta(days=4 * i)
        for age in (1, 3, 7, 14, 30):
            rows.append(
                (f"p{i}", published, published + pd.Timedelta(days=age), final * (1 - np.exp(-age / shape)))
            )
    table = pd.DataFrame(rows, columns=["post_id", "published", "exported", "reactions"])
    return table.assign(platform="x", account="a")


def test_the_share_reached_at_each_age_is_the_curve_that_made_the_readings():
    found = maturity(grown(), at=[1, 3, 7, 14]).set_index("age")
    expected = (1 - np.exp(-np.array([1, 3, 7, 14]) / 3)) / (1 - np.exp(-10))
    assert found["estimate"].to_numpy() == pytest.approx(expected)
    assert found["n"].tolist() == [60] * 4
    assert found["method"].str.contains("weeks").all()


def test_posts_read_once_or_never_final_have_no_maturity():
    once = grown().drop_duplicates("post_id")
    found = maturity(once, at=[1, 7])
    assert found["estimate"].isna().all() and found["flag"].tolist() == ["no history"] * 2
    with pytest.raises(DataError, match='no column "exported"'):
        maturity(once.drop(columns="exported"))


def test_the_interval_of_maturity_covers_when_posts_differ():
    rng, inside = np.random.default_rng(5), 0
    for seed in range(40):
        table = grown(seed=seed, posts=50)
        speed = pd.Series(rng.uniform(0.7, 1.0, 50), index=[f"p{i}" for i in range(50)])
        early = table["exported"] - table["published"] == pd.Timedelta(days=1)
        last = table.groupby("post_id")["reactions"].transform("max")
        table.loc[early, "reactions"] = (last * table["post_id"].map(speed))[early]
        row = maturity(table, at=[1], seed=seed, draws=300).iloc[0]
        inside += row["low"] <= 0.85 <= row["high"]
    assert inside >= 34


def test_young_posts_are_counted_and_left_out():
    exported = MONDAY + pd.Timedelta(days=10)
    table = pd.concat([account([1] * 10, exported=exported), account([1] * 4, name="b")])
    counted = young_posts(table).set_index("account")
    assert counted.loc["a", ["n", "n_young", "n_unknown"]].tolist() == [10, 6, 0]
    assert counted.loc["b", ["n", "n_young", "n_unknown"]].tolist() == [4, 0, 4]
    assert counted.loc["a", "estimate"] == 0.6 and pd.isna(counted.loc["b", "estimate"])
    assert len(mature_posts(table)) == 8


def test_an_unknown_measure_is_refused():
    with pytest.raises(DataError, match=r'no column "recations".*reactions'):
        overperformance(account([1] * 9), "recations")
    with pytest.raises(ParameterError, match='"fans" is not a choice'):
        overperformance(account([1] * 9), "engagement by fans")
