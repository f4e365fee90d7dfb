"""Which answers are possible? The rules of a codebook, as a pandera schema that lists every cell breaking one."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.survey.codebook import Codebook, Variable, stages
from analysis.survey.files.answers import HEADER_ROWS, Problem

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

__all__ = ["Rule", "rules", "schema", "violations"]


@dataclass(frozen=True)
class Rule:
    """Hold one rule for the answers of one column: which hold, what is wrong with the others, what to do."""

    column: str
    holds: Callable[[pd.Series], pd.Series]
    problem: str
    remedy: str


def rules(book: Codebook) -> list[Rule]:
    """List the rules a codebook lays down for typed answers.

    Parameters
    ----------
    book : Codebook
        The questionnaire.

    Returns
    -------
    list of Rule
        Answers to choose from, 0 and 1, ranges; weights above 0; no blanks in the sampling design.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> next(rule.problem for rule in rules(load_codebook()) if rule.column == "hours_per_week")
    'out of range: the codebook allows 0 to 80 hours per week'
    """
    of_answers = [rule for variable in book for rule in _of_variable(variable, book)]
    return [*of_answers, *_of_design(book)]


def _of_variable(variable: Variable, book: Codebook) -> Iterator[Rule]:
    if variable.type in {"yesno", "multiple"}:
        remedy = "write 1 for yes, 0 for no, and leave the cell empty when there is no answer"
        for column in variable.columns:
            yield Rule(column, _among([0, 1]), "neither 0 nor 1", remedy)
    if variable.type in {"single", "scale"}:
        shown = ", ".join(map(str, [*variable.options][:12]))
        problem = (
            "not a point of the scale" if variable.type == "scale" else "not an answer the codebook knows"
        )
        yield Rule(variable.name, _among([*variable.options]), problem, f"write one of {shown}")
    if variable.type == "number" and variable.range is not None:
        yield _in_range(variable, weight=variable.name == book.design.get("weights"))


def _in_range(variable: Variable, *, weight: bool) -> Rule:
    low, high = variable.range or (-np.inf, np.inf)
    least = -np.inf if weight else low
    unit = f" {variable.unit}" if variable.unit else ""
    return Rule(
        variable.name,
        lambda answers: answers.isna() | answers.between(least, high).fillna(False),
        f"out of range: the codebook allows {low:g} to {high:g}{unit}",
        "correct the answer, leave it empty, or widen the range in the codebook",
    )


def _among(allowed: list) -> Callable[[pd.Series], pd.Series]:
    every = [*allowed, *map(str, allowed)]
    return lambda answers: answers.isna() | answers.isin(every)


def _of_design(book: Codebook) -> Iterator[Rule]:
    named = {part: stages(columns) for part, columns in book.design.items()}
    for name in named.get("weights", []):
        advice = "give the number of firms this row stands for, or leave the firm out before weighting"
        yield Rule(name, _known, "the weight is missing", advice)
        yield Rule(name, lambda w: w != 0, "the weight is zero: the firm would count for nothing", advice)
        yield Rule(name, lambda w: ~(w < 0), "the weight is negative", advice)
    for name in named.get("unit", []):
        yield Rule(name, _known, "the identifier is missing", "give each firm its identifier")
    lost = "find out where the firm was drawn: without it no standard error is right"
    for part in ("strata", "clusters"):
        for name in named.get(part, []):
            if name not in named.get("unit", []):
                yield Rule(name, _known, f"missing, and part of the design ({part})", lost)
    for stage, name in enumerate(named.get("fpc", [])):
        advice = _population_advice(named, stage)
        yield Rule(name, _known, "the finite population is missing", advice)
        yield Rule(name, lambda count: ~(count <= 0), "the finite population is not above 0", advice)


def _known(answers: pd.Series) -> pd.Series:
    return answers.notna()


def _population_advice(named: dict[str, list[str]], stage: int) -> str:
    clusters = named.get("clusters", [])
    parents = [*named.get("strata", ["the sample"]), *clusters]
    unit = clusters[stage] if stage < len(clusters) else "rows"
    parent = parents[stage] if stage < len(parents) else "unit before"
    place = "stratum" if stage == 0 else f"unit of {parent}"
    return f"give the number of units ({unit}) in the population of the {place}, or the share drawn"


def schema(book: Codebook) -> DataFrameSchema:
    """Build a pandera schema from a codebook, for the typed answers of `read_survey`.

    Parameters
    ----------
    book : Codebook
        The questionnaire.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        One column per column of the codebook, none required, each with its rules; the message of a check is the
        problem in words. Validate with `lazy=True` to hear of every cell at once.

    Notes
    -----
    Rules between rows (a firm twice, a cluster in two strata) are not in it: see `check_survey`.

    References
    ----------
    Bantilan (2020), *Proc. of the 19th Python in Science Conference*: pandera.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> schema(load_codebook()).columns["hours_per_week"].required
    False
    """
    pa = _pandera()
    checks: dict[str, list] = {}
    for rule in rules(book):
        checks.setdefault(rule.column, []).append(
            pa.Check(_filled(rule), error=rule.problem, ignore_na=False)
        )
    columns = {
        column: pa.Column(checks=checks.get(column, []), nullable=True, required=False)
        for column in book.all_columns
    }
    return pa.DataFrameSchema(columns, name=book.file, strict=False)


def _pandera() -> ModuleType:
    with _without_spark_remarks():
        return importlib.import_module("pandera.pandas")


@contextmanager
def _without_spark_remarks() -> Iterator[None]:
    """Keep silent what PySpark says of pandas when pandera loads it; no table of ours is PySpark's."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet", category=FutureWarning)
        yield


def _filled(rule: Rule) -> Callable[[pd.Series], pd.Series]:
    """Let a rule that a missing answer leaves open hold."""
    return lambda answers: rule.holds(answers).fillna(True).astype(bool)


def violations(table: pd.DataFrame, book: Codebook) -> list[Problem]:
    """List every cell of a typed table that breaks a rule of its codebook.

    Parameters
    ----------
    table : pandas.DataFrame
        Typed answers.
    book : Codebook
        The questionnaire.

    Returns
    -------
    list of Problem
        From one lazy validation; pandera is loaded only when a rule is broken, since that takes seconds.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> [(p.row, p.problem) for p in violations(pd.DataFrame({"weight": [3.0, -1.0]}), load_codebook())]
    [(3, 'the weight is negative')]
    """
    every = [rule for rule in rules(book) if rule.column in table]
    if all(_filled(rule)(table[rule.column]).all() for rule in every):
        return []
    _pandera()
    from pandera.errors import SchemaErrors

    remedies = {(rule.column, rule.problem): rule.remedy for rule in every}
    try:
        with _without_spark_remarks():
            schema(book).validate(table.reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        return [_problem(case, remedies) for case in error.failure_cases.to_dict("records")]
    return []


def _problem(case: dict, remedies: dict[tuple[str, str], str]) -> Problem:
    column, problem = str(case["column"]), str(case["check"])
    row = None if pd.isna(case["index"]) else int(case["index"]) + HEADER_ROWS
    remedy = remedies.get((column, problem), "correct the answer, or the codebook")
    return Problem(column, problem, remedy, row)
