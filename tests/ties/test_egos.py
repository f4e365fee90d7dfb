from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.errors import DataError, ParameterError
from analysis.ties import ego_constraint, ego_measures, next_ties, stakeholders, structural_holes
from analysis.ties import ledger as ledger_of
from analysis.ties.ego import SMALL
from analysis.ties.network import network
from ties import plain
from ties.test_holes import graphs


@settings(max_examples=120)
@given(graphs())
def test_the_circle_around_each_node_of_any_graph(data):
    result = ego_measures(data)
    assert result["node"].tolist() == list(data)
    for row in result.itertuples():
        degree, ties, between = plain.circle(data, row.node)
        assert (row.degree, row.ties) == (degree, ties)
        assert row.ego_betweenness == pytest.approx(between if degree else np.nan, nan_ok=True)
        expected = ties / (degree * (degree - 1) / 2) if degree > 1 else np.nan
        assert row.density == pytest.approx(expected, nan_ok=True)


def test_large_circles_are_measured_as_small_ones(monkeypatch):
    graph = nx.powerlaw_cluster_graph(60, 4, 0.6, seed=2)
    expected = ego_measures(graph)
    monkeypatch.setattr("analysis.ties.ego.SMALL", 1)
    assert SMALL > 1
    pd.testing.assert_frame_equal(ego_measures(graph), expected)


def test_variety_of_contacts_by_hand():
    data = pd.DataFrame(
        {
            "ego": ["a", "a", "a", "a", "b"],
            "alter": ["p", "q", "r", "s", "p"],
            "alter_sector": ["retail", "retail", "crafts", None, None],
        }
    )
    result = ego_measures(data, "alter_sector", own={"a": "crafts"}, names=4).set_index("node")
    a = result.loc["a"]
    assert a["known"] == 3
    assert a["blau"] == pytest.approx(1 - (4 + 1) / 9)
    assert a["iqv"] == pytest.approx((1 - 5 / 9) / (1 - 1 / 2))
    assert a["ei"] == pytest.approx((2 - 1) / 3)
    assert a["flag"] == "truncated"
    assert result.loc["b", ["blau", "iqv", "ei"]].isna().all() and result.loc["b", "flag"] == ""


def test_an_egos_own_value_that_no_contact_has_is_all_outside():
    data = pd.DataFrame({"ego": ["a", "a"], "alter": ["p", "q"], "alter_sector": ["retail", "crafts"]})
    result = ego_measures(data, "alter_sector", own={"a": "transport"})
    assert result.loc[0, "ei"] == 1.0


def test_the_attribute_of_a_graph_is_the_same_as_a_mapping():
    graph = nx.karate_club_graph()
    values = nx.get_node_attributes(graph, "club")
    pd.testing.assert_frame_equal(ego_measures(graph, "club"), ego_measures(graph, values))
    with pytest.raises(DataError, match=r'attribute "klub".*Did you mean "club"'):
        ego_measures(graph, "klub")


def test_the_circle_of_a_table_is_who_was_named():
    data = pd.DataFrame({"ego": ["a", "a", "b", "c"], "alter": ["b", "c", "c", "a"]})
    result = ego_measures(data).set_index("node")
    assert result["degree"].to_dict() == {"a": 2, "b": 1, "c": 1}
    assert result.loc["a", "density"] == 1.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_constraint_of_a_circle_is_that_of_its_graph(seed):
    graph = nx.gnp_random_graph(14, 0.4, seed=seed)
    result = ego_constraint(graph).set_index("node")
    for node in graph:
        if graph.degree(node):
            alone = structural_holes(nx.ego_graph(graph, node)).set_index("node")
            assert result.loc[node, "estimate"] == pytest.approx(alone.loc[node, "constraint"])


def test_the_interval_of_constraint_covers_what_naming_other_contacts_would_give():
    rng = np.random.default_rng(11)
    rows, k = [], 10
    for ego in range(150):
        block = rng.integers(0, 3, k)
        among = (rng.random((k, k)) < np.where(block[:, None] == block[None], 0.6, 0.05)) & ~np.eye(
            k, dtype=bool
        )
        rows += [(f"e{ego}", f"e{ego}-{i}") for i in range(k)]
        rows += [
            (f"e{ego}-{i}", f"e{ego}-{j}") for i, j in zip(*np.nonzero(np.triu(among | among.T)), strict=True)
        ]
    data = pd.DataFrame(rows, columns=["ego", "alter"])
    result = ego_constraint(data)
    egos = result[result["node"].str.fullmatch(r"e\d+") & (result["flag"] == "")]
    truth = egos["estimate"].mean()
    held = ((egos["low"] <= truth) & (truth <= egos["high"])).mean()
    assert len(egos) > 140
    assert 0.92 <= held <= 0.995
    assert egos["se"].median() == pytest.approx(egos["estimate"].std(), rel=0.2)


