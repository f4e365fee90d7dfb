"""Does each platform have the role it is said to have? What firms use platforms for, against claim D7.

Window on the boulevard, inside of the shop, movement and know-how, conversation, directory: each is tested as "firms
on it use it mainly for this, more than for anything else", and can come out against the claim.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import DataError
from analysis.platform_fit.fit import By, asked_platforms, judged_platforms, refuse_other
from analysis.survey import SurveyDesign
from analysis.survey.estimation.comparisons import holm

__all__ = ["ROLES", "purposes", "role_advantage", "role_claims"]

ALPHA = 0.05
ROLES = {
    "facebook": "seen_locally",
    "google_business": "seen_locally",
    "instagram": "show_inside",
    "youtube": "show_know_how",
    "x": "converse",
    "linkedin": "be_listed",
}


def purposes(design: SurveyDesign, by: By = None, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate what firms use each platform mainly for.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `purpose_PLATFORM`.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `platform`, grouping columns, `objective`, then as `SurveyDesign.proportion`: shares of the firms on the
        platform that named a purpose; they add up to 1 for each platform and group.

    Raises
    ------
    DataError
        When no purpose was asked or told.

    Notes
    -----
    One answer per platform: a second purpose, however real, does not show.

    References
    ----------
    Claim D7.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "purpose_x": ["converse", "converse", "sell", None], "helps_x": 1})
    >>> purposes(SurveyDesign(firms, weights="w"))[["platform", "objective", "estimate", "n"]].round(2)
      platform objective  estimate  n
    0        x  converse      0.67  3
    1        x      sell      0.33  3
    """
    refuse_other(design, "purposes")
    tables = []
    for platform in asked_platforms(design.data):
        if design.data[f"purpose_{platform}"].notna().any():
            table = design.proportion(f"purpose_{platform}", by, level=level)
            table = table.rename(columns={"level": "objective"})
            table.insert(0, "platform", platform)
            tables.append(table)
    if not tables:
        raise DataError("No firm said what it uses a platform for: there are no purposes to share out.")
    return pd.concat(tables, ignore_index=True).astype({"platform": "string"})


def role_claims(
    design: SurveyDesign, *, roles: Mapping[str, str] = ROLES, level: float = 0.95
) -> pd.DataFrame:
    """Test, platform by platform, whether it is mainly used for the role it is said to have.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `purpose_PLATFORM`.
    roles : mapping of platform to objective
        The claims.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `platform, role` (the objective claimed), `estimate, se, low, high, n` (share of its users that name it),
        `rival` (the other objective named most), `lead, lead_low, lead_high` (share of the role less that of the
        rival), `p` (of the role against the objective it is hardest to tell from), `p_adjusted` (Holm, over the
        platforms), `verdict`: `holds` (named more than any other, surely), `fails` (another is named more, surely) or
        `undecided`, `flag`.

    Raises
    ------
    DataError
        When no purpose was asked or told of a platform that has a role.

    Notes
    -----
    To hold, a role has to beat every other objective: the largest of these p-values counts (intersection-union). To
    fail, one rival is enough, and p-values are corrected for the number of rivals. Where all firms name the same
    objective nothing varies: p then is that of a sign test on as many firms as the weights, or the units drawn, leave.

    References
    ----------
    Claim D7. Berger (1982), *Technometrics* 24:295, for intersection-union tests.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "purpose_x": ["converse"] * 30 + ["sell"] * 5, "helps_x": 1})
    >>> role_claims(SurveyDesign(firms, weights="w"))[["platform", "rival", "verdict"]].values.tolist()
    [['x', 'sell', 'holds']]
    """
    refuse_other(design, "role_claims")
    asked = [platform for platform in asked_platforms(design.data) if platform in roles]
    rows = [_claim(design, platform, roles[platform], level) for platform in asked]
    table = pd.DataFrame([row for row in rows if row])
    if table.empty:
        raise DataError(
            f"No firm said what it uses a platform with a role for. Platforms with a role: {', '.join(roles)}."
        )
    table["p_adjusted"] = holm(table["p"].tolist())
    table["verdict"] = np.select(
        [
            (table["leads"] > 0) & (table["p_adjusted"] < ALPHA),
            (table["leads"] < 0) & (table["p_adjusted"] < ALPHA),
        ],
        ["holds", "fails"],
        "undecided",
    )
    last = ["p", "p_adjusted", "verdict", "flag"]
    table = table[[*(name for name in table if name not in [*last, "leads", "df"]), *last]]
    return table.astype(dict.fromkeys(["platform", "role", "rival", "verdict", "flag"], "string"))


