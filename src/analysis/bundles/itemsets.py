"""Which platforms are found together often enough? Item sets of any size, in firms counted once each or weighted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.bundles.presence import known_presence, name_key, platform_columns
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign

__all__ = ["Baskets", "Bundle", "Split", "frequent", "read_baskets", "splits_of"]


class Bundle(frozenset):
    """Hold platforms used together: a set that is listed and printed in the order of names.

    Examples
    --------
    >>> str(Bundle(["x", "facebook"])), Bundle(["x"]) == {"x"}
    ('facebook + x', True)
    """

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__(), key=name_key))

    def __str__(self) -> str:
        return " + ".join(map(str, self))

    __repr__ = __str__


class Baskets(NamedTuple):
    """Hold what was put together: firms by platforms, and what each firm stands for."""

    table: pd.DataFrame
    weights: np.ndarray
    design: SurveyDesign | None


class Split(NamedTuple):
    """Hold an item set parted in two, in both directions of a rule."""

    antecedent: Bundle
    consequent: Bundle

    @property
    def whole(self) -> Bundle:
        """Give the item set that was parted."""
        return Bundle(self.antecedent | self.consequent)


def read_baskets(presence: pd.DataFrame | SurveyDesign, weights: Any = None) -> Baskets:
    """Join presence to weights, and set aside the firms that are not fully known.

    Parameters
    ----------
    presence, weights
        As for `platform_bundles`.

    Returns
    -------
    Baskets

    Raises
    ------
    ParameterError
        When weights do not fit, or are given beside a design.
    DataError
        As `known_presence`; when a weight is missing or not above 0.

    Examples
    --------
    >>> read_baskets(pd.DataFrame({"x": [1, 0, None], "youtube": [1, 1, 1]}), [2, 1, 1]).weights.tolist()
    [2.0, 1.0]
    """
    if isinstance(presence, SurveyDesign):
        if weights is not None:
            raise ParameterError("weights= goes with a table: a design has its own.")
        known_presence(presence.data)
        design = presence.subset(platform_columns(presence.data).notna().all(axis=1))
        return Baskets(known_presence(design.data), design.weights.to_numpy(dtype=float), design)
    given = presence.drop(columns=weights) if isinstance(weights, str) and weights in presence else presence
    table = known_presence(given)
    complete = platform_columns(given).notna().all(axis=1).to_numpy()
    return Baskets(table, _weights(presence, weights)[complete], None)


def _weights(presence: pd.DataFrame, weights: Any) -> np.ndarray:
    if weights is None:
        return np.ones(len(presence))
    if isinstance(weights, str) and weights not in presence:
        raise ParameterError(f'weights="{weights}": the table has no such column.')
    values = presence[weights] if isinstance(weights, str) else weights
    numbers = pd.to_numeric(pd.Series(np.asarray(values, dtype=object)), errors="coerce").to_numpy(
        dtype=float
    )
    if len(numbers) != len(presence):
        raise ParameterError(f"weights: {len(numbers)} for {len(presence)} firms. Give one per row.")
    if not (np.isfinite(numbers) & (numbers > 0)).all():
        row = int(np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0)))[0])
        raise DataError(f"weights, row {row + 1}: each firm needs a number above 0.")
    return numbers


def frequent(baskets: Baskets, min_support: float) -> dict[Bundle, np.ndarray]:
    """Find the item sets that reach a support, and which firms are on all of each.

    Parameters
    ----------
    baskets : Baskets
        From `read_baskets`.
    min_support : float
        Least weighted share of firms.

    Returns
    -------
    dict of Bundle to numpy.ndarray of bool
        By size, then by name.

    Notes
    -----
    The search counts rows. A weighted share needs at least as many rows as the heaviest ones need to reach it: with
    that many as its least, the search misses nothing, and what falls short is dropped afterwards.

    References
    ----------
    Han, Pei & Yin (2000), *SIGMOD Record* 29:1, for the search.

    Examples
    --------
    >>> baskets = read_baskets(pd.DataFrame({"x": [1, 0, 0], "youtube": [1, 1, 0]}), [8, 1, 1])
    >>> list(frequent(baskets, 0.8))
    [x, youtube, x + youtube]
    """
    from mlxtend.frequent_patterns import fpgrowth

    heaviest = np.cumsum(np.sort(baskets.weights)[::-1])
    rows = 1 + int(np.searchsorted(heaviest, min_support * heaviest[-1] * (1 - 1e-9)))
    found = fpgrowth(baskets.table, min_support=(rows - 0.5) / len(baskets.table), use_colnames=True)
    members = {
        Bundle(items): baskets.table[list(items)].all(axis=1).to_numpy() for items in found["itemsets"]
    }
    least = min_support * (1 - 1e-9)
    kept = {b: m for b, m in members.items() if np.average(m, weights=baskets.weights) >= least}
    return dict(sorted(kept.items(), key=lambda pair: (len(pair[0]), tuple(map(name_key, pair[0])))))


def splits_of(bundle: Bundle) -> Iterator[Split]:
    """Part an item set in two, in every way and both directions.

    Parameters
    ----------
    bundle : Bundle
        Two platforms or more.

    Yields
    ------
    Split

    Examples
    --------
    >>> [str(split.antecedent) for split in splits_of(Bundle(["x", "facebook"]))]
    ['facebook', 'x']
    """
    for size in range(1, len(bundle)):
        for chosen in combinations(bundle, size):
            yield Split(Bundle(chosen), Bundle(bundle - set(chosen)))
