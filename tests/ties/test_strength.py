from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from analysis.catalog import load
from analysis.errors import DataError, ParameterError
from analysis.ties import (
    between_asked,
    bridge_share,
    channel_overlap,
    ego_design,
    granovetter,
    multiplexity,
    reliability,
    tie_strength,
    weak_tie_share,
    with_ego,
)

DATA = pd.DataFrame(
    {
        "ego": ["a", "a", "a", "a", "b"],
        "alter": ["x", "x", "y", "z", "x"],
        "closeness": [4, 5, 2, None, 1],
        "frequency": ["weekly", "daily", "yearly", "monthly", "rarely"],
        "since": [2010, 2012, 2020, None, 2022],
        "purpose": ["job", "prospecting", "job", None, "job"],
        "channel": ["offline", "facebook", "linkedin", "offline", "offline"],
    }
)


@pytest.fixture(scope="module")
def told():
    firms = load("survey").query("wave == 2022")
    return with_ego(load("ties"), firms, ["weight", "stratum", "town", "sector"])


def test_strength_is_the_mean_of_the_standardised_parts():
    result = tie_strength(DATA, year=2024)
    parts = np.array(
        [
            [5, np.log(251), np.log(15), 2],
            [2, np.log(2), np.log(5), 1],
            [np.nan, np.log(13), np.nan, np.nan],
            [1, np.log(1.5), np.log(3), 1],
        ]
    )
    scores = (parts - np.nanmean(parts, axis=0)) / np.nanstd(parts, axis=0)
    expected = np.nanmean(scores, axis=1)
    expected[2] = np.nan
    np.testing.assert_allclose(result["strength"], expected)
    assert result["alter"].tolist() == ["x", "y", "z", "x"]
    assert result["parts"].tolist() == [4, 4, 1, 4]
    assert result["rank"].dropna().tolist() == pytest.approx([1, 2 / 3, 1 / 3])


def test_a_part_that_never_varies_is_left_out():
    same = DATA.assign(purpose="job")
    result = tie_strength(same)
    assert result["parts"].max() == 3
    assert set(reliability(tie_strength(load("ties").head(300)))["measure"]) == {
        "alpha", "closeness", "frequency", "duration",
    }  # fmt: skip


def test_own_words_of_frequency():
    data = DATA[["ego", "alter", "closeness"]].assign(frequency=["souvent", "souvent", "peu", 10, "peu"])
    result = tie_strength(data, contacts={"souvent": 100, "peu": 1})
    assert result["frequency"].tolist() == pytest.approx(list(np.log([101, 2, 11, 2])))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"frequency": "weakly"}, DataError, 'frequency "weakly" in row 1. Did you mean "weekly"'),
        ({"closeness": "near"}, DataError, 'closeness "near" in row 1: it must be a number'),
        ({"since": 2030}, ParameterError, "year=2024: the tie in row 1 dates from 2030"),
    ],
)
def test_what_is_wrong_with_a_part_is_said(change, error, message):
    with pytest.raises(error, match=message):
        tie_strength(DATA.assign(**change), year=2024)


def test_too_few_parts():
    with pytest.raises(DataError, match=r"has closeness\. Add the columns"):
        tie_strength(DATA[["ego", "alter", "closeness"]])


def test_alpha_of_the_parts_by_its_formula():
    strength = tie_strength(DATA.dropna(), year=2024).dropna()
    parts = strength[["closeness", "frequency", "duration", "purposes"]]
    r = np.corrcoef(parts.to_numpy().T)
    mean = (r.sum() - 4) / 12
    result = reliability(strength)
    assert result.loc[0, "estimate"] == pytest.approx(4 * mean / (1 + 3 * mean))


def test_the_weak_share_of_the_sample_is_that_of_its_closeness(told):
    sampling = {"weights": "weight", "strata": "stratum", "clusters": ["town", "firm"]}
    result = weak_tie_share(told, [3], "closeness", **ego_design(sampling)).iloc[0]
    once = told.drop_duplicates(["ego", "alter"])
    expected = np.average(once["closeness"] <= 3, weights=once["weight"])
    assert result["estimate"] == pytest.approx(expected)
    assert result["low"] < expected < result["high"] and result["n"] == len(once)


def test_weak_ties_bridge_in_the_sample_as_its_truth_says(told):
    asked = between_asked(told)
    assert granovetter(asked, "closeness", permutations=99).loc[0, "low"] > 0.5
    shares = bridge_share(asked, "closeness", 3).set_index("strength")
    assert shares.loc["difference", "low"] > 0.5


def test_channels_by_hand():
    result = channel_overlap(DATA).set_index("quantity")["estimate"]
    assert result.to_dict() == pytest.approx(
        {"offline_only": 0.5, "online_only": 0.25, "both": 0.25, "online_met": 0.5, "offline_linked": 1 / 3}
    )


