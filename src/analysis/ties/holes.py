"""Who stands between people who do not know one another? Burt's structural holes, also net of degree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.ties.network import Network, network
from analysis.ties.triangles import triangle_counts, triangles

__all__ = ["degree_matched", "structural_holes"]

MATCHED = 20

Measure = Literal["constraint", "effective_size", "efficiency", "hierarchy", "residual_constraint"]
MEASURES: tuple[Measure, ...] = get_args(Measure)


def structural_holes(
    graph: Any, weight: str | None = None, *, measures: Measure | Sequence[Measure] = MEASURES
) -> pd.DataFrame:
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
    measures : str or sequence of str
        Columns wanted besides `node` and `degree`: all when left out. Effective size and efficiency alone need
        less than half of the time.

    Returns
    -------
    pandas.DataFrame
        One row per node: `node, degree, constraint, effective_size, efficiency, hierarchy` and
        `residual_constraint`, what is left of the constraint once what nodes of that degree have on average
        is taken away (`degree_matched`). All missing for a node without ties.

    Raises
    ------
    ParameterError
        When `graph` is no network, nothing has that weight, or there is no such measure.
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
    >>> structural_holes(nx.star_graph(4), measures="efficiency").columns.tolist()
    ['node', 'degree', 'efficiency']
    """
    wanted = _wanted(measures)
    net = network(graph, weight)
    holes = _Holes(net)
    table = {"node": net.nodes, "degree": net.degree}
    return pd.DataFrame(table | {name: getattr(holes, name) for name in wanted})


def _wanted(measures: str | Sequence[str]) -> list[str]:
    asked = list(measures) if isinstance(measures, list | tuple | set) else [measures]
    for name in asked:
        if name not in MEASURES:
            raise ParameterError(
                f'measures="{name}": there is no such measure.{did_you_mean(str(name), MEASURES)} '
                f"Known: {', '.join(MEASURES)}."
            )
    return [name for name in MEASURES if name in asked]


class _Holes:
    """Measure the nodes of a network, each measure when it is asked for."""

    def __init__(self, net: Network) -> None:
        self._net, self._some = net, net.degree > 0

    def _where_tied(self, values: np.ndarray) -> np.ndarray:
        return np.where(self._some, values, np.nan)

    @cached_property
    def _through(self) -> tuple[np.ndarray, np.ndarray]:
        return _through(self._net, _scaled(self._net.mutual))

    @cached_property
    def _shares(self) -> tuple[np.ndarray, np.ndarray]:
        return _shares(self._net, _scaled(self._net.mutual), self._through[0])

    @cached_property
    def constraint(self) -> np.ndarray:
        return self._where_tied(self._net.at_ends(*self._shares))

    @cached_property
    def effective_size(self) -> np.ndarray:
        net, z = self._net, self._net.mutual
        if "_through" not in self.__dict__ and _alike(z):
            return self._where_tied(net.degree - 2 * triangle_counts(net) / np.maximum(net.degree, 1))
        return self._where_tied(net.degree - self._through[1])

    @cached_property
    def efficiency(self) -> np.ndarray:
        return self._where_tied(self.effective_size / np.maximum(self._net.degree, 1))

    @cached_property
    def hierarchy(self) -> np.ndarray:
        return _hierarchy(self._net, *self._shares, self.constraint)

    @cached_property
    def residual_constraint(self) -> np.ndarray:
        return self.constraint - degree_matched(self.constraint, self._net.degree)


def _alike(z: np.ndarray) -> bool:
    return not len(z) or z.min() == z.max()


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
    alike = _alike(z)
    for found in triangles(net):
        strength = [z[0]] * 3 if alike else [z.take(tie) for tie in found.ties]
        for here in range(3):
            one, two = (here + 1) % 3, (here + 2) % 3
            node = found.opposite[here]
            beside = strength[one] * strength[two] * total.take(node)
            between += np.bincount(found.ties[here], beside, len(z))
            if alike:
                redundant += 2 * z[0] * np.bincount(node, minlength=n)
                continue
            ends = found.opposite[one], found.opposite[two]
            less = strength[one] * largest.take(ends[0]) + strength[two] * largest.take(ends[1])
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
