"""Which posts did better or worse than the account's own posts of the same kind, at the same age?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.engagement.maturity import at_age, readings
from analysis.engagement.tables.observed import DAYS, Observed, observed
from analysis.engagement.tables.values import check_level, names_given
from analysis.errors import DataError

__all__ = ["overperformance"]

LAST = 100
FEWEST = 5
TOLD = ["platform", "account", "post_id", "published"]
SCORED = ["age", "actual", "expected", "ratio", "estimate", "se", "low", "high", "n", "method", "flag"]


def overperformance(
    posts: Any,
    measure: str = "interactions",
    *,
    by: str | Iterable[str] | None = "kind",
    history: Any = None,
    days: float = DAYS,
    last: int = LAST,
    fewest: int = FEWEST,
    level: float = 0.95,
) -> pd.DataFrame:
    """Score each post against the account's own earlier posts of the same kind at the same age.

    Parameters
    ----------
    posts : table
        The posts contract, each post once, in any table narwhals reads.
    measure : str
        `interactions`, a column of counts, or `engagement by reach`.
    by : str or list of str, optional
        What posts compared must share besides the account: `kind`.
    history : table, optional
        Every reading of every post (`exported`, several per post), as `analysis.platforms.posts.history` gives.
        Without it, ages cannot be matched: posts are compared once mature.
    days : float
        Age from which figures are taken as final; younger posts are only scored when a history matches ages.
    last : int
        How many earlier posts are looked at.
    fewest : int
        With fewer, no expectation.
    level : float

    Returns
    -------
    pandas.DataFrame
        One row per measured post: `platform, account, post_id, published`, the `by` columns, `age` (days),
        `actual`, `expected` (mean of the middle half of the earlier posts), `ratio` (actual / expected),
        `estimate` (the score: ratio from 1 on, −expected / actual below, −2 × expected without any response),
        `low, high` (the score at the limits of the expectation), `se` (of the expectation), `n` (earlier posts
        used), `method`, `flag` (`n<5`, `young`, `expected 0`; `no date`: neither scored nor compared with; `no
        upper limit`: so few and uneven posts that the expectation may be 0).

    Raises
    ------
    ParameterError
        When the measure is not known.
    DataError
        When a column is absent or a post is there twice.

    Notes
    -----
    No score of a post with responses lies between −1 and 1: it jumps at the expectation. High scores fall back by
    themselves (regression to the mean): they are leads to look at, not proof of what works. Where no reading is
    as old as the post and as young as its own age, an earlier post is not used.

    References
    ----------
    CrowdTangle, "How do you calculate overperforming scores?" (archived help page 2013937); Tukey and
    McLaughlin (1963), Sankhyā A 25 (interval of a trimmed mean).

    Examples
    --------
    >>> table = pd.DataFrame({"account": "a", "kind": "photo", "reactions": [10, 10, 10, 10, 10, 30, 5]})
    >>> table = table.assign(published=pd.date_range("2025-01-06", periods=7), post_id=list("1234567"))
    >>> overperformance(table)[["actual", "expected", "estimate", "n"]].tail(2).values.tolist()
    [[30.0, 10.0, 3.0, 5.0], [5.0, 10.0, -2.0, 6.0]]
    """
    check_level(level)
    keys = names_given("by", by)
    seen = observed(posts, measure, needed=["published", "post_id", *keys], days=None)
    group = seen.posts.groupby(["_account", *keys], dropna=False, sort=True).ngroup()
    order = ["_account", "published", "post_id", "_group"]
    table = seen.posts.assign(_group=group).sort_values(order, kind="stable", ignore_index=True)
    _refuse_repeats(table)
    past = None if history is None else readings(history, measure)
    aged = "at the same age" if past is not None else _blind(seen, days)
    method = f"middle half of up to {last} earlier posts of the account, {aged}"
    scored = _scored(table, past, days, last, fewest, level) | {"method": method}
    told = [name for name in dict.fromkeys([*TOLD, *keys]) if name in table]
    found = pd.DataFrame({name: scored[name] for name in SCORED}, index=table.index)
    return pd.concat([table[told], found], axis=1)


def _refuse_repeats(table: pd.DataFrame) -> None:
    twice = table["post_id"][table.duplicated(["_account", "post_id"])].dropna()
    if len(twice):
        raise DataError(
            f'post_id "{twice.iloc[0]}" is there more than once: give each post once, with its newest '
            "figures, and all readings as history=."
        )


def _blind(seen: Observed, days: float) -> str:
    known = bool(seen.posts["_age"].notna().any())
    return f"blind to age beyond {days:g} days" if known else "blind to age: no export date"


def _expectations(table: pd.DataFrame, past: pd.DataFrame | None, days: float, last: int) -> np.ndarray:
    """Give what each post is compared with among those of its account and kind, the error of that, and how many."""
    found = np.full((3, len(table)), np.nan)
    for _, group in table.groupby("_group"):
        figures, dated = _figures(group, past, days), group["published"].notna().to_numpy()
        for i, row in enumerate(group.index):
            before = figures(i)[max(0, i - last) : i] if dated[i] else np.array([])
            found[:, row] = _expected(before[~np.isnan(before)])
    return found


def _scored(
    table: pd.DataFrame, past: pd.DataFrame | None, days: float, last: int, fewest: int, level: float
) -> dict[str, Any]:
    """Score posts that stand in the order of publication."""
    actual, age = table["_value"].to_numpy(), table["_age"].to_numpy()
    dated = table["published"].notna()
    expected, se, n = _expectations(table, past, days, last)
    margin = se * special.stdtrit(np.maximum(n - 2 * (n // 4) - 1, 1), (1 + level) / 2)
    young = (age < days) if past is None else np.zeros(len(table), bool)
    hidden = young | (n < fewest)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(hidden | (expected <= 0), np.nan, actual / expected)
    shown = {"expected": np.where(hidden, np.nan, expected), "se": np.where(hidden, np.nan, se)}
    limits = {"estimate": expected, "low": expected + margin, "high": expected - margin}
    scores = {name: _score(actual, limit, ratio) for name, limit in limits.items()}
    unbounded = ~np.isnan(scores["estimate"]) & ~np.isnan(se) & np.isnan(scores["high"])
    facts = zip(dated, n < fewest, young, expected <= 0, unbounded, strict=True)
    flags = [_flag(*fact, fewest) for fact in facts]
    figures = {"actual": actual, "age": age, "ratio": ratio, "n": n.astype(int), "flag": flags}
    return figures | shown | scores


def _flag(dated: bool, few: bool, young: bool, zero: bool, unbounded: bool, fewest: int) -> str:
    if not dated:
        return "no date"
    words = ["young" if young else "", f"n<{fewest}" if few else "", "expected 0" if zero and not few else ""]
    return ", ".join(filter(None, [*words, "no upper limit" if unbounded else ""]))


def _score(actual: np.ndarray, expected: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Score actual figures against expectations; missing where there is no ratio."""
    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = actual / expected, -expected / actual
        score = np.where(above >= 1, above, np.where(actual > 0, below, -2 * expected))
    return np.where(np.isnan(ratio) | ~(expected > 0), np.nan, score)


