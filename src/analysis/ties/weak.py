"""How many ties are weak? The share under each of a range of thresholds, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.estimates import refuse_level
from analysis.ties.network import network
from analysis.ties.overlap import common_contacts, overlaps
from analysis.ties.table import distinct_ties

__all__ = ["OVERLAPS", "bridge_share", "weak_tie_share", "wilson"]

OVERLAPS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
FEW = 30
NEAR = 1e-12


def weak_tie_share(
    graph: Any,
    thresholds: Sequence[float] | None = None,
    weight: str | None = None,
    *,
    weights: str | None = None,
    clusters: str | None = None,
    strata: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the share of ties that are weak, for each threshold under which a tie counts as weak.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.
    thresholds : sequence of float, optional
        A tie is weak when its value is at most the threshold. Left out: overlaps from 0 to 0.5, or for a
        strength its deciles (all its values when there are ten or fewer), the largest value apart.
    weight : str, optional
        Edge attribute or column with the strength of a tie; neighbourhood overlap when left out.
    weights, clusters, strata : str, optional
        Columns of a table of ties: design weight, sampling unit (`"ego"`, or the unit egos were drawn in) and
        stratum. The interval then is that of the sampling design.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row per threshold: `measure` ("overlap" or the name of the strength), `threshold`, `estimate`
        (share, 0 to 1), `se, low, high, n` (ties), `method`, `flag` (`n<30`). Wilson's interval.

    Raises
    ------
    ParameterError
        When there is no threshold or one is no number, the level is no share, or design columns are given
        without a table and its `weight`.
    DataError
        When there is no tie, or a column or value is missing.

    Notes
    -----
    No threshold is right: read the whole range. Without `clusters` the interval takes ties as independent,
    which those of one ego are not. With `weight` each ego's account of a tie counts; with overlap each tie
    once.

    References
    ----------
    Wilson, E. B. (1927). Probable inference. Journal of the American Statistical Association 22, 209-212.
    Onnela, J.-P. et al. (2007). PNAS 104, 7332-7336.

    Examples
    --------
    >>> import networkx as nx
    >>> weak_tie_share(nx.karate_club_graph(), [0, 0.1])[["threshold", "estimate", "n"]]
       threshold  estimate   n
    0        0.0  0.141026  78
    1        0.1  0.397436  78
    """
    refuse_level(level)
    design = {"weights": weights, "clusters": clusters, "strata": strata}
    design = {name: column for name, column in design.items() if column is not None}
    values, ties = _values(graph, weight, list(design.values()))
    if not len(values):
        raise DataError("There is no tie: a share of weak ties needs one at least.")
    cuts = _thresholds(values, weight) if thresholds is None else _asked(thresholds)
    rows = [
        {"measure": weight or "overlap", "threshold": cut} | _share(values <= cut + NEAR, ties, design, level)
        for cut in cuts
    ]
    return pd.DataFrame(rows)


def _values(graph: Any, weight: str | None, keep: list[str]) -> tuple[np.ndarray, pd.DataFrame | None]:
    if isinstance(graph, pd.DataFrame) and weight:
        values = pd.to_numeric(graph[weight], errors="coerce") if weight in graph else None
        if values is not None and (values < 0).any():
            return _any_scale(graph, weight, keep)
        ties = distinct_ties(graph, weight, keep=keep)
        return ties["told"].to_numpy(), ties
    if keep:
        raise ParameterError(
            f'Design columns ({", ".join(keep)}) go with a table of ties and weight="its strength".'
        )
    net = network(graph, weight)
    return (net.strength if weight else overlaps(net, common_contacts(net))), None


