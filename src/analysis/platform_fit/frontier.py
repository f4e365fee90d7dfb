"""How much could be reached with the same hours? The efficiency frontier of effort and result.

The frontier is what the firms that get most out of their hours reach. Firms below it get less from as many hours, for
reasons that may be skill, trade, luck, or bad memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.platform_fit.fit import amounts, refuse_other
from analysis.survey import SurveyDesign

__all__ = ["Hull", "attained", "efficiency", "frontier"]

Hull = Literal["free_disposal", "convex", "partial"]
RATES = {"free_disposal": 1 / 2, "convex": 2 / 3}
PEERS = 30


class Firms(NamedTuple):
    """Hold the effort, the result and the weight of each firm known, by rising effort."""

    effort: np.ndarray
    result: np.ndarray
    weight: np.ndarray


def frontier(
    data: pd.DataFrame,
    *,
    effort: str = "hours_per_week",
    result: str = "leads",
    hull: Hull = "free_disposal",
    weights: str | None = None,
    peers: int = PEERS,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Trace the most that firms reach with each amount of effort.

    Parameters
    ----------
    data : pandas.DataFrame
        One row per firm.
    effort, result : str
        Columns, 0 or more; firms that miss one are left out.
    hull : {"free_disposal", "convex", "partial"}
        `free_disposal`: the best result of any firm with as little effort or less; `convex`: the same, mixtures of
        firms included; `partial`: the best of `peers` firms drawn at random among these, on average, which one odd
        firm moves little.
    weights : str, optional
        Column of weights; they count in `partial`, and hulls have none.
    peers : int
        Firms drawn, for `partial`.
    level : float
        Confidence level.
    draws : int
        Bootstrap samples.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        `effort` (each amount found), `estimate` (result on the frontier), `se, low, high`, `n` (firms with as little
        effort or less), `method, flag`. Hulls have no `se`, and for them `low` is the estimate itself: the true
        frontier lies on it or above.

    Raises
    ------
    DataError
        When fewer than ten firms are known, or a value is below 0.
    ParameterError
        When a column does not exist or an option cannot be one.

    Notes
    -----
    Hulls are set by single firms: one mistaken answer moves them, and they lie too low in small samples. Their
    intervals come from subsamples, scaled by how fast each hull approaches the truth. More hours do not cause more
    enquiries.

    References
    ----------
    Deprins, Simar & Tulkens (1984) and Banker, Charnes & Cooper (1984), *Management Science* 30:1078, for the hulls;
    Cazals, Florens & Simar (2002), *J. of Econometrics* 106:1, for the partial frontier; Jeong & Simar (2006), *J. of
    Multivariate Analysis* 97:2207, and Kneip, Simar & Wilson (2008), *Econometric Theory* 24:1663, for subsampling.

    Examples
    --------
    >>> firms = pd.DataFrame({"hours_per_week": [1, 2, 3, 4] * 3, "leads": [2, 1, 6, 4] + [0] * 8})
    >>> frontier(firms, draws=20)[["effort", "estimate", "n"]].values.tolist()
    [[1.0, 2.0, 3.0], [2.0, 2.0, 6.0], [3.0, 6.0, 9.0], [4.0, 6.0, 12.0]]
    """
    _refuse(hull, peers, level, draws)
    firms = _firms(data, effort, result, weights)
    grid = np.unique(firms.effort)
    best = _curve(hull, peers)
    estimate = best(firms, grid)
    se, low, high = _limits(firms, grid, estimate, hull, best, level, draws, np.random.default_rng(seed))
    count = np.searchsorted(firms.effort, grid, side="right")
    table = pd.DataFrame(
        {"effort": grid, "estimate": estimate, "se": se, "low": low, "high": high, "n": count, "method": hull}
    )
    return table.assign(flag=np.where(count < 30, "n<30", "")).astype({"method": "string", "flag": "string"})


def _refuse(hull: str, peers: int, level: float, draws: int) -> None:
    choices = ("free_disposal", "convex", "partial")
    if hull not in choices:
        raise ParameterError(
            f'hull="{hull}" is not a choice.{did_you_mean(str(hull), choices)} Choices: {", ".join(choices)}.'
        )
    whole = all(isinstance(count, int | np.integer) for count in (peers, draws))
    if not whole or peers < 1 or draws < 2 or not 0 < level < 1:
        raise ParameterError(
            f"peers={peers}, draws={draws}, level={level}: give 1 peer or more and 2 draws or more, in whole numbers, "
            "and a level in (0, 1)."
        )


