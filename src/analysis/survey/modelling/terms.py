"""Which columns does a model rest on? Explicit design matrices from predictors, with nothing read from elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import columns
from analysis.survey.files.answers import cell_text

__all__ = ["INTERCEPT", "Predictor", "Terms", "dependent_columns", "read_predictors"]

INTERCEPT = "intercept"
RANK = 1e-9


@dataclass(frozen=True)
class Predictor:
    """Hold a predictor: a number, or levels of which the first is the reference.

    `values` are numbers, or the codes of levels from 0; not a number where the answer is missing.
    """

    name: str
    values: np.ndarray
    levels: tuple[Any, ...] = ()
    binary: bool = False

    def pieces(self, values: np.ndarray) -> list[tuple[str, np.ndarray]]:
        """Give the columns that stand for the predictor at some values, with their names."""
        if not self.levels:
            return [(self.name, values)]
        return [
            (f"{self.name}[{cell_text(level)}]", (values == code).astype(float))
            for code, level in enumerate(self.levels)
            if code
        ]


@dataclass(frozen=True)
class Terms:
    """Hold the predictors of a model and the terms made of them, each a predictor or a product of several."""

    predictors: Mapping[str, Predictor]
    products: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> list[str]:
        """Name the columns of the design matrix, the intercept first."""
        return [INTERCEPT, *(name for _, name, _ in self._columns(self._values()))]

    @property
    def owners(self) -> list[tuple[str, ...]]:
        """Give the predictors behind each column, none for the intercept."""
        return [(), *(product for product, _, _ in self._columns(self._values()))]

    def matrix(self, changed: Mapping[str, np.ndarray | float] | None = None) -> np.ndarray:
        """Build the design matrix, with some predictors at other values.

        Parameters
        ----------
        changed : mapping of predictor to values, optional
            Numbers, or codes of levels; one for all rows or one per row.

        Returns
        -------
        numpy.ndarray
        """
        values = self._values()
        for name, other in (changed or {}).items():
            values[name] = np.broadcast_to(np.asarray(other, dtype=float), values[name].shape)
        rows = len(next(iter(values.values())))
        return np.column_stack([np.ones(rows), *(column for _, _, column in self._columns(values))])

    def slope(self, name: str) -> np.ndarray:
        """Give how the design matrix changes with one more unit of a number."""
        return self.matrix({name: self.predictors[name].values + 1}) - self.matrix()

    def on(self, rows: np.ndarray) -> Terms:
        """Keep the terms on some of the rows."""
        kept = {
            name: Predictor(p.name, p.values[rows], p.levels, p.binary) for name, p in self.predictors.items()
        }
        return Terms(kept, self.products)

    def place(self, term: str) -> list[int]:
        """Find the columns of a predictor, of a product `a:b` or of a single level `a[level]`.

        Raises
        ------
        ParameterError
            When the model has no such term.
        """
        wanted = sorted(term.split(":"))
        found = [place for place, owner in enumerate(self.owners) if owner and sorted(owner) == wanted]
        if not found and term in self.names:
            found = [self.names.index(term)]
        if not found:
            known = [":".join(product) for product in self.products]
            raise ParameterError(
                f'The model has no term "{term}".{did_you_mean(term, known)} Terms: {", ".join(known)}.'
            )
        return found

    def _values(self) -> dict[str, np.ndarray]:
        return {name: predictor.values for name, predictor in self.predictors.items()}

    def _columns(self, values: Mapping[str, np.ndarray]) -> Iterator[tuple[tuple[str, ...], str, np.ndarray]]:
        for product in self.products:
            parts = [self.predictors[name].pieces(values[name]) for name in product]
            for combination in itertools.product(*parts):
                name = ":".join(piece for piece, _ in combination)
                yield product, name, np.prod([column for _, column in combination], axis=0)


def read_predictors(
    data: pd.DataFrame,
    rows: np.ndarray,
    predictors: str | Sequence[str],
    reference: Mapping[str, Any] | None = None,
) -> Terms:
    """Read the predictors of a model from the columns of a survey.

    Parameters
    ----------
    data : pandas.DataFrame
        All rows of the survey.
    rows : numpy.ndarray
        Positions of the rows that may be used.
    predictors : str or list of str
        Columns; `a:b` is the product of two that are named too. Numbers and yes/no are taken as they are,
        others by their levels.
    reference : mapping, optional
        The level each predictor is compared with, the first when left out. A number named here is taken by its
        levels.

    Returns
    -------
    Terms
        On these rows, answers missing where they are.

    Raises
    ------
    ParameterError
        When a column, product or level does not exist, or a predictor is named twice.

    Examples
    --------
    >>> firms = pd.DataFrame({"sector": ["food", "craft", "food"], "age": [3, 8, 5]})
    >>> read_predictors(firms, np.arange(3), ["sector", "age"]).names
    ['intercept', 'sector[food]', 'age']
    """
    named = [predictors] if isinstance(predictors, str) else list(predictors)
    if not named:
        raise ParameterError('A model needs predictors, such as ["sector", "age"].')
    products = [tuple(str(term).split(":")) for term in named]
    single = [product[0] for product in products if len(product) == 1]
    _refuse_products(products, single)
    chosen = dict(reference or {})
    stray = [name for name in chosen if name not in single]
    if stray:
        raise ParameterError(
            f'reference names "{stray[0]}", which is not a predictor.{did_you_mean(stray[0], single)}'
        )
    read = {name: _predictor(data, rows, name, chosen) for name in single}
    return Terms(read, tuple(sorted(products, key=len)))


def _refuse_products(products: list[tuple[str, ...]], single: list[str]) -> None:
    seen = [tuple(sorted(product)) for product in products]
    twice = next(
        (product for product in seen if seen.count(product) > 1 or len(set(product)) < len(product)), None
    )
    if twice:
        raise ParameterError(f'The predictor "{":".join(twice)}" is named twice: name each once.')
    for product in products:
        absent = [name for name in product if name not in single]
        if absent:
            raise ParameterError(
                f'"{":".join(product)}" is a product, and "{absent[0]}" is not among the predictors: add it, since a '
                "product alone forces its parts to have no effect."
            )


def _predictor(data: pd.DataFrame, rows: np.ndarray, name: str, reference: Mapping[str, Any]) -> Predictor:
    answers = columns.column(data, name)
    if columns.is_number(answers) and name not in reference:
        values = columns.numbers(answers, "glm")[rows]
        return Predictor(name, values, binary=bool(np.isin(values[~np.isnan(values)], [0, 1]).all()))
    met = set(answers.iloc[rows].dropna().unique().tolist())
    levels = [level for level in columns.levels(answers, rows) if level in met]
    if len(levels) < 2:
        found = f'is "{levels[0]}" on every row used' if levels else "holds no answer here"
        raise DataError(f'glm(): predictor "{name}" {found}: it can explain nothing. Leave it out.')
    first = reference.get(name, levels[0])
    if first not in levels:
        raise ParameterError(
            f'reference={{"{name}": {first!r}}}: no row has this level.{did_you_mean(str(first), map(str, levels))} '
            f"Levels met: {', '.join(map(str, levels))}."
        )
    ordered = (first, *(level for level in levels if level != first))
    codes = columns.codes(answers.iloc[rows], ordered).astype(float)
    return Predictor(name, np.where(codes < 0, np.nan, codes), ordered)


def dependent_columns(matrix: np.ndarray, names: Sequence[str]) -> list[list[str]]:
    """Name each column that the columns before it determine, with those it depends on.

    Parameters
    ----------
    matrix : numpy.ndarray
        A design matrix.
    names : sequence of str
        Its columns.

    Returns
    -------
    list of list of str
        The column, then those that determine it; empty when no column is redundant.

    Examples
    --------
    >>> dependent_columns(np.array([[1.0, 2, 4], [1, 3, 6], [1, 5, 10]]), ["intercept", "age", "twice"])
    [['twice', 'age']]
    """
    size = np.linalg.norm(matrix, axis=0)
    scaled = np.linalg.qr(matrix / np.where(size > 0, size, 1.0), mode="r")
    found: list[list[str]] = []
    kept: list[int] = []
    for place in range(matrix.shape[1]):
        share, left = np.zeros(0), scaled[:, place]
        if kept:
            share = np.linalg.lstsq(scaled[:, kept], scaled[:, place], rcond=None)[0]
            left = scaled[:, place] - scaled[:, kept] @ share
        if np.linalg.norm(left) > RANK:
            kept.append(place)
        else:
            found.append(
                [names[place], *(names[k] for k, s in zip(kept, share, strict=True) if abs(s) > 1e-6)]
            )
    return found
