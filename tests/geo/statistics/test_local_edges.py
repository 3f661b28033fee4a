"""Local statistics at their edges: values in their own unit, neighbourhoods of nothing, of one area and of the whole map."""

import numpy as np
import pytest
from scipy import sparse

from geo.statistics.local import assuncao_reis, getis_ord, local_moran, neighbourhood_excess, permuted_sum, skewed_two_sided
from tests.oracles.local import binomial_two_sided, every_deal


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


def moments(sums, chances=None):
    """Mean, spread and skewness of sums that are equally likely."""
    mean, spread = np.mean(sums), np.std(sums)
    return mean, spread, np.mean((np.array(sums) - mean) ** 3) / spread**3


@pytest.mark.parametrize("values", [[0.0, 1, 5, 2, 9], [0.0, 3, 4, 9], [1.0, 2, 6]])
@pytest.mark.parametrize("is_star", [True, False])
def test_gi_with_unequal_weights_has_the_moments_of_every_deal(values, is_star):
    own = np.zeros(len(values))
    own[0], own[1], own[-1] = 3 * is_star, 2, 0.5
    weights = weighted(own, *np.roll(np.eye(len(values)), 0 if is_star else 1, axis=1)[1:])
    mean, spread, skewness = moments(every_deal(values, own.tolist(), None if is_star else 0))

    found = getis_ord(values, weights)

    z = (own @ np.array(values) - mean) / spread
    assert found.z[0] == pytest.approx(z)
    assert found.p[0] == pytest.approx(skewed_two_sided(np.array([z]), skewness=np.array([skewness]))[0])


@pytest.mark.parametrize("scale", [1.0, 0.001, 1000.0])
def test_local_moran_has_the_conditional_moments_of_every_deal(scale):
    values = np.array([4.0, 1, 5, 2, 9]) * scale
    own = [0, 2, 0, 1, 1]
    weights = weighted(own, *np.roll(np.eye(5), 1, axis=1)[1:])
    lags = np.array(every_deal(values.tolist(), [one / 4 for one in own], 0)) - values.mean()

    found = local_moran(values, weights).statistic

    lag = np.array(own) @ values / 4 - values.mean()
    below = values[0] - values.mean()
    assert found.z[0] == pytest.approx(np.sign(below) * (lag - lags.mean()) / lags.std())
    assert found.value[0] == pytest.approx(below * lag / values.var(ddof=1))


def test_local_moran_where_all_others_are_equal_cannot_tell():
    found = local_moran([5.0, 1, 1, 1], weighted([0, 1, 1, 0], [1, 0, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0])).statistic

    assert np.isnan(found.z).tolist() == [True, False, False, False]


def test_what_lies_on_the_mean_counts_as_low():
    # Deviations -2, 0, 2, 0; then the means of neighbours are 0, 2, -2 and so on.
    weights = weighted([0, 1, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0])

    found = local_moran([1.0, 3, 5, 3], weights)

    assert found.quadrant.tolist() == [3, 2, 4, 3]
    assert found.quadrant.dtype == np.int8


@pytest.mark.parametrize("counts", [[3, 0, 4, 1, 7], [1, 0, 0, 1, 0]])
def test_dealt_sums_are_standardised_by_every_deal(counts):
    neighbours = [1, 1, 0, 1, 0]
    mean, spread, _ = moments(every_deal(counts, neighbours, 0))

    found = permuted_sum(counts, weighted(neighbours, *np.roll(np.eye(5), 1, axis=1)[1:]))

    assert found.z[0] == pytest.approx((1 - mean) / spread)
    assert found.value[0] == 1
    assert found.value.dtype == np.float64


def test_dealt_sums_of_equal_counts_have_no_distance_and_are_no_wonder():
    found = permuted_sum([2, 2, 2, 2], weighted(*np.roll(np.eye(4), 1, axis=1)))

    assert np.isnan(found.z).all()
    np.testing.assert_allclose(found.p, 1)


def test_rates_that_differ_less_than_chance_are_compared_by_chance_alone():
    # Rate 0.02 in all but a hair: the true variance would be below 0, so the spread is the root of rate over people.
    events, people = np.array([0, 41, 59, 1]), np.array([1.0, 2000, 3000, 49])

    found = assuncao_reis(events, population=people)

    rate = events.sum() / people.sum()
    true = np.sum(people * (events / people - rate) ** 2) / people.sum() - rate / people.mean()
    spread = true + rate / people
    assert (spread > 0).tolist() == [True, False, False, True]
    np.testing.assert_allclose(found, (events / people - rate) / np.sqrt(np.where(spread > 0, spread, rate / people)))
