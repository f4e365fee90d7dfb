"""Does the audience grow: followers at the end against the beginning, and what "new followers" do not say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import Bootstrap, flags, with_intervals
from analysis.engagement.tables.grouping import groups
from analysis.engagement.tables.posts import read_posts
from analysis.engagement.tables.values import day, moments, names_given, numbers

__all__ = ["audience_growth", "growth_across"]

JUMP = 8
COLUMNS = ["measure", "unit", "estimate", "se", "low", "high", "n", "first", "last", "method", "flag"]


def audience_growth(
    daily: Any, *, start: str | pd.Timestamp | None = None, end: str | pd.Timestamp | None = None
) -> pd.DataFrame:
    """Measure how the followers of each account changed between two days.

    Parameters
    ----------
    daily : table
        The daily contract (`platform, account, date, metric, value`) with metric `followers`, and
        `new_followers` where known, in any table narwhals reads.
    start, end : date, optional
        First and last day; the first and last with a figure unless given.

    Returns
    -------
    pandas.DataFrame
        Rows per account: `platform, account`, `measure`, `unit`, `estimate`, `se, low, high` (missing: nothing
        is sampled), `n` (days with a figure), `first, last` (days compared), `method`, `flag`. Measures:
        `growth` ((F_t − F_0) / F_0, a share), `net` (F_t − F_0), `gained` (sum of new followers where given:
        gross, losses not taken off), `jumps` (days on which followers jumped). Flags: `no followers`, `days<2`,
        `F_0=0`, `jumps` (bought or merged audiences look so).

    Raises
    ------
    DataError
        When a column is absent.

    Notes
    -----
    "New followers" are not growth: those who left are not taken off. Growth from a few dozen followers is large by
    nature.

    References
    ----------
    Rousseeuw and Croux (1993), Journal of the American Statistical Association 88 (median and MAD, for jumps).

    Examples
    --------
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-31"])
    >>> table = pd.DataFrame({"account": "a", "date": days, "metric": "followers", "value": [200, 230]})
    >>> audience_growth(table)[["measure", "estimate", "n"]].values.tolist()
    [['growth', 0.15, 2], ['net', 30.0, 2], ['jumps', 0.0, 2]]
    """
    table = _days(daily, [], start, end)
    rows = []
    for (platform, account), part in table.groupby(["platform", "account"], sort=True):
        rows += [{"platform": platform, "account": account} | row for row in _growth(part)]
    return pd.DataFrame(rows, columns=["platform", "account", *COLUMNS])


def growth_across(
    daily: Any,
    by: str | Iterable[str] | None = "platform",
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the typical growth of accounts, and that of their followers taken together.

    Parameters
    ----------
    daily : table
        As for `audience_growth`.
    by : str or list of str, optional
        Grouping columns of the table.
    start, end : date, optional
        As for `audience_growth`.
    level, draws, seed
        Of the bootstrap, which draws accounts.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `statistic` (`median`: over accounts; `pooled`: all followers together), `estimate,
        se, low, high` (share), `n` (accounts), `n_missing` (accounts without two figures), `method`, `flag`.

    Raises
    ------
    DataError
        When a column is absent.

    Notes
    -----
    The pooled growth is that of the largest accounts; the median account may shrink while it rises.

    Examples
    --------
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-31"] * 2)
    >>> table = pd.DataFrame({"account": list("aabb"), "date": days, "metric": "followers"})
    >>> table["value"] = [100, 110, 1000, 1300]
    >>> growth_across(table, by=None)[["statistic", "estimate", "n"]].round(3).values.tolist()
    [['median', 0.2, 2], ['pooled', 0.282, 2]]
    """
    keys = names_given("by", by)
    table = _days(daily, keys, start, end)
    how, rows = Bootstrap(level, draws, seed, "accounts"), []
    for values, group in groups(table, keys):
        ends = pd.DataFrame([_ends(part) for _, part in group.groupby(["platform", "account"], sort=True)])
        known = ends[(ends["days"] >= 2) & (ends["before"] > 0)]
        found = _across(known, how, "|".join(map(str, values)))
        counts = {"n": len(known), "n_missing": len(ends) - len(known)}
        rows += [
            dict(zip(keys, values, strict=True)) | {"statistic": name} | row | counts
            for name, row in found.items()
        ]
    names = ["statistic", "estimate", "se", "low", "high", "n", "n_missing", "method", "flag"]
    return pd.DataFrame(rows, columns=[*keys, *names])


