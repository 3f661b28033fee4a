"""Flags against the benchmark."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.comparison import compare, compare_proportions, compare_two_levels
from geo.statistics.intervals import Limits, wilson_limits
from geo.statuses import Comparison, word
from tests.oracles import intervals as oracle

POLARITIES = ["high_is_good", "low_is_good", "none"]


def flags(lower, upper, benchmark, polarity):
    return [word(Comparison(f)) for f in compare(np.array(lower), np.array(upper), benchmark=benchmark, polarity=polarity)]


@pytest.mark.parametrize(
    ("polarity", "expected"),
    [
        ("high_is_good", ["worse", "similar", "better"]),
        ("low_is_good", ["better", "similar", "worse"]),
        ("none", ["lower", "similar", "higher"]),
    ],
)
def test_the_flag_follows_the_direction_of_the_indicator(polarity, expected):
    assert flags([0.1, 0.4, 0.6], [0.2, 0.6, 0.7], 0.5, polarity) == expected


def test_a_limit_that_touches_the_benchmark_is_similar():
    assert flags([0.5, 0.3], [0.6, 0.5], 0.5, "high_is_good") == ["similar", "similar"]


def test_an_area_without_limits_is_not_compared():
    assert flags([np.nan, 0.1], [0.2, np.nan], 0.5, "none") == ["not_compared", "not_compared"]


def test_nothing_is_compared_with_a_missing_benchmark():
    assert flags([0.1], [0.2], np.nan, "none") == ["not_compared"]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30),
    st.floats(0, 1),
    st.sampled_from(POLARITIES),
)
def test_flags_equal_those_of_the_plain_rule(pairs, benchmark, polarity):
    lower, upper = [min(p) for p in pairs], [max(p) for p in pairs]

    expected = [oracle.compare(a, b, benchmark, polarity) for a, b in zip(lower, upper, strict=True)]

    assert flags(lower, upper, benchmark, polarity) == expected


def test_unknown_polarity_and_crossed_limits_are_refused():
    with pytest.raises(StatisticsError, match="polarity"):
        compare(np.array([0.1]), np.array([0.2]), benchmark=0.1, polarity="good")
    with pytest.raises(StatisticsError, match="exceeds"):
        compare(np.array([0.3]), np.array([0.2]), benchmark=0.1, polarity="none")


@pytest.mark.parametrize(
    ("polarity", "expected"),
    [
        ("high_is_good", ("worst", "worse", "similar", "better", "best", "not_compared")),
        ("low_is_good", ("best", "better", "similar", "worse", "worst", "not_compared")),
        ("none", ("lowest", "lower", "similar", "higher", "highest", "not_compared")),
    ],
)
def test_two_levels_tell_how_far_a_difference_holds(polarity, expected):
    inner = Limits(np.array([0.1, 0.3, 0.4, 0.51, 0.7, np.nan]), np.array([0.2, 0.49, 0.6, 0.7, 0.8, np.nan]))
    outer = Limits(np.array([0.05, 0.2, 0.3, 0.5, 0.6, np.nan]), np.array([0.4, 0.5, 0.7, 0.8, 0.9, np.nan]))

    told = compare_two_levels(inner, outer, benchmark=0.5, polarity=polarity)

    assert told.words == expected
    assert told.level.tolist() == [2, 1, 0, 1, 2, 0]
    assert told.flag.tolist() == compare(inner.lower, inner.upper, benchmark=0.5, polarity=polarity).tolist()


def test_without_outer_limits_the_second_level_is_not_reached():
    told = compare_two_levels(
        Limits(np.array([0.6]), np.array([0.7])), Limits(np.array([np.nan]), np.array([np.nan])), benchmark=0.5, polarity="high_is_good"
    )

    assert told.words == ("better",)


@pytest.mark.parametrize(("lower", "upper"), [(0.31, 0.9), (0.1, 0.69)])
def test_inner_limits_outside_the_outer_are_refused(lower, upper):
    with pytest.raises(StatisticsError, match=r"Limits at 95 % must lie within those at 99.8 %"):
        compare_two_levels(
            Limits(np.array([0.3]), np.array([0.7])), Limits(np.array([lower]), np.array([upper])), benchmark=0.5, polarity="none"
        )


def test_limits_of_other_areas_are_refused():
    with pytest.raises(StatisticsError, match="must be given for the same areas"):
        compare_two_levels(Limits(np.zeros(2), np.ones(2)), Limits(np.zeros(1), np.ones(1)), benchmark=0.5, polarity="none")


def test_proportions_are_held_to_wilson_limits_around_the_benchmark():
    # Around 0.5 at 100: 95 % 0.4038 to 0.5962, 99.8 % 0.3523 to 0.6477.
    counts = [35, 36, 40, 41, 59, 60, 64, 65, np.nan]

    told = compare_proportions(counts, denominator=[100] * 9, benchmark=0.5, polarity="high_is_good")

    assert told.words == ("worst", "worse", "worse", "similar", "similar", "better", "better", "best", "not_compared")


def test_a_proportion_on_a_control_limit_is_similar():
    limit = wilson_limits([50.0], [100.0])

    on = compare_proportions([100 * limit.upper[0], 100 * limit.lower[0]], denominator=[100, 100], benchmark=0.5, polarity="none")
    beyond = compare_proportions(
        [100 * limit.upper[0] + 1e-9, 100 * limit.lower[0] - 1e-9], denominator=[100, 100], benchmark=0.5, polarity="none"
    )

    assert on.words == ("similar", "similar")
    assert beyond.words == ("higher", "lower")


@pytest.mark.parametrize("benchmark", [-0.01, 1.01, np.nan])
def test_a_benchmark_that_is_no_proportion_is_refused(benchmark):
    with pytest.raises(StatisticsError, match="a proportion must lie between 0 and 1"):
        compare_proportions([1], denominator=[2], benchmark=benchmark, polarity="none")


def test_impossible_proportions_and_unknown_polarity_are_refused():
    with pytest.raises(StatisticsError, match="a numerator between 0 and its denominator"):
        compare_proportions([3], denominator=[2], benchmark=0.5, polarity="none")
    with pytest.raises(StatisticsError, match="'good' was given; it must be one of high_is_good, low_is_good, none"):
        compare_proportions([1], denominator=[2], benchmark=0.5, polarity="good")


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0, 1), st.sampled_from(POLARITIES))
def test_proportions_equal_those_of_the_oracle(events, others, benchmark, polarity):
    people = events + others

    told = compare_proportions([events], denominator=[people], benchmark=benchmark, polarity=polarity)

    assert told.words[0] == oracle.compare_proportion(events, people, benchmark, polarity)


def test_the_extremes_of_a_benchmark_are_compared():
    told = compare_proportions([0, 1, 5], denominator=[5, 5, 5], benchmark=0.0, polarity="low_is_good")
    full = compare_proportions([0, 5], denominator=[5, 5], benchmark=1.0, polarity="low_is_good")

    assert told.words == ("similar", "similar", "worst")
    assert full.words == ("best", "similar")


def test_limits_that_are_the_same_at_both_levels_are_taken():
    # Nobody of 5 and all of 5: the outer limit cannot lie beyond the end of the scale.
    ends = Limits(np.array([0.0, 0.6]), np.array([0.4, 1.0]))

    told = compare_two_levels(ends, Limits(np.array([0.0, 0.5]), np.array([0.5, 1.0])), benchmark=0.55, polarity="none")

    assert told.words == ("lowest", "higher")
    assert told.flag.dtype == np.int16
