"""Numbers keep their source through templates, Markdown and typography, and are listed with it."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.reports import (
    computed,
    counted,
    figure,
    finding,
    phrase,
    prose,
    ranked,
    row_at,
    row_of,
    section,
    start,
)
from analysis.reports.claims import claims, tooltip
from analysis.reports.document import MIME, Document, plain_text
from analysis.reports.text import Texts, markdown, plain
from analysis.reports.traces import Said, Source, Traced, claim_of, mark, pieces, traced, unmarked
from analysis.reports.writers import html
from analysis.typography import typeset

PRESENCE = pd.DataFrame(
    {
        "sector": ["food", "retail"],
        "estimate": [0.4371, 0.3],
        "se": [0.03, 0.02],
        "low": [0.381, 0.26],
        "high": [0.4952, 0.34],
        "n": [412, 300],
        "flag": ["", ""],
    }
)
TEXTS = """## presence
title: {{ top.name }} leads with {{ top.estimate | percent }}
lead: {{ headline }} of {{ n | number }} firms.

Between {{ top.low | percent }} and {{ top.high | percent }}, or {{ top.low | interval(top.high, 0, true) }}. Another
sentence: **{{ top.n | number }}** answers ; *{{ other.estimate | percent(1) }}* in
{{ other.name }} (n={{ other.n | number }}).

- {{ absent | number }} and {{ plain | number(1) }}

## headline
title: A share of {{ top.estimate | percent }}

## drawn
title: Shares
reading: {{ top.estimate | percent }} of firms; {{ other.low | percent }} at least.
alt: Bars. {{ top.estimate | percent }}.
"""


@pytest.fixture
def notebook(monkeypatch, texts):
    """Open a report in a notebook where `presence` is the table's name; give a function that makes the document."""
    shown = []
    names = {"_1": PRESENCE, "presence": PRESENCE}
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(user_ns=names))
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append({"data": data}))

    def made(language="en"):
        outputs = [{"output_type": "display_data", **output} for output in shown if MIME in output["data"]]
        return Document.from_notebook({"cells": [{"cell_type": "code", "metadata": {}, "outputs": outputs}]})

    start(texts(TEXTS), language="en")
    return made


def values():
    top, other = ranked(PRESENCE, "sector")
    return {"top": top, "other": other, "n": counted(PRESENCE), "absent": None, "plain": 2.5}


def shown(notebook):
    section("presence", headline=phrase("headline", **values()), **values())
    figure(lambda ax: ax.plot([1, 2]), data=PRESENCE, text="drawn", **values())
    return notebook()


def test_every_number_of_a_section_is_listed_with_its_sentence(notebook):
    rows = claims(shown(notebook))
    told = [(row["field"], row["text"], row["kind"], row["row"].get("sector"), row["column"]) for row in rows]
    assert told[:10] == [
        ("title", "44%", "estimate", "food", "estimate"),
        ("lead", "44%", "estimate", "food", "estimate"),
        ("lead", "2", "count", None, "rows"),
        ("text", "38%", "estimate", "food", "low"),
        ("text", "50%", "estimate", "food", "high"),
        ("text", "38% to 50%", "interval", "food", "estimate"),
        ("text", "412", "count", "food", "n"),
        ("text", "30.0%", "estimate", "retail", "estimate"),
        ("text", "300", "count", "retail", "n"),
        ("text", "2.5", "value", None, ""),
    ]
    assert [row["table"] for row in rows] == ["presence"] * 9 + [None] + ["presence"] * (len(rows) - 10)
    assert rows[3]["sentence"] == "Between 38% and 50%, or 38% to 50%."
    assert rows[6]["sentence"].startswith("Another sentence: 412 answers")
    assert (rows[0]["value"], rows[0]["low"], rows[0]["high"], rows[0]["n"]) == (0.4371, 0.381, 0.4952, 412)
    assert rows[7]["between"] == "26.0% to 34.0%"


def test_the_exhibit_is_the_one_that_shows_the_row_or_the_table(notebook):
    rows = claims(shown(notebook))
    assert {row["exhibit"] for row in rows if row["table"]} == {"Figure\u00a01"}
    assert {row["field"] for row in rows if row["block"] == "figure"} == {"reading", "drawing.alt"}
    assert rows[9]["exhibit"] is None


def test_the_list_is_plain_data(notebook):
    rows = claims(shown(notebook))
    assert json.loads(json.dumps(rows)) == rows
    assert all(set(row) == set(rows[0]) for row in rows)


def test_the_web_page_says_it_without_script(notebook, page):
    text = html.write(shown(notebook)).decode()
    told = page(text)
    data = told.all("data")
    assert {"value": "0.4371", "title": "Interval: 38% to 50%. n = 412. Figure\u00a01."} in data
    assert {"value": "0.381/0.4952", "title": "n = 412. Figure\u00a01."} in data
    assert {"value": "2", "title": "Exact count. Figure\u00a01."} in data
    assert {"value": "2.5", "title": "No interval."} in data
    assert "12 numbers in the text" in told.said("summary") and "<script" not in text
    assert not re.search("[\ue000-\uf8ff\U000f0000-\U000fffff]", text)


def test_titles_of_sections_are_plain_where_they_must_be(notebook, page):
    text = html.write(shown(notebook)).decode()
    assert not re.search(r'="[^"]*<data', text) and "&lt;data" not in text


def test_a_number_stays_a_number():
    row = row_of(PRESENCE, "sector", "food")
    assert isinstance(row["estimate"], Traced) and row["estimate"] * 2 == 0.8742
    assert type(row["n"] + 1) is int and f"{row['estimate']:.2f}" == "0.44" and json.dumps(row["n"]) == "412"
    assert pd.DataFrame([row])["estimate"].dtype == "float64"
    assert row_at(PRESENCE, -1)["sector"] == "retail" and type(row_at(PRESENCE)["sector"]) is str
    assert not isinstance(row_at(pd.DataFrame({"paid": [True], "estimate": [0.1]}))["paid"], Traced)


