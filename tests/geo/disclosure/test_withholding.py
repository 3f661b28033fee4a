"""What is narrowed too far is withheld: a block, a level, an indicator, or nothing leaves."""

from dataclasses import replace

import numpy as np
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.policies import load_policy
from geo.errors import DisclosureError
from tests.families import a_cell, a_family, a_system, by_area, table_of

HES = load_policy("hes")


def reasons(table, geography):
    return [row["reason"] for row in table.to_pylist() if row["geography"] == geography]


def test_a_level_of_which_too_much_would_be_lost_is_withheld_as_a_whole_and_its_wholes_are_not():
    # Every parent of two has two few counts with the sum 14: each block would have to go.
    cells, family = a_system([7, 7] * 20, per_msoa=2, per_lad=20)

    table = protect(cells, HES, family).table

    assert set(reasons(table, "lsoa21")) == {"level_withheld"}
    assert set(reasons(table, "msoa21")) == {""}
    assert {by_area(table, "numerator")[f"msoa21-{at:05d}"] for at in range(20)} == {15}


def test_blocks_are_withheld_one_by_one_while_few_are_lost():
    cells, family = a_system([7, 7] + [40] * 78, per_msoa=2, per_lad=40)

    table = protect(cells, HES, family).table

    assert reasons(table, "lsoa21").count("level_withheld") == 2
    assert reasons(table, "msoa21").count("level_withheld") == 1


def test_without_a_limit_on_what_is_lost_blocks_go_one_by_one():
    cells, family = a_system([7, 7] * 5 + [40] * 30, per_msoa=2, per_lad=20)

    table = protect(cells, replace(HES, most_withheld=None), family).table

    assert reasons(table, "lsoa21").count("level_withheld") == 10


def test_a_whole_that_is_narrowed_by_its_parts_goes_with_them_and_leaves_its_neighbours():
    # Five few counts are at least 5, and a withheld whole at most 7: three values for it, and at most 3 for each of them.
    cells, family = a_system([1, 1, 1, 1, 1] + [40] * 295, per_lad=60)

    table = protect(cells, HES, family).table

    assert reasons(table, "msoa21").count("level_withheld") == 1
    assert reasons(table, "lsoa21").count("level_withheld") == 5


def test_a_small_denominator_needs_candidates_as_well():
    cells, family = a_system([0, 0] + [40] * 78, [7, 7] + [1500] * 78, per_msoa=2, per_lad=40)

    found = by_area(protect(cells, HES, family).table, "denominator", "denominator_least", "denominator_most")

    for area in ("lsoa21-00000", "lsoa21-00001"):
        assert found[area][0] is None
        assert found[area][2] - found[area][1] >= 3


def test_where_nothing_helps_nothing_leaves():
    impossible = replace(HES, fewest_candidates=50, most_withheld=None)

    with pytest.raises(DisclosureError, match="whatever is withheld"):
        protect(table_of([a_cell("A", 3, 30)]), impossible, a_family(measures={"asthma": "share"}))


def test_the_message_of_a_refusal_holds_no_count():
    impossible = replace(HES, fewest_candidates=50, most_withheld=None)

    with pytest.raises(DisclosureError) as refusal:
        protect(table_of([a_cell("A", 3, 30)]), impossible, a_family(measures={"asthma": "share"}))

    assert not any(letter.isdigit() for letter in str(refusal.value))


def test_midpoints_are_held_to_the_same_yardstick():
    for seed in range(4):
        cells, family = a_system(np.random.default_rng(seed).poisson(2, 300), per_lad=30)

        fewest = protect(cells, load_policy("midpoint_6"), family).facts["fewest_candidates"]

        assert fewest is None or fewest >= 4


def test_every_policy_protects_a_system():
    cells, family = a_system(np.random.default_rng(0).poisson(9, 300), per_lad=30)
    exact = by_area(cells, "numerator")

    for name in ("hes", "midpoint_6", "cell_key", "open"):
        for area, (least, most) in by_area(protect(cells, load_policy(name), family).table, "numerator_least", "numerator_most").items():
            assert least <= exact[area] <= most, (name, area)
