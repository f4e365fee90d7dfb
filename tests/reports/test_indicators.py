from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from analysis.errors import ReportError
from analysis.reports import Indicator, Peers
from analysis.reports.indicators import indicator_data
from analysis.reports.writers.strip import change_icon, peer_strip


def delay(n=17, **changes):
    peers = Peers(3, 7, 18, n, ("3 h", "7 h", "18 h"))
    values = {"own": 26, "low": 19, "high": 34, "state": "alert", **changes}
    return Indicator("Délai", "attente", "26 h", "de 19 à 34 h", "+8 h", "", peers=peers, **values)


def test_places_keep_their_order_and_proportions():
    strip = indicator_data(delay(), "fr")["strip"]
    assert strip["quartiles"] + strip["interval"][:1] + [strip["own"]] + strip["interval"][1:] == sorted(
        strip["quartiles"] + strip["interval"] + [strip["own"]]
    )
    expected = 0.1 + 0.8 * (7 - 3) / (34 - 3)
    assert strip["quartiles"][1] == pytest.approx(expected, abs=1e-4)


def test_alternative_text_says_value_interval_and_peers():
    alt = indicator_data(delay(), "fr")["alt"].replace("\u00a0", " ")
    assert alt == (
        "Position parmi les pairs. Délai : vous 26 h (de 19 à 34 h). "
        "Pairs : quarts de 3 h à 18 h, médiane 7 h, n = 17."
    )


@pytest.mark.parametrize("n", [0, 1, 4])
def test_fewer_than_five_peers_tell_nothing(n):
    row = indicator_data(delay(n=n), "en")
    said = json.dumps(row, ensure_ascii=False) + peer_strip(row, "en")
    assert "n < 5" in said
    assert "hatch" in said
    assert "7 h" not in said
    assert not re.search(rf"n = {n}\b", said)


def test_five_peers_are_shown():
    row = indicator_data(delay(n=5), "en")
    assert row["peers"]["n"].replace("\u00a0", " ") == "n = 5"
    assert "hatch" not in peer_strip(row, "en")


def test_equal_quartiles_do_not_divide_by_zero():
    peers = Peers(2, 2, 2, 9)
    strip = indicator_data(Indicator("a", "", "2", peers=peers, own=2), "en")["strip"]
    assert strip["quartiles"] == [0.1, 0.1, 0.1]


def test_labels_of_close_quartiles_do_not_touch():
    row = indicator_data(Indicator("a", "", "2", peers=Peers(1000, 1001, 1002, 9), own=5000), "en")
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="47"', peer_strip(row, "en"))]
    assert len(places) == 3
    assert min(b - a for a, b in pairwise(places)) > 25


def test_an_unknown_state_is_refused():
    with pytest.raises(ReportError, match=r'Indicator "Délai": state "bad" is not one of up, down, flat'):
        delay(state="bad")


def test_a_flat_change_has_a_ring_and_no_arrow():
    assert "<circle" in change_icon("flat")
    assert "<circle" not in change_icon("up") + change_icon("down") + change_icon("alert")
