from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.errors import ParameterError
from analysis.ties import (
    bridge_share,
    ego_constraint,
    granovetter,
    local_bridges,
    removal,
    tie_overlap,
    weak_tie_share,
)
from analysis.ties.bridges import bridges
from analysis.ties.network import network
from analysis.ties.triangles import triangle_counts, triangles
from ties import plain
from ties.test_holes import graphs


@settings(max_examples=120)
@given(graphs())
def test_overlap_of_any_graph(data):
    result = tie_overlap(data)
    pairs = {frozenset((a, b)) for a, b in data.edges if a != b}
    assert [frozenset(pair) for pair in zip(result["source"], result["target"], strict=True)] == [
        pair for pair in dict.fromkeys(frozenset(edge) for edge in data.edges) if pair in pairs
    ]
    for row in result.itertuples():
        expected, common = plain.overlap(data, row.source, row.target)
        assert row.overlap == pytest.approx(expected) and row.common == common


@settings(max_examples=120)
@given(graphs())
def test_local_bridges_and_spans_of_any_graph(data):
    result = local_bridges(data)
    everything = tie_overlap(data)
    assert len(result) == (everything["common"] == 0).sum()
    for row in result.itertuples():
        expected = plain.span(data, row.source, row.target)
        assert row.span == expected and row.bridge == math.isinf(expected)


@settings(max_examples=120)
@given(graphs())
def test_bridges_of_any_graph(data):
    net = network(data)
    simple = nx.Graph(data.edges)
    simple.remove_edges_from(list(nx.selfloop_edges(simple)))
    expected = {frozenset(edge) for edge in nx.bridges(simple)}
    found = bridges(net)
    pairs = zip(net.nodes[net.source], net.nodes[net.target], found, strict=True)
    assert {frozenset((a, b)) for a, b, is_bridge in pairs if is_bridge} == expected


@pytest.mark.parametrize("near", [2, 6, 100])
def test_long_spans_on_a_larger_graph(near, monkeypatch):
    monkeypatch.setattr("analysis.ties.spans.NEAR", near)
    graph = nx.disjoint_union(nx.cycle_graph(31), nx.connected_watts_strogatz_graph(90, 4, 0.1, seed=3))
    graph.add_edges_from([(0, 40), (9, 60)])
    result = local_bridges(graph)
    assert result["span"].max() > 10
    for row in result.itertuples():
        assert row.span == plain.span(graph, row.source, row.target)


@pytest.mark.parametrize("piece", [1, 7, 4_000_000])
@pytest.mark.parametrize("room", [1, 4])
def test_triangles_do_not_depend_on_the_pieces_nor_on_a_crowded_table(piece, room, monkeypatch):
    graph = nx.gnp_random_graph(40, 0.3, seed=1)
    monkeypatch.setattr("analysis.ties.triangles.PIECE", piece)
    monkeypatch.setattr("analysis.ties.triangles.ROOM", room)
    net = network(graph)
    found = {frozenset(corners) for part in triangles(net) for corners in zip(*part.opposite, strict=True)}
    expected = {frozenset(clique) for clique in nx.enumerate_all_cliques(graph) if len(clique) == 3}
    assert found == expected
    assert sum(len(part.ties[0]) for part in triangles(net)) == len(expected)
    for part in triangles(net):
        for tie, corner in zip(part.ties, part.opposite, strict=True):
            assert ((net.source[tie] != corner) & (net.target[tie] != corner)).all()
    assert triangle_counts(net).tolist() == list(nx.triangles(graph).values())


def test_the_way_round_a_long_ring_of_circles():
    result = local_bridges(nx.ring_of_cliques(150, 4))
    assert result["span"].tolist() == [299.0] * 150 and not result["bridge"].any()
    ring = nx.cycle_graph(20_000)
    ring.add_edge(0, 10_000)
    ring.add_edge(7, "outside")
    spans = local_bridges(ring)["span"].value_counts().to_dict()
    assert spans == {10_000.0: 20_001, math.inf: 1}


def test_the_strength_told_by_both_ends_is_their_mean():
    data = pd.DataFrame({"ego": ["a", "b", "a"], "alter": ["b", "a", "c"], "closeness": [5, 2, 4]})
    assert tie_overlap(data, "closeness")["closeness"].tolist() == [3.5, 4.0]


