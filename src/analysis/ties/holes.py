"""Who stands between people who do not know one another? Burt's structural holes, also net of degree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.ties.network import Network, network
from analysis.ties.triangles import triangles

__all__ = ["degree_matched", "structural_holes"]

MATCHED = 20


def structural_holes(graph: Any, weight: str | None = None) -> pd.DataFrame:
    """Measure how far the contacts of each node are redundant.

    With z_ij the strength between i and j (both directions added up), p_ij = z_ij / Σ z_iq and
    m_jq = z_jq / max z_jr: constraint Σ_j c_ij with c_ij = (p_ij + Σ_q p_iq p_qj)² over the contacts j of i,
    effective size Σ_j (1 − Σ_q p_iq m_jq), efficiency = effective size / degree, and hierarchy
    Σ r_j ln r_j / (N ln N) with r_j = c_ij / (constraint / N), N the degree.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.
    weight : str, optional
        Edge attribute or column with the strength of a tie; all ties count alike when left out.

    Returns
    -------
    pandas.DataFrame
        One row per node: `node, degree, constraint, effective_size, efficiency, hierarchy` and
        `residual_constraint`, what is left of the constraint once what nodes of that degree have on average
        is taken away (`degree_matched`). All missing for a node without ties.

    Raises
    ------
    ParameterError
        When `graph` is no network, or nothing has that weight.
    DataError
        When a column, an end of a tie or a weight is missing.

    Notes
    -----
    Constraint falls as degree grows whatever a person does, so compare `residual_constraint`, not
    `constraint`, between people with many and with few contacts. Constraint may exceed 1 (9/8 in a
    triangle). A node with one contact has hierarchy 1 by convention.

    References
    ----------
    Burt, R. S. (1992). Structural Holes. Harvard University Press, ch. 2. Borgatti, S. P. (1997). Structural
    holes: unpacking Burt's redundancy measures. Connections 20, 35-38.

    Examples
    --------
    >>> import networkx as nx
    >>> structural_holes(nx.complete_graph(3))["constraint"].tolist()
    [1.125, 1.125, 1.125]
    >>> structural_holes(nx.star_graph(4))["effective_size"].tolist()
    [4.0, 1.0, 1.0, 1.0, 1.0]
    """
    net = network(graph, weight)
    degree = net.degree
    some = degree > 0
    z = _scaled(net.mutual)
    between, redundant = _through(net, z)
    at_source, at_target = _shares(net, z, between)
    constraint = np.where(some, net.at_ends(at_source, at_target), np.nan)
    size = np.where(some, degree - redundant, np.nan)
    return pd.DataFrame(
        {
            "node": net.nodes,
            "degree": degree,
            "constraint": constraint,
            "effective_size": size,
            "efficiency": np.divide(size, degree, out=np.full(len(size), np.nan), where=some),
            "hierarchy": _hierarchy(net, at_source, at_target, constraint),
            "residual_constraint": constraint - degree_matched(constraint, degree),
        }
    )


def _scaled(z: np.ndarray) -> np.ndarray:
    """Bring strengths near 1 by a power of two, exactly: no measure depends on their unit."""
    return np.ldexp(z, -np.frexp(z.max())[1]) if len(z) else z


def _through(net: Network, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add up over triangles: Σ_q z_iq z_qj / s_q for each tie ij, and Σ_j Σ_q p_iq m_jq for each node i."""
    n = len(net.nodes)
    total = _inverse(net.at_ends(z))
    strongest = np.zeros(n)
    for end in (net.source, net.target):
        np.maximum.at(strongest, end, z)
    largest = _inverse(strongest)
    between, redundant = np.zeros(len(z)), np.zeros(n)
    alike = len(z) > 0 and z.min() == z.max()
    for found in triangles(net):
        strength = [z[0]] * 3 if alike else [z[tie] for tie in found.ties]
        for here in range(3):
            one, two = (here + 1) % 3, (here + 2) % 3
            node = found.opposite[here]
            beside = strength[one] * strength[two] * total[node]
            between += np.bincount(found.ties[here], beside, len(z))
            less = strength[one] * largest[found.opposite[one]] + strength[two] * largest[found.opposite[two]]
            redundant += np.bincount(node, strength[here] * less, n)
    return between, redundant * total


def _shares(net: Network, z: np.ndarray, between: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give c_ij of each tie, seen from its source and from its target."""
    total = _inverse(net.at_ends(z))
    direct_and_through = z + between
    return (direct_and_through * total[net.source]) ** 2, (direct_and_through * total[net.target]) ** 2


def _inverse(values: np.ndarray) -> np.ndarray:
    return np.divide(1.0, values, out=np.zeros(len(values)), where=values > 0)


def _hierarchy(
    net: Network, at_source: np.ndarray, at_target: np.ndarray, constraint: np.ndarray
) -> np.ndarray:
    """Give Burt's concentration of constraint (Coleman-Theil), 1 for a node with one contact."""
    degree = net.degree

    def disorder(share: np.ndarray, end: np.ndarray) -> np.ndarray:
        ratio = share * degree[end] / constraint[end]
        return ratio * np.log(ratio)

    summed = net.at_ends(disorder(at_source, net.source), disorder(at_target, net.target))
    most = degree * np.log(np.maximum(degree, 2))
    value = np.divide(summed, most, out=np.ones(len(degree)), where=degree > 1)
    return np.where(degree > 0, value, np.nan)


def degree_matched(values: np.ndarray, degree: np.ndarray, fewest: int = MATCHED) -> np.ndarray:
    """Predict a value from the nodes nearest in degree.

    The mean over nodes of the same degree where there are `fewest` of them; else a straight line in the
    logarithm of degree through the nearest degrees that together have as many.

    Parameters
    ----------
    values : numpy.ndarray
        One per node; missing values take no part.
    degree : numpy.ndarray
    fewest : int
        Nodes wanted for a comparison.

    Returns
    -------
    numpy.ndarray
        Missing where the value is, or where no two other nodes can be compared.

    Examples
    --------
    >>> degree_matched(np.array([1.0, 3.0, 2.0]), np.array([2, 2, 2])).tolist()
    [2.0, 2.0, 2.0]
    """
    known = np.isfinite(values)
    expected = np.full(len(values), np.nan)
    if known.sum() < 3:
        return expected
    classes, where = np.unique(degree[known], return_inverse=True)
    count = np.bincount(where)
    mean = np.bincount(where, weights=values[known]) / count
    places = np.log(classes)
    expected[known] = np.array([_line(places, mean, count, i, fewest) for i in range(len(classes))])[where]
    return expected


def _line(places: np.ndarray, mean: np.ndarray, count: np.ndarray, i: int, fewest: int) -> float:
    distance = np.abs(places - places[i])
    order = np.argsort(distance, kind="stable")
    enough = np.searchsorted(np.cumsum(count[order]), min(fewest, count.sum()))
    near = distance <= distance[order[enough]]
    x, y, n = places[near] - places[i], mean[near], count[near]
    if len(x) < 3:
        return float(np.average(y, weights=n))
    spread = np.average((x - np.average(x, weights=n)) ** 2, weights=n)
    slope = np.average((x - np.average(x, weights=n)) * y, weights=n) / spread
    return float(np.average(y, weights=n) - slope * np.average(x, weights=n))
