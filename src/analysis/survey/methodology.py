"""How was this found? What a reader needs to judge a survey: who was drawn, who answered, with what weights.

Facts and tables for the methodology appendix of a report, in the order of the disclosure lists of the field. Nothing
is worded here, and what nobody told stays missing: the appendix shows it as not provided.
"""

from __future__ import annotations

import platform
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from analysis.catalog import data_path
from analysis.survey.codebook import Codebook, Language
from analysis.survey.design import SurveyDesign
from analysis.survey.modelling.regression import Regression
from analysis.survey.sampling_facts import DesignFacts, design_facts, strata_table, weight_table
from analysis.survey.study import dispositions, missing_answers, response_rates, study_facts, wording

__all__ = [
    "Methodology",
    "interval_coverage",
    "methodology",
    "model_table",
    "robustness",
    "software",
]

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "svy")


@dataclass(frozen=True, eq=False)
class Methodology:
    """Hold what an appendix states: the design it is about, its facts, and one table per subject."""

    design: SurveyDesign
    facts: DesignFacts
    study: pd.DataFrame
    strata: pd.DataFrame
    dispositions: pd.DataFrame
    rates: pd.DataFrame
    weights: pd.DataFrame
    margins: pd.DataFrame
    missing: pd.DataFrame
    wording: pd.DataFrame
    models: pd.DataFrame
    robustness: pd.DataFrame
    coverage: pd.DataFrame
    software: pd.DataFrame


def methodology(
    design: SurveyDesign,
    book: Codebook,
    *,
    language: Language,
    items: Sequence[str] = (),
    outcome: str | None = None,
    models: Mapping[str, Regression] | None = None,
) -> Methodology:
    """Gather what a reader needs to judge a report made from a survey.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or the domain the report is about.
    book : Codebook
        Its questionnaire; `study:` there holds what the data cannot tell.
    language : {"en", "fr"}
        Language of the report.
    items : sequence of str
        Variables of the questionnaire the report uses.
    outcome : str, optional
        A 0/1 column whose share is estimated in other ways too (see `robustness`).
    models : mapping of str to Regression, optional
        The models of the report, by name.

    Returns
    -------
    Methodology
        `facts` (see `design_facts`), and the tables `study, strata, dispositions, rates, weights, margins, missing,
        wording, models, robustness, coverage, software`; a table without matter has no rows.

    Raises
    ------
    ParameterError
        When an item is not in the questionnaire or the outcome not in the data.

    Notes
    -----
    A complete appendix says how the figures were made; it does not make a poor sample good.

    References
    ----------
    Seidenberg, Moser & West (2023), *Journal of Survey Statistics and Methodology* 11:743 (PRICSSA); AAPOR (2021),
    *Code of Professional Ethics and Practices*, III.A.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> firms = pd.DataFrame({"w": [10.0] * 4, "internet": [1, 0, 1, None]})
    >>> made = methodology(SurveyDesign(firms, weights="w"), load_codebook(), language="en", items=["internet"])
    >>> made.missing[["variable", "n", "missing"]].values.tolist()
    [['internet', 4, 1]]
    """
    waves = _waves(design, book)
    counted = dispositions(book, waves)
    weights, margins = weight_table(design)
    return Methodology(
        design=design,
        facts=design_facts(design),
        study=study_facts(book, language),
        strata=strata_table(design),
        dispositions=counted,
        rates=response_rates(counted),
        weights=weights,
        margins=margins,
        missing=missing_answers(design, book, items),
        wording=wording(book, items, language),
        models=model_table(models or {}),
        robustness=robustness(design, outcome) if outcome else pd.DataFrame(),
        coverage=interval_coverage(),
        software=software(),
    )


def _waves(design: SurveyDesign, book: Codebook) -> list[Any]:
    name = book.design.get("wave")
    if not isinstance(name, str) or name not in design.data:
        return []
    return sorted(design.data[name].dropna().unique().tolist())


