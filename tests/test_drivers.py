"""Models of adoption: the characteristics are those answered, the effects those of an independent library."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml

from analysis import drivers
from analysis.catalog import data_path
from analysis.decomposition import oaxaca
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook, read_survey


@pytest.fixture(scope="module")
def firms():
    rng = np.random.default_rng(20)
    n = 600
    age, staff = rng.integers(22, 75, n), rng.integers(0, 12, n)
    sector = rng.choice(["crafts", "retail", "transport"], n)
    odds = 2 - 0.05 * age + 0.3 * np.log2(1 + staff) + (sector == "retail") * 0.8
    data = pd.DataFrame(
        {
            "w": 1.0,
            "internet": 1,
            "owner_age": age,
            "employees": staff,
            "sector": sector,
            "groups__chamber": rng.integers(0, 2, n),
            "groups__local_club": rng.integers(0, 2, n),
            "platforms__x": (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int),
        }
    )
    return data.assign(regular__x=data["platforms__x"] * rng.integers(0, 2, n))


@pytest.fixture(scope="module")
def now():
    book = load_codebook()
    design = SurveyDesign(read_survey(data_path("sample", "survey.csv"), book), **book.sampling)
    return design.subset(design.data["wave"] == 2026)


def test_characteristics_are_worked_out_and_missing_stays_missing():
    answers = pd.DataFrame(
        {
            "platforms__x": [1, 0, 1],
            "owner_gender": ["woman", "man", None],
            "writing_habit": ["daily", None, "monthly"],
            "groups__a": [0, 0, None],
            "groups__b": [1, 0, 1],
            "local_share": [95, 50, None],
        }
    )
    ready = drivers.with_drivers(answers)
    assert ready["woman"].tolist() == [1, 0, pd.NA]
    assert ready["writes_weekly"].tolist() == [1, pd.NA, 0]
    assert ready["group_member"].tolist() == [1, 0, pd.NA]
    assert ready["local_decile"].tolist() == [9.5, 5.0, pd.NA]
    assert "age_decades" not in ready and "woman" not in answers


def test_effects_of_a_simple_random_sample_are_those_of_an_ordinary_logit(firms):
    table = drivers.effects(drivers.drivers(SurveyDesign(firms, weights="w"))).set_index("term")
    size = np.log2(1 + firms["employees"])
    member = firms[["groups__chamber", "groups__local_club"]].max(axis=1)
    matrix = pd.DataFrame(
        {"age_decades": firms["owner_age"] / 10, "size_doubled": size, "group_member": member}
    )
    matrix["sector[retail]"] = (firms["sector"] == "retail").astype(float)
    matrix["sector[transport]"] = (firms["sector"] == "transport").astype(float)
    logit = sm.Logit(firms["platforms__x"], sm.add_constant(matrix.astype(float))).fit(disp=0)
    for term in ("age_decades", "size_doubled"):
        slope = logit.params[term] * (logit.predict() * (1 - logit.predict())).mean()
        assert table.loc[term, "estimate"] == pytest.approx(slope, rel=1e-6)
    for term in matrix:
        assert table.loc[term, "odds_ratio"] == pytest.approx(np.exp(logit.params[term]), rel=1e-6)
    by_hand = [
        logit.predict(
            sm.add_constant(
                matrix.astype(float).assign(**{"sector[retail]": r, "sector[transport]": 0.0}),
                has_constant="add",
            )
        ).mean()
        for r in (1.0, 0.0)
    ]
    assert table.loc["sector[retail]", "estimate"] == pytest.approx(by_hand[0] - by_hand[1], rel=1e-6)


def test_effects_are_in_the_order_of_the_blocks_and_corrected_for_their_number(firms):
    table = drivers.effects(drivers.drivers(SurveyDesign(firms, weights="w")))
    assert table["block"].tolist() == ["owner", "organisation", *["environment"] * 3]
    assert table["level"].tolist() == ["", "", "retail", "transport", ""]
    ordered = table.sort_values("p")
    holm = np.maximum.accumulate(ordered["p"].to_numpy() * np.arange(len(table), 0, -1)).clip(max=1)
    assert ordered["p_adjusted"].to_numpy() == pytest.approx(holm)


def test_a_block_is_tested_as_a_whole(firms):
    model = drivers.drivers(SurveyDesign(firms, weights="w"))
    tests = drivers.block_tests(model).set_index("block")
    assert tests.index.tolist() == ["owner", "organisation", "environment"]
    assert tests.loc["owner", "p"] == pytest.approx(
        model.coefficients.set_index("term").loc["age_decades", "p"]
    )
    assert tests.loc["environment", "df1"] == 3 and (tests["p_adjusted"] >= tests["p"]).all()


def test_only_connected_firms_are_asked(firms):
    offline = firms.assign(internet=[0] * 100 + [1] * 500)
    model = drivers.drivers(SurveyDesign(offline, weights="w"))
    assert model.fit.n == 500


def test_what_cannot_be_asked_is_refused(firms):
    design = SurveyDesign(firms, weights="w")
    with pytest.raises(ParameterError, match=r'outcome="use_any" is not a choice\. Did you mean "uses_any"'):
        drivers.drivers(design, "use_any")
    with pytest.raises(DataError, match="None of the characteristics was asked in this survey: website"):
        drivers.drivers(design, blocks={"technology": ["website"]})


def test_the_known_truth_of_the_simulated_firms_is_found(now):
    """In the simulator older owners enter later and larger firms earlier; groups play no part (see its model)."""
    table = drivers.effects(drivers.drivers(now)).set_index("term")
    assert table.loc["age_decades", "high"] < 0 < table.loc["size_doubled", "low"]
    assert table.loc["group_member", "low"] < 0 < table.loc["group_member", "high"]
    assert table.loc["sector[construction]", "high"] < 0


def test_variants_follow_the_same_terms_and_the_linear_one_is_a_linear_model(firms):
    design = SurveyDesign(firms, weights="w")
    table = drivers.sensitivity(design, terms=["age_decades"]).set_index("variant")
    assert table.index.tolist() == ["main", "linear", "trimmed", "attitudes", "weekly"]
    linear = design.transform(drivers.with_drivers).glm(
        "uses_any", ["age_decades", "size_doubled", "sector", "group_member"]
    )
    expected = linear.coefficients.set_index("term").loc["age_decades", "estimate"]
    assert table.loc["linear", "estimate"] == pytest.approx(expected)
    assert table.loc["trimmed", "estimate"] == pytest.approx(table.loc["main", "estimate"])


def test_the_number_of_platforms_is_modelled_as_a_count(firms):
    firms = firms.assign(platforms__y=np.random.default_rng(4).integers(0, 2, len(firms)))
    table = drivers.effects(drivers.drivers(SurveyDesign(firms, weights="w"), "platform_count"))
    table = table.set_index("term")
    matrix = pd.DataFrame(
        {"age_decades": firms["owner_age"] / 10, "size_doubled": np.log2(1 + firms["employees"])}
    )
    matrix["group_member"] = firms[["groups__chamber", "groups__local_club"]].max(axis=1)
    for level in ("retail", "transport"):
        matrix[f"sector[{level}]"] = (firms["sector"] == level).astype(float)
    count = firms["platforms__x"] + firms["platforms__y"]
    poisson = sm.Poisson(count, sm.add_constant(matrix.astype(float))).fit(disp=0)
    for term in matrix:
        assert table.loc[term, "rate_ratio"] == pytest.approx(np.exp(poisson.params[term]), rel=1e-6)
    slope = poisson.params["age_decades"] * count.mean()
    assert table.loc["age_decades", "estimate"] == pytest.approx(slope, rel=1e-6)
    assert "odds_ratio" not in table


def test_characteristics_are_listed_with_what_is_missing(firms):
    data = firms.assign(owner_age=firms["owner_age"].astype("Int64").mask(firms.index < 12))
    table = drivers.inventory(SurveyDesign(data, weights="w")).set_index("variable")
    assert table["block"].to_dict() == {
        "age_decades": "owner",
        "size_doubled": "organisation",
        "sector": "environment",
        "group_member": "environment",
    }
    known = data["owner_age"].dropna().astype(float) / 10
    assert table.loc["age_decades", ["n", "missing"]].tolist() == [588, 12]
    assert table.loc["age_decades", "estimate"] == pytest.approx(known.mean())
    assert np.isnan(table.loc["sector", "estimate"]) and table.loc["sector", "n"] == 600


def test_effects_are_named_in_both_languages(firms):
    table = drivers.effects(drivers.drivers(SurveyDesign(firms, weights="w")))
    english, french = (drivers.effect_names(table, language) for language in ("en", "fr"))
    assert english["sector[transport]"] == "Transport" and french["sector[retail]"] == "Commerce de détail"
    assert english["owner"] == "The owner" and french["age_decades"] == "Dirigeant de dix ans plus âgé"
    assert set(english) == set(french) == set(table["term"]) | set(table["block"])


@pytest.mark.parametrize(
    ("by", "one", "two"), [("sector", "construction", "accommodation_food"), ("size_class", "0", "10-49")]
)
def test_the_known_gap_between_groups_lies_in_the_interval(now, by, one, two):
    truth = yaml.safe_load(data_path("sample", "truth.yml").read_text(encoding="utf-8"))
    true = truth["population"]["waves"][2026]["any_use"][f"by_{by}"]
    firms = drivers.connected(now)
    traits = ["age_decades", "writes_weekly", "website", "customer_file"]
    gap = oaxaca(firms, "uses_any", traits, by=by, groups=(one, two), family="binomial")
    gap = gap[gap["term"].isna()].set_index("part")
    row = gap.loc["difference"]
    assert row["low"] < true[two] - true[one] < row["high"]
    assert row["estimate"] == pytest.approx(gap.loc[["explained", "unexplained"], "estimate"].sum())


def test_groups_are_compared_by_what_varies_in_both(firms):
    data = firms.assign(size=np.where(firms["employees"] == 0, "none", "some"))
    ready = drivers.connected(SurveyDesign(data, weights="w"))
    shared = drivers.shared_traits(ready, by="size", groups=("none", "some"))
    assert shared == ["age_decades", "sector", "group_member"]
    assert drivers.shared_traits(ready, by="sector", groups=("crafts", "retail")) == [
        "age_decades",
        "size_doubled",
        "group_member",
    ]
    few = ready.subset(~((ready.data["size"] == "none") & (ready.data["sector"] == "retail")))
    assert "sector" not in drivers.shared_traits(few, by="size", groups=("none", "some"))
    with pytest.raises(DataError, match='No connected firm has size "many"'):
        drivers.shared_traits(ready, by="size", groups=("none", "many"))


def test_variants_follow_the_outcome_asked_for(firms):
    design = SurveyDesign(firms, weights="w")
    table = drivers.sensitivity(design, "regular_any", terms=["age_decades"]).set_index("variant")
    assert table.index.tolist() == ["main", "linear", "trimmed", "attitudes", "any"]
    any_use = drivers.sensitivity(design, terms=["age_decades"]).set_index("variant")
    assert table.loc["main", "estimate"] == pytest.approx(any_use.loc["weekly", "estimate"])
    assert table.loc["any", "estimate"] == pytest.approx(any_use.loc["main", "estimate"])
