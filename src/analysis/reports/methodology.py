"""How was this found? The methodology appendix that closes every research report, in the report's language.

The words stand in `notebooks/research/methodology.{en,fr}.md`, where a consultant edits them; the facts and tables come
from `analysis.survey.methodology`. A notebook closes with `appendix(methodology(design, book, language=language, …))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from analysis.language import label, listing, word
from analysis.reports.exhibits import table
from analysis.reports.opening import section
from analysis.reports.passages import prose
from analysis.reports.session import current
from analysis.reports.tables import Column
from analysis.reports.values import computed, name_of

__all__ = ["TEXTS", "appendix", "data_appendix"]

TEXTS = "research/methodology"
MOST_STRATA = 40


def appendix(method: Any, **values: Any) -> None:
    """Close a research report with its methodology: who was drawn, who answered, with what weights and rules.

    Parameters
    ----------
    method : analysis.survey.methodology.Methodology
        What is stated, from `methodology(design, book, language=…, items=…, outcome=…, models=…)`.
    **values
        What an edited text file uses beside.

    Raises
    ------
    ReportError
        When a block of the text file, or a value it uses, is missing.

    Notes
    -----
    A fact nobody told is shown as not provided, never left out: fill in `study:` in the codebook.

    References
    ----------
    Seidenberg, Moser & West (2023), *Journal of Survey Statistics and Methodology* 11:743 (PRICSSA); AAPOR (2021),
    *Code of Professional Ethics and Practices*, III.A.

    Examples
    --------
    >>> from analysis.reports import start
    >>> from analysis.survey import SurveyDesign, load_codebook
    >>> from analysis.survey.methodology import methodology
    >>> start(language="en")
    >>> firms = pd.DataFrame({"w": [10.0] * 4, "internet": [1, 0, 1, None]})
    >>> appendix(methodology(SurveyDesign(firms, weights="w"), load_codebook(), language="en", items=["internet"]))
    """
    told = _facts(method) | values
    with current().worded(TEXTS):
        section("appendix", **told)
        _study(method)
        _drawn(method, told)
        _answered(method, told)
        _checked(method, told)
        prose("software", versions=_versions(method.software), **told)
        prose("checklist", **told)


def data_appendix(data: pd.DataFrame, blanks: pd.DataFrame, software: pd.DataFrame) -> None:
    """Close a report made without a survey with its data: what was counted, what is blank, with which software.

    Parameters
    ----------
    data : pandas.DataFrame
        The rows measured, by the name they have in the notebook.
    blanks : pandas.DataFrame
        From `analysis.survey.study.completeness`.
    software : pandas.DataFrame
        From `analysis.survey.methodology.software`.

    Raises
    ------
    ReportError
        When a block of the text file is missing.

    Notes
    -----
    Posts of some accounts are no sample of all posts: no interval here speaks of other accounts.

    References
    ----------
    AAPOR (2021), *Code of Professional Ethics and Practices*, III.A.

    Examples
    --------
    >>> from analysis.reports import start
    >>> from analysis.survey.methodology import software
    >>> from analysis.survey.study import completeness
    >>> start(language="en")
    >>> rows = pd.DataFrame({"reach": [10, None]})
    >>> data_appendix(rows, completeness(rows), software())
    """
    language = current().language
    of = data if name_of(data) else "the rows measured"
    rows = computed(len(data), of=of, column="rows")
    named = blanks.assign(column=[label("measure", name, language) for name in blanks["column"]])
    whole = {name: Column("", "number", 0) for name in ("n", "missing")}
    with current().worded(TEXTS):
        section("data_appendix", rows=rows)
        table(
            named, text="completeness", columns={"column": "", **whole, "estimate": Column("", "percent", 1)}
        )
        prose("data_limits")
        prose("data_software", versions=_versions(software))


def _facts(method: Any) -> dict[str, Any]:
    """Give the facts of the design to the texts, each number with its source."""
    of = method.design if name_of(method.design) else "analysis.survey.methodology"
    facts = {
        key: computed(value, of=of, column=key.replace("_", " ")) if isinstance(value, int | float) else value
        for key, value in asdict(method.facts).items()
    }
    last = method.weights.iloc[-1].drop("state")
    weights = {
        name: computed(value, of=of, column=str(name).replace("_", " ")) for name, value in last.items()
    }
    return {"facts": facts, "weights": weights}


def _study(method: Any) -> None:
    language = current().language
    facts = method.study.assign(
        fact=[label("fact", fact, language) for fact in method.study["fact"]],
        told=method.study["told"].fillna(word("fact.missing", language)),
    )
    table(facts, text="study", columns={"fact": Column("", width=0.5), "told": Column("", width=1.5)})


def _drawn(method: Any, told: Mapping[str, Any]) -> None:
    prose("design", **told)
    strata = method.strata
    if told["facts"]["strata_column"] and len(strata) <= MOST_STRATA:
        counts = ("population", "units_population", "units", "n")
        columns = {"stratum": "", **{name: Column("", "number", 0) for name in counts}}
        table(strata, text="strata", columns=columns | {"mean_weight": Column("", "number", 1)})
    prose("response" if len(method.dispositions) else "response_missing", **told)
    if len(method.dispositions):
        _dispositions(method)
    prose("weights", **told)
    _weights(method)


def _dispositions(method: Any) -> None:
    """Set the counts of outcomes met and the response rates side by side, by wave."""
    language = current().language
    counts = method.dispositions
    met = [name for name in counts.columns if name == "wave" or counts[name].sum() > 0]
    rates = method.rates.pivot(index="wave", columns="rate", values="estimate").reset_index()
    joined = counts[met].merge(rates, on="wave")
    columns: dict[str, Column] = {
        name: Column(label("disposition", name, language), "number", 0) for name in met
    }
    columns["wave"] = Column(label("column", "wave", language), "text")
    different = ["RR1"] if joined["RR1"].equals(joined["RR3"]) else ["RR1", "RR2", "RR3"]
    columns |= {rate: Column(rate, "percent", 1) for rate in different}
    table(joined, text="dispositions", columns=columns)


def _weights(method: Any) -> None:
    language = current().language
    weights = method.weights.assign(
        state=[label("weighting", state, language) for state in method.weights["state"]]
    )
    decimals = {name: 0 if name in ("n", "weight_sum", "effective_n") else 2 for name in weights.columns[1:]}
    columns = {"state": Column("")} | {
        name: Column(label("weighting", name, language), "number", places)
        for name, places in decimals.items()
    }
    table(weights, text="weights_table", columns=columns)
    if len(method.margins):
        counts = {name: Column("", "number", 0) for name in ("n", "before", "after", "target")}
        table(method.margins, text="margins", columns={"variable": "", "level": "", **counts, "flag": ""})


def _answered(method: Any, told: Mapping[str, Any]) -> None:
    prose("precision", **told)
    if len(method.wording):
        _questions(method)
    else:
        prose("questions_missing", **told)
    if len(method.models):
        _models(method)
    prose("tests", **told)


def _questions(method: Any) -> None:
    """Set each question's wording beside the firms without an answer to it."""
    language = current().language
    asked = method.wording.merge(method.missing, on="variable")
    offered = pd.Series([_offered(row, language) for row in asked.itertuples()], index=asked.index)
    again = offered.eq(offered.shift()) & asked["answers"].ne("")
    asked = asked.assign(answers=offered.mask(again, word("fact.same", language)))
    columns = {"question": Column("", width=1.7), "answers": Column("", width=2.0)}
    columns |= {
        "missing": Column("", "number", 0, width=0.5),
        "estimate": Column("", "percent", 1, width=0.5),
    }
    table(asked, text="questions", columns=columns)


