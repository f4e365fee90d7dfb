"""Does a ledger know the ties without which a contact is out of reach? Held to the bridges of the whole network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.ties import ledger
from analysis.ties.bridges import bridges
from analysis.ties.network import network


@pytest.mark.parametrize("seed", range(8))
def test_span_is_endless_where_the_tie_is_a_bridge(seed):
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, 14, size=(16, 2))
    table = pd.DataFrame(ends, columns=["ego", "alter"]).query("ego != alter").astype(str)
    table = pd.concat([table, table.rename(columns={"ego": "alter", "alter": "ego"})], ignore_index=True)
    net = network(table)
    closed = {
        frozenset((net.nodes[source], net.nodes[target]))
        for source, target, bridge in zip(net.source, net.target, bridges(net), strict=True)
        if bridge
    }
    found = {
        (ego, row.alter): np.isinf(row.span)
        for ego in table["ego"].unique()
        for row in ledger(table, ego).itertuples()
    }
    assert len(found) == 2 * len(net.source)
    assert any(found.values()) and found == {pair: frozenset(pair) in closed for pair in found}
