"""What a plan is worth: figures by hand, and how it stands up to needs that might have been."""

from dataclasses import replace

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.limits import Limits
from geo.planning.objectives import Question, place
from geo.planning.worth import frontier, resample, tell_minutes
from tests.geo.planning.instances import a_problem


def test_minutes_by_hand():
    told = tell_minutes(np.array([0.0, 10.0, 20.0]), np.array([1.0, 2.0, 1.0]), first=np.array([False, True, False]), within=10.0)

    assert (told.mean, told.first, told.longest, told.within) == (10.0, 10.0, 20.0, 0.75)
    # Mean difference of two people drawn: (2 * (0-10) * 2 + 2 * (0-20) + 2 * 2 * 10) / 16 = 7.5; the Gini is half of it by the mean.
    assert told.gini == pytest.approx(0.375)


def test_the_gini_is_the_mean_difference_of_all_pairs():
    random = np.random.default_rng(0)
    minutes, people = random.random(30) * 40, random.integers(1, 9, 30).astype(float)
    pairs = np.abs(minutes[:, None] - minutes[None]) * people[:, None] * people[None]
    expected = pairs.sum() / people.sum() ** 2 / (2 * np.average(minutes, weights=people))

    assert tell_minutes(minutes, people, first=minutes > 0, within=5).gini == pytest.approx(expected)


def test_nobody_travels_nowhere():
    with pytest.raises(PlanningError, match="nobody travels"):
        tell_minutes(np.array([1.0]), np.array([0.0]), first=np.array([True]), within=1)


def a_question(objective="median"):
    """One over a made-up place."""
    problem = a_problem(2, areas=60, candidates=15, sites=4)
    return Question(objective, problem, np.exp(-0.03 * problem.minutes), 12.0)


@pytest.mark.parametrize("objective", ["median", "cover", "attendance"])
def test_a_need_that_is_known_leaves_nothing_to_regret(objective):
    question = a_question(objective)

    found = resample(question, place(question), np.zeros(60), samples=3)

    assert found.regret_most <= 1e-3
    assert set(found.near) == {1.0}


def test_limits_are_let_go_of_for_needs_that_they_might_not_allow():
    free = a_question()
    held = replace(free, limits=Limits(free.problem.weight, most=float(free.problem.weight.sum()) / 4 * 1.01))

    assert resample(held, place(free), np.full(60, 0.3), samples=3) == resample(free, place(free), np.full(60, 0.3), samples=3)


def test_the_less_the_need_is_known_the_more_is_to_be_regretted():
    question = a_question()
    placed = place(question)

    little, much = (resample(question, placed, np.full(60, spread), samples=20) for spread in (0.05, 1.0))

    assert little.regret_mean < much.regret_mean
    assert all(kept <= near for kept, near in zip(much.kept, much.near, strict=True))


def test_the_more_those_who_come_first_count_the_nearer_they_are():
    question = a_question()
    first = np.arange(60) % 3 == 0
    weights = [(equity, question.problem.weight * np.where(first, 1 + equity, 1.0)) for equity in (0.0, 1.0, 7.0)]
    minutes = question.problem.minutes

    plans = frontier(question, weights)

    ways = [minutes[:, placed.sites].min(axis=1) for _, placed in plans]
    of_first = [float(np.average(way[first], weights=question.problem.weight[first])) for way in ways]
    of_all = [float(np.average(way, weights=question.problem.weight)) for way in ways]
    assert of_first == sorted(of_first, reverse=True)
    assert of_all[0] == min(of_all)
