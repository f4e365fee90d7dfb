"""Without which ties does a network fall apart?"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from analysis.ties.network import Network

__all__ = ["bridges"]


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
    >>> from analysis.ties.network import network
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
