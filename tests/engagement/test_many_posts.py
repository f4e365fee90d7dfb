from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats

from analysis.engagement import cadence, contrast, engagement, typical
from analysis.engagement.inference import groupwise
from analysis.engagement.inference.aggregates import rounded
from engagement.many import one_value_per_block, untidy


@pytest.fixture
def summed(monkeypatch):
    monkeypatch.setattr(groupwise, "FEW", 0)


@pytest.fixture(scope="module")
def posts():
    """Posts that can be measured without a rule for missing figures."""
    table = untidy(3000, accounts=40, seed=1)
    table = table[table["reach"].gt(0) & table["reactions"].notna()].dropna(subset=["account", "published"])
    return table.assign(saves=pd.NA).astype({"reach": float, "reactions": float})


def rates(table):
    over = table["reactions"] + table["comments"] + table["shares"]
    return over, table["reach"], over / table["reach"]


def test_estimates_of_many_posts_are_those_of_the_posts(posts, summed):
    result = engagement(posts, by="kind", rates=["reach"]).set_index(["kind", "statistic"])
    for kind, group in posts.groupby("kind"):
        over, under, rate = rates(group)
        expected = {"median": rate.median(), "pooled": over.sum() / under.sum(), "mean": rate.mean()}
        assert result.loc[kind, "estimate"].to_dict() == pytest.approx(expected, rel=1e-12)
        assert result.loc[kind, "n"].tolist() == [len(group)] * 3


def test_errors_of_sums_are_the_textbook_ones_of_clusters(posts, summed):
    over, under, rate = rates(posts)
    account = posts["platform"] + posts["account"]
    blocks = account.nunique()
    result = engagement(posts, rates=["reach"]).set_index("statistic")
    for name, residual, total in (
        ("pooled", over - over.sum() / under.sum() * under, under.sum()),
        ("mean", rate - rate.mean(), len(rate)),
    ):
        expected = np.sqrt(residual.groupby(account).sum().var(ddof=1) * blocks) / total
        assert result.loc[name, "se"] == pytest.approx(expected)
        width = stats.t.ppf(0.975, blocks - 1) * expected
        assert result.loc[name, "high"] - result.loc[name, "estimate"] == pytest.approx(width)
    assert result["method"].tolist() == [
        f"Woodruff, {blocks} accounts", f"linearised, {blocks} accounts", f"linearised, {blocks} accounts",
    ]  # fmt: skip


def test_the_limits_of_a_median_are_posts_at_the_ranks_of_woodruff(posts, summed):
    *_, rate = rates(posts)
    account, n = posts["platform"] + posts["account"], len(rate)
    below = (rate < rate.median()) + 0.5 * (rate == rate.median()) - 0.5
    blocks = account.nunique()
    error = np.sqrt(below.groupby(account).sum().var(ddof=1) * blocks) / n * stats.t.ppf(0.975, blocks - 1)
    result = engagement(posts, rates=["reach"], statistics=["median"]).iloc[0]
    ranked = np.sort(rate)
    for limit, rank in ((result["low"], n * (0.5 - error)), (result["high"], n * (0.5 + error))):
        assert limit in ranked
        assert abs(np.searchsorted(ranked, limit) - rank) < 0.004 * n
    assert result["se"] == pytest.approx(
        (result["high"] - result["low"]) / 2 / stats.t.ppf(0.975, blocks - 1)
    )


def test_sums_and_draws_agree_on_accounts_and_on_weeks(posts, monkeypatch):
    for together in ("accounts", "weeks"):
        drawn = engagement(posts, rates=["reach"], together=together, draws=2000)
        with monkeypatch.context() as patch:
            patch.setattr(groupwise, "FEW", 0)
            result = engagement(posts, rates=["reach"], together=together)
        assert result["estimate"].to_numpy() == pytest.approx(drawn["estimate"].to_numpy(), rel=1e-12)
        assert result["se"].to_numpy() == pytest.approx(drawn["se"].to_numpy(), rel=0.15)
        assert result["low"].to_numpy() == pytest.approx(drawn["low"].to_numpy(), rel=0.03)
        assert result["high"].to_numpy() == pytest.approx(drawn["high"].to_numpy(), rel=0.03)
        said = [text.partition(", ")[2] for text in result["method"]]
        assert said == [text.partition(" draws of ")[2] for text in drawn["method"]]


@pytest.mark.parametrize(
    ("statistic", "scale"), [("median", "ratio"), ("pooled", "ratio"), ("mean", "difference")]
)
def test_contrasts_by_sums_and_by_draws_agree(posts, statistic, scale, monkeypatch):
    options = {"statistic": statistic, "scale": scale}
    drawn = contrast(posts, "engagement by reach", "kind", draws=2000, **options)
    monkeypatch.setattr(groupwise, "FEW", 0)
    result = contrast(posts, "engagement by reach", "kind", **options)
    assert result["estimate"].to_numpy() == pytest.approx(drawn["estimate"].to_numpy(), rel=1e-12)
    assert result["se"].to_numpy() == pytest.approx(drawn["se"].to_numpy(), rel=0.15)
    assert result[["n", "n_1", "n_2"]].equals(drawn[["n", "n_1", "n_2"]])
    assert result["method"].str.startswith("linearised").all()


