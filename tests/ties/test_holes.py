from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError
from analysis.ties import structural_holes
from analysis.ties.holes import degree_matched
from ties import plain


@st.composite
def graphs(draw, directed=None):
    n = draw(st.integers(1, 9))
    kind = draw(st.sampled_from([nx.Graph, nx.DiGraph])) if directed is None else nx.DiGraph
    names = draw(
        st.sampled_from([list(range(n)), [f"firm {i}" for i in range(n)], [(i, "x") for i in range(n)]])
    )
    pairs = draw(
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.integers(1, 5)), max_size=25)
    )
    graph = kind()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from((names[a], names[b], w) for a, b, w in pairs)
    return graph


@settings(max_examples=150)
@given(graphs())
def test_any_graph_weighted_directed_or_with_loops_follows_the_definition(data):
    result = structural_holes(data, "weight").set_index("node")
    expected = plain.holes(data)
    for node, (constraint, size, hierarchy) in expected.items():
        row = result.loc[[node]].iloc[0]
        assert row["constraint"] == pytest.approx(constraint, abs=1e-12, nan_ok=True)
        assert row["effective_size"] == pytest.approx(size, abs=1e-12, nan_ok=True)
        assert row["hierarchy"] == pytest.approx(hierarchy, abs=1e-10, nan_ok=True)


@settings(max_examples=40)
@given(graphs())
def test_unweighted_constraint_equals_networkx(data):
    simple = data.copy()
    simple.remove_edges_from(list(nx.selfloop_edges(simple)))
    result = structural_holes(data)
    expected = nx.constraint(simple)
    np.testing.assert_allclose(result["constraint"], [expected[node] for node in data], atol=1e-12)


def test_weighted_directed_constraint_equals_igraph():
    igraph = pytest.importorskip("igraph", reason="igraph is an optional extra (fast)")
    graph = nx.gnm_random_graph(60, 200, seed=4, directed=False)
    rng = np.random.default_rng(1)
    nx.set_edge_attributes(graph, {edge: float(rng.integers(1, 9)) for edge in graph.edges}, "weight")
    other = igraph.Graph.from_networkx(graph)
    expected = other.constraint(weights="weight")
    np.testing.assert_allclose(structural_holes(graph, "weight")["constraint"], expected, atol=1e-12)


@settings(max_examples=60)
@given(graphs(), st.sampled_from([None, "weight"]))
def test_a_measure_asked_alone_is_that_of_the_whole_table(data, weight):
    everything = structural_holes(data, weight)
    for name in everything.columns[2:]:
        expected = everything[["node", "degree", name]]
        pd.testing.assert_frame_equal(structural_holes(data, weight, measures=name), expected, rtol=1e-12)
    some = structural_holes(data, weight, measures=["hierarchy", "constraint"])
    assert some.columns.tolist() == ["node", "degree", "constraint", "hierarchy"]


def test_a_triangle_exceeds_one():
    result = structural_holes(nx.complete_graph(3))
    assert result["constraint"].tolist() == pytest.approx([9 / 8] * 3)


def test_conventions_at_the_edges():
    graph = nx.Graph([("a", "b")])
    graph.add_node("alone")
    result = structural_holes(graph).set_index("node")
    assert result.loc["a", ["constraint", "effective_size", "efficiency", "hierarchy"]].tolist() == [
        1,
        1,
        1,
        1,
    ]
    assert result.loc["alone", "degree"] == 0
    assert result.loc["alone"].drop("degree").isna().all()
    assert structural_holes(nx.Graph()).empty


def test_a_directed_tie_told_by_both_weighs_twice():
    graph = nx.DiGraph([(0, 1), (1, 0), (0, 2)])
    expected = (2 / 3) ** 2 + (1 / 3) ** 2
    assert structural_holes(graph).loc[0, "constraint"] == pytest.approx(expected)


def test_a_table_and_a_directed_graph_agree_whatever_the_order_of_the_rows():
    graph = nx.gnm_random_graph(30, 90, seed=2, directed=True)
    data = pd.DataFrame(list(graph.edges), columns=["ego", "alter"]).sample(frac=1, random_state=3)
    result = structural_holes(data).set_index("node")
    expected = structural_holes(graph).set_index("node").loc[result.index]
    pd.testing.assert_frame_equal(result, expected, check_index_type=False)
    shuffled = structural_holes(data.sample(frac=1, random_state=9))
    pd.testing.assert_frame_equal(shuffled, result.reset_index())


