"""What goes with it, other things equal? Regression models whose standard errors are those of the design."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import ParameterError
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.modelling import effects
from analysis.survey.modelling.fitted import Fitted, ModelFit, fitted
from analysis.survey.modelling.outcomes import Model

__all__ = ["Modelled", "Regression", "WaldTest", "coefficient_table"]


@dataclass(frozen=True)
class WaldTest:
    """Hold an F test that several coefficients are all 0."""

    statistic: float
    df1: int
    df2: int
    p: float


@dataclass(frozen=True, eq=False)
class Regression:
    """Hold a fitted regression: ask it for coefficients, odds ratios, marginal effects and tests.

    Attributes
    ----------
    model : Fitted
        Coefficients, their influence values and what they rest on.
    level : float
        Confidence level of its tables.
    """

    model: Fitted
    level: float

    def __repr__(self) -> str:
        named = " + ".join(":".join(product) for product in self.model.terms.products)
        made = f"{self.model.family}, {self.model.summary.n} answers, {self.model.df} df"
        return f"Regression({self.model.outcome} ~ {named}: {made})"

    @property
    def fit(self) -> ModelFit:
        """Give the number of answers, degrees of freedom, dispersion and measures of fit."""
        return self.model.summary

    @cached_property
    def covariance(self) -> pd.DataFrame:
        """Give the design-based covariance matrix of the coefficients, by term."""
        return pd.DataFrame(self.model.covariance, index=self.model.names, columns=self.model.names)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Give the coefficients.

        Columns `term, estimate, se, low, high, n, t, p, df, flag`; log odds for a binomial or ordinal model, logs of
        ratios for a Poisson one. Thresholds of an ordinal model are named `1|2`. A coefficient flagged
        `separation` has no finite value.
        """
        model = self.model
        return coefficient_table(
            {"term": model.names},
            model.estimates,
            np.sqrt(np.clip(np.diag(model.covariance), 0, None)),
            model.df,
            self.level,
            model.summary.n,
            ["" if known else "separation" for known in model.known],
        )

    @property
    def odds_ratios(self) -> pd.DataFrame:
        """Give the odds ratios of a binomial or ordinal model: `term, estimate, se, low, high, n, t, p, df, flag`.

        `se` is on the scale of the ratio (delta method); the limits are those of the log odds. An odds ratio is not
        a ratio of shares: where the outcome is common it is much further from 1.
        """
        if self.model.family not in {"binomial", "ordinal"}:
            raise ParameterError(
                f"A {self.model.family} model has no odds ratios: see .coefficients"
                f"{', .rate_ratios' if self.model.family == 'poisson' else ''} and .marginal_effects."
            )
        return self._ratios()

    @property
    def rate_ratios(self) -> pd.DataFrame:
        """Give the ratios of mean counts of a Poisson model, as `odds_ratios`."""
        if self.model.family != "poisson":
            raise ParameterError(
                f"Rate ratios come from a Poisson model, and this one is {self.model.family}."
            )
        return self._ratios()

    @cached_property
    def marginal_effects(self) -> pd.DataFrame:
        """Give the average marginal effect of each predictor on the outcome itself (in shares for a binomial model).

        Columns `term, estimate, se, low, high, n, t, p, se_unconditional, df, flag`, and `level` for an ordinal model
        (the effect on the share of each answer). For a number, the mean slope per unit; for 0/1 and levels, the mean
        change from 0 to 1 or from the reference. `se` takes the firms' other characteristics as they are (delta
        method); `se_unconditional` as a sample too. A difference between firms alike otherwise, not what a change
        would cause.
        """
        return self._effects(effects.marginal(self.model))

    def predictive_margins(self, predictor: str) -> pd.DataFrame:
        """Give the mean prediction if every firm had each level of a predictor, all else as it is.

        Parameters
        ----------
        predictor : str
            A predictor with levels, or 0/1.

        Returns
        -------
        pandas.DataFrame
            As `marginal_effects`, the level in a column named as the predictor.

        Raises
        ------
        ParameterError
            When it is no predictor of the model, or a number.
        """
        return self._effects(effects.predicted(self.model, predictor))

    def wald(self, terms: str | Sequence[str]) -> WaldTest:
        """Test that all coefficients of one or several predictors are 0.

        Parameters
        ----------
        terms : str or list of str
            Predictors, products `a:b` or single levels `a[level]`.

        Returns
        -------
        WaldTest
            `statistic` (F), `df1` (coefficients), `df2` (the model's degrees of freedom), `p`.

        Raises
        ------
        ParameterError
            When the model has no such term, or it is separated.

        References
        ----------
        Korn & Graubard (1990), *American Statistician* 44:270; R's `survey::regTermTest`.
        """
        from scipy import stats

        named = [terms] if isinstance(terms, str) else list(terms)
        place = sorted({place for term in named for place in self.model.place(term)})
        if not self.model.known[place].all():
            raise ParameterError(
                f"wald({', '.join(named)}): a coefficient has no finite value (separation), so nothing can be tested. "
                "Join the level to another."
            )
        chosen = self.model.estimates[place]
        spread = self.model.covariance[np.ix_(place, place)]
        df = self.model.df
        if df <= 0 or np.linalg.matrix_rank(spread, hermitian=True) < len(place):
            return WaldTest(math.nan, len(place), df, math.nan)
        statistic = float(chosen @ np.linalg.solve(spread, chosen)) / len(place)
        return WaldTest(statistic, len(place), df, float(stats.f.sf(statistic, len(place), df)))

    def _ratios(self) -> pd.DataFrame:
        logs = self.coefficients
        slopes = logs[[bool(owner) for owner in self.model.owners]].reset_index(drop=True)
        ratios = np.exp(slopes[["estimate", "low", "high"]])
        return slopes.assign(**ratios, se=ratios["estimate"] * slopes["se"])

    def _effects(self, found: Sequence[effects.Effect]) -> pd.DataFrame:
        model = self.model
        estimates, fixed, free = effects.precision(model, found)
        table = coefficient_table(
            {key: [effect.keys[key] for effect in found] for key in found[0].keys},
            estimates,
            fixed,
            model.df,
            self.level,
            model.summary.n,
            ["" if effect.known else "separation" for effect in found],
        )
        table.insert(list(table.columns).index("p") + 1, "se_unconditional", free)
        return table


