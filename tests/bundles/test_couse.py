"""Co-use backbones and nestedness against exact enumeration, published values and second implementations."""

from __future__ import annotations

import json
from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.bundles import compare_nulls, couse_backbone, disparity, nestedness, platform_bundles
from analysis.bundles.fitness import cell_probabilities
from analysis.bundles.nestedness import nodf, trade
from analysis.catalog import load
from analysis.errors import DataError, ParameterError


@pytest.fixture(scope="module")
def women(shared_data):
    """Give Davis's table: events by women, so that pairs of women are tested."""
    ties = pd.read_csv(shared_data / "networks_classic" / "southern_women_edges.csv")
    return pd.crosstab(ties["source"], ties["target"]).clip(upper=1)


def tables(seed, rows=9, columns=5):
    return np.random.default_rng(seed).random((rows, columns)) < 0.45


class TestChances:
    @settings(max_examples=60)
    @given(st.integers(0, 100_000), st.integers(2, 12), st.integers(2, 9))
    def test_margins_are_kept(self, seed, rows, columns):
        table = tables(seed, rows, columns)
        chances = cell_probabilities(table.sum(axis=1), table.sum(axis=0))
        assert chances.sum(axis=1) == pytest.approx(table.sum(axis=1), abs=1e-7)
        assert chances.sum(axis=0) == pytest.approx(table.sum(axis=0), abs=1e-7)
        assert chances.min() >= 0 and chances.max() <= 1

    def test_odds_multiply(self, women):
        chances = cell_probabilities(women.sum(axis=1).to_numpy(), women.sum(axis=0).to_numpy())
        odds = np.log(chances / (1 - chances))
        rest = odds - odds.mean(axis=0) - odds.mean(axis=1)[:, None] + odds.mean()
        assert np.abs(rest).max() < 1e-7

    def test_certain_cells_of_stairs(self):
        stairs = np.tri(4, dtype=int)
        assert cell_probabilities(stairs.sum(axis=1), stairs.sum(axis=0)).tolist() == stairs.tolist()

    @pytest.mark.parametrize(("rows", "columns"), [([2, 2, 0], [3, 1]), ([4, 1], [2, 2, 1])])
    def test_margins_of_no_table_are_refused(self, rows, columns):
        with pytest.raises(DataError, match="No table has such margins"):
            cell_probabilities(np.array(rows), np.array(columns))

    def test_margins_that_differ_are_refused(self):
        with pytest.raises(DataError, match="Rows hold 3 ones and columns 2"):
            cell_probabilities(np.array([1, 2]), np.array([1, 1]))


class TestBackbone:
    def test_hypergeometric_is_fishers_test(self):
        data = pd.DataFrame(tables(1, 40, 5).astype(int), columns=list("abcde"))
        for row in couse_backbone(data).itertuples():
            cross = pd.crosstab(data[row.source] == 0, data[row.target] == 0)
            assert row.p == pytest.approx(stats.fisher_exact(cross, alternative="greater").pvalue)

    def test_sdsm_by_enumeration_of_all_firms(self):
        data = pd.DataFrame(tables(3, 10, 4).astype(int), columns=list("abcd"))
        chances = cell_probabilities(data.sum(axis=1).to_numpy(), data.sum(axis=0).to_numpy())
        for row in couse_backbone(data, null="sdsm").itertuples():
            q = chances[:, "abcd".index(row.source)] * chances[:, "abcd".index(row.target)]
            worlds = np.array(list(product([0, 1], repeat=10)))
            chance = np.where(worlds == 1, q, 1 - q).prod(axis=1)
            assert row.p == pytest.approx(chance[worlds.sum(axis=1) >= row.co_use].sum(), rel=1e-9)
            assert row.expected == pytest.approx(q.sum())

    def test_one_null_keeps_no_pair_of_women_where_the_other_keeps_many(self, women):
        both = compare_nulls(women)
        assert len(both) == 153 and both["kept_hypergeometric"].sum() == 17 and both["kept_sdsm"].sum() == 0
        assert (both["p_sdsm"] > both["p_hypergeometric"]).mean() > 0.5

    def test_corrected_for_the_number_of_pairs(self, women):
        result = couse_backbone(women.T, correction="bh")
        expected = stats.false_discovery_control(result["p"]) < 0.05
        assert (
            result["kept"].tolist() == expected.tolist()
            and 0 < result["kept"].sum() < (result["p"] < 0.05).sum()
        )

    def test_platforms_used_together_on_purpose_stand_out_under_both(self):
        rng = np.random.default_rng(0)
        data = pd.DataFrame(rng.random((400, 6)) < 0.3, columns=list("abcdef")).astype(int)
        data["b"] = np.where(rng.random(400) < 0.7, data["a"], data["b"])
        both = compare_nulls(data, correction="holm")
        assert both.iloc[0][["source", "target", "kept_by"]].tolist() == ["a", "b", 2]

    def test_chance_alone_keeps_no_more_than_alpha(self):
        kept = []
        for seed in range(25):
            data = pd.DataFrame(
                (np.random.default_rng(seed).random((150, 6)) < 0.35).astype(int), columns=list("abcdef")
            )
            kept.append(compare_nulls(data)[["kept_hypergeometric", "kept_sdsm"]].mean())
        shares = pd.DataFrame(kept).mean()
        assert (shares < 0.06).all() and shares["kept_hypergeometric"] > 0.01

    def test_busy_firms_alone_pass_the_first_null_only(self):
        survey = load("survey").query("wave == 2026")
        both = compare_nulls(survey, correction="bh")
        assert len(both) == 78
        assert both["kept_hypergeometric"].sum() > 30 > 5 > both["kept_sdsm"].sum()

    def test_same_whatever_the_order(self):
        data = pd.DataFrame(tables(4, 30, 5).astype(int), columns=list("abcde"))
        moved = data.sample(frac=1, random_state=0)[list("ecadb")]
        pd.testing.assert_frame_equal(couse_backbone(data, null="sdsm"), couse_backbone(moved, null="sdsm"))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"null": "sdms"}, 'null="sdms" is not a choice.*sdsm'),
            ({"alpha": 0}, "alpha=0"),
            ({"correction": "fdr"}, "correction"),
        ],
    )
    def test_what_cannot_be_is_refused(self, change, message):
        with pytest.raises(ParameterError, match=message):
            couse_backbone(pd.DataFrame({"a": [1, 0], "b": [1, 1]}), **change)
        with pytest.raises(ParameterError, match="name two or more"):
            compare_nulls(pd.DataFrame({"a": [1, 0], "b": [1, 1]}), nulls=["sdsm"])


