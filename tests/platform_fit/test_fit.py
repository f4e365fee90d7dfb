"""The matrix of platforms and objectives against hand counts, plain estimates, and what is true in the sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import platform_fit
from analysis.catalog import data_path
from analysis.errors import DataError, ParameterError
from analysis.platform_fit import (
    PLATFORMS,
    ROLES,
    adjusted_fit,
    fit_matrix,
    platform_uses,
    purposes,
    role_advantage,
    role_claims,
    with_hours,
)
from analysis.survey import SurveyDesign, load_codebook, read_survey


@pytest.fixture(scope="module")
def answers():
    return read_survey(data_path("sample", "survey.csv"), load_codebook())


@pytest.fixture(scope="module")
def latest(answers):
    design = SurveyDesign(answers, **load_codebook().sampling)
    return design.subset(answers["wave"] == 2026)


def simple(**columns):
    data = pd.DataFrame(columns)
    return SurveyDesign(data.assign(w=1.0), weights="w")


class TestMatrix:
    def test_a_cell_is_a_share_in_the_design(self, latest):
        result = fit_matrix(latest).set_index(["platform", "objective"])
        for platform, objective in (
            ("facebook", "seen_locally"),
            ("linkedin", "recruit"),
            ("youtube", "show_know_how"),
        ):
            named = (latest.data[f"purpose_{platform}"] == objective).fillna(False).astype(bool)
            expected = latest.subset(named).proportion(f"helps_{platform}").iloc[0]
            cell = result.loc[(platform, objective)]
            for name in ("estimate", "se", "low", "high", "n"):
                assert cell[name] == pytest.approx(expected[name]), (platform, name)

    def test_every_cell_is_there_and_unknown_ones_say_why(self, latest):
        result = fit_matrix(latest)
        assert len(result) == 6 * 8 and result["platform"].drop_duplicates().tolist() == list(PLATFORMS)
        few, wide = result["n"] < 30, (result["high"] - result["low"]) > 0.4
        assert (result["reason"] == np.select([few, wide], ["few", "wide"], "")).all()
        assert (result["known"] == (result["reason"] == "")).all()
        assert ((result["verdict"] == "unknown") == ~result["known"]).all()
        assert {"few", "wide", ""} == set(result["reason"])
        empty = result[result["n"] == 0]
        assert len(empty) and empty["estimate"].isna().all()

    def test_verdicts_follow_the_half(self):
        helps = [1] * 50 + [0] * 10 + [1] * 10 + [0] * 50 + [1, 0] * 30
        design = simple(purpose_x=["sell"] * 60 + ["recruit"] * 60 + ["converse"] * 60, helps_x=helps)
        result = fit_matrix(design).set_index("objective")["verdict"]
        assert result.to_dict() == {"converse": "open", "sell": "helps", "recruit": "fails"}

    def test_widest_and_fewest_are_parameters(self):
        design = simple(purpose_x=["sell"] * 20, helps_x=[1, 0] * 10)
        strict, loose = fit_matrix(design), fit_matrix(design, fewest=5, widest=0.6)
        assert strict["reason"].tolist() == ["few"] and loose["verdict"].tolist() == ["open"]
        assert fit_matrix(design, fewest=5, widest=0.1)["reason"].tolist() == ["wide"]

    def test_by_sector_and_hours(self, latest):
        banded = latest.transform(with_hours)
        result = fit_matrix(banded, ["hours_band"], objectives=["seen_locally"])
        assert len(result) == 3 * 6
        facebook = result[result["platform"] == "facebook"]
        data = banded.data
        used = data[
            (data["purpose_facebook"] == "seen_locally").fillna(False) & data["helps_facebook"].notna()
        ]
        assert facebook.set_index("hours_band")["n"].to_dict() == used["hours_band"].value_counts().to_dict()

    def test_intervals_cover_what_is_true(self):
        """Towns that differ, firms drawn within: nine intervals of ten or more hold the true share."""
        covered = total = 0
        for seed in range(60):
            rng = np.random.default_rng(seed)
            towns = np.repeat(np.arange(40), 8)
            level = 1 / (1 + np.exp(-(0.4 + 0.5 * rng.normal(size=40))))[towns]
            data = pd.DataFrame({"town": towns, "w": 1.0, "purpose_x": rng.choice(["sell", "recruit"], 320)})
            data["helps_x"] = (rng.random(320) < level).astype(int)
            cells = fit_matrix(SurveyDesign(data, weights="w", clusters="town"))
            truth = np.mean(1 / (1 + np.exp(-(0.4 + 0.5 * np.random.default_rng(0).normal(size=100_000)))))
            covered += ((cells["low"] <= truth) & (truth <= cells["high"])).sum()
            total += len(cells)
        assert 0.89 <= covered / total <= 0.99

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"objectives": ["sel"]}, '"sel" is none of them.*sell'),
            ({"fewest": 0}, "fewest=0"),
            ({"widest": 2}, "widest=2"),
        ],
    )
    def test_what_cannot_be_is_refused(self, change, message):
        with pytest.raises(ParameterError, match=message):
            fit_matrix(simple(purpose_x=["sell"] * 4, helps_x=1), **change)

    def test_questions_not_asked(self):
        with pytest.raises(DataError, match="no pair of columns"):
            fit_matrix(simple(purpose_x=["sell"] * 2))
        with pytest.raises(DataError, match="hours_per_week"):
            with_hours(pd.DataFrame({"firm": [1]}))


class TestUses:
    def test_one_row_for_each_use_and_every_firm_kept(self, answers):
        uses = platform_uses(answers)
        both = sum((answers[f"purpose_{p}"].notna() & answers[f"helps_{p}"].notna()).sum() for p in PLATFORMS)
        assert uses["helps"].notna().sum() == both
        keys = ["firm", "wave"]
        assert set(map(tuple, uses[keys].values)) == set(map(tuple, answers[keys].values))

    def test_saturated_adjustment_is_the_plain_share(self, answers):
        design = SurveyDesign(platform_uses(answers), **load_codebook().sampling)
        design = design.subset(design.data["wave"] == 2026)
        result = adjusted_fit(design, objective="seen_locally", controls=()).set_index("platform")
        plain = fit_matrix(
            SurveyDesign(answers, **load_codebook().sampling).subset(answers["wave"] == 2026),
            objectives=["seen_locally"],
        )
        plain = plain[plain["platform"].isin(result.index)].set_index("platform")
        assert result["estimate"].to_dict() == pytest.approx(plain["estimate"].to_dict(), rel=1e-6)

    def test_adjustment_removes_what_sectors_explain(self):
        rng = np.random.default_rng(1)
        n = 1500
        sector = rng.choice(["shop", "craft"], n)
        on_x = rng.random(n) < np.where(sector == "shop", 0.8, 0.2)
        helps = (rng.random(n) < np.where(sector == "shop", 0.8, 0.4)).astype(int)
        data = pd.DataFrame({"firm": range(n), "w": 1.0, "sector": sector})
        for name, on in (("x", on_x), ("youtube", ~on_x)):
            data[f"purpose_{name}"] = pd.Series("sell", index=data.index).where(on)
            data[f"helps_{name}"] = pd.Series(helps, index=data.index, dtype="Int64").where(on)
        design = SurveyDesign(platform_uses(data), weights="w", clusters="firm")
        adjusted = adjusted_fit(design, objective="sell").set_index("platform")["estimate"]
        raw = design.data.groupby("platform")["helps"].mean()
        assert raw["x"] - raw["youtube"] > 0.15 and abs(adjusted["x"] - adjusted["youtube"]) < 0.08

    def test_what_cannot_be_is_refused(self):
        with pytest.raises(ParameterError, match='the column "platform" is missing'):
            adjusted_fit(simple(purpose_x=["sell"] * 2, helps_x=1))
        uses = platform_uses(pd.DataFrame({"w": [1.0, 1.0], "purpose_x": "sell", "helps_x": 1}))
        with pytest.raises(DataError, match="Fewer than two platforms have 30 uses for sell"):
            adjusted_fit(SurveyDesign(uses, weights="w"), objective="sell")


class TestRoles:
    def test_purposes_add_up(self, latest):
        shares = purposes(latest).groupby("platform")["estimate"].sum()
        assert shares.to_dict() == pytest.approx(dict.fromkeys(shares.index, 1.0)) and len(shares) == 6

    def test_the_claims_that_are_true_in_the_sample(self, answers):
        """In the model each platform leans to its role; all waves together are firms enough to see it for most."""
        result = role_claims(SurveyDesign(answers, **load_codebook().sampling)).set_index("platform")
        assert (result["verdict"] != "fails").all()
        assert (result["verdict"] == "holds")[["facebook", "instagram", "linkedin", "youtube", "x"]].all()
        assert (result["estimate"] - result["lead"]).to_numpy() == pytest.approx(
            [rival_share(answers, p, row.rival) for p, row in result.iterrows()]
        )

    def test_wrong_claims_fail(self, latest):
        wrong = {"facebook": "recruit", "instagram": "be_listed", "youtube": "converse"}
        result = role_claims(latest, roles=wrong).set_index("platform")
        assert set(result["verdict"]) == {"fails"}
        assert result.loc["youtube", "rival"] == "show_know_how" and result.loc["youtube", "lead"] < 0

    def test_chance_alone_confirms_few_claims(self):
        verdicts = []
        for seed in range(40):
            rng = np.random.default_rng(seed)
            named = rng.choice(["converse", "sell", "recruit"], 120)
            verdicts.append(role_claims(simple(purpose_x=named, helps_x=1))["verdict"].item())
        assert verdicts.count("undecided") >= 34

    def test_helping_does_not_depend_on_the_role_in_the_sample(self, latest):
        result = role_advantage(latest)
        assert set(result["verdict"]) == {"undecided"} and set(result["platform"]) == set(ROLES)

    def test_advantage_of_one_platform(self):
        role, helps = ["converse"] * 100 + ["sell"] * 100, [1] * 80 + [0] * 20 + [1] * 40 + [0] * 60
        row = role_advantage(simple(purpose_x=role, helps_x=helps)).iloc[0]
        assert row["estimate"] == pytest.approx(0.4) and row["verdict"] == "better"
        assert row["se"] == pytest.approx(np.sqrt((0.8 * 0.2 + 0.4 * 0.6) / 100), rel=0.02)


def rival_share(answers, platform, rival):
    named = answers[f"purpose_{platform}"]
    weights = answers["weight"].where(named.notna())
    return weights[named == rival].sum() / weights.sum()


def _named(purposes, helps=None):
    helps = [1, 0] * (len(purposes) // 2) if helps is None else helps
    return SurveyDesign(pd.DataFrame({"w": 1.0, "purpose_x": purposes, "helps_x": helps}), weights="w")


@pytest.mark.parametrize(
    ("helps", "message"),
    [
        ([1, 2] * 20, 'Column "helps_x" holds 2: helping is told by 0'),
        (["yes", "no"] * 20, "Column \"helps_x\" holds 'yes'"),
        ([np.nan] * 40, "No firm said both what a platform is for and whether it helps"),
    ],
)
@pytest.mark.parametrize("measure", [fit_matrix, role_advantage])
def test_help_is_told_by_0_and_1(helps, message, measure):
    with pytest.raises(DataError, match=message):
        measure(_named(["sell", "converse"] * 20, helps))


@pytest.mark.parametrize(("count", "named", "verdict"), [(2, "sell", "undecided"), (40, "sell", "fails")])
def test_a_role_that_nobody_names_fails_only_when_enough_say_so(count, named, verdict):
    result = role_claims(_named([named] * count)).iloc[0]
    assert result["p"] == pytest.approx(2 * 0.5**count)
    assert result["verdict"] == verdict
    assert np.isnan(result["lead_low"])


@pytest.mark.parametrize(("count", "verdict"), [(4, "undecided"), (40, "holds")])
def test_a_role_that_all_name_holds_only_when_enough_say_so(count, verdict):
    result = role_claims(_named(["converse"] * count)).iloc[0]
    assert result["p"] == pytest.approx(2 * 0.5**count)
    assert result["verdict"] == verdict


def test_purposes_nobody_told_are_said():
    with pytest.raises(DataError, match="No firm said what it uses a platform for"):
        purposes(_named([None] * 4))
    with pytest.raises(DataError, match="No firm said what it uses a platform with a role for"):
        role_claims(_named([None] * 4))


@pytest.mark.parametrize(
    "name",
    [
        *("adjusted_fit", "attained", "fit_matrix", "platform_costs", "purposes", "regret"),
        *("regret_drivers", "regret_zones", "result_costs", "role_advantage", "role_claims"),
    ],
)
def test_a_plain_table_is_refused_where_a_survey_is_needed(name):
    with pytest.raises(
        ParameterError, match=rf"{name}\(\) needs a SurveyDesign, and a DataFrame was given\."
    ):
        getattr(platform_fit, name)(pd.DataFrame({"w": [1.0]}))


@pytest.mark.parametrize("nobody", [[None] * 40, pd.array([None] * 40, dtype="string")])
def test_platforms_of_any_name_and_those_nobody_judged_have_their_cells(nobody):
    told = {"purpose_a: b": ["sell", "converse"] * 20, "helps_a: b": [1, 0] * 20}
    firms = pd.DataFrame({"w": 1.0, **told, "purpose_u": ["sell"] * 40, "helps_u": nobody, "platform": "p"})
    design = SurveyDesign(firms, weights="w")
    cells = platform_fit.fit_matrix(design, fewest=1).set_index(["platform", "objective"])
    assert cells.loc[[("a: b", "sell"), ("a: b", "converse")], "estimate"].tolist() == [1, 0]
    assert cells.loc["u", "n"].tolist() == [0, 0]
    with pytest.raises(ParameterError, match='by="platform": the matrix has a column of that name'):
        platform_fit.fit_matrix(design, by="platform")
