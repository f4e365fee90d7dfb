"""How often does a business post, and how long does it fall silent?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.aggregates import BLOCK, Chosen, histogram, ordered
from analysis.engagement.inference.estimates import Bootstrap, with_intervals
from analysis.engagement.tables import held
from analysis.engagement.tables.calendar import calendar_number, moment_number
from analysis.engagement.tables.grouping import Cells, coded_cells, groups, label_of
from analysis.engagement.tables.posts import collected, lazy_posts
from analysis.engagement.tables.values import day
from analysis.errors import ParameterError

__all__ = ["cadence"]

EPOCH = pd.Timestamp("1970-01-01")
DAY = 86_400_000_000


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

    Raises
    ------
    ParameterError
        When the first or last day is no date, or they are in the wrong order.
    DataError
        When a column is absent.

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
    first, last = day(start, "start"), day(end, "end")
    if first is not None and last is not None and first > last:
        raise ParameterError(f'start="{start}" comes after end="{end}": no day is observed.')
    cells = coded_cells(posts, by, None, [], [])
    if not cells.dated:
        lazy_posts(posts, ["published"])
    window = Window(*(None if date is None else (date - EPOCH).days for date in (first, last)))
    table = cells.table
    known, accounts, weekly, gaps = (
        _in_engine(cells, window) if table is None else _in_memory(table, cells.coded, window)
    )
    how, rows = Bootstrap(level, draws, seed, "auto"), []
    for values, named in groups(cells.decoded(known), cells.keys):
        place, label = named.index[0], label_of(values)
        here = accounts[accounts["_group"] == place]
        weeks = (
            _silence(window)
            if not len(here)
            else weekly[weekly["_group"] == place]
            if len(here) == 1
            else here
        )
        pace = _pace(weeks, how, label)
        keyed = dict(zip(cells.keys, values, strict=True))
        counted = here if len(here) else weeks
        rows += [keyed | row for row in _cadence_rows(pace, counted, gaps.loc[place])]
    return pd.DataFrame(
        rows, columns=[*cells.keys, "measure", "unit", "estimate", "se", "low", "high", "n", "method", "flag"]
    )


@dataclass(frozen=True)
class Window:
    """Hold the first and last day observed, in days from 1970, and lay weeks over them."""

    first: int | None
    last: int | None

    def days(self, lowest: pd.Series, highest: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Give the first and last day observed of accounts from the days of their first and last post."""
        begin = 7 * _week(lowest) - 3 if self.first is None else lowest * 0 + self.first
        finish = 7 * _week(highest) + 3 if self.last is None else highest * 0 + self.last
        return begin, finish

    def whole(self, week: Any) -> Any:
        """Tell whether a week lies wholly within the window: of an engine's column or of a column in memory."""
        inside = week == week
        inside = inside | week.is_null() if isinstance(week, nw.Expr) else inside
        if self.first is not None:
            inside = inside & (7 * week - 3 >= self.first)
        return inside if self.last is None else inside & (7 * week + 3 <= self.last)


def _week(day: pd.Series) -> pd.Series:
    return (day + 3) // 7


def _in_engine(cells: Cells, window: Window) -> tuple[pd.DataFrame, ...]:
    """Sum up groups, accounts, the weeks of lone accounts and the gaps, in the engine that holds the posts."""
    frame = _in_window(cells.frame, window)
    active = Chosen(frame, cells.coded, _groups(frame, cells.coded))
    accounts = _accounts(_account_sums(active, window), window)
    lone = Chosen(frame, cells.coded, active.groups.loc[_lone(accounts)])
    return active.groups, accounts, _weekly(_week_sums(lone), window), _gaps(active)


