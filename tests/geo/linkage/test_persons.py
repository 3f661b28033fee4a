"""People under pseudonyms: which recorded ethnic category holds, and the flags by which derivation leaves people out."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.linkage.pseudonyms import pseudonyms
from geo.linkage.run import Run, link_extracts
from tests.geo.linkage.records import KEY, LAST_DAY, a_person, an_attendance, an_episode, number, write

# What the practice has, admissions and attendances as (category, day), and what must be said: category, source, recorded, known, usable.
EARLY, LATE = date(2023, 1, 1), date(2025, 9, 1)
CASES = {
    "known at the practice": ("H", [], [], ("H", "gp_register", True, True, True)),
    "nowhere": (None, [], [], (None, None, False, False, False)),
    "not known at the practice": ("99", [], [], (None, None, False, False, False)),
    "not stated at the practice": ("Z", [], [], (None, None, True, False, False)),
    "not stated at the practice, known in hospital": ("Z", [("J", EARLY)], [], ("J", "apc", True, True, True)),
    "unknown at the practice, refused in hospital": (None, [("Z", EARLY)], [], (None, None, True, False, False)),
    "the practice's is of the last day": ("A", [("C", LATE)], [], ("A", "gp_register", True, True, False)),
    "agreement in all records": ("K", [("K", EARLY)], [("K", LATE)], ("K", "gp_register", True, True, True)),
    "the later of two admissions": (None, [("B", EARLY), ("C", LATE)], [], ("C", "apc", True, True, False)),
    "the later attendance before the admission": (None, [("B", EARLY)], [("C", LATE)], ("C", "ecds", True, True, False)),
    "the later admission before the attendance": (None, [("B", LATE)], [("C", EARLY)], ("B", "apc", True, True, False)),
    "on one day admitted care before emergency care": (None, [("S", LATE)], [("L", LATE)], ("S", "apc", True, True, False)),
    "a later unknown does not wipe out a known": (None, [("M", EARLY), ("99", LATE)], [], ("M", "apc", True, True, True)),
    "a later refusal does not wipe out a known": (None, [("M", EARLY), ("Z", LATE)], [], ("M", "apc", True, True, True)),
    "gypsy or traveller, and arab, are known": ("T", [("T", EARLY)], [], ("T", "gp_register", True, True, True)),
}
FLAGS = {
    "opted out": (date(2020, 1, 1), None, None), "opts out later": (date(2026, 7, 1), None, None), "sensitive": (None, "Y", None),
    "died": (None, None, date(2025, 1, 5)), "none": (None, None, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def persons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("persons")
    people, episodes, attendances, opted = [], [], [], []
    for place, (own, admitted, attended, _) in enumerate(CASES.values()):
        people.append(a_person(place, ETHNIC_CATEGORY=own))
        episodes += [an_episode(f"e{place}-{n}", people[-1], ETHNOS=code, ADMIDATE=day) for n, (code, day) in enumerate(admitted)]
        attendances += [
            an_attendance(f"a{place}-{n}", people[-1], ETHNIC_CATEGORY=code, ARRIVAL_DATE=day) for n, (code, day) in enumerate(attended)
        ]
    for opt_out, sensitive, death in FLAGS.values():
        place = len(people)
        people.append(a_person(place, SENSITIVE=sensitive, DEATH_DATE=death))
        opted += [{"NHS_NUMBER": number(place), "FROM_DATE": opt_out}] if opt_out else []
    opted.append({"NHS_NUMBER": number(777), "FROM_DATE": date(2020, 1, 1)})
    write(folder / "extracts", gp_register=people, apc=episodes, ecds=attendances, opt_outs=opted)
    link_extracts(Run(folder / "extracts", folder / "work", KEY, as_of=LAST_DAY))
    return pq.read_table(folder / "work" / "persons.parquet").to_pylist()


@pytest.mark.parametrize("case", CASES)
def test_the_category_that_holds(persons, case):
    found = persons[list(CASES).index(case)]

    told = tuple(found[name] for name in ("ethnic", "ethnic_source", "ethnic_recorded", "ethnic_known", "ethnic_usable"))
    assert told == CASES[case][-1]


def test_what_the_practice_has_is_kept_apart(persons):
    found = {case: persons[place]["ethnic_gp"] for place, case in enumerate(CASES)}

    assert found["not stated at the practice, known in hospital"] == "Z"
    assert found["the later of two admissions"] is None
    assert found["not known at the practice"] is None


def test_flags_say_whom_derivation_leaves_out(persons):
    found = dict(zip(FLAGS, persons[len(CASES) :], strict=True))

    assert {name for name, person in found.items() if person["opted_out"]} == {"opted out"}
    assert {name for name, person in found.items() if person["sensitive"]} == {"sensitive"}
    assert {name: person["death_date"] for name, person in found.items() if person["death_date"]} == {"died": date(2025, 1, 5)}


def test_everybody_of_the_register_is_there_under_a_pseudonym(persons):
    numbers = pa.array([int(number(place)) for place in range(len(CASES) + len(FLAGS))])

    assert [person["person"] for person in persons] == list(range(len(numbers)))
    assert [person["pseudonym"] for person in persons] == pseudonyms(numbers, KEY).to_pylist()


def test_the_month_of_birth_is_its_first_day(persons):
    assert {(person["birth_date"].replace(day=1), person["birth_month"]) for person in persons} == {
        (person["birth_month"], person["birth_month"]) for person in persons
    }
