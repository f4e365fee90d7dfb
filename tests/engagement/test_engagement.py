from __future__ import annotations

import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis.engagement import cadence, contrast, engagement, means, typical
from analysis.errors import DataError, ParameterError
from analysis.platforms import read_export
from analysis.platforms.posts import posts as gather


@pytest.fixture
def hand():
    """Four measured posts of one week: rates by reach 0.05, 0.10, 0.04, 0.01."""
    return pd.DataFrame(
        {
            "platform": "instagram",
            "account": "a",
            "published": pd.Timestamp("2025-10-06"),
            "kind": ["photo", "photo", "reel", "reel", "photo", "photo"],
            "reach": [100, 50, 100, 200, 0, None],
            "views": [200, 100, 400, 400, 10, 10],
            "followers": pd.array([None] * 6, dtype="Int64"),
            "reactions": [3, 4, 2, 1, 5, 5],
            "comments": [1, 1, 1, 1, 0, 0],
            "shares": [0, 0, 1, 0, 0, 0],
            "saves": pd.array([1, None, 0, None, 0, 0], dtype="Int64"),
        }
    )


def season(weeks=20, seed=0, accounts=1):
    """Make three posts a week (56 hours apart, from Mondays) for each account."""
    rng = np.random.default_rng(seed)
    n = weeks * 3 * accounts
    return pd.DataFrame(
        {
            "platform": "facebook",
            "account": np.repeat([f"a{i}" for i in range(accounts)], weeks * 3),
            "published": pd.Timestamp("2025-01-06 09:00")
            + pd.to_timedelta(np.tile(np.arange(weeks * 3) * 56, accounts), "h"),
            "kind": rng.choice(["photo", "link"], n),
            "reach": rng.integers(100, 900, n),
            "views": rng.integers(100, 900, n),
            "followers": 500,
            "reactions": rng.poisson(12, n),
            "comments": rng.poisson(2, n),
            "shares": rng.poisson(1, n),
            "saves": pd.array([None] * n, dtype="Int64"),
        }
    )


def test_median_pooled_and_mean_of_a_hand_sized_table(hand):
    result = engagement(hand, rates=["reach"]).set_index("statistic")
    assert result["estimate"].to_dict() == pytest.approx({"median": 0.045, "pooled": 16 / 450, "mean": 0.05})
    assert result["n"].tolist() == [4, 4, 4]
    assert result["n_missing"].tolist() == [1, 1, 1]
    assert result["zero_denominator"].tolist() == [1, 1, 1]
    assert result.loc["pooled", "formula"] == "sum of (reactions + comments + shares + saves) / sum of reach"
    assert result["flag"].tolist() == ["n<30, weeks<8"] * 3
    assert result[["se", "low", "high"]].isna().all(axis=None)


def test_a_figure_nobody_has_is_missing_and_not_zero(hand):
    result = engagement(hand, rates=["followers"], statistics=["median"]).iloc[0]
    assert np.isnan(result["estimate"])
    assert result[["n", "n_missing", "flag"]].tolist() == [0, 6, "no followers"]


def test_missing_reactions_void_a_post_and_missing_saves_do_not(hand):
    hidden = hand.assign(reactions=pd.array([None, 4, 2, 1, 5, 5], dtype="Int64"))
    result = engagement(hidden, rates=["views"], statistics=["pooled"]).iloc[0]
    assert result["n"] == 5
    assert result["estimate"] == pytest.approx((5 + 4 + 2 + 5 + 5) / (100 + 400 + 400 + 10 + 10))


def test_a_network_without_saves_has_none_in_its_formula(hand):
    both = pd.concat([hand, hand.assign(platform="facebook", saves=pd.NA)])
    result = engagement(both, by="platform", rates=["reach"], statistics=["median"])
    assert result["formula"].tolist() == [
        "median of (reactions + comments + shares) / reach",
        "median of (reactions + comments + shares + saves) / reach",
    ]
    overall = engagement(both, rates=["reach"], statistics=["median"])["formula"][0]
    assert overall == "median of (reactions + comments + shares + saves where counted) / reach"


def test_estimates_equal_plain_pandas():
    table = season()
    total = table["reactions"] + table["comments"] + table["shares"]
    rate = total / table["reach"]
    result = engagement(table, by="kind", rates=["reach"]).set_index(["kind", "statistic"])["estimate"]
    for kind, group in table.groupby("kind"):
        assert result[kind, "median"] == pytest.approx(rate[group.index].median())
        assert result[kind, "mean"] == pytest.approx(rate[group.index].mean())
        assert result[kind, "pooled"] == pytest.approx(total[group.index].sum() / group["reach"].sum())


