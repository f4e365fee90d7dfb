"""How often does a business post, and how long does it fall silent?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.engagement import bootstrap
from analysis.engagement.estimates import Bootstrap, with_intervals
from analysis.engagement.grouping import cells, groups
from analysis.engagement.posts import account_of

__all__ = ["cadence"]


def cadence(
    posts: Any,
    by: str | Iterable[str] | None = None,
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Count posts per week, silent weeks and the gaps between posts.

    Parameters
    ----------
    posts : table
        The posts contract; `published` is needed.
    by : str or list of str, optional
        Grouping columns.
    start, end : date, optional
        First and last day observed. Without them, the whole weeks from an account's first to its last post.
    level, draws, seed
        Of the bootstrap interval.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `measure`, `unit`, `estimate, se, low, high, n, method, flag`. Measures: `posts_per_week`
        (per account, silent weeks count as 0; n weeks), `silent_weeks` (whole weeks without a post; n whole
        weeks), `median_gap` and `longest_gap` (days between posts of an account; n gaps).

    Notes
    -----
    Do not read a high cadence as success: it counts effort, not response. Gaps before the first and after the last
    post are not counted.

    Examples
    --------
    >>> table = pd.DataFrame({"account": "a", "published": pd.to_datetime(["2025-01-06", "2025-01-08", "2025-01-22"])})
    >>> cadence(table)[["measure", "estimate", "n"]].to_dict("records")[:2]
    [{'measure': 'posts_per_week', 'estimate': 1.0, 'n': 3}, {'measure': 'silent_weeks', 'estimate': 1.0, 'n': 3}]
    """
    first, last = (None if d is None else pd.Timestamp(d).normalize() for d in (start, end))
    table, keys = cells(posts, by, None, ["published"], ())
    table = table.assign(_account=account_of(table)).dropna(subset=["published"])
    table = table[table["published"] >= first] if first is not None else table
    table = table[table["published"] < last + pd.Timedelta(days=1)] if last is not None else table
    how, rows = Bootstrap(level, draws, seed, "auto"), []
    for values, group in groups(table, keys):
        windows = {name: _weeks(part["published"], first, last) for name, part in group.groupby("_account")}
        weeks = pd.concat(windows or {"": _weeks(group["published"], first, last)})
        label = "|".join(map(str, values))
        rows += [
            dict(zip(keys, values, strict=True)) | row for row in _cadence_rows(weeks, group, how, label)
        ]
    return pd.DataFrame(
        rows, columns=[*keys, "measure", "unit", "estimate", "se", "low", "high", "n", "method", "flag"]
    )


def _weeks(published: pd.Series, first: pd.Timestamp | None, last: pd.Timestamp | None) -> pd.DataFrame:
    """List the weeks of the window with their posts and the days observed."""
    monday = (
        published.min().normalize() - pd.Timedelta(days=published.min().day_of_week)
        if len(published)
        else first
    )
    sunday = (
        published.max().normalize() + pd.Timedelta(days=6 - published.max().day_of_week)
        if len(published)
        else last
    )
    begin, finish = first if first is not None else monday, last if last is not None else sunday
    if begin is None or finish is None:
        return pd.DataFrame({"posts": [], "days": []})
    days = pd.date_range(begin, finish, freq="D").to_series()
    starts = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    counted = published.dt.normalize().value_counts()
    return (
        pd.DataFrame({"week": starts, "posts": counted.reindex(days).fillna(0).to_numpy(), "days": 1})
        .groupby("week")[["posts", "days"]]
        .sum()
    )


def _cadence_rows(weeks: pd.DataFrame, group: pd.DataFrame, how: Bootstrap, label: str) -> list[dict]:
    account = weeks.index.get_level_values(0).to_numpy(dtype=str)
    drawn = bootstrap.blocks(account, np.arange(len(weeks), dtype=float), how.together)
    statistic = bootstrap.pooled(weeks["posts"].to_numpy(float), weeks["days"].to_numpy(float) / 7, drawn)
    pace = with_intervals({"x": statistic}, drawn, how, label)["x"]
    whole = weeks[weeks["days"] == 7]
    silent = float((whole["posts"] == 0).sum())
    moments = group.sort_values("published").groupby("_account")["published"]
    gaps = moments.diff().dropna().dt.total_seconds() / 86400
    counted = {"se": np.nan, "low": np.nan, "high": np.nan, "method": "count", "flag": ""}
    return [
        {"measure": "posts_per_week", "unit": "posts per week and account", "n": len(weeks), **pace},
        {"measure": "silent_weeks", "unit": "weeks", "estimate": silent, "n": len(whole), **counted},
        {"measure": "median_gap", "unit": "days", "estimate": gaps.median(), "n": len(gaps), **counted},
        {"measure": "longest_gap", "unit": "days", "estimate": gaps.max(), "n": len(gaps), **counted},
    ]
