"""Replicate weights reproduce variances known in closed form, and are refused where they do not fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.inference import Stage
from analysis.survey.sampling.resampling import hadamard, half_samples, rescaled_bootstrap

SVY = {"weights": "w", "strata": "h", "clusters": "u"}


def drawn(seed, per_stratum=(3, 4, 2), finite=True):
    """Draw clusters within strata, with the number of clusters that exist."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "h": h,
            "u": f"{h}{i}",
            "N": 3 * n if finite else np.inf,
            "y": rng.normal(10, 3),
            "x": rng.uniform(1, 4),
        }
        for h, n in enumerate(per_stratum)
        for i in range(n)
        for _ in range(rng.integers(2, 6))
    ]
    data = pd.DataFrame(rows).assign(g=lambda d: np.arange(len(d)) % 2)
    return data.assign(w=rng.uniform(3, 9, len(data)).round(2))


@pytest.fixture
def data():
    return drawn(1)


@pytest.fixture
def design(data):
    return SurveyDesign(data, **SVY, fpc="N")


def test_jackknife_of_a_total_is_its_linearised_variance(design):
    """A total is linear in the units' totals, so leaving each out gives the textbook variance exactly."""
    for ask in (lambda d: d.total("y"), lambda d: d.total("y", by="g")):
        assert ask(design.replicate("JKn"))["se"].tolist() == pytest.approx(
            ask(design)["se"].tolist(), rel=1e-12
        )


def test_jackknife_without_strata_by_hand(data):
    design = SurveyDesign(data, weights="w", clusters="u").replicate("JK1")
    units = data["u"].unique()
    means = [np.average(part["y"], weights=part["w"]) for u in units for part in [data[data["u"] != u]]]
    variance = (len(units) - 1) / len(units) * ((means - np.mean(means)) ** 2).sum()
    row = design.mean("y").iloc[0]
    assert row["se"] ** 2 == pytest.approx(variance)
    assert (row["df"], design.degf) == (len(units) - 1, len(units) - 1)


def test_scatter_around_the_estimate_is_larger(design):
    around = design.replicate("JKn", mse=True).ratio("y", "x")["se"].item()
    assert around > design.replicate("JKn").ratio("y", "x")["se"].item()


@pytest.mark.parametrize(("method", "options"), [("BRR", {}), ("Fay", {"rho": 0.5})])
def test_half_samples_of_pairs_are_exact_for_totals(method, options):
    data = drawn(2, per_stratum=(2, 2, 2, 2, 2), finite=False).drop(columns="N")
    design = SurveyDesign(data, **SVY)
    replicated = design.replicate(method, **options)
    assert replicated.total("y")["se"].item() == pytest.approx(design.total("y")["se"].item(), rel=1e-12)
    assert replicated.mean("y")["se"].item() == pytest.approx(design.mean("y")["se"].item(), rel=0.1)
    assert replicated.degf == 5


@pytest.mark.parametrize("least", [1, 2, 3, 5, 13, 21, 29, 61, 100])
def test_rows_of_plus_and_minus_one_are_orthogonal(least):
    square = hadamard(least)
    order = len(square)
    assert least <= order < 2 * least + 4
    assert set(np.unique(square)) <= {-1, 1}
    assert (square @ square.T == order * np.eye(order)).all()
    assert (square[0] == 1).all()


def test_units_of_a_large_stratum_are_paired_in_order():
    factors = half_samples(Stage(np.zeros(4, int), np.arange(4)))
    assert (factors[0] + factors[1] == 2).all() and (factors[2] + factors[3] == 2).all()
    assert not (factors[0] == factors[2]).all()


def test_bootstrap_is_right_on_average():
    """The variance of a total over 3 000 draws is the textbook one, finite population included, within 8 %."""
    data = drawn(3, per_stratum=(4, 6, 5))
    for kept in ({"fpc": "N"}, {}):
        design = SurveyDesign(data, **SVY, **kept)
        se = design.replicate("bootstrap", draws=3000, seed=11).total("y")["se"].item()
        assert se == pytest.approx(design.total("y")["se"].item(), rel=0.04)


