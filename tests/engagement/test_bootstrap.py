from __future__ import annotations

import numpy as np
import pytest

from analysis.engagement.inference import bootstrap


def test_weeks_are_blocks_for_one_account_and_accounts_for_several():
    week = np.array([3.0, 3.0, 4.0, np.nan, np.nan])
    one = bootstrap.blocks(np.array(["a"] * 5), week)
    several = bootstrap.blocks(np.array(["a", "a", "b", "b", "c"]), week)
    assert (one.unit, one.count, one.of[0] == one.of[1]) == ("weeks", 4, True)
    assert (several.unit, several.of.tolist()) == ("accounts", [0, 0, 1, 1, 2])
    assert bootstrap.blocks(np.array(["a"] * 2), np.array([np.nan] * 2)).unit == "posts"


def test_weeks_within_accounts_draw_each_account_as_often_as_it_is():
    account, week = np.repeat(["a", "b"], 10), np.tile(np.arange(10.0), 2)
    drawn = bootstrap.blocks(account, week, "weeks")
    ours = bootstrap.mean((account == "a").astype(float), drawn)
    assert drawn.count == 20
    assert bootstrap.resample({"x": ours}, drawn, 50, 0, "")["x"].tolist() == [0.5] * 50


def test_the_weighted_median_is_the_median_of_the_drawn_posts():
    rng = np.random.default_rng(1)
    values, week = rng.normal(size=41), rng.integers(0, 9, 41).astype(float)
    drawn = bootstrap.blocks(np.array(["a"] * 41), week)
    weights = rng.integers(0, 3, (30, drawn.count))
    expected = [np.median(np.repeat(values, line[drawn.of])) for line in weights]
    assert bootstrap.median(values, drawn)(weights) == pytest.approx(expected)


def test_drawing_in_pieces_gives_the_same_draws(monkeypatch):
    drawn = bootstrap.blocks(np.array(["a"] * 60), np.arange(60.0))
    statistic = {"x": bootstrap.mean(np.arange(60.0), drawn)}
    whole = bootstrap.resample(statistic, drawn, 200, 5, "g")["x"]
    monkeypatch.setattr(bootstrap, "CELLS", 700)
    assert bootstrap.resample(statistic, drawn, 200, 5, "g")["x"].tolist() == whole.tolist()


def test_the_standard_error_of_a_mean_of_blocks_is_the_textbook_one():
    rng = np.random.default_rng(2)
    values = rng.normal(size=40)
    drawn = bootstrap.blocks(np.array(["a"] * 40), np.arange(40.0))
    found = bootstrap.resample({"x": bootstrap.mean(values, drawn)}, drawn, 20_000, 0, "")["x"]
    assert found.std() == pytest.approx(values.std() / np.sqrt(40), rel=0.02)


def test_posts_of_a_week_move_together_so_the_interval_covers():
    """95 % intervals of the mean, 30 weeks of 4 posts, half of the variance shared within a week."""
    rng, covered, alone = np.random.default_rng(3), 0, 0
    for trial in range(200):
        week = np.repeat(np.arange(30.0), 4)
        values = np.repeat(rng.normal(size=30), 4) + rng.normal(size=120)
        for unit in ("week", "post"):
            drawn = bootstrap.blocks(np.array(["a"] * 120), week if unit == "week" else np.arange(120.0))
            found = bootstrap.resample({"x": bootstrap.mean(values, drawn)}, drawn, 300, trial, unit)["x"]
            _, low, high = bootstrap.interval(found, 0.95)
            covered += unit == "week" and low <= 0 <= high
            alone += unit == "post" and low <= 0 <= high
    assert 0.88 <= covered / 200 <= 0.98
    assert alone < covered - 20


def test_undefined_draws_give_no_interval():
    assert np.isnan(bootstrap.interval(np.array([1.0, np.nan, np.nan]), 0.95)).all()
