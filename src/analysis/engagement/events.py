"""After an event, does the post that comes within the hour find more response than the one that comes late?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.counts import count_model
from analysis.engagement.inference.estimates import Bootstrap, flags, with_intervals
from analysis.engagement.tables.observed import DAYS, observed
from analysis.engagement.tables.posts import read_posts, zone_of
from analysis.engagement.tables.values import check_level, moments, rate_of
from analysis.errors import DataError, ParameterError

__all__ = ["delay_effect", "event_study", "first_posts"]

CUTS = (1, 3, 24)
BEFORE = 180
FEWEST = 5
COLUMNS = ["account", "happened", "post_id", "delay_hours", "actual", "usual", "estimate", "n", "flag"]


def first_posts(
    posts: Any, events: Any, measure: str = "interactions", *, within: str = "7D", days: float | None = DAYS
) -> pd.DataFrame:
    """Find the first post an account published after each event, and how it was answered.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    events : table
        One row per event and account: `account`, `happened` (on the clock of `published`), `event` where named, and
        `platform` where only posts of one platform answer it.
    measure : str
        `interactions`, a column of counts, or `engagement by reach`.
    within : str
        How long after the event a post still counts as following it.
    days : float, optional
        Posts younger than this on the day of export are left out.

    Returns
    -------
    pandas.DataFrame
        One row per event: `event` where named, `account, happened`, `post_id`, `delay_hours`, `actual` (the
        measure), `usual` (median of the account's posts in the 180 days before, on the platform of the post that
        followed), `estimate` (actual / usual),
        `n` (posts behind `usual`), `flag` (`no post`; `n<5` or `usual 0`: no estimate).

    Raises
    ------
    DataError
        When a column is absent or a moment of an event is missing.
    ParameterError
        When the measure or the length of `within` is not known.

    Notes
    -----
    The first post after an event need not be about it: list the events an account was bound to answer.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06 09:00", periods=7, freq="D")
    >>> posts = pd.DataFrame({"account": "a", "post_id": list("1234567"), "published": days})
    >>> posts["reactions"] = [10, 10, 10, 10, 10, 10, 30]
    >>> events = pd.DataFrame({"account": ["a"], "happened": pd.to_datetime(["2025-01-12 08:30"])})
    >>> first_posts(posts, events)[["delay_hours", "estimate", "n"]].values.tolist()
    [[0.5, 3.0, 6.0]]
    """
    table = observed(posts, measure, needed=["published", "account", "post_id"], days=days).posts
    table = table.sort_values(["account", "published", "post_id"], kind="stable")
    listed, length = _listed(events, zone_of(posts) or "UTC"), _length(within)
    keys = [name for name in ("platform", "account") if name in listed]
    if "platform" in keys and "platform" not in table:
        raise DataError('The table of posts has no column "platform", which the events name.')
    own = dict(iter(table.groupby(keys, sort=False)))
    rows = [
        _followed(own.get(names, table.iloc[:0]), happened, length)
        for *names, happened in listed[[*keys, "happened"]].itertuples(index=False)
        for names in [tuple(names)]
    ]
    found = pd.DataFrame(rows, columns=[*COLUMNS[2:]])
    named = [name for name in ("event", "platform", "account", "happened") if name in listed]
    return pd.concat([listed[named], found], axis=1)


def _listed(events: Any, zone: str) -> pd.DataFrame:
    """Read events in the order of account and moment, on the clock of the posts."""
    listed = read_posts(events, ["account", "happened"], ["event", "platform"], "events")
    happened = moments(listed["happened"], "happened")
    if happened.isna().any():
        row = int(np.flatnonzero(happened.isna())[0]) + 1
        raise DataError(f'events, row {row}: "happened" is missing. Give the moment of each event.')
    happened = happened.dt.tz_convert(zone).dt.tz_localize(None) if happened.dt.tz is not None else happened
    listed = listed.assign(happened=happened.astype("datetime64[us]"))
    order = [name for name in ("platform", "account", "happened", "event") if name in listed]
    return listed.sort_values(order, kind="stable", ignore_index=True)


def _length(within: str) -> pd.Timedelta:
    try:
        length = pd.Timedelta(within)
    except (TypeError, ValueError):
        length = pd.NaT
    if pd.isna(length) or length <= pd.Timedelta(0):
        raise ParameterError(f'within="{within}" is not a length of time. Write 7D or 36h.')
    return length


def _followed(own: pd.DataFrame, happened: pd.Timestamp, within: pd.Timedelta) -> dict:
    published, values = own["published"].to_numpy(), own["_value"].to_numpy()
    limits = [happened - pd.Timedelta(days=BEFORE), happened, happened + within]
    since, here = np.searchsorted(published, [limit.to_datetime64() for limit in limits[:2]])
    past, followed = values[since:here], here < len(published) and published[here] <= limits[2]
    if followed and "platform" in own:
        platform = own["platform"].astype("string").fillna("").to_numpy(dtype=str)
        past = past[platform[since:here] == platform[here]]
    usual = float(np.median(past)) if len(past) >= FEWEST else np.nan
    row = {"post_id": None, "delay_hours": np.nan, "actual": np.nan, "usual": usual}
    row |= {"estimate": np.nan, "n": len(past), "flag": "no post"}
    if not followed:
        return row
    first = own.iloc[here]
    delay = (first["published"] - happened).total_seconds() / 3600
    ratio = first["_value"] / usual if usual > 0 else np.nan
    flag = f"n<{FEWEST}" if len(past) < FEWEST else "usual 0" if usual == 0 else ""
    found = {"post_id": first["post_id"], "delay_hours": delay, "actual": first["_value"]}
    return row | found | {"estimate": ratio, "flag": flag}


def event_study(
    posts: Any,
    events: Any,
    measure: str = "interactions",
    *,
    cuts: Iterable[float] = CUTS,
    within: str = "7D",
    days: float | None = DAYS,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the response to first posts by how long they came after the event.

    Parameters
    ----------
    posts, events, measure, within, days
        As for `first_posts`.
    cuts : iterable of float
        Limits between groups of delay, in hours.
    level, draws, seed
        Of the bootstrap: accounts are drawn when there are several, else events.

    Returns
    -------
    pandas.DataFrame
        One row per group of delay: `from_hours, to_hours`, `estimate, se, low, high` (median of actual / usual:
        1 is the account's usual post), `n` (events), `n_missing` (events of the group without an estimate),
        `method`, `flag` (`n<30`, `accounts<8`, `events<8`: no interval). The last row, without delay, counts
        events that no post followed.

    Raises
    ------
    DataError
        When a column is absent.
    ParameterError
        When the cuts do not rise.

    Notes
    -----
    Those who answer within the hour are also better prepared, and events that allow it differ: the gap is not
    what haste alone would bring.

    References
    ----------
    MacKinlay (1997), "Event studies in economics and finance", Journal of Economic Literature 35 (usual against
    actual).

    Examples
    --------
    >>> days = pd.date_range("2025-01-06 09:00", periods=7, freq="D")
    >>> posts = pd.DataFrame({"account": "a", "post_id": list("1234567"), "published": days})
    >>> posts["reactions"] = [10, 10, 10, 10, 10, 10, 30]
    >>> events = pd.DataFrame({"account": ["a"], "happened": pd.to_datetime(["2025-01-12 08:30"])})
    >>> event_study(posts, events)[["from_hours", "to_hours", "estimate", "n"]].values.tolist()[0]
    [0.0, 1.0, 3.0, 1.0]
    """
    edges = [0.0, *map(float, cuts), _length(within).total_seconds() / 3600]
    if any(low >= high for low, high in pairwise(edges)):
        raise ParameterError("cuts: limits must rise from above 0 to below the window given by within.")
    found = first_posts(posts, events, measure, within=within, days=days)
    how, rows = Bootstrap(level, draws, seed, "auto"), []
    for low, high in pairwise(edges):
        late = (found["delay_hours"] > low) | ((low == 0) & (found["delay_hours"] == 0))
        group = found[late & (found["delay_hours"] <= high)]
        rows.append({"from_hours": low, "to_hours": high} | _response(group, how, f"{low:g}"))
    never = int((found["flag"] == "no post").sum())
    rows.append({"n": 0, "n_missing": never, "method": "count", "flag": "no post"})
    names = ["from_hours", "to_hours", "estimate", "se", "low", "high", "n", "n_missing", "method", "flag"]
    return pd.DataFrame(rows, columns=names)


