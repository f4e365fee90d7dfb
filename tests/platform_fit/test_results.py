"""Costs, frontier and regret against hand counts, second implementations and what is true in the sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis.barriers import cost_per_result
from analysis.catalog import load
from analysis.errors import DataError, ParameterError
from analysis.platform_fit import (
    attained,
    efficiency,
    frontier,
    platform_costs,
    regret,
    regret_drivers,
    regret_zones,
    result_costs,
    with_hours,
    with_regret,
)
from analysis.survey import SurveyDesign


@pytest.fixture(scope="module")
def latest():
    survey = load("survey").query("wave == 2026")
    return SurveyDesign(survey, weights="weight", strata="stratum", clusters="town", fpc="towns_in_stratum")


class TestCosts:
    def test_by_hand(self):
        firms = pd.DataFrame(
            {"w": [1.0, 3.0], "leads": [2, 4], "spend": [20, 0], "hours_per_week": [3.0, 1.5]}
        )
        result = result_costs(SurveyDesign(firms, weights="w"), wage=12).set_index("measure")["estimate"]
        hours = (3 + 3 * 1.5) * 52 / 12
        assert result.to_dict() == pytest.approx(
            {"hours_per_lead": hours / 14, "euros_per_lead": 20 / 14, "cost_per_lead": (20 + 12 * hours) / 14}
        )

    def test_the_wage_only_moves_the_whole_cost(self, latest):
        free, paid = (result_costs(latest, wage=w).set_index("measure")["estimate"] for w in (0, 30))
        assert free["cost_per_lead"] == pytest.approx(free["euros_per_lead"])
        assert paid["cost_per_lead"] == pytest.approx(free["euros_per_lead"] + 30 * free["hours_per_lead"])

    def test_agrees_with_the_ratio_where_all_answered(self, latest):
        asked = latest.data[["leads", "spend", "hours_per_week"]].notna().all(axis=1)
        expected = cost_per_result(latest.subset(asked)).set_index("measure")[["estimate", "se", "n"]]
        result = result_costs(latest).set_index("measure").loc[expected.index, ["estimate", "se", "n"]]
        pd.testing.assert_frame_equal(result, expected, check_dtype=False)

    def test_platforms_are_domains(self, latest):
        table = platform_costs(latest)
        row = table.query("platform == 'tiktok' and measure == 'cost_per_lead'").iloc[0]
        on = latest.subset((latest.data["platforms__tiktok"] == 1).fillna(False).astype(bool))
        expected = result_costs(on).query("measure == 'cost_per_lead'").iloc[0]
        assert (row["estimate"], row["se"]) == pytest.approx((expected["estimate"], expected["se"]))
        assert "bluesky" not in set(table["platform"])

    def test_what_cannot_be_is_refused(self, latest):
        with pytest.raises(ParameterError, match="wage=-1"):
            result_costs(latest, wage=-1)
        with pytest.raises(DataError, match="lacks spend"):
            result_costs(
                SurveyDesign(pd.DataFrame({"w": [1.0, 1.0], "leads": 1, "hours_per_week": 1}), weights="w")
            )
        with pytest.raises(DataError, match="No platform is used by 9999 firms"):
            platform_costs(latest, fewest=9999)


def firms(seed, n=60):
    rng = np.random.default_rng(seed)
    hours = rng.integers(1, 12, n) / 2
    return pd.DataFrame(
        {
            "hours_per_week": hours,
            "leads": rng.poisson(2 * np.sqrt(hours)),
            "w": rng.exponential(size=n) + 0.1,
        }
    )


class TestFrontier:
    @pytest.mark.parametrize("seed", range(3))
    def test_free_disposal_by_definition(self, seed):
        data = firms(seed)
        for row in frontier(data, draws=2).itertuples():
            within = data[data["hours_per_week"] <= row.effort]
            assert (row.estimate, row.n) == (within["leads"].max(), len(within))

    @pytest.mark.parametrize("seed", range(3))
    def test_convex_hull_by_linear_programming(self, seed):
        data = firms(seed)
        x, y = (data[c].to_numpy(float) for c in ("hours_per_week", "leads"))
        for row in frontier(data, hull="convex", draws=2).itertuples():
            best = linprog(-y, A_ub=[x], b_ub=[row.effort], A_eq=[np.ones(len(x))], b_eq=[1])
            assert row.estimate == pytest.approx(-best.fun, abs=1e-7)

    def test_partial_frontier_by_drawing_peers(self):
        data = firms(4)
        result = frontier(data, hull="partial", weights="w", peers=5, draws=2)
        row, rng = result.iloc[-3], np.random.default_rng(0)
        within = data[data["hours_per_week"] <= row["effort"]]
        drawn = rng.choice(within["leads"], size=(40_000, 5), p=within["w"] / within["w"].sum()).max(axis=1)
        assert row["estimate"] == pytest.approx(drawn.mean(), abs=4 * drawn.std() / 200)

    def test_hulls_are_ordered(self):
        data = firms(5)
        curves = {
            h: frontier(data, hull=h, draws=2)["estimate"] for h in ("partial", "free_disposal", "convex")
        }
        assert (curves["partial"] <= curves["free_disposal"] + 1e-9).all()
        assert (curves["free_disposal"] <= curves["convex"] + 1e-9).all()

    @pytest.mark.parametrize(("hull", "least"), [("free_disposal", 0.8), ("convex", 0.8), ("partial", 0.88)])
    def test_intervals_cover_the_true_frontier(self, hull, least):
        """Results uniform below 4√hours: the partial frontier's truth from a huge sample."""

        def world(seed, n):
            rng = np.random.default_rng(seed)
            hours = (2 * rng.uniform(0, 4, n)).round() / 2
            return pd.DataFrame({"hours_per_week": hours, "leads": 4 * np.sqrt(hours) * rng.random(n) ** 0.5})

        if hull == "partial":
            huge = frontier(world(999, 60_000), hull=hull, draws=2)
            truth = float(huge.loc[huge["effort"] == 2.0, "estimate"].iloc[0])
        else:
            truth = 4 * np.sqrt(2.0)
        covered = 0
        for seed in range(50):
            curve = frontier(world(seed, 200), hull=hull, draws=100, seed=seed)
            row = curve[curve["effort"] <= 2.0].iloc[-1]
            covered += row["low"] - 1e-9 <= truth <= row["high"]
        assert covered / 50 >= least

    def test_efficiency_is_the_part_reached(self):
        data = firms(6)
        data.loc[0, "leads"] = np.nan
        shares = efficiency(data)
        assert np.isnan(shares[0]) and shares.max() == 1.0 and shares.min() >= 0
        row = data.loc[7]
        best = data.loc[data["hours_per_week"] <= row["hours_per_week"], "leads"].max()
        assert shares[7] == pytest.approx(row["leads"] / best)

    def test_attained_is_the_weighted_share_of_efficient_firms(self):
        data = firms(6)
        for hull in ("free_disposal", "partial"):
            row = attained(SurveyDesign(data, weights="w"), hull=hull, part=0.4).iloc[0]
            shares = efficiency(data, hull=hull, weights="w")
            expected = np.average(shares[shares.notna()] >= 0.4, weights=data["w"][shares.notna()])
            assert row["estimate"] == pytest.approx(expected) and row["n"] == shares.notna().sum()

    def test_attained_of_a_domain_has_the_frontier_of_the_domain(self, latest):
        shops = (latest.data["sector"] == "retail").fillna(False).astype(bool)
        rows = latest.data[shops].assign(w=latest.weights[shops])
        shares = efficiency(rows, hull="free_disposal")
        row = attained(latest.subset(shops), hull="free_disposal").iloc[0]
        known = shares.notna()
        assert row["estimate"] == pytest.approx(np.average(shares[known] >= 0.5, weights=rows["w"][known]))

    def test_same_whatever_the_order(self):
        data = firms(3)
        for hull in ("free_disposal", "convex", "partial"):
            moved = data.sample(frac=1, random_state=2)
            pd.testing.assert_frame_equal(
                frontier(data, hull=hull, weights="w", draws=20),
                frontier(moved, hull=hull, weights="w", draws=20),
            )

    @pytest.mark.parametrize(
        ("change", "kind", "message"),
        [
            ({"hull": "convx"}, ParameterError, 'hull="convx" is not a choice.*convex'),
            ({"effort": "hour_per_week"}, ParameterError, "hours_per_week"),
            ({"peers": 0}, ParameterError, "peers=0"),
            ({"data": firms(0).head(5)}, DataError, "5 firms told both"),
            ({"data": firms(0).assign(leads=-1)}, DataError, 'Column "leads" holds -1'),
        ],
    )
    def test_what_cannot_be_is_refused(self, change, kind, message):
        given = {"data": firms(0)} | change
        with pytest.raises(kind, match=message):
            frontier(given.pop("data"), **given)


