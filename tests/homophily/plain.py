"""The definitions once more, as slow loops over every labelling: the second road for tests on any network."""

from __future__ import annotations

import itertools
import math
import statistics


def ties(graph):
    """Give (source, target, weight) of each tie or arc, loops left out."""
    return [(a, b, d.get("weight", 1)) for a, b, d in graph.edges(data=True) if a != b]


def ei(graph, labels, group=None):
    """Count ties that leave and stay; of one group, those with an end in it (sent by it when directed)."""
    external = internal = 0
    for a, b, w in ties(graph):
        if group is not None and labels[a] != group and (graph.is_directed() or labels[b] != group):
            continue
        if labels[a] == labels[b]:
            internal += w
        else:
            external += w
    total = external + internal
    return (external - internal) / total if total else math.nan


def sent(graph, labels, group):
    """Give the strength sent by a group and the part that stays inside."""
    arcs = ties(graph)
    arcs += [] if graph.is_directed() else [(b, a, w) for a, b, w in arcs]
    out = [(labels[b] == group, w) for a, b, w in arcs if labels[a] == group]
    return sum(w for _, w in out), sum(w for same, w in out if same)


def coleman(graph, labels, group):
    """Give Coleman's index of a group."""
    eta, inside = sent(graph, labels, group)
    size, n = sum(1 for v in labels.values() if v == group), len(labels)
    chance = eta * (size - 1) / (n - 1)
    room = eta - chance if inside >= chance else chance
    return (inside - chance) / room if room > 1e-12 else math.nan


def labellings(labels, strata=None):
    """Give every different way to deal the labels among the nodes, within strata where given."""
    nodes = list(labels)
    seen = set()
    for order in itertools.permutations(range(len(nodes))):
        if strata is not None and any(strata[nodes[i]] != strata[nodes[j]] for i, j in enumerate(order)):
            continue
        dealt = tuple(labels[nodes[j]] for j in order)
        if dealt not in seen:
            seen.add(dealt)
            yield dict(zip(nodes, dealt, strict=True))


def chance(measure, labels, strata=None):
    """Give expected value, deviation and two-sided p of a measure over every labelling, undefined ones left out."""
    values = [v for dealt in labellings(labels, strata) if not math.isnan(v := measure(dealt))]
    mean = statistics.fmean(values)
    far = abs(measure(labels) - mean) - 1e-9
    return mean, statistics.pstdev(values), sum(abs(v - mean) >= far for v in values) / len(values)
