from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.platforms.cells.dates import dates, period_in_name


def read(cells, **options):
    return dates(cells, name="Publish time", file="a.csv", rows=list(range(2, 2 + len(cells))), **options)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025-09-20T00:00:00", datetime(2025, 9, 20)),
        ("2021-07-05 18:02:45 IST", datetime(2021, 7, 5, 18, 2, 45)),
        ("Jun 7, 2020", datetime(2020, 6, 7)),
        ("28 sept. 2026", datetime(2026, 9, 28)),
        ("1er août 2025", datetime(2025, 8, 1)),
        ("Tue, Jul 14, 2026", datetime(2026, 7, 14)),
        ("07/15/2020 09:32:49 PM", datetime(2020, 7, 15, 21, 32, 49)),
        ("12/31/2020 12:05 am", datetime(2020, 12, 31, 0, 5)),
        ("9/18/2023", datetime(2023, 9, 18)),
        ("31.12.2025 08:00", datetime(2025, 12, 31, 8)),
    ],
)
def test_every_way_platforms_write_a_moment(cell, expected):
    result = read([cell])
    assert result.values == [expected]
    assert result.zoned == [False]


@pytest.mark.parametrize(
    "cell",
    [
        "2025-01-31T23:30:00Z",
        "2025-02-01 00:30 +0100",
        "2025-01-31 18:30:00-05:00",
        "2025-01-31 20:30:00 BRT",
        "2025-01-31 18:30:00 EST",
        "2025-02-01 00:30:00 CET",
        "2025-01-31 23:30 (GMT)",
        "1738366200",
        "1738366200.0",
        "1738366200000",
    ],
)
def test_a_printed_zone_is_brought_to_utc(cell):
    result = read([cell])
    assert result.values == [datetime(2025, 1, 31, 23, 30)]
    assert result.zoned == [True]


def test_letters_that_name_several_clocks_are_reported():
    notice = read(["2021-07-05 18:02:45 IST", "2021-07-06 10:00 IST"]).notices[0]
    assert notice.code == "zone_unknown"
    assert '"IST" (2) names no single time zone' in notice


@pytest.mark.parametrize("cell", ["9999999999999", "0000000001"])
def test_a_figure_outside_the_years_of_social_networks_is_no_moment(cell):
    assert read([cell]).unreadable == [(0, cell)]


def test_one_part_above_twelve_decides_for_the_column():
    assert read(["03/06/2026 10:00", "13/06/2026 10:00"]).values[0] == datetime(2026, 6, 3, 10)
    assert read(["03/06/2026 10:00", "06/13/2026 10:00"]).values[0] == datetime(2026, 3, 6, 10)


def test_an_undecidable_column_asks_the_user():
    with pytest.raises(
        DataError, match=r"a\.csv, column Publish time, row 2: 03/06/2026 .*--dayfirst or --monthfirst"
    ):
        read(["03/06/2026 10:00"])
    assert read(["03/06/2026"], dayfirst=True).values == [datetime(2026, 6, 3)]
    assert read(["03/06/2026"], dayfirst=False).values == [datetime(2026, 3, 6)]


def test_equal_parts_need_no_order():
    assert read(["05/05/2025"]).values == [datetime(2025, 5, 5)]


def test_the_period_in_the_name_can_decide():
    period = (date(2025, 9, 1), date(2025, 9, 30))
    result = read(["09/05/2025", "09/07/2025"], period=period)
    assert result.values[0] == datetime(2025, 9, 5)
    assert "period of the file's name" in result.notices[0]


def test_evidence_is_stronger_than_the_option_and_says_so():
    result = read(["13/01/2025", "02/01/2025"], dayfirst=False)
    assert result.values[1] == datetime(2025, 1, 2)
    assert "not applied" in result.notices[0]


def test_contradicting_rows_are_named():
    with pytest.raises(DataError, match="row 2 put the day first and row 3 the month first"):
        read(["13/01/2025", "01/13/2025"])


