"""How precise is an estimate, given how the firms were drawn? The covariance of totals of influence values.

Every estimator of the suite is reduced to one question: the design-based covariance of totals of influence
values. The answer comes from `svy`, which is called from here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import polars as pl

from analysis.survey.estimation.scores import (
    Refit,
    Score,
    mean_score,
    ratio_score,
    simple_variance,
    total,
    total_score,
)

__all__ = [
    "Calibration",
    "Refit",
    "Score",
    "SinglePsu",
    "Stage",
    "covariance",
    "degrees_of_freedom",
    "mean_score",
    "project",
    "ratio_score",
    "simple_variance",
    "total",
    "total_score",
    "units_per_stratum",
]

SinglePsu = Literal["error", "adjust", "certainty", "average", "remove"]

# svy's word for each of R's rules; where none is lonely (already checked) any rule gives the same number.
RULES = {
    "error": "skip",
    "certainty": "skip",
    "remove": "skip",
    "adjust": "center",
    "average": "scale",
}


@dataclass(frozen=True)
class Stage:
    """Hold one stage of sampling: for each row its stratum, its unit and how many units the stratum has.

    `strata` and `units` are codes from 0; a unit lies in one stratum. `population` is the number of units in
    the row's stratum (infinite: drawn with replacement), or None when no stratum is finite.
    """

    strata: np.ndarray
    units: np.ndarray
    population: np.ndarray | None = None

    @cached_property
    def first(self) -> np.ndarray:
        """Give the first row of each unit, in the order of the units' codes."""
        return np.unique(self.units, return_index=True)[1]

    @cached_property
    def drawn(self) -> np.ndarray:
        """Count the units drawn in the stratum of each row."""
        return units_per_stratum(self)[self.strata]


class Calibration(Protocol):
    """Say what an adjustment of weights to known totals leaves of influence values."""

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Project weighted influence values (rows × estimates) on what the known totals do not explain."""
        ...


def degrees_of_freedom(rows: np.ndarray, stage: Stage) -> int:
    """Count first-stage units less strata, among the rows of a domain.

    Parameters
    ----------
    rows : numpy.ndarray
        Positions of the domain's rows.
    stage : Stage
        The first stage of sampling.

    Returns
    -------
    int
        0 when each stratum of the domain holds a single unit: no interval can be given then.

    Examples
    --------
    >>> degrees_of_freedom(np.arange(4), Stage(strata=np.array([0, 0, 1, 1]), units=np.array([0, 1, 2, 3])))
    2
    """
    units, strata = (int((np.bincount(codes[rows]) > 0).sum()) for codes in (stage.units, stage.strata))
    return units - strata


def units_per_stratum(stage: Stage) -> np.ndarray:
    """Count the distinct units drawn in each stratum, in the order of the strata's codes.

    Parameters
    ----------
    stage : Stage
        A stage of sampling.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> units_per_stratum(Stage(strata=np.array([0, 0, 0, 1]), units=np.array([0, 0, 1, 2])))
    array([2, 1])
    """
    return np.bincount(stage.strata[stage.first], minlength=stage.strata.max() + 1)


def project(scores: Sequence[Score], calibrations: Sequence[Calibration], rows: int) -> list[Score]:
    """Take from influence values what known totals explain, one calibration after the other.

    Parameters
    ----------
    scores : sequence of Score
        The influence values of each estimate on its own domain.
    calibrations : sequence of Calibration
        The adjustments of weights, in the order they were made; none leaves the scores as they are.
    rows : int
        Rows of the whole design.

    Returns
    -------
    list of Score
        On all rows where there was a calibration.

    References
    ----------
    Särndal, Swensson & Wretman (1992), *Model Assisted Survey Sampling*, §6.6.

    Examples
    --------
    >>> project([Score(np.array([0]), np.array([3.0]))], [], rows=2)[0].values
    array([3.])
    """
    if not calibrations:
        return list(scores)
    values = np.zeros((rows, len(scores)))
    for number, score in enumerate(scores):
        values[score.rows, number] = score.values
    for calibration in calibrations:
        values = calibration.residuals(values)
    return [Score(np.arange(rows), values[:, number]) for number in range(len(scores))]


def covariance(
    scores: Sequence[Score], stages: Sequence[Stage], single_psu: SinglePsu = "error"
) -> np.ndarray:
    """Estimate the covariance matrix of estimates from their influence values.

    Each stage of sampling adds the variance of its units' totals around their stratum's mean, times the share
    of units not drawn and, after the first stage, times the shares drawn at the stages before.

    Parameters
    ----------
    scores : sequence of Score
        The influence values of each estimate on its own domain.
    stages : sequence of Stage
        The stages of sampling, from the first on. A stage counts only if those before it have a finite
        population.
    single_psu : str
        What a stratum with one unit adds: nothing (`certainty`, `remove`), its distance from the mean of all
        units (`adjust`; after the first stage that is the mean within the unit drawn before, of which it is the
        only one, so nothing), or the average of the other strata (`average`).

    Returns
    -------
    numpy.ndarray
        Square, symmetric, one row and column per score.

    References
    ----------
    Särndal, Swensson & Wretman (1992), *Model Assisted Survey Sampling*, §4.3 and §5.5.

    Examples
    --------
    >>> stage = Stage(strata=np.zeros(2, int), units=np.arange(2))
    >>> covariance([Score(np.arange(2), np.array([3.0, 1.0]))], [stage])
    array([[4.]])
    """
    result = np.zeros((len(scores), len(scores)))
    share_drawn = np.ones(len(stages[0].units))
    for number, stage in enumerate(stages):
        rule = "certainty" if number and single_psu == "adjust" else single_psu
        result += _stage_covariance(scores, stage, np.sqrt(share_drawn), rule)
        if stage.population is None:
            break
        share_drawn = share_drawn * stage.drawn / stage.population
    return result


def _stage_covariance(
    scores: Sequence[Score], stage: Stage, scale: np.ndarray, single_psu: SinglePsu
) -> np.ndarray:
    """Ask svy for the covariance of unit totals at one stage, all estimates in one call.

    The table has one line per unit and estimate whose domain holds the unit, so that `by="estimate"` makes
    each estimate a domain of its own; the lines of estimate −1 make every drawn unit count. Where no stratum
    has a single unit, svy's own kernel is asked at once: the same bits, without what svy looks up first.
    """
    drawn, table = units_per_stratum(stage), _unit_table(scores, stage, scale)
    if (stage.drawn > 1).all():
        return _kernel_covariance(table, drawn, len(scores))
    if single_psu == "average" and stage.population is not None:
        table = _pair_certainty_units(table, drawn)
    finite = "population" if stage.population is not None else None
    result = _svy_sample(table, finite, RULES[single_psu]).estimation.total("score", by="estimate")
    return _ordered(np.asarray(result.covariance), result.keys(), len(scores))


def _kernel_covariance(table: pl.DataFrame, drawn: np.ndarray, count: int) -> np.ndarray:
    """Hand the unit table to svy's kernel, with the share of units not drawn (imported here, as svy is)."""
    from svy_rs import taylor_total

    named = {"value_col": "score", "weight_col": "one", "strata_col": "stratum", "psu_col": "unit"}
    finite = "population" in table.columns
    if finite:
        n = pl.Series(drawn[table["stratum"].to_numpy()])
        table = table.with_columns(not_drawn=(pl.col("population") - n) / pl.col("population"))
    found, flat = taylor_total(
        table.with_columns(pl.col("stratum", "unit").cast(pl.UInt32), pl.col("estimate").cast(pl.String)),
        **named,
        by_col="estimate",
        fpc_col="not_drawn" if finite else None,
        **dict.fromkeys(("ssu_col", "fpc_ssu_col", "singleton_method", "domain_rows_col", "deff_ref")),
    )
    variances = found["var"].to_numpy()
    matrix = np.diag(variances) if flat is None else np.array(flat).reshape(len(variances), -1)
    np.fill_diagonal(matrix, variances)
    return _ordered(matrix, found["estimate"], count)


