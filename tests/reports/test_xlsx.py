from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reports import Column, figure, kpi, prose, start, table
from analysis.reports.indicators import Indicator, Peers
from analysis.reports.tables import table_data
from analysis.reports.writers.sheets.cells import cell_value, neutral, number_format, read_number
from analysis.reports.writers.sheets.pages import result_table
from analysis.reports.writers.xlsx import write


def line(ax):
    ax.plot([0, 1], [0, 1])


@pytest.fixture(params=["fr", "en"])
def begun(request, shown):
    client = {"name": "Librairie du Port", "consultant": "Cabinet Exemple"}
    start(language=request.param, client=client, period="2025-Q4", simulated=True)
    return request.param


def read(document):
    return openpyxl.load_workbook(io.BytesIO(write(document)))


def rows(sheet, top=4):
    """The table of a sheet: from its head to the first empty line."""
    found = []
    for row in sheet.iter_rows(min_row=top, values_only=True):
        if not any(value is not None for value in row):
            break
        found.append(list(row))
    return found


def test_values_keep_their_types_and_formats(begun, document):
    data = pd.DataFrame(
        {
            "network": ["X", "Y"],
            "n": pd.array([1234, None], dtype="Int64"),
            "share": [0.441, None],
            "low": [0.38, None],
            "high": [0.5, None],
            "day": pd.to_datetime(["2025-10-26", None]),
            "open": pd.array([True, None], dtype="boolean"),
        }
    )
    columns = {
        "network": "Network",
        "n": "n",
        "share": Column("Share", "percent", 1),
        "between": Column("Between", "interval", percent=True),
        "day": "Day",
        "open": "Open",
    }
    table(data, title="Shares", columns=columns)
    book = read(document())
    sheet = book.worksheets[1]
    head, first, second = rows(sheet)
    assert [head[i] for i in (0, 1, 2, 5, 6)] == ["Network", "n", "Share", "Day", "Open"]
    assert head[3].startswith("Between")
    assert first == ["X", 1234, 0.441, 0.38, 0.5, dt.datetime(2025, 10, 26), True]
    assert second == ["Y", None, None, None, None, None, None]
    wanted = '0.0"\u202f"%' if begun == "fr" else "0.0%"
    assert [sheet.cell(5, column).number_format for column in (2, 3)] == ["#,##0", wanted]
    assert sheet.cell(5, 6).number_format == ("dd/mm/yyyy" if begun == "fr" else "d mmm yyyy")
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:G6"


def test_groups_become_a_column_that_can_be_filtered(begun, document):
    data = pd.DataFrame({"name": ["a", "b"], "kind": ["open", "closed"]})
    table(data, title="Kinds", group="kind", columns={"name": "Name"})
    found = rows(read(document()).worksheets[1])
    assert [row[0] for row in found[1:]] == ["open", "closed"]
    assert [row[1] for row in found] == ["Name", "a", "b"]


def test_the_ends_of_a_number_of_the_text_are_named_in_full(texts, shown, document):
    start(texts("## one\n\nEn tout {{ n | number }}.\n", "fr"), language="fr")
    prose("one", n=12)
    head = rows(read(document()).worksheets[-1])[0]
    assert head[6:9] == ["Valeur", "Borne basse", "Borne haute"]


def test_the_contents_lead_to_every_sheet(begun, document):
    kpi([Indicator("Posts", "", "38")], title="Key")
    table(pd.DataFrame({"a": [1]}), title="A table", measured="counts")
    figure(line, alt="A line.", title="It rises", data=pd.DataFrame({"x": [0, 1]}))
    book = read(document())
    front = book.worksheets[0]
    links = [(cell.value, cell.hyperlink.location) for row in front for cell in row if cell.hyperlink]
    assert [value for value, _ in links] == book.sheetnames[1:]
    assert [place for _, place in links] == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert front["A1"].value == "Librairie du Port"
    assert [row[1] for row in rows(front, 7)] == [rows(front, 7)[0][1], "Key", "A table", "It rises"]
    for sheet in book.worksheets[1:]:
        back = [cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink]
        assert back == [f"'{book.sheetnames[0]}'!A1"]


def test_a_figure_brings_its_table_its_drawing_and_its_description(begun, document):
    data = pd.DataFrame({"sector": ["food"], "estimate": [0.4412], "low": [0.38], "high": [0.5], "n": [289]})
    figure(
        line, alt="A line.", title="It rises", measured="in %", reading="read.", source="survey.", data=data
    )
    figure(line, alt="Another.", title="Bare")
    content = write(document())
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[1]
    assert rows(sheet) == [["sector", "estimate", "low", "high", "n"], ["food", 0.4412, 0.38, 0.5, 289]]
    assert [sheet.cell(5, column).number_format for column in (2, 5)] == ["0.000", "#,##0"]
    said = [str(cell.value) for row in sheet for cell in row if isinstance(cell.value, str)]
    assert "It rises" in said
    assert any(text.startswith("in") for text in said)
    for end in ("read.", "survey.", "A line."):
        assert any(text.endswith(end) for text in said), end
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        drawn = archive.read("xl/drawings/drawing1.xml").decode()
        pictures = [name for name in archive.namelist() if name.startswith("xl/media/")]
    assert 'descr="A line."' in drawn
    assert len(pictures) >= 1
    assert rows(book.worksheets[2])[0][0] in (
        "Le rapport ne contient que le dessin de cette figure.",
        "The report holds only the drawing of this figure.",
    )


