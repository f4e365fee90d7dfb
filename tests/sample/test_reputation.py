from __future__ import annotations

import pandas as pd

from analysis.catalog import load


def test_crises_are_where_the_truth_says(truth):
    data = load("reviews")
    assert len(truth["crises"]) == 5
    for crisis in truth["crises"]:
        mine = data[data["account"] == crisis["account"]]
        start = pd.Timestamp(crisis["start"])
        days = mine[(mine["published"] >= start) & (mine["published"] < start + pd.Timedelta(days=8))]
        assert crisis["reviews"] <= (days["rating"] == 1).sum() <= crisis["reviews"] + 3
        outside = mine.drop(days.index)
        assert (outside["rating"] == 1).mean() < 0.25


def test_reviews_are_well_formed():
    data = load("reviews")
    assert data["review_id"].is_unique
    assert data["rating"].between(1, 5).all()
    assert data.loc[data["text"].isna(), "language"].isna().all()
    assert (data["answered"] > data["published"])[data["answered"].notna()].all()
    assert set(data["account"]) <= set(load("accounts")["account"])


def test_messages_wait_and_some_are_never_answered():
    data = load("messages")
    wait = (data["answered"] - data["received"]).dt.total_seconds() / 3600
    assert (wait.dropna() > 0).all()
    assert 0.07 < wait.isna().mean() < 0.15
    assert 4 < wait.median() < 12
    assert data["thread_id"].is_unique