def _firms(data: pd.DataFrame, effort: str, result: str, weights: str | None) -> Firms:
    for name in filter(None, (effort, result, weights)):
        if name not in data.columns:
            raise ParameterError(
                f'There is no column "{name}".{did_you_mean(name, [str(c) for c in data.columns])}'
            )
    columns = [amounts(data, name) for name in (effort, result)]
    weight = np.ones(len(data)) if weights is None else amounts(data, weights)
    if (weight < 0).any():
        raise DataError(f'Column "{weights}" holds {np.nanmin(weight):g}: a weight is 0 or more.')
    known = np.isfinite(columns[0]) & np.isfinite(columns[1]) & (weight > 0)
    if known.sum() < 10:
        raise DataError(f"{known.sum()} firms told both {effort} and {result}: a frontier needs ten or more.")
    for name, column in zip((effort, result), columns, strict=True):
        if (column[known] < 0).any():
            raise DataError(
                f'Column "{name}" holds {column[known].min():g}: a frontier needs amounts of 0 or more.'
            )
    order = np.lexsort([weight[known], columns[1][known], columns[0][known]])
    return Firms(*(values[known][order] for values in (*columns, weight)))


def _curve(hull: str, peers: int) -> Callable[[Firms, np.ndarray], np.ndarray]:
    return {
        "free_disposal": _free_disposal,
        "convex": _convex,
        "partial": lambda f, g: _partial(f, g, peers),
    }[hull]


def _free_disposal(firms: Firms, grid: np.ndarray) -> np.ndarray:
    best = np.maximum.accumulate(firms.result)
    place = np.searchsorted(firms.effort, grid, side="right") - 1
    return np.where(place >= 0, best[np.maximum(place, 0)], np.nan)


def _convex(firms: Firms, grid: np.ndarray) -> np.ndarray:
    """Follow the upper concave hull of the points, level after its highest."""
    points: list[tuple[float, float]] = []
    steps = np.unique(firms.effort)
    for x, y in zip(steps, _free_disposal(firms, steps), strict=True):
        while len(points) > 1 and _below(points[-2], points[-1], (x, y)):
            points.pop()
        points.append((x, y))
    corners = np.array(points)
    return np.where(grid >= corners[0, 0], np.interp(grid, corners[:, 0], corners[:, 1]), np.nan)


def _below(first: tuple[float, float], middle: tuple[float, float], last: tuple[float, float]) -> bool:
    return (middle[1] - first[1]) * (last[0] - first[0]) <= (last[1] - first[1]) * (middle[0] - first[0])


def _partial(firms: Firms, grid: np.ndarray, peers: int) -> np.ndarray:
    """Average the best of so many firms drawn, by weight, among those with as little effort or less."""
    values = np.unique(firms.result)
    place = np.searchsorted(firms.effort, grid, side="right")
    level = np.searchsorted(values, firms.result)
    mass = np.zeros(len(values))
    found, done = np.full(len(grid), np.nan), 0
    for number, until in enumerate(place):
        mass += np.bincount(level[done:until], weights=firms.weight[done:until], minlength=len(values))
        done = until
        if until:
            reached = np.cumsum(mass) / mass.sum()
            found[number] = values @ np.diff(reached**peers, prepend=0.0)
    return found


