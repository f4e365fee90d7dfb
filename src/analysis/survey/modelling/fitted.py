"""How is a model fitted to a design? From answers to coefficients, their influence values and their covariance."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import DataError, ParameterError
from analysis.survey import columns, inference
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.inference import Refit, Score
from analysis.survey.modelling.fitting import FAMILIES, Fit, fit
from analysis.survey.modelling.ordinal import fit_ordinal, rising_rows
from analysis.survey.modelling.outcomes import read_outcome
from analysis.survey.modelling.separation import certain_rows, estimable
from analysis.survey.modelling.terms import INTERCEPT, Terms, dependent_columns, read_predictors

__all__ = ["Fitted", "ModelFit", "fitted", "refit"]

SUSPECT = 10.0  # log odds of 1 to 22 000: answers predicted for certain, or nearly


@dataclass(frozen=True)
class ModelFit:
    """Hold what a model rests on and how closely it fits.

    `n` answers used and `n_missing` left out for a missing answer; `n_weighted` firms they stand for; `df` of its
    tests; deviances with weights of mean 1; `dispersion` of the Pearson residuals; `r_squared` of a linear model,
    `cox_snell` and `nagelkerke` of the others (low values are usual, and they compare no two surveys).
    """

    family: str
    n: int
    n_missing: int
    n_weighted: float
    df: int
    deviance: float
    null_deviance: float
    dispersion: float
    r_squared: float
    cox_snell: float
    nagelkerke: float
    converged: bool


@dataclass(frozen=True, eq=False)
class Fitted:
    """Hold a fitted model on the rows it used.

    `estimates` are missing where separation leaves none; `known` says where there is one; `finite` has a number
    everywhere, for predictions. `influence` holds each row's influence on each coefficient; `certain` the rows
    predicted for certain. `levels` are the answers of an ordinal outcome.
    """

    design: Drawn
    family: str
    outcome: str
    terms: Terms
    rows: np.ndarray
    weights: np.ndarray
    answers: np.ndarray
    levels: tuple[Any, ...]
    finite: np.ndarray
    known: np.ndarray
    influence: np.ndarray
    certain: np.ndarray
    covariance: np.ndarray
    df: int
    summary: ModelFit

    @property
    def estimates(self) -> np.ndarray:
        """Give the coefficients, missing where they have no finite value."""
        return np.where(self.known, self.finite, math.nan)

    @property
    def names(self) -> list[str]:
        """Name the coefficients; thresholds of an ordinal model come last."""
        if not self.levels:
            return self.terms.names
        cuts = [f"{low}|{high}" for low, high in zip(self.levels, self.levels[1:], strict=False)]
        return [*self.terms.names[1:], *cuts]

    @property
    def owners(self) -> list[tuple[str, ...]]:
        """Give the predictors behind each coefficient, none for the intercept and thresholds."""
        owners = self.terms.owners
        return owners if not self.levels else [*owners[1:], *[()] * (len(self.levels) - 1)]

    def place(self, term: str) -> list[int]:
        """Find the coefficients of a term."""
        return [place - bool(self.levels) for place in self.terms.place(term)]


def fitted(
    design: Drawn,
    outcome: str,
    predictors: str | Sequence[str],
    family: str,
    reference: Mapping[str, Any] | None = None,
) -> Fitted:
    """Fit a model to the answers of a design.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it.
    outcome : str
        Column to explain.
    predictors : str or list of str
        Columns that may explain it.
    family : {"gaussian", "binomial", "poisson", "ordinal"}
        The kind of outcome.
    reference : mapping, optional
        The level that others are compared with, by predictor.

    Returns
    -------
    Fitted

    Raises
    ------
    ParameterError, DataError
        As `SurveyDesign.glm`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "age": [1, 2, 3, 4], "hours": [1.0, 3.0, 2.0, 5.0]})
    >>> fitted(SurveyDesign(firms, weights="w"), "hours", ["age"], "gaussian").names
    ['intercept', 'age']
    """
    rows = _complete(design, outcome, predictors)
    answers, levels = read_outcome(design._data, rows, outcome, family)
    terms = read_predictors(design._data, rows, predictors, reference)
    weights = design._weights[rows]
    _refuse_weights(weights)
    scaled = weights / (inference.total(design._weights[design._domain]) / len(design._domain))
    matrix = terms.matrix()
    _refuse_dependent(terms, matrix)
    _warn_inflated(terms, matrix)
    names = terms.names[1:] if levels else terms.names
    made, known, certain = _fit(family, matrix, answers, scaled, levels)
    if not known.all():
        known = _report_separation(names, known, terms, answers, outcome)
    scores = [Score(rows, column) for column in made.influence.T]
    covariance = design._covariance(scores, _again(family, rows, matrix, answers, levels))
    df = design._degf(rows) + 1 - matrix.shape[1]
    summary = _summary(design, family, rows, matrix, answers, scaled, made, df, levels)
    return Fitted(
        design=design,
        family=family,
        outcome=outcome,
        terms=terms,
        rows=rows,
        weights=weights,
        answers=answers,
        levels=levels,
        finite=made.coefficients,
        known=known,
        influence=made.influence,
        certain=certain,
        covariance=np.where(np.outer(known, known), covariance, math.nan),
        df=df,
        summary=summary,
    )


def _complete(design: Drawn, outcome: str, predictors: str | Sequence[str]) -> np.ndarray:
    """Give the rows of the domain that have an answer in every column of the model."""
    named = [predictors] if isinstance(predictors, str) else list(predictors)
    single = {name for term in named for name in str(term).split(":")}
    if outcome in single:
        raise ParameterError(f'glm(): "{outcome}" is the outcome and a predictor too.')
    missing = {
        name: columns.column(design._data, name).isna().to_numpy() for name in [outcome, *sorted(single)]
    }
    rows = design._domain[~np.any([gone[design._domain] for gone in missing.values()], axis=0)]
    if not len(rows):
        most = max(missing, key=lambda name: missing[name][design._domain].sum())
        raise DataError(
            f'glm(): no firm answered all of {", ".join(missing)}; "{most}" is missing most often. Leave it out.'
        )
    return rows


def _refuse_weights(weights: np.ndarray) -> None:
    if (weights < 0).any() or not (weights > 0).any():
        raise DataError(
            f"glm(): {(weights < 0).sum()} weight(s) are negative, as linear calibration may leave them, or all are 0. "
            'Calibrate with method="raking", or with bounds, before.'
        )


def _refuse_dependent(terms: Terms, matrix: np.ndarray) -> None:
    """Refuse predictors that are constant, or that others determine."""
    found = dependent_columns(matrix, terms.names)
    if not found:
        return
    name, *others = found[0]
    if others in ([], [INTERCEPT]):
        raise DataError(
            f'glm(): predictor "{name}" is the same on every row used: it can explain nothing. Leave it out.'
        )
    alike = ", ".join(other for other in others if other != INTERCEPT)
    raise DataError(
        f'glm(): "{name}" is determined by {alike} (collinear), so their effects cannot be told apart. '
        "Leave one of them out, or join levels."
    )


def _warn_inflated(terms: Terms, matrix: np.ndarray) -> None:
    """Warn of predictors so alike that their coefficients are several times less precise for it."""
    mains = sorted({owner for owner in terms.owners if len(owner) == 1})
    kept = [place for place, owner in enumerate(terms.owners) if len(owner) == 1]
    if len(mains) < 2:
        return
    alike = np.corrcoef(matrix[:, kept], rowvar=False)
    whole = np.linalg.det(alike)
    owners = [terms.owners[place] for place in kept]
    for main in mains:
        own = np.array([owner == main for owner in owners])
        parts = np.linalg.det(alike[np.ix_(own, own)]) * np.linalg.det(alike[np.ix_(~own, ~own)])
        if whole <= 0 or (parts / whole) ** (1 / own.sum()) > 10:
            warnings.warn(
                f'glm(): "{main[0]}" is nearly determined by the other predictors (variance inflation above 10): its '
                "coefficient is imprecise, not absent.",
                stacklevel=5,
            )


def _fit(
    family: str, matrix: np.ndarray, answers: np.ndarray, weights: np.ndarray, levels: Sequence[Any]
) -> tuple[Fit, np.ndarray, np.ndarray]:
    """Fit, and where answers are predicted for certain, fit again without them; say what is known then."""
    made = _once(family, matrix, answers, weights, levels)
    whole = np.ones(len(made.coefficients), dtype=bool)
    nothing = np.zeros(len(answers), dtype=bool)
    if (made.converged and made.furthest < SUSPECT) or family == "gaussian":
        return made, whole, nothing
    if levels:
        rising = rising_rows(matrix[:, 1:], answers.astype(int), len(levels) - 1)
        certain = certain_rows(rising)
        return made, estimable(rising[~certain]) if certain.any() else whole, nothing
    if family == "binomial":
        certain = certain_rows(matrix * np.where(answers == 1, 1, -1)[:, None])
    else:
        certain = np.zeros(len(answers), dtype=bool)
        certain[answers == 0] = certain_rows(-matrix[answers == 0], matrix[answers > 0])
    if not certain.any():
        return made, whole, nothing
    if certain.all():
        return made, ~whole, certain
    again = _once(family, matrix[~certain], answers[~certain], weights[~certain], levels)
    influence = np.zeros_like(made.influence)
    influence[~certain] = again.influence
    kept = Fit(again.coefficients, again.inverse, influence, again.deviance, again.converged, again.furthest)
    return kept, estimable(matrix[~certain]), certain


def _once(
    family: str, matrix: np.ndarray, answers: np.ndarray, weights: np.ndarray, levels: Sequence[Any]
) -> Fit:
    if levels:
        return fit_ordinal(matrix[:, 1:], answers.astype(int), weights, len(levels) - 1)
    return fit(FAMILIES[family], matrix, answers, weights)


def _report_separation(
    names: list[str], known: np.ndarray, terms: Terms, answers: np.ndarray, outcome: str
) -> np.ndarray:
    """Name the terms that sort the answers perfectly; refuse a model of which nothing is left."""
    lost = [name for name, sure in zip(names, known, strict=False) if not sure and name != INTERCEPT]
    where = "; ".join(_sorted_levels(terms, answers, outcome))
    detail = f" ({where})" if where else ""
    if not known.any() or len(known) > len(names):
        raise DataError(
            f'glm(): {", ".join(lost)} sort the answers to "{outcome}" perfectly{detail}: the coefficients have no '
            "finite value (separation). Leave the predictor out, or join its levels."
        )
    warnings.warn(
        f'glm(): {", ".join(lost)} predict "{outcome}" for certain on some rows{detail}: these coefficients have no '
        "finite value and are left missing, flagged separation. Join the level to another.",
        stacklevel=5,
    )
    return known


def _sorted_levels(terms: Terms, answers: np.ndarray, outcome: str) -> list[str]:
    """Say on which levels every firm gives the same answer."""
    found = []
    for predictor in terms.predictors.values():
        levels = predictor.levels or ((0, 1) if predictor.binary else ())
        for code, level in enumerate(levels):
            given = answers[predictor.values == code]
            if len(given) and given.min() == given.max():
                found.append(f"every firm with {predictor.name} {level} has {outcome} {given[0]:g}")
    return found


def refit(model: Fitted, weights: np.ndarray) -> np.ndarray:
    """Fit a model again with other weights.

    Parameters
    ----------
    model : Fitted
        A fitted model.
    weights : numpy.ndarray
        Weights of all rows of the design.

    Returns
    -------
    numpy.ndarray
        Coefficients; not numbers where the rows with a weight do not determine them.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "age": [1, 2, 3, 4], "hours": [1.0, 3.0, 2.0, 5.0]})
    >>> model = fitted(SurveyDesign(firms, weights="w"), "hours", ["age"], "gaussian")
    >>> refit(model, np.array([1.0, 1.0, 0.0, 0.0])).round(6) + 0.0
    array([-1.,  2.])
    """
    again = _again(model.family, model.rows, model.terms.matrix(), model.answers, model.levels)
    return again(weights)


def _again(
    family: str, rows: np.ndarray, matrix: np.ndarray, answers: np.ndarray, levels: Sequence[Any]
) -> Refit:
    def again(weights: np.ndarray) -> np.ndarray:
        counted = weights[rows] > 0
        made = _once(family, matrix[counted], answers[counted], weights[rows][counted], levels)
        return np.where(estimable(matrix[counted]).all(), made.coefficients, math.nan)

    return again


def _summary(
    design: Drawn,
    family: str,
    rows: np.ndarray,
    matrix: np.ndarray,
    answers: np.ndarray,
    weights: np.ndarray,
    made: Fit,
    df: int,
    levels: Sequence[Any],
) -> ModelFit:
    null = _once(family, matrix[:, :1], answers, weights, levels).deviance
    size = weights.sum()
    shared = 1 - math.exp((made.deviance - null) / size)
    linear = family == "gaussian"
    return ModelFit(
        family=family,
        n=len(rows),
        n_missing=len(design._domain) - len(rows),
        n_weighted=inference.total(design._weights[rows]),
        df=df,
        deviance=made.deviance,
        null_deviance=null,
        dispersion=_dispersion(family, matrix, answers, weights, made),
        r_squared=1 - made.deviance / null if linear and null > 0 else math.nan,
        cox_snell=math.nan if linear else shared,
        nagelkerke=math.nan if linear else shared / (1 - math.exp(-null / size)),
        converged=made.converged,
    )


def _dispersion(
    family: str, matrix: np.ndarray, answers: np.ndarray, weights: np.ndarray, made: Fit
) -> float:
    """Give the weighted variance of Pearson residuals; not a number for an ordinal model."""
    if family == "ordinal":
        return math.nan
    model, index = FAMILIES[family], matrix @ made.coefficients
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = (answers - model.mean(index)) / np.sqrt(model.slope(index))
    kept = np.isfinite(residuals)
    share = weights[kept] / weights[kept].sum()
    mean = float(share @ residuals[kept])
    n = int(kept.sum())
    return float(share @ (residuals[kept] - mean) ** 2) * n / (n - 1) if n > 1 else math.nan