def test_key_figures_are_numbers_too_and_few_peers_stay_unnamed(begun, document):
    comma = "," if begun == "fr" else "."
    kpi(
        [
            Indicator(
                "Rate",
                "per reach",
                f"5{comma}8 %",
                "",
                "+1 pt",
                "",
                "up",
                Peers(0.02, 0.03, 0.04, 23),
                0.058,
                0.044,
                0.075,
            ),
            Indicator("Delay", "median", f"26{comma}5 h", "", "", "", "flat", Peers(3, 7, 18, 4), 26.5),
        ]
    )
    sheet = read(document()).worksheets[1]
    _, first, second = rows(sheet)
    assert first[3:6] == [0.058, 0.044, 0.075]
    assert "%" in sheet.cell(5, 4).number_format
    assert first[-4:] == [0.02, 0.03, 0.04, 23]
    assert second[3:6] == [26.5, None, None]
    assert sheet.cell(6, 4).number_format == "#,##0.0"
    assert second[-4:-1] == [None, None, None]
    assert "4" not in str(second[-1])


EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-A1+3", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "\uff1d1+1", "|calc"]


@pytest.mark.parametrize("text", EVIL)
def test_words_of_a_client_are_never_computed(begun, document, text):
    table(pd.DataFrame({text: [text], "n": [1]}), title=text, source=text, columns={text: text, "n": "n"})
    book = read(document())
    for sheet in book.worksheets:
        for row in sheet:
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").lstrip().startswith(("=", "@", "|", "+c", "-A", "\uff1d"))
    held = book.worksheets[1]["A5"].value
    assert held.startswith("'")
    assert text.strip() in held


def test_a_mere_quantity_is_left_as_it_is_but_marked_as_words(begun, document):
    table(pd.DataFrame({"change": ["+8 h", "+16 %"]}), title="Changes")
    sheet = read(document()).worksheets[1]
    assert sheet["A5"].value.startswith("+8")
    assert [sheet[place].data_type for place in ("A5", "A6")] == ["s", "s"]
    assert sheet["A5"].quotePrefix


@given(st.text())
def test_what_is_neutral_never_begins_like_a_formula(text):
    made = neutral(text)
    first = made.lstrip(" \u00a0\u202f")[:1]
    if first in tuple("=@|\uff1d\uff20"):
        raise AssertionError(made)
    if first in ("+", "-"):
        assert all(sign not in made for sign in "=(!|'\"*/@")
    assert neutral(made) == made


@pytest.mark.parametrize(
    ("printed", "language", "form", "value"),
    [
        ("44\u202f%", "fr", '0"\u202f"%', 44.0),
        ("\u22120,5 pt", "fr", "#,##0.0", -0.5),
        ("1\u202f234\u202f567", "fr", "#,##0", 1234567.0),
        ("1,234.56", "en", "#,##0.00", 1234.56),
        ("4.6 / 5", "en", "#,##0.0", 4.6),
    ],
)
def test_printed_numbers_are_read_back(printed, language, form, value):
    assert number_format(printed, language) == form
    assert read_number(printed, language) == value


def test_numbers_a_workbook_cannot_keep_stay_words():
    long = {"value": 17841400000000001, "text": "17841400000000001"}
    assert cell_value(long, "number", "en").content == "17841400000000001"
    assert cell_value({"value": float("inf"), "text": "–"}, "number", "en").content == "–"
    old = {"value": "1850-01-01T00:00:00", "text": "1 Jan 1850"}
    assert cell_value(old, "date", "en").content == "1 Jan 1850"


def test_properties_are_fixed_and_french_typography_is_kept(shown, document):
    start(language="fr", client={"name": "Librairie du Port", "consultant": "Cabinet Exemple"})
    table(pd.DataFrame({"a": ["Été : 44 %"]}), title="Parts : 44 %")
    book = read(document())
    assert (book.properties.creator, book.properties.created.year) == ("Cabinet Exemple", 1980)
    assert book.worksheets[1]["A1"].value == "Parts\u00a0: 44\u202f%"
    assert book.worksheets[1]["A5"].value == "Été\u00a0: 44\u202f%"


def test_sheets_of_one_name_are_told_apart(begun, document):
    kpi([Indicator("Posts", "", "38")])
    kpi([Indicator("Likes", "", "12")])
    names = read(document()).sheetnames
    assert names[2] == f"{names[1]} 2"


def test_one_end_of_an_interval_stands_as_its_column_prints_it():
    rows = pd.DataFrame({"low": [0.1, None, 0.25], "high": [0.2, 0.3, float("inf")]})
    for percent, form in ((True, "0%"), (False, "#,##0.00")):
        columns = {"range": Column("Range", "interval", 0 if percent else 2, percent=percent)}
        table_of = result_table(table_data(rows, columns, None, "en"), "en")
        held = [[(value.content, value.format) for value in row] for row in table_of.rows]
        assert held == [
            [(0.1, form), (0.2, form)],
            [(None, ""), (0.3, form)],
            [(0.25, form), (None, "")],
        ]
    alone = result_table(table_data(rows[1:2], columns, None, "en"), "en").rows[0]
    assert [(value.content, value.format) for value in alone] == [(None, ""), (0.3, "")]
