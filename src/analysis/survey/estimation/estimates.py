"""How is an estimate told? As a row of one table: the estimate, its interval, its base, and why to doubt it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.survey.estimation.intervals import Interval, proportion_limits, t_limits

__all__ = ["FEW", "IMPRECISE", "Cell", "Estimate", "estimates_table", "flag", "refuse_level"]

FEW = 30
IMPRECISE = 0.3


@dataclass(frozen=True)
class Cell:
    """Hold one estimate to be made: what it is called, on which rows, of which values."""

    keys: dict[str, Any]
    rows: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Estimate:
    """Hold one estimate with what its precision stands on.

    `simple` is the variance simple random sampling would give; None when no design effect is wanted. `interval`
    is the variance its interval takes where that is not its own.
    """

    cell: Cell
    value: float
    variance: float
    df: int
    n_weighted: float
    simple: float | None = None
    interval: float | None = None

    @property
    def n(self) -> int:
        """Count the answers."""
        return len(self.cell.rows)

    @property
    def se(self) -> float:
        """Give the standard error."""
        return _root(self.variance)

    @property
    def interval_se(self) -> float:
        """Give the standard error that the interval takes."""
        return _root(self.variance if self.interval is None else self.interval)


def _root(variance: float) -> float:
    return math.nan if math.isnan(variance) else math.sqrt(max(variance, 0.0))


def estimates_table(
    estimates: Sequence[Estimate], level: float, interval: Interval | None = None
) -> pd.DataFrame:
    """Write estimates as a table.

    Parameters
    ----------
    estimates : sequence of Estimate
        One per row.
    level : float
        Confidence level, between 0 and 1.
    interval : str, optional
        The interval of a proportion; Student's t when left out.

    Returns
    -------
    pandas.DataFrame
        The cells' keys, then `estimate, se, low, high, n, n_weighted, df`, `deff` where wanted, `method, flag`.

    Raises
    ------
    ParameterError
        When the level is not a share.

    Examples
    --------
    >>> cell = Cell({"sector": "food"}, np.arange(40), np.ones(40))
    >>> estimates_table([Estimate(cell, 4.0, 0.25, 12, 800.0)], 0.95)[["sector", "estimate", "se", "n", "df"]]
      sector  estimate   se   n  df
    0   food       4.0  0.5  40  12
    """
    refuse_level(level)
    table = pd.DataFrame([_row(estimate, level, interval) for estimate in estimates])
    for name in ("method", "flag"):
        table[name] = table[name].astype("string")
    return table


def _row(estimate: Estimate, level: float, interval: Interval | None) -> dict[str, Any]:
    if interval is None:
        limits = t_limits(estimate.value, estimate.se, estimate.df, level)._replace(method="t")
    else:
        limits = proportion_limits(
            estimate.value, estimate.interval_se, estimate.n, estimate.df, level, interval
        )
    row = {**estimate.cell.keys, "estimate": estimate.value, "se": estimate.se}
    row |= {"low": limits.low, "high": limits.high, "n": estimate.n}
    row |= {"n_weighted": estimate.n_weighted, "df": estimate.df}
    if estimate.simple is not None:
        row["deff"] = estimate.variance / estimate.simple if estimate.simple > 0 else math.nan
    return row | {
        "method": limits.method,
        "flag": flag(estimate, beta=interval is not None and limits.method == "beta"),
    }


def refuse_level(level: float) -> None:
    """Refuse a confidence level that is not a share.

    Parameters
    ----------
    level : float
        What the caller gave.

    Raises
    ------
    ParameterError
        When it does not lie between 0 and 1.

    Examples
    --------
    >>> refuse_level(0.95)
    """
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise ParameterError(f"level={level} is not a confidence level: give a share such as 0.95.")


def flag(estimate: Estimate, *, beta: bool = False) -> str:
    """Say why an estimate should not be read as it stands.

    Parameters
    ----------
    estimate : Estimate
        The estimate.
    beta : bool
        Whether its limits are those of `beta`, given at 0 % and 100 % whatever was asked for.

    Returns
    -------
    str
        `n<30`, `cv>0.3`, `df=0`, `beta limit`, joined by semicolons; empty when nothing stands against it.

    Examples
    --------
    >>> flag(Estimate(Cell({}, np.arange(12), np.ones(12)), 4.0, 0.25, 11, 800.0))
    'n<30'
    """
    reasons = {
        f"n<{FEW}": estimate.n < FEW,
        f"cv>{IMPRECISE}": estimate.se > IMPRECISE * abs(estimate.value),
        "df=0": estimate.n > 0 and estimate.df <= 0,
        "beta limit": beta and estimate.value in (0.0, 1.0),
    }
    return "; ".join(reason for reason, holds in reasons.items() if holds)
