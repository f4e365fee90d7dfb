"""Can the answers to several questions be added up? Internal consistency of a scale (Cronbach's alpha)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError, ParameterError
from analysis.survey import columns
from analysis.survey.scales.items import (
    ItemAnswers,
    covariances,
    item_rest,
    opposed_items,
    read_items,
    warn_of_reversal,
)

if TYPE_CHECKING:
    from analysis.survey.design import SurveyDesign

__all__ = ["Reliability", "alpha", "design_alpha", "design_reliability", "item_table", "log_limits"]

NO_LOADINGS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Reliability:
    """Hold how consistent the items of a scale are.

    Attributes
    ----------
    estimate, se, low, high : float
        The coefficient, its standard error and its interval.
    n : int
        Firms behind it.
    raw, standardised : float
        The coefficient of the sum of the answers, and of the sum of the answers in standard units.
    items : tuple of str
        The items.
    opposed : tuple of str
        Items that run against the others and should have been reversed.
    method, flag : str
        How it was made, and why not to read it; empty when nothing stands against it.
    loadings : mapping of item to number
        Standardised loadings on the one factor (omega only).
    """

    estimate: float
    se: float
    low: float
    high: float
    n: int
    raw: float
    standardised: float
    items: tuple[str, ...]
    opposed: tuple[str, ...] = ()
    method: str = ""
    flag: str = ""
    loadings: Mapping[str, float] = field(default_factory=lambda: NO_LOADINGS)


def alpha(items: pd.DataFrame, weights: Any = None, *, level: float = 0.95) -> Reliability:
    """Estimate Cronbach's alpha, the internal consistency of a scale.

    Parameters
    ----------
    items : pandas.DataFrame
        One column per item, numbers, all pointing the same way; missing answers are missing.
    weights : Series or array, optional
        Weight of each row.
    level : float
        Confidence level.

    Returns
    -------
    Reliability
        `estimate` is alpha of the sum of the answers from the covariances of all pairs of items, each among the
        firms that answered both; `n` counts the firms that answered an item at least. `low` and `high` are
        Feldt's F limits, for as many firms as the weights are worth (n when all weigh the same); `se` is that of
        van Zyl, Neudecker & Nel. Items that run against the others are named in `opposed`, with a warning.

    Raises
    ------
    ParameterError
        When there are fewer than two items, or one does not hold numbers.
    DataError
        When an item never varies, no firm answered two of them, or weights are not weights.

    Notes
    -----
    A high alpha does not show that the items measure one thing: many items alone raise it.

    References
    ----------
    Feldt, Woodruff & Salih (1987), *Applied Psychological Measurement* 11:93. van Zyl, Neudecker & Nel (2000),
    *Psychometrika* 65:271.

    Examples
    --------
    >>> ready = pd.DataFrame({"goal": [1, 2, 4, 5, 3], "time": [2, 2, 5, 4, 3], "trade": [1, 3, 4, 5, 2]})
    >>> result = alpha(ready)
    >>> f"{result.estimate:.3f} ({result.low:.3f} to {result.high:.3f}), n = {result.n}"
    '0.932 (0.657 to 0.992), n = 5'
    """
    answers = read_items(items, weights, "alpha")
    matrix = covariances(answers)
    opposed = opposed_items(answers.names, matrix)
    warn_of_reversal(opposed, "alpha")
    estimate = _alpha(matrix, "alpha")
    low, high = _feldt(estimate, answers.effective_n, len(matrix), level)
    return Reliability(
        estimate=estimate,
        se=_normal_se(matrix, answers.effective_n),
        low=low,
        high=high,
        n=answers.n,
        raw=estimate,
        standardised=_alpha(_correlations(matrix), "alpha"),
        items=answers.names,
        opposed=opposed,
        method="Feldt",
        flag=_reversal_flag(opposed),
    )


def _alpha(matrix: np.ndarray, measure: str) -> float:
    total, count = matrix.sum(), len(matrix)
    if total <= 0:
        raise DataError(
            f"{measure}(): the sum of the items does not vary, for they cancel each other out. Reverse those that "
            "run against the others."
        )
    return float(count / (count - 1) * (1 - np.trace(matrix) / total))


def _correlations(matrix: np.ndarray) -> np.ndarray:
    spread = np.sqrt(np.diag(matrix))
    return matrix / np.outer(spread, spread)


def _feldt(estimate: float, n: float, count: int, level: float) -> tuple[float, float]:
    _check_level(level)
    if n <= 1:
        return math.nan, math.nan
    tail = (1 - level) / 2
    f = special.fdtri(n - 1, (n - 1) * (count - 1), [1 - tail, tail])
    low, high = 1 - (1 - estimate) * f
    return float(low), float(high)


def _check_level(level: float) -> None:
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise ParameterError(f"level={level} is not a confidence level: give a share such as 0.95.")


def _normal_se(matrix: np.ndarray, n: float) -> float:
    """Give the standard error of alpha for normal items (van Zyl, Neudecker & Nel 2000, eq. 21)."""
    count, total = len(matrix), matrix.sum()
    square, trace = matrix @ matrix, np.trace(matrix)
    spread = total * (np.trace(square) + trace**2) - 2 * trace * square.sum()
    return math.sqrt(max(2 * count**2 / ((count - 1) ** 2 * total**3) * spread, 0.0) / n)


def _reversal_flag(opposed: Sequence[str]) -> str:
    return f"not reversed: {', '.join(opposed)}" if opposed else ""


def item_table(items: pd.DataFrame, weights: Any = None) -> pd.DataFrame:
    """Say what each item adds to a scale.

    Parameters
    ----------
    items : pandas.DataFrame
        One column per item, numbers, all pointing the same way.
    weights : Series or array, optional
        Weight of each row.

    Returns
    -------
    pandas.DataFrame
        One row per item: `item, mean, sd` (points of its scale), `n` (answers), `item_rest_correlation` (with
        the sum of the other items), `alpha_if_dropped` (missing when only two items are there).

    Raises
    ------
    ParameterError, DataError
        As `alpha`.

    Notes
    -----
    A small gain in `alpha_if_dropped` is no reason to drop an item: it may be chance, and the wording is lost.

    References
    ----------
    DeVellis & Thorpe (2021), *Scale Development*, ch. 5.

    Examples
    --------
    >>> ready = pd.DataFrame({"goal": [1, 2, 4, 5, 3], "time": [2, 2, 5, 4, 3], "trade": [1, 3, 4, 5, 2]})
    >>> item_table(ready).round(3)
        item  mean     sd  n  item_rest_correlation  alpha_if_dropped
    0   goal   3.0  1.581  5                  0.943             0.833
    1   time   3.2  1.304  5                  0.809             0.947
    2  trade   3.0  1.581  5                  0.855             0.909
    """
    answers = read_items(items, weights, "item_table")
    matrix = covariances(answers)
    warn_of_reversal(opposed_items(answers.names, matrix), "item_table")
    known = ~np.isnan(answers.values)
    weighted = known * answers.weights[:, None]
    return pd.DataFrame(
        {
            "item": answers.names,
            "mean": np.nansum(weighted * np.where(known, answers.values, 0.0), axis=0) / weighted.sum(axis=0),
            "sd": np.sqrt(np.diag(matrix)),
            "n": known.sum(axis=0),
            "item_rest_correlation": item_rest(matrix),
            "alpha_if_dropped": list(_without_each(matrix)),
        }
    )


def _without_each(matrix: np.ndarray) -> Iterator[float]:
    for place in range(len(matrix)):
        kept = np.delete(np.arange(len(matrix)), place)
        rest = matrix[np.ix_(kept, kept)]
        yield _alpha(rest, "item_table") if len(kept) > 1 and rest.sum() > 0 else math.nan


def design_alpha(
    design: SurveyDesign,
    items: Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate Cronbach's alpha in the population a sample was drawn from.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    items : list of str
        Columns of the items, all pointing the same way; a firm counts when it answered all of them.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, then `estimate, se, low, high, n, n_weighted, df, method, flag`; the standard error is
        linearised under the design, the interval Student's t of log(1 − alpha).

    Raises
    ------
    ParameterError, DataError
        As `alpha`.

    Notes
    -----
    Do not compare groups by their alphas alone: a group whose answers vary less has a lower one.

    References
    ----------
    R survey, `svycralpha`, for the estimate; Bonett (2002), *Journal of Educational and Behavioral Statistics*
    27:335, for the scale of the interval.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1, 2, 1, 2, 3], "goal": [1, 2, 4, 5, 3], "time": [2, 2, 5, 4, 3]})
    >>> design_alpha(SurveyDesign(firms, weights="w"), ["goal", "time"])[["estimate", "n"]].round(3)
       estimate  n
    0     0.908  5
    """
    return design_reliability(design, items, by, _alpha_influence, "alpha", level)


