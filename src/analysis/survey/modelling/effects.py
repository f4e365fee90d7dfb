"""How much does the outcome itself differ? Average marginal effects and predictive margins of a fitted model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import ParameterError
from analysis.survey.files.answers import cell_text
from analysis.survey.inference import Score
from analysis.survey.modelling import fitted as models
from analysis.survey.modelling.fitted import Fitted
from analysis.survey.modelling.fitting import FAMILIES
from analysis.survey.modelling.ordinal import cumulative_matrix

__all__ = ["Effect", "marginal", "precision", "predicted"]

Quantity = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Effect:
    """Hold one mean over firms of something a model predicts.

    `keys` name it; `values` give it on each row from the coefficients, and from shares of the rows the slope of its
    mean by each coefficient; `known` is False where separation leaves no value. `certain` is its value on rows
    predicted for certain, which no coefficient moves.
    """

    keys: Mapping[str, Any]
    values: Quantity
    known: bool = True
    certain: np.ndarray | float = 0.0


def marginal(model: Fitted) -> list[Effect]:
    """List the average marginal effects of a model's predictors.

    Parameters
    ----------
    model : Fitted
        From `analysis.survey.modelling.fitted.fitted`.

    Returns
    -------
    list of Effect
        Slopes of numbers; changes from 0 to 1 and from the reference level; for an ordinal outcome one per answer.

    References
    ----------
    Bartus (2005), *Stata Journal* 5:309; Graubard & Korn (1999), *Biometrics* 55:652.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "age": [1, 2, 3, 4], "hours": [1.0, 3.0, 2.0, 5.0]})
    >>> model = models.fitted(SurveyDesign(firms, weights="w"), "hours", "age", "gaussian")
    >>> [effect.keys for effect in marginal(model)]
    [{'term': 'age'}]
    """
    found = []
    for name, predictor in model.terms.predictors.items():
        known = _known(model, name)
        if predictor.levels or predictor.binary:
            labels = [f"{name}[{cell_text(level)}]" for level in predictor.levels[1:]] or [name]
            for code, label in enumerate(labels, start=1):
                found.extend(_changes(model, label, {name: code}, {name: 0}, known))
        else:
            found.extend(_slopes(model, name, known))
    return found


def predicted(model: Fitted, predictor: str) -> list[Effect]:
    """List the mean predictions if every firm had each level of a predictor.

    Parameters
    ----------
    model : Fitted
        A fitted model.
    predictor : str
        A predictor with levels, or 0/1.

    Returns
    -------
    list of Effect

    Raises
    ------
    ParameterError
        When there is no such predictor, or it is a number.

    References
    ----------
    Graubard & Korn (1999), *Biometrics* 55:652.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "new": [0, 1, 0, 1], "hours": [1.0, 3.0, 2.0, 5.0]})
    >>> model = models.fitted(SurveyDesign(firms, weights="w"), "hours", "new", "gaussian")
    >>> [effect.keys for effect in predicted(model, "new")]
    [{'new': 0}, {'new': 1}]
    """
    known = model.terms.predictors
    if predictor not in known or not (known[predictor].levels or known[predictor].binary):
        choices = [name for name, p in known.items() if p.levels or p.binary]
        raise ParameterError(
            f'predictive_margins("{predictor}"): give a predictor with levels, or 0/1: '
            f"{', '.join(choices) or 'none here'}."
        )
    found = []
    for code, level in enumerate(known[predictor].levels or (0, 1)):
        matrix = model.terms.matrix({predictor: code})
        for answer, quantity in _levels(model, matrix):
            keys = {predictor: level} if answer is None else {predictor: level, "level": answer}
            found.append(Effect(keys, quantity, _known(model, predictor), model.answers))
    return found


def precision(model: Fitted, found: Sequence[Effect]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate effects, with standard errors that take the firms' characteristics as given or as a sample.

    Parameters
    ----------
    model : Fitted
        A fitted model.
    found : sequence of Effect
        What to estimate.

    Returns
    -------
    tuple of three arrays
        Estimates, standard errors by the delta method, standard errors by linearisation.

    References
    ----------
    Graubard & Korn (1999), *Biometrics* 55:652; Stata's `margins` calls the two `delta` and `unconditional`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "age": [1, 2, 3, 4], "hours": [1.0, 3.0, 2.0, 5.0]})
    >>> model = models.fitted(SurveyDesign(firms, weights="w"), "hours", "age", "gaussian")
    >>> precision(model, marginal(model))[0].round(6)
    array([1.2])
    """
    share = model.weights / model.weights.sum()
    known = np.where(model.known[:, None] & model.known, model.covariance, 0.0)
    estimates, fixed, scores = [], [], []
    for effect in found:
        values, pull = effect.values(model.finite, np.where(model.certain, 0.0, share))
        values = np.where(model.certain, effect.certain, values)
        mean = float(share @ values)
        estimates.append(mean if effect.known else math.nan)
        fixed.append(math.sqrt(max(float(pull @ known @ pull), 0.0)))
        scores.append(Score(model.rows, share * (values - mean) + model.influence @ pull))
    spread = np.sqrt(np.clip(np.diag(model.design._covariance(scores, _refit(model, found))), 0, None))
    lost = np.isnan(estimates)
    return np.array(estimates), np.where(lost, math.nan, fixed), np.where(lost, math.nan, spread)


