"""Can this survey be trusted? List every problem of a file at once: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.errors import DataError
from analysis.survey.answers import HEADER_ROWS, Problem, answers, cell_text
from analysis.survey.codebook import Codebook, load_codebook, stages
from analysis.survey.tables import RawTable, read_table

__all__ = ["check_answers", "check_file", "check_survey"]

COLUMNS = ["row", "column", "value", "problem", "remedy"]


def check_survey(data: pd.DataFrame | str | Path, codebook: Codebook | None = None) -> pd.DataFrame:
    """List every problem of a survey file or table against its codebook.

    Parameters
    ----------
    data : pandas.DataFrame or path
        The answers, or their file; never changed.
    codebook : Codebook, optional
        The bundled questionnaire when left out.

    Returns
    -------
    pandas.DataFrame
        One row per problem: `row` (as in the file, its row of names being row 1; missing when the whole column
        is meant), `column`, `value` (as found), `problem`, `remedy`. Empty when nothing is wrong.

    Raises
    ------
    DataError
        When the file cannot be read at all.

    Notes
    -----
    No problem found does not make the answers true: only possible.

    References
    ----------
    CHERRIES and STROBE ask for completeness and range checks to be described in the methods.

    Examples
    --------
    >>> problems = check_survey(pd.DataFrame({"firm": ["a", "b"], "weight": [12.5, 0]}))
    >>> problems.dropna(subset="row")[["row", "column", "value"]].values.tolist()
    [[3, 'weight', '0']]
    """
    book = codebook or load_codebook()
    if isinstance(data, pd.DataFrame):
        _, problems = check_answers(data, book)
    else:
        problems = check_file(read_table(data), book)[1]
    return problems


def check_file(raw: RawTable, book: Codebook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn the cells of a file into answers and list what is wrong with them, by the file's own rows.

    Parameters
    ----------
    raw : RawTable
        The file, from `read_table`.
    book : Codebook
        The questionnaire.

    Returns
    -------
    tuple of two DataFrames
        The typed table, and the problems as `check_survey` lists them.

    Examples
    --------
    >>> from analysis.catalog import data_path
    >>> raw = read_table(data_path("reference", "official_figures.csv"))
    >>> table, problems = check_file(raw, load_codebook())
    >>> len(table), set(problems["row"].dropna()) <= set(raw.rows)
    (469, True)
    """
    table, problems = check_answers(raw.cells, book, raw.decimal_comma)
    places = pd.Series(raw.rows, index=range(HEADER_ROWS, HEADER_ROWS + len(raw.rows)), dtype="Int64")
    return table, problems.assign(row=problems["row"].map(places).astype("Int64"))


def check_answers(
    raw: pd.DataFrame, book: Codebook, decimal_comma: bool | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn raw cells into answers and list what is wrong with them, the sampling design included.

    Parameters
    ----------
    raw : pandas.DataFrame
        Cells as in the file.
    book : Codebook
        The questionnaire.
    decimal_comma : bool, optional
        How to read a lone `1,234` (see `analysis.survey.answers`).

    Returns
    -------
    tuple of two DataFrames
        The typed table, and the problems as `check_survey` lists them.

    Examples
    --------
    >>> _, problems = check_answers(pd.DataFrame({"firm": ["a", "a"]}), load_codebook())
    >>> "wave" in set(problems["column"])
    True
    """
    twice = raw.columns[raw.columns.duplicated()]
    if len(twice):
        raise DataError(f'The table has several columns "{twice[0]}": rename all but one.')
    table, problems = answers(raw, book, decimal_comma)
    table = table.reset_index(drop=True)
    known = {(problem.row, problem.column) for problem in problems}
    for problem in _design_problems(table, book.design):
        if (problem.row, problem.column) not in known:
            problems.append(replace(problem, value=_as_found(raw, problem)))
    listed = pd.DataFrame(
        [(p.row, p.column, p.value, p.problem, p.remedy) for p in problems], columns=COLUMNS
    ).astype({"row": "Int64", "column": "string", "value": "string", "problem": "string", "remedy": "string"})
    return table, listed.sort_values("row", kind="stable", na_position="first", ignore_index=True)


def _as_found(raw: pd.DataFrame, problem: Problem) -> str | None:
    """Give the cell as the file has it."""
    cell = raw[problem.column].iloc[problem.row - HEADER_ROWS]
    text = None if pd.isna(cell) else cell_text(cell).strip()
    return text or None


def _design_problems(table: pd.DataFrame, design: Mapping[str, str | list[str]]) -> Iterator[Problem]:
    named = {part: stages(columns) for part, columns in design.items()}
    named = {part: columns for part, columns in named.items() if set(columns) <= set(table.columns)}
    if "weights" in named:
        yield from _weights(table, *named["weights"])
    if "unit" in named:
        yield from _duplicates(table, *named["unit"], named.get("wave", [None])[0])
    for part in ("strata", "clusters"):
        for column in named.get(part, []):
            if column not in named.get("unit", []):
                yield from _blanks(table, column, part)
    parents = [*named.get("strata", [None]), *named.get("clusters", [])]
    for stage, (parent, cluster) in enumerate(pairwise(parents)):
        if parent is not None:
            yield from _shared_clusters(
                table, parent, cluster, "strata" if stage == 0 else f"units of {parent}"
            )
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


def _weights(table: pd.DataFrame, name: str) -> Iterator[Problem]:
    weights = pd.to_numeric(table[name], errors="coerce")
    advice = "give the number of firms this row stands for, or leave the firm out before weighting"
    yield from _problems(table, name, weights.isna(), "the weight is missing", advice)
    yield from _problems(
        table, name, weights == 0, "the weight is zero: the firm would count for nothing", advice
    )
    yield from _problems(table, name, weights < 0, "the weight is negative", advice)


def _duplicates(table: pd.DataFrame, unit: str, wave: str | None) -> Iterator[Problem]:
    yield from _problems(
        table, unit, table[unit].isna(), "the identifier is missing", "give each firm its identifier"
    )
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


def _blanks(table: pd.DataFrame, name: str, part: str) -> Iterator[Problem]:
    advice = "find out where the firm was drawn: without it no standard error is right"
    yield from _problems(table, name, table[name].isna(), f"missing, and part of the design ({part})", advice)


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
    yield from _problems(table, fpc, numbers.isna(), "the finite population is missing", advice)
    yield from _problems(table, fpc, numbers <= 0, "the finite population is not above 0", advice)
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