def _limits(
    firms: Firms,
    grid: np.ndarray,
    estimate: np.ndarray,
    hull: str,
    best: Callable[[Firms, np.ndarray], np.ndarray],
    level: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw firms again: as many for the smooth frontier, fewer for hulls, whose own bootstrap would be wrong."""
    n = len(firms.effort)
    size = n if hull == "partial" else max(5, round(n ** (2 / 3)))
    curves = np.array([best(_again(firms, rng, size, hull), grid) for _ in range(draws)])
    if hull == "partial":
        low, high = np.nanquantile(curves, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return (
            _spread(curves),
            np.minimum(low, np.maximum(2 * estimate - high, 0)),
            np.maximum(high, 2 * estimate - low),
        )
    short = np.where(np.isnan(curves), 0.0, estimate - curves) * (size / n) ** RATES[hull]
    return np.full(len(grid), np.nan), estimate, estimate + np.quantile(short, level, axis=0)


def _spread(curves: np.ndarray) -> np.ndarray:
    """Give the standard deviation of each column over the draws that have it, missing where fewer than two do."""
    n = (~np.isnan(curves)).sum(axis=0)
    mean = np.nansum(curves, axis=0) / np.maximum(n, 1)
    squares = np.nansum((curves - mean) ** 2, axis=0)
    return np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))


def _again(firms: Firms, rng: np.random.Generator, size: int, hull: str) -> Firms:
    drawn = np.sort(rng.choice(len(firms.effort), size=size, replace=hull == "partial"))
    return Firms(*(values[drawn] for values in firms))


def efficiency(
    data: pd.DataFrame,
    *,
    effort: str = "hours_per_week",
    result: str = "leads",
    hull: Hull = "free_disposal",
    weights: str | None = None,
    peers: int = PEERS,
) -> pd.Series:
    """Measure how much of the frontier each firm reaches with its effort.

    Parameters
    ----------
    data, effort, result, hull, weights, peers
        As for `frontier`.

    Returns
    -------
    pandas.Series
        `efficiency` by row of `data`: the firm's result over that of the frontier at its effort, from 0 to 1 (above 1
        is possible for `partial`); missing where the firm or the frontier has nothing to tell (a frontier of 0).

    Raises
    ------
    DataError, ParameterError
        As `frontier`.

    Notes
    -----
    Noise counts as inefficiency: with counts as small as monthly enquiries most of the distance may be chance.

    References
    ----------
    Farrell (1957), *JRSS A* 120:253.

    Examples
    --------
    >>> firms = pd.DataFrame({"hours_per_week": [1, 2, 3, 4] * 3, "leads": [2, 1, 6, 4] + [0] * 8})
    >>> efficiency(firms).head(4).round(2).tolist()
    [1.0, 0.5, 1.0, 0.67]
    """
    _refuse(hull, peers, 0.95, 2)
    firms = _firms(data, effort, result, weights)
    spent, reached = (
        data[c].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for c in (effort, result)
    )
    known = np.isfinite(spent) & np.isfinite(reached)
    best = np.full(len(data), np.nan)
    grid = np.unique(firms.effort)
    place = np.searchsorted(grid, spent[known], side="right") - 1
    best[known] = np.where(place >= 0, _curve(hull, peers)(firms, grid)[np.maximum(place, 0)], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(best > 0, reached / best, np.nan)
    return pd.Series(share, index=data.index, name="efficiency")


def attained(
    design: SurveyDesign,
    *,
    part: float = 0.5,
    effort: str = "hours_per_week",
    result: str = "leads",
    hull: Hull = "partial",
    peers: int = PEERS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the share of firms that reach a part of the frontier or more.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or a domain of it: the frontier is that of its rows.
    part : float
        Part of the frontier, above 0.
    effort, result, hull, peers
        As for `frontier`; the design's weights count in `partial`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `part`, then as `SurveyDesign.proportion`.

    Raises
    ------
    DataError, ParameterError
        As `frontier`; also when the part is not above 0.

    Notes
    -----
    The frontier is taken as known: what is uncertain about it is not in this interval.

    References
    ----------
    Farrell (1957), *JRSS A* 120:253.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "hours_per_week": [1, 2, 3, 4] * 3, "leads": [2, 1, 6, 4] + [1] * 8})
    >>> attained(SurveyDesign(firms, weights="w"), hull="free_disposal")[["part", "estimate", "n"]].round(2)
       part  estimate   n
    0   0.5      0.67  12
    """
    refuse_other(design, "attained")
    if not part > 0:
        raise ParameterError(f"part={part}: give a part of the frontier above 0.")
    numbered = design.transform(lambda data: data.assign(frontier_row=np.arange(len(data))))
    rows = numbered.data.assign(frontier_weight=numbered.weights).set_index("frontier_row")
    reached = efficiency(
        rows, effort=effort, result=result, hull=hull, weights="frontier_weight", peers=peers
    )
    flags = (reached >= part).astype("Int64").mask(reached.isna())
    marked = numbered.transform(
        lambda data: data.assign(attained=flags.reindex(data["frontier_row"]).set_axis(data.index))
    )
    table = marked.proportion("attained", level=level)
    table.insert(0, "part", float(part))
    return table
