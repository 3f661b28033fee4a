"""Which people of one indicator are people of another: said by the definitions, kept by exact counts, and nothing left out."""

from dataclasses import replace
from itertools import combinations

import polars as pl
import pytest

from geo.disclosure.family import PARTS, Known
from geo.linkage.derivation import sets
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.sets import known_between
from tests.geo.linkage.derivation.test_run import a_whole_world, table_of
from tests.linked import a_world

KEYS = ["geography", "area", "period", "dimension", "stratum"]
STATES = ("not-yet-due", "not-invited", "invited", "declined", "unsuitable", "not-traced")
ELEMENTS = ("alcohol", "blood-glucose", "blood-pressure", "bmi", "lipids", "smoking")


def of_all() -> tuple[Known, ...]:
    return known_between(derivations().values())


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Exact counts of people with random events of every extract, by indicator, in a table of keys and PARTS."""
    people, events = a_whole_world()
    folder = tmp_path_factory.mktemp("sets")
    a_world(folder, people, **events).engine.close()
    table = pl.DataFrame(table_of(folder, "duckdb", *derivations())[1])
    table = table.with_columns(without=pl.col("denominator") - pl.col("numerator"))
    return {name: rows.select(*KEYS, *PARTS) for (name,), rows in table.partition_by("indicator", as_dict=True).items()}


def beside(cells, whole, parts):
    """The whole's count and the sum of the parts, in every area, period and group of the whole where all these are counted."""
    found = cells[whole[0]].select(*KEYS, whole=whole[1])
    for name, _ in parts:
        found = found.filter(pl.col("geography").is_in(cells[name]["geography"].unique().implode()))
    for at, (name, part) in enumerate(parts):
        found = found.join(cells[name].select(*KEYS, pl.col(part).alias(f"p{at}")), on=KEYS, how="left")
    return found.with_columns(parts=pl.sum_horizontal(pl.col(r"^p\d+$").fill_null(0)))


@pytest.mark.parametrize("known", of_all(), ids=lambda known: f"{' '.join(known.whole)} from {' '.join(known.parts[0])}")
def test_every_relation_holds_on_exact_counts(cells, known):
    if not {known.whole[0], *(name for name, _ in known.parts)} <= set(cells):
        pytest.skip("nothing is told of these children yet")

    found = beside(cells, known.whole, known.parts)

    is_broken = found["parts"] < found["whole"] if known.is_cover else found["parts"] > found["whole"]
    assert not is_broken.any()


def test_counts_that_agree_everywhere_are_said_to_be_the_same_people(cells):
    said = {frozenset([known.whole, known.parts[0]]) for known in of_all() if len(known.parts) == 1}
    groups: dict[tuple[str, str], set] = {}
    for pair in said:
        members = set().union(*(groups.get(each, {each}) for each in pair))
        groups |= dict.fromkeys(members, members)

    # Where nobody, or everybody, is in a numerator, its denominator is those without, or it, for want of records and not by definition.
    told = [name for name, rows in cells.items() if rows["numerator"].sum() and rows["without"].sum()]
    shares = {each.slug for derivation in derivations().values() for each in derivation.indicators if each.kind == "proportion"}
    unsaid = set()
    for (one, first), (other, second) in combinations(
        [(name, part) for name in told for part in PARTS if part != "without" or name in shares], 2
    ):
        if one == other or cells[one].height != cells[other].height or (other, second) in groups.get((one, first), ()):
            continue
        found = beside(cells, (one, first), [(other, second)])
        if (found["whole"] == found["parts"]).all() and found["whole"].n_unique() > 10 and not found["p0"].has_nulls():
            unsaid.add(f"{one} {first} = {other} {second}")

    assert unsaid == set()


def test_what_overlaps_is_said():
    known = {(each.whole, each.parts) for each in of_all()}

    assert (("acsc-chronic", "numerator"), (("acsc-chronic-strict", "numerator"),)) in known
    under_19 = tuple((f"{name}-under-19", "numerator") for name in ("asthma", "diabetes", "epilepsy"))
    assert (("acsc-chronic", "numerator"), under_19) in known
    assert Known(("hypertension-recorded", "numerator"), (("hypertension-checked", "denominator"),), is_equal=True) in of_all()
    assert (("breast-never-screened", "without"), (("breast-coverage", "numerator"),)) in known
    assert (("opted-out", "without"), (("ethnicity-known", "denominator"),)) in known


@pytest.mark.parametrize("programme", ["bowel", "breast", "cervical", "lung"])
def test_states_of_need_make_up_the_programme(programme):
    states = {(f"{programme}-need-{state}", "numerator") for state in STATES}

    inside = [set(each.parts) & states for each in of_all() if each.whole[0].startswith(f"{programme}-") and each.whole[1] == "denominator"]

    assert set().union(*inside) == states


@pytest.mark.parametrize("register", ["", "-qof"])
def test_all_six_checks_and_each_are_related_both_ways(register):
    known = of_all()

    for element in ELEMENTS:
        assert Known((f"smi-{element}{register}", "numerator"), ((f"smi-all-six{register}", "numerator"),)) in known
    cover = next(each for each in known if each.is_cover and each.whole[0] == f"smi-all-six{register}")
    assert {name for name, _ in cover.parts} == {f"smi-{element}{register}" for element in ELEMENTS}


def test_an_indicator_with_a_column_of_which_nothing_is_said_is_refused():
    severe = derivations()["severe-mental-illness"]
    added = replace(severe.indicators[0], slug="smi-new", numerator={"waist": True})

    with pytest.raises(ValueError, match=r"nothing is said of waist"):
        known_between([replace(severe, indicators=(*severe.indicators, added))])


def test_every_rule_has_its_columns():
    assert {each.rule for each in derivations().values()} <= set(sets._COLUMNS)
