"""What is known of the population? Read counts by level and totals, and refuse what the sample cannot be fitted to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns
from analysis.survey.weighting.calibration import Margin

__all__ = ["Known", "Target", "read_counts", "read_totals"]

AGREE = 1e-6


@dataclass(frozen=True)
class Target:
    """Hold the known counts of one variable, or of several crossed: its levels, each row's level, the counts."""

    name: str
    levels: tuple[Any, ...]
    margin: Margin


@dataclass(frozen=True)
class Known:
    """Hold one known total: what it is of, its values on the rows, and the total itself."""

    name: str
    values: np.ndarray
    total: float


def read_counts(
    data: pd.DataFrame, given: Mapping[Any, Any], caller: str, shares_of: float | None = None
) -> list[Target]:
    """Read known counts of the levels of variables, checked against the rows to be weighted.

    Parameters
    ----------
    data : pandas.DataFrame
        The rows to be weighted.
    given : mapping of variable to counts by level
        The variable is a name, or a tuple of names whose levels are tuples.
    caller : str
        Who asks, for the message.
    shares_of : float, optional
        Size of the population when the numbers are shares of it.

    Returns
    -------
    list of Target

    Raises
    ------
    ParameterError
        When a variable does not exist or is not given as counts by level.
    DataError
        When a level is in the sample and not in the population or the other way round, an answer is missing, a
        count is negative or zero, or the variables' counts add up to different populations.

    Examples
    --------
    >>> firms = pd.DataFrame({"sector": ["food", "craft", "food"]})
    >>> read_counts(firms, {"sector": {"craft": 20, "food": 40}}, "rake")[0].margin.counts
    array([20., 40.])
    """
    if not isinstance(given, Mapping) or not given:
        raise ParameterError(
            f"{caller}() takes the counts of each variable, such as "
            '{"sector": {"food": 2300, "craft": 1450}}.'
        )
    targets = [_target(data, key, counts, caller, shares_of) for key, counts in given.items()]
    _refuse_other_population(targets, len(data), caller)
    return [_to_one_total(target, targets[0]) for target in targets]


def read_totals(data: pd.DataFrame, given: Mapping[Any, Any], size: float | None) -> list[Known]:
    """Read known totals: of numbers, of the levels of variables, of firms.

    Parameters
    ----------
    data : pandas.DataFrame
        The rows to be weighted.
    given : mapping
        A number column and its total, or a variable and its counts by level as in `read_counts`.
    size : float, optional
        How many firms there are.

    Returns
    -------
    list of Known

    Raises
    ------
    ParameterError, DataError
        As `read_counts`; when a number is missing on a row or a total is not a number.

    Examples
    --------
    >>> firms = pd.DataFrame({"staff": [1, 4], "sector": ["food", "craft"]})
    >>> [known.name for known in read_totals(firms, {"staff": 50, "sector": {"food": 9, "craft": 8}}, None)]
    ['staff', 'sector[food]', 'sector[craft]']
    """
    if not isinstance(given, Mapping) or not (given or size):
        raise ParameterError(
            'calibrate() takes known totals, such as {"employees": 41000, "sector": {"food": 2300, "craft": 1450}}.'
        )
    counts = {key: value for key, value in given.items() if _is_counts(value)}
    known = [] if size is None else [Known("firms", np.ones(len(data)), _total("size", size))]
    targets = read_counts(data, counts, "calibrate") if counts else []
    if targets and size is not None and abs(targets[0].margin.counts.sum() / size - 1) > AGREE:
        raise DataError(
            f"calibrate(): the counts of {targets[0].name} add up to {targets[0].margin.counts.sum():,.10g} firms and "
            f"size= says {size:,.10g}. Give counts of one population."
        )
    for key, value in given.items():
        if _is_counts(value):
            target = next(t for t in targets if t.name == _name(key))
            known.extend(_indicators(target))
        else:
            known.append(Known(key, _complete(data, key), _total(key, value)))
    return known


def _is_counts(value: Any) -> bool:
    return isinstance(value, Mapping | pd.Series)


def _total(name: str, value: Any) -> float:
    if not isinstance(value, int | float | np.number) or isinstance(value, bool) or not math.isfinite(value):
        raise ParameterError(f"calibrate(): the total of {name} is {value!r}; give a number.")
    return float(value)


def _complete(data: pd.DataFrame, name: str) -> np.ndarray:
    values = columns.numbers(columns.column(data, name), "calibrate")
    missing = np.isnan(values)
    if missing.any():
        raise DataError(
            f'calibrate(): column "{name}" is missing on {_rows(missing)}. A firm whose value is not known cannot be '
            "weighted by it: fill it in from the register, or use another variable."
        )
    return values


def _indicators(target: Target) -> Iterator[Known]:
    for code, level in enumerate(target.levels):
        yield Known(
            f"{target.name}[{_shown(level)}]",
            (target.margin.cells == code).astype(float),
            float(target.margin.counts[code]),
        )


def _name(key: Any) -> str:
    return " × ".join(key) if isinstance(key, tuple) else key


def _shown(level: Any) -> str:
    return " × ".join(map(str, level)) if isinstance(level, tuple) else str(level)


