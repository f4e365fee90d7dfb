"""Posts at the edge of what can be measured: undated, repeated, on two platforms of one name, below 0."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis.engagement import (
    audience_growth,
    cadence,
    content_effects,
    delay_effect,
    engagement,
    event_study,
    first_posts,
    mature_posts,
    maturity,
    overperformance,
    posting_times,
    share_of_voice,
    typical,
    with_owner,
)
from analysis.engagement.inference import bootstrap
from analysis.engagement.inference.estimates import Bootstrap, with_intervals
from analysis.errors import DataError, ParameterError

POSTS = pd.DataFrame(
    {
        "account": "a",
        "post_id": [str(i) for i in range(12)],
        "kind": "photo",
        "published": pd.date_range("2025-01-06 09:00", periods=12, freq="D"),
        "reactions": [10, 12, 9, 11, 10, 13, 8, 40, 10, 11, 9, 10],
    }
)


def test_a_post_without_date_is_neither_scored_nor_compared_with():
    undated = POSTS.assign(published=POSTS["published"].where(POSTS["post_id"] != "7"))
    found = overperformance(undated).set_index("post_id")
    assert found.loc["7", "flag"] == "no date"
    assert np.isnan(found.loc["7", "estimate"])
    without = overperformance(POSTS[POSTS["post_id"] != "7"]).set_index("post_id")
    pd.testing.assert_series_equal(found["estimate"].drop("7"), without["estimate"])


def test_posts_that_are_all_undated_give_no_score():
    found = overperformance(POSTS.assign(published=pd.NaT))
    assert found["estimate"].isna().all()
    assert set(found["flag"]) == {"no date"}


def test_a_score_without_upper_limit_says_so():
    uneven = POSTS.assign(reactions=[0, 0, 0, 40, 40, 5, 0, 0, 0, 0, 0, 0])
    row = overperformance(uneven).set_index("post_id").loc["5"]
    before = np.array([0, 0, 40])
    assert row["expected"] == pytest.approx(before.mean())
    assert row["estimate"] == pytest.approx(-before.mean() / 5)
    assert np.isnan(row["high"])
    assert row["flag"] == "no upper limit"


def test_a_post_that_is_there_twice_is_refused():
    twice = pd.concat([POSTS, POSTS.tail(1)])
    with pytest.raises(DataError, match='post_id "11" is there more than once: give each post once'):
        overperformance(twice)
    assert len(overperformance(twice.assign(post_id=None))) == 13


def test_what_is_usual_is_usual_on_the_platform_of_the_post_that_followed():
    here = POSTS.assign(platform="facebook")
    there = POSTS.assign(
        platform="instagram", published=POSTS["published"] + pd.Timedelta("1h"), reactions=100
    )
    posts = pd.concat([here, there], ignore_index=True)
    events = pd.DataFrame({"account": ["a"], "happened": ["2025-01-16 08:00"]})
    row = first_posts(posts, events).iloc[0]
    assert (row["actual"], row["usual"], row["n"]) == (9.0, np.median(POSTS["reactions"][:10]), 10)
    row = first_posts(posts, events.assign(platform="instagram")).iloc[0]
    assert (row["platform"], row["delay_hours"], row["actual"], row["usual"]) == ("instagram", 2.0, 100, 100)
    with pytest.raises(DataError, match='no column "platform", which the events name'):
        first_posts(POSTS, events.assign(platform="instagram"))


@pytest.mark.parametrize("within", ["a week", "-1D", None])
def test_a_window_after_events_is_a_length_of_time(within):
    events = pd.DataFrame({"account": ["a"], "happened": ["2025-01-16 08:00"]})
    for measure in (first_posts, event_study, delay_effect):
        with pytest.raises(ParameterError, match=f'within="{within}" is not a length of time'):
            measure(POSTS, events, within=within)


def test_the_moment_of_an_event_is_a_date():
    with pytest.raises(DataError, match='"happened", row 1: "1 May" is not a date'):
        first_posts(POSTS, pd.DataFrame({"account": ["a"], "happened": ["1 May"]}))


@pytest.mark.parametrize("published", [POSTS["published"], POSTS["published"].dt.tz_localize("UTC")])
@pytest.mark.parametrize("exported", ["2025-01-15", pd.Timestamp("2025-01-15").date()])
def test_young_posts_are_left_out_however_days_are_written(published, exported):
    kept = mature_posts(POSTS.assign(published=published, exported=exported))
    assert kept["post_id"].tolist() == ["0", "1"]
    assert kept["published"].dtype == published.dtype


def test_young_posts_are_left_out_of_other_tables():
    posts = pl.from_pandas(POSTS.assign(exported=pd.Timestamp("2025-01-15"))).with_columns(
        pl.col("exported").cast(pl.Date)
    )
    assert mature_posts(posts)["post_id"].to_list() == ["0", "1"]


def test_a_measure_below_zero_is_refused():
    with pytest.raises(DataError, match="The measure is below 0 for 1 posts"):
        posting_times(POSTS.assign(reactions=[-3, *range(11)]), "reactions")


def test_what_is_measured_against_must_be_there():
    with pytest.raises(
        DataError, match=r'no column "reach", which the count is measured against. .* over=None'
    ):
        content_effects(POSTS)
    assert content_effects(POSTS, over=None).empty


def test_one_kind_of_posts_gives_no_comparison():
    many = pd.concat([POSTS] * 4).assign(published=pd.NaT, reach=100)
    assert content_effects(many, controls=()).empty


def test_one_control_may_be_named_alone():
    rng = np.random.default_rng(5)
    posts = pd.DataFrame({"published": pd.date_range("2025-01-06", periods=200, freq="D"), "reach": 100})
    posts = posts.assign(kind=rng.choice(["photo", "link"], 200), reactions=rng.poisson(5, 200))
    pd.testing.assert_frame_equal(
        content_effects(posts, controls="weekday"), content_effects(posts, controls=["weekday"])
    )


@pytest.mark.parametrize("level", [95, 0, 1])
def test_a_level_is_a_share(level):
    events = pd.DataFrame({"account": ["a"], "happened": ["2025-01-16 08:00"]})
    for measure in (
        lambda: content_effects(POSTS, over=None, level=level),
        lambda: overperformance(POSTS, level=level),
        lambda: posting_times(POSTS, "reactions", level=level),
        lambda: delay_effect(POSTS, events, level=level),
        lambda: event_study(POSTS, events, level=level),
    ):
        with pytest.raises(ParameterError, match=f"level={level} is not between 0 and 1"):
            measure()


def test_ages_are_days_from_publication():
    history = POSTS.assign(exported=pd.Timestamp("2025-03-01"))
    assert maturity(history, at=7)["age"].tolist() == [7]
    for wrong in ([], [-1]):
        with pytest.raises(ParameterError, match="at: give the ages to read, in days"):
            maturity(history, at=wrong)


@pytest.mark.parametrize("weeks", [8, 13])
def test_intervals_from_few_weeks_hold_the_truth_about_as_often_as_they_say(weeks):
    rng = np.random.default_rng(11)
    drawn = bootstrap.blocks(np.full(weeks, "a"), np.arange(weeks, dtype=float))
    how, held, plain = Bootstrap(0.95, 400, 0, "auto"), 0, 0
    for trial in range(800):
        mean = bootstrap.mean(rng.normal(size=weeks), drawn)
        row = with_intervals({"x": mean}, drawn, how, str(trial))["x"]
        held += row["low"] <= 0 <= row["high"]
        draws = bootstrap.resample({"x": mean}, drawn, 400, 0, str(trial))["x"]
        plain += np.quantile(draws, 0.025) <= 0 <= np.quantile(draws, 0.975)
    assert held / 800 >= 0.90
    assert held > plain + 0.02 * 800


def test_weeks_that_are_alone_in_their_account_give_no_interval():
    posts = pd.DataFrame({"account": list("abcdefghij"), "reach": range(10, 20)})
    row = typical(posts.assign(published=pd.Timestamp("2025-01-06")), together="weeks").iloc[0]
    assert np.isnan(row["low"])
    assert row["flag"] == "n<30, weeks<8"


@pytest.mark.parametrize("kind", [pl.from_pandas, lambda t: pl.from_pandas(t).lazy(), pa.Table.from_pandas])
def test_young_posts_are_left_out_when_only_one_date_has_a_zone(kind):
    data = pd.DataFrame(
        {"published": pd.to_datetime(["2025-01-06", "2025-01-12"], utc=True), "post_id": ["1", "2"]}
    )
    kept = mature_posts(kind(data.assign(exported=pd.Timestamp("2025-01-14"))))
    kept = kept.collect() if isinstance(kept, pl.LazyFrame) else kept
    assert kept["post_id"].to_pandas().tolist() == ["1"]


def test_figures_that_cannot_be_are_named_with_their_row():
    data = pd.DataFrame({"account": "a", "reach": [10.0, np.inf], "reactions": 1})
    with pytest.raises(DataError, match=r'"reach", row 2: inf is no figure of a post'):
        engagement(data)
    with pytest.raises(DataError, match=r'table of posts has two columns called "reach": keep one'):
        engagement(pd.concat([data, data[["reach"]]], axis=1))


def test_a_set_of_one_name_is_no_set_of_its_letters():
    data = pd.DataFrame({"account": ["a", "b"], "reactions": 1})
    with pytest.raises(ParameterError, match="at least two members"):
        share_of_voice(data, "ab")


def test_a_day_with_the_year_last_is_refused():
    data = pd.DataFrame({"account": "a", "published": pd.to_datetime(["2025-03-04", "2025-04-03"])})
    with pytest.raises(ParameterError, match=r'start="03/04/2025" is not a date written year first'):
        cadence(data, start="03/04/2025")


def test_an_event_is_followed_on_the_clock_of_the_posts():
    moments = pd.to_datetime(["2025-02-03 08:30", "2025-02-03 10:00", "2025-02-03 12:00"], utc=True)
    data = pd.DataFrame({"account": "a", "post_id": list("123"), "published": moments, "reactions": 1})
    events = pd.DataFrame({"account": ["a"], "happened": pd.to_datetime(["2025-02-03 09:30"], utc=True)})
    for zone in ("UTC", "Europe/Paris", "America/New_York"):
        result = first_posts(data.assign(published=moments.tz_convert(zone)), events)
        assert result[["post_id", "delay_hours"]].values.tolist() == [["2", 0.5]]


def test_the_table_that_lacks_a_column_is_named():
    posts = pd.DataFrame(
        {"account": ["a"], "post_id": ["1"], "published": pd.Timestamp("2025-01-06"), "reactions": 1}
    )
    with pytest.raises(DataError, match='table of events has no column "happened"'):
        first_posts(posts, posts[["account"]])
    with pytest.raises(DataError, match='table of daily figures has no column "date"'):
        audience_growth(posts)
    with pytest.raises(DataError, match='table of posts has no column "platform"'):
        with_owner(posts, pd.DataFrame({"platform": ["x"], "account": ["a"], "owner_type": ["firm"]}))


def test_zones_with_an_underscore_are_known():
    data = POSTS.assign(published=POSTS["published"].dt.tz_localize("UTC"), reach=100)
    there = data.assign(published=data["published"].dt.tz_convert("America/New_York"))
    result = posting_times(there, zone="Europe/Paris")
    pd.testing.assert_frame_equal(result, posting_times(data, zone="Europe/Paris"))
    assert engagement(there, "account", ["reach"], every="month", draws=10)["n"].tolist() == [12] * 3
