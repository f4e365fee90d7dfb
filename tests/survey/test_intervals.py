"""Intervals of proportions agree with their definitions and stay within 0 and 1."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.survey.estimation.intervals import INTERVALS, proportion_limits, t_limits

SHARES = st.floats(0.01, 0.99)


@given(SHARES, st.integers(10, 500), st.integers(2, 200))
def test_limits_hold_the_share(share, n, df):
    se = math.sqrt(share * (1 - share) / n)
    for interval in INTERVALS:
        limits = proportion_limits(share, se, n, df, interval=interval)
        assert limits.low < share < limits.high
        assert limits.method == interval
        if interval != "mean":
            assert limits.low >= 0 and limits.high <= 1


@given(SHARES, st.integers(10, 500), st.integers(2, 200))
def test_share_of_no_is_the_mirror_of_the_share_of_yes(share, n, df):
    se = math.sqrt(share * (1 - share) / n)
    for interval in INTERVALS:
        yes = proportion_limits(share, se, n, df, interval=interval)
        no = proportion_limits(1 - share, se, n, df, interval=interval)
        assert [1 - no.high, 1 - no.low] == pytest.approx([yes.low, yes.high], abs=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
def test_limits_at_none_and_all_are_exact_binomial_limits(interval):
    """With as many degrees of freedom as answers less one, none of 50: 1 − 0.025^(1/50)."""
    none = proportion_limits(0.0, 0.0, n=50, df=49, interval=interval)
    every = proportion_limits(1.0, 0.0, n=50, df=49, interval=interval)
    assert (none.low, every.high, none.method) == (0, 1, "beta")
    assert none.high == pytest.approx(1 - 0.025 ** (1 / 50))
    assert every.low == pytest.approx(0.025 ** (1 / 50))


def test_beta_is_clopper_pearson_without_design_effect():
    share, n = 12 / 40, 40
    limits = proportion_limits(share, math.sqrt(share * (1 - share) / n), n, df=n - 1, interval="beta")
    exact = stats.binomtest(12, 40).proportion_ci(0.95, method="exact")
    assert [limits.low, limits.high] == pytest.approx([exact.low, exact.high])


def test_logit_limits_are_symmetric_in_log_odds():
    limits = proportion_limits(0.2, 0.05, n=100, df=20)
    odds = [math.log(p / (1 - p)) for p in (limits.low, 0.2, limits.high)]
    assert odds[1] - odds[0] == pytest.approx(odds[2] - odds[1])
    assert odds[2] - odds[1] == pytest.approx(stats.t.ppf(0.975, 20) * 0.05 / 0.16)


def test_no_degrees_of_freedom_no_limits():
    assert math.isnan(t_limits(3.0, 1.0, df=0).low)
    assert math.isnan(proportion_limits(0.4, 0.1, n=9, df=0).high)


def test_share_known_without_error_is_its_own_interval():
    for interval in INTERVALS:
        limits = proportion_limits(0.25, 0.0, n=20, df=5, interval=interval)
        assert [limits.low, limits.high] == pytest.approx([0.25, 0.25])


@given(SHARES, st.integers(10, 500), st.integers(2, 200))
def test_wilson_limits_are_as_far_as_t_under_their_own_share(share, n, df):
    """At each limit p, the distance to the estimate is t standard errors of p, on the effective sample size."""
    se = 1.3 * math.sqrt(share * (1 - share) / n)
    effective = share * (1 - share) / se**2
    limits = proportion_limits(share, se, n, df, interval="wilson")
    for limit in (limits.low, limits.high):
        own = math.sqrt(limit * (1 - limit) / effective)
        assert abs(share - limit) / own == pytest.approx(stats.t.ppf(0.975, df), rel=1e-9)


def test_wilson_is_the_textbook_interval_of_a_large_simple_sample():
    share, n = 150 / 400, 400
    limits = proportion_limits(share, math.sqrt(share * (1 - share) / n), n, df=10**9, interval="wilson")
    wilson = stats.binomtest(150, 400).proportion_ci(0.95, method="wilson")
    assert [limits.low, limits.high] == pytest.approx([wilson.low, wilson.high])


@given(st.floats(0.05, 0.95), st.integers(40, 500), st.integers(10, 200), st.floats(0.8, 1.8))
def test_likelihood_limits_lose_t_of_it(share, n, df, factor):
    """Twice the loss of log likelihood on the effective sample is t² n/(n−1); R reads it within 1 %."""
    se = factor * math.sqrt(share * (1 - share) / n)
    effective = share * (1 - share) / se**2
    limits = proportion_limits(share, se, n, df, interval="likelihood")
    for limit in (limits.low, limits.high):
        loss = share * math.log(share / limit) + (1 - share) * math.log((1 - share) / (1 - limit))
        wanted = stats.t.ppf(0.975, df) ** 2 * n / (n - 1)
        assert 2 * effective * loss == pytest.approx(wanted, rel=0.01)


def test_xlogit_is_logit():
    one, two = (proportion_limits(0.3, 0.04, n=90, df=20, interval=name) for name in ("logit", "xlogit"))
    assert (one.low, one.high) == (two.low, two.high)


@pytest.mark.parametrize("interval", INTERVALS)
def test_wider_where_surer(interval):
    widths = [
        limits.high - limits.low
        for level in (0.8, 0.9, 0.99)
        for limits in [proportion_limits(0.2, 0.03, n=150, df=25, level=level, interval=interval)]
    ]
    assert widths == sorted(widths)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("share", [-0.02, 1.01])
def test_share_that_negative_weights_took_out_of_bounds_has_no_limits(share, interval):
    limits = proportion_limits(share, 0.1, n=40, df=12, interval=interval)
    assert math.isnan(limits.low) and math.isnan(limits.high)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("interval", [name for name in INTERVALS if name != "mean"])
@given(
    st.sampled_from([1e-6, 0.001, 0.3, 0.784314, 0.9999]),
    st.sampled_from([1e-6, 0.001, 0.1, 0.173537, 0.5]),
    st.sampled_from([2, 5, 30, 1000]),
    st.sampled_from([1, 2, 30]),
    st.sampled_from([0.5, 0.95, 0.999]),
)
def test_limits_hold_the_share_and_stay_shares_however_little_is_known(interval, share, se, n, df, level):
    limits = proportion_limits(share, se, n=n, df=df, level=level, interval=interval)
    assert 0 <= limits.low <= share <= limits.high <= 1
