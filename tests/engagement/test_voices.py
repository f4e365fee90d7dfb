from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.engagement import (
    audience_growth,
    delay_effect,
    event_study,
    first_posts,
    growth_across,
    per_post,
    promotion,
    share_of_voice,
    voices,
    with_owner,
)
from analysis.errors import DataError, ParameterError

MONDAY = pd.Timestamp("2025-01-06 09:00")


def followers(values, account="a", metric="followers", start="2025-01-01"):
    days = pd.date_range(start, periods=len(values), freq="D")
    return pd.DataFrame(
        {"platform": "x", "account": account, "date": days, "metric": metric, "value": values}
    )


def posts(accounts=10, each=20, seed=0, person=()):
    """Make posts of accounts with 100 followers; those of persons are answered twice as much."""
    rng = np.random.default_rng(seed)
    n = accounts * each
    account = np.repeat([f"a{i}" for i in range(accounts)], each)
    table = pd.DataFrame({"platform": "x", "account": account, "post_id": [str(i) for i in range(n)]})
    table["published"] = MONDAY + pd.to_timedelta(np.tile(np.arange(each) * 56, accounts), "h")
    pull = np.exp(rng.normal(0, 0.3, accounts))[np.repeat(np.arange(accounts), each)]
    mean = 20 * pull * np.where(np.isin(account, person), 2, 1)
    return table.assign(followers=100, reactions=rng.poisson(mean), comments=1, shares=0)


def test_growth_by_hand_with_gross_followers_apart():
    table = pd.concat([followers([200, None, 230]), followers([10, 20, 30], metric="new_followers")])
    found = audience_growth(table).set_index("measure")
    assert found["estimate"].to_dict() == {"growth": 0.15, "net": 30.0, "jumps": 0.0, "gained": 60.0}
    assert found.loc["growth", "n"] == 2 and found.loc["gained", "n"] == 3
    assert "gross" in found.loc["gained", "method"]


def test_growth_between_given_days():
    found = audience_growth(followers(range(100, 131)), start="2025-01-11", end="2025-01-21").set_index(
        "measure"
    )
    assert found.loc["growth", "estimate"] == pytest.approx(10 / 110)
    assert found.loc["net", ["first", "last"]].tolist() == [
        pd.Timestamp("2025-01-11"),
        pd.Timestamp("2025-01-21"),
    ]


@pytest.mark.parametrize(
    ("values", "flag"), [([None, None], "no followers"), ([5], "days<2"), ([0, 5], "F_0=0")]
)
def test_growth_that_cannot_be_measured_is_missing(values, flag):
    row = audience_growth(followers(values)).iloc[0]
    assert np.isnan(row["estimate"]) and row["flag"] == flag


def test_a_jump_of_followers_is_said():
    rng = np.random.default_rng(0)
    steady = 1000 + np.cumsum(rng.integers(-2, 5, 60)).astype(float)
    bought = steady + np.where(np.arange(60) >= 30, 400, 0)
    assert audience_growth(followers(steady))["flag"].tolist() == ["", "", ""]
    found = audience_growth(followers(bought)).set_index("measure")
    assert found.loc["jumps", "estimate"] == 1 and found.loc["growth", "flag"] == "jumps"


def test_typical_growth_draws_accounts_and_pooled_growth_is_that_of_the_sum():
    rng = np.random.default_rng(1)
    starts, ends = rng.integers(50, 900, 20), rng.integers(60, 1100, 20)
    table = pd.concat(
        [followers([s, e], account=f"a{i}") for i, (s, e) in enumerate(zip(starts, ends, strict=True))]
    )
    found = growth_across(table).set_index("statistic")
    assert found.loc["median", "estimate"] == pytest.approx(np.median(ends / starts - 1))
    assert found.loc["pooled", "estimate"] == pytest.approx(ends.sum() / starts.sum() - 1)
    assert found["n"].tolist() == [20, 20] and "draws of 20 accounts" in found["method"].iloc[0]
    assert growth_across(table.query("account < 'a15'"), by=None)["flag"].str.contains("accounts<8").all()


