"""How a result table becomes a printed one: labels, formats and alignment beside the values themselves."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
from pandas.api.types import is_scalar

from analysis import language as words
from analysis.errors import ReportError, did_you_mean

__all__ = ["Column", "table_data"]

Format = Literal["text", "number", "percent", "date", "period", "interval", "yesno"]
FORMATS: dict[str, Format] = {"b": "yesno", "M": "date"} | dict.fromkeys("iufc", "number")


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is printed.

    Parameters
    ----------
    label : str
        Heading.
    format : str, optional
        `text`, `number`, `percent` (of a share in [0, 1]), `date`, `period`, `interval` or `yesno`;
        chosen from the values when left out.
    decimals : int, optional
        Decimal places of numbers; 0 for whole numbers and shares, 1 otherwise.
    of : tuple of str
        For `interval`, the two columns that hold its ends.
    percent : bool
        For `interval`, whether the ends are shares.
    width : float, optional
        Share of the table's width, relative to the other columns' widths (1 each).
    """

    label: str
    format: Format | None = None
    decimals: int | None = None
    of: tuple[str, str] = ("low", "high")
    percent: bool = False
    width: float | None = None


def table_data(
    data: pd.DataFrame, columns: Mapping[str, str | Column] | None, group: str | None, language: str
) -> dict[str, Any]:
    """Set a data frame as columns and rows that carry both the value and its printed form.

    Parameters
    ----------
    data : pandas.DataFrame
        The result table.
    columns : mapping, optional
        Column name to heading or `Column`, in the order to print; all columns when left out.
    group : str, optional
        Column whose values head groups of consecutive rows.
    language : str
        `en` or `fr`.

    Returns
    -------
    dict
        `columns` (name, label, format, align, width) and `rows` (group, cells of value and text).

    Raises
    ------
    ReportError
        When a column is not in the data, two have one name, or there is none.

    Notes
    -----
    A value without end is printed as a missing one is. Names on several levels are joined by a dot.

    Examples
    --------
    >>> shares = pd.DataFrame({"platform": ["X"], "estimate": [0.44]})
    >>> table_data(shares, {"estimate": Column("Share", "percent")}, None, "en")["rows"][0]["cells"]
    [{'value': 0.44, 'text': '44%'}]
    """
    held = dict(zip(_names(data), (values for _, values in data.items()), strict=True))
    wanted = _wanted(held, columns, group)
    return {
        "columns": [
            {
                "name": name,
                "label": words.typeset(column.label, language),
                "format": column.format,
                "align": "right" if column.format in {"number", "percent"} else "left",
                "width": column.width,
            }
            for name, column in wanted.items()
        ],
        "rows": [
            {"group": head, "cells": list(cells)}
            for head, *cells in zip(
                _groups(held, group, language),
                *(_cells(held, name, column, language) for name, column in wanted.items()),
                strict=True,
            )
        ],
    }


def _names(data: pd.DataFrame) -> list[str]:
    """Name each column by one text of its own, so that none is left out in silence."""
    names = [_called(name) for name in data.columns]
    if not names:
        raise ReportError("table: the data have no column. Show at least one.")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ReportError(f'table: two columns are called "{twice}". Rename one.')
    return names


def _called(name: Any) -> str:
    return " · ".join(filter(None, map(str, name))) if isinstance(name, tuple) else str(name)


def _wanted(
    data: Mapping[str, pd.Series], columns: Mapping[str, str | Column] | None, group: str | None
) -> dict[str, Column]:
    given = {_called(name): column for name, column in (columns or {}).items()} or {
        name: name for name in data if name != group
    }
    wanted = {}
    for name, column in given.items():
        column = Column(column) if isinstance(column, str) else column
        for source in column.of if column.format == "interval" else (name,):
            _check_column(data, source)
        wanted[name] = _with_format(column, data.get(name))
    if group is not None:
        _check_column(data, group)
    return wanted


def _check_column(data: Mapping[str, pd.Series], name: str) -> None:
    if name not in data:
        raise ReportError(
            f'table: there is no column "{name}".{did_you_mean(name, data)} Columns: {", ".join(data)}.'
        )


def _with_format(column: Column, values: pd.Series | None) -> Column:
    """Choose a format from the kind of values where none is given."""
    if column.format is not None:
        return column
    kind = FORMATS.get(values.dtype.kind) or _told(values)
    decimals = column.decimals
    if decimals is None and kind == "number":
        decimals = 0 if values.dtype.kind in "iu" else 1
    return Column(column.label, kind, decimals, column.of, column.percent, column.width)


def _told(values: pd.Series) -> Format:
    """Choose the format of a column whose type says little, from its values."""
    if pd.api.types.is_bool_dtype(values):
        return "yesno"
    if pd.api.types.is_numeric_dtype(values):
        return "number"
    return "date" if pd.api.types.infer_dtype(values, skipna=True) in ("date", "datetime") else "text"


def _groups(data: Mapping[str, pd.Series], group: str | None, language: str) -> list[str | None]:
    """Give the group each row lies under."""
    if group is None:
        return [None] * len(next(iter(data.values())))
    levels = data[group].tolist()
    return [words.MISSING if _missing(level) else words.typeset(str(level), language) for level in levels]


def _cells(data: Mapping[str, pd.Series], name: str, column: Column, language: str) -> list[dict[str, Any]]:
    """Set one column: the value and the printed form of every row."""
    if column.format == "interval":
        ends = (data[source].tolist() for source in column.of)
        return [_interval(low, high, column, language) for low, high in zip(*ends, strict=True)]
    values = data[name].tolist()
    form = _date_form(values) if column.format == "date" else "short"
    shown = [(value, _plain(value)) for value in values]
    return [
        {"value": kept, "text": words.MISSING if kept is None else _text(value, column, language, form)}
        for value, kept in shown
    ]


def _date_form(values: list[Any]) -> Literal["long", "short"]:
    """Leave the year out only where all days are of one year."""
    years = {str(value)[:4] for value in values if not _missing(value)}
    return "short" if len(years) < 2 else "long"


def _interval(low: Any, high: Any, column: Column, language: str) -> dict[str, Any]:
    text = words.interval(low, high, language, decimals=column.decimals or 0, percent=column.percent)
    return {"value": [_plain(low), _plain(high)], "text": text}


def _missing(value: Any) -> bool:
    """Say whether there is nothing to show: no value, or one without end."""
    return is_scalar(value) and (words.is_missing(value) or (isinstance(value, float) and math.isinf(value)))


def _text(value: Any, column: Column, language: str, form: Literal["long", "short"]) -> str:
    match column.format:
        case "number":
            return words.number(value, language, decimals=column.decimals or 0)
        case "percent":
            return words.percent(value, language, decimals=column.decimals or 0)
        case "date":
            return words.date(value, language, form=form)
        case "period":
            return words.period(str(value), language, form="short")
        case "yesno":
            return words.word("chart.yes" if value else "chart.no", language)
        case _:
            return words.typeset(re.sub(r"[ \t\r\n]+", " ", str(value)).strip(" "), language)


def _plain(value: Any) -> Any:
    """Keep numbers and truth values as such, dates as ISO text, the rest as text."""
    if _missing(value):
        return None
    value = value.item() if getattr(value, "ndim", None) == 0 else value
    if isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
