"""Do networks close in over the years? The E-I index net of chance, wave by wave, and its slope."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError
from analysis.homophily.labels import Values, labelled
from analysis.homophily.sources import source_of
from analysis.ties.table import ordered

__all__ = ["drift"]

FEW = 30


def drift(
    waves: Mapping[float, Any] | pd.DataFrame,
    attribute: Values | Mapping[float, Values],
    by: str = "wave",
    draws: int = 1000,
    seed: int = 0,
    *,
    own: Values | None = None,
    opportunity: pd.DataFrame | pd.Series | None = None,
    strata: Values | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Follow the E-I index net of its expected value over waves, and give its slope.

    Parameters
    ----------
    waves : mapping of number to networkx graph, or pandas.DataFrame
        One network per wave, or a table of ties with a column that tells the wave.
    attribute : str, mapping or Series
        Group of each node, or column of the table that describes the alter; for networks also one mapping or
        Series per wave.
    by : str
        Column with the wave of a table (a number, such as the year).
    draws : int
        Bootstrap draws of egos, with all their ties of all waves.
    seed : int
    own, opportunity, strata
        As given to `ei_index`.
    level : float

    Returns
    -------
    pandas.DataFrame
        `measure` ("excess" for each wave, then "slope"), `by` column (missing for the slope), `ei`, `expected`,
        `estimate` (excess: ei − expected; slope: its change per unit of `by`, least squares), `se, low,
        high` (percentiles of the bootstrap), `p` (two-sided, of the slope: share of draws on the other side of 0,
        doubled, (1 + #)/(B + 1)), `n` (egos with ties in the wave; all egos for the slope), `flag`.

    Raises
    ------
    DataError
        When there are fewer than two waves, or a column is missing.
    ParameterError
        When a wave is no number.

    Notes
    -----
    Groups that grow make ties inside them more likely: the expected value of each wave takes its own sizes, as
    if known. A slope says that ties became more or less alike, not why: people part, choose, or change
    themselves. Below 0 is closing in.

    References
    ----------
    McPherson, M., Smith-Lovin, L. and Cook, J. M. (2001). Birds of a feather: homophily in social networks.
    Annual Review of Sociology 27, 415-444.

    Examples
    --------
    >>> import networkx as nx
    >>> groups = {node: node % 2 for node in range(6)}
    >>> found = drift({2022: nx.complete_graph(6), 2024: nx.Graph([(0, 2), (2, 4), (1, 3), (3, 5)])}, groups)
    >>> found[["measure", "ei", "expected"]].round(2).values.tolist()[:2]
    [['excess', 0.2, 0.2], ['excess', -1.0, 0.2]]
    """
    if isinstance(waves, pd.DataFrame):
        parts = _of_table(waves, attribute, by, own, opportunity, strata)
    else:
        parts = {
            _number(wave): _of_graph(graph, _of(attribute, wave), strata) for wave, graph in waves.items()
        }
    if len(parts) < 2:
        raise DataError(f"drift needs two waves at least; found {len(parts)}.")
    times = np.array(sorted(parts))
    external, expected, total = _by_ego([parts[time] for time in times])
    return _table(times, external, expected, total, by, draws, seed, level)


def _number(wave: Any) -> float:
    if isinstance(wave, bool) or not isinstance(wave, int | float | np.number):
        raise ParameterError(
            f'The wave "{wave}" is no number: name waves by year, so that a slope has a unit.'
        )
    return wave


def _of(attribute: Any, wave: Any) -> Any:
    """Give the attribute of a wave, where there is one for each."""
    per_wave = isinstance(attribute, Mapping) and isinstance(attribute.get(wave), Mapping | pd.Series)
    return attribute[wave] if per_wave else attribute


def _of_graph(graph: Any, attribute: Values, strata: Values | None) -> pd.DataFrame:
    """Give for each node the ties that leave its group, those expected to, and all its ties."""
    read = labelled(graph, attribute, strata)
    net, codes = read.net, read.codes
    leaves = (codes[net.source] != codes[net.target]).astype(float) * net.mutual
    chance = (
        _chance_outside(read.blocks, codes)[read.blocks[net.source], read.blocks[net.target]] * net.mutual
    )
    sums = {"external": leaves, "expected": chance, "total": net.mutual}
    return pd.DataFrame({name: net.at_ends(value) for name, value in sums.items()}, index=pd.Index(net.nodes))


