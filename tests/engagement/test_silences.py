from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis.engagement import silences


def posted(gaps, account="a"):
    moments = pd.Timestamp("2025-01-06") + pd.to_timedelta(np.concatenate([[0], np.cumsum(gaps)]), "D")
    return pd.DataFrame({"account": account, "published": moments})


def test_gini_and_evenness_by_their_definitions():
    gaps = np.array([1.0, 2.0, 3.0, 10.0, 4.0])
    found = silences(posted(gaps)).set_index("measure")["estimate"]
    pairs = np.abs(gaps[:, None] - gaps[None, :]).mean() / (2 * gaps.mean())
    share = gaps / gaps.sum()
    assert found["gini"] == pytest.approx(pairs)
    assert found["evenness"] == pytest.approx(-(share * np.log(share)).sum() / np.log(5))


def test_a_clock_is_even_and_one_long_silence_is_not():
    clock, burst = silences(posted([2] * 60)), silences(posted([0.01] * 59 + [120]))
    assert clock["estimate"].tolist() == pytest.approx([0, 1])
    assert burst["estimate"][0] > 0.95 and burst["estimate"][1] < 0.1


def test_posts_at_random_have_a_gini_of_one_half_within_the_interval():
    inside = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        row = silences(posted(rng.exponential(2.5, 120)), draws=300, seed=seed).iloc[0]
        inside += row["low"] <= 0.5 <= row["high"]
    assert inside >= 33


def test_gaps_never_run_from_one_account_to_another():
    both = pd.concat([posted([1, 1, 1], "a"), posted([5, 5], "b")])
    together = silences(both)
    assert together["n"].tolist() == [5, 5]
    assert together["estimate"].tolist() == pytest.approx([0, 1]), "a slow clock is a clock"
    assert silences(both, by="account")["estimate"].tolist() == pytest.approx([0, 1, 0, 1])


def test_too_few_gaps_are_missing_and_said():
    found = silences(posted([3]))
    assert found["estimate"].isna().all() and found["flag"].str.startswith("gaps<2").all()


def test_other_tables_and_orders_give_the_same():
    table = posted(np.random.default_rng(2).exponential(3, 50))
    expected = silences(table, draws=50)
    shuffled = silences(table.sample(frac=1, random_state=3), draws=50)
    pd.testing.assert_frame_equal(shuffled, expected)
    pd.testing.assert_frame_equal(silences(pl.from_pandas(table), draws=50), expected)
