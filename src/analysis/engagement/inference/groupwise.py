"""Measure every group of posts: few from the posts themselves, many from sums made where the posts are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.aggregates import BLOCK, Chosen
from analysis.engagement.inference.estimates import Bootstrap, Measured, estimates
from analysis.engagement.inference.linearised import row, summarise
from analysis.engagement.tables import held
from analysis.engagement.tables.calendar import weeks_of
from analysis.engagement.tables.grouping import FEW, Cells, arrays, coded_cells, groups, label_of
from analysis.engagement.tables.interactions import PARTS, RATES, choices, interactions_of, parts_sum
from analysis.engagement.tables.posts import collected, joined
from analysis.engagement.tables.values import rate_of

__all__ = ["FEW", "Found", "Measure", "Prepared", "groupwise"]

AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Measure:
    """Name a figure of a post (`interactions` or a column), divided by a column or not."""

    over: str
    under: str | None = None


@dataclass(frozen=True)
class Found:
    """Hold what was found of one measure in one group.

    Attributes
    ----------
    values : tuple
        Values of the grouping columns.
    posts, n, zero, positive : int
        Posts; those measured; those with denominator 0 and above 0.
    parts : str
        The sum of responses that was taken.
    rows : dict
        Statistic → `estimate, se, low, high, method, flag`.
    """

    values: tuple
    posts: int
    n: int
    zero: int
    positive: int
    parts: str
    rows: dict[str, dict]


def measured_cells(
    posts: Any, measure: str, by: str | Iterable[str] | None, every: str | None
) -> tuple[Cells, Measure]:
    """Prepare posts for one measure: a column, `interactions`, or `engagement by reach` (`followers`, `views`).

    Examples
    --------
    >>> measured_cells(pd.DataFrame({"reactions": [1], "reach": [9]}), "engagement by reach", None, None)[1]
    Measure(over='interactions', under='reach')
    """
    rate = rate_of(measure)
    if measure == rate and measure != "interactions":
        return coded_cells(posts, by, every, [measure], []), Measure(measure)
    if measure == "interactions":
        return coded_cells(posts, by, every, ["reactions"], PARTS), Measure("interactions")
    choices("measure: engagement by", [rate], RATES)
    return coded_cells(posts, by, every, ["reactions"], [*PARTS, rate]), Measure("interactions", rate)


def is_few(posts: int | pd.Series) -> bool | pd.Series:
    """Tell whether posts are few enough to be drawn again and again."""
    return posts <= FEW


def groupwise(
    cells: Cells, measures: list[Measure], statistics: Iterable[str], how: Bootstrap
) -> list[list[Found]]:
    """Estimate statistics of measures in every group.

    Parameters
    ----------
    cells : Cells
        The posts and their groups.
    measures : list of Measure
    statistics : iterable of {"median", "pooled", "mean"}
    how : Bootstrap
        How intervals are made. Groups of up to `FEW` posts are drawn again and again; of larger ones only sums over
        blocks leave the engine.

    Returns
    -------
    list of list of Found
        Groups in the order of their values, each with its measures in the order given.

    Examples
    --------
    >>> from analysis.engagement.tables.grouping import coded_cells
    >>> posts = coded_cells(pd.DataFrame({"reach": [1, 5], "kind": ["b", "a"]}), "kind", None, ["reach"], [])
    >>> found = groupwise(posts, [Measure("reach")], ["mean"], Bootstrap(0.95, 100, 0, "auto"))
    >>> [(one[0].values, one[0].rows["mean"]["estimate"]) for one in found]
    [(('a',), 5.0), (('b',), 1.0)]
    """
    statistics = list(statistics)
    prepared = prepare(cells, measures)
    few = is_few(prepared.sizes)
    named = list(groups(prepared.named, cells.keys))
    labels = {place: label_of(values) for values, rows in named for place in rows.index}
    found: dict[tuple[int, int], dict] = {}
    for batch in _batches(prepared.sizes[few]):
        found |= _few(prepared, batch, len(measures), statistics, how, labels)
    if not few.all():
        found |= _many(prepared.chosen(few.index[~few]), len(measures), statistics, how)
    results = []
    for values, rows in named:
        place = rows.index[0]
        about = {"values": values, "posts": int(prepared.sizes[place]), "parts": prepared.parts(place)}
        results.append([Found(**about, **found[place, number]) for number in range(len(measures))])
    return results


def alone(posts: Any, measure: str, statistic: str, how: Bootstrap) -> Found:
    """Estimate one statistic of one measure of all posts, as one group.

    Examples
    --------
    >>> found = alone(pd.DataFrame({"reach": [1, 5]}), "reach", "mean", Bootstrap(0.95, 100, 0, "auto"))
    >>> found.rows["mean"]["estimate"], found.n
    (3.0, 2)
    """
    cells, measured = measured_cells(posts, measure, None, None)
    return groupwise(cells, [measured], [statistic], how)[0][0]


@dataclass(frozen=True)
class Prepared:
    """Hold posts with their measures in the engine, and the list of their groups.

    Attributes
    ----------
    frame : narwhals.LazyFrame, optional
        As for `Chosen`, where the posts are not in `table`.
    groups : pandas.DataFrame
        The coded grouping columns of each group.
    named : pandas.DataFrame
        The same in their own words.
    sizes : pandas.Series
        Posts of each group.
    met : list of tuple of int and str
        Number of each group with each platform of its posts, in order.
    reported : dict
        Part of the responses → platforms that report it.
    arrays : dict of numpy.ndarray, optional
        The columns of the posts with `_group`, where they are few and in memory.
    """

    frame: nw.LazyFrame | None
    groups: pd.DataFrame
    named: pd.DataFrame
    sizes: pd.Series
    met: list[tuple[int, str]]
    reported: dict[str, list[str]]
    arrays: dict[str, np.ndarray] | None = None

    def chosen(self, places: Iterable[int]) -> Chosen:
        """Choose some groups by their numbers."""
        return Chosen(self.frame, list(self.groups.columns), self.groups.loc[list(places)])

    def posts(self, places: Iterable[int]) -> dict[str, np.ndarray]:
        """Bring columns of the posts of some groups into memory, with `_group`, `_o0`, `_u0`, `_v0`..."""
        if self.arrays is None:
            return arrays(collected(self.chosen(places).numbered()).drop(columns=self.groups.columns))
        places = list(places)
        if len(places) == len(self.groups):
            return self.arrays
        inside = np.isin(self.arrays["_group"], places)
        return {name: values[inside] for name, values in self.arrays.items()}

    def parts(self, place: int) -> str:
        """Write the sum of responses that is taken in a group."""
        return self._parts[self._platforms.get(place, ())]

    @cached_property
    def _platforms(self) -> dict[int, tuple[str, ...]]:
        found: dict[int, tuple[str, ...]] = {}
        for place, name in self.met:
            found[place] = (*found.get(place, ()), name)
        return found

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], str]:
        met = {(), *self._platforms.values()}
        return {names: parts_sum(names, self.reported) for names in met}


def prepare(cells: Cells, measures: list[Measure]) -> Prepared:
    """Count the posts of each group and write what is to be measured; without grouping columns there is one group."""
    if cells.held is not None and is_few(cells.held):
        return _prepared_here(cells, cells.arrays, measures)
    counts, reported = _counted(cells)
    frame = _measured(cells, measures, reported, set(counts["platform"]))
    if cells.coded:
        known = counts.groupby(cells.coded, sort=False)
        counts = counts.assign(_group=known.ngroup())
        known = counts.drop_duplicates("_group").set_index("_group")[cells.coded]
    else:
        counts, known = counts.assign(_group=0), pd.DataFrame(index=[0])
    sizes = counts.groupby("_group")["posts"].sum().reindex(known.index, fill_value=0)
    met = list(zip(counts["_group"].tolist(), counts["platform"].tolist(), strict=True))
    return Prepared(frame, known, cells.decoded(known), sizes, met, reported)


def _prepared_here(cells: Cells, here: dict[str, np.ndarray], measures: list[Measure]) -> Prepared:
    """Do the same for few posts that are in memory."""
    group = held.numbered(here, cells.coded)
    met, reported = held.met(here, group, cells.figures)
    places, first = np.unique(group, return_index=True) if cells.coded else ([0], [])
    known = pd.DataFrame({name: here[name][first] for name in cells.coded}, index=places)
    sizes = pd.Series(np.bincount(group, minlength=len(known)), index=known.index)
    measured = held.measured(here, group, [(measure.over, measure.under) for measure in measures], reported)
    return Prepared(None, known, cells.decoded(known), sizes, met, reported, measured)


def _counted(cells: Cells) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Count the posts of each group and platform, and list the platforms that report each part of the responses."""
    parts = [part for part in PARTS if part in cells.figures]
    table = collected(
        cells.frame.group_by(*cells.coded, "platform").agg(
            nw.len().alias("posts"),
            *(nw.col(f"_f_{part}").count().alias(f"_n_{part}") for part in parts),
        )
    )
    table = table.sort_values([*cells.coded, "platform"], ignore_index=True)
    reported = {part: sorted(set(table.loc[table[f"_n_{part}"] > 0, "platform"])) for part in parts}
    return table, reported


