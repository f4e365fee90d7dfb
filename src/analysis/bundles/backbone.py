"""Which platforms are used together more than chance would bring? The co-use network against several null models.

Two platforms share firms because both are popular, or because some firms are everywhere. A null model says how many
firms they would share for such reasons alone; only what exceeds it is kept. The null decides the picture: show several.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import gammaln

from analysis.bundles.fitness import cell_probabilities
from analysis.bundles.multiplicity import Correction, adjusted, refuse_correction, within
from analysis.bundles.presence import known_presence, name_key
from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = ["Null", "compare_nulls", "couse_backbone", "disparity"]

Null = Literal["hypergeometric", "sdsm", "disparity"]


def couse_backbone(
    presence: pd.DataFrame,
    *,
    null: Null = "hypergeometric",
    alpha: float = 0.05,
    correction: Correction = "none",
) -> pd.DataFrame:
    """Test, for every pair of platforms, whether firms use both more often than a null model brings.

    Parameters
    ----------
    presence : pandas.DataFrame
        One row per firm, one column per platform (0, 1, missing); of survey microdata, the columns `platforms__*`.
    null : {"hypergeometric", "sdsm", "disparity"}
        What is held fixed: how many firms each platform has (`hypergeometric`); this and, on average, how many
        platforms each firm has (`sdsm`, the stochastic degree sequence model, its Poisson-binomial law exact); or each
        platform's total co-use, spread at random over its partners (`disparity`).
    alpha : float
        Keep the pairs whose p is below; with a correction, whose corrected p is.
    correction : {"none", "bh", "holm"}
        Whether pairs are kept by their own p or by the one corrected for the number of pairs: `bh` holds the share of
        false discoveries, `holm` the chance of one.

    Returns
    -------
    pandas.DataFrame
        Every pair once: `source, target, co_use` (firms on both), `expected` (under the null), `p` (one-sided: as many
        or more), `p_adjusted` (`holm` where asked, else `bh`), `kept, n` (firms whose presence is known), `method`.

    Raises
    ------
    ParameterError
        When the null, alpha or correction cannot be one.
    DataError
        As `known_presence`.

    Notes
    -----
    Of 78 pairs, four are kept by chance without a correction. A pair that is not kept is not a pair that repels: these
    tests look at one side. With few platforms `sdsm` is cautious: a firm's count holds the very pair tested.
    Firms count once each, unweighted.

    References
    ----------
    Tumminello et al. (2011), *PLoS ONE* 6:e17994 (hypergeometric); Neal (2014), *Social Networks* 39:84 (SDSM);
    Serrano, Boguñá & Vespignani (2009), *PNAS* 106:6483 (disparity filter).

    Examples
    --------
    >>> firms = pd.DataFrame({"x": [1] * 5 + [0] * 5, "youtube": [1] * 5 + [0] * 5, "facebook": [1, 0] * 5})
    >>> couse_backbone(firms)[["source", "target", "co_use", "kept"]]
         source   target  co_use   kept
    0  facebook        x       3  False
    1  facebook  youtube       3  False
    2         x  youtube       5   True
    """
    if null not in NULLS:
        raise ParameterError(
            f'null="{null}" is not a choice.{did_you_mean(str(null), NULLS)} Choices: {", ".join(NULLS)}.'
        )
    if not (within(alpha, 0, 1) and 0 < alpha < 1):
        raise ParameterError(f"alpha={alpha}: give a share between 0 and 1, such as 0.05.")
    refuse_correction(correction)
    known = known_presence(presence)
    table = _pairs(known)
    expected, p = NULLS[null](known, table)
    corrected = adjusted(p.tolist(), "holm" if correction == "holm" else "bh")
    table = table.assign(expected=expected, p=p, p_adjusted=corrected)
    table["kept"] = table["p" if correction == "none" else "p_adjusted"] < alpha
    return table.assign(n=len(known), method=null).astype({"method": "string"})


def _pairs(known: pd.DataFrame) -> pd.DataFrame:
    cells = known.to_numpy(dtype=np.int64)
    together = cells.T @ cells
    pairs = list(combinations(range(cells.shape[1]), 2))
    names = list(known.columns)
    return pd.DataFrame(
        {
            "source": [names[i] for i, _ in pairs],
            "target": [names[j] for _, j in pairs],
            "co_use": [int(together[i, j]) for i, j in pairs],
        }
    )


def _places(known: pd.DataFrame, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    place = {name: number for number, name in enumerate(known.columns)}
    return np.array([place[s] for s in table["source"]]), np.array([place[t] for t in table["target"]])


def _hypergeometric(known: pd.DataFrame, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    users, (i, j) = known.to_numpy().sum(axis=0), _places(known, table)
    from scipy import stats

    p = stats.hypergeom.sf(table["co_use"].to_numpy() - 1, len(known), users[i], users[j])
    return users[i] * users[j] / len(known), p


def _sdsm(known: pd.DataFrame, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Add up, over kinds of firms with equal counts, binomial numbers of firms on both."""
    cells = known.to_numpy()
    _, first, counts = np.unique(cells.sum(axis=1), return_index=True, return_counts=True)
    chances = cell_probabilities(cells.sum(axis=1), cells.sum(axis=0))[first]
    both = [chances[:, i] * chances[:, j] for i, j in zip(*_places(known, table), strict=True)]
    expected = np.array([counts @ chance for chance in both])
    tails = [_upper_tail(counts, q, k) for q, k in zip(both, table["co_use"], strict=True)]
    return expected, np.array(tails)


