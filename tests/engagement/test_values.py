"""What a researcher hands over by mistake is refused in words; what can be read one way only is read."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from analysis.engagement import (
    audience_growth,
    cadence,
    engagement,
    maturity,
    posting_times,
    promotion,
    silences,
)
from analysis.errors import DataError, ParameterError

DAYS = pd.date_range("2025-01-06 09:10", periods=70, freq="D")
POSTS = pd.DataFrame({"published": DAYS, "reactions": np.arange(70) % 9, "reach": 100})


def rates(posts, **options):
    return engagement(posts, rates=["reach"], statistics=["pooled"], draws=20, **options)


@pytest.mark.parametrize("measure", [rates, cadence, posting_times, silences])
@pytest.mark.parametrize("given", [None, [1], {"published": []}])
def test_what_is_no_table_is_refused(measure, given):
    with pytest.raises(DataError, match=f"A table of posts is needed .*: {type(given).__name__} is none"):
        measure(given)


@pytest.mark.parametrize("convert", [lambda t: t, pl.from_pandas, lambda t: pl.from_pandas(t).lazy()])
def test_dates_written_year_first_are_read_in_any_table(convert):
    written = POSTS.assign(published=POSTS["published"].astype(str))
    pd.testing.assert_frame_equal(cadence(convert(written), draws=20), cadence(POSTS, draws=20))
    by_hour = rates(convert(written), by="hour")
    assert by_hour[["hour", "n"]].values.tolist() == [[9, 70]]


@pytest.mark.parametrize("measure", [rates, cadence, posting_times, silences])
@pytest.mark.parametrize("convert", [lambda t: t, pl.from_pandas])
def test_dates_whose_order_cannot_be_known_are_refused(measure, convert):
    written = POSTS.assign(published=POSTS["published"].astype(str).where(POSTS.index != 2, "04/11/2025"))
    with pytest.raises(DataError, match='"published", row 3: "04/11/2025" is not a date written year first'):
        measure(convert(written))


def test_numbers_are_no_dates():
    with pytest.raises(DataError, match='"published" holds numbers \\(1736154600\\), not dates'):
        cadence(POSTS.assign(published=1736154600))


@pytest.mark.parametrize("engine", ["polars", "arrow", "duckdb"])
def test_days_without_an_hour_are_measured_alike(engine):
    days = POSTS.assign(published=POSTS["published"].dt.normalize())
    given = pl.from_pandas(days).with_columns(pl.col("published").cast(pl.Date))
    if engine != "polars":
        given = given.to_arrow()
    if engine == "duckdb":
        given = duckdb.sql("SELECT * FROM given")
    pd.testing.assert_frame_equal(cadence(given, draws=20), cadence(days, draws=20), check_dtype=False)
    assert rates(given, by="hour")[["hour", "n"]].values.tolist() == [[0, 70]]


@pytest.mark.parametrize("convert", [lambda t: t, pl.from_pandas, lambda t: pl.from_pandas(t).to_arrow()])
def test_a_figure_that_is_no_number_is_named(convert):
    written = POSTS.assign(reactions=POSTS["reactions"].astype(str).where(POSTS.index != 4, "1,2 k"))
    for measure in (rates, posting_times):
        with pytest.raises(DataError, match='"reactions", row 5: "1,2 k" is not a number'):
            measure(convert(written))


def test_figures_written_as_text_are_read():
    written = POSTS.assign(reactions=POSTS["reactions"].astype(str))
    for given in (written, pl.from_pandas(written)):
        pd.testing.assert_frame_equal(rates(given), rates(POSTS))


def test_text_in_an_engine_is_to_be_cast_there():
    written = POSTS.assign(published=POSTS["published"].astype(str), reactions="3")
    given = duckdb.from_df(written)
    with pytest.raises(DataError, match='"published" is String in this table, not a date and time: cast it'):
        cadence(given)
    with pytest.raises(DataError, match='"reactions" is String in this table, not a number: cast it'):
        rates(given.select("reactions, reach"))


def test_a_date_is_no_figure():
    with pytest.raises(DataError, match='"published" holds dates: give a column of numbers'):
        posting_times(POSTS, "published")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": 95}, "level=95 is not between 0 and 1. Write level=0.95"),
        ({"level": 0}, "level=0 is not between 0 and 1"),
        ({"draws": 1}, "draws=1 is not a number of draws"),
        ({"draws": 10.5}, "draws=10.5 is not a number of draws"),
        ({"seed": -1}, "seed=-1 is not a seed"),
        ({"together": "account"}, 'together: "account" is not a choice. Did you mean "accounts"?'),
        ({"rates": []}, "rates: nothing is chosen. Choices: reach, followers, views"),
    ],
)
def test_options_out_of_range_are_refused(options, words):
    with pytest.raises(ParameterError, match=words.replace("?", r"\?")):
        engagement(POSTS, **({"rates": ["reach"], "draws": 20} | options))


def test_the_window_of_a_cadence_is_two_days_in_order():
    with pytest.raises(ParameterError, match='start="soon" is not a date'):
        cadence(POSTS, start="soon")
    with pytest.raises(ParameterError, match='start="2025-05-01" comes after end="2025-01-01"'):
        cadence(POSTS, start="2025-05-01", end="2025-01-01")
    aware = pd.Timestamp("2025-01-20", tz="Europe/Paris")
    pd.testing.assert_frame_equal(
        cadence(POSTS, start=aware, draws=20), cadence(POSTS, start="2025-01-20", draws=20)
    )


def test_followers_are_read_from_dates_and_numbers_only():
    daily = pd.DataFrame({"date": ["2025-01-01", "2025-02-01"], "metric": "followers", "value": ["10", "12"]})
    assert audience_growth(daily)["estimate"].tolist() == [0.2, 2.0, 0.0]
    with pytest.raises(DataError, match='"date", row 1: "1/2/2025" is not a date'):
        audience_growth(daily.assign(date="1/2/2025"))
    with pytest.raises(DataError, match='"value", row 1: "ten" is not a number'):
        audience_growth(daily.assign(value="ten"))
    with pytest.raises(ParameterError, match='end="later" is not a date'):
        audience_growth(daily, end="later")


def test_boosting_is_true_or_false():
    with pytest.raises(DataError, match='"paid" holds "yes": give true or false'):
        promotion(POSTS.assign(paid="yes"))


def test_moments_that_carry_a_zone_are_put_on_the_clock_of_the_firm():
    summer = pd.date_range("2025-07-01 16:30", periods=60, freq="D", tz="UTC")
    local = summer.tz_convert("Europe/Paris")
    known = pd.Series(True, index=range(60))
    for published in (summer, local):
        for marked in ({}, {"published_zone_known": known}):
            posts = pd.DataFrame({"published": published, "reactions": 3, "reach": 100} | marked)
            for given in (posts, pl.from_pandas(posts), duckdb.from_df(posts)):
                found = posting_times(given, zone="Europe/Paris", cells="hour").query("n > 0")
                assert found[["hour", "clock", "flag"]].values.tolist() == [[18, "Europe/Paris", "cells<3"]]


def test_without_a_clock_of_the_firm_the_zone_a_column_carries_is_named():
    moments = pd.date_range("2025-07-01 18:30", periods=60, freq="D", tz="Europe/Paris")
    posts = pd.DataFrame({"published": moments, "reactions": 3, "reach": 100})
    found = posting_times(posts, cells="hour").query("n > 0")
    assert found[["hour", "clock"]].values.tolist() == [[18, "Europe/Paris"]]
    found = posting_times(posts.assign(published=moments.tz_convert("UTC")), cells="hour").query("n > 0")
    assert found[["hour", "clock", "flag"]].values.tolist() == [[15, "UTC", "cells<3, clock is UTC"]]


@pytest.mark.parametrize("zone", [2, "localtime", "posixrules", "right/Europe/Paris", "../UTC", "Europe", ""])
def test_a_clock_is_named_in_words(zone):
    with pytest.raises(ParameterError, match=f'zone="{zone}" is not a time zone'):
        posting_times(POSTS, zone=zone)


def test_an_export_day_that_is_no_date_is_refused():
    history = POSTS.assign(post_id=POSTS.index.astype(str), exported="13/02/2025")
    with pytest.raises(DataError, match='"exported", row 1: "13/02/2025" is not a date'):
        maturity(history)
