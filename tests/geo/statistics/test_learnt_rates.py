"""Rates by band learnt from a map: areas of one band as the plain case, planted rates, and what deprivation does to them; refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.learnt_rates import expected_by_band
from tests.oracles.learnt_rates import best_rates

RATES = np.array([0.001, 0.01, 0.05])


def a_country(*, areas=3_000, seed=1, ratio=1.0):
    """Areas of 1,500 people; the poor half is younger. Events at RATES, `ratio` times as many in the poor half."""
    random = np.random.default_rng(seed)
    poor = (np.arange(areas) % 2).astype(np.int64)
    shares = np.where(poor[:, np.newaxis] == 1, [6.0, 3.0, 1.0], [5.0, 3.0, 2.0])
    people = np.array([random.multinomial(1_500, random.dirichlet(3 * row)) for row in shares])
    return random.poisson(people @ RATES * np.where(poor, ratio, 1.0)), people, poor


def test_areas_of_one_band_each_get_the_rate_of_their_band():
    people = np.array([[100.0, 0], [300, 0], [0, 50], [0, 150]])

    assert expected_by_band([1, 7, 10, 10], people=people) == pytest.approx([2, 6, 5, 15])


def test_rates_equal_a_search_over_a_grid():
    events, people, _ = a_country(areas=40)
    people = people[:, :2]

    found = expected_by_band(events, people=people)

    assert found == pytest.approx(best_rates(events.tolist(), people.tolist()), rel=0.02)


def test_planted_rates_are_learnt():
    events, people, _ = a_country()

    assert expected_by_band(events, people=people) == pytest.approx(people @ RATES, rel=0.15)


def test_rates_of_the_old_are_not_taken_for_those_of_the_poor_where_groups_are_known():
    events, people, poor = a_country(ratio=1.6)

    apart = expected_by_band(events, people=people, groups=poor)
    mixed = expected_by_band(events, people=people)

    truth = people @ RATES

    def missed(found):
        return np.std(np.log(found / found.sum() / truth * truth.sum()))

    assert missed(apart) < 0.03
    assert missed(mixed) > 2 * missed(apart)
    ratios = [events[poor == one].sum() / apart[poor == one].sum() for one in (0, 1)]
    assert ratios[1] / ratios[0] == pytest.approx(1.6, rel=0.03)


@pytest.mark.parametrize("is_rising", [False, True])
@pytest.mark.parametrize("ratio", [1.0, 1.6])
def test_a_map_without_chance_gives_its_rates_exactly(ratio, is_rising):
    _, people, poor = a_country(areas=60)

    found = expected_by_band(people @ RATES * np.where(poor, ratio, 1.0), people=people, groups=poor, is_rising=is_rising)

    np.testing.assert_allclose(found / found.sum(), people @ RATES / (people @ RATES).sum(), rtol=2e-3)


def test_rates_may_fall_where_nothing_says_that_they_rise():
    people = np.array([[100.0, 0], [300, 0], [0, 50], [0, 150]])

    assert expected_by_band([20, 60, 2, 6], people=people) == pytest.approx([20, 60, 2, 6])


def test_rates_that_may_not_fall_do_not():
    people = np.array([[100.0, 0, 0], [0, 100, 0], [0, 0, 100]])

    found = expected_by_band([10, 4, 30], people=people, is_rising=True)

    assert found[0] == pytest.approx(found[1])
    assert found[2] > found[1]
    assert found.sum() == pytest.approx(44)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 90), st.integers(0, 90)), min_size=2, max_size=15))
def test_sum_order_and_scale(areas):
    events, *bands = map(np.array, zip(*areas, strict=True))
    events[0] += 1
    people = np.column_stack(bands).astype(float)

    found = expected_by_band(events, people=people)

    assert found.sum() == pytest.approx(events.sum())
    assert np.all(found >= 0)
    assert expected_by_band(events[::-1], people=people[::-1])[::-1] == pytest.approx(found, rel=1e-6, abs=1e-6)
    for unit in (7, 0.0001):
        assert expected_by_band(events, people=people * unit) == pytest.approx(found, rel=1e-6, abs=1e-6)


def test_a_group_without_events_and_an_area_without_people_are_answered():
    people = np.array([[10.0, 5], [4, 9], [0, 0], [7, 7]])

    found = expected_by_band([0, 0, 0, 9], people=people, groups=np.array([0, 0, 1, 1]))

    assert found[2] == 0
    assert found.sum() == pytest.approx(9)


@pytest.mark.parametrize(
    ("events", "people", "message"),
    [
        ([1, np.nan], [[1, 2], [3, 4]], "its people is missing"),
        ([1, 2], [[1, 2], [3, np.nan]], "is missing"),
        ([1, 2], [[1, 2], [3, -1]], "below 0"),
        ([1, 2], [1, 2], "a row an area"),
        ([1, 2], [[1, 2]], "the shape"),
        ([0, 0], [[1, 2], [3, 4]], "no rate can be learnt"),
        ([1, 0], [[0, 0], [0, 0]], "no rate can be learnt"),
    ],
)
def test_what_cannot_be_learnt_is_refused(events, people, message):
    with pytest.raises(StatisticsError, match=message):
        expected_by_band(events, people=people)
