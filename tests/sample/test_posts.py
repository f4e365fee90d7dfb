from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.catalog import load
from analysis.platforms.contracts import POSTS
from analysis.sample.posts import REACH


@pytest.fixture(scope="module")
def posts():
    return load("posts")


@pytest.fixture(scope="module")
def accounts():
    return load("accounts")


def test_posts_follow_the_contract(posts):
    assert list(posts.columns) == list(POSTS)
    assert posts["post_id"].is_unique
    assert posts["published_zone_known"].all()
    local = posts["published"].dt.tz_localize("UTC").dt.tz_convert("Europe/Paris")
    assert local.dt.year.eq(2025).all()
    assert local.dt.hour.between(7, 22).all()


def test_what_a_platform_does_not_give_is_missing(posts):
    share = posts.groupby("platform")[["reach", "saves", "clicks"]].agg(lambda s: s.notna().mean())
    assert share.loc["youtube"].tolist() == [0, 0, 0]
    assert share.loc["linkedin"].tolist() == [0, 0, 1]
    assert share.loc["instagram"].tolist() == [1, 1, 0]
    assert share.loc["facebook"].tolist() == [1, 0, 1]
    assert (posts["views"] >= posts["reach"].fillna(0)).all()


def test_each_example_trade_has_peers(accounts):
    firms = accounts.drop_duplicates("firm")
    for trade in ("bookshop", "bakery", "joiner"):
        mine = firms[firms["trade"] == trade]
        assert len(mine) >= 20
        assert mine["size_class"].isin(["1-4"]).sum() >= 10
    assert 280 <= len(accounts) <= 450
    assert 140 <= len(firms) <= 200


def test_clients_are_not_their_own_peers(accounts, truth):
    assert not set(truth["clients"].values()) & set(accounts["firm"])


def test_accounts_are_on_platforms_the_firm_said_it_used(accounts, survey):
    said = survey[survey["wave"] == 2024].set_index("firm")
    for row in accounts.itertuples():
        assert said.loc[row.firm, f"platforms__{row.platform}"] == 1


def test_kind_multipliers_come_back(posts):
    """Within accounts, the mean log of people reached differs by kind as the truth says."""
    data = posts[(posts["platform"] == "facebook") & ~posts["paid"]]
    level = np.log(data["reach"].astype(float))
    level -= level.groupby(data["account"]).transform("mean")
    means = level.groupby(data["kind"]).agg(["mean", "sem"])
    for kind in ("link", "video", "reel"):
        gap = means.loc[kind, "mean"] - means.loc["photo", "mean"]
        error = np.hypot(means.loc[kind, "sem"], means.loc["photo", "sem"])
        assert abs(gap - (REACH["kind"][kind] - REACH["kind"]["photo"])) < 3 * error + 0.02


def test_boosted_posts_reach_three_times_as_many(posts):
    data = posts[posts["platform"].isin(["facebook", "instagram"])]
    level = np.log(data["reach"].astype(float))
    level -= level.groupby(data["account"]).transform("mean")
    gap = level[data["paid"]].mean() - level[~data["paid"]].mean()
    assert gap == pytest.approx(REACH["paid"], abs=0.08)
    assert 0.02 < data["paid"].mean() < 0.06


def test_the_weekday_changes_nothing(posts):
    data = posts[posts["platform"] == "facebook"]
    level = np.log(data["reach"].astype(float))
    level -= level.groupby(data["account"]).transform("mean")
    means = level.groupby(data["published"].dt.day_of_week).agg(["mean", "sem"])
    assert (means["mean"].abs() < 3.3 * means["sem"]).all()


def test_counts_vary_more_than_poisson(posts):
    data = posts[(posts["platform"] == "facebook") & (posts["reach"].between(200, 220))]
    assert data["reactions"].var() > 2 * data["reactions"].mean()


def test_august_is_quiet(posts):
    months = posts["published"].dt.month.value_counts()
    assert months[8] < 0.65 * months[6]


def test_followers_of_posts_and_days_agree(posts):
    daily = load("daily")
    stock = daily[daily["metric"] == "followers"].set_index(["account", "date"])["value"]
    some = posts[posts["platform"] == "instagram"].iloc[::97]
    local = some["published"].dt.tz_localize("UTC").dt.tz_convert("Europe/Paris").dt.tz_localize(None)
    keys = pd.MultiIndex.from_arrays([some["account"], local.dt.normalize()])
    assert (
        stock.reindex(keys).to_numpy(dtype=float).tolist() == some["followers"].to_numpy(dtype=float).tolist()
    )


def test_days_are_complete():
    daily = load("daily")
    assert list(daily.columns) == ["platform", "account", "date", "metric", "value"]
    counts = daily.groupby(["account", "metric"]).size()
    assert counts.eq(365).all()
    assert daily["value"].notna().all()
