"""How often does a business post, and how long does it fall silent?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from analysis.engagement.tables.posts import collected, joined, lazy_posts
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
    here = cells.arrays
    known, accounts, weekly, gaps = (
        _in_engine(cells, window) if here is None else _in_memory(here, cells.coded, window)
    )
    how, rows = Bootstrap(level, draws, seed, "auto"), []
    for values, named in groups(cells.decoded(known), cells.keys):
        place, label = named.index[0], label_of(values)
        own = accounts[accounts["_group"] == place]
        weeks = _silence(window) if not len(own) else weekly[place] if len(own) == 1 else own
        pace = _pace(weeks, how, label)
        keyed = dict(zip(cells.keys, values, strict=True))
        counted = own if len(own) else weeks
        rows += [keyed | row for row in _cadence_rows(pace, counted, gaps.loc[place])]
    return pd.DataFrame(
        rows, columns=[*cells.keys, "measure", "unit", "estimate", "se", "low", "high", "n", "method", "flag"]
    )


@dataclass(frozen=True)
class Window:
    """Hold the first and last day observed, in days from 1970, and lay weeks over them."""

    first: int | None
    last: int | None

    def days(self, lowest: np.ndarray, highest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def _week(day: Any) -> Any:
    return (day + 3) // 7


def _in_engine(
    cells: Cells, window: Window
) -> tuple[pd.DataFrame, pd.DataFrame, dict[int, pd.DataFrame], pd.DataFrame]:
    """Sum up groups, accounts, the weeks of lone accounts and the gaps, in the engine that holds the posts."""
    frame = _in_window(cells.frame, window)
    active = Chosen(frame, cells.coded, _groups(frame, cells.coded))
    accounts = _accounts(_account_sums(active, window), window)
    lone = _lone(accounts)
    weeks = _week_sums(Chosen(frame, cells.coded, active.groups.loc[lone]))
    return active.groups, accounts, _weekly(weeks, lone, window), _gaps(active)


def _in_memory(
    here: dict[str, np.ndarray], coded: list[str], window: Window
) -> tuple[pd.DataFrame, pd.DataFrame, dict[int, pd.DataFrame], pd.DataFrame]:
    """Do the same for posts in memory: once sorted, those of an account and of a week stand together."""
    numbers, words = zip(*(pd.factorize(here[name], sort=True) for name in BLOCK), strict=True)
    posts = _sorted(here | dict(zip(BLOCK, numbers, strict=True)), coded, window)
    known = pd.DataFrame(index=[0])
    if coded:
        known = pd.DataFrame({name: posts[name][_starts(posts, "_group")] for name in coded})
    starts = _starts(posts, "_group", *BLOCK, "_week")
    weeks = {name: posts[name][starts] for name in ("_group", *BLOCK, "_week")}
    weeks |= {"_low": posts["_at"][starts], "_high": posts["_at"][_ends(starts, posts)]}
    weeks |= {"_posts": np.diff(starts, append=len(posts["_at"])).astype(float)}
    weeks |= {"_busy": window.whole(weeks["_week"]).astype(float)}
    starts = _starts(weeks, "_group", *BLOCK)
    sums = {name: weeks[name][starts] for name in ("_group", *BLOCK, "_low")}
    sums |= {"_high": weeks["_high"][_ends(starts, weeks)]}
    sums |= {name: _sums(weeks[name], starts) for name in ("_posts", "_busy")}
    sums |= {name: of[sums[name]] for name, of in zip(BLOCK, words, strict=True)}
    accounts = _accounts(sums, window)
    weekly = pd.DataFrame({name: weeks[name] for name in ("_group", "_week", "_posts", "_low", "_high")})
    return known, accounts, _weekly(weekly, _lone(accounts), window), _gaps_here(posts, len(known))


def _sorted(here: dict[str, np.ndarray], coded: list[str], window: Window) -> dict[str, np.ndarray]:
    """Keep dated posts of the window, with their moment, week and group, in the order of groups and accounts."""
    dated = ~np.isnat(here["published"])
    at = here["published"].astype("int64").astype(float)
    if window.first is not None:
        dated &= at >= window.first * DAY
    if window.last is not None:
        dated &= at < (window.last + 1) * DAY
    posts = {name: here[name][dated] for name in (*coded, *BLOCK)}
    posts |= {"_at": at[dated], "_week": _week(at[dated] // DAY), "_group": held.numbered(posts, coded)}
    order = np.lexsort((posts["_at"], *(posts[name] for name in reversed(BLOCK)), posts["_group"]))
    return {name: values[order] for name, values in posts.items()}


def _starts(rows: dict[str, np.ndarray], *names: str) -> np.ndarray:
    """Give the first row of each run of rows that have the same values."""
    changed = [rows[name][1:] != rows[name][:-1] for name in names]
    return np.flatnonzero(np.append(True, np.any(changed, axis=0))[: len(rows[names[0]])])


def _ends(starts: np.ndarray, rows: dict[str, np.ndarray]) -> np.ndarray:
    return np.append(starts[1:], len(rows["_group"]))[: len(starts)] - 1


def _sums(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return np.add.reduceat(values, starts) if len(starts) else values


def _lone(accounts: pd.DataFrame) -> list[int]:
    """List the groups of one account."""
    groups, count = np.unique(accounts["_group"].to_numpy(), return_counts=True)
    return groups[count == 1].astype(int).tolist()


def _gaps_here(posts: dict[str, np.ndarray], groups: int) -> pd.DataFrame:
    within = np.isin(np.arange(1, len(posts["_at"])), _starts(posts, "_group", *BLOCK), invert=True)
    gap = np.diff(posts["_at"])[within] / 1_000_000 / 86_400
    known = pd.Series(gap).groupby(posts["_group"][1:][within])
    found = pd.DataFrame({"median": known.median(), "longest": known.max()}, index=range(groups))
    return found.assign(n=np.bincount(posts["_group"][1:][within], minlength=groups))


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
    """Count posts and busy whole weeks of each account, with its first and last moment, in order."""
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
    ).sort_values(names, ignore_index=True)


def _accounts(sums: Mapping[str, np.ndarray | pd.Series], window: Window) -> pd.DataFrame:
    """Count days, weeks, whole weeks and silent ones of each account."""
    group, low, high, posts, busy = (
        np.asarray(sums[name], float) for name in ("_group", "_low", "_high", "_posts", "_busy")
    )
    begin, finish = window.days(low // DAY, high // DAY)
    whole = np.maximum((finish - 3) // 7 - (begin + 9) // 7 + 1, 0)
    return pd.DataFrame(
        {
            "_group": group,
            "account": joined(*(np.asarray(sums[name], object) for name in BLOCK)),
            "posts": posts,
            "days": finish - begin + 1,
            "weeks": _week(finish) - _week(begin) + 1,
            "whole": whole,
            "silent": whole - busy,
        }
    )


def _week_sums(active: Chosen) -> pd.DataFrame:
    if not len(active.groups):
        return pd.DataFrame({"_group": []})
    counted = active.numbered().with_columns(_posts=nw.lit(1.0)).group_by("_group", "_week")
    sums = [nw.col("_posts").sum(), nw.col("_at").min().alias("_low"), nw.col("_at").max().alias("_high")]
    return collected(counted.agg(*sums))


def _weekly(table: pd.DataFrame, groups: list[int], window: Window) -> dict[int, pd.DataFrame]:
    """List every week of the only account of some groups, the silent ones too."""
    parts = {}
    for group, part in table[table["_group"].isin(groups)].groupby("_group"):
        week, posts, low, high = (part[name].to_numpy(float) for name in ("_week", "_posts", "_low", "_high"))
        parts[group] = _weeks(*window.days(low.min() // DAY, high.max() // DAY), week, posts)
    return parts


def _weeks(begin: float, finish: float, week: np.ndarray, posts: np.ndarray) -> pd.DataFrame:
    """List the weeks of a window with their posts and the days observed."""
    weeks = np.arange(_week(begin), _week(finish) + 1)
    days = np.minimum(7 * weeks + 3, finish) - np.maximum(7 * weeks - 3, begin) + 1
    counts = np.bincount((week - weeks[0]).astype(int), posts, len(weeks))
    return pd.DataFrame({"posts": counts, "days": days, "account": ""})


def _silence(window: Window) -> pd.DataFrame:
    """List the weeks of a window without any post; none when no window is given."""
    if window.first is None or window.last is None:
        return pd.DataFrame({"posts": [], "days": [], "account": [], "weeks": [], "whole": [], "silent": []})
    table = _weeks(window.first, window.last, np.array([]), np.array([]))
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
