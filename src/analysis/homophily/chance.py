"""Where does the observed value stand among those of chance? Expected value, deviation, range and p."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.homophily.tallies import Source

__all__ = ["beside_chance", "described"]

FEW = 30
NEAR = 1e-9


def beside_chance(
    observed: np.ndarray,
    draws: np.ndarray,
    complete: bool,
    mean: np.ndarray | None = None,
    sd: np.ndarray | None = None,
) -> pd.DataFrame:
    """Set observed values beside those of chance.

    Parameters
    ----------
    observed : numpy.ndarray
        One value for all, then one per group.
    draws : numpy.ndarray
        One row per deal, the same columns; undefined values missing.
    complete : bool
        Whether every different deal is there, once.
    mean, sd : numpy.ndarray, optional
        Exact moments, missing where no closed form exists.

    Returns
    -------
    pandas.DataFrame
        `expected, sd, null_low, null_high` (middle 95% of the deals), `p` (two-sided: deals at least as far from
        the expected value, (1 + #)/(B + 1) when deals are random), `method` ("exact" or "permutation").

    Notes
    -----
    With exact moments and no deal, the range and p are those of the normal law.

    Examples
    --------
    >>> found = beside_chance(np.array([3.0]), np.array([[1.0], [2.0], [3.0]]), complete=True)
    >>> found[["expected", "p", "method"]].round(3).values.tolist()
    [[2.0, 0.667, 'exact']]
    """
    exact = np.full(len(observed), np.nan) if mean is None else mean
    spread = np.full(len(observed), np.nan) if sd is None else sd
    rows = [
        _column(value, draws[:, i] if len(draws) else np.empty(0), complete, exact[i], spread[i])
        for i, value in enumerate(observed)
    ]
    return pd.DataFrame(rows)


def _column(value: float, draws: np.ndarray, complete: bool, mean: float, sd: float) -> dict[str, Any]:
    known = draws[np.isfinite(draws)]
    exact = complete or (np.isfinite(mean) and np.isfinite(sd))
    method = "exact" if exact else "permutation"
    if np.isnan(value) or not (len(known) or exact):
        return dict.fromkeys(["expected", "sd", "null_low", "null_high", "p"], np.nan) | {"method": method}
    if not np.isfinite(mean) and len(known):
        mean = float(known.mean())
    if not np.isfinite(sd) and len(known):
        sd = float(known.std(ddof=0 if complete else min(1, len(known) - 1)))
    low, high, p = _range(value, known, complete, mean, sd)
    found = {"expected": mean, "sd": sd if sd > NEAR else 0.0, "null_low": low, "null_high": high, "p": p}
    return found | {"method": method}


def _range(
    value: float, known: np.ndarray, complete: bool, mean: float, sd: float
) -> tuple[float, float, float]:
    if not len(known):
        reach = special.ndtri(0.975) * sd
        p = (
            float(2 * special.ndtr(-abs(value - mean) / sd))
            if sd > NEAR
            else float(abs(value - mean) <= NEAR)
        )
        return mean - reach, mean + reach, p
    low, high = np.quantile(known, [0.025, 0.975])
    as_far = int((np.abs(known - mean) >= abs(value - mean) - NEAR).sum())
    p = as_far / len(known) if complete else (1 + as_far) / (1 + len(known))
    return float(low), float(high), p


def described(
    source: Source, estimate: np.ndarray, chance: pd.DataFrame, limits: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Put names, estimates, intervals and chance in one table.

    Parameters
    ----------
    source : Source
    estimate : numpy.ndarray
        One value for all, then one per group.
    chance : pandas.DataFrame
        From `beside_chance`.
    limits : pandas.DataFrame, optional
        `se, low, high` where ties were told by a sample.

    Returns
    -------
    pandas.DataFrame
        `group, estimate, se, low, high, expected, sd, null_low, null_high, p, n, left_out, method, flag`.

    Examples
    --------
    >>> import networkx as nx
    >>> from analysis.homophily.sources import source_of
    >>> source = source_of(nx.path_graph(3), {0: "a", 1: "a", 2: "b"})
    >>> values = np.array([0.0, -1.0, 1.0])
    >>> described(source, values, beside_chance(values, np.empty((0, 3)), complete=False))["group"].tolist()
    ['all', 'a', 'b']
    """
    counts = np.asarray(source.counts)
    missing = pd.DataFrame(np.nan, index=range(len(estimate)), columns=["se", "low", "high"])
    flags = ["no ties" if n == 0 else f"n<{FEW}" if n < FEW else "" for n in counts]
    if len(source.levels) < 2:
        flags = ["one group"] * len(flags)
    names = pd.DataFrame({"group": pd.Series(["all", *source.levels], dtype=object), "estimate": estimate})
    tail = pd.DataFrame({"n": counts, "left_out": source.left_out})
    front = chance.drop(columns="method")
    end = pd.DataFrame({"method": chance["method"], "flag": flags})
    return pd.concat([names, missing if limits is None else limits, front, tail, end], axis=1)