def _measured(
    cells: Cells, measures: list[Measure], reported: dict[str, list[str]], platforms: set[str]
) -> nw.LazyFrame:
    """Add the numerator, denominator and value of each measure."""
    frame = cells.frame
    if any(measure.over == "interactions" for measure in measures):
        frame = frame.with_columns(_f_interactions=interactions_of(reported, platforms))
    made = []
    for place, measure in enumerate(measures):
        there = measure.under is None or measure.under in cells.figures
        under = (
            nw.col(f"_f_{measure.under}")
            if measure.under and there
            else nw.lit(1.0 if there else None, nw.Float64)
        )
        made += [nw.col(f"_f_{measure.over}").alias(f"_o{place}"), under.alias(f"_u{place}")]
    dated = ["published"] if cells.dated else []
    frame = frame.select(*cells.coded, *BLOCK, *dated, *made)
    over_under = ((nw.col(f"_o{place}"), nw.col(f"_u{place}")) for place in range(len(measures)))
    return frame.with_columns(
        *(
            nw.when(under > 0).then(over / under).alias(f"_v{place}")
            for place, (over, under) in enumerate(over_under)
        )
    )


def _batches(sizes: pd.Series) -> Iterator[list[int]]:
    """Part small groups so that a batch of their posts can be held in memory."""
    batch = sizes.to_numpy().cumsum() // AT_ONCE
    for number in np.unique(batch):
        yield sizes.index[batch == number].tolist()


