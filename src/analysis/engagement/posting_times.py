"""On which day and at which hour are posts answered most, as far as few posts can tell?"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement.inference.shrinkage import shrink
from analysis.engagement.tables.interactions import choices
from analysis.engagement.tables.observed import DAYS, Observed, observed
from analysis.engagement.tables.values import check_fewest, check_level
from analysis.errors import DataError, ParameterError

__all__ = ["FEWEST", "posting_test", "posting_times"]

FEWEST = 5
Cells = Literal["both", "weekday", "hour"]
COLUMNS = ["weekday", "hour", "hour_end", "estimate", "se", "low", "high", "n"]


def posting_times(
    posts: Any,
    measure: str = "engagement by reach",
    *,
    zone: str | None = None,
    cells: Cells = "both",
    hours: int = 3,
    fewest: int = FEWEST,
    days: float | None = DAYS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare days and hours of publication, each drawn towards the others as far as chance may explain it.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    measure : str
        `engagement by reach` (`followers`, `views`), `interactions`, or a column of counts such as `reach`.
    zone : str, optional
        Clock of the firm (`Europe/Paris`). Without it hours are those of the table: as printed, or UTC.
    cells : {"both", "weekday", "hour"}
        Day by block of hours, days alone, or blocks alone.
    hours : int
        Length of a block: a divisor of 24.
    fewest : int
        Cells with fewer posts are counted but never named.
    days : float, optional
        Posts younger than this on the day of export are left out.
    level : float

    Returns
    -------
    pandas.DataFrame
        One row per cell, empty ones too: `weekday` (1 Monday – 7 Sunday), `hour` and `hour_end` (block),
        `estimate, se, low, high` (shrunk mean of log(1 + measure)), `n`, `raw` (plain mean of log(1 +
        measure)), `typical` (exp(estimate) − 1, in the unit of the measure), `index, index_low, index_high`
        (100 = the usual post of all cells), `n_missing`, `n_young`, `clock`, `method`, `flag` (`n<5`: not
        named; `zone unknown`; `clock is UTC`; `cells<3`, `n<30`: no shrinkage).

    Raises
    ------
    ParameterError
        When the measure, zone, cells, hours or level are not allowed.
    DataError
        When a column is absent or the measure is negative.

    Notes
    -----
    The hour is chosen, not drawn at random: a good hour may only be the hour of the good posts. With several
    accounts each post is compared with the others of its account. Read `posting_test` before naming a best
    time.

    References
    ----------
    Gelman et al., Bayesian Data Analysis, section 5.4; see `shrink`.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06 09:10", periods=60, freq="D")
    >>> table = pd.DataFrame({"published": days, "reach": 100, "reactions": [5 + i % 3 for i in range(60)]})
    >>> found = posting_times(table)
    >>> found.loc[found["n"] > 0, ["weekday", "hour", "n", "flag"]].head(2).values.tolist()
    [[1, 9, 9, 'zone unknown'], [2, 9, 9, 'zone unknown']]
    """
    check_level(level)
    check_fewest(fewest)
    seen = _cells(observed(posts, measure, needed=["published"], zone=zone, days=days), cells, hours)
    table = seen.posts
    groups = table.groupby(["weekday", "hour"], sort=True)
    said = {"n": groups.size(), "raw": groups["_log"].mean(), "unknown": groups["_unknown"].any()}
    found = pd.DataFrame(said).reset_index()
    usual = float(table["_log"].mean()) if len(table) else np.nan
    lacking = "n<30" if len(table) < 30 else "cells<3" if len(found) < 3 else ""
    shrunk = (
        pd.DataFrame(np.nan, index=found.index, columns=["estimate", "se", "low", "high", "kept"])
        if lacking
        else shrink(found["raw"].to_numpy(), _variances(table, found), level=level)
    )
    frame = _every_cell(cells, hours).merge(found.join(shrunk), on=["weekday", "hour"], how="left")
    return _worded(frame, seen, usual, lacking, zone, fewest, hours)