class TestRegret:
    def test_zones_by_hand(self):
        data = pd.DataFrame(
            {"hours_per_week": [3, 3, 2.5, 0, None, 9], "satisfaction": [3, 4, 3, 5, 1, None]}
        )
        result = with_regret(data)
        assert (
            result["zone"].tolist()[:4] == ["regret", "labour", "lukewarm", "ease"]
            and result["zone"][4:].isna().all()
        )
        assert result["regret"].tolist()[:4] == [1, 0, 0, 0]

    def test_zones_add_up_in_every_group(self, latest):
        result = regret_zones(latest, by="sector")
        assert result.groupby("sector")["estimate"].sum().to_numpy() == pytest.approx(np.ones(7))

    def test_every_cut_is_a_domain(self, latest):
        result = regret(latest, hours=[2, 5]).set_index("hours")
        data = latest.data
        for least in (2.0, 5.0):
            busy = data[(data["hours_per_week"] >= least).fillna(False) & data["satisfaction"].notna()]
            share = np.average(busy["satisfaction"] < 4, weights=busy["weight"])
            assert result.loc[least, "estimate"] == pytest.approx(share) and result.loc[least, "n"] == len(
                busy
            )

    def test_what_goes_with_regret_in_the_sample(self, latest):
        """In the model satisfaction grows with readiness and with enquiries, and platforms as such do nothing."""
        result = regret_drivers(latest).set_index("term")
        assert result.loc["readiness_tens", "high"] < 0 and result.loc["log_leads", "high"] < 0
        assert result.loc["platform_count", "low"] < 0 < result.loc["platform_count", "high"]

    def test_questions_not_asked(self):
        with pytest.raises(DataError, match='no column "satisfaction"'):
            with_regret(pd.DataFrame({"hours_per_week": [1]}))


