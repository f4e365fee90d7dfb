"""Ties measured as igraph, sna and base R do, and as published, on the classic and the page networks."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from analysis.ties import ego_measures, granovetter, local_bridges, removal, structural_holes, tie_overlap
from analysis.ties.network import network
from analysis.ties.weak import wilson


@pytest.fixture(scope="module")
def cases(shared_reference):
    return json.loads((shared_reference / "networks" / "cases.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def karate(shared_reference):
    edges = pd.read_csv(shared_reference / "networks" / "inputs" / "karate_edges.csv")
    nodes = pd.read_csv(shared_reference / "networks" / "inputs" / "karate_nodes.csv")
    graph = nx.Graph()
    graph.add_nodes_from((row.node, {"club": row.club}) for row in nodes.itertuples())
    graph.add_weighted_edges_from(edges.itertuples(index=False))
    return graph


def page_network(folder, name):
    edges = pd.read_csv(folder / "facebook_page_networks" / f"{name}_edges.csv")
    return nx.from_pandas_edgelist(edges, *edges.columns[:2])


@pytest.mark.parametrize(
    ("case", "column", "weight"),
    [
        ("N_constraint_karate", "constraint", None),
        ("N_effsize_karate", "effective_size", None),
        ("N_efficiency_karate", "efficiency", None),
        ("N_hierarchy_karate", "hierarchy", None),
        ("N_constraint_karate_w", "constraint", "weight"),
        ("N_effsize_karate_w", "effective_size", "weight"),
    ],
)
def test_structural_holes_as_r(cases, karate, case, column, weight):
    expected = pd.Series(cases[case]["expected"]).rename(int)
    result = structural_holes(karate, weight).set_index("node")[column]
    np.testing.assert_allclose(result[expected.index], expected, rtol=cases[case]["rtol"], atol=1e-13)


def test_a_triangle_as_igraph(cases):
    expected = cases["N_constraint_triangle"]["expected"]["value"]
    assert structural_holes(nx.complete_graph(3))["constraint"].tolist() == pytest.approx([expected] * 3)


def test_overlap_as_r(cases, karate):
    expected = cases["N_overlap_karate"]["expected"]
    found = tie_overlap(karate)
    pairs = (sorted(pair) for pair in zip(found["source"], found["target"], strict=True))
    result = {f"{one}|{two}": value for (one, two), value in zip(pairs, found["overlap"], strict=True)}
    assert result == pytest.approx(expected, rel=1e-8)


def test_local_bridges_as_igraph(cases, karate):
    expected = cases["N_localbridge_karate"]["expected"]
    result = local_bridges(karate)
    names = [f"{min(row.source, row.target)}|{max(row.source, row.target)}" for row in result.itertuples()]
    assert sorted(names) == sorted(expected["local_bridges"])
    spans = dict(zip(names, result["span"], strict=True))
    assert [-1 if np.isinf(spans[name]) else spans[name] for name in expected["local_bridges"]] == expected[
        "spans"
    ]
    assert [name for name, is_bridge in zip(names, result["bridge"], strict=True) if is_bridge] == [
        expected["bridges"]
    ]
    overlap = tie_overlap(karate)["overlap"]
    assert overlap.mean() == pytest.approx(expected["mean_overlap"])
    assert (overlap == 0).mean() == pytest.approx(expected["weak_tie_share_overlap0"])


def test_strength_and_overlap_as_r(cases, karate):
    result = granovetter(karate, "weight", permutations=99).set_index("measure")["estimate"]
    expected = cases["N_strength_overlap_corr"]["expected"]
    for measure, name in (("spearman", "spearman"), ("kendall", "kendall_tau_b"), ("pearson", "pearson")):
        assert result[measure] == pytest.approx(expected[name], rel=1e-8)


def test_removal_as_igraph(cases, karate, shared_reference):
    edges = pd.read_csv(shared_reference / "networks" / "inputs" / "karate_edges.csv")
    graph = nx.Graph(list(zip(edges["u"], edges["v"], strict=True)))
    result = removal(graph, shares=[0.3]).set_index("order")
    expected = cases["N_percolation"]["expected"]
    assert result.loc["weak_first", "estimate"] == pytest.approx(expected["low_first"])
    assert result.loc["strong_first", "estimate"] == pytest.approx(expected["high_first"])
    assert (result["n"] == 78 - 23).all()


@pytest.mark.parametrize(
    ("case", "column"), [("N_ego_betweenness_karate", "ego_betweenness"), ("N_ego_EI_karate", "ei")]
)
def test_circles_as_sna(cases, karate, case, column):
    expected = pd.Series(cases[case]["expected"]).rename(int)
    result = ego_measures(karate, "club").set_index("node")[column]
    np.testing.assert_allclose(result[expected.index].astype(float), expected, rtol=1e-8, atol=1e-12)


def test_variety_as_r(cases, karate):
    expected = pd.Series(cases["N_blau_karate"]["expected"]["blau"]).rename(int)
    result = ego_measures(karate, "club").set_index("node")
    np.testing.assert_allclose(result.loc[expected.index, "blau"], expected, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(result["iqv"], result["blau"] * 2, atol=1e-12)


def test_wilson_as_r(cases):
    expected = cases["M_binomial_share"]["expected"]
    result = wilson(27, 78)
    assert result["estimate"] == pytest.approx(expected["p"])
    assert [result["low"], result["high"]] == pytest.approx(expected["wilson"], rel=1e-8)


@pytest.mark.parametrize(
    ("name", "nodes", "loops", "transitivity"),
    [("food", 620, 11, 0.2226), ("tvshow", 3892, 23, 0.5906), ("company", 14113, 184, 0.1532)],
)
def test_page_networks_leave_loops_out_and_count_triangles_as_published(
    shared_data, name, nodes, loops, transitivity
):
    graph = page_network(shared_data, name)
    net = network(graph)
    assert len(net.nodes) == nodes and len(net.source) == graph.number_of_edges() - loops
    triangles = tie_overlap(graph)["common"].sum() / 3
    pairs = (net.degree * (net.degree - 1) / 2).sum()
    assert 3 * triangles / pairs == pytest.approx(transitivity, abs=5e-5)


@pytest.mark.slow
def test_structural_holes_of_food_pages_as_networkx(shared_data):
    graph = page_network(shared_data, "food")
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    result = structural_holes(graph).set_index("node")
    constraint, size = nx.constraint(graph), nx.effective_size(graph, nodes=list(graph))
    np.testing.assert_allclose(result["constraint"], [constraint[node] for node in result.index], rtol=1e-10)
    np.testing.assert_allclose(result["effective_size"], [size[node] for node in result.index], rtol=1e-10)
    assert abs(np.corrcoef(result["residual_constraint"], np.log(result["degree"]))[0, 1]) < 0.05


@pytest.mark.parametrize(
    ("name", "nodes", "arcs"), [("ht_advice", 21, 190), ("ht_friends", 21, 102), ("law_advice", 71, 892)]
)
def test_directed_advice_and_friendship(shared_data, name, nodes, arcs):
    edges = pd.read_csv(shared_data / "networks_classic" / f"{name}_edges.csv")
    graph = nx.DiGraph(list(zip(edges.iloc[:, 0], edges.iloc[:, 1], strict=True)))
    assert graph.number_of_edges() == arcs
    told = edges.set_axis(["ego", "alter", *edges.columns[2:]], axis=1)
    result = structural_holes(told).set_index("node")
    expected = nx.constraint(graph)
    np.testing.assert_allclose(result["constraint"], [expected[node] for node in result.index], rtol=1e-10)
    assert len(result) <= nodes


def test_friends_share_more_advisers_than_others_do(shared_data):
    """Lazega's lawyers: a tie of advice between friends has more contacts in common."""
    folder = shared_data / "networks_classic"
    advice, friends = (pd.read_csv(folder / f"law_{name}_edges.csv") for name in ("advice", "friends"))
    close = {frozenset(pair) for pair in friends.iloc[:, :2].itertuples(index=False, name=None)}
    pairs = list(advice.iloc[:, :2].itertuples(index=False, name=None))
    told = pd.DataFrame(pairs, columns=["ego", "alter"]).assign(
        strength=[2 if frozenset(pair) in close else 1 for pair in pairs]
    )
    result = granovetter(told, "strength", permutations=199).set_index("measure")
    assert result.loc["spearman", "low"] > 0 and result.loc["spearman", "p"] <= 0.005
