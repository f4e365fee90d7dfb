"""Does a young generation with real delegation change how firms use networks, and who runs the accounts?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.adoption import with_presence
from analysis.drivers import with_drivers
from analysis.errors import DataError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.comparisons import holm
from analysis.survey.margin_contrasts import margin_contrasts

__all__ = ["generation", "runs_the_accounts", "with_generation"]

CONTROLS = ("sector", "size_class", "age_decades")
YOUNG_OWNER = 45
GROUPS = {("0", "0"): "neither", ("1", "0"): "young", ("0", "1"): "delegated", ("1", "1"): "both"}
CONTRASTS = {
    "delegated_without": {"delegated": 1.0, "neither": -1.0},
    "delegated_with": {"both": 1.0, "young": -1.0},
    "difference": {"both": 1.0, "young": -1.0, "delegated": -1.0, "neither": 1.0},
}


def with_generation(data: pd.DataFrame) -> pd.DataFrame:
    """Work out who runs the accounts with a free hand, and whether a younger generation is there.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with `platforms__*`, `who_runs, delegation, young_in_firm, owner_age`.

    Returns
    -------
    pandas.DataFrame
        The answers with those of `drivers.with_drivers`, `delegated` (1: someone else than the owner runs the accounts
        and decides alone what to publish; 0: not; missing for firms on no network), `young_owner` (under 45), and the
        groups `generation_staff` and `generation_owner`: neither, young (someone under 35 with responsibilities; an
        owner under 45), delegated, both.

    Raises
    ------
    DataError
        When one of the questions was not asked.

    Notes
    -----
    An owner who runs the accounts decides alone too: that is no delegation.

    Examples
    --------
    >>> answers = pd.DataFrame({
    ...     "platforms__x": [1, 1], "who_runs": ["owner", "employee"], "delegation": [5, 4], "young_in_firm": [1, 0],
    ...     "owner_age": [40, 60],
    ... })
    >>> with_generation(answers)[["delegated", "generation_staff"]].values.tolist()
    [[0, 'young'], [1, 'delegated']]
    """
    needed = ["who_runs", "delegation", "young_in_firm", "owner_age"]
    absent = [name for name in needed if name not in data.columns]
    if absent:
        raise DataError(f"The survey has no column {', '.join(absent)}: generation and delegation need them.")
    ready = with_drivers(data)
    free = (ready["delegation"].astype("Int64") >= 4).astype("boolean")
    other = (ready["who_runs"].astype("string") != "owner").astype("boolean")
    delegated = (free & other).astype("Int64")
    young_owner = (ready["owner_age"].astype("Float64") < YOUNG_OWNER).astype("Int64")
    staff = ready["young_in_firm"].astype("Int64")
    return ready.assign(
        delegated=delegated,
        young_owner=young_owner,
        generation_staff=_group(staff, delegated),
        generation_owner=_group(young_owner, delegated),
    )


def _group(young: pd.Series, delegated: pd.Series) -> pd.Series:
    keys = zip(young.astype("string"), delegated.astype("string"), strict=True)
    return pd.Series([GROUPS.get(key) for key in keys], index=young.index, dtype="string")


def runs_the_accounts(
    design: SurveyDesign, by: str | Sequence[str] | None = None, *, level: float = 0.95
) -> pd.DataFrame:
    """Estimate who looks after the accounts of the firms on a network.

    Parameters
    ----------
    design : SurveyDesign
        The survey; column `who_runs`, asked of firms on a network.
    by : str or list of str, optional
        Columns to group by.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `level` (owner, family, employee, intern, outside), then as `SurveyDesign.proportion`.

    Raises
    ------
    ParameterError
        When a column does not exist.

    Notes
    -----
    Who looks after them most of the time: others may help.

    References
    ----------
    Claims D5 and D13.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": [1.0, 1.0, 2.0], "who_runs": ["owner", "family", None]})
    >>> runs_the_accounts(SurveyDesign(firms, weights="w"))[["level", "estimate", "n"]]
        level  estimate  n
    0  family       0.5  2
    1   owner       0.5  2
    """
    return design.proportion("who_runs", by, level=level)


def generation(design: SurveyDesign, *, level: float = 0.95) -> pd.DataFrame:
    """Estimate what a younger generation and delegation go with, other things equal.

    Parameters
    ----------
    design : SurveyDesign
        The survey; columns as for `with_generation`, and `regular__*`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `outcome` (uses_any: of connected firms; regular_any, weekly use: of firms on a network), `generation` (staff:
        someone under 35 with responsibilities; owner: an owner under 45), `contrast` (young_in_firm: with less without
        young staff; delegated_without and delegated_with: delegated less not, where the young generation is absent or
        there; difference: the second less the first), then as `margin_contrasts`, in shares of firms; `p_adjusted`
        over the whole table. Models are logit, adjusted for sector, size and the owner's age (in years).

    Raises
    ------
    DataError
        When a question was not asked.

    Notes
    -----
    Who runs the accounts is only known of firms that have some: whether delegation brings firms onto a network cannot
    be told from such a survey, only whether those present are more regular.

    References
    ----------
    Claim D5. Ai & Norton (2003), *Economics Letters* 80:123.

    Examples
    --------
    >>> from analysis.survey import load_codebook, read_survey
    >>> from analysis.catalog import data_path
    >>> book = load_codebook()
    >>> design = SurveyDesign(read_survey(data_path("sample", "survey.csv"), book), **book.sampling)
    >>> generation(design.subset(design.data["wave"] == 2026))["contrast"].tolist()[:2]
    ['young_in_firm', 'delegated_without']
    """
    ready = design.transform(with_generation)
    connected = _having(ready, "internet") if "internet" in ready.data else ready
    users = _having(ready.transform(with_presence), "uses_any")
    tables = [_presence(connected, level)]
    for name in ("staff", "owner"):
        group = f"generation_{name}"
        model = users.glm("regular_any", [group, *_asked(users)], family="binomial", level=level)
        found = margin_contrasts(model, group, CONTRASTS)
        tables.append(found.assign(outcome="regular_any", generation=name))
    table = pd.concat(tables, ignore_index=True).astype({"outcome": "string", "generation": "string"})
    table = table.assign(p_adjusted=holm(table["p"].tolist()))
    first = ["outcome", "generation", "contrast"]
    return table[[*first, *(name for name in table if name not in first)]]


def _having(design: SurveyDesign, column: str) -> SurveyDesign:
    return design.subset(design.data[column].astype("Int64").eq(1).fillna(False))


def _asked(design: SurveyDesign) -> list[str]:
    return [name for name in CONTROLS if name in design.data.columns]


def _presence(connected: SurveyDesign, level: float) -> pd.DataFrame:
    """Compare the presence of firms with and without young staff in charge of something."""
    model = connected.glm("uses_any", ["young_in_firm", *_asked(connected)], family="binomial", level=level)
    found = margin_contrasts(model, "young_in_firm", {"young_in_firm": {1: 1.0, 0: -1.0}})
    return found.assign(outcome="uses_any", generation="staff")