def test_several_rows_of_one_tie_are_one_tie_with_the_largest_strength():
    once = pd.DataFrame({"ego": ["a", "a", "b"], "alter": ["b", "c", "c"], "closeness": [5, 2, 3]})
    twice = pd.concat([once, once.head(1).assign(closeness=1)])
    expected = structural_holes(once, "closeness")
    pd.testing.assert_frame_equal(structural_holes(twice, "closeness"), expected)


def test_edges_of_a_multigraph_add_up():
    many = nx.MultiGraph([(0, 1), (0, 1), (0, 2), (1, 2)])
    nx.set_edge_attributes(many, 1, "weight")
    one = nx.Graph()
    one.add_weighted_edges_from([(0, 1, 2), (0, 2, 1), (1, 2, 1)])
    expected = structural_holes(one, "weight")
    pd.testing.assert_frame_equal(structural_holes(many, "weight"), expected)
    del many[0][1][1]["weight"]
    pd.testing.assert_frame_equal(structural_holes(many, "weight"), expected)
    plain_ties = structural_holes(nx.Graph([(0, 1), (0, 2), (1, 2)]))
    pd.testing.assert_frame_equal(structural_holes(many), plain_ties)


def test_the_residual_is_free_of_degree():
    graph = nx.powerlaw_cluster_graph(400, 3, 0.4, seed=5)
    result = structural_holes(graph)
    raw = np.corrcoef(result["constraint"], np.log(result["degree"]))[0, 1]
    assert raw < -0.7
    assert abs(np.corrcoef(result["residual_constraint"], np.log(result["degree"]))[0, 1]) < 0.05
    populous = result.groupby("degree").filter(lambda part: len(part) >= 20)
    means = populous.groupby("degree")["residual_constraint"].mean()
    assert means.abs().max() < 1e-12


def test_degree_matched_is_exact_on_a_line_in_log_degree():
    degree = np.repeat(np.arange(1, 40), 3)
    values = 2 - 0.5 * np.log(degree)
    np.testing.assert_allclose(degree_matched(values, degree), values, atol=1e-12)
    assert np.isnan(degree_matched(np.array([1.0, 2.0]), np.array([1, 2]))).all()


def test_what_is_wrong_is_said():
    table = pd.DataFrame({"ego": ["a", "b"], "alter": ["b", "c"], "closeness": [1, None]})
    with pytest.raises(DataError, match=r'column "closeness", is missing in row 2'):
        structural_holes(table, "closeness")
    with pytest.raises(DataError, match=r'no column "closness". Did you mean "closeness"\?'):
        structural_holes(table, "closness")
    with pytest.raises(DataError, match="no alter in row 1"):
        structural_holes(table.assign(alter=[None, "c"]))
    with pytest.raises(ParameterError, match=r"networkx graph or a table of ties.*not list"):
        structural_holes([("a", "b")])
    with pytest.raises(ParameterError, match=r'measures="efficency".*Did you mean "efficiency"\?'):
        structural_holes(nx.path_graph(3), measures="efficency")
    with pytest.raises(ParameterError, match='weight="strength": no edge'):
        structural_holes(nx.path_graph(3), "strength")
    graph = nx.Graph()
    graph.add_edge(1, 2, weight=-1)
    with pytest.raises(DataError, match='"weight" is -1 on the edge between 1 and 2'):
        structural_holes(graph, "weight")
    many = nx.MultiGraph([("a", "b", {"weight": 1}), ("c", "b", {"weight": 3}), ("c", "b", {"weight": -1})])
    with pytest.raises(DataError, match="on the edge between 'b' and 'c'"):
        structural_holes(many, "weight")


def test_a_hub_of_many_ties_needs_no_dense_matrix():
    import tracemalloc

    graph = nx.star_graph(20000)
    tracemalloc.start()
    result = structural_holes(graph)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.loc[0, "constraint"] == pytest.approx(1 / 20000)
    assert peak < 100e6


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e300])
def test_the_unit_of_strength_does_not_count(unit):
    graph = nx.karate_club_graph()
    other = graph.copy()
    for one, two, told in graph.edges(data="weight"):
        other[one][two]["weight"] = told * unit
    pd.testing.assert_frame_equal(
        structural_holes(other, "weight"), structural_holes(graph, "weight"), rtol=1e-12
    )
