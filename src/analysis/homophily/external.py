"""Do ties leave the group? The E-I index, beside what chance and local opportunity would give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.homophily.chance import beside_chance, described
from analysis.homophily.labels import Values, check_draws
from analysis.homophily.opportunity import ToldCounts
from analysis.homophily.sources import source_of
from analysis.homophily.tallies import Source, Tally

__all__ = ["chance_draws", "ei_index"]


def ei_index(
    graph: Any,
    attribute: Values,
    permutations: int = 1000,
    strata: Values | None = None,
    seed: int = 0,
    *,
    own: Values | None = None,
    opportunity: pd.DataFrame | pd.Series | None = None,
    weight: str | None = None,
    design: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure whether ties stay inside groups or leave them, beside what chance would give.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        A network, or a table of ties with `ego` and `alter`.
    attribute : str, mapping or Series
        Group of each node: a node attribute or values by node. For a table, also a column that describes the
        alter (`alter_sector`): then the ties are those told by a sample of egos, and `own` is needed.
    permutations : int
        Deals of the labels. When there are no more different deals than that, all are gone through once.
    strata : str, mapping or Series, optional
        Labels are dealt within these strata (town, sector) only: what chance gives where opportunity is local.
        A column of a table of ties.
    seed : int
    own : str, mapping or Series, optional
        Group of the ego of a table: a column, or a value for each ego.
    opportunity : pandas.DataFrame or Series, optional
        For a table: how many (or what share) of each group can be met, in each of the `strata`; see
        `opportunities`. Left out, the groups of the alters are dealt among the alters.
    weight : str, optional
        Edge attribute or column with the strength of a tie, which then counts for that much.
    design : mapping, optional
        For a table: columns `weights, strata, clusters` of the sampling of egos; egos are clusters by default.
    level : float
        Confidence level of `low, high`.

    Returns
    -------
    pandas.DataFrame
        `group` ("all" first), `external, internal` (strength of ties), `rescaled` (the index of the two densities:
        shares of the possible ties that exist; 0 is chance), `estimate` ((E − I)/(E + I), −1 all inside
        to 1 all outside), `se, low, high` (of the sampling of egos; missing for a network, which is whole),
        `expected, sd, null_low, null_high` (chance: middle 95%), `p` (two-sided), `n` (ties), `left_out` (nodes
        of a network, or ties of a table, without a known group), `method` ("exact" when expected value and
        sd are, whatever p rests on; else "permutation"), `flag` ("n<30", "no ties", "one group").

    Raises
    ------
    DataError
        When nothing has the attribute, a column is missing, or a stratum has no opportunity.
    ParameterError
        When arguments do not go together.

    Notes
    -----
    A negative index is no sign of choice: with unequal groups chance alone does not give 0. Read the distance
    to `expected`, and again with `strata`. One cross-section cannot tell choosing the like from growing alike
    (Shalizi and Thomas 2011), unless the attribute cannot change. In a network without direction, a
    group's ties are those with an end in it; with direction, those its members sent.

    References
    ----------
    Krackhardt, D. and Stern, R. N. (1988). Informal networks and organizational crises. Social Psychology
    Quarterly 51, 123-140. Shalizi, C. R. and Thomas, A. C. (2011). Homophily and contagion are generically
    confounded. Sociological Methods and Research 40, 211-239.

    Examples
    --------
    >>> import networkx as nx
    >>> found = ei_index(nx.karate_club_graph(), "club")
    >>> found[["group", "estimate", "expected", "sd", "p", "method"]].head(1).round(3)
      group  estimate  expected     sd      p method
    0   all    -0.718      0.03  0.095  0.001  exact
    """
    check_draws(permutations)
    source = source_of(
        graph, attribute, strata, own=own, opportunity=opportunity, weight=weight, design=design
    )
    measured = _index(source)
    estimate = measured(source.observed)
    draws, complete = source.draws(measured, permutations, seed)
    table = described(
        source, estimate, beside_chance(estimate, draws, complete, *_exact(source)), _limits(source, level)
    )
    internal, external = (np.concatenate([[part.sum()], part]) for part in _parts(source, source.observed))
    external[0] = source.observed.sent.sum() / (1 if source.directed else 2) - internal[0]
    table.insert(1, "external", external)
    table.insert(2, "internal", internal)
    table.insert(3, "rescaled", _rescaled(source))
    return table


