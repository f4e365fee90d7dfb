"""Odd tables: one row, many rows, 0 and 1, no interval, all flagged, empty, wrong columns, wrong choices."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.charts import theme
from analysis.errors import DataError, ParameterError
from charts import figures as f

ROWS = {
    "rates": lambda table: lambda ax: charts.rates(table, ax, label="group", benchmark=0.5),
    "multiple_answers": lambda table: lambda ax: charts.multiple_answers(table, ax, label="group"),
    "distribution": lambda table: lambda ax: charts.distribution(table, ax, value="group"),
    "funnel": lambda table: lambda ax: charts.funnel(table, ax, stage="group"),
}


def _table(rows, **columns):
    base = {"group": [f"groupe {i:02d}" for i in range(rows)], "estimate": np.linspace(0.9, 0.1, rows)}
    table = pd.DataFrame(base)
    return table.assign(low=table["estimate"] - 0.05, high=table["estimate"] + 0.05, n=100, **columns)


EDGES = {
    "one row": _table(1),
    "0 and 1": _table(2, flag="beta limit").assign(estimate=[1.0, 0.0], low=[0.93, 0.0], high=[1.0, 0.07]),
    "no interval": _table(4).drop(columns=["low", "high"]),
    "a missing interval": _table(4).assign(low=[0.8, np.nan, 0.3, 0.05], high=[0.95, np.nan, 0.5, 0.15]),
    "all flagged": _table(3, flag="n<30; cv>0.3"),
    "all withheld": _table(3, flag="suppressed").assign(estimate=np.nan, low=np.nan, high=np.nan, n=2),
    "nullable": _table(3).astype({"estimate": "Float64", "n": "Int64"}).assign(low=pd.NA, high=pd.NA),
    "all zero": _table(3).assign(estimate=0.0, low=0.0, high=0.0),
    "no n": _table(3).drop(columns="n"),
}


@pytest.mark.parametrize("width", [680, 350])
@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("chart", ROWS)
def test_odd_tables_are_drawn_without_overlap(chart, edge, width, drawn, overlaps):
    ax = drawn(ROWS[chart](EDGES[edge]), width)
    assert overlaps(ax.figure) == []


@pytest.mark.parametrize("chart", ["rates", "multiple_answers"])
def test_twenty_five_rows_make_a_taller_drawing(chart, drawn, overlaps):
    few, many = (drawn(ROWS[chart](_table(rows)), 350) for rows in (5, 25))
    assert overlaps(many.figure) == []
    assert many.figure.get_figheight() > 3 * few.figure.get_figheight()


@pytest.mark.parametrize("chart", ROWS)
def test_an_empty_table_is_refused_in_the_users_words(chart, drawn):
    with pytest.raises(DataError, match=f'"{chart}" has nothing to draw.*no row. Check the period'):
        drawn(ROWS[chart](_table(3).iloc[:0]))


def test_empty_tables_of_the_other_charts_are_refused(drawn):
    draws = [
        lambda ax: charts.slope(f.WAVES.iloc[:0], ax, label="platform"),
        lambda ax: charts.trend(f.MONTHS.iloc[:0], ax),
        lambda ax: charts.hours(f.HOURS.iloc[:0], ax),
        lambda ax: charts.dots_by_group(f.MEDIANS.iloc[:0], f.POSTS, ax),
        lambda ax: charts.dots_by_group(f.MEDIANS, f.POSTS.iloc[:0], ax),
        lambda ax: charts.calendar(f.POSTS.iloc[:0], ax, period="2025-Q4"),
        lambda ax: charts.quarter_bars(f.POSTS.iloc[:0], ax, period="2025-Q4"),
        lambda ax: charts.mini_interval(f.PAIR.iloc[:0], ax),
    ]
    for draw in draws:
        with pytest.raises(DataError, match="has nothing to draw: its table of results has no row"):
            drawn(draw)


def test_a_missing_column_is_named_with_the_closest_one(drawn):
    with pytest.raises(DataError, match=r'"rates" needs a column "sectr". Did you mean "sector"'):
        drawn(lambda ax: charts.rates(f.RATES, ax, label="sectr"))


def test_wrong_choices_are_refused(drawn):
    with pytest.raises(ParameterError, match=r'unit="shar" is not a choice. Did you mean "share"'):
        drawn(lambda ax: charts.rates(f.RATES, ax, label="sector", unit="shar"))
    with pytest.raises(ParameterError, match='order="size" is not a choice'):
        drawn(lambda ax: charts.rates(f.RATES, ax, label="sector", order="size"))
    with pytest.raises(ParameterError, match='kinds="star" is not a choice'):
        drawn(lambda ax: charts.mini_interval(f.PAIR, ax, kinds={"you": "star"}))


def test_tables_of_several_groups_are_not_mixed_up(drawn):
    twice = pd.concat([f.STAGES, f.STAGES])
    with pytest.raises(DataError, match='one row per stage, but "regular" is there several times'):
        drawn(lambda ax: charts.funnel(twice, ax))
    mixed = pd.concat([f.RATES.assign(rate="reach"), f.RATES.assign(rate="views")])
    with pytest.raises(DataError, match=r"several times\. Keep one rate first"):
        drawn(lambda ax: charts.rates(mixed, ax, label="sector"))
    with pytest.raises(DataError, match=r"several times\. Keep one rate first"):
        drawn(lambda ax: charts.multiple_answers(mixed, ax, label="sector"))
    with pytest.raises(DataError, match='two values for platform "facebook" in wave 2024'):
        drawn(lambda ax: charts.slope(pd.concat([f.WAVES, f.WAVES.head(1)]), ax, label="platform"))
    with pytest.raises(DataError, match="holds only 2024"):
        drawn(lambda ax: charts.slope(f.WAVES.query("wave == 2024"), ax, label="platform"))
    with pytest.raises(DataError, match="has the period 2025-01 twice"):
        drawn(lambda ax: charts.trend(pd.concat([f.MONTHS, f.MONTHS.head(1)]), ax))
    with pytest.raises(DataError, match="mixes kinds of periods"):
        drawn(lambda ax: charts.trend(f.MONTHS.assign(period=["2025-Q1", *f.MONTHS["period"][1:]]), ax))
    with pytest.raises(DataError, match='needs hours from 0 to 23, but "hour" holds 24'):
        drawn(lambda ax: charts.hours(f.HOURS.assign(hour=24), ax))
    with pytest.raises(DataError, match="has the hour 0 twice"):
        drawn(lambda ax: charts.hours(f.HOURS, ax))


def test_a_period_without_posts_says_so(drawn):
    with pytest.raises(DataError, match=r'"calendar" has no post in first quarter of 2024. Check the period'):
        drawn(lambda ax: charts.calendar(f.POSTS, ax, period="2024-Q1"))
    with pytest.raises(DataError, match='"quarter_bars" has no post with a value of "reach"'):
        drawn(lambda ax: charts.quarter_bars(f.POSTS.assign(reach=np.nan), ax, period="2025-Q4"))


def test_posts_with_a_time_zone_fall_on_their_wall_clock_day(drawn):
    zoned = f.POSTS.assign(published=f.POSTS["published"].dt.tz_localize("UTC"))
    said = [charts.alt_calendar(table, period="2025-Q4", language="fr") for table in (f.POSTS, zoned)]
    assert said[0] == said[1]


def test_the_callers_table_is_not_changed(drawn):
    before = f.RATES.copy()
    drawn(f.WIDE_FIGURES["rates"])
    pd.testing.assert_frame_equal(f.RATES, before)


def test_negative_values_keep_zero_in_sight(drawn, overlaps):
    table = _table(4).assign(estimate=[-0.2, -0.1, 0.1, 0.3], low=-0.25, high=0.35)
    ax = drawn(lambda axes: charts.rates(table, axes, label="group", decimals=0))
    assert ax.get_xlim()[0] < -0.25 + 1e-9 and 0 in np.round(ax.get_xticks(), 9)
    assert overlaps(ax.figure) == []


def test_a_missing_group_is_a_dash_and_a_missing_kind_is_another(drawn, overlaps):
    table = _table(3).assign(group=pd.array(["a", pd.NA, "c"], dtype="string"))
    ax = drawn(lambda axes: charts.rates(table, axes, label="group", highlight="a"))
    assert "–" in [text.get_text() for text in ax.texts]
    posts = f.POSTS.assign(kind=f.POSTS["kind"].astype("string").mask(f.POSTS.index < 5))
    ax = drawn(lambda axes: charts.calendar(posts, axes, period="2025-Q4"))
    assert "autre" in [text.get_text() for text in ax.texts]
    assert overlaps(ax.figure) == []


LONG = {
    "photo": "Coups de cœur des libraires, lectures et recommandations anticonstitutionnellement longues",
    "link": "Rencontres, veillées et clubs de lecture du samedi soir, au coin du feu",
}
TWO = pd.DataFrame(
    {"kind": list(LONG), "estimate": [20.0, 12.0], "low": [15.0, 10.0], "high": [25.0, 15.0], "n": 40}
)
POSTS = pd.DataFrame({"kind": np.repeat(list(LONG), 40), "reach": [*range(1, 41), *range(1, 40), 5000]})


@pytest.mark.parametrize(
    ("draw", "width"),
    [
        (lambda ax: charts.dots_by_group(TWO, POSTS, ax, labels=LONG), 680),
        (lambda ax: charts.dots_by_group(TWO, POSTS, ax, labels=LONG), 350),
        (lambda ax: charts.mini_interval(TWO, ax, label="kind", labels=LONG), 220),
    ],
)
def test_long_names_are_whole_and_inside_the_drawing(draw, width, drawn, overlaps):
    with mpl.rc_context(theme.STYLE):
        ax = drawn(draw, width)
        assert overlaps(ax.figure) == []
    said = " ".join(text.get_text() for text in ax.texts)
    assert all(word in said for name in LONG.values() for word in name.split())


def test_the_scale_reaches_as_far_as_what_is_drawn_when_posts_are_many(drawn):
    ax = drawn(lambda ax: charts.dots_by_group(TWO, POSTS, ax), 680)
    assert ax.get_xlim() == (0, 40)
