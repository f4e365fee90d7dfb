"""How old must a post be before its figures can be read, and which posts are too young?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import Bootstrap, with_intervals
from analysis.engagement.tables.observed import DAYS, ages, observed
from analysis.engagement.tables.posts import account_of, framed, read_posts
from analysis.engagement.tables.values import check_days
from analysis.errors import ParameterError

__all__ = ["at_age", "mature_posts", "maturity", "readings", "young_posts"]

AGES = (1, 2, 3, 7, 14, 28)
YOUNG = ["platform", "account", "estimate", "se", "low", "high", "n", "n_young", "n_unknown", "method"]


def maturity(
    history: Any,
    measure: str = "interactions",
    *,
    at: Iterable[float] = AGES,
    final: float = 28,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Measure which share of its final figures a post has reached at each age.

    Parameters
    ----------
    history : table
        Every reading of every post: the posts contract with several `exported` per post, as
        `analysis.platforms.posts.history` gives.
    measure : str
        `interactions` or a column of counts.
    at : iterable of float
        Ages in days.
    final : float
        The newest reading of a post is final from this age on; younger posts are left out.
    level, draws, seed
        Confidence level, number of bootstrap draws, seed.

    Returns
    -------
    pandas.DataFrame
        One row per age: `age` (days), `estimate, se, low, high` (share of the final figures, sum over sum), `n`
        (posts with readings around that age), `n_missing` (posts without), `method`, `flag` (`no history`,
        `weeks<8`, `accounts<8`).

    Raises
    ------
    ParameterError
        When the measure is not known or an age is negative.
    DataError
        When a column is absent.

    Notes
    -----
    Between two readings figures are taken to grow evenly, which they do not: early ages read low. A post is
    only known once two exports hold it.

    Examples
    --------
    >>> day = pd.Timestamp("2025-01-06")
    >>> read = [day + pd.Timedelta(days=age) for age in (1, 7, 30)]
    >>> table = pd.DataFrame({"post_id": "1", "published": day, "exported": read, "reactions": [5, 8, 10]})
    >>> maturity(table, at=[1, 7, 28])[["age", "estimate", "n"]].round(2).to_dict("list")
    {'age': [1.0, 7.0, 28.0], 'estimate': [0.5, 0.8, 0.98], 'n': [1, 1, 1]}
    """
    at = np.atleast_1d(np.array(at if np.isscalar(at) else list(at), float))
    if not len(at) or not (at >= 0).all():
        raise ParameterError("at: give the ages to read, in days, 0 or more.")
    past = readings(history, measure)
    past = past[past.groupby(["_account", "post_id"])["_age"].transform("size") > 1]
    rows, blocks = [], []
    for (account, _), part in past.groupby(["_account", "post_id"], sort=True):
        old, value = part["_age"].to_numpy(), part["_value"].to_numpy()
        if old[-1] >= final and value[-1] > 0:
            rows.append(np.append(at_age(old, value, at, np.inf), value[-1]))
            blocks.append((account, part["_week"].iloc[0]))
    reached = np.array(rows).reshape(-1, len(at) + 1)
    how = Bootstrap(level, draws, seed, "auto")
    found = [_share(age, reached[:, i], reached[:, -1], blocks, how) for i, age in enumerate(at)]
    return pd.DataFrame(found)


def _share(age: float, value: np.ndarray, last: np.ndarray, blocks: list, how: Bootstrap) -> dict:
    known = ~np.isnan(value)
    row = {"age": age, "estimate": np.nan, "se": np.nan, "low": np.nan, "high": np.nan}
    counts = {"n": int(known.sum()), "n_missing": int((~known).sum())}
    if not known.any():
        return row | counts | {"method": "sum over sum", "flag": "no history"}
    chosen = [block for block, here in zip(blocks, known, strict=True) if here]
    account, week = np.array([a for a, _ in chosen], dtype=str), np.array([w for _, w in chosen], float)
    drawn = bootstrap.blocks(account, week)
    share = bootstrap.pooled(value[known], last[known], drawn)
    found = with_intervals({"x": share}, drawn, how, f"{age:g}")["x"]
    return row | found | counts | {"method": f"sum over sum, {found['method']}", "flag": found["flag"]}


def readings(history: Any, measure: str) -> pd.DataFrame:
    """List the readings of each post in the order of its age, with `_account`, `_age`, `_value`, `_week`.

    Parameters
    ----------
    history : table
        The posts contract with several `exported` per post.
    measure : str
        `interactions`, a column of counts, or `engagement by reach`.

    Returns
    -------
    pandas.DataFrame
        Readings of unknown age or without figures are left out; of two of one age the larger stays.

    Examples
    --------
    >>> table = pd.DataFrame({"post_id": "1", "reactions": [8, 5], "published": pd.Timestamp("2025-01-06")})
    >>> table["exported"] = pd.to_datetime(["2025-01-13", "2025-01-07"])
    >>> readings(table, "interactions")[["_age", "_value"]].values.tolist()
    [[1.0, 5.0], [7.0, 8.0]]
    """
    table = observed(history, measure, needed=["published", "post_id", "exported"], days=None).posts
    return (
        table.dropna(subset=["_age"])
        .sort_values(["_account", "post_id", "_age", "_value"], kind="stable")
        .drop_duplicates(["_account", "post_id", "_age"], keep="last")
        .reset_index(drop=True)
    )