def chance_draws(
    graph: Any,
    attribute: Values,
    permutations: int = 1000,
    strata: Values | None = None,
    seed: int = 0,
    *,
    own: Values | None = None,
    opportunity: pd.DataFrame | pd.Series | None = None,
    weight: str | None = None,
    design: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Give the E-I index of all ties in each deal of the labels, to draw what chance does.

    Parameters
    ----------
    graph, attribute, permutations, strata, seed, own, opportunity, weight, design
        As given to `ei_index`.

    Returns
    -------
    pandas.DataFrame
        `draw` (from 1), `estimate`.

    Raises
    ------
    DataError, ParameterError
        As `ei_index`.

    Examples
    --------
    >>> import networkx as nx
    >>> chance_draws(nx.karate_club_graph(), "club", 3).round(2)["draw"].tolist()
    [1, 2, 3]
    """
    check_draws(permutations)
    source = source_of(
        graph, attribute, strata, own=own, opportunity=opportunity, weight=weight, design=design
    )
    draws, _ = source.draws(_index(source), permutations, seed)
    return pd.DataFrame({"draw": np.arange(1, len(draws) + 1), "estimate": draws[:, 0]})


def _parts(source: Source, tally: Tally) -> tuple[np.ndarray, np.ndarray]:
    """Give internal and external strength of each group; a tie without direction counts once."""
    return (tally.inside if source.directed else tally.inside / 2), tally.sent - tally.inside


def _index(source: Source) -> Any:
    """Give the function from counts to the index, for all and per group."""

    def measured(tally: Tally) -> np.ndarray:
        internal, external = _parts(source, tally)
        total, inside = tally.sent.sum(), tally.inside.sum(axis=-1, keepdims=True)
        whole = np.divide(total - 2 * inside, total, out=np.full(inside.shape, np.nan), where=total > 0)
        both = internal + external
        each = np.divide(external - internal, both, out=np.full(both.shape, np.nan), where=both > 0)
        return np.concatenate([whole, each], axis=-1)

    return measured


def _rescaled(source: Source) -> np.ndarray:
    """Compare the density of external ties with that of internal ones, among the ties that chance offers."""
    tally = source.observed
    sent = np.concatenate([[tally.sent.sum()], tally.sent])
    inside = np.concatenate([[tally.inside.sum()], tally.inside])
    offered = np.concatenate([[source.offered_to_all], source.offered])
    external, internal = (sent - inside) * offered, inside * (1 - offered)
    both = external + internal
    return np.divide(external - internal, both, out=np.full(len(both), np.nan), where=both > 0)


def _exact(source: Source) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    """Turn exact moments of external ties into those of the index, where the total is fixed."""
    found = source.moments()
    if found is None:
        return None, None
    mean, sd = (np.full(len(source.levels) + 1, np.nan) for _ in range(2))
    k = len(found.mean)
    some = found.total > 0
    mean[:k] = np.divide(2 * found.mean - found.total, found.total, out=mean[:k].copy(), where=some)
    sd[:k] = np.divide(2 * np.sqrt(found.variance), found.total, out=sd[:k].copy(), where=some)
    return mean, sd


def _limits(source: Source, level: float) -> pd.DataFrame | None:
    if not isinstance(source, ToldCounts):
        return None
    same = source.limits(level)
    return pd.DataFrame({"se": 2 * same["se"], "low": 1 - 2 * same["high"], "high": 1 - 2 * same["low"]})
