"""Are dates dates, counts numbers and choices in range: what a table or a caller gives, in one form or refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError

__all__ = ["moments"]


def moments(values: pd.Series, name: str = "published") -> pd.Series:
    """Read a column of moments, texts written year first among them.

    Parameters
    ----------
    values : pandas.Series
        Moments, days, or text such as `2025-11-04 09:30`; missing and blank ones stay missing.
    name : str
        Name of the column, for the message.

    Returns
    -------
    pandas.Series
        Moments, with the zone they carry.

    Raises
    ------
    DataError
        When a value is no date, is a number, or has the day or month first.

    Notes
    -----
    `04/11/2025` is refused: 4 November here is 11 April elsewhere, and nothing in the column says which.

    References
    ----------
    ISO 8601 (dates and times).

    Examples
    --------
    >>> moments(pd.Series(["2025-11-04", None, "2025-11-04 09:30"])).dt.hour.tolist()
    [0.0, nan, 9.0]
    """
    if isinstance(values.dtype, pd.DatetimeTZDtype) or values.dtype.kind == "M":
        return values
    known = values[values.notna()]
    numeric = next((v for v in known if isinstance(v, int | float | np.number | bool)), None)
    if numeric is not None:
        raise DataError(
            f'The column "{name}" holds numbers ({numeric}), not dates: make them dates first, such as '
            "2025-11-04 09:30."
        )
    try:
        found = pd.to_datetime(values, format="ISO8601", errors="coerce")
    except (TypeError, ValueError) as error:
        raise DataError(
            f'The column "{name}" mixes time zones: put all moments on one clock (UTC).'
        ) from error
    wrong = np.flatnonzero(found.isna() & values.notna() & (values.astype("string").str.strip() != ""))
    if len(wrong):
        raise DataError(
            f'The column "{name}", row {wrong[0] + 1}: "{values.iloc[wrong[0]]}" is not a date written year first. '
            "Write 2025-11-04 09:30: whether 04/11 is in April or November cannot be guessed."
        )
    return found


def numbers(values: pd.Series, name: str) -> np.ndarray:
    """Read a column of numbers as floats, missing ones as NaN.

    Examples
    --------
    >>> numbers(pd.Series(["3", None]), "reach").tolist()
    [3.0, nan]
    """
    if values.dtype.kind in "mM" or isinstance(values.dtype, pd.DatetimeTZDtype):
        raise DataError(f'The column "{name}" holds dates: give a column of numbers.')
    try:
        found = values if values.dtype.kind in "biuf" else pd.to_numeric(values)
    except (TypeError, ValueError):
        found = pd.to_numeric(values, errors="coerce")
        row = int(np.flatnonzero((found.isna() & values.notna()).to_numpy())[0])
        raise DataError(
            f'The column "{name}", row {row + 1}: "{values.iloc[row]}" is not a number. Give a column of numbers, '
            "empty where unknown."
        ) from None
    plain = found.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(plain).any():
        row = int(np.flatnonzero(np.isinf(plain))[0])
        raise DataError(
            f'The column "{name}", row {row + 1}: {values.iloc[row]} is no figure of a post. Leave it empty where '
            "unknown."
        )
    return plain


def truths(values: pd.Series, name: str) -> pd.Series:
    """Read a column of yes and no.

    Examples
    --------
    >>> truths(pd.Series([1, 0, None]), "paid").tolist()
    [True, False, <NA>]
    """
    if isinstance(values.dtype, pd.BooleanDtype):
        return values
    try:
        return values.astype("boolean")
    except (TypeError, ValueError):
        held = ", ".join(sorted({str(value) for value in values.dropna()})[:3])
        raise DataError(
            f'The column "{name}" holds "{held}": give true or false, empty where unknown.'
        ) from None


def day(value: Any, name: str) -> pd.Timestamp | None:
    """Read a day that a caller gives.

    Examples
    --------
    >>> day("2025-11-04", "start"), day(None, "end")
    (Timestamp('2025-11-04 00:00:00'), None)
    """
    if value is None:
        return None
    try:
        year_last = isinstance(value, str) and not value.strip()[:4].isdigit()
        found = pd.NaT if year_last else pd.Timestamp(value)
    except (TypeError, ValueError):
        found = pd.NaT
    if pd.isna(found):
        raise ParameterError(f'{name}="{value}" is not a date written year first. Write 2025-11-04.')
    return found.tz_localize(None).normalize()


def check_level(level: float) -> None:
    """Refuse a confidence level that is no share.

    Examples
    --------
    >>> check_level(0.95)
    """
    if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not 0 < level < 1:
        raise ParameterError(
            f"level={level} is not between 0 and 1. Write level=0.95 for intervals of 95 in 100."
        )


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws or a seed that cannot be drawn with.

    Examples
    --------
    >>> check_draws(1000, 0)
    """
    whole = (int, np.integer)
    if isinstance(draws, bool) or not isinstance(draws, whole) or draws < 2:
        raise ParameterError(
            f"draws={draws} is not a number of draws. Give a whole number, 1000 for instance."
        )
    if isinstance(seed, bool) or not isinstance(seed, whole) or seed < 0:
        raise ParameterError(f"seed={seed} is not a seed. Give a whole number, 0 or more.")


def check_days(days: float | None) -> None:
    """Refuse an age in days that is no number.

    Examples
    --------
    >>> check_days(7), check_days(None)
    (None, None)
    """
    number = isinstance(days, int | float | np.number) and not isinstance(days, bool)
    if days is not None and not (number and days >= 0):
        raise ParameterError(f"days={days!r} is not a number of days. Give 7 for instance, or None for all.")


def check_fewest(fewest: int) -> None:
    """Refuse a least number of posts that is no number.

    Examples
    --------
    >>> check_fewest(5)
    """
    if isinstance(fewest, bool) or not isinstance(fewest, int | np.integer) or fewest < 1:
        raise ParameterError(f"fewest={fewest!r} is not a number of posts. Give a whole number, 1 or more.")


def names_given(parameter: str, given: str | Iterable[str] | None) -> list[str]:
    """List the names a caller gives, alone or several, refusing what is no text.

    Examples
    --------
    >>> names_given("by", "kind"), names_given("by", None)
    (['kind'], [])
    """
    several = [given] if isinstance(given, str) else [] if given is None else given
    names = list(several) if isinstance(several, Iterable) else [several]
    wrong = next((name for name in names if not isinstance(name, str)), None)
    if wrong is not None:
        raise ParameterError(f"{parameter}={given!r}: {wrong!r} is no name. Give a name, or a list of names.")
    return names


def rate_of(measure: str) -> str:
    """Name the denominator of `engagement by …`; any other measure is given back.

    Examples
    --------
    >>> rate_of("engagement by reach"), rate_of("interactions")
    ('reach', 'interactions')
    """
    if not isinstance(measure, str):
        raise ParameterError(
            f"measure={measure!r} is no name. Name a column of counts, interactions, or engagement by reach."
        )
    return measure.removeprefix("engagement by ")