def _target(data: pd.DataFrame, key: Any, given: Any, caller: str, shares_of: float | None) -> Target:
    names = list(key) if isinstance(key, tuple) else [key]
    if not _is_counts(given):
        raise ParameterError(
            f"{caller}(): the counts of {_name(key)} are {given!r}; give the count of each level, such as "
            f'{{"{names[0]}": {{"food": 2300, "craft": 1450}}}}.'
        )
    counts = _counts(_name(key), dict(given), caller, shares_of)
    answers = _answers(data, names, caller)
    _refuse_unmatched(_name(key), answers, counts, caller)
    levels = tuple(level for level, count in counts.items() if count > 0)
    place = {level: code for code, level in enumerate(levels)}
    cells = np.array([place[answer] for answer in answers], dtype=int)
    return Target(_name(key), levels, Margin(cells, np.array([counts[level] for level in levels])))


def _counts(name: str, given: dict[Any, Any], caller: str, shares_of: float | None) -> dict[Any, float]:
    if not given:
        raise ParameterError(f"{caller}(): no count is given for {name}.")
    for level, count in given.items():
        number = isinstance(count, int | float | np.number) and not isinstance(count, bool)
        if not number or not math.isfinite(count) or count < 0:
            raise DataError(
                f"{caller}(): {name} {_shown(level)} has the count {count!r}. Give the number of firms of the "
                "population, 0 or above."
            )
    total = math.fsum(map(float, given.values()))
    if shares_of is None:
        return {level: float(count) for level, count in given.items()}
    if abs(total - 1) > AGREE:
        raise DataError(
            f"{caller}(shares_of=…): the shares of {name} add up to {total:.6g}, not to 1. Correct them, or leave "
            "shares_of out when they are counts."
        )
    return {level: float(share) * shares_of / total for level, share in given.items()}


def _answers(data: pd.DataFrame, names: list[str], caller: str) -> list[Any]:
    """Give each row's level, a tuple where variables are crossed."""
    found = [columns.column(data, name) for name in names]
    for answers in found:
        missing = answers.isna().to_numpy()
        if missing.any():
            raise DataError(
                f'{caller}(): column "{answers.name}" is missing on {_rows(missing)}. A firm whose level is not known '
                "cannot be weighted by it: fill it in from the register, or use another variable."
            )
    lists = [answers.tolist() for answers in found]
    return lists[0] if len(lists) == 1 else list(zip(*lists, strict=True))


def _refuse_unmatched(name: str, answers: list[Any], counts: dict[Any, float], caller: str) -> None:
    met: dict[Any, int] = {}
    for answer in answers:
        met[answer] = met.get(answer, 0) + 1
    unknown = [level for level in met if level not in counts]
    if unknown:
        level = min(unknown, key=str)
        raise DataError(
            f"{caller}(): {name} {_shown(level)} is met on {met[level]} row(s) of the sample and has no count in the "
            f"population{_others(unknown)}.{_hint(level, counts)} Give its count, or correct the answers."
        )
    emptied = [level for level in met if counts[level] == 0]
    if emptied:
        raise DataError(
            f"{caller}(): {name} {_shown(emptied[0])} has the count 0 in the population and is met on "
            f"{met[emptied[0]]} row(s) of the sample, whose weights would be 0. Correct the count or the answers."
        )
    absent = [level for level, count in counts.items() if count > 0 and level not in met]
    if absent:
        raise DataError(
            f"{caller}(): {name} {_shown(absent[0])} has {counts[absent[0]]:,.10g} firms in the population and none in "
            f"the sample{_others(absent)}, so no weight can stand for them. Join it to a level like it, in the answers "
            "and in the counts."
        )


def _others(levels: list[Any]) -> str:
    return f" ({len(levels) - 1} more levels like it)" if len(levels) > 1 else ""


def _hint(level: Any, counts: dict[Any, float]) -> str:
    same = [known for known in counts if str(known) == str(level)]
    if same:
        return (
            f" The counts name it as {type(same[0]).__name__}, the answers as {type(level).__name__}: "
            "write both alike."
        )
    return did_you_mean(str(level), map(str, counts))


def _refuse_other_population(targets: list[Target], rows: int, caller: str) -> None:
    sizes = [math.fsum(target.margin.counts.tolist()) for target in targets]
    if sizes[0] < rows * (1 - AGREE):
        raise DataError(
            f"{caller}(): the counts of {targets[0].name} add up to {sizes[0]:,.6g}, below the {rows} rows of the "
            "sample. Give counts of the population; for shares, say of how many firms with shares_of=."
        )
    for target, size in zip(targets[1:], sizes[1:], strict=True):
        if abs(size / sizes[0] - 1) > AGREE:
            raise DataError(
                f"{caller}(): the counts of {targets[0].name} add up to {sizes[0]:,.10g} firms and those of "
                f"{target.name} to {size:,.10g}: no weights can give both. Bring them to one total first."
            )


def _to_one_total(target: Target, first: Target) -> Target:
    """Take out what rounding left between the totals of two margins."""
    cells, counts = target.margin
    exact = counts * (first.margin.counts.sum() / counts.sum())
    return Target(target.name, target.levels, Margin(cells, counts if target is first else exact))


def _rows(mask: np.ndarray) -> str:
    places = (np.flatnonzero(mask) + 1).tolist()
    shown = ", ".join(map(str, places[:5]))
    return f"row {shown}" if len(places) == 1 else f"{len(places)} rows ({shown}{', …' * (len(places) > 5)})"
