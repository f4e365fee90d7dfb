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

import numpy as np
import pandas as pd
from scipy import stats

from analysis.catalog import data_path
from analysis.errors import ParameterError, did_you_mean
from analysis.survey.codebook import Codebook, Language
from analysis.survey.design import SurveyDesign
from analysis.survey.modelling.regression import Regression
from analysis.survey.sampling_facts import DesignFacts, design_facts, strata_table, weight_table

__all__ = [
    "DISPOSITIONS",
    "FACTS",
    "Methodology",
    "dispositions",
    "interval_coverage",
    "methodology",
    "missing_answers",
    "model_table",
    "response_rates",
    "robustness",
    "software",
    "study_facts",
    "wording",
]

FACTS = (
    "sponsor",
    "conductor",
    "population",
    "frame",
    "sampling",
    "eligibility",
    "instrument",
    "mode",
    "fieldwork",
    "recruitment",
    "incentives",
    "pretest",
    "weighting",
    "quality",
    "ethics",
    "access",
    "contact",
)
DISPOSITIONS = ("complete", "partial", "refusal", "noncontact", "other", "unknown", "ineligible")
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


def study_facts(book: Codebook, language: Language) -> pd.DataFrame:
    """List what is known of how the study was done, blanks included.

    Parameters
    ----------
    book : Codebook
        With `study:`, a mapping of fact to words in each language.
    language : {"en", "fr"}
        Language wanted.

    Returns
    -------
    pandas.DataFrame
        `fact` (one of `FACTS`, in order) and `told`, missing where nobody said.

    Raises
    ------
    ParameterError
        When `study:` names a fact that is none of `FACTS` nor `dispositions`.

    Notes
    -----
    A blank is not a "no": an incentive nobody mentioned may have been paid.

    References
    ----------
    AAPOR (2021), *Code of Professional Ethics and Practices*, III.A.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> study_facts(load_codebook(), "en")["fact"].head(2).tolist()
    ['sponsor', 'conductor']
    """
    known = {key: told for key, told in book.study.items() if key != "dispositions"}
    for key in known:
        if key not in FACTS:
            raise ParameterError(f'{book.file}, study: "{key}" is not a fact.{did_you_mean(str(key), FACTS)}')
    told = [(known.get(fact) or {}).get(language) or None for fact in FACTS]
    return pd.DataFrame({"fact": FACTS, "told": pd.array(told, dtype="string")})


def dispositions(book: Codebook, waves: Sequence[Any] = ()) -> pd.DataFrame:
    """Count what became of the firms approached, by wave.

    Parameters
    ----------
    book : Codebook
        With `study: dispositions:`, a mapping of wave to counts by outcome.
    waves : sequence
        Waves wanted; all those told when empty.

    Returns
    -------
    pandas.DataFrame
        `wave` and one column of counts per outcome of `DISPOSITIONS`, 0 where a wave that was told about names none;
        no rows when nobody said.

    Raises
    ------
    ParameterError
        When an outcome is none of `DISPOSITIONS`, or a count is not a whole number.

    References
    ----------
    AAPOR (2023), *Standard Definitions*, 10th edition.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> dispositions(load_codebook(), [2024])[["wave", "complete", "other"]].values.tolist()
    [[2024, 1948, 452]]
    """
    told = book.study.get("dispositions") or {}
    rows = []
    for wave, counts in told.items():
        for outcome, count in counts.items():
            if (
                outcome not in DISPOSITIONS
                or not isinstance(count, int)
                or isinstance(count, bool)
                or count < 0
            ):
                raise ParameterError(
                    f"{book.file}, study, dispositions of {wave}: {outcome}: {count} cannot be read."
                    f"{did_you_mean(str(outcome), DISPOSITIONS)} Give whole counts of {', '.join(DISPOSITIONS)}."
                )
        if not waves or str(wave) in map(str, waves):
            rows.append({"wave": wave} | {name: counts.get(name, 0) for name in DISPOSITIONS})
    return pd.DataFrame(rows, columns=["wave", *DISPOSITIONS])


