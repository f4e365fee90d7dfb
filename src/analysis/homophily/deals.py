"""What other labellings were possible? Labels dealt again among the nodes, within strata where asked."""

from __future__ import annotations

from collections.abc import Iterator
from math import lgamma, log

import numpy as np

__all__ = ["complete", "deals"]


def complete(codes: np.ndarray, blocks: np.ndarray, permutations: int) -> bool:
    """Say whether there are no more different deals than permutations asked for.

    Parameters
    ----------
    codes, blocks : numpy.ndarray
        Group and stratum of each node.
    permutations : int

    Returns
    -------
    bool

    Examples
    --------
    >>> complete(np.array([0, 0, 1, 1]), np.zeros(4, int), 6)
    True
    """
    if not permutations:
        return False
    ways = 0.0
    for _, members in _members(codes, blocks):
        counts = np.unique(codes[members], return_counts=True)[1]
        ways += lgamma(len(members) + 1) - sum(lgamma(k + 1) for k in counts)
    return ways <= log(permutations) + 1e-9


def deals(codes: np.ndarray, blocks: np.ndarray, permutations: int, seed: int) -> Iterator[np.ndarray]:
    """Deal the labels again: every different deal when there are few, else random ones.

    Parameters
    ----------
    codes, blocks : numpy.ndarray
        Group and stratum of each node; labels stay within their stratum.
    permutations : int
    seed : int

    Yields
    ------
    numpy.ndarray
        Group of each node.

    Examples
    --------
    >>> [deal.tolist() for deal in deals(np.array([0, 1, 1]), np.zeros(3, int), 10, 0)]
    [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    """
    if complete(codes, blocks, permutations):
        yield from _every(codes, _members(codes, blocks))
        return
    rng = np.random.default_rng(seed)
    if not blocks.any():
        for _ in range(permutations):
            yield rng.permutation(codes)
        return
    order = np.argsort(blocks, kind="stable")
    stratum, dealt = blocks[order].astype(float), np.empty_like(codes)
    for _ in range(permutations):
        shuffled = np.argsort(stratum + rng.random(len(codes)))
        dealt[order] = codes[order[shuffled]]
        yield dealt.copy()


def _members(codes: np.ndarray, blocks: np.ndarray) -> list[tuple[int, np.ndarray]]:
    return [(int(block), np.flatnonzero(blocks == block)) for block in np.unique(blocks)]


def _every(codes: np.ndarray, members: list[tuple[int, np.ndarray]]) -> Iterator[np.ndarray]:
    if not members:
        yield codes.copy()
        return
    (_, here), *rest = members
    for dealt in _arrangements(np.bincount(codes[here])):
        whole = codes.copy()
        whole[here] = dealt
        yield from _every(whole, rest)


def _arrangements(counts: np.ndarray) -> Iterator[list[int]]:
    """Give each different order of a multiset."""
    if not counts.sum():
        yield []
        return
    for code in np.flatnonzero(counts):
        fewer = counts.copy()
        fewer[code] -= 1
        for rest in _arrangements(fewer):
            yield [int(code), *rest]
