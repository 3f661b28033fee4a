"""Control charts by the rules of Making Data Count, each rule by itself at its bound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.control_charts import p_chart, xmr_chart


def test_xmr_limits_are_the_mean_and_2_66_mean_moving_ranges():
    chart = xmr_chart([10, 12, 11, 13, 14.0])

    # Moving ranges 2, 1, 2, 1: mean 1.5.
    assert chart.centre.tolist() == [12.0] * 5
    assert chart.lower[0] == pytest.approx(12 - 3.99)
    assert chart.upper[0] == pytest.approx(12 + 3.99)
    assert not chart.is_signal.any()


def test_p_limits_follow_the_people_and_stay_within_0_and_1():
    chart = p_chart([50, 5, 500, 50, 50], denominator=[100, 10, 1000, 100, 100])

    assert chart.values.tolist() == [0.5] * 5
    assert chart.upper[0] == pytest.approx(0.65)
    assert chart.upper[1] == pytest.approx(0.5 + 3 * np.sqrt(0.025))
    assert chart.lower[2] == pytest.approx(0.5 - 3 * np.sqrt(0.25 / 1000))
    assert p_chart([0, 0, 1, 0, 0], denominator=[9] * 5).lower.tolist() == [0.0] * 5
    assert p_chart([9, 9, 8, 9, 9], denominator=[9] * 5).upper.tolist() == [1.0] * 5


def test_a_point_beyond_a_limit_is_outside():
    values = [0.0, 1] * 10 + [9.0]

    chart = xmr_chart(values)

    assert chart.outside.tolist() == [False] * 20 + [True]
    assert xmr_chart([-value for value in values]).outside.tolist() == [False] * 20 + [True]


def test_seven_on_one_side_are_a_shift_and_six_are_not():
    low, high = [0.0, 0.2], [1.0, 1.2]

    seven = xmr_chart(low * 4 + high * 3 + [1.0])
    six = xmr_chart([0.0, 1, 0, 1, 0, 1, 1.1, 1, 1.1, 1, 0, 1])

    assert seven.shift.tolist() == [True] * 15
    assert not six.shift.any()


def test_points_on_the_mean_break_a_run():
    chart = xmr_chart([1.0, 1, 1, 0, 1, 1, 1, -1, -1, -1, 0, -1, -1, -1])

    assert not chart.shift.any()


def test_seven_rising_are_a_trend_and_six_are_not():
    assert xmr_chart([3.0, 1, 2, 3, 4, 5, 6, 7, 3]).trend.tolist() == [False] + [True] * 7 + [False]
    assert not xmr_chart([3.0, 2, 3, 4, 5, 6, 7, 3]).trend.any()
    assert xmr_chart([7.0, 6, 5, 4, 3, 2, 1]).trend.all()


def test_two_of_three_near_the_same_limit_are_a_signal():
    base = [0.0, 1.0] * 8
    near = 3.2

    chart = xmr_chart([*base, near, 0.5, near, 0.0, 1.0, 0.0, 1.0])

    assert chart.near[16]
    assert chart.near[18]
    assert not chart.near[17]
    assert not chart.near[:16].any()


def test_one_high_and_one_low_near_their_limits_are_no_signal():
    base = [0.0, 1.0] * 8

    chart = xmr_chart([*base, 3.2, 0.5, -2.2, *base])

    towards = (chart.values - chart.centre) / (chart.upper - chart.centre)
    assert 2 / 3 < towards[16] < 1
    assert -1 < towards[18] < -2 / 3
    assert not chart.near.any()


def test_a_process_that_never_moves_has_limits_on_its_mean_and_no_signal():
    chart = xmr_chart([4.0] * 9)

    assert chart.lower.tolist() == chart.upper.tolist() == [4.0] * 9
    assert not chart.is_signal.any()


@pytest.mark.parametrize("values", [[1.0, 2, 3, 4], [[1.0, 2, 3, 4, 5]]])
def test_too_few_points_are_refused(values):
    with pytest.raises(StatisticsError, match="needs 5 points"):
        xmr_chart(values)


def test_missing_and_impossible_points_are_refused():
    with pytest.raises(StatisticsError, match="A point is missing"):
        xmr_chart([1, 2, 3, 4, np.nan])
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([1, 2, 3, 4, 6], denominator=[5] * 5)
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([-1, 2, 3, 4, 5], denominator=[5] * 5)
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([0] * 5, denominator=[5, 5, 5, 5, 0])
    with pytest.raises(StatisticsError, match="must lie between 0 and their denominators"):
        p_chart([0] * 5, denominator=[5] * 6)


@given(st.lists(st.integers(-20, 20), min_size=5, max_size=30), st.sampled_from([0.5, 2.0, 4.0]))
def test_scaling_leaves_every_signal_and_turning_over_too(values, scale):
    chart = xmr_chart(values)

    bigger = xmr_chart(np.array(values) * scale)
    turned = xmr_chart(-np.array(values))

    for name in ("outside", "shift", "trend"):
        assert getattr(bigger, name).tolist() == getattr(chart, name).tolist()
        assert getattr(turned, name).tolist() == getattr(chart, name).tolist()