def _chance_outside(blocks: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Give the chance that a tie between two strata joins two groups, labels dealt within strata."""
    counts = np.zeros((blocks.max() + 1, codes.max() + 1))
    np.add.at(counts, (blocks, codes), 1)
    sizes = counts.sum(axis=1)
    same = counts @ counts.T / np.outer(sizes, sizes)
    pairs = sizes * (sizes - 1)
    own = (counts * (counts - 1)).sum(axis=1)
    np.fill_diagonal(same, np.divide(own, pairs, out=np.ones(len(pairs)), where=pairs > 0))
    return 1 - same


def _of_table(
    ties: pd.DataFrame, attribute: Any, by: str, own: Any, opportunity: Any, strata: Any
) -> dict[float, pd.DataFrame]:
    if by not in ties:
        raise DataError(f'The table of ties has no column "{by}" that tells the wave.')
    known = ties.dropna(subset=[by])
    return {
        _number(wave): source_of(part, attribute, strata, own=own, opportunity=opportunity).by_ego()
        for wave, part in known.groupby(by, sort=True)
    }


def _by_ego(parts: list[pd.DataFrame]) -> list[np.ndarray]:
    egos: list[Hashable] = ordered([ego for part in parts for ego in part.index])
    index = pd.Index(egos, tupleize_cols=False) if egos else pd.Index([])
    names = ("external", "expected", "total")
    return [np.column_stack([part[name].reindex(index).fillna(0.0) for part in parts]) for name in names]


def _excess(external: np.ndarray, expected: np.ndarray, total: np.ndarray) -> np.ndarray:
    return np.divide(
        2 * (external - expected), total, out=np.full(np.shape(total), np.nan), where=np.asarray(total) > 0
    )


def _slope(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Give least squares slopes of the last axis over time, waves without a value left out."""
    known = np.isfinite(values)
    n = known.sum(axis=-1)
    middle = np.where(known, times, 0).sum(axis=-1) / np.maximum(n, 1)
    apart = np.where(known, times - middle[..., None], 0.0)
    squares = (apart**2).sum(axis=-1)
    product = (apart * np.where(known, values, 0.0)).sum(axis=-1)
    return np.divide(product, squares, out=np.full(np.shape(squares), np.nan), where=squares > 0)


def _table(
    times: np.ndarray,
    external: np.ndarray,
    expected: np.ndarray,
    total: np.ndarray,
    by: str,
    draws: int,
    seed: int,
    level: float,
) -> pd.DataFrame:
    sums = [part.sum(axis=0) for part in (external, expected, total)]
    excess = _excess(*sums)
    n = len(external)
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
    again = _excess(*(drawn @ part for part in (external, expected, total)))
    slope, slopes = _slope(times.astype(float), excess), _slope(times.astype(float), again)
    ends = [(1 - level) / 2, (1 + level) / 2]
    rows = [
        {"measure": "excess", by: time}
        | _share(sums, wave)
        | _spread(excess[wave], again[:, wave], ends)
        | {"p": np.nan, "n": int((total[:, wave] > 0).sum()), "flag": _few(int((total[:, wave] > 0).sum()))}
        for wave, time in enumerate(times)
    ]
    tail = {"measure": "slope", by: np.nan, "ei": np.nan, "expected": np.nan}
    rows.append(tail | _spread(float(slope), slopes, ends) | {"p": _p(slopes), "n": n, "flag": _few(n)})
    return pd.DataFrame(rows)


def _share(sums: list[np.ndarray], wave: int) -> dict[str, float]:
    external, expected, total = (float(part[wave]) for part in sums)
    return {
        name: (2 * part - total) / total if total else np.nan
        for name, part in (("ei", external), ("expected", expected))
    }


def _spread(estimate: float, values: np.ndarray, ends: list[float]) -> dict[str, float]:
    known = values[np.isfinite(values)]
    if len(known) < 2:
        return {"estimate": float(estimate), "se": np.nan, "low": np.nan, "high": np.nan}
    low, high = np.quantile(known, ends)
    return {
        "estimate": float(estimate),
        "se": float(known.std(ddof=1)),
        "low": float(low),
        "high": float(high),
    }


def _p(slopes: np.ndarray) -> float:
    known = slopes[np.isfinite(slopes)]
    if not len(known):
        return np.nan
    beyond = min((known <= 0).sum(), (known >= 0).sum())
    return float(min(1.0, 2 * (1 + beyond) / (1 + len(known))))


def _few(n: int) -> str:
    return f"n<{FEW}" if n < FEW else ""