def posting_test(
    posts: Any,
    measure: str = "engagement by reach",
    *,
    zone: str | None = None,
    cells: Cells = "both",
    hours: int = 3,
    fewest: int = FEWEST,
    days: float | None = DAYS,
    draws: int = 499,
    seed: int = 0,
) -> pd.DataFrame:
    """Test whether the cells of posting times differ more than posts dealt out at random among them would.

    Parameters
    ----------
    posts, measure, zone, cells, hours, fewest, days
        As for `posting_times`; cells with fewer than `fewest` posts are left out.
    draws, seed : int
        Random deals, within each account and month, and their seed.

    Returns
    -------
    pandas.DataFrame
        One row: `statistic` (F of one-way analysis of variance on log(1 + measure)), `p`, `n` (posts), `cells`,
        `method`, `flag` (`cells<2`: nothing to compare).

    Raises
    ------
    ParameterError
        When the measure, zone, cells or hours are not allowed.

    Notes
    -----
    A large p does not say that all hours are alike: few posts cannot tell. Dealing within months keeps seasons
    and growth out of the comparison.

    References
    ----------
    Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06 09:10", periods=90, freq="D")
    >>> reach = [900 if day.day_of_week == 5 else 100 + day.day for day in days]
    >>> table = pd.DataFrame({"published": days, "reach": reach})
    >>> posting_test(table, "reach", cells="weekday")[["p", "n", "cells"]].to_dict("records")
    [{'p': 0.002, 'n': 90, 'cells': 7}]
    """
    check_fewest(fewest)
    seen = _cells(observed(posts, measure, needed=["published"], zone=zone, days=days), cells, hours)
    table = seen.posts[seen.posts.groupby(["weekday", "hour"])["_log"].transform("size") >= fewest]
    table = table.sort_values(["_account", "_clock", "_log"], kind="stable", ignore_index=True)
    cell = table.groupby(["weekday", "hour"]).ngroup().to_numpy()
    count = int(cell.max()) + 1 if len(cell) else 0
    row = {"statistic": np.nan, "p": np.nan, "n": len(table), "cells": count}
    if count < 2 or len(table) <= count:
        return pd.DataFrame([row | {"method": "no test", "flag": "cells<2"}])
    value = table["_log"].to_numpy()
    month = table["_clock"].dt.year.to_numpy() * 12 + table["_clock"].dt.month.to_numpy()
    stratum = table.groupby(["_account", month], sort=True).ngroup().to_numpy()
    statistic, p = _dealt(value, cell, stratum, count, draws, np.random.default_rng(seed))
    method = f"F of one-way analysis of variance, {draws} random deals within account and month"
    return pd.DataFrame([row | {"statistic": statistic, "p": p, "method": method, "flag": ""}])


