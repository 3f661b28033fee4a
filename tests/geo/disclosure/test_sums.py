"""Sums of days that are withheld cannot be worked out from what is shown around them, by the p % rule."""

import numpy as np
import pytest

from geo.disclosure.atoms import protect, read_counts
from geo.disclosure.attacks import narrow_published, read
from geo.disclosure.family import code, kinds_of
from geo.disclosure.policies import load_policy
from geo.disclosure.rules import mark
from geo.disclosure.sums import Room
from tests.families import a_cell, a_family, by_area, table_of

HES = load_policy("hes")
MEASURES = {"days": "sum"}


def days(area, total, *, persons=40, largest=20.0, second=15.0, **others):
    known = {"persons": persons, "largest": largest, "second": second}
    return a_cell(area, total, 5000, indicator="days", **known, **others)


def one_stay(days_of_one=400):
    """A middle area of three neighbourhoods, in one of which a single person lay in hospital for very long."""
    parts = [days("E01", days_of_one, persons=1, largest=float(days_of_one), second=0.0), days("E02", 600), days("E03", 700)]
    whole = days("E02A", days_of_one + 1300, persons=81, largest=float(days_of_one), geography="msoa21")
    others = [days(f"E02{letter}", 900, geography="msoa21") for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ"]
    pairs = [("lsoa21", area, "msoa21", "E02A") for area in ("E01", "E02", "E03")]
    finer = [days(f"E03{number}", 300) for number in range(40)]
    return table_of([*parts, whole, *others, *finer]), a_family(pairs, MEASURES)


def test_a_withheld_sum_is_not_told_by_the_difference_of_those_around_it():
    cells, family = one_stay()

    found = by_area(protect(cells, HES, family).table, "numerator", "reason", "numerator_least", "numerator_most")

    assert found["E01"][2] <= 360
    assert found["E01"][3] is None or found["E01"][3] >= 440
    assert {found[area][1] for area in ("E01", "E02", "E03", "E02A")} == {"level_withheld"}
    assert found["E02B"][:2] == (900, "")


def test_what_nobody_can_work_out_takes_nothing_with_it():
    # Beside an area of which nothing is shown either, the difference tells only what both are together.
    cells, family = one_stay(days_of_one=40)
    few = [days("E04", 50, persons=4), days("E05", 60, persons=5), days("E04A", 110, persons=9, geography="msoa21")]
    cells = table_of([*cells.to_pylist(), *few])
    family = a_family([*(tuple(pair.values()) for pair in family.nesting.to_pylist()), ("lsoa21", "E04", "msoa21", "E04A")], MEASURES)

    found = protect(cells, HES, family)

    assert found.facts["withheld"]["level_withheld"] == 0
    assert found.facts["sums"] == {"withheld": 4, "too_narrow": 0, "told_by_others": 0}


def test_a_table_that_needs_nothing_more_stays_as_it_was(monkeypatch):
    few = [days("E01", 50, persons=4), days("E02", 60, persons=5), days("E02A", 110, persons=9, geography="msoa21"), days("E03", 900)]
    cells, family = table_of(few), a_family([("lsoa21", "E01", "msoa21", "E02A"), ("lsoa21", "E02", "msoa21", "E02A")], MEASURES)
    protected = protect(cells, HES, family)

    monkeypatch.setattr(Room, "of", lambda *_: None)

    assert protect(cells, HES, family).table.equals(protected.table)
    assert protected.facts["withheld"]["dominance"] == 3


def test_a_sum_needs_p_per_cent_of_its_largest_part_on_both_sides():
    cells = table_of([days("A", 400, persons=1, largest=300.0), days("B", 400, persons=1, largest=None), days("C", 400)])
    coded = code(cells)
    counts = read_counts(cells, coded.order, kinds_of(coded, a_family(measures=MEASURES)))
    room = Room.of(counts, mark(counts, HES), HES)

    def lacks(least, most):
        return room.lacks(np.full(3, float(least)), np.full(3, float(most))).tolist()

    assert lacks(360, 440) == [False, False, False]
    assert lacks(370, 430) == [False, True, False]
    assert lacks(371, 430) == lacks(370, 429) == [True, True, False]


def test_a_small_sum_keeps_as_many_values_as_rounding_gives():
    cells = table_of([days("A", 1, persons=1, largest=1.0)])
    coded = code(cells)
    counts = read_counts(cells, coded.order, kinds_of(coded, a_family(measures=MEASURES)))

    room = Room.of(counts, mark(counts, HES), HES)

    assert room.lacks(np.array([0.0]), np.array([3.0])).tolist() == [True]
    assert room.lacks(np.array([0.0]), np.array([4.0])).tolist() == [False]


def test_a_sum_of_a_group_is_not_told_by_the_total_less_the_other_groups():
    groups = {"female": (400, 1), "male": (900, 40)}
    cells = [days("A", 1300, geography="lad24", largest=400.0)]
    for stratum, (total, persons) in groups.items():
        cells.append(days("A", total, persons=persons, geography="lad24", largest=400.0, dimension="sex", stratum=stratum))

    found = protect(table_of(cells), HES, a_family(measures=MEASURES))

    by_stratum = {row["stratum"]: (row["numerator"], row["reason"]) for row in found.table.to_pylist()}
    assert by_stratum == {"all": (1300, ""), "female": (None, "level_withheld"), "male": (None, "level_withheld")}


def test_a_sum_of_a_year_is_not_told_by_a_window_less_its_other_years():
    years = {"2019-20": (400, 1), "2020-21": (900, 40)}
    cells = [days("A", 1300, largest=400.0, period="2019-20--2020-21")]
    cells += [days("A", total, persons=persons, largest=400.0, period=year) for year, (total, persons) in years.items()]

    table = protect(table_of(cells), HES, a_family(measures=MEASURES)).table

    found = {row["period"]: (row["numerator_least"], row["numerator_most"] or np.inf) for row in table.to_pylist()}
    assert found["2019-20"][0] <= 360
    assert found["2019-20"][1] >= 440


def test_what_others_tell_of_a_sum_is_told_apart():
    # England's exact sum is the one neighbourhood's.
    cells = [days("E01", 400, persons=1, largest=400.0), days("E92", 400, persons=1, largest=400.0, geography="ctry23")]

    found = protect(table_of(cells), HES, a_family([("lsoa21", "E01", "ctry23", "E92")], MEASURES))

    assert found.facts["sums"] == {"withheld": 2, "too_narrow": 0, "told_by_others": 2}


def a_random_nesting(seed):
    """Stays of random people in random neighbourhoods, middle areas, districts, sexes and years, all sums exact."""
    random = np.random.default_rng(seed)
    middle = random.integers(0, 12, 40)
    district = random.integers(0, 3, 12)
    stays = 700
    where = random.choice(40, stays, p=random.dirichlet(np.full(40, 0.7)))
    sex, year = random.integers(0, 2, stays), random.integers(0, 2, stays)
    length = np.ceil(random.pareto(1.2, stays) * 3).astype(int)
    levels = {"lsoa21": where, "msoa21": middle[where], "lad24": district[middle[where]]}
    every = {"lsoa21": range(40), "msoa21": sorted(set(middle)), "lad24": sorted(set(district[sorted(set(middle))]))}
    cells = []
    for geography, of in levels.items():
        for area in every[geography]:
            for dimension, stratum, is_of in (("", "all", sex >= 0), ("sex", "female", sex == 0), ("sex", "male", sex == 1)):
                for period in (0, 1):
                    mine = np.sort(length[(of == area) & is_of & (year == period)])[::-1]
                    cells.append(
                        days(
                            f"{geography}-{area}", int(mine.sum()), persons=len(mine), geography=geography, dimension=dimension,
                            stratum=stratum, period=f"20{19 + period}-{20 + period}", largest=float(mine[0]) if len(mine) else None,
                            second=float(mine[1]) if len(mine) > 1 else 0.0,
                        )
                    )  # fmt: skip
    pairs = [("lsoa21", f"lsoa21-{at}", "msoa21", f"msoa21-{of}") for at, of in enumerate(middle)]
    pairs += [("msoa21", f"msoa21-{at}", "lad24", f"lad24-{district[at]}") for at in sorted(set(middle))]
    return table_of(cells), a_family(pairs, MEASURES)


@pytest.mark.parametrize("seed", range(8))
def test_no_sum_of_a_random_nesting_is_told_to_an_attacker(seed):
    cells, family = a_random_nesting(seed)
    protected = protect(cells, HES, family)
    reading = read(protected.table, family, HES)
    exact = cells.take(code(cells).order.tolist())
    total, largest, persons = (np.array(exact[name].to_pylist(), dtype=float) for name in ("numerator", "largest", "persons"))

    least, most = narrow_published(reading)

    is_few = (persons > 0) & (persons < HES.sums.persons)
    assert np.any(is_few)
    assert np.all(least[is_few] <= np.maximum(total - 0.1 * largest, 0)[is_few])
    assert np.all(most[is_few] >= (total + 0.1 * largest)[is_few])
    assert protected.facts["sums"]["too_narrow"] == 0
