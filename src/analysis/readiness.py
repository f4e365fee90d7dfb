"""How prepared are firms for social networks, and is it better to be absent than hesitant?

Claim D20. The index is the mean of eight statements (a goal in writing, something to show, time set aside, someone in
charge, a habit of answering, staying on the trade, keeping promises; following fashions to look young counts against),
from 0 to 100. A presence below the cutoff is called hesitant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.drivers import with_drivers
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.codebook import Codebook
from analysis.survey.estimation.comparisons import holm
from analysis.survey.indices import scale_score, with_score
from analysis.survey.margin_contrasts import margin_contrasts

__all__ = [
    "BANDS",
    "OUTCOMES",
    "RESULTS",
    "SHARES",
    "bands",
    "hesitation",
    "index",
    "postures",
    "preparation",
    "sensitivity",
    "with_posture",
]

SCALE, SCORE = "readiness", "readiness_score"
CUTOFF = 50.0
ALPHA = 0.05
BANDS = {"0_24": 25, "25_49": 50, "50_74": 75, "75_100": 101}
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
By = str | Sequence[str] | None


def with_posture(
    data: pd.DataFrame, *, cutoff: float = CUTOFF, codebook: Codebook | None = None
) -> pd.DataFrame:
    """Tell prepared and hesitant firms apart, present and absent ones.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with columns `platforms__*` and the items of the scale `readiness`.
    cutoff : float
        Score from which a firm counts as ready, above 0 and below 100.
    codebook : Codebook, optional
        The bundled questionnaire when left out.

    Returns
    -------
    pandas.DataFrame
        The answers with those of `drivers.with_drivers`, `readiness_score` (0 to 100; missing below two thirds of the
        items) and `posture`: present_ready, present_unready (hesitant), absent_ready, absent_unready; missing where
        presence or the score is.

    Raises
    ------
    ParameterError
        When the cutoff is not between 0 and 100, or an item is not in the data.
    DataError
        When there is no column `platforms__*`.

    Notes
    -----
    The cutoff is a convention: see `sensitivity`.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> sorted(with_posture(load("survey"))["posture"].dropna().unique())
    ['absent_ready', 'absent_unready', 'present_ready', 'present_unready']
    """
    if not 0 < cutoff < 100:
        raise ParameterError(f"cutoff={cutoff}: give a score between 0 and 100.")
    score = scale_score(data, SCALE, codebook=codebook)
    ready = with_drivers(data)
    presence = ready["uses_any"].map({1: "present", 0: "absent"}).astype("string")
    prepared = pd.Series("unready", index=data.index, dtype="string").mask(score >= cutoff, "ready")
    posture = (presence + "_" + prepared).mask(score.isna() | presence.isna())
    return ready.assign(**{SCORE: score, "posture": posture})


def index(
    design: SurveyDesign, by: By = None, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the mean readiness of firms, from 0 to 100.

    Parameters
    ----------
    design : SurveyDesign
        The survey; the items of the scale `readiness`.
    by : str or list of str, optional
        Columns to group by.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As `SurveyDesign.mean` of the score.

    Raises
    ------
    ParameterError
        When an item or column is not in the data.

    Notes
    -----
    Firms describe themselves: an index of 60 is no mark out of 100. Firms without internet are not asked.

    References
    ----------
    Claim D20; DeVellis & Thorpe (2021), *Scale Development*, ch. 5.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> bool(0 < index(design)["estimate"].item() < 100)
    True
    """
    return with_score(design, SCALE, codebook=codebook).mean(SCORE, by, level=level)


def bands(
    design: SurveyDesign, by: By = None, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms in each quarter of the readiness index.

    Parameters
    ----------
    design, by, codebook, level
        As for `index`.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `band` (0_24, 25_49, 50_74, 75_100), then as `SurveyDesign.proportion`; bands add up to 1.

    Raises
    ------
    ParameterError
        As `index`.

    Notes
    -----
    A firm near a limit may fall on either side by chance of an answer.

    References
    ----------
    Claim D20.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> round(float(bands(design)["estimate"].sum()), 6)
    1.0
    """

    def banded(data: pd.DataFrame) -> pd.DataFrame:
        score = data[SCORE].to_numpy(dtype=float, na_value=float("nan"))
        return data.assign(band=pd.cut(score, [0, *BANDS.values()], right=False, labels=list(BANDS)))

    ready = with_score(design, SCALE, codebook=codebook).transform(banded)
    return ready.proportion("band", by, level=level).rename(columns={"level": "band"})


def postures(
    design: SurveyDesign, *, cutoff: float = CUTOFF, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms present and absent, ready and not, and how ready each are.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `platforms__*` and the items of the scale `readiness`.
    cutoff : float
        As for `with_posture`.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `posture`, then as `SurveyDesign.proportion`; the four shares add up to 1.

    Raises
    ------
    ParameterError, DataError
        As `with_posture`.

    Notes
    -----
    Of connected firms: the others are not asked how ready they are.

    References
    ----------
    Claim D20.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> design = SurveyDesign(load("survey").query("wave == 2022"), weights="weight", strata="stratum")
    >>> len(postures(design))
    4
    """
    ready = _ready(design, cutoff, codebook)
    return ready.proportion("posture", level=level).rename(columns={"level": "posture"})


def _ready(design: SurveyDesign, cutoff: float, codebook: Codebook | None) -> SurveyDesign:
    return design.transform(lambda data: with_posture(data, cutoff=cutoff, codebook=codebook))


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
