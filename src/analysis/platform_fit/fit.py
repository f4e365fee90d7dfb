"""How often does a platform help with the objective it is used for? The matrix of platforms and objectives.

Each firm says, for each platform it is on, what it mainly uses it for and whether it really helps with that: the share
that says yes is a cell. A cell that cannot be told from chance, or rests on too few firms, says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign
from analysis.survey.columns import yes_or_no

__all__ = [
    "HOURS",
    "OBJECTIVES",
    "PLATFORMS",
    "asked_platforms",
    "fit_matrix",
    "judged_platforms",
    "platform_uses",
    "with_hours",
]

By = str | Sequence[str] | None
PLATFORMS = ("facebook", "instagram", "google_business", "linkedin", "youtube", "x")
OBJECTIVES = (
    "seen_locally",
    "show_inside",
    "show_know_how",
    "converse",
    "be_listed",
    "sell",
    "fill_events",
    "recruit",
)
HOURS = {"0_to_2": (0.0, 2.0), "2_to_5": (2.0, 5.0), "5_and_more": (5.0, float("inf"))}
FEWEST = 30
WIDEST = 0.4
HALF = 0.5
BETWEEN = "\x1f"  # parts platform and objective in the name of a cell: neither can hold it


def fit_matrix(
    design: SurveyDesign,
    by: By = None,
    *,
    objectives: Sequence[str] | None = None,
    fewest: int = FEWEST,
    widest: float = WIDEST,
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate, for each platform and objective, the share of firms that say the platform helps with it.

    Parameters
    ----------
    design : SurveyDesign
        The survey; `purpose_PLATFORM` (what it is mainly for) and `helps_PLATFORM` (0/1) of the same platforms.
    by : str or list of str, optional
        Columns to group by, such as `sector` or the `hours_band` of `with_hours`.
    objectives : sequence of str, optional
        Those to show; all that firms named, or that the questionnaire knows, when left out.
    fewest : int
        Firms below which a cell is not known.
    widest : float
        Width of the interval, as a share, beyond which it is not known either.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Grouping columns, `platform, objective`, then as `SurveyDesign.proportion` (of the firms that use the platform
        mainly for the objective), `known` (boolean), `verdict`: `helps` (more than half, surely), `fails` (fewer than
        half, surely), `open` (neither) or `unknown`, and `reason` (`few`, `wide` or empty). Cells that nobody is in
        have `n` 0 and missing estimates.

    Raises
    ------
    DataError
        When no platform has both questions, or nobody answered both; when `helps_PLATFORM` holds something else than
        0, 1 and missing.
    ParameterError
        When an objective is unknown, `fewest` or `widest` cannot be one, or a column to group by is called as one of
        the matrix.

    Notes
    -----
    Firms judge platforms they chose, for what they chose them for: that a platform helps them is not what it would do
    for a firm that is not on it. Many cells, each with its own interval: about one in twenty misses its truth.

    References
    ----------
    Claims D4 and D7. Korn & Graubard (1998), *Survey Methodology* 24:193, for shares in small groups.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "purpose_x": ["sell"] * 4 + ["converse"] * 36, "helps_x": [1, 0] * 20})
    >>> matrix = fit_matrix(SurveyDesign(firms, weights="w"), objectives=["converse", "sell"])
    >>> matrix[["platform", "objective", "estimate", "n", "verdict", "reason"]]
      platform objective  estimate   n  verdict reason
    0        x  converse       0.5  36     open
    1        x      sell       0.5   4  unknown    few
    """
    refuse_other(design, "fit_matrix")
    if not fewest >= 1 or not 0 < widest <= 1:
        raise ParameterError(
            f"fewest={fewest}, widest={widest}: give 1 firm or more, and a width above 0, at most 1."
        )
    names = [] if by is None else [by] if isinstance(by, str) else list(by)
    for name in names:
        if name in ("platform", "objective"):
            raise ParameterError(f'by="{name}": the matrix has a column of that name; rename yours first.')
    asked = [f"{stem}_{platform}" for platform in asked_platforms(design) for stem in ("purpose", "helps")]
    data = design.answers(dict.fromkeys([*asked, *names]))
    platforms = judged_platforms(data)
    wanted = _objectives(data, platforms, objectives)
    cells = _told_cells(design, platforms, names, level)
    return _judged(_every_cell(cells, data, names, platforms, wanted), fewest, widest)


