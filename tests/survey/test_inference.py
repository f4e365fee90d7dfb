"""Covariances equal the textbook formula written a second way, whatever the rows' order."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.survey import SurveyDesign, inference
from analysis.survey.inference import Score, Stage


def textbook(z, strata, units, population=None, lonely="certainty"):
    """Variance of a total of influence values: within-stratum spread of unit totals (one stage)."""
    table = pd.DataFrame({"z": z, "h": strata, "u": units})
    table["N"] = np.inf if population is None else population
    totals = table.groupby(["h", "u"]).agg(z=("z", "sum"), N=("N", "first")).reset_index()
    grand, parts, averaged = totals["z"].mean(), [], []
    for _, stratum in totals.groupby("h"):
        n, finite = len(stratum), stratum["N"].iloc[0]
        unseen = 1 - n / finite
        if n > 1 or unseen <= 0:
            parts.append(unseen * n / max(n - 1, 1) * ((stratum["z"] - stratum["z"].mean()) ** 2).sum())
        elif lonely == "adjust":
            parts.append(unseen * (stratum["z"].iloc[0] - grand) ** 2)
        elif lonely == "average":
            averaged.append(stratum)
    return sum(parts) * (len(parts) + len(averaged)) / len(parts)


def drawn(seed, lonely=False, finite=False):
    """Draw a small stratified sample of clusters."""
    rng = np.random.default_rng(seed)
    units = {h: 1 if lonely and h == 0 else int(rng.integers(2, 5)) for h in range(4)}
    rows = [
        {
            "h": h,
            "u": f"{h}-{u}",
            "N": n + 3 * h if finite else np.inf,
            "w": rng.uniform(1, 9),
            "y": rng.normal(5, 2),
        }
        for h, n in units.items()
        for u in range(n)
        for _ in range(int(rng.integers(1, 5)))
    ]
    data = pd.DataFrame(rows).round(3)
    return data.assign(g=rng.integers(0, 2, len(data)))


def design_of(data, **options):
    fpc = "N" if np.isfinite(data["N"]).all() else None
    return SurveyDesign(data, weights="w", strata="h", clusters="u", fpc=fpc, **options)


def mean_influence(data):
    mean = np.average(data["y"], weights=data["w"])
    return data["w"] * (data["y"] - mean) / data["w"].sum()


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.booleans())
def test_mean_and_total_have_the_textbook_variance(seed, finite):
    data = drawn(seed, finite=finite)
    design = design_of(data)
    expected = textbook(mean_influence(data), data["h"], data["u"], data["N"])
    assert design.mean("y")["se"].item() ** 2 == pytest.approx(expected, rel=1e-9)
    expected = textbook(data["w"] * data["y"], data["h"], data["u"], data["N"])
    assert design.total("y")["se"].item() ** 2 == pytest.approx(expected, rel=1e-9)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_domain_total_is_the_total_of_a_variable_that_is_zero_elsewhere(seed):
    data = drawn(seed, finite=True)
    if data["g"].nunique() < 2:
        return
    design = design_of(data)
    inside = data["y"] * (data["g"] == 1)
    expected = design.transform(lambda d: d.assign(inside=inside)).total("inside")
    row = design.subset(data["g"] == 1).total("y")
    assert row["estimate"].item() == pytest.approx(expected["estimate"].item(), rel=1e-12)
    assert row["se"].item() == pytest.approx(expected["se"].item(), rel=1e-9)


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_order_of_rows_changes_no_bit(seed):
    data = drawn(seed, finite=True)
    shuffled = data.sample(frac=1, random_state=seed % 100)
    one, two = design_of(data), design_of(shuffled)
    pd.testing.assert_frame_equal(one.mean("y", by="g"), two.mean("y", by="g"), check_exact=True)
    pd.testing.assert_frame_equal(one.proportion("h"), two.proportion("h"), check_exact=True)


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_scale_of_weights_does_not_move_a_mean(seed, factor):
    data = drawn(seed)
    one = design_of(data).mean("y")
    two = design_of(data.assign(w=data["w"] * factor)).mean("y")
    for column in ("estimate", "se", "low", "high"):
        assert two[column].item() == pytest.approx(one[column].item(), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("finite", [False, True])
@pytest.mark.parametrize("rule", ["adjust", "certainty", "remove", "average"])
def test_lonely_unit_rules(seed, finite, rule):
    data = drawn(seed, lonely=True, finite=finite).assign(
        N=lambda d: d["N"].where(d["h"] > 0, 8) if finite else d["N"]
    )
    design = design_of(data, single_psu=rule)
    for row, z in [(design.mean("y"), mean_influence(data)), (design.total("y"), data["w"] * data["y"])]:
        expected = textbook(z, data["h"], data["u"], data["N"], lonely=rule)
        assert row["se"].item() ** 2 == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("rule", ["error", "adjust", "average", "certainty"])
def test_unit_that_is_its_whole_stratum_is_not_lonely(rule):
    data = drawn(3, lonely=True, finite=True).assign(N=lambda d: d["N"].where(d["h"] > 0, 1))
    expected = textbook(mean_influence(data), data["h"], data["u"], data["N"])
    assert design_of(data, single_psu=rule).mean("y")["se"].item() ** 2 == pytest.approx(expected, rel=1e-9)


def test_unit_alone_only_within_a_domain_is_not_lonely():
    data = drawn(1).assign(g=lambda d: (d.groupby("h")["u"].transform("first") == d["u"]).astype(int))
    design = design_of(data)
    row = design.subset(data["g"] == 1).mean("y")
    assert row["se"].item() > 0
    assert (row["df"].item(), row["flag"].item()) == (0, "n<30; df=0")
    assert np.isnan(row["low"].item())


def test_two_stages_add_the_spread_within_units():
    """The two-stage formula, written out for 3 of 10 towns and a few of each town's firms."""
    rng = np.random.default_rng(5)
    sizes, drawn_firms = {"a": 6, "b": 9, "c": 4}, {"a": 3, "b": 4, "c": 4}
    data = pd.DataFrame(
        [
            {
                "town": t,
                "firm": f"{t}{i}",
                "T": 10,
                "F": sizes[t],
                "w": 10 / 3 * sizes[t] / n,
                "y": rng.normal(8, 3),
            }
            for t, n in drawn_firms.items()
            for i in range(n)
        ]
    )
    row = SurveyDesign(data, weights="w", clusters=["town", "firm"], fpc=["T", "F"]).total("y")
    town = data.groupby("town").agg(mean=("y", "mean"), var=("y", "var"), n=("y", "size"), F=("F", "first"))
    between = 10**2 * (1 - 3 / 10) / 3 * (town["F"] * town["mean"]).var()
    within = 10 / 3 * (town["F"] ** 2 * (1 - town["n"] / town["F"]) / town["n"] * town["var"]).sum()
    assert row["se"].item() ** 2 == pytest.approx(between + within, rel=1e-9)
    unweighted = SurveyDesign(data, clusters=["town", "firm"], fpc=["T", "F"]).total("y")
    assert unweighted["estimate"].item() == pytest.approx(row["estimate"].item(), rel=1e-12)