def test_groups_that_share_no_week_are_drawn_apart(posts, monkeypatch):
    one = posts.assign(account="one", platform="facebook")
    drawn = contrast(one, "engagement by reach", "year", statistic="pooled", draws=2000).iloc[0]
    monkeypatch.setattr(groupwise, "FEW", 0)
    result = contrast(one, "engagement by reach", "year", statistic="pooled").iloc[0]
    assert result["se"] == pytest.approx(drawn["se"], rel=0.1)
    assert result["method"].removeprefix("linearised, ") == drawn["method"].partition(" draws of ")[2]


def test_intervals_from_sums_hold_the_truth(summed):
    """200 tables of 30 accounts: the median rate is exp(−3), the mean and the pooled rate exp(−3 + (0.4² + 0.6²)/2)."""
    table = pl.from_pandas(one_value_per_block(30, 200))
    result = engagement(table, by="trial", rates=["reach"])
    truth = result["statistic"].map({"median": np.exp(-3)}).fillna(np.exp(-3 + (0.16 + 0.36) / 2))
    covered = ((result["low"] <= truth) & (truth <= result["high"])).groupby(result["statistic"]).mean()
    assert covered.between(0.90, 0.985).all(), covered.to_dict()


@pytest.mark.slow
def test_contrasts_from_sums_hold_no_difference_where_there_is_none(summed):
    table = pl.from_pandas(one_value_per_block(30, 100, seed=3))
    for statistic in ("median", "pooled"):
        result = contrast(table, "engagement by reach", "label", within="trial", statistic=statistic)
        covered = ((result["low"] <= 1) & (result["high"] >= 1)).mean()
        assert 0.88 <= covered <= 0.99, (statistic, covered)


def test_a_median_among_many_equal_values_is_exact(summed):
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {
            "reach": rng.choice([0, 0, 0, 1, 2, 700, 701], 4001),
            "account": rng.integers(0, 30, 4001).astype(str),
        }
    )
    result = typical(table, "reach").iloc[0]
    assert result["estimate"] == table["reach"].median()
    assert result["low"] <= result["estimate"] <= result["high"]
    many = typical(table[table["reach"] > 1], "reach").iloc[0]
    assert many["estimate"] == table.loc[table["reach"] > 1, "reach"].median()


def test_few_accounts_give_no_interval_from_sums_either(posts, summed):
    table = posts[posts["account"].isin(posts["account"].unique()[:3])]
    result = engagement(table, rates=["reach"])
    assert result["method"].unique().tolist() == ["no interval"]
    assert result["flag"].unique().tolist() == ["accounts<8"]
    assert result[["se", "low", "high"]].isna().all(axis=None)
    assert result["estimate"].notna().all()


def test_undated_posts_of_one_account_are_blocks_of_their_own(posts, monkeypatch):
    table = posts.drop(columns=["published", "account"]).assign(platform="facebook")
    drawn = engagement(table, rates=["reach"], draws=2000)
    monkeypatch.setattr(groupwise, "FEW", 0)
    result = engagement(table, rates=["reach"])
    assert result["method"].str.endswith(f"{len(table)} posts").all()
    assert result["se"].to_numpy() == pytest.approx(drawn["se"].to_numpy(), rel=0.15)


def test_a_figure_nobody_has_is_missing_from_sums_too(posts, summed):
    result = engagement(posts.assign(followers=np.nan), rates=["followers"], statistics=["median"]).iloc[0]
    assert np.isnan(result["estimate"])
    assert result[["n", "n_missing", "flag"]].tolist() == [0, len(posts), "no followers"]


def test_rounded_values_keep_their_order_and_are_near():
    rng = np.random.default_rng(6)
    values = np.sort(np.exp(rng.normal(0, 5, 10_000)))
    result = rounded(values)
    assert (np.diff(result) >= 0).all()
    assert np.abs(result / values - 1).max() <= 2**-9
    whole = np.arange(512.0)
    assert rounded(whole).tolist() == whole.tolist()


def test_cadence_counts_what_pandas_counts(posts):
    result = cadence(posts).set_index("measure")["estimate"]
    account = posts["platform"] + posts["account"]
    gaps = posts.sort_values("published").groupby(account)["published"].diff().dropna()
    assert result["median_gap"] == pytest.approx(gaps.dt.total_seconds().median() / 86400)
    assert result["longest_gap"] == pytest.approx(gaps.dt.total_seconds().max() / 86400)
    monday = posts["published"].dt.to_period("W").dt.start_time
    weeks = monday.groupby(account).agg(lambda days: (days.max() - days.min()).days // 7 + 1)
    assert result["posts_per_week"] == pytest.approx(len(posts) / weeks.sum())
    assert result["silent_weeks"] == weeks.sum() - len(set(zip(account, monday, strict=True)))