def test_too_few_names_or_no_tie_among_them_have_no_interval():
    data = pd.DataFrame({"ego": ["a"] * 3 + ["b"] * 5, "alter": [f"x{i}" for i in range(8)]})
    result = ego_constraint(data).set_index("node")
    assert result["flag"].to_dict() == {"a": "names<4", "b": "no tie among contacts"}
    assert result[["low", "high", "se"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(ego_constraint(data.sample(frac=1, random_state=1)), ego_constraint(data))


TOLD = pd.DataFrame(
    [
        ("a", "b", 5, "retail", 1), ("a", "c", 4, "retail", None), ("a", "d", 1, "crafts", 0), ("a", "out", 2, "x", 1),
        ("b", "c", 4, "retail", None), ("d", "e", 3, "crafts", None), ("e", "f", 3, "crafts", None),
        ("f", "b", 1, "retail", None), ("c", "g", 2, "services", None), ("g", "h", 1, "services", None),
    ],
    columns=["ego", "alter", "closeness", "alter_sector", "helped"],
)  # fmt: skip


def test_the_ledger_says_what_goes_with_each_tie():
    result = ledger_of(TOLD, "a", strength="closeness", weak=2).set_index("alter")
    whole = structural_holes(TOLD).set_index("node")["effective_size"]
    for alter in ("b", "c", "d", "out"):
        without = TOLD[~((TOLD["ego"] == "a") & (TOLD["alter"] == alter))]
        after = structural_holes(without).set_index("node")["effective_size"]
        assert result.loc[alter, "lost"] == pytest.approx(whole["a"] - after["a"])
    assert result["lost_contacts"].to_dict() == {"b": 1, "c": 1, "d": 1, "out": 0}
    assert result.loc["d", ["bridge", "span"]].tolist() == [True, 4.0]
    assert result.loc["b", ["bridge", "span"]].tolist() == [False, 2.0]
    assert pd.isna(result.loc["out", "bridge"]) and pd.isna(result.loc["out", "span"])
    assert result["only_sector"].to_dict() == {"b": False, "c": False, "d": True, "out": True}
    assert result["weak"].to_dict() == {"b": False, "c": False, "d": True, "out": True}


def test_there_is_no_ledger_of_who_named_nobody():
    with pytest.raises(DataError, match='"h" named nobody'):
        ledger_of(TOLD, "h")


def test_the_next_tie_adds_what_adding_it_to_the_network_shows():
    sector = {"e": "crafts", "f": "crafts", "g": "services", "h": "services", "b": "retail"}
    result = next_ties(TOLD, "a", sector).set_index("sector")
    before = _reach("a", TOLD)
    size = structural_holes(TOLD).set_index("node")["effective_size"]["a"]
    for name, firms in {"crafts": ["e", "f"], "services": ["g", "h"]}.items():
        more = [pd.concat([TOLD, pd.DataFrame({"ego": ["a"], "alter": [firm]})]) for firm in firms]
        gains = [len(_reach("a", table) - before) for table in more]
        sizes = [structural_holes(table).set_index("node")["effective_size"]["a"] - size for table in more]
        assert result.loc[name, "estimate"] == pytest.approx(np.mean(gains))
        assert result.loc[name, "effective_size"] == pytest.approx(np.mean(sizes))
    assert result.loc["retail", "known"] == 1 and pd.isna(result.loc["retail", "estimate"])


def _reach(ego, ties):
    graph = nx.Graph(list(zip(ties["ego"], ties["alter"], strict=True)))
    return set(nx.single_source_shortest_path_length(graph, ego, cutoff=2))


def test_stakeholders_are_ranked_on_the_criteria_known():
    result = stakeholders(TOLD, "a", strength="closeness").set_index("alter")
    assert result.index[0] == "b" and result["place"].iloc[0] == 1
    assert result["criteria"].to_dict() == {"b": 3, "c": 2, "d": 3, "out": 3}
    assert result["place"].is_monotonic_increasing


@pytest.mark.parametrize("measure", [structural_holes, ego_measures, ego_constraint])
def test_no_tie_at_all_is_an_empty_table_with_its_columns(measure):
    some = measure(pd.DataFrame({"ego": ["a"], "alter": ["b"]}))
    none = measure(pd.DataFrame({"ego": [], "alter": []}))
    assert none.empty and list(none.columns) == list(some.columns)


def test_what_is_said_of_a_contact_does_not_depend_on_the_order_of_rows():
    told = pd.DataFrame(
        {
            "ego": ["a", "a", "a", "b"],
            "alter": ["x", "x", "y", "x"],
            "alter_sector": ["food", None, "craft", "food"],
            "channel": ["offline", "facebook", "offline", "x"],
            "sector": ["food", None, "food", "craft"],
        }
    )
    expected = ego_measures(told, "alter_sector", own="sector")
    assert expected["known"].tolist() == [2, 1]
    assert expected["ei"].tolist() == [0.0, 1.0]
    for rows in ([1, 0, 2, 3], [3, 2, 1, 0]):
        pd.testing.assert_frame_equal(ego_measures(told.iloc[rows], "alter_sector", own="sector"), expected)
    with pytest.raises(DataError, match='gives ego "a" several values of "sector"'):
        ego_measures(told.assign(sector=["food", "craft", "food", "craft"]), "alter_sector", own="sector")
    with pytest.raises(ParameterError, match="not a list"):
        ego_measures(told, ["food"])


def test_the_ledger_keeps_what_is_told_of_its_table():
    told = TOLD.copy()
    told.attrs = {"source": "ties.csv"}
    assert ledger_of(told, "a").attrs == told.attrs


def test_a_network_read_before_keeps_its_strengths():
    net = network(TOLD)
    assert network(net) is net
    with pytest.raises(ParameterError, match='weight="closeness": this network was read already'):
        network(net, "closeness")


def test_nobody_has_a_list_for_a_name():
    with pytest.raises(DataError, match="is not in the table of ties"):
        next_ties(TOLD, ["a"], {"b": "food"})
