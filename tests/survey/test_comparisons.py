"""Differences are those of the table's estimates, with the covariance that shared units make."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.estimation.comparisons import holm


@pytest.fixture(scope="module")
def firms():
    rng = np.random.default_rng(12)
    towns = np.repeat(np.arange(10), 12)
    data = pd.DataFrame(
        {
            "stratum": np.where(towns < 5, "n", "s"),
            "town": towns,
            "w": rng.uniform(2, 6, 120).round(2),
            "sector": rng.choice(["craft", "food", "retail"], 120),
            "uses": rng.integers(0, 2, 120),
            "wave": np.tile([2022, 2024], 60),
            "treated": np.where(towns % 2 == 0, "yes", "no"),
        }
    )
    return data.assign(channel=rng.choice(["shop", "web"], 120))


@pytest.fixture(scope="module")
def design(firms):
    return SurveyDesign(firms, weights="w", strata="stratum", clusters="town")


def regression_difference(design, one, two):
    """Estimate a difference as the total of one linearised variable: a second road to its standard error."""

    def influence(data):
        weight = data["w"]
        score = 0.0
        for group, sign in ((two, 1), (one, -1)):
            here = (data["sector"] == group).astype(float)
            mean = np.average(data["uses"], weights=weight * here)
            score = score + sign * here * (data["uses"] - mean) / (weight * here).sum()
        return data.assign(influence=score)

    return design.transform(influence).total("influence")["se"].item()


def test_every_pair_in_order_with_its_own_error(design):
    table = design.compare("uses", by="sector")
    pairs = [("craft", "food"), ("craft", "retail"), ("food", "retail")]
    assert list(zip(table["group_1"], table["group_2"], strict=True)) == pairs
    means = design.mean("uses", by="sector").set_index("sector")
    for row in table.to_dict("records"):
        one, two = row["group_1"], row["group_2"]
        assert row["estimate"] == pytest.approx(means.loc[two, "estimate"] - means.loc[one, "estimate"])
        assert row["se"] == pytest.approx(regression_difference(design, one, two), rel=1e-9)
        assert row["n"] == means.loc[[one, two], "n"].sum()
        assert row["df"] == design.degf == 8
    columns = ["estimate", "se", "low", "high", "n", "df", "p", "p_adjusted", "method", "flag"]
    assert list(table.columns) == ["group_1", "group_2", *columns]


def test_reference_is_compared_with_each_other_group(design):
    table = design.compare("uses", by="sector", reference="retail")
    assert table["group_1"].tolist() == ["retail", "retail"]
    assert table["group_2"].tolist() == ["craft", "food"]
    forth = design.compare("uses", by="sector").set_index(["group_1", "group_2"])["estimate"]
    assert table["estimate"].iloc[1] == pytest.approx(-forth["food", "retail"])


def test_within_groups_is_the_subset_of_each(design):
    inside = design.compare("uses", by="wave", within="sector")
    assert inside["sector"].tolist() == ["craft", "food", "retail"]
    alone = design.subset(design.data["sector"] == "food").compare("uses", by="wave").iloc[0]
    row = inside.set_index("sector").loc["food"]
    assert row["estimate"] == pytest.approx(alone["estimate"])
    assert row["se"] == pytest.approx(alone["se"])
    assert (row["group_1"], row["group_2"]) == (2022, 2024)


def test_answers_in_words_are_compared_one_by_one(design):
    table = design.compare("channel", by="sector")
    assert table["level"].tolist() == ["shop"] * 3 + ["web"] * 3
    shop, web = (
        table[table["level"] == level].set_index(["group_1", "group_2"]) for level in ("shop", "web")
    )
    assert shop["estimate"].tolist() == pytest.approx((-web["estimate"]).tolist())
    assert shop["se"].tolist() == pytest.approx(web["se"].tolist())


def test_combinations_are_groups(design):
    table = design.compare("uses", by=["sector", "wave"], reference=("food", 2022))
    assert len(table) == 5
    assert table["group_2"].tolist()[0] == ("craft", 2022)


def test_p_agrees_with_the_interval(design):
    table = design.compare("uses", by="sector", level=0.9)
    outside = (table["low"] > 0) | (table["high"] < 0)
    assert ((table["p"] < 0.1) == outside).all()
    row = table.iloc[0]
    exact = design.compare("uses", by="sector", level=1 - row["p"]).iloc[0]
    assert min(abs(exact["low"]), abs(exact["high"])) == pytest.approx(0, abs=1e-12)


def test_waves_of_the_same_units_depend_on_each_other(design):
    row = design.compare("uses", by="wave").iloc[0]
    apart = np.sqrt((design.mean("uses", by="wave")["se"] ** 2).sum())
    assert row["se"] != pytest.approx(apart, rel=1e-3)


def test_difference_in_differences_is_the_difference_of_two(design):
    cells = {(2024, "yes"): 1, (2022, "yes"): -1, (2024, "no"): -1, (2022, "no"): 1}
    row = design.contrast("uses", ["wave", "treated"], {"effect": cells}).iloc[0]
    changes = design.compare("uses", by="wave", within="treated").set_index("treated")["estimate"]
    assert row["contrast"] == "effect"
    assert row["estimate"] == pytest.approx(changes["yes"] - changes["no"])
    assert row["n"] == 120
    replicated = design.replicate("JKn").contrast("uses", ["wave", "treated"], {"effect": cells}).iloc[0]
    assert replicated["estimate"] == pytest.approx(row["estimate"])
    assert replicated["se"] == pytest.approx(row["se"], rel=0.25)


def test_few_answers_in_one_of_the_groups_are_flagged(design):
    table = design.compare("uses", by=["sector", "wave"])
    counts = design.mean("uses", by=["sector", "wave"]).set_index(["sector", "wave"])["n"]
    few = [
        (counts[a] < 30) or (counts[b] < 30) for a, b in zip(table["group_1"], table["group_2"], strict=True)
    ]
    assert (table["flag"] == "n<30").tolist() == few
    assert True in few


def test_group_without_answers_gives_no_difference(firms):
    data = firms.assign(uses=firms["uses"].where(firms["sector"] != "food").astype("Float64"))
    table = SurveyDesign(data, weights="w", clusters="town").compare("uses", by="sector")
    unknown = (table["group_1"] == "food") | (table["group_2"] == "food")
    assert table.loc[unknown, "estimate"].isna().all()
    assert table.loc[unknown, "p_adjusted"].isna().all()
    assert table.loc[~unknown, "p_adjusted"].tolist() == table.loc[~unknown, "p"].tolist()


@pytest.mark.parametrize(
    ("given", "expected"),
    [([0.01, 0.02, 0.03], [0.03, 0.04, 0.04]), ([0.5, 0.01], [0.5, 0.02]), ([0.9, 0.8], [1.0, 1.0])],
)
def test_holm_by_hand(given, expected):
    assert holm(given) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (
            lambda d: d.compare("uses", by="sector", reference="foot"),
            "'foot' is no group of sector. Did you mean",
        ),
        (lambda d: d.compare("uses", by="sectr"), 'Did you mean "sector"'),
        (lambda d: d.compare("uses", by=[]), "needs by="),
        (lambda d: d.subset(d.data["sector"] == "food").compare("uses", by="sector"), "a single group"),
        (lambda d: d.contrast("uses", "sector", {"x": {"foo": 1}}), "contrast \"x\": 'foo' is no group"),
        (lambda d: d.contrast("uses", "sector", {"x": {"food": "1"}}), "coefficient of 'food' is '1'"),
        (lambda d: d.contrast("uses", "sector", {"x": {}}), 'contrast "x" names no group'),
        (lambda d: d.contrast("uses", "sector", {}), "needs one contrast or more"),
        (lambda d: d.contrast("channel", "sector", {"x": {"food": 1}}), r"contrast\(\) needs a number"),
    ],
)
def test_wrong_questions_are_refused(design, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(design)
