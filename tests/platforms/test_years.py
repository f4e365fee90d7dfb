from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.platforms.cells.years import YearHint, YearUnknown, hint, years


def stretch(first, length):
    return [first + timedelta(days=n) for n in range(length)]


def placed(days, known):
    found, notice = years(dict(enumerate((day.month, day.day) for day in days)), known, "a.csv, column Date")
    return [date(found[n], day.month, day.day) for n, day in enumerate(days)], notice


@given(st.dates(date(2016, 1, 1), date(2030, 12, 31)), st.integers(1, 180), st.randoms(use_true_random=False))
def test_any_stretch_of_less_than_half_a_year_is_given_back_in_any_order(first, length, shuffle):
    days = stretch(first, length)
    shuffle.shuffle(days)
    assert placed(days, YearHint(said=first.year))[0] == days


@given(st.dates(date(2016, 1, 1), date(2030, 12, 31)), st.integers(184, 365), st.booleans())
def test_a_sorted_year_is_given_back(first, length, backwards):
    days = stretch(first, length)[:: -1 if backwards else 1]
    assert placed(days, YearHint(said=first.year))[0] == days


@given(st.dates(date(2016, 1, 1), date(2030, 12, 31)), st.integers(1, 120), st.integers(0, 3))
def test_the_day_of_export_in_the_name_gives_the_year(first, length, late):
    days = stretch(first, length)
    exported = days[-1] + timedelta(days=late)
    assert placed(days, YearHint(day=exported))[0] == days


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Viewers_2025-12-31.csv", date(2025, 11, 20)),
        ("Overview_2025-12-05_1770249600_le_fournil.zip/Viewers.csv", date(2025, 12, 6)),
        ("Viewers 2025.csv", date(2025, 12, 6)),
    ],
)
def test_names_of_files_give_the_year(name, first):
    days = stretch(first, 41)
    assert placed(days, hint(name))[0] == days


def test_the_period_of_the_name_gives_the_year():
    days = stretch(date(2024, 12, 28), 8)
    assert placed(days, hint("a.csv", period=(date(2024, 12, 28), date(2025, 1, 4))))[0] == days


def test_the_files_beside_give_the_year_only_where_one_fits():
    days = stretch(date(2025, 8, 18), 60)
    assert placed(days, YearHint(near=(date(2025, 8, 1), date(2026, 7, 31))))[0] == days
    with pytest.raises(YearUnknown, match="has no year"):
        placed(days, YearHint(near=(date(2023, 8, 1), date(2026, 7, 31))))


def test_what_the_user_says_comes_first():
    known = YearHint(said=2022, named=2024, day=date(2025, 9, 1), near=(date(2026, 1, 1), date(2026, 2, 1)))
    assert placed([date(2022, 8, 18)], known)[0] == [date(2022, 8, 18)]


def test_a_long_unsorted_column_is_refused_where_it_may_be_of_two_years():
    days = stretch(date(2025, 1, 10), 300)
    random.Random(4).shuffle(days)
    with pytest.raises(YearUnknown, match=r"fill more than half a year and are not sorted"):
        placed(days, YearHint(named=2025))
    assert placed(days, YearHint(said=2025))[0] == days


def test_the_notice_says_which_year_and_why():
    _, notice = placed(stretch(date(2025, 12, 30), 4), YearHint(said=2025))
    assert notice == (
        "a.csv, column Date: dates are printed without a year; 2025 and 2026 were taken, from what was said. "
        "The year turns after December."
    )


@pytest.mark.parametrize(
    "name", ["12345678901.csv", "Sep-01-2025_Sep-30-2025_1079717864577655.csv", "2025-13-45.csv"]
)
def test_other_figures_of_a_name_are_no_day(name):
    assert hint(name).day is None


def test_a_year_that_ends_the_day_before_the_export_began_the_year_before():
    days = stretch(date(2025, 2, 28), 365)
    found, notice = placed(days, hint("Overview_2025-02-28_1772280000_le_fournil.zip/Overview.csv"))
    assert found == days
    assert "the moment in the file's name" in notice


def test_days_beside_files_of_which_one_year_ends_in_time_are_of_that_year():
    days = stretch(date(2025, 2, 28), 365)
    assert placed(days, YearHint(near=(date(2026, 1, 28), date(2026, 2, 28))))[0] == days
