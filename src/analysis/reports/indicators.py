"""Where a client stands on a few key figures: value, uncertainty, change, and place among peers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from analysis import language as words
from analysis.charts import peer_strip, peer_strip_key
from analysis.errors import ReportError
from analysis.reports.drawing import STRIP, drawing

__all__ = ["FEWEST_PEERS", "Indicator", "Peers", "indicator_data", "strip_key"]

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
    """Set one indicator as data: texts typeset, peers withheld below five, the strip drawn.

    Parameters
    ----------
    indicator : Indicator
        The figure.
    language : str
        `en` or `fr`.

    Returns
    -------
    dict
        `name, description, value, interval, change, change_note, state, own, ends, peers, drawing`; the drawing is
        that of `charts.peer_strip`, where there are peers.

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
        "own": indicator.own,
        "ends": [indicator.low, indicator.high],
        "peers": peers,
        "drawing": _strip(indicator, texts, peers, language),
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


def _strip(
    indicator: Indicator, texts: dict[str, str], peers: dict[str, Any] | None, language: str
) -> dict[str, Any] | None:
    """Draw the client's place; without a figure of its own, or peers, there is none."""
    if peers is None or indicator.own is None:
        return None
    ends = (indicator.low, indicator.high)
    low, high = ends if None not in ends else (None, None)
    known = (None,) * 4 if peers["few"] else (*peers["quartiles"], peers["count"])
    said = None if peers["few"] else tuple(peers["texts"])

    def draw(ax: Any) -> None:
        q1, median, q3, n = known
        place = {"q1": q1, "median": median, "q3": q3, "n": n, "texts": said}
        peer_strip(
            ax,
            value=indicator.own,
            low=low,
            high=high,
            alert=indicator.state == "alert",
            language=language,
            **place,
        )

    return drawing(draw, _alt(texts, peers, language), language, widths=STRIP)


def strip_key(language: str) -> dict[str, Any]:
    """Draw the strip that explains the others.

    Parameters
    ----------
    language : str
        `en` or `fr`.

    Returns
    -------
    dict
        As `analysis.reports.drawing.drawing` gives it; the words beside it say the same, so it has no alternative text.

    Examples
    --------
    >>> "médiane" in strip_key("fr")["wide"]
    True
    """
    return drawing(lambda ax: peer_strip_key(ax, language=language), "", language, widths=STRIP)


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
