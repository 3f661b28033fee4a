"""Proportions, rates and ratios against worked examples, and how missing parts behave."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.rates import proportion, rate, ratio, weighted_mean

EXAMPLES = Path(__file__).parents[3] / "fixtures" / "worked_examples"


def column(name, key):
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8") as file:
        return np.array([float(row[key]) if row[key] else np.nan for row in csv.DictReader(file)])


def assert_equals(estimate, name, keys, *, scale=1.0):
    for found, key in zip((estimate.value, estimate.lower, estimate.upper), keys, strict=True):
        np.testing.assert_allclose(found * scale, column(name, key), rtol=1e-9, atol=1e-13, err_msg=key)


def test_proportions_equal_the_worked_example():
    name = "proportion_x100_two_cis"

    estimate = proportion(column(name, "x"), denominator=column(name, "n"))

    assert_equals(estimate, name, ("value", "lower95_0cl", "upper95_0cl"), scale=100)


def test_rates_equal_the_worked_example():
    name = "rate_per_1000_ci99"

    estimate = rate(column(name, "x"), population=column(name, "n"), per=1000, confidence=0.99)

    assert_equals(estimate, name, ("value", "lowercl", "uppercl"))


def test_ratios_equal_the_worked_example():
    name = "isratio_expected_ci95"

    estimate = ratio(column(name, "observed"), expected=column(name, "expected"), reference=1.0)

    assert_equals(estimate, name, ("value", "lowercl", "uppercl"))


def test_a_rate_is_missing_when_nobody_lives_there():
    estimate = rate([0.0, 3.0], population=[0.0, 1000.0])

    assert np.isnan(estimate.value[0])
    assert np.isnan(estimate.upper[0])
    assert estimate.value[1] == 300


def test_a_missing_count_is_not_zero():
    estimate = proportion([np.nan, 0.0], denominator=[10.0, 10.0])

    assert np.isnan(estimate.value[0])
    assert estimate.value[1] == 0


@given(st.integers(0, 100), st.integers(100, 10_000), st.floats(0.01, 1e6))
def test_a_rate_scales_with_its_unit(events, people, per):
    once, scaled = rate([events], population=[people], per=1), rate([events], population=[people], per=per)

    np.testing.assert_allclose(scaled.upper, once.upper * per, rtol=1e-12)


def test_shapes_that_differ_and_negative_populations_are_refused():
    with pytest.raises(StatisticsError, match="shape"):
        rate([1.0], population=[1.0, 2.0])
    with pytest.raises(StatisticsError, match="below 0"):
        proportion([1.0], denominator=[-2.0])


def test_a_group_without_values_has_no_mean_and_missing_values_take_their_weight_along():
    values, weights = [10.0, 20.0, np.nan, np.nan], [1.0, 3.0, 100.0, 5.0]

    mean = weighted_mean(values, weights=weights, groups=np.array([0, 0, 0, 1]), size=2)

    assert mean[0] == 17.5
    assert np.isnan(mean[1])


def test_groups_without_values_have_no_mean_wherever_they_stand_and_weights_may_be_small():
    found = weighted_mean([1.0, 4, np.nan, 8, 5], weights=[0.2, 0.1, 0.3, 0.0, 0.4], groups=np.array([1, 1, 2, 3, 4]), size=7)

    np.testing.assert_allclose(found, [np.nan, 2, np.nan, np.nan, 5, np.nan, np.nan])