def test_share_of_voice_by_hand_and_within_the_set_only():
    table = pd.DataFrame({"account": list("aabbc"), "reactions": [3, 3, 2, None, 90]})
    found = share_of_voice(table, ["b", "a", "d"]).set_index("account")
    assert found["estimate"].to_dict() == {"b": 0.25, "a": 0.75, "d": 0.0}
    assert found.loc["b", ["n", "n_set", "n_missing"]].tolist() == [1, 3, 1]
    assert found.loc["d", "flag"] == "no posts"
    assert share_of_voice(table, ["a", "c"], of="posts")["estimate"].tolist() == pytest.approx([2 / 3, 1 / 3])
    with pytest.raises(ParameterError, match="at least two members"):
        share_of_voice(table, ["a"])
    with pytest.raises(DataError, match="no post is of the set x, y"):
        share_of_voice(table, ["x", "y"])


def test_share_of_voice_covers_its_truth_over_weeks():
    inside = 0
    for seed in range(50):
        table = posts(accounts=2, each=60, seed=3)
        rng = np.random.default_rng(seed)
        table["reactions"] = rng.poisson(np.where(table["account"] == "a0", 30, 10))
        table = table.assign(comments=0)
        row = share_of_voice(table, ["a0", "a1"], draws=300, seed=seed).iloc[0]
        inside += row["low"] <= 0.75 <= row["high"]
    assert inside >= 43


def owners(person, accounts=10):
    names = [f"a{i}" for i in range(accounts)]
    kinds = ["person" if name in person else "firm" for name in names]
    return pd.DataFrame({"platform": "x", "account": names, "owner_type": kinds})


def test_owner_is_joined_without_losing_posts_and_two_owners_are_refused():
    table = posts(accounts=3)
    found = with_owner(table, owners(["a1"], 2))
    assert len(found) == 60 and found["owner_type"].isna().sum() == 20
    twice = pd.concat([owners(["a1"], 2), owners([], 2)])
    with pytest.raises(DataError, match='"a1" is listed with two values'):
        with_owner(table, twice)


def test_each_account_counts_once_in_voices():
    person = [f"a{i}" for i in range(8)]
    table = posts(accounts=20, person=person)
    found = voices(table, owners(person, 20)).set_index("owner_type")
    rate = (table["reactions"] + 1) / 100
    medians = rate.groupby(table["account"]).median()
    assert found.loc["person", "estimate"] == pytest.approx(medians[person].median())
    assert found["share_of_posts"].to_dict() == {"firm": 0.6, "person": 0.4}
    assert found.loc["person", "share_of_interactions"] > 0.45
    assert found["n"].to_dict() == {"firm": 12, "person": 8}
    assert found.loc["firm", "low"] < found.loc["firm", "estimate"] < found.loc["firm", "high"]


def test_boosted_posts_are_never_pooled_with_others():
    table = posts(accounts=1, each=60)
    table["paid"] = pd.array([True] * 10 + [None] * 5 + [False] * 45, dtype="boolean")
    found = promotion(table, "reactions").set_index("status")
    for status, part in {
        "boosted": slice(0, 10),
        "not said": slice(10, 15),
        "organic": slice(15, 60),
    }.items():
        assert found.loc[status, "estimate"] == table["reactions"].iloc[part].median()
    assert found["n"].to_dict() == {"organic": 45, "boosted": 10, "not said": 5}
    assert promotion(table.drop(columns="paid"), "reactions")["status"].tolist() == ["not said"]


def test_conversation_amplification_and_applause_are_per_post():
    table = pd.DataFrame({"comments": [1, 3], "shares": [0, None], "reactions": [10, 20], "followers": 1000})
    found = per_post(table).set_index("measure")
    assert found["estimate"].to_dict() == {"conversation": 2.0, "amplification": 0.0, "applause": 15.0}
    assert found.loc["amplification", ["n", "n_missing", "formula"]].tolist() == [1, 1, "shares / posts"]


