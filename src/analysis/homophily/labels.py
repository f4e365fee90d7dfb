"""Which group is each node in? A network and the values of its nodes, read once into positions and codes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.ties.network import Network, network
from analysis.ties.table import ordered

__all__ = ["Labels", "Values", "check_draws", "codes_of", "known_values", "labelled", "node_values"]

Values = str | Mapping[Hashable, Any] | pd.Series


@dataclass(frozen=True)
class Labels:
    """Hold the ties between nodes whose group is known, and the group of each.

    Parameters
    ----------
    net : Network
        Without the nodes whose value (or stratum) is missing; nodes in sorted order.
    codes : numpy.ndarray
        Group of each node, as a position in `levels`.
    levels : list
        The groups, sorted.
    blocks : numpy.ndarray
        Stratum of each node, all 0 when there are none.
    left_out : int
        Nodes without a value or a stratum.
    """

    net: Network
    codes: np.ndarray
    levels: list[Hashable]
    blocks: np.ndarray
    left_out: int

    @property
    def sizes(self) -> np.ndarray:
        """Count the nodes of each group."""
        return np.bincount(self.codes, minlength=len(self.levels))

    @property
    def stratified(self) -> bool:
        """Say whether labels are dealt within strata."""
        return bool(len(self.blocks) and self.blocks.max() > 0)


def labelled(
    graph: Any, attribute: Values, strata: Values | None = None, weight: str | None = None
) -> Labels:
    """Read a network and the group of each node.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        A table of ties is read as a directed network between all who are named.
    attribute, strata : str, mapping or Series
        A node attribute, or a value for each node.
    weight : str, optional
        Edge attribute or column with the strength of a tie.

    Returns
    -------
    Labels

    Raises
    ------
    DataError
        When no node has the attribute.
    ParameterError
        When `graph` is no network, or `attribute` is neither a name nor values by node.

    Notes
    -----
    Nodes without a value are left out with their ties and counted. Loops are left out.

    Examples
    --------
    >>> import networkx as nx
    >>> read = labelled(nx.path_graph(3), {0: "a", 1: "b"})
    >>> read.levels, read.codes.tolist(), read.left_out
    (['a', 'b'], [0, 1], 1)
    """
    net = network(graph, weight)
    values = known_values(net.nodes, node_values(graph, attribute, "attribute"))
    where = None if strata is None else known_values(net.nodes, node_values(graph, strata, "strata"))
    known = ~(values.isna() if where is None else values.isna() | where.isna()).to_numpy()
    if not known.any():
        raise DataError(f"No node has a value{_named(attribute)}: there is no group to compare.")
    kept, order = _kept(net, known)
    codes, levels = codes_of(values.to_numpy()[order])
    blocks = np.zeros(len(order), dtype=np.int64) if where is None else codes_of(where.to_numpy()[order])[0]
    return Labels(kept, codes, levels, blocks, int((~known).sum()))


def node_values(graph: Any, values: Values, name: str) -> Mapping[Hashable, Any]:
    """Give a value for each node.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
    values : str, mapping or Series
        A node attribute, or a value for each node.
    name : str
        Of the parameter, for the messages.

    Returns
    -------
    mapping

    Raises
    ------
    DataError
        When no node has that attribute.
    ParameterError
        When values are neither a name nor a mapping, or a table has no values by node.

    Examples
    --------
    >>> node_values(None, {"a": 1}, "attribute")
    {'a': 1}
    """
    if isinstance(values, pd.Series):
        if not values.index.is_unique:
            twice = values.index[values.index.duplicated()][0]
            raise DataError(f'{name}: the Series has several values for node "{twice}"; give one for each.')
        return dict(zip(values.index.tolist(), values.tolist(), strict=True))
    if isinstance(values, Mapping):
        return values
    if not isinstance(values, str):
        raise ParameterError(
            f"{name} is a node attribute, a mapping or a Series, not {type(values).__name__}."
        )
    if isinstance(graph, pd.DataFrame):
        raise ParameterError(
            f'{name}="{values}" is a column of a table of ties; give a mapping or Series of values by node here.'
        )
    found = {node: data[values] for node, data in graph.nodes(data=True) if values in data}
    if not found:
        names = {str(key) for _, data in graph.nodes(data=True) for key in data}
        raise DataError(f'No node of the graph has an attribute "{values}".{did_you_mean(values, names)}')
    return found


def known_values(nodes: pd.Index, values: Mapping[Hashable, Any]) -> pd.Series:
    """Give the value of each node, missing where there is none.

    Parameters
    ----------
    nodes : pandas.Index
    values : mapping

    Returns
    -------
    pandas.Series
        In the order of the nodes.

    Examples
    --------
    >>> known_values(pd.Index([1, 2]), {2: "b"}).tolist()
    [None, 'b']
    """
    found = np.empty(len(nodes), dtype=object)
    found[:] = [values.get(node) for node in nodes]
    return pd.Series(found, dtype=object)


def codes_of(values: np.ndarray) -> tuple[np.ndarray, list[Hashable]]:
    """Turn values into positions in their sorted list.

    Parameters
    ----------
    values : numpy.ndarray
        None missing.

    Returns
    -------
    tuple of numpy.ndarray and list

    Examples
    --------
    >>> codes, levels = codes_of(np.array(["b", "a", "b"], dtype=object))
    >>> codes.tolist(), levels
    ([1, 0, 1], ['a', 'b'])
    """
    levels = ordered(values)
    place = {level: i for i, level in enumerate(levels)}
    return np.array([place[value] for value in values], dtype=np.int64), levels


def check_draws(permutations: int) -> None:
    """Refuse a number of permutations that is none.

    Parameters
    ----------
    permutations : int

    Raises
    ------
    ParameterError
        When it is negative or no whole number.

    Examples
    --------
    >>> check_draws(0)
    """
    if isinstance(permutations, bool) or not isinstance(permutations, int | np.integer) or permutations < 0:
        raise ParameterError(f"permutations={permutations}: give a whole number, 0 or more (1000 is usual).")


def _named(attribute: Values) -> str:
    return f' of "{attribute}"' if isinstance(attribute, str) else ""


def _kept(net: Network, known: np.ndarray) -> tuple[Network, np.ndarray]:
    """Keep the nodes that are known, in an order that does not depend on how the graph was built."""
    names = [node for node, keep in zip(net.nodes, known, strict=True) if keep]
    rank = {node: i for i, node in enumerate(ordered(names))}
    place = np.full(len(net.nodes), -1, dtype=np.int64)
    place[np.flatnonzero(known)] = [rank[node] for node in names]
    order = np.empty(len(names), dtype=np.int64)
    order[place[known]] = np.flatnonzero(known)
    both = known[net.source] & known[net.target]
    source, target = place[net.source[both]], place[net.target[both]]
    sort = np.lexsort((target, source))
    ends = (source[sort], target[sort], net.there[both][sort], net.back[both][sort])
    return Network(net.nodes[order], *ends, net.directed), order
