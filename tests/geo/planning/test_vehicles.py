"""Stops that vehicles serve: what trying everything finds, what more vehicles may never do, and one example worked out by hand."""

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.limits import Limits
from geo.planning.objectives import Question, is_most, place
from geo.planning.problems import NOT_SERVED, Problem
from geo.planning.schedule import Terms, pack, stay_weeks
from geo.planning.vehicles import allot
from tests.oracles.siting import best_with_vehicles

OBJECTIVES = ["median", "cover", "attendance"]


def a_fleet(vehicles=1, weeks=4, *, slots=5.0, towing_days=1, least_weeks=1):
    return Terms(slots, towing_days, least_weeks, vehicles, weeks)


def a_question(seed, fleet, objective="median", *, size=(5, 4, 2), **limits):
    """Few areas, so that everything can be tried; people in whole numbers. size: areas, candidates, sites; what is exempt is there."""
    random = np.random.default_rng(seed)
    areas, candidates, sites = size
    minutes = random.random((areas, candidates)) * 30
    load = random.integers(1, 8, areas).astype(float)
    problem = Problem(minutes, load * random.random(areas) * 3, sites, limits.get("exempt", ()))
    return Question(objective, problem, np.exp(-0.05 * minutes), 12.0, Limits(load, fleet=fleet, **limits))


