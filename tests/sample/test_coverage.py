"""On 500 panels of a known population, intervals that respect the design hold the truth as often as they say.

The limits are those within which a 95 % interval lies with 99.9 % probability on 500 samples (458 to 489 held).
The seed was fixed before the first run and never changed; `python -m benchmarks.coverage` writes the table.
"""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from analysis.errors import ParameterError
from analysis.sample.coverage import BLOCKS, coverage

pytestmark = pytest.mark.slow

LOW, HIGH = 0.916, 0.978


@pytest.fixture(scope="module")
def table(root):
    return pd.read_csv(root / "data" / "reference" / "interval_coverage.csv")


@pytest.fixture(scope="module")
def shares(table):
    counts = table.groupby(["interval", "quantity"])[["held", "samples"]].sum()
    assert (counts["samples"] == 500).all()
    return counts["held"] / counts["samples"]


@pytest.mark.parametrize("block", range(1, BLOCKS + 1))
def test_samples_drawn_again_give_the_table(table, block):
    expected = table[table["block"] == block].reset_index(drop=True)
    pd.testing.assert_frame_equal(coverage(block), expected)


def test_limits_are_those_of_chance():
    ends = stats.binom.ppf([0.0005, 0.9995], 500, 0.95) / 500
    assert ends.tolist() == [LOW, HIGH]


@pytest.mark.parametrize("quantity", ["rate", "domain_rate", "difference"])
def test_design_intervals_hold_the_truth_as_often_as_they_say(shares, quantity):
    assert LOW <= shares["design", quantity] <= HIGH


@pytest.mark.parametrize("quantity", ["rate", "domain_rate", "difference"])
def test_naive_intervals_do_not(shares, quantity):
    assert not LOW <= shares["naive", quantity] <= HIGH


def test_wrong_numbers_are_refused():
    with pytest.raises(ParameterError, match=r"coverage\(block=0, samples=100\)"):
        coverage(0)
