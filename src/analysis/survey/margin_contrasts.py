"""Do adjusted means of groups differ, and do the differences differ? Contrasts of a model's predictive margins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import ParameterError, did_you_mean
from analysis.survey.estimation.comparisons import holm
from analysis.survey.modelling import effects

if TYPE_CHECKING:
    from analysis.survey.modelling.regression import Regression

__all__ = ["margin_contrasts"]

POWER = 0.8


def margin_contrasts(
    model: Regression, predictor: str, contrasts: Mapping[str, Mapping[Any, float]]
) -> pd.DataFrame:
    """Estimate differences, and differences of differences, between the adjusted means of groups.

    Parameters
    ----------
    model : Regression
        From `SurveyDesign.glm`.
    predictor : str
        A predictor of it with levels, or 0/1: the groups.
    contrasts : mapping of name to mapping of group to coefficient
        `{"gap": {"b": 1, "a": -1}}` is the adjusted mean of b less that of a. Coefficients add up to 0.

    Returns
    -------
    pandas.DataFrame
        `contrast`, then `estimate` (in the outcome's unit, shares for a binomial model), `se` (characteristics of the
        firms as they are), `low, high, n` (answers of the model), `df, p, p_adjusted` (Holm), `detectable` (the true
        difference that such a survey would find four times in five), `method, flag`.

    Raises
    ------
    ParameterError
        When the predictor or a group does not exist, or coefficients do not add up to 0.

    Notes
    -----
    Firms alike in the other predictors are compared; nobody was assigned to a group by lot, so a contrast is no effect.

    References
    ----------
    Graubard & Korn (1999), *Biometrics* 55:652. Ai & Norton (2003), *Economics Letters* 80:123: in a logit model an
    interaction of shares is a contrast of margins, not the coefficient of a product. Bloom (1995), *Evaluation Review*
    19:547, for the detectable difference.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({
    ...     "w": 1.0, "group": ["a", "a", "b", "b"] * 3, "age": range(12), "y": [2, 3, 5, 6, 3, 4, 6, 7, 4, 5, 7, 8],
    ... })
    >>> model = SurveyDesign(firms, weights="w").glm("y", ["group", "age"])
    >>> margin_contrasts(model, "group", {"gap": {"b": 1, "a": -1}})[["contrast", "estimate", "n"]].round(2)
      contrast  estimate   n
    0      gap      2.47  12
    """
    margins = {effect.keys[predictor]: effect for effect in effects.predicted(model.model, predictor)}
    found = [_contrast(name, factors, margins) for name, factors in contrasts.items()]
    if not found:
        raise ParameterError(
            "margin_contrasts() needs one contrast or more: a name and coefficients of groups."
        )
    estimates, se, _ = effects.precision(model.model, found)
    table = pd.DataFrame({"contrast": list(contrasts), "estimate": estimates, "se": se})
    return _inference(table.astype({"contrast": "string"}), model)


def _contrast(
    name: str, factors: Mapping[Any, float], margins: Mapping[Any, effects.Effect]
) -> effects.Effect:
    for group in factors:
        if group not in margins:
            known = [str(level) for level in margins]
            raise ParameterError(
                f'contrast "{name}": there is no group {group!r}.{did_you_mean(str(group), known)} '
                f"Groups: {', '.join(known)}."
            )
    if not factors or abs(sum(factors.values())) > 1e-9:
        raise ParameterError(
            f'contrast "{name}": the coefficients {dict(factors)} do not add up to 0, so it compares nothing.'
        )
    parts = [(factor, margins[group]) for group, factor in factors.items()]

    def values(chosen: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        moved = [(factor, margin.values(chosen, share)) for factor, margin in parts]
        return sum(f * value for f, (value, _) in moved), sum(f * pull for f, (_, pull) in moved)

    return effects.Effect({"contrast": name}, values, all(margin.known for _, margin in parts))


def _inference(table: pd.DataFrame, model: Regression) -> pd.DataFrame:
    df, n = model.model.df, model.fit.n
    reach = special.stdtrit(df, (1 + model.level) / 2) if df > 0 else math.nan
    se = table["se"].where(table["se"] > 0)
    p = 2 * special.stdtr(df, -np.abs(table["estimate"]) / se) if df > 0 else np.full(len(table), np.nan)
    flags = _flags(n, df)
    return table.assign(
        low=table["estimate"] - reach * table["se"],
        high=table["estimate"] + reach * table["se"],
        n=n,
        df=df,
        p=p,
        p_adjusted=holm(list(p)),
        detectable=(reach + (special.stdtrit(df, POWER) if df > 0 else math.nan)) * table["se"],
        method="adjusted means, t",
        flag=flags,
    ).astype({"method": "string", "flag": "string"})


def _flags(n: int, df: int) -> str:
    doubts: Sequence[str] = ["n<30"] * (n < 30) + ["df=0"] * (df <= 0)
    return "; ".join(doubts)
