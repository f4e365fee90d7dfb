"""Who are the triangles? Every three nodes all tied to one another, found once, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.ties.network import Network

__all__ = ["Triangles", "triangle_counts", "triangles"]

PIECE = 200_000
ROOM = 4


@dataclass(frozen=True)
class Triangles:
    """Hold triangles by their three ties (positions in the network) and the node opposite each of them."""

    ties: tuple[np.ndarray, np.ndarray, np.ndarray]
    opposite: tuple[np.ndarray, np.ndarray, np.ndarray]


def triangles(net: Network) -> Iterator[Triangles]:
    """Find each triangle of a network once.

    Each tie is pointed from the end with fewer contacts to the end with more; then every triangle is one pair
    of ties pointing away from a node whose far ends are tied, and hubs have few ties pointing away.

    Parameters
    ----------
    net : Network

    Yields
    ------
    Triangles
        In pieces of a few hundred thousand.

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
    rank, key = _keys(net)
    tie = np.argsort(key)
    pointed = _Pointed(key.take(tie), len(rank))
    node = np.empty_like(rank)
    node[rank] = np.arange(len(rank))
    for one, two in _closed_pairs(pointed):
        ends = pointed.high.take(two), pointed.high.take(one), pointed.low.take(one)
        yield Triangles(
            ties=(tie.take(one), tie.take(two), tie.take(pointed.across(one, two))),
            opposite=tuple(node.take(end) for end in ends),
        )


def triangle_counts(net: Network) -> np.ndarray:
    """Count the triangles each node is part of: the ties among its contacts.

    Parameters
    ----------
    net : Network

    Returns
    -------
    numpy.ndarray
        Whole numbers, one per node.

    Examples
    --------
    >>> import networkx as nx
    >>> from analysis.ties.network import network
    >>> triangle_counts(network(nx.complete_graph(4))).tolist()
    [3, 3, 3, 3]
    """
    rank, key = _keys(net)
    pointed = _Pointed(np.sort(key), len(rank))
    count = np.zeros(len(rank), dtype=np.int64)
    for one, two in _closed_pairs(pointed):
        for end in (pointed.low.take(one), pointed.high.take(one), pointed.high.take(two)):
            count += np.bincount(end, minlength=len(count))
    return count.take(rank)


class _Known:
    """Say which numbers are in a set: open addressing, ever longer steps after a slot that is taken."""

    def __init__(self, numbers: np.ndarray) -> None:
        size = 1 << (ROOM * len(numbers)).bit_length()
        self.slots, self.mask = np.full(size, -1, dtype=np.int64), size - 1
        left, slot, step = numbers, numbers & self.mask, 0
        while len(left):
            free = np.flatnonzero(self.slots.take(slot) < 0)
            self.slots[slot.take(free)] = left.take(free)
            out = np.flatnonzero(self.slots.take(slot) != left)
            step += 1
            left, slot = left.take(out), (slot.take(out) + step) & self.mask

    def first(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Say by a glance at one slot which numbers are known, and which need a longer look."""
        found = self.slots.take(numbers & self.mask)
        same = found == numbers
        return np.flatnonzero(same), np.flatnonzero((found >= 0) != same)

    def slots_of(self, numbers: np.ndarray) -> np.ndarray:
        """Give the slot of each number, −1 where it is not known."""
        slot = numbers & self.mask
        found = self.slots.take(slot)
        left, step = np.flatnonzero(found != numbers), 0
        while len(left):
            found = self.slots.take(slot.take(left))
            slot[left[found < 0]] = -1
            left = left[(found >= 0) & (found != numbers.take(left))]
            step += 1
            slot[left] = (slot.take(left) + step) & self.mask
        return slot


class _Pointed:
    """Hold ties in order of key: the end with fewer contacts times an odd number, plus the end with more."""

    def __init__(self, key: np.ndarray, n: int) -> None:
        self.key, self.stride = key, n | 1
        self.low = key // self.stride
        self.high = key - self.low * self.stride
        self.known = _Known(key)

    @cached_property
    def _place(self) -> np.ndarray:
        place = np.zeros(len(self.known.slots), dtype=np.int64)
        place[self.known.slots_of(self.key)] = np.arange(len(self.key))
        return place

    def between(self, one: np.ndarray, two: np.ndarray) -> np.ndarray:
        """Give the key of the tie that would join the far ends of two ties."""
        return self.high.take(one) * self.stride + self.high.take(two)

    def across(self, one: np.ndarray, two: np.ndarray) -> np.ndarray:
        """Give the tie that joins the far ends of two ties."""
        return self._place.take(self.known.slots_of(self.between(one, two)))


def _keys(net: Network) -> tuple[np.ndarray, np.ndarray]:
    """Rank nodes by number of contacts, and name each tie by the ranks of its ends."""
    n = len(net.nodes)
    rank = np.empty(n, dtype=np.int64)
    rank[np.argsort(_small(net.degree), kind="stable")] = np.arange(n)
    ends = rank.take(net.source), rank.take(net.target)
    return rank, np.minimum(*ends) * (n | 1) + np.maximum(*ends)


def _small(counts: np.ndarray) -> np.ndarray:
    """Hold counts in as few bytes as they need: short numbers are sorted by their digits."""
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def _pairs(pointed: _Pointed) -> Iterator[tuple[np.ndarray, int, np.ndarray]]:
    """Give ties, how far behind each its second one is, and the key that closes the two: all pairs from a node."""
    m = len(pointed.key)
    following = np.bincount(pointed.low).cumsum().take(pointed.low) - np.arange(1, m + 1)
    order = np.argsort(_small(following.max(initial=0) - following), kind="stable")
    near = (pointed.high * pointed.stride).take(order)
    many = m - np.bincount(following, minlength=1).cumsum()
    for step, count in enumerate(many[:-1].tolist(), start=1):
        one = order[:count]
        yield one, step, near[:count] + pointed.high[step:].take(one)


def _closed_pairs(pointed: _Pointed) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give the pairs of ties away from one node that a third tie closes."""
    sure, doubtful, count = [], [], 0
    for one, step, wanted in _pairs(pointed):
        known, perhaps = (one.take(which) for which in pointed.known.first(wanted))
        sure.append((known, known + step))
        doubtful.append((perhaps, perhaps + step))
        count += len(known)
        if count >= PIECE:
            yield _settled(pointed, sure, doubtful)
            sure, doubtful, count = [], [], 0
    if sure:
        yield _settled(pointed, sure, doubtful)


def _settled(pointed: _Pointed, sure: list, doubtful: list) -> tuple[np.ndarray, np.ndarray]:
    """Join the pairs that are closed for sure and those that turn out to be."""
    one, two = (np.concatenate(ends) for ends in zip(*doubtful, strict=True))
    closed = np.flatnonzero(pointed.known.slots_of(pointed.between(one, two)) >= 0)
    sure = [*sure, (one.take(closed), two.take(closed))]
    one, two = (np.concatenate(ends) for ends in zip(*sure, strict=True))
    return one, two
