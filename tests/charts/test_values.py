"""What is drawn is what the table says: positions are read back from the drawing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.charts import theme
from analysis.errors import DataError
from charts import figures as f


def _marks(ax, gid):
    return np.concatenate([line.get_xydata() for line in ax.lines if line.get_gid() == gid])


def _spans(ax, gid="interval", axis=0):
    lines = [line.get_xydata()[:, axis] for line in ax.lines if line.get_gid() == gid]
    return np.array([[min(span), max(span)] for span in lines])


def _shapes(ax):
    return [line.get_marker() for line in ax.lines if line.get_gid() == "estimate"]


def _texts(ax):
    return [text.get_text() for text in ax.texts]


def test_rates_draws_each_estimate_and_interval_highest_first(drawn):
    ax = drawn(f.WIDE_FIGURES["rates"])
    dots = _marks(ax, "estimate")
    assert dots[:, 0].tolist() == f.RATES["estimate"].tolist()
    assert (np.diff(dots[:, 1]) > 0).all()
    assert _spans(ax).tolist() == f.RATES.loc[:5, ["low", "high"]].to_numpy().tolist()
    assert [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "benchmark"] == [0.44]


def test_rates_says_by_shape_what_is_above_below_or_undecided(drawn):
    ax = drawn(f.WIDE_FIGURES["rates"])
    paper = theme.COLOUR["paper"]
    dots = [line for line in ax.lines if line.get_gid() == "estimate"]
    assert _shapes(ax) == ["o", "o", "o", "o", "o", "D", "o"]
    hollow = [dot.get_markerfacecolor() == paper for dot in dots]
    assert hollow == [False, False, True, True, True, False, True]


def test_rates_hatches_a_flagged_group_over_its_interval_and_gives_the_reason(drawn):
    ax = drawn(f.WIDE_FIGURES["rates"])
    hatching = [c for c in ax.collections if c.get_gid() == "hatching"]
    assert len(hatching) == 1
    places = hatching[0].get_transform().transform(np.concatenate(hatching[0].get_segments()))[:, 0]
    (left, _), (right, _) = ax.transData.transform([(0.12, 0), (0.38, 0)])
    assert [places.min(), places.max()] == pytest.approx([left, right], abs=4)
    assert places.min() >= left - 1e-6 and places.max() <= right + 1e-6
    assert "moins de 30 cas" in _texts(ax)


def test_rates_places_one_official_tick_per_group_that_has_a_figure(drawn):
    ax = drawn(f.WIDE_FIGURES["rates_official"])
    places = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "benchmark"]
    assert places == list(f.OFFICIAL.values())
    by_column = f.RATES.assign(official=f.RATES["sector"].map(f.OFFICIAL))
    again = drawn(lambda axes: charts.rates(by_column, axes, label="sector", benchmark="official"))
    assert [line.get_xdata()[0] for line in again.lines if line.get_gid() == "benchmark"] == places


def test_a_withheld_group_shows_neither_value_nor_count(drawn):
    table = f.RATES.assign(n=f.RATES["n"].where(f.RATES.index != 2, 3))
    ax = drawn(lambda axes: charts.rates(table, axes, label="sector"))
    assert 0.47 not in _marks(ax, "estimate")[:, 0]
    assert "n\u00a0<\u00a05" in _texts(ax)
    assert not {"47", "3"} & set(_texts(ax))


def test_figures_beside_rates_are_the_table_s(drawn):
    texts = _texts(drawn(f.WIDE_FIGURES["rates"]))
    for row in f.RATES.itertuples():
        assert f"{row.estimate * 100:.0f}" in texts
        assert f"{row.low * 100:.0f} à {row.high * 100:.0f}" in texts
        assert f"{row.n}" in texts


def test_multiple_answers_bars_are_as_long_as_the_shares(drawn):
    ax = drawn(f.WIDE_FIGURES["multiple_answers"])
    widths = [patch.get_width() for patch in ax.patches if patch.get_gid() == "estimate"]
    assert widths == f.PLATFORMS["estimate"].tolist()
    assert {patch.get_x() for patch in ax.patches if patch.get_gid() == "estimate"} == {0}
    ends = {end for span in _spans(ax) for end in span}
    assert set(f.PLATFORMS["low"]) | set(f.PLATFORMS["high"]) <= ends


def test_funnel_puts_the_stages_in_order_and_computes_the_passages(drawn):
    ax = drawn(f.WIDE_FIGURES["funnel"])
    widths = [patch.get_width() for patch in ax.patches if patch.get_gid() == "estimate"]
    assert widths == [0.93, 0.61, 0.44, 0.23]
    passages = [text for text in _texts(ax) if text.startswith("↓")]
    expected = [round(100 * b / a) for a, b in [(0.93, 0.61), (0.61, 0.44), (0.44, 0.23)]]
    assert [int("".join(filter(str.isdigit, text))) for text in passages] == expected


def test_distribution_columns_are_as_high_as_the_shares(drawn):
    ax = drawn(f.WIDE_FIGURES["distribution"])
    bars = [patch for patch in ax.patches if patch.get_gid() == "estimate"]
    assert [bar.get_height() for bar in bars] == f.COUNTS["estimate"].tolist()
    assert [bar.get_x() + bar.get_width() / 2 for bar in bars] == pytest.approx(range(6))


def test_slope_draws_every_end_and_calls_a_change_established_only_if_its_interval_leaves_zero_out(drawn):
    ax = drawn(f.WIDE_FIGURES["slope"])
    dots = _marks(ax, "estimate")
    assert dots[:, 1].tolist() == [value for ends in f.ENDS.values() for value in ends]
    assert dots[:, 0].tolist() == [0, 1] * 6
    expected = {
        "facebook": "o",
        "google_business": "o",
        "instagram": "o",
        "x": "D",
        "linkedin": "o",
        "tiktok": "o",
    }
    assert _shapes(ax)[::2] == list(expected.values())
    texts = " ".join(_texts(ax))
    assert "+14\u00a0pts" in texts and "−10\u00a0pts" in texts and "+3\u00a0pts" not in texts
    undecided = drawn(lambda axes: charts.slope(f.WAVES, axes, label="platform"))
    assert set(_shapes(undecided)) == {"o"} and "pts" not in " ".join(_texts(undecided))


def test_trend_leaves_the_missing_month_as_a_gap(drawn):
    ax = drawn(f.WIDE_FIGURES["trend"])
    line = next(line for line in ax.lines if line.get_gid() == "line")
    values = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert np.isnan(values[6]) and len(values) == 12
    known = [values[x] for x in sorted(values) if x != 6]
    assert known == f.MONTHS["estimate"].tolist()


def test_hours_names_the_highest_hour_of_each_series(drawn):
    ax = drawn(f.WIDE_FIGURES["hours"])
    lines = [line for line in ax.lines if line.get_gid() == "line"]
    assert np.concatenate([line.get_ydata() for line in lines]).tolist() == f.HOURS["estimate"].tolist()
    assert {"19\u00a0h\u00a0: 443", "20\u00a0h\u00a0: 400"} <= set(_texts(ax))


def test_dots_shows_every_post_that_has_a_value_once(drawn):
    ax = drawn(f.WIDE_FIGURES["dots"])
    posts = _marks(ax, "post")[:, 0]
    assert sorted(posts) == sorted(f.POSTS["reach"].dropna())
    shown = f.MEDIANS.loc[f.MEDIANS["n"] >= 5].sort_values("estimate", ascending=False)
    assert _marks(ax, "estimate")[:, 0].tolist() == shown["estimate"].tolist()


def test_dots_gives_way_to_the_middle_half_from_thirty_posts_on(drawn):
    posts = pd.DataFrame({"kind": "photo", "reach": np.arange(100.0, 140.0)})
    table = pd.DataFrame({"kind": ["photo"], "estimate": [119.5], "low": [112], "high": [127], "n": [40]})
    ax = drawn(lambda axes: charts.dots_by_group(table, posts, axes))
    band = next(patch for patch in ax.patches if patch.get_gid() == "quartiles")
    assert [band.get_x(), band.get_x() + band.get_width()] == posts["reach"].quantile([0.25, 0.75]).tolist()
    assert not [line for line in ax.lines if line.get_gid() == "post"]


def test_dots_says_when_its_scale_is_a_square_root(drawn):
    assert "échelle en racine carrée" in _texts(drawn(f.WIDE_FIGURES["dots_skewed"]))
    ax = drawn(f.WIDE_FIGURES["dots"])
    assert "échelle en racine carrée" not in _texts(ax) and ax.get_xscale() == "linear"


def test_calendar_marks_every_post_in_the_square_of_its_day(drawn):
    ax = drawn(f.WIDE_FIGURES["calendar"])
    marks = _marks(ax, "post")
    marks = marks[marks[:, 1] < 7]
    squares = sorted((int(x), int(y)) for x, y in marks)
    monday = pd.Timestamp("2025-09-29")
    places = [(day - monday).days for day in f.POSTS["published"].dt.normalize()]
    assert squares == sorted((place // 7, place % 7) for place in places)


def test_quarter_bars_are_as_high_as_the_people_reached_and_a_missing_value_is_no_bar(drawn):
    ax = drawn(f.WIDE_FIGURES["quarter_bars"])
    bars = [patch for patch in ax.patches if patch.get_gid() == "estimate"]
    assert sorted(bar.get_height() for bar in bars) == sorted(f.POSTS["reach"].dropna())
    assert (
        len([line for line in ax.lines if line.get_gid() == "missing"]) == f.POSTS["reach"].isna().sum() == 1
    )
    days = (f.POSTS["published"].dt.normalize() - pd.Timestamp("2025-10-01")).dt.days
    assert {int(np.floor(bar.get_x() + 0.5)) for bar in bars} <= set(days)


def test_peer_strip_draws_quartiles_value_and_interval(drawn):
    ax = drawn(f.SMALL_FIGURES["peer_strip_alert"], 290)
    band = next(patch for patch in ax.patches if patch.get_gid() == "quartiles")
    assert [band.get_x(), band.get_x() + band.get_width()] == [3, 18]
    assert _marks(ax, "median")[0, 0] == 7 and _marks(ax, "estimate")[0, 0] == 26
    assert _spans(ax).tolist() == [[19, 34]] and _shapes(ax) == ["D"]


def test_peer_strip_never_tells_the_count_or_quartiles_of_fewer_than_five_peers(drawn):
    ax = drawn(f.SMALL_FIGURES["peer_strip_few"], 290)
    assert set(_texts(ax)) == {"n\u00a0<\u00a05", "moins de 5 pairs\u00a0: comparaison retirée"}
    assert not ax.patches and not ax.lines


def test_the_key_of_the_strip_names_the_quartiles_in_order(drawn):
    ax = drawn(f.SMALL_FIGURES["peer_strip_key"], 262)
    places = {text.get_text(): text.xy[0] for text in ax.texts}
    assert places["1ᵉʳ quart"] < places["médiane"] < places["vous"] < places["3ᵉ quart"]


def test_quartiles_are_printed_as_told(drawn):
    ax = drawn(
        lambda ax: charts.peer_strip(ax, value=26, q1=3, median=7, q3=18, n=17, texts=("3 h", "7 h", "18 h")),
        262,
    )
    assert {"3 h", "7 h", "18 h"} < set(_texts(ax)) and "18" not in _texts(ax)


def test_mini_interval_draws_a_band_for_peers(drawn):
    ax = drawn(f.SMALL_FIGURES["mini_interval"], 220)
    assert _marks(ax, "estimate")[:, 0].tolist() == [26] and _marks(ax, "median")[0, 0] == 7
    assert {"vous", "vos pairs", "26\u00a0h", "7\u00a0h"} == set(_texts(ax))


def test_a_share_above_zero_is_never_written_as_zero(drawn):
    table = f.PLATFORMS.assign(estimate=[0.38, 0.31, 0.26, 0.15, 0.004, 0.0], flag="")
    texts = _texts(drawn(lambda ax: charts.multiple_answers(table, ax, label="platform")))
    assert "<\u00a01" in texts and texts.count("0") == 1


def test_trend_joins_waves_two_years_apart_and_names_each_of_few_values(drawn):
    waves = pd.DataFrame(
        {"wave": [2022, 2024, 2026], "estimate": [0.38, 0.44, 0.47], "low": 0.36, "high": 0.5}
    )
    ax = drawn(lambda axes: charts.trend(waves, axes, period="wave"))
    line = next(line for line in ax.lines if line.get_gid() == "line")
    assert line.get_ydata().tolist() == [0.38, 0.44, 0.47]
    assert {"38", "44", "47"} <= set(_texts(ax))


def test_dots_reads_medians_of_five_posts_on_even_if_flagged_as_under_thirty(drawn):
    flagged = f.MEDIANS.assign(flag="n<30, weeks<8")
    ax = drawn(lambda axes: charts.dots_by_group(flagged, f.POSTS, axes))
    assert len(_marks(ax, "estimate")) == (f.MEDIANS["n"] >= 5).sum() == 3


def test_a_group_without_official_figure_is_not_drawn_as_above_it(drawn):
    ax = drawn(f.WIDE_FIGURES["rates_official"])
    dots = [line for line in ax.lines if line.get_gid() == "estimate"]
    assert {dot.get_markerfacecolor() for dot in dots} == {theme.COLOUR["paper"]}


def test_a_small_share_is_never_said_to_be_zero():
    result = pd.DataFrame({"platforms": [0, 1, 2], "estimate": [0.997, 0.003, 0.0]})
    text = charts.alt_distribution(result, language="en")
    assert "1: <\u00a01%" in text
    assert "2: 0%" in text


def test_forest_puts_each_effect_at_its_value_and_shows_by_shape_what_is_established(drawn):
    ax = drawn(f.WIDE_FIGURES["forest"])
    assert _marks(ax, "estimate")[:, 0].tolist() == f.EFFECTS["estimate"].tolist()
    assert _shapes(ax) == ["o", "o", "o", "D", "o", "D", "o"]
    hollow = [line.get_markerfacecolor() == "#FFFFFF" for line in ax.lines if line.get_gid() == "estimate"]
    assert hollow == [low <= 0 <= high for low, high in zip(f.EFFECTS["low"], f.EFFECTS["high"], strict=True)]
    assert set(map(tuple, _spans(ax))) == set(zip(f.EFFECTS["low"], f.EFFECTS["high"], strict=True))
    texts = _texts(ax)
    assert {"+4,1", "−5,2", "Le dirigeant"} <= set(texts) and texts.count("L’entreprise") == 1


def test_diverging_bars_are_as_long_as_the_shares_on_each_side_of_the_line(drawn):
    ax = drawn(f.WIDE_FIGURES["diverging"])
    boxes = [(p.get_x(), p.get_width()) for p in ax.patches if p.get_gid() == "estimate"]
    first = [0.07, 0.13, 0.21, 0.36, 0.23]
    assert boxes[:4] == [
        pytest.approx((-first[1], first[1])),
        pytest.approx((-first[1] - first[0], first[0])),
        pytest.approx((0, first[3])),
        pytest.approx((first[3], first[4])),
    ]
    assert boxes[4][1] == pytest.approx(first[2]) and boxes[4][0] > 0.59
    assert "59\u202f%" in _texts(ax) and "54 à 64" in _texts(ax)


def test_diverging_refuses_doubled_answers_and_too_many_levels(drawn):
    twice = pd.concat([f.ANSWERS, f.ANSWERS.iloc[:1]])
    with pytest.raises(DataError, match='two shares for "know", answer 1'):
        drawn(lambda ax: charts.diverging(twice, f.AGREEMENT, ax))
    with pytest.raises(DataError, match="two to five answers, not 7"):
        drawn(lambda ax: charts.diverging(f.ANSWERS, f.AGREEMENT, ax, levels=range(1, 8)))
    with pytest.raises(DataError, match="no answers for: few"):
        drawn(lambda ax: charts.diverging(f.ANSWERS[f.ANSWERS["item"] != "few"], f.AGREEMENT, ax))


def test_readings_of_effects_claim_no_cause_and_no_certainty():
    largest = charts.reading_forest(f.EFFECTS, language="fr", labels=f.TERMS)
    assert largest.startswith("« Bâtiment » va avec −14,8".replace("« ", "«\u00a0").replace(" »", "\u00a0»"))
    assert "preuve de cause" in largest
    flat = charts.reading_forest(f.EFFECTS, language="en", labels=f.TERMS, read="advice")
    assert "may be due to chance" in flat
    alt = charts.alt_forest(f.EFFECTS, language="en", n="941 firms")
    assert "2 not established" in alt and alt.endswith("941 firms.")