def at_age(age: np.ndarray, value: np.ndarray, wanted: np.ndarray, final: float) -> np.ndarray:
    """Read a post's figures at given ages from its readings.

    Parameters
    ----------
    age, value : array of float
        Readings in the order of age.
    wanted : array of float
        Ages asked for; missing ones give missing figures.
    final : float
        From this age on figures no longer move: the newest reading stands for all later ages.

    Returns
    -------
    numpy.ndarray
        Missing before the first reading and after the last one, unless that is final.

    Examples
    --------
    >>> at_age(np.array([1.0, 3.0]), np.array([4.0, 8.0]), np.array([0.5, 2.0, 3.0, 9.0]), 7).tolist()
    [nan, 6.0, 8.0, nan]
    """
    if len(age) == 0 or np.isnan(age).any():
        return np.full(len(wanted), np.nan)
    later = value[-1] if age[-1] >= final else np.nan
    found = np.interp(wanted, age, value, left=np.nan, right=later)
    return np.where((wanted >= final) & (age[0] >= final) & (wanted < age[0]), value[0], found)


def mature_posts(posts: Any, days: float = DAYS) -> Any:
    """Leave out the posts that were too young on the day of export.

    Parameters
    ----------
    posts : table
        With `published` and `exported`.
    days : float
        Younger posts are left out; posts of unknown age stay.

    Returns
    -------
    table
        Of the same kind. `young_posts` says how many were left out.

    Raises
    ------
    DataError
        When there is no `published`.

    Notes
    -----
    A cut treats all kinds alike, though videos go on being found long after a story is gone.

    Examples
    --------
    >>> dates = {"published": ["2025-01-06", "2025-01-12"], "exported": ["2025-01-14"] * 2}
    >>> len(mature_posts(pd.DataFrame(dates).apply(pd.to_datetime)))
    1
    """
    check_days(days)
    frame = framed(posts)
    if "exported" not in frame.collect_schema().names():
        return posts
    if isinstance(frame, nw.DataFrame):
        old = ~(ages(read_posts(posts, ["published", "exported"])) < days).to_numpy()
        return posts[old] if isinstance(posts, pd.DataFrame) else frame.filter(old.tolist()).to_native()
    age = (_clock(frame, "exported") - _clock(frame, "published")).dt.total_seconds()
    return frame.filter((age >= days * 86400) | age.is_null()).to_native()


def _clock(frame: nw.LazyFrame, name: str) -> nw.Expr:
    """Read moments without zone where the engine cannot subtract those with one from those without."""
    dtype = frame.collect_schema()[name]
    zoned = isinstance(dtype, nw.Datetime) and dtype.time_zone is not None
    column = nw.col(name)
    return column.dt.replace_time_zone(None) if zoned and frame.implementation.is_polars() else column


def young_posts(posts: Any, days: float = DAYS) -> pd.DataFrame:
    """Count the posts too young to be read, account by account.

    Parameters
    ----------
    posts : table
        With `published`, and `exported` where known.
    days : float
        Age from which figures are read.

    Returns
    -------
    pandas.DataFrame
        `platform, account`, `estimate` (share too young, of those of known age), `se, low, high` (missing: all
        posts are counted, none drawn), `n` (posts), `n_young`, `n_unknown` (posts of unknown age, which are kept),
        `method`.

    Raises
    ------
    DataError
        When there is no `published`.

    Notes
    -----
    The newest posts are the young ones: leaving them out shortens the period that is reported.

    Examples
    --------
    >>> dates = {"published": ["2025-01-06", "2025-01-12"], "exported": ["2025-01-14"] * 2}
    >>> young_posts(pd.DataFrame(dates).apply(pd.to_datetime))[["estimate", "n", "n_young"]].to_dict("records")
    [{'estimate': 0.5, 'n': 2, 'n_young': 1}]
    """
    check_days(days)
    table = read_posts(posts, ["published"], ["exported", "platform", "account"])
    age = ages(table)
    parts = {"_account": account_of(table), "n_young": age < days, "n_unknown": age.isna()}
    counted = (
        pd.DataFrame(parts)
        .groupby("_account", sort=True)
        .agg(n=("n_young", "size"), n_young=("n_young", "sum"), n_unknown=("n_unknown", "sum"))
    )
    names = counted.index.str.split("/", n=1)
    known = (counted["n"] - counted["n_unknown"]).astype(float)
    return counted.assign(
        platform=names.str[0], account=names.str[1], method=f"age below {days:g} days",
        estimate=(counted["n_young"] / known.where(known > 0)), se=np.nan, low=np.nan, high=np.nan,
    ).reset_index(drop=True)[YOUNG]  # fmt: skip