def _response(group: pd.DataFrame, how: Bootstrap, label: str) -> dict:
    known = group.dropna(subset=["estimate"])
    account = known["account"].astype(str).to_numpy(dtype=str)
    drawn = _drawn(account)
    median = bootstrap.median(known["estimate"].to_numpy(float), drawn)
    row = with_intervals({"x": median}, drawn, how, label)["x"]
    counts = {"n": len(known), "n_missing": len(group) - len(known)}
    return row | counts | {"flag": flags(len(known), row["flag"])}


def _drawn(account: np.ndarray) -> bootstrap.Blocks:
    """Draw accounts when there are several, else events."""
    if len(set(account)) > 1:
        return bootstrap.blocks(account, np.zeros(len(account)), "accounts")
    number = np.arange(len(account))
    return bootstrap.Blocks(number, len(account), "events", np.zeros(len(account), dtype=int))


def delay_effect(
    posts: Any,
    events: Any,
    measure: str = "interactions",
    *,
    within: str = "7D",
    days: float | None = DAYS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how the response to the first post varies with each doubling of the delay.

    Parameters
    ----------
    posts, events, measure, within, days
        As for `first_posts`; `measure` must be a count.
    level : float

    Returns
    -------
    pandas.DataFrame
        One row: `term` (`delay doubled`), `estimate` (ratio of responses), `se, low, high`, `n` (events),
        `n_missing`, `df`, `p`, `size`, `method`, `flag` (`n<30`: no model; `accounts<8`, `events<8`).

    Raises
    ------
    ParameterError
        When the measure is a rate.
    DataError
        When a column is absent.

    Notes
    -----
    Negative binomial model of the response with the account's usual response as offset. Delays under a quarter
    of an hour count as that. A ratio below 1 is compatible with haste bringing response, and with prepared
    firms having both.

    References
    ----------
    See `count_model`.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06 09:00", periods=7, freq="D")
    >>> posts = pd.DataFrame({"account": "a", "post_id": list("1234567"), "published": days, "reactions": 10})
    >>> events = pd.DataFrame({"account": ["a"], "happened": pd.to_datetime(["2025-01-12 08:30"])})
    >>> delay_effect(posts, events)[["n", "flag"]].values.tolist()
    [[1, 'n<30']]
    """
    check_level(level)
    if rate_of(measure) != measure:
        raise ParameterError(f'measure="{measure}" is a rate: give a count, such as "interactions".')
    found = first_posts(posts, events, measure, within=within, days=days)
    known = found.dropna(subset=["estimate"])
    row = {"term": "delay doubled", "estimate": np.nan, "se": np.nan, "low": np.nan, "high": np.nan}
    row |= {"n": len(known), "n_missing": len(found) - len(known), "df": np.nan, "p": np.nan, "size": np.nan}
    delay = np.log2(np.maximum(known["delay_hours"].to_numpy(float), 0.25))
    if len(known) < 30 or np.ptp(delay) == 0:
        return pd.DataFrame(
            [row | {"method": "no model", "flag": "n<30" if len(known) < 30 else "one delay"}]
        )
    account = known["account"].astype(str).to_numpy(dtype=str)
    several = len(set(account)) > 1
    cluster = account if several else np.arange(len(known))
    fit = count_model(
        known["actual"].to_numpy(float),
        delay[:, None],
        np.log(known["usual"].to_numpy(float)),
        np.zeros(len(known)),
        cluster,
    )
    unit = "accounts" if several else "events"
    method = f"negative binomial ratio, usual response as offset; {fit.clusters} {unit} left out in turn"
    ratio = float(np.exp(fit.coefficients[0]))
    row |= {"estimate": ratio, "size": fit.size, "method": method, "flag": ""}
    if fit.clusters < bootstrap.MINIMUM:
        return pd.DataFrame([row | {"flag": f"{unit}<{bootstrap.MINIMUM}"}])
    error, df = float(np.sqrt(fit.covariance[0, 0])), fit.clusters - 1
    margin = special.stdtrit(df, (1 + level) / 2) * error
    p = float(2 * special.stdtr(df, -abs(fit.coefficients[0]) / error)) if error > 0 else np.nan
    limits = {"se": ratio * error, "low": ratio * np.exp(-margin), "high": ratio * np.exp(margin)}
    return pd.DataFrame([row | limits | {"df": df, "p": p}])
