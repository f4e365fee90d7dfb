"""Does a group keep to itself more than its size explains? Coleman's index and inbreeding homophily."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.homophily.chance import beside_chance, described
from analysis.homophily.labels import Values, check_draws
from analysis.homophily.opportunity import ToldCounts
from analysis.homophily.sources import source_of
from analysis.homophily.tallies import Source, Tally, with_all

__all__ = ["coleman", "inbreeding"]

Scale = Callable[[np.ndarray, np.ndarray], np.ndarray]


def coleman(
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
    """Measure how far each group keeps to itself, from −1 (never) over 0 (as chance) to 1 (always).

    Parameters
    ----------
    graph, attribute, permutations, strata, seed, own, opportunity, weight, design, level
        As given to `ei_index`.

    Returns
    -------
    pandas.DataFrame
        `group` ("all" first: from sums over groups), `share` (of ties sent that stay inside; a tie without
        direction is sent from both ends), `offered` (that share by chance: (n_g − 1)/(N − 1) in a network, what
        opportunity gives for a table), `inbreeding` ((s − w)/(1 − w)), then `estimate` (Coleman's index), `se, low,
        high, expected, sd, null_low, null_high, p, n, left_out, method, flag` as in `ei_index`.

    Raises
    ------
    DataError, ParameterError
        As `ei_index`.

    Notes
    -----
    Comparable between groups of different size, which the E-I index is not. It holds ties sent fixed, not where
    people can meet: use `strata`. Below 0 it is scaled by another range than above.

    References
    ----------
    Coleman, J. S. (1958). Relational analysis: the study of social organizations with survey methods. Human
    Organization 17, 28-36.

    Examples
    --------
    >>> import networkx as nx
    >>> coleman(nx.karate_club_graph(), "club")[["group", "estimate", "inbreeding"]].round(3).tail(2)
         group  estimate  inbreeding
    1   Mr. Hi     0.736       0.728
    2  Officer     0.715       0.707
    """
    check_draws(permutations)
    source = source_of(
        graph, attribute, strata, own=own, opportunity=opportunity, weight=weight, design=design
    )
    table = _beside(source, source.offered, _coleman, permutations, seed, level)
    shares = _share(source.observed)
    within = _inbreeding(shares, _pooled(source.observed, source.share))
    extra = {"share": shares, "offered": _pooled(source.observed, source.offered), "inbreeding": within}
    for place, (name, values) in enumerate(extra.items(), start=1):
        table.insert(place, name, values)
    return table


def inbreeding(
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
    """Measure inbreeding homophily: the part of possible preference for its own that a group shows.

    Parameters
    ----------
    graph, attribute, permutations, strata, seed, own, opportunity, weight, design, level
        As given to `ei_index`.

    Returns
    -------
    pandas.DataFrame
        `group` ("all" first: from sums over groups), `share` (s: ties sent that stay inside), `size` (w: the group's
        share of nodes, or of opportunity), `estimate` ((s − w)/(1 − w)), and the columns of `ei_index`.

    Raises
    ------
    DataError, ParameterError
        As `ei_index`.

    Notes
    -----
    Above 0 is not yet choice: towns where a trade gathers give the same. A group that is everybody has none.

    References
    ----------
    Currarini, S., Jackson, M. O. and Pin, P. (2009). An economic model of friendship: homophily, minorities, and
    segregation. Econometrica 77, 1003-1045.

    Examples
    --------
    >>> import networkx as nx
    >>> inbreeding(nx.karate_club_graph(), "club")[["group", "share", "size", "estimate"]].round(3).tail(2)
         group  share  size  estimate
    1   Mr. Hi  0.864   0.5     0.728
    2  Officer  0.853   0.5     0.707
    """
    check_draws(permutations)
    source = source_of(
        graph, attribute, strata, own=own, opportunity=opportunity, weight=weight, design=design
    )
    table = _beside(source, source.share, _inbreeding, permutations, seed, level)
    table.insert(1, "share", _share(source.observed))
    table.insert(2, "size", _pooled(source.observed, source.share))
    return table


def _share(tally: Tally) -> np.ndarray:
    """Give the share of ties sent that stay inside, for all and per group."""
    inside, sent = with_all(tally.inside), with_all(tally.sent)
    return np.divide(inside, sent, out=np.full(inside.shape, np.nan), where=sent > 0)


def _pooled(tally: Tally, base: np.ndarray) -> np.ndarray:
    """Put before the base of each group its mean over the ties sent."""
    total = tally.sent.sum()
    of_all = (tally.sent * np.nan_to_num(base)).sum() / total if total else np.nan
    return np.concatenate([[of_all], base])


def _coleman(share: np.ndarray, base: np.ndarray) -> np.ndarray:
    room = np.where(share >= base, 1 - base, base)
    return np.divide(share - base, room, out=np.full(share.shape, np.nan), where=room > 0)


def _inbreeding(share: np.ndarray, base: np.ndarray) -> np.ndarray:
    return np.divide(share - base, 1 - base, out=np.full(share.shape, np.nan), where=base < 1)


def _beside(
    source: Source, base: np.ndarray, scale: Scale, permutations: int, seed: int, level: float
) -> pd.DataFrame:
    def measured(tally: Tally) -> np.ndarray:
        return scale(_share(tally), _pooled(tally, base))

    estimate = measured(source.observed)
    draws, complete = source.draws(measured, permutations, seed)
    limits = _limits(source, base, scale, level)
    return described(source, estimate, beside_chance(estimate, draws, complete), limits)


def _limits(source: Source, base: np.ndarray, scale: Scale, level: float) -> pd.DataFrame | None:
    """Carry the interval of the share inside over to the index, which rises with it."""
    if not isinstance(source, ToldCounts):
        return None
    same, pooled = source.limits(level), _pooled(source.observed, base)
    low, high = (scale(same[side].to_numpy(), pooled) for side in ("low", "high"))
    at = same["estimate"].to_numpy()
    room = np.where((at >= pooled) | (scale is _inbreeding), 1 - pooled, pooled)
    se = np.divide(same["se"], room, out=np.full(len(room), np.nan), where=room > 0)
    return pd.DataFrame({"se": se, "low": low, "high": high})
