"""Which ties join people who share their contacts, and which alone join two worlds: overlap, local bridges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.ties.network import Network, network
from analysis.ties.spans import spans
from analysis.ties.triangles import triangles

__all__ = ["common_contacts", "local_bridges", "overlaps", "tie_overlap"]


def tie_overlap(graph: Any, weight: str | None = None) -> pd.DataFrame:
    """Measure how much the two ends of each tie share their other contacts.

    The overlap of a tie is n_ij / ((k_i − 1) + (k_j − 1) − n_ij): n_ij common contacts over all contacts that
    either end has besides the other; 0 when neither has any.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`. Direction does not count.
    weight : str, optional
        Edge attribute or column; carried along, the overlap does not depend on it.

    Returns
    -------
    pandas.DataFrame
        `source, target` (each tie once, in the order of the graph, sorted for a table), `overlap` (0 to 1),
        `common` (shared contacts); with `weight`, a column of that name: the mean of what both ends told.

    Raises
    ------
    ParameterError
        When `graph` is no network, or nothing has that weight.
    DataError
        When a column, an end of a tie or a weight is missing.

    Notes
    -----
    This is not the Jaccard similarity of two neighbourhoods: the two ends themselves are not counted. In a
    survey of some firms, contacts that nobody reported make overlap look lower than it is.

    References
    ----------
    Onnela, J.-P. et al. (2007). Structure and tie strengths in mobile communication networks. PNAS 104,
    7332-7336.

    Examples
    --------
    >>> import networkx as nx
    >>> tie_overlap(nx.complete_graph(3))["overlap"].tolist()
    [1.0, 1.0, 1.0]
    """
    return _overlap_of(network(graph, weight), weight)


def _overlap_of(net: Network, weight: str | None) -> pd.DataFrame:
    common = common_contacts(net)
    table = pd.DataFrame(
        {
            "source": net.nodes[net.source],
            "target": net.nodes[net.target],
            "overlap": overlaps(net, common),
            "common": common,
        }
    )
    return table if weight is None else table.assign(**{weight: net.strength})


def common_contacts(net: Network) -> np.ndarray:
    """Count the contacts that the two ends of each tie share.

    Parameters
    ----------
    net : Network

    Returns
    -------
    numpy.ndarray
        Whole numbers, one per tie.

    Examples
    --------
    >>> import networkx as nx
    >>> common_contacts(network(nx.complete_graph(4))).tolist()
    [2, 2, 2, 2, 2, 2]
    """
    common = np.zeros(len(net.source), dtype=int)
    for found in triangles(net):
        for tie in found.ties:
            common += np.bincount(tie, minlength=len(common))
    return common


def overlaps(net: Network, common: np.ndarray) -> np.ndarray:
    """Turn common contacts into neighbourhood overlap, 0 where neither end has another contact.

    Parameters
    ----------
    net : Network
    common : numpy.ndarray
        From `common_contacts`.

    Returns
    -------
    numpy.ndarray
        Between 0 and 1, one per tie.

    Examples
    --------
    >>> import networkx as nx
    >>> pair = network(nx.path_graph(2))
    >>> overlaps(pair, common_contacts(pair)).tolist()
    [0.0]
    """
    either = net.degree[net.source] + net.degree[net.target] - 2 - common
    return np.divide(common, either, out=np.zeros(len(common)), where=either > 0)


def local_bridges(graph: Any, weight: str | None = None) -> pd.DataFrame:
    """List the ties whose ends share no contact, and how far apart the ends would be without them.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`. Direction does not count.
    weight : str, optional
        Edge attribute or column, carried along.

    Returns
    -------
    pandas.DataFrame
        As `tie_overlap`, only ties with overlap 0, then `span` (steps between the two ends once the tie is
        gone, 3 or more; inf when nothing else joins them) and `bridge` (boolean: span is inf).

    Raises
    ------
    ParameterError
        When `graph` is no network, or nothing has that weight.
    DataError
        When a column, an end of a tie or a weight is missing.

    Notes
    -----
    In a survey, ties nobody reported turn ordinary ties into local bridges: a contact outside the survey,
    named by one owner only, is always one.

    References
    ----------
    Granovetter, M. S. (1973). The strength of weak ties. American Journal of Sociology 78, 1360-1380.

    Examples
    --------
    >>> import networkx as nx
    >>> local_bridges(nx.cycle_graph(5))["span"].tolist()
    [4.0, 4.0, 4.0, 4.0, 4.0]
    """
    net = network(graph, weight)
    table = _overlap_of(net, weight)
    none = np.flatnonzero(table["common"] == 0)
    span = spans(net, none)
    return table.iloc[none].assign(span=span, bridge=np.isinf(span)).reset_index(drop=True)