def _offered(question: Any, language: str) -> str:
    """Say what could be answered: the options, yes or no, a number in its unit, free text."""
    if question.answers:
        return str(question.answers)
    if question.kind == "yesno":
        return " · ".join(word(f"chart.{answer}", language).capitalize() for answer in ("yes", "no"))
    return word(f"fact.any_{question.kind}", language)


def _models(method: Any) -> None:
    language = current().language
    none = word("chart.no", language)
    models = method.models.assign(
        family=[label("family", family, language) for family in method.models["family"]],
        separated=method.models["separated"].mask(method.models["separated"] == "", none),
    )
    columns = {
        "model": Column("", width=1.0),
        "predictors": Column("", width=2.2),
        "family": Column("", width=0.6),
    }
    columns |= {name: Column("", "number", 0, width=0.5) for name in ("n", "n_missing", "df")}
    columns |= {"fit": Column("", "number", 2, width=0.5), "separated": Column("", width=0.6)}
    table(models, text="models", columns=columns)


def _checked(method: Any, told: Mapping[str, Any]) -> None:
    language = current().language
    if len(method.robustness):
        variants = [label("variant", name, language) for name in method.robustness["variant"]]
        interval = Column("", "interval", decimals=1, percent=True, width=1.2)
        columns = {"variant": Column("", width=1.6), "estimate": Column("", "percent", 1)}
        columns |= {"interval": interval, "n": Column("", "number", 0)}
        table(method.robustness.assign(variant=variants, interval=0.0), text="robustness", columns=columns)
    _coverage(method)
    prose("rules", **told)
    prose("limits", **told)


def _coverage(method: Any) -> None:
    """Set the intervals of the design beside naive ones: how often each held the truth."""
    language = current().language
    held = method.coverage.pivot(index="quantity", columns="interval", values="estimate")
    kept = held.loc[list(dict.fromkeys(method.coverage["quantity"]))].reset_index()
    kept = kept.assign(quantity=[label("quantity", name, language) for name in kept["quantity"]])
    shares = {name: Column("", "percent", 1) for name in ("design", "naive")}
    samples = computed(int(method.coverage["n"].iloc[0]), of="interval_coverage.csv", column="samples")
    table(kept, text="coverage", columns={"quantity": Column("", width=1.4), **shares}, samples=samples)


def _versions(software: pd.DataFrame) -> str:
    return listing(
        [f"{row.name} {row.version}" for row in software.itertuples(index=False)], current().language
    )
