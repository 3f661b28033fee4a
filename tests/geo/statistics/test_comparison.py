"""Flags against the benchmark."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.comparison import compare
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