class TestDisparity:
    def test_weighted_karate(self, shared_reference):
        folder = shared_reference / "networks"
        case = json.loads((folder / "cases.json").read_text())["N_disparity_karate"]
        ties = pd.read_csv(folder / "inputs" / "karate_edges.csv")
        ties.columns = ["source", "target", *ties.columns[2:]]
        result = disparity(ties)
        got = {f"{min(s, t)}|{max(s, t)}": p for s, t, p in result[["source", "target", "p"]].values}
        got = {"|".join(str(int(float(end))) for end in key.split("|")): p for key, p in got.items()}
        assert got == pytest.approx(case["expected"]["p"], rel=1e-8)
        assert ((result["p"] < 0.05).sum(), (result["p"] < 0.2).sum()) == (0, 4)

    def test_published_multiscale_weights(self, shared_data):
        """Neal's ten nodes (R package backbone): two hubs tied to four each, and to one another by 75."""
        matrix = pd.read_csv(shared_data / "method_inputs" / "neal_multiscale_weights.csv").to_numpy()
        ties = pd.DataFrame(
            [(i, j, matrix[i, j]) for i, j in combinations(range(10), 2)],
            columns=["source", "target", "weight"],
        )
        result = disparity(ties).set_index(["source", "target"])
        for (i, j), row in result[result["weight"] > 0].iterrows():
            ends = [(1 - matrix[i, j] / matrix[e].sum()) ** ((matrix[e] > 0).sum() - 1) for e in (i, j)]
            assert row["p"] == pytest.approx(min(ends))
        assert (result.loc[result["weight"] == 0, "p"] == 1).all()

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([("a", "a", 1)], "row 1: 'a' is tied to itself"),
            ([("a", "b", 1), ("b", "a", 2)], "row 2: 'b' and 'a' come twice"),
            ([("a", "b", -1)], 'column "weight", row 1'),
        ],
    )
    def test_ties_that_cannot_be_are_refused(self, rows, message):
        with pytest.raises(DataError, match=message):
            disparity(pd.DataFrame(rows, columns=["source", "target", "weight"]))


