"""Which platforms come as a bundle? Rules on item sets of any size, their lift with its interval, and tests for all.

"Who is on Instagram and YouTube is also on Pinterest": support says how many firms that is, confidence how often it
holds, lift how much more often than if platforms were chosen one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import special

from analysis.bundles.itemsets import Baskets, Bundle, Split, frequent, read_baskets, splits_of
from analysis.bundles.multiplicity import Correction, adjusted, refuse_correction, refuse_seed, within
from analysis.errors import ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.linearised import from_totals

__all__ = ["distinct", "platform_bundles"]

FEWEST = 30
AT_ONCE = 4_000_000
BLOCK = 50
COLUMNS = (
    "antecedent", "consequent", "support", "confidence", "lift", "low", "high", "p", "p_adjusted", "n", "count",
    "leverage", "conviction", "jaccard", "kulczynski", "zhang", "phi", "improvement", "method", "flag",
)  # fmt: skip


def platform_bundles(
    presence: pd.DataFrame | SurveyDesign,
    *,
    min_support: float = 0.05,
    min_confidence: float = 0.0,
    weights: str | Sequence[float] | pd.Series | None = None,
    correction: Correction = "bh",
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Find the platforms that firms use together, with the lift of each bundle and its interval.

    Parameters
    ----------
    presence : pandas.DataFrame or SurveyDesign
        One row per firm, one column per platform (0, 1, missing); of survey microdata, the columns `platforms__*`.
    min_support : float
        Least share of firms on all the platforms of a bundle, above 0.
    min_confidence : float
        Least confidence.
    weights : str, Series or sequence, optional
        What each firm stands for: a column, or one number per row. A design has its own.
    correction : {"bh", "holm", "none"}
        How p-values are corrected for the number of bundles tested: those that reach the support, whatever their
        confidence. A rule and its reverse are one test.
    level : float
        Confidence level.
    draws : int
        Bootstrap samples.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        `antecedent, consequent` (sets of platforms), `support`, `confidence` (shares), `lift`, `low, high` (of the
        lift), `p` (one-sided exact test of Fisher, on the firms counted once each), `p_adjusted`, `n` (firms whose
        presence is known), `count` (of them, on all the platforms), `leverage, conviction, jaccard, kulczynski, zhang,
        phi`, `improvement` (confidence less the best of the bundles with fewer antecedents for the same consequent;
        for one antecedent, less the consequent's own share), `method, flag`. Highest lift first.

    Raises
    ------
    ParameterError
        When a support, confidence, level or correction cannot be one.
    DataError
        As `known_presence`; when weights are missing or not above 0.

    Notes
    -----
    A lift above 1 does not say that one platform leads to the other: busy firms are on all of them. `count` below 30 is
    flagged: with so few firms the interval is long, and still too short.

    References
    ----------
    Agrawal & Srikant (1994), *VLDB*; Tan, Kumar & Srivastava (2004), *Information Systems* 29:293, for the measures;
    Bayardo, Agrawal & Gunopulos (2000), *Data Mining and Knowledge Discovery* 4:217, for the improvement; Benjamini &
    Hochberg (1995), *JRSS B* 57:289.

    Examples
    --------
    >>> baskets = pd.DataFrame({"beer": [0, 1, 1, 1, 0], "diapers": [0, 1, 1, 1, 1]})
    >>> bundles = platform_bundles(baskets, min_support=0.4)
    >>> bundles[["support", "confidence", "lift", "n"]]
       support  confidence  lift  n
    0      0.6        1.00  1.25  5
    1      0.6        0.75  1.25  5
    >>> str(bundles["antecedent"][1])
    'diapers'
    """
    _refuse(min_support, min_confidence, level, draws, seed)
    refuse_correction(correction)
    baskets = read_baskets(presence, weights)
    sets = frequent(baskets, min_support)
    splits = [split for bundle in sets for split in splits_of(bundle)]
    if not splits:
        return _empty()
    table = _measured(baskets, sets, splits).assign(p=_fisher(baskets, sets, splits))
    table["p_adjusted"] = _once_each(table, splits, correction)
    table["improvement"] = _improvement(table)
    kept = table[table["confidence"] >= min_confidence - 1e-12].reset_index(drop=True)
    low, high = _limits(baskets, kept, level, draws, seed)
    return _arranged(kept.assign(low=low, high=high), baskets)


