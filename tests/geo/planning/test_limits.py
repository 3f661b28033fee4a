"""Sites with least and most work and a floor: what trying everything finds, and refusals in words."""

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.limits import Limits
from geo.planning.objectives import Question, is_most, place
from geo.planning.problems import Problem
from tests.oracles.siting import best, least_within_limits


def a_question(seed, limits, objective="median", *, areas=7, candidates=5, sites=2):
    """Few areas, so that everything can be tried."""
    random = np.random.default_rng(seed)
    problem = Problem(random.random((areas, candidates)) * 30, random.integers(1, 9, areas).astype(float), sites)
    return Question(objective, problem, np.exp(-0.05 * problem.minutes), 12.0, limits)


@pytest.mark.parametrize("objective", ["median", "cover", "attendance"])
@pytest.mark.parametrize("seed", range(6))
def test_work_is_shared_as_cheaply_as_can_be(seed, objective):
    load = np.random.default_rng(seed + 50).integers(1, 6, 7).astype(float)
    least, most = 0.3 * load.sum(), 0.7 * load.sum()
    question = a_question(seed, Limits(load, least=least, most=most), objective)
    lost = best(question.problem, lambda sites: least_within_limits(question.costs, sites, load, least=least, most=most))
    optimum = question.problem.weight.sum() - lost if is_most(objective) else lost

    placed = place(question, most_seconds=20)

    loads = [load[placed.nearest == site].sum() for site in placed.sites]
    assert placed.objective == pytest.approx(optimum, rel=1e-6)
    assert all(least - 1e-6 <= each <= most + 1e-6 for each in loads)
    assert (placed.bound >= optimum - 1e-6) if is_most(objective) else (placed.bound <= optimum + 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_a_floor_for_those_who_come_first_is_kept(seed):
    free = a_question(seed, None)
    first = np.where(np.arange(7) < 3, free.problem.weight, 0.0)
    near = free.problem.minutes <= 12.0

    def held(sites):
        is_kept = first[near[:, sites].any(axis=1)].sum() >= 0.6 * first.sum() - 1e-9
        return float(free.problem.minutes[:, sites].min(axis=1) @ free.problem.weight) if is_kept else None

    optimum = best(free.problem, held)
    question = a_question(seed, Limits(np.zeros(7), first=first, is_near=near, floor=0.6))
    if optimum is None:
        with pytest.raises(PlanningError, match="can keep to all limits"):
            place(question, most_seconds=20)
        return

    assert place(question, most_seconds=20).objective == pytest.approx(optimum, rel=1e-6)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(np.full(7, 3.0), most=5.0), "2 stops of at most 5 see 10, and 21 are to be seen"),
        (Limits(np.full(7, 3.0), least=11.0), "2 stops of at least 11 need 22, and 21 are to be seen"),
        (Limits(np.array([9.0, 1, 1, 1, 1, 1, 1]), most=8.0), "one area alone brings 9, and a stop may see 8"),
    ],
)
def test_what_cannot_be_is_said(limits, words):
    with pytest.raises(PlanningError, match=words):
        place(a_question(0, limits), most_seconds=10)


def test_a_site_that_exists_is_not_held_to_the_limits():
    load = np.full(7, 1.0)
    question = a_question(3, Limits(load, most=2.0, exempt=(0,)))
    forced = Question(
        "median", Problem(question.problem.minutes, question.problem.weight, 2, forced=(0,)), question.coming, 12.0, question.limits
    )

    placed = place(forced, most_seconds=20)

    assert 0 in placed.sites
    assert (placed.nearest == 0).sum() >= 5