def test_bootstrap_keeps_the_weight_of_each_stratum():
    strata, units = np.repeat([0, 1], [3, 5]), np.arange(8)
    factors = rescaled_bootstrap(Stage(strata, units), 50, np.random.default_rng(1))
    assert factors[:3].sum(axis=0) == pytest.approx(np.full(50, 3))
    assert factors[3:].sum(axis=0) == pytest.approx(np.full(50, 5))


def test_seed_gives_the_same_draws_whatever_the_order_of_rows(data):
    one = SurveyDesign(data, **SVY, fpc="N").replicate("bootstrap", draws=30, seed=5).mean("y")
    shuffled = data.sample(frac=1, random_state=2)
    two = SurveyDesign(shuffled, **SVY, fpc="N").replicate("bootstrap", draws=30, seed=5).mean("y")
    assert two["se"].item() == pytest.approx(one["se"].item(), rel=1e-10)
    other = SurveyDesign(data, **SVY, fpc="N").replicate("bootstrap", draws=30, seed=6).mean("y")
    assert other["se"].item() != pytest.approx(one["se"].item(), rel=1e-4)


def test_given_replicates_are_those_made(design, data):
    made = design.replicate("JKn")
    columns = [f"r{i}" for i in range(9)]
    wide = data.join(pd.DataFrame(made._replicates.weights, columns=columns))
    given = SurveyDesign(
        wide,
        weights="w",
        replicates=columns,
        replicate_method="JKn",
        rscales=made._replicates.rscales.tolist(),
    )
    for ask in (lambda d: d.mean("y", by="g"), lambda d: d.ratio("y", "x"), lambda d: d.quantile("y")):
        pd.testing.assert_frame_equal(ask(given), ask(made))
    assert "9 JKn replicates" in repr(given)


def test_design_is_kept_in_a_domain(design):
    made = design.replicate("JKn")
    grouped = made.mean("y", by="g").set_index("g").loc[1]
    alone = made.subset(made.data["g"] == 1).mean("y").iloc[0]
    pd.testing.assert_series_equal(grouped, alone, check_names=False)


def test_estimates_stay_and_weights_are_the_design_s(design):
    made = design.replicate("bootstrap", draws=20)
    assert made.mean("y")["estimate"].item() == design.mean("y")["estimate"].item()
    assert made.weights.equals(design.weights)


@pytest.mark.parametrize(("rule", "strata"), [("certainty", 2), ("remove", 2), ("average", 3), ("adjust", 3)])
def test_lonely_stratum_in_a_jackknife(rule, strata):
    """As in R: nothing, the others' average, or the stratum left out and the others weighing more."""
    data = drawn(4, per_stratum=(3, 4, 1)).assign(N=20)
    design = SurveyDesign(data, **SVY, fpc="N", single_psu=rule)
    made = design.replicate("JKn")
    plain = SurveyDesign(data[data["h"] < 2], **SVY, fpc="N").replicate("JKn").total("y")["se"].item()
    se = made.total("y")["se"].item()
    if rule == "average":
        assert se == pytest.approx(plain * np.sqrt(8 / 7))
    elif rule == "adjust":
        assert se > plain
    else:
        assert se == pytest.approx(plain)
    assert made._replicates.weights.shape[1] == 8 if rule == "adjust" else 7


