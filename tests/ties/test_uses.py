from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests

from analysis.catalog import load
from analysis.errors import DataError, ParameterError
from analysis.ties import (
    between_asked,
    ledger,
    request_model,
    request_outcomes,
    requests,
    stakeholders,
    weak_advantage,
)
from analysis.ties.uses import ENDS


def simulated(rng, egos=250, gap=None, spread=0.0):
    """Draw requests whose success differs between weak and strong ties by `gap`, egos differing by `spread`."""
    gap = gap or {"job": 0.2, "prospecting": 0.0, "reputation": 0.0, "creation": 0.0}
    luck = np.repeat(rng.normal(0, spread, egos), 6)
    n = len(luck)
    purpose, weak = rng.choice(ENDS, n), rng.random(n) < 0.5
    chance = np.clip(0.4 + weak * pd.Series(purpose).map(gap).to_numpy() + luck, 0, 1)
    return pd.DataFrame(
        {
            "ego": np.repeat(np.arange(egos), 6),
            "alter": [f"c{i}" for i in range(n)],
            "purpose": purpose,
            "asked": 1,
            "closeness": np.where(weak, 2, 5),
            "helped": (rng.random(n) < chance).astype(int),
            "unease": np.clip(np.round(3 - weak + rng.normal(0, 1, n)), 1, 5),
        }
    )


def test_a_tie_on_two_channels_is_one_request():
    data = pd.DataFrame(
        {
            "ego": ["a", "a", "a", "a"],
            "alter": ["b", "b", "c", "d"],
            "channel": ["offline", "facebook", "offline", "offline"],
            "purpose": ["job", "job", "job", "company"],
            "asked": [1, 1, 0, 1],
            "closeness": [2, 5, 1, 1],
            "helped": [1, 1, None, 0],
            "unease": [2, 2, None, 1],
        }
    )
    result = requests(data)
    assert result[["alter", "strength"]].to_numpy().tolist() == [["b", "strong"]]
    assert requests(data, purposes=None)["alter"].tolist() == ["b", "d"]


def test_outcomes_are_shares_with_errors_of_egos():
    data = simulated(np.random.default_rng(1), spread=0.3)
    result = request_outcomes(data).set_index(["purpose", "strength"])
    assert result.index.get_level_values(0).unique().tolist() == ["all", *ENDS]
    weak = data[(data["closeness"] == 2) & (data["purpose"] == "job")]
    row = result.loc[("job", "weak")]
    assert row["estimate"] == pytest.approx(weak["helped"].mean()) and row["n"] == len(weak)
    totals = (weak["helped"] - weak["helped"].mean()).groupby(weak["ego"]).sum()
    k = data["ego"].nunique()
    assert row["se"] == pytest.approx(np.sqrt(k / (k - 1) * (totals**2).sum()) / len(weak), rel=1e-6)
    unease = request_outcomes(data, "unease").set_index(["purpose", "strength"])
    assert unease.loc[("job", "weak"), "estimate"] == pytest.approx(weak["unease"].mean())


def test_the_truth_of_the_bundled_ties_is_recovered():
    """What the simulator wrote: chances of success by purpose and strength, and no help from being at ease."""
    truth = {
        "job": (0.46, 0.34),
        "prospecting": (0.41, 0.30),
        "reputation": (0.52, 0.45),
        "creation": (0.45, 0.42),
    }
    result = request_outcomes(load("ties"), level=0.999).set_index(["purpose", "strength"])
    for purpose, (weak, strong) in truth.items():
        for strength, chance in (("weak", weak), ("strong", strong)):
            row = result.loc[(purpose, strength)]
            assert row["low"] < chance < row["high"]
    answers = weak_advantage(load("ties"), purposes=None).set_index("purpose")["answer"]
    assert answers["prospecting"] == "weak more" and answers["mutual_aid"] == "strong more"
    model = request_model(load("ties"), level=0.999)
    unease = model[model["term"] == "unease"].iloc[0]
    assert unease["low"] < 0 < unease["high"]


def test_the_difference_is_told_only_where_there_is_one():
    rng = np.random.default_rng(2)
    answers, held = [], 0
    for _ in range(15):
        result = weak_advantage(simulated(rng, spread=0.15)).set_index("purpose")
        answers.append(result["answer"])
        held += sum(
            result.loc[p, "low"] <= gap <= result.loc[p, "high"]
            for p, gap in {"job": 0.2, "prospecting": 0.0, "reputation": 0.0, "creation": 0.0}.items()
        )
    table = pd.DataFrame(answers)
    assert (table["job"] == "weak more").mean() > 0.8
    nothing = table[["prospecting", "reputation", "creation"]]
    wrong = nothing.isin(["weak more", "strong more"]).any(axis=1).mean()
    assert wrong <= 0.2
    assert held / 60 >= 0.88


def test_many_requests_show_two_kinds_of_ties_to_be_alike():
    data = simulated(np.random.default_rng(3), egos=2500)
    result = weak_advantage(data).set_index("purpose")
    assert result.loc["creation", "answer"] == "alike" and result.loc["creation", "p_alike"] < 0.05
    few = weak_advantage(data.head(300)).set_index("purpose")
    assert few.loc["creation", "answer"] == "cannot tell"


