"""Which ties join people who share their contacts, and which alone join two worlds: overlap, local bridges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from analysis.ties.network import Network, network
from analysis.ties.triangles import triangles

__all__ = ["bridges", "common_contacts", "detour", "local_bridges", "overlaps", "tie_overlap"]

BATCH = 256


def tie_overlap(graph: Any, weight: str | None = None) -> pd.DataFrame:
    """Measure how much the two ends of each tie share their other contacts.

    The overlap of a tie is n_ij / ((k_i − 1) + (k_j − 1) − n_ij): n_ij common contacts over all contacts that
    either end has besides the other; 0 when neither has any.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`. Direction does not count.
    weight : str, optional
        Edge attribute or column; carried along, the overlap does not depend on it.

    Returns
    -------
    pandas.DataFrame
        `source, target` (each tie once, in the order of the graph, sorted for a table), `overlap` (0 to 1),
        `common` (shared contacts); with `weight`, a column of that name: the mean of what both ends told.

    Raises
    ------
    ParameterError
        When `graph` is no network, or nothing has that weight.
    DataError
        When a column, an end of a tie or a weight is missing.

    Notes
    -----
    This is not the Jaccard similarity of two neighbourhoods: the two ends themselves are not counted. In a
    survey of some firms, contacts that nobody reported make overlap look lower than it is.

    References
    ----------
    Onnela, J.-P. et al. (2007). Structure and tie strengths in mobile communication networks. PNAS 104,
    7332-7336.

    Examples
    --------
    >>> import networkx as nx
    >>> tie_overlap(nx.complete_graph(3))["overlap"].tolist()
    [1.0, 1.0, 1.0]
    """
    net = network(graph, weight)
    common = common_contacts(net)
    table = pd.DataFrame(
        {
            "source": net.nodes[net.source],
            "target": net.nodes[net.target],
            "overlap": overlaps(net, common),
            "common": common,
        }
    )
    return table if weight is None else table.assign(**{weight: net.strength})


def common_contacts(net: Network) -> np.ndarray:
    """Count the contacts that the two ends of each tie share.

    Parameters
    ----------
    net : Network

    Returns
    -------
    numpy.ndarray
        Whole numbers, one per tie.

    Examples
    --------
    >>> import networkx as nx
    >>> common_contacts(network(nx.complete_graph(4))).tolist()
    [2, 2, 2, 2, 2, 2]
    """
    common = np.zeros(len(net.source), dtype=int)
    for found in triangles(net):
        for tie in found.ties:
            common += np.bincount(tie, minlength=len(common))
    return common


def overlaps(net: Network, common: np.ndarray) -> np.ndarray:
    """Turn common contacts into neighbourhood overlap, 0 where neither end has another contact.

    Parameters
    ----------
    net : Network
    common : numpy.ndarray
        From `common_contacts`.

    Returns
    -------
    numpy.ndarray
        Between 0 and 1, one per tie.

    Examples
    --------
    >>> import networkx as nx
    >>> pair = network(nx.path_graph(2))
    >>> overlaps(pair, common_contacts(pair)).tolist()
    [0.0]
    """
    either = net.degree[net.source] + net.degree[net.target] - 2 - common
    return np.divide(common, either, out=np.zeros(len(common)), where=either > 0)


def local_bridges(graph: Any, weight: str | None = None) -> pd.DataFrame:
    """List the ties whose ends share no contact, and how far apart the ends would be without them.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`. Direction does not count.
    weight : str, optional
        Edge attribute or column, carried along.

    Returns
    -------
    pandas.DataFrame
        As `tie_overlap`, only ties with overlap 0, then `span` (steps between the two ends once the tie is
        gone, 3 or more; inf when nothing else joins them) and `bridge` (boolean: span is inf).

    Raises
    ------
    ParameterError
        When `graph` is no network, or nothing has that weight.
    DataError
        When a column, an end of a tie or a weight is missing.

    Notes
    -----
    In a survey, ties nobody reported turn ordinary ties into local bridges: a contact outside the survey,
    named by one owner only, is always one.

    References
    ----------
    Granovetter, M. S. (1973). The strength of weak ties. American Journal of Sociology 78, 1360-1380.

    Examples
    --------
    >>> import networkx as nx
    >>> local_bridges(nx.cycle_graph(5))["span"].tolist()
    [4.0, 4.0, 4.0, 4.0, 4.0]
    """
    net = network(graph, weight)
    table = tie_overlap(graph, weight)
    none = table["common"].to_numpy() == 0
    bridge = bridges(net)[none]
    source, target = net.source[none], net.target[none]
    span = np.full(len(source), np.inf)
    span[~bridge] = detour(net, source[~bridge], target[~bridge])
    return table[none].assign(span=span, bridge=bridge).reset_index(drop=True)


def bridges(net: Network) -> np.ndarray:
    """Say of each tie whether the network falls apart without it.

    Parameters
    ----------
    net : Network

    Returns
    -------
    numpy.ndarray
        Boolean, one per tie.

    References
    ----------
    Tarjan, R. E. (1974). A note on finding the bridges of a graph. Information Processing Letters 2, 160-161.

    Examples
    --------
    >>> import networkx as nx
    >>> bridges(network(nx.barbell_graph(3, 0))).tolist()
    [False, False, False, True, False, False, False]
    """
    found = np.zeros(len(net.source), dtype=bool)
    order, parent = _forest(net.adjacency)
    size = np.ones(len(order), dtype=int)
    for node in order[::-1]:
        if parent[node] >= 0:
            size[parent[node]] += size[node]
    number = _preorder(order, parent, size)
    low, high = _reach(net, order, parent, number)
    child = np.where(parent[net.target] == net.source, net.target, net.source)
    in_tree = (parent[net.target] == net.source) | (parent[net.source] == net.target)
    closed = (low[child] >= number[child]) & (high[child] < number[child] + size[child])
    found[in_tree & closed] = True
    return found


def _forest(adjacency: sparse.csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Give a breadth-first order of all nodes and each node's parent, −1 for roots."""
    n = adjacency.shape[0]
    _, component = csgraph.connected_components(adjacency, directed=False)
    roots = np.unique(component, return_index=True)[1]
    grown = sparse.csr_array(
        (np.ones(len(roots)), (np.full(len(roots), n), roots)), shape=(n + 1, n + 1)
    ) + sparse.block_diag([adjacency, sparse.csr_array((1, 1))], format="csr")
    order, parent = csgraph.breadth_first_order(sparse.csr_array(grown), n, directed=True)
    parent = np.where((parent[:n] == n) | (parent[:n] < 0), -1, parent[:n])
    return order[1:], parent


