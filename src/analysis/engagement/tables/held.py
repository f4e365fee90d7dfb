"""Few posts already in memory: numbered by group and measured as an engine would, by arrays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.engagement.inference.aggregates import BLOCK
from analysis.engagement.tables.interactions import PARTS

__all__ = ["numbered"]


def numbered(table: Mapping[str, np.ndarray], coded: list[str]) -> np.ndarray:
    """Number the group of each post, groups in the order of their codes.

    Parameters
    ----------
    table : mapping of str to numpy.ndarray
        Columns of posts, `platform` and their coded grouping columns among them.
    coded : list of str
        Names of these columns; without any, all posts are group 0.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> numbered({"platform": np.array(["x"] * 3), "_k0": np.array([2.0, 0.0, 2.0])}, ["_k0"]).tolist()
    [1, 0, 1]
    """
    if not coded:
        return np.zeros(len(table["platform"]), dtype=np.int64)
    found = np.zeros(len(table["platform"]), dtype=np.int64)
    for name in coded:
        code, values = pd.factorize(table[name], sort=True)
        found = pd.factorize(found * len(values) + code, sort=True)[0]
    return found


def met(
    table: Mapping[str, np.ndarray], group: np.ndarray, figures: tuple[str, ...]
) -> tuple[list[tuple[int, str]], dict[str, list[str]]]:
    """List the platforms of each group, and those that report each part of the responses.

    Examples
    --------
    >>> table = {"platform": np.array(["y", "x", "y"]), "_f_saves": np.array([1.0, np.nan, np.nan])}
    >>> met(table, np.zeros(3, int), ("saves",))
    ([(0, 'x'), (0, 'y')], {'saves': ['y']})
    """
    platform = table["platform"]
    known = {part: ~np.isnan(table[f"_f_{part}"]) for part in PARTS if part in figures}
    reported = {part: sorted(set(platform[rows].tolist())) for part, rows in known.items()}
    return sorted(set(zip(group.tolist(), platform.tolist(), strict=True))), reported


def measured(
    table: Mapping[str, np.ndarray],
    group: np.ndarray,
    measures: list[tuple[str, str | None]],
    reported: Mapping[str, list[str]],
) -> dict[str, np.ndarray]:
    """Give the group, numerator, denominator and value of each measure: `_group, _o0, _u0, _v0`.

    Examples
    --------
    >>> table = {"platform": ["x"], "account": ["a"], "_f_reach": np.array([8.0]), "_f_clicks": np.array([2.0])}
    >>> found = measured(table, np.zeros(1, int), [("clicks", "reach")], {})
    >>> [found[name].tolist() for name in ("_o0", "_u0", "_v0")]
    [[2.0], [8.0], [0.25]]
    """
    made = {name: table[name] for name in (*BLOCK, "published") if name in table} | {"_group": group}
    for place, (name, divisor) in enumerate(measures):
        over = _interactions(table, reported) if name == "interactions" else table[f"_f_{name}"]
        plain = np.full(len(group), np.nan if divisor else 1.0)
        under = table.get(f"_f_{divisor}", plain)
        value = np.divide(over, under, out=np.full(len(group), np.nan), where=under > 0)
        made |= {f"_o{place}": over, f"_u{place}": under, f"_v{place}": value}
    return made


def _interactions(table: Mapping[str, np.ndarray], reported: Mapping[str, list[str]]) -> np.ndarray:
    """Sum the responses to each post, as `interactions_of` writes it for an engine."""
    total = table["_f_reactions"]
    for part in (part for part in PARTS[1:] if reported.get(part)):
        value = table[f"_f_{part}"]
        value = np.nan_to_num(value) if part == "saves" else value
        total = total + np.where(np.isin(table["platform"], reported[part]), value, 0.0)
    return total
