from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.reports.tables import Column, table_data


@pytest.fixture
def data():
    return pd.DataFrame(
        {
            "platform": ["x", None],
            "rate": [0.0471, None],
            "low": [0.041, 0.1],
            "high": [0.052, None],
            "n": pd.array([1234, None], dtype="Int64"),
            "day": pd.to_datetime(["2025-10-01", None]),
            "paid": pd.array([True, None], dtype="boolean"),
        }
    )


def texts(result):
    return [[cell["text"] for cell in row["cells"]] for row in result["rows"]]


def test_values_and_texts_travel_together(data):
    columns = {
        "platform": "Plateforme",
        "rate": Column("Taux", "percent", 1),
        "interval": Column("Intervalle", "interval", 1, percent=True),
        "n": "n",
        "day": "Jour",
        "paid": "Payé",
    }
    result = table_data(data, columns, None, "fr")
    first = ["x", "4,7\u202f%", "de 4,1 à 5,2\u202f%", "1\u202f234", "1er\u00a0oct.", "oui"]
    assert texts(result) == [first, ["–"] * 6]
    values = [cell["value"] for cell in result["rows"][0]["cells"]]
    assert values == ["x", 0.0471, [0.041, 0.052], 1234, "2025-10-01T00:00:00", True]
    assert [cell["value"] for cell in result["rows"][1]["cells"]] == [
        None,
        None,
        [0.1, None],
        None,
        None,
        None,
    ]
    assert [column["align"] for column in result["columns"]] == [
        "left",
        "right",
        "left",
        "right",
        "left",
        "left",
    ]


def test_missing_is_never_zero(data):
    assert "0" not in "".join(texts(table_data(data, None, None, "en"))[1][:2])


def test_an_unknown_column_is_named(data):
    with pytest.raises(ReportError, match=r'there is no column "rates"\. Did you mean "rate"\?'):
        table_data(data, {"rates": "Rates"}, None, "en")
    with pytest.raises(ReportError, match='there is no column "top"'):
        table_data(data, {"interval": Column("I", "interval", of=("low", "top"))}, None, "en")


def test_rows_carry_their_group(data):
    result = table_data(data.assign(side=["up", "down"]), {"platform": "P"}, "side", "en")
    assert [row["group"] for row in result["rows"]] == ["up", "down"]


def test_columns_on_several_levels_and_numbered_ones_are_shown():
    levels = pd.MultiIndex.from_tuples([("2024", "yes"), ("2025", "")])
    labels = [
        [column["label"] for column in table_data(frame, columns, None, "en")["columns"]]
        for frame, columns in (
            (pd.DataFrame([[1, 2]], columns=levels), None),
            (pd.DataFrame([[1, 2]]), None),
            (pd.DataFrame([[1, 2]]), {1: "Second"}),
        )
    ]
    assert labels == [["2024 · yes", "2025"], ["0", "1"], ["Second"]]


def test_a_column_is_never_left_out_in_silence():
    with pytest.raises(ReportError, match='two columns are called "a"'):
        table_data(pd.DataFrame([[1, 2]], columns=["a", "a"]), None, None, "en")
    with pytest.raises(ReportError, match="the data have no column"):
        table_data(pd.DataFrame(), None, None, "en")


def test_values_are_plain_data_whatever_the_cell_holds():
    frame = pd.DataFrame({"list": [[1, None]], "endless": [float("inf")], "side": [None]})
    result = table_data(frame, {"list": "L", "endless": Column("E", "percent")}, "side", "en")
    assert texts(result) == [["[1, None]", "–"]]
    assert result["rows"][0]["group"] == "–"
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_days_of_several_years_say_which_year():
    days = [date(2025, 7, 1), date(2026, 7, 2)]
    assert texts(table_data(pd.DataFrame({"day": days}), None, None, "fr")) == [
        ["1er\u00a0juillet 2025"],
        ["2\u00a0juillet 2026"],
    ]
    assert texts(table_data(pd.DataFrame({"day": days[1:]}), None, None, "fr")) == [["2\u00a0juil."]]
