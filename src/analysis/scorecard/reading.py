"""How are a firm's indicators read? What moved, what stands above or below the peers, what nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from analysis.errors import DataError
from analysis.peers import FEWEST

__all__ = ["beside_peers", "change", "main_platform", "position", "rhythm"]


def main_platform(cards: pd.DataFrame) -> str:
    """Name the platform a report speaks of first: most posts among those that say how many people were reached.

    Parameters
    ----------
    cards : pandas.DataFrame
        From `scorecards`.

    Returns
    -------
    str

    Raises
    ------
    DataError
        When no platform says how many people were reached, nor how often its posts were seen.

    Examples
    --------
    >>> main_platform(pd.DataFrame({"platform": ["youtube", "facebook"], "per": ["views", "reach"],
    ...                             "indicator": "seen", "estimate": [900.0, 300.0]}))
    'facebook'
    """
    known = cards[(cards["indicator"] == "seen") & cards["estimate"].notna()]
    if known.empty:
        named = ", ".join(cards["platform"].unique())
        raise DataError(
            f"No {named} post of the period, boosted ones aside, has a reach or views: there is "
            "nothing to report on. Add exports that hold these columns, or choose another period."
        )
    reached = known[known["per"] == "reach"]
    return str((reached if len(reached) else known)["platform"].iloc[0])


def beside_peers(row: Mapping[str, Any], firm: str, peers: str) -> pd.DataFrame:
    """Set one indicator beside the middle half of the peers, for a small drawing.

    Parameters
    ----------
    row : mapping
        A row of a scorecard.
    firm, peers : str
        What to call the two.

    Returns
    -------
    pandas.DataFrame
        Two rows, `label, estimate, low, high`; a count has itself as both limits, the peers their quartiles.

    Examples
    --------
    >>> beside_peers({"estimate": 38, "peer_low": 14, "peer_median": 24, "peer_high": 41}, "you", "peers")
       label  estimate  low  high
    0    you        38   38    38
    1  peers        24   14    41
    """
    low, high = (row["estimate"] if pd.isna(row.get(end, pd.NA)) else row[end] for end in ("low", "high"))
    own = {"label": firm, "estimate": row["estimate"], "low": low, "high": high}
    others = {
        "label": peers,
        "estimate": row["peer_median"],
        "low": row["peer_low"],
        "high": row["peer_high"],
    }
    return pd.DataFrame([own, others])


def rhythm(row: Mapping[str, Any]) -> Literal["more", "same", "less", "alone"]:
    """Say whether a firm posts more or less often than the middle half of its peers.

    Parameters
    ----------
    row : mapping
        The row `posts` of a scorecard.

    Returns
    -------
    str
        `alone` when there are too few peers.

    Examples
    --------
    >>> rhythm({"estimate": 38, "peer_low": 14, "peer_high": 30, "peer_n": 23})
    'more'
    """
    if row["peer_n"] < FEWEST:
        return "alone"
    if row["estimate"] > row["peer_high"]:
        return "more"
    return "less" if row["estimate"] < row["peer_low"] else "same"


def change(row: Mapping[str, Any]) -> Literal["up", "down", "flat", "unknown"]:
    """Say whether an indicator moved since the period before.

    Parameters
    ----------
    row : mapping
        A row of a scorecard with an interval for its change.

    Returns
    -------
    str
        `flat` when the interval holds zero, `unknown` when there is none.

    Examples
    --------
    >>> change({"change_low": -0.2, "change_high": 0.79})
    'flat'
    """
    if pd.isna(row["change_low"]):
        return "unknown"
    return "up" if row["change_low"] > 0 else "down" if row["change_high"] < 0 else "flat"


def position(row: Mapping[str, Any]) -> Literal["above", "below", "unclear", "alone"]:
    """Say whether a firm stands above or below the median of its peers, its uncertainty counted.

    Parameters
    ----------
    row : mapping
        A row of a scorecard with an interval.

    Returns
    -------
    str
        `unclear` when the interval holds the peers' median or is missing, `alone` when there are too few peers.

    Examples
    --------
    >>> position({"low": 225, "high": 398, "peer_median": 236, "peer_n": 19})
    'unclear'
    """
    if row["peer_n"] < FEWEST:
        return "alone"
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return "unclear"
    if row["low"] > row["peer_median"]:
        return "above"
    return "below" if row["high"] < row["peer_median"] else "unclear"
