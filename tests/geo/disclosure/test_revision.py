"""A new edition moves only what has moved far enough, and both editions are attacked together first."""

from dataclasses import replace

import numpy as np
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.attacks import read
from geo.disclosure.policies import load_policy
from geo.disclosure.revision import attack_editions, revise
from geo.errors import DisclosureError
from tests.families import a_system, by_area

HES = load_policy("hes")
BASE = np.random.default_rng(8).poisson(20, 60)


def editions(changes, policy=HES, base=BASE):
    """The first edition and the next, in which some LSOAs have other counts ({position: count}); exact counts of the next; the family."""
    after = base.copy()
    for at, count in changes.items():
        after[at] = count
    first, family = a_system(base, per_lad=4)
    second, _ = a_system(after, per_lad=4)
    return protect(first, policy, family).table, protect(second, policy, family).table, by_area(second, "numerator"), family


def with_counts(**counts):
    base = BASE.copy()
    for at, count in counts.items():
        base[int(at[1:])] = count
    return base


def test_a_value_that_crosses_one_step_of_rounding_stays_as_it_was_first():
    old, new, _, family = editions({0: 23}, base=with_counts(_0=22))

    revised = revise(old, new, HES, family)

    assert by_area(new, "numerator")["lsoa21-00000"] == 25
    assert by_area(revised.table, "numerator")["lsoa21-00000"] == 20
    assert revised.kept >= 1


def test_a_value_that_moves_by_the_amount_goes_out():
    old, new, _, family = editions({0: 33}, base=with_counts(_0=22))

    revised = revise(old, new, HES, family)

    assert by_area(revised.table, "numerator")["lsoa21-00000"] == 35
    assert revised.moved >= 1


def test_what_was_withheld_stays_so_until_it_is_far_from_it():
    old, near, _, family = editions({0: 9}, base=with_counts(_0=7))
    _, far, _, _ = editions({0: 16}, base=with_counts(_0=7))

    assert by_area(revise(old, near, HES, family).table, "numerator", "status")["lsoa21-00000"] == (None, "suppressed")
    assert by_area(revise(old, far, HES, family).table, "numerator", "status")["lsoa21-00000"] == (15, "value")


@pytest.mark.parametrize("seed", range(6))
def test_intervals_of_the_new_edition_hold_its_exact_counts(seed):
    random = np.random.default_rng(seed)
    changes = {int(at): int(BASE[at] + random.integers(-4, 15)) for at in random.choice(60, 25, replace=False)}
    old, new, exact, family = editions({at: max(count, 0) for at, count in changes.items()})

    for area, (least, most) in by_area(revise(old, new, HES, family).table, "numerator_least", "numerator_most").items():
        assert least <= exact[area] <= most


def test_an_unchanged_edition_changes_nothing():
    old, new, _, family = editions({})

    revised = revise(old, new, HES, family)

    assert (revised.moved, revised.kept) == (0, 0)
    for name in ("numerator", "denominator", "status", "reason"):
        assert revised.table[name].equals(old[name])


def test_both_editions_as_they_are_would_tell_a_count_to_whoever_knows_that_one_person_moved():
    old, new, _, family = editions({0: 8}, base=with_counts(_0=7))

    least, most = attack_editions(read(old, family, HES), read(new, family, HES), changed_by=1)

    row = read(new, family, HES).row("lsoa21-00000")
    assert (least[row], most[row]) == (8, 8)


def test_the_revised_edition_leaves_four_candidates():
    base = np.random.default_rng(3).poisson(7, 300)
    changes = {int(at): int(base[at]) + 1 for at in np.random.default_rng(4).choice(300, 60, replace=False)}
    old, new, _, family = editions(changes, base=base)

    assert revise(old, new, HES, family).fewest_candidates >= 4


def test_editions_that_tell_too_much_together_do_not_go_out():
    # Protected without the yardstick, the first edition alone leaves few candidates.
    reckless = replace(HES, fewest_candidates=None)
    old, new, _, family = editions({}, policy=reckless, base=np.random.default_rng(5).poisson(1, 60))

    with pytest.raises(DisclosureError, match="together"):
        revise(old, new, HES, family)


def test_open_data_are_revised_freely():
    free = load_policy("open")
    old, new, _, family = editions({0: 23}, policy=free, base=with_counts(_0=22))

    assert revise(old, new, free, family).table.equals(new)
