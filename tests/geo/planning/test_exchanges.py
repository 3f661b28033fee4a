"""Areas that change places: never worse, never out of the weeks, and by hand."""

import numpy as np
import pytest

from geo.planning.exchanges import polish
from geo.planning.fleets import Vehicles, keeps, tell
from geo.planning.limits import Limits
from geo.planning.problems import NOT_SERVED, Problem
from geo.planning.schedule import Terms, stay_weeks


def asked(minutes, load, terms, **limits):
    """One who is not served costs as much as 50 minutes."""
    problem = Problem(minutes, load, minutes.shape[1])
    return Vehicles.of(minutes * load[:, None], load * 50, problem, Limits(load, fleet=terms, **limits))


@pytest.mark.parametrize("seed", range(20))
def test_changes_never_cost_more_nor_break_weeks_floor_or_limits(seed):
    random = np.random.default_rng(seed)
    load, terms = random.integers(1, 9, 12).astype(float), Terms(6.0, 1, 1, 2, 4)
    question = asked(random.random((12, 3)) * 40, load, terms, most=float(random.choice([14.0, 100.0])))
    start, weeks = np.full(12, NOT_SERVED), [1, 1, 1]
    for area, stop in enumerate(random.integers(0, 3, 12)):
        work = load[(start == stop)].sum() + load[area]
        stays = [*weeks[:stop], stay_weeks(work, terms), *weeks[stop + 1 :]]
        if question.fits(stays) and work <= question.most_at():
            start[area], weeks = stop, stays
    before = tell(question, np.arange(3), start)

    after = polish(question, before, floor=0.9 * before.seen)

    loads = [load[after.nearest == stop].sum() for stop in range(3)]
    assert after.total < before.total
    assert after.total == tell(question, after.sites, after.nearest).total
    assert after.seen >= 0.9 * before.seen
    assert question.fits([stay_weeks(work, terms) for work in loads])
    assert max(loads) <= question.most_at() + 1e-6
    assert keeps(question, after)
    assert polish(question, after, floor=after.seen).total == after.total


def test_two_areas_that_are_at_each_others_stop_change_places():
    """Each is 30 minutes from where it is and next to the other: no one has room to go alone, both together save 2 x 10 x 30."""
    question = asked(np.array([[0.0, 30.0], [30.0, 0.0]]), np.array([10.0, 10.0]), Terms(10.0, 0, 1, 2, 1))

    after = polish(question, tell(question, np.arange(2), np.array([1, 0])), floor=20.0)

    assert (after.nearest.tolist(), after.total) == ([0, 1], 0.0)


def test_who_is_left_out_takes_the_place_of_one_who_saves_less_unless_too_few_are_seen_then():
    """One stop of 10 slots: 10 people 40 minutes away are there, 9 next door are not: to change saves 9 x 50 - 10 x 10 = 350."""
    question = asked(np.array([[40.0], [0.0]]), np.array([10.0, 9.0]), Terms(10.0, 0, 1, 1, 1))
    before = tell(question, np.arange(1), np.array([0, NOT_SERVED]))

    after, held = polish(question, before, floor=9.0), polish(question, before, floor=9.5)

    assert (after.nearest.tolist(), before.total - after.total) == ([NOT_SERVED, 0], 350.0)
    assert held.nearest.tolist() == [0, NOT_SERVED]


def test_of_two_stops_that_cost_the_same_the_nearer_is_taken():
    minutes, load = np.array([[9.0, 3.0]]), np.array([5.0])
    question = Vehicles.of(np.zeros((1, 2)), load, Problem(minutes, load, 2), Limits(load, fleet=Terms(10.0, 0, 1, 2, 1)))

    assert polish(question, tell(question, np.arange(2), np.array([0])), floor=5.0).nearest.tolist() == [1]