def test_one_account_is_drawn_by_weeks_and_several_by_accounts():
    assert "draws of 20 weeks" in engagement(season())["method"][0]
    assert "draws of 9 accounts" in engagement(season(accounts=9))["method"][0]
    few = engagement(season(accounts=3))
    assert few[["method", "flag"]].iloc[0].tolist() == ["no interval", "accounts<8"]
    fixed = engagement(season(accounts=3), together="weeks")
    assert fixed["method"][0].endswith("60 weeks within 3 accounts held fixed")


@pytest.mark.parametrize("build", [pl.from_pandas, pa.Table.from_pandas], ids=["polars", "pyarrow"])
def test_every_kind_of_table_gives_equal_numbers(build):
    table = season()
    for measure in (
        lambda t: engagement(t, by="kind", every="quarter"),
        lambda t: means(t, by="hour"),
        lambda t: contrast(t, "engagement by reach"),
        lambda t: cadence(t, by="kind"),
    ):
        pd.testing.assert_frame_equal(measure(table), measure(build(table)), check_dtype=False, rtol=1e-12)


def test_a_lazy_table_is_read_too():
    assert engagement(pl.from_pandas(season()).lazy())["n"][0] == 60


def test_the_order_of_rows_and_the_other_groups_change_nothing():
    table = season()
    result = engagement(table, by="kind")
    pd.testing.assert_frame_equal(result, engagement(table.sample(frac=1, random_state=3), by="kind"))
    alone = engagement(table[table["kind"] == "photo"], by="kind")
    pd.testing.assert_frame_equal(alone, result[result["kind"] == "photo"].reset_index(drop=True))


def test_the_callers_table_is_not_changed():
    table = season()
    before = table.copy()
    engagement(table, by="kind", every="month")
    pd.testing.assert_frame_equal(table, before)


def test_intervals_hold_the_estimate_and_narrow_with_the_level():
    wide, narrow = (engagement(season(), level=level) for level in (0.95, 0.5))
    assert (wide["low"] <= wide["estimate"]).all()
    assert (wide["estimate"] <= wide["high"]).all()
    assert ((wide["high"] - wide["low"]) > (narrow["high"] - narrow["low"])).all()


def test_the_rate_of_a_known_process_is_covered():
    """Interactions are Poisson around 5 % of reach with a week effect; the pooled rate is 5 %."""
    rng, covered = np.random.default_rng(11), 0
    for trial in range(80):
        table = season(weeks=26, seed=trial)
        effect = np.repeat(rng.gamma(20, 1 / 20, 26), 3)
        table = table.assign(reactions=rng.poisson(0.05 * table["reach"] * effect), comments=0, shares=0)
        row = engagement(table, rates=["reach"], statistics=["pooled"], draws=300, seed=trial).iloc[0]
        covered += row["low"] <= 0.05 <= row["high"]
    assert 0.86 <= covered / 80 <= 1


def test_typical_reach_and_means(hand):
    result = typical(hand, "reach", by="kind").set_index("kind")
    assert result["estimate"].to_dict() == {"photo": 50.0, "reel": 150.0}
    assert result["n_missing"].to_dict() == {"photo": 1, "reel": 0}
    total = typical(hand, "interactions", statistic="mean")
    assert total["estimate"][0] == pytest.approx((5 + 5 + 4 + 2 + 5 + 5) / 6)
    assert means(hand, ["reactions", "comments"])["estimate"].tolist() == pytest.approx([20 / 6, 4 / 6])


def test_a_contrast_is_the_ratio_or_difference_of_the_two_statistics():
    table = season(weeks=30)
    medians = table.groupby("kind")["reach"].median()
    ratio = contrast(table, "reach", "kind", reference="photo").iloc[0]
    difference = contrast(table, "reach", "kind", scale="difference").iloc[0]
    assert ratio["estimate"] == pytest.approx(medians["link"] / medians["photo"])
    assert difference["estimate"] == pytest.approx(medians["photo"] - medians["link"])
    assert ratio[["group_1", "group_2"]].tolist() == ["photo", "link"]
    assert ratio["low"] < ratio["estimate"] < ratio["high"]


def test_a_contrast_of_equal_groups_covers_one_and_a_doubled_group_two():
    rng, covered = np.random.default_rng(5), np.zeros(2)
    for trial in range(50):
        table = season(weeks=26, seed=1000 + trial)
        shared = np.repeat(rng.lognormal(0, 0.4, 26), 3)
        base = rng.lognormal(6, 0.3, len(table)) * shared
        label = rng.random(len(table)) < 0.5
        for place, factor in enumerate((1, 2)):
            made = table.assign(label=label, reach=base * np.where(label, factor, 1))
            row = contrast(made, "reach", "label", draws=300, seed=trial).iloc[0]
            covered[place] += row["low"] <= factor <= row["high"]
    assert (covered / 50 >= 0.84).all()


