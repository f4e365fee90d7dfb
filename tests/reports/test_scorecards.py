"""Key figures are worded as the scorecard has them: units, prepositions, no change without its interval."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.reports import scorecard_indicators, start
from analysis.reports.indicators import indicator_data

BASE = {
    "platform": "facebook", "indicator": "seen", "per": "reach", "estimate": 309.0, "se": 30.0, "low": 258.0,
    "high": 380.0, "n": 35, "previous": 267.0, "change": 0.16, "change_low": -0.17, "change_high": 0.5,
    "peer_low": 137.0, "peer_median": 172.0, "peer_high": 349.0, "peer_n": 17, "flag": "",
}  # fmt: skip
RATE = {"indicator": "rate", "estimate": 0.058, "low": 0.044, "high": 0.075, "change": 0.006,
        "change_low": -0.015, "change_high": 0.032}  # fmt: skip
COUNT = {"indicator": "posts", "estimate": 35.0, "low": np.nan, "high": np.nan, "previous": 24.0, "change": 11.0,
         "change_low": np.nan, "change_high": np.nan}  # fmt: skip
GONE = dict.fromkeys(("previous", "change", "change_low", "change_high"), np.nan)
SHORT = dict.fromkeys(("low", "high", "change_low", "change_high"), np.nan)


def worded(language="fr", before="2025-Q3", **fields):
    start("client/client_report", language=language, client={"name": "A"}, period="2025-Q4", minimum=5)
    (found,) = scorecard_indicators(pd.DataFrame([BASE | fields]), before=before)
    return found


def flat(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(autouse=True)
def quiet(shown):
    """Show nothing."""


@pytest.mark.parametrize(
    ("language", "value", "interval", "change", "note"),
    [
        ("fr", "309", "de 258 à 380", "+16 %", "de −17 % à +50 % : on ne peut pas trancher"),
        ("en", "309", "258 to 380", "+16%", "−17% to +50%: we cannot tell"),
    ],
)
def test_a_count_of_people(language, value, interval, change, note):
    result = worded(language)
    assert (result.value, result.state) == (value, "flat")
    assert [flat(t) for t in (result.interval, result.change, result.change_note)] == [interval, change, note]


def test_a_rate_changes_by_points():
    result = worded(**RATE)
    assert [flat(t) for t in (result.value, result.interval, result.change)] == [
        "5,8 %",
        "de 4,4 à 7,5 %",
        "+0,6 pt",
    ]
    assert flat(result.change_note) == "de −1,5 à +3,2 : on ne peut pas trancher"
    assert flat(worded(**RATE | SHORT).change) == "+0,6 pt"


@pytest.mark.parametrize(
    ("low", "high", "state"), [(0.02, 0.4, "up"), (-0.4, -0.02, "down"), (0.0, 0.4, "flat")]
)
def test_a_change_is_established_only_away_from_zero(low, high, state):
    result = worded(change_low=low, change_high=high)
    assert result.state == state
    assert ("trancher" in result.change_note) == (state == "flat")


@pytest.mark.parametrize(
    ("language", "before", "note", "nothing"),
    [
        ("fr", "2025-Q3", "24 au T3 2025", "rien à comparer au T3 2025"),
        ("fr", "2025-10", "24 en oct. 2025", "rien à comparer en oct. 2025"),
        ("fr", "2024", "24 en 2024", "rien à comparer en 2024"),
        ("en", "2025-Q3", "24 in Q3 2025", "nothing to compare in Q3 2025"),
        ("en", "2024", "24 in 2024", "nothing to compare in 2024"),
    ],
)
def test_the_earlier_period_takes_its_preposition(language, before, note, nothing):
    result = worded(language, before, **COUNT)
    assert flat(result.change_note) == note and result.change == "+11"
    empty = worded(language, before, **COUNT | GONE)
    assert flat(empty.change_note) == nothing and (empty.change, empty.state) == ("", "unknown")


def test_too_few_weeks_claim_no_change():
    result = worded(**SHORT)
    assert result.state == "flat"
    assert result.interval == result.change_note == "trop peu de semaines pour un intervalle"
    assert result.low is None and result.high is None


def test_a_figure_the_export_lacks_is_said_to_be_absent():
    nothing = dict.fromkeys(("estimate", "se", *SHORT, "change", "previous"), np.nan)
    result = worded(**nothing)
    assert (result.value, result.interval) == ("–", "absent de cet export")
    assert result.peers is None and result.own is None


def test_views_are_called_views():
    assert worded(per="views").name == "Vues"
    assert "vues" in worded(per="views", **RATE).description


def words_of(value):
    if isinstance(value, dict):
        return [word for part in value.values() for word in words_of(part)]
    if isinstance(value, list | tuple):
        return [word for part in value for word in words_of(part)]
    return [str(value)]


@pytest.mark.parametrize("count", range(5))
def test_a_count_of_peers_below_five_is_never_written(count):
    result = indicator_data(worded(peer_n=count, estimate=309.0), "fr")
    assert "n < 5" in flat(result["peers"]["n"])
    assert "137" not in " ".join(words_of(result)) and "349" not in " ".join(words_of(result))
    assert not any(flat(word) == f"n = {count}" for word in words_of(result))


def test_no_missing_value_is_ever_printed():
    kinds = [{}, RATE, COUNT]
    holes = [{}, GONE, SHORT, GONE | SHORT, {"peer_n": 0}]
    for language, kind, hole in itertools.product(("fr", "en"), kinds, holes):
        text = " ".join(words_of(indicator_data(worded(language, **kind | hole), language)))
        assert not {"nan", "<NA>", "NaT"} & set(text.replace(",", " ").split())


def test_without_its_words_a_key_figure_is_refused(texts):
    start(texts("## note_flat\ntitle: flat\n"), language="en")
    with pytest.raises(ReportError, match='has no block "kpi_seen_reach"'):
        scorecard_indicators(pd.DataFrame([BASE]), before="2025-Q3")