def _few(
    prepared: Prepared,
    places: list[int],
    measures: int,
    statistics: list[str],
    how: Bootstrap,
    labels: dict[int, str],
) -> dict[tuple[int, int], dict]:
    """Measure groups of few posts, from the posts."""
    posts = prepared.posts(places)
    rows = _rows_of(posts["_group"])
    account, week = blocks_of(posts)
    found = {}
    for number in range(measures):
        over, under = (posts[f"_{name}{number}"] for name in "ou")
        for group in places:
            of = rows.get(group, np.array([], dtype=int))
            said = under[of]
            usable = of[~np.isnan(over[of]) & (said > 0)]
            drawn = _drawn(over[usable], under[usable], account[usable], week[usable], how)
            counts = {"n": len(usable), "zero": (said == 0).sum(), "positive": (said > 0).sum()}
            estimated = estimates(drawn, statistics, how, labels.get(group, ""))
            found[group, number] = {name: int(count) for name, count in counts.items()} | {"rows": estimated}
    return found


def blocks_of(posts: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Give the account and the calendar week of each post, what is drawn together."""
    account = joined(posts["platform"], posts["account"])
    return account, weeks_of(posts.get("published", np.full(len(account), "NaT", "datetime64[us]")))


def _rows_of(group: np.ndarray) -> dict[int, np.ndarray]:
    """List the rows of each group."""
    order = np.argsort(group, kind="stable")
    places, first = np.unique(group[order], return_index=True)
    return dict(zip(places.tolist(), np.split(order, first[1:]), strict=False))


def _drawn(
    over: np.ndarray, under: np.ndarray, account: np.ndarray, week: np.ndarray, how: Bootstrap
) -> Measured:
    """Hold the posts of a group with their values and blocks, sorted so that the order of rows changes nothing."""
    order = np.lexsort((under, over))
    blocks = bootstrap.blocks(account[order], week[order], how.together)
    return Measured(over[order], under[order], blocks)


def _many(
    chosen: Chosen, measures: int, statistics: list[str], how: Bootstrap
) -> dict[tuple[int, int], dict]:
    """Measure groups of many posts, from sums."""
    found = {}
    for place, table in summarise(chosen, measures, statistics, how).items():
        for group, sums in table.iterrows():
            counts = {name: int(sums[name]) for name in ("n", "zero", "positive")}
            rows = {statistic: row(sums, statistic) for statistic in statistics}
            found[int(group), place] = counts | {"rows": rows}
    return found