def test_a_cut_that_no_firm_reaches_has_no_share():
    firms = pd.DataFrame({"w": 1.0, "hours_per_week": [6.0, 6, 4, 1], "satisfaction": [2, 5, 3, 4]})
    result = regret(SurveyDesign(firms, weights="w"), hours=[50, 3])
    assert result["n"].tolist() == [0, 3]
    assert result["estimate"].tolist() == pytest.approx([np.nan, 2 / 3], nan_ok=True)
    assert result["flag"].tolist()[0] == "no firm"
    with pytest.raises(DataError, match="No firm told of 50 hours a week or more"):
        regret(SurveyDesign(firms, weights="w"), hours=[50])


def test_an_amount_below_zero_has_no_cost():
    firms = pd.DataFrame({"w": 1.0, "leads": [2, 8], "spend": [30.0, -20.0], "hours_per_week": [3.0, 3.0]})
    with pytest.raises(DataError, match='Column "spend", row 2, holds -20: amounts of 0 or more'):
        result_costs(SurveyDesign(firms, weights="w"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"leads": ["many"] * 12}, 'Column "leads", row 1, holds "many": it must be a number'),
        ({"w": [-1.0] * 12}, 'Column "w" holds -1: a weight is 0 or more'),
    ],
)
def test_what_is_no_amount_has_no_frontier(change, message):
    firms = pd.DataFrame({"hours_per_week": [1.0, 2, 3, 4] * 3, "leads": [2, 1, 6, 4] * 3, "w": 1.0})
    with pytest.raises(DataError, match=message):
        frontier(firms.assign(**change), weights="w", draws=3)


def test_peers_and_draws_are_whole_numbers():
    firms = pd.DataFrame({"hours_per_week": [1.0, 2, 3, 4] * 3, "leads": [2, 1, 6, 4] * 3})
    for change in ({"peers": 2.5}, {"draws": 2.5}, {"peers": np.nan}):
        with pytest.raises(ParameterError, match="in whole numbers"):
            frontier(firms, **change)


def test_the_standard_error_of_the_smooth_frontier_is_that_of_fresh_samples():
    at = [frontier(firms(seed, 200), hull="partial", peers=5, draws=2) for seed in range(60)]
    middle = [np.interp(3.0, curve["effort"], curve["estimate"]) for curve in at]
    curve = frontier(firms(99, 200), hull="partial", peers=5, draws=200)
    assert np.interp(3.0, curve["effort"], curve["se"]) == pytest.approx(np.std(middle, ddof=1), rel=0.4)
    assert frontier(firms(99, 50), draws=5)["se"].isna().all()


def test_answers_in_words_are_refused_by_row():
    data = pd.DataFrame({"hours_per_week": [6, 1], "satisfaction": ["good", "bad"]})
    with pytest.raises(DataError, match='"satisfaction", row 1, holds "good": it must be a number'):
        with_regret(data)
    with pytest.raises(DataError, match='"hours_per_week", row 2, holds "few": it must be a number'):
        with_hours(data.assign(hours_per_week=["6", "few"]))
