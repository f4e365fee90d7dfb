"""Do two groups of posts differ: a kind against another, a quarter against the one before, with an interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import (
    STATISTICS,
    Bootstrap,
    Measured,
    Together,
    flags,
    with_intervals,
)
from analysis.engagement.inference.groupwise import Prepared, blocks_of, is_few, measured_cells, prepare
from analysis.engagement.inference.sides import Sides, sides_of
from analysis.engagement.tables.grouping import groups
from analysis.engagement.tables.interactions import choices
from analysis.engagement.tables.values import names_given, rate_of
from analysis.errors import ParameterError, did_you_mean

__all__ = ["contrast"]


def contrast(
    posts: Any,
    measure: str = "reach",
    by: str = "kind",
    *,
    reference: object = None,
    within: str | Iterable[str] | None = None,
    statistic: Literal["median", "pooled", "mean"] = "median",
    scale: Literal["ratio", "difference"] = "ratio",
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
    together: Together = "auto",
) -> pd.DataFrame:
    """Compare groups of posts with a reference group: two kinds, two quarters, with and without a label.

    Parameters
    ----------
    posts : table
        The posts contract, as for `engagement`.
    measure : str
        A column of counts, `interactions`, or `engagement by reach` (`followers`, `views`).
    by : str
        The column whose groups are compared; `quarter`, `month`... are made from `published`.
    reference : optional
        The group compared with; the first in sorted order unless named.
    within : str or list of str, optional
        Compare separately within these groups.
    statistic : {"median", "pooled", "mean"}
        `pooled` is for rates only.
    scale : {"ratio", "difference"}
        Group over reference, or group minus reference.
    level, draws, seed, together
        As for `engagement`; both groups are drawn together when they share weeks or accounts.

    Returns
    -------
    pandas.DataFrame
        `within` columns, `group_1` (reference), `group_2`, `measure`, `statistic`, `scale`, `estimate, se, low, high`,
        `n`, `n_1`, `n_2`, `method`, `flag`.

    Raises
    ------
    ParameterError
        When a choice is unknown or the reference is not among the groups.

    Notes
    -----
    Do not read a ratio as the effect of the group: who posts what, and when, is chosen.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["link", "photo", "photo"], "reach": [100, 150, 250]})
    >>> contrast(table)[["group_1", "group_2", "estimate", "n_2"]].to_dict("records")
    [{'group_1': 'link', 'group_2': 'photo', 'estimate': 2.0, 'n_2': 2}]
    """
    choices("scale", [scale], ("ratio", "difference"))
    choices("statistic", [statistic], STATISTICS)
    if statistic == "pooled" and rate_of(measure) == measure:
        raise ParameterError(
            'statistic="pooled" is a sum over a sum: it needs a rate such as "engagement by reach".'
        )
    keys = names_given("within", within)
    how = Bootstrap(level, draws, seed, together)
    rows = compared(posts, measure, by, keys, statistic, scale, how, reference)
    names = ["group_1", "group_2", "measure", "statistic", "scale", "estimate", "se", "low", "high"]
    return pd.DataFrame(rows, columns=[*keys, *names, "n", "n_1", "n_2", "method", "flag"])


def compared(
    posts: Any,
    measure: str,
    by: str,
    keys: list[str],
    statistic: str,
    scale: str,
    how: Bootstrap,
    reference: object = None,
) -> list[dict]:
    """Give the rows of `contrast`.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["link", "photo", "photo"], "reach": [100, 150, 250]})
    >>> compared(table, "reach", "kind", [], "median", "ratio", Bootstrap(0.95, 100, 0, "auto"))[0]["estimate"]
    2.0
    """
    cells, measured = measured_cells(posts, measure, [*keys, by], None)
    prepared = prepare(cells, [measured])
    levels = sorted(prepared.named[by].dropna().unique().tolist())
    if reference is not None and reference not in levels:
        raise ParameterError(
            f'reference="{reference}" is not a group of {by}.{did_you_mean(str(reference), map(str, levels))} '
            f"Groups: {', '.join(map(str, levels))}."
        )
    return [
        dict(zip(keys, values, strict=True)) | row | {"measure": measure}
        for values, named in groups(prepared.named, keys)
        for row in _pairs(prepared, named[by], statistic, scale, how, reference)
    ]


def _pairs(
    prepared: Prepared, of: pd.Series, statistic: str, scale: str, how: Bootstrap, reference: object
) -> Iterator[dict]:
    """Compare each group with the reference: by draws when their posts are few, else from sums over blocks."""
    named = of.dropna()
    if not len(named):
        return
    if is_few(prepared.sizes[named.index].sum()):
        found: _Posts | Sides = _posts_of(prepared, named)
        present = sorted(found.levels)
    else:
        found = sides_of(prepared.chosen(named.index), named, statistic, how)
        present = sorted(found.levels)
    base = reference if reference is not None else present[0] if present else None
    for other in [name for name in present if name != base and base in present]:
        if isinstance(found, Sides):
            row = found.contrast(base, other, scale)
        else:
            row = _contrast(found, base, other, statistic, scale, how)
        yield {"group_1": base, "group_2": other, "statistic": statistic, "scale": scale} | row


@dataclass(frozen=True)
class _Posts:
    """Hold the measured posts of some groups, sorted by the name of their group and by their figures.

    Attributes
    ----------
    levels : dict
        Name of each group → its number.
    group, over, under, account, week : numpy.ndarray
        Of each post: number of its group, numerator, denominator, account and week.
    """

    levels: dict[object, int]
    group: np.ndarray
    over: np.ndarray
    under: np.ndarray
    account: np.ndarray
    week: np.ndarray


def _posts_of(prepared: Prepared, named: pd.Series) -> _Posts:
    posts = prepared.posts(named.index)
    group, over, under, value = (posts[name] for name in ("_group", "_o0", "_u0", "_v0"))
    account, week = blocks_of(posts)
    place = dict(zip(named.index.tolist(), pd.factorize(named, sort=True)[0].tolist(), strict=True))
    rank = np.array([place[number] for number in group.tolist()], dtype=int)
    order = np.lexsort((under, over, rank))
    order = order[~np.isnan(value[order])]
    measured = set(group[order].tolist())
    levels = {
        name: number for number, name in zip(named.index, named.tolist(), strict=True) if number in measured
    }
    return _Posts(levels, *(values[order] for values in (group, over, under, account, week)))


def _contrast(posts: _Posts, base: object, other: object, statistic: str, scale: str, how: Bootstrap) -> dict:
    """Contrast two groups; blocks they share are drawn once for both, blocks of one group within that group."""
    pair = np.isin(posts.group, [posts.levels[base], posts.levels[other]])
    drawn = bootstrap.blocks(posts.account[pair], posts.week[pair], how.together)
    second = posts.group[pair] == posts.levels[other]
    sides = [np.bincount(drawn.of[side], minlength=drawn.count) > 0 for side in (~second, second)]
    if not (sides[0] & sides[1]).any():
        drawn = replace(drawn, strata=drawn.strata * 2 + sides[1])
    over, under = posts.over[pair], posts.under[pair]
    functions = []
    for side in (~second, second):
        part = bootstrap.Blocks(drawn.of[side], drawn.count, drawn.unit, drawn.strata)
        functions.append(Measured(over[side], under[side], part).statistic(statistic))

    def compared(weights: np.ndarray) -> np.ndarray:
        first, then = functions[0](weights), functions[1](weights)
        if scale == "difference":
            return then - first
        return np.divide(then, first, out=np.full(len(then), np.nan), where=first != 0)

    few = min(int(side.sum()) for side in sides)
    row = with_intervals({"x": compared}, drawn, how, f"{base}|{other}", few)["x"]
    n_1, n_2 = int((~second).sum()), int(second.sum())
    return row | {"n": n_1 + n_2, "n_1": n_1, "n_2": n_2, "flag": flags(min(n_1, n_2), row["flag"])}