def _refuse(min_support: float, min_confidence: float, level: float, draws: int, seed: int) -> None:
    if not (within(min_support, 0, 1) and min_support > 0):
        raise ParameterError(f"min_support={min_support}: give a share of firms above 0, at most 1.")
    if not within(min_confidence, 0, 1):
        raise ParameterError(f"min_confidence={min_confidence}: give a share from 0 to 1.")
    if not (within(level, 0, 1) and 0 < level < 1):
        raise ParameterError(f"level={level}: give a share between 0 and 1, such as 0.95.")
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 2:
        raise ParameterError(f"draws={draws}: give a whole number of bootstrap samples, 2 or more.")
    refuse_seed(seed)


def _measured(baskets: Baskets, sets: dict[Bundle, np.ndarray], splits: list[Split]) -> pd.DataFrame:
    """Work out what is said of each bundle from three shares: of either part and of both."""
    share = {bundle: float(np.average(member, weights=baskets.weights)) for bundle, member in sets.items()}
    a = np.array([share[split.antecedent] for split in splits])
    b = np.array([share[split.consequent] for split in splits])
    both = np.array([share[split.whole] for split in splits])
    count = [int(sets[split.whole].sum()) for split in splits]
    confidence, reverse, leverage = both / a, both / b, both - a * b
    spread = a * b * (1 - a) * (1 - b)
    reach = np.maximum(both * (1 - a), a * (b - both))
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "support": both,
            "confidence": confidence,
            "lift": both / (a * b),
            "leverage": leverage,
            "conviction": np.where(confidence < 1 - 1e-12, (1 - b) / (1 - confidence), np.inf),
            "jaccard": both / (a + b - both),
            "kulczynski": (confidence + reverse) / 2,
            "zhang": np.where(reach > 0, leverage / reach, 0.0),
            "phi": np.where(spread > 0, leverage / np.sqrt(spread), np.nan),
        }
    parts = {"antecedent": [s.antecedent for s in splits], "consequent": [s.consequent for s in splits]}
    return pd.DataFrame(
        {**{k: pd.Series(v, dtype=object) for k, v in parts.items()}, **columns, "count": count}
    )


def _fisher(baskets: Baskets, sets: dict[Bundle, np.ndarray], splits: list[Split]) -> np.ndarray:
    """Give the chance of so many firms on both, or more, were the two parts independent."""
    firms = {bundle: int(member.sum()) for bundle, member in sets.items()}
    both = [firms[split.whole] for split in splits]
    a, b = ([firms[part] for part in parts] for parts in zip(*splits, strict=True))
    from scipy import stats

    return stats.hypergeom.sf(np.array(both) - 1, len(baskets.table), np.array(a), np.array(b))


def _once_each(table: pd.DataFrame, splits: list[Split], correction: Correction) -> list[float]:
    """Correct over the tests, a rule and its reverse counting once."""
    tests = {frozenset(split): p for split, p in zip(splits, table["p"], strict=True)}
    corrected = dict(zip(tests, adjusted(list(tests.values()), correction), strict=True))
    return [corrected[frozenset(split)] for split in splits]


def _improvement(table: pd.DataFrame) -> np.ndarray:
    """Subtract the best confidence of fewer antecedents; none at all reaches the consequent's own share."""
    rules = list(zip(table["antecedent"], table["consequent"], strict=True))
    known = dict(zip(rules, table["confidence"], strict=True))
    own = table["confidence"] / table["lift"]
    best = [
        max([share, *(known[Bundle(part), b] for size in range(1, len(a)) for part in combinations(a, size))])
        for (a, b), share in zip(rules, own, strict=True)
    ]
    return table["confidence"].to_numpy() - np.array(best)