def _refit(model: Fitted, found: Sequence[Effect]) -> Callable[[np.ndarray], np.ndarray]:
    """Make the estimates again with other weights, as replicate designs ask."""

    def refit(weights: np.ndarray) -> np.ndarray:
        chosen = models.refit(model, weights)
        counted = weights[model.rows] / weights[model.rows].sum()
        return np.array([float(counted @ effect.values(chosen, counted)[0]) for effect in found])

    return refit


def _known(model: Fitted, name: str) -> bool:
    """Say whether all coefficients that a predictor has a part in are known."""
    places = [place for place, owner in enumerate(model.owners) if name in owner]
    return bool(model.known[places].all())


def _changes(
    model: Fitted, label: str, there: Mapping[str, int], here: Mapping[str, int], known: bool
) -> list[Effect]:
    """Give the change of the prediction from one level to another."""
    ends = [_levels(model, model.terms.matrix(values)) for values in (there, here)]
    found = []
    for (answer, to), (_, start) in zip(*ends, strict=True):
        keys = {"term": label} if answer is None else {"term": label, "level": answer}
        found.append(Effect(keys, _difference(to, start), known))
    return found


def _slopes(model: Fitted, name: str, known: bool) -> list[Effect]:
    """Give the slope of the prediction by a number."""
    matrix, change = model.terms.matrix(), model.terms.slope(name)
    if not model.levels:
        family = FAMILIES[model.family]
        return [Effect({"term": name}, _tangent(family.slope, family.bend, matrix, change), known)]
    below = [_nothing(model)]
    logit = FAMILIES["binomial"]
    for cut in range(len(model.levels) - 1):
        at = cumulative_matrix(matrix[:, 1:], cut, len(model.levels) - 1)
        away = np.column_stack([-change[:, 1:], np.zeros((len(at), len(model.levels) - 1))])
        below.append(_tangent(logit.slope, logit.bend, at, away))
    below.append(_nothing(model))
    return [
        Effect({"term": name, "level": answer}, _difference(below[code + 1], below[code]), known)
        for code, answer in enumerate(model.levels)
    ]


def _levels(model: Fitted, matrix: np.ndarray) -> list[tuple[Any, Quantity]]:
    """Give the prediction at a design matrix: the mean, or the share of each answer of an ordinal model."""
    if not model.levels:
        family = FAMILIES[model.family]
        return [(None, _prediction(family.mean, family.slope, matrix))]
    logit, cuts = FAMILIES["binomial"], len(model.levels) - 1
    below = [_nothing(model)]
    for cut in range(cuts):
        below.append(_prediction(logit.mean, logit.slope, cumulative_matrix(matrix[:, 1:], cut, cuts)))
    below.append(_nothing(model, 1.0))
    return [(answer, _difference(below[code + 1], below[code])) for code, answer in enumerate(model.levels)]


def _nothing(model: Fitted, value: float = 0.0) -> Quantity:
    """Give the same value on every row, whatever the coefficients."""
    rows, width = len(model.rows), len(model.finite)
    return lambda chosen, share: (np.full(rows, value), np.zeros(width))


def _prediction(
    mean: Callable[[np.ndarray], np.ndarray], slope: Callable[[np.ndarray], np.ndarray], matrix: np.ndarray
) -> Quantity:
    def values(chosen: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        index = matrix @ chosen
        return mean(index), (share * slope(index)) @ matrix

    return values


def _tangent(
    slope: Callable[[np.ndarray], np.ndarray],
    bend: Callable[[np.ndarray], np.ndarray],
    matrix: np.ndarray,
    change: np.ndarray,
) -> Quantity:
    def values(chosen: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        index, rate = matrix @ chosen, change @ chosen
        steep = slope(index)
        return steep * rate, (share * bend(index) * rate) @ matrix + (share * steep) @ change

    return values


def _difference(to: Quantity, start: Quantity) -> Quantity:
    def values(chosen: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (high, up), (low, down) = to(chosen, share), start(chosen, share)
        return high - low, up - down

    return values
