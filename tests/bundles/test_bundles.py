"""Bundles against published values, mlxtend's own rules, counting by hand, and the sampling design."""

from __future__ import annotations

import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import association_rules, fpgrowth
from scipy import stats
from statsmodels.stats.multitest import multipletests

from analysis.bundles import distinct, platform_bundles
from analysis.bundles.itemsets import Bundle, frequent, read_baskets
from analysis.catalog import load
from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign

MEASURES = ["support", "confidence", "lift", "leverage", "conviction", "jaccard", "kulczynski"]


def rule(bundles, antecedent, consequent):
    found = bundles[
        [
            a == set(antecedent) and c == set(consequent)
            for a, c in bundles[["antecedent", "consequent"]].values
        ]
    ]
    assert len(found) == 1
    return found.iloc[0]


def presence(seed, firms=120, platforms=6):
    rng = np.random.default_rng(seed)
    busy = rng.normal(size=(firms, 1))
    table = rng.normal(size=(firms, platforms)) + busy > 0.6
    return pd.DataFrame(table.astype(int), columns=list("abcdef")[:platforms])


class TestAgainstOthers:
    def test_textbook_baskets(self, shared_reference):
        folder = shared_reference / "networks"
        case = json.loads((folder / "cases.json").read_text())["A_tan"]
        bundles = platform_bundles(
            pd.read_csv(folder / "inputs" / "baskets_tan.csv"), min_support=0.4, draws=50
        )
        parts = {"MilkDiapers_Beer": (["Milk", "Diapers"], ["Beer"]), "Diapers_Beer": (["Diapers"], ["Beer"])}
        parts |= {"Beer_Diapers": (["Beer"], ["Diapers"]), "Bread_Milk": (["Bread"], ["Milk"])}
        for name, sides in parts.items():
            result = rule(bundles, *sides)
            for measure, expected in case["expected"][name].items():
                got = result["p" if measure == "fisher_p_greater" else measure]
                assert got == pytest.approx(float(str(expected).replace("Inf", "inf")), rel=1e-8), (
                    name,
                    measure,
                )

    @pytest.mark.parametrize("seed", range(4))
    def test_the_rules_of_mlxtend(self, seed):
        data = presence(seed)
        result = platform_bundles(data, min_support=0.08, min_confidence=0.413, draws=20)
        expected = association_rules(
            fpgrowth(data.astype(bool), 0.08, use_colnames=True), metric="confidence", min_threshold=0.413
        )
        assert len(result) == len(expected) > 10
        for row in expected.to_dict("records"):
            ours = rule(result, row["antecedents"], row["consequents"])
            assert ours[MEASURES].astype(float).to_numpy() == pytest.approx([row[m] for m in MEASURES])
            assert ours["zhang"] == pytest.approx(row["zhangs_metric"])

    def test_fisher_and_both_corrections(self):
        data = presence(7)
        for correction, method in (("bh", "fdr_bh"), ("holm", "holm")):
            bundles = platform_bundles(data, min_support=0.1, correction=correction, draws=20)
            tests = {}
            for a, c in bundles[["antecedent", "consequent"]].values:
                left, right = data[list(a)].all(axis=1), data[list(c)].all(axis=1)
                tests[frozenset([a, c])] = stats.fisher_exact(
                    pd.crosstab(~left, ~right), alternative="greater"
                ).pvalue
            expected = dict(zip(tests, multipletests(list(tests.values()), method=method)[1], strict=True))
            for a, c, p, adjusted in bundles[["antecedent", "consequent", "p", "p_adjusted"]].values:
                assert p == pytest.approx(tests[frozenset([a, c])])
                assert adjusted == pytest.approx(expected[frozenset([a, c])])


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.floats(0.02, 0.6))
def test_weighted_item_sets_by_brute_force(seed, least):
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.random((25, 5)) < 0.5, columns=list("abcde"))
    weights = rng.exponential(size=25) + 0.01
    result = frequent(read_baskets(data.astype(int), weights), least)
    shares = {}
    for size in range(1, 6):
        for items in combinations("abcde", size):
            shares[items] = weights[data[list(items)].all(axis=1)].sum() / weights.sum()
    expected = {frozenset(items) for items, share in shares.items() if share >= least}
    assert set(result) == expected