def test_the_shares_of_channels_have_the_spread_of_egos(told):
    data = told.head(4000)
    result = channel_overlap(data).set_index("quantity")
    both = data.groupby(["ego", "alter"])["channel"].nunique().gt(1).groupby("ego")
    share = both.sum().sum() / both.size().sum()
    spread = both.sum() - share * both.size()
    egos = len(spread)
    se = np.sqrt(egos / (egos - 1) * (spread**2).sum()) / both.size().sum()
    assert result.loc["both", "estimate"] == pytest.approx(share)
    assert result.loc["both", "se"] == pytest.approx(se)


def test_multiplexity_by_hand():
    result = multiplexity(DATA).set_index(["aspect", "statistic"])["estimate"]
    assert result["channel"].to_dict() == pytest.approx({"mean": 5 / 4, "several": 1 / 4})
    assert result["purpose"].to_dict() == pytest.approx({"mean": 4 / 3, "several": 1 / 3})


def test_columns_of_the_ego_need_one_wave():
    survey = load("survey")
    with pytest.raises(DataError, match="several times: keep the answers of one wave"):
        with_ego(load("ties"), survey, ["sector"])
    with pytest.raises(DataError, match="tells of ties but is not among the firms"):
        with_ego(DATA, pd.DataFrame({"firm": ["a"], "sector": ["x"]}), ["sector"])


def test_edges_of_a_graph_are_ties_too():
    graph = nx.Graph()
    for row in DATA.drop_duplicates(["ego", "alter"]).dropna().to_dict("records"):
        graph.add_edge(row.pop("ego"), row.pop("alter"), **row)
    result = tie_strength(graph, year=2024)
    once = DATA.drop_duplicates(["ego", "alter"]).dropna()
    expected = tie_strength(once, year=2024)
    assert sorted(result["strength"]) == pytest.approx(sorted(expected["strength"]))
    with pytest.raises(ParameterError, match="a table or a networkx graph, not list"):
        tie_strength([1])


def test_a_tie_without_an_end_has_no_strength():
    with pytest.raises(DataError, match="no ego in row 2: a tie needs two ends"):
        tie_strength(DATA.assign(ego=["a", None, "a", "a", "b"]))
    with pytest.raises(DataError, match='closeness "inf" in row 3'):
        tie_strength(DATA.assign(closeness=[4, 5, np.inf, None, 1]))


def test_ends_of_any_kind_have_a_strength():
    other = {"a": 7, "b": ("b", 1), "x": "x", "y": frozenset([2]), "z": 1.5}
    named = DATA.assign(ego=DATA["ego"].map(other), alter=DATA["alter"].map(other))
    result = tie_strength(named).set_index(["ego", "alter"])["strength"].to_dict()
    expected = tie_strength(DATA).set_index(["ego", "alter"])["strength"].to_dict()
    assert {(other[e], other[a]): s for (e, a), s in expected.items()} == pytest.approx(result, nan_ok=True)


@pytest.mark.parametrize(("channel", "missing"), [("offline", "online_met"), ("facebook", "offline_linked")])
def test_a_side_without_ties_has_no_share(channel, missing):
    result = channel_overlap(DATA.assign(channel=channel)).set_index("quantity")
    assert np.isnan(result.loc[missing, "estimate"])
    assert (result.loc[missing, "n"], result.loc[missing, "flag"]) == (0, "no tie")
    assert result["estimate"].dropna().tolist() == pytest.approx(
        [1, 0, 0, 0] if channel == "offline" else [0, 1, 0, 0]
    )


def test_offline_is_offline_however_it_is_written():
    written = DATA.assign(channel=["Offline", "facebook", "linkedin", "OFFLINE ", "offline"])
    pd.testing.assert_frame_equal(channel_overlap(written), channel_overlap(DATA))


def test_ties_of_one_ego_stay_together_under_weights():
    weighted = DATA.assign(w=[2.0, 2, 2, 2, 1])
    result = channel_overlap(weighted, design={"weights": "w"}).set_index("quantity")
    assert result.loc["both", "estimate"] == pytest.approx(2 / 7)
    assert result.loc["both", "df"] == 1


def test_what_is_wrong_with_channels_is_said():
    with pytest.raises(ParameterError, match="not in a Graph"):
        channel_overlap(nx.path_graph(3))
    with pytest.raises(ParameterError, match=r'"weight" is not a choice\. Did you mean "weights"'):
        channel_overlap(DATA, design={"weight": "closeness"})
    with pytest.raises(DataError, match="No tie of the table has a channel, purpose"):
        multiplexity(DATA.assign(channel=None, purpose=None))


def test_tie_strength_takes_names_of_any_kind_and_dates():
    data = pd.DataFrame({"ego": ["a", "a"], "alter": ["b", "c"], "closeness": [1, 5], "since": [2001, 2011]})
    expected = tie_strength(data, year=2020)
    dated = data.assign(since=pd.to_datetime(["2001-06-01", "2011-01-01"]))
    result = tie_strength(dated.astype({"ego": "category", "alter": "category"}), year=2020)
    assert result["strength"].tolist() == expected["strength"].tolist()
