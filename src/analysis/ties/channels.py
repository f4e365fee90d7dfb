"""Is the network online the same network or another one? Ties by channel, and how many-sided they are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey import SurveyDesign
from analysis.ties.table import distinct_ties, refuse_absent, type_name

__all__ = ["ASPECTS", "OFFLINE", "channel_overlap", "multiplexity"]

OFFLINE = "offline"
DRAWN = ("weights", "strata", "clusters")
ASPECTS = ("channel", "kind", "purpose")
KEPT = ["estimate", "se", "low", "high", "n", "df", "flag"]
NOBODY = pd.DataFrame({"n": [0], "flag": ["no tie"]})


def channel_overlap(
    ties: pd.DataFrame, *, design: Mapping[str, str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Compare the ties kept face to face with those kept online.

    Parameters
    ----------
    ties : pandas.DataFrame
        `ego, alter, channel` (`offline` or a platform), one row per channel of a tie.
    design : mapping of str to str, optional
        How egos were drawn: `weights`, `strata`, `clusters` to columns of `ties`. Egos are drawn one by one
        where no `clusters` are named.
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
    ParameterError
        When `ties` is no table, or `design` names something else.
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
    met = (told["channel"].astype(str).str.strip().str.lower() == OFFLINE).to_numpy()
    pairs = told.assign(_off=met.astype(int), _on=(~met).astype(int))
    sides = pairs.groupby(["ego", "alter"], sort=False)[["_off", "_on"]].max()
    relations = _relations(told, design).join(sides, on=["ego", "alter"])
    relations = relations.assign(
        offline_only=relations["_off"] * (1 - relations["_on"]),
        online_only=relations["_on"] * (1 - relations["_off"]),
        both=relations["_on"] * relations["_off"],
    )
    survey = _design(relations, design)
    rows = [
        _named(name, survey.proportion(name, level=level)) for name in ("offline_only", "online_only", "both")
    ]
    for name, side, other in (("online_met", "_on", "_off"), ("offline_linked", "_off", "_on")):
        some = survey.data[side] == 1
        table = survey.subset(some).proportion(other, level=level) if some.any() else NOBODY
        rows.append(_named(name, table))
    return pd.concat(rows, ignore_index=True)[["quantity", *KEPT]]


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
    ParameterError
        As `channel_overlap`.
    DataError
        When none of these columns is there, or all are empty.

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
    _refuse_graph(ties)
    refuse_absent(ties, ["ego", "alter"])
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
    if not rows:
        raise DataError(f"No tie of the table has a {', '.join(present)}.")
    table = pd.concat(rows, ignore_index=True)
    return table[["aspect", *(name for name in table if name != "aspect")]]


def _refuse_graph(ties: pd.DataFrame) -> None:
    if not isinstance(ties, pd.DataFrame):
        raise ParameterError(
            f"Channels are told in a table of ties (a pandas DataFrame with columns ego, alter and channel), not in a "
            f"{type_name(ties)}."
        )


def _with_column(ties: pd.DataFrame, column: str) -> pd.DataFrame:
    _refuse_graph(ties)
    refuse_absent(ties, ["ego", "alter", column])
    return ties[ties[column].notna()]


def _relations(ties: pd.DataFrame, design: Mapping[str, str] | None) -> pd.DataFrame:
    return distinct_ties(
        ties, keep=[name for name in (design or {}).values() if name not in ("ego", "alter")]
    )


def _design(relations: pd.DataFrame, design: Mapping[str, str] | None) -> SurveyDesign:
    how = {"clusters": "ego"} | dict(design or {})
    for name in how:
        if name not in DRAWN:
            raise ParameterError(
                f'design: "{name}" is not a choice.{did_you_mean(name, DRAWN)} Choices: {", ".join(DRAWN)}.'
            )
    return SurveyDesign(relations.assign(_equal=1.0), **({"weights": "_equal"} | how))


def _named(name: str, table: pd.DataFrame, column: str = "quantity") -> pd.DataFrame:
    kept = [c for c in KEPT if c in table]
    return table[kept].assign(**{column: name})[[column, *kept]]
