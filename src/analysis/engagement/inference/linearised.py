"""How sure is a figure about very many posts: from sums over weeks or businesses, without drawing anything."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import special

from analysis.engagement.inference.aggregates import Chosen, at_rank, histogram, moments, ordered
from analysis.engagement.inference.bootstrap import MINIMUM
from analysis.engagement.inference.estimates import Bootstrap, flags

__all__ = ["summarise"]


def summarise(
    chosen: Chosen, measures: int, statistics: Iterable[str], how: Bootstrap
) -> dict[int, pd.DataFrame]:
    """Estimate the statistics of each measure in each group of many posts.

    Parameters
    ----------
    chosen : Chosen
        The groups.
    measures : int
        How many measures there are.
    statistics : iterable of {"median", "pooled", "mean"}
    how : Bootstrap
        Level, and what is drawn together (here: what is a block).

    Returns
    -------
    dict
        Number of the measure → a table with a row per group: `n, zero, positive`, `unit, blocks, held`, and per
        statistic `estimate, se, low, high` as `median_estimate`...

    Notes
    -----
    Sums and means: the linearised (delta method) variance between blocks and Student's t with blocks − strata
    degrees of freedom. Medians: Woodruff's interval, whose limits are values of posts. With few blocks they are
    too narrow, as any interval is.

    References
    ----------
    Woodruff (1952), Confidence intervals for medians and other position measures. Cochran (1977), Sampling
    Techniques, ch. 6 and 11.

    Examples
    --------
    >>> import narwhals.stable.v2 as nw
    >>> table = pd.DataFrame({"platform": "x", "account": list("abcdefghi") * 9, "_o0": 1.0, "_u0": 2.0, "_v0": 0.5})
    >>> everything = Chosen(nw.from_native(table).lazy(), [], pd.DataFrame(index=[0]))
    >>> found = summarise(everything, 1, ["pooled"], Bootstrap(0.95, 100, 0, "accounts"))
    >>> found[0][["pooled_estimate", "b"]].to_dict("records")
    [{'pooled_estimate': 0.5, 'b': 9.0}]
    """
    statistics = list(statistics)
    bins = {place: histogram(chosen, place) for place in range(measures)} if "median" in statistics else {}
    limits = (
        pd.concat([_limits(place, table, chosen) for place, table in bins.items()], axis=1) if bins else None
    )
    found = _by_unit(chosen, measures, statistics, limits, how.together)
    return {
        place: _measure(chosen, place, table, statistics, bins.get(place), how)
        for place, table in found.items()
    }


def thresholds(chosen: Chosen, bins: dict[int, pd.DataFrame]) -> pd.DataFrame | None:
    """Give the bins of the medians of each measure, none when no median is wanted."""
    found = [_limits(place, table, chosen) for place, table in bins.items()]
    return pd.concat(found, axis=1) if found else None


def _limits(place: int, bins: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """Say which bin holds the median of each group, and what part of it lies below."""
    total = bins.groupby("_group")["count"].sum()
    middle = at_rank(bins, np.ceil(total / 2)).set_index("_group")
    part = (total / 2 - middle["before"]) / middle["count"]
    return pd.DataFrame(
        {f"_t{place}": middle["bin"], f"_w{place}": part}, index=chosen.groups.index, dtype=float
    )


def _by_unit(
    chosen: Chosen, measures: int, statistics: list[str], limits: pd.DataFrame | None, together: str
) -> dict[int, pd.DataFrame]:
    """Take accounts as blocks where a measure has several of them, else the weeks of its only account."""
    places = range(measures)
    table, weekly = None, pd.DataFrame(True, index=chosen.groups.index, columns=list(places))
    if together != "weeks":
        table = moments(chosen, measures, statistics, limits, weeks=False)
        alone = [(table[f"b{place}"] == 1) & (together == "auto") for place in places]
        weekly = pd.concat(alone, axis=1, keys=places)
    if weekly.any(axis=None):
        weeks = moments(chosen, measures, statistics, limits, weeks=True)
        table = weeks if table is None else _replaced(table, weeks, weekly)
    return {place: _of_one(table, place, weekly[place]) for place in places}


def _replaced(table: pd.DataFrame, weeks: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    """Put the sums over weeks where a measure of a group is to be drawn by weeks."""
    return pd.DataFrame({name: table[name].mask(weekly[_place(name)], weeks[name]) for name in table})


def _of_one(table: pd.DataFrame, place: int, weekly: pd.Series) -> pd.DataFrame:
    """Choose the sums of one measure and name what its blocks are."""
    names = [name for name in table if _place(name) == place]
    one = table[names].rename(columns=lambda name: name.removesuffix(str(place)))
    unit = np.where(~weekly, "accounts", np.where(one["d"] > 0, "weeks", "posts"))
    return one.assign(unit=unit, held=np.where(weekly & (one["h"] > 1), one["h"], 0.0))


def _place(name: str) -> int:
    return int(name[len(name.rstrip("0123456789")) :])


def _measure(
    chosen: Chosen,
    place: int,
    sums: pd.DataFrame,
    statistics: list[str],
    bins: pd.DataFrame | None,
    how: Bootstrap,
) -> pd.DataFrame:
    enough = sums["b"] >= MINIMUM
    df = (sums["b"] - sums["h"]).clip(lower=1)
    t = pd.Series(special.stdtrit(df, (1 + how.level) / 2), sums.index).where(enough)
    made = {}
    for name in statistics:
        if name == "median":
            found = _median(chosen, place, sums, bins, t)
        else:
            found = _ratio(sums, *(("o", "u") if name == "pooled" else ("v", "n")), t)
        made |= {f"{name}_{column}": found[column] for column in found}
    return sums.assign(**made)


def _ratio(sums: pd.DataFrame, above: str, below: str, t: pd.Series) -> pd.DataFrame:
    """Estimate a ratio of sums over blocks."""
    estimate = sums[above] / sums[below].where(sums[below] != 0)
    products = [_product(sums, pair) for pair in (above + above, above + below, below + below)]
    variance = products[0] - 2 * estimate * products[1] + estimate**2 * products[2]
    se = (np.sqrt(variance.clip(lower=0)) / sums[below]).where(t.notna())
    return pd.DataFrame({"estimate": estimate, "se": se, "low": estimate - t * se, "high": estimate + t * se})


def _product(sums: pd.DataFrame, pair: str) -> pd.Series:
    return sums[pair] if pair in sums else sums[pair[::-1]]


def _median(chosen: Chosen, place: int, sums: pd.DataFrame, bins: pd.DataFrame, t: pd.Series) -> pd.DataFrame:
    """Estimate the median, and its limits by the ranks to which its rank may err."""
    n = sums["n"]
    variance = sums["cc"] - sums["cn"] + sums["nn"] / 4
    error = t * np.sqrt(variance.clip(lower=0)) / n
    ranks = pd.DataFrame(
        {
            "lower": np.floor((n + 1) / 2),
            "upper": np.ceil((n + 1) / 2),
            "low": np.ceil(n * (0.5 - error).clip(lower=0)).clip(lower=1),
            "high": np.ceil(n * (0.5 + error).clip(upper=1)).clip(lower=1),
        }
    )
    values = ordered(chosen, place, bins, ranks)
    middle = (values["lower"] + values["upper"]) / 2
    se = (values["high"] - values["low"]) / (2 * t)
    return pd.DataFrame({"estimate": middle, "se": se, "low": values["low"], "high": values["high"]})


def method(unit: str, blocks: float, held: float, statistic: str) -> str:
    """Say how an interval was made.

    Examples
    --------
    >>> method("weeks", 104.0, 3.0, "median")
    'Woodruff, 104 weeks within 3 accounts held fixed'
    """
    within = f" within {held:.0f} accounts held fixed" if held else ""
    return f"{'Woodruff' if statistic == 'median' else 'linearised'}, {blocks:.0f} {unit}{within}"


def row(found: pd.Series, statistic: str) -> dict:
    """Give one statistic of one group as a row of estimates.

    Examples
    --------
    >>> found = {"mean_estimate": 5.0, "mean_se": 1.0, "mean_low": 3.0, "mean_high": 7.0, "n": 20_000.0}
    >>> row(pd.Series(found | {"b": 50.0, "unit": "accounts", "held": 0.0}), "mean")["method"]
    'linearised, 50 accounts'
    """
    numbers = {name: float(found[f"{statistic}_{name}"]) for name in ("estimate", "se", "low", "high")}
    enough = found["b"] >= MINIMUM
    how = method(found["unit"], found["b"], found["held"], statistic) if enough else "no interval"
    flag = "" if enough else f"{found['unit']}<{MINIMUM}"
    return numbers | {"method": how, "flag": flags(int(found["n"]), flag)}
