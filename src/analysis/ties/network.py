"""Which network is meant: a graph or a table of ties, read once into arrays of ties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import DataError, ParameterError
from analysis.ties.table import told_once, type_name

__all__ = ["Network", "network"]


@dataclass(frozen=True)
class Network:
    """Hold the ties between some nodes, each once, loops left out.

    Parameters
    ----------
    nodes : pandas.Index
        Their names; everything else names them by position.
    source, target : numpy.ndarray
        The two ends of each tie.
    there, back : numpy.ndarray
        Strength told from source to target and from target to source, 0 where it is not told; the same twice
        when ties have no direction.
    directed : bool
        Whether a tie can be told by one end only.
    """

    nodes: pd.Index
    source: np.ndarray
    target: np.ndarray
    there: np.ndarray
    back: np.ndarray
    directed: bool

    @cached_property
    def mutual(self) -> np.ndarray:
        """Give the strength of each tie whoever told it: w_ij + w_ji when ties have a direction."""
        return self.there + self.back if self.directed else self.there

    @cached_property
    def strength(self) -> np.ndarray:
        """Give the mean of what the two ends of each tie told, or what the only one told."""
        return (
            self.mutual / np.maximum((self.there > 0).astype(int) + (self.back > 0), 1)
            if self.directed
            else self.there
        )

    @cached_property
    def place(self) -> dict[Any, int]:
        """Give the position of each node by its name."""
        return {node: i for i, node in enumerate(self.nodes.tolist())}

    @cached_property
    def degree(self) -> np.ndarray:
        """Count the other nodes each node is tied to."""
        n = len(self.nodes)
        return np.bincount(self.source, minlength=n) + np.bincount(self.target, minlength=n)

    @cached_property
    def adjacency(self) -> sparse.csr_array:
        """Give 1 where two nodes are tied, in either direction."""
        ends = np.concatenate([self.source, self.target]), np.concatenate([self.target, self.source])
        n = len(self.nodes)
        return sparse.csr_array((np.ones(2 * len(self.source)), ends), shape=(n, n))

    def at_ends(self, values: np.ndarray, back: np.ndarray | None = None) -> np.ndarray:
        """Add up a value of the ties at each node; `back` is the value at the target where it differs."""
        n = len(self.nodes)
        at_target = values if back is None else back
        return np.bincount(self.source, values, n) + np.bincount(self.target, at_target, n)


def network(graph: Any, weight: str | None = None) -> Network:
    """Read a graph or a table of ties.

    Parameters
    ----------
    graph : networkx graph, pandas.DataFrame or Network
        Directed or not. A table has columns `ego` and `alter`, and is read as directed: ego told of the tie. A
        network read before is given back.
    weight : str, optional
        Edge attribute or column with the strength of a tie; 1 for each tie when left out, and for edges of a
        graph without that attribute when others have it.

    Returns
    -------
    Network
        Nodes and ties in the order of the graph; in sorted order for a table.

    Raises
    ------
    ParameterError
        When it is neither a graph nor a table, nothing has that weight, or a network read before is given one.
    DataError
        When a column is missing, an end of a tie is missing, or a weight is missing, negative or no number.

    Notes
    -----
    Loops (a node tied to itself) are left out. Several edges between two nodes of a multigraph are one tie
    whose strength is their sum; several rows of a table for one ego and alter (one per channel) tell of one
    tie, whose strength is the largest told. A tie of strength 0 is no tie.

    Examples
    --------
    >>> import networkx as nx
    >>> network(nx.path_graph(4)).degree.tolist()
    [1, 2, 2, 1]
    >>> network(pd.DataFrame({"ego": ["b", "a"], "alter": ["a", "c"]})).nodes.tolist()
    ['a', 'b', 'c']
    """
    if isinstance(graph, Network):
        if weight is not None:
            raise ParameterError(
                f'weight="{weight}": this network was read already; give weight= when reading it.'
            )
        return graph
    if isinstance(graph, pd.DataFrame):
        return _from_table(graph, weight)
    if not (hasattr(graph, "adjacency") and hasattr(graph, "is_directed")):
        raise ParameterError(
            f"A network is a networkx graph or a table of ties (a pandas DataFrame with columns ego and alter), "
            f"not {type_name(graph)}."
        )
    return _from_graph(graph, weight)


def _from_table(ties: pd.DataFrame, weight: str | None) -> Network:
    told = told_once(ties, weight)
    return _assemble(_index(told.everyone), told.ego, told.alter, told.strength, directed=True)


def _from_graph(graph: Any, weight: str | None) -> Network:
    nodes, neighbours = list(graph), [row for _, row in graph.adjacency()]
    names, columns = _positions(nodes, list(chain.from_iterable(neighbours)))
    rows = np.repeat(np.arange(len(nodes)), np.fromiter(map(len, neighbours), np.int64, len(nodes)))
    values = np.ones(len(rows)) if weight is None else _edge_weights(graph, neighbours, weight)
    return _assemble(names, rows, columns, values, directed=graph.is_directed())


def _positions(nodes: list, named: list) -> tuple[pd.Index, np.ndarray]:
    """Turn names of nodes into positions; small whole numbers, the usual case, by one look-up."""
    if nodes and set(map(type, nodes)) == {int} and min(nodes) >= 0 and max(nodes) < 4 * len(nodes) + 1000:
        numbers = np.array(nodes, dtype=np.int64)
        place = np.zeros(numbers.max() + 1, dtype=np.int64)
        place[numbers] = np.arange(len(nodes))
        return pd.Index(numbers), place.take(np.array(named, dtype=np.int64))
    where = dict(zip(nodes, range(len(nodes)), strict=True))
    return _index(nodes), np.array(list(map(where.__getitem__, named)), dtype=np.int64)


def _edge_weights(graph: Any, neighbours: list[Any], weight: str) -> np.ndarray:
    """Give the strength of each tie as the graph tells it, that of several edges between two nodes added up."""
    edges = list(chain.from_iterable(row.values() for row in neighbours))
    of_tie = np.arange(len(edges))
    if graph.is_multigraph():
        of_tie = np.repeat(of_tie, np.fromiter(map(len, edges), np.int64, len(edges)))
        edges = list(chain.from_iterable(several.values() for several in edges))
    found = [edge.get(weight) for edge in edges]
    if found and all(value is None for value in found):
        raise ParameterError(f'weight="{weight}": no edge of the graph has that attribute.')
    values = pd.to_numeric(pd.Series([1 if v is None else v for v in found], dtype=object), errors="coerce")
    numbers = values.to_numpy(dtype=float)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        first = int(wrong.argmax())
        ends = ((one, two) for one, row in graph.adjacency() for two in row)
        one, two = next(islice(ends, int(of_tie[first]), None))
        raise DataError(
            f'The edge attribute "{weight}" is {found[first]!r} on the edge between {one!r} and {two!r}: the strength '
            "of a tie must be a number, 0 or more."
        )
    return np.bincount(of_tie, numbers)


def _assemble(
    nodes: pd.Index, rows: np.ndarray, columns: np.ndarray, values: np.ndarray, *, directed: bool
) -> Network:
    kept = np.flatnonzero((rows < columns if not directed else rows != columns) & (values > 0))
    rows, columns, values = rows.take(kept), columns.take(kept), values.take(kept)
    if not directed:
        return Network(nodes, rows, columns, values, values, directed)
    forward = rows < columns
    key = np.minimum(rows, columns) * len(nodes) + np.maximum(rows, columns)
    _, first, pair = np.unique(key, return_index=True, return_inverse=True)
    up = np.bincount(pair, np.where(forward, values, 0), len(first))
    down = np.bincount(pair, np.where(forward, 0, values), len(first))
    order = np.argsort(first, kind="stable")
    first, up, down = first[order], up[order], down[order]
    there, back = np.where(forward[first], up, down), np.where(forward[first], down, up)
    return Network(nodes, rows[first], columns[first], there, back, directed)


def _index(nodes: list) -> pd.Index:
    """Give nodes as an index that leaves tuples whole."""
    plain = set(map(type, nodes)) in (set(), {int}, {str})
    return pd.Index(nodes) if plain else pd.Index(nodes, dtype=object, tupleize_cols=False)