def _limits(
    baskets: Baskets, table: pd.DataFrame, level: float, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    if table.empty:
        return np.array([]), np.array([])
    items = {item: place for place, item in enumerate(baskets.table.columns)}
    parts = [
        table["antecedent"],
        table["consequent"],
        [a | b for a, b in zip(table["antecedent"], table["consequent"], strict=True)],
    ]
    places = [[[items[item] for item in bundle] for bundle in part] for part in parts]
    if baskets.design is not None:
        return _linearised(baskets, places, level)
    return _drawn(baskets, places, level, draws, seed)


def _members(rows: np.ndarray, bundles: list[list[int]]) -> np.ndarray:
    return np.column_stack([rows[:, bundle].all(axis=1) for bundle in bundles]).astype(float)


def _drawn(
    baskets: Baskets, places: list[list[list[int]]], level: float, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw firms again: how often each kind of firm (presence and weight) comes is multinomial."""
    kinds = np.column_stack([baskets.table.to_numpy(dtype=float), baskets.weights])
    rows, counts = np.unique(kinds, axis=0, return_counts=True)
    a, b, both = (_members(rows[:, :-1].astype(bool), bundles) * rows[:, [-1]] for bundles in places)
    rng = np.random.default_rng(seed)
    block = max(1, AT_ONCE // max(len(rows), a.shape[1]))
    lifts = []
    for start in range(0, draws, block):
        drawn = rng.multinomial(
            len(baskets.table), counts / counts.sum(), size=min(block, draws - start)
        ).astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            lifts.append((drawn @ both) * (drawn @ rows[:, -1])[:, None] / ((drawn @ a) * (drawn @ b)))
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.nanquantile(np.vstack(lifts), tails, axis=0)
    return low, high


def _linearised(
    baskets: Baskets, places: list[list[list[int]]], level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Take the interval of the logarithm of each lift from the sampling design."""
    design, weights = baskets.design, baskets.weights
    a, b, both = (_members(baskets.table.to_numpy(), bundles) for bundles in places)
    total_a, total_b, total_both = (weights @ part for part in (a, b, both))
    logs = np.log(total_both * weights.sum() / (total_a * total_b))
    pulls = both / total_both + 1 / weights.sum() - a / total_a - b / total_b
    blocks = [pulls[:, start : start + BLOCK] for start in range(0, pulls.shape[1], BLOCK)]
    errors = np.concatenate([from_totals(design, block, lambda totals: totals).errors for block in blocks])
    reach = special.stdtrit(design.degf, (1 + level) / 2) if design.degf > 0 else np.nan
    return np.exp(logs - reach * errors), np.exp(logs + reach * errors)


def _arranged(table: pd.DataFrame, baskets: Baskets) -> pd.DataFrame:
    n = len(baskets.table)
    few = ["n<30" if count < FEWEST else "" for count in table["count"]]
    method = "bootstrap" if baskets.design is None else "linearised log, t"
    table = table.assign(n=n, method=method, flag=few).astype({"method": "string", "flag": "string"})
    names = [str(a) + " > " + str(b) for a, b in zip(table["antecedent"], table["consequent"], strict=True)]
    order = pd.DataFrame(
        {"lift": -table["lift"].round(10), "support": -table["support"].round(10), "name": names}
    )
    return table.loc[order.sort_values(["lift", "support", "name"]).index, list(COLUMNS)].reset_index(
        drop=True
    )


def _empty() -> pd.DataFrame:
    words = {"antecedent": object, "consequent": object, "method": "string", "flag": "string"}
    whole = {"n": "int64", "count": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=(words | whole).get(name, float)) for name in COLUMNS})


def distinct(bundles: pd.DataFrame, *, improvement: float = 0.0) -> pd.DataFrame:
    """Keep the bundles that say more than their parts do.

    Parameters
    ----------
    bundles : pandas.DataFrame
        From `platform_bundles`.
    improvement : float
        Least gain in confidence over the best bundle with fewer antecedents, as a share.

    Returns
    -------
    pandas.DataFrame
        The rows of `bundles` whose improvement exceeds it, and of a rule and its reverse the more confident one.

    Raises
    ------
    ParameterError
        When the improvement is not from 0 to 1.

    Notes
    -----
    Pruned after testing: the corrected p-values still count every bundle tested.

    References
    ----------
    Bayardo, Agrawal & Gunopulos (2000), *Data Mining and Knowledge Discovery* 4:217.

    Examples
    --------
    >>> baskets = pd.DataFrame({"beer": [0, 1, 1, 1, 0], "diapers": [0, 1, 1, 1, 1]})
    >>> distinct(platform_bundles(baskets, min_support=0.4))["antecedent"].tolist()
    [beer]
    """
    if not 0 <= improvement <= 1:
        raise ParameterError(f"improvement={improvement}: give a gain in confidence from 0 to 1.")
    kept = bundles[bundles["improvement"] > improvement + 1e-12]
    same = [frozenset([a, b]) for a, b in zip(kept["antecedent"], kept["consequent"], strict=True)]
    surest = kept.assign(same=same).sort_values("confidence", ascending=False, kind="stable")
    return kept.loc[sorted(surest.drop_duplicates("same").index)].reset_index(drop=True)
