"""Is it better to be absent than hesitant? Hesitant presence against absence, and against prepared presence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.errors import DataError
from analysis.readiness.index import CUTOFF, with_posture
from analysis.survey import SurveyDesign
from analysis.survey.codebook import Codebook
from analysis.survey.estimation.comparisons import holm
from analysis.survey.margin_contrasts import margin_contrasts

__all__ = ["OUTCOMES", "RESULTS", "SHARES", "hesitation", "preparation", "sensitivity"]

ALPHA = 0.05
CONTROLS = ("sector", "size_class", "age_decades")
OUTCOMES = {"repeat_share": "gaussian", "coop_firms": "poisson", "crisis": "binomial"}
RESULTS = {
    "leads": "poisson",
    "sales_share": "gaussian",
    "satisfaction": "gaussian",
    "would_stop": "binomial",
}
SHARES = {"crisis", "would_stop"}
CONTRASTS = {
    "unready": {"present_unready": 1.0, "absent_unready": -1.0},
    "ready": {"present_ready": 1.0, "absent_ready": -1.0},
    "difference": {
        "present_ready": 1.0,
        "absent_ready": -1.0,
        "present_unready": -1.0,
        "absent_unready": 1.0,
    },
}


def hesitation(
    design: SurveyDesign,
    *,
    cutoff: float = CUTOFF,
    outcomes: Mapping[str, str] = OUTCOMES,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare a hesitant presence with absence, on what is known of both.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `platforms__*`, the items of the scale `readiness`, and outcomes asked of present and absent firms.
    cutoff : float
        As for `with_posture`.
    outcomes : mapping of column to family
        What to compare, and the kind of model (`gaussian`, `poisson`, `binomial`).
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `outcome, contrast` (unready: present less absent among firms that are not ready; ready: the same among those
        that are; difference: the second less the first), then as `margin_contrasts`, in the outcome's unit;
        `p_adjusted` is over the outcomes of one contrast; `verdict`: worse, better or undecided for the firms present.
        Adjusted for sector, size and the owner's age, as far as they were asked.

    Raises
    ------
    DataError
        When none of the outcomes was asked.

    Notes
    -----
    Enquiries and satisfaction are only asked of firms present: absence has none to compare. Firms chose to be present;
    what else sets them apart is not adjusted for.

    References
    ----------
    Claim D20. Graubard & Korn (1999), *Biometrics* 55:652.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> survey = load("survey").query("wave == 2022").drop(columns=["coop_firms", "crisis"])
    >>> table = hesitation(SurveyDesign(survey, weights="weight", strata="stratum"))
    >>> table["contrast"].tolist()
    ['unready', 'ready', 'difference']
    """
    ready = _ready(design, cutoff, codebook)
    return _contrasted(ready, outcomes, CONTRASTS, level)


def preparation(
    design: SurveyDesign,
    *,
    cutoff: float = CUTOFF,
    outcomes: Mapping[str, str] = RESULTS,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare prepared with hesitant presences, on what their presence brings.

    Parameters
    ----------
    design, cutoff, outcomes, codebook, level
        As for `hesitation`; outcomes asked of firms on a network.

    Returns
    -------
    pandas.DataFrame
        As `hesitation`, with the one contrast `prepared`: present and ready less present and not.

    Raises
    ------
    DataError
        When none of the outcomes was asked.

    Notes
    -----
    Success may also make firms feel ready: the arrow may run the other way.

    References
    ----------
    Claim D20.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> survey = load("survey").query("wave == 2022").drop(columns=["leads", "sales_share", "would_stop"])
    >>> preparation(SurveyDesign(survey, weights="weight", strata="stratum"))["outcome"].tolist()
    ['satisfaction']
    """
    ready = _ready(design, cutoff, codebook)
    present = ready.subset(ready.data["posture"].str.startswith("present").fillna(False).astype(bool))
    return _contrasted(
        present, outcomes, {"prepared": {"present_ready": 1.0, "present_unready": -1.0}}, level
    )


def _contrasted(
    design: SurveyDesign, outcomes: Mapping[str, str], contrasts: Mapping[str, Any], level: float
) -> pd.DataFrame:
    asked = {name: family for name, family in outcomes.items() if name in design.data.columns}
    if not asked:
        raise DataError(f"None of the outcomes was asked in this survey: {', '.join(outcomes)}.")
    controls = [name for name in CONTROLS if name in design.data.columns]
    tables = []
    for outcome, family in asked.items():
        model = design.glm(outcome, ["posture", *controls], family=family, level=level)
        tables.append(margin_contrasts(model, "posture", contrasts).assign(outcome=outcome))
    table = pd.concat(tables, ignore_index=True).astype({"outcome": "string"})
    table["p_adjusted"] = table.groupby("contrast", sort=False)["p"].transform(
        lambda p: pd.Series(holm(p.tolist()), index=p.index)
    )
    table["verdict"] = [_verdict(row) for row in table.itertuples(index=False)]
    first = ["outcome", "contrast"]
    return table[[*first, *(name for name in table if name not in first)]].astype({"verdict": "string"})


def _verdict(row: Any) -> str:
    if not row.p_adjusted < ALPHA:
        return "undecided"
    return "better" if (row.estimate > 0) != (row.outcome in SHARES) else "worse"


def sensitivity(
    design: SurveyDesign,
    cutoffs: Sequence[float] = (40.0, 50.0, 60.0),
    *,
    outcomes: Mapping[str, str] = OUTCOMES,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Repeat the comparison of hesitant presence with absence at other cutoffs.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    cutoffs : sequence of float
        Scores from which a firm counts as ready.
    outcomes, codebook, level
        As for `hesitation`.

    Returns
    -------
    pandas.DataFrame
        `cutoff`, then the rows of `hesitation` for the contrast `unready`.

    Raises
    ------
    ParameterError, DataError
        As `hesitation`.

    Notes
    -----
    Cutoffs chosen after looking prove nothing: show them all.

    References
    ----------
    Simonsohn, Simmons & Nelson (2020), *Nature Human Behaviour* 4:1208.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> survey = load("survey").query("wave == 2022").drop(columns=["coop_firms", "crisis"])
    >>> sensitivity(SurveyDesign(survey, weights="weight", strata="stratum"), [50, 60])["cutoff"].tolist()
    [50, 60]
    """
    tables = []
    for cutoff in cutoffs:
        ready = _ready(design, cutoff, codebook)
        table = _contrasted(ready, outcomes, {"unready": CONTRASTS["unready"]}, level)
        table.insert(0, "cutoff", cutoff)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _ready(design: SurveyDesign, cutoff: float, codebook: Codebook | None) -> SurveyDesign:
    return design.transform(lambda data: with_posture(data, cutoff=cutoff, codebook=codebook))
