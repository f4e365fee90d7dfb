"""How even is the rhythm of posts: like a clock, or in bursts between silences?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import Bootstrap, with_intervals
from analysis.engagement.tables.calendar import week_of
from analysis.engagement.tables.grouping import groups
from analysis.engagement.tables.posts import account_of, read_posts
from analysis.engagement.tables.values import names_given

__all__ = ["silences"]


def silences(
    posts: Any,
    by: str | Iterable[str] | None = None,
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure how unequal the gaps between an account's posts are.

    Parameters
    ----------
    posts : table
        The posts contract with `published`, in any table narwhals reads.
    by : str or list of str, optional
        Grouping columns.
    level, draws, seed
        Of the bootstrap: the weeks in which gaps begin within one account, accounts when there are several.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `measure`, `estimate, se, low, high` (0 to 1), `n` (gaps), `method`, `flag` (`gaps<2`,
        `weeks<8`, `accounts<8`). Measures: `gini` of the gaps (0: a clock; near 1: bursts and long silences)
        and `evenness` (entropy of the shares of time that gaps take, over its maximum; 1: a clock).

    Raises
    ------
    DataError
        When a column is absent.

    Notes
    -----
    Posts at random moments have a Gini of one half: only below it is there a habit. Time before the first and
    after the last post is no gap; each gap is taken relative to its account's mean gap, so that a slow account
    is no uneven one; `cadence` counts the silent weeks, which count as 0 posts.

    References
    ----------
    Gini (1912), Variabilità e mutabilità; Shannon (1948), Bell System Technical Journal 27.

    Examples
    --------
    >>> table = pd.DataFrame({"account": "a", "published": pd.date_range("2025-01-06", periods=5, freq="3D")})
    >>> silences(table)[["measure", "estimate", "n"]].values.tolist()
    [['gini', 0.0, 4], ['evenness', 1.0, 4]]
    """
    keys = names_given("by", by)
    table = read_posts(posts, [*keys, "published"], ["platform", "account"])
    table = table.assign(_account=account_of(table)).dropna(subset=["published"])
    how, rows = Bootstrap(level, draws, seed, "auto"), []
    for values, group in groups(table, keys):
        found = _measured(group.sort_values(["_account", "published"]), how, "|".join(map(str, values)))
        rows += [dict(zip(keys, values, strict=True)) | row for row in found]
    return pd.DataFrame(
        rows, columns=[*keys, "measure", "estimate", "se", "low", "high", "n", "method", "flag"]
    )


def _measured(group: pd.DataFrame, how: Bootstrap, label: str) -> list[dict]:
    begin = group.groupby("_account")["published"].shift()
    gap = (group["published"] - begin).dt.total_seconds().to_numpy() / 86400
    known = ~np.isnan(gap)
    account = group["_account"].to_numpy(dtype=str)[known]
    own = pd.Series(gap).groupby(group["_account"].to_numpy()).transform("mean").to_numpy()
    gap = np.divide(gap, own, out=np.zeros(len(gap)), where=own > 0)
    drawn = bootstrap.blocks(account, week_of(group.assign(published=begin))[known])
    functions = {"gini": _gini(gap[known], drawn), "evenness": _evenness(gap[known], drawn)}
    found = with_intervals(functions, drawn, how, label)
    few = "gaps<2" if known.sum() < 2 else ""
    return [
        {"measure": name} | row | {"n": int(known.sum()), "flag": ", ".join(filter(None, [few, row["flag"]]))}
        for name, row in found.items()
    ]


def _gini(gaps: np.ndarray, drawn: bootstrap.Blocks) -> bootstrap.Statistic:
    order = np.argsort(gaps, kind="stable")
    ranked, block = gaps[order], drawn.of[order]

    def statistic(weights: np.ndarray) -> np.ndarray:
        drawn_gaps = weights[:, block].astype(float)
        total, time = drawn_gaps.sum(axis=1), drawn_gaps @ ranked
        rank = np.cumsum(drawn_gaps, axis=1) - drawn_gaps / 2
        spread = (drawn_gaps * rank) @ ranked
        return _over(2 * spread - total * time, total * time, total)

    return statistic


def _evenness(gaps: np.ndarray, drawn: bootstrap.Blocks) -> bootstrap.Statistic:
    logs = np.where(gaps > 0, gaps * np.log(np.where(gaps > 0, gaps, 1)), 0.0)

    def statistic(weights: np.ndarray) -> np.ndarray:
        drawn_gaps = weights[:, drawn.of].astype(float)
        total, time = drawn_gaps.sum(axis=1), drawn_gaps @ gaps
        safe = np.where(time > 0, time, 1)
        entropy = np.log(safe) - (drawn_gaps @ logs) / safe
        return _over(np.where(time > 0, entropy, np.nan), np.log(np.maximum(total, 1)), total)

    return statistic


def _over(above: np.ndarray, below: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Divide, giving nothing where there are fewer than two gaps."""
    possible = (total >= 2) & (below > 0)
    return np.divide(above, below, out=np.full(len(total), np.nan), where=possible)
