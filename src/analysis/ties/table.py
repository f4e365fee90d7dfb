"""Which rows of a table of ties count? One per ego and alter, both ends named, nobody tied to themselves."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = [
    "Told",
    "distinct_ties",
    "ordered",
    "refuse_absent",
    "refuse_missing_ends",
    "told_once",
    "type_name",
]


def distinct_ties(ties: pd.DataFrame, weight: str | None = None, keep: Sequence[str] = ()) -> pd.DataFrame:
    """Keep one row per ego and alter, sorted, with the largest strength told.

    Parameters
    ----------
    ties : pandas.DataFrame
        With `ego` and `alter`.
    weight : str, optional
        Column with the strength of a tie.
    keep : sequence of str
        Other columns to keep, from the row with the largest strength; of equals, from one that tells most.

    Returns
    -------
    pandas.DataFrame
        `ego, alter`, `told` (strength, 1 when no column is given) and what is kept. An ego tied to itself is left out.

    Raises
    ------
    DataError
        When a column is missing, an end of a tie is missing, or a weight is missing, negative or no number.

    Examples
    --------
    >>> table = pd.DataFrame({"ego": ["a", "a"], "alter": ["b", "b"], "closeness": [2, 5]})
    >>> distinct_ties(table, "closeness").values.tolist()
    [['a', 'b', 5.0]]
    """
    columns = list(dict.fromkeys(["ego", "alter", *keep]))
    told = told_once(ties, weight, columns[2:])
    table = ties[columns].iloc[told.rows].reset_index(drop=True)
    table.insert(2, "told", told.strength, allow_duplicates=True)
    return table


@dataclass(frozen=True)
class Told:
    """Hold the rows kept of a table of ties, in order: everyone named in it, the ends by position, the strength."""

    everyone: list[Hashable]
    rows: np.ndarray
    ego: np.ndarray
    alter: np.ndarray
    strength: np.ndarray


def told_once(ties: pd.DataFrame, weight: str | None = None, keep: Sequence[str] = ()) -> Told:
    """Check a table of ties and choose one row per ego and alter: the strongest; of equals the one that tells more.

    Parameters
    ----------
    ties, weight, keep
        As given to `distinct_ties`.

    Returns
    -------
    Told

    Raises
    ------
    DataError
        As `distinct_ties`.

    Examples
    --------
    >>> table = pd.DataFrame({"ego": ["a", "a"], "alter": ["b", "b"], "closeness": [2, 5]})
    >>> told_once(table, "closeness").rows.tolist()
    [1]
    """
    refuse_absent(ties, ["ego", "alter", *([weight] if weight else []), *keep])
    refuse_missing_ends(ties)
    strength = _weights(ties[weight], weight) if weight else np.ones(len(ties))
    everyone, ego, alter = _ends(ties)
    rows = np.lexsort((*(_ranks(ties[column]) for column in reversed(keep)), strength, alter, ego))
    rows = rows[ego[rows] != alter[rows]]
    last = np.ones(len(rows), dtype=bool)
    last[:-1] = (np.diff(ego[rows]) != 0) | (np.diff(alter[rows]) != 0)
    rows = rows[last]
    return Told(everyone, rows, ego[rows], alter[rows], strength[rows])


def type_name(value: Any) -> str:
    """Name the type of a value, with its library where that tells it from a pandas table.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> type_name([("a", "b")])
    'list'
    """
    kind = type(value)
    library = kind.__module__.split(".")[0]
    return kind.__name__ if library in ("builtins", "networkx", "pandas") else f"{library} {kind.__name__}"


def refuse_absent(ties: pd.DataFrame, columns: Sequence[str]) -> None:
    """Refuse what is no table of ties, lacks a column it must have, or has it twice.

    Parameters
    ----------
    ties : pandas.DataFrame
    columns : sequence of str

    Raises
    ------
    ParameterError
        When it is no pandas DataFrame.
    DataError
        When a column is absent or two have its name.

    Examples
    --------
    >>> refuse_absent(pd.DataFrame({"ego": ["a"], "alter": ["b"]}), ["ego", "alter"])
    """
    if not isinstance(ties, pd.DataFrame):
        raise ParameterError(
            f"A table of ties is needed, a pandas DataFrame with columns ego and alter, not {type_name(ties)}."
        )
    for column in columns:
        if column not in ties:
            raise DataError(
                f'The table of ties has no column "{column}".{did_you_mean(column, map(str, ties.columns))} '
                f"Its columns: {', '.join(map(str, ties.columns))}."
            )
        if list(ties.columns).count(column) > 1:
            raise DataError(f'The table of ties has two columns called "{column}": keep one.')


def refuse_missing_ends(ties: pd.DataFrame) -> None:
    """Refuse a tie without an ego or an alter.

    Parameters
    ----------
    ties : pandas.DataFrame
        With `ego` and `alter`.

    Raises
    ------
    DataError
        When an end of a tie is missing.

    Examples
    --------
    >>> refuse_missing_ends(pd.DataFrame({"ego": ["a"], "alter": ["b"]}))
    """
    for column in ("ego", "alter"):
        missing = ties[column].isna().to_numpy()
        if missing.any():
            raise DataError(
                f"The table of ties has no {column} in row {int(missing.argmax()) + 1}: a tie needs two ends."
            )


def _ranks(values: pd.Series) -> np.ndarray:
    """Rank values in an order that does not depend on the rows, missing ones lowest."""
    codes, found = pd.factorize(values)
    names = found.tolist()
    place = {name: rank for rank, name in enumerate(ordered(names))}
    return np.array([*(place[name] for name in names), -1])[codes]


def _ends(ties: pd.DataFrame) -> tuple[list[Hashable], np.ndarray, np.ndarray]:
    """Give everyone named, in order, and the position of the two ends of each row."""
    ends = [ties["ego"], ties["alter"]]
    if ends[0].dtype != ends[1].dtype:
        ends = [end.astype(object) for end in ends]
    codes, names = pd.factorize(pd.concat(ends, ignore_index=True))
    names = names.tolist()
    everyone = ordered(names)
    place = {node: i for i, node in enumerate(everyone)}
    at = np.array([place[node] for node in names], dtype=np.int64)[codes]
    return everyone, at[: len(ties)], at[len(ties) :]


def ordered(nodes: Any) -> list[Hashable]:
    """Give the distinct nodes in an order that does not depend on how they came.

    Parameters
    ----------
    nodes : iterable
        Names of any hashable type.

    Returns
    -------
    list

    Examples
    --------
    >>> ordered(["b", 2, "a", 10, 2])
    [2, 10, 'a', 'b']
    """
    distinct = list(dict.fromkeys(nodes))
    try:
        return sorted(distinct)
    except TypeError:
        kinds: dict[str, list[Hashable]] = {}
        for node in distinct:
            kinds.setdefault(type(node).__name__, []).append(node)
        return list(chain.from_iterable(_of_one_kind(kinds[name]) for name in sorted(kinds)))


def _of_one_kind(nodes: list[Hashable]) -> list[Hashable]:
    try:
        return sorted(nodes)
    except TypeError:
        return sorted(nodes, key=repr)


def _weights(values: pd.Series, name: str) -> np.ndarray:
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64").to_numpy(float, na_value=np.nan)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        found = "missing" if pd.isna(values.iloc[row]) else f'"{values.iloc[row]}"'
        raise DataError(
            f'The strength of a tie, column "{name}", is {found} in row {row + 1} of the table: it must be a number, '
            "0 or more. Leave that tie out, or give its strength."
        )
    return numbers
