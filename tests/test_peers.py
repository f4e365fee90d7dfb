"""Peers are five firms at least, one account each, of a scope that says truly who they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.peers import FEWEST, peer_group, quartiles


def panel(sizes, trade="bakery", platform="facebook", prefix="f"):
    names = [f"{prefix}{i}" for i in range(len(sizes))]
    return pd.DataFrame(
        {
            "firm": names,
            "platform": platform,
            "account": [name.upper() for name in names],
            "trade": trade,
            "size_class": sizes,
        }
    )


def choose(accounts, **options):
    wanted = {"trade": "bakery", "size_class": "1-4", "platform": "facebook"} | options
    return peer_group(accounts, **wanted)


@pytest.mark.parametrize(("count", "scope"), [(4, "none"), (5, "trade_size"), (6, "trade_size")])
def test_five_firms_make_a_group(count, scope):
    result = choose(panel(["1-4"] * count))
    assert result.scope == scope
    assert result.n == len(result.accounts) == (count if count >= 5 else 0)


def test_fewest_is_five():
    assert FEWEST == 5


def test_the_client_is_not_its_own_peer():
    data = panel(["1-4"] * 5)
    assert choose(data, firm="f0").scope == "none"
    assert choose(panel(["1-4"] * 6), firm="f0").accounts == {"F1", "F2", "F3", "F4", "F5"}


def test_too_few_of_the_size_widen_to_the_trade_under_ten():
    data = panel(["1-4"] * 4 + ["0", "5-9", "10-49"])
    result = choose(data)
    assert (result.scope, result.n) == ("trade", 6)
    assert "F6" not in result.accounts


def test_a_larger_client_is_never_said_to_be_beside_firms_under_ten():
    data = panel(["1-4"] * 4 + ["10-49"] * 2)
    result = choose(data, size_class="10-49")
    assert (result.scope, result.n) == ("trade_any", 6)


def test_an_unknown_size_takes_the_trade_under_ten():
    result = choose(panel(["1-4"] * 6 + ["10-49"]), size_class=None)
    assert (result.scope, result.n) == ("trade", 6)


def test_four_firms_with_two_accounts_each_are_four_firms():
    twice = pd.concat([panel(["1-4"] * 4), panel(["1-4"] * 4).assign(account=list("WXYZ"))])
    assert choose(twice).scope == "none"
    five = pd.concat([panel(["1-4"] * 5), panel(["1-4"] * 5).assign(account=list("VWXYZ"))])
    assert (choose(five).n, len(choose(five).accounts)) == (5, 5)


def test_other_trades_and_platforms_are_no_peers():
    data = pd.concat(
        [
            panel(["1-4"] * 4),
            panel(["1-4"] * 9, trade="butcher", prefix="b"),
            panel(["1-4"] * 9, platform="x", prefix="x"),
        ]
    )
    assert choose(data).scope == "none"


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match='no column "trade"'):
        choose(panel(["0"]).drop(columns="trade"))


@pytest.mark.parametrize("count", range(5))
def test_below_five_neither_quartiles_nor_count_are_given(count):
    result = quartiles(np.arange(count, dtype=float))
    assert result["peer_n"] == 0
    assert all(np.isnan(result[name]) for name in ("peer_low", "peer_median", "peer_high"))


def test_quartiles_by_hand():
    result = quartiles(np.array([50.0, 10, 30, 20, 40]))
    assert result == {"peer_low": 20, "peer_median": 30, "peer_high": 40, "peer_n": 5}
