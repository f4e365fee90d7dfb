"""Barriers: shares, ranks, generations and budgets, against hand-sized tables and what the simulator put in."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import adoption, barriers, platform_fit
from analysis.catalog import data_path
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook, read_survey


@pytest.fixture(scope="module")
def now():
    book = load_codebook()
    design = SurveyDesign(read_survey(data_path("sample", "survey.csv"), book), **book.sampling)
    return design.subset(design.data["wave"] == 2026).transform(barriers.with_age_groups)


@pytest.fixture
def firms():
    return pd.DataFrame(
        {
            "w": [1.0, 2.0, 1.0, 3.0, 1.0],
            "platforms__x": [0, 0, 0, 1, None],
            "barriers__no_time": [1, 1, 0, 1, 1],
            "barriers__cost": [0, 1, 0, 0, None],
        }
    )


def shares(table, key="barrier"):
    return dict(zip(table[key], table["estimate"].round(6), strict=True))


def test_shares_are_of_the_base_named(firms):
    design = SurveyDesign(firms, weights="w")
    assert shares(barriers.cited(design, base="absent")) == {"no_time": 0.75, "cost": 0.5}
    assert shares(barriers.cited(design, base="present")) == {"no_time": 1.0, "cost": 0.0}
    assert shares(barriers.cited(design)) == {"no_time": 7 / 8, "cost": pytest.approx(2 / 7, abs=1e-6)}
    assert barriers.cited(design, base="absent")["n"].tolist() == [3, 3]


def test_a_firm_whose_presence_is_not_known_is_in_no_half(firms):
    design = SurveyDesign(firms, weights="w")
    assert [len(barriers.base_of(design, base)) for base in ("absent", "present", "all")] == [3, 1, 5]


def test_age_groups_have_their_bounds():
    grouped = barriers.with_age_groups(pd.DataFrame({"owner_age": [18, 34, 35, 49, 50, 64, 65, 90, None]}))
    expected = ["18_34"] * 2 + ["35_49"] * 2 + ["50_64"] * 2 + ["65_more"] * 2
    assert grouped["age_group"].tolist()[:8] == expected and grouped["age_group"].isna().iloc[8]


def test_ranks_are_those_no_corrected_difference_rules_out():
    rng = np.random.default_rng(3)
    named = {
        f"barriers__{name}": (rng.random(300) < p).astype(int)
        for name, p in zip("abcd", (0.7, 0.45, 0.42, 0.1), strict=True)
    }
    firms = pd.DataFrame({"w": 1.0, **named})
    table = barriers.ranking(SurveyDesign(firms, weights="w")).set_index("barrier")
    p_values = {}
    for one, two in itertools.combinations("abcd", 2):
        gap = firms[f"barriers__{one}"] - firms[f"barriers__{two}"]
        p_values[one, two] = 2 * stats.t.sf(abs(gap.mean()) / (gap.std(ddof=1) / np.sqrt(300)), 299)
    held, level = set(), 0.05
    for place, (pair, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        if p >= level / (len(p_values) - place):
            break
        held.add(pair)
    for name in "abcd":
        above = sum((one, name) in held for one in "abcd")
        below = sum((name, two) in held for two in "abcd")
        assert (table.loc[name, "rank_low"], table.loc[name, "rank_high"]) == (1 + above, 4 - below)
    assert table.loc["a", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert table.loc["b", "rank_high"] == 3 and table.loc["c", "rank_low"] == 2


def test_each_group_has_its_own_order(now):
    table = barriers.ranking(now, "age_group")
    assert (table.groupby("age_group")["rank"].max() == 10).all()
    assert (table["rank_low"] <= table["rank"]).all() and (table["rank"] <= table["rank_high"]).all()


def test_lack_of_time_comes_first_as_simulated(now):
    first = barriers.ranking(now, base="absent").iloc[0]
    assert (first["barrier"], first["rank_high"]) == ("no_time", 1)


def test_older_owners_cite_more_and_sectors_do_not_differ_as_simulated(now):
    gaps = barriers.differences(now, "age_group", reference="18_34")
    assert (gaps.query("group_2 == '65_more'")["estimate"] > 0).all()
    assert (barriers.tests(now, "age_group")["p_adjusted"] < 0.05).sum() >= 8
    assert (barriers.tests(now, "sector")["p_adjusted"] > 0.05).all()


def test_differences_are_corrected_over_the_whole_table(now):
    table = barriers.differences(now, "size_class", reference="0").sort_values("p")
    expected = np.maximum.accumulate(table["p"].to_numpy() * np.arange(len(table), 0, -1)).clip(max=1)
    assert table["p_adjusted"].to_numpy() == pytest.approx(expected)


def test_the_reversed_statement_is_named_and_turned(now):
    agreed = barriers.agreement(now).set_index("item")
    assert agreed.index[agreed["reversed"]].tolist() == ["barrier_easy"]
    data, weights = now.data, now.weights
    known = data["barrier_easy"].notna()
    assert agreed.loc["barrier_easy", "estimate"] == pytest.approx(
        weights[known & (data["barrier_easy"] >= 4).fillna(False)].sum() / weights[known].sum()
    )
    most = pd.DataFrame([dict.fromkeys(barriers.ITEMS, 5) | {"barrier_easy": 1, "w": 1.0}] * 2)
    assert barriers.held_back(SurveyDesign(most, weights="w"))["estimate"].item() == 100


def test_answers_to_a_statement_add_up(now):
    table = barriers.statements(now)
    assert table.groupby("item")["estimate"].sum().to_numpy() == pytest.approx(1)
    agreed = barriers.agreement(now).set_index("item")["estimate"]
    high = table[table["level"].isin([4, 5])].groupby("item")["estimate"].sum()
    assert high.loc[agreed.index].to_numpy() == pytest.approx(agreed.to_numpy())


def test_an_owner_who_decides_alone_does_not_delegate():
    answers = pd.DataFrame(
        {
            "platforms__x": 1,
            "who_runs": ["owner", "family", "employee", None],
            "delegation": [5, 4, 3, 5],
            "young_in_firm": [1, 1, 0, 1],
            "owner_age": [44, 45, 60, None],
        }
    )
    ready = barriers.with_generation(answers)
    assert ready["delegated"].tolist() == [0, 1, 0, pd.NA]
    assert ready["generation_staff"].tolist()[:3] == ["young", "both", "neither"]
    assert ready["generation_owner"].tolist()[:3] == ["young", "delegated", "neither"]
    assert ready[["generation_staff", "generation_owner"]].iloc[3].isna().all()


def test_generation_contrasts_add_up_and_are_corrected(now):
    table = barriers.generation(now)
    for _, part in table[table["outcome"] == "regular_any"].groupby("generation"):
        without, with_, difference = part["estimate"]
        assert difference == pytest.approx(with_ - without)
    assert len(table) == 7 and (table["p_adjusted"] >= table["p"]).all()
    assert table.iloc[0]["low"] < 0 < table.iloc[0]["high"], "young staff is not built in beside size"


def test_what_firms_could_pay_is_the_share_at_or_above_each_price():
    firms = pd.DataFrame({"w": [1.0, 1.0, 2.0, 1.0], "support_budget": [20, 50, 90, None]})
    table = barriers.affordability(SurveyDesign(firms, weights="w"), [20, 50, 51, 91])
    assert shares(table, "price") == {20: 1.0, 50: 0.75, 51: 0.5, 91: 0.0}
    assert table["n"].tolist() == [3] * 4


def test_affordability_and_distribution_share_one_curve(now):
    able = barriers.affordability(now, [100.0]).iloc[0]
    below = now.distribution("support_budget", [99.999]).iloc[0]
    assert able["estimate"] == pytest.approx(1 - below["estimate"])
    assert (able["low"], able["high"]) == pytest.approx((1 - below["high"], 1 - below["low"]))


def test_a_result_costs_all_that_is_spent_over_all_enquiries():
    firms = pd.DataFrame({"w": [1.0, 3.0], "leads": [2, 8], "spend": [30, 20], "hours_per_week": [3.0, 6.0]})
    table = barriers.cost_per_result(SurveyDesign(firms, weights="w")).set_index("measure")["estimate"]
    assert table["euros_per_lead"] == pytest.approx((30 + 60) / (2 + 24))
    assert table["hours_per_lead"] == pytest.approx((3 + 18) * 52 / 12 / 26)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda d: barriers.cited(d, base="abscent"), ParameterError, 'Did you mean "absent"'),
        (lambda d: barriers.affordability(d, [50]), ParameterError, "support_budget"),
        (lambda d: barriers.affordability(d, [0]), ParameterError, "amounts above 0"),
        (lambda d: barriers.budgets(d), DataError, "support_price, support_budget"),
        (lambda d: barriers.cost_per_result(d), DataError, "lacks leads"),
        (lambda d: barriers.generation(d), DataError, "who_runs, delegation, young_in_firm, owner_age"),
        (lambda d: d.transform(barriers.with_age_groups), ParameterError, "owner_age"),
    ],
)
def test_what_the_survey_cannot_answer_is_refused(firms, ask, error, message):
    with pytest.raises(error, match=message):
        ask(SurveyDesign(firms, weights="w"))


@pytest.mark.parametrize("code", [-9, -0.5, np.inf])
@pytest.mark.parametrize(
    ("column", "measure"),
    [
        ("support_price", barriers.budgets),
        ("support_budget", barriers.affordability),
        ("spend", barriers.cost_per_result),
        ("leads", barriers.cost_per_result),
        ("hours_per_week", adoption.intensity),
        ("hours_per_week", platform_fit.result_costs),
    ],
)
def test_a_code_for_no_answer_is_no_amount(column, measure, code):
    names = ["support_price", "support_budget", "spend", "leads", "hours_per_week", "posts_per_week"]
    firms = pd.DataFrame({"w": 1.0, "platforms__x": [1, 1, 1]} | {name: [2.0, 4.0, 8.0] for name in names})
    firms.loc[1, column] = code
    with pytest.raises(DataError, match=f'Column "{column}", row 2, holds {code}: amounts of 0 or more'):
        measure(SurveyDesign(firms, weights="w"))
