"""How prepared are firms, from 0 to 100, and which of them are present without being ready?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from analysis.drivers import with_drivers
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.codebook import Codebook, load_codebook
from analysis.survey.indices import scale_score, with_score
from analysis.survey.scales.items import scale_items
from analysis.survey.scales.reliability import alpha

__all__ = ["BANDS", "CUTOFF", "bands", "index", "postures", "standing", "with_posture"]

SCALE, SCORE = "readiness", "readiness_score"
CUTOFF = 50.0
BANDS = {"0_24": 25, "25_49": 50, "50_74": 75, "75_100": 101}
QUARTILES = (0.25, 0.5, 0.75)
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
    ready = design.transform(lambda data: with_posture(data, cutoff=cutoff, codebook=codebook))
    return ready.proportion("posture", level=level).rename(columns={"level": "posture"})


def standing(
    answers: pd.DataFrame, peers: SurveyDesign, *, codebook: Codebook | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Place one firm's readiness among its peers, with the margin of the questionnaire.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row: the firm's answers to the items of the scale `readiness`.
    peers : SurveyDesign
        The survey's firms it is compared with.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        One row: `estimate` (0 to 100), `se` (standard error of measurement), `low, high`, the peers' quartiles
        `peer_low, peer_median, peer_high`, `n` peers, and `position`: above, below or unclear (the
        interval holds the median).

    Raises
    ------
    DataError
        When there is not one row, or the firm answered too few statements.

    Notes
    -----
    The interval says how far the answers might have fallen otherwise with other statements of the same kind; not
    how sincere they are.

    References
    ----------
    Lord & Novick (1968), *Statistical Theories of Mental Test Scores*, ch. 3: the standard error of measurement is the
    standard deviation of the scores times the square root of 1 less their reliability.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> survey = load("survey").query("wave == 2022")
    >>> peers = SurveyDesign(survey, weights="weight", strata="stratum")
    >>> firm = survey[survey["ready_goal"] == 5].head(1)
    >>> standing(firm, peers)["position"].item() in ("above", "below", "unclear")
    True
    """
    if len(answers) != 1:
        raise DataError(f"standing() places one firm; {len(answers)} rows were given.")
    own = scale_score(answers, SCALE, codebook=codebook).iloc[0]
    if pd.isna(own):
        raise DataError(
            "The firm answered fewer than two thirds of the statements on readiness: it has no score."
        )
    scored = with_score(peers, SCALE, codebook=codebook)
    low, median, high = scored.quantile(SCORE, QUARTILES, level=level)["estimate"]
    se, n = _measurement_error(scored, codebook)
    reach = special.ndtri((1 + level) / 2) * se
    row = {
        "estimate": float(own),
        "se": se,
        "low": max(float(own) - reach, 0.0),
        "high": min(float(own) + reach, 100.0),
        "peer_low": low,
        "peer_median": median,
        "peer_high": high,
        "n": n,
    }
    position = "above" if row["low"] > median else "below" if row["high"] < median else "unclear"
    return pd.DataFrame(row | {"position": pd.array([position], dtype="string")})


def _measurement_error(scored: SurveyDesign, codebook: Codebook | None) -> tuple[float, int]:
    book = codebook or load_codebook()
    asked = [variable.name for variable in book if variable.scale == SCALE and variable.type == "scale"]
    data, weight = scored.answers([*asked, SCORE]), scored.weights.to_numpy()
    known = data[SCORE].notna().to_numpy()
    values = data[SCORE].to_numpy(dtype=float, na_value=np.nan)[known]
    weights = weight[known]
    spread = np.average((values - np.average(values, weights=weights)) ** 2, weights=weights)
    items = scale_items(data, SCALE, book)
    answered = items.notna().all(axis=1).to_numpy()
    steady = alpha(items[answered], weights=weight[answered]).estimate
    return float(np.sqrt(spread * (1 - steady))), int(known.sum())
