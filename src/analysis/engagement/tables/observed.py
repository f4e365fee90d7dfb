"""Which posts does a measure look at: those with figures, old enough to be read, on the clock of the firm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd

from analysis.engagement.tables.calendar import week_of
from analysis.engagement.tables.interactions import PARTS, RATES, choices, interactions, number
from analysis.engagement.tables.posts import account_of, read_posts, unzoned, zone_of
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
    columns : pandas.DataFrame
        Posts as they came.
    arrays : dict of numpy.ndarray
        Of each post `_value` (the measure), `_over` and `_under` (what is divided by what), `_account`, `_week`,
        `_age` (days, missing where unknown), `_clock` (publication on the chosen clock), `_zone_known`.
    kept : numpy.ndarray
        Which of them are looked at.
    n_missing, n_young : int
        Posts left out for want of figures, and for being too young.
    clock : str
        How hours are read: `Europe/Paris`, `as printed`, `UTC`.
    """

    columns: pd.DataFrame
    arrays: dict[str, np.ndarray]
    kept: np.ndarray
    n_missing: int
    n_young: int
    clock: str

    def of(self, *names: str) -> tuple[np.ndarray, ...]:
        """Give some arrays of the posts looked at."""
        return tuple(self.arrays[name][self.kept] for name in names)

    @cached_property
    def posts(self) -> pd.DataFrame:
        """Give the posts looked at, with what is known of each."""
        known = pd.DataFrame({name: values[self.kept] for name, values in self.arrays.items()})
        return pd.concat([self.columns[self.kept].reset_index(drop=True), known], axis=1)


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
    over = interactions(table) if composed else number(table, measure)
    under = number(table, rate) if measure != rate else np.ones(len(table))
    value = np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)
    carried = zone_of(posts)
    known, age = zone_known(table, carried), ages(table).to_numpy()
    arrays = {
        "_value": value, "_over": over, "_under": under, "_account": account_of(table), "_week": week_of(table),
        "_age": age, "_zone_known": known, "_clock": on_clock(table, zone, carried).to_numpy(),
    }  # fmt: skip
    measured = ~np.isnan(value)
    young = measured & (age < days) if days is not None else np.zeros(len(table), bool)
    clock = zone or ((carried or "UTC") if len(known) and known.all() else "as printed")
    return Observed(table, arrays, measured & ~young, int((~measured).sum()), int(young.sum()), clock)


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
    exported, published = unzoned(moments(table["exported"], "exported")), table["published"]
    passed = exported.to_numpy("datetime64[us]") - published.to_numpy("datetime64[us]")
    return pd.Series(passed / np.timedelta64(1, "s") / 86400, index=table.index)


def zone_known(table: pd.DataFrame, carried: str | None = None) -> np.ndarray:
    """Say of which posts the zone of the moment is known; where the table says nothing, of all if moments carry one."""
    if "published_zone_known" not in table:
        return np.full(len(table), carried is not None)
    known = truths(table["published_zone_known"], "published_zone_known")
    return known.to_numpy(dtype=bool, na_value=False)


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
    printed = pd.DatetimeIndex(table["published"])
    instants = printed.tz_localize(
        carried or "UTC", ambiguous=np.ones(len(table), bool), nonexistent="shift_forward"
    )
    there = instants.tz_convert(place).tz_localize(None)
    return pd.Series(there.where(zone_known(table, carried), printed), index=table.index)
