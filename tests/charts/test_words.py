"""Alternative texts and readings say the table's numbers, in both languages, by the pattern."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.errors import DataError
from charts import figures as f

N, H = "\u202f", "\u00a0"


def test_alt_rates_gives_ends_benchmark_few_and_n():
    said = charts.alt_rates(
        f.RATES, label="sector", language="fr", benchmark=0.44, n="1 254 entreprises, 2026"
    )
    assert said == (
        f"Points et intervalles. Hôtels et restaurants 66{N}% (de 60 à 71{N}%), Bâtiment 28{N}% (de 23 à 33{N}%), "
        f"repère officiel 44{N}%. Transport{H}: trop peu de données. 1{N}254 entreprises, 2026."
    )
    english = charts.alt_rates(f.RATES, label="sector", language="en")
    assert english.startswith("Dots and intervals. Hotels and restaurants 66% (60% to 71%), Construction 28%")


def test_alt_never_tells_a_withheld_value():
    table = f.RATES.assign(n=f.RATES["n"].where(f.RATES.index != 0, 3))
    said = charts.alt_rates(table, label="sector", language="en")
    assert "66%" not in said and "Hotels and restaurants and Transport: too few data" in said


def test_alt_funnel_and_distribution_give_every_value():
    said = charts.alt_funnel(f.STAGES, language="fr")
    assert said.index("93") < said.index("61") < said.index("44") < said.index("23")
    counts = charts.alt_distribution(f.COUNTS, language="fr")
    assert (
        counts
        == "Colonnes avec intervalles. "
        + ", ".join(f"{i}{H}: {share}{N}%" for i, share in enumerate([56, 20, 12, 8, 3, 1]))
        + "."
    )


def test_alt_slope_says_what_is_not_established():
    said = charts.alt_slope(f.WAVES, label="platform", changes=f.CHANGES, language="fr")
    assert f"X (Twitter) de 21{N}% à 11{N}% (−10{H}pts)" in said
    assert f"Facebook de 62{N}% à 58{N}% (non établi)" in said


def test_alt_trend_hours_calendar_and_quarter():
    trend = charts.alt_trend(f.MONTHS, language="fr", decimals=1)
    assert f"Décembre 2025 4,8{N}%" in trend and f"maximum mai 2025 5,1{N}%" in trend
    hours = charts.alt_hours(f.HOURS, language="en", series="rows")
    assert "highest 19:00 443" in hours and "highest 20:00 400" in hours
    days = f.POSTS["published"].dt.normalize()
    calendar = charts.alt_calendar(f.POSTS, period="2025-Q4", language="fr")
    assert f"60 publications sur {days.nunique()} jours parmi 92" in calendar
    best = f.POSTS.loc[f.POSTS["reach"].idxmax()]
    quarter = charts.alt_quarter_bars(f.POSTS, period="2025-Q4", language="en")
    assert f"{best['reach']:,.0f}, on {best['published'].day}{H}" in quarter and ".." not in quarter


def test_longest_gap_counts_the_days_without_a_post():
    posts = pd.DataFrame({"published": pd.to_datetime(["2025-11-03", "2025-11-10", "2025-11-28"])})
    said = charts.alt_calendar(posts, period="2025-11", language="en")
    days = pd.date_range("2025-11-01", "2025-11-30").difference(posts["published"])
    runs = (days.to_series().diff().dt.days.ne(1)).cumsum().value_counts()
    assert f"longest gap {runs.max()} days" in said


def test_readings_read_one_value_aloud():
    french = charts.reading_rates(f.RATES, label="sector", language="fr", read="construction")
    assert french == (
        f"28{N}% pour «{H}Bâtiment{H}»{N}; la vraie part se situe entre 23 et 33{N}%, au niveau de confiance indiqué."
    )
    up = charts.reading_slope(f.WAVES, label="platform", changes=f.CHANGES, language="fr")
    assert up == f"«{H}Instagram{H}» passe de 31{N}% à 46{N}%{H}: une hausse de 15{H}pts, établie."
    flat = charts.reading_slope(f.WAVES, label="platform", changes=f.CHANGES, language="en", read="facebook")
    assert flat.endswith("this change may be due to chance.")
    assert "23% of the firms" in charts.reading_funnel(f.STAGES, language="en")
    median = charts.reading_dots_by_group(f.MEDIANS, language="fr", read="link")
    row = f.MEDIANS.set_index("kind").loc["link"]
    assert (
        f"la moitié des {row['n']:.0f} publications" in median
        and f"{np.floor(row['estimate'] + 0.5):.0f}" in median
    )


def test_a_value_that_cannot_be_read_is_not_read():
    with pytest.raises(DataError, match='"transport" of "sector" cannot be read aloud'):
        charts.reading_rates(f.RATES, label="sector", language="fr", read="transport")
    with pytest.raises(DataError, match="No stage of the funnel can be read aloud"):
        charts.reading_funnel(f.STAGES.head(1), language="fr")
