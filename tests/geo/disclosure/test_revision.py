"""A new edition moves only what has moved far enough, and both editions are attacked together first."""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.attacks import read
from geo.disclosure.editions import Sums, attack_together
from geo.disclosure.policies import load_policy
from geo.disclosure.revision import revise
from geo.disclosure.rules import NUMERATOR, SHARE
from tests.families import a_system, by_area

HES = load_policy("hes")
BASE = np.random.default_rng(8).poisson(20, 60)
FIRST = "lsoa21-00000"


def editions(changes, policy=HES, base=BASE, **shape):
    """The first edition, the next by itself, its exact cells, and the family; changes: {position of an LSOA: its count in the next}."""
    after = base.copy()
    for at, count in changes.items():
        after[at] = count
    shape = {"per_lad": 4, **shape}
    first, family = a_system(base, **shape)
    second, _ = a_system(after, **shape)
    return protect(first, policy, family).table, protect(second, policy, family).table, second, family


def revised(changes, policy=HES, base=BASE, **shape):
    """What goes out of the next edition."""
    old, new, cells, family = editions(changes, policy, base, **shape)
    return revise(new, cells, policy, family, earlier=[old])


def with_counts(**counts):
    base = BASE.copy()
    for at, count in counts.items():
        base[int(at[1:])] = count
    return base


def bounds(old, new, family, changed_by):
    """What is known of each withheld count of both editions, by area, if none changed by more than so many: {(edition, area): bounds}."""
    readings = [read(table, family, HES) for table in (old, new)]
    sums = Sums(readings[1].relations, readings[1].kind == SHARE)
    alone = [sums.narrow((each.least, each.most)) for each in readings]
    both = attack_together(alone[:1], alone[1], sums, changed_by=changed_by)
    found = {}
    for name, reading, (least, most) in zip(("old", "new"), readings, both, strict=True):
        rows = np.flatnonzero(reading.is_withheld)
        areas = [reading.coded.areas[reading.coded.area[row]][1] for row in rows]
        found |= {(name, area): (least[NUMERATOR, row], most[NUMERATOR, row]) for area, row in zip(areas, rows, strict=True)}
    return found


def told(old, new, family, cells):
    """Withheld counts of which either belief leaves fewer than four values, and the first edition by itself does not.

    Of the new edition those alone that are what the believer takes them for: that nothing changed may be false.
    """
    first = by_area(old, "numerator_least", "numerator_most")
    exact = by_area(cells, "numerator")
    return {
        (edition, area)
        for changed_by in (0, 1)
        for (edition, area), (least, most) in bounds(old, new, family, changed_by).items()
        if most - least + 1 < 4 and first[area][1] - first[area][0] + 1 >= 4 and (edition == "old" or least <= exact[area] <= most)
    }


def test_a_value_that_crosses_one_step_of_rounding_stands_as_it_was_first():
    old, new, cells, family = editions({0: 23}, base=with_counts(_0=22))

    found = revise(new, cells, HES, family, earlier=[old])

    assert by_area(new, "numerator")[FIRST] == 25
    assert by_area(found.table, "numerator")[FIRST] == 20
    assert found.held_back >= 1


def test_a_value_that_moves_by_the_amount_goes_out():
    found = revised({0: 33}, base=with_counts(_0=22))

    assert by_area(found.table, "numerator")[FIRST] == 35
    assert found.revised >= 1


def test_what_was_withheld_stays_so_until_it_is_far_from_it():
    near, far = (revised({0: count}, base=with_counts(_0=7)).table for count in (12, 16))

    assert by_area(near, "numerator", "status")[FIRST] == (None, "suppressed")
    assert by_area(far, "numerator", "status")[FIRST] == (15, "value")


@pytest.mark.parametrize("mean", [2, 7, 20])
@pytest.mark.parametrize("seed", range(4))
def test_intervals_of_the_new_edition_hold_its_exact_counts(seed, mean):
    random = np.random.default_rng(seed)
    base = random.poisson(mean, 60)
    changes = {int(at): int(max(base[at] + random.integers(-8, 15), 0)) for at in random.choice(60, 25, replace=False)}
    old, new, cells, family = editions(changes, base=base)

    table = revise(new, cells, HES, family, earlier=[old]).table
    for name in ("numerator", "denominator"):
        for area, (least, most) in by_area(table, f"{name}_least", f"{name}_most").items():
            assert least <= by_area(cells, name)[area] <= (np.inf if most is None else most)