def _upper_tail(counts: np.ndarray, chances: np.ndarray, observed: int) -> float:
    """Give the exact chance that so many successes or more come of groups of trials with different chances."""
    if observed <= 0:
        return 1.0
    law = np.ones(1)
    for count, chance in sorted(zip(counts.tolist(), chances.tolist(), strict=True)):
        law = np.convolve(law, _binomial(count, min(chance, 1.0)))
    return float(min(1.0, np.sort(law[observed:]).sum()))


def _binomial(count: int, chance: float) -> np.ndarray:
    """Give the chances of 0 to `count` successes."""
    number = np.arange(count + 1)
    if chance in (0.0, 1.0):
        return (number == count * chance).astype(float)
    ways = gammaln(count + 1) - gammaln(number + 1) - gammaln(count - number + 1)
    return np.exp(ways + number * np.log(chance) + (count - number) * np.log1p(-chance))


def _disparity(known: pd.DataFrame, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    tested = disparity(table.rename(columns={"co_use": "weight"}))
    return tested["expected"].to_numpy(), tested["p"].to_numpy()


NULLS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], tuple[np.ndarray, np.ndarray]]] = {
    "hypergeometric": _hypergeometric,
    "sdsm": _sdsm,
    "disparity": _disparity,
}


def disparity(ties: pd.DataFrame, *, weight: str = "weight") -> pd.DataFrame:
    """Test whether a tie holds more of either end's strength than spreading it at random would give.

    Parameters
    ----------
    ties : pandas.DataFrame
        `source, target` and the weight, each undirected pair once.
    weight : str
        Its column: 0 or more.

    Returns
    -------
    pandas.DataFrame
        The ties with `expected` (the greater of what either end gives to each of its partners on average) and `p` (the
        smaller of both ends; 1 where there is no tie).

    Raises
    ------
    ParameterError
        When it is no table.
    DataError
        When a column is missing, a weight is below 0 or missing, a tie joins an end to itself or comes twice.

    Notes
    -----
    An end with one partner gives it everything: its p is 1, so two such ends are never kept.

    References
    ----------
    Serrano, Boguñá & Vespignani (2009), *PNAS* 106:6483.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["a", "a", "a"], "target": ["b", "c", "d"], "weight": [8, 1, 1]})
    >>> disparity(ties)["p"].round(2).tolist()
    [0.04, 0.81, 0.81]
    """
    weights = _tie_weights(ties, weight)
    ends = np.concatenate([ties["source"].to_numpy(dtype=object), ties["target"].to_numpy(dtype=object)])
    codes, names = pd.factorize(ends)
    both = np.tile(weights, 2)
    strength = np.bincount(codes, weights=both, minlength=len(names))[codes]
    degree = np.bincount(codes, weights=both > 0, minlength=len(names))[codes]
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(both > 0, (1 - both / strength) ** (degree - 1), 1.0).reshape(2, -1)
        mean = np.where(degree > 0, strength / degree, 0.0).reshape(2, -1)
    return ties.assign(expected=mean.max(axis=0), p=p.min(axis=0))