def test_holm_is_that_of_statsmodels():
    result = weak_advantage(simulated(np.random.default_rng(4)))
    each = result[result["purpose"] != "all"]
    expected = multipletests(each["p"], method="holm")[1]
    assert each["p_adjusted"].to_numpy() == pytest.approx(expected)


def test_the_model_is_generalised_estimating_equations_with_independence():
    data = simulated(np.random.default_rng(5), spread=0.2)
    result = request_model(data).set_index(["term", "purpose"])
    weak = (data["closeness"] == 2).to_numpy()
    columns = {p: (data["purpose"] == p).astype(float) for p in ENDS}
    columns |= {f"weak {p}": ((data["purpose"] == p) & weak).astype(float) for p in ENDS}
    x = pd.DataFrame(columns | {"unease": data["unease"]})
    fitted = sm.GEE(data["helped"], x, groups=data["ego"], family=sm.families.Binomial()).fit()
    k = data["ego"].nunique()
    for purpose in ENDS:
        row = result.loc[("weak", purpose)]
        assert row["estimate"] == pytest.approx(fitted.params[f"weak {purpose}"], abs=1e-5)
        assert row["se"] == pytest.approx(fitted.bse[f"weak {purpose}"] * np.sqrt(k / (k - 1)), rel=1e-3)
        assert row["odds_ratio"] == pytest.approx(np.exp(row["estimate"]))
    assert result.loc[("unease", ""), "estimate"] == pytest.approx(fitted.params["unease"], abs=1e-5)
    contrast = np.zeros((3, 9))
    contrast[:, 4], contrast[range(3), range(5, 8)] = -1, 1
    wald = float(fitted.wald_test(contrast, scalar=True, use_f=False).statistic) / 3 * (k - 1) / k
    p = result.loc[("strength x purpose", ""), "p"]
    from scipy.stats import f

    assert p == pytest.approx(f.sf(wald, 3, result.loc[("strength x purpose", ""), "df"]), rel=1e-2)


def test_one_kind_of_tie_only_is_said():
    data = simulated(np.random.default_rng(6))
    data = data[(data["purpose"] != "job") | (data["closeness"] == 5)]
    row = weak_advantage(data).set_index("purpose").loc["job"]
    assert (
        pd.isna(row["estimate"]) and row["flag"] == "one kind of tie only" and row["answer"] == "cannot tell"
    )
    with pytest.raises(DataError, match='"job" was asked through one kind of tie only'):
        request_model(data)


def test_the_order_of_rows_does_not_count():
    data = simulated(np.random.default_rng(7))
    shuffled = data.sample(frac=1, random_state=1)
    for measure in (request_outcomes, weak_advantage, request_model):
        pd.testing.assert_frame_equal(measure(data), measure(shuffled))


def test_errors_say_what_to_do():
    data = simulated(np.random.default_rng(8))
    with pytest.raises(DataError, match='no column "closenes"'):
        requests(data, weight="closenes")
    with pytest.raises(DataError, match="No tie was asked for any of: jobs"):
        requests(data, purposes=["jobs"])
    with pytest.raises(ParameterError, match='outcome="help" is not a choice'):
        request_outcomes(data, "help")
    with pytest.raises(ParameterError, match="margin=0: the difference that matters must be above 0"):
        weak_advantage(data, margin=0)
    with pytest.raises(DataError, match='no column "uneasy"'):
        request_model(data, ["uneasy"])


@pytest.mark.parametrize(
    "column, value, message",
    [
        ("asked", "oui", r'asked "oui" in row 1: write 1 for yes'),
        ("helped", 2, r'helped "2" in row 1: write 1 for yes'),
        ("unease", "high", r'unease "high" in row 1: it must be a number'),
        ("closeness", "near", r'closeness "near" in row 1: it must be a number'),
    ],
)
def test_requests_refuses_an_answer_that_is_none(column, value, message):
    data = pd.DataFrame({"ego": ["a"], "alter": ["b"], "purpose": "job", "asked": 1, "closeness": 2})
    with pytest.raises(DataError, match=message):
        requests(data.assign(helped=1, unease=3).assign(**{column: value}))


@pytest.mark.parametrize(
    "measure", [requests, between_asked, lambda ties: ledger(ties, "a"), lambda ties: stakeholders(ties, "a")]
)
def test_measures_on_told_ties_refuse_a_graph_in_words(measure):
    with pytest.raises(ParameterError, match=r"A table of ties is needed, a pandas DataFrame .* not Graph"):
        measure(nx.path_graph(3))


@pytest.mark.parametrize("ego", [["a"], ("a", "b"), {"a"}])
def test_a_ledger_is_of_one_ego(ego):
    told = pd.DataFrame({"ego": ["a", "b"], "alter": ["b", "c"]})
    with pytest.raises(ParameterError, match="ego: give the one ego whose ties are listed"):
        ledger(told, ego)