def _figures(group: pd.DataFrame, past: pd.DataFrame | None, days: float) -> Any:
    """Give, for each post, the figures of all posts of its group at its age."""
    actual, age = group["_value"].to_numpy(), group["_age"].to_numpy()
    if past is None:
        final = np.where(age < days, np.nan, actual)
        return lambda i: final
    known = dict(iter(past.groupby(["_account", "post_id"], sort=False)))
    rows = []
    for account, post, value, old in zip(group["_account"], group["post_id"], actual, age, strict=True):
        part = known.get((account, post))
        own = (
            (np.array([old]), np.array([value]))
            if part is None
            else (part["_age"].to_numpy(), part["_value"].to_numpy())
        )
        rows.append(at_age(*own, age, days))
    matched = np.array(rows)
    return lambda i: matched[:, i]


def _expected(values: np.ndarray) -> tuple[float, float, int]:
    """Take the mean of the middle half, its error, and how many posts it stands on."""
    n = len(values)
    cut = n // 4
    if n == 0:
        return np.nan, np.nan, 0
    ranked = np.sort(values)
    inner = ranked[cut : n - cut]
    mean = float(inner.sum()) / len(inner)
    if len(inner) < 2:
        return mean, np.nan, n
    outer = cut * (inner[0] - mean) ** 2 + cut * (inner[-1] - mean) ** 2
    centre = mean + cut * (inner[0] + inner[-1] - 2 * mean) / n
    squares = float(((inner - mean) ** 2).sum()) + outer - n * (centre - mean) ** 2
    return mean, 2 * float(np.sqrt(max(squares, 0.0) / (n - 1) / n)), n
