"""OHID's trend marker: the published rule, an oracle that leaves out point after point, properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from geo.errors import StatisticsError
from geo.statistics.trends import CRITICAL, DECREASING, INCREASING, NO_CHANGE, NOT_ENOUGH, WORDS, trend_marker
from tests.oracles.trends import slope_of

NUMBERS = st.lists(st.floats(-50, 50), min_size=5, max_size=9)
WIDTHS = st.lists(st.floats(0.5, 20), min_size=9, max_size=9)


def test_a_steady_climb_with_narrow_limits_is_increasing():
    values = np.array([1.0, 2, 3, 4, 5])

    trend = trend_marker(values, lower=values - 0.5, upper=values + 0.5)

    # Weights of (3.92 / 1)^2; the slope is 1, its spread 10 x 15.3664.
    assert trend.marker.tolist() == [INCREASING]
    assert trend.slope[0] == pytest.approx(1, rel=1e-12)
    assert trend.chi_squared[0] == pytest.approx(153.664, rel=1e-12)


def test_a_fall_is_decreasing_and_wide_limits_make_it_no_change():
    values = np.array([5.0, 4, 3, 2, 1])

    narrow = trend_marker(values, lower=values - 0.5, upper=values + 0.5)
    wide = trend_marker(values, lower=values - 5, upper=values + 5)

    assert narrow.marker.tolist() == [DECREASING]
    assert wide.marker.tolist() == [NO_CHANGE]
    assert wide.chi_squared[0] == pytest.approx(1.53664, rel=1e-12)


def test_a_slope_that_rests_on_one_point_is_no_trend():
    values = np.array([0.0, 0, 0, 0, 50])

    trend = trend_marker(values, lower=values - 1, upper=values + 1)

    assert trend.chi_squared[0] > CRITICAL
    assert trend.marker.tolist() == [NO_CHANGE]


def test_the_critical_value_itself_is_not_passed():
    # slope 1, spread 10 w: chi-squared is exactly 10 w, so w = CRITICAL / 10 stands on the bound.
    values = np.array([1.0, 2, 3, 4, 5])
    half = 3.92 / np.sqrt(CRITICAL / 10) / 2

    on = trend_marker(values, lower=values - half * 1.000001, upper=values + half * 1.000001)
    over = trend_marker(values, lower=values - half * 0.999, upper=values + half * 0.999)

    assert on.marker.tolist() == [NO_CHANGE]
    assert over.marker.tolist() == [INCREASING]


def test_fewer_than_five_points_cannot_be_calculated_and_missing_points_are_passed_over():
    values = np.array([[1, 2, 3, 4, np.nan, np.nan], [1, np.nan, 2, 3, 4, 5.0]])

    trend = trend_marker(values, lower=values - 0.5, upper=values + 0.5)

    assert trend.marker.tolist() == [NOT_ENOUGH, INCREASING]
    assert np.isnan(trend.slope[0])
    assert np.isnan(trend.chi_squared[0])
    assert trend.slope[1] == pytest.approx(1)


def test_a_point_whose_limits_are_one_does_not_count():
    values = np.array([1.0, 2, 3, 4, 5])
    lower, upper = values - 0.5, values + 0.5
    lower[2] = upper[2] = 3

    assert trend_marker(values, lower=lower, upper=upper).marker.tolist() == [NOT_ENOUGH]


def test_only_the_last_five_points_count():
    values = np.array([100.0, 90, 1, 2, 3, 4, 5])

    assert trend_marker(values, lower=values - 0.5, upper=values + 0.5).marker.tolist() == [INCREASING]


def test_wrong_limits_are_refused():
    with pytest.raises(StatisticsError, match="exceeds its upper"):
        trend_marker([1.0] * 5, lower=[2.0] * 5, upper=[1.0] * 5)
    with pytest.raises(StatisticsError, match=r"the shape \(1, 5\) but limits \(1, 4\)"):
        trend_marker([1.0] * 5, lower=[0.0] * 4, upper=[2.0] * 5)


@given(NUMBERS, WIDTHS)
def test_it_equals_the_oracle(values, widths):
    widths = np.array(widths[: len(values)])
    values = np.array(values)

    trend = trend_marker(values, lower=values - widths / 2, upper=values + widths / 2)

    marker, slope, chi = slope_of(values[-5:].tolist(), widths[-5:].tolist())
    assert trend.slope[0] == pytest.approx(slope, rel=1e-9, abs=1e-9)
    assert trend.chi_squared[0] == pytest.approx(chi, rel=1e-9, abs=1e-9)
    if abs(chi - CRITICAL) > 1e-6 and abs(slope) > 1e-6:
        assert trend.marker[0] == marker


@given(NUMBERS, st.floats(0.1, 100), st.floats(-100, 100))
def test_scaling_and_moving_leave_the_marker(values, scale, shift):
    values = np.round(np.array(values), 3)
    moved = values * scale + shift

    first = trend_marker(values, lower=values - 1, upper=values + 1)
    second = trend_marker(moved, lower=moved - scale, upper=moved + scale)

    if abs(first.chi_squared[0] - CRITICAL) > 1e-3 and abs(first.slope[0]) > 1e-3:
        assert second.chi_squared[0] == pytest.approx(first.chi_squared[0], rel=1e-4, abs=1e-5)


def test_areas_are_judged_each_by_itself():
    random = np.random.default_rng(4)
    climb = np.arange(7) * np.array([[0.0], [2], [-2], [1], [0.1]])
    values, half = climb + random.normal(size=(5, 7)), random.uniform(0.2, 3, (5, 7))
    # A slope that rests on one point, beside others that do not.
    values = np.vstack([values, [0, 0, 0, 0, 0, 0, 50]])
    half = np.vstack([half, np.ones(7)])

    together = trend_marker(values, lower=values - half, upper=values + half)
    alone = [trend_marker(y, lower=y - h, upper=y + h) for y, h in zip(values, half, strict=True)]

    assert together.marker.tolist() == [one.marker[0] for one in alone]
    np.testing.assert_allclose(together.slope, [one.slope[0] for one in alone])
    np.testing.assert_allclose(together.chi_squared, [one.chi_squared[0] for one in alone])
    assert {INCREASING, DECREASING, NO_CHANGE} <= set(together.marker.tolist())


def test_the_critical_value_and_the_words_are_the_published_ones():
    assert pytest.approx(chi2.isf(0.002, 1), rel=1e-12) == CRITICAL
    assert [WORDS[code] for code in (1, -1, 0, NOT_ENOUGH)] == ["increasing", "decreasing", "no_significant_change", "cannot_be_calculated"]
    assert trend_marker([1.0], lower=[0.0], upper=[2.0]).marker.dtype == np.int8
