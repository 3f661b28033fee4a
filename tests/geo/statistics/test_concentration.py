"""Concentration against plain second versions, the law of chance, and by its properties."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import StatisticsError
from geo.statistics.concentration import (
    chance_envelope,
    chance_envelope_of_people,
    concentration_curve,
    concentration_index,
    curve_by_chance,
    gini,
    share_in_top,
)
from tests.oracles import inequality as oracle

AREAS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 500)), min_size=1, max_size=20).filter(lambda rows: any(x for x, _ in rows))


def columns(rows):
    return (np.array(part, dtype=float) for part in zip(*rows, strict=True))


def test_two_halves_with_three_events_and_one():
    curve = concentration_curve([1, 3], base=[50, 50], ranks=[2, 1])

    np.testing.assert_array_equal(curve.base, [0, 0.5, 1])
    np.testing.assert_array_equal(curve.events, [0, 0.75, 1])
    assert concentration_index([1, 3], base=[50, 50], ranks=[2, 1]) == -0.25
    assert concentration_index([1, 3], base=[50, 50], ranks=[1, 2]) == 0.25
    assert gini([1, 3], base=[50, 50]) == 0.25
    assert share_in_top([1, 3], base=[50, 50], top=0.5) == 0.75
    assert share_in_top([1, 3], base=[50, 50], top=0.25) == 0.375


def test_areas_of_one_rank_are_one_step():
    curve = concentration_curve([1, 2, 5], base=[10, 20, 10], ranks=[1, 1, 2])

    np.testing.assert_allclose(curve.base, [0, 0.75, 1])
    np.testing.assert_allclose(curve.events, [0, 0.375, 1])


@given(AREAS)
def test_indices_equal_those_of_plain_sums(rows):
    events, people = columns(rows)
    ranks = np.arange(len(rows))[::-1]

    assert gini(events, base=people) == pytest.approx(oracle.mean_difference_index(events / people, people), abs=1e-9)
    expected = oracle.covariance_index(events / people, people, ranks)
    assert concentration_index(events, base=people, ranks=ranks) == pytest.approx(expected, abs=1e-9)


@given(AREAS, st.floats(0.01, 0.99))
def test_the_share_in_the_top_equals_that_filled_area_by_area(rows, top):
    events, people = columns(rows)

    assert share_in_top(events, base=people, top=top) == pytest.approx(oracle.top_share(events, people, top), abs=1e-9)


@given(AREAS, st.integers(2, 9), st.randoms())
def test_unit_order_and_empty_areas_do_not_matter(rows, times, random):
    events, people = columns(rows)
    order = random.sample(range(len(rows)), len(rows))

    value = gini(events, base=people)

    assert 0 <= value + 1e-12 < 1 + 1e-12
    for unit in (7, 0.001):
        assert gini(events * times, base=people * unit) == pytest.approx(value, abs=1e-9)
    assert gini(events[order], base=people[order]) == pytest.approx(value, abs=1e-9)
    assert gini([*events, 0], base=[*people, 0]) == pytest.approx(value, abs=1e-9)
    assert abs(concentration_index(events, base=people, ranks=np.arange(len(rows)))) <= value + 1e-9


def test_one_area_and_equal_rates_are_not_concentrated():
    assert gini([4], base=[9]) == 0
    assert gini([1, 0], base=[1, 1]) == pytest.approx(0.5)
    assert gini([1, 2, 3], base=[10, 20, 30]) == pytest.approx(0, abs=1e-12)
    assert share_in_top([1, 2, 3], base=[10, 20, 30]) == pytest.approx(0.1)


class TestChance:
    def test_events_that_fell_by_chance_lie_within_and_planted_ones_above(self):
        random, people = np.random.default_rng(2), np.full(400, 1500.0)
        by_chance = random.poisson(2.0, 400)
        planted = by_chance.copy()
        planted[:40] += 8

        fair, unfair = chance_envelope(by_chance, base=people, draws=199, seed=1), chance_envelope(planted, base=people, draws=199, seed=1)

        assert fair.gini_by_chance.lower < fair.gini < fair.gini_by_chance.upper
        assert fair.top_share_by_chance.lower < fair.top_share < fair.top_share_by_chance.upper
        assert unfair.gini > unfair.gini_by_chance.upper
        assert unfair.top_share > unfair.top_share_by_chance.upper
        # Two events an area look concentrated by chance alone.
        assert fair.gini_by_chance.lower > 0.3
        assert fair.gini == gini(by_chance, base=people)
        assert fair.top_share == share_in_top(by_chance, base=people)

    def test_the_envelope_is_the_middle_and_the_tails_of_the_draws(self):
        people, draws = np.array([10.0, 20.0, 30.0]), 50
        random = np.random.default_rng(6)
        values = [gini(random.multinomial(12, people / 60), base=people) for _ in range(draws)]

        found = chance_envelope([6, 4, 2], base=people, draws=draws, seed=6, confidence=0.8)

        by_chance = found.gini_by_chance
        np.testing.assert_allclose((by_chance.lower, by_chance.middle, by_chance.upper), np.quantile(values, [0.1, 0.5, 0.9]), rtol=1e-12)

    def test_a_seed_fixes_the_draws_and_the_top_is_the_one_asked_for(self):
        one, again, other = (chance_envelope([6, 4, 2], base=[10, 20, 30], draws=20, seed=seed, top=0.3) for seed in (1, 1, 2))

        assert one == again != other
        assert one.top_share == share_in_top([6, 4, 2], base=[10, 20, 30], top=0.3)

    def test_one_draw_is_its_own_envelope(self):
        found = chance_envelope([6, 4, 2], base=[10, 20, 30], draws=1).gini_by_chance

        assert found.lower == found.middle == found.upper > 0

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"events": [1.5, 1]}, "Chance falls on whole events"),
            ({"draws": 0}, "0 draws were asked for"),
            ({"top": 1.0}, r"A top share of 1\.0"),
            ({"confidence": 0.5}, r"confidence of 0\.5"),
        ],
    )
    def test_what_means_nothing_is_refused(self, arguments, words):
        with pytest.raises(StatisticsError, match=words):
            chance_envelope(**{"events": [2, 1], "base": [5, 5], **arguments})


@pytest.mark.parametrize(
    ("events", "base", "words"),
    [
        ([1, np.nan], [1, 1], "a missing count is not 0"),
        ([1, 1], [1, np.nan], "a missing count is not 0"),
        ([1, -1], [1, 1], "cannot be below 0"),
        ([1, 0], [1, -1], "cannot be below 0"),
        ([1, 1], [1, 0], "nor can events be where there is no base"),
        ([0, 0], [1, 1], "There are no events"),
        ([], [], "There are no events"),
        ([1, 1], [1], "both must be of one length"),
        ([[1]], [[1]], "both must be of one length"),
    ],
)
def test_areas_that_mean_nothing_are_refused(events, base, words):
    with pytest.raises(StatisticsError, match=words):
        gini(events, base=base)


@pytest.mark.parametrize("ranks", [[1], [1, np.nan]])
def test_every_area_needs_a_rank(ranks):
    with pytest.raises(StatisticsError, match="Every area needs a rank"):
        concentration_curve([1, 1], base=[1, 1], ranks=ranks)


@pytest.mark.parametrize("top", [0.0, 1.0, -0.1])
def test_a_top_outside_0_and_1_is_refused(top):
    with pytest.raises(StatisticsError, match="it must lie between 0 and 1"):
        share_in_top([1, 1], base=[1, 1], top=top)


# A country of three groups, so small that every way in which chance may deal its events can be tried.
PEOPLE, EVENTS = np.array([3.0, 2.0, 4.0]), 4
HOME = np.repeat(np.arange(3), PEOPLE.astype(int))


def all_indices(allocations):
    """The concentration index of every allocation of events to people."""
    counts = (np.bincount(HOME[list(chosen)], minlength=3) for chosen in allocations)
    return np.array([oracle.covariance_index(one / PEOPLE, PEOPLE, np.array([1, 2, 3])) for one in counts])


@pytest.mark.parametrize(("are_people", "allocations"), [(True, combinations(range(9), EVENTS)), (False, product(range(9), repeat=EVENTS))])
def test_chance_of_the_index_is_that_of_every_allocation(are_people, allocations):
    every = all_indices(allocations)

    _, _, chance = curve_by_chance([2, 1, 1], base=PEOPLE, ranks=[1, 2, 3], are_people=are_people)

    assert every.mean() == pytest.approx(0.0, abs=1e-12)
    assert chance.middle == 0.0
    np.testing.assert_allclose(chance.upper, 1.959963984540054 * every.std(), rtol=1e-12)
    assert chance.lower == -chance.upper


def test_chance_of_the_curve_is_that_of_one_share():
    # By hand: 20 of 100 people drawn without putting back, half of whom stand in the first group: sqrt(0.25 / 20 x 80 / 99).
    lower, upper, _ = curve_by_chance([12, 8], base=[50, 50], ranks=[1, 2], are_people=True)
    free = curve_by_chance([12, 8], base=[50, 50], ranks=[1, 2], are_people=False)

    np.testing.assert_allclose(lower.events, [0, 0.5 - 1.959963984540054 * 0.10050378, 1], rtol=1e-7)
    np.testing.assert_allclose(upper.events, [0, 0.5 + 1.959963984540054 * 0.10050378, 1], rtol=1e-7)
    np.testing.assert_allclose(free[1].events[1], 0.5 + 1.959963984540054 * np.sqrt(0.25 / 20), rtol=1e-12)
    np.testing.assert_array_equal(lower.base, [0, 0.5, 1])


def test_limits_of_the_curve_stay_between_nothing_and_everything():
    lower, upper, _ = curve_by_chance([1, 0], base=[1, 99], ranks=[1, 2], are_people=False)

    assert lower.events[1] == 0
    assert 0 < upper.events[1] < 1


@given(AREAS, st.integers(2, 9))
def test_chance_narrows_with_the_root_of_the_counts_and_does_not_mind_the_order(rows, times):
    events, people = columns(rows)
    ranks = np.arange(len(rows))

    _, _, once = curve_by_chance(events, base=people, ranks=ranks, are_people=False)
    _, _, often = curve_by_chance(events * times, base=people * times, ranks=ranks, are_people=False)
    _, _, turned = curve_by_chance(events[::-1], base=people[::-1], ranks=ranks[::-1], are_people=False)

    np.testing.assert_allclose(often.upper * np.sqrt(times), once.upper, rtol=1e-9)
    np.testing.assert_allclose(turned.upper, once.upper, rtol=1e-9)


def test_people_drawn_once_spread_less_than_events_that_may_come_again():
    random = np.random.default_rng(7)
    people = random.integers(200, 900, 60).astype(float)
    counts = random.binomial(people.astype(int), 0.4).astype(float)

    of_people = chance_envelope_of_people(counts, base=people, draws=199)
    of_events = chance_envelope(counts, base=people, draws=199)

    # These counts were dealt by chance: only the envelope of people may hold them, for the other expects sqrt(1 / 0.6) times as much.
    assert of_people.gini_by_chance.lower < of_people.gini < of_people.gini_by_chance.upper
    assert of_people.top_share_by_chance.lower < of_people.top_share < of_people.top_share_by_chance.upper
    assert of_people.gini < of_events.gini_by_chance.lower
    assert of_events.gini_by_chance.middle / of_people.gini_by_chance.middle == pytest.approx(np.sqrt(1 / 0.6), rel=0.05)
    assert chance_envelope_of_people(counts, base=people, draws=199) == of_people


def test_everybody_counted_leaves_nothing_to_chance():
    found = chance_envelope_of_people([5, 9], base=[5, 9], draws=3)
    _, _, index = curve_by_chance([5, 9], base=[5, 9], ranks=[1, 2], are_people=True)

    assert (found.gini, found.gini_by_chance.lower, found.gini_by_chance.upper) == (0, 0, 0)
    assert index.upper == 0


def test_people_must_be_whole_and_no_more_than_there_are():
    with pytest.raises(StatisticsError, match="whole people"):
        chance_envelope_of_people([1.5, 2], base=[5, 9])
    with pytest.raises(StatisticsError, match="whole people"):
        chance_envelope_of_people([1, 2], base=[5.5, 9])
    with pytest.raises(StatisticsError, match="more of them than people"):
        chance_envelope_of_people([6, 2], base=[5, 9])
    with pytest.raises(StatisticsError, match="more of them than people"):
        curve_by_chance([10, 9], base=[5, 9], ranks=[1, 2], are_people=True)
    with pytest.raises(StatisticsError, match="0 draws"):
        chance_envelope_of_people([1, 2], base=[5, 9], draws=0)
    with pytest.raises(StatisticsError, match="confidence"):
        chance_envelope_of_people([1, 2], base=[5, 9], confidence=95)
    with pytest.raises(StatisticsError, match="top share"):
        chance_envelope_of_people([1, 2], base=[5, 9], top=1)


def test_two_people_who_are_all_counted_and_one_draw_of_one_person_leave_nothing_to_chance():
    _, _, index = curve_by_chance([1, 1], base=[1, 1], ranks=[1, 2], are_people=True)
    _, _, alone = curve_by_chance([1], base=[1], ranks=[1], are_people=True)
    one = chance_envelope_of_people([1, 0], base=[1, 1], draws=1).gini_by_chance

    assert (index.lower, index.upper) == (0, 0)
    assert (alone.lower, alone.upper) == (0, 0)
    assert one.lower == one.middle == one.upper == 0.5


def test_the_upper_limit_of_the_curve_is_no_more_than_everything():
    _, upper, _ = curve_by_chance([0, 1], base=[99, 1], ranks=[1, 2], are_people=False)

    assert upper.events.tolist() == [upper.events[0], 1.0, 1.0]
