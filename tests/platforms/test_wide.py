from __future__ import annotations

import pandas as pd
import pytest

from analysis.platforms.opening import read_bytes
from platforms.faithful import table

HEAD = ["Date", "Lifetime Total Likes"]


def read(headings, words, *lines):
    rows = [
        [*HEAD, *headings],
        ["", "(Unique Users)", *words],
        *[[f"2020-05-0{n}", "9", *line] for n, line in enumerate(lines, 1)],
    ]
    return read_bytes(table(rows), "a.csv")


def test_a_column_of_words_is_no_metric_and_is_named_as_unread():
    export = read(["Daily Mood", "Daily Shares"], ["", ""], ["good", "3"], ["", "4"])
    assert set(export.table["metric"]) == {"lifetime_total_likes", "daily_shares"}
    assert any(n.code == "columns_unread" and "Daily Mood" in n for n in export.warnings)


def test_decimals_and_thousands_keep_their_size():
    export = read(["Daily average time", "Daily plays"], ["", ""], ["1.25", "1,234"], ["2.5", "56"])
    sums = export.table.groupby("metric")["value"].sum()
    assert sums["daily_average_time"] == pytest.approx(3.75) and sums["daily_plays"] == 1290


def test_twins_without_a_description_are_numbered():
    export = read(["Daily Clicks", "Daily Clicks", "Daily Clicks"], ["", "", ""], ["1", "2", "3"])
    found = export.table.set_index("metric")["value"].to_dict()
    assert {name: found[name] for name in found if "clicks" in name} == {
        "daily_clicks": 1, "daily_clicks__2": 2, "daily_clicks__3": 3,
    }  # fmt: skip
    assert "heading_twice" not in {notice.code for notice in export.warnings}


def test_a_thousand_columns_are_read_each_once():
    names = [f"28 Days Page Consumptions by type - {n}" for n in range(1000)]
    export = read(names, ["28 Days: (Unique Users)"] * 1000, [str(n) for n in range(1000)], [""] * 1000)
    values = export.table[export.table["date"] == pd.Timestamp("2020-05-01")].set_index("metric")["value"]
    assert len(values) == 1001
    assert values[[f"28_days_page_consumptions_by_type_{n}" for n in range(1000)]].tolist() == list(
        range(1000)
    )
    assert export.table["value"].isna().sum() == 1000