def test_domain_without_weight_in_a_replicate_leaves_it_out(data):
    only = data.assign(z=(data["u"] == "00").astype(int))
    made = SurveyDesign(only, **SVY, fpc="N").replicate("JKn")
    row = made.subset(made.data["z"] == 1).mean("y").iloc[0]
    assert row["se"] == pytest.approx(0)
    assert row["flag"].endswith("df=0")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda d: d.replicate("JK1"), 'for designs without strata: take "JKn"'),
        (
            lambda d: d.replicate("bootstap"),
            r'replicate\("bootstap"\) is not a choice. Did you mean "bootstrap"',
        ),
        (lambda d: d.replicate("JKn").replicate("JKn"), "has replicate weights already"),
        (lambda d: d.replicate("Fay"), r'replicate\("Fay", rho=None\)'),
        (lambda d: d.replicate("BRR", rho=0.3), r'replicate\("BRR", rho=0.3\)'),
        (lambda d: d.replicate("bootstrap", draws=1), "draws=1: give a whole number"),
    ],
)
def test_methods_that_do_not_fit_are_refused(design, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(design)


def test_strata_that_do_not_pair_are_refused(design):
    with pytest.raises(DataError, match=r"1 of 3 strata have an odd number of units \(the first has 3\)"):
        design.replicate("BRR")


def test_rule_without_counterpart_is_refused():
    design = SurveyDesign(drawn(4, per_stratum=(2, 1)).assign(N=20), **SVY, fpc="N", single_psu="adjust")
    with pytest.raises(ParameterError, match='no counterpart of single_psu="adjust"'):
        design.replicate("bootstrap")


GIVEN = {"weights": "w", "replicates": ["r0", "r1"]}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, ParameterError, "needs replicate_method="),
        ({"replicate_method": "bootstap"}, ParameterError, 'Did you mean "bootstrap"'),
        ({"replicate_method": "JKn"}, ParameterError, "needs rscales="),
        ({"replicate_method": "JKn", "rscales": [1, 1, 1]}, ParameterError, "3 values for 2 replicates"),
        ({"replicate_method": "Fay"}, ParameterError, "needs rho="),
        ({"replicate_method": "Fay", "rho": 1}, ParameterError, "rho=1 is not Fay's coefficient"),
        ({"replicate_method": "BRR", "rho": 0.3}, ParameterError, "takes no rho="),
        ({"replicate_method": "BRR", "scale": 2}, ParameterError, "takes no scale="),
        ({"replicate_method": "JK1", "scale": -1}, ParameterError, "scale=-1 is no factor"),
        ({"replicate_method": "JK1", "strata": "h"}, ParameterError, "not both"),
        (
            {"replicate_method": "JK1", "replicates": ["r0"]},
            ParameterError,
            "two columns of replicate weights",
        ),
        ({"replicate_method": "JK1", "replicates": ["r0", "q1"]}, ParameterError, 'no column "q1"'),
        (
            {"replicate_method": "JK1", "replicates": None},
            ParameterError,
            "replicate_method= is about replicate",
        ),
        ({"replicate_method": "JK1", "replicates": ["r0", "bad"]}, DataError, r'"bad" .* is -1.0 on row 2'),
        (
            {"replicate_method": "JK1", "replicates": ["f0", "f1"]},
            DataError,
            "look like factors of the weight",
        ),
    ],
)
def test_given_replicates_that_cannot_be_are_refused(options, error, message):
    data = pd.DataFrame({"h": [1, 1], "w": [9.0, 9.0], "r0": [0.0, 18.0], "r1": [18.0, 0.0]})
    data = data.assign(bad=[1.0, -1.0], f0=[0.0, 2.0], f1=[2.0, 0.0])
    with pytest.raises(error, match=message):
        SurveyDesign(data, **{**GIVEN, **options})


def test_logit_interval_has_the_scatter_of_log_odds(data):
    """By hand: the share without each unit in turn, its log odds, their scatter, and Student's t."""
    answers = data.assign(yes=(data["y"] > 10).astype(int))
    row = SurveyDesign(answers, weights="w", clusters="u").replicate("JK1").proportion("yes").iloc[0]
    units = answers["u"].unique()
    left = [answers[answers["u"] != unit] for unit in units]
    shares = np.array([np.average(part["yes"], weights=part["w"]) for part in left])
    odds = np.log(shares / (1 - shares))
    half = stats.t.ppf(0.975, len(units) - 1) * np.sqrt(
        (len(units) - 1) / len(units) * ((odds - odds.mean()) ** 2).sum()
    )
    centre = np.log(row["estimate"] / (1 - row["estimate"]))
    expected = [1 / (1 + np.exp(-centre - side * half)) for side in (-1, 1)]
    assert [row["low"], row["high"]] == pytest.approx(expected, rel=1e-9)
    assert row["df"] == len(units) - 1


def test_logit_interval_where_a_replicate_leaves_a_share_of_nought(data):
    """Without the only unit that says yes the log odds are endless: the interval is then the linearised one."""
    answers = data.assign(yes=(data["u"] == data["u"].iloc[0]).astype(int))
    design = SurveyDesign(answers, weights="w", clusters="u").replicate("JK1")
    logit, delta = (design.proportion("yes", interval=name).iloc[0] for name in ("logit", "xlogit"))
    assert [logit["low"], logit["high"]] == [delta["low"], delta["high"]]
    assert 0 < logit["low"] < logit["estimate"] < logit["high"] < 1
