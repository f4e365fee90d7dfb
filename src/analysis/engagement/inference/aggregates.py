"""What has to be known of many posts: sums per group and block, made where the posts are, and exact ranks of values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from analysis.engagement.tables.calendar import calendar_number
from analysis.engagement.tables.engines import beside
from analysis.engagement.tables.posts import collected

__all__ = ["Chosen"]

SPLITTER = 2.0**44 + 1
SUMS = {"pooled": ("o", "u"), "mean": ("v",), "median": ("c",)}
PRODUCTS = {"pooled": ("oo", "ou", "uu"), "mean": ("vv", "nv", "nn"), "median": ("cc", "cn", "nn")}
BLOCK = ["platform", "account"]


@dataclass(frozen=True)
class Chosen:
    """Hold the groups of many posts and how to find them in the engine.

    Attributes
    ----------
    frame : narwhals.LazyFrame
        `coded` columns, `platform`, `account`, `published` where there is one, and per measure `_o0`, `_u0`, `_v0`:
        numerator, denominator and value, missing where a post cannot be measured.
    coded : list of str
        The coded grouping columns.
    groups : pandas.DataFrame
        The coded grouping columns of these groups; its index numbers them.
    """

    frame: nw.LazyFrame
    coded: list[str]
    groups: pd.DataFrame

    def numbered(self, thresholds: pd.DataFrame | None = None) -> nw.LazyFrame:
        """Give the posts of these groups with the number of their group and what is said of it."""
        said = self.groups.assign(_group=self.groups.index.astype(float))
        said = said if thresholds is None else said.join(thresholds)
        if self.coded:
            return self.frame.join(beside(self.frame, said), on=self.coded, how="inner")
        only = {name: None if pd.isna(value) else value for name, value in said.iloc[0].items()}
        return self.frame.with_columns(
            *(
                nw.lit(value, None if isinstance(value, str) else nw.Float64).alias(name)
                for name, value in only.items()
            )
        )


def rounded(value: nw.Expr | np.ndarray) -> nw.Expr | np.ndarray:
    """Round to nine significant binary digits, by sums and products that every engine rounds alike.

    References
    ----------
    Dekker (1971), A floating-point technique for extending the available precision.

    Examples
    --------
    >>> rounded(np.array([0.0, 3.0, 1000.0, 1001.0, 0.1])).tolist()
    [0.0, 3.0, 1000.0, 1000.0, 0.10009765625]
    """
    stretched = value * SPLITTER
    return stretched - (stretched - value)


def histogram(chosen: Chosen, place: int) -> pd.DataFrame:
    """Count the posts of each group by rounded value.

    Returns
    -------
    pandas.DataFrame
        `_group`, `bin`, `count` and `before` (posts of the group in lower bins), in order.
    """
    counts = (
        chosen.numbered()
        .filter(~nw.col(f"_v{place}").is_null())
        .with_columns(bin=rounded(nw.col(f"_v{place}")))
        .group_by("_group", "bin")
        .agg(nw.len().alias("count"))
    )
    table = _floats(collected(counts)).sort_values(["_group", "bin"], ignore_index=True)
    before = table.groupby("_group")["count"].cumsum() - table["count"]
    return table.assign(before=before)


def at_rank(bins: pd.DataFrame, ranks: pd.Series) -> pd.DataFrame:
    """Find the bin that holds a rank (1 the smallest) in each group.

    Examples
    --------
    >>> bins = pd.DataFrame({"_group": [0.0, 0.0], "bin": [1.0, 2.0], "count": [3.0, 4.0], "before": [0.0, 3.0]})
    >>> at_rank(bins, pd.Series({0.0: 4.0})).to_dict("records")
    [{'_group': 0.0, 'bin': 2.0, 'count': 4.0, 'before': 3.0}]
    """
    wanted = bins["_group"].map(ranks)
    inside = (bins["before"] < wanted) & (wanted <= bins["before"] + bins["count"])
    return bins[inside].reset_index(drop=True)


def ordered(chosen: Chosen, place: int, bins: pd.DataFrame, ranks: pd.DataFrame) -> pd.DataFrame:
    """Find the exact values at some ranks of each group: only the bins that hold them are counted value by value.

    Parameters
    ----------
    chosen : Chosen
    place : int
        Number of the measure.
    bins : pandas.DataFrame
        The groups' `histogram`.
    ranks : pandas.DataFrame
        A row per group (index: its number), a column per rank wanted (1 the smallest).

    Returns
    -------
    pandas.DataFrame
        Values, in the shape of `ranks`.
    """
    found = {name: at_rank(bins, ranks[name]).set_index("_group")["bin"] for name in ranks}
    wanted = pd.DataFrame({f"_b{number}": found[name] for number, name in enumerate(ranks)})
    wanted = wanted.reindex(chosen.groups.index)
    value = nw.col(f"_v{place}")
    frame = chosen.numbered(wanted).filter(~value.is_null()).with_columns(bin=rounded(value))
    hit = nw.any_horizontal(*(nw.col("bin") == nw.col(name) for name in wanted), ignore_nulls=True)
    counts = frame.filter(hit).group_by("_group", "bin", f"_v{place}").agg(nw.len().alias("count"))
    table = _floats(collected(counts)).rename(columns={f"_v{place}": "value"})
    table = table.sort_values(["_group", "value"], ignore_index=True)
    lowest = bins.set_index(["_group", "bin"])["before"]
    base = lowest.reindex(pd.MultiIndex.from_frame(table[["_group", "bin"]])).to_numpy()
    inside = table.groupby(["_group", "bin"])["count"].cumsum() - table["count"]
    table = table.assign(before=base + inside.to_numpy())
    return pd.DataFrame(
        {name: at_rank(table, ranks[name]).set_index("_group")["value"] for name in ranks}, index=ranks.index
    )


def moments(
    chosen: Chosen,
    measures: int,
    statistics: Iterable[str],
    thresholds: pd.DataFrame | None,
    weeks: bool,
) -> pd.DataFrame:
    """Sum each measure over the posts of each group, and its centred squares and products over blocks.

    Parameters
    ----------
    chosen : Chosen
    measures : int
        How many measures there are.
    statistics : iterable of str
        What will be estimated.
    thresholds : pandas.DataFrame, optional
        For medians, per group: `_t0` the bin that holds the median of measure 0, `_w0` the part of it that counts
        as below.
    weeks : bool
        Blocks are the weeks of each account, a stratum each; undated posts are a block each. Else accounts.

    Returns
    -------
    pandas.DataFrame
        A row per group: `n0` posts, `b0` blocks, `h0` strata, `d0` dated posts, `zero0` denominators of 0,
        `positive0`, sums `o0, u0, v0, c0` and products `oo0, ou0`... for each measure.
    """
    statistics = list(statistics)
    names, places = _names(statistics), range(measures)
    pairs = dict.fromkeys(pair for name in statistics for pair in PRODUCTS[name])
    sums = [f"{name}{place}" for place in places for name in names]
    products = [f"{pair}{place}" for place in places for pair in pairs]
    squares = [
        (nw.col(f"{name[0]}{name[2:]}") * nw.col(f"{name[1]}{name[2:]}")).alias(name) for name in products
    ]
    counts = [(nw.col(f"n{place}") > 0).cast(nw.Float64).alias(f"b{place}") for place in places]
    kept = [*sums, *products, *(f"b{place}" for place in places)]
    strata = ["_group", *BLOCK] if weeks else ["_group"]
    blocks = _blocks(chosen, measures, names, thresholds, weeks).with_columns(*squares, *counts)
    table = blocks.group_by(*strata).agg(*(nw.col(name).sum() for name in kept))
    table = table.with_columns(*(_centred(pair, place) for place in places for pair in pairs))
    table = table.with_columns(*((nw.col(f"b{p}") > 0).cast(nw.Float64).alias(f"h{p}") for p in places))
    if weeks:
        kept += [f"h{place}" for place in places]
        table = table.group_by("_group").agg(*(nw.col(name).sum() for name in kept))
    return _floats(collected(table)).set_index("_group").sort_index()


def block_sums(
    chosen: Chosen, statistics: Iterable[str], thresholds: pd.DataFrame | None, weeks: bool
) -> pd.DataFrame:
    """Sum the first measure over the posts of each group and block.

    Parameters
    ----------
    chosen, statistics, thresholds, weeks
        As for `moments`.

    Returns
    -------
    pandas.DataFrame
        `_group, platform, account`, `_week` when blocks are weeks (missing for undated posts, each alone), and the
        sums `n0, o0, u0`...
    """
    names = _names(list(statistics))
    table = collected(_blocks(chosen, 1, names, thresholds, weeks))
    numbers = [name for name in table if name not in BLOCK]
    table = table.assign(**_floats(table[numbers]))
    return table.sort_values(
        ["_group", *BLOCK, *sorted(set(numbers) - {"_group"}, reverse=True)], ignore_index=True
    )


def _names(statistics: list[str]) -> list[str]:
    return ["n", "d", "zero", "positive", *dict.fromkeys(x for name in statistics for x in SUMS[name])]


def _terms(frame: nw.LazyFrame, places: Iterable[int], names: list[str], dated: bool) -> nw.LazyFrame:
    """Write what is summed for each post."""
    if dated:
        frame = frame.with_columns(_week=calendar_number("week"))
    made = []
    for place in places:
        value, under = nw.col(f"_v{place}"), nw.col(f"_u{place}")
        known = ~value.is_null()
        terms = {
            "n": nw.when(known).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
            "zero": nw.when(under == 0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
            "positive": nw.when(under > 0).then(nw.lit(1.0)).otherwise(nw.lit(0.0)),
            "o": nw.when(known).then(nw.col(f"_o{place}")).otherwise(nw.lit(0.0)),
            "u": nw.when(known).then(under).otherwise(nw.lit(0.0)),
            "v": value.fill_null(0.0),
        }
        terms["d"] = (
            nw.when(known & ~nw.col("_week").is_null()).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
            if dated
            else nw.lit(0.0)
        )
        if "c" in names:
            bin_, limit = rounded(value), nw.col(f"_t{place}")
            terms["c"] = (
                nw.when(known & (bin_ < limit))
                .then(nw.lit(1.0))
                .otherwise(nw.when(known & (bin_ == limit)).then(nw.col(f"_w{place}")).otherwise(nw.lit(0.0)))
            )
        made += [terms[name].alias(f"{name}{place}") for name in names]
    week = ["_week"] if dated else []
    return frame.select("_group", *BLOCK, *week, *made)


def _blocks(
    chosen: Chosen, measures: int, names: list[str], thresholds: pd.DataFrame | None, weeks: bool
) -> nw.LazyFrame:
    """Sum posts to blocks; in weeks, an undated post is a block of its own."""
    dated = weeks and "published" in chosen.frame.collect_schema().names()
    rows = _terms(chosen.numbered(thresholds), range(measures), names, dated)
    sums = [f"{name}{place}" for place in range(measures) for name in names]
    total = [nw.col(name).sum() for name in sums]
    if not weeks:
        return rows.group_by("_group", *BLOCK).agg(*total)
    if not dated:
        return rows.select("_group", *BLOCK, nw.lit(None, nw.Float64).alias("_week"), *sums)
    unknown = nw.col("_week").is_null()
    order = ["_group", *BLOCK, "_week", *sums]
    known = rows.filter(~unknown).group_by("_group", *BLOCK, "_week").agg(*total).select(*order)
    return nw.concat([known, rows.filter(unknown).select(*order)], how="vertical")


def _centred(pair: str, place: int) -> nw.Expr:
    """Take the mean of the stratum out of a sum of products, with the correction for few blocks."""
    a, b, blocks = (nw.col(f"{name}{place}") for name in (*pair, "b"))
    centred = (nw.col(f"{pair}{place}") - a * b / blocks) * blocks / (blocks - 1)
    return nw.when(blocks > 1).then(centred).otherwise(nw.lit(0.0)).alias(f"{pair}{place}")


def _floats(table: pd.DataFrame) -> pd.DataFrame:
    return table.apply(lambda column: pd.to_numeric(column).astype("Float64").astype(float))
