"""Attackers who know what indicators count of each other's people break tables that were protected without it, and no others."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from geo.disclosure import withholding, yardsticks
from geo.disclosure.atoms import protect
from geo.disclosure.attacks import Program, narrow_parts, read
from geo.disclosure.family import Known, code
from geo.disclosure.policies import load_policy
from geo.disclosure.programs import Blocks, make_slices
from geo.disclosure.rules import NUMERATOR, WITHHELD
from tests.families import a_cell, a_family, a_practice_of_one, a_system, nesting_of, table_of

HES = load_policy("hes")
FEWEST = 4
# The parts are baskets of a whole of which they are all; those of the first who are treated again have two kinds of treatment.
PARTS = ("acute", "chronic")
KNOWN = (Known(("all", "numerator"), tuple((part, "numerator") for part in PARTS)),)


def baskets(seed, areas=60, mean=5):
    """Three indicators of the same areas, of which two add up to the third, with the family that says so."""
    counts = np.random.default_rng(seed).poisson(mean, (2, areas))
    each = {name: a_system(of, per_msoa=3, per_lad=10) for name, of in zip((*PARTS, "all"), (*counts, counts.sum(axis=0)), strict=True)}
    tables = [cells.set_column(0, "indicator", pa.array([name] * cells.num_rows)) for name, (cells, _) in each.items()]
    family = next(iter(each.values()))[1]
    return pa.concat_tables(tables), replace(family, measures=dict.fromkeys(each, "share"), known=KNOWN)


def tenths(seed, areas=60, mean=4):
    """One indicator by neighbourhood and by tenth of deprivation of districts, and the family that says which neighbourhood is in which."""
    counts, tenth = np.random.default_rng(seed).poisson(mean, areas), np.random.default_rng(seed + 1).integers(1, 11, areas)
    cells, family = a_system(counts, per_msoa=3, per_lad=10)
    rows = []
    for (lad, decile), members in _members(tenth, areas).items():
        number, people = int(counts[members].sum()), 1500 * len(members)
        keys = {"indicator": "asthma", "geography": "lad24", "area": f"lad24-{lad:05d}", "period": "2021-22"}
        group = {"dimension": "deprivation", "stratum": f"decile-{decile}"}
        rows.append({**keys, **group, "numerator": number, "denominator": people, "persons": number})
    groups = {("lsoa21", f"lsoa21-{at:05d}"): ("deprivation", f"decile-{decile}") for at, decile in enumerate(tenth)}
    return pa.concat_tables([cells, pa.Table.from_pylist(rows).select(cells.column_names)]), replace(family, groups=groups)


def _members(tenth, areas):
    found = {}
    for at in range(areas):
        found.setdefault((at // 30, int(tenth[at])), []).append(at)
    return found


def tenths_of_boards(seed, areas=120, mean=4):
    """The same of four districts in two boards of which tenths are told as well. Neighbourhoods are known to lie in boards."""
    cells, family = tenths(seed, areas=areas, mean=mean)
    board_of = {f"lad24-{at:05d}": f"icb26-{at // 2:05d}" for at in range(areas // 30)}
    rows = [{**row, "geography": "icb26", "area": board_of[row["area"]]} for row in cells.to_pylist() if row["geography"] == "lad24"]
    keys, counts = ("indicator", "geography", "area", "period", "dimension", "stratum"), ("numerator", "denominator", "persons")
    sums = pa.Table.from_pylist(rows).group_by(keys).aggregate([(name, "sum") for name in counts])
    boards = sums.rename_columns({f"{name}_sum": name for name in counts}).select(cells.column_names)
    pairs = [("lsoa21", f"lsoa21-{at:05d}", "icb26", f"icb26-{at // 60:05d}") for at in range(areas)]
    known = [tuple(pair.values()) for pair in family.nesting.to_pylist()]
    districts = [("lad24", district, "icb26", board) for district, board in board_of.items()]
    in_england = [("icb26", board, "ctry23", "ctry23-00000") for board in sorted(set(board_of.values()))]
    crossing, nested = (replace(family, nesting=nesting_of([*known, *pairs, *in_england, *more])) for more in ([], districts))
    return pa.concat_tables([cells, boards]), crossing, nested


def tenths_of_two(seed, mean):
    """Tenths of two indicators, of which one counts some of the other's people."""
    cells, family = tenths(seed, mean=mean)
    above = {(pair["child_geography"], pair["child"]): (pair["parent_geography"], pair["parent"]) for pair in family.nesting.to_pylist()}
    random, sums = np.random.default_rng(seed + 100), {}
    for row in (one for one in cells.to_pylist() if one["geography"] == "lsoa21"):
        at, number = ("lsoa21", row["area"]), int(random.binomial(row["numerator"], 0.8))
        tenth = family.groups[at][1]
        while at:
            for key in ((*at, "all"), (*at, tenth)):
                sums[key] = sums.get(key, 0) + number
            at = above.get(at)
    numbers = [sums[row["geography"], row["area"], row["stratum"]] for row in cells.to_pylist()]
    counted = {"indicator": pa.array(["strict"] * len(numbers)), "numerator": pa.array(numbers), "persons": pa.array(numbers)}
    some = pa.table({name: counted.get(name, cells[name]) for name in cells.column_names})
    known = (Known(("asthma", "numerator"), (("strict", "numerator"),)),)
    return pa.concat_tables([cells, some]), replace(family, measures=dict.fromkeys(("asthma", "strict"), "share"), known=known)


