"""The bundled sample agrees with the official figures it is set to, within sampling error."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import sample
from analysis.adoption import presence
from analysis.survey import SurveyDesign, load_codebook

pytestmark = pytest.mark.slow

SECTOR = {
    "all": "all",
    "Accommodation and food service": "accommodation_food",
    "Construction": "construction",
    "Transport and storage": "transport",
}
USE, ACCESS = "uses a social medium", "has internet access for professional use"
QUANTILE = 2.58


@pytest.fixture(scope="module")
def official(root) -> pd.DataFrame:
    data = pd.read_csv(root / "data/reference/official_figures.csv")
    insee = data["publisher"].eq("INSEE") & data["year"].eq("2022") & data["size_class"].str.startswith("<10")
    return data[insee & data["indicator"].isin([USE, ACCESS])].assign(
        share=lambda d: pd.to_numeric(d["value"]) / 100
    )


@pytest.fixture(scope="module")
def micro(survey) -> SurveyDesign:
    data = survey[survey["wave"] == 2022].reset_index(drop=True)
    design = SurveyDesign(data, weights="weight", strata="stratum", clusters="town", fpc="towns_in_stratum")
    return design.subset(design.data["size_class"] != "10-49")


def published(official: pd.DataFrame, indicator: str) -> dict[str, float]:
    rows = official[(official["indicator"] == indicator) & official["sector"].isin(SECTOR)]
    rows = rows[rows["size_class"].eq("<10 (micro-enterprises)")]
    return {SECTOR[row.sector]: row.share for row in rows.itertuples()}


def test_the_official_figures_are_the_ones_meant(official):
    expected = {"all": 0.44, "accommodation_food": 0.66, "construction": 0.28, "transport": 0.22}
    assert published(official, USE) == expected
    assert published(official, ACCESS) == {"all": 0.82}


def test_the_population_has_the_official_rates(truth, official):
    wave = truth["population"]["waves"][2022]
    found = {"all": wave["any_use"]["micro"], **wave["any_use"]["micro_by_sector"]}
    for sector, share in published(official, USE).items():
        assert found[sector] == pytest.approx(share, abs=0.005), sector
    assert wave["internet"]["micro"] == pytest.approx(0.82, abs=0.005)
    by_employer = official[official["indicator"].eq(ACCESS)].set_index("size_class")["share"]
    assert wave["internet"]["micro_employers"] == pytest.approx(by_employer["<10, employer"], abs=0.005)
    assert wave["internet"]["micro_non_employers"] == pytest.approx(
        by_employer["<10, non-employer"], abs=0.005
    )


def test_the_sample_agrees_on_use(micro, official):
    connected = micro.subset(micro.data["internet"] == 1)
    result = pd.concat(
        [connected.proportion("any").assign(sector="all"), connected.proportion("any", by="sector")]
    ).set_index("sector")
    for sector, share in published(official, USE).items():
        row = result.loc[sector]
        assert abs(row["estimate"] - share) <= QUANTILE * row["se"], sector


def test_the_sample_agrees_on_internet_access(micro):
    employers = micro.data["size_class"] != "0"
    for part, share in [(micro, 0.82), (micro.subset(employers), 0.94), (micro.subset(~employers), 0.75)]:
        row = part.proportion("internet").iloc[0]
        assert abs(row["estimate"] - share) <= QUANTILE * row["se"]


def test_use_rises_from_wave_to_wave(truth):
    rates = [truth["population"]["waves"][wave]["any_use"]["micro"] for wave in (2022, 2024, 2026)]
    assert rates == pytest.approx([0.44, 0.49, 0.53], abs=0.002)


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_draws_taken_blindly_scatter_as_their_standard_errors_say(official, seed):
    answers = sample.simulate(seed=seed).survey
    design = SurveyDesign(answers, **load_codebook().sampling)
    asked = design.subset((design.data["wave"] == 2022) & (design.data["size_class"] != "10-49"))
    tables = [
        presence(asked, base="connected").assign(sector="all"),
        presence(asked, by="sector", base="connected"),
    ]
    result = pd.concat(tables).set_index("sector")
    for sector, rate in published(official, USE).items():
        row = result.loc[sector]
        assert abs(row["estimate"] - rate) <= 3.5 * row["se"], f"{sector}, seed {seed}"
