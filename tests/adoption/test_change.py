"""Change of use between waves: the share of the later wave less that of the earlier, firms in common counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis import adoption
from analysis.catalog import data_path
from analysis.errors import ParameterError
from analysis.survey import SurveyDesign, load_codebook, read_survey


@pytest.fixture
def panel():
    """Twelve firms of six towns, all asked twice; two begin on x, one stops on y."""
    firms = pd.DataFrame({"firm": range(12), "town": np.repeat(range(6), 2), "w": 10.0})
    before = firms.assign(wave=2022, platforms__x=[0, 1] * 6, platforms__y=[1, 0, 0] * 4)
    after = before.assign(wave=2026)
    after.loc[[0, 2], "platforms__x"] = 1
    after.loc[0, "platforms__y"] = 0
    return pd.concat([before, after], ignore_index=True)


def test_the_change_is_that_of_the_mean_difference_of_firms_asked_twice(panel):
    design = SurveyDesign(panel, weights="w", clusters="town")
    table = adoption.platform_change(design, start=2022, end=2026).set_index("platform")
    wide = panel.pivot(index="firm", columns="wave", values="platforms__x")
    by_town = (wide[2026] - wide[2022]).groupby(np.repeat(range(6), 2)).sum()
    spread = np.sqrt(6 / 5 * ((by_town - by_town.mean()) ** 2).sum()) / 12
    assert table.loc["x", "estimate"] == pytest.approx(2 / 12)
    assert table.loc["x", "se"] == pytest.approx(spread)
    assert table.loc["y", "estimate"] == pytest.approx(-1 / 12)
    assert table.loc["x", ["group_1", "group_2", "n"]].tolist() == [2022, 2026, 24]


def test_waves_taken_as_independent_would_be_less_precise(panel):
    panel["row"] = range(len(panel))
    shared = adoption.presence_change(SurveyDesign(panel, weights="w", clusters="town"), start=2022, end=2026)
    alone = adoption.presence_change(SurveyDesign(panel, weights="w", clusters="row"), start=2022, end=2026)
    assert shared["estimate"].item() == pytest.approx(alone["estimate"].item())
    assert shared["se"].item() < alone["se"].item()


def test_p_is_corrected_for_the_number_of_platforms(panel):
    table = adoption.platform_change(SurveyDesign(panel, weights="w"), start=2022, end=2026)
    low, high = sorted(table["p"])
    assert sorted(table["p_adjusted"]) == pytest.approx([min(1, 2 * low), max(min(1, 2 * low), high)])


def test_a_wave_that_is_not_there_is_refused(panel):
    design = SurveyDesign(panel, weights="w")
    with pytest.raises(ParameterError, match=r"end=2024 is no wave beside 2022\. Waves: 2022, 2026"):
        adoption.presence_change(design, start=2022, end=2024)
    with pytest.raises(ParameterError, match="2023 is no group of wave"):
        adoption.platform_change(design, start=2023, end=2026)


@pytest.fixture(scope="module")
def bundled():
    book = load_codebook()
    return SurveyDesign(read_survey(data_path("sample", "survey.csv"), book), **book.sampling)


@pytest.fixture(scope="module")
def waves():
    """Give what is true in the simulated population, by wave."""
    truth = yaml.safe_load(data_path("sample", "truth.yml").read_text(encoding="utf-8"))
    return truth["population"]["waves"]


@pytest.mark.slow
def test_the_known_change_lies_in_the_interval(bundled, waves):
    both = [waves[wave]["any_use"]["all_firms_connected_or_not"] for wave in (2022, 2026)]
    row = adoption.presence_change(bundled, start=2022, end=2026).iloc[0]
    assert row["low"] < both[1] - both[0] < row["high"]


def test_the_known_changes_of_all_platforms_lie_in_their_intervals(bundled, waves):
    """Thirteen intervals at once: each at 99.9 %, so that all hold the truth in 98.7 samples of 100."""
    table = adoption.platform_change(bundled, start=2022, end=2026, base="connected", level=0.999)
    true = [waves[2026]["platforms"][name] - waves[2022]["platforms"][name] for name in table["platform"]]
    assert len(table) == 13
    assert ((table["low"] <= true) & (true <= table["high"])).all()
