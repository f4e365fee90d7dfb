"""Periods cut at midnight, boosted posts are set aside, comparisons are chosen before the outcome is seen."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis.engagement.selection import (
    extremes,
    frequent_groups,
    longest_period,
    organic,
    period_before,
    period_posts,
)
from analysis.errors import DataError, ParameterError


def at(*moments):
    return pd.DataFrame({"published": pd.to_datetime(pd.Series(moments), format="ISO8601")})


@pytest.mark.parametrize(
    ("period", "kept"), [("2025-Q4", [2, 3, 4]), ("2025-12", [3, 4]), ("2025", [1, 2, 3, 4]), ("2024-Q1", [])]
)
def test_periods_begin_and_end_at_midnight(period, kept):
    data = at(
        "2024-12-31 23:59:59",
        "2025-01-01",
        "2025-10-01 00:00",
        "2025-12-01",
        "2025-12-31 23:59:59.999",
        "2026-01-01",
    )
    assert period_posts(data, period).index.tolist() == kept


def test_a_post_without_a_date_is_in_no_period():
    data = at("2025-10-01", None)
    assert len(period_posts(data, "2025")) == 1
    assert period_posts(at("2025-01-01").head(0), "2025").empty


@pytest.mark.parametrize(
    "period", ["2025-Q5", "2025-Q0", "2025-13", "2025-00", "2025-1", "25-Q4", "2025Q4", "last", ""]
)
def test_what_is_no_period_is_refused(period):
    with pytest.raises(ParameterError, match=r"is not a period\. Write 2025-Q4, 2025-11 or 2025"):
        period_before(period)
    with pytest.raises(ParameterError, match="is not a period"):
        period_posts(at("2025-10-01"), period)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2025-Q4", "2025-Q3"),
        ("2025-Q1", "2024-Q4"),
        ("2025-03", "2025-02"),
        ("2025-01", "2024-12"),
        ("2000", "1999"),
    ],
)
def test_the_period_before(period, before):
    assert period_before(period) == before


@pytest.mark.parametrize(
    ("days", "every"),
    [(0, "month"), (270, "month"), (271, "quarter"), (3 * 365, "quarter"), (3 * 365 + 1, "year")],
)
def test_the_longest_period_that_cuts_a_stretch(days, every):
    first = pd.Timestamp("2020-01-01")
    assert longest_period(pd.Series([first, first + pd.Timedelta(days=days)])) == every


def test_a_post_of_which_nothing_is_said_is_not_boosted():
    data = pd.DataFrame({"paid": pd.array([True, False, None], dtype="boolean")})
    assert organic(data).index.tolist() == [1, 2]
    assert organic(data.assign(paid=True)).empty
    assert len(organic(data.drop(columns="paid"))) == 3
    assert len(organic(data.assign(paid=pd.array([None] * 3, dtype="boolean")))) == 3


def groups(**counts):
    return [name for name, count in counts.items() for _ in range(count)]


def test_the_first_column_with_two_frequent_groups_is_compared():
    data = pd.DataFrame({"topic": groups(a=6, b=5), "kind": groups(photo=11)})
    assert frequent_groups(data, ("topic", "kind")) == ("topic", ["a", "b"])
    assert frequent_groups(data, ("kind", "topic")) == ("topic", ["a", "b"])


def test_four_posts_are_too_few_for_a_group():
    data = pd.DataFrame({"topic": groups(a=7, b=4), "kind": groups(photo=6, link=5)})
    assert frequent_groups(data, ("topic", "kind")) == ("kind", ["photo", "link"])


def test_missing_topics_are_no_group():
    data = pd.DataFrame({"topic": pd.array([None] * 6 + ["a"] * 5, dtype="string"), "kind": "photo"})
    assert frequent_groups(data, ("topic", "kind")) == ("kind", ["photo"])
    assert frequent_groups(data.assign(kind=pd.NA), ("topic", "kind")) == ("kind", [])


def test_equal_groups_are_in_one_order_always():
    data = pd.DataFrame({"kind": groups(video=5, link=5, photo=5)})
    assert frequent_groups(data, ("kind",))[1] == ["link", "photo", "video"]
    assert frequent_groups(data.iloc[::-1], ("kind",))[1] == ["link", "photo", "video"]


def responses(reach):
    known = pd.array(reach, dtype="Int64")
    return pd.DataFrame({"reach": known, "reactions": 2, "comments": 1, "shares": 1})


def test_extremes_never_name_a_post_twice():
    result = extremes(responses([5, 1, 9, 3, 7]), "reach")
    assert result["reach"].tolist() == [9, 7, 3, 1]
    assert result["group"].tolist() == ["most", "most", "least", "least"]
    assert result.index.is_unique


@pytest.mark.parametrize(("reach", "count"), [([], 0), ([4], 0), ([4, None], 0), ([4, 2], 2), (range(9), 6)])
def test_posts_without_a_figure_are_no_extremes(reach, count):
    assert len(extremes(responses(list(reach)), "reach")) == count


def test_interactions_are_missing_where_a_part_is():
    data = responses([9, 1]).assign(shares=pd.array([None, 3], dtype="Int64"))
    result = extremes(data, "reach", 1)["interactions"]
    assert pd.isna(result.iloc[0]) and result.iloc[1] == 6


def test_extremes_read_figures_written_as_text_and_refuse_words():
    assert extremes(responses([0] * 4).assign(reach=["5", "10", "", "9"]), "reach", 1)["reach"].tolist() == [
        "10",
        "5",
    ]
    with pytest.raises(DataError, match='"reach", row 2: "many" is not a number'):
        extremes(responses([0] * 3).assign(reach=[5, "many", 9]), "reach")


TOLD = pd.DataFrame(
    {
        "published": pd.to_datetime(["2025-09-30 23:00", "2025-10-01 00:00", "2025-12-31 23:59"]),
        "kind": ["photo", "reel", "photo"],
        "paid": [False, True, False],
        "reach": [5, 9, 1],
        "reactions": 1,
        "comments": 2,
        "shares": 0,
    }
)
WAYS = {
    "polars": pl.from_pandas,
    "polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "arrow": pa.Table.from_pandas,
    "duckdb": duckdb.from_df,
    "texts": lambda table: table.assign(published=table["published"].dt.strftime("%Y-%m-%d %H:%M")),
}
CHOICES = {
    "period": lambda posts: period_posts(posts, "2025-Q4"),
    "organic": organic,
    "extremes": lambda posts: extremes(posts, "reach", 1),
    "groups": lambda posts: frequent_groups(posts, ("kind",)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("choice", CHOICES)
def test_any_table_gives_the_same_posts(choice, way):
    expected, found = CHOICES[choice](TOLD), CHOICES[choice](WAYS[way](TOLD))
    if choice == "groups":
        assert found == expected
    else:
        assert found["reach"].tolist() == expected["reach"].tolist()
        assert list(found) == list(expected)


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize(
    ("posts", "message"),
    [
        ([1], "list is none of these"),
        (pd.concat([TOLD, TOLD[["reach"]]], axis=1), 'two columns called "reach"'),
    ],
)
def test_what_is_no_table_of_posts_is_refused(choice, posts, message):
    with pytest.raises(DataError, match=message):
        CHOICES[choice](posts)


@pytest.mark.parametrize(("choice", "column"), [("period", "published"), ("extremes", "shares")])
def test_a_column_that_is_not_there_is_named(choice, column):
    with pytest.raises(DataError, match=f'has no column "{column}"'):
        CHOICES[choice](TOLD.drop(columns=column))


@pytest.mark.parametrize("paid", [["non", "oui"], [2, 0], pd.Categorical(["no", "yes"])])
def test_what_is_neither_true_nor_false_is_not_taken_for_boosted(paid):
    with pytest.raises(DataError, match=f'The column "paid" holds "{paid[0]}.*give true or false|holds "0'):
        organic(pd.DataFrame({"paid": paid}))


@pytest.mark.parametrize("paid", [[0, 1, None], [0.0, 1.0, None], [False, True, None]])
def test_boosted_is_read_however_it_is_kept(paid):
    assert organic(pd.DataFrame({"paid": paid})).index.tolist() == [0, 2]