def test_two_quarters_are_compared_within_each_platform():
    table = pd.concat([season(weeks=24), season(weeks=24, seed=4).assign(platform="instagram", account="b")])
    result = contrast(table, "engagement by reach", "quarter", within="platform", statistic="pooled")
    assert result["platform"].tolist() == ["facebook", "instagram"]
    assert result[["group_1", "group_2"]].to_numpy().tolist() == [["2025-Q1", "2025-Q2"]] * 2
    quarter = table["published"].dt.quarter
    facebook = table[(table["platform"] == "facebook")]
    total = facebook[["reactions", "comments", "shares"]].sum(axis=1)
    rates = [
        total[quarter[: len(facebook)] == q].sum()
        / facebook.loc[quarter[: len(facebook)] == q, "reach"].sum()
        for q in (1, 2)
    ]
    assert result["estimate"][0] == pytest.approx(rates[1] / rates[0])


def test_a_contrast_says_which_accounts_are_held_fixed():
    posts = season(accounts=3)
    result = contrast(posts, "reach", "kind", together="weeks", draws=50)
    assert result["method"].str.endswith("weeks within 3 accounts held fixed").all()


def test_wrong_choices_are_refused(hand):
    with pytest.raises(ParameterError, match=r'rates: "reech" is not a choice\. Did you mean "reach"'):
        engagement(hand, rates=["reech"])
    with pytest.raises(ParameterError, match=r'statistics: "average" is not a choice'):
        engagement(hand, statistics=["average"])
    with pytest.raises(DataError, match=r'no column "kinde"\. Did you mean "kind"'):
        engagement(hand, by="kinde")
    with pytest.raises(ParameterError, match='by="period" needs every'):
        engagement(hand, by="period")
    with pytest.raises(ParameterError, match='every="fortnight" is not a period'):
        engagement(hand, every="fortnight")
    with pytest.raises(ParameterError, match='reference="story" is not a group of kind'):
        contrast(hand, reference="story")
    with pytest.raises(ParameterError, match="needs a rate"):
        contrast(hand, "reach", statistic="pooled")


def test_an_empty_table_gives_missing_estimates():
    result = engagement(season().head(0), rates=["reach"], statistics=["median"])
    assert result["n"].tolist() == [0]
    assert result["estimate"].isna().all()


def test_published_means_of_the_live_sellers(shared_data):
    path = shared_data / "fb_live_sellers_thailand" / "Live.csv"
    published = means(read_export(path, duplicates="keep").table, "reactions", by="hour").set_index("hour")[
        "estimate"
    ]
    assert (published.idxmax(), published.idxmin()) == (19, 2)
    assert published[[19, 2]].round(2).tolist() == [442.37, 163.91]
    once = means(read_export(path).table, "reactions", by="hour").set_index("hour")["estimate"]
    assert once.idxmax() == 20
    assert once[[19, 20]].round(2).tolist() == [320.56, 400.28]
    assert (
        means(gather(read_export(path)), "reactions", by="hour").set_index("hour")["estimate"].idxmax() == 20
    )


def test_published_means_by_kind_of_the_live_sellers(shared_data):
    table = read_export(shared_data / "fb_live_sellers_thailand" / "Live.csv", duplicates="keep").table
    result = means(table, by="kind").pivot(index="kind", columns="column", values="estimate").round(2)
    assert result[["reactions", "comments", "shares"]].to_dict("index") == {
        "link": {"reactions": 370.14, "comments": 5.70, "shares": 4.40},
        "photo": {"reactions": 181.29, "comments": 15.99, "shares": 2.55},
        "text": {"reactions": 438.78, "comments": 36.24, "shares": 2.56},
        "video": {"reactions": 283.41, "comments": 642.48, "shares": 115.68},
    }


def test_undated_posts_are_drawn_one_by_one(shared_data):
    table = read_export(shared_data / "fb_metrics_cosmetics_moro" / "dataset_Facebook.csv").table
    result = engagement(table, rates=["followers"], statistics=["pooled"]).iloc[0]
    complete = table.dropna(subset=["reactions", "shares"])
    assert result["n"] == len(complete) == 496
    assert result["estimate"] == pytest.approx(complete["interactions"].sum() / complete["followers"].sum())
    assert "496 posts" in result["method"]


def test_fifty_thousand_posts_take_seconds():
    rng, n = np.random.default_rng(0), 50_000
    table = pd.DataFrame(
        {
            "platform": "facebook",
            "account": rng.integers(0, 200, n).astype(str),
            "published": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 730 * 24, n), "h"),
            "reach": rng.integers(0, 5000, n),
            "reactions": rng.poisson(9, n),
        }
    )
    start = time.process_time()
    engagement(table, rates=["reach"])
    assert time.process_time() - start < 10
