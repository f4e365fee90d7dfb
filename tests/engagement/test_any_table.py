from __future__ import annotations

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.engagement import cadence, contrast, engagement, means, typical, with_calendar
from analysis.engagement.inference import groupwise
from analysis.engagement.tables.posts import lazy_posts, read_posts
from analysis.errors import DataError, ParameterError
from engagement.many import untidy

MEASURES = {
    "engagement": lambda t: engagement(t, by="kind", every="year", draws=40),
    "weeks": lambda t: engagement(t, by="label", rates="reach", together="weeks", draws=40),
    "typical": lambda t: typical(t, "interactions", every="quarter", draws=40),
    "means": lambda t: means(t, "reactions", by=["platform", "weekday"], draws=40),
    "contrast": lambda t: contrast(t, "engagement by reach", "kind", draws=40),
    "within": lambda t: contrast(
        t, "interactions", "label", within="platform", statistic="mean", scale="difference",
        together="weeks", draws=40,
    ),
    "cadence": lambda t: cadence(t, by="kind", draws=40),
    "window": lambda t: cadence(t, start="2024-02-07", end="2025-03-02", draws=40),
}  # fmt: skip


@pytest.fixture(scope="module")
def posts():
    return untidy()


@pytest.fixture(scope="module")
def expected(posts):
    """Measure the table in pandas once, drawn and summed."""
    found = {}
    for few in (10_000, 60):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(groupwise, "FEW", few)
            found[few] = {name: measure(posts) for name, measure in MEASURES.items()}
    return found


def arrow(table):
    return pa.Table.from_pandas(table, preserve_index=False)


def builds(folder):
    """Name the ways a table of posts may come."""

    def parquet(table):
        pq.write_to_dataset(arrow(table), folder / "store", partition_cols=["platform"])
        return folder / "store"

    return {
        "pandas of arrow": lambda t: arrow(t).to_pandas(types_mapper=pd.ArrowDtype),
        "pandas of objects": lambda t: t.astype({"reach": object, "kind": object, "account": "category"}),
        "polars": lambda t: pl.from_arrow(arrow(t)),
        "polars lazy": lambda t: pl.from_arrow(arrow(t)).lazy(),
        "pyarrow": arrow,
        "duckdb": lambda t: duckdb.from_arrow(arrow(t)),
        "duckdb of its own": lambda t: duckdb.connect().from_arrow(arrow(t)),
        "parquet folder": parquet,
    }


@pytest.mark.parametrize("few", [10_000, 60], ids=["drawn", "summed"])
@pytest.mark.parametrize(
    "build",
    [
        build
        if build in ("polars lazy", "pyarrow", "duckdb")
        else pytest.param(build, marks=pytest.mark.slow)
        for build in builds(None)
    ],
)
@pytest.mark.xdist_group("any table")
def test_every_kind_of_table_gives_equal_numbers(posts, expected, build, few, tmp_path, monkeypatch):
    monkeypatch.setattr(groupwise, "FEW", few)
    table = builds(tmp_path)[build](posts)
    for name, measure in MEASURES.items():
        result = measure(table)
        pd.testing.assert_frame_equal(result, expected[few][name], check_dtype=False, rtol=1e-9, obj=name)