def test_a_place_that_is_not_there_is_refused():
    with pytest.raises(DataError, match="The table has 2 rows: there is none at place 2"):
        row_at(PRESENCE, 2)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("change", (-0.1, 0.2, None, "estimate")),
        ("change_low", (-0.1, 0.2, None, "estimate")),
        ("peer_high", (None, None, 17, "count")),
        ("previous", (None, None, None, "value")),
        ("n", (None, None, None, "count")),
        ("half", (None, None, None, "value")),
        ("peer_n", (None, None, None, "count")),
    ],
)
def test_the_interval_is_the_columns_own(column, expected):
    row = {"n": 9, "change": 0.05, "change_low": -0.1, "change_high": 0.2, "previous": 2.5, "peer_low": 1}
    row |= {"peer_high": 3, "peer_n": 17, "half": 1.5, "half_low": np.nan, "half_high": 2}
    claim = claim_of(traced(row[column], Source("t", {}, row), column))
    assert (claim["low"], claim["high"], claim["n"], claim["kind"]) == expected


def test_an_exact_count_given_as_an_estimate_is_a_count():
    row = {"estimate": 35.0, "low": np.nan, "high": np.nan, "n": 35}
    assert claim_of(traced(35.0, Source("t", {}, row), "estimate"))["kind"] == "count"
    assert claim_of(traced(35.5, Source("t", {}, row), "estimate"))["kind"] == "value"


def test_what_a_notebook_reckons_can_say_where_from(notebook):
    assert computed(3, of=PRESENCE, column="groups").source.table == "presence"
    assert computed(3, of="client.yml", column="employees").source.table == "client.yml"
    assert claim_of(computed(3, of="client.yml", column="employees"))["kind"] == "given"
    assert claim_of(computed(3, of=PRESENCE, column="groups"))["kind"] == "count"
    assert computed(None, of="client.yml", column="employees") is None
    assert counted(PRESENCE.copy()).source.table is None


@pytest.mark.parametrize("language", ["en", "fr"])
@given(
    st.lists(
        st.sampled_from(
            ["44", "1 234", "−3,5", "de 2 à 3", " %", "% ", " ; ", "«", "» ", " :", "a", "'", "-", "€", "\n"]
        )
    )
)
def test_marks_never_change_the_typography(language, parts):
    marked = "".join(
        mark(part, {"i": i}) if part.strip(" \n%«»:;€'-a") else part for i, part in enumerate(parts)
    )
    found = pieces(marked, language)
    assert "".join(text for text, _ in found) == typeset("".join(parts), language)
    numbers = [part for part in parts if part.strip(" \n%«»:;€'-a")]
    bare = [re.sub(r"\s", "", text) for text, claim in found if claim is not None]
    assert bare == [re.sub(r"\s", "", typeset(number, language)) for number in numbers]


def test_thin_spaces_stand_beside_numbers():
    nodes = markdown(f"Environ {mark('44', {'value': 44})} % ; « {mark('3', {'value': 3})} »", "fr")[0][
        "children"
    ]
    assert [node["text"] for node in nodes] == ["Environ ", "44", "\u202f%\u202f; «\u00a0", "3", "\u00a0»"]
    assert ["claim" in node for node in nodes] == [False, True, False, True, False]


def test_marks_leave_code_and_addresses():
    number = mark("3", {"value": 3})
    nodes = markdown(f"`n = {number}` and [page {number}](https://example.org/a?n={number})", "en")[0][
        "children"
    ]
    assert (nodes[0]["text"], nodes[2]["href"]) == ("n = 3", "https://example.org/a?n=3")
    assert unmarked(number) == "3" and plain_text(nodes) == "n = 3 and page 3"


def test_words_carry_their_numbers_into_other_words():
    said = plain(f"à {mark('3', {'value': 3})} %", "fr")
    assert isinstance(said, Said) and said == "à 3\u202f%" and json.dumps(said) == json.dumps(str(said))
    again = plain(f"({said.marked})", "fr")
    assert [(again[start:end], claim) for start, end, claim in again.claims] == [("3", {"value": 3})]
    assert type(plain("sans nombre", "fr")) is str


def test_a_finding_and_a_paragraph_are_traced_too(notebook):
    finding("headline", top=values()["top"])
    prose("presence", headline="x", **values())
    rows = claims(notebook())
    assert [row["block"] for row in rows][:2] == ["finding", "prose"]
    assert {row["section"] for row in rows} == {""}


def test_the_tooltip_is_in_the_readers_language():
    claim = {"kind": "estimate", "between": "de 38 à 50\u202f%", "n": 1412}
    assert tooltip(claim, "Figure\u00a02", "fr") == (
        "Intervalle\u00a0: de 38 à 50\u202f%. n\u00a0=\u00a01\u202f412. Figure\u00a02."
    )


def test_a_filter_of_jinja_keeps_the_source(tmp_path):
    path = tmp_path / "a.en.md"
    path.write_text(
        '## a\n\nAt {{ "%02d" | format(row.hour) }}:00, {{ "%s" | format(name) }}.', encoding="utf-8"
    )
    row = row_at(pd.DataFrame({"estimate": [0.1], "hour": [7]}))
    nodes = Texts.read(path, "en").fill("a", {"row": row, "name": "x"}).content[0]["children"]
    assert plain_text(nodes) == "At 07:00, x." and nodes[1]["claim"]["column"] == "hour"