class Modelled(Drawn):
    """Fit regression models to a design."""

    def glm(
        self,
        outcome: str,
        predictors: str | Sequence[str],
        *,
        family: Model = "gaussian",
        reference: Mapping[str, Any] | None = None,
        level: float = 0.95,
    ) -> Regression:
        """Fit a regression model: linear, logit, log-linear or ordinal.

        Parameters
        ----------
        outcome : str
            Column to explain: an amount (`gaussian`), 0/1 (`binomial`), a count (`poisson`), or ordered answers
            (`ordinal`: numbers, or an ordered category).
        predictors : str or list of str
            Columns that may explain it: numbers and 0/1 as they are, others by their levels (`sector[food]`);
            `a:b` is the product of two that are named too.
        family : {"gaussian", "binomial", "poisson", "ordinal"}
            The kind of outcome.
        reference : mapping of predictor to level, optional
            What each level is compared with; the first when left out. A number named here is taken by its levels.
        level : float
            Confidence level.

        Returns
        -------
        Regression
            With `.coefficients`, `.odds_ratios`, `.rate_ratios`, `.marginal_effects`, `.predictive_margins(...)`,
            `.wald(...)`, `.covariance` and `.fit`. Firms with a missing answer are left out as outside the domain;
            `.fit` counts them.

        Raises
        ------
        ParameterError
            When a column, family or level does not exist.
        DataError
            When the outcome does not fit the family, or predictors are constant or determine each other.

        Notes
        -----
        A coefficient compares firms that are alike in the other predictors; it does not say what would happen if a
        firm changed. A predictor that sorts the answers perfectly gives a warning and the flag `separation`.

        References
        ----------
        Binder (1983), *International Statistical Review* 51:279; R's `survey::svyglm` and `svyolr`: degrees of
        freedom are the design's plus 1 less the number of coefficients (thresholds counting as one).

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({
        ...     "w": [1.0, 2.0, 1.0, 2.0, 1.0, 1.0], "age": [1, 3, 5, 7, 9, 11], "hours": [2, 4, 5, 9, 9, 12],
        ... })
        >>> model = SurveyDesign(firms, weights="w").glm("hours", ["age"])
        >>> model.coefficients[["term", "estimate", "df"]].round(3)
                term  estimate  df
        0  intercept       1.0   4
        1        age       1.0   4
        """
        if not isinstance(level, int | float) or not 0 < level < 1:
            raise ParameterError(f"level={level} is not a confidence level: give a share such as 0.95.")
        return Regression(fitted(self, outcome, predictors, family, reference), level)


def coefficient_table(
    keys: Mapping[str, Sequence[Any]],
    estimates: np.ndarray,
    errors: np.ndarray,
    df: int,
    level: float,
    n: int,
    flags: Sequence[str],
) -> pd.DataFrame:
    """Write coefficients as a table with Student's t intervals and tests.

    Parameters
    ----------
    keys : mapping of column to values
        What each row is.
    estimates, errors : numpy.ndarray
        Estimates and their standard errors.
    df : int
        Degrees of freedom; with none, limits and p are missing and the rows are flagged `df=0`.
    level : float
        Confidence level.
    n : int
        Answers behind them.
    flags : sequence of str
        Why a row should not be read.

    Returns
    -------
    pandas.DataFrame
        The keys, then `estimate, se, low, high, n, t, p, df, method, flag`.

    Examples
    --------
    >>> table = coefficient_table({"term": ["age"]}, np.array([2.0]), np.array([1.0]), 10, 0.95, 40, [""])
    >>> table[["term", "estimate", "low", "high", "p"]].round(3)
      term  estimate    low   high      p
    0  age       2.0 -0.228  4.228  0.073
    """
    wide = special.stdtrit(df, (1 + level) / 2) if df > 0 else math.nan
    known = np.isfinite(estimates)
    errors = np.where(known, errors, math.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = estimates / errors
    few = [] if df > 0 else ["df=0"]
    return pd.DataFrame(
        {
            **keys,
            "estimate": estimates,
            "se": errors,
            "low": estimates - wide * errors,
            "high": estimates + wide * errors,
            "n": n,
            "t": ratio,
            "p": 2 * special.stdtr(df, -np.abs(ratio)) if df > 0 else math.nan,
            "df": df,
            "method": "t",
            "flag": ["; ".join(filter(None, [flag, *few])) for flag in flags],
        }
    ).astype({"method": "string", "flag": "string"})
