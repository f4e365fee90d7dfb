"""Community: roles, training, networks between firms and methods, against hand-sized tables and the simulator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import community
from analysis.catalog import data_path, load
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook, read_survey


@pytest.fixture(scope="module")
def now():
    book = load_codebook()
    design = SurveyDesign(read_survey(data_path("sample", "survey.csv"), book), **book.sampling)
    return design.subset(design.data["wave"] == 2026)


def plain(**columns):
    return SurveyDesign(pd.DataFrame({"w": 1.0, **columns}), weights="w")


def test_the_funnel_counts_those_who_went_at_least_so_far():
    design = plain(internal_network=["unknown", "aware", "tried", "uses", "regular", None])
    table = community.funnel(design)
    assert table["estimate"].tolist() == pytest.approx([0.8, 0.6, 0.4, 0.2])
    assert set(table["n"]) == {5}


def test_conversions_multiply_up_to_the_funnel(now):
    stages, steps = community.funnel(now)["estimate"], community.conversion(now)["estimate"]
    assert stages.iloc[0] * steps.prod() == pytest.approx(stages.iloc[-1])
    assert community.conversion(now)["base"].tolist() == ["aware", "tried", "uses"]


def test_construction_is_further_as_simulated(now):
    table = community.funnel(now, "sector").query("stage == 'uses'").set_index("sector")["estimate"]
    assert table["construction"] == table.max()


def test_cooperation_is_adjusted_for_sector(now):
    table = community.cooperation(now).set_index("quantity")
    raw = table.loc["with", "estimate"] - table.loc["without", "estimate"]
    assert abs(table.loc["difference", "estimate"]) < raw, (
        "builders co-operate more and use such networks more"
    )
    assert table.loc["difference", "low"] < 0 < table.loc["difference", "high"]


def test_roles_are_shares_of_the_firms_that_answered(now):
    table = community.roles(now)
    assert table.groupby("question")["estimate"].sum().to_numpy() == pytest.approx(1)
    owners = table[table["level"] == "owner"].set_index("question")["estimate"]
    assert owners["who_runs"] == pytest.approx(owners["runner_contract"], abs=0.03)


def test_young_passing_and_informal_is_all_three():
    design = plain(
        runner_age=[22, 29, 30, 40, None],
        runner_contract=["intern", "permanent", "apprentice", "unpaid", "intern"],
        written_role=[0, 0, 0, 1, 0],
    )
    table = community.young_and_informal(design).set_index("trait")
    assert table["estimate"].to_dict() == pytest.approx(
        {"young": 0.5, "passing": 0.8, "written": 0.2, "all_three": 0.25}
    )
    assert table.loc["all_three", "n"] == 4


def test_the_training_gap_is_that_of_paired_answers():
    rng = np.random.default_rng(6)
    tools = rng.integers(0, 2, 80)
    animation = np.where(rng.random(80) < 0.6, tools, rng.integers(0, 2, 80)) * rng.integers(0, 2, 80)
    row = community.training_gap(plain(training__tools=tools, training__animation=animation)).iloc[0]
    expected = stats.ttest_rel(tools, animation)
    low, high = expected.confidence_interval(0.95)
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx(
        (np.mean(tools - animation), low, high)
    )
    assert row["p"] == pytest.approx(expected.pvalue)


def test_tools_are_taught_more_as_simulated(now):
    gap, subjects = (
        community.training_gap(now).iloc[0],
        community.training(now).set_index("subject")["estimate"],
    )
    assert gap["estimate"] == pytest.approx(subjects["tools"] - subjects["animation"])
    assert gap["low"] > 0


def test_the_gap_is_compared_between_groups(now):
    table = community.training_differences(now, "size_class")
    one = now.subset(now.data["size_class"] == "0"), now.subset(now.data["size_class"] == "1-4")
    gaps = [community.training_gap(part)["estimate"].item() for part in one]
    row = table[(table["group_1"] == "0") & (table["group_2"] == "1-4")].iloc[0]
    assert row["estimate"] == pytest.approx(gaps[1] - gaps[0])


def test_everyone_is_of_firms_with_staff_and_its_alpha_is_told(now):
    table = community.everyone(now).set_index("quantity")
    known = now.data[["everyone_posts", "delegation"]].dropna().astype(float)
    assert table.loc["index", "n"] == len(known)
    assert table.loc["alpha", "high"] < 0.6, "the two answers are simulated without a common cause"
    same = plain(everyone_posts=[1, 2, 3, 4, 5], delegation=[1, 2, 3, 4, 5])
    assert community.everyone(same).set_index("quantity").loc["alpha", "estimate"] == pytest.approx(1)


def test_everyone_agreement_leaves_firms_without_staff_out():
    design = plain(everyone_posts=[5, 4, 1, None], delegation=[1, 5, 1, 5])
    table = community.everyone_agreement(design).set_index("item")
    assert table["estimate"].to_dict() == pytest.approx({"everyone_posts": 2 / 3, "delegation": 1 / 3})


@pytest.fixture
def meetings():
    return plain(
        methods_offline__barcamp=[1, 1, 1, 0, 0, 1],
        methods_online__barcamp=[1, 0, 0, 0, 1, None],
        methods_offline__open_cafe=[1, 0, 1, 0, 0, 1],
        methods_online__open_cafe=[0, 0, 1, 0, 0, None],
        objective=["loyalty", "loyalty", "recruit", "recruit", "loyalty", "recruit"],
        outcome_offline=[4, 5, 3, None, None, 2],
        outcome_online=[3, None, 3, None, 4, None],
    )


def test_both_modes_are_of_the_same_firms(meetings):
    table = community.methods(meetings).set_index(["mode", "practice"])["estimate"]
    assert table["offline", "barcamp"] == pytest.approx(0.6) and table["online", "barcamp"] == pytest.approx(
        0.4
    )
    shift = community.modes(meetings).set_index("practice")["estimate"]
    assert shift.to_dict() == pytest.approx({"barcamp": -0.2, "open_cafe": -0.2})


def test_reproduced_is_of_those_who_used_it_face_to_face(meetings):
    table = community.reproduced(meetings).set_index("practice")
    assert table["estimate"].to_dict() == pytest.approx({"barcamp": 1 / 3, "open_cafe": 1 / 2})
    assert table["n"].to_dict() == {"barcamp": 3, "open_cafe": 2}


def test_outcomes_are_of_firms_that_rated_both(meetings):
    table = community.outcome_modes(meetings).set_index("quantity")
    assert set(table["n"]) == {2}
    assert table.loc["difference", "estimate"] == pytest.approx(-0.5)
    assert table.loc[["worse", "same", "better"], "estimate"].tolist() == pytest.approx([0.5, 0.5, 0.0])


def test_the_paired_difference_is_that_of_a_paired_test():
    rng = np.random.default_rng(9)
    offline, online = rng.integers(1, 6, 60), rng.integers(1, 6, 60)
    row = (
        community.outcome_modes(plain(outcome_offline=offline, outcome_online=online))
        .set_index("quantity")
        .loc["difference"]
    )
    expected = stats.ttest_rel(online, offline)
    assert row["p"] == pytest.approx(expected.pvalue)
    assert (row["low"], row["high"]) == pytest.approx(tuple(expected.confidence_interval(0.95)))


def test_shares_by_objective_count_either_mode(meetings):
    table = community.by_objective(meetings).set_index(["objective", "practice"])["estimate"]
    assert table["loyalty", "barcamp"] == pytest.approx(1.0) and table["recruit", "barcamp"] == pytest.approx(
        0.5
    )


def test_the_simulator_makes_online_results_lower_and_blind_to_the_method(now):
    change = community.outcome_modes(now).set_index("quantity").loc["difference"]
    assert change["high"] < 0
    effects = community.method_outcomes(now)
    assert len(effects) == 6 and (effects["p_adjusted"] > 0.05).all()


def test_the_result_of_a_method_is_a_regression_by_hand():
    rng = np.random.default_rng(12)
    used = rng.integers(0, 2, (90, 2))
    mark = 3 + used @ [0.8, -0.4] + rng.normal(0, 0.5, 90)
    design = plain(methods_online__a=used[:, 0], methods_online__b=used[:, 1], outcome_online=mark)
    table = community.method_outcomes(design).set_index("practice")["estimate"]
    beta = np.linalg.lstsq(np.column_stack([np.ones(90), used]), mark, rcond=None)[0]
    assert table.to_dict() == pytest.approx({"a": beta[1], "b": beta[2]})


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda d: community.funnel(d), DataError, 'no column "internal_network"'),
        (lambda d: community.cooperation(d), DataError, 'no column "coop_firms"'),
        (lambda d: community.roles(d), DataError, "who_runs, runner_contract"),
        (lambda d: community.young_and_informal(d), DataError, "runner_age, runner_contract, written_role"),
        (lambda d: community.everyone(d), DataError, "everyone_posts, delegation"),
        (lambda d: community.outcome_modes(d), DataError, "outcome_offline, outcome_online"),
        (lambda d: community.method_outcomes(d, "offlin"), ParameterError, 'Did you mean "offline"'),
        (lambda d: community.methods(d), DataError, "No method was asked both"),
    ],
)
def test_what_the_survey_cannot_answer_is_refused(ask, error, message):
    design = plain(methods_offline__barcamp=[1, 0], methods_online__open_cafe=[1, 0])
    with pytest.raises(error, match=message):
        ask(design)


def test_an_answer_outside_the_stages_is_named():
    with pytest.raises(DataError, match="holds 'sometimes', which is not one of unknown"):
        community.funnel(plain(internal_network=["aware", "sometimes"]))


@pytest.mark.parametrize(
    ("column", "measure", "message"),
    [
        ("everyone_posts", community.everyone, "99 is not on its scale from 1 to 5"),
        ("delegation", community.everyone, "99 is not on its scale from 1 to 5"),
        ("written_role", community.young_and_informal, '"99" is neither 0'),
    ],
)
def test_a_code_for_no_answer_is_not_counted(column, measure, message):
    data = load("survey").query("wave == 2022").reset_index(drop=True)
    place = data.index[data[column].notna() & data["everyone_posts"].notna()][0]
    data[column] = data[column].astype(float)
    data.loc[place, column] = 99
    with pytest.raises(DataError, match=f'"{column}", row .*{message}'):
        measure(SurveyDesign(data, weights="weight"))
