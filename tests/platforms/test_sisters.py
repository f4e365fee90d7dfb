from __future__ import annotations

from analysis.platforms.layout.grid import Grid
from analysis.platforms.layout.sisters import joined

KEY = [
    ["Date", "Lifetime Total Likes", "Daily New Likes"],
    ["", "words", "words"],
    ["2020-05-07", 40, 1],
    ["2020-05-08", 41],
]


def test_sisters_are_joined_by_day_and_named_after_their_sheet():
    sister = Grid(
        [["Date", "F.18-24"], ["2020-05-08", 7], ["", "words"]], part="Lifetime Likes by Gender and..."
    )
    (one,) = joined([Grid(KEY, part="Key Metrics"), sister])
    assert one.rows[0][-1] == "Lifetime Likes by Gender and... - F.18-24"
    assert [row[-1] for row in one.rows[1:]] == ["words", None, 7]
    assert one.rows[3] == ["2020-05-08", 41, None, 7]


def test_a_line_only_a_sister_has_is_not_made_up():
    sister = Grid([["Date", "Daily Clicks"], ["2020-06-01", 7]], part="x")
    (one,) = joined([Grid(KEY, part="Key Metrics"), sister])
    assert len(one.rows) == len(KEY) and [row[-1] for row in one.rows] == ["Daily Clicks", None, None, None]


def test_other_workbooks_and_other_sheets_stay_as_they_are():
    grids = [Grid([["Date", "Impressions"], ["9/18/2023", 1]]), Grid([["Date", "New followers"]])]
    assert joined(grids) is grids
    notes = Grid([["Read me"]], part="Notes")
    assert joined([Grid(KEY), notes])[1] is notes
