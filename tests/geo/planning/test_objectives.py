"""Every objective finds what trying everything finds, never passes its bound, and behaves as it must when a question changes."""

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.limits import Limits
from geo.planning.objectives import WORDS, Question, is_most, measure, place
from geo.planning.problems import Problem
from geo.planning.requests import OBJECTIVES
from tests.geo.planning.instances import a_problem
from tests.oracles.siting import attending, best

COMING_DECAY = 0.03


def a_question(objective, seed, *, forced=(), forbidden=()):
    """A question over a made-up place; people come the less the further."""
    free = a_problem(seed, areas=14, candidates=9, sites=3)
    problem = Problem(free.minutes, free.weight, 3, forced, forbidden)
    decay = COMING_DECAY * (1 + np.arange(14) % 2)
    return Question(objective, problem, np.exp(-decay[:, None] * problem.minutes), within=12.0)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("objective", ["median", "cover", "centre", "attendance"])
@pytest.mark.parametrize("held", [((), ()), ((8,), (0, 1))])
def test_no_other_sites_are_better(objective, seed, held):
    question = a_question(objective, seed, forced=held[0], forbidden=held[1])
    optimum = best(question.problem, lambda sites: measure(question, sites), most=is_most(objective))

    placed = place(question)

    assert placed.objective == pytest.approx(optimum, rel=1e-9)
    assert measure(question, placed.sites) == pytest.approx(placed.objective)
    assert (placed.bound >= optimum - 1e-6) if is_most(objective) else (placed.bound <= optimum + 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_attendance_is_what_comes_to_the_best_site_of_each_area(seed):
    question = a_question("attendance", seed)

    placed = place(question)

    assert placed.objective == pytest.approx(attending(question.problem, question.coming, placed.sites))
    assert placed.objective < question.problem.weight.sum()


@pytest.mark.parametrize("seed", range(6))
def test_the_fewest_sites_cover_everybody_and_fewer_do_not(seed):
    question = a_question("cover_all", seed)
    within = float(question.problem.minutes.min(axis=1).max()) + 1

    placed = place(replace(question, within=within))
    fewer = replace(question.problem, sites=max(len(placed.sites) - 1, 1))

    assert len(placed.sites) > 1
    assert np.all(question.problem.minutes[:, placed.sites].min(axis=1) <= within)
    assert best(fewer, lambda sites: True if np.all(fewer.minutes[:, sites].min(axis=1) <= within) else None) is None


def test_nobody_is_promised_a_place_that_is_not_there():
    with pytest.raises(PlanningError, match=r"not everybody has a place within 1 minutes: with every place open the longest way is"):
        place(replace(a_question("cover_all", 0), within=1.0))


def test_fewer_stops_than_everybody_needs_are_refused_in_words():
    question = replace(a_question("cover_all", 0), within=23.0, most_stops=1)

    with pytest.raises(PlanningError, match="stops are needed for everybody to be within 23 minutes"):
        place(question)


@pytest.mark.parametrize("objective", ["median", "cover", "centre", "attendance"])
def test_another_candidate_never_makes_it_worse(objective):
    question = a_question(objective, 5)
    fewer = replace(question, problem=replace(question.problem, forbidden=(4,)))

    more, less = place(question).objective, place(fewer).objective

    assert more >= less - 1e-9 if is_most(objective) else more <= less + 1e-9


@pytest.mark.parametrize("objective", ["median", "cover", "attendance"])
def test_people_counted_threefold_make_it_threefold(objective):
    question = a_question(objective, 6)

    once, thrice = place(question), place(question.with_weight(question.problem.weight * 3))

    assert thrice.objective == pytest.approx(3 * once.objective)
    assert thrice.sites == once.sites


def test_limits_are_not_planned_with_the_longest_way():
    question = replace(a_question("centre", 0), limits=Limits(np.ones(14), most=6))

    with pytest.raises(PlanningError, match="go with median, cover and attendance"):
        place(question)


def test_all_objectives_are_told_in_words():
    assert set(WORDS) == set(OBJECTIVES)
