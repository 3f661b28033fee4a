"""Where sums cross, the linear program gives the interval of every table that would be published so."""

import itertools

import numpy as np
import pytest

from geo.disclosure.family import code, link
from geo.disclosure.linear_program import sharpen
from geo.disclosure.narrowing import narrow
from geo.disclosure.policies import load_policy
from geo.disclosure.programs import Blocks, crosses
from geo.disclosure.questions import Question
from geo.disclosure.relations import EQUAL, relation, settle
from geo.disclosure.rules import NUMERATOR, Counts, mark
from geo.disclosure.yardsticks import Setting
from geo.errors import DisclosureError
from tests.families import a_cell, a_family, table_of
from tests.oracles.disclosure import intervals, published_form

HES = load_policy("hes")
PAIRS = [("lsoa21", "A", "msoa21", "M"), ("lsoa21", "B", "msoa21", "M")]


def crossed(atoms, second, total):
    """Two areas in one, each by two values of `second` (a key of the cell) with the total of those: cells, sums of atoms by name."""
    key, values = second
    values = [*values, total]
    sums = {}
    for area, value in itertools.product(("A", "B", "M"), values):
        parts = tuple(
            (part, inner) for part in (("A", "B") if area == "M" else (area,)) for inner in (values[:-1] if value == total else (value,))
        )
        sums[(area, value)] = parts
    cells = [
        a_cell(
            area,
            sum(atoms[part] for part in parts),
            900,
            geography="msoa21" if area == "M" else "lsoa21",
            **{key: value},
            **extra(key, value),
        )
        for (area, value), parts in sums.items()
    ]
    return table_of(cells), {name: parts for name, parts in sums.items() if len(parts) > 1}


def extra(key, value):
    return {"dimension": "" if value == "all" else "sex"} if key == "stratum" else {}


def setting_of(cells, kind=1):
    coded = code(cells)
    numerator, denominator = (np.asarray(cells[name].to_numpy(), dtype=float)[coded.order] for name in ("numerator", "denominator"))
    unknown = np.full(len(numerator), np.nan)
    counts = Counts(np.full(len(numerator), kind, dtype=np.int8), numerator, denominator, numerator, unknown, unknown, unknown)
    family = a_family(PAIRS)
    exact = np.stack([numerator, denominator - numerator, denominator])
    relations = settle(link(coded, family), coded, exact, counts.kind)
    return Setting(coded, counts.kind, HES, relations, np.zeros(len(numerator), dtype=bool), exact), mark(counts, HES)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("second", "total"), [(("stratum", ("female", "male")), "all"), (("period", ("2019-20", "2020-21")), "2019-20--2020-21")]
)
def test_its_intervals_are_those_of_every_table_that_would_be_published_so(seed, second, total):
    random = np.random.default_rng(seed)
    names = [(area, value) for area in ("A", "B") for value in second[1]]
    atoms = dict(zip(names, random.multinomial(random.integers(6, 13), random.dirichlet(np.ones(4))).tolist(), strict=True))
    cells, sums = crossed(atoms, second, total)
    everything = {**atoms, **{name: sum(atoms[part] for part in parts) for name, parts in sums.items()}}
    truth = intervals(names, sums, {name: published_form(value) for name, value in everything.items()}, greatest=12)
    setting, marks = setting_of(cells)
    # Persons are the events here, so that few means at most seven, as the enumeration has it.
    few = np.isnan(marks.numerator)
    marks.most[NUMERATOR][few] = np.minimum(marks.most[NUMERATOR][few], 7)
    least, most = setting.narrow(marks.least, marks.most)

    wanted = np.stack([np.ones(least.shape[1], dtype=bool), np.zeros(least.shape[1], dtype=bool), np.zeros(least.shape[1], dtype=bool)])
    least, most = sharpen(least, most, setting.relations, np.zeros(least.shape[1], dtype=bool), setting.blocks, Question(wanted))

    coded = setting.coded
    inner = 1 if second[0] == "stratum" else None
    found = {
        (coded.areas[coded.area[row]][1], coded.strata[coded.stratum[row]][1] if inner else coded.periods[coded.period[row]]): (
            least[NUMERATOR][row],
            most[NUMERATOR][row],
        )
        for row in range(len(coded.key))
    }
    assert found == {name: interval[:2] for name, interval in truth.items()}


def triangle(total):
    """Three counts of which each pair has the same sum: cells 0 to 2, and 3 to 5 for the pairs."""
    relations = [
        relation(name, NUMERATOR, EQUAL, part=np.array(parts), whole=np.array([whole, whole]))
        for name, parts, whole in (("ab", [0, 1], 3), ("bc", [1, 2], 4), ("ac", [0, 2], 5))
    ]
    least, most = np.zeros((3, 6)), np.full((3, 6), 100.0)
    least[NUMERATOR, 3:] = most[NUMERATOR, 3:] = total
    wanted = np.zeros((3, 6), dtype=bool)
    wanted[NUMERATOR, :3] = True
    return relations, least, most, wanted


def test_it_sees_what_carrying_bounds_along_sums_does_not():
    relations, least, most, wanted = triangle(10)
    blocks = Blocks(np.zeros(6, dtype=np.intp), np.arange(6), 6)
    nobody = np.zeros(6, dtype=bool)

    carried = narrow(least, most, relations, nobody)
    sharper = sharpen(*carried, relations, nobody, blocks, Question(wanted))

    assert (carried[0][0, :3].tolist(), carried[1][0, :3].tolist()) == ([0, 0, 0], [10, 10, 10])
    assert (sharper[0][0, :3].tolist(), sharper[1][0, :3].tolist()) == ([5, 5, 5], [5, 5, 5])


def test_in_whole_numbers_it_sees_that_halves_are_no_people():
    relations, least, most, wanted = triangle(5)
    blocks = Blocks(np.zeros(6, dtype=np.intp), np.arange(6), 6)

    with pytest.raises(DisclosureError, match="No table"):
        sharpen(least, most, relations, wanted[1], blocks, Question(wanted, whole_numbers=True))


def test_where_enough_values_are_possible_it_stops_and_leaves_the_bounds():
    relations, least, most, wanted = triangle(10)
    most[NUMERATOR, 3:] = 16
    blocks = Blocks(np.zeros(6, dtype=np.intp), np.arange(6), 6)

    _, all_of_it = sharpen(least, most, relations, wanted[1], blocks, Question(wanted))
    _, enough = sharpen(least, most, relations, wanted[1], blocks, Question(wanted, enough=4))

    assert all_of_it[NUMERATOR, :3].tolist() == [11, 11, 11]
    assert enough[NUMERATOR, :3].tolist() == [100, 100, 100]


def test_where_sums_form_a_tree_it_is_not_asked():
    cells = table_of([a_cell("A", 5), a_cell("B", 9), a_cell("M", 14, geography="msoa21")])
    setting, _ = setting_of(cells)

    assert not crosses(setting.relations, setting.coded.area)
    assert setting.blocks is None


def test_bounds_that_no_table_keeps_are_refused():
    cells, _ = crossed({("A", "f"): 20, ("A", "m"): 30, ("B", "f"): 25, ("B", "m"): 35}, ("stratum", ("f", "m")), "all")
    setting, marks = setting_of(cells)
    marks.least[NUMERATOR][0], marks.most[NUMERATOR][0] = 90, 95
    wanted = np.zeros(marks.least.shape, dtype=bool)
    wanted[NUMERATOR] = True

    with pytest.raises(DisclosureError, match="No table"):
        sharpen(marks.least, marks.most, setting.relations, wanted[1], setting.blocks, Question(wanted))
