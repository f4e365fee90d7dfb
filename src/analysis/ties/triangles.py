"""Who are the triangles? Every three nodes all tied to one another, found once, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.ties.network import Network

__all__ = ["Triangles", "triangles"]

PIECE = 4_000_000
FILTER = 1 << 22


@dataclass(frozen=True)
class Triangles:
    """Hold triangles by their three ties (positions in the network) and the node opposite each of them."""

    ties: tuple[np.ndarray, np.ndarray, np.ndarray]
    opposite: tuple[np.ndarray, np.ndarray, np.ndarray]


def triangles(net: Network) -> Iterator[Triangles]:
    """Find each triangle of a network once.

    Each tie is pointed from the end with fewer contacts to the end with more; then every triangle is one path
    of two ties closed by a third, and hubs have few ties pointing away.

    Parameters
    ----------
    net : Network

    Yields
    ------
    Triangles
        In pieces of a few million paths at most.

    References
    ----------
    Schank, T. and Wagner, D. (2005). Finding, counting and listing all triangles in large graphs. WEA 2005.

    Examples
    --------
    >>> import networkx as nx
    >>> from analysis.ties.network import network
    >>> sum(len(piece.ties[0]) for piece in triangles(network(nx.complete_graph(4))))
    4
    """
    n = len(net.nodes)
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(net.degree, kind="stable")] = np.arange(n)
    node = np.empty(n, dtype=np.int64)
    node[rank] = np.arange(n)
    ends = rank[net.source], rank[net.target]
    key = np.minimum(*ends) * n + np.maximum(*ends)
    tie = np.argsort(key)
    key = key[tie]
    low, high = np.divmod(key, max(n, 1))
    start = np.concatenate([[0], np.cumsum(np.bincount(low, minlength=n))])
    paths = np.diff(start)[high]
    known = np.zeros(FILTER, dtype=bool)
    known[key & (FILTER - 1)] = True
    for piece in _pieces(paths):
        one, two, three = _closed(key, low, high, start, paths, piece, known, n)
        yield Triangles(
            ties=(tie[one], tie[two], tie[three]),
            opposite=(node[high[two]], node[low[one]], node[high[one]]),
        )


def _pieces(paths: np.ndarray) -> Iterator[slice]:
    """Cut the ties so that the paths that begin with each piece are few enough."""
    total = np.cumsum(paths)
    begin = 0
    while begin < len(paths):
        before = total[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(total, before + PIECE, side="right")))
        yield slice(begin, end)
        begin = end


def _closed(
    key: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    start: np.ndarray,
    paths: np.ndarray,
    piece: slice,
    known: np.ndarray,
    n: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow each tie of a piece by a second one, and keep the paths that a third tie closes."""
    count = paths[piece]
    one = np.repeat(np.arange(piece.start, piece.stop), count)
    offset = start[high[piece]] - (np.cumsum(count) - count)
    two = np.arange(len(one)) + np.repeat(offset, count)
    wanted = np.repeat(low[piece] * n, count) + high[two]
    maybe = np.flatnonzero(known[wanted & (FILTER - 1)])
    one, two, wanted = one[maybe], two[maybe], wanted[maybe]
    three = np.searchsorted(key, wanted).clip(max=len(key) - 1)
    closed = np.flatnonzero(key[three] == wanted)
    return one[closed], two[closed], three[closed]