@pytest.mark.slow
def test_a_spark_session_sums_where_the_posts_are(spark, monkeypatch):
    monkeypatch.setattr(groupwise, "FEW", 60)
    posts = untidy(400)
    result, expected = (
        engagement(table, by="label", rates=["reach"], statistics=["pooled", "mean"])
        for table in (spark.createDataFrame(arrow(posts)), posts)
    )
    pd.testing.assert_frame_equal(result, expected, check_dtype=False, rtol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("few", [10_000, 60], ids=["drawn", "summed"])
def test_a_spark_session_gives_equal_numbers(spark, few, monkeypatch):
    monkeypatch.setattr(groupwise, "FEW", few)
    posts = untidy(400)
    table = spark.createDataFrame(arrow(posts))
    for name, measure in {
        "engagement": lambda t: engagement(t, by="label", every="year", rates=["reach"], draws=40),
        "contrast": lambda t: contrast(t, "reach", "kind", draws=40),
        "cadence": lambda t: cadence(t, draws=40),
    }.items():
        result, expected = measure(table), measure(posts)
        pd.testing.assert_frame_equal(result, expected, check_dtype=False, rtol=1e-9, obj=name)


@pytest.mark.slow
def test_a_spark_session_counts_weekdays_and_weeks_as_others_do(spark):
    days = pd.DataFrame({"published": pd.date_range("2024-12-27 09:00", periods=12).astype("datetime64[us]")})
    result = with_calendar(spark.createDataFrame(arrow(days))).orderBy("published").toArrow().to_pylist()
    assert [row["weekday"] for row in result] == [5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2]
    assert [row["week"] for row in result] == ["2024-W52"] * 3 + ["2025-W01"] * 7 + ["2025-W02"] * 2


def test_the_order_of_undated_posts_changes_nothing(posts):
    undated = posts.drop(columns="published")
    one = undated[undated["account"] == "a03"]
    result = engagement(one, rates=["reach"], draws=40)
    assert "posts" in result["method"][0]
    pd.testing.assert_frame_equal(
        result, engagement(one.sample(frac=1, random_state=4), rates=["reach"], draws=40), rtol=0, atol=0
    )


def test_many_posts_never_leave_the_engine(posts, monkeypatch):
    fetched = []
    collect = nw.LazyFrame.collect

    def counting(frame, *arguments, **options):
        found = collect(frame, *arguments, **options)
        fetched.append(len(found))
        return found

    monkeypatch.setattr(groupwise, "FEW", 60)
    monkeypatch.setattr(nw.LazyFrame, "collect", counting)
    table = duckdb.from_arrow(arrow(pd.concat([posts] * 20)))
    result = engagement(table, rates=["reach"])
    assert result["n"].min() > 20_000
    assert max(fetched) < 3000
    assert "accounts" in result["method"][1]


def test_nothing_is_left_in_the_database_of_the_caller(posts, monkeypatch):
    monkeypatch.setattr(groupwise, "FEW", 60)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE posts (kept INTEGER)")
    engagement(connection.from_arrow(arrow(posts)), by="kind", rates=["reach"])
    assert [row[0] for row in connection.execute("SHOW ALL TABLES").fetchall() if row[2] != "posts"] == []
    assert connection.table("posts").columns == ["kept"]


def test_a_batch_of_small_groups_at_a_time(posts, monkeypatch):
    whole = engagement(posts, by="kind", draws=40)
    monkeypatch.setattr(groupwise, "AT_ONCE", 500)
    pd.testing.assert_frame_equal(whole, engagement(posts, by="kind", draws=40))


def test_instants_are_read_on_the_clock_of_utc_wherever_the_machine_is():
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Pacific/Auckland'")
    table = connection.sql("SELECT TIMESTAMPTZ '2025-12-31 23:30:00+00' AS published, 5 AS reach")
    assert read_posts(table, ["published"])["published"][0] == pd.Timestamp("2025-12-31 23:30")
    assert typical(table, every="year")["period"].tolist() == ["2025"]
    assert with_calendar(table).select("hour").fetchall() == [(23,)]


def test_the_calendar_of_any_table_is_that_of_pandas():
    days = pd.date_range("2018-12-20 05:00", "2027-01-10", freq="D").astype("datetime64[us]")
    posts = pd.DataFrame({"published": pd.Series(days).mask(days.day == 13)})
    expected = with_calendar(posts)
    for build in (pl.from_arrow, duckdb.from_arrow, lambda table: table):
        result = nw.from_native(with_calendar(build(arrow(posts)))).lazy().collect().to_pandas()
        result = result.sort_values("published").reset_index(drop=True)
        ordered = expected.sort_values("published").reset_index(drop=True)
        for name in expected:
            assert result[name].isna().equals(ordered[name].isna())
            assert result[name].dropna().tolist() == ordered[name].dropna().tolist()


def test_columns_are_chosen_without_reading(posts):
    chosen = lazy_posts(pl.from_arrow(arrow(posts)).lazy(), ["reach"], ["kind", "clicks"])
    assert chosen.collect_schema().names() == ["reach", "kind"]
    assert isinstance(chosen.to_native(), pl.LazyFrame)


def test_a_file_of_parquet_is_measured_as_it_lies(posts, tmp_path):
    posts.to_parquet(tmp_path / "posts.parquet")
    pd.testing.assert_frame_equal(
        engagement(str(tmp_path / "posts.parquet"), draws=40), engagement(posts, draws=40), check_dtype=False
    )


def test_accounts_in_the_names_of_folders_are_text(tmp_path):
    """A quote in the path is no end of it; account 0071 is not account 71."""
    for account in ("0071", "71"):
        folder = tmp_path / "the client's store" / f"account={account}"
        folder.mkdir(parents=True)
        pd.DataFrame({"reach": [1.0]}).to_parquet(folder / "posts.parquet")
    result = typical(tmp_path / "the client's store", by="account")
    assert result["account"].tolist() == ["0071", "71"]


def test_a_path_without_parquet_is_refused(tmp_path):
    with pytest.raises(
        DataError, match=r"store: there is no Parquet file\. Give a \.parquet file or a folder"
    ):
        engagement(tmp_path / "store")
    (tmp_path / "posts.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(DataError, match=r"posts\.parquet: it cannot be read as Parquet") as refused:
        engagement(tmp_path / "posts.parquet")
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("build", [pl.from_arrow, duckdb.from_arrow, lambda table: table])
def test_wrong_columns_and_periods_are_refused_in_any_table(posts, build):
    table = build(arrow(posts))
    with pytest.raises(DataError, match=r'no column "kinde"\. Did you mean "kind"'):
        engagement(table, by="kinde")
    with pytest.raises(ParameterError, match='every="fortnight" is not a period'):
        engagement(table, every="fortnight")
    with pytest.raises(DataError, match='no column "published"'):
        cadence(build(arrow(posts.drop(columns="published"))))