def test_lonely_unit_of_a_later_stage_is_its_own_mean():
    """R 4.4 measures it from the mean within the town, which is itself: it adds nothing, as certainty does."""
    data = pd.DataFrame({"t": list("aabbcd"), "T": 9, "F": [5, 5, 6, 6, 4, 7], "y": [1.0, 4, 2, 7, 3, 9]})
    data = data.assign(f=range(6))
    options = {"clusters": ["t", "f"], "fpc": ["T", "F"]}
    adjusted = SurveyDesign(data, **options, single_psu="adjust").total("y")
    totals = pd.Series({"a": 12.5, "b": 27.0, "c": 12.0, "d": 63.0})
    between = 81 * (1 - 4 / 9) / 4 * totals.var()
    within = 9 / 4 * (25 * (1 - 2 / 5) / 2 * 4.5 + 36 * (1 - 2 / 6) / 2 * 12.5)
    assert adjusted["se"].item() ** 2 == pytest.approx(between + within, rel=1e-9)


def test_three_stages_reduce_to_two_when_the_last_draws_everything():
    rng = np.random.default_rng(2)
    data = pd.DataFrame(
        [
            {"a": a, "b": f"{a}{b}", "c": f"{a}{b}{c}", "A": 9, "B": 5, "C": 2, "w": 2.0, "y": rng.normal()}
            for a in range(4)
            for b in range(3)
            for c in range(2)
        ]
    )
    two = SurveyDesign(data, weights="w", clusters=["a", "b"], fpc=["A", "B"]).mean("y")
    three = SurveyDesign(data, weights="w", clusters=["a", "b", "c"], fpc=["A", "B", "C"]).mean("y")
    assert three["se"].item() == pytest.approx(two["se"].item(), rel=1e-12)


def test_covariance_of_two_domains_that_share_units():
    data = drawn(8)
    stage = Stage(data["h"].to_numpy(), pd.factorize(data["u"])[0])
    weights = data["w"].to_numpy()
    parts = [np.flatnonzero(data["g"] == g) for g in (0, 1)]
    scores = [inference.total_score(rows, data["y"].to_numpy()[rows], weights)[1] for rows in parts]
    matrix = inference.covariance(scores, [stage])
    both = textbook(data["w"] * data["y"], data["h"], data["u"])
    assert matrix.sum() == pytest.approx(both, rel=1e-9)
    assert matrix == pytest.approx(matrix.T)


