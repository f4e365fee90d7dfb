"""A scorecard holds hand-counted values, tells no change without an interval, and no group below five."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.scorecard import beside_peers, change, main_platform, position, rhythm, scorecard, scorecards

START = {"2025-Q3": "2025-07-01", "2025-Q4": "2025-10-01"}


def posts(period="2025-Q4", count=20, *, account="A", platform="facebook", reach=100, likes=5, paid=False):
    days = pd.date_range(START[period], periods=count, freq="4D")
    return pd.DataFrame(
        {
            "platform": platform, "account": account, "published": days,
            "reach": pd.array(np.broadcast_to(reach, count).tolist(), dtype="Int64"),
            "views": pd.array([2 * r if r is not None else None for r in np.broadcast_to(reach, count)], dtype="Int64"),
            "reactions": likes, "comments": 0, "shares": 0, "paid": paid,
        }
    )  # fmt: skip


def card(data, **options):
    return scorecard(data, period="2025-Q4", platform="facebook", **options).set_index("indicator")


def peers(counts, **options):
    return pd.concat([posts(count=count, account=f"P{i}", **options) for i, count in enumerate(counts)])


def panel(count, trade="bakery", platform="facebook"):
    return pd.DataFrame(
        {
            "firm": [f"f{i}" for i in range(count)], "account": [f"P{i}" for i in range(count)],
            "platform": platform, "trade": trade, "size_class": "1-4",
        }
    )  # fmt: skip


def cards(data, accounts, others, **options):
    wanted = {"period": "2025-Q4", "trade": "bakery", "size_class": "1-4"} | options
    return scorecards(data, accounts=accounts, panel=others, **wanted)


def test_indicators_by_hand():
    data = posts(count=5).assign(reach=[10, 20, 30, 40, 100], reactions=[1, 1, 1, 1, 6])
    result = card(data)
    assert result["estimate"].to_dict() == {"posts": 5, "seen": 30, "rate": 10 / 200}
    assert result["n"].to_dict() == {"posts": 5, "seen": 5, "rate": 5}
    assert set(result["per"]) == {"reach"}


def test_boosted_posts_count_among_the_posts_only():
    data = pd.concat([posts(count=6), posts(count=4, reach=9000, likes=0, paid=True)])
    result = card(data)
    assert result["estimate"].to_dict() == {"posts": 10, "seen": 100, "rate": 0.05}
    assert result.at["seen", "n"] == 6


def test_all_boosted_leaves_nothing_but_the_count():
    result = card(posts(paid=True))
    assert result.at["posts", "estimate"] == 20
    assert result.loc[["seen", "rate"], ["estimate", "low", "high", "change"]].isna().all(axis=None)
    with pytest.raises(DataError, match="No facebook post of the period, boosted ones aside, has a reach"):
        main_platform(result.reset_index())


def test_without_reach_views_are_taken():
    data = posts().assign(reach=pd.array([None] * 20, dtype="Int64"))
    result = card(data)
    assert set(result["per"]) == {"views"}
    assert result.at["seen", "estimate"] == 100 * 2
    assert result.at["rate", "estimate"] == pytest.approx(5 / 200)


def test_without_reach_and_views_no_figure_is_made_up():
    nothing = pd.array([None] * 20, dtype="Int64")
    result = card(posts().assign(reach=nothing, views=nothing))
    assert result.loc[["seen", "rate"], "estimate"].isna().all()


def test_change_is_against_the_period_before_alone():
    data = pd.concat([posts("2025-Q3", 16, reach=50, likes=5), posts(count=20, reach=100, likes=5)])
    result = card(data)
    assert result.at["posts", "previous"] == 16 and result.at["posts", "change"] == 4
    assert result.at["seen", "previous"] == 50 and result.at["seen", "change"] == pytest.approx(1.0)
    assert result.at["rate", "previous"] == pytest.approx(0.10)
    assert result.at["rate", "change"] == pytest.approx(-0.05)
    assert change(result.loc["seen"]) == "up" and change(result.loc["rate"]) == "down"


@pytest.mark.parametrize("count", [0, 4])
def test_four_earlier_posts_are_no_period_to_compare_with(count):
    result = card(pd.concat([posts("2025-Q3", count), posts()]))
    assert result.loc[["seen", "rate"], ["previous", "change", "change_low"]].isna().all(axis=None)
    assert change(result.loc["seen"]) == "unknown"
    assert (pd.isna(result.at["posts", "change"])) == (count == 0)


def test_no_post_in_the_period_is_refused():
    with pytest.raises(DataError, match="no facebook post in 2025-Q4: nothing to measure"):
        card(posts("2025-Q3"))


def test_no_platform_with_five_posts_is_refused():
    with pytest.raises(DataError, match="Fewer than 5 posts on each platform in 2025-Q4"):
        cards(posts(count=4), panel(0), posts(count=0))


def test_a_platform_with_four_posts_is_left_out_and_the_busiest_goes_first():
    data = pd.concat(
        [posts(count=5, platform="x"), posts(count=9), posts(count=4, platform="youtube", account="B")]
    )
    result = cards(data, panel(0), data.head(0))
    assert list(dict.fromkeys(result["platform"])) == ["facebook", "x"]


def test_peers_quartiles_by_hand():
    result = card(posts(), peers=peers([6, 8, 10, 12, 14]))
    row = result.loc["posts", ["peer_low", "peer_median", "peer_high", "peer_n"]]
    assert row.tolist() == [8, 10, 12, 5]


def test_a_peer_silent_in_the_period_counts_as_no_post_and_gives_no_other_value():
    others = pd.concat([peers([6, 8, 10, 12, 14]), posts("2025-Q3", 9, account="silent")])
    result = card(posts(), peers=others)
    assert result["peer_n"].to_dict() == {"posts": 6, "seen": 5, "rate": 5}
    assert result.at["posts", "peer_low"] == np.quantile([0, 6, 8, 10, 12, 14], 0.25)


@pytest.mark.parametrize(("usable", "shown"), [(4, 0), (5, 5)])
def test_below_five_usable_peers_neither_quartile_nor_count_is_given(usable, shown):
    others = peers([6] * usable + [4] * (7 - usable))
    result = card(posts(), peers=others).loc[["seen", "rate"]]
    assert set(result["peer_n"]) == {shown}
    assert result["peer_median"].notna().all() == (shown > 0)


@pytest.mark.parametrize("count", range(8))
def test_no_count_of_peers_from_one_to_four_is_anywhere(count):
    result = cards(posts(), panel(count), peers([6] * count) if count else posts(count=0))
    assert not result["peer_n"].between(1, 4).any()
    assert set(result["scope"]) == {"trade_size" if count >= 5 else "none"}
    if count < 5:
        assert result[["peer_low", "peer_median", "peer_high"]].isna().all(axis=None)


def test_other_trades_are_no_peers():
    result = cards(posts(), panel(9, trade="butcher"), peers([6] * 9))
    assert set(result["scope"]) == {"none"}


def table(**rows):
    return pd.DataFrame(
        [{"platform": p, "per": per, "indicator": "seen", "estimate": e} for p, (per, e) in rows.items()]
    )


def test_reach_goes_before_views_and_a_known_figure_before_none():
    assert main_platform(table(youtube=("views", 900.0), facebook=("reach", 30.0))) == "facebook"
    assert main_platform(table(facebook=("reach", np.nan), youtube=("views", 900.0))) == "youtube"
    with pytest.raises(DataError, match="has a reach or views"):
        main_platform(table(facebook=("reach", np.nan)))


@pytest.mark.parametrize(
    ("low", "high", "n", "said"),
    [
        (225, 398, 19, "unclear"),
        (240, 398, 19, "above"),
        (100, 230, 19, "below"),
        (236, 300, 5, "unclear"),
        (240, 398, 0, "alone"),
        (np.nan, np.nan, 19, "unclear"),
        (None, None, 19, "unclear"),
    ],
)
def test_position_counts_the_uncertainty(low, high, n, said):
    assert position({"low": low, "high": high, "peer_median": 236, "peer_n": n}) == said


@pytest.mark.parametrize(
    ("estimate", "n", "said"),
    [(31, 5, "more"), (30, 5, "same"), (14, 5, "same"), (13, 5, "less"), (99, 0, "alone")],
)
def test_rhythm_is_the_middle_half(estimate, n, said):
    assert rhythm({"estimate": estimate, "peer_low": 14, "peer_high": 30, "peer_n": n}) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.2, "up"),
        (-0.2, -0.01, "down"),
        (-0.2, 0.2, "flat"),
        (0, 0.2, "flat"),
        (None, None, "unknown"),
    ],
)
def test_a_change_whose_interval_holds_zero_is_none(low, high, said):
    assert change({"change_low": low, "change_high": high}) == said


def test_a_count_is_its_own_interval_beside_peers():
    row = {"estimate": 3, "low": None, "high": np.nan, "peer_low": 1, "peer_median": 2, "peer_high": 4}
    result = beside_peers(row, "you", "peers")
    assert result[["low", "high"]].values.tolist() == [[3, 3], [1, 4]]
