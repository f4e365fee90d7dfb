from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.sample.survey import BARRIER_LOADINGS, READINESS_LOADINGS


def alpha(items: pd.DataFrame) -> float:
    """Compute Cronbach's alpha from the mean correlation's own ingredients."""
    covariance = items.dropna().astype(float).cov().to_numpy()
    k = len(covariance)
    return k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())


def turned(data: pd.DataFrame, loadings: dict[str, float]) -> pd.DataFrame:
    items = data[list(loadings)].astype("Float64")
    return items.assign(**{name: 6 - items[name] for name, value in loadings.items() if value < 0})


@pytest.mark.parametrize(
    ("scale", "loadings"), [("readiness", READINESS_LOADINGS), ("barriers", BARRIER_LOADINGS)]
)
def test_scales_have_the_reliability_they_were_given(survey, truth, scale, loadings):
    result = alpha(turned(survey[survey["wave"] == 2022], loadings))
    expected = truth[scale]["omega_before_rounding"]
    assert expected - 0.08 < result < expected + 0.01


def test_leaving_a_reversed_item_as_it_stands_costs_reliability(survey):
    data = survey[survey["wave"] == 2022]
    assert alpha(data[list(READINESS_LOADINGS)]) < alpha(turned(data, READINESS_LOADINGS)) - 0.05


def test_firms_not_connected_are_a_known_no(survey):
    data = survey[survey["internet"] == 0]
    assert len(data) > 200
    assert data.filter(regex="^(platforms|regular|tried)__").eq(0).all(axis=None)
    assert data["any"].eq(0).all()
    assert data.filter(like="aware__").isna().all(axis=None)


def test_those_not_asked_are_missing_and_not_zero(survey):
    absent = survey[survey["any"] == 0]
    asked_of_users = [
        "hours_per_week",
        "posts_per_week",
        "spend",
        "leads",
        "sales_share",
        "satisfaction",
        "who_runs",
    ]
    assert absent[asked_of_users].isna().all(axis=None)
    users = survey[survey["any"] == 1]
    assert users["hours_per_week"].notna().mean() > 0.95


def test_the_funnel_narrows(survey):
    connected = survey[survey["internet"] == 1]
    for platform in ("facebook", "tiktok", "linkedin"):
        aware, tried, uses, regular = (
            connected[f"{stage}__{platform}"] for stage in ("aware", "tried", "platforms", "regular")
        )
        assert (aware >= tried).all()
        assert (tried >= uses).all()
        assert (uses >= regular).all()


def test_platforms_go_together_by_taste(survey):
    data = survey[(survey["wave"] == 2024) & (survey["any"] == 1)]
    visual = data["platforms__instagram"].astype(float).corr(data["platforms__pinterest"].astype(float))
    across = data["platforms__instagram"].astype(float).corr(data["platforms__linkedin"].astype(float))
    assert visual > 0.05
    assert visual > across


def test_barriers_fall_with_readiness_and_rise_with_age(survey):
    data = survey[survey["wave"] == 2022]
    held = turned(data, BARRIER_LOADINGS).mean(axis=1).astype(float)
    ready = turned(data, READINESS_LOADINGS).mean(axis=1).astype(float)
    assert held.corr(ready) < -0.25
    assert held.corr(data["owner_age"].astype(float)) > 0.15


def test_owners_grow_older(survey):
    ages = survey.pivot(index="firm", columns="wave", values="owner_age").dropna()
    assert (ages[2026] - ages[2022]).eq(4).all()


def test_leads_grow_more_slowly_than_hours(survey):
    users = survey[(survey["any"] == 1) & (survey["hours_per_week"] > 0)].dropna(subset=["leads"])
    slope = np.polyfit(
        np.log(users["hours_per_week"].astype(float)), np.log1p(users["leads"].astype(float)), 1
    )[0]
    assert 0.1 < slope < 0.8
