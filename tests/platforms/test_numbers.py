from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.platforms.cells.numbers import durations, numbers


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1,234", "12"], [1234, 12]),
        (["1.234", "12"], [1234, 12]),
        (["1\u202f234", "1\u00a0234", "1 234"], [1234, 1234, 1234]),
        (["12,400"], [12400]),
        (["407.137", "1.234.567"], [407137, 1234567]),
        (["312.0", "7.0"], [312, 7]),
        (["1.2K", "3,4 k", "2M"], [1200, 3400, 2_000_000]),
        (["−3", "-4"], [-3, -4]),
        (["1'234", "5"], [1234, 5]),
    ],
)
def test_counts_are_read_in_the_format_of_their_column(cells, expected):
    assert numbers(cells).values == expected


@pytest.mark.parametrize(
    ("cells", "expected", "decimal"),
    [
        (["1,4", "0,25"], [1.4, 0.25], ","),
        (["1.234,5", "2.000"], [1234.5, 2000], ","),
        (["1,234.5", "2,000"], [1234.5, 2000], "."),
        (["1 234,567"], [1234.567], ","),
        (["0.125", "1.500"], [0.125, 1.5], "."),
    ],
)
def test_decimals_are_read_by_the_evidence_of_the_whole_column(cells, expected, decimal):
    result = numbers(cells, whole=False)
    assert result.values == expected
    assert result.decimal == decimal


def test_a_lone_mark_before_three_digits_is_uncertain_and_says_so():
    result = numbers(["1.234", "5"], whole=False)
    assert result.uncertain == ("1.234",)
    assert numbers(["1.234", "5"], whole=False, hint=",").values == [1234, 5]
    assert numbers(["1.234", "5"], whole=False, hint=".").values == [1.234, 5]


def test_missing_words_zero_and_blank_stay_apart():
    result = numbers(["-", "N/A", "undefined", "< 1%", "", "0", None])
    assert result.values == [None, None, None, None, None, 0, None]
    assert result.words == {"-": 1, "N/A": 1, "undefined": 1, "< 1%": 1}
    assert result.unreadable == []


def test_a_mark_used_in_two_ways_is_reported_and_its_unclear_cells_are_missing():
    result = numbers(["1,234,567", "1,5", "2,345"], whole=False)
    assert result.mixed
    assert result.values == [1234567, 1.5, None]


@pytest.mark.parametrize("cell", ["abc", "12 34", "1,23,45", "3.5", "12%"])
def test_what_is_no_count_is_unreadable(cell):
    result = numbers(["5", cell])
    assert result.values == [5, None]
    assert result.unreadable == [(1, cell)]


def test_numbers_of_a_workbook_are_taken_as_they_are():
    assert numbers([1.0, 2, None], whole=True).values == [1, 2, None]
    assert numbers([0.25, float("inf")], whole=False).unreadable == [(1, "inf")]


@settings(max_examples=40)
@given(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8),
    st.sampled_from(["", ",", ".", " ", "\u202f", "\u00a0", "'"]),
)
def test_any_count_in_any_format_is_read_back(values, group):
    cells = [f"{value:,}".replace(",", group) for value in values]
    assert numbers(cells).values == values


@settings(max_examples=40)
@given(
    st.lists(st.decimals(0, 10**7, places=2), min_size=1, max_size=8),
    st.sampled_from([(",", "."), (".", ","), ("\u202f", ","), ("", ".")]),
)
def test_any_decimal_in_any_format_is_read_back(values, marks):
    group, decimal = marks
    cells = [f"{v:,.2f}".translate({ord(","): group, ord("."): decimal}) for v in values]
    assert numbers(cells, whole=False).values == [float(v) for v in values]


def test_durations_are_seconds():
    assert durations(["0:13:29", "47:08.743", "1:11:11,270"]).values == [809, 2828.743, 4271.27]
    assert durations(["31", "1,5"]).values == [31, 1.5]
    assert durations(["0:01:00", "soon"]).unreadable == [(1, "soon")]
