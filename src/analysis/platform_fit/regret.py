"""So much time for so little: which firms are in the zone of regret, and what goes with it? Claim D17."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.adoption.answers import with_presence
from analysis.errors import DataError
from analysis.platform_fit.fit import By, amounts, refuse_other
from analysis.survey import SurveyDesign
from analysis.survey.codebook import Codebook
from analysis.survey.indices import scale_score

__all__ = ["ZONES", "regret", "regret_drivers", "regret_zones", "with_regret"]

ZONES = ("regret", "labour", "lukewarm", "ease")
HOURS = 3.0
CONTENT = 4
DRIVERS = ("readiness_tens", "log_leads", "log_hours", "platform_count", "size_class", "sector")


def with_regret(data: pd.DataFrame, *, hours: float = HOURS, content: int = CONTENT) -> pd.DataFrame:
    """Place each firm on social networks by its time and its satisfaction.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with `hours_per_week` and `satisfaction` (1 to 5).
    hours : float
        Hours a week from which it is much time.
    content : int
        Answer from which a firm is satisfied.

    Returns
    -------
    pandas.DataFrame
        The answers with `zone` (regret: much time, not satisfied; labour: much time, satisfied; lukewarm: little
        time, not satisfied; ease: little time, satisfied) and `regret` (0/1: in that zone); missing unless both are
        known.

    Raises
    ------
    DataError
        When time or satisfaction was not asked, or is no number.

    Notes
    -----
    The middle answer counts as not satisfied: show other cuts beside it.

    Examples
    --------
    >>> answers = pd.DataFrame({"hours_per_week": [6, 6, 1, None], "satisfaction": [2, 5, 4, 3]})
    >>> with_regret(answers)["zone"].tolist()
    ['regret', 'labour', 'ease', <NA>]
    """
    for name in ("hours_per_week", "satisfaction"):
        if name not in data.columns:
            raise DataError(f'The survey has no column "{name}": regret needs time and satisfaction.')
    spent, felt = (amounts(data, name) for name in ("hours_per_week", "satisfaction"))
    known = np.isfinite(spent) & np.isfinite(felt)
    much, glad = spent >= hours, felt >= content
    zone = np.select([much & ~glad, much & glad, ~much & ~glad], ZONES[:3], ZONES[3])
    zones = pd.Series(zone, index=data.index, dtype="string").mask(~known)
    return data.assign(zone=zones, regret=(zones == "regret").astype("Int64").mask(~known))


def regret_zones(
    design: SurveyDesign, by: By = None, *, hours: float = HOURS, content: int = CONTENT, level: float = 0.95
) -> pd.DataFrame:
    """Estimate the share of firms on social networks in each zone of time and satisfaction.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    by : str or list of str, optional
        Columns to group by.
    hours, content
        As for `with_regret`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `zone`, then as `SurveyDesign.proportion`; the shares add up to 1.

    Raises
    ------
    DataError
        As `with_regret`.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "hours_per_week": [6, 6, 1, 1], "satisfaction": [2, 5, 4, 4]})
    >>> regret_zones(SurveyDesign(firms, weights="w"))[["zone", "estimate"]].values.tolist()
    [['ease', 0.5], ['labour', 0.25], ['regret', 0.25]]
    """
    refuse_other(design, "regret_zones")
    placed = design.transform(lambda data: with_regret(data, hours=hours, content=content))
    return placed.proportion("zone", by, level=level).rename(columns={"level": "zone"})


def regret(
    design: SurveyDesign,
    by: By = None,
    *,
    hours: Sequence[float] = (2.0, 3.0, 5.0),
    content: int = CONTENT,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate how many of the firms that spend much time are not satisfied, wherever "much" begins.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    by : str or list of str, optional
        Columns to group by.
    hours : sequence of float
        Hours a week from which it is much time, one row each.
    content : int
        As for `with_regret`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `hours`, grouping columns, then as `SurveyDesign.proportion`: of the firms that spend as much or more, the
        share that is not satisfied; missing, with `n` 0, where no firm does.

    Raises
    ------
    DataError
        As `with_regret`; when no firm spends as much as the least of `hours`.

    Notes
    -----
    A zone chosen after looking proves nothing: read all the cuts.

    References
    ----------
    Claim D17.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "hours_per_week": [6, 6, 4, 1], "satisfaction": [2, 5, 3, 4]})
    >>> regret(SurveyDesign(firms, weights="w"), hours=[3, 5])[["hours", "estimate", "n"]].round(2).values.tolist()
    [[3.0, 0.67, 3.0], [5.0, 0.5, 2.0]]
    """
    refuse_other(design, "regret")
    tables = []
    for least in hours:
        placed = design.transform(lambda data, least=least: with_regret(data, hours=least, content=content))
        much = placed.data["zone"].isin(["regret", "labour"]).fillna(False).astype(bool)
        if much.any():
            table = placed.subset(much).proportion("regret", by, level=level)
        else:
            table = pd.DataFrame({"n": [0], "flag": ["no firm"]})
        table.insert(0, "hours", float(least))
        tables.append(table)
    known = next((table for table in tables if table["n"].any()), None)
    if known is None:
        raise DataError(f"No firm told of {min(hours):g} hours a week or more and of its satisfaction.")
    return pd.concat(tables, ignore_index=True)[list(known)]


def regret_drivers(
    design: SurveyDesign,
    *,
    hours: float = HOURS,
    content: int = CONTENT,
    codebook: Codebook | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate what goes with regret among the firms that spend much time.

    Parameters
    ----------
    design : SurveyDesign
        The survey; the items of the scale `readiness`, `leads`, and `platforms__*` where asked.
    hours, content
        As for `with_regret`.
    codebook : Codebook, optional
        The bundled questionnaire when left out.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        As the marginal effects of `SurveyDesign.glm`, in shares: `term` (`readiness_tens`: ten points of the index;
        `log_leads`: the logarithm of one plus enquiries a month; `log_hours`; `platform_count`; sector and size),
        `estimate, se, low, high, t, p, n`.

    Raises
    ------
    DataError
        As `with_regret`.

    Notes
    -----
    Satisfied firms may prepare and count better: the arrow may run the other way.

    References
    ----------
    Claims D17 and D20.

    Examples
    --------
    >>> from analysis.catalog import load
    >>> survey = load("survey").query("wave == 2026")
    >>> table = regret_drivers(SurveyDesign(survey, weights="weight", strata="stratum"))
    >>> table["term"].tolist()[:2]
    ['readiness_tens', 'log_leads']
    """
    refuse_other(design, "regret_drivers")
    placed = design.transform(
        lambda data: _explained(with_regret(data, hours=hours, content=content), codebook)
    )
    busy = placed.subset(placed.data["zone"].isin(["regret", "labour"]).fillna(False).astype(bool))
    predictors = [name for name in DRIVERS if name in busy.data.columns and busy.data[name].nunique() > 1]
    return busy.glm("regret", predictors, family="binomial", level=level).marginal_effects


def _explained(data: pd.DataFrame, codebook: Codebook | None) -> pd.DataFrame:
    ready = scale_score(data, "readiness", codebook=codebook)
    logs = {
        f"log_{short}": np.log1p(amounts(data, name))
        for short, name in (("leads", "leads"), ("hours", "hours_per_week"))
        if name in data.columns
    }
    counted = with_presence(data) if any(str(c).startswith("platforms__") for c in data.columns) else data
    return counted.assign(readiness_tens=ready / 10, **logs)
