"""What may a chart be given, and how are its values written? Checks, names and numbers of a result table."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis import language as words
from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = [
    "Unit",
    "Writer",
    "choose",
    "column_of",
    "level_labels",
    "number_of",
    "one_row_each",
    "result_table",
    "rows_of",
    "sentences",
    "too_few",
    "why_flagged",
]

Unit = Literal["share", "number"]

NUMBERS = ("estimate", "se", "low", "high", "n")


@dataclass(frozen=True)
class Writer:
    """Write the values of one chart: shares as percentages, other numbers with their unit.

    Parameters
    ----------
    language : {"fr", "en"}
    unit : {"share", "number"}
        Shares are between 0 and 1.
    decimals : int
    suffix : str
        What follows a number, for example `h`.
    """

    language: str
    unit: Unit = "share"
    decimals: int = 0
    suffix: str = ""

    def short(self, value: Any, sign: bool = False) -> str:
        """Write a value without its unit."""
        if pd.isna(value):
            return words.MISSING
        return words.number(
            value * 100 if self.unit == "share" else value, self.language, self.decimals, sign
        )

    def value(self, value: Any) -> str:
        """Write a value without its unit, never as 0 when it is above 0."""
        return f"<\u00a0{self.short(self._least)}" if self._vanishes(value) else self.short(value)

    @property
    def _least(self) -> float:
        return 10.0**-self.decimals / (100 if self.unit == "share" else 1)

    def _vanishes(self, value: Any) -> bool:
        return bool(pd.notna(value) and value > 0 and self.short(value) == self.short(0))

    def full(self, value: Any, sign: bool = False) -> str:
        """Write a value with its unit, never as 0 when it is above 0."""
        if pd.isna(value):
            return words.MISSING
        if not sign and self._vanishes(value):
            return f"<\u00a0{self.full(self._least)}"
        if self.unit == "share":
            return words.percent(value, self.language, self.decimals, sign)
        return self.short(value, sign) + (f"\u00a0{self.suffix}" if self.suffix else "")

    def span(self, low: Any, high: Any, form: Literal["range", "between"] = "range") -> str:
        """Write an interval in words, with its unit."""
        share = self.unit == "share"
        text = words.interval(low, high, self.language, self.decimals, percent=share, form=form)
        return f"{text}\u00a0{self.suffix}" if self.suffix and not share and text != words.MISSING else text

    def limits(self, low: Any, high: Any) -> str:
        """Write an interval as two bare numbers, for a column of figures."""
        if pd.isna(low) or pd.isna(high):
            return ""
        middle = {"fr": " à ", "en": " to "}[self.language]
        return self.short(low) + middle + self.short(high)

    def change(self, first: Any, last: Any) -> str:
        """Write a change: points between two shares, the unit otherwise."""
        if self.unit != "share":
            return self.full(last - first, sign=True)
        points = words.number((last - first) * 100, self.language, self.decimals, sign=True)
        plural = abs(round((last - first) * 100, self.decimals)) >= 2
        return f"{points}\u00a0{words.word('chart.points' if plural else 'chart.point', self.language)}"


def choose(given: str, allowed: Iterable[str], name: str) -> str:
    """Refuse a choice that is not offered.

    Parameters
    ----------
    given : str
    allowed : iterable of str
    name : str
        Name of the parameter.

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the choice is not one of those allowed.

    Examples
    --------
    >>> choose("share", ("share", "number"), "unit")
    'share'
    """
    if given not in allowed:
        raise ParameterError(
            f'{name}="{given}" is not a choice.{did_you_mean(str(given), allowed)} Choices: {", ".join(allowed)}.'
        )
    return given


def result_table(estimates: pd.DataFrame, columns: Sequence[str], chart: str) -> pd.DataFrame:
    """Check that a table of results can be drawn, and give the part to draw with plain numbers.

    Parameters
    ----------
    estimates : pandas.DataFrame
        A result table.
    columns : sequence of str
        Columns the chart needs.
    chart : str
        Name of the chart, for the messages.

    Returns
    -------
    pandas.DataFrame
        A copy with a fresh index; `estimate, low, high, n` as floats where they exist (missing as NaN) and
        always a column `flag` of text.

    Raises
    ------
    DataError
        When the table is empty or lacks a column.

    Examples
    --------
    >>> result_table(pd.DataFrame({"estimate": [0.5]}), ["estimate"], "rates")["flag"].tolist()
    ['']
    """
    for column in columns:
        if column not in estimates:
            raise DataError(
                f'The chart "{chart}" needs a column "{column}".{did_you_mean(column, map(str, estimates.columns))} '
                f"The table has: {', '.join(map(str, estimates.columns)) or 'no column'}."
            )
    if not len(estimates):
        raise DataError(
            f'The chart "{chart}" has nothing to draw: its table of results has no row. '
            "Check the period, the filter or the export it was computed from."
        )
    data = estimates.reset_index(drop=True)
    for column in NUMBERS:
        if column in data and data[column].dtype != np.float64:
            data[column] = number_of(data[column])
        elif column not in data and column in NUMBERS[2:]:
            data[column] = np.nan
    flags = ["" if pd.isna(flag) else str(flag) for flag in column_of(data, "flag").tolist()]
    data["flag"] = np.array(flags, dtype=object)
    return data


def rows_of(data: pd.DataFrame) -> Iterator[Any]:
    """Go through the rows of a table as `itertuples` does, at half its cost.

    Parameters
    ----------
    data : pandas.DataFrame

    Yields
    ------
    namedtuple
        `Index` and the columns.

    Examples
    --------
    >>> [row.n for row in rows_of(pd.DataFrame({"n": [3, 4]}))]
    [3, 4]
    """
    row = _row(tuple(map(str, data.columns)))
    return map(row, data.index, *data.to_numpy(object).T.tolist())


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", ["Index", *names], rename=True)


def one_row_each(data: pd.DataFrame, label: str, chart: str) -> pd.DataFrame:
    """Refuse a table that holds several rows for one group, as when two rates or statistics are mixed.

    Parameters
    ----------
    data : pandas.DataFrame
    label : str
        Grouping column.
    chart : str
        Name of the chart, for the message.

    Returns
    -------
    pandas.DataFrame
        The same table.

    Raises
    ------
    DataError
        When a group is there twice.

    Examples
    --------
    >>> mixed = pd.DataFrame({"kind": ["photo", "photo"], "rate": ["reach", "views"]})
    >>> try:
    ...     one_row_each(mixed, "kind", "rates")
    ... except DataError as error:
    ...     print(str(error)[-20:])
    Keep one rate first.
    """
    twice = data.loc[data[label].duplicated(), label]
    if len(twice):
        several = [
            c for c in ("rate", "statistic", "base", "wave", "platform", "period") if c in data and c != label
        ]
        mixed = [column for column in several if data[column].nunique(dropna=False) > 1]
        remedy = f"Keep one {mixed[0]} first." if mixed else "Keep the rows of one table first."
        raise DataError(
            f'The chart "{chart}" draws one row per {label}, but "{twice.iloc[0]}" is there several times. {remedy}'
        )
    return data


def column_of(data: pd.DataFrame, name: str) -> pd.Series:
    """Give a column of a table, all missing when the table has none of that name.

    Parameters
    ----------
    data : pandas.DataFrame
    name : str

    Returns
    -------
    pandas.Series

    Examples
    --------
    >>> column_of(pd.DataFrame({"estimate": [0.44]}), "flag").tolist()
    [<NA>]
    """
    return data[name] if name in data else pd.Series(pd.NA, index=data.index, dtype="object")


def number_of(values: pd.Series) -> np.ndarray:
    """Turn a column into floats, missing as NaN.

    Parameters
    ----------
    values : pandas.Series

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> number_of(pd.Series([1, None], dtype="Int64")).tolist()
    [1.0, nan]
    """
    if values.dtype.kind not in "fi":
        values = pd.to_numeric(values, errors="coerce").astype("Float64")
    return values.to_numpy(float, na_value=np.nan, copy=True)


def too_few(row: Any) -> bool:
    """Say whether a row of a result table must not be read: flagged as too small, imprecise or withheld.

    Parameters
    ----------
    row : namedtuple or Series
        With `flag` and `n`.

    Returns
    -------
    bool

    Examples
    --------
    >>> too_few(pd.Series({"flag": "n<30"})), too_few(pd.Series({"flag": ""}))
    (True, False)
    """
    return any(reason.startswith(("n<", "cv>", "weeks<", "suppressed")) for reason in _reasons(row))


def why_flagged(row: Any, language: str) -> str:
    """Say in words why a row must not be read.

    Parameters
    ----------
    row : namedtuple or Series
        With `flag`.
    language : {"fr", "en"}

    Returns
    -------
    str

    Examples
    --------
    >>> why_flagged(pd.Series({"flag": "n<30"}), "en")
    'fewer than 30 cases'
    """
    return words.label("flag", _reasons(row)[0], language)


def _reasons(row: Any) -> list[str]:
    return [reason.strip() for reason in str(row.flag).replace(",", ";").split(";")]


def level_labels(
    data: pd.DataFrame, column: str, language: str, labels: Mapping[Any, str] | None = None
) -> list[str]:
    """Name the levels of a grouping column in the reader's language.

    Parameters
    ----------
    data : pandas.DataFrame
    column : str
    language : {"fr", "en"}
    labels : mapping, optional
        Level to name, for example from the codebook; the catalogue of words comes next.

    Returns
    -------
    list of str

    Examples
    --------
    >>> level_labels(pd.DataFrame({"platform": ["facebook", "own"]}), "platform", "fr", {"own": "Site"})
    ['Facebook', 'Site']
    """
    given = labels or {}
    return [
        words.typeset(str(given[level]), language)
        if not pd.isna(level) and level in given
        else words.label(column, level, language)
        for level in data[column]
    ]


def sentences(parts: Iterable[str], language: str) -> str:
    """Join the parts of a description into sentences, leaving empty ones out.

    Parameters
    ----------
    parts : iterable of str
    language : {"fr", "en"}

    Returns
    -------
    str

    Examples
    --------
    >>> sentences(["dots", "", "on 9 Sept."], "en")
    'Dots. On 9 Sept.'
    """
    said = [
        (part[0].upper() if part[1:2].isalpha() else part[0]) + part[1:] + ("" if part.endswith(".") else ".")
        for part in parts
        if part
    ]
    return words.typeset(" ".join(said), language)
