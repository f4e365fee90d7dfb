"""Why is an answer missing? "Don't know", "refused" and "not asked" kept apart from each other and from "no"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.survey import columns

if TYPE_CHECKING:
    from analysis.survey.codebook import Variable
    from analysis.survey.design import SurveyDesign

__all__ = [
    "DONT_KNOW",
    "NOT_ASKED",
    "REFUSED",
    "reason_column",
    "reason_of",
    "reasons",
    "response",
    "spoken_reason",
]

DONT_KNOW, REFUSED, NOT_ASKED, BLANK = "dont_know", "refused", "not_asked", "blank"
WORDS = {
    DONT_KNOW: ("know", "sait pas", "sais pas", "nsp", "unsure", "no opinion", "sans opinion", "dk"),
    REFUSED: ("no answer", "refus", "prefer not", "préfère ne pas", "sans réponse", "non-réponse", "nrp"),
    NOT_ASKED: ("not asked", "non posée", "not applicable", "sans objet", "n/a", "skipped", "inapplicable"),
}
SPOKEN = {
    **dict.fromkeys(
        ("don't know", "do not know", "dont know", "dont_know", "i don't know", "dk", "not sure", "unsure",
         "no opinion", "ne sait pas", "ne sais pas", "je ne sais pas", "nsp", "sans opinion"),
        DONT_KNOW,
    ),
    **dict.fromkeys(
        ("no answer", "refused", "refusal", "prefer not to say", "prefer not to answer", "declined", "ne répond pas",
         "refus", "refus de répondre", "sans réponse", "non réponse", "non-réponse", "préfère ne pas répondre"),
        REFUSED,
    ),
    **dict.fromkeys(
        ("not asked", "not_asked", "not applicable", "does not apply", "inapplicable", "skipped", "non posée",
         "question non posée", "sans objet", "non concerné", "non applicable"),
        NOT_ASKED,
    ),
}  # fmt: skip


def reason_column(name: str) -> str:
    """Name the column that says why the answers of another are missing.

    Parameters
    ----------
    name : str
        A variable, or a column `question__option` of a multiple-answer question.

    Returns
    -------
    str

    Examples
    --------
    >>> reason_column("hours"), reason_column("platforms__facebook")
    ('why_missing_hours', 'why_missing_platforms')
    """
    return f"why_missing_{name.split('__')[0]}"


def reason_of(code: Any, words: Mapping[str, str]) -> str:
    """Tell what a missing code stands for, from its words.

    Parameters
    ----------
    code : any
        The code in the data file.
    words : mapping of language to text
        Its label in the codebook.

    Returns
    -------
    str
        `dont_know`, `refused`, `not_asked`, or the code itself as text when its words say something else.

    Examples
    --------
    >>> reason_of(-8, {"en": "Don’t know", "fr": "Ne sait pas"}), reason_of(-3, {"en": "Lost", "fr": "Perdu"})
    ('dont_know', '-3')
    """
    said = " ".join([*words.values(), str(code).replace("_", " ")]).lower()
    return next((reason for reason, marks in WORDS.items() if any(mark in said for mark in marks)), str(code))


def spoken_reason(words: str) -> str | None:
    """Tell what reason an answer in words gives for saying nothing.

    Parameters
    ----------
    words : str
        An answer.

    Returns
    -------
    str or None
        `dont_know`, `refused` or `not_asked` when the words say just that.

    Examples
    --------
    >>> spoken_reason("Ne sait pas"), spoken_reason("I know my customers well")
    ('dont_know', None)
    """
    plain = " ".join(words.replace("’", "'").lower().split()).strip(" .!()")
    return SPOKEN.get(plain)


def reasons(raw: pd.Series, variable: Variable) -> pd.Series:
    """Say of each raw cell which missing code it carries, if any.

    Parameters
    ----------
    raw : pandas.Series
        Cells as text.
    variable : Variable
        Its entry in the codebook.

    Returns
    -------
    pandas.Series
        Text, missing where the cell carries no missing code.

    Examples
    --------
    >>> from analysis.survey import load_codebook
    >>> reasons(pd.Series(["2", "-8", ""]), load_codebook()["hours_per_week"]).tolist()
    [<NA>, 'dont_know', <NA>]
    """
    named = {str(code): reason_of(code, words) for code, words in variable.missing.items()}
    plain = raw.astype("string").str.strip().str.replace(r"^(-?\d+)[.,]0+$", r"\1", regex=True)
    return plain.map(named).astype("string")


def response(design: SurveyDesign, name: str, by: Any = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate the shares of firms that answered a question, did not know, refused, or were not asked.

    Parameters
    ----------
    design : SurveyDesign
        Data read with `read_survey(..., why_missing=True)`.
    name : str
        A question: a column, or the stem of a multiple-answer set.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `level` (`answered`, `blank`, `dont_know`, `refused`, `not_asked` or a code, those met),
        then as `SurveyDesign.proportion`, of all firms.

    Raises
    ------
    ParameterError
        When the question has no column.

    Notes
    -----
    "Not asked" is no refusal: leave it out of a response rate.

    References
    ----------
    AAPOR (2023), *Standard Definitions*: item non-response is told from ineligibility for the item.

    Examples
    --------
    >>> from analysis.survey import SurveyDesign
    >>> firms = pd.DataFrame({"w": [1.0] * 4, "ready": [3, None, None, 1],
    ...                       "why_missing_ready": [None, "dont_know", None, None]})
    >>> response(SurveyDesign(firms, weights="w"), "ready")[["level", "estimate"]]
           level  estimate
    0   answered      0.50
    1      blank      0.25
    2  dont_know      0.25
    """
    found = [column for column in design.data if str(column).startswith(f"{name}__")] or [name]
    for column in found:
        columns.column(design.data, column)
    place, why = "answer_given", reason_column(name)

    def told(data: pd.DataFrame) -> pd.DataFrame:
        answered = data[found].notna().any(axis=1)
        reason = data[why] if why in data else pd.Series(pd.NA, index=data.index, dtype="string")
        spoken = reason.astype("string").fillna(BLANK).mask(answered, "answered")
        return data.assign(**{place: np.asarray(spoken, dtype=object)})

    return design.transform(told).proportion(place, by, level=level)