def test_two_formats_in_a_column_are_both_read_and_reported():
    result = read(["4/22/2018 6:00", "4/11/18 04:53"])
    assert result.values == [datetime(2018, 4, 22, 6), datetime(2018, 4, 11, 4, 53)]
    assert [notice.code for notice in result.notices] == ["date_order", "date_formats"]
    assert "two date formats in one column" in result.notices[1]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["02/03/2024", "02/04/2024", "02/05/2024"], datetime(2024, 2, 3)),
        (["03/02/2024", "04/02/2024", "05/02/2024"], datetime(2024, 2, 3)),
        (["05/02/2024", "03/02/2024", "04/02/2024", "04/02/2024"], datetime(2024, 2, 3)),
    ],
)
def test_days_of_a_table_by_day_show_their_order_where_none_is_left_out(cells, first):
    found = read(cells, consecutive=True)
    assert min(found.values) == first
    assert "only that order leaves no day out" in found.notices[0]
    with pytest.raises(DataError, match="may be day first or month first"):
        read(cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["01/01/2024", "01/02/2024", "01/03/2024"],
        ["01/01/2024", "02/01/2024", "03/01/2024"],
        ["02/03/2024", "02/04/2024", "02/06/2024"],
        ["02/03/2024", "02/04/2024"],
    ],
)
def test_days_that_may_be_months_or_leave_gaps_are_asked(cells):
    with pytest.raises(DataError, match="may be day first or month first"):
        read(cells, consecutive=True)


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("8 Juli", 7),
        ("18. Dezember", 12),
        ("18 de agosto", 8),
        ("März 3", 3),
        ("3 maj", 5),
        ("1er août", 8),
        ("18 août", 8),
    ],
)
def test_months_of_other_languages_are_known(cell, month):
    assert read([cell], year=2025).values[0].month == month


def test_a_day_no_month_has_is_unreadable_not_another_day():
    found = read(["August 18", "June 31", "February 29"], year=2025)
    assert found.values == [datetime(2025, 8, 18), None, None]
    assert [place for place, _ in found.unreadable] == [1, 2]


def test_a_date_without_year_asks_for_it():
    with pytest.raises(DataError, match=r'row 2: "19 avril" has no year'):
        read(["19 avril"])
    assert read(["19 avril", "August 18"], year=2025).values == [datetime(2025, 4, 19), datetime(2025, 8, 18)]


def test_missing_words_and_nonsense_stay_apart():
    result = read(["2025-01-01", "undefined", "", "soon", "2025-02-30"])
    assert result.words == {"undefined": 1}
    assert result.unreadable == [(3, "soon"), (4, "2025-02-30")]


@settings(max_examples=40)
@given(
    st.lists(st.datetimes(datetime(2012, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=6),
    st.sampled_from(
        ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%b %d, %Y %H:%M"]
    ),
)
def test_any_moment_in_any_order_is_read_back(values, style):
    values = [value.replace(second=0, microsecond=0) for value in values]
    said = style.startswith("%d")
    assert read([value.strftime(style) for value in values], dayfirst=said).values == values


def test_period_in_name():
    assert period_in_name("LinkedIn_Contents(2023-08-07 - 2024-08-05) Original.xlsx") == (
        date(2023, 8, 7),
        date(2024, 8, 5),
    )
    assert period_in_name("2025-10-01.csv") is None
    assert period_in_name("Sep-31-2025_Oct-30-2025.csv") is None


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("2021-07-05 09:02:45 PDT", "2021-07-05 16:02:45"),
        ("2021-01-05 09:02:45 PST", "2021-01-05 17:02:45"),
        ("2021-07-05 18:02:45 PDT", "2021-07-06 01:02:45"),
        ("2021-07-05 09:02:45 PKT", "2021-07-05 04:02:45"),
        ("2021-07-05 09:02:45 AEST", "2021-07-04 23:02:45"),
        ("07/15/2021 10:05 AM PDT", "2021-07-15 17:05:00"),
        ("07/15/2021 10:05 PM PST", "2021-07-16 06:05:00"),
        ("07/15/2021 10:05pm EST", "2021-07-16 03:05:00"),
    ],
)
def test_a_zone_that_begins_like_am_or_pm_is_a_zone(printed, utc):
    found = dates([printed], name="Post Created", file="a.csv", rows=[2])
    assert (str(found.values[0]), found.zoned, found.notices) == (utc, [True], [])


@pytest.mark.parametrize("printed", ["07/15/2021 10:05 p.m.", "07/15/2021 10:05 p. m.", "07/15/2021 10:05P"])
def test_the_afternoon_is_told_in_every_writing(printed):
    assert str(dates([printed], name="x", file="a.csv", rows=[2]).values[0]) == "2021-07-15 22:05:00"