def refuse_other(design: Any, asker: str) -> None:
    """Refuse what is no survey with its design, saying what to give.

    Examples
    --------
    >>> refuse_other(SurveyDesign(pd.DataFrame({"w": [1.0, 2.0]}), weights="w"), "fit_matrix")
    """
    if not isinstance(design, SurveyDesign):
        raise ParameterError(
            f"{asker}() needs a SurveyDesign, and a {type(design).__name__} was given. Say how the firms were drawn: "
            'SurveyDesign(data, weights="w", strata="stratum").'
        )


def asked_platforms(data: pd.DataFrame | SurveyDesign) -> list[str]:
    """Name the platforms of which the survey asks both what they are for and whether they help.

    Parameters
    ----------
    data : pandas.DataFrame or SurveyDesign
        Answers.

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        When there is none.

    Examples
    --------
    >>> asked_platforms(pd.DataFrame(columns=["purpose_x", "helps_x", "helps_youtube"]))
    ['x']
    """
    both = [c.removeprefix("helps_") for c in map(str, data.columns.tolist()) if c.startswith("helps_")]
    both = [platform for platform in both if f"purpose_{platform}" in data.columns]
    if not both:
        raise DataError(
            'The survey has no pair of columns "purpose_…" and "helps_…": whether platforms help with what they '
            "are for was not asked."
        )
    return [p for p in PLATFORMS if p in both] + sorted(set(both) - set(PLATFORMS))


def judged_platforms(data: pd.DataFrame) -> list[str]:
    """Name the platforms asked about, once whether they help is known to be told by 0 and 1.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers.

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        As `asked_platforms`; when a `helps_PLATFORM` holds something else, or nobody answered both questions of any.

    Examples
    --------
    >>> judged_platforms(pd.DataFrame({"purpose_x": ["sell"], "helps_x": [1]}))
    ['x']
    """
    platforms = asked_platforms(data)
    for column in (f"helps_{platform}" for platform in platforms):
        if yes_or_no(data[column]) is None and data[column].notna().any():
            other = next((value for value in data[column].dropna() if value not in (0, 1)), "text")
            raise DataError(
                f'Column "{column}" holds {other!r}: helping is told by 0 (no), 1 (yes) or missing.'
            )
    asked = (data[[f"purpose_{platform}", f"helps_{platform}"]] for platform in platforms)
    if not any(answers.notna().all(axis=1).any() for answers in asked):
        raise DataError("No firm said both what a platform is for and whether it helps: no fit can be told.")
    return platforms


def _objectives(data: pd.DataFrame, platforms: list[str], wanted: Sequence[str] | None) -> list[str]:
    told = (pd.factorize(data[f"purpose_{platform}"])[1].tolist() for platform in platforms)
    named = set().union(*(map(str, purposes) for purposes in told))
    known = [o for o in OBJECTIVES if o in named] + sorted(named - set(OBJECTIVES))
    for objective in wanted or []:
        if objective not in {*known, *OBJECTIVES}:
            raise ParameterError(
                f'objectives: "{objective}" is none of them.{did_you_mean(str(objective), known)} '
                f"Objectives: {', '.join(known)}."
            )
    return list(dict.fromkeys(wanted)) if wanted else known


def _told_cells(design: SurveyDesign, platforms: list[str], names: list[str], level: float) -> pd.DataFrame:
    """Estimate the cells that somebody is in, all at once: each is a question to those it is about."""

    def asked(data: pd.DataFrame) -> pd.DataFrame:
        answers = {}
        for platform in platforms:
            helps = yes_or_no(data[f"helps_{platform}"])
            if helps is None:  # nobody told, in a column that holds no numbers
                continue
            code, purposes = pd.factorize(data[f"purpose_{platform}"])
            for place, objective in enumerate(purposes):
                answers[f"{platform}{BETWEEN}{objective}"] = np.where(code == place, helps, np.nan)
        cells = pd.DataFrame(np.column_stack(list(answers.values())), data.index, list(answers))
        return pd.concat([data[list(dict.fromkeys(names))], cells], axis=1) if names else cells

    questions = design.transform(asked)
    told = [name for name in questions.columns if name not in names]
    table = questions.proportions(told, names or None, level=level)
    table = table[table["n"] > 0]
    platform, _, objective = zip(
        *(name.partition(BETWEEN) for name in table["variable"].tolist()), strict=True
    )
    words = {"platform": pd.array(platform, dtype="string"), "objective": pd.array(objective, dtype="string")}
    return table.drop(columns="variable").assign(**words)


