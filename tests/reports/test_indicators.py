from __future__ import annotations

import html
import json
import re

import pytest

from analysis.errors import ReportError
from analysis.reports import Indicator, Peers
from analysis.reports.indicators import indicator_data
from analysis.reports.writers.icons import change_icon


def delay(n=17, **changes):
    peers = Peers(3, 7, 18, n, ("3 h", "7 h", "18 h"))
    values = {"own": 26, "low": 19, "high": 34, "state": "alert", **changes}
    return Indicator("Délai", "attente", "26 h", "de 19 à 34 h", "+8 h", "", peers=peers, **values)


def test_the_strip_keeps_order_and_proportions():
    peers = Peers(3, 10, 18, 17, ("3 h", "10 h", "18 h"))
    drawn = indicator_data(Indicator("Délai", "", "26 h", peers=peers, own=26), "fr")["drawing"]["wide"]
    places = {said: float(x) for x, said in re.findall(r'x="([\d.]+)"[^>]*>([^<]+)</text>', drawn)}
    low, high, own = places["3\u00a0h"], places["18\u00a0h"], places["vous"]
    assert (own - low) / (high - low) == pytest.approx((26 - 3) / (18 - 3), abs=0.01)


def test_no_strip_without_a_figure_of_its_own():
    assert indicator_data(delay(own=None), "fr")["drawing"] is None


def test_alternative_text_says_value_interval_and_peers():
    alt = indicator_data(delay(), "fr")["drawing"]["alt"].replace("\u00a0", " ")
    assert alt == (
        "Position parmi les pairs. Délai : vous 26 h (de 19 à 34 h). "
        "Pairs : quarts de 3 h à 18 h, médiane 7 h, n = 17."
    )


@pytest.mark.parametrize("n", [0, 1, 4])
def test_fewer_than_five_peers_tell_nothing(n):
    row = indicator_data(delay(n=n), "en")
    said = html.unescape(json.dumps(row, ensure_ascii=False)).replace("\u00a0", " ")
    assert "n < 5" in said
    assert "withdrawn" in row["drawing"]["wide"]
    assert "7 h" not in said
    assert not re.search(rf"n = {n}\b", said)


def test_five_peers_are_shown():
    row = indicator_data(delay(n=5), "en")
    assert row["peers"]["n"].replace("\u00a0", " ") == "n = 5"
    assert "withdrawn" not in row["drawing"]["wide"]


def test_an_unknown_state_is_refused():
    with pytest.raises(ReportError, match=r'Indicator "Délai": state "bad" is not one of up, down, flat'):
        delay(state="bad")


def test_a_flat_change_has_a_ring_and_no_arrow():
    assert "<circle" in change_icon("flat")
    assert "<circle" not in change_icon("up") + change_icon("down") + change_icon("alert")
