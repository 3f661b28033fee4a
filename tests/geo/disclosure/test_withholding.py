"""What is narrowed too far is withheld: a block, a level, an indicator; and there is always a table."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from geo.disclosure.atoms import protect
from geo.disclosure.policies import load_policy
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


def test_where_nothing_helps_the_indicator_goes_as_a_whole_and_is_named():
    impossible = replace(HES, fewest_candidates=50, most_withheld=None, outside=())

    found = protect(table_of([a_cell("A", 3, 30), a_cell("B", 40, 1500)]), impossible, a_family(measures={"asthma": "share"}))

    assert set(found.table["reason"].to_pylist()) == {"level_withheld"}
    assert found.table["numerator"].null_count == found.table["denominator"].null_count == 2
    assert found.facts["levels_withheld"] == ["asthma lsoa21 2021-22", "asthma lsoa21 2021-22 (people)"]


def with_boards(cells, family, *, of, indicator="asthma"):
    """The same with a second set of wider areas that holds the neighbourhoods and not their MSOAs."""
    rows = [row for row in cells.to_pylist() if row["geography"] == "lsoa21"]
    boards = sorted(set(of.values()))
    sums = {
        name: {key: sum(row[key] for row in rows if of[row["area"]] == name) for key in ("numerator", "denominator", "persons")}
        for name in boards
    }
    added = [{**rows[0], "geography": "icb26", "area": name, **sums[name]} for name in boards]
    pairs = [("lsoa21", row["area"], "icb26", of[row["area"]]) for row in rows]
    known = [tuple(pair.values()) for pair in family.nesting.to_pylist()]
    return table_of([*cells.to_pylist(), *added]), a_family([*known, *pairs], dict(family.measures))


def test_a_neighbourhood_of_hardly_anybody_takes_its_block_and_not_the_whole_board_or_level():
    # Two neighbourhoods of 7 people in one MSOA of 14 (published 15): denominators narrow, and so are the numerators within them.
    cells, family = a_system([3, 3] + [40] * 78, [7, 7] + [1500] * 78, per_msoa=2, per_lad=40)
    cells, family = with_boards(cells, family, of={f"lsoa21-{at:05d}": "north" if at < 60 else "south" for at in range(80)})

    found = protect(cells, HES, family)

    assert found.facts["fewest_candidates"] >= 4
    assert found.facts["levels_withheld"] == []
    assert reasons(found.table, "lsoa21").count("level_withheld") == 2
    assert set(reasons(found.table, "icb26")) == {""}
    assert by_area(found.table, "denominator")["lsoa21-00000"] is None


def grouped(counts_by_stratum, area="A", geography="lad24", dimension="sex", people=9000):
    """The groups of an area and their total."""
    total = {"numerator": sum(counts_by_stratum.values()), "denominator": people * len(counts_by_stratum)}
    cells = [a_cell(area, total["numerator"], total["denominator"], geography=geography)]
    cells += [
        a_cell(area, count, people, geography=geography, dimension=dimension, stratum=stratum)
        for stratum, count in counts_by_stratum.items()
    ]
    return cells


def test_groups_that_narrow_one_another_go_and_the_total_and_other_groups_stay():
    # 7 and 7 in a total of 14 (published 15) are 6 or 7 each; by age nothing is few.
    by_sex = grouped({"female": 7, "male": 7})
    by_age = grouped({"below 65": 0, "from 65": 14}, dimension="age")[1:]

    found = protect(table_of(by_sex + by_age), HES, a_family(measures={"asthma": "share"}))

    by_stratum = {row["stratum"]: (row["numerator"], row["reason"]) for row in found.table.to_pylist()}
    assert by_stratum["female"] == by_stratum["male"] == (None, "level_withheld")
    assert by_stratum["all"] == by_stratum["from 65"] == (15, "")
    assert found.facts["levels_withheld"] == ["asthma lad24 sex 2021-22"]


def test_what_others_tell_is_told_apart_from_what_we_withhold():
    # England's exact total of two leaves at most three values for everything within it, whatever we do.
    cells, family = a_system([1, 1] + [0] * 38, per_msoa=2, per_lad=20)

    found = protect(cells, HES, family)

    assert found.facts["told_by_others"] > 0
    assert found.facts["fewest_candidates"] is None or found.facts["fewest_candidates"] >= 4


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


def in_tenths(*sets):
    """Seven neighbourhoods of one person each are the third tenth of a district, 80 others its first; wider sets are the district again."""
    few, many = [f"F{at}" for at in range(7)], [f"M{at}" for at in range(80)]
    cells = [*(a_cell(area, 1) for area in few), *(a_cell(area, 40) for area in many)]
    for geography in sets:
        of = {"geography": geography, "dimension": "deprivation"}
        cells += [a_cell(geography, 3207, 130_500, geography=geography), a_cell(geography, 7, 10_500, stratum="decile-3", **of)]
        cells.append(a_cell(geography, 3200, 120_000, stratum="decile-1", **of))
    pairs = [("lsoa21", area, sets[0], sets[0]) for area in (*few, *many)]
    pairs += [(finer, finer, wider, wider) for finer, wider in pairwise(sets)]
    tenths = {("lsoa21", area): ("deprivation", "decile-3" if area in few else "decile-1") for area in (*few, *many)}
    return table_of(cells), a_family(pairs, groups=tenths)


@pytest.mark.parametrize("sets", [("lad24",), ("lad24", "icb26")])
def test_tenths_that_narrow_neighbourhoods_go_and_the_neighbourhoods_stay(sets):
    cells, family = in_tenths(*sets)

    found = protect(cells, HES, family)

    assert found.facts["levels_withheld"] == [f"asthma {geography} deprivation 2021-22" for geography in sorted(sets)]
    assert found.facts["fewest_candidates"] >= 4
    assert reasons(found.table, "lsoa21").count("") == 80
    assert reasons(found.table, "lsoa21").count("small_numbers") == 7
