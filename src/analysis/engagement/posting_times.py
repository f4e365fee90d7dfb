"""On which day and at which hour are posts answered most, as far as few posts can tell?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.engagement.inference.shrinkage import shrink
from analysis.engagement.tables.calendar import hours_of, weekdays_of
from analysis.engagement.tables.interactions import choices
from analysis.engagement.tables.observed import DAYS, Observed, observed
from analysis.engagement.tables.values import check_fewest, check_level
from analysis.errors import DataError, ParameterError

__all__ = ["FEWEST", "posting_test", "posting_times"]

FEWEST = 5
Cells = Literal["both", "weekday", "hour"]
AT_ONCE = 5_000_000
ESTIMATES = ("estimate", "se", "low", "high")
INDEX = {"index": "estimate", "index_low": "low", "index_high": "high"}


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
    raw = pd.Series(seen.log).groupby(seen.cell).mean().to_numpy(float)
    lacking = "n<30" if len(seen.log) < 30 else "cells<3" if len(raw) < 3 else ""
    facts = {"raw": raw}
    if not lacking:
        shrunk = shrink(raw, _variances(seen, raw), level=level)
        facts |= {name: shrunk[name].to_numpy() for name in ESTIMATES}
    return _worded(seen, facts, lacking, zone, fewest, hours)


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
    often = np.bincount(seen.cell)[seen.cell] >= fewest
    order = np.lexsort((seen.log, seen.moment, seen.account))
    order = order[often[order]]
    value, moment, account = seen.log[order], seen.moment[order], seen.account[order]
    _, cell = np.unique(seen.cell[order], return_inverse=True)
    count = int(cell.max()) + 1 if len(cell) else 0
    row = {"statistic": np.nan, "p": np.nan, "n": len(value), "cells": count}
    if count < 2 or len(value) <= count:
        return pd.DataFrame([row | {"method": "no test", "flag": "cells<2"}])
    month = moment.astype("datetime64[M]").astype(int)
    stratum = account * (np.ptp(month) + 1) + month - month.min()
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

    def between(values: np.ndarray) -> np.ndarray:
        place = cell + count * np.arange(len(values))[:, None]
        sums = np.bincount(place.ravel(), values.ravel(), count * len(values))
        return (sums.reshape(-1, count) ** 2 / size).sum(axis=1)

    order = np.argsort(stratum, kind="stable")
    ranked, place = centred[order], np.unique(stratum[order], return_inverse=True)[1]
    seen, reached = float(between(centred[None])[0]), 0
    step = max(AT_ONCE // len(ranked), 1)
    for start in range(0, draws, step):
        dealt = np.empty((min(step, draws - start), len(ranked)))
        dealt[:, order] = ranked[np.argsort(place + rng.random(dealt.shape), axis=1)]
        reached += int((between(dealt) >= seen * (1 - 1e-12)).sum())
    left = total - seen
    statistic = (seen / (count - 1)) / (left / (len(value) - count)) if left > 0 else np.inf
    return statistic, (1 + reached) / (1 + draws)


@dataclass(frozen=True)
class _Placed:
    """Hold the dated posts, each in its cell.

    Attributes
    ----------
    seen : Observed
        The posts, undated ones too.
    log, account, moment, unknown : numpy.ndarray
        Of each dated post: logarithm of 1 + the measure, on the common mean of the accounts; number of
        its account; publication on the clock; whether its zone is not known.
    cell : numpy.ndarray
        Number of its cell, among those that have posts, in the order of weekdays and hours.
    weekday, hour : numpy.ndarray
        Of every cell, empty ones too, in the order in which they are shown.
    places : numpy.ndarray
        Which of them are those that have posts.
    """

    seen: Observed
    log: np.ndarray
    account: np.ndarray
    moment: np.ndarray
    unknown: np.ndarray
    cell: np.ndarray
    weekday: np.ndarray
    hour: np.ndarray
    places: np.ndarray


def _cells(seen: Observed, cells: Cells, hours: int) -> _Placed:
    """Put each post in its cell; with several accounts, move each account's posts to the common mean."""
    choices("cells", [cells], ("both", "weekday", "hour"))
    if hours not in (1, 2, 3, 4, 6, 8, 12):
        raise ParameterError(
            f"hours={hours} does not divide a day into blocks. Choices: 1, 2, 3, 4, 6, 8, 12."
        )
    dated = ~np.isnat(seen.of("_clock")[0])
    value, account, moment, known = (
        array[dated] for array in seen.of("_value", "_account", "_clock", "_zone_known")
    )
    negative = int((value < 0).sum())
    if negative:
        raise DataError(
            f"The measure is below 0 for {negative} posts, as no count can be: correct them or leave them out."
        )
    log, account = pd.Series(np.log1p(value)), pd.factorize(account, sort=True)[0]
    own = log.groupby(account).transform("mean")
    days = np.arange(1, 8) if cells != "hour" else np.array([0])
    blocks = np.arange(0, 24, hours) if cells != "weekday" else np.array([-1])
    day, block = weekdays_of(moment) % len(days), hours_of(moment) // hours % len(blocks)
    used, cell = np.unique(day * len(blocks) + block, return_inverse=True)
    return _Placed(
        seen, (log - own + log.mean()).to_numpy(), account, moment, ~known, cell,
        weekday=np.tile(days, len(blocks)), hour=np.repeat(blocks, len(days)),
        places=used % len(blocks) * len(days) + used // len(blocks),
    )  # fmt: skip