def test_score_outside_its_domain_is_nothing():
    stage = Stage(np.zeros(3, int), np.arange(3))
    matrix = inference.covariance([Score(np.array([0]), np.array([3.0]))], [stage])
    assert matrix.item() == pytest.approx(textbook([3.0, 0, 0], [0, 0, 0], [0, 1, 2]))


PROGRAM = """
import hashlib, numpy as np, pandas as pd
from analysis.survey import SurveyDesign
rng = np.random.default_rng(3)
data = pd.DataFrame({
    "h": np.repeat([1, 2], 24), "u": np.repeat(list("abcdefgh"), 6), "g": list("xyz") * 16,
    "w": rng.uniform(1, 5, 48), "y": rng.normal(size=48), "p": rng.integers(0, 2, 48),
})
design = SurveyDesign(data, weights="w", strata="h", clusters="u")
tables = [
    table
    for d in (design, design.replicate("JKn"), design.replicate("bootstrap", draws=20))
    for table in (
        d.mean("y", by="g"), d.quantile("y", by="g"), d.compare("y", by="g"), d.cross_table("g", "p"),
        pd.DataFrame([d.independence("g", "p"), d.ranks("y", by="g"), d.goodness_of_fit("p", {0: 1, 1: 1})]),
    )
]
digest = hashlib.sha256("".join(table.to_csv() for table in tables).encode()).hexdigest()
print(digest)
"""


def elsewhere(**environment):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    ).stdout.strip()


@pytest.fixture(scope="module")
def digest():
    here = {}
    exec(PROGRAM, here)
    assert len(here["digest"]) == 64
    return here["digest"]


def test_hash_seed_changes_no_bit(digest):
    assert elsewhere(PYTHONHASHSEED="7", TZ="Pacific/Apia", LC_ALL="tr_TR.UTF-8") == digest


def test_number_of_threads_changes_no_bit(digest):
    one = dict.fromkeys(
        ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1"
    )
    assert elsewhere(**one) == digest


@pytest.mark.parametrize("seed", range(3))
def test_order_of_rows_changes_nothing(seed):
    data = drawn(seed).assign(k=lambda d: np.arange(len(d)) % 3)
    shuffled = data.sample(frac=1, random_state=seed)
    one, two = design_of(data), design_of(shuffled)
    for ask in (
        lambda d: d.mean("y", by="k"),
        lambda d: d.total("y"),
        lambda d: d.ratio("y", "w", by="k"),
        lambda d: d.proportion("k", interval="likelihood"),
        lambda d: d.quantile("y", by="k"),
        lambda d: d.compare("y", by="k"),
        lambda d: d.cross_table("k", "g", of="rows"),
        lambda d: d.replicate("JKn").mean("y", by="k"),
        lambda d: pd.DataFrame([d.independence("k", "g"), d.ranks("y", by="k")]).drop(columns="method"),
    ):
        pd.testing.assert_frame_equal(ask(one), ask(two), rtol=1e-10, atol=1e-12)


def test_variances_made_in_parts_are_the_same(monkeypatch):
    data = drawn(4, finite=True)
    raked = design_of(data).poststratify({"g": {0: 60.0, 1: 80.0}})
    whole = raked.proportion("h", by="g")
    monkeypatch.setattr("analysis.survey.estimation.drawn.AT_ONCE", len(data))
    pd.testing.assert_frame_equal(raked.proportion("h", by="g"), whole, rtol=1e-13)


@pytest.mark.parametrize("finite", [True, False])
def test_kernel_asked_at_once_gives_the_bits_of_svy(finite):
    rng = np.random.default_rng(3)
    sizes = rng.integers(2, 9, 30)
    strata, units = np.repeat(np.arange(30), sizes), np.arange(sizes.sum())
    rows = rng.permutation(np.repeat(units, rng.integers(1, 4, len(units))))
    population = (sizes + rng.integers(0, 50, 30)).astype(float)[strata[rows]] if finite else None
    stage = Stage(strata[rows], rows, population)
    domains = [np.sort(rng.choice(len(rows), size, replace=False)) for size in (3, 40, len(rows))]
    scores = [Score(domain, rng.normal(size=len(domain))) for domain in domains]
    scale = np.sqrt(rng.uniform(0.1, 1, len(rows)))
    table = inference._unit_table(scores, stage, scale)
    sample = inference._svy_sample(table, "population" if finite else None, "skip")
    answer = sample.estimation.total("score", by="estimate")
    keys = answer.keys()
    order = [[int(key) for key in keys].index(number) for number in range(3)]
    expected = np.asarray(answer.covariance)[np.ix_(order, order)]
    np.testing.assert_array_equal(inference._stage_covariance(scores, stage, scale, "error"), expected)
