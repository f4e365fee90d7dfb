"""How is a scorecard worded? Its rows as key figures, in the reader's language and the words of the text file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis import language as words
from analysis.reports.indicators import Indicator, Peers
from analysis.reports.passages import phrase
from analysis.reports.session import current

__all__ = ["scorecard_indicators"]


def scorecard_indicators(cards: pd.DataFrame, *, before: str) -> list[Indicator]:
    """Word the rows of a scorecard as key figures.

    Parameters
    ----------
    cards : pandas.DataFrame
        From `analysis.scorecard.scorecards`.
    before : str
        Code of the period compared with: `2025-Q3`.

    Returns
    -------
    list of Indicator
        Names and descriptions come from the text blocks `kpi_posts`, `kpi_seen_reach`, `kpi_seen_views`,
        `kpi_rate_reach`, `kpi_rate_views`; the words for a change from `note_flat`,
        `note_clear`, `note_count`, `note_none` and `note_no_interval`.

    Raises
    ------
    ReportError
        When a text block is missing.

    Notes
    -----
    A change whose interval holds zero is worded as undecided, whatever its size.

    Examples
    --------
    >>> from analysis.reports import start
    >>> start(language="en")
    >>> scorecard_indicators(pd.DataFrame(), before="2025-Q3")
    []
    """
    return [_indicator(row, before) for row in cards.to_dict("records")]


def _indicator(row: Mapping[str, Any], before: str) -> Indicator:
    language = current().language
    block = "kpi_posts" if row["indicator"] == "posts" else f"kpi_{row['indicator']}_{row['per']}"
    values = {**row, "platform": words.word(f"platform.{row['platform']}", language)}
    if pd.isna(row["estimate"]):
        absent = phrase("not_given", "title", **values)
        return Indicator(
            phrase(block, "title", **values), phrase(block, "description", **values), "–", absent
        )
    change, note, state = _change(row, before, language)
    return Indicator(
        name=phrase(block, "title", **values),
        description=phrase(block, "description", **values),
        value=_figure(row, row["estimate"], language),
        interval=_interval(row, language) or phrase("kpi_posts", "interval", **values),
        change=change,
        change_note=note,
        state=state,
        peers=_peers(row, language),
        own=row["estimate"],
        low=None if pd.isna(row["low"]) else row["low"],
        high=None if pd.isna(row["high"]) else row["high"],
    )


def _figure(row: Mapping[str, Any], value: float, language: str) -> str:
    if row["indicator"] == "rate":
        return words.percent(value, language, decimals=1)
    return words.number(value, language)


def _interval(row: Mapping[str, Any], language: str) -> str:
    if row["indicator"] == "posts":
        return ""
    if pd.isna(row["low"]):
        return phrase("note_no_interval", "title")
    share = row["indicator"] == "rate"
    return words.interval(row["low"], row["high"], language, decimals=1 if share else 0, percent=share)


def _peers(row: Mapping[str, Any], language: str) -> Peers:
    if row["peer_n"] < 5:
        return Peers(None, None, None, 0)
    quartiles = (row["peer_low"], row["peer_median"], row["peer_high"])
    return Peers(*quartiles, n=int(row["peer_n"]), texts=tuple(_figure(row, q, language) for q in quartiles))


def _change(row: Mapping[str, Any], before: str, language: str) -> tuple[str, str, str]:
    """Word a change, its note, and what it is: up or down only where its interval leaves zero out."""
    if pd.isna(row["change"]):
        return "", phrase("note_none", "title", before=before), "unknown"
    if row["indicator"] == "posts":
        note = phrase("note_count", "title", previous=row["previous"], before=before)
        return words.number(row["change"], language, sign=True), note, _state(row["change"], row["change"])
    if pd.isna(row["change_low"]):
        return _signed(row, row["change"], language, unit=True), phrase("note_no_interval", "title"), "flat"
    low, high = _signed(row, row["change_low"], language), _signed(row, row["change_high"], language)
    state = _state(row["change_low"], row["change_high"])
    note = phrase("note_flat" if state == "flat" else "note_clear", "title", low=low, high=high)
    return _signed(row, row["change"], language, unit=True), note, state


def _signed(row: Mapping[str, Any], value: float, language: str, *, unit: bool = False) -> str:
    if row["indicator"] != "rate":
        return words.percent(value, language, sign=True)
    points = words.number(100 * value, language, decimals=1, sign=True)
    return f"{points} {words.word('chart.point', language)}" if unit else points


def _state(low: float, high: float) -> str:
    return "up" if low > 0 else "down" if high < 0 else "flat"
