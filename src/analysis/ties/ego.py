"""What does the circle around each person look like? Size, density, brokerage and variety of contacts."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.ties.network import Network, network
from analysis.ties.table import distinct_ties, ordered

__all__ = ["among_contacts", "circles", "ego_measures"]

SMALL = 100

Values = str | Mapping[Hashable, Any] | pd.Series


def ego_measures(
    graph: Any,
    attribute: Values | None = None,
    *,
    own: Values | None = None,
    names: int | None = None,
    categories: int | None = None,
) -> pd.DataFrame:
    """Describe the circle of contacts around each person.

    In a table of ties the circle of an ego is the alters that ego named; ties among alters are those told
    anywhere in the table. In a graph it is all neighbours. Direction does not count.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.
    attribute : str, mapping or Series, optional
        What contacts differ in: a node attribute of the graph, a column of the table that describes the alter
        (`alter_sector`), or a value for each node.
    own : str, mapping or Series, optional
        The same of the egos of a table: a column that describes the ego, or a value for each ego. Not needed
        when `attribute` gives a value for each node.
    names : int, optional
        The most names the survey took down; circles of that size are flagged `truncated`.
    categories : int, optional
        How many different values are possible, for `iqv`; those seen when left out.

    Returns
    -------
    pandas.DataFrame
        One row per node of a graph, per ego of a table: `node, degree` (contacts), `ties` (among contacts),
        `density` (of ties among contacts, ego left out; missing below two contacts), `ego_betweenness` (pairs
        of contacts not tied to each other, each shared with the other contacts who also stand between them). With
        `attribute` also `known` (contacts whose attribute is known), `blau` (1 − Σ share²), `iqv` (Blau over
        its largest value), `ei` (outside minus inside over all; missing when the ego's own is not known).
        Last `flag`.

    Raises
    ------
    DataError
        When a column or attribute is missing, or an ego has several values of `own`.
    ParameterError
        When `names` or `categories` is too small, or `attribute` or `own` is neither a name nor a mapping.

    Notes
    -----
    A person without contacts has missing values, not 0. Where a survey takes down five or ten names at most,
    the size of large circles is not known, and density, made of the first names given, tends to be too high.

    References
    ----------
    Everett, M. and Borgatti, S. P. (2005). Ego network betweenness. Social Networks 27, 31-38. Blau, P. M.
    (1977). Inequality and Heterogeneity. Free Press. Agresti, A. and Agresti, B. F. (1978). Statistical
    analysis of qualitative variation. Sociological Methodology 9, 204-237.

    Examples
    --------
    >>> import networkx as nx
    >>> ego_measures(nx.star_graph(3))[["node", "degree", "density", "ego_betweenness"]].head(2)
       node  degree  density  ego_betweenness
    0     0       3      0.0              3.0
    1     1       1      NaN              0.0
    """
    if names is not None and names < 1:
        raise ParameterError(f"names={names}: the most names the survey took down is 1 or more.")
    net, around = circles(graph)
    shapes = [_shape(net, contacts) for contacts in around.values()]
    rows = pd.DataFrame(shapes, columns=["degree", "ties", "density", "ego_betweenness"])
    table = pd.DataFrame({"node": pd.Index(list(around), dtype=net.nodes.dtype)}).join(rows)
    if attribute is not None:
        table = table.join(_variety(graph, net.nodes, around, attribute, own, categories))
    cut = table["degree"] >= (names if names is not None else np.inf)
    return table.assign(flag=np.where(cut, "truncated", ""))


def circles(graph: Any) -> tuple[Network, dict[Hashable, np.ndarray]]:
    """Give the network and the contacts of each ego, as positions in it.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.

    Returns
    -------
    tuple of Network and dict
        All neighbours of each node of a graph; those named by each ego of a table.

    Examples
    --------
    >>> _, around = circles(pd.DataFrame({"ego": ["a", "b"], "alter": ["b", "c"]}))
    >>> {ego: contacts.tolist() for ego, contacts in around.items()}
    {'a': [1], 'b': [2]}
    """
    net = network(graph)
    if isinstance(graph, pd.DataFrame):
        named = distinct_ties(graph)
        place = {node: i for i, node in enumerate(net.nodes)}
        egos = dict.fromkeys(ordered(graph["ego"]), np.empty(0, dtype=np.int64))
        alters = named["alter"].map(place).to_numpy(dtype=np.int64)
        groups = named.groupby("ego", sort=False).indices
        return net, egos | {ego: np.sort(alters[rows]) for ego, rows in groups.items()}
    matrix = net.adjacency
    matrix.sort_indices()
    parts = np.split(matrix.indices, matrix.indptr[1:-1]) if len(net.nodes) else []
    return net, dict(zip(net.nodes, parts, strict=True))


def _shape(net: Network, contacts: np.ndarray) -> dict[str, float]:
    """Count contacts and the ties among them, and the pairs the ego stands between."""
    k = len(contacts)
    if k < 2:
        return {"degree": k, "ties": 0, "density": np.nan, "ego_betweenness": 0.0 if k else np.nan}
    among = among_contacts(net, contacts)
    pairs, ties = k * (k - 1) / 2, among.sum() / 2
    apart = np.triu(1 - among, k=1) > 0 if isinstance(among, np.ndarray) else None
    others = (among @ among)[apart] if apart is not None else _others(among)
    between = (pairs - ties) - (1 - 1 / (1 + others)).sum()
    return {"degree": k, "ties": round(ties), "density": ties / pairs, "ego_betweenness": float(between)}


def among_contacts(net: Network, contacts: np.ndarray) -> np.ndarray | sparse.csr_array:
    """Give 1 where two contacts are tied: a small matrix, sparse when they are many.

    Parameters
    ----------
    net : Network
    contacts : numpy.ndarray
        Positions, sorted.

    Returns
    -------
    numpy.ndarray or scipy.sparse.csr_array

    Examples
    --------
    >>> import networkx as nx
    >>> among_contacts(network(nx.complete_graph(3)), np.array([1, 2])).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if len(contacts) > SMALL:
        return net.adjacency[contacts][:, contacts]
    matrix = net.adjacency
    among = np.zeros((len(contacts), len(contacts)))
    for row, contact in enumerate(contacts):
        known = matrix.indices[matrix.indptr[contact] : matrix.indptr[contact + 1]]
        where = np.searchsorted(contacts, known).clip(max=len(contacts) - 1)
        among[row, where[contacts[where] == known]] = 1
    return among


def _others(among: sparse.csr_array) -> np.ndarray:
    """Count the contacts that stand between each two not tied to each other, where there are any."""
    paths = sparse.triu(among @ among, k=1).tocsr()
    apart = paths - paths.multiply(among)
    return apart.data[apart.data > 0]


def _variety(
    graph: Any,
    nodes: pd.Index,
    around: dict[Hashable, np.ndarray],
    attribute: Values,
    own: Values | None,
    categories: int | None,
) -> pd.DataFrame:
    levels, alters, egos = _coded(graph, nodes, around, attribute, own)
    kinds = len(levels) if categories is None else categories
    if kinds < len(levels):
        raise ParameterError(f"categories={categories}: {len(levels)} different values were found.")
    counts = np.array([np.bincount(codes[codes >= 0], minlength=len(levels)) for codes in alters])
    counts = counts.reshape(len(alters), len(levels))
    known = counts.sum(axis=1)
    some = known > 0
    share = np.divide(counts, known[:, None], out=np.zeros(counts.shape), where=some[:, None])
    blau = np.where(some, 1 - (share**2).sum(axis=1), np.nan)
    inside = (
        np.where(egos >= 0, counts[np.arange(len(egos)), egos], 0) if len(levels) else np.zeros(len(egos))
    )
    told = some & (egos >= 0)
    outside_less_inside = np.divide(known - 2 * inside, known, out=np.full(len(egos), np.nan), where=told)
    iqv = blau / (1 - 1 / kinds) if kinds > 1 else np.full(len(egos), np.nan)
    return pd.DataFrame({"known": known, "blau": blau, "iqv": iqv, "ei": outside_less_inside})


def _coded(
    graph: Any, nodes: pd.Index, around: dict[Hashable, np.ndarray], attribute: Values, own: Values | None
) -> tuple[list[Any], list[np.ndarray], np.ndarray]:
    """Give the values seen, and as positions among them the value of each ego's contacts and of each ego."""
    table = isinstance(graph, pd.DataFrame)
    if table and isinstance(attribute, str):
        told = distinct_ties(graph, keep=[attribute])
        column = told[attribute].to_numpy(dtype=object)
        of_alters = [column[rows] for rows in _rows(told, around)]
        of_egos = _by_node(graph, own, "ego") if own is not None else {}
    else:
        values = _by_node(graph, attribute, None)
        of_alters = [np.array([values.get(n) for n in nodes[c]], dtype=object) for c in around.values()]
        of_egos = values if own is None else _by_node(graph, own, "ego")
    levels = ordered([v for part in of_alters for v in part if not pd.isna(v)])
    place = {level: i for i, level in enumerate(levels)}
    alters = [np.array([-1 if pd.isna(v) else place[v] for v in part], dtype=int) for part in of_alters]
    known = [of_egos.get(ego) for ego in around]
    extra = ordered([v for v in known if v is not None and not pd.isna(v) and v not in place])
    place |= {level: len(levels) + i for i, level in enumerate(extra)}
    egos = np.array([-1 if v is None or pd.isna(v) else place[v] for v in known], dtype=int)
    return [*levels, *extra], alters, egos


def _rows(told: pd.DataFrame, around: dict[Hashable, np.ndarray]) -> list[np.ndarray]:
    groups = told.groupby("ego", sort=False).indices
    return [groups.get(ego, np.empty(0, dtype=int)) for ego in around]


def _by_node(graph: Any, values: Values, key: str | None) -> dict[Hashable, Any]:
    """Give a value for each node, from a mapping, a Series, a node attribute or a column on the ego."""
    if not isinstance(values, str):
        if not hasattr(values, "items"):
            raise ParameterError(
                f"attribute and own are a name, a mapping or a Series, not a {type(values).__name__}."
            )
        return dict(values.items())
    if key is None:
        found = {node: data[values] for node, data in graph.nodes(data=True) if values in data}
        if not found and len(graph):
            names = {name for _, data in graph.nodes(data=True) for name in data}
            raise DataError(f'No node of the graph has an attribute "{values}".{did_you_mean(values, names)}')
        return found
    if values not in graph:
        raise DataError(
            f'The table of ties has no column "{values}".{did_you_mean(values, map(str, graph.columns))}'
        )
    known = graph[[key, values]].dropna().drop_duplicates()
    twice = known[key].duplicated().to_numpy()
    if twice.any():
        raise DataError(
            f'The table of ties gives {key} "{known[key].iloc[int(twice.argmax())]}" several values of "{values}": '
            "give one."
        )
    return dict(zip(known[key], known[values], strict=True))
