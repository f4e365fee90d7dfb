"""Adoption measures count what they say, each on its own base."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import adoption
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook

ROWS = [
    # w, wave, internet, aware f/x, tried f/x, uses f/x, regular f/x, hours, posts
    (1, 2022, 1, 1, 1, 1, 1, 1, 1, 1, 0, 4.0, 6.0),
    (1, 2022, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2.0, None),
    (2, 2022, 1, 1, 1, 0, 1, 0, 0, 0, 0, None, None),
    (2, 2022, 0, None, None, None, None, 0, 0, 0, 0, None, None),
    (1, 2024, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1.0, 2.0),
    (3, 2024, 1, 1, 1, 1, 0, 1, None, 1, None, 5.0, 1.0),
    (2, 2024, 1, 0, 1, 0, 0, 0, None, 0, 0, None, None),
    (2, 2024, 1, 1, 1, 0, 0, 0, 0, 0, 0, None, None),
]
STEMS = [
    f"{stem}__{platform}"
    for stem in ("aware", "tried", "platforms", "regular")
    for platform in ("facebook", "x")
]


@pytest.fixture
def firms():
    columns = ["w", "wave", "internet", *STEMS, "hours_per_week", "posts_per_week"]
    data = pd.DataFrame(ROWS, columns=columns)
    return data.astype(dict.fromkeys([*STEMS, "internet"], "Int64"))


@pytest.fixture
def design(firms):
    return SurveyDesign(firms, weights="w")


def shares(table, key):
    return dict(zip(table[key], table["estimate"].round(6), strict=True))


def test_presence_is_yes_no_or_unknown(firms):
    ready = adoption.with_presence(firms)
    assert ready["uses_any"].tolist() == [1, 1, 0, 0, 1, 1, pd.NA, 0]
    assert ready["platform_count"].tolist() == [2, 1, 0, 0, 1, pd.NA, pd.NA, 0]
    assert ready["aware_any"].isna().sum() == 1
    assert "uses_any" not in firms


def test_presence_of_all_and_of_connected_firms(design):
    every, connected = adoption.presence(design), adoption.presence(design, base="connected")
    assert every["estimate"].item() == pytest.approx(6 / 12)
    assert connected["estimate"].item() == pytest.approx(6 / 10)
    assert [every["base"].item(), connected["base"].item()] == ["all", "connected"]
    assert (every["n"].item(), connected["n"].item()) == (7, 6)


def test_presence_by_wave(design):
    table = adoption.presence(design, by="wave")
    assert list(table)[:3] == ["wave", "base", "estimate"]
    assert shares(table, "wave") == pytest.approx({2022: 2 / 6, 2024: 4 / 6})


def test_each_platform_has_its_share_in_the_order_of_the_questionnaire(design):
    table = adoption.platform_presence(design)
    assert table["platform"].tolist() == ["facebook", "x"]
    assert shares(table, "platform") == pytest.approx({"facebook": 5 / 14, "x": 2 / 9}, abs=1e-6)
    grouped = adoption.platform_presence(design, by=["wave"])
    assert len(grouped) == 4 and list(grouped)[:3] == ["wave", "platform", "base"]


def test_number_of_platforms_among_all_and_among_users_are_told_apart(design):
    table = adoption.breadth(design).set_index("base")
    assert table.loc["all", "estimate"] == pytest.approx((2 + 1 + 1) / (1 + 1 + 2 + 2 + 1 + 2))
    assert table.loc["users", "estimate"] == pytest.approx((2 + 1 + 1) / 3)
    assert table["n"].to_dict() == {"all": 6, "users": 3}


def test_distribution_of_the_number_of_platforms(design):
    table = adoption.breadth_distribution(design)
    assert shares(table, "platforms") == pytest.approx({0: 6 / 9, 1: 2 / 9, 2: 1 / 9}, abs=1e-6)
    by_wave = adoption.breadth_distribution(design, by="wave")
    assert by_wave.groupby("wave")["estimate"].sum().tolist() == pytest.approx([1, 1])


def test_intensity_is_of_users_who_answered(design):
    table = adoption.intensity(design).set_index("measure")
    assert table.loc["hours_per_week", "estimate"] == pytest.approx((4 + 2 + 1 + 15) / 6)
    assert table.loc["posts_per_week", "estimate"] == pytest.approx((6 + 2 + 3) / 5)
    assert table["n"].to_dict() == {"hours_per_week": 4, "posts_per_week": 3}
    assert set(table["base"]) == {"users"}
    assert table["unit"].tolist() == ["hours per week", "posts per week"]


def test_funnel_is_of_the_same_firms_at_each_stage(design):
    table = adoption.funnel(design)
    assert table["stage"].tolist() == ["aware", "tried", "uses", "regular"]
    assert set(table["base"]) == {"connected"} and set(table["n"]) == {6}
    assert shares(table, "stage") == pytest.approx({"aware": 1, "tried": 0.8, "uses": 0.6, "regular": 0.5})


def test_funnel_never_widens_in_the_sample(root):
    data = pd.read_csv(root / "data/sample/survey.csv", dtype={"size_class": "string"})
    sample = SurveyDesign(data, weights="weight", strata="stratum", clusters="town", fpc="towns_in_stratum")
    table = adoption.funnel(sample, by="wave").pivot(index="wave", columns="stage", values="estimate")
    assert (table["aware"] >= table["tried"]).all()
    assert (table["tried"] >= table["uses"]).all()
    assert (table["uses"] >= table["regular"]).all()


def test_funnel_of_one_platform(design):
    table = adoption.funnel(design, platform="facebook")
    assert shares(table, "stage") == pytest.approx(
        {"aware": 10 / 12, "tried": 6 / 12, "uses": 5 / 12, "regular": 4 / 12}, abs=1e-6
    )


def test_conversion_has_the_stage_before_as_its_base(design):
    table = adoption.conversion(design)
    assert table[["base", "stage"]].values.tolist() == [
        ["aware", "tried"],
        ["tried", "uses"],
        ["uses", "regular"],
    ]
    assert shares(table, "stage") == pytest.approx({"tried": 0.8, "uses": 6 / 8, "regular": 5 / 6}, abs=1e-6)
    assert table["n"].tolist() == [6, 5, 4]


def test_conversion_multiplies_up_to_the_funnel(design):
    steps = adoption.conversion(design)["estimate"]
    ends = adoption.funnel(design)["estimate"]
    assert np.prod(steps) * ends.iloc[0] == pytest.approx(ends.iloc[-1])


def test_interval_of_conversion_is_that_of_its_own_base(firms, design):
    known = adoption.with_presence(firms)
    tried = (known["tried_any"] == 1) & known[["aware_any", "uses_any", "regular_any"]].notna().all(axis=1)
    ready = SurveyDesign(known, weights="w").subset(tried)
    expected = ready.proportion("uses_any").iloc[0]
    got = adoption.conversion(design).set_index("stage").loc["uses"]
    assert got[["se", "low", "high", "df"]].tolist() == expected[["se", "low", "high", "df"]].tolist()


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda d: adoption.funnel(d, platform="facebok"), ParameterError, 'Did you mean "facebook"'),
        (lambda d: adoption.presence(d, base="conected"), ParameterError, "Choices: all, connected"),
        (lambda d: adoption.presence(d, by="sectr"), ParameterError, 'no column "sectr"'),
        (lambda d: adoption.presence(without(d, "internet"), base="connected"), ParameterError, '"internet"'),
        (lambda d: adoption.presence(without(d, "platforms__")), DataError, 'no columns "platforms__…"'),
        (lambda d: adoption.funnel(without(d, "tried__")), DataError, "no columns tried__…"),
        (
            lambda d: adoption.intensity(without(d, "hours", "posts")),
            DataError,
            "hours_per_week, posts_per_week",
        ),
    ],
)
def test_questions_the_survey_cannot_answer_are_refused(design, ask, error, message):
    with pytest.raises(error, match=message):
        ask(design)


def without(design, *stems):
    return design.transform(lambda d: d[[c for c in d if not c.startswith(stems)]])


def test_sample_has_what_the_measures_need(root):
    book = load_codebook()
    for name in ("aware", "tried", "platforms", "regular"):
        assert book[name].type == "multiple"
    assert {"internet", "hours_per_week", "posts_per_week"} <= set(book.all_columns)


@pytest.mark.parametrize("code", [9, -1, np.inf, 0.5, "oui", "98"])
@pytest.mark.parametrize("column", ["platforms__x", "aware__x"])
def test_a_code_for_no_answer_is_no_number_of_platforms(code, column):
    firms = pd.DataFrame({"platforms__x": [1, 0, 1], "aware__x": [1, 1, 1], "w": 1.0}).astype(
        {column: object if isinstance(code, str) else float}
    )
    firms.loc[1, column] = code
    design = SurveyDesign(firms, weights="w")
    for measure in (adoption.presence, adoption.breadth, adoption.platform_presence):
        with pytest.raises(
            DataError, match=rf'The column "{column}", row 2: "{code}" is neither 0 \(no\) nor 1'
        ):
            measure(design)


@pytest.mark.parametrize(
    "told", [[1, 0, None], [True, False, None], ["1", "0", " "], pd.Categorical([1, 0, None])]
)
def test_yes_and_no_are_read_however_they_are_kept(told):
    ready = adoption.with_presence(pd.DataFrame({"platforms__x": told}))
    assert ready["platform_count"].astype(object).tolist() == [1, 0, pd.NA]