def _dealt(
    value: np.ndarray, cell: np.ndarray, stratum: np.ndarray, count: int, draws: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Compare the spread of cell means with that after random deals; F grows with the sum of squares between."""
    size = np.bincount(cell, minlength=count)
    centred = value - value.mean()
    total = float(centred @ centred)

    def between(values: np.ndarray) -> float:
        return float((np.bincount(cell, values, count) ** 2 / size).sum())

    order = np.argsort(stratum, kind="stable")
    ranked, place = centred[order], stratum[order]
    reached = 0
    seen = between(centred)
    for _ in range(draws):
        dealt = np.empty_like(centred)
        dealt[order] = ranked[np.argsort(place + rng.random(len(ranked)))]
        reached += between(dealt) >= seen * (1 - 1e-12)
    left = total - seen
    statistic = (seen / (count - 1)) / (left / (len(value) - count)) if left > 0 else np.inf
    return statistic, (1 + reached) / (1 + draws)


def _cells(seen: Observed, cells: Cells, hours: int) -> Observed:
    """Put each post in its cell; with several accounts, move each account's posts to the common mean."""
    choices("cells", [cells], ("both", "weekday", "hour"))
    if hours not in (1, 2, 3, 4, 6, 8, 12):
        raise ParameterError(
            f"hours={hours} does not divide a day into blocks. Choices: 1, 2, 3, 4, 6, 8, 12."
        )
    table = seen.posts.dropna(subset=["_clock"])
    undated = len(seen.posts) - len(table)
    negative = int((table["_value"] < 0).sum())
    if negative:
        raise DataError(
            f"The measure is below 0 for {negative} posts, as no count can be: correct them or leave them out."
        )
    log = np.log1p(table["_value"])
    own = log.groupby(table["_account"]).transform("mean")
    clock = table["_clock"].dt
    table = table.assign(
        _log=log - own + log.mean(), _unknown=~table["_zone_known"],
        weekday=clock.day_of_week + 1 if cells != "hour" else 0,
        hour=clock.hour // hours * hours if cells != "weekday" else -1,
    )  # fmt: skip
    return Observed(table, seen.n_missing + undated, seen.n_young, seen.clock)


def _variances(table: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """Give the variance of each cell's mean: pooled within cells, or between accounts where that is larger."""
    cell = table.groupby(["weekday", "hour"], sort=True).ngroup().to_numpy()
    left = table["_log"].to_numpy() - found["raw"].to_numpy()[cell]
    accounts = table["_account"].nunique()
    free = max(len(table) - len(found) - (accounts - 1), 1)
    plain = (left @ left) / free / found["n"].to_numpy()
    floor = np.finfo(float).eps * max(1.0, float(np.abs(table["_log"]).max())) ** 2
    if accounts < 2:
        return np.maximum(plain, floor)
    sums = pd.Series(left).groupby([cell, table["_account"].to_numpy()]).sum()
    between = (sums**2).groupby(level=0).sum().to_numpy() / found["n"].to_numpy() ** 2
    return np.maximum(np.maximum(plain, between * accounts / (accounts - 1)), floor)


def _every_cell(cells: Cells, hours: int) -> pd.DataFrame:
    days = range(1, 8) if cells != "hour" else [0]
    blocks = range(0, 24, hours) if cells != "weekday" else [-1]
    return pd.MultiIndex.from_product([blocks, days], names=["hour", "weekday"]).to_frame(index=False)


def _worded(
    frame: pd.DataFrame, seen: Observed, usual: float, lacking: str, zone: str | None, fewest: int, hours: int
) -> pd.DataFrame:
    """Hide cells with too few posts, add the readable units, and say how each cell was made."""
    n = frame["n"].fillna(0).astype(int)
    named = (n >= fewest).to_numpy()
    shown = frame[["estimate", "se", "low", "high", "raw"]].astype(float)
    shown.loc[~named] = np.nan
    index = 100 * np.expm1(shown[["estimate", "low", "high"]]) / np.expm1(usual)
    index = index.set_axis(["index", "index_low", "index_high"], axis=1)
    unknown = frame["unknown"].eq(True)
    flags = [
        ", ".join(filter(None, ["" if here else f"n<{fewest}", lacking, _doubt(doubt and here, seen, zone)]))
        for here, doubt in zip(named, unknown, strict=True)
    ]
    method = "hierarchical normal model on log(1 + measure)" if not lacking else "no shrinkage"
    accounts = seen.posts["_account"].nunique()
    method += f", within {accounts} accounts" if accounts > 1 else ""
    end = frame["hour"] + hours
    placed = frame[["weekday", "hour"]].assign(hour_end=end.where(frame["hour"] >= 0, 24), n=n)
    placed["hour"], placed["weekday"] = frame["hour"].clip(lower=0), frame["weekday"].astype("Int64")
    placed.loc[placed["weekday"] == 0, "weekday"] = pd.NA
    facts = {"n_missing": seen.n_missing, "n_young": seen.n_young, "clock": seen.clock, "method": method}
    table = placed.join(shown).assign(typical=np.expm1(shown["estimate"])).join(index)
    table = table.assign(**facts, flag=flags)
    rest = ["raw", "typical", "index", "index_low", "index_high", *facts, "flag"]
    return table[[*COLUMNS, *rest]]


def _doubt(unknown: bool, seen: Observed, zone: str | None) -> str:
    if unknown:
        return "zone unknown"
    return "clock is UTC" if zone is None and seen.clock == "UTC" else ""
