"""No suppressed value can be worked out from what is shown: checked by a solver that looks for another solution."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign
from analysis.survey.publication import suppress


def table_of(counts, names=("sector", "region")):
    """Write an array of counts as a table of estimates."""
    places = list(itertools.product(*(range(k) for k in counts.shape)))
    keys = pd.DataFrame(places, columns=list(names)[: counts.ndim])
    n = counts.ravel()
    return keys.assign(estimate=n / 7, se=0.1, n=n, method="logit", flag=np.where(n < 30, "n<30", ""))


def spans(counts, hidden, least):
    """Give, for each hidden cell, the least and most it could be, knowing the shown cells and shown totals."""
    places = np.argwhere(hidden)
    lines, sums = [], []
    for size in range(1, counts.ndim + 1):
        for axes in itertools.combinations(range(counts.ndim), size):
            totals = counts.sum(axis=axes)
            for at in np.ndindex(np.shape(totals)):
                kept = [axis for axis in range(counts.ndim) if axis not in axes]
                here = (places[:, kept] == at).all(axis=1)
                index = tuple(at[kept.index(a)] if a in kept else slice(None) for a in range(counts.ndim))
                if totals[at] >= least and here.any():
                    lines.append(here.astype(float))
                    sums.append(counts[index][hidden[index]].sum())
    for number in range(len(places)):
        goal = np.zeros(len(places))
        goal[number] = 1
        ends = [
            optimize.linprog(sign * goal, A_eq=lines or None, b_eq=sums or None, bounds=(0, 1000))
            for sign in (1, -1)
        ]
        yield ends[0].fun, -ends[1].fun


def hidden_of(result, shape):
    return (result["flag"] == "suppressed").to_numpy().reshape(shape)


@settings(max_examples=30)
@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 10_000))
def test_no_hidden_cell_of_a_two_way_table_can_be_solved(rows, columns, seed):
    rng = np.random.default_rng(seed)
    counts = rng.choice([0, 1, 2, 3, 4, 6, 9, 20, 60], size=(rows, columns))
    try:
        result = suppress(table_of(counts))
    except DataError:
        assert ((counts > 0) & (counts < 5)).any()
        return
    hidden = hidden_of(result, counts.shape)
    assert hidden[(counts > 0) & (counts < 5)].all()
    for low, high in spans(counts, hidden, 5):
        assert high - low > 1e-6


def three_way(seed):
    return np.random.default_rng(seed).choice([0, 2, 5, 8, 30], size=(3, 2, 3), p=[0.1, 0.1, 0.2, 0.3, 0.3])


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_no_hidden_cell_of_a_three_way_table_can_be_solved(seed):
    counts = three_way(seed)
    try:
        result = suppress(table_of(counts, ("sector", "region", "size")))
    except DataError:
        assert ((counts > 0) & (counts < 5)).any()
        return
    hidden = hidden_of(result, counts.shape)
    assert hidden[(counts > 0) & (counts < 5)].all()
    for low, high in spans(counts, hidden, 5):
        assert high - low > 1e-6


@settings(max_examples=30)
@given(st.lists(st.sampled_from([0, 1, 2, 4, 5, 9, 40]), min_size=2, max_size=8))
def test_what_hides_in_one_line_stands_for_enough_firms(counts):
    counts = np.array(counts)
    try:
        result = suppress(table_of(counts))
    except DataError:
        assert 0 < counts[counts < 5].sum() < 5 <= counts.sum() or (counts > 0).sum() == 1
        return
    hidden = hidden_of(result, counts.shape)
    if hidden.any() and counts.sum() >= 5:
        assert hidden.sum() >= 2
        assert counts[hidden].sum() >= 5


def test_nothing_small_nothing_hidden():
    table = table_of(np.array([[5, 9], [0, 30]]))
    assert (suppress(table)["flag"] == table["flag"]).all()


def test_smallest_neighbour_is_taken():
    result = suppress(table_of(np.array([3, 50, 8, 20])))
    assert hidden_of(result, (4,)).tolist() == [True, False, True, False]


def test_two_small_cells_that_add_up_to_few_take_a_third():
    result = suppress(table_of(np.array([1, 2, 8, 20])))
    assert hidden_of(result, (4,)).tolist() == [True, True, True, False]


def test_bridge_between_two_squares_is_not_enough():
    """Each line of this table has two small cells or none, yet (2, 2) follows from the totals of its square."""
    counts = np.full((5, 5), 50)
    counts[:2, :2] = counts[3:, 3:] = 4
    counts[2, 2] = 3
    counts[2, 1] = counts[1, 2] = 4
    hidden = hidden_of(suppress(table_of(counts)), counts.shape)
    assert all(high - low > 1e-6 for low, high in spans(counts, hidden, 5))


def test_all_that_a_row_says_is_taken():
    row = suppress(table_of(np.array([3, 50, 8]))).iloc[0]
    assert row[["estimate", "se", "n", "method"]].isna().all()
    assert row["flag"] == "suppressed"


def test_levels_of_a_group_go_together(shown=("a", "b", "c")):
    data = pd.DataFrame(
        {
            "w": 2.0,
            "sector": np.repeat(shown, [3, 40, 9]),
            "answer": np.tile(["yes", "no"], 26),
        }
    )
    result = suppress(SurveyDesign(data, weights="w").proportion("answer", by="sector"))
    assert result.loc[result["flag"] == "suppressed", "sector"].unique().tolist() == ["a", "c"]
    assert result["estimate"].isna().sum() == 4


def test_tables_set_apart_have_their_own_totals():
    counts = np.array([[3, 50, 8], [30, 40, 20]])
    result = suppress(table_of(counts, ("wave", "sector")), by="sector")
    assert hidden_of(result, counts.shape).tolist() == [[True, False, True], [False] * 3]


def test_given_table_is_unchanged_and_order_does_not_count():
    table = table_of(np.array([[3, 50, 8], [30, 40, 20]]))
    before = table.copy(deep=True)
    result = suppress(table)
    shuffled = suppress(table.sample(frac=1, random_state=1)).sort_index()
    pd.testing.assert_frame_equal(result, shuffled)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"by": "sectors"}, ParameterError, 'by="sectors" is no grouping column.*Did you mean "sector"'),
        ({"least": 1}, ParameterError, "least=1: give a whole number"),
        ({"least": 2.5}, ParameterError, "least=2.5"),
    ],
)
def test_wrong_questions_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        suppress(table_of(np.array([3, 50])), **options)


def test_table_of_something_else_is_refused():
    with pytest.raises(ParameterError, match="takes a table of estimates"):
        suppress(pd.DataFrame({"sector": ["a"]}))


def test_empty_cells_hide_others_when_nothing_else_can():
    counts = np.array([[3, 0], [0, 9]])
    hidden = hidden_of(suppress(table_of(counts)), counts.shape)
    assert hidden.all()
    assert all(high - low > 1e-6 for low, high in spans(counts, hidden, 5))


def test_group_that_cannot_be_hidden_is_said():
    counts = three_way(555)
    with pytest.raises(DataError, match="cannot be hidden while the totals over sector, region, size"):
        suppress(table_of(counts, ("sector", "region", "size")))
