"""Is the network online the same network or another one? Ties by channel, and how many-sided they are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.errors import DataError, did_you_mean
from analysis.survey import SurveyDesign
from analysis.ties.network import distinct_ties

__all__ = ["ASPECTS", "OFFLINE", "channel_overlap", "multiplexity"]

OFFLINE = "offline"
ASPECTS = ("channel", "kind", "purpose")


def channel_overlap(
    ties: pd.DataFrame, *, design: Mapping[str, str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Compare the ties kept face to face with those kept online.

    Parameters
    ----------
    ties : pandas.DataFrame
        `ego, alter, channel` (`offline` or a platform), one row per channel of a tie.
    design : mapping of str to str, optional
        How egos were drawn: `weights`, `strata`, `clusters` to columns of `ties`. Left out: egos are drawn
        one by one.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `quantity`: `offline_only`, `online_only`, `both` (shares of all ties; `both` is also the Jaccard
        similarity of the two sets of ties), `online_met` (share of online ties also met face to face),
        `offline_linked` (share of face-to-face ties also kept online). Then `estimate, se, low, high, n`
        (ties), `df`, `flag`.

    Raises
    ------
    DataError
        When a column is missing or no tie has a channel.

    Notes
    -----
    Ties without a channel are left out. A tie met only online may be old and strong: the channel says where,
    not how well, two people know each other.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": ["a", "a", "b", "c"], "alter": ["x", "x", "y", "z"],
    ...                      "channel": ["offline", "facebook", "offline", "linkedin"]})
    >>> channel_overlap(told).set_index("quantity")["estimate"].round(2).to_dict()["both"]
    0.33
    """
    told = _with_column(ties, "channel")
    if told.empty:
        raise DataError("No tie of the table has a channel.")
    pairs = told.assign(
        _off=(told["channel"] == OFFLINE).astype(int), _on=(told["channel"] != OFFLINE).astype(int)
    )
    sides = pairs.groupby(["ego", "alter"], sort=False)[["_off", "_on"]].max()
    relations = _relations(told, design).join(sides, on=["ego", "alter"])
    relations = relations.assign(
        offline_only=relations["_off"] * (1 - relations["_on"]),
        online_only=relations["_on"] * (1 - relations["_off"]),
        both=relations["_on"] * relations["_off"],
    )
    survey = _design(relations, design)
    online, offline = (survey.subset(survey.data[side] == 1) for side in ("_on", "_off"))
    rows = [
        _named(name, survey.proportion(name, level=level)) for name in ("offline_only", "online_only", "both")
    ]
    rows += [_named("online_met", online.proportion("_off", level=level))] if len(online) else []
    rows += [_named("offline_linked", offline.proportion("_on", level=level))] if len(offline) else []
    return pd.concat(rows, ignore_index=True)


def multiplexity(
    ties: pd.DataFrame, *, design: Mapping[str, str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Say how many channels, kinds and purposes one tie has.

    Parameters
    ----------
    ties : pandas.DataFrame
        `ego, alter` and at least one of `channel, kind, purpose`, one row per channel of a tie.
    design : mapping of str to str, optional
        As in `channel_overlap`.
    level : float
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        `aspect` (channel, kind, purpose), `statistic` (`mean` number of different ones per tie, `several`: share
        of ties with two or more), `estimate, se, low, high, n` (ties), `df`, `flag`.

    Raises
    ------
    DataError
        When none of these columns is there.

    Notes
    -----
    A questionnaire that takes one answer per tie makes every tie single: 1 everywhere says nothing of people.

    References
    ----------
    Verbrugge, L. M. (1979). Multiplexity in adult friendships. Social Forces 57, 1286-1309.

    Examples
    --------
    >>> told = pd.DataFrame({"ego": ["a", "a", "b"], "alter": ["x", "x", "y"], "channel": ["offline", "x", "x"]})
    >>> multiplexity(told)[["statistic", "estimate"]].values.tolist()
    [['mean', 1.5], ['several', 0.5]]
    """
    present = [aspect for aspect in ASPECTS if aspect in ties]
    if not present:
        raise DataError(f"multiplexity() needs one of the columns {', '.join(ASPECTS)} beside ego and alter.")
    rows = []
    for aspect in present:
        told = _with_column(ties, aspect)
        if told.empty:
            continue
        count = told.groupby(["ego", "alter"], sort=False)[aspect].nunique().rename("_count")
        relations = _relations(told, design).join(count, on=["ego", "alter"])
        survey = _design(relations.assign(_several=(relations["_count"] > 1).astype(int)), design)
        for statistic, table in (
            ("mean", survey.mean("_count", level=level)),
            ("several", survey.proportion("_several", level=level)),
        ):
            rows.append(_named(statistic, table, "statistic").assign(aspect=aspect))
    table = pd.concat(rows, ignore_index=True)
    return table[["aspect", *(name for name in table if name != "aspect")]]


def _with_column(ties: pd.DataFrame, column: str) -> pd.DataFrame:
    if column not in ties:
        raise DataError(
            f'The table of ties has no column "{column}".{did_you_mean(column, map(str, ties.columns))}'
        )
    return ties[ties[column].notna()]


def _relations(ties: pd.DataFrame, design: Mapping[str, str] | None) -> pd.DataFrame:
    return distinct_ties(
        ties, keep=[name for name in (design or {}).values() if name not in ("ego", "alter")]
    )


def _design(relations: pd.DataFrame, design: Mapping[str, str] | None) -> SurveyDesign:
    how = {"clusters": "ego"} if design is None else dict(design)
    return SurveyDesign(relations.assign(_equal=1.0), **({"weights": "_equal"} | how))


def _named(name: str, table: pd.DataFrame, column: str = "quantity") -> pd.DataFrame:
    kept = [c for c in ("estimate", "se", "low", "high", "n", "df", "flag") if c in table]
    return table[kept].assign(**{column: name})[[column, *kept]]