def group_by_group(area, period, stratum, relations):
    """Blocks of all indicators, each group by itself, also where neighbourhoods lie in groups as a whole."""
    blocks = make_slices(area, period, stratum, relations)
    pairs = np.stack([blocks.block, stratum[blocks.cell]], axis=1)
    number = np.unique(pairs, axis=0, return_inverse=True)[1].ravel().astype(np.intp)
    order = np.lexsort((blocks.cell, number))
    return Blocks(number[order], blocks.cell[order], blocks.cells)


def exact_of(cells):
    """Exact counts of every part in the order of the keys."""
    order = code(cells).order
    numerator, denominator = (np.asarray(cells[name].to_numpy(), dtype=float)[order] for name in ("numerator", "denominator"))
    return np.stack([numerator, denominator - numerator, denominator])


def fewest_left(cells, table, family, **asked):
    """How many withheld counts keep fewer than four values, and the bounds of the attacker, who is never wrong."""
    exact = exact_of(cells)
    reading = read(table, family, HES, exact=exact)
    least, most = narrow_parts(reading, program=Program(possible=exact, **asked))
    assert np.all((least <= exact) & (exact <= most))
    return int(np.sum((most - least + 1)[reading.hidden] < FEWEST)), least, most


@pytest.mark.parametrize("made", [baskets, tenths])
@pytest.mark.parametrize("is_one", [False, True])
def test_relations_that_protection_was_told_leave_every_withheld_count_four_values(made, is_one):
    cells, family = made(3)

    assert fewest_left(cells, protect(cells, HES, family).table, family, is_one=is_one)[0] == 0


@pytest.mark.parametrize("made", [baskets, tenths])
def test_relations_that_protection_was_not_told_open_withheld_counts(made):
    cells, family = made(3)

    table = protect(cells, HES, replace(family, known=(), groups={})).table

    assert fewest_left(cells, table, replace(family, known=(), groups={}))[0] == 0
    assert fewest_left(cells, table, family)[0] > 0


def test_tenths_of_districts_and_of_boards_do_not_tell_their_neighbourhoods_together():
    """A tenth of a board less that of one district is that of the other: without the districts in their boards nobody sees it coming."""
    left = {False: 0, True: 0}
    for seed in range(4):
        cells, crossing, nested = tenths_of_boards(seed)
        for is_nested, family in ((False, crossing), (True, nested)):
            table = protect(cells, HES, family).table
            left[is_nested] += sum(fewest_left(cells, table, each, is_one=True)[0] for each in (crossing, nested))

    assert left[False] > left[True] == 0


@pytest.mark.parametrize(("seed", "mean"), [(4, 3), (9, 3), (2, 6)])
def test_tenths_of_several_indicators_are_looked_at_with_the_neighbourhoods_in_them(monkeypatch, seed, mean):
    cells, family = tenths_of_two(seed, mean)

    table = protect(cells, HES, family).table
    monkeypatch.setattr(yardsticks, "make_slices", group_by_group)
    apart = protect(cells, HES, family).table

    assert fewest_left(cells, apart, family, is_one=True)[0] > 0
    assert fewest_left(cells, table, family, is_one=True)[0] == 0


def test_an_attacker_without_exact_counts_believes_the_definitions():
    cells, family = baskets(3)
    table = protect(cells, HES, replace(family, known=())).table

    told, untold = (read(table, each, HES) for each in (family, replace(family, known=())))

    left = [np.sum((most - least)[each.hidden]) for each in (told, untold) for least, most in [narrow_parts(each)]]
    assert left[0] < left[1]


