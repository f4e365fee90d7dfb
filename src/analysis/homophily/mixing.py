"""Are like tied to like? Assortativity by group, by a number, or by degree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import sparse, special

from analysis.errors import DataError, ParameterError
from analysis.homophily.chance import FEW, beside_chance, described
from analysis.homophily.deals import complete, deals
from analysis.homophily.labels import Labels, Values, check_draws, labelled
from analysis.homophily.sources import source_of
from analysis.homophily.tallies import GraphCounts, Source, Tally, with_all
from analysis.ties.network import network

__all__ = ["assortativity"]

SEVERAL = 10
BLOCK = 32


def assortativity(
    graph: Any,
    attribute: Values,
    permutations: int = 1000,
    strata: Values | None = None,
    seed: int = 0,
    *,
    kind: Literal["nominal", "numeric"] | None = None,
    own: Values | None = None,
    opportunity: pd.DataFrame | pd.Series | None = None,
    weight: str | None = None,
    design: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measure whether ties join nodes of one group, or of near values, more than their number of ties explains.

    Parameters
    ----------
    graph, attribute, permutations, strata, seed, own, opportunity, weight, design
        As given to `ei_index`. `attribute="degree"` is degree assortativity, unless nodes have such an attribute.
    kind : {"nominal", "numeric"}, optional
        Whether values are groups or numbers. Left out: numbers when they are not all whole, or take more than
        ten different values.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `group` ("all" first; then, when nominal, each group against all others), `measure` ("nominal", "numeric"
        or "degree"), `estimate` (−1 to 1), `se, low, high` (Newman's jackknife over ties, for all, in a network),
        `expected, sd, null_low, null_high, p, n, left_out, method, flag` as in `ei_index`.

    Raises
    ------
    DataError
        When nothing has the attribute or a value is no number where one is needed.
    ParameterError
        When arguments do not go together.

    Notes
    -----
    The interval takes ties as drawn one by one, which they are not: trust `p` more. The chance of degree
    assortativity deals degrees among the nodes of the same network; few hubs alone already pull it below 0, so
    read no taste into it.

    References
    ----------
    Newman, M. E. J. (2003). Mixing patterns in networks. Physical Review E 67, 026126.

    Examples
    --------
    >>> import networkx as nx
    >>> assortativity(nx.karate_club_graph(), "degree", 0)["estimate"].round(4).tolist()
    [-0.4756]
    """
    check_draws(permutations)
    if kind not in (None, "nominal", "numeric"):
        raise ParameterError(f'kind="{kind}" is not a choice. Choices: nominal, numeric.')
    told = {"own": own, "opportunity": opportunity, "design": design}
    if isinstance(graph, pd.DataFrame) and isinstance(attribute, str) and attribute != "degree":
        if kind == "numeric":
            raise ParameterError('kind="numeric" needs values by node (a mapping or Series), not a column.')
        source = source_of(graph, attribute, strata, weight=weight, **told)
        return _nominal(source, None, permutations, seed, level)
    if _is_degree(graph, attribute):
        read, there, back = _degrees(graph, strata, weight)
        return _numeric(read, there, back, "degree", permutations, seed, level)
    read = labelled(graph, attribute, strata, weight)
    if kind == "numeric" or (kind is None and _are_numbers(read.levels)):
        values = _numbers(read, attribute)
        return _numeric(read, values, values, "numeric", permutations, seed, level)
    return _nominal(
        source_of(graph, attribute, strata, weight=weight, **told), read, permutations, seed, level
    )


def _is_degree(graph: Any, attribute: Values) -> bool:
    if not isinstance(attribute, str) or attribute != "degree":
        return False
    return isinstance(graph, pd.DataFrame) or not any("degree" in data for _, data in graph.nodes(data=True))


def _are_numbers(levels: list[Any]) -> bool:
    """Say whether values are measured rather than names of groups."""
    if not all(isinstance(v, int | float | np.number) and not isinstance(v, bool | np.bool_) for v in levels):
        return False
    return len(levels) > SEVERAL or any(float(v) != int(v) for v in levels)


