"""Sentences speak of the right row, in the reader's words, and never print a missing value."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.reports import ranked, row_of, start


def result(**columns):
    rows = {"platform": ["x", "facebook", "tiktok"], "estimate": [0.1, 0.4, 0.2]} | columns
    return pd.DataFrame(rows)


@pytest.fixture(autouse=True)
def french(shown):
    start(language="fr")


def test_the_highest_estimate_goes_first_with_its_name():
    assert [row["name"] for row in ranked(result(), "platform")] == ["Facebook", "TikTok", "X (Twitter)"]


def test_flagged_and_missing_rows_are_not_spoken_of():
    data = result(flag=["", "n<30", ""], estimate=[0.1, 0.4, np.nan])
    assert [row["platform"] for row in ranked(data, "platform")] == ["x"]
    missing = result(flag=pd.array([None, "n<30", None], dtype="string"))
    assert [row["platform"] for row in ranked(missing, "platform")] == ["tiktok", "x"]


def test_equal_estimates_keep_the_order_of_the_table():
    data = result(estimate=[0.3, 0.3, 0.3])
    assert [row["platform"] for row in ranked(data, "platform")] == ["x", "facebook", "tiktok"]


def test_nothing_to_speak_of_is_an_error():
    with pytest.raises(DataError, match="No group of platform has enough answers to be read"):
        ranked(result(flag="suppressed"), "platform")
    with pytest.raises(DataError, match="No group of platform"):
        ranked(result().head(0), "platform")


def test_missing_values_are_none_so_that_texts_can_ask():
    data = result(low=[0.0, np.nan, 0.1], seen=pd.array([1, None, 3], dtype="Int64"))
    row = ranked(data, "platform")[0]
    assert row["low"] is None and row["seen"] is None
    assert ranked(data, "platform")[2]["low"] == 0
    assert row_of(data, "platform", "facebook")["low"] is None


def test_one_row_of_a_level():
    assert row_of(result(), "platform", "x") == {"platform": "x", "estimate": 0.1, "name": "X (Twitter)"}


def test_no_row_or_several_are_refused():
    with pytest.raises(DataError, match='"mastodon" stands in 0 rows of column platform'):
        row_of(result(), "platform", "mastodon")
    with pytest.raises(DataError, match='"x" stands in 2 rows of column platform, where one'):
        row_of(pd.concat([result(), result().head(1)]), "platform", "x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda data: data.rename(columns={"platform": "platforms"}),
            'no column "platform". Did you mean "platforms"',
        ),
        (lambda data: data.drop(columns="estimate"), 'no column "estimate"'),
        (
            lambda data: pd.concat([data, data[["estimate"]]], axis=1),
            'two columns called "estimate": keep one',
        ),
    ],
)
def test_a_column_is_there_once(change, message):
    with pytest.raises(DataError, match=re.escape(message)):
        ranked(change(result()), "platform")


def test_a_level_is_sought_in_a_column_that_is_there():
    with pytest.raises(DataError, match='no column "stage"'):
        row_of(result(), "stage", "x")


def test_the_table_stays_as_it_was():
    data = result()
    before = data.copy()
    ranked(data, "platform")
    pd.testing.assert_frame_equal(data, before)


def test_days_are_ranked_latest_first():
    days = pd.to_datetime(["2024-01-02", None, "2025-06-01", "2024-01-02"])
    rows = ranked(pd.DataFrame({"platform": list("abcd"), "estimate": days}), "platform")
    assert [row["platform"] for row in rows] == ["c", "a", "d"]
