"""How sure is a constraint computed from a few named contacts? Net of size, with half of them left out at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from analysis.errors import ParameterError
from analysis.ties.ego import among_contacts, circles
from analysis.ties.holes import degree_matched
from analysis.ties.network import Network

__all__ = ["ego_constraint"]

FEWEST = 4


def ego_constraint(graph: Any, *, draws: int = 200, seed: int = 0, level: float = 0.95) -> pd.DataFrame:
    """Estimate the constraint of each ego from its circle alone, with the doubt left by who was named.

    Only the ego, its contacts and the ties among them count, as in a survey that asks nothing of the contacts'
    other contacts. Half of the contacts are left out at random, again and again: how far the constraint then
    varies says how much it hangs on the contacts that happened to be named.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.
    draws : int
        Halves drawn for each ego.
    seed : int
        Seed of chance; each ego has its own stream, whatever the order of the rows.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row per ego: `node, estimate` (constraint in its circle), `se, low, high, n` (contacts),
        `expected` (mean of egos of that size), `residual, residual_low, residual_high` (constraint less what is
        expected), `method`, `flag` (`names<4`, or `no tie among contacts`: no interval).

    Raises
    ------
    ParameterError
        When fewer than two draws are asked for.
    DataError
        When a column or an end of a tie is missing.

    Notes
    -----
    The constraint of a circle is that of Burt on the ego's circle, not on the whole network: the two differ
    once contacts have other contacts. Read the residual: constraint falls with size whatever a person does.
    The interval is approximate, and treats the contacts named as drawn at random from all of the ego's; those
    that come to mind first are not.

    References
    ----------
    Shao, J. and Wu, C. F. J. (1989). A general theory for jackknife variance estimation. Annals of Statistics
    17, 1176-1197 (the jackknife that leaves out several at a time).

    Examples
    --------
    >>> import networkx as nx
    >>> circle = nx.star_graph(5)
    >>> circle.add_edge(1, 2)
    >>> ego_constraint(circle)[["node", "estimate", "low", "high", "n"]].round(2).head(1).values.tolist()
    [[0.0, 0.3, 0.18, 0.5, 5.0]]
    """
    if draws < 2:
        raise ParameterError(f"draws={draws}: give 2 or more.")
    net, around = circles(graph)
    streams = np.random.SeedSequence(seed).spawn(len(around))
    rows = [
        _one(net, contacts, draws, np.random.default_rng(stream), level)
        for contacts, stream in zip(around.values(), streams, strict=True)
    ]
    table = pd.DataFrame({"node": pd.Index(list(around), dtype=net.nodes.dtype)}).join(pd.DataFrame(rows))
    expected = degree_matched(table["estimate"].to_numpy(dtype=float), table["n"].to_numpy())
    table = table.assign(
        expected=expected,
        residual=table["estimate"] - expected,
        residual_low=table["low"] - expected,
        residual_high=table["high"] - expected,
    )
    last = ["method", "flag"]
    return table[[*(name for name in table if name not in last), *last]]


def _one(
    net: Network, contacts: np.ndarray, draws: int, rng: np.random.Generator, level: float
) -> dict[str, Any]:
    k = len(contacts)
    if not k:
        return _row(np.nan, np.nan, (np.nan, np.nan), 0, "no interval", "no tie")
    among = among_contacts(net, contacts)
    among = among if isinstance(among, np.ndarray) else among.toarray()
    estimate = float(_constraints(among, np.ones((1, k)))[0])
    if k < FEWEST:
        return _row(estimate, np.nan, (np.nan, np.nan), k, "no interval", f"names<{FEWEST}")
    if not among.any():
        return _row(estimate, np.nan, (np.nan, np.nan), k, "no interval", "no tie among contacts")
    kept = k // 2
    halves = (rng.random((draws, k)).argsort(axis=1) < kept).astype(float)
    spread = np.log(_constraints(among, halves)).std(ddof=1) * np.sqrt(kept / (k - kept))
    reach = student.ppf((1 + level) / 2, k - 1) * spread
    limits = (estimate * np.exp(-reach), estimate * np.exp(reach))
    return _row(estimate, estimate * spread, limits, k, f"jackknife, {draws} halves of the contacts", "")


def _row(
    estimate: float, se: float, limits: tuple[float, float], n: int, method: str, flag: str
) -> dict[str, Any]:
    low, high = limits
    found = {"estimate": estimate, "se": se, "low": low, "high": high, "n": n}
    return found | {"method": method, "flag": flag}


def _constraints(among: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Give the ego's constraint for each choice (row) of its contacts."""
    size = chosen.sum(axis=1, keepdims=True)
    through = (chosen / (chosen @ among + 1)) @ among
    return ((chosen * (1 + through) / size) ** 2).sum(axis=1)
