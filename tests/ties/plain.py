"""The definitions once more, as slow loops over Python sets: the second road for tests on any graph."""

from __future__ import annotations

import itertools
import math

import networkx as nx


def undirected(graph):
    """Give contacts and strengths z_ij = w_ij + w_ji (w_ij when ties have no direction), loops left out."""
    z = {node: {} for node in graph}
    for one, two, data in graph.edges(data=True):
        if one != two:
            w = data.get("weight", 1)
            for a, b in ((one, two), (two, one)):
                z[a][b] = z[a].get(b, 0) + w
    return z


def holes(graph):
    """Give constraint, effective size and hierarchy of each node, term by term."""
    z = undirected(graph)
    p = {i: {j: w / sum(z[i].values()) for j, w in z[i].items()} for i in z}
    m = {j: {q: w / max(z[j].values()) for q, w in z[j].items()} for j in z}
    found = {}
    for i in z:
        if not z[i]:
            found[i] = (math.nan, math.nan, math.nan)
            continue
        c = [(p[i][j] + sum(p[i][q] * p[q].get(j, 0) for q in z[i] if q != j)) ** 2 for j in z[i]]
        size = sum(1 - sum(p[i][q] * m[j].get(q, 0) for q in z[i] if q != j) for j in z[i])
        k, total = len(c), sum(c)
        r = [part / (total / k) for part in c]
        hierarchy = 1.0 if k == 1 else sum(x * math.log(x) for x in r) / (k * math.log(k))
        found[i] = (total, size, hierarchy)
    return found


def overlap(graph, one, two):
    a, b = (set(undirected(graph)[node]) for node in (one, two))
    common = len(a & b)
    either = len((a | b) - {one, two})
    return common / either if either else 0.0, common


def span(graph, one, two):
    without = nx.Graph(nx.to_undirected(nx.Graph(graph.edges)))
    without.remove_edge(one, two)
    try:
        return float(nx.shortest_path_length(without, one, two))
    except nx.NetworkXNoPath:
        return math.inf


def circle(graph, ego):
    """Give degree, ties among contacts and ego betweenness by going through all pairs of contacts."""
    plain = nx.Graph(graph.edges)
    plain.add_nodes_from(graph)
    plain.remove_edges_from(list(nx.selfloop_edges(plain)))
    around = list(plain[ego])
    inside = plain.subgraph([*around, ego])
    ties = sum(plain.has_edge(a, b) for a, b in itertools.combinations(around, 2))
    between = sum(
        1 / len(list(nx.common_neighbors(inside, a, b)))
        for a, b in itertools.combinations(around, 2)
        if not plain.has_edge(a, b)
    )
    return len(around), ties, between