def test_weak_ties_by_strength_count_each_account_and_by_overlap_each_tie():
    data = pd.DataFrame({"ego": ["a", "b", "a"], "alter": ["b", "a", "c"], "closeness": [5, 2, 4]})
    by_strength = weak_tie_share(data, [2, 4], "closeness")
    assert by_strength["estimate"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert by_strength["n"].tolist() == [3, 3] and (by_strength["flag"] == "n<30").all()
    by_overlap = weak_tie_share(data, [0])
    assert by_overlap[["estimate", "n"]].values.tolist() == [[1.0, 2]]


def test_the_interval_follows_the_clusters():
    rng = np.random.default_rng(2)
    alike = np.repeat(rng.random(60) < 0.4, 8)
    data = pd.DataFrame({"ego": np.repeat(np.arange(60), 8), "alter": np.arange(480) + 1000})
    data = data.assign(closeness=np.where(alike, 1, 5), w=1.0)
    plain_share = weak_tie_share(data, [3], "closeness").iloc[0]
    clustered = weak_tie_share(data, [3], "closeness", weights="w", clusters="ego").iloc[0]
    assert clustered["estimate"] == pytest.approx(plain_share["estimate"])
    share = alike[::8].mean()
    assert clustered["se"] == pytest.approx(np.sqrt(share * (1 - share) / 59), rel=1e-9)
    assert clustered["se"] > 2.5 * plain_share["se"]


def test_a_strength_below_zero_can_be_cut():
    data = pd.DataFrame({"ego": "a", "alter": list("bcde"), "strength": [-1.5, -0.2, 0.4, 1.3]})
    result = weak_tie_share(data, [-0.2, 0.0, 1.3], "strength")
    assert result["estimate"].tolist() == [0.5, 0.5, 1.0]


def test_granovetter_finds_nothing_where_strength_is_dealt_by_chance():
    graph = nx.connected_watts_strogatz_graph(150, 6, 0.2, seed=1)
    rng = np.random.default_rng(5)
    rejected = 0
    for run in range(60):
        values = rng.permutation(graph.number_of_edges())
        nx.set_edge_attributes(graph, dict(zip(graph.edges, map(float, values + 1), strict=True)), "w")
        rejected += granovetter(graph, "w", permutations=199, seed=run).loc[0, "p"] <= 0.05
    assert 0 <= rejected <= 9


def test_the_jackknife_leaves_out_one_node_at_a_time():
    graph = nx.karate_club_graph()
    result = granovetter(graph, "weight", permutations=9).set_index("measure")
    table = tie_overlap(graph, "weight")
    without = []
    for node in graph:
        rest = table[(table["source"] != node) & (table["target"] != node)]
        without.append(np.corrcoef(rest["weight"], rest["overlap"])[0, 1])
    n, spread = len(without), np.array(without) - np.mean(without)
    expected = np.sqrt((n - 2) / (2 * n) * (spread**2).sum())
    assert result.loc["pearson", "se"] == pytest.approx(expected, rel=1e-10)


def test_granovetter_needs_ties_that_differ():
    graph = nx.cycle_graph(5)
    nx.set_edge_attributes(graph, 1, "w")
    with pytest.raises(ValueError, match="three ties that differ in w; there are 5 ties, all alike"):
        granovetter(graph, "w")


def test_removal_without_ties_left_and_draws():
    graph = nx.karate_club_graph()
    result = removal(graph, "weight", [0, 0.5, 1], draws=15, seed=1)
    assert result["n"].tolist() == [78, 39, 0] * 2
    assert result.loc[result["removed"] == 1, "estimate"].tolist() == pytest.approx([1 / 34] * 2)
    assert (result["low"] <= result["estimate"] + 1e-12).all()
    assert (result["estimate"] <= result["high"] + 1e-12).all()
    assert result.loc[result["removed"] != 0.5, "se"].tolist() == pytest.approx([0] * 4)
    assert (result.loc[result["removed"] == 0.5, "se"] > 0).all()
    with pytest.raises(ValueError, match=r"1\.2 is not a share"):
        removal(graph, shares=[1.2])


def test_bridges_among_weak_and_strong_ties_are_counted():
    graph = nx.barbell_graph(4, 0)
    nx.set_edge_attributes(graph, 5, "closeness")
    graph[3][4]["closeness"] = 1
    result = bridge_share(graph, "closeness", 3).set_index("strength")
    assert result["estimate"].tolist() == [1.0, 0.0, 1.0]
    assert result["n"].tolist() == [1, 12, 13]
    assert result.loc["difference", "flag"] == "n<30"


@pytest.mark.parametrize(
    "measure",
    [
        lambda graph: weak_tie_share(graph, level=95),
        lambda graph: bridge_share(graph, "weight", 2, level=95),
        lambda graph: granovetter(graph, "weight", level=95),
        lambda graph: ego_constraint(graph, level=95),
    ],
)
def test_a_level_is_a_share(measure):
    with pytest.raises(ParameterError, match="level=95 is not a confidence level"):
        measure(nx.karate_club_graph())


@pytest.mark.parametrize("thresholds", [[], [np.nan], ["close"], np.nan])
def test_a_threshold_is_a_number(thresholds):
    with pytest.raises(ParameterError, match=r"thresholds=.*: give one number at least"):
        weak_tie_share(nx.karate_club_graph(), thresholds)


def test_one_threshold_or_one_share_may_stand_alone():
    graph = nx.karate_club_graph()
    pd.testing.assert_frame_equal(weak_tie_share(graph, 0.1), weak_tie_share(graph, [0.1]))
    pd.testing.assert_frame_equal(removal(graph, shares=0.3), removal(graph, shares=[0.3]))


def test_counts_are_whole_numbers():
    with pytest.raises(ParameterError, match=r"permutations=2\.5: give a whole number, 1 or more"):
        granovetter(nx.karate_club_graph(), "weight", permutations=2.5)
    with pytest.raises(ParameterError, match="draws=-1: give a whole number, 0 or more"):
        removal(nx.karate_club_graph(), draws=-1)
    with pytest.raises(ParameterError, match="weak=nan: give one number"):
        bridge_share(nx.karate_club_graph(), "weight", np.nan)
