from __future__ import annotations

import json
import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError
from analysis.homophily import (
    assortativity,
    chance_draws,
    coleman,
    ei_index,
    inbreeding,
    join_counts,
)
from analysis.ties import ego_measures
from homophily import plain

EVERY = 100_000


@st.composite
def labelled_graphs(draw):
    n = draw(st.integers(2, 6))
    directed = draw(st.booleans())
    names = draw(
        st.sampled_from([list(range(n)), [f"firm {i}" for i in range(n)], [(i, "x") for i in range(n)]])
    )
    pairs = draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 4)), max_size=15)
    )
    graph = nx.DiGraph() if directed else nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from((names[a], names[b], w) for a, b, w in pairs if a != b)
    labels = dict(zip(names, draw(st.lists(st.sampled_from("abc"), min_size=n, max_size=n)), strict=True))
    return graph, labels


@pytest.fixture(scope="module")
def cases(shared_reference):
    return json.loads((shared_reference / "networks" / "cases.json").read_text())


@pytest.fixture(scope="module")
def karate(shared_reference):
    folder = shared_reference / "networks" / "inputs"
    graph = nx.from_pandas_edgelist(pd.read_csv(folder / "karate_edges.csv"), "u", "v", "weight")
    nx.set_node_attributes(graph, pd.read_csv(folder / "karate_nodes.csv").set_index("node")["club"], "club")
    return graph


def test_ei_of_the_karate_club(cases, karate):
    expected, moments = cases["N_EI_karate"]["expected"], cases["N_EI_karate_perm"]["expected"]
    row = ei_index(karate, "club").iloc[0]
    assert (row["external"], row["internal"]) == (expected["external"], expected["internal"])
    assert row["estimate"] == pytest.approx(expected["EI"], rel=1e-8)
    assert row["rescaled"] == pytest.approx(expected["EI_density_rescaled"], rel=1e-8)
    assert row["expected"] == pytest.approx(moments["mean_EI"], rel=1e-8)
    assert row["sd"] == pytest.approx(moments["sd_EI"], rel=1e-8)
    assert row["method"] == "exact" and row["p"] == pytest.approx(1 / 1001)
    counts = join_counts(karate, "club")
    across = counts[(counts["group"] == "all") & (counts["ties"] == "across")].iloc[0]
    assert across["expected"] == pytest.approx(moments["mean_external"], rel=1e-8)
    assert across["sd"] ** 2 == pytest.approx(moments["var_external"], rel=1e-8)
    assert across["z"] == pytest.approx(moments["z"], rel=1e-8)


def test_draws_of_the_karate_club_fall_near_the_exact_moments(cases, karate):
    moments = cases["N_EI_karate_perm"]["expected"]
    draws = chance_draws(karate, "club", 4000, seed=5)["estimate"]
    assert abs(draws.mean() - moments["mean_EI"]) < 4 * moments["sd_EI"] / math.sqrt(4000)
    assert draws.std() == pytest.approx(moments["sd_EI"], rel=0.06)


def test_coleman_and_inbreeding_of_the_karate_club(cases, karate):
    expected = cases["N_coleman_karate"]["expected"]
    result, inbred = (f(karate, "club", 50).set_index("group") for f in (coleman, inbreeding))
    for group, name in (("Mr. Hi", "MrHi"), ("Officer", "Officer")):
        assert result.loc[group, "estimate"] == pytest.approx(expected[f"coleman_{name}"], rel=1e-8)
        values = expected[f"IH_{name}"]
        assert result.loc[group, "inbreeding"] == pytest.approx(values["IH"], rel=1e-8)
        found = inbred.loc[group, ["share", "size", "estimate"]].tolist()
        assert found == pytest.approx([values["s"], values["w"], values["IH"]], rel=1e-8)


def test_assortativity_of_the_karate_club(cases, karate):
    expected = cases["N_assort_karate"]["expected"]
    assert assortativity(karate, "club", 20)["estimate"].iloc[0] == pytest.approx(expected["club"], rel=1e-8)
    assert assortativity(karate, "degree", 20)["estimate"].item() == pytest.approx(
        expected["degree"], rel=1e-8
    )
    by_value = assortativity(karate, dict(karate.degree()), 20)
    assert by_value["measure"].item() == "numeric"
    assert by_value["estimate"].item() == pytest.approx(expected["degree_numeric_attr"], rel=1e-8)


