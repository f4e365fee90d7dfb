"""Boosted and unboosted posts apart, and what posts are answered with: talk, sharing or applause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import Bootstrap, flags, with_intervals
from analysis.engagement.responses import means
from analysis.engagement.tables.grouping import groups
from analysis.engagement.tables.observed import DAYS, observed
from analysis.engagement.tables.values import names_given, truths

__all__ = ["STATUSES", "per_post", "promotion"]

STATUSES = ("organic", "boosted", "not said")
KAUSHIK = {"conversation": "comments", "amplification": "shares", "applause": "reactions"}


def promotion(
    posts: Any,
    measure: str = "engagement by reach",
    by: str | Iterable[str] | None = None,
    *,
    days: float | None = DAYS,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure boosted posts, unboosted posts and posts of which nothing is said, never together.

    Parameters
    ----------
    posts : table
        The posts contract with `paid` where the export says it, in any table narwhals reads.
    measure : str
        `engagement by reach` (`followers`, `views`), `interactions` or a column of counts.
    by : str or list of str, optional
        Grouping columns.
    days : float, optional
        Posts younger than this on the day of export are left out.
    level, draws, seed
        Of the bootstrap: weeks within one account, accounts when there are several.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `status` (`organic`, `boosted`, `not said`), `estimate, se, low, high` (median of the
        measure), `n` (posts), `share` (of the group's measured posts), `n_missing`, `n_young` (of all posts),
        `method`, `flag`.

    Raises
    ------
    ParameterError
        When the measure is not known.
    DataError
        When a column is absent.

    Notes
    -----
    The figures of a boosted post mix people it was shown to for money with those who would have seen it anyway,
    and no export parts them. A boosted post is not a fair comparison for the others: the best are often the
    ones boosted.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [100, 200, 900], "paid": pd.array([False, False, True], dtype="boolean")})
    >>> promotion(table, "reach")[["status", "estimate", "n"]].values.tolist()
    [['organic', 150.0, 2], ['boosted', 900.0, 1]]
    """
    keys = names_given("by", by)
    seen = observed(posts, measure, needed=keys, optional=["paid"], days=days)
    table = seen.posts.assign(status=_status(seen.posts))
    how, rows = Bootstrap(level, draws, seed, "auto"), []
    for values, group in groups(table, keys):
        for status in STATUSES:
            part = group[group["status"] == status].sort_values("_value", kind="stable")
            if len(part):
                row = _median(part, how, "|".join([*map(str, values), status]))
                share = {"share": len(part) / len(group)}
                rows.append(dict(zip(keys, values, strict=True)) | {"status": status} | row | share)
    names = [*keys, "status", "estimate", "se", "low", "high", "n", "share"]
    left = {"n_missing": seen.n_missing, "n_young": seen.n_young}
    found = pd.DataFrame(rows, columns=[*names, "method", "flag"]).assign(**left)
    return found[[*names, *left, "method", "flag"]]


def _status(table: pd.DataFrame) -> np.ndarray:
    if "paid" not in table:
        return np.full(len(table), "not said", dtype=object)
    paid = truths(table["paid"], "paid")
    told = np.where(paid.fillna(False).to_numpy(bool), "boosted", "organic")
    return np.where(paid.isna().to_numpy(bool), "not said", told)


def _median(part: pd.DataFrame, how: Bootstrap, label: str) -> dict:
    drawn = bootstrap.blocks(
        part["_account"].to_numpy(dtype=str), part["_week"].to_numpy(float), how.together
    )
    found = with_intervals({"x": bootstrap.median(part["_value"].to_numpy(), drawn)}, drawn, how, label)["x"]
    return found | {"n": len(part), "flag": flags(len(part), found["flag"])}


def per_post(posts: Any, by: str | Iterable[str] | None = None, **options: Any) -> pd.DataFrame:
    """Count comments, shares and reactions per post: conversation, amplification and applause.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    by : str or list of str, optional
        Grouping columns.
    **options
        `every, level, draws, seed, together`, as for `engagement`.

    Returns
    -------
    pandas.DataFrame
        As `means`, with `measure` (`conversation`, `amplification`, `applause`) and `formula` first after the
        grouping columns; `estimate, se, low, high` are responses per post.

    Raises
    ------
    DataError
        When a column is absent.

    Notes
    -----
    These are counts per post, not per follower, though some tools print the latter under the same names: an
    account with ten times the followers has more of all three.

    References
    ----------
    Kaushik, A. (2011), "Best social media metrics: conversation, amplification, applause, economic value".

    Examples
    --------
    >>> table = pd.DataFrame({"comments": [1, 3], "shares": [0, 1], "reactions": [10, 20]})
    >>> per_post(table)[["measure", "formula", "estimate", "n"]].values.tolist()[0]
    ['conversation', 'comments / posts', 2.0, 2]
    """
    found = means(posts, list(KAUSHIK.values()), by, **options)
    words = {column: name for name, column in KAUSHIK.items()}
    place = list(found.columns).index("column")
    found.insert(place, "measure", found["column"].map(words))
    found.insert(place + 1, "formula", found["column"] + " / posts")
    return found.drop(columns="column")
