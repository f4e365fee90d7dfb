"""Which posts does a measure look at: those with figures, old enough to be read, on the clock of the firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd

from analysis.engagement.tables.calendar import week_of
from analysis.engagement.tables.interactions import PARTS, RATES, choices, number, with_interactions
from analysis.engagement.tables.posts import account_of, read_posts, zone_of
from analysis.engagement.tables.values import check_days, moments, rate_of, truths
from analysis.errors import ParameterError, did_you_mean

__all__ = ["DAYS", "Observed", "ages", "observed", "on_clock"]

DAYS = 7
CONTEXT = ("published", "published_zone_known", "platform", "account", "exported")
UNLISTED = ("posix", "right/", "localtime")  # clocks of one machine, or of seconds no export counts


@dataclass(frozen=True)
class Observed:
    """Hold the posts a measure looks at.

    Attributes
    ----------
    posts : pandas.DataFrame
        Posts with `_value` (the measure), `_over` and `_under` (what is divided by what), `_account`, `_week`,
        `_age` (days, missing where unknown), `_clock` (publication on the chosen clock), `_zone_known`.
    n_missing, n_young : int
        Posts left out for want of figures, and for being too young.
    clock : str
        How hours are read: `Europe/Paris`, `as printed`, `UTC`.
    """

    posts: pd.DataFrame
    n_missing: int
    n_young: int
    clock: str


def observed(
    posts: Any,
    measure: str,
    *,
    needed: Iterable[str] = (),
    optional: Iterable[str] = (),
    zone: str | None = None,
    days: float | None = DAYS,
) -> Observed:
    """Read the posts a measure looks at, and count those it leaves out.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    measure : str
        A column of counts, `interactions`, or `engagement by reach` (`followers`, `views`).
    needed, optional : iterable of str
        Other columns that must be there, and those taken when they are.
    zone : str, optional
        Clock of the firm, such as `Europe/Paris`. Moments of known zone (`published_zone_known`, or a column that
        carries its zone) are put on it; others stay as printed.
    days : float, optional
        Posts younger than this on the day of export are left out; `None` keeps all. A post of unknown age stays.

    Returns
    -------
    Observed

    Raises
    ------
    ParameterError
        When the measure or the zone is not known.
    DataError
        When a column is absent.

    Examples
    --------
    >>> table = pd.DataFrame({"reach": [10, 0], "reactions": [1, 2], "published": pd.Timestamp("2025-10-06 09:00")})
    >>> seen = observed(table, "engagement by reach")
    >>> seen.posts["_value"].tolist(), seen.n_missing, seen.clock
    ([0.1], 1, 'as printed')
    """
    rate = rate_of(measure)
    check_days(days)
    composed = measure == "interactions" or measure != rate
    columns = ["reactions"] if composed else [measure]
    if measure != rate:
        choices("measure: engagement by", [rate], RATES)
    extra = [*PARTS, *RATES, *CONTEXT, *optional] if composed else [*CONTEXT, *optional]
    table = read_posts(posts, [*columns, *needed], extra)
    over = with_interactions(table)["_interactions"].to_numpy() if composed else number(table, measure)
    under = number(table, rate) if measure != rate else np.ones(len(table))
    value = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    carried = zone_of(posts)
    known = zone_known(table, carried)
    table = table.assign(
        _value=value, _over=over, _under=under, _account=account_of(table), _week=week_of(table),
        _age=ages(table), _zone_known=known, _clock=on_clock(table, zone, carried),
    )  # fmt: skip
    measured = ~np.isnan(value)
    young = measured & (table["_age"] < days).to_numpy() if days is not None else np.zeros(len(table), bool)
    clock = zone or ((carried or "UTC") if len(known) and known.all() else "as printed")
    kept = table[measured & ~young].reset_index(drop=True)
    return Observed(kept, int((~measured).sum()), int(young.sum()), clock)


def ages(table: pd.DataFrame) -> pd.Series:
    """Give the age of each post in days when its figures were exported, missing where a date is.

    Parameters
    ----------
    table : pandas.DataFrame
        With `published` and `exported`.

    Returns
    -------
    pandas.Series

    Notes
    -----
    An export date is often a day without an hour: ages are then short by up to a day.

    Examples
    --------
    >>> dates = {"published": ["2025-10-06 12:00"], "exported": ["2025-10-08"]}
    >>> ages(pd.DataFrame(dates).apply(pd.to_datetime)).tolist()
    [1.5]
    """
    if "published" not in table or "exported" not in table:
        return pd.Series(np.nan, index=table.index, dtype=float)
    exported = moments(table["exported"], "exported")
    exported = exported.dt.tz_localize(None) if exported.dt.tz is not None else exported
    return ((exported - table["published"]).dt.total_seconds() / 86400).astype(float)


def zone_known(table: pd.DataFrame, carried: str | None = None) -> np.ndarray:
    """Say of which posts the zone of the moment is known; where the table says nothing, of all if moments carry one."""
    if "published_zone_known" not in table:
        return np.full(len(table), carried is not None)
    known = truths(table["published_zone_known"], "published_zone_known")
    return known.fillna(False).to_numpy(dtype=bool)


def _place(zone: str) -> ZoneInfo:
    """Find the clock of a place; all names are listed only to say which one may be meant."""
    try:
        if str(zone).startswith(UNLISTED):
            raise ValueError(zone)
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, TypeError, ValueError, OSError):
        raise ParameterError(
            f'zone="{zone}" is not a time zone.{did_you_mean(str(zone), sorted(available_timezones()))} '
            "Write it as Europe/Paris."
        ) from None


def on_clock(table: pd.DataFrame, zone: str | None, carried: str | None = None) -> pd.Series:
    """Put moments of known zone on the clock of a place, and leave the others as printed.

    Parameters
    ----------
    table : pandas.DataFrame
        With `published` (UTC where the zone is known, unless it carried another) and `published_zone_known`.
    zone : str or None
        `None` changes nothing.
    carried : str or None
        Zone of the column before it was taken off.

    Returns
    -------
    pandas.Series

    Raises
    ------
    ParameterError
        When there is no such zone.

    Examples
    --------
    >>> moments = pd.to_datetime(["2025-07-01 17:30", "2025-12-01 17:30"])
    >>> table = pd.DataFrame({"published": moments, "published_zone_known": True})
    >>> on_clock(table, "Europe/Paris").dt.hour.tolist()
    [19, 18]
    """
    if "published" not in table:
        return pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]")
    if zone is None:
        return table["published"]
    place = _place(zone)
    instants = table["published"].dt.tz_localize(
        carried or "UTC", ambiguous=np.ones(len(table), bool), nonexistent="shift_forward"
    )
    there = instants.dt.tz_convert(place).dt.tz_localize(None)
    return there.where(pd.Series(zone_known(table, carried), index=table.index), table["published"])