def _claim(design: SurveyDesign, platform: str, role: str, level: float) -> dict[str, object]:
    """Compare the share of a role with that of each other objective, among the same firms."""
    purpose = f"purpose_{platform}"
    if not design.data[purpose].notna().any():
        return {}
    users = design.subset(lambda data: data[purpose].notna())
    others = sorted(set(users.data[purpose].astype(str)) - {role})
    share = _share(users, purpose, role, level)
    base = {"platform": platform, "role": role, **share}
    if not others:
        return base | {
            "rival": pd.NA,
            "lead": 1.0,
            "lead_low": np.nan,
            "lead_high": np.nan,
            "p": _unanimous(users, share["df"]),
            "leads": 1,
        }
    leads = pd.DataFrame([_lead(users, purpose, role, other, level) for other in others])
    rival = leads.loc[leads["other_share"].idxmax()]
    best = leads["estimate"].min() > 0
    p = leads["p"].max(skipna=False) if best else _against(leads)
    found = {
        "rival": rival["other"],
        "lead": rival["estimate"],
        "lead_low": rival["low"],
        "lead_high": rival["high"],
    }
    return base | found | {"p": p, "leads": 1 if best else -1}


def _against(leads: pd.DataFrame) -> float:
    """Give the p-value of the rival surest to be named more, corrected for the number of rivals."""
    return float(np.array(holm(leads["p"].tolist()))[(leads["estimate"] < 0).to_numpy()].min(initial=1.0))


def _share(users: SurveyDesign, purpose: str, role: str, level: float) -> dict[str, object]:
    named = users.transform(lambda data: data.assign(named_role=(data[purpose] == role).astype("Int64")))
    found = named.proportion("named_role", level=level).iloc[0]
    return {name: found[name] for name in ("estimate", "se", "low", "high", "n", "df", "flag")}


def _lead(users: SurveyDesign, purpose: str, role: str, other: str, level: float) -> dict[str, object]:
    contrast = users.transform(
        lambda data: data.assign(
            lead=(data[purpose] == role).astype("Int64") - (data[purpose] == other).astype("Int64")
        )
    )
    found = contrast.mean("lead", level=level).iloc[0]
    if found["se"] > 0 and found["df"] > 0:
        p = float(2 * special.stdtr(found["df"], -abs(found["estimate"]) / found["se"]))
    else:
        p = _unanimous(users, found["df"]) if abs(found["estimate"]) > 1 - 1e-12 else np.nan
    other_share = float(
        users.weights[(users.data[purpose] == other).to_numpy(dtype=bool, na_value=False)].sum()
    )
    return {
        "other": other,
        "other_share": other_share,
        "p": p,
        "estimate": found["estimate"],
        "low": found["low"] if found["se"] > 0 else np.nan,
        "high": found["high"] if found["se"] > 0 else np.nan,
    }


def _unanimous(users: SurveyDesign, df: float) -> float:
    """Give the p-value of a sign test where all firms name the same objective."""
    weights = users.weights.to_numpy(dtype=float)
    count = min(weights.sum() ** 2 / (weights**2).sum(), df + 1)
    return float(min(1.0, 2 * 0.5**count))


def role_advantage(
    design: SurveyDesign, *, roles: Mapping[str, str] = ROLES, level: float = 0.95
) -> pd.DataFrame:
    """Test whether a platform helps more when it is used for its own role than for anything else.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `purpose_PLATFORM, helps_PLATFORM`.
    roles : mapping of platform to objective
        The claims.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `platform, role`, `estimate` (share helped in the role less the share helped in other uses), `se, low, high, n,
        df, p, p_adjusted` (Holm, over the platforms), `verdict` (`better`, `worse`, `undecided`), `method, flag`.
        Platforms with fewer than two firms on either side are left out.

    Raises
    ------
    DataError
        As `fit_matrix`.

    Notes
    -----
    A platform may have a role and help no more in it: firms may be many there because others are.

    References
    ----------
    Claim D7.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "purpose_x": ["converse", "sell"] * 20, "helps_x": [1, 0] * 18 + [0, 1] * 2})
    >>> role_advantage(SurveyDesign(firms, weights="w"))[["estimate", "n", "verdict"]].round(2).values.tolist()
    [[0.8, 40, 'better']]
    """
    refuse_other(design, "role_advantage")
    tables = []
    for platform in (name for name in judged_platforms(design.data) if name in roles):
        purpose, role = f"purpose_{platform}", roles[platform]
        sides = (design.data[purpose].dropna() == role).value_counts()
        if len(sides) < 2 or sides.min() < 2:
            continue
        inside = design.transform(
            lambda data, purpose=purpose, role=role: data.assign(
                in_role=(data[purpose] == role).astype("Int64")
            )
        )
        table = inside.compare(f"helps_{platform}", by="in_role", level=level)
        tables.append(table.assign(platform=platform, role=role))
    if not tables:
        return pd.DataFrame(
            columns=["platform", "role", "estimate", "se", "low", "high", "n", "p", "verdict"]
        )
    table = pd.concat(tables, ignore_index=True).drop(columns=["group_1", "group_2"])
    table["p_adjusted"] = holm(table["p"].tolist())
    sure = table["p_adjusted"] < ALPHA
    table["verdict"] = np.select([sure & (table["estimate"] > 0), sure], ["better", "worse"], "undecided")
    first = ["platform", "role"]
    table = table[[*first, *(name for name in table if name not in first)]]
    return table.astype({"platform": "string", "role": "string", "verdict": "string"})