def _variances(seen: _Placed, raw: np.ndarray) -> np.ndarray:
    """Give the variance of each cell's mean: pooled within cells, or between accounts where that is larger."""
    left, n = seen.log - raw[seen.cell], np.bincount(seen.cell)
    accounts = len(np.unique(seen.account))
    free = max(len(left) - len(raw) - (accounts - 1), 1)
    plain = (left @ left) / free / n
    floor = np.finfo(float).eps * max(1.0, float(np.abs(seen.log).max())) ** 2
    if accounts < 2:
        return np.maximum(plain, floor)
    sums = pd.Series(left).groupby([seen.cell, seen.account]).sum()
    between = (sums**2).groupby(level=0).sum().to_numpy() / n**2
    return np.maximum(np.maximum(plain, between * accounts / (accounts - 1)), floor)


def _worded(
    placed: _Placed,
    found: Mapping[str, np.ndarray],
    lacking: str,
    zone: str | None,
    fewest: int,
    hours: int,
) -> pd.DataFrame:
    """Hide cells with too few posts, add the readable units, and say how each cell was made."""
    seen, count, many = placed.seen, len(placed.hour), len(placed.places)
    n, unknown, shown = np.zeros(count, int), np.zeros(count, bool), {}
    n[placed.places] = np.bincount(placed.cell, minlength=many)
    unknown[placed.places] = np.bincount(placed.cell, placed.unknown, many) > 0
    named = n >= fewest
    for name in (*ESTIMATES, "raw"):
        shown[name] = np.full(count, np.nan)
        shown[name][placed.places] = found.get(name, np.nan)
        shown[name][~named] = np.nan
    usual = float(pd.Series(placed.log).mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        index = {name: 100 * np.expm1(shown[of]) / np.expm1(usual) for name, of in INDEX.items()}
    flags = [
        ", ".join(filter(None, ["" if here else f"n<{fewest}", lacking, _doubt(doubt and here, seen, zone)]))
        for here, doubt in zip(named.tolist(), unknown.tolist(), strict=True)
    ]
    method = "hierarchical normal model on log(1 + measure)" if not lacking else "no shrinkage"
    accounts = len(np.unique(placed.account))
    method += f", within {accounts} accounts" if accounts > 1 else ""
    whole = placed.hour < 0
    return pd.DataFrame(
        {
            "weekday": pd.arrays.IntegerArray(placed.weekday, placed.weekday == 0),
            "hour": np.where(whole, 0, placed.hour),
            "hour_end": np.where(whole, 24, placed.hour + hours),
            **{name: shown[name] for name in ESTIMATES},
            "n": n,
            "raw": shown["raw"],
            "typical": np.expm1(shown["estimate"]),
            **index,
            "n_missing": seen.n_missing + int(seen.kept.sum()) - len(placed.log),
            "n_young": seen.n_young,
            "clock": seen.clock,
            "method": method,
            "flag": flags,
        }
    )


def _doubt(unknown: bool, seen: Observed, zone: str | None) -> str:
    if unknown:
        return "zone unknown"
    return "clock is UTC" if zone is None and seen.clock == "UTC" else ""