class TestIntervals:
    def test_bootstrap_agrees_with_the_design_of_a_simple_sample(self):
        data = presence(3, firms=400)
        drawn = platform_bundles(data, min_support=0.15, draws=2000)
        design = SurveyDesign(
            data.assign(w=1.0).rename(columns=lambda c: c if c == "w" else f"platforms__{c}"), weights="w"
        )
        expected = platform_bundles(design, min_support=0.15)
        both = drawn.merge(expected, on=["antecedent", "consequent"], suffixes=("", "_design"))
        assert len(both) == len(drawn) > 5
        assert np.log(both["low"]).to_numpy() == pytest.approx(
            np.log(both["low_design"]).to_numpy(), abs=0.05
        )
        assert np.log(both["high"]).to_numpy() == pytest.approx(
            np.log(both["high_design"]).to_numpy(), abs=0.05
        )

    def test_linearised_interval_agrees_with_survey_bootstrap(self):
        survey = load("survey").query("wave == 2026")
        design = SurveyDesign(
            survey, weights="weight", strata="stratum", clusters="town", fpc="towns_in_stratum"
        )
        result = rule(platform_bundles(design, min_support=0.2), ["facebook"], ["instagram"])
        again = design.replicate("bootstrap", draws=400)
        weights = again._replicates.weights
        a, c = (survey[f"platforms__{p}"].to_numpy(dtype=float) for p in ("facebook", "instagram"))
        logs = np.log((weights.T @ (a * c)) * weights.sum(axis=0) / ((weights.T @ a) * (weights.T @ c)))
        assert np.log(result["high"] / result["low"]) / 2 / 1.96 == pytest.approx(logs.std(), rel=0.15)

    def test_an_interval_covers_the_true_lift(self):
        covered = 0
        for seed in range(60):
            rng = np.random.default_rng(seed)
            a = rng.random(200) < 0.4
            c = rng.random(200) < np.where(a, 0.6, 0.3)
            bundles = platform_bundles(
                pd.DataFrame({"a": a, "c": c}).astype(int), min_support=0.05, draws=200, seed=seed
            )
            result = rule(bundles, ["a"], ["c"])
            covered += result["low"] <= 0.24 / (0.4 * 0.42) <= result["high"]
        assert 51 <= covered <= 60

    def test_same_whatever_the_order_of_rows_and_columns(self):
        data = presence(5)
        moved = data.sample(frac=1, random_state=1)[["f", "b", "a", "e", "d", "c"]]
        pd.testing.assert_frame_equal(
            platform_bundles(data, min_support=0.1, draws=50),
            platform_bundles(moved, min_support=0.1, draws=50),
        )

    def test_equal_weights_change_nothing_but_what_they_weigh(self):
        data = presence(6)
        result = platform_bundles(data, min_support=0.1, weights=[3.5] * len(data), draws=50)
        pd.testing.assert_frame_equal(result, platform_bundles(data, min_support=0.1, draws=50))


class TestAnswers:
    def test_missing_answers_set_firms_aside(self):
        data = presence(8).astype("Int64")
        holes = data.copy()
        holes.loc[:9, "a"] = pd.NA
        result = platform_bundles(holes, min_support=0.1, draws=20)
        pd.testing.assert_frame_equal(result, platform_bundles(data.loc[10:], min_support=0.1, draws=20))
        assert set(result["n"]) == {110}

    def test_few_firms_are_flagged(self):
        bundles = platform_bundles(presence(2, firms=300), min_support=0.05, draws=20)
        assert ((bundles["count"] < 30) == (bundles["flag"] == "n<30")).all()
        assert set(bundles["flag"]) == {"", "n<30"}

    def test_no_bundle_gives_an_empty_table_with_its_columns(self):
        data = pd.DataFrame({"a": [1, 0], "b": [0, 1]})
        result = platform_bundles(data, min_support=0.9)
        assert result.empty and "p_adjusted" in result

    def test_redundant_bundles_are_pruned(self):
        data = presence(4, firms=600)
        bundles = platform_bundles(data, min_support=0.05, draws=20)
        kept = distinct(bundles, improvement=0.05)
        for row in kept.itertuples():
            own = data[list(row.consequent)].all(axis=1)
            parts = [p for size in range(1, len(row.antecedent)) for p in combinations(row.antecedent, size)]
            best = max([own.mean(), *(own[data[list(p)].all(axis=1)].mean() for p in parts)])
            assert row.confidence - best == pytest.approx(row.improvement) and row.improvement > 0.05
        assert 0 < len(kept) < len(bundles) / 2

    def test_a_bundle_lists_its_platforms_in_order(self):
        assert list(Bundle(["x", "facebook", "tiktok"])) == ["facebook", "tiktok", "x"]
        assert Bundle(["x", "facebook"]) == frozenset(["facebook", "x"])


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"min_support": 0}, ParameterError, "min_support=0: give a share of firms above 0"),
        ({"min_confidence": 2}, ParameterError, "min_confidence=2: give a share from 0 to 1"),
        ({"correction": "hol"}, ParameterError, 'correction="hol" is not a choice.*holm'),
        ({"draws": 1}, ParameterError, "draws=1"),
        ({"weights": "z"}, ParameterError, 'weights="z": the table has no such column'),
        ({"weights": [1.0]}, ParameterError, "weights: 1 for 3 firms"),
        ({"weights": [1.0, 0.0, 1.0]}, DataError, "weights, row 2"),
        ({"presence": pd.DataFrame({"a": [1, 2], "b": [0, 1]})}, DataError, 'column "a": it holds 2'),
        ({"presence": pd.DataFrame({"a": [1, 0]})}, DataError, "presence has 1 platform"),
        (
            {"presence": pd.DataFrame({"a": [None, 1], "b": [1, None]})},
            DataError,
            "no firm answered for every platform",
        ),
        ({"presence": [[0, 1]]}, ParameterError, "presence is a list"),
    ],
)
def test_what_cannot_be_is_refused(change, kind, message):
    given = {"presence": pd.DataFrame({"a": [1, 0, 1], "b": [1, 1, 0]})} | change
    with pytest.raises(kind, match=message):
        platform_bundles(given.pop("presence"), **given)


@pytest.mark.parametrize(
    ("presence", "message"),
    [
        (
            {"a": [None, None], "b": [1, 0]},
            "no firm answered for every platform.*Nobody answered for a: leave",
        ),
        ({"a": [], "b": []}, "no firm answered for every platform, so nothing can be compared.$"),
        ({"a": pd.Categorical([1, 0]), "b": [1, 0]}, "it holds cells of the kind category, not numbers"),
        ({"a": ["1", "0"], "b": [1, 0]}, "it holds '1', and only 0, 1 and missing"),
    ],
)
def test_what_is_wrong_with_presence_is_said(presence, message):
    with pytest.raises(DataError, match=message):
        platform_bundles(pd.DataFrame(presence))
