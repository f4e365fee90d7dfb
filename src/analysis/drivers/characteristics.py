"""Which characteristics of firms may go with use? Worked out from the answers, and joined in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.adoption import with_presence
from analysis.errors import DataError
from analysis.survey import SurveyDesign

__all__ = ["ATTITUDES", "CONTEXT", "asked", "connected", "inventory", "shared_traits", "with_drivers"]

CONTEXT = {
    "owner": ("age_decades", "woman", "writes_weekly"),
    "organisation": ("size_doubled", "young_in_firm", "coop_firms"),
    "technology": ("website", "customer_file"),
    "environment": ("sector", "group_member", "local_decile"),
}
ATTITUDES = {
    "effort": ("barrier_skill", "barrier_change"),
    "facilitation": ("support_used", "ready_time"),
    "expectancy": ("web_strategy",),
    "innovativeness": ("follows_news",),
}


def with_drivers(data: pd.DataFrame) -> pd.DataFrame:
    """Work out the characteristics that models of adoption use from the answers.

    Parameters
    ----------
    data : pandas.DataFrame
        Answers with columns `platforms__*`; others as far as they were asked.

    Returns
    -------
    pandas.DataFrame
        The answers with `uses_any` and its kin, and where asked `age_decades` (owner's age in tens of years),
        `woman` (1 for a woman), `writes_weekly` (1 for writing weekly or daily), `size_doubled` (log2 of 1 + employees:
        one more is twice as many people at work), `group_member` and `support_used` (1 when any is ticked),
        `local_decile` (local customers in tenths).

    Raises
    ------
    DataError
        When there is no column `platforms__*`.

    Notes
    -----
    Missing stays missing: a firm that skipped the question on groups is not a firm without groups.

    References
    ----------
    Tornatzky & Fleischer (1990), *The Processes of Technological Innovation*, for the three contexts; Venkatesh et al.
    (2003), *MIS Quarterly* 27:425, for effort and facilitating conditions.

    Examples
    --------
    >>> answers = pd.DataFrame({"platforms__x": [1, 0], "owner_age": [45, 60], "employees": [0, 3]})
    >>> with_drivers(answers)[["age_decades", "size_doubled"]].to_numpy().tolist()
    [[4.5, 0.0], [6.0, 2.0]]
    """
    ready = with_presence(data)
    made = {name: make(ready) for name, (column, make) in DERIVED.items() if column in ready.columns}
    for name, stem in (("group_member", "groups__"), ("support_used", "support__")):
        ticked = ready[[column for column in map(str, ready.columns) if column.startswith(stem)]]
        if not ticked.empty:
            made[name] = ticked.astype("Int64").max(axis=1).mask(ticked.isna().any(axis=1))
    return ready.assign(**made)


def _level(column: str, *levels: str) -> Any:
    def read(data: pd.DataFrame) -> pd.Series:
        return data[column].isin(levels).astype("Int64").mask(data[column].isna())

    return read


DERIVED = {
    "age_decades": ("owner_age", lambda data: data["owner_age"].astype("Float64") / 10),
    "woman": ("owner_gender", _level("owner_gender", "woman")),
    "writes_weekly": ("writing_habit", _level("writing_habit", "weekly", "daily")),
    "size_doubled": ("employees", lambda data: np.log2(1 + data["employees"].astype("Float64"))),
    "local_decile": ("local_share", lambda data: data["local_share"].astype("Float64") / 10),
}


def connected(design: SurveyDesign) -> SurveyDesign:
    """Add the characteristics to a survey, and keep the firms that were asked about networks.

    Parameters
    ----------
    design : SurveyDesign
        The survey.

    Returns
    -------
    SurveyDesign
        With the columns of `with_drivers`; the firms with internet where that was asked.

    Raises
    ------
    DataError
        When there is no column `platforms__*`.

    Notes
    -----
    What is found among connected firms says nothing of those without internet.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "internet": [1, 0], "owner_age": [45, 60], "platforms__x": [1, 0]})
    >>> connected(SurveyDesign(firms, weights="w")).data["age_decades"].tolist()
    [4.5]
    """
    ready = design.transform(with_drivers)
    if "internet" not in design.data.columns:
        return ready
    return ready.subset(ready.data["internet"].astype("Int64") == 1)


def asked(design: SurveyDesign, blocks: Mapping[str, Sequence[str]]) -> list[str]:
    """Name the characteristics of some blocks that the survey has.

    Parameters
    ----------
    design : SurveyDesign
        From `connected`.
    blocks : mapping of str to sequence of str
        Block to characteristics.

    Returns
    -------
    list of str

    Raises
    ------
    DataError
        When it has none of them.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "website": [1, 0]})
    >>> asked(SurveyDesign(firms, weights="w"), CONTEXT)
    ['website']
    """
    wanted = [name for names in blocks.values() for name in names]
    found = [name for name in wanted if name in design.data.columns]
    if not found:
        raise DataError(f"None of the characteristics was asked in this survey: {', '.join(wanted)}.")
    return found


def shared_traits(
    design: SurveyDesign,
    *,
    by: str,
    groups: tuple[Any, Any],
    blocks: Mapping[str, Sequence[str]] = CONTEXT,
) -> list[str]:
    """Name the characteristics by which two groups can be compared: those that vary in both.

    Parameters
    ----------
    design : SurveyDesign
        From `connected`.
    by : str
        Column of the groups.
    groups : tuple of two levels
        The groups.
    blocks : mapping of str to sequence of str
        Block to characteristics.

    Returns
    -------
    list of str
        Without `by`, and without those that have one value, or other levels, in one of the groups.

    Raises
    ------
    DataError
        When a group has no firm, or the survey none of the characteristics.

    Notes
    -----
    What sorts the groups entirely cannot explain their gap: it is another name for it.

    References
    ----------
    Jann (2008), *Stata Journal* 8:453.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "size": list("aabb"), "size_doubled": [0, 0, 1, 2], "website": [0, 1, 1, 0]})
    >>> shared_traits(SurveyDesign(firms, weights="w"), by="size", groups=("a", "b"))
    ['website']
    """
    parts = [design.data[design.data[by] == group] for group in groups]
    for group, part in zip(groups, parts, strict=True):
        if part.empty:
            raise DataError(f'No connected firm has {by} "{group}". Choose two groups that are there.')
    return [name for name in asked(design, blocks) if name != by and _shared(*(part[name] for part in parts))]


def _shared(one: pd.Series, two: pd.Series) -> bool:
    """Tell whether a characteristic varies in both groups, over the same levels where it is in words."""
    levels = [set(answers.dropna()) for answers in (one, two)]
    numeric = pd.api.types.is_numeric_dtype(one)
    return min(map(len, levels)) > 1 and (numeric or levels[0] == levels[1])


def inventory(
    design: SurveyDesign, *, blocks: Mapping[str, Sequence[str]] = CONTEXT | ATTITUDES
) -> pd.DataFrame:
    """List the characteristics by block: what was asked, of how many, and what is typical.

    Parameters
    ----------
    design : SurveyDesign
        The survey.
    blocks : mapping of str to sequence of str
        Block to characteristics.

    Returns
    -------
    pandas.DataFrame
        `block, variable`, `estimate, se, low, high` (weighted mean, or share where the answer is 0/1; missing for
        answers in words), `n` (answers), `missing` (connected firms without one).

    Notes
    -----
    A block is only as good as its characteristics: what was not asked is in none of them.

    References
    ----------
    Tornatzky & Fleischer (1990); Venkatesh et al. (2003), *MIS Quarterly* 27:425.

    Examples
    --------
    >>> firms = pd.DataFrame({"w": 1.0, "owner_age": [40, 60, None], "platforms__x": [1, 0, 1]})
    >>> inventory(SurveyDesign(firms, weights="w"))[["block", "variable", "estimate", "n", "missing"]].values.tolist()
    [['owner', 'age_decades', 5.0, 2, 1]]
    """
    ready = connected(design)
    names = set(asked(ready, blocks))
    rows = [
        {"block": block, "variable": name, **_typical(ready, name)}
        for block, wanted in blocks.items()
        for name in wanted
        if name in names
    ]
    return pd.DataFrame(rows)


def _typical(ready: SurveyDesign, name: str) -> dict[str, Any]:
    answers = ready.data[name]
    known = int(answers.notna().sum())
    counts = {"n": known, "missing": len(answers) - known}
    if not pd.api.types.is_numeric_dtype(answers):
        return dict.fromkeys(("estimate", "se", "low", "high"), np.nan) | counts
    row = ready.mean(name).iloc[0]
    return {key: float(row[key]) for key in ("estimate", "se", "low", "high")} | counts
