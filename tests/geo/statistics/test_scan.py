"""The scan: every window tried by an oracle, planted clusters, silence without any, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.scan import ScanMethod, scan_bernoulli, scan_poisson
from tests.oracles.scan import best_window

SEEDS = st.integers(0, 10_000)


def a_map(seed, size=14):
    random = np.random.default_rng(seed)
    return random.random((size, 2)), random.gamma(4, 2, size), random


@settings(max_examples=25)
@given(SEEDS, st.sampled_from(["high", "low"]))
def test_the_best_window_is_that_of_every_window_tried(seed, direction):
    points, expected, random = a_map(seed)
    observed = random.poisson(expected)
    method = ScanMethod(most_areas=8, most_share=0.5, direction=direction, replicates=9, seed=1)

    found = scan_poisson(observed, expected=expected, coordinates=points, method=method)

    ratio, members = best_window(
        observed.tolist(), expected.tolist(), [tuple(point) for point in points], most=8, share=0.5, high=direction == "high"
    )
    assert found[0].log_likelihood_ratio == pytest.approx(ratio, rel=1e-9)
    assert set(found[0].members.tolist()) == members
    assert found[0].direction == direction


@settings(max_examples=10)
@given(SEEDS, st.sampled_from(["high", "low", "both"]))
def test_pruning_never_changes_a_p(seed, direction):
    """Replicates judged one by one with all their windows give the same p."""
    points, expected, random = a_map(seed)
    observed = random.poisson(expected)
    method = ScanMethod(most_areas=8, direction=direction, replicates=30, seed=7)

    found = scan_poisson(observed, expected=expected, coordinates=points, method=method)

    share = expected / expected.sum()
    dealt = np.random.default_rng(7).multinomial(int(observed.sum()), share, size=30)
    best = []
    for counts in dealt:
        sides = [True, False] if direction == "both" else [direction == "high"]
        tried = [
            best_window(counts.tolist(), expected.tolist(), [tuple(point) for point in points], most=8, share=0.5, high=side)[0]
            for side in sides
        ]
        best.append(max(tried))
    beyond = sum(one >= found[0].log_likelihood_ratio * (1 - 1e-9) for one in best)
    assert found[0].p == pytest.approx((1 + beyond) / 31)


def test_a_planted_cluster_is_found_with_the_least_p_there_is():
    points, expected, random = a_map(11, size=150)
    near = np.argsort(np.hypot(*(points - points[0]).T))[:10]
    risk = np.ones(150)
    risk[near] = 3

    found = scan_poisson(random.poisson(expected * risk), expected=expected, coordinates=points, method=ScanMethod(replicates=199))

    assert found[0].p == pytest.approx(1 / 200)
    assert len(set(found[0].members.tolist()) & set(near.tolist())) >= 8
    assert found[0].relative_risk == pytest.approx(3, rel=0.3)
    assert found[0].observed > found[0].expected


def test_windows_do_not_overlap_and_come_in_order():
    points, expected, random = a_map(12, size=60)

    found = scan_poisson(random.poisson(expected), expected=expected, coordinates=points, method=ScanMethod(replicates=19))

    everywhere = [int(member) for window in found for member in window.members]
    assert len(everywhere) == len(set(everywhere))
    ratios = [window.log_likelihood_ratio for window in found]
    assert ratios == sorted(ratios, reverse=True)
    assert all(0.05 <= window.p <= 1 for window in found)


def test_without_a_cluster_p_is_spread_evenly():
    points, expected, random = a_map(13, size=40)
    method = ScanMethod(most_areas=15, replicates=39)

    p = [scan_poisson(random.poisson(expected), expected=expected, coordinates=points, method=method)[0].p for _ in range(120)]

    assert np.mean(np.array(p) <= 0.05) <= 0.12
    assert np.mean(p) == pytest.approx(0.5, abs=0.1)


def test_people_who_are_cases_or_not_and_low_windows():
    points, _, random = a_map(14, size=120)
    people = random.integers(40, 120, 120)
    near = np.argsort(np.hypot(*(points - points[3]).T))[:8]
    chance = np.full(120, 0.7)
    chance[near] = 0.4

    found = scan_bernoulli(
        random.binomial(people, chance), people=people, coordinates=points, method=ScanMethod(direction="low", replicates=99)
    )

    assert found[0].p == pytest.approx(0.01)
    assert found[0].direction == "low"
    assert found[0].relative_risk < 0.8
    assert len(set(found[0].members.tolist()) & set(near.tolist())) >= 6


def test_bernoulli_ratio_is_that_of_two_binomials():
    points = np.array([[0.0, 0], [1, 0], [5, 0], [9, 0]])

    found = scan_bernoulli([9, 8, 1, 2], people=[10, 10, 10, 10], coordinates=points, method=ScanMethod(most_areas=2, replicates=9))

    def log(cases, people):
        return cases * np.log(cases / people) + (people - cases) * np.log(1 - cases / people)

    assert found[0].members.tolist() in ([0, 1], [1, 0])
    assert found[0].log_likelihood_ratio == pytest.approx(log(17, 20) + log(3, 20) - log(20, 40))
    assert found[0].expected == pytest.approx(10)


def test_areas_in_one_place_are_each_the_first_of_their_own_window():
    points = np.array([[0.0, 0]] * 4 + [[3, 3]] * 2)

    found = scan_poisson([0, 0, 0, 9, 1, 1], expected=[1] * 6, coordinates=points, method=ScanMethod(most_areas=1, replicates=19))

    assert found[0].members.tolist() == [3]


def test_a_window_holds_no_more_than_its_share():
    points, expected, random = a_map(15, size=30)

    found = scan_poisson(random.poisson(expected), expected=expected, coordinates=points, method=ScanMethod(most_share=0.1, replicates=9))

    total = sum(window.expected for window in found)
    assert all(window.expected <= 0.1 * random.poisson(expected).sum() * 1.5 for window in found)
    assert total > 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"observed": [1, 2.5, 3]}, "whole numbers"),
        ({"observed": [1, -2, 3]}, "whole numbers"),
        ({"observed": [1, np.nan, 3]}, "never taken as 0"),
        ({"observed": [0, 0, 0]}, "needs events"),
        ({"expected": [0, 0, 0]}, "needs events"),
        ({"expected": [1, 1]}, "the shape"),
        ({"expected": [1, -1, 2]}, "0 or more"),
        ({"method": ScanMethod(direction="up")}, "must be one of high, low, both"),
        ({"method": ScanMethod(replicates=0)}, "needs a replicate"),
        ({"method": ScanMethod(most_areas=0)}, "needs a replicate"),
        ({"method": ScanMethod(most_share=0)}, "needs a replicate"),
        ({"method": ScanMethod(most_share=1.1)}, "needs a replicate"),
    ],
)
def test_what_cannot_be_scanned_is_refused(changes, message):
    given_ = {"observed": [1, 2, 3], "expected": [1, 1, 1], "method": ScanMethod(replicates=9)} | changes

    with pytest.raises(StatisticsError, match=message):
        scan_poisson(given_["observed"], expected=given_["expected"], coordinates=np.eye(3, 2), method=given_["method"])


@pytest.mark.parametrize(("cases", "people"), [([3, 1, 1], [2, 2, 2]), ([1, 1, 1], [2.5, 2, 2]), ([2, 2, 2], [2, 2, 2])])
def test_cases_must_be_some_of_the_people(cases, people):
    with pytest.raises(StatisticsError, match="some of the people"):
        scan_bernoulli(cases, people=people, coordinates=np.eye(3, 2), method=ScanMethod(replicates=9))
