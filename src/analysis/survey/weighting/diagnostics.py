"""What did a change of weights do? How unequal they became, which margins hold, what it cost in precision."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.survey.estimation.estimates import FEW
from analysis.survey.weighting.targets import Known, Target

__all__ = ["diagnostics", "effective_size", "not_reached"]

COLUMNS = ["measure", "variable", "level", "n", "before", "after", "target", "flag"]
REACHED = 1e-6


def effective_size(weights: np.ndarray) -> float:
    """Give Kish's effective sample size: how many equally weighted answers would say as much.

    Parameters
    ----------
    weights : numpy.ndarray
        Weights.

    Returns
    -------
    float
        (Σw)² / Σw²; at most the number of rows.

    References
    ----------
    Kish (1965), *Survey Sampling*, §11.7; Kish (1992), *Journal of Official Statistics* 8:183.

    Examples
    --------
    >>> effective_size(np.array([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    return math.fsum(weights.tolist()) ** 2 / math.fsum((weights**2).tolist())


def diagnostics(
    before: np.ndarray,
    after: np.ndarray,
    targets: Sequence[Target | Known] = (),
    rounds: int | None = None,
) -> pd.DataFrame:
    """Compare the weights before and after an adjustment.

    Parameters
    ----------
    before, after : numpy.ndarray
        Weights of the rows adjusted.
    targets : sequence of Target or Known
        What is known of the population.
    rounds : int, optional
        How many rounds the adjustment took.

    Returns
    -------
    pandas.DataFrame
        One row per figure: `measure, variable, level, n, before, after, target, flag`. Measures of the weights:
        `n, weight_sum, weight_min, weight_max, weight_ratio` (largest over smallest), `kish_deff` (factor by
        which unequal weights inflate the variance of an unrelated mean), `effective_n`, `rounds`. For each level
        known: `population` (weighted firms) and `standardised_difference` (sample share less population share, in
        standard deviations). `flag`: `not reached`, `n<30`, `negative weights`.

    Notes
    -----
    A margin that is reached says nothing on questions the margin does not explain.

    References
    ----------
    Kish (1992), *Journal of Official Statistics* 8:183; Austin (2009), *Statistics in Medicine* 28:3083
    (standardised differences).

    Examples
    --------
    >>> table = diagnostics(np.array([10.0, 10.0]), np.array([10.0, 30.0]))
    >>> table.loc[table["measure"] == "effective_n", ["before", "after"]].values.tolist()
    [[2.0, 1.6]]
    """
    rows = list(_of_weights(before, after, rounds))
    for target in targets:
        rows.extend(
            _of_counts(before, after, target)
            if isinstance(target, Target)
            else _of_total(before, after, target)
        )
    table = pd.DataFrame(rows, columns=COLUMNS)
    kinds = {"measure": "string", "variable": "string", "level": "object", "n": "Int64", "flag": "string"}
    return table.astype(kinds | dict.fromkeys(["before", "after", "target"], "Float64"))


def not_reached(table: pd.DataFrame) -> list[str]:
    """Name the levels and totals that the weights do not add up to.

    Parameters
    ----------
    table : pandas.DataFrame
        From `diagnostics`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> not_reached(diagnostics(np.ones(2), np.ones(2), [Known("staff", np.array([1.0, 2.0]), 9.0)]))
    ['staff (3 instead of 9)']
    """
    wrong = table[table["flag"].str.contains("not reached", regex=False)]
    return [
        f"{row.variable}{'' if pd.isna(row.level) else f' {row.level}'} ({row.after:,.6g} instead of {row.target:,.6g})"
        for row in wrong.itertuples()
    ]


def _of_weights(before: np.ndarray, after: np.ndarray, rounds: int | None) -> Iterable[list[Any]]:
    both = [(_figures(weights)) for weights in (before, after)]
    flags = {"weight_min": "negative weights" if after.min() <= 0 else ""}
    for name in both[0]:
        yield [name, None, None, None, both[0][name], both[1][name], None, flags.get(name, "")]
    if rounds is not None:
        yield ["rounds", None, None, None, None, float(rounds), None, ""]


def _figures(weights: np.ndarray) -> dict[str, float | None]:
    size = effective_size(weights)
    return {
        "n": float(len(weights)),
        "weight_sum": math.fsum(weights.tolist()),
        "weight_min": float(weights.min()),
        "weight_max": float(weights.max()),
        "weight_ratio": float(weights.max() / weights.min()) if weights.min() > 0 else None,
        "kish_deff": len(weights) / size,
        "effective_n": size,
    }


def _of_counts(before: np.ndarray, after: np.ndarray, target: Target) -> Iterable[list[Any]]:
    cells, counts = target.margin
    shares = counts / counts.sum()
    spread = np.sqrt(shares * (1 - shares))
    met = np.bincount(cells, minlength=len(counts))
    sums = [np.bincount(cells, weights=weights, minlength=len(counts)) for weights in (before, after)]
    for code, level in enumerate(target.levels):
        shown = " × ".join(map(str, level)) if isinstance(level, tuple) else level
        place = [target.name, shown, int(met[code])]
        found = [float(total[code]) for total in sums]
        yield ["population", *place, *found, float(counts[code]), _flag(found[1], counts[code], met[code])]
        differences = [
            (float(total[code] / total.sum()) - shares[code]) / spread[code] if spread[code] > 0 else None
            for total in sums
        ]
        yield ["standardised_difference", *place, *differences, 0.0, ""]


def _of_total(before: np.ndarray, after: np.ndarray, known: Known) -> Iterable[list[Any]]:
    found = [math.fsum((weights * known.values).tolist()) for weights in (before, after)]
    n = len(known.values)
    yield ["population", known.name, None, n, *found, known.total, _flag(found[1], known.total, n)]


def _flag(found: float, wanted: float, n: int) -> str:
    reasons = {
        "not reached": abs(found - wanted) > REACHED * max(abs(wanted), 1.0),
        f"n<{FEW}": n < FEW,
    }
    return "; ".join(reason for reason, holds in reasons.items() if holds)