def _alpha_influence(answers: ItemAnswers) -> tuple[float, np.ndarray]:
    """Give alpha and each firm's influence on it, whose weighted mean is 0."""
    centred = answers.values - np.average(answers.values, axis=0, weights=answers.weights)
    parts, whole = (centred**2).sum(axis=1), centred.sum(axis=1) ** 2
    total = np.average(whole, weights=answers.weights)
    if total <= 0:
        raise DataError(
            "alpha(): the sum of the items does not vary. Reverse those that run against the others."
        )
    share = np.average(parts, weights=answers.weights) / total
    count = len(answers.names)
    return count / (count - 1) * (1 - share), -count / (count - 1) * (parts - share * whole) / total


def design_reliability(
    design: SurveyDesign,
    items: Sequence[str],
    by: str | Sequence[str] | None,
    measure: Callable[[ItemAnswers], tuple[float, np.ndarray]],
    name: str,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate a coefficient of reliability under a design from the influence of each firm on it.

    Parameters
    ----------
    design : SurveyDesign
        The answers and how the firms were drawn.
    items : list of str
        Columns of the items.
    by : str, list of str or None
        Columns to group by.
    measure : function of ItemAnswers
        Gives the coefficient and each firm's influence on it.
    name : str
        What it is called, for messages.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `design_alpha`.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1, 2, 1, 2, 3], "goal": [1, 2, 4, 5, 3], "time": [2, 2, 5, 4, 3]})
    >>> design = SurveyDesign(firms, weights="w")
    >>> design_reliability(design, ["goal", "time"], None, _alpha_influence, "alpha")["n"].item()
    5
    """
    _check_level(level)
    names = columns.group_names(design.data, by)
    data = design.data.reset_index(drop=True)
    groups = data.groupby(names, sort=True, observed=True).indices if names else {(): np.arange(len(data))}
    tables = []
    for key, rows in groups.items():
        keys = dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True))
        row = _one_reliability(design, list(items), np.sort(rows), measure, name, level)
        tables.append(pd.DataFrame([{**keys, **row}]))
    return pd.concat(tables, ignore_index=True).astype({"method": "string", "flag": "string"})


def _one_reliability(
    design: SurveyDesign,
    items: list[str],
    rows: np.ndarray,
    measure: Callable[[ItemAnswers], tuple[float, np.ndarray]],
    name: str,
    level: float,
) -> dict[str, Any]:
    data, weights = design.data.reset_index(drop=True), design.weights.to_numpy()
    found = pd.DataFrame({item: columns.column(data, item) for item in items}).iloc[rows]
    whole = found.notna().all(axis=1).to_numpy()
    answers = read_items(found[whole], weights[rows][whole], name)
    matrix = covariances(answers)
    opposed = opposed_items(answers.names, matrix)
    warn_of_reversal(opposed, f"design_{name}")
    estimate, influence = measure(answers)
    told = _mean_of(design, rows[whole], influence, level)
    low, high = log_limits(estimate, told["se"], float(special.stdtrit(max(told["df"], 1), (1 + level) / 2)))
    flags = [_reversal_flag(opposed), "n<30" if told["n"] < 30 else "", "" if told["df"] > 0 else "df=0"]
    return {
        "estimate": estimate,
        "se": told["se"],
        "low": low if told["df"] > 0 else math.nan,
        "high": high if told["df"] > 0 else math.nan,
        **{part: told[part] for part in ("n", "n_weighted", "df")},
        "method": "linearised, log(1 − x)",
        "flag": "; ".join(filter(None, flags)),
    }


def _mean_of(design: SurveyDesign, rows: np.ndarray, values: np.ndarray, level: float) -> dict[str, Any]:
    """Estimate the mean of values known on some rows of the design's domain."""
    place = "row_of_design"
    while place in design.data:
        place += "_"
    numbered = design.transform(lambda data: data.assign(**{place: np.arange(len(data))}))
    known = pd.Series(values, index=numbered.data[place].to_numpy()[rows])
    scored = numbered.transform(lambda data: data.assign(**{place: data[place].map(known)}))
    return scored.mean(place, level=level).iloc[0].to_dict()


def log_limits(estimate: float, se: float, quantile: float) -> tuple[float, float]:
    """Give the interval of a reliability on the scale of log(1 − reliability), which ends at 1.

    Parameters
    ----------
    estimate, se : float
        The coefficient and its standard error.
    quantile : float
        Quantile of the normal or t distribution.

    Returns
    -------
    tuple of float
        Not a number when the coefficient is 1 or the standard error is unknown.

    Examples
    --------
    >>> low, high = log_limits(0.8, 0.02, 1.96)
    >>> f"{low:.3f} to {high:.3f}"
    '0.757 to 0.836'
    """
    if math.isnan(se) or estimate >= 1:
        return math.nan, math.nan
    half = quantile * se / (1 - estimate)
    return 1 - (1 - estimate) * math.exp(half), 1 - (1 - estimate) * math.exp(-half)
