"""How was the study done? What its codebook tells, what became of the firms approached, what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.survey.codebook import Codebook, Language
from analysis.survey.design import SurveyDesign

__all__ = [
    "DISPOSITIONS",
    "FACTS",
    "completeness",
    "dispositions",
    "missing_answers",
    "response_rates",
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


def completeness(data: pd.DataFrame) -> pd.DataFrame:
    """Count the blank cells of a table, column by column.

    Parameters
    ----------
    data : pandas.DataFrame
        Any table.

    Returns
    -------
    pandas.DataFrame
        `column`, `n` (rows), `missing`, `estimate` (share blank).

    Notes
    -----
    A platform that does not count something leaves it blank: that is not nought.

    References
    ----------
    STROBE statement (2007), item 14b.

    Examples
    --------
    >>> completeness(pd.DataFrame({"reach": [10, None], "shares": [0, 1]}))["missing"].tolist()
    [1, 0]
    """
    missing = data.isna().sum()
    counts = {
        "n": len(data),
        "missing": missing.to_numpy(),
        "estimate": (missing / max(len(data), 1)).to_numpy(),
    }
    return pd.DataFrame({"column": [str(name) for name in data.columns], **counts})


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