def _in_memory(table: pd.DataFrame, coded: list[str], window: Window) -> tuple[pd.DataFrame, ...]:
    """Do the same for posts in memory."""
    table = table[table["published"].notna()]
    at = table["published"].astype("datetime64[us]").astype("int64").astype(float)
    table = table.assign(_at=at, _week=_week(at // DAY))
    if window.first is not None:
        table = table[table["_at"] >= window.first * DAY]
    if window.last is not None:
        table = table[table["_at"] < (window.last + 1) * DAY]
    table = table.assign(_group=held.numbered(table, coded))
    known = table[coded].drop_duplicates().sort_values(coded, ignore_index=True) if coded else None
    known = pd.DataFrame(index=[0]) if known is None else known
    at = table.groupby(["_group", *BLOCK, "_week"])["_at"]
    weeks = at.agg(_posts="size", _low="min", _high="max").reset_index()
    weeks = weeks.assign(_busy=window.whole(weeks["_week"]).astype(float))
    how = {"_posts": "sum", "_busy": "sum", "_low": "min", "_high": "max"}
    accounts = _accounts(weeks.groupby(["_group", *BLOCK], as_index=False).agg(how), window)
    weekly = weeks[weeks["_group"].isin(_lone(accounts))]
    return known, accounts, _weekly(weekly, window), _gaps_here(table, known.index)


def _lone(accounts: pd.DataFrame) -> list[int]:
    """List the groups of one account."""
    count = accounts.groupby("_group").size()
    return count.index[count == 1].astype(int).tolist()


def _gaps_here(table: pd.DataFrame, places: pd.Index) -> pd.DataFrame:
    order = table.sort_values(["_group", *BLOCK, "_at"])
    gap = order.groupby(["_group", *BLOCK])["_at"].diff() / 1_000_000 / 86_400
    known = gap.groupby(order["_group"])
    found = pd.DataFrame({"n": known.count(), "median": known.median(), "longest": known.max()})
    return found.reindex(places).fillna({"n": 0})


def _in_window(frame: nw.LazyFrame, window: Window) -> nw.LazyFrame:
    """Keep dated posts of the window, with their moment in microseconds and their week."""
    at = nw.col("_at")
    frame = frame.filter(~nw.col("published").is_null())
    frame = frame.with_columns(_at=moment_number(), _week=calendar_number("week"))
    if window.first is not None:
        frame = frame.filter(at >= float(window.first * DAY))
    return frame if window.last is None else frame.filter(at < float((window.last + 1) * DAY))


def _groups(frame: nw.LazyFrame, coded: list[str]) -> pd.DataFrame:
    if not coded:
        return pd.DataFrame(index=[0])
    return collected(frame.select(*coded).unique()).sort_values(coded, ignore_index=True)


def _account_sums(active: Chosen, window: Window) -> pd.DataFrame:
    """Count posts and busy whole weeks of each account, with its first and last moment."""
    names = ["_group", *BLOCK]
    weeks = (
        active.numbered()
        .with_columns(_posts=nw.lit(1.0))
        .group_by(*names, "_week")
        .agg(nw.col("_posts").sum(), nw.col("_at").min().alias("_low"), nw.col("_at").max().alias("_high"))
        .with_columns(_busy=nw.when(window.whole(nw.col("_week"))).then(nw.lit(1.0)).otherwise(nw.lit(0.0)))
    )
    return collected(
        weeks.group_by(*names).agg(
            nw.col("_posts").sum(), nw.col("_busy").sum(), nw.col("_low").min(), nw.col("_high").max()
        )
    )


def _accounts(sums: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Count days, weeks, whole weeks and silent ones of each account."""
    table = sums.sort_values(["_group", *BLOCK], ignore_index=True)
    begin, finish = window.days(table["_low"] // DAY, table["_high"] // DAY)
    whole = ((finish - 3) // 7 - (begin + 9) // 7 + 1).clip(lower=0)
    return table.assign(
        account=table["platform"].astype(str) + "/" + table["account"].astype(str),
        posts=table["_posts"],
        days=finish - begin + 1,
        weeks=_week(finish) - _week(begin) + 1,
        whole=whole,
        silent=whole - table["_busy"],
    )


def _week_sums(active: Chosen) -> pd.DataFrame:
    if not len(active.groups):
        return pd.DataFrame({"_group": []})
    counted = active.numbered().with_columns(_posts=nw.lit(1.0)).group_by("_group", "_week")
    sums = [nw.col("_posts").sum(), nw.col("_at").min().alias("_low"), nw.col("_at").max().alias("_high")]
    return collected(counted.agg(*sums))


def _weekly(table: pd.DataFrame, window: Window) -> pd.DataFrame:
    """List every week of the only account of some groups, the silent ones too."""
    if not len(table):
        return pd.DataFrame({"_group": []})
    bounds = table.groupby("_group").agg(low=("_low", "min"), high=("_high", "max")) // DAY
    begin, finish = window.days(bounds["low"], bounds["high"])
    parts = [
        _weeks(begin[group], finish[group], part.set_index("_week")["_posts"]).assign(_group=group)
        for group, part in table.groupby("_group")
    ]
    return pd.concat(parts, ignore_index=True)


def _weeks(begin: float, finish: float, posts: pd.Series) -> pd.DataFrame:
    """List the weeks of a window with their posts and the days observed."""
    weeks = pd.Series(np.arange(_week(begin), _week(finish) + 1))
    days = np.minimum(7 * weeks + 3, finish) - np.maximum(7 * weeks - 3, begin) + 1
    return pd.DataFrame({"posts": posts.reindex(weeks).fillna(0).to_numpy(), "days": days, "account": ""})


def _silence(window: Window) -> pd.DataFrame:
    """List the weeks of a window without any post; none when no window is given."""
    if window.first is None or window.last is None:
        return pd.DataFrame({"posts": [], "days": [], "account": [], "weeks": [], "whole": [], "silent": []})
    table = _weeks(window.first, window.last, pd.Series(dtype=float))
    whole = (table["days"] == 7).astype(float)
    return table.assign(weeks=1, whole=whole, silent=whole)


def _gaps(active: Chosen) -> pd.DataFrame:
    """Give the number, median and longest of the gaps between posts of an account, in days, for each group."""
    frame = active.frame
    if frame.implementation.is_pyarrow():
        frame = nw.from_native(pl.from_arrow(frame.to_native())).lazy()
    gap = nw.col("_at").diff().over(*active.coded, *BLOCK, order_by="_at")
    frame = frame.with_columns(_v0=gap / 1_000_000 / 86_400)
    active = Chosen(frame, active.coded, active.groups)
    bins = histogram(active, 0)
    n = bins.groupby("_group")["count"].sum().reindex(active.groups.index, fill_value=0)
    ranks = pd.DataFrame({"lower": np.floor((n + 1) / 2), "upper": np.ceil((n + 1) / 2), "last": n})
    values = ordered(active, 0, bins, ranks)
    return pd.DataFrame(
        {"n": n, "median": (values["lower"] + values["upper"]) / 2, "longest": values["last"]}
    )


def _pace(weeks: pd.DataFrame, how: Bootstrap, label: str) -> dict:
    """Estimate posts per week, of accounts drawn together or of the weeks of one."""
    account = weeks["account"].to_numpy(dtype=str)
    drawn = bootstrap.blocks(account, np.arange(len(weeks), dtype=float), how.together)
    statistic = bootstrap.pooled(weeks["posts"].to_numpy(float), weeks["days"].to_numpy(float) / 7, drawn)
    return with_intervals({"x": statistic}, drawn, how, label)["x"]


def _cadence_rows(pace: dict, accounts: pd.DataFrame, gaps: pd.Series) -> list[dict]:
    counted = {"se": np.nan, "low": np.nan, "high": np.nan, "method": "count", "flag": ""}
    weeks, whole, silent = (accounts[name].sum() for name in ("weeks", "whole", "silent"))
    n = int(gaps["n"])
    return [
        {"measure": "posts_per_week", "unit": "posts per week and account", "n": int(weeks), **pace},
        {"measure": "silent_weeks", "unit": "weeks", "estimate": float(silent), "n": int(whole), **counted},
        {"measure": "median_gap", "unit": "days", "estimate": gaps["median"], "n": n, **counted},
        {"measure": "longest_gap", "unit": "days", "estimate": gaps["longest"], "n": n, **counted},
    ]