class TestNestedness:
    def test_by_hand(self):
        """Rows of 3, 2, 2, 1: row one holds 2/2, 1/2 and 1/1 of the others; row two 1/1, row three 0/1 of the last."""
        cells = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0]], dtype=bool)
        assert nodf(cells)[0] == pytest.approx(100 * (1 + 1 / 2 + 1 + 0 + 1 + 0) / 6)

    @settings(max_examples=40)
    @given(st.integers(0, 100_000), st.integers(2, 14), st.integers(2, 8))
    def test_pair_by_pair(self, seed, rows, columns):
        cells = tables(seed, rows, columns)
        by_rows, by_columns = brute(cells), brute(cells.T)
        weights = [rows * (rows - 1) / 2, columns * (columns - 1) / 2]
        assert nodf(cells) == pytest.approx(
            [by_rows, by_columns, np.average([by_rows, by_columns], weights=weights)]
        )

    def test_wide_tables(self):
        cells = tables(1, 6, 80)
        assert nodf(cells)[0] == pytest.approx(brute(cells))

    def test_draws_reach_every_table_with_the_margins_equally(self):
        """Three firms and three platforms with one each: six tables."""
        rng, current, seen = np.random.default_rng(0), np.eye(3, dtype=bool), []
        for _ in range(1500):
            current = trade(current, rng)
            seen.append(current.tobytes())
        counts = pd.Series(seen).value_counts()
        assert len(counts) == 6 and stats.chisquare(counts).pvalue > 0.001

    def test_null_has_the_mean_of_all_tables(self):
        cells = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0]], dtype=bool)
        worlds = (np.array(world).reshape(4, 4) for world in product([False, True], repeat=16))
        same = [w for w in worlds if (w.sum(0) == cells.sum(0)).all() and (w.sum(1) == cells.sum(1)).all()]
        expected = np.array([[brute(w), brute(w.T)] for w in same])
        result = nestedness(pd.DataFrame(cells.astype(int), columns=list("abcd")), draws=700)
        error = 4 * expected.std(axis=0) / np.sqrt(700) + 1e-9
        assert (np.abs(result["expected"][:2] - expected.mean(axis=0)) < 1.5 * error).all()
        assert result["sd"][:2].to_numpy() == pytest.approx(expected.std(axis=0), rel=0.1)

    def test_women_are_as_nested_as_their_counts(self, women):
        result = nestedness(women.T, draws=200).set_index("part")
        assert result.loc["rows", "estimate"] == pytest.approx(brute(women.T.to_numpy(bool)))
        assert (result["p"] > 0.05).all() and result.loc["all", "n"] == 32

    def test_firms_on_no_platform_do_not_count(self):
        cells = pd.DataFrame(tables(2, 12, 4).astype(int), columns=list("abcd"))
        more = pd.concat([cells, pd.DataFrame(0, index=range(5), columns=list("abcd"))], ignore_index=True)
        pd.testing.assert_frame_equal(nestedness(cells, draws=30), nestedness(more, draws=30))

    def test_same_whatever_the_order(self):
        cells = pd.DataFrame(tables(2, 12, 4).astype(int), columns=list("abcd"))
        moved = cells.sample(frac=1, random_state=0)[list("dbca")]
        pd.testing.assert_frame_equal(nestedness(cells, draws=30), nestedness(moved, draws=30))

    def test_what_cannot_be_is_refused(self):
        with pytest.raises(ParameterError, match="draws=1"):
            nestedness(pd.DataFrame({"a": [1, 0], "b": [1, 1]}), draws=1)
        with pytest.raises(DataError, match="1 firms are on 2 platforms"):
            nestedness(pd.DataFrame({"a": [1, 0], "b": [1, 0]}))


def brute(cells):
    held = []
    for one, other in combinations(cells, 2):
        more, less = (one, other) if one.sum() > other.sum() else (other, one)
        held.append(100 * (more & less).sum() / less.sum() if more.sum() > less.sum() > 0 else 0)
    return np.mean(held)


@pytest.mark.parametrize("kind", [object, "boolean", "float"])
def test_presence_is_read_whatever_the_kind_of_its_columns(kind):
    data = pd.DataFrame({"x": [1, 0, 1, 1, 0], "facebook": [1, 1, 0, 1, 0]})
    result = couse_backbone(data.astype(kind))
    pd.testing.assert_frame_equal(result, couse_backbone(data))
    blank = couse_backbone(data.astype(object).assign(x=[1, 0, None, 1, 0]))
    assert blank["n"].tolist() == [4]


def test_parameters_of_the_wrong_kind_are_named():
    data = pd.DataFrame({"x": [1, 0, 1, 1, 0], "facebook": [1, 1, 0, 1, 0]})
    with pytest.raises(ParameterError, match="alpha=small: give a share between 0 and 1"):
        couse_backbone(data, alpha="small")
    with pytest.raises(ParameterError, match="min_support=some: give a share of firms"):
        platform_bundles(data, min_support="some")
    with pytest.raises(ParameterError, match="seed=-1: give a whole number"):
        nestedness(data, seed=-1)
    with pytest.raises(ParameterError, match="ties is a list: give a DataFrame"):
        disparity([("a", "b", 1)])