def _any_scale(ties: pd.DataFrame, weight: str, keep: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Read a strength that may be below 0, as a mean of standardised parts is."""
    least = float(ties[weight].min())
    read = distinct_ties(ties.assign(_strength=ties[weight] - least), "_strength", keep=keep)
    return read["told"].to_numpy() + least, read


def _thresholds(values: np.ndarray, weight: str | None) -> list[float]:
    if weight is None:
        return list(OVERLAPS)
    found = np.unique(values)
    if len(found) > 10:
        found = np.unique(np.quantile(values, np.arange(1, 10) / 10))
        return found.tolist()
    return found[:-1].tolist() or found.tolist()


def _asked(thresholds: Sequence[float] | float, name: str = "thresholds") -> list[float]:
    cuts = pd.to_numeric(pd.Series(np.atleast_1d(np.asarray(thresholds, dtype=object))), errors="coerce")
    if cuts.empty or cuts.isna().any():
        raise ParameterError(
            f"{name}={thresholds}: give one number at least under which a tie counts as weak."
        )
    return cuts.astype(float).tolist()


def _share(
    weak: np.ndarray, ties: pd.DataFrame | None, design: dict[str, str], level: float
) -> dict[str, Any]:
    flag = f"n<{FEW}" if len(weak) < FEW else ""
    if not design:
        return wilson(int(weak.sum()), len(weak), level) | {"method": "Wilson", "flag": flag}
    survey = SurveyDesign(ties.assign(_weak=weak.astype(int), _equal=1.0), **({"weights": "_equal"} | design))
    row = survey.proportion("_weak", interval="wilson", level=level).iloc[0]
    found = {name: row[name] for name in ("estimate", "se", "low", "high", "n")}
    unit = f"clusters: {design['clusters']}" if "clusters" in design else "weighted"
    joined = ", ".join(filter(None, [flag, str(row.get("flag") or "")]))
    return found | {"method": f"Wilson, {unit}", "flag": joined}


def bridge_share(graph: Any, weight: str, weak: float, *, level: float = 0.95) -> pd.DataFrame:
    """Give the share of local bridges among weak ties and among strong ones.

    Parameters
    ----------
    graph : networkx graph or pandas.DataFrame
        Or a table of ties with `ego` and `alter`.
    weight : str
        Edge attribute or column with the strength of a tie; the mean where both ends told it.
    weak : float
        A tie is weak when its strength is at most this.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Rows `strength` weak, strong, difference (weak less strong, Newcombe's interval): `estimate, se, low,
        high, n` (ties), `method`, `flag`.

    Raises
    ------
    ParameterError
        When nothing has that weight, `weak` is no number or the level no share.
    DataError
        When there is no tie, or a column or value is missing.

    Notes
    -----
    Granovetter's claim is that no strong tie is a bridge. In a survey, contacts who know each other without
    saying so make strong ties look like bridges.

    References
    ----------
    Granovetter, M. S. (1973). American Journal of Sociology 78, 1360-1380. Newcombe, R. G. (1998). Interval
    estimation for the difference between independent proportions. Statistics in Medicine 17, 873-890.

    Examples
    --------
    >>> import networkx as nx
    >>> bridge_share(nx.karate_club_graph(), "weight", 2)[["strength", "estimate", "n"]].round(2)
         strength  estimate   n
    0        weak      0.23  30
    1      strong      0.08  48
    2  difference      0.15  78
    """
    refuse_level(level)
    cut = _asked(weak, "weak")[0]
    net = network(graph, weight)
    if not len(net.source):
        raise DataError("There is no tie: a share of bridges needs one at least.")
    bridge = common_contacts(net) == 0
    is_weak = net.strength <= cut + NEAR
    parts = [wilson(int(bridge[side].sum()), int(side.sum()), level) for side in (is_weak, ~is_weak)]
    rows = [
        {"strength": name} | part | {"method": "Wilson", "flag": f"n<{FEW}" if part["n"] < FEW else ""}
        for name, part in zip(("weak", "strong"), parts, strict=True)
    ]
    return pd.DataFrame([*rows, {"strength": "difference"} | _newcombe(*parts)])


def _newcombe(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """Give the difference of two independent shares from their Wilson limits."""
    difference = one["estimate"] - two["estimate"]
    below = np.hypot(one["estimate"] - one["low"], two["high"] - two["estimate"])
    above = np.hypot(one["high"] - one["estimate"], two["estimate"] - two["low"])
    n = one["n"] + two["n"]
    found = {"estimate": difference, "se": np.hypot(one["se"], two["se"]), "low": difference - below}
    few = f"n<{FEW}" if min(one["n"], two["n"]) < FEW else ""
    return found | {"high": difference + above, "n": n, "method": "Newcombe", "flag": few}


def wilson(count: int, n: int, level: float = 0.95) -> dict[str, Any]:
    """Give a share and Wilson's interval for it.

    Parameters
    ----------
    count, n : int
        How many of how many.
    level : float
        Confidence level.

    Returns
    -------
    dict
        `estimate, se, low, high, n`; the share is missing when n is 0.

    References
    ----------
    Wilson, E. B. (1927). Probable inference. Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> found = wilson(27, 78)
    >>> round(found["low"], 4), round(found["high"], 4)
    (0.2501, 0.4567)
    """
    if not n:
        return {"estimate": np.nan, "se": np.nan, "low": np.nan, "high": np.nan, "n": 0}
    z, share = special.ndtri((1 + level) / 2), count / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = 0.0 if count == 0 else float(middle - reach)
    high = 1.0 if count == n else float(middle + reach)
    return {
        "estimate": share,
        "se": float(np.sqrt(share * (1 - share) / n)),
        "low": low,
        "high": high,
        "n": n,
    }