def test_ei_of_each_member_of_the_karate_club(cases, karate):
    result = ego_measures(karate, "club").set_index("node")["ei"]
    assert result.to_dict() == pytest.approx(
        {int(k): v for k, v in cases["N_ego_EI_karate"]["expected"].items()}, rel=1e-8
    )


@settings(max_examples=60)
@given(labelled_graphs())
def test_moments_are_those_of_every_labelling(data):
    graph, labels = data
    assume(plain.ties(graph))
    row = ei_index(graph, labels, 0, weight="weight").iloc[0]
    mean, sd, _ = plain.chance(lambda dealt: plain.ei(graph, dealt), labels)
    assert row["estimate"] == pytest.approx(plain.ei(graph, labels))
    assert (row["expected"], row["sd"]) == pytest.approx((mean, sd), abs=1e-7)


@settings(max_examples=40)
@given(labelled_graphs())
def test_join_counts_are_those_of_every_labelling(data):
    graph, labels = data
    arcs = plain.ties(graph)

    def count(dealt, group, across):
        ends = [((dealt[a] == group) + (dealt[b] == group), w) for a, b, w in arcs]
        return float(sum(w for k, w in ends if k == (1 if across else 2)))

    result = join_counts(graph, labels, weight="weight").query("group != 'all'")
    for row in result.itertuples():
        measure = lambda dealt, row=row: count(dealt, row.group, row.ties == "across")  # noqa: E731
        mean, sd, _ = plain.chance(measure, labels)
        assert row.estimate == pytest.approx(measure(labels))
        assert (row.expected, row.sd) == pytest.approx((mean, sd), abs=1e-5)


@settings(max_examples=40)
@given(labelled_graphs(), st.booleans())
def test_few_labellings_are_all_gone_through(data, stratified):
    graph, labels = data
    assume(plain.ties(graph))
    strata = {node: i % 2 for i, node in enumerate(labels)} if stratified else None
    result = ei_index(graph, labels, EVERY, strata, weight="weight").set_index("group")
    other = coleman(graph, labels, EVERY, strata, weight="weight").set_index("group")
    for group in sorted(set(labels.values())):
        for table, measure in ((result, plain.ei), (other, plain.coleman)):
            observed = measure(graph, labels, group)
            row = table.loc[group]
            assert row["estimate"] == pytest.approx(observed, nan_ok=True)
            if not math.isnan(observed):
                expected = plain.chance(lambda d, g=group, m=measure: m(graph, d, g), labels, strata)
                assert (row["expected"], row["sd"], row["p"]) == pytest.approx(expected, abs=1e-7)
                assert row["method"] == "exact"


@settings(max_examples=60)
@given(labelled_graphs())
def test_assortativity_is_that_of_networkx(data):
    graph, labels = data
    arcs = plain.ties(graph)
    assume(len({labels[n] for a, b, _ in arcs for n in (a, b)}) > 1)
    plainly = nx.create_empty_copy(graph)
    plainly.add_edges_from((a, b) for a, b, _ in arcs)
    nx.set_node_attributes(plainly, labels, "kind")
    expected = nx.attribute_assortativity_coefficient(plainly, "kind")
    result = assortativity(plainly, "kind", 5)
    assert result.loc[0, "estimate"] == pytest.approx(expected, nan_ok=True)


@settings(max_examples=40)
@given(labelled_graphs())
def test_numeric_and_degree_assortativity_are_those_of_networkx(data):
    graph, labels = data
    numbers = {node: i + 0.5 * (labels[node] == "a") for i, node in enumerate(labels)}
    nx.set_node_attributes(graph, numbers, "size")
    assume(len(plain.ties(graph)) > 1)
    with np.errstate(all="ignore"):
        expected = nx.numeric_assortativity_coefficient(graph, "size")
        by_degree = nx.degree_assortativity_coefficient(graph)
    result = assortativity(graph, "size", 5, kind="numeric")["estimate"].item()
    if np.isfinite(expected):
        assert result == pytest.approx(expected, abs=1e-6)
    if np.isfinite(by_degree):
        assert assortativity(graph, "degree", 5)["estimate"].item() == pytest.approx(by_degree, abs=1e-6)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("kind", ["nominal", "numeric"])
