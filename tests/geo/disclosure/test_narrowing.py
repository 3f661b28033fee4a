"""Bounds are carried along sums until nothing moves, and never past what is true."""

from dataclasses import replace

import numpy as np
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.attacks import narrow_published, read
from geo.disclosure.narrowing import narrow
from geo.disclosure.policies import load_policy
from geo.disclosure.relations import AT_LEAST, COVER, EACH, EQUAL, relation
from geo.disclosure.rules import NUMERATOR
from tests.families import KEYS, a_cell, a_family, table_of

HES = load_policy("hes")
NOBODY = np.zeros(3, dtype=bool)


def bounds(least, most):
    """Bounds of numerators; the other parts are open."""
    return np.stack([np.array(least, dtype=float), np.zeros(3), np.zeros(3)]), np.stack(
        [np.array(most, dtype=float), *np.full((2, 3), 1e9)]
    )


def carried(holds, least, most):
    found = narrow(*bounds(least, most), [relation("sum", NUMERATOR, holds, part=np.array([0, 1]), whole=np.array([2, 2]))], NOBODY)
    return list(zip(found[0][NUMERATOR].tolist(), found[1][NUMERATOR].tolist(), strict=True))


def test_parts_that_are_the_whole_bound_it_and_are_bound_by_it():
    assert carried(EQUAL, (1, 8, 13), (7, 12, 17)) == [(1, 7), (8, 12), (13, 17)]
    assert carried(EQUAL, (1, 1, 13), (7, 7, 17)) == [(6, 7), (6, 7), (13, 14)]


def test_parts_within_a_whole_bound_it_from_below_only():
    assert carried(AT_LEAST, (1, 1, 0), (7, 7, 4)) == [(1, 3), (1, 3), (2, 4)]
    assert carried(AT_LEAST, (1, 1, 13), (7, 7, 17)) == [(1, 7), (1, 7), (13, 17)]


def test_no_part_is_above_its_whole():
    assert carried(EACH, (3, 1, 0), (7, 9, 5)) == [(3, 5), (1, 5), (3, 5)]


def test_parts_that_cover_a_whole_may_overlap():
    assert carried(COVER, (0, 0, 9), (7, 4, 20)) == [(5, 7), (2, 4), (9, 11)]


def test_numerator_and_those_without_are_the_denominator():
    least, most = np.zeros((3, 1)), np.full((3, 1), 1e9)
    least[:, 0], most[:, 0] = (8, 1, 48), (1e9, 7, 52)

    least, most = narrow(least, most, [], np.array([True]))

    assert (least[:, 0].tolist(), most[:, 0].tolist()) == ([41, 1, 48], [51, 7, 52])


def test_contradictions_come_out_with_least_above_most():
    found = narrow(
        *bounds((1, 1, 20), (7, 7, 24)), [relation("sum", NUMERATOR, EQUAL, part=np.array([0, 1]), whole=np.array([2, 2]))], NOBODY
    )

    assert np.any(found[0] > found[1])


def a_cube(seed, kind):
    """Six LSOAs in two MSOAs in one district, two years and their window, both sexes and all: every sum exact."""
    random = np.random.default_rng(seed)
    people = random.integers(20, 80, (6, 2, 2))
    share = random.choice([0.03, 0.3, 0.9])
    counts = random.binomial(people, share)
    areas = {
        **{("lsoa21", f"A{at}"): [at] for at in range(6)},
        ("msoa21", "M0"): [0, 1, 2],
        ("msoa21", "M1"): [3, 4, 5],
        ("lad24", "L"): range(6),
    }
    periods = {"2019-20": [0], "2020-21": [1], **({"2019-20--2020-21": [0, 1]} if kind == "events" else {})}
    strata = {("sex", "female"): [0], ("sex", "male"): [1], ("", "all"): [0, 1]}
    cells = [
        a_cell(
            area,
            int(counts[np.ix_(list(which), years, sexes)].sum()),
            int(people[np.ix_(list(which), years, sexes)].sum()),
            geography=geography,
            period=period,
            dimension=dimension,
            stratum=stratum,
        )
        for (geography, area), which in areas.items()
        for period, years in periods.items()
        for (dimension, stratum), sexes in strata.items()
    ]
    pairs = [("lsoa21", f"A{at}", "msoa21", f"M{at // 3}") for at in range(6)] + [("msoa21", f"M{at}", "lad24", "L") for at in range(2)]
    return table_of(cells), a_family(pairs, {"asthma": kind})


@pytest.mark.parametrize("kind", ["share", "events"])
@pytest.mark.parametrize("seed", range(10))
def test_exact_counts_stay_within_every_interval_and_withheld_ones_keep_four_candidates(seed, kind):
    cells, family = a_cube(seed, kind)
    known = {tuple(row[key] for key in KEYS): row for row in cells.to_pylist()}

    protected = protect(cells, HES, family)

    for row in protected.table.to_pylist():
        exact = known[tuple(row[key] for key in KEYS)]
        for part in ("numerator", "denominator"):
            assert row[f"{part}_least"] <= exact[part]
            assert row[f"{part}_most"] is None or exact[part] <= row[f"{part}_most"]
    fewest = protected.facts["fewest_candidates"]
    assert fewest is None or fewest >= 4


@pytest.mark.parametrize("kind", ["share", "events"])
@pytest.mark.parametrize("seed", range(6))
def test_the_whole_linear_program_finds_nothing_that_the_quick_one_has_passed_over(seed, kind):
    """The yardstick asks the program only of counts that carrying bounds has narrowed at all; here it is asked of every withheld one."""
    cells, family = a_cube(seed, kind)
    reading = read(protect(cells, replace(HES, outside=()), family).table, family, HES)

    least, most = narrow_published(reading)

    assert np.all((most - least + 1)[reading.is_withheld] >= 4)