def test_nobody_sees_which_counts_moved_a_little():
    """One person more, here or there, over a step of rounding or not, or nobody: what goes out is the same."""
    base = with_counts(_0=22, _1=7, _2=8)
    tables = [revised(changes, base=base).table for changes in ({}, {0: 23}, {0: 21}, {1: 8}, {2: 7}, {1: 6, 2: 9})]

    assert all(table.equals(tables[0]) for table in tables[1:])


def test_the_same_records_again_are_told_as_they_were():
    old, new, cells, family = editions({})

    found = revise(new, cells, HES, family, earlier=[old], is_same=True)

    assert found.table.equals(old)
    assert (found.revised, found.held_back, found.withheld) == (0, 0, 0)


def test_two_editions_that_are_not_linked_tell_a_count_to_whoever_knows_that_one_person_moved():
    old, new, cells, family = editions({0: 8}, base=with_counts(_0=7))

    assert bounds(old, new, family, 1)[("old", FIRST)] == (7, 7)
    assert told(old, new, family, cells)
    assert not told(old, revise(new, cells, HES, family, earlier=[old]).table, family, cells)


@pytest.mark.parametrize("mean", [3, 5, 7])
@pytest.mark.parametrize("seed", range(3))
def test_the_difference_of_two_editions_tells_nobody_by_the_rule(seed, mean):
    """Most counts move by a person, some by many. Editions that are not linked tell of some in each of these worlds."""
    random = np.random.default_rng(seed)
    base = random.poisson(mean, 120)
    moved = random.choice(120, 50, replace=False)
    changes = {int(at): int(max(base[at] + random.integers(-1, 2), 0)) for at in moved[:40]}
    changes |= {int(at): int(base[at] + random.integers(10, 30)) for at in moved[40:]}
    old, new, cells, family = editions(changes, base=base)

    found = revise(new, cells, HES, family, earlier=[old])

    assert told(old, new, family, cells)
    assert not told(old, found.table, family, cells)
    assert found.fewest >= 4


@pytest.mark.parametrize(("mean", "jump", "seed"), [(2, 25, 0), (2, 25, 1), (3, 25, 1), (5, 25, 1), (8, 9, 1), (8, 14, 1)])
def test_what_would_tell_too_much_although_it_moved_far_is_withheld(mean, jump, seed):
    """A whole that moves far while its parts stand narrows them: it is withheld. Without that they are told."""
    random = np.random.default_rng(seed)
    base = random.poisson(mean, 60)
    changes = {int(at): int(max(base[at] + random.integers(-jump, jump + 1), 0)) for at in random.choice(60, 25, replace=False)}
    old, new, cells, family = editions(changes, base=base, per_msoa=2)

    found = revise(new, cells, HES, family, earlier=[old])
    reckless = revise(new, cells, replace(HES, fewest_candidates=1), family, earlier=[old])

    assert told(old, reckless.table, family, cells)
    assert not told(old, found.table, family, cells)
    assert found.withheld


def test_a_third_edition_is_held_against_both_that_went_before():
    """7, then 12, which may have been anything up to there: 13 to 17 would tell it to whoever knows of one person."""
    base = with_counts(_0=7)
    first, second, cells, family = editions({0: 12}, base=base)
    second = revise(second, cells, HES, family, earlier=[first]).table

    for count, shown in ((16, None), (20, 20)):
        third, _ = a_system(np.array([count, *base[1:]]), per_lad=4)
        found = revise(protect(third, HES, family).table, third, HES, family, earlier=[first, second]).table
        assert by_area(found, "numerator")[FIRST] == shown
        assert not any(told(earlier, found, family, third) for earlier in (first, second))


def test_cells_that_nobody_has_seen_go_out_as_they_are():
    old, new, cells, family = editions({})
    is_seen = pc.not_equal(old.column("area"), FIRST)

    found = revise(new, cells, HES, family, earlier=[old.filter(is_seen)])

    assert (
        found.table.filter(pc.invert(is_seen))
        .select(["numerator", "status"])
        .equals(new.filter(pc.invert(is_seen)).select(["numerator", "status"]))
    )
    assert found.is_anew.sum() == 1


def test_open_data_are_revised_freely():
    free = load_policy("open")
    old, new, cells, family = editions({0: 23}, policy=free, base=with_counts(_0=22))

    assert revise(new, cells, free, family, earlier=[old]).table.equals(new)


def test_without_an_earlier_edition_nothing_is_done():
    _, new, cells, family = editions({})

    assert revise(new, cells, HES, family, earlier=[]).table is new
