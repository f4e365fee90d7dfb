"""What would chance give, exactly? Mean and variance of ties inside and across groups when labels are dealt again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.homophily.labels import Labels, Values, labelled
from analysis.ties.network import Network

__all__ = ["Moments", "external_moments", "join_counts"]


@dataclass(frozen=True)
class Moments:
    """Hold exact moments of the strength of ties that leave their group: for all, then per group where known.

    Parameters
    ----------
    mean, variance : numpy.ndarray
    total : numpy.ndarray
        Strength of all ties, which chance does not change.
    """

    mean: np.ndarray
    variance: np.ndarray
    total: np.ndarray


def join_counts(graph: Any, attribute: Values, *, weight: str | None = None) -> pd.DataFrame:
    """Count the ties inside and across groups, beside their exact mean and deviation under dealt labels.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.
    attribute : str, mapping or Series
        Node attribute, or a value for each node.
    weight : str, optional
        Edge attribute or column with the strength of a tie; ties in both directions are added.

    Returns
    -------
    pandas.DataFrame
        `group` ("all" first), `ties` ("inside": both ends in the group; "across": one end in it),
        `estimate` (their strength), `expected, sd` (exact, no draws), `z`, `p` (two-sided, normal), `n` (nodes of
        the group), `method`.

    Raises
    ------
    DataError, ParameterError
        As `ei_index`.

    Notes
    -----
    Sizes of groups and the ties themselves are held fixed; where people can meet is not. A count far from its
    mean says who is tied to whom, not who chose whom.

    References
    ----------
    Cliff, A. D. and Ord, J. K. (1981). Spatial Processes. Pion. Moran, P. A. P. (1948). The interpretation of
    statistical maps. Journal of the Royal Statistical Society B 10, 243-251.

    Examples
    --------
    >>> import networkx as nx
    >>> found = join_counts(nx.karate_club_graph(), "club")
    >>> found.loc[found["group"] == "all", ["ties", "estimate", "expected", "sd"]].round(3)
         ties  estimate  expected     sd
    0  inside      67.0    37.818  3.706
    1  across      11.0    40.182  3.706
    """
    read = labelled(graph, attribute, None, weight)
    net, sizes = read.net, read.sizes
    all_mean, all_variance = _same_group(net, sizes)
    total = float(net.mutual.sum())
    inside = _inside(read)
    rows = [
        _row("all", "inside", inside.sum(), all_mean, all_variance, len(read.codes)),
        _row("all", "across", total - inside.sum(), total - all_mean, all_variance, len(read.codes)),
    ]
    for group, level in enumerate(read.levels):
        ends = np.bincount(read.codes, net.at_ends(net.mutual), len(sizes))[group]
        size = int(sizes[group])
        rows.append(_row(level, "inside", inside[group], *_within(net, size, len(read.codes)), size))
        rows.append(
            _row(level, "across", ends - 2 * inside[group], *_between(net, size, len(read.codes)), size)
        )
    return pd.DataFrame(rows)


def external_moments(read: Labels) -> Moments:
    """Give exact moments of the strength of ties between different groups.

    Parameters
    ----------
    read : Labels

    Returns
    -------
    Moments
        For the whole network only.

    Examples
    --------
    >>> import networkx as nx
    >>> found = external_moments(labelled(nx.karate_club_graph(), "club"))
    >>> round(float(found.mean[0]), 4), round(float(found.variance[0]), 4)
    (40.1818, 13.7323)
    """
    mean, variance = _same_group(read.net, read.sizes)
    total = float(read.net.mutual.sum())
    return Moments(np.array([total - mean]), np.array([variance]), np.array([total]))


def _inside(read: Labels) -> np.ndarray:
    net, codes = read.net, read.codes
    same = codes[net.source] == codes[net.target]
    return np.bincount(codes[net.source[same]], net.mutual[same], len(read.levels))


def _falling(n: Any, k: int) -> Any:
    """Give n (n − 1) … k factors long."""
    product = np.ones_like(np.asarray(n, dtype=float))
    for step in range(k):
        product = product * (n - step)
    return product


def _ratio(ways: float, n: int, k: int) -> float:
    """Give a probability, 0 when there are too few nodes for such an event."""
    return float(ways / _falling(n, k)) if n >= k else 0.0


def _variance(net: Network, one: float, joined: float, apart: float) -> float:
    """Give the variance of a weighted count from the chance of one tie, of two that share a node, of two apart."""
    squares = float((net.mutual**2).sum())
    at_nodes = float((net.at_ends(net.mutual) ** 2).sum())
    total = float(net.mutual.sum())
    sharing = at_nodes - 2 * squares
    distinct = total**2 - at_nodes + squares
    return max(squares * one + sharing * joined + distinct * apart - (total * one) ** 2, 0.0)


def _same_group(net: Network, sizes: np.ndarray) -> tuple[float, float]:
    n, pairs = int(sizes.sum()), _falling(sizes, 2)
    one = _ratio(pairs.sum(), n, 2)
    joined = _ratio(_falling(sizes, 3).sum(), n, 3)
    two_pairs = _falling(sizes, 4).sum() + pairs.sum() ** 2 - (pairs**2).sum()
    return float(net.mutual.sum()) * one, _variance(net, one, joined, _ratio(two_pairs, n, 4))


def _within(net: Network, size: int, n: int) -> tuple[float, float]:
    one, joined, apart = (_ratio(_falling(size, k), n, k) for k in (2, 3, 4))
    return float(net.mutual.sum()) * one, _variance(net, one, joined, apart)


def _between(net: Network, size: int, n: int) -> tuple[float, float]:
    others = n - size
    one = _ratio(2 * size * others, n, 2)
    joined = _ratio(size * _falling(others, 2) + others * _falling(size, 2), n, 3)
    apart = _ratio(4 * _falling(size, 2) * _falling(others, 2), n, 4)
    return float(net.mutual.sum()) * one, _variance(net, one, joined, apart)


def _row(group: Any, ties: str, estimate: float, mean: float, variance: float, n: int) -> dict[str, Any]:
    sd = float(np.sqrt(variance)) if variance > 1e-12 * max(1.0, mean**2) else 0.0
    z = (estimate - mean) / sd if sd else np.nan
    p = float(2 * special.ndtr(-abs(z))) if sd else (1.0 if np.isclose(estimate, mean) else np.nan)
    found = {"group": group, "ties": ties, "estimate": float(estimate), "expected": float(mean), "sd": sd}
    return found | {"z": z, "p": p, "n": n, "method": "exact"}