def _every_cell(
    cells: pd.DataFrame, data: pd.DataFrame, names: list[str], platforms: list[str], objectives: list[str]
) -> pd.DataFrame:
    """Give each group a row per platform and objective, without estimates where nobody is in the cell."""
    groups = data[names].dropna().drop_duplicates().sort_values(names) if names else pd.DataFrame(index=[0])
    at = np.indices((len(groups), len(platforms), len(objectives))).reshape(3, -1)
    keys = groups.iloc[at[0]].reset_index(drop=True)
    for name, levels, places in (("platform", platforms, at[1]), ("objective", objectives, at[2])):
        keys[name] = pd.array(levels, dtype="string").take(places)
    table = keys.merge(cells, on=[*names, "platform", "objective"], how="left", validate="one_to_one")
    table["n"] = table["n"].fillna(0).astype("int64")
    return table


def _judged(table: pd.DataFrame, fewest: int, widest: float) -> pd.DataFrame:
    n, low, high = (table[name].to_numpy() for name in ("n", "low", "high"))
    few = n < fewest
    wide = ~few & ~(high - low <= widest)
    reason = np.select([few, wide], ["few", "wide"], "")
    verdict = np.select([few | wide, low > HALF, high < HALF], ["unknown", "helps", "fails"], "open")
    words = {"verdict": pd.array(verdict, dtype="string"), "reason": pd.array(reason, dtype="string")}
    return table.assign(known=~(few | wide), **words)


def amounts(data: pd.DataFrame, name: str) -> np.ndarray:
    """Give a column as floats, missing answers as not-a-number.

    Examples
    --------
    >>> amounts(pd.DataFrame({"leads": [3, None]}), "leads").tolist()
    [3.0, nan]
    """
    numbers = pd.to_numeric(data[name], errors="coerce")
    other = (data[name].notna() & numbers.isna()).to_numpy(dtype=bool)
    if other.any():
        row = int(other.argmax())
        raise DataError(
            f'Column "{name}", row {row + 1}, holds "{data[name].iloc[row]}": it must be a number.'
        )
    return numbers.astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def with_hours(data: pd.DataFrame) -> pd.DataFrame:
    """Add the band of hours a week a firm spends on its networks.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with `hours_per_week`.

    Returns
    -------
    pandas.DataFrame
        The answers with `hours_band`: `0_to_2`, `2_to_5` (2 included, 5 not) or `5_and_more`; missing where hours
        are.

    Raises
    ------
    DataError
        When hours were not asked.

    Examples
    --------
    >>> with_hours(pd.DataFrame({"hours_per_week": [1.5, 2, None]}))["hours_band"].tolist()
    ['0_to_2', '2_to_5', <NA>]
    """
    if "hours_per_week" not in data.columns:
        raise DataError('The survey has no column "hours_per_week": the time spent was not asked.')
    hours = amounts(data, "hours_per_week")
    bands = pd.Series(pd.NA, index=data.index, dtype="string")
    for name, (least, below) in HOURS.items():
        bands[(hours >= least) & (hours < below)] = name
    return data.assign(hours_band=bands)


def platform_uses(data: pd.DataFrame) -> pd.DataFrame:
    """List what each firm uses each platform for, one row per firm and platform.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with `purpose_PLATFORM` and `helps_PLATFORM`.

    Returns
    -------
    pandas.DataFrame
        The answers, `platform, objective` and `helps` (0/1); only rows with both answers, and for every firm without
        any one row with none, so that the design still holds all its firms.

    Raises
    ------
    DataError
        As `judged_platforms`.

    Notes
    -----
    The platforms of one firm are not independent: declare the firm as a cluster when making a design of these rows.

    Examples
    --------
    >>> firms = pd.DataFrame({"firm": ["a", "b"], "purpose_x": ["sell", None], "helps_x": [1, None]})
    >>> platform_uses(firms)[["firm", "platform", "objective", "helps"]]
      firm platform objective  helps
    0    a        x      sell      1
    1    b     <NA>      <NA>   <NA>
    """
    platforms = judged_platforms(data)
    asked = [f"{stem}_{platform}" for platform in platforms for stem in ("purpose", "helps")]
    rest = data.drop(columns=asked)
    parts = []
    for platform in platforms:
        answers = rest.assign(
            platform=platform, objective=data[f"purpose_{platform}"], helps=data[f"helps_{platform}"]
        )
        parts.append(answers[answers[["objective", "helps"]].notna().all(axis=1)])
    used = set().union(*(part.index for part in parts))
    parts.append(
        rest.loc[[row not in used for row in rest.index]].assign(platform=pd.NA, objective=pd.NA, helps=pd.NA)
    )
    kinds = {"platform": "string", "objective": "string", "helps": "Int64"}
    return pd.concat([part.astype(kinds) for part in parts]).sort_index(kind="stable").reset_index(drop=True)