def _ordered(matrix: np.ndarray, keys: Iterable[Any], count: int) -> np.ndarray:
    """Take from svy's covariances those of the estimates, in their order."""
    place = {int(key): position for position, key in enumerate(keys)}
    order = [place[number] for number in range(count)]
    return matrix[np.ix_(order, order)]


def _svy_sample(table: pl.DataFrame, population: str | None, rule: str) -> Any:
    """Declare the unit table to svy (imported here because it takes a second or two)."""
    import svy

    design = svy.Design(stratum="stratum", psu="unit", wgt="one", pop_size=population, singleton=rule)
    return svy.Sample(table, design)


def _unit_table(scores: Sequence[Score], stage: Stage, scale: np.ndarray) -> pl.DataFrame:
    """Add influence values up to units, in an order that the rows' order cannot change."""
    first = stage.first
    units, sums, estimates = [np.arange(len(first))], [np.zeros(len(first))], [np.full(len(first), -1)]
    for number, score in enumerate(scores):
        present, sums_here = _sum_by_unit(stage.units[score.rows], score.values * scale[score.rows])
        units.append(present)
        sums.append(sums_here)
        estimates.append(np.full(len(present), number))
    unit = np.concatenate(units)
    columns = {
        "stratum": stage.strata[first][unit],
        "unit": unit,
        "estimate": np.concatenate(estimates),
        "score": np.concatenate(sums),
        "one": np.ones(len(unit)),
    }
    if stage.population is not None:
        columns["population"] = np.minimum(stage.population, 1e300)[first][unit]
    return pl.DataFrame(columns)


def _sum_by_unit(units: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add values by unit, smallest value first, so that any order of the rows gives the same bits."""
    if not len(units):
        return units, values
    order = np.lexsort((values, units))
    units = units[order]
    starts = np.concatenate([[0], np.flatnonzero(units[1:] != units[:-1]) + 1])
    return units[starts], np.add.reduceat(values[order], starts)


def _pair_certainty_units(table: pl.DataFrame, drawn: np.ndarray) -> pl.DataFrame:
    """Give a stratum whose only unit is its whole population a twin unit, so that it is not averaged over.

    Such a stratum is known exactly: it adds no variance and is not lonely. With two units out of two it adds
    none in svy either, and counts among the strata that need no averaging.
    """
    alone = np.flatnonzero(drawn == 1)
    certain = pl.col("stratum").is_in(alone.tolist()) & (pl.col("population") <= 1)
    whole = table.with_columns(
        population=pl.when(certain).then(2.0).otherwise(pl.col("population")),
    )
    twins = table.filter(certain).with_columns(
        unit=pl.col("unit") + drawn.sum(), population=pl.lit(2.0), score=pl.lit(0.0)
    )
    return pl.concat([whole, twins])
