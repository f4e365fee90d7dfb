"""Where a client stands on a few key figures: value, uncertainty, change, and place among peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from analysis import language as words
from analysis.errors import ReportError

__all__ = ["FEWEST_PEERS", "Indicator", "Peers", "indicator_data"]

FEWEST_PEERS = 5


@dataclass(frozen=True, slots=True)
class Peers:
    """The middle half of comparable firms on one figure.

    Parameters
    ----------
    low, median, high : float, optional
        First quartile, median, third quartile, in the indicator's unit.
    n : int
        How many peers; below 5 neither quartiles nor the count are ever shown.
    texts : tuple of str, optional
        The three printed as the reader should see them; whole numbers when left out.
    """

    low: float | None
    median: float | None
    high: float | None
    n: int
    texts: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One key figure, ready to be shown.

    Parameters
    ----------
    name : str
        Short name: “Engagement rate”.
    description : str
        What is counted, over what.
    value : str
        The printed value: “4,7 %”.
    interval : str
        Its interval in words (“de 4,1 à 5,2 %”), or “exact count”.
    change : str
        Change since the period before: “+8 h”.
    change_note : str
        Its interval or the earlier value: “29 au T3”.
    state : str
        `up` (an established rise), `down` (an established fall), `alert` (an established turn for the worse),
        `flat` (an interval that holds zero), `unknown` (no earlier figure).
    peers : Peers, optional
        The comparable firms.
    own, low, high : float, optional
        The client's figure and the ends of its interval, for the drawing.
    """

    name: str
    description: str
    value: str
    interval: str = ""
    change: str = ""
    change_note: str = ""
    state: Literal["up", "down", "flat", "alert", "unknown"] = "unknown"
    peers: Peers | None = None
    own: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        states = ("up", "down", "flat", "alert", "unknown")
        if self.state not in states:
            raise ReportError(
                f'Indicator "{self.name}": state "{self.state}" is not one of {", ".join(states)}.'
            )


def indicator_data(indicator: Indicator, language: str) -> dict[str, Any]:
    """Set one indicator as data: texts typeset, peers withheld below five, the strip placed.

    Parameters
    ----------
    indicator : Indicator
        The figure.
    language : str
        `en` or `fr`.

    Returns
    -------
    dict
        `name, description, value, interval, change, change_note, state, peers, strip, alt`.

    Notes
    -----
    The number of peers is never written when there are fewer than five: the count itself could tell who they are.

    Examples
    --------
    >>> few = Indicator("Posts", "", "38", peers=Peers(14, 24, 41, 4), own=38)
    >>> indicator_data(few, "en")["peers"]["n"]
    'n < 5'
    """
    texts = {
        key: words.typeset(getattr(indicator, key), language)
        for key in ("name", "description", "value", "interval", "change", "change_note")
    }
    peers = _peers(indicator.peers, language)
    return {
        **texts,
        "state": indicator.state,
        "peers": peers,
        "strip": _strip(indicator, peers),
        "alt": _alt(texts, peers, language) if peers else "",
    }


def _peers(peers: Peers | None, language: str) -> dict[str, Any] | None:
    if peers is None:
        return None
    if peers.n < FEWEST_PEERS or None in (peers.low, peers.median, peers.high):
        return {"few": True, "n": words.typeset(f"n < {FEWEST_PEERS}", language)}
    quartiles = (peers.low, peers.median, peers.high)
    texts = peers.texts or tuple(words.number(value, language) for value in quartiles)
    return {
        "few": False,
        "quartiles": [float(value) for value in quartiles],
        "texts": [words.typeset(text, language) for text in texts],
        "n": words.typeset(f"n = {words.number(peers.n, language)}", language),
        "count": int(peers.n),
    }


def _strip(indicator: Indicator, peers: dict[str, Any] | None) -> dict[str, Any] | None:
    """Place everything on one scale from 0 to 1, a tenth of it free at each end."""
    if peers is None or peers["few"] or indicator.own is None:
        return None
    ends = [value for value in (indicator.low, indicator.high) if value is not None]
    shown = [*peers["quartiles"], float(indicator.own), *map(float, ends)]
    low, high = min(shown), max(shown)
    place = [round(0.1 + 0.8 * (value - low) / ((high - low) or 1.0), 4) for value in shown]
    return {"quartiles": place[:3], "own": place[3], "interval": place[4:] if len(ends) == 2 else None}


def _alt(texts: dict[str, str], peers: dict[str, Any], language: str) -> str:
    interval = f" ({texts['interval']})" if texts["interval"] else ""
    if peers["few"]:
        about = words.word("report.strip_few", language)
    else:
        low, median, high = peers["texts"]
        n = words.number(peers["count"], language)
        about = words.word("report.strip_peers", language, low=low, median=median, high=high, n=n)
    return words.word(
        "report.strip", language, name=texts["name"], value=texts["value"], interval=interval, peers=about
    )
