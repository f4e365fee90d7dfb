from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from analysis.engagement import cadence, periods, with_calendar


@pytest.fixture
def quarter():
    """Five posts of one account in the fourth quarter of 2025; nothing in three whole weeks."""
    days = [
        "2025-10-01 09:00",
        "2025-10-02 09:00",
        "2025-10-14 09:00",
        "2025-10-14 21:00",
        "2025-11-18 09:00",
    ]
    return pd.DataFrame({"platform": "facebook", "account": "a", "published": pd.to_datetime(days)})


def measure(table, name, column="estimate"):
    return table.set_index("measure").loc[name, column]


def test_posts_per_week_count_the_days_observed(quarter):
    result = cadence(quarter, start="2025-10-01", end="2025-12-31")
    assert measure(result, "posts_per_week") == pytest.approx(5 / (92 / 7))
    assert measure(result, "posts_per_week", "n") == 14
    assert measure(result, "silent_weeks", "n") == 12
    assert measure(result, "silent_weeks") == 10


def test_without_a_window_whole_weeks_from_first_to_last_post(quarter):
    result = cadence(quarter)
    assert measure(result, "posts_per_week") == pytest.approx(5 / 8)
    assert measure(result, "silent_weeks") == 5


def test_gaps_are_in_days(quarter):
    result = cadence(quarter)
    assert measure(result, "median_gap") == pytest.approx((1 + 12) / 2)
    assert measure(result, "longest_gap") == pytest.approx(34.5)


def test_gaps_do_not_run_from_one_account_to_another(quarter):
    other = quarter.assign(account="b", published=quarter["published"] + pd.Timedelta(hours=1))
    result = cadence(pd.concat([quarter, other]))
    assert measure(result, "longest_gap") == pytest.approx(34.5)
    assert measure(result, "posts_per_week") == pytest.approx(5 / 8)
    assert measure(result, "posts_per_week", "flag") == "accounts<8"


def test_calendar_of_a_table(quarter):
    result = with_calendar(quarter)
    assert result["hour"].tolist() == [9, 9, 9, 21, 9]
    assert result["weekday"].tolist() == [3, 4, 2, 2, 2]
    assert result["week"].tolist() == ["2025-W40", "2025-W40", "2025-W42", "2025-W42", "2025-W47"]
    assert result["quarter"].unique().tolist() == ["2025-Q4"]
    assert "hour" not in quarter
    again = with_calendar(pl.from_pandas(quarter))
    assert again["week"].to_list() == result["week"].tolist()
    assert again["hour"].to_list() == [9, 9, 9, 21, 9]


def test_an_hour_printed_without_a_date_is_kept():
    table = pd.DataFrame({"published": pd.Series([pd.NaT], dtype="datetime64[us]"), "hour": [7]})
    result = with_calendar(table)
    assert result["hour"].tolist() == [7]
    assert result["week"].isna().all()


def test_periods_of_missing_moments_are_missing():
    moments = pd.Series(pd.to_datetime(["2024-12-30", None]))
    assert periods(moments, "week").tolist() == ["2025-W01", pd.NA]
    assert periods(moments, "month").tolist() == ["2024-12", pd.NA]
    assert periods(moments, "year").tolist() == ["2024", pd.NA]
