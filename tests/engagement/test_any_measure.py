"""Each measure on posts gives equal numbers for any kind of table, whatever the order of its rows."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from analysis import engagement as measures

OWNERS = pd.DataFrame(
    {"platform": "x", "account": [f"a{i}" for i in range(10)], "owner_type": ["firm", "person"] * 5}
)
EVENTS = pd.DataFrame(
    {
        "account": [f"a{i % 10}" for i in range(40)],
        "happened": pd.date_range("2025-02-01 08:00", periods=40, freq="31h"),
    }
)
BUILD = {
    "pandas, rows shuffled": lambda table: table.sample(frac=1, random_state=4),
    "polars": pl.from_pandas,
    "polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda table: duckdb.connect().from_arrow(pa.Table.from_pandas(table)),
}
MEASURES = {
    "posting_times": lambda t: measures.posting_times(t, zone="Europe/Paris"),
    "posting_test": lambda t: measures.posting_test(t, draws=19),
    "content_effects": lambda t: measures.content_effects(t, zone="Europe/Paris"),
    "differences": lambda t: measures.differences(t),
    "overperformance": lambda t: measures.overperformance(t),
    "maturity": lambda t: measures.maturity(t, draws=50),
    "young_posts": lambda t: measures.young_posts(t),
    "share_of_voice": lambda t: measures.share_of_voice(t, ["a1", "a2"], draws=50),
    "voices": lambda t: measures.voices(t, OWNERS, draws=50),
    "promotion": lambda t: measures.promotion(t, by="kind", draws=50),
    "per_post": lambda t: measures.per_post(t, draws=50),
    "event_study": lambda t: measures.event_study(t, EVENTS, draws=50),
    "delay_effect": lambda t: measures.delay_effect(t, EVENTS),
}


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    n = 500
    data = pd.DataFrame(
        {
            "platform": "x",
            "account": [f"a{i % 10}" for i in range(n)],
            "post_id": [str(i) for i in range(n)],
            "published": pd.Timestamp("2025-01-06")
            + pd.to_timedelta(np.sort(rng.integers(0, 90 * 24, n)), "h"),
            "published_zone_known": True,
            "kind": rng.choice(["photo", "photo", "link"], n),
            "paid": pd.array(rng.choice([True, False], n, p=[0.1, 0.9]), dtype="boolean"),
            "followers": 300,
            "reach": rng.integers(0, 900, n),
            "reactions": rng.poisson(9, n),
            "comments": rng.poisson(2, n),
            "shares": rng.poisson(1, n),
            "exported": pd.Timestamp("2025-06-01"),
        }
    )
    return data.astype({"reach": "Int64"})


@pytest.mark.parametrize("kind", BUILD)
@pytest.mark.parametrize("name", MEASURES)
def test_every_kind_of_table_gives_equal_numbers(table, name, kind):
    assert_alike(name, table, BUILD[kind](table))


@pytest.mark.slow
def test_a_spark_session_gives_equal_numbers(table, spark):
    posts = spark.createDataFrame(pa.Table.from_pandas(table))
    for name in MEASURES:
        assert_alike(name, table, posts)


def assert_alike(name, table, other):
    expected, found = MEASURES[name](table), MEASURES[name](other)
    numbers = expected.select_dtypes("number").columns
    assert len(expected) and expected[numbers].notna().any(axis=None)
    pd.testing.assert_frame_equal(found[numbers], expected[numbers], rtol=1e-9, check_dtype=False)
    words = [column for column in expected if column not in numbers and column != "published"]
    assert found[words].astype(str).to_dict("list") == expected[words].astype(str).to_dict("list")


@pytest.mark.parametrize("kind", BUILD)
def test_leaving_out_young_posts_keeps_the_kind_of_table(table, kind):
    young = table.assign(exported=pd.Timestamp("2025-03-20"))
    kept = measures.mature_posts(BUILD[kind](young))
    assert measures.young_posts(kept)["n_young"].sum() == 0
    left = measures.young_posts(young)
    assert measures.young_posts(kept)["n"].sum() == left["n"].sum() - left["n_young"].sum()


@pytest.mark.parametrize("kind", ["polars", "pyarrow", "duckdb"])
def test_audiences_of_any_table(kind):
    days = pd.date_range("2025-01-01", periods=30, freq="D")
    daily = pd.concat(
        [
            pd.DataFrame({"platform": "x", "account": f"a{i}", "date": days, "metric": "followers"}).assign(
                value=np.arange(30.0) * i + 100
            )
            for i in range(10)
        ],
        ignore_index=True,
    )
    for measure in (measures.audience_growth, lambda t: measures.growth_across(t, by=None, draws=50)):
        pd.testing.assert_frame_equal(measure(BUILD[kind](daily)), measure(daily))
