"""Separation is found where it is, and only there."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from analysis.survey.modelling.separation import certain_rows, estimable


def rising(matrix, answers):
    return matrix * np.where(answers == 1, 1, -1)[:, None]


def by_one_programme(rows):
    """Say whether any direction raises some row and lowers none, in a single linear programme over all rows."""
    result = optimize.linprog(
        -rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1), method="highs"
    )
    return -result.fun > 1e-6


@pytest.mark.parametrize("seed", range(30))
def test_found_exactly_where_a_direction_exists(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(8, 40))
    matrix = np.column_stack(
        [np.ones(count), random.normal(size=(count, 2)), random.integers(0, 2, (count, 2))]
    )
    answers = (matrix @ random.normal(size=5) + random.normal(size=count) * 0.6 > 0).astype(int)
    rows = rising(matrix, answers)
    assert certain_rows(rows).any() == by_one_programme(rows)


def test_many_rows_are_looked_at_a_few_at_a_time():
    """Separated but for a single firm among 30 000: none is; without it all firms of the level are."""
    random = np.random.default_rng(4)
    count = 30_000
    matrix = np.column_stack([np.ones(count), random.normal(size=(count, 3)), np.arange(count) % 7 == 0])
    answers = random.integers(0, 2, count)
    answers[matrix[:, 4] == 1] = 1
    assert certain_rows(rising(matrix, answers)).tolist() == (matrix[:, 4] == 1).tolist()
    answers[np.flatnonzero(matrix[:, 4])[1234]] = 0
    assert not certain_rows(rising(matrix, answers)).any()


def test_units_of_columns_do_not_matter():
    random = np.random.default_rng(1)
    matrix = np.column_stack([np.ones(60), random.normal(size=60) * 1e7, random.normal(size=60) * 1e-5])
    answers = (matrix[:, 1] > 2e6).astype(int)
    assert certain_rows(rising(matrix, answers)).all()
    answers[:10] = 1 - answers[:10]
    assert not certain_rows(rising(matrix, answers)).any()


def test_rows_whose_index_must_stay_hold_a_direction_back():
    """Counts of 0 on a level are certain only as long as that level has no count above 0."""
    level = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    counts = np.array([0, 2, 1, 0, 0, 0])
    assert certain_rows(-level[counts == 0], level[counts > 0]).tolist() == [False, True, True, True]
    counts[5] = 3
    assert not certain_rows(-level[counts == 0], level[counts > 0]).any()


def test_columns_others_replace_have_no_coefficient():
    twice = np.column_stack([np.ones(5), np.arange(5), 2 * np.arange(5), [0, 1, 0, 1, 1]])
    assert estimable(twice).tolist() == [True, False, False, True]
    assert estimable(twice[:, [0, 1, 3]]).all()
    assert not estimable(np.ones((1, 3))).any()
