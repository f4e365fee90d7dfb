from __future__ import annotations

import pandas as pd
import pytest
import yaml

from analysis.catalog import load
from analysis.sample.histories import CLOSED, OPENED
from analysis.sample.uptake import PLATFORMS


@pytest.fixture(scope="module")
def data():
    return load("histories")


@pytest.fixture(scope="module")
def platforms(root):
    listed = yaml.safe_load((root / "data/reference/platforms.yml").read_text(encoding="utf-8"))["platforms"]
    return {entry["id"]: entry for entry in listed}


def test_spells_say_what_the_survey_says(data, survey):
    for wave in (2022, 2024, 2026):
        firms = survey[survey["wave"] == wave].set_index("firm")
        there = data[(data["joined"] <= wave) & (data["left"].isna() | (data["left"] > wave))]
        there = there[there["firm"].isin(firms.index)]
        for platform in PLATFORMS:
            said = set(firms.index[firms[f"platforms__{platform}"] == 1])
            assert set(there.loc[there["platform"] == platform, "firm"]) == said, (wave, platform)


def test_a_spell_ends_after_it_begins(data):
    ended = data.dropna(subset=["left"])
    assert (ended["left"] > ended["joined"]).all() or (ended["left"] >= ended["joined"]).all()
    assert data.loc[data["left"].isna(), "left_reason"].isna().all()


def test_nobody_joins_before_a_platform_exists_or_stays_after_it_ends(data, platforms):
    assert set(data["platform"]) == set(platforms) == set(OPENED)
    for platform, group in data.groupby("platform"):
        opened, closed = platforms[platform]["opened"], platforms[platform]["closed"]
        if opened:
            assert group["joined"].min() >= opened, platform
        if closed:
            assert group["left"].max() <= closed, platform


def test_only_platforms_that_ended_are_left_because_they_closed(data, platforms):
    ended = {name: entry["closed"] for name, entry in platforms.items() if entry["closed"]}
    assert ended == CLOSED
    closed = data[data["left_reason"] == "platform_closed"]
    assert set(closed["platform"]) == set(ended)
    assert (closed["left"] == closed["platform"].map(ended)).all()


def test_some_reasons_are_not_known(data):
    choices = data[data["left"].notna() & (data["left_reason"] != "platform_closed").fillna(True)]
    assert 0.04 < choices["left_reason"].isna().mean() < 0.13


def test_firms_joined_after_they_were_founded(data, survey):
    founded = survey.drop_duplicates("firm").set_index("firm")["founded"]
    assert (data["joined"] >= data["firm"].map(founded)).mean() == pytest.approx(1.0)


def test_spells_of_one_platform_do_not_overlap(data):
    ordered = data.sort_values(["firm", "platform", "joined"])
    before = ordered.groupby(["firm", "platform"])["left"].shift()
    again = ordered.groupby(["firm", "platform"]).cumcount() > 0
    assert before[again].notna().all()
    assert (pd.to_numeric(before[again]) <= ordered.loc[again, "joined"]).all()