def test_the_program_over_all_indicators_finds_more_than_bounds_carried_along_their_sums():
    # Any two of three are at most 7, so all three are at most 10, and of 13 to 17 at least 3 are left for the fourth.
    counts = {"a": 3, "b": 3, "c": 3, "d": 6, "ab": 6, "ac": 6, "bc": 6, "all": 15}
    cells = table_of([a_cell(numerator=count, indicator=name) for name, count in counts.items()])
    wholes = {"ab": "ab", "ac": "ac", "bc": "bc", "all": "abcd"}
    known = tuple(Known((whole, "numerator"), tuple((part, "numerator") for part in parts)) for whole, parts in wholes.items())
    family = a_family(measures=dict.fromkeys(counts, "share"), known=known)
    table = protect(cells, replace(HES, fewest_candidates=None), family).table

    carried, by_program = (fewest_left(cells, table, family, **asked) for asked in ({"below": 0}, {}))

    at = sorted(counts).index("d")
    assert [bound[NUMERATOR, at] for bound in carried[1:]] == [1, 7]
    assert [bound[NUMERATOR, at] for bound in by_program[1:]] == [3, 7]


def test_what_all_indicators_together_make_too_narrow_is_protected_though_no_single_sum_does(monkeypatch):
    # Any two of five are at most 7, so all five are at most 17, and of 23 to 27 at least 6 are left for the sixth, of 1 to 7.
    counts = {"a": 4, "b": 3, "c": 3, "d": 3, "e": 3, "f": 7, "all": 23}
    wholes = {"all": "abcdef"} | {"".join(pair): "".join(pair) for pair in combinations("abcde", 2)}
    counts |= {whole: sum(counts[part] for part in parts) for whole, parts in wholes.items()}
    cells = table_of([a_cell(numerator=count, indicator=name) for name, count in counts.items()])
    known = tuple(Known((whole, "numerator"), tuple((part, "numerator") for part in parts)) for whole, parts in wholes.items())
    family = a_family(measures=dict.fromkeys(counts, "share"), known=known)

    table = protect(cells, HES, family).table
    monkeypatch.setattr(withholding, "_withhold_for_all", lambda *_: None)
    without = protect(cells, HES, family).table

    assert fewest_left(cells, without, family, is_one=True, below=8)[0] > 0
    assert fewest_left(cells, table, family, is_one=True, below=8)[0] == 0


def test_a_count_is_asked_of_again_when_its_own_level_has_gone(monkeypatch):
    cells, family = table_of([a_cell(area, numerator=3) for area in ("E01000001", "E01000002")]), a_family(measures={"asthma": "share"})
    first = np.array([[True, False], [False, False]])
    # Found twice; and what is done about it the first time is that its level goes, and nothing else.
    found, done, seen = [first, first, ~first & False], [None, first, None, None], []

    def too_narrow_twice(marks, setting, enough, only=None):
        seen.append(marks.reason[0] == WITHHELD)
        return found[len(seen) - 1]

    monkeypatch.setattr(withholding, "too_narrow_together", too_narrow_twice)
    monkeypatch.setattr(withholding, "_withhold_blocks", lambda *_: done.pop(0))

    protect(cells, HES, family)

    assert seen == [False, True, True]


def test_nothing_is_lost_for_a_count_that_is_told_though_nothing_is_shown(monkeypatch):
    """Which practices a state has a cell of tells that the only person of one is not in it; without regard to that the rest stands."""
    cells, family = a_practice_of_one(0)
    monkeypatch.setattr("geo.disclosure.atoms.told_by_absence", lambda coded, *_: np.zeros(len(coded.key), dtype=bool))

    found = protect(cells, HES, family)
    monkeypatch.setattr(withholding, "told_anyway", lambda marks, setting, enough, rows: np.zeros_like(rows))
    without = protect(cells, HES, family)

    shown = [sum(row["status"] == "value" for row in each.table.to_pylist()) for each in (found, without)]
    assert shown[0] > shown[1] == 0


def test_a_program_that_stops_at_enough_values_counts_the_same_narrow_cells():
    cells, family = baskets(4)
    table = protect(cells, HES, replace(family, known=())).table

    assert fewest_left(cells, table, family, enough=FEWEST)[0] == fewest_left(cells, table, family)[0] > 0


def test_whole_numbers_narrow_no_less_than_the_rounded_program():
    cells, family = baskets(5, areas=30)
    table = protect(cells, HES, replace(family, known=())).table

    _, least, most = fewest_left(cells, table, family, is_one=True)
    _, whole_least, whole_most = fewest_left(cells, table, family, is_one=True, whole_numbers=True)

    assert np.all((whole_least >= least) & (whole_most <= most))


def test_sums_of_days_are_no_withheld_persons():
    cells, family = baskets(3)
    table = protect(cells, HES, family).table
    is_small = pc.equal(table["reason"], "small_numbers").to_numpy(zero_copy_only=False)
    reading = read(table, replace(family, measures={**family.measures, "acute": "sum"}, known=()), HES)

    of_days = np.array([name == "acute" for name in reading.coded.indicators])[reading.coded.indicator]

    assert is_small.any()
    assert not np.any(reading.hidden[NUMERATOR] & of_days)
