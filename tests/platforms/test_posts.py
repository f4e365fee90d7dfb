from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import Export, Exports, Notice, summary
from analysis.platforms.contracts import POSTS, as_posts
from analysis.platforms.opening import read_bytes
from analysis.platforms.posts import daily, history, posts
from platforms.faithful import facebook, post, table


def september():
    return read_bytes(facebook([post(15), post(16)]), "Sep-01-2025_Sep-30-2025_1.csv")


def export(day, **columns):
    made = as_posts(pd.DataFrame({"platform": "facebook", "exported": pd.Timestamp(day)} | columns))
    return Export("facebook", "test", "posts", made, (), "", pd.Timestamp(day), {}, (), f"{day}.csv")


def test_each_post_counts_once_with_its_newest_figures():
    first = export("2025-10-01", post_id=["1", "2"], reactions=[5, 8])
    second = export("2025-11-01", post_id=["1", "3"], reactions=[4, 1])
    for order in ([first, second], [second, first]):
        result = posts(order).set_index("post_id")["reactions"]
        assert result.to_dict() == {"1": 4, "2": 8, "3": 1}


def test_without_days_of_export_the_later_list_then_the_larger_figures_win():
    again = read_bytes(facebook([post(16, reactions=90), post(20)]), "Sep-16-2025_Oct-15-2025_1.csv")
    result = posts([again, september()]).set_index("post_id")["reactions"]
    assert len(result) == 3
    assert result[post(16)["post_id"]] == 90
    larger = read_bytes(facebook([post(15, views=9000), post(16)]), "Sep-01-2025_Sep-30-2025_2.csv")
    assert posts([larger, september()])["views"].max() == 9000


@pytest.mark.parametrize("read", [posts, history])
def test_a_column_that_is_there_twice_is_refused(read):
    one = september()
    twice = replace(one, table=pd.concat([one.table, one.table[["reach"]]], axis=1))
    with pytest.raises(
        DataError, match=rf'{re.escape(one.file)}: the table has two columns called "reach": keep one'
    ):
        read(twice)


def test_older_readings_are_kept_as_history():
    first = export("2025-10-01", post_id=["1"], reactions=[5])
    second = export("2025-11-01", post_id=["1"], reactions=[9])
    result = history([first, second])
    assert result[["reactions", "reading"]].to_numpy().tolist() == [[9, 0], [5, 1]]


def test_posts_without_identifier_are_posts_of_their_own():
    result = posts(export("2025-10-01", post_id=[None, None], reactions=[5, 5]))
    assert len(result) == 2


def test_a_crosspost_counts_once_when_its_original_is_there():
    when = pd.Timestamp("2025-09-15 10:00")
    both = export("2025-10-01", post_id=["1", "2", "3"], published=[when] * 3, text=["a", "a", "b"])
    both.table["is_crosspost"] = pd.array([False, True, True], dtype="boolean")
    assert sorted(posts(both)["post_id"]) == ["1", "3"]


def test_extra_columns_are_kept_on_request():
    assert list(posts(september()).columns) == list(POSTS)
    assert posts(september(), extra=["interactions", "absent"])["interactions"].tolist() == [59, 60]


def test_no_posts_at_all_is_an_error():
    days = read_bytes(b"Date,Views\n2025-01-01,4\n", "Totals.csv")
    with pytest.raises(DataError, match="None of these exports holds posts"):
        posts(days)


def test_daily_figures_of_two_files_count_each_day_once():
    first = read_bytes(b"Date,Views\n2025-01-01,4\n2025-01-02,5\n", "Totals.csv")
    second = read_bytes(b"Date,Views\n2025-01-02,6\n2025-01-03,7\n", "Totals.csv")
    assert daily([first, second])["value"].tolist() == [4, 6, 7]


def test_the_summary_says_what_was_and_was_not_read():
    result = summary(Exports([september()], [Notice("unknown_format", "sales.csv: no known export")]))
    line = result.iloc[0]
    assert line[["platform", "kind", "rows", "dropped"]].tolist() == ["facebook", "posts", 2, 0]
    assert line["first"] == pd.Timestamp(datetime(2025, 9, 16, 21, 13))
    assert line["sums"] == "views 4 031, reactions 111, comments 6, shares 2, clicks 34"
    assert result["warnings"][1] == ("sales.csv: no known export",)
    assert result["kind"].tolist() == ["posts", "not read"]


def test_reading_again_after_a_spreadsheet_changes_no_figure():
    rows = [line.split(",") for line in facebook([post(15, text="x")]).decode("utf-8-sig").splitlines()]
    quoted = read_bytes(facebook([post(15, text="x")]), "a.csv").table
    assert len(rows) == 2
    semicolons = facebook([post(15, text="x")], delimiter=";", encoding="cp1252")
    again = read_bytes(semicolons, "a.csv").table
    pd.testing.assert_frame_equal(quoted, again)
    assert table([["a"]]) == b"\xef\xbb\xbfa\r\n"


def test_moments_that_carry_a_zone_are_stacked_and_ranked():
    newer = pd.Timestamp("2025-10-02 00:30", tz="Europe/Paris")
    tables = [
        as_posts(
            pd.DataFrame({"platform": "x", "account": "a", "post_id": "1", "reactions": [figure]})
        ).assign(published=pd.Timestamp("2025-09-01", tz="Europe/Paris"), exported=exported)
        for figure, exported in ((1, newer - pd.Timedelta(hours=2)), (2, newer))
    ]
    exports = [Export("x", "t", "posts", one, (), "", None, {}, (), "f") for one in tables]
    assert posts(exports)["reactions"].tolist() == [2]
    assert history(exports)["reading"].tolist() == [0, 1]