def _days(daily: Any, keys: list[str], start: Any, end: Any) -> pd.DataFrame:
    names = [name for name in keys if name not in ("platform", "account")]
    table = read_posts(daily, ["date", "metric", "value", *names], ["platform", "account"], "daily figures")
    table = table.assign(date=moments(table["date"], "date").astype("datetime64[us]"))
    for name in ("platform", "account"):
        column = table[name] if name in table else pd.Series("", index=table.index)
        table[name] = column.astype("string").fillna("").astype(str)
    first, last = day(start, "start"), day(end, "end")
    table = table if first is None else table[table["date"] >= first]
    table = table if last is None else table[table["date"] <= last]
    value = numbers(table["value"], "value")
    return table.assign(value=value).sort_values(["platform", "account", "date", "value"], kind="stable")


def _ends(part: pd.DataFrame) -> dict:
    """Take the first and last day with a figure of followers."""
    followers = part[(part["metric"] == "followers") & part["value"].notna()].drop_duplicates(
        "date", keep="last"
    )
    if followers.empty:
        return {"days": 0, "before": np.nan, "after": np.nan, "first": pd.NaT, "last": pd.NaT, "jumps": 0}
    first, last = followers.iloc[0], followers.iloc[-1]
    ends = {"before": first["value"], "after": last["value"], "first": first["date"], "last": last["date"]}
    return {"days": len(followers), "jumps": _jumps(followers)} | ends


def _jumps(followers: pd.DataFrame) -> int:
    """Count the days on which followers moved far more than on other days, and by a twentieth at least."""
    moved = followers["value"].diff().to_numpy()[1:] / followers["date"].diff().dt.days.to_numpy()[1:]
    if len(moved) < 14:
        return 0
    usual = np.median(moved)
    spread = max(1.4826 * np.median(np.abs(moved - usual)), 1.0)
    large = np.abs(moved) > np.maximum(followers["value"].to_numpy()[:-1] / 20, 10)
    return int((large & (np.abs(moved - usual) > JUMP * spread)).sum())


def _growth(part: pd.DataFrame) -> list[dict]:
    ends = _ends(part)
    nothing = "no followers" if ends["days"] == 0 else "days<2" if ends["days"] < 2 else ""
    net = np.nan if nothing else ends["after"] - ends["before"]
    zero = "F_0=0" if ends["before"] == 0 else ""
    jumps = "jumps" if ends["jumps"] else ""
    common = {
        "se": np.nan,
        "low": np.nan,
        "high": np.nan,
        "n": ends["days"],
        "first": ends["first"],
        "last": ends["last"],
    }
    rows = [
        (
            "growth",
            "share",
            np.nan if zero else net / ends["before"],
            "(F_t − F_0) / F_0",
            [nothing, zero, jumps],
        ),
        ("net", "followers", net, "F_t − F_0", [nothing, jumps]),
        (
            "jumps",
            "days",
            np.nan if nothing else float(ends["jumps"]),
            "median and MAD of daily moves",
            [nothing],
        ),
    ]
    new = part[(part["metric"] == "new_followers") & part["value"].notna()].drop_duplicates(
        "date", keep="last"
    )
    found = [
        {
            "measure": name,
            "unit": unit,
            "estimate": value,
            **common,
            "method": method,
            "flag": ", ".join(filter(None, words)),
        }
        for name, unit, value, method, words in rows
    ]
    if len(new):
        gross = {"first": new["date"].iloc[0], "last": new["date"].iloc[-1], "n": len(new)}
        row = {"measure": "gained", "unit": "followers", "estimate": float(new["value"].sum())}
        found.append(row | common | gross | {"method": "sum of new followers, gross", "flag": ""})
    return found


def _across(known: pd.DataFrame, how: Bootstrap, label: str) -> dict[str, dict]:
    before, after = known["before"].to_numpy(float), known["after"].to_numpy(float)
    account = np.array([str(i) for i in range(len(known))], dtype=str)
    drawn = bootstrap.blocks(account, np.zeros(len(known)), "accounts")
    functions = {
        "median": bootstrap.median((after - before) / before, drawn),
        "pooled": bootstrap.pooled(after - before, before, drawn),
    }
    found = with_intervals(functions, drawn, how, label)
    return {name: row | {"flag": flags(len(known), row["flag"])} for name, row in found.items()}
