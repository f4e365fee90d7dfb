"""Which counts are meant: those of a network, or of the ties a sample of egos told of?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.errors import ParameterError
from analysis.homophily.labels import Values, labelled
from analysis.homophily.opportunity import ToldCounts
from analysis.homophily.tallies import GraphCounts, Source

__all__ = ["source_of"]


def source_of(
    graph: Any,
    attribute: Values,
    strata: Values | None = None,
    *,
    own: Values | None = None,
    opportunity: Any = None,
    weight: str | None = None,
    design: Mapping[str, str] | None = None,
) -> Source:
    """Read the ties and groups that a measure of homophily needs.

    Parameters
    ----------
    graph, attribute, strata, own, opportunity, weight, design
        As given to `ei_index`.

    Returns
    -------
    Source

    Raises
    ------
    DataError, ParameterError
        As `ei_index`.

    Examples
    --------
    >>> import networkx as nx
    >>> source_of(nx.karate_club_graph(), "club").levels
    ['Mr. Hi', 'Officer']
    """
    if isinstance(graph, pd.DataFrame) and isinstance(attribute, str):
        if own is None:
            raise ParameterError(
                f'attribute="{attribute}" is the group of the alter: say own= the column (or values) with that of the '
                "ego. For a network between all who are named, give values by node instead of a column."
            )
        if strata is not None and not isinstance(strata, str):
            raise ParameterError(
                "strata is a column of the table of ties here, such as the town of the alter."
            )
        return ToldCounts(graph, attribute, own, strata, opportunity, weight, design)
    given = {"own": own, "opportunity": opportunity, "design": design}
    extra = [name for name, value in given.items() if value is not None]
    if extra:
        raise ParameterError(
            f"{', '.join(extra)}: only for a table of ties whose attribute is a column that describes the alter."
        )
    return GraphCounts(labelled(graph, attribute, strata, weight))
