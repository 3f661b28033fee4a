"""Attackers who know everything but the counts: they gain nothing from what we publish, and succeed where they must."""

from dataclasses import replace

import numpy as np
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.attacks import (
    average_differences,
    invert,
    invert_ranks,
    narrow_published,
    nested_unions,
    query_pairs,
    random_unions,
    read,
    tell_exact_sums,
    tell_fill,
)
from geo.disclosure.policies import load_policy
from tests.families import a_system, by_area

HES = load_policy("hes")
FEWEST = 4


def published(mean, *, policy=HES, seed=5, atoms=300, kind="share"):
    """A protected system, the attacker's reading of it, and the exact numerators by row of the reading."""
    cells, family = a_system(np.random.default_rng(seed).poisson(mean, atoms), per_lad=30, kind=kind)
    reading = read(protect(cells, policy, family).table, family, policy)
    known = by_area(cells, "numerator")
    exact = np.array([known[reading.coded.areas[area][1]] for area in reading.coded.area], dtype=float)
    return reading, exact


def atoms_of(reading):
    return np.flatnonzero(np.array([geography == "lsoa21" for geography, _ in reading.coded.areas])[reading.coded.area])


def left_of(reading, least, most):
    return (most - least + 1)[reading.is_withheld]


@pytest.mark.parametrize("mean", [1, 3, 7, 14])
@pytest.mark.parametrize("kind", ["share", "events"])
def test_absolute_yardstick_every_withheld_count_keeps_four_candidates(mean, kind):
    reading, exact = published(mean, kind=kind)
    england = reading.row("ctry23-00000")

    least, most = narrow_published(reading, outside={england: float(exact[england])})

    assert np.sum(left_of(reading, least, most) < FEWEST) == 0
    assert np.all((least <= exact) & (exact <= most))


def test_the_same_attacker_knows_counts_that_are_withheld_without_rounding():
    reading, exact = published(7, policy=replace(HES, round_to=1, fewest_candidates=None))

    least, most = narrow_published(reading)

    assert np.mean(left_of(reading, least, most) == 1) > 0.02
    assert np.all((least <= exact) & (exact <= most))


def test_the_same_attacker_finds_few_candidates_where_the_yardstick_is_switched_off():
    reading, _ = published(1, policy=replace(HES, fewest_candidates=None))

    assert np.sum(left_of(reading, *narrow_published(reading)) < FEWEST) > 0


def test_an_exact_total_that_the_policy_does_not_name_is_found_by_the_attacker():
    reading, exact = published(1)
    msoas = np.flatnonzero(np.array([geography == "msoa21" for geography, _ in reading.coded.areas])[reading.coded.area])

    least, most = narrow_published(reading, outside={int(row): float(exact[row]) for row in msoas})

    assert np.mean(left_of(reading, least, most) < FEWEST) > 0.3


def test_exact_totals_that_the_policy_names_cost_the_level_that_they_would_open():
    cells, family = a_system(np.random.default_rng(5).poisson(1, 300), per_lad=30)
    msoa = replace(HES.outside[0], geography="msoa21")

    table = protect(cells, replace(HES, outside=(msoa,)), family).table

    reading = read(table, family, HES)
    exact = by_area(cells, "numerator")
    told = {row: float(exact[reading.coded.areas[area][1]]) for row, area in enumerate(reading.coded.area)}
    msoas = [row for row, area in enumerate(reading.coded.area) if reading.coded.areas[area][0] == "msoa21"]
    atoms = set(atoms_of(reading).tolist())
    least, most = narrow_published(reading, outside={row: told[row] for row in msoas})
    left = {row: most[row] - least[row] + 1 for row in np.flatnonzero(reading.is_withheld) if row in atoms}
    # Four, or as many as the total itself leaves: a total of 2 leaves three values whatever is published.
    parent = {family.nesting["child"][at].as_py(): family.nesting["parent"][at].as_py() for at in range(family.nesting.num_rows)}
    areas = [reading.coded.areas[area][1] for area in reading.coded.area]
    assert all(count >= min(FEWEST, exact[parent[areas[row]]] + 1) for row, count in left.items())


def questions_about(reading, random):
    """11 pairs about each of 12 withheld areas, 200 nested unions, 1,000 random ones."""
    pool = atoms_of(reading)
    targets = [row for row in pool if reading.is_withheld[row]][:12]
    asked = [union for target in targets for union in query_pairs(target, pool, pairs=11, size=20, random=random)]
    return [*asked, *nested_unions(pool, unions=200, random=random), *random_unions(pool, unions=1000, random=random)]


def test_relative_yardstick_questions_narrow_no_withheld_count():
    reading, _ = published(7)
    before = narrow_published(reading)

    after = narrow_published(reading, told=tell_fill(reading, questions_about(reading, np.random.default_rng(1))))

    assert np.sum(left_of(reading, *after) < left_of(reading, *before)) == 0


def test_the_same_questions_narrow_counts_where_exact_sums_are_rounded_afterwards():
    reading, exact = published(7)
    before = narrow_published(reading)

    after = narrow_published(reading, told=tell_exact_sums(exact, questions_about(reading, np.random.default_rng(1)), HES))

    assert np.sum(left_of(reading, *after) < left_of(reading, *before)) > 10
    assert np.sum(left_of(reading, *after) < FEWEST) > 0
    assert np.all((after[0] <= exact) & (exact <= after[1]))


def test_averages_find_counts_behind_fresh_noise_and_nothing_behind_a_fixed_table():
    random = np.random.default_rng(2)
    reading, exact = published(5)
    pool = atoms_of(reading)
    target = int(next(row for row in pool if reading.is_withheld[row] and exact[row] == 7))
    unions = [np.sort(random.choice(pool[pool != target], 20, replace=False)) for _ in range(2_000)]

    noisy = average_differences(lambda members: exact[members].sum() + random.normal(0, 4), target, unions)
    middle = np.where(reading.is_withheld, 4.0, (reading.least[0] + reading.most[0]) / 2)
    fixed = average_differences(lambda members: middle[members].sum(), target, unions)

    assert abs(noisy - 7) < 0.5
    assert fixed == pytest.approx(4.0)


def test_ranks_of_exact_values_bound_what_is_withheld_and_missing_ranks_do_not():
    values, exact = np.array([10.0, np.nan, 15.0]), np.array([10.0, 12.0, 15.0])
    ranks = np.argsort(np.argsort(exact)).astype(float)

    assert [bound[1] for bound in invert_ranks(values, ranks)] == [10, 15]
    assert [bound[1] for bound in invert_ranks(values, np.where(np.isnan(values), np.nan, ranks))] == [-np.inf, np.inf]


def test_a_figure_of_exact_counts_gives_them_back():
    counts = np.arange(0, 60, dtype=float)

    assert invert(lambda count: count / 213 * 100_000, 6 / 213 * 100_000, counts=counts, tolerance=0.5).tolist() == [6]