def _preorder(order: np.ndarray, parent: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Number the nodes so that those below a node follow it without a gap."""
    number = np.zeros(len(order), dtype=int)
    free = np.zeros(len(order), dtype=int)
    following = 0
    for node in order:
        above = parent[node]
        if above < 0:
            number[node], following = following, following + size[node]
        else:
            number[node] = free[above]
            free[above] += size[node]
        free[node] = number[node] + 1
    return number


def _reach(
    net: Network, order: np.ndarray, parent: np.ndarray, number: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give the lowest and highest number reached from below each node by ties outside the forest."""
    low, high = number.copy(), number.copy()
    outside = (parent[net.target] != net.source) & (parent[net.source] != net.target)
    for here, there in ((net.source, net.target), (net.target, net.source)):
        np.minimum.at(low, here[outside], number[there[outside]])
        np.maximum.at(high, here[outside], number[there[outside]])
    for node in order[::-1]:
        above = parent[node]
        if above >= 0:
            low[above], high[above] = min(low[above], low[node]), max(high[above], high[node])
    return low, high


def detour(net: Network, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Count the steps between the ends of ties once each is taken away; none may be a bridge.

    Parameters
    ----------
    net : Network
    source, target : numpy.ndarray
        Ends of ties without a shared contact, as positions.

    Returns
    -------
    numpy.ndarray
        3 or more.

    Examples
    --------
    >>> import networkx as nx
    >>> detour(network(nx.cycle_graph(6)), np.array([0]), np.array([1])).tolist()
    [5.0]
    """
    span = np.zeros(len(source))
    for start in range(0, len(source), BATCH):
        here = slice(start, start + BATCH)
        span[here] = _distances(net.adjacency, source[here], target[here])
    return span


def _distances(adjacency: sparse.csr_array, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Search from both ends at once, neither stepping to the other directly, until the searches meet."""
    sides = [_start(adjacency, first, last), _start(adjacency, last, first)]
    steps, searching, distance, turn = np.zeros(len(first)), np.arange(len(first)), 2, 0
    while len(searching):
        sides[turn] = _step(adjacency, *sides[turn])
        distance += 1
        met = np.asarray(sides[0][1].multiply(sides[1][1]).sum(axis=1)).ravel() > 0
        steps[searching[met]] = distance
        searching = searching[~met]
        sides = [(seen[~met], front[~met]) for seen, front in sides]
        turn = 1 - turn
    return steps


def _start(
    adjacency: sparse.csr_array, here: np.ndarray, barred: np.ndarray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Give what each search has seen and its front after one step."""
    rows, shape = np.arange(len(here)), (len(here), adjacency.shape[0])
    front = adjacency[here] - sparse.csr_array((np.ones(len(here)), (rows, barred)), shape=shape)
    front.eliminate_zeros()
    return front + sparse.csr_array((np.ones(len(here)), (rows, here)), shape=shape), front


def _step(
    adjacency: sparse.csr_array, seen: sparse.csr_array, front: sparse.csr_array
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Move a front one step on, to nodes not seen before."""
    front = front @ adjacency
    front.data[:] = 1
    front = front - front.multiply(seen)
    front.eliminate_zeros()
    return seen + front, front