def check_kept(question, placed):
    """That weeks hold the people of each stop, and vehicles the weeks. Gives the people seen."""
    limits, terms = question.limits, question.limits.fleet
    stops = [site for site in placed.sites if site not in limits.exempt]
    loads = [limits.load[placed.nearest == site].sum() for site in stops]
    weeks = [stay_weeks(work, terms) for work in loads]
    assert len(placed.sites) == question.problem.sites
    assert set(placed.nearest) <= {NOT_SERVED, *placed.sites}
    assert all(work <= stay * terms.slots + 1e-6 for work, stay in zip(loads, weeks, strict=True))
    assert all(terms.least_weeks <= stay <= terms.weeks for stay in weeks)
    assert sum(weeks) <= terms.vehicles * terms.weeks
    assert pack(weeks, terms.vehicles, terms.weeks) is not None
    return limits.load[placed.nearest != NOT_SERVED].sum()


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("weeks", [2, 3, 4, 9])
def test_whom_vehicles_serve_is_as_good_as_anything_that_was_tried(seed, objective, weeks):
    question = a_question(seed, a_fleet(weeks=weeks), objective)
    most, lost = best_with_vehicles(question.costs, question.left, question.problem, question.limits)
    optimum = question.problem.weight.sum() - lost if is_most(objective) else lost

    placed = place(question, most_seconds=20)

    assert check_kept(question, placed) >= most * 0.995 - 1e-6
    assert placed.objective == pytest.approx(optimum, rel=1e-3, abs=1e-6)
    assert (placed.bound >= optimum - 1e-6) if is_most(objective) else (placed.bound <= optimum + 1e-6)
    assert placed.objective == pytest.approx(optimum, rel=max(placed.gap, 1e-9), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_with_limits_of_work_and_what_exists_it_is_so_too(seed):
    fleet = a_fleet(vehicles=2, weeks=2)
    work = a_question(seed, fleet).limits.load.sum()
    for fields in ({"most": 7.0}, {"least": 0.2 * work}, {"exempt": (1,)}):
        question = a_question(seed, fleet, **fields)
        expected = best_with_vehicles(question.costs, question.left, question.problem, question.limits)

        if expected is None:
            with pytest.raises(PlanningError, match="limits"):
                place(question, most_seconds=20)
            continue
        placed = place(question, most_seconds=20)
        assert check_kept(question, placed) >= expected[0] * 0.995 - 1e-6
        assert placed.objective == pytest.approx(expected[1], rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_stop_has_one_vehicle_until_it_is_done(seed):
    """Three stops of two vehicles with three weeks each: of stays of 2, 2 and 2 the third fits nowhere, though there are six weeks."""
    fleet = a_fleet(vehicles=2, weeks=3)
    question = a_question(seed, fleet, size=(5, 3, 3))
    most, lost = best_with_vehicles(question.costs, question.left, question.problem, question.limits)

    placed = place(question, most_seconds=20)

    assert check_kept(question, placed) >= most * 0.995 - 1e-6
    assert placed.objective == pytest.approx(lost, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_more_weeks_or_vehicles_never_serve_fewer_nor_worse(seed, objective):
    seen, reached = [], []
    for vehicles, weeks in ((1, 3), (1, 4), (2, 3), (2, 4), (3, 6)):
        question = a_question(seed, a_fleet(vehicles, weeks), objective, size=(7, 4, 2))
        placed = place(question, most_seconds=10)
        seen.append(check_kept(question, placed))
        reached.append(placed.objective if is_most(objective) else -placed.objective)

    assert seen == sorted(seen)
    assert seen[-1] == question.limits.load.sum()
    assert reached[-1] >= max(reached) - 1e-3 * abs(max(reached))


def test_an_example_worked_out_by_hand():
    """One van, two weeks, ten slots a week, no towing, one of two places: 20 slots for 10 + 10 + 10 people. The longest way is 40.

    At place 0 the areas are 0, 10 and 40 minutes away: serving the first two leaves the third at 40, which is 0 + 100 + 400 = 500. At
    place 1 they are 30, 20 and 20 away: the best two are the last, 400 (left) + 200 + 200 = 800. So place 0, and the third area is left.
    Where the third counts three times: at place 0, first and second: 0 + 100 + 1,200 = 1,300; at place 1, third and second:
    400 + 200 + 600 = 1,200. So place 1 now, and the first is left.
    """
    minutes, load = np.array([[0.0, 30.0], [10.0, 20.0], [40.0, 20.0]]), np.full(3, 10.0)
    limits = Limits(load, fleet=Terms(slots=10, towing_days=0, least_weeks=1, vehicles=1, weeks=2))
    alike = Question("median", Problem(minutes, load, 1), np.exp(-minutes), 15.0, limits)

    usual, fair = place(alike), place(alike.with_weight(np.array([10.0, 10.0, 30.0])))

    assert (usual.sites, usual.nearest.tolist(), usual.objective) == ((0,), [0, 0, NOT_SERVED], 500.0)
    assert (fair.sites, fair.nearest.tolist(), fair.objective) == ((1,), [NOT_SERVED, 1, 1], 1_200.0)
    assert usual.bound == usual.objective


def test_where_vehicles_are_enough_they_change_nothing():
    question = a_question(1, a_fleet(weeks=50), size=(20, 8, 3))
    free = Question("median", question.problem, question.coming, question.within)

    held, usual = place(question), place(free)

    assert (held.sites, held.nearest.tolist()) == (usual.sites, usual.nearest.tolist())
    assert held.objective == pytest.approx(usual.objective)
    assert held.gap <= 1e-4


def test_of_a_large_place_the_answer_is_near_its_bound_in_time():
    random = np.random.default_rng(7)
    areas, stops = random.random((400, 2)) * 40, random.random((160, 2)) * 40
    minutes = np.hypot(*(areas[:, None] - stops[None]).transpose(2, 0, 1))
    need = random.gamma(2.0, 10.0, 400)
    limits = Limits(need * 0.7, fleet=a_fleet(2, 10, slots=200.0))
    question = Question("median", Problem(minutes, need, 6), np.exp(-0.02 * minutes), 15.0, limits)

    placed = place(question, most_seconds=8)

    assert check_kept(question, placed) >= 0.99 * (20 * 200 - 6 * 40)
    assert placed.gap < 0.02
    assert placed.seconds < 20


def test_stops_opened_by_hand_are_filled_within_the_weeks_at_once():
    question = a_question(2, a_fleet(weeks=3), size=(6, 2, 2))

    placed = allot(question.costs, question.left, question.problem, question.limits)

    check_kept(question, placed)
    assert placed.objective >= place(question).objective - 1e-9
    assert np.isnan(placed.gap)


@pytest.mark.parametrize(
    ("fleet", "words"),
    [
        (a_fleet(weeks=1), "2 stops of at least 1 weeks need 2 weeks of a vehicle, and 1 are there"),
        (a_fleet(vehicles=5, weeks=2, least_weeks=3), "2 stops of at least 3 weeks need 6 weeks"),
    ],
)
def test_what_cannot_be_is_said(fleet, words):
    with pytest.raises(PlanningError, match=words):
        place(a_question(0, fleet), most_seconds=10)


@pytest.mark.parametrize("objective", ["centre", "cover_all"])
def test_objectives_that_cannot_leave_anybody_out_are_refused(objective):
    with pytest.raises(PlanningError, match="go with median, cover and attendance"):
        place(a_question(0, a_fleet(), objective), most_seconds=10)