def model_table(models: Mapping[str, Regression]) -> pd.DataFrame:
    """Describe the models of a report.

    Parameters
    ----------
    models : mapping of str to Regression
        Models by name.

    Returns
    -------
    pandas.DataFrame
        `model, outcome, predictors, family, n, n_missing` (left out for a missing answer), `df, fit` (share of
        variance, or Nagelkerke's measure), `separated` (terms without a finite value), `converged`.

    Notes
    -----
    Measures of fit do not rank models of other outcomes or other firms.

    References
    ----------
    Nagelkerke (1991), *Biometrika* 78:691.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "age": [1, 3, 5, 7], "hours": [2, 4, 5, 9]})
    >>> model = SurveyDesign(firms, weights="w").glm("hours", ["age"])
    >>> model_table({"hours": model})[["outcome", "predictors", "n"]].values.tolist()
    [['hours', 'age', 4]]
    """
    names = [
        "model",
        "outcome",
        "predictors",
        "family",
        "n",
        "n_missing",
        "df",
        "fit",
        "separated",
        "converged",
    ]
    return pd.DataFrame([_model_row(name, model) for name, model in models.items()], columns=names)


def _model_row(name: str, model: Regression) -> tuple[Any, ...]:
    fit, made = model.fit, model.model
    predictors = " + ".join(":".join(product) for product in made.terms.products)
    told = fit.r_squared if fit.family == "gaussian" else fit.nagelkerke
    separated = ", ".join(term for term, known in zip(made.names, made.known, strict=True) if not known)
    return (
        name, made.outcome, predictors, fit.family, fit.n, fit.n_missing, fit.df, told, separated, fit.converged,
    )  # fmt: skip


def robustness(design: SurveyDesign, outcome: str, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate one share in other ways, to show what the choices of method weigh.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    outcome : str
        A 0/1 column.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `variant` (`main`; `beta`, `wilson`: other intervals; `trimmed`: weights cut at three times their median;
        `unweighted`: as if all firms were alike and drawn one by one), `estimate, se, low, high, n, flag`.

    Raises
    ------
    ParameterError
        When there is no such column.

    Notes
    -----
    The unweighted row is there to be mistrusted: its interval leaves out both the weights and the towns.

    References
    ----------
    Korn & Graubard (1999), *Analysis of Health Surveys*, ch. 4.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 4.0], "uses": [1, 0, 0, 1]})
    >>> robustness(SurveyDesign(firms, weights="w"), "uses").set_index("variant")["estimate"].to_dict()["unweighted"]
    0.5
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # margins that trimming loses: what this variant is about
        cut = design.trim(upper=3 * float(design.weights.median()), strict=False)
    plain = SurveyDesign(design.data.assign(as_one=1.0), weights="as_one")
    made = {
        "main": design.proportion(outcome, level=level),
        "beta": design.proportion(outcome, level=level, interval="beta"),
        "wilson": design.proportion(outcome, level=level, interval="wilson"),
        "trimmed": cut.proportion(outcome, level=level),
        "unweighted": plain.proportion(outcome, level=level),
    }
    kept = ["variant", "estimate", "se", "low", "high", "n", "flag"]
    return pd.concat([table.assign(variant=name) for name, table in made.items()], ignore_index=True)[kept]


def interval_coverage() -> pd.DataFrame:
    """Say how often intervals held the truth in samples drawn from a known population.

    Returns
    -------
    pandas.DataFrame
        `interval` (`design`, or `naive`: unweighted, towns and strata forgotten), `quantity` (`rate, domain_rate,
        difference`), `estimate` (share of samples whose 95 % interval held the truth), `low, high` (exact 95 %
        limits of that share), `n` (samples).

    Notes
    -----
    A naive interval may also hold the truth too often: it is then too wide, and misses changes that are there.

    References
    ----------
    `data/reference/interval_coverage.csv`, written by `python -m benchmarks.coverage`.

    Examples
    --------
    >>> interval_coverage()[["interval", "quantity"]].values.tolist()[0]
    ['design', 'rate']
    """
    from scipy import stats

    drawn = pd.read_csv(data_path("reference", "interval_coverage.csv"))
    table = drawn.groupby(["interval", "quantity"], sort=False)[["held", "samples"]].sum().reset_index()
    exact = [
        stats.binomtest(held, n).proportion_ci()
        for held, n in zip(table["held"], table["samples"], strict=True)
    ]
    return table.assign(
        estimate=table["held"] / table["samples"],
        low=[limits.low for limits in exact],
        high=[limits.high for limits in exact],
        n=table["samples"],
    )[["interval", "quantity", "estimate", "low", "high", "n"]]


def software() -> pd.DataFrame:
    """List the software that made the estimates.

    Returns
    -------
    pandas.DataFrame
        `name, version`.

    Notes
    -----
    The report's `manifest.json` lists the inputs with their sums, the code and all parameters.

    Examples
    --------
    >>> software()["name"].head(2).tolist()
    ['Python', 'numpy']
    """
    rows = [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]
    return pd.DataFrame(rows, columns=["name", "version"])