def events(count=60, fast=2.0, seed=0, accounts=12):
    """Make events answered after 0.5 to 48 hours; within the hour the response is `fast` times the usual."""
    rng = np.random.default_rng(seed)
    base = posts(accounts=accounts, each=60, seed=seed).assign(comments=0)
    rows, new = [], []
    for i in range(count):
        name, when = f"a{i % accounts}", MONDAY + pd.Timedelta(days=60 + 7 * (i // accounts), hours=i)
        delay = rng.choice([0.5, 2.0, 12.0, 40.0])
        usual = base.loc[base["account"] == name, "reactions"].median()
        response = rng.poisson(usual * (fast if delay <= 1 else 1.0))
        moment = when + pd.Timedelta(hours=delay)
        new.append(("x", name, f"e{i}", moment, 100, response, 0, 0))
        rows.append((i, name, when))
    added = pd.DataFrame(
        new,
        columns=[
            "platform",
            "account",
            "post_id",
            "published",
            "followers",
            "reactions",
            "comments",
            "shares",
        ],
    )
    quiet = base[base["published"] < MONDAY + pd.Timedelta(days=55)]
    return pd.concat([quiet, added]), pd.DataFrame(rows, columns=["event", "account", "happened"])


def test_delays_are_those_that_were_made():
    table, happened = events()
    found = first_posts(table, happened).set_index("event")
    assert set(found["delay_hours"].round(6)) == {0.5, 2.0, 12.0, 40.0}
    first = found.loc[0]
    before = table[(table["account"] == "a0") & (table["published"] < first["happened"])]
    assert first["usual"] == before["reactions"].median()
    assert first["estimate"] == pytest.approx(first["actual"] / first["usual"])


def test_the_first_hour_stands_out_when_it_was_made_to():
    table, happened = events(count=144)
    found = event_study(table, happened).set_index("from_hours")
    assert found.loc[0, "low"] > 1.4 and found.loc[0, "high"] < 2.6
    assert found.loc[1, "low"] < 1 < found.loc[3, "high"]
    assert found["n"].sum() == 144


def test_the_ratio_per_doubled_delay_covers_a_made_one():
    """Response falls as delay to the power −0.2: each doubling leaves 2 to the −0.2."""
    inside, made = 0, 2**-0.2
    for seed in range(12):
        table, happened = events(seed=seed, fast=1.0)
        delays = first_posts(table, happened)
        rng = np.random.default_rng(100 + seed)
        response = rng.poisson(delays["usual"] * 2 * delays["delay_hours"] ** -0.2)
        table = table.set_index("post_id")
        table.loc[delays["post_id"], "reactions"] = response
        row = delay_effect(table.reset_index(), happened).iloc[0]
        inside += row["low"] <= made <= row["high"]
        assert row["n"] == 60 and row["df"] == 11
    assert inside >= 10


def test_events_without_a_post_or_without_a_past_are_counted():
    table, happened = events()
    late = pd.DataFrame(
        {"event": [90, 91], "account": ["a0", "zz"], "happened": [MONDAY + pd.Timedelta(days=900)] * 2}
    )
    found = event_study(table, pd.concat([happened, late]))
    assert found.iloc[-1][["flag", "n_missing"]].tolist() == ["no post", 2]
    early = pd.DataFrame({"account": ["a1"], "happened": [MONDAY + pd.Timedelta(hours=1)]})
    assert first_posts(table, early)["flag"].tolist() == ["n<5"]


def test_bad_events_and_cuts_are_refused():
    table, happened = events()
    with pytest.raises(ParameterError, match="cuts: limits must rise"):
        event_study(table, happened, cuts=(3, 1))
    with pytest.raises(DataError, match='row 2: "happened" is missing'):
        first_posts(table, happened.assign(happened=[happened["happened"][0], pd.NaT] + [MONDAY] * 58))
    with pytest.raises(ParameterError, match="is a rate"):
        delay_effect(table, happened, "engagement by reach")
    assert delay_effect(table, happened.head(10))["flag"].tolist() == ["n<30"]