def test_the_jackknife_leaves_each_tie_out(directed, kind):
    graph = nx.gnm_random_graph(20, 45, seed=4, directed=directed)
    values = {node: (node * 7) % 5 for node in graph}
    row = assortativity(graph, values, 5, kind=kind).iloc[0]
    without = []
    for edge in list(graph.edges):
        less = graph.copy()
        less.remove_edge(*edge)
        nx.set_node_attributes(less, values, "v")
        f = (
            nx.attribute_assortativity_coefficient
            if kind == "nominal"
            else nx.numeric_assortativity_coefficient
        )
        without.append(f(less, "v"))
    expected = math.sqrt(sum((r - row["estimate"]) ** 2 for r in without))
    assert row["se"] == pytest.approx(expected)
    assert row["high"] - row["low"] == pytest.approx(2 * 1.959964 * expected, rel=1e-5)


def test_chance_is_recovered_when_labels_carry_nothing():
    rng = np.random.default_rng(8)
    graph = nx.gnm_random_graph(60, 150, seed=1)
    p = [ei_index(graph, dict(enumerate(rng.integers(0, 3, 60))), 99, seed=i).loc[0, "p"] for i in range(120)]
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.11
    assert 0.4 < np.mean(p) < 0.6


def test_strata_take_local_opportunity_away():
    """Everybody knows all in town and nobody else; towns differ in trade: no choice is left."""
    towns = {node: node // 10 for node in range(40)}
    graph = nx.Graph((a, b) for a in towns for b in towns if a < b and towns[a] == towns[b])
    trade = {node: "food" if node % 10 < (8 if towns[node] % 2 else 2) else "crafts" for node in towns}
    freely = ei_index(graph, trade, 500).iloc[0]
    locally = ei_index(graph, trade, 500, towns).iloc[0]
    assert freely["p"] < 0.01 and freely["estimate"] < freely["expected"]
    assert locally["expected"] == pytest.approx(locally["estimate"]) and locally["p"] == 1
    assert locally["sd"] == 0 and freely["estimate"] == locally["estimate"]


def test_strata_may_be_an_attribute_of_nodes(karate):
    nx.set_node_attributes(karate, {node: node % 2 for node in karate}, "side")
    by_name = ei_index(karate, "club", 60, "side", 3)
    by_value = ei_index(karate, "club", 60, {node: node % 2 for node in karate}, 3)
    pd.testing.assert_frame_equal(by_name, by_value)


def test_the_order_of_nodes_and_ties_does_not_count(karate):
    shuffled = nx.Graph()
    shuffled.add_nodes_from(reversed(list(karate.nodes(data=True))))
    shuffled.add_edges_from(reversed([(b, a, d) for a, b, d in karate.edges(data=True)]))
    for measure in (ei_index, coleman, assortativity):
        pd.testing.assert_frame_equal(measure(karate, "club", 50), measure(shuffled, "club", 50))


def test_a_table_of_ties_with_values_by_node_is_a_directed_network():
    table = pd.DataFrame({"ego": ["a", "a", "b"], "alter": ["b", "c", "a"]})
    graph = nx.DiGraph([("a", "b"), ("a", "c"), ("b", "a")])
    labels = pd.Series({"a": "x", "b": "x", "c": "y"})
    pd.testing.assert_frame_equal(ei_index(table, labels), ei_index(graph, labels))


def test_nodes_without_a_value_are_left_out_and_counted():
    graph = nx.complete_graph(6)
    labels = {0: "a", 1: "a", 2: "b", 3: None, 4: np.nan, 5: pd.NA}
    result = ei_index(graph, labels)
    assert result["left_out"].tolist() == [3, 3, 3] and result.loc[0, "n"] == 3
    pd.testing.assert_frame_equal(
        result.drop(columns="left_out"),
        ei_index(graph.subgraph([0, 1, 2]), {k: labels[k] for k in range(3)}).drop(columns="left_out"),
    )


def test_loops_are_left_out_and_parallel_ties_are_one():
    multi = nx.MultiGraph([(0, 1), (0, 1), (1, 2), (2, 2)])
    row = ei_index(multi, {0: "a", 1: "a", 2: "b"}).iloc[0]
    assert (row["internal"], row["external"]) == (1, 1)
    added = ei_index(
        nx.MultiGraph([(0, 1, {"w": 2}), (0, 1, {"w": 1}), (1, 2, {"w": 1})]), {0: 1, 1: 1, 2: 2}, weight="w"
    )
    assert (added.loc[0, "internal"], added.loc[0, "external"]) == (3, 1)


def test_one_group_and_no_tie_are_said():
    alone = ei_index(nx.complete_graph(4), dict.fromkeys(range(4), "a"))
    assert alone["flag"].unique().tolist() == ["one group"] and alone.loc[0, "p"] == 1
    empty = ei_index(nx.empty_graph(4), {0: 1, 1: 1, 2: 2, 3: 2})
    assert empty.loc[0, "flag"] == "no ties"
    assert empty.loc[0, ["estimate", "expected", "p"]].isna().all()


def test_errors_say_what_to_do(karate):
    with pytest.raises(DataError, match='No node of the graph has an attribute "clubs"'):
        ei_index(karate, "clubs")
    with pytest.raises(ParameterError, match="permutations=-1: give a whole number, 0 or more"):
        coleman(karate, "club", -1)
    with pytest.raises(
        ParameterError, match="attribute is a node attribute, a mapping or a Series, not list"
    ):
        ei_index(karate, [1, 2])
    with pytest.raises(DataError, match="No node has a value"):
        ei_index(karate, {99: "a"})
    with pytest.raises(DataError, match="no number"):
        assortativity(karate, "club", kind="numeric")
    with pytest.raises(ParameterError, match='kind="ordinal" is not a choice'):
        assortativity(karate, "club", kind="ordinal")
    with pytest.raises(ParameterError, match="own: only for a table of ties"):
        ei_index(karate, "club", own="club")
    with pytest.raises(DataError, match='several values for node "1"'):
        ei_index(karate, pd.Series(["a", "b"], index=[1, 1]))


def test_igraph_gives_the_same_assortativity():
    igraph = pytest.importorskip("igraph", reason="igraph is not installed (the extra `fast`)")
    graph = nx.gnm_random_graph(50, 120, seed=3)
    labels = {node: node % 4 for node in graph}
    other = igraph.Graph.from_networkx(graph)
    expected = other.assortativity_nominal([labels[n] for n in graph], directed=False)
    assert assortativity(graph, labels, 5).loc[0, "estimate"] == pytest.approx(expected)


def test_pages_of_four_kinds_keep_to_their_kind(shared_data):
    folder = shared_data / "facebook_page_networks"
    edges = pd.read_csv(folder / "facebook_large_edges.csv")
    kinds = pd.read_csv(folder / "facebook_large_target.csv").set_index("id")["page_type"]
    graph = nx.from_pandas_edgelist(edges, *edges.columns[:2])
    result = ei_index(graph, kinds, 20).set_index("group")
    assert result.loc["all", "n"] == 171_002 - 179
    one, two = kinds.reindex(edges.iloc[:, 0]).to_numpy(), kinds.reindex(edges.iloc[:, 1]).to_numpy()
    loops = (edges.iloc[:, 0] == edges.iloc[:, 1]).to_numpy()
    external, internal = ((one != two) & ~loops).sum(), ((one == two) & ~loops).sum()
    assert (result.loc["all", "external"], result.loc["all", "internal"]) == (external, internal)
    assert result.loc["all", "p"] == pytest.approx(1 / 21)


@pytest.mark.parametrize(("name", "arcs"), [("law_advice", 892), ("law_friends", 575), ("law_cowork", 1104)])
def test_lawyers_ask_and_befriend_their_own_office(shared_data, name, arcs):
    folder = shared_data / "networks_classic"
    edges = pd.read_csv(folder / f"{name}_edges.csv").rename(columns={"source": "ego", "target": "alter"})
    office = pd.read_csv(folder / f"{name}_nodes.csv").set_index("id")["office"]
    row = ei_index(edges, office, 200).iloc[0]
    assert row["n"] == arcs and row["external"] + row["internal"] == arcs
    external = (office.reindex(edges["ego"]).to_numpy() != office.reindex(edges["alter"]).to_numpy()).sum()
    assert row["external"] == external
    assert row["estimate"] < row["null_low"] and row["p"] == pytest.approx(1 / 201)


def test_managers_ask_their_own_department(shared_data):
    folder = shared_data / "networks_classic"
    edges, nodes = (pd.read_csv(folder / f"ht_{which}.csv") for which in ("advice_edges", "advice_nodes"))
    graph = nx.from_pandas_edgelist(edges, "source", "target", create_using=nx.DiGraph)
    result = ei_index(graph, nodes.set_index("id")["dept"], 200)
    assert result.loc[0, "n"] == 190 and result["n"].iloc[1:].sum() == 190
