"""Does the sample add up to the population? Rake, post-stratify, calibrate and trim the weights of a design."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey.estimation.drawn import Drawn
from analysis.survey.weighting.calibration import (
    Distance,
    GeneralCalibration,
    PostStratification,
    Raking,
    general_calibration,
    post_stratification,
    raking,
)
from analysis.survey.weighting.diagnostics import diagnostics, not_reached
from analysis.survey.weighting.targets import Known, Target, read_counts, read_totals

__all__ = ["Weighted"]

DISTANCES: tuple[str, ...] = ("linear", "raking", "logit")
TRIMS = 100_000


class Weighted(Drawn):
    """Change the weights of a design so that it adds up to the population.

    Each method gives a new design; its estimates have the standard errors R's `survey` gives after the same
    adjustment, and its `diagnostics` say what was done.
    """

    _targets: tuple[Target | Known, ...] = ()
    _diagnostics: pd.DataFrame | None = None
    _adjusted_on: np.ndarray | None = None

    @property
    def diagnostics(self) -> pd.DataFrame:
        """Give the figures of the last change of weights (see `analysis.survey.weighting.diagnostics`).

        A design whose weights were never changed shows the figures of its weights, before and after alike.
        """
        if self._diagnostics is None:
            weights = self._weights[self._domain]
            return diagnostics(weights, weights)
        return self._diagnostics.copy()

    def rake(self, margins: Mapping[Any, Any], *, shares_of: float | None = None) -> Self:
        """Adjust the weights to the known counts of several variables, each taken alone.

        Parameters
        ----------
        margins : mapping of variable to counts by level
            Such as `{"region": {"North": 2500, …}, "sector": {…}}`; a tuple of variables takes tuples of levels.
        shares_of : float, optional
            Size of the population, when shares are given in place of counts.

        Returns
        -------
        SurveyDesign
            A new design; its `diagnostics` name any margin that could not be reached, and a warning says so.

        Raises
        ------
        DataError
            When a level is in the sample and not in the counts or the other way round, an answer is missing, a
            count is not above 0, or the margins add up to different populations.
        ParameterError
            When a variable does not exist.

        Notes
        -----
        Raking takes out the bias its margins explain, and no other: firms that answer may still differ from those
        that do not within each level.

        References
        ----------
        Deming & Stephan (1940), *Annals of Mathematical Statistics* 11:427; R's `survey::rake`.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [10.0] * 4, "sector": list("aabb"), "region": list("nsns")})
        >>> raked = SurveyDesign(firms, weights="w").rake({"sector": {"a": 60, "b": 40}, "region": {"n": 50, "s": 50}})
        >>> raked.weights.tolist()
        [30.0, 30.0, 20.0, 20.0]
        """
        targets = read_counts(self.data, margins, "rake", shares_of)
        self._refuse_negative("rake")
        made = raking(self._weights, self._domain, [target.margin for target in targets])
        return self._adjusted(made, targets, "rake", made.rounds)

    def poststratify(self, cells: Mapping[Any, Any], *, shares_of: float | None = None) -> Self:
        """Adjust the weights to the known count of each level of one variable, or of each cell of several.

        Parameters
        ----------
        cells : mapping of one variable to counts by level
            Such as `{"region": {"North": 2500, …}}` or `{("region", "size"): {("North", "micro"): 1950, …}}`.
        shares_of : float, optional
            Size of the population, when shares are given in place of counts.

        Returns
        -------
        SurveyDesign

        Raises
        ------
        DataError
            As `rake`.
        ParameterError
            When several variables are given apart, or one does not exist.

        Notes
        -----
        Cells with few answers make the weights uneven: see `effective_n` in the `diagnostics`, and join cells.

        References
        ----------
        Holt & Smith (1979), *JRSS A* 142:33; R's `survey::postStratify`.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [10.0] * 3, "sector": ["a", "a", "b"]})
        >>> SurveyDesign(firms, weights="w").poststratify({"sector": {"a": 30, "b": 5}}).weights.tolist()
        [15.0, 15.0, 5.0]
        """
        targets = read_counts(self.data, cells, "poststratify", shares_of)
        if len(targets) > 1:
            raise ParameterError(
                f"poststratify() takes one variable, or one tuple of variables with the count of each cell; got "
                f"{', '.join(target.name for target in targets)}. Use rake() when each is known alone."
            )
        self._refuse_negative("poststratify")
        made = post_stratification(self._weights, self._domain, targets[0].margin)
        return self._adjusted(made, targets, "poststratify")

    def calibrate(
        self,
        totals: Mapping[Any, Any],
        *,
        method: Distance = "linear",
        bounds: tuple[float, float] | None = None,
        size: float | None = None,
    ) -> Self:
        """Adjust the weights to known totals of numbers and counts of levels, changing them as little as can be.

        Parameters
        ----------
        totals : mapping
            A number column and its total in the population, or a variable and its counts by level.
        method : {"linear", "raking", "logit"}
            How change is measured: `linear` (the regression estimator; weights may turn negative), `raking` (never
            negative), `logit` (kept between `bounds`).
        bounds : tuple of two numbers, optional
            Least and largest ratio of a new weight to the old, such as (0.5, 2).
        size : float, optional
            How many firms the population has; without it nor counts of levels, their number is left free.

        Returns
        -------
        SurveyDesign
            A new design; its `diagnostics` name any total that could not be reached, and a warning says so.

        Raises
        ------
        DataError
            As `rake`.
        ParameterError
            When a column or method does not exist, or the bounds are not below and above 1.

        Notes
        -----
        Negative weights make no sense for counts of firms, and no model can be fitted with them.

        References
        ----------
        Deville & Särndal (1992), *JASA* 87:376; R's `survey::calibrate`.

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [10.0] * 3, "staff": [1, 2, 6]})
        >>> design = SurveyDesign(firms, weights="w").calibrate({"staff": 120}, size=30)
        >>> design.total("staff")["estimate"].round(6).item()
        120.0
        """
        limits = _limits(method, bounds)
        targets = read_totals(self.data, totals, size)
        self._refuse_negative("calibrate")
        columns = np.column_stack([known.values for known in targets])
        wanted = np.array([known.total for known in targets])
        made = general_calibration(self._weights, self._domain, columns, wanted, method, limits)
        return self._adjusted(made, targets, "calibrate", made.rounds)

    def trim(self, *, upper: float = math.inf, lower: float = -math.inf, strict: bool = True) -> Self:
        """Bring weights above or below two limits to them, and share what that takes out or adds among the others.

        Parameters
        ----------
        upper, lower : float
            Limits of the weights.
        strict : bool
            Trim again until no weight lies outside (sharing out may push others over the limit); once only when
            False.

        Returns
        -------
        SurveyDesign
            With the same sum of weights. Margins reached before may be lost: `diagnostics` list them again.

        Raises
        ------
        ParameterError
            When no limit is given, or no weights with this sum lie within the limits.

        Notes
        -----
        Trimming trades variance for bias; report both. Standard errors take the new weights as if given.

        References
        ----------
        Potter (1990), *Proceedings of the ASA Section on Survey Research Methods*: 225; R's
        `survey::trimWeights` (whose `strict` is False when left out).

        Examples
        --------
        >>> from analysis.survey import SurveyDesign
        >>> firms = pd.DataFrame({"w": [10.0, 10.0, 40.0]})
        >>> SurveyDesign(firms, weights="w").trim(upper=30).weights.tolist()
        [15.0, 15.0, 30.0]
        """
        rows = self._domain
        _refuse_limits(self._weights[rows], lower, upper)

        def adjust(weights: np.ndarray) -> np.ndarray:
            changed = weights.copy()
            changed[rows] = _trimmed(weights[rows], lower, upper, strict)
            return changed

        return self._reweighted(adjust)._explained(self, self._known_here(), "trim")

    def _adjusted(
        self,
        made: PostStratification | Raking | GeneralCalibration,
        targets: Sequence[Target | Known],
        caller: str,
        rounds: int | None = None,
    ) -> Self:
        """Give the design its new weights, what its standard errors need to know, and the diagnostics."""
        changed = self._reweighted(made.reweight, made)
        return changed._explained(self, (*self._known_here(), *targets), caller, rounds)

    def _explained(
        self, earlier: Self, targets: tuple[Target | Known, ...], caller: str, rounds: int | None = None
    ) -> Self:
        """Join the diagnostics to a design just reweighted, and warn of margins that do not hold."""
        before, after = earlier._weights[self._domain], self._weights[self._domain]
        self._targets, self._adjusted_on = targets, self._domain
        self._diagnostics = diagnostics(before, after, targets, rounds)
        _warn(self._diagnostics, caller)
        return self

    def _known_here(self) -> tuple[Target | Known, ...]:
        """Give what earlier adjustments knew, unless the design was cut to a domain since."""
        same = self._adjusted_on is not None and np.array_equal(self._adjusted_on, self._domain)
        return self._targets if same else ()

    def _refuse_negative(self, caller: str) -> None:
        wrong = self._weights[self._domain] <= 0
        if wrong.any():
            raise DataError(
                f"{caller}(): {wrong.sum()} weight(s) are not above 0, as linear calibration may leave them. "
                'Calibrate with method="raking", or with bounds, before.'
            )


def _limits(method: str, bounds: tuple[float, float] | None) -> tuple[float, float]:
    if method not in DISTANCES:
        raise ParameterError(
            f'calibrate(method="{method}") is not a choice.{did_you_mean(str(method), DISTANCES)} '
            f"Choices: {', '.join(DISTANCES)}."
        )
    if bounds is None and method == "logit":
        raise ParameterError('calibrate(method="logit") needs two bounds, such as bounds=(0.5, 2).')
    low, high = bounds or (-math.inf, math.inf)
    if not low < 1 < high or (method == "logit" and not math.isfinite(high - low)):
        raise ParameterError(
            f"calibrate(bounds=({low:g}, {high:g})): the least ratio of new weight to old lies below 1 and the "
            "largest above, such as (0.5, 2)."
        )
    return low, high


def _refuse_limits(weights: np.ndarray, lower: float, upper: float) -> None:
    if math.isinf(lower) and math.isinf(upper):
        raise ParameterError("trim() needs a limit: upper=, lower= or both.")
    mean = math.fsum(weights.tolist()) / len(weights)
    if not lower < mean < upper:
        raise ParameterError(
            f"trim(lower={lower:g}, upper={upper:g}): the mean weight is {mean:,.4g}, so no weights with the same sum "
            "lie within these limits. Choose limits on both sides of it."
        )


def _trimmed(weights: np.ndarray, lower: float, upper: float, strict: bool) -> np.ndarray:
    """Clip the weights and share the excess equally among those that were within the limits.

    A weight of 0, which a row has in a replicate that leaves it out, stays 0.
    """
    counted = weights != 0
    for _ in range(TRIMS):
        outside = counted & ((weights < lower) | (weights > upper))
        if not outside.any():
            return weights
        clipped = np.where(counted, np.clip(weights, lower, upper), weights)
        excess = math.fsum((weights - clipped).tolist())
        others = counted & ~outside
        weights = clipped + np.where(others, excess / max(others.sum(), 1), 0.0)
        if not strict:
            return weights
    raise ParameterError(
        f"trim(lower={lower:g}, upper={upper:g}): sharing out the excess never ends. Take limits further apart."
    )


def _warn(table: pd.DataFrame, caller: str) -> None:
    """Say which margins do not hold, and that weights are negative."""
    missed = not_reached(table)
    advice = "Adjust again, or say so" if caller == "trim" else "Join small levels, or leave a variable out"
    if missed:
        shown = "; ".join(missed[:4]) + ("; …" if len(missed) > 4 else "")
        warnings.warn(
            f"{caller}(): the weights do not add up to {len(missed)} of the known counts: {shown}. {advice}.",
            stacklevel=5,
        )
    if table["flag"].eq("negative weights").any():
        warnings.warn(
            f'{caller}(): some weights are not above 0. Use method="raking", or bounds.', stacklevel=5
        )
