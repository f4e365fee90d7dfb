"""Are weak ties the ones that hold the network together? Strength against overlap, and what falls apart first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse, special
from scipy.sparse import csgraph

from analysis.errors import DataError, ParameterError
from analysis.survey.estimation.estimates import refuse_level
from analysis.ties.network import Network, network
from analysis.ties.overlap import common_contacts, overlaps

__all__ = ["granovetter", "removal"]

SHARES = tuple(round(0.05 * step, 2) for step in range(21))


def granovetter(
    graph: Any, weight: str, *, permutations: int = 1000, seed: int = 0, level: float = 0.95
) -> pd.DataFrame:
    """Test whether stronger ties join people who share more contacts.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`. Direction does not count.
    weight : str
        Edge attribute or column with the strength of a tie; the mean where both ends told it.
    permutations : int
        How often strengths are dealt out again among the ties.
    seed : int
        Seed of chance.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `measure` (spearman, kendall, pearson), `estimate` (correlation of strength and overlap), `se, low,
        high, n` (ties), `expected, sd` (0 and spread when strengths are dealt out anew), `p` (two-sided),
        `method`. Kendall's tau has p and no interval.

    Raises
    ------
    DataError
        When there are fewer than three ties, or strength or overlap never varies.
    ParameterError
        When there is no permutation, or the level is no share.

    Notes
    -----
    The standard error leaves out one node at a time (ranks kept): ties that share a node are not independent.
    A correlation does not say that strength makes overlap: people with common contacts also meet more often.

    References
    ----------
    Granovetter, M. S. (1973). American Journal of Sociology 78, 1360-1380. Onnela, J.-P. et al. (2007). PNAS
    104, 7332-7336. Snijders, T. A. B. and Borgatti, S. P. (1999). Non-parametric standard errors and tests
    for network statistics. Connections 22, 161-170.

    Examples
    --------
    >>> import networkx as nx
    >>> granovetter(nx.karate_club_graph(), "weight", permutations=99)[["measure", "estimate", "n"]].round(3)
        measure  estimate   n
    0  spearman     0.449  78
    1   kendall     0.341  78
    2   pearson     0.395  78
    """
    refuse_level(level)
    _refuse_count("permutations", permutations, 1)
    net = network(graph, weight)
    strength, overlap = net.strength, overlaps(net, common_contacts(net))
    for values, name in ((strength, weight), (overlap, "overlap")):
        if len(values) < 3 or np.ptp(values) == 0:
            raise DataError(
                f"Granovetter's test needs three ties that differ in {name}; there are {len(values)} ties"
                f"{'' if len(values) < 3 else ', all alike'}."
            )
    from scipy.stats import rankdata

    rng = np.random.default_rng(seed)
    how = {"permutations": permutations, "rng": rng, "level": level}
    rows = [
        {"measure": "spearman"} | _correlation(net, rankdata(strength), rankdata(overlap), **how),
        {"measure": "kendall"} | _kendall(strength, overlap),
        {"measure": "pearson"} | _correlation(net, strength, overlap, **how),
    ]
    return pd.DataFrame(rows)


def _refuse_count(name: str, count: int, least: int) -> None:
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < least:
        raise ParameterError(f"{name}={count}: give a whole number, {least} or more.")


def _kendall(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    from scipy.stats import kendalltau

    tau, p = kendalltau(x, y)
    nothing = dict.fromkeys(("se", "low", "high"), np.nan)
    return {
        "estimate": float(tau),
        **nothing,
        "n": len(x),
        "expected": 0.0,
        "sd": np.nan,
        "p": float(p),
        "method": "tau-b, asymptotic p",
    }


def _correlation(
    net: Network, x: np.ndarray, y: np.ndarray, *, permutations: int, rng: np.random.Generator, level: float
) -> dict[str, Any]:
    a, b = (x - x.mean()) / (x.std() * len(x)), (y - y.mean()) / y.std()
    estimate = float((a * b).sum())
    drawn = np.array([(rng.permutation(a) * b).sum() for _ in range(permutations)])
    extreme = np.abs(drawn) >= abs(estimate) - 1e-12
    se = _jackknife(net, x, y)
    reach = special.ndtri((1 + level) / 2) * se / (1 - estimate**2) if abs(estimate) < 1 else np.nan
    low, high = (
        np.tanh(np.arctanh(estimate) + np.array([-reach, reach])) if np.isfinite(reach) else (np.nan,) * 2
    )
    return {
        "estimate": estimate,
        "se": se,
        "low": float(low),
        "high": float(high),
        "n": len(x),
        "expected": 0.0,
        "sd": float(drawn.std()),
        "p": float((1 + extreme.sum()) / (permutations + 1)),
        "method": f"{permutations} permutations, jackknife over nodes",
    }


def _jackknife(net: Network, x: np.ndarray, y: np.ndarray) -> float:
    """Give the standard error of a correlation over ties when nodes are drawn, not ties."""
    x, y = x - x.mean(), y - y.mean()
    sums = [values.sum() - net.at_ends(values) for values in (np.ones(len(x)), x, y, x * x, y * y, x * y)]
    n, sx, sy, sxx, syy, sxy = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (n * sxy - sx * sy) / np.sqrt((n * sxx - sx**2) * (n * syy - sy**2))
    r = r[(net.degree > 0) & np.isfinite(r)]
    count = len(r)
    return float(np.sqrt((count - 2) / (2 * count) * ((r - r.mean()) ** 2).sum())) if count > 2 else np.nan


def removal(
    graph: Any,
    weight: str | None = None,
    shares: Sequence[float] = SHARES,
    *,
    draws: int = 0,
    seed: int = 0,
) -> pd.DataFrame:
    """Take ties away, weak ones first or strong ones first, and see how much of the network stays in one piece.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`. Direction does not count.
    weight : str, optional
        Edge attribute or column with the strength of a tie; neighbourhood overlap when left out.
    shares : sequence of float
        Shares of the ties to take away, 0 to 1; the number of ties is rounded down.
    draws : int
        Orders drawn among ties that are equally strong. With 0 they go in the order of the graph.
    seed : int
        Seed of chance.

    Returns
    -------
    pandas.DataFrame
        `order` (weak_first, strong_first), `removed` (share of ties), `estimate` (share of nodes in the
        largest piece; mean over draws), `se` (standard deviation of the draws), `low, high` (range of 95 % of
        them; missing without draws), `n` (ties left).

    Raises
    ------
    ParameterError
        When a share is not between 0 and 1, or `draws` is no whole number.
    DataError
        When there is no tie, or a column or value is missing.

    Notes
    -----
    `se`, `low` and `high` tell of the order among equal ties only, not of sampling. If weak ties hold the network
    together, it falls apart sooner with weak_first.

    References
    ----------
    Onnela, J.-P. et al. (2007). Structure and tie strengths in mobile communication networks. PNAS 104,
    7332-7336.

    Examples
    --------
    >>> import networkx as nx
    >>> removal(nx.barbell_graph(4, 0), shares=[0, 0.1])[["order", "removed", "estimate"]]
              order  removed  estimate
    0    weak_first      0.0       1.0
    1    weak_first      0.1       0.5
    2  strong_first      0.0       1.0
    3  strong_first      0.1       1.0
    """
    _refuse_count("draws", draws, 0)
    shares = np.atleast_1d(shares).tolist()
    wrong = [share for share in shares if not 0 <= share <= 1]
    if wrong:
        raise ParameterError(f"shares: {wrong[0]} is not a share of ties, from 0 to 1.")
    net = network(graph, weight)
    if not len(net.source):
        raise DataError("There is no tie to take away.")
    values = net.strength if weight else overlaps(net, common_contacts(net))
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(values)) for _ in range(draws)] or [np.arange(len(values))]
    rows = []
    for name, sign in (("weak_first", 1), ("strong_first", -1)):
        sequences = [order[np.argsort(sign * values[order], kind="stable")] for order in orders]
        rows += [{"order": name} | _left(net, sequences, share, draws) for share in shares]
    return pd.DataFrame(rows)


def _left(net: Network, sequences: list[np.ndarray], share: float, draws: int) -> dict[str, Any]:
    gone = int(np.floor(share * len(net.source) + 1e-9))
    pieces = np.array([_largest(net, sequence[gone:]) for sequence in sequences])
    low, high = np.quantile(pieces, [0.025, 0.975]) if draws else (np.nan, np.nan)
    se = pieces.std(ddof=1) if draws > 1 else np.nan
    found = {"estimate": pieces.mean(), "se": se, "low": low, "high": high, "n": len(net.source) - gone}
    return {"removed": share} | found


def _largest(net: Network, kept: np.ndarray) -> float:
    n = len(net.nodes)
    ties = sparse.csr_array((np.ones(len(kept)), (net.source[kept], net.target[kept])), shape=(n, n))
    _, piece = csgraph.connected_components(ties, directed=False)
    return float(np.bincount(piece).max() / n)
