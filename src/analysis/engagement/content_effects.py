"""Which kinds of posts are answered more, once day, hour, boosting and account are held equal?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.bundles.multiplicity import adjusted, refuse_correction
from analysis.engagement.inference.bootstrap import MINIMUM
from analysis.engagement.inference.counts import CountModel, count_model
from analysis.engagement.posting_times import FEWEST
from analysis.engagement.tables.calendar import hours_of, weekdays_of
from analysis.engagement.tables.interactions import RATES, choices
from analysis.engagement.tables.observed import DAYS, Observed, observed
from analysis.engagement.tables.posts import column_names, text_of
from analysis.engagement.tables.values import check_level, names_given, numbers
from analysis.errors import DataError, ParameterError, did_you_mean

__all__ = ["CONTROLS", "content_effects"]

CONTROLS = ("weekday", "hour_block", "paid")
SMALL = 30
COLUMNS = ["group_1", "group_2", "estimate", "se", "low", "high", "n", "n_1", "n_2", "df", "p", "p_adjusted"]
FACTS = ["size", "n_missing", "n_young", "n_silent", "method", "flag"]


def content_effects(
    posts: Any,
    by: str = "kind",
    *,
    outcome: str = "interactions",
    over: Literal["reach", "followers", "views"] | None = "reach",
    controls: Iterable[str] = CONTROLS,
    reference: str | None = None,
    zone: str | None = None,
    days: float | None = DAYS,
    correction: Literal["holm", "bh", "none"] = "holm",
    level: float = 0.95,
    together: Literal["auto", "weeks", "accounts"] = "auto",
) -> pd.DataFrame:
    """Compare kinds of posts by a negative binomial model with day, hour, boosting and account held equal.

    Parameters
    ----------
    posts : table
        The posts contract, in any table narwhals reads.
    by : str
        Column compared: `kind`, `topic`, `owner_type`...
    outcome : str
        `interactions` or a column of counts.
    over : {"reach", "followers", "views"} or None
        What the count is measured against (offset); `None`: the count itself.
    controls : iterable of str
        Held equal: `weekday`, `hour_block` (three hours), `paid`, or other columns of the table.
    reference : str, optional
        Group compared with; the most frequent unless named.
    zone, days
        As for `posting_times`.
    correction : {"holm", "bh", "none"}
        For testing several groups.
    level : float
    together : {"auto", "weeks", "accounts"}
        Clusters: accounts when there are several, weeks within one account (`auto`); `weeks` holds accounts fixed.

    Returns
    -------
    pandas.DataFrame
        One row per group but the reference (none when there is one group or no measured post): `group_1`
        (reference), `group_2`, `estimate` (ratio: 1.3 is 30 % more), `se` (of the ratio), `low, high`, `n` (posts of
        the model), `n_1`, `n_2`, `df`, `p`,
        `p_adjusted`, `size` (negative binomial; large: Poisson), `n_missing`, `n_young`, `n_silent` (posts of
        accounts without any response), `method`, `flag` (`n<30`: described only, without model or interval;
        `n<5`: a group too small; `weeks<8`, `accounts<8`).

    Raises
    ------
    ParameterError
        When a choice is unknown or the reference is not among the groups.
    DataError
        When a column is absent.

    Notes
    -----
    A ratio is not the effect of the kind: kinds are chosen, and what is not in the table is not held equal.
    Each account has a level of its own (no random intercept), unless the groups never vary within an account.
    Groups of which all clusters number under eight get no interval.

    References
    ----------
    Hilbe (2011), Negative Binomial Regression; Holm (1979), Scandinavian Journal of Statistics 6. See `count_model`.

    Examples
    --------
    >>> days = pd.date_range("2025-01-06 09:10", periods=120, freq="D")
    >>> table = pd.DataFrame({"published": days, "kind": ["photo", "photo", "link"] * 40, "reach": 100})
    >>> table["reactions"] = [12 if kind == "photo" else 6 for kind in table["kind"]]
    >>> found = content_effects(table)
    >>> found[["group_1", "group_2", "estimate", "n_2"]].round(2).to_dict("records")
    [{'group_1': 'photo', 'group_2': 'link', 'estimate': 0.5, 'n_2': 40}]
    """
    refuse_correction(correction)
    check_level(level)
    controls = [controls] if isinstance(controls, str) else list(controls)
    choices("together", [together], ("auto", "weeks", "accounts"))
    if over is not None:
        choices("over", [over], RATES)
    extra = [name for name in controls if name not in ("weekday", "hour_block", "paid")]
    measure = outcome if over is None else f"{outcome} over {over}"
    seen, under = _with_offset(
        posts,
        outcome,
        over,
        needed=["published", *names_given("by", by), *extra],
        optional=["paid"],
        zone=zone,
        days=days,
    )
    table = _in_order(seen, under, by)
    sizes = table[by].value_counts().to_dict()
    groups = sorted(sizes, key=lambda name: (-sizes[name], str(name)))
    if reference is not None and reference not in groups:
        raise ParameterError(
            f'reference="{reference}" is not a group of {by}.{did_you_mean(str(reference), map(str, groups))} '
            f"Groups: {', '.join(map(str, groups))}."
        )
    base = reference if reference is not None else groups[0] if groups else None
    others = [name for name in groups if name != base]
    held = [name for name in controls if name != by]
    rows = (
        []
        if not others
        else _described(table, by, base, others, sizes)
        if len(table) < SMALL
        else _modelled(table, by, base, others, sizes, held, together, level)
    )
    found = pd.DataFrame(rows, columns=[*COLUMNS, *FACTS])
    found["p_adjusted"] = adjusted(found["p"].tolist(), correction)
    found["method"] = (
        f"{measure}: " + found["method"].astype(str) + ("" if len(table) < SMALL else f"; {correction}")
    )
    found["n_missing"], found["n_young"] = seen.n_missing + int((~(under > 0)).sum()), seen.n_young
    return found


def _with_offset(posts: Any, outcome: str, over: str | None, **options: Any) -> tuple[Observed, np.ndarray]:
    """Read posts, and what the count of each is measured against."""
    if over is not None and over not in column_names(posts):
        raise DataError(
            f'The table of posts has no column "{over}", which the count is measured against. '
            "Name another by over=, or give over=None for the count itself."
        )
    if outcome == "interactions":
        seen = observed(posts, outcome if over is None else f"engagement by {over}", **options)
        return seen, seen.of("_under")[0]
    optional = [*options.pop("optional"), *([over] if over else [])]
    seen = observed(posts, outcome, optional=optional, **options)
    return seen, seen.of("_under")[0] if over is None else numbers(seen.posts[over], over)


def _in_order(seen: Observed, under: np.ndarray, by: str) -> pd.DataFrame:
    """Give the posts of a group with `_offset`; a post reached by nobody cannot be measured."""
    usable = (under > 0) & seen.posts[by].notna().to_numpy()
    offset = np.log(under, out=np.full(len(under), np.nan), where=usable)
    account, clock, over = seen.of("_account", "_clock", "_over")
    order = np.lexsort((offset, over, clock, account))
    order = order[usable[order]]
    return seen.posts.iloc[order].reset_index(drop=True).assign(_offset=offset[order])


def _described(table: pd.DataFrame, by: str, base: Any, others: list, sizes: Mapping) -> list[dict]:
    """Describe the ratio of two pooled rates where posts are too few for a model."""
    sums = table.assign(_denominator=np.exp(table["_offset"])).groupby(by)[["_over", "_denominator"]].sum()
    rate = sums["_over"] / sums["_denominator"]
    rows = []
    for name in others:
        few = min(sizes[base], sizes[name]) < FEWEST
        rows.append(
            _row(base, name, len(table), sizes)
            | {
                "estimate": np.nan if few or rate[base] == 0 else rate[name] / rate[base],
                "n_silent": 0,
                "method": "ratio of pooled rates, described only",
                "flag": f"n<{FEWEST}, n<{SMALL}" if few else f"n<{SMALL}",
            }
        )
    return rows


def _row(base: Any, name: Any, n: int, sizes: Mapping) -> dict:
    return {"group_1": base, "group_2": name, "n": n, "n_1": int(sizes[base]), "n_2": int(sizes[name])}


def _modelled(
    table: pd.DataFrame,
    by: str,
    base: Any,
    others: list,
    sizes: Mapping,
    controls: list[str],
    together: str,
    level: float,
) -> list[dict]:
    enough = [name for name in others if sizes[name] >= FEWEST]
    group = pd.Index([base, *enough]).get_indexer(table[by])
    account = np.unique(table["_account"].to_numpy(dtype=str), return_inverse=True)[1]
    sums = np.bincount(account, np.where(group >= 0, table["_over"].to_numpy(), 0.0))
    silent = int((sums[account] <= 0)[group >= 0].sum())
    chosen = (group >= 0) & (sums[account] > 0)
    table, group, account = table[chosen].reset_index(drop=True), group[chosen], account[chosen]
    varies = len(set(zip(account.tolist(), group.tolist(), strict=True))) > len(set(account.tolist()))
    unit, cluster = _clusters(table, together if varies else "accounts")
    design, names = _design(table, by, group == np.arange(1, len(enough) + 1)[:, None], controls, varies)
    level_of = account if varies else np.zeros(len(table))
    fit = count_model(table["_over"].to_numpy(), design, table["_offset"].to_numpy(), level_of, cluster)
    method = _method(fit, unit, names, varies)
    rows = []
    for name in others:
        row = _row(base, name, len(table), sizes) | {"size": fit.size, "n_silent": silent, "method": method}
        if name not in enough:
            rows.append(row | {"flag": f"n<{FEWEST}"})
            continue
        place = enough.index(name)
        few = min(len(set(cluster[group == number])) for number in (0, place + 1))
        rows.append(row | _ratio(fit, place, f"{unit}<{MINIMUM}" if few < MINIMUM else "", level))
    return rows


def _ratio(fit: CountModel, place: int, flag: str, level: float) -> dict:
    ratio = float(np.exp(fit.coefficients[place]))
    if flag:
        return {"estimate": ratio, "flag": flag}
    error, df = float(np.sqrt(fit.covariance[place, place])), fit.clusters - 1
    margin = special.stdtrit(df, (1 + level) / 2) * error
    p = 2 * special.stdtr(df, -abs(fit.coefficients[place]) / error) if error > 0 else 0.0
    limits = {"low": ratio * np.exp(-margin), "high": ratio * np.exp(margin)}
    return {"estimate": ratio, "se": ratio * error, **limits, "df": df, "p": float(p), "flag": ""}


def _clusters(table: pd.DataFrame, together: str) -> tuple[str, np.ndarray]:
    account = table["_account"].to_numpy(dtype=str)
    several = len(set(account)) > 1
    if together == "accounts" or (together == "auto" and several):
        return "accounts", account
    week = np.nan_to_num(table["_week"].to_numpy(), nan=-1).astype(int).astype(str)
    return "weeks", np.char.add(np.char.add(account, "|"), week)


def _design(
    table: pd.DataFrame, by: str, groups: np.ndarray, controls: list[str], varies: bool
) -> tuple[np.ndarray, list[str]]:
    """Lay out one column per group, then those of what is held equal, but for its most frequent level."""
    columns, held = [*groups], []
    clock = table["_clock"].to_numpy()
    made = {"weekday": weekdays_of(clock), "hour_block": hours_of(clock) // 3}
    for name in [*controls, *([] if varies or by == "platform" else ["platform"])]:
        if name not in made and name not in table:
            continue
        known = (
            np.where(np.isnat(clock), "", made[name].astype(str)) if name in made else text_of(table, name)
        )
        values = known.astype(str)
        _, of, count = np.unique(values, return_inverse=True, return_counts=True)
        rarer = np.argsort(-count, kind="stable")[1:]
        columns += [of == place for place in rarer]
        held += [name] if len(rarer) else []
    return np.column_stack(columns).astype(float) if columns else np.empty((len(table), 0)), held


def _method(fit: CountModel, unit: str, names: list[str], varies: bool) -> str:
    equal = [*names, *(["account"] if varies else [])]
    held = f" with {', '.join(equal)} held equal" if equal else ""
    without = "" if varies else "; no level per account, since groups never vary within one"
    return f"negative binomial ratio{held}{without}; {fit.clusters} {unit} left out in turn"
