"""Published figures keep their base and source; the comparison never mixes bases in silence."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import official
from analysis.adoption import presence
from analysis.errors import ParameterError
from analysis.survey import SurveyDesign

OFFICIAL = {
    "Eurostat",
    "INSEE",
    "Destatis",
    "ONS",
    "Istat",
    "SPF Economie (Belgium)",
    "ONTSI (INE data)",
    "GIS M@rsouin (Region Bretagne)",
}


def estimates(**columns):
    return pd.DataFrame({"base": ["connected"], "estimate": [0.5], "flag": [""], **columns})


def test_all_facts_are_there_with_their_source():
    table = official.figures()
    assert len(table) == 469
    assert table["url"].str.startswith("http").all()
    assert table[["publisher", "indicator", "unit", "value"]].notna().all().all()


def test_bundled_facts_are_those_given(shared_data, root):
    for ours, given in {
        "official_figures.csv": "official_figures.csv",
        "eurostat_social_media_2013_2019.csv": "eurostat_social_media_2013_2019/eurostat_sm_figures_2013_2019.csv",
    }.items():
        pd.testing.assert_frame_equal(
            pd.read_csv(root / "data/reference" / ours, dtype=str).drop(columns="official", errors="ignore"),
            pd.read_csv(shared_data / given, dtype=str),
        )


def test_official_statistics_are_told_from_the_rest():
    assert set(official.figures(True)["publisher"]) == OFFICIAL
    rest = set(official.figures(False)["publisher"])
    assert {"Afnic", "Viadeo", "GetApp", "Ipsos", "OpinionWay", "CAPEB / CNOA / Batiactu"} <= rest
    assert len(official.figures(True)) + len(official.figures(False)) == 469


def test_bounded_values_are_never_numbers():
    table = official.figures()
    bounded = table[table["number"].isna()].set_index("value")
    assert set(bounded.index) == {">60", "<20", ">20000000"}
    assert bounded.loc[">60", "at_least"] == 60 and pd.isna(bounded.loc[">60", "at_most"])
    assert bounded.loc["<20", "at_most"] == 20 and pd.isna(bounded.loc["<20", "at_least"])
    exact = table[table["number"].notna()]
    assert exact["at_least"].isna().all() and (exact["value"].astype(float) == exact["number"]).all()


def test_filters_keep_what_is_asked():
    table = official.figures(country="France", year=[2015, 2022], publisher="INSEE")
    assert set(table["year"]) == {"2015", "2022"} and set(table["country"]) == {"France"}
    with pytest.raises(ParameterError, match=r'no column "countri" to filter by. Did you mean "country"'):
        official.figures(countri="France")
    with pytest.raises(ParameterError, match=r'country "Frence". Did you mean "France"'):
        official.figures(country="Frence")


def test_eurostat_cells_agree_with_the_figures():
    cells = official.eurostat_cells(year=2019, size_emp="GE10", nace_r2="F41_43", indic_is="E_SM1_SNET")
    sector = official.figures(sector="Construction (F)", indicator="uses social networks", year=2019)
    assert cells["value"].tolist() == sector["number"].tolist()
    assert len(official.eurostat_cells()) == 216


def test_benchmark_is_insee_2022():
    table = official.benchmark().set_index("sector")
    assert table["share"].to_dict() == {
        "all": 0.44,
        "accommodation_food": 0.66,
        "construction": 0.28,
        "transport": 0.22,
    }
    assert set(table["base"]) == {"connected"} and set(table["year"]) == {2022}
    assert set(table["base_text"]) == {"micro-enterprises using the internet"}
    assert table["source"].str.startswith("INSEE, Insee Premiere 1982").all()


def test_benchmarks_of_other_countries_and_sizes():
    germany = official.benchmark(2019, "Germany", "10+", publisher="Destatis").set_index("sector")
    assert germany["share"].to_dict() == {"all": 0.48, "accommodation_food": 0.66, "construction": 0.29}
    assert set(germany["base"]) == {"all"}
    with pytest.raises(ParameterError, match=r"year=2022, country=Frnce.*Did you mean .France"):
        official.benchmark(country="Frnce")


def test_figures_that_differ_are_not_chosen_between_in_silence():
    with pytest.raises(ParameterError, match=r"Several figures answer to that: .*publisher="):
        official.benchmark(2013, "France", "10+")


def test_estimates_stand_beside_the_figure_of_their_sector():
    table = official.compare(
        pd.DataFrame(
            {
                "sector": ["construction", "crafts"],
                "base": "connected",
                "estimate": [0.30, 0.5],
                "flag": ["", "n<30"],
            }
        ),
        size="<10",
        year=2022,
    )
    assert table["benchmark"].tolist()[0] == 0.28 and pd.isna(table["benchmark"][1])
    assert table["difference"].tolist()[0] == pytest.approx(0.02) and pd.isna(table["difference"][1])
    assert table["flag"].tolist() == ["", "n<30"]
    assert table["benchmark_sector"].tolist()[0] == "construction" and pd.isna(table["benchmark_sector"][1])
    assert table["benchmark_url"].str.startswith("http").tolist()[0]


@pytest.mark.parametrize(
    ("columns", "options", "flag"),
    [
        ({}, {"size": "<10", "year": 2022}, ""),
        ({"base": ["all"]}, {"size": "<10", "year": 2022}, "base differs"),
        ({}, {"year": 2022}, "size differs"),
        ({"wave": [2024]}, {"size": "<10"}, "year differs"),
        (
            {"base": ["users"], "flag": ["n<30"]},
            {"year": 2020},
            "n<30; base differs; size differs; year differs",
        ),
    ],
)
def test_differences_between_the_firms_compared_are_flagged(columns, options, flag):
    row = official.compare(estimates(**columns), **options).iloc[0]
    assert row["flag"] == flag
    assert row["benchmark"] == 0.44 and row["benchmark_base"] == "micro-enterprises using the internet"
    assert pd.isna(row["difference"]) == bool(flag)


def test_estimates_of_a_design_are_compared_as_they_come():
    data = pd.DataFrame(
        {"w": 2.0, "wave": 2022, "internet": [1, 1, 1, 0] * 15, "platforms__facebook": [1, 0, 1, 0] * 15}
    )
    table = official.compare(
        presence(SurveyDesign(data, weights="w"), by="wave", base="connected"), size="<10"
    )
    assert table["difference"].item() == pytest.approx(2 / 3 - 0.44)
    assert list(table.columns[:3]) == ["wave", "base", "estimate"]


def test_estimates_without_a_base_are_refused():
    with pytest.raises(ParameterError, match=r"needs estimates with base.*adoption\.presence"):
        official.compare(pd.DataFrame({"estimate": [0.4], "flag": [""]}))
