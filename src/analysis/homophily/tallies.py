"""How many ties stay inside each group? The three counts on which the measures of homophily rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.homophily.deals import complete, deals
from analysis.homophily.labels import Labels
from analysis.homophily.moments import Moments, external_moments

__all__ = ["GraphCounts", "Source", "Tally", "with_all"]

SEVERAL = 16


@dataclass(frozen=True)
class Tally:
    """Hold the strength of the ties of each group, one number per group.

    Of several deals at once, `inside` and `received` have one row per deal; `sent` is that of each.

    Parameters
    ----------
    inside : numpy.ndarray
        From a member to a member; a tie without direction counts from both its ends.
    sent, received : numpy.ndarray
        From and to a member.
    """

    inside: np.ndarray
    sent: np.ndarray
    received: np.ndarray


def with_all(values: np.ndarray) -> np.ndarray:
    """Put before the values of the groups their sum.

    Parameters
    ----------
    values : numpy.ndarray
        One number per group; of several deals, one row per deal.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> with_all(np.array([1.0, 2.0]))
    array([3., 1., 2.])
    """
    return np.concatenate([values.sum(axis=-1, keepdims=True), values], axis=-1)


class Source(Protocol):
    """Say what a measure of homophily needs: counts as observed, counts by chance, and what chance offers."""

    levels: list
    directed: bool
    left_out: int
    observed: Tally
    offered: np.ndarray
    share: np.ndarray
    offered_to_all: float
    counts: np.ndarray

    def draws(
        self, measure: Callable[[Tally], np.ndarray], permutations: int, seed: int
    ) -> tuple[np.ndarray, bool]:
        """Give the measure on each deal, and whether every deal was gone through.

        Parameters
        ----------
        measure : callable
            Takes a Tally, of one deal or of several, and gives for each one value for all and one per group.
        permutations, seed : int

        Returns
        -------
        tuple of numpy.ndarray and bool
        """

    def moments(self) -> Moments | None:
        """Give exact mean and variance of the ties that leave their group, where a closed form exists."""


class GraphCounts:
    """Count the ties of a network whose labels are dealt again among its nodes.

    Parameters
    ----------
    read : Labels

    Notes
    -----
    What chance offers a member of group g are the other nodes: a share (n_g − 1)/(N − 1) of its own group.
    """

    def __init__(self, read: Labels) -> None:
        net = read.net
        self._read, self.levels, self.directed, self.left_out = read, read.levels, net.directed, read.left_out
        self._out, self._in = net.at_ends(net.there, net.back), net.at_ends(net.back, net.there)
        self._both = net.there + net.back
        self._plain = bool(len(self._both)) and bool((self._both == self._both[0]).all())
        self.observed = self._tally(read.codes)
        sizes = read.sizes
        self.offered = (
            (sizes - 1) / (len(read.codes) - 1) if len(read.codes) > 1 else np.full(len(sizes), np.nan)
        )
        self.share = sizes / len(read.codes)
        self.offered_to_all = float((self.share * self.offered).sum())
        self.counts = self._ties()

    def _tally(self, codes: np.ndarray) -> Tally:
        groups = len(self.levels)
        small = codes.astype(np.min_scalar_type(2 * groups))
        here = small.take(self._read.net.source)
        apart = here != small.take(self._read.net.target)
        key = here + apart.view(np.uint8) * small.dtype.type(groups)
        inside = self._strength_by(key, groups)
        sent = np.bincount(codes, self._out, groups)
        received = np.bincount(codes, self._in, groups) if self.directed else sent
        return Tally(inside, sent, received)

    def _strength_by(self, key: np.ndarray, groups: int) -> np.ndarray:
        """Add up the strength of ties by key; for few groups and equal ties, counting each is fastest."""
        if not self._plain:
            return np.bincount(key, self._both, 2 * groups)[:groups]
        if groups <= SEVERAL:
            return self._both[0] * np.array([np.count_nonzero(key == group) for group in range(groups)])
        return self._both[0] * np.bincount(key, minlength=2 * groups)[:groups]

    def _ties(self) -> np.ndarray:
        """Count the ties of each group, strength apart."""
        net, codes, groups = self._read.net, self._read.codes, len(self.levels)
        there, back = (net.there > 0).astype(int), (net.back > 0).astype(int)
        if self.directed:
            out = np.bincount(codes, net.at_ends(there, back), groups)
            return np.concatenate([[out.sum()], out]).astype(int)
        at_ends = np.bincount(codes[net.source], minlength=groups) + np.bincount(
            codes[net.target], minlength=groups
        )
        inside = np.bincount(codes[net.source][codes[net.source] == codes[net.target]], minlength=groups)
        return np.concatenate([[len(net.source)], at_ends - inside]).astype(int)

    def draws(
        self, measure: Callable[[Tally], np.ndarray], permutations: int, seed: int
    ) -> tuple[np.ndarray, bool]:
        """Give the measure on each deal of the labels of nodes: see `Source`."""
        codes, blocks = self._read.codes, self._read.blocks
        rows = [measure(self._tally(dealt)) for dealt in deals(codes, blocks, permutations, seed)]
        return np.array(rows).reshape(len(rows), len(self.levels) + 1), complete(codes, blocks, permutations)

    def moments(self) -> Moments | None:
        """Give exact mean and variance of the strength of ties that leave their group, without strata.

        Returns
        -------
        Moments or None
        """
        return None if self._read.stratified else external_moments(self._read)
