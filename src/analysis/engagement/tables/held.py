"""Few posts already in memory: numbered by group and measured as an engine would, by arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.engagement.inference.aggregates import BLOCK
from analysis.engagement.tables.interactions import PARTS

__all__ = ["numbered"]


def numbered(table: pd.DataFrame, coded: list[str]) -> np.ndarray:
    """Number the group of each post, groups in the order of their codes.

    Parameters
    ----------
    table : pandas.DataFrame
        Posts with their coded grouping columns.
    coded : list of str
        Names of these columns; without any, all posts are group 0.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> numbered(pd.DataFrame({"_k0": [2.0, 0.0, 2.0]}), ["_k0"]).tolist()
    [1, 0, 1]
    """
    if len(coded) == 1:
        return np.unique(table[coded[0]].to_numpy(), return_inverse=True)[1]
    return table.groupby(coded).ngroup().to_numpy() if coded else np.zeros(len(table), dtype=np.int64)


def counted(
    table: pd.DataFrame, group: np.ndarray, figures: tuple[str, ...]
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Count the posts of each group and platform, and list the platforms that report each part of the responses.

    Examples
    --------
    >>> table = pd.DataFrame({"platform": ["y", "x", "y"], "_f_saves": [1.0, None, None]})
    >>> counts, reported = counted(table, np.zeros(3, int), ("saves",))
    >>> counts.to_dict("list"), reported
    ({'_group': [0, 0], 'platform': ['x', 'y'], 'posts': [1, 2]}, {'saves': ['y']})
    """
    code, names = pd.factorize(table["platform"], sort=True)
    names = np.asarray(names, dtype=object)
    held = np.bincount(group * max(len(names), 1) + code)
    met = np.flatnonzero(held)
    group, platform = np.divmod(met, max(len(names), 1))
    counts = pd.DataFrame({"_group": group, "platform": names[platform], "posts": held[met]})
    known = {part: ~np.isnan(_figure(table, part)) for part in PARTS if part in figures}
    return counts, {part: names[np.unique(code[rows])].tolist() for part, rows in known.items()}


def measured(
    table: pd.DataFrame,
    group: np.ndarray,
    measures: list[tuple[str, str | None]],
    figures: tuple[str, ...],
    reported: Mapping[str, list[str]],
) -> pd.DataFrame:
    """Give the group, numerator, denominator and value of each measure: `_group, _o0, _u0, _v0`.

    Examples
    --------
    >>> table = pd.DataFrame({"platform": "x", "account": "a", "_f_reach": [8.0], "_f_clicks": [2.0]})
    >>> found = measured(table, np.zeros(1, int), [("clicks", "reach")], ("reach", "clicks"), {})
    >>> found[["_o0", "_u0", "_v0"]].values.tolist()
    [[2.0, 8.0, 0.25]]
    """
    made: dict[str, Any] = {name: table[name].array for name in (*BLOCK, "published") if name in table}
    made["_group"] = group
    for place, (name, divisor) in enumerate(measures):
        over = _interactions(table, reported) if name == "interactions" else _figure(table, name)
        there = divisor is None or divisor in figures
        under = (
            _figure(table, divisor) if divisor and there else np.full(len(table), 1.0 if there else np.nan)
        )
        value = np.divide(over, under, out=np.full(len(table), np.nan), where=under > 0)
        made |= {f"_o{place}": over, f"_u{place}": under, f"_v{place}": value}
    return pd.DataFrame(made)


def _figure(table: pd.DataFrame, name: str) -> np.ndarray:
    return table[f"_f_{name}"].to_numpy(dtype=float, na_value=np.nan)


def _interactions(table: pd.DataFrame, reported: Mapping[str, list[str]]) -> np.ndarray:
    """Sum the responses to each post, as `interactions_of` writes it for an engine."""
    total, (code, names) = _figure(table, "reactions"), pd.factorize(table["platform"])
    for part in (part for part in PARTS[1:] if reported.get(part)):
        value = _figure(table, part)
        value = np.nan_to_num(value) if part == "saves" else value
        counts = np.array([name in reported[part] for name in names], dtype=bool)
        total = total + np.where(counts[code], value, 0.0)
    return total