def _tie_weights(ties: pd.DataFrame, weight: str) -> np.ndarray:
    if not isinstance(ties, pd.DataFrame):
        raise ParameterError(
            f"ties is a {type(ties).__name__}: give a DataFrame with the columns source, target and {weight}."
        )
    for name in ("source", "target", weight):
        if name not in ties:
            raise DataError(
                f'The ties have no column "{name}"; they have: {", ".join(map(str, ties.columns))}.'
            )
    weights = pd.to_numeric(ties[weight], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if not (weights >= 0).all():
        raise DataError(
            f'Ties, column "{weight}", row {int(np.argmin(weights >= 0)) + 1}: give a number, 0 or more.'
        )
    seen: set[Any] = set()
    for row, pair in enumerate(zip(ties["source"], ties["target"], strict=True), start=1):
        if pair[0] == pair[1]:
            raise DataError(f"Ties, row {row}: {pair[0]!r} is tied to itself. Leave such rows out.")
        if frozenset(pair) in seen:
            raise DataError(
                f"Ties, row {row}: {pair[0]!r} and {pair[1]!r} come twice. Add their weights up first."
            )
        seen.add(frozenset(pair))
    return weights


def compare_nulls(
    presence: pd.DataFrame,
    *,
    nulls: Sequence[Null] = ("hypergeometric", "sdsm"),
    alpha: float = 0.05,
    correction: Correction = "none",
) -> pd.DataFrame:
    """Set the co-use backbones of several null models side by side.

    Parameters
    ----------
    presence, alpha, correction
        As for `couse_backbone`.
    nulls : sequence of {"hypergeometric", "sdsm", "disparity"}
        Two or more.

    Returns
    -------
    pandas.DataFrame
        `source, target, co_use, n`, then for each null `expected_…, p_…, p_adjusted_…, kept_…`, and `kept_by` (how many
        nulls keep the pair), most kept first.

    Raises
    ------
    ParameterError, DataError
        As `couse_backbone`; also when fewer than two nulls are named.

    Notes
    -----
    A pair kept by one null only says as much about the null as about the platforms.

    References
    ----------
    Neal, Domagalski & Sagan (2021), *Scientific Reports* 11:23929, for the comparison.

    Examples
    --------
    >>> firms = pd.DataFrame({"x": [1] * 5 + [0] * 5, "youtube": [1] * 5 + [0] * 5, "facebook": [1, 0] * 5})
    >>> compare_nulls(firms)[["source", "target", "kept_hypergeometric", "kept_sdsm"]].head(1).values.tolist()
    [['x', 'youtube', True, False]]
    """
    if len(set(nulls)) < 2:
        raise ParameterError(f"nulls={list(nulls)}: name two or more of {', '.join(NULLS)}.")
    tables = {null: couse_backbone(presence, null=null, alpha=alpha, correction=correction) for null in nulls}
    wide = next(iter(tables.values()))[["source", "target", "co_use", "n"]].copy()
    for null, table in tables.items():
        for column in ("expected", "p", "p_adjusted", "kept"):
            wide[f"{column}_{null}"] = table[column]
    wide["kept_by"] = wide[[f"kept_{null}" for null in tables]].sum(axis=1)
    order = pd.DataFrame({"kept": -wide["kept_by"], "co_use": -wide["co_use"]})
    order["name"] = [(name_key(s), name_key(t)) for s, t in zip(wide["source"], wide["target"], strict=True)]
    return wide.loc[order.sort_values(["kept", "co_use", "name"]).index].reset_index(drop=True)
