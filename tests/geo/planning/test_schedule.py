"""Weeks and order of stops: by hand, against every order tried, and what must hold whatever the stops."""

from datetime import date
from itertools import pairwise, permutations

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.schedule import Cohort, Terms, make_schedule, monday_of, stay_weeks

TERMS = Terms(slots=100, towing_days=1, least_weeks=1, vehicles=1, weeks=52)


def terms(**fields):
    """One van that sees 100 a week and loses a day to towing."""
    return Terms(**{**vars(TERMS), **fields})


def places(seed, count):
    """Stops in a square of 40 km."""
    return np.random.default_rng(seed).random((count, 2)) * 40_000


def test_a_stay_is_as_long_as_work_and_towing_or_the_least():
    assert stay_weeks(100, TERMS) == 2  # five days of work and one of towing
    assert stay_weeks(80, TERMS) == 1
    assert stay_weeks(80, terms(least_weeks=3)) == 3
    assert stay_weeks(0, TERMS) == 1


@pytest.mark.parametrize("seed", range(6))
def test_the_way_is_hardly_longer_than_the_shortest_of_all_orders(seed):
    points = places(seed, 7)
    shortest = min(sum(np.hypot(*(points[one] - points[other])) for one, other in pairwise(way)) for way in permutations(range(7))) / 1000

    schedule = make_schedule(points, [], TERMS)

    assert shortest - 1e-9 <= schedule.km <= 1.05 * shortest
    assert sorted(turn.stop for turn in schedule.turns) == list(range(7))


@pytest.mark.parametrize("vehicles", [1, 2, 3, 9])
def test_a_vehicle_is_at_one_stop_at_a_time_and_every_stop_has_one_turn(vehicles):
    points = places(1, 6)
    cohorts = [Cohort(f"practice {number}", number % 6, 40.0 + 37 * number) for number in range(12)]

    schedule = make_schedule(points, cohorts, terms(vehicles=vehicles))

    assert sorted(turn.stop for turn in schedule.turns) == list(range(6))
    for vehicle in {turn.vehicle for turn in schedule.turns}:
        own = [turn for turn in schedule.turns if turn.vehicle == vehicle]
        assert all(one.last + 1 == other.first for one, other in pairwise(own))
    for session in schedule.sessions:
        turn = next(turn for turn in schedule.turns if turn.stop == session.cohort.stop)
        assert turn.first <= session.first <= session.last <= turn.last
        assert turn.vehicle == session.vehicle


def test_two_vehicles_share_the_weeks():
    cohorts = [Cohort(str(number), number, 80.0) for number in range(8)]

    assert make_schedule(places(2, 8), cohorts, terms(vehicles=2)).busiest == 4


@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_late_where_some_order_is_in_time(seed):
    random = np.random.default_rng(seed)
    weeks = [int(stay_weeks(80, TERMS))] * 5
    order = random.permutation(5)
    due = np.empty(5, dtype=int)
    due[order] = np.cumsum([weeks[stop] for stop in order]) - 1
    cohorts = [Cohort(f"practice {stop}", stop, 80.0, int(due[stop])) for stop in range(5)]

    schedule = make_schedule(places(seed, 5), cohorts, TERMS)

    assert schedule.late == ()
    assert [turn.stop for turn in schedule.turns] == order.tolist()


def test_slack_in_due_dates_is_used_for_a_shorter_way():
    points = np.array([[0.0, 0], [30_000, 0], [10_000, 0], [20_000, 0]])
    strict = [Cohort(str(stop), stop, 80.0, stop) for stop in range(4)]
    slack = [Cohort(str(stop), stop, 80.0, 20 + stop) for stop in range(4)]

    assert make_schedule(points, strict, TERMS).km == pytest.approx(30 + 20 + 10)
    assert make_schedule(points, slack, TERMS).km == pytest.approx(30)


def test_who_cannot_be_in_time_is_told_as_late():
    schedule = make_schedule(places(0, 2), [Cohort("a", 0, 300.0, 0), Cohort("b", 1, 80.0, 1)], TERMS)

    assert [(session.cohort.name, session.late) for session in schedule.late] == [("a", 3), ("b", 3)]


def test_a_week_begins_on_its_monday():
    assert monday_of(date(2027, 1, 7), 0) == date(2027, 1, 4)
    assert monday_of(date(2027, 1, 4), 2) == date(2027, 1, 18)


def test_a_cohort_of_no_stop_is_refused():
    with pytest.raises(PlanningError, match="b goes to a stop that is not of the plan"):
        make_schedule(places(0, 2), [Cohort("b", 2, 10.0)], TERMS)
