from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.catalog import load
from analysis.sample.programme import EFFECT, STARTS, treated
from analysis.sample.survey import READINESS_LOADINGS


@pytest.fixture(scope="module")
def data():
    return load("programme")


def test_a_territory_opens_once_or_never(data):
    starts = data.dropna(subset=["start"]).groupby("territory")["start"].nunique()
    assert starts.eq(1).all()
    assert data["territory"].nunique() == 18
    assert set(data["start"].dropna()) == set(STARTS[:2])
    assert 0.10 < data["start"].notna().mean() < 0.40


def test_taking_part_is_said_in_the_survey_too(data, survey):
    start = survey["firm"].map(data.set_index("firm")["start"])
    for wave in (2022, 2024, 2026):
        here = survey["wave"] == wave
        assert survey.loc[here, "programme"].eq(treated(start[here], wave).astype(int)).all()


def test_the_ready_and_the_young_take_part_more(data, survey):
    first = survey[survey["wave"] == 2022].set_index("firm")
    inside = data.set_index("firm")["start"].notna()
    ready = first["ready_time"].astype(float)
    assert ready[inside].mean() > ready[~inside].mean()
    assert first["owner_age"][inside].mean() < first["owner_age"][~inside].mean()


def test_a_difference_in_differences_finds_the_effect_on_readiness(data, survey):
    """The four strongest items move as far as the latent variable does, times their loadings."""
    items = [name for name, value in READINESS_LOADINGS.items() if value >= 0.7]
    score = survey[items].astype(float).mean(axis=1, skipna=False)
    wide = (
        survey.assign(score=score).pivot(index="firm", columns="wave", values="score")[[2022, 2024]].dropna()
    )
    start = data.set_index("firm")["start"].loc[wide.index]
    entered = (start == STARTS[0]).to_numpy()
    change = (wide[2024] - wide[2022]).to_numpy()
    effect = change[entered].mean() - change[~entered].mean()
    error = np.sqrt(change[entered].var() / entered.sum() + change[~entered].var() / (~entered).sum())
    slope = 1.1 * np.mean([READINESS_LOADINGS[name] for name in items]) / 0.8
    assert abs(effect - EFFECT * slope) < 2.6 * error + 0.08
    assert effect > 2 * error


def test_the_truth_gives_effects_only_after_entry(truth):
    rows = pd.DataFrame(truth["programme"]["by_start_and_wave"])
    assert (rows["wave"] > rows["start"]).all()
    assert (rows["any_use"] > 0).all()
    assert set(zip(rows["start"], rows["wave"], strict=True)) == {(2023, 2024), (2023, 2026), (2025, 2026)}
