"""How far apart are two people once the tie between them is gone? The shortest way round each tie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from analysis.ties.bridges import bridges
from analysis.ties.network import Network

__all__ = ["round_from", "spans"]

BATCH = 256
NEAR = 6


def spans(net: Network, ties: np.ndarray) -> np.ndarray:
    """Count the steps between the two ends of some ties once each is gone.

    Parameters
    ----------
    net : Network
    ties : numpy.ndarray
        Positions of ties whose ends share no contact.

    Returns
    -------
    numpy.ndarray
        3 or more; inf where nothing else joins the ends.

    Notes
    -----
    Ties in a row, with no third tie at the nodes between them, have the same span. Short ways are found by a
    search from both ends, ways of more than a few steps by one search for all ties of a node: with m ties and
    n nodes never more than a multiple of n (n + m) log n steps.

    Examples
    --------
    >>> import networkx as nx
    >>> from analysis.ties.network import network
    >>> spans(network(nx.cycle_graph(6)), np.array([0, 3])).tolist()
    [5.0, 5.0]
    """
    kept = np.flatnonzero(~bridges(net))
    rest = replace(net, **{name: getattr(net, name)[kept] for name in ("source", "target", "there", "back")})
    span = np.full(len(net.source), np.inf)
    sought = np.zeros(len(span), dtype=bool)
    sought[ties] = True
    sought = np.flatnonzero(sought[kept])
    first, where = np.unique(_rows_of_ties(rest)[sought], return_index=True, return_inverse=True)[1:]
    span[kept[sought]] = _ways_round(rest, sought[first])[where]
    return span[ties]


def _rows_of_ties(net: Network) -> np.ndarray:
    """Number ties so that those in a row, joined at nodes with two ties only, have one number."""
    m = len(net.source)
    node, tie = np.concatenate([net.source, net.target]), np.tile(np.arange(m), 2)
    between = np.flatnonzero(net.degree[node] == 2)
    pairs = tie[between[np.argsort(node[between], kind="stable")]].reshape(-1, 2)
    joined = sparse.csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(m, m))
    return csgraph.connected_components(joined, directed=False)[1] if m else np.empty(0, dtype=int)


def _ways_round(net: Network, ties: np.ndarray) -> np.ndarray:
    span = np.full(len(ties), np.nan)
    for start in range(0, len(ties), BATCH):
        here = ties[start : start + BATCH]
        span[start : start + BATCH] = _near(net.adjacency, net.source[here], net.target[here])
    far = np.flatnonzero(np.isnan(span))
    source, target = net.source[ties[far]], net.target[ties[far]]
    many = np.bincount(np.concatenate([source, target]), minlength=len(net.nodes))
    here = np.where(many[source] >= many[target], source, target)
    for node in np.unique(here):
        at = here == node
        span[far[at]] = round_from(net, int(node))[(source + target - node)[at]]
    return span


def round_from(net: Network, here: int) -> np.ndarray:
    """Count the steps from a node to each of its contacts once the tie between the two is gone.

    Parameters
    ----------
    net : Network
    here : int
        Position of the node.

    Returns
    -------
    numpy.ndarray
        One number per node: 2 for a contact with whom a contact is shared, inf where nothing else leads to it
        and for nodes that are no contacts.

    Notes
    -----
    One breadth-first tree serves all contacts: the shortest way round to a contact is the shallowest tie
    between what hangs below that contact and what does not.

    Examples
    --------
    >>> import networkx as nx
    >>> from analysis.ties.network import network
    >>> round_from(network(nx.cycle_graph(5)), 0).tolist()
    [inf, 4.0, inf, inf, 4.0]
    """
    branch, depth = _branches(net, here)
    span = np.full(len(net.nodes), np.inf)
    one, two = branch[net.source], branch[net.target]
    across = np.flatnonzero((one != two) & (one != here) & (two != here))
    steps = depth[net.source[across]] + depth[net.target[across]]
    np.minimum.at(span, one[across], steps)
    np.minimum.at(span, two[across], steps)
    return span


def _branches(net: Network, here: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the contact below which each node hangs in a breadth-first tree (or `here`, out of reach), and its depth."""
    reached, parent = csgraph.breadth_first_order(net.adjacency, here, directed=True)
    below = reached[1:]
    first = parent[below] == here
    above = np.full(len(net.nodes), here)
    above[below] = np.where(first, below, parent[below])
    steps = np.zeros(len(net.nodes))
    steps[below] = ~first
    while (steps[above] > 0).any():
        steps, above = steps + steps[above], above[above]
    return above, steps + 1


def _near(adjacency: sparse.csr_array, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Search from both ends at once, neither stepping to the other directly; missing where they do not meet soon."""
    sides = [_start(adjacency, first, last), _start(adjacency, last, first)]
    steps, searching, distance, turn = np.full(len(first), np.nan), np.arange(len(first)), 2, 0
    while len(searching) and distance < NEAR:
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
