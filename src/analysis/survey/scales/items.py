"""Do these questions measure one thing, and do they point the same way? The items of a scale, read and turned."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns
from analysis.survey.codebook import Codebook, Variable, load_codebook

__all__ = [
    "ItemAnswers",
    "ReversedItemWarning",
    "covariances",
    "item_rest",
    "opposed_items",
    "read_items",
    "reverse",
    "scale_items",
    "warn_of_reversal",
]


class ReversedItemWarning(UserWarning):
    """Tell that an item of a scale runs against the others and was not reversed."""


@dataclass(frozen=True)
class ItemAnswers:
    """Hold the answers to the items of a scale as numbers: one row per firm, one column per item."""

    names: tuple[str, ...]
    values: np.ndarray
    weights: np.ndarray

    @property
    def n(self) -> int:
        """Count the firms that answered an item at least."""
        return int((~np.isnan(self.values)).any(axis=1).sum())

    @property
    def complete(self) -> ItemAnswers:
        """Keep the firms that answered every item."""
        whole = ~np.isnan(self.values).any(axis=1)
        return ItemAnswers(self.names, self.values[whole], self.weights[whole])

    @property
    def effective_n(self) -> float:
        """Give the number of equally weighted firms that would say as much (Kish 1965, §11.7)."""
        weights = self.weights[(~np.isnan(self.values)).any(axis=1)]
        return float(weights.sum() ** 2 / (weights**2).sum())


def read_items(items: pd.DataFrame, weights: Any, measure: str) -> ItemAnswers:
    """Read the items of a scale, refusing what no reliability can be worked out from.

    Parameters
    ----------
    items : pandas.DataFrame
        One column per item, numbers; a missing answer is missing.
    weights : Series, array or None
        Weight of each row, above 0; all the same when left out.
    measure : str
        Who asks, for the message.

    Returns
    -------
    ItemAnswers

    Raises
    ------
    ParameterError
        When there are fewer than two items, or one does not hold numbers.
    DataError
        When an item has the same answer everywhere, or weights are not weights.

    Examples
    --------
    >>> read_items(pd.DataFrame({"a": [1, 2, None], "b": [2, 5, None]}), None, "alpha").n
    2
    """
    if not isinstance(items, pd.DataFrame):
        raise ParameterError(
            f"{measure}() needs the items as a table, one column each, not {type(items).__name__}."
        )
    names = list(items.columns)
    if len(names) < 2:
        raise ParameterError(f"{measure}() needs two items or more; {len(names)} given.")
    values = np.column_stack([columns.numbers(columns.column(items, name), measure) for name in names])
    for place, name in enumerate(names):
        known = values[~np.isnan(values[:, place]), place]
        if len(known) < 2 or np.ptp(known) == 0:
            raise DataError(
                f'{measure}(): item "{name}" has {"the same answer everywhere" if len(known) else "no answer"}: '
                "nothing can go with it. Leave it out."
            )
    return ItemAnswers(tuple(names), values, _weights(items, weights, measure))


def _weights(items: pd.DataFrame, weights: Any, measure: str) -> np.ndarray:
    if weights is None:
        return np.ones(len(items))
    if isinstance(weights, pd.Series) and items.index.is_unique and set(weights.index) == set(items.index):
        weights = weights.reindex(items.index)
    found = pd.Series(np.asarray(weights, dtype=object), name="weights")
    if len(found) != len(items):
        raise ParameterError(
            f"{measure}(): {len(found)} weights for {len(items)} rows. Give one for each row."
        )
    given = pd.to_numeric(found, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~(np.isfinite(given) & (given > 0)))
    if len(wrong):
        raise DataError(
            f"{measure}(): the weight of row {wrong[0] + 1} is {found.iloc[wrong[0]]}, not a number above 0. "
            "Leave firms without a weight out."
        )
    return given


def covariances(answers: ItemAnswers) -> np.ndarray:
    """Give the covariance of each pair of items among the firms that answered both.

    Parameters
    ----------
    answers : ItemAnswers
        The items.

    Returns
    -------
    numpy.ndarray
        Square; each with the factor m / (m − 1) of its own pair's m firms.

    Raises
    ------
    DataError
        When no two firms answered both items of a pair.

    Examples
    --------
    >>> covariances(read_items(pd.DataFrame({"a": [1, 2, 3], "b": [2, 4, 9]}), None, "alpha"))
    array([[ 1. ,  3.5],
           [ 3.5, 13. ]])
    """
    here = ~np.isnan(answers.values)
    centred = np.where(here, answers.values - np.nanmean(answers.values, axis=0), 0.0)
    weighted = answers.weights[:, None]
    sizes = (here * weighted).T @ here
    firms = here.T.astype(float) @ here
    if (firms < 2).any():
        first, second = np.argwhere(firms < 2)[0]
        raise DataError(
            f'Fewer than two firms answered both "{answers.names[first]}" and "{answers.names[second]}": '
            "leave one of them out."
        )
    sums = (centred * weighted).T @ here
    products = (centred * weighted).T @ centred
    return (products - sums * sums.T / sizes) / sizes * firms / (firms - 1)


def item_rest(matrix: np.ndarray) -> np.ndarray:
    """Give the correlation of each item with the sum of the others, from the items' covariances.

    Parameters
    ----------
    matrix : numpy.ndarray
        Covariances.

    Returns
    -------
    numpy.ndarray
        Not a number where the others' sum does not vary.

    Examples
    --------
    >>> item_rest(np.array([[1.0, 0.5], [0.5, 1.0]]))
    array([0.5, 0.5])
    """
    own, with_all = np.diag(matrix), matrix.sum(axis=1)
    rest = matrix.sum() - 2 * with_all + own
    known = rest > 0
    spread = np.sqrt(own * np.where(known, rest, 1.0))
    return np.where(known, (with_all - own) / spread, np.nan)


def opposed_items(names: Sequence[str], matrix: np.ndarray) -> tuple[str, ...]:
    """Name the items that run against the others: agreeing with them means less of what the scale measures.

    Parameters
    ----------
    names : sequence of str
        The items.
    matrix : numpy.ndarray
        Their covariances.

    Returns
    -------
    tuple of str
        The smaller side of the items' main direction when an item correlates negatively with the rest (on a
        tie, the side the first item is not on); empty when none does.

    References
    ----------
    Revelle, R package `psych`, `alpha(check.keys=)`: the sign on the first principal component.

    Examples
    --------
    >>> opposed_items(["a", "b", "c"], np.array([[1, 0.6, -0.5], [0.6, 1, -0.4], [-0.5, -0.4, 1]]))
    ('c',)
    """
    against_rest = item_rest(matrix) < 0
    if not against_rest.any():
        return ()
    spread = np.sqrt(np.diag(matrix))
    main = np.linalg.eigh(matrix / np.outer(spread, spread))[1][:, -1]
    other_side = (main < 0) != (main[0] < 0)
    if other_side.sum() > len(names) / 2:
        other_side = ~other_side
    chosen = other_side if other_side.any() else against_rest
    return tuple(name for name, opposed in zip(names, chosen, strict=True) if opposed)


def warn_of_reversal(opposed: Sequence[str], measure: str) -> None:
    """Warn that items run against the others.

    Parameters
    ----------
    opposed : sequence of str
        Their names; nothing is said when there are none.
    measure : str
        Who asks, for the message.

    Examples
    --------
    >>> warn_of_reversal((), "alpha")
    """
    if opposed:
        listed = ", ".join(f'"{name}"' for name in opposed)
        warnings.warn(
            f"{measure}(): {listed} correlate{'s' if len(opposed) == 1 else ''} negatively with the other items, "
            f"which makes the scale look unreliable. If agreeing there means less of what is measured, reverse "
            f"it first: reverse(items, {list(opposed)}, low=…, high=…).",
            ReversedItemWarning,
            stacklevel=3,
        )


def reverse(
    items: pd.DataFrame, names: str | Iterable[str], *, low: float = 1, high: float = 5
) -> pd.DataFrame:
    """Turn items round, so that a high answer means more of what the scale measures.

    Parameters
    ----------
    items : pandas.DataFrame
        The items; left as they are.
    names : str or list of str
        The items to turn.
    low, high : float
        Ends of the answer scale.

    Returns
    -------
    pandas.DataFrame
        A copy in which each answer x of these items is `low + high − x`.

    Raises
    ------
    ParameterError
        When an item does not exist or comes twice, an answer is no number or lies outside the ends, or the ends are
        not two numbers, the lower first.

    Notes
    -----
    Reverse once only: a codebook's `reversed: true` items are turned by `scale_items` already.

    References
    ----------
    DeVellis & Thorpe (2021), *Scale Development*, ch. 5.

    Examples
    --------
    >>> reverse(pd.DataFrame({"easy": [1, 5, None]}), "easy")["easy"].tolist()
    [5.0, 1.0, nan]
    """
    if not (isinstance(low, Real) and isinstance(high, Real) and low < high):
        raise ParameterError(
            f"low={low!r}, high={high!r}: give the two ends of the answers, the lower first."
        )
    turned = items.copy()
    for name in [names] if isinstance(names, str) else names:
        if name not in items:
            raise ParameterError(
                f'There is no item "{name}".{did_you_mean(str(name), map(str, items.columns))}'
            )
        if list(items.columns).count(name) > 1:
            raise ParameterError(f'There are several items "{name}": rename all but one.')
        turned[name] = _turned(items[name], low, high)
    return turned


def _turned(answers: pd.Series, low: float, high: float) -> pd.Series:
    values = item_values(answers)
    outside = (values < low) | (values > high)
    if outside.any():
        raise ParameterError(
            f'Item "{answers.name}" holds {answers[outside].iloc[0]}, outside {low:g} to {high:g}: give the ends '
            "of its scale (low=, high=)."
        )
    return low + high - (answers if _is_real(answers) else pd.Series(values, answers.index))


def item_values(answers: pd.Series) -> np.ndarray:
    """Give the answers to an item as floats, numbers written as text too, missing ones as not-a-number."""
    if _is_real(answers):
        return answers.to_numpy(dtype=float, na_value=np.nan)
    values = np.full(len(answers), np.nan)
    for place in np.flatnonzero(answers.notna()):
        values[place] = _value(answers.iloc[place], answers.name)
    return values


def _is_real(answers: pd.Series) -> bool:
    return columns.is_number(answers) and answers.dtype.kind in "biuf"


def _value(answer: Any, name: Any) -> float:
    try:
        return float(answer)
    except (TypeError, ValueError):
        raise ParameterError(
            f'Item "{name}" holds "{answer}", which is no number: give the numbers of the answers, and leave a '
            "missing answer empty."
        ) from None


def scale_items(data: pd.DataFrame, scale: str, codebook: Codebook | None = None) -> pd.DataFrame:
    """Take the items of a scale out of a survey, all pointing the same way.

    Parameters
    ----------
    data : pandas.DataFrame
        Survey microdata.
    scale : str
        Name of the scale in the codebook.
    codebook : Codebook, optional
        The bundled questionnaire when left out.

    Returns
    -------
    pandas.DataFrame
        One column per item in the order of the questionnaire, those marked `reversed` turned round.

    Raises
    ------
    ParameterError
        When the codebook has no such scale, or the data lack an item or hold words in it.
    DataError
        When an answer is not on its scale.

    Notes
    -----
    Items are turned here: the answers as given, for a chart of agreement, are those of the data.

    References
    ----------
    `data/codebook/questionnaire.yml` says which items are reversed.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> list(scale_items(load("survey"), "barriers"))[:2]
    ['barrier_time', 'barrier_private']
    """
    items = items_of(codebook or load_codebook(), scale)
    return pd.DataFrame({item.name: item_answers(data, item) for item in items})


def items_of(codebook: Codebook, scale: str) -> list[Variable]:
    """List the items of a scale in the order of the questionnaire."""
    found = [variable for variable in codebook if variable.scale == scale and variable.type == "scale"]
    if not found:
        known = sorted({variable.scale for variable in codebook if variable.scale})
        raise ParameterError(f'{codebook.file} has no scale "{scale}".{did_you_mean(scale, known)}')
    return found


def item_answers(data: pd.DataFrame, item: Variable) -> pd.Series:
    """Take the answers to an item, turned round where the codebook says so."""
    answers = within(columns.column(data, item.name), *ends(item))
    return _turned(answers, *ends(item)) if item.reversed else answers


def within(answers: pd.Series, low: float, high: float) -> pd.Series:
    """Give back the answers to an item, refusing one that is not on its scale.

    Parameters
    ----------
    answers : pandas.Series
        Numbers, also written as text.
    low, high : float
        Ends of the scale.

    Returns
    -------
    pandas.Series

    Raises
    ------
    DataError
        When an answer lies outside, such as a code for "don't know".

    Examples
    --------
    >>> within(pd.Series([1, 5, None]), 1, 5).tolist()
    [1.0, 5.0, nan]
    """
    values = item_values(answers)
    outside = np.flatnonzero((values < low) | (values > high))
    if len(outside):
        raise DataError(
            f'Item "{answers.name}", row {outside[0] + 1}: {values[outside[0]]:g} is not on its scale from {low:g} to '
            f"{high:g}. Leave the cell empty where the answer is missing or unknown."
        )
    return answers


def ends(item: Variable) -> tuple[int, int]:
    """Give the lowest and the highest point of an item's answers."""
    points = {point for point in item.options if isinstance(point, int)}
    if len(points) < 2:
        raise DataError(
            f'The codebook gives item "{item.name}" fewer than two answers that are whole numbers: it has no lowest '
            "and highest. Number its options."
        )
    return min(points), max(points)
