"""Every window of a scan and every p against plain loops: small counts and large, both directions, people and expectation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.scan import ScanMethod, scan_bernoulli, scan_poisson
from tests.oracles.scan import every_window, without_overlap

AREAS, MOST, REPLICATES = 9, 6, 19
SEEDS = st.integers(0, 10_000)


def assert_same_windows(found, tried, most=1):
    """Of the windows tried those that do not overlap: ratios in their order, and areas where no other set of them is as striking."""
    found, wanted = found[:most], without_overlap(tried)[:most]
    assert [window.log_likelihood_ratio for window in found] == pytest.approx([ratio for ratio, _ in wanted], rel=1e-9)
    for window, (ratio, areas) in zip(found, wanted, strict=True):
        if len({frozenset(others) for other, others in tried if abs(ratio - other) < 1e-9}) == 1:
            assert set(window.members.tolist()) == areas


@pytest.mark.parametrize("direction", ["high", "low", "both"])
@pytest.mark.parametrize(("events", "share"), [(0.4, 0.5), (6.0, 0.5), (6.0, 0.12), (1.5, 1.0)])
@settings(max_examples=12)
@given(SEEDS)
def test_windows_of_events_and_their_p_equal_those_of_plain_loops(direction, events, share, seed):
    random = np.random.default_rng(seed)
    points, expected = random.random((AREAS, 2)), random.gamma(2, events / 2, AREAS)
    observed = random.poisson(expected)
    observed[0] += not observed.any()
    places = [tuple(point) for point in points]

    def tried(counts):
        return every_window(counts.tolist(), expected.tolist(), places, (MOST, share), direction=direction)

    method = ScanMethod(most_areas=MOST, most_share=share, direction=direction, replicates=REPLICATES, seed=seed)
    found = scan_poisson(observed, expected=expected * 3, coordinates=points, method=method)

    assert_same_windows(found, tried(observed))
    dealt = np.random.default_rng(seed).multinomial(int(observed.sum()), expected / expected.sum(), size=REPLICATES)
    best = np.array([max((ratio for ratio, _ in tried(counts)), default=0.0) for counts in dealt])
    for window in found:
        assert window.p == (1 + np.sum(best >= window.log_likelihood_ratio * (1 - 1e-9))) / (REPLICATES + 1)
        assert window.direction == ("high" if window.observed > window.expected else "low")


@pytest.mark.parametrize("direction", ["high", "low", "both"])
@settings(max_examples=12)
@given(SEEDS, st.sampled_from([0.1, 0.6]))
def test_windows_of_people_and_their_p_equal_those_of_plain_loops(direction, seed, chance):
    random = np.random.default_rng(seed)
    points, people = random.random((AREAS, 2)), random.integers(1, 12, AREAS)
    cases = random.binomial(people, chance)
    cases[np.argmax(people)] = 1
    places = [tuple(point) for point in points]

    def tried(counts):
        usual = people * counts.sum() / people.sum()
        return every_window(counts.tolist(), usual.tolist(), places, (MOST, 0.5), direction=direction, people=people.tolist())

    method = ScanMethod(most_areas=MOST, direction=direction, replicates=REPLICATES, seed=seed)
    found = scan_bernoulli(cases, people=people, coordinates=points, method=method)

    assert_same_windows(found, tried(cases))
    dealt = np.random.default_rng(seed).multivariate_hypergeometric(people, int(cases.sum()), size=REPLICATES, method="marginals")
    best = np.array([max((ratio for ratio, _ in tried(counts)), default=0.0) for counts in dealt])
    for window in found:
        # A tie may fall on either side by the last digit of a sum.
        beyond, level = (np.sum(best >= window.log_likelihood_ratio * (1 + by)) for by in (1e-9, -1e-9))
        assert (1 + beyond) / (REPLICATES + 1) <= window.p <= (1 + level) / (REPLICATES + 1)


@pytest.mark.parametrize("direction", ["high", "low"])
def test_all_windows_that_do_not_overlap_are_given(direction):
    random = np.random.default_rng(21)
    points, expected = random.random((40, 2)), random.gamma(4, 2, 40)
    observed = random.poisson(expected)
    places = [tuple(point) for point in points]

    found = scan_poisson(
        observed, expected=expected, coordinates=points, method=ScanMethod(most_areas=5, direction=direction, replicates=1)
    )

    assert len(found) > 5
    assert_same_windows(found, every_window(observed.tolist(), expected.tolist(), places, (5, 0.5), direction=direction), most=99)


def test_areas_in_one_place_join_each_others_windows():
    points = np.array([[0.0, 0]] * 4 + [[3, 3]] * 2)

    found = scan_poisson([0, 9, 0, 9, 1, 1], expected=[1, 1, 9, 1, 1, 1], coordinates=points, method=ScanMethod(most_areas=3, replicates=9))

    # Two of four in one place have the events; no window of three may count an area twice.
    assert all(len(set(window.members.tolist())) == len(window.members) for window in found)
    assert {1, 3} <= {int(member) for window in found for member in window.members}
    assert found[0].observed == sum(np.array([0, 9, 0, 9, 1, 1])[found[0].members])


def test_an_area_where_nothing_is_expected_is_no_window_of_its_own():
    points = np.column_stack([np.arange(5.0), np.zeros(5)])

    found = scan_poisson([0, 0, 6, 1, 1], expected=[0, 2, 2, 2, 2], coordinates=points, method=ScanMethod(direction="both", replicates=9))

    assert all(window.expected > 0 for window in found)
    assert found[0].members.tolist() == [2]


def test_without_a_method_999_maps_are_dealt_and_the_same_each_time():
    points, expected = np.random.default_rng(5).random((12, 2)), np.full(12, 4.0)
    observed = np.array([30, *[4] * 11])

    first, again = (scan_poisson(observed, expected=expected, coordinates=points) for _ in range(2))

    assert first[0].p == 0.001
    assert [window.p for window in first] == [window.p for window in again]


def test_windows_that_are_equally_striking_come_in_the_order_of_areas():
    points = np.column_stack([np.arange(60.0), np.zeros(60)])

    found = scan_poisson(
        [2, 0] * 30, expected=[1] * 60, coordinates=points, method=ScanMethod(most_areas=1, direction="both", replicates=1)
    )

    assert sorted(window.members.tolist() for window in found) == [[at] for at in range(60)]
    assert [window.observed for window in found] == [2] * 30 + [0] * 30 or [window.observed for window in found] == [0] * 30 + [2] * 30
    for side in (found[:30], found[30:]):
        assert [int(window.members[0]) for window in side] == sorted(int(window.members[0]) for window in side)


def test_the_whole_map_is_no_window():
    points = np.column_stack([np.arange(5.0), np.zeros(5)])

    found = scan_poisson(
        [3, 1, 0, 2, 9], expected=[1, 2, 3, 4, 5], coordinates=points, method=ScanMethod(most_share=1.0, direction="both", replicates=5)
    )

    assert max(len(window.members) for window in found) < 5


def test_a_relative_risk_is_the_ratio_inside_over_that_outside():
    points = np.array([[0.0, 0], [1, 0], [5, 0], [9, 0]])

    found = scan_poisson([8, 6, 3, 3], expected=[3, 4, 6, 7], coordinates=points, method=ScanMethod(most_areas=1, replicates=1))

    assert found[0].relative_risk == pytest.approx((8 / 3) / (12 / 17))
    assert scan_poisson([8, 0, 0], expected=[1, 1, 1], coordinates=points[:3], method=ScanMethod(replicates=1))[0].relative_risk == np.inf


def test_an_area_may_be_all_cases_and_one_replicate_is_enough():
    points = np.array([[0.0, 0], [1, 0], [5, 0], [9, 0]])

    found = scan_bernoulli([4, 0, 1, 0], people=[4, 4, 4, 4], coordinates=points, method=ScanMethod(replicates=1))

    assert found[0].members.tolist() == [0]
    assert found[0].p in (0.5, 1.0)


@pytest.mark.parametrize("coordinates", [np.zeros((3, 3)), np.zeros((2, 2)), np.zeros(3), [[0, 0], [1, 1], [np.inf, 0]]])
def test_coordinates_must_be_given_for_each_area(coordinates):
    for call in (
        lambda: scan_poisson([1, 2, 3], expected=[1, 1, 1], coordinates=coordinates),
        lambda: scan_bernoulli([1, 2, 3], people=[4, 4, 4], coordinates=coordinates),
    ):
        with pytest.raises(StatisticsError, match="each of 3 areas needs two, none missing"):
            call()