def _numbers(read: Labels, attribute: Values) -> np.ndarray:
    values = pd.to_numeric(pd.Series(read.levels, dtype=object), errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(values).all():
        wrong = read.levels[int((~np.isfinite(values)).argmax())]
        raise DataError(f'kind="numeric", but a node has the value "{wrong}", which is no number.')
    return values[read.codes]


def _degrees(graph: Any, strata: Values | None, weight: str | None) -> tuple[Labels, np.ndarray, np.ndarray]:
    """Give what each node sends and receives, as the values of nodes."""
    net = network(graph, weight)
    read = labelled(graph, dict.fromkeys(net.nodes, 0), strata, weight)
    net = read.net
    return read, net.at_ends(net.there, net.back), net.at_ends(net.back, net.there)


def _coefficient(tally: Tally) -> np.ndarray:
    """Give Newman's r for all groups, and for each group against all others."""
    total = tally.sent.sum()
    if not total:
        return np.full(with_all(tally.inside).shape, np.nan)
    inside, sent, received = tally.inside / total, tally.sent / total, tally.received / total
    both = sent * received
    same = np.concatenate([inside.sum(axis=-1, keepdims=True), 1 - sent - received + 2 * inside], axis=-1)
    chance = np.concatenate([both.sum(axis=-1, keepdims=True), both + (1 - sent) * (1 - received)], axis=-1)
    room = 1 - chance
    return np.divide(same - chance, room, out=np.full(room.shape, np.nan), where=room > 1e-12)


def _nominal(source: Source, read: Labels | None, permutations: int, seed: int, level: float) -> pd.DataFrame:
    estimate = _coefficient(source.observed)
    draws, whole = source.draws(_coefficient, permutations, seed)
    missing = pd.DataFrame(np.nan, index=range(len(estimate)), columns=["se", "low", "high"])
    if read is not None and isinstance(source, GraphCounts) and np.isfinite(estimate[0]):
        missing.iloc[0] = _interval(estimate[0], _without_each(source.observed, read), level)
    table = described(source, estimate, beside_chance(estimate, draws, whole), missing)
    table.insert(1, "measure", "nominal")
    return table


def _arcs(read: Labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give source, target and strength of each arc; a tie without direction is one row."""
    net = read.net
    if not net.directed:
        return net.source, net.target, net.there
    ends = np.concatenate([net.source, net.target]), np.concatenate([net.target, net.source])
    strength = np.concatenate([net.there, net.back])
    told = strength > 0
    return ends[0][told], ends[1][told], strength[told]


def _without_each(tally: Tally, read: Labels) -> np.ndarray:
    """Give r for all groups without each tie in turn."""
    one, two, w = _arcs(read)
    g, h = read.codes[one], read.codes[two]
    same = (g == h).astype(float)
    total, products = tally.sent.sum(), (tally.sent * tally.received).sum()
    if read.net.directed:
        products = products - w * (tally.received[g] + tally.sent[h]) + w**2 * same
        left, inside = total - w, tally.inside.sum() - w * same
    else:
        products = products - 2 * w * (tally.sent[g] + tally.sent[h]) + w**2 * (2 + 2 * same)
        left, inside = total - 2 * w, tally.inside.sum() - 2 * w * same
    some = left > 0
    chance = np.divide(products, left**2, out=np.ones(len(left)), where=some)
    share = np.divide(inside, left, out=np.zeros(len(left)), where=some)
    return np.divide(share - chance, 1 - chance, out=np.full(len(left), np.nan), where=1 - chance > 1e-12)


def _interval(estimate: float, without: np.ndarray, level: float) -> list[float]:
    """Give Newman's jackknife: the squared changes of r without each tie, added up."""
    if len(without) < 2 or not np.isfinite(without).all():
        return [np.nan] * 3
    se = float(np.sqrt(((without - estimate) ** 2).sum()))
    reach = float(special.ndtri((1 + level) / 2)) * se
    return [se, max(estimate - reach, -1.0), min(estimate + reach, 1.0)]


def _sums(read: Labels, there: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Give what Pearson's correlation over arcs needs: products, values at both ends and their squares, total.

    Values are one column per deal of the labels.
    """
    net = read.net
    adjacency = _sparse(read)
    out, received = net.at_ends(net.there, net.back), net.at_ends(net.back, net.there)
    products = (there * (adjacency @ back)).sum(axis=0)
    ends = [out @ there, out @ there**2, received @ back, received @ back**2]
    return np.array([products, *ends, np.full(products.shape, out.sum())])


def _sparse(read: Labels) -> sparse.csr_array:
    net, n = read.net, len(read.codes)
    rows, columns = np.concatenate([net.source, net.target]), np.concatenate([net.target, net.source])
    return sparse.csr_array((np.concatenate([net.there, net.back]), (rows, columns)), shape=(n, n))


def _correlation(sums: np.ndarray) -> np.ndarray:
    product, one, one_squared, two, two_squared, total = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, other = one / total, two / total
        spread = (one_squared / total - mean**2) * (two_squared / total - other**2)
        found = (product / total - mean * other) / np.sqrt(np.where(spread > 1e-14, spread, np.nan))
    return found


def _numeric(
    read: Labels,
    there: np.ndarray,
    back: np.ndarray,
    measure: str,
    permutations: int,
    seed: int,
    level: float,
) -> pd.DataFrame:
    centre, scale = there.mean(), float(np.concatenate([there, back]).std()) or 1.0
    there, back = (there - centre) / scale, (back - centre) / scale
    sums = _sums(read, there[:, None], back[:, None])
    estimate = _correlation(sums)
    places = np.arange(len(read.codes))
    dealt = list(_blocks(read, places, permutations, seed))
    draws = [_correlation(_sums(read, there[deal], back[deal])) for deal in dealt]
    column = np.concatenate(draws)[:, None] if draws else np.empty((0, 1))
    chance = beside_chance(estimate, column, complete(places, read.blocks, permutations))
    limits = [np.nan] * 3
    if np.isfinite(estimate[0]):
        limits = _interval(float(estimate[0]), _correlation(_less_each(sums[:, 0], read, there, back)), level)
    return _one_row(read, estimate, chance, limits, measure)


def _blocks(read: Labels, places: np.ndarray, permutations: int, seed: int) -> Any:
    block: list[np.ndarray] = []
    for deal in deals(places, read.blocks, permutations, seed):
        block.append(deal)
        if len(block) == BLOCK:
            yield np.array(block).T
            block = []
    if block:
        yield np.array(block).T


def _less_each(sums: np.ndarray, read: Labels, there: np.ndarray, back: np.ndarray) -> np.ndarray:
    one, two, w = _arcs(read)
    ends = [(one, two)] if read.net.directed else [(one, two), (two, one)]
    taken = np.zeros((6, len(w)))
    for s, t in ends:
        taken += w * np.array(
            [there[s] * back[t], there[s], there[s] ** 2, back[t], back[t] ** 2, np.ones(len(w))]
        )
    return sums[:, None] - taken


def _one_row(
    read: Labels, estimate: np.ndarray, chance: pd.DataFrame, limits: list[float], measure: str
) -> pd.DataFrame:
    n = len(_arcs(read)[0])
    flag = "no ties" if n == 0 else f"n<{FEW}" if n < FEW else ""
    front = pd.DataFrame(
        {"group": pd.Series(["all"], dtype=object), "measure": measure, "estimate": estimate}
    )
    spread = pd.DataFrame([limits], columns=["se", "low", "high"])
    tail = pd.DataFrame({"n": [n], "left_out": read.left_out, "method": chance["method"], "flag": flag})
    return pd.concat([front, spread, chance.drop(columns="method"), tail], axis=1)
