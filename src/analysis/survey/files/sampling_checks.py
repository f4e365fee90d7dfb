"""Do the rows of a survey agree with each other? A firm twice, a cluster in two strata, populations that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.survey.codebook import stages
from analysis.survey.files.answers import HEADER_ROWS, Problem

__all__ = ["between_rows"]


def between_rows(table: pd.DataFrame, design: Mapping[str, str | list[str]]) -> Iterator[Problem]:
    """List the rows that contradict another under the sampling design.

    Parameters
    ----------
    table : pandas.DataFrame
        Typed answers.
    design : mapping of part to columns
        As the codebook declares it.

    Yields
    ------
    Problem

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": ["a", "b", "a"]})
    >>> [problem.row for problem in between_rows(firms, {"unit": "firm"})]
    [4]
    """
    named = {part: stages(columns) for part, columns in design.items()}
    named = {part: columns for part, columns in named.items() if set(columns) <= set(table.columns)}
    if "unit" in named:
        yield from _duplicates(table, *named["unit"], named.get("wave", [None])[0])
    parents = [*named.get("strata", [None]), *named.get("clusters", [])]
    for stage, (parent, cluster) in enumerate(pairwise(parents)):
        if parent is not None:
            above = "strata" if stage == 0 else f"units of {parent}"
            yield from _shared_clusters(table, parent, cluster, above)
    clusters = named.get("clusters", [None])
    for stage, fpc in enumerate(named.get("fpc", [])):
        unit = clusters[stage] if stage < len(clusters) else None
        parent = parents[stage] if stage < len(parents) else None
        yield from _populations(table, fpc, parent, unit, "stratum" if stage == 0 else f"unit of {parent}")


def _problems(
    table: pd.DataFrame, column: str, mask: pd.Series, problem: str, remedy: str
) -> Iterator[Problem]:
    for place in np.flatnonzero(mask.fillna(False).to_numpy(dtype=bool)):
        yield Problem(column, problem, remedy, int(place) + HEADER_ROWS)


def _duplicates(table: pd.DataFrame, unit: str, wave: str | None) -> Iterator[Problem]:
    keys = [unit, wave] if wave else [unit]
    again = table.duplicated(keys, keep="first") & table[unit].notna()
    first = table.drop_duplicates(keys).reset_index().set_index(keys)["index"]
    for place in np.flatnonzero(again.to_numpy(dtype=bool)):
        key = table[keys].iloc[place]
        at = first.loc[tuple(key) if wave else key.iloc[0]] + HEADER_ROWS
        which = f" in {wave} {key[wave]}" if wave else ""
        yield Problem(
            unit,
            f"the firm is there twice{which} (first on row {at})",
            "keep one row per firm and wave, or correct the identifier",
            int(place) + HEADER_ROWS,
        )


def _shared_clusters(table: pd.DataFrame, strata: str, clusters: str, above: str) -> Iterator[Problem]:
    known = table[[strata, clusters]].dropna()
    homes = known.drop_duplicates().groupby(clusters)[strata].agg(lambda s: sorted(map(str, s)))
    for label, found in homes[homes.map(len) > 1].items():
        usual = known.loc[known[clusters] == label, strata].astype(str).mode().min()
        odd = (table[clusters] == label) & (table[strata].astype("string") != usual)
        problem = f"the cluster lies in several {above}: {', '.join(found[:4])} (mostly {usual})"
        advice = (
            f"correct the column {strata}; if labels start again in each of them, "
            "declare the design with nested=True"
        )
        yield from _problems(table, clusters, odd, problem, advice)


def _populations(
    table: pd.DataFrame, fpc: str, strata: str | None, clusters: str | None, place: str
) -> Iterator[Problem]:
    numbers = pd.to_numeric(table[fpc], errors="coerce")
    advice = f"give the number of units ({clusters or 'rows'}) in the population of the {place}, or the share drawn"
    stratum = table[strata] if strata else pd.Series("the sample", index=table.index)
    unit = table[clusters] if clusters else pd.Series(table.index, index=table.index)
    drawn = unit.groupby(stratum).transform("nunique")
    low = (numbers > 1) & (numbers < drawn)
    for count in sorted(drawn[low.fillna(False).astype(bool)].unique()):
        yield from _problems(
            table, fpc, low & (drawn == count), f"below the {count} units drawn in the {place}", advice
        )
    usual = numbers.groupby(stratum).transform("median")
    uneven = numbers.groupby(stratum).transform("nunique") > 1
    problem = f"differs from the rest of its {place}, which has one population"
    yield from _problems(table, fpc, uneven & (numbers != usual), problem, advice)
