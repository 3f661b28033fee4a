"""Covering: proven optima, every choice tried, and what must not matter."""

from itertools import combinations

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.covering import cover_all, cover_most, place_centres
from geo.planning.problems import Problem
from tests.geo.planning.instances import a_problem, golden


@pytest.mark.parametrize("kind", ["population", "equity"])
@pytest.mark.parametrize("within", [12, 18])
def test_proven_optima_of_most_covered_are_reached(kind, within):
    minutes, weights, optima = golden()

    placed = cover_most(Problem(minutes, weights[kind], optima["P"]), within=within)

    assert placed.objective == optima[kind][f"mclp_{within}min_covered"]
    assert placed.gap == 0


@pytest.mark.parametrize("within", [20, 30, 40])
def test_proven_fewest_sites_are_reached(within):
    minutes, _, optima = golden()

    placed = cover_all(minutes, within=within)

    assert placed.objective == optima[f"lscp_{within}min_sites"] == len(placed.sites)
    assert placed.gap == 0
    assert minutes[:, placed.sites].min(axis=1).max() <= within


def test_proven_centre_is_reached():
    minutes, weights, optima = golden()

    placed = place_centres(Problem(minutes, weights["population"], optima["P"]))

    assert placed.objective == placed.bound == optima["p_center_minutes"]
    assert minutes[:, placed.sites].min(axis=1).max() == optima["p_center_minutes"]


@pytest.mark.parametrize("seed", range(8))
def test_every_choice_was_tried(seed):
    problem = a_problem(seed, areas=12, candidates=8, sites=3)
    choices = list(combinations(range(8), 3))
    covered = max(float(problem.weight[(problem.minutes[:, s] <= 12).any(axis=1)].sum()) for s in choices)
    longest = min(float(problem.minutes[:, s].min(axis=1).max()) for s in choices)

    assert cover_most(problem, within=12).objective == covered
    assert place_centres(problem).objective == longest
    within = longest + 0.5
    fewest = next(n for n in range(1, 9) if any((problem.minutes[:, s] <= within).any(axis=1).all() for s in combinations(range(8), n)))
    assert cover_all(problem.minutes, within=within).objective == fewest


@pytest.mark.parametrize("method", ["most", "centre"])
def test_forced_sites_are_opened_and_forbidden_ones_are_not(method):
    free = a_problem(1, areas=12, candidates=8, sites=3)
    problem = Problem(free.minutes, free.weight, 3, forced=(7,), forbidden=(0, 2))

    placed = cover_most(problem, within=15) if method == "most" else place_centres(problem)

    assert 7 in placed.sites
    assert not {0, 2} & set(placed.sites)


def test_more_minutes_never_cover_fewer_and_more_sites_neither():
    problem = a_problem(2, areas=80, candidates=25, sites=4)

    by_minutes = [cover_most(problem, within=within).objective for within in (4, 8, 12, 30)]
    by_sites = [cover_most(Problem(problem.minutes, problem.weight, sites), within=8).objective for sites in (1, 2, 4, 8)]

    assert by_minutes == sorted(by_minutes)
    assert by_sites == sorted(by_sites)


def test_nobody_in_reach_covers_nobody():
    problem = a_problem(3, areas=10, candidates=5, sites=2)

    placed = cover_most(problem, within=0.0)

    assert (placed.objective, placed.gap) == (0.0, 0.0)
    assert len(placed.sites) == 2


def test_an_area_that_no_candidate_is_near_is_named():
    problem = a_problem(4, areas=6, candidates=4, sites=2)
    minutes = problem.minutes.copy()
    minutes[3] += 50

    with pytest.raises(PlanningError, match="area 3 has no candidate within 30 minutes: the nearest is"):
        cover_all(minutes, within=30)


def test_centres_reach_whom_few_candidates_reach():
    minutes = np.full((4, 4), np.inf)
    minutes[0, 0], minutes[1:, 1], minutes[1:, 2] = 5, 30, 20

    assert place_centres(Problem(minutes, np.ones(4), 2)).sites == (0, 2)
    with pytest.raises(PlanningError, match="no 1 sites were found"):
        place_centres(Problem(minutes, np.ones(4), 1))
