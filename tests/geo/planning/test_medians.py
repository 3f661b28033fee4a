"""The sites with the least weighted minutes: proven optima, every choice tried, and what must not matter."""

from itertools import combinations

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.medians import place_medians
from geo.planning.problems import Problem
from tests.geo.planning.instances import a_problem, golden


@pytest.mark.parametrize("kind", ["population", "equity"])
def test_proven_optima_are_reached(kind):
    minutes, weights, optima = golden()

    placed = place_medians(Problem(minutes, weights[kind], optima["P"]))

    assert placed.objective == pytest.approx(optima[kind]["p_median_total"], rel=1e-12)
    assert placed.bound <= placed.objective
    assert placed.gap == pytest.approx((placed.objective - placed.bound) / placed.objective, abs=1e-9)
    assert placed.gap < 0.002


@pytest.mark.parametrize("seed", range(12))
def test_no_other_sites_are_better_and_none_come_below_the_bound(seed):
    problem = a_problem(seed, areas=14, candidates=9, sites=3)
    totals = {sites: float(problem.minutes[:, sites].min(axis=1) @ problem.weight) for sites in combinations(range(9), 3)}

    placed = place_medians(problem, seed=seed)

    assert placed.objective == pytest.approx(min(totals.values()), rel=1e-12)
    assert placed.bound <= min(totals.values()) * (1 + 1e-9)
    assert totals[placed.sites] == pytest.approx(placed.objective)


@pytest.mark.parametrize("seed", range(6))
def test_forced_sites_are_opened_and_forbidden_ones_are_not(seed):
    free = a_problem(seed, areas=14, candidates=9, sites=3)
    problem = Problem(free.minutes, free.weight, 3, forced=(8,), forbidden=(0, 1))
    allowed = [sites for sites in combinations(range(2, 9), 3) if 8 in sites]
    best = min(float(problem.minutes[:, sites].min(axis=1) @ problem.weight) for sites in allowed)

    placed = place_medians(problem)

    assert 8 in placed.sites
    assert not {0, 1} & set(placed.sites)
    assert placed.objective == pytest.approx(best, rel=1e-12)


def test_weights_that_are_no_whole_numbers_end_and_scale():
    problem = a_problem(3, areas=200, candidates=40, sites=6)
    third = Problem(problem.minutes, problem.weight / 3, 6)

    placed, scaled = place_medians(problem), place_medians(third)

    assert scaled.sites == placed.sites
    assert scaled.objective == pytest.approx(placed.objective / 3)


def test_the_same_seed_gives_the_same_answer_and_the_order_of_areas_does_not_matter():
    problem = a_problem(4, areas=120, candidates=30, sites=5)
    mixed = np.random.default_rng(0).permutation(120)

    placed, again = place_medians(problem, seed=7), place_medians(problem, seed=7)
    other = place_medians(Problem(problem.minutes[mixed], problem.weight[mixed], 5), seed=7)

    assert (again.sites, again.objective, again.bound) == (placed.sites, placed.objective, placed.bound)
    assert other.objective == pytest.approx(placed.objective, rel=1e-12)


def test_everybody_goes_to_the_nearest_site():
    problem = a_problem(5, areas=60, candidates=20, sites=4)

    placed = place_medians(problem)

    assert set(placed.nearest.tolist()) <= set(placed.sites)
    assert np.array_equal(problem.minutes[np.arange(60), placed.nearest], problem.minutes[:, placed.sites].min(axis=1))


def test_an_area_that_weighs_nothing_changes_nothing():
    problem = a_problem(6, areas=30, candidates=10, sites=3)
    more = Problem(np.vstack([problem.minutes, np.full((1, 10), np.inf)]), np.append(problem.weight, 0.0), 3)

    assert place_medians(more).objective == pytest.approx(place_medians(problem).objective)


def test_areas_out_of_reach_of_some_sites_are_reached_by_others():
    minutes = np.full((6, 6), np.inf)
    minutes[[0, 1, 2], 0], minutes[[3, 4, 5], 5] = 10, 20
    np.fill_diagonal(minutes, 1)

    placed = place_medians(Problem(minutes, np.ones(6), 2))

    assert placed.sites == (0, 5)
    assert placed.objective == 1 + 10 + 10 + 20 + 20 + 1


def test_one_site_and_all_sites_are_no_special_case():
    problem = a_problem(7, areas=25, candidates=8, sites=1)

    one = place_medians(problem)
    every = place_medians(Problem(problem.minutes, problem.weight, 8))

    assert one.objective == pytest.approx((problem.minutes * problem.weight[:, None]).sum(axis=0).min())
    assert every.objective == pytest.approx(problem.minutes.min(axis=1) @ problem.weight)
    assert every.gap == 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"weight": np.ones(3)}, "4 areas have minutes and 3 a weight"),
        ({"weight": np.array([1, -1, 1, 1.0])}, "area 1 weighs -1.0"),
        ({"minutes": np.where(np.eye(4, 3) > 0, np.nan, 1.0)}, "from area 0 to candidate 0 the minutes are nan"),
        ({"sites": 4}, "4 sites of 3"),
        ({"sites": 0}, "0 sites of 3"),
        ({"forced": (3,)}, "candidates are 0 to 2"),
        ({"forced": (1,), "forbidden": (1,)}, "none is forced and forbidden"),
        ({"minutes": np.where(np.arange(4)[:, None] == 2, np.inf, np.ones((4, 3)))}, "area 2 cannot be reached"),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(changes, said):
    with pytest.raises(PlanningError, match=said):
        Problem(**{"minutes": np.ones((4, 3)), "weight": np.ones(4), "sites": 2, **changes})
