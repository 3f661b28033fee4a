"""Local statistics at their edges: values in their own unit, neighbourhoods of nothing, of one area and of the whole map."""

import numpy as np
import pytest
from scipy import sparse

from geo.statistics.local import getis_ord, neighbourhood_excess
from tests.oracles.local import binomial_two_sided


def weighted(*rows):
    return sparse.csr_array(np.array(rows, dtype=float))


def test_the_value_of_gi_is_the_weighted_mean_of_the_neighbourhood():
    weights = weighted([0, 0.25, 0, 0.25], [1, 0, 1, 0], [0, 0, 0, 0], [3, 0, 1, 0])

    found = getis_ord([1, 2, 6, 10], weights)

    np.testing.assert_allclose(found.value, [6, 3.5, np.nan, 2.25])
    np.testing.assert_array_equal(np.isnan(found.value), np.isnan(found.z))
    np.testing.assert_array_equal(np.isnan(found.p), np.isnan(found.z))


@pytest.mark.parametrize("unit", [1.0, 0.01, 400.0])
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # Nothing where next to nothing is expected: the upper tail is all there is.
        ([0, 4, 0, 0], [1, 40, 30, 29]),
        # One where next to none is expected.
        ([1, 3, 0, 0], [1, 40, 30, 29]),
        # All events where nearly all are expected, and all where nearly none are.
        ([5, 0, 0, 0], [90, 4, 3, 3]),
        ([5, 0, 0, 0], [3, 90, 4, 3]),
        # One event in all.
        ([1, 0, 0, 0], [20, 30, 40, 10]),
    ],
)
def test_excess_of_an_area_alone_equals_tails_summed_one_by_one(counts, expected, unit):
    found = neighbourhood_excess(counts, expected=np.array(expected) * unit, weights=weighted(*np.eye(4)))

    for at in range(4):
        share = expected[at] / sum(expected)
        assert found.p[at] == pytest.approx(binomial_two_sided(counts[at], sum(counts), share), rel=1e-9)
        assert found.value[at] == pytest.approx(counts[at] / (share * sum(counts)))


def test_a_neighbourhood_where_nothing_is_expected_and_one_of_the_whole_map_are_not_tested():
    weights = weighted([1, 0, 0], [0, 1, 0], [1, 1, 1])

    found = neighbourhood_excess([0, 2, 2], expected=[0, 1, 1], weights=weights)

    for part in (found.value, found.z, found.p):
        assert np.isnan(part).tolist() == [True, False, True]