def response_rates(counts: pd.DataFrame) -> pd.DataFrame:
    """Work out response rates from counts of outcomes.

    Parameters
    ----------
    counts : pandas.DataFrame
        From `dispositions`.

    Returns
    -------
    pandas.DataFrame
        `wave`, `rate` (`RR1`: complete interviews over all that may be eligible; `RR2`: partial ones counted too;
        `RR3`: of those whose eligibility is unknown, the share eligible among the others), `estimate`, `n` (firms
        in the denominator, whole for RR1 and RR2).

    Raises
    ------
    KeyError
        When a column of `DISPOSITIONS` is missing.

    Notes
    -----
    A high rate does not mean little bias, nor a low rate much: what counts is who is missing.

    References
    ----------
    AAPOR (2023), *Standard Definitions*, 10th edition, response rates 1 to 3.

    Examples
    --------
    >>> counts = pd.DataFrame([{"wave": 1, "complete": 50, "partial": 10, "refusal": 20, "noncontact": 10, "other": 0,
    ...                         "unknown": 20, "ineligible": 10}])
    >>> response_rates(counts)["estimate"].round(3).tolist()
    [0.455, 0.545, 0.463]
    """
    reached = counts[["complete", "partial", "refusal", "noncontact", "other"]].sum(axis=1)
    settled = (reached + counts["ineligible"]).astype(float)
    eligible = (reached / settled.where(settled > 0)).fillna(1.0)
    everyone = reached + counts["unknown"]
    with_partial = counts["complete"] + counts["partial"]
    parts = [
        ("RR1", counts["complete"], everyone),
        ("RR2", with_partial, everyone),
        ("RR3", counts["complete"], reached + eligible * counts["unknown"]),
    ]
    tables = [
        pd.DataFrame({"wave": counts["wave"], "rate": name, "estimate": over / of.where(of > 0), "n": of})
        for name, over, of in parts
    ]
    return pd.concat(tables, ignore_index=True).sort_values("wave", kind="stable", ignore_index=True)


def missing_answers(design: SurveyDesign, book: Codebook, items: Sequence[str]) -> pd.DataFrame:
    """Count the firms without an answer, question by question.

    Parameters
    ----------
    design : SurveyDesign
        The survey, or the domain a report is about.
    book : Codebook
        Its questionnaire.
    items : sequence of str
        Variables of the questionnaire.

    Returns
    -------
    pandas.DataFrame
        `variable`, `n` (firms), `answered`, `missing` (a multiple-answer question with an option unanswered counts),
        `estimate` (unweighted share missing).

    Raises
    ------
    ParameterError
        When an item is not in the questionnaire.

    Notes
    -----
    Questions not put to a firm are blank too, unless the file says so: a high share may only mean few were asked.

    References
    ----------
    STROBE statement (2007), item 14b.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> firms = pd.DataFrame({"w": 1.0, "internet": [1, None], "owner_age": [40, 50]})
    >>> design = SurveyDesign(firms, weights="w")
    >>> missing_answers(design, load_codebook(), ["internet", "owner_age"])["missing"].tolist()
    [1, 0]
    """
    rows = []
    for item in items:
        columns = [name for name in book.columns(item) if name in design.data]
        absent = design.data[columns].isna().any(axis=1) if columns else np.ones(len(design), dtype=bool)
        missing = int(absent.sum())
        rows.append((item, len(design), len(design) - missing, missing, missing / len(design)))
    return pd.DataFrame(rows, columns=["variable", "n", "answered", "missing", "estimate"])


def wording(book: Codebook, items: Sequence[str], language: Language) -> pd.DataFrame:
    """Give the exact wording of questions and their answers.

    Parameters
    ----------
    book : Codebook
        The questionnaire.
    items : sequence of str
        Variables of it.
    language : {"en", "fr"}
        Language wanted.

    Returns
    -------
    pandas.DataFrame
        `variable, label, question, kind` (as `Variable.type`), `unit`, `answers` (joined by ` · `; empty for yes/no,
        numbers and free text).

    Raises
    ------
    ParameterError
        When an item is not in the questionnaire.

    References
    ----------
    AAPOR (2021), *Code of Professional Ethics and Practices*, III.A (measurement tools).

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> wording(load_codebook(), ["interview_mode"], "en")["answers"].item()
    'Online · By telephone'
    """
    rows = [
        (
            item,
            book.label(item, language),
            book.question(item, language),
            book[item].type,
            book[item].unit,
            " · ".join(book.option_label(item, code, language) for code in book.options(item)),
        )
        for item in items
    ]
    return pd.DataFrame(rows, columns=["variable", "label", "question", "kind", "unit", "answers"])


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
