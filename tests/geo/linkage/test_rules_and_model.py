"""Golden cases: who each record is linked to, by which step; every rule, look-alike and pair of twins by hand."""

from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow.parquet as pq
import pytest

from geo.linkage.run import Run, link_extracts
from tests.geo.linkage.records import KEY, LAST_DAY, a_person, an_episode, an_invitation, number, write

ELSEWHERE = "ZX9 9QQ"
NOBODYS = number(5_000)


@dataclass(frozen=True)
class Case:
    """A record: whose it looks like, what is written otherwise, and whom it must be linked to (None: nobody) by which step."""

    name: str
    of: int
    otherwise: dict = field(default_factory=dict)
    linked: int | None = -1
    step: str = "nhs_dob"
    extract: str = "apc"

    @property
    def person(self) -> int | None:
        return self.of if self.linked == -1 else self.linked


# People by index. 10 and 11: twins, brother and sister. 12 and 13: brothers. 14 and 15: look-alikes in other homes. 20: no sex known.
BROTHER_AND_SISTER, BROTHERS, LOOK_ALIKES = (10, 11), (12, 13), (14, 15)
BIRTH = date(1980, 3, 7)
HOUSEHOLD = {"FAMILY_NAME": "Okafor", "BIRTH_DATE": date(2019, 4, 9), "POSTCODE": "CD1 2EF"}
REGISTER = [a_person(index) for index in range(40)]
REGISTER[5] = a_person(5, BIRTH_DATE=BIRTH)
REGISTER[10], REGISTER[11] = a_person(10, **HOUSEHOLD, SEX="1"), a_person(11, **HOUSEHOLD, SEX="2")
BROTHERS_HOME = {"FAMILY_NAME": "Rahman", "BIRTH_DATE": date(2016, 8, 21), "POSTCODE": "CD3 4GH", "SEX": "1"}
REGISTER[12], REGISTER[13] = a_person(12, **BROTHERS_HOME, GIVEN_NAME="Yusuf"), a_person(13, **BROTHERS_HOME, GIVEN_NAME="Bilal")
ALIKE = {"FAMILY_NAME": "Smith", "GIVEN_NAME": "Mary", "BIRTH_DATE": date(1961, 2, 3), "SEX": "2"}
REGISTER[14], REGISTER[15] = a_person(14, **ALIKE), a_person(15, **ALIKE)

NO_NUMBER = {"NEWNHSNO": None}
UNNUMBERED = {"NHS_NUMBER": None}
CASES = [
    Case("all agrees", 1),
    Case("number and birth agree, moved", 1, {"POSTCODE": ELSEWHERE}),
    Case("number and birth agree, sex mistaken", 1, {"SEX": "1" if REGISTER[1]["SEX"] == "2" else "2"}),
    Case("number written in groups", 2, {"NEWNHSNO": f"{number(2)[:3]} {number(2)[3:6]} {number(2)[6:]}"}),
    Case("number written with hyphens", 2, {"NEWNHSNO": f"{number(2)[:3]}-{number(2)[3:6]}-{number(2)[6:]}"}),
    Case("day and month exchanged", 5, {"DOB": date(1980, 7, 3)}, step="nhs_partial"),
    Case("a year too early", 5, {"DOB": date(1979, 3, 7)}, step="nhs_partial"),
    Case("another day", 5, {"DOB": date(1980, 3, 17)}, step="nhs_partial"),
    Case("another month", 5, {"DOB": date(1980, 11, 7)}, step="nhs_partial"),
    Case("birth near, sex not known", 5, {"DOB": date(1980, 3, 17), "SEX": "9"}, step="nhs_partial"),
    Case("no birth date", 6, {"DOB": date(1800, 1, 1)}, step="nhs_partial"),
    Case("invalid birth date", 6, {"DOB": date(1801, 1, 1)}, step="nhs_partial"),
    Case("no birth date, moved", 6, {"DOB": date(1800, 1, 1), "POSTCODE": ELSEWHERE}, None, "none"),
    Case("birth near, sex mistaken", 5, {"DOB": date(1980, 3, 17), "SEX": "1" if REGISTER[5]["SEX"] == "2" else "2"}, None, "none"),
    Case("birth near, moved", 5, {"DOB": date(1980, 3, 17), "POSTCODE": ELSEWHERE}, None, "none"),
    Case("two parts of the birth date wrong", 5, {"DOB": date(1981, 4, 7)}, None, "none"),
    Case("no number", 7, NO_NUMBER, step="prob"),
    Case("number fails its check digit", 7, {"NEWNHSNO": number(7)[:9] + str((int(number(7)[9]) + 1) % 10)}, step="prob"),
    Case("number of nine digits", 7, {"NEWNHSNO": number(7)[:9]}, step="prob"),
    Case("no number, sex not known", 7, NO_NUMBER | {"SEX": "0"}, step="prob"),
    Case("no number, moved", 7, NO_NUMBER | {"POSTCODE": ELSEWHERE}, None, "none"),
    Case("no number, no postcode", 7, NO_NUMBER | {"POSTCODE": None}, None, "none"),
    Case("no number, without a fixed place", 7, NO_NUMBER | {"POSTCODE": "ZZ99 3VZ"}, None, "none"),
    Case("no number, birth near", 5, NO_NUMBER | {"DOB": date(1980, 3, 17)}, None, "none"),
    Case("no number, sex mistaken", 7, NO_NUMBER | {"SEX": "1" if REGISTER[7]["SEX"] == "2" else "2"}, None, "none"),
    Case("number of nobody", 7, {"NEWNHSNO": NOBODYS}, None, "none"),
    Case("number of a neighbour", 7, {"NEWNHSNO": number(8)}, None, "none"),
    Case("nobody of the register", 99, {}, None, "none"),
    Case("brother, no number", 10, NO_NUMBER, step="prob"),
    Case("sister, no number", 11, NO_NUMBER, step="prob"),
    Case("twin brothers, no number", 12, NO_NUMBER, None, "none"),
    Case("one of twin brothers by number", 12),
    Case("the other of twin brothers by number", 13),
    Case("all agrees, with names", 3, extract="screening"),
    Case("birth near, moved, names agree", 5, {"BIRTH_DATE": date(1980, 7, 3), "POSTCODE": ELSEWHERE}, step="nhs_partial", extract="screening"),
    Case("no birth date, moved, names agree", 6, {"BIRTH_DATE": None, "POSTCODE": ELSEWHERE}, step="nhs_partial", extract="screening"),
    Case("no number, moved, names agree", 3, UNNUMBERED | {"POSTCODE": ELSEWHERE}, step="prob", extract="screening"),
    Case("no number, accents and hyphens in names", 12, UNNUMBERED | {"FAMILY_NAME": "Ráh-man", "GIVEN_NAME": " YÙSUF "}, step="prob",
         extract="screening"),
    Case("no number, a letter left out", 3, UNNUMBERED | {"FAMILY_NAME": REGISTER[3]["FAMILY_NAME"][:2] + REGISTER[3]["FAMILY_NAME"][3:]},
         step="prob", extract="screening"),
    Case("twin brothers told apart by given name", 13, UNNUMBERED, step="prob", extract="screening"),
    Case("twin brothers, given name missing", 13, UNNUMBERED | {"GIVEN_NAME": None}, None, "none", "screening"),
    Case("look-alikes in other homes, no number, no postcode", 14, UNNUMBERED | {"POSTCODE": None}, None, "none", "screening"),
    Case("a look-alike at home", 14, UNNUMBERED, step="prob", extract="screening"),
    Case("a namesake born on another day", 14, UNNUMBERED | {"BIRTH_DATE": date(1944, 12, 25), "POSTCODE": ELSEWHERE}, None, "none", "screening"),
    Case("number of nobody, names and birth agree", 3, {"NHS_NUMBER": NOBODYS}, step="prob", extract="screening"),
]  # fmt: skip


@pytest.fixture(scope="module")
def links(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    people = {**dict(enumerate(REGISTER)), 99: a_person(99)}
    makers = {"apc": an_episode, "screening": an_invitation}
    rows = {name: [] for name in makers}
    for place, case in enumerate(CASES):
        rows[case.extract].append(makers[case.extract](f"case{place}", people[case.of], **case.otherwise))
    rows["apc"] += versions(people)
    write(folder / "extracts", gp_register=REGISTER, **rows)

    link_extracts(Run(folder / "extracts", folder / "work", KEY, as_of=LAST_DAY))

    return {row["row_id"]: row for row in pq.read_table(folder / "work" / "link.parquet").to_pylist()}


def versions(people: dict) -> list[dict]:
    """An episode that was sent twice, one amended from a wrong number, and one amended to a wrong number."""
    amended = {"AMENDED_AT": datetime(2025, 9, 1, 9)}
    return [
        *[an_episode("twice", people[1])] * 2,
        an_episode("mended", people[1], NEWNHSNO=NOBODYS, DOB=date(1800, 1, 1)),
        an_episode("mended", people[1], **amended),
        an_episode("spoilt", people[1], **amended, NEWNHSNO=NOBODYS, DOB=date(1800, 1, 1)),
        an_episode("spoilt", people[1]),
    ]


@pytest.mark.parametrize(("place", "case"), list(enumerate(CASES)), ids=[f"{case.extract}: {case.name}" for case in CASES])
def test_record_is_linked_as_by_hand(links, place, case):
    found = links[f"case{place}"]

    assert (found["person"], found["step"]) == (case.person, case.step)


def test_an_episode_that_was_sent_more_than_once_counts_once_and_as_it_was_amended_last(links):
    assert [links[key]["person"] for key in ("twice", "mended", "spoilt")] == [1, 1, None]
    assert len(links) == len(CASES) + 3


def test_the_table_says_how_fields_agree_and_how_sure_the_model_is(links):
    moved = next(links[f"case{place}"] for place, case in enumerate(CASES) if case.name == "number and birth agree, moved")
    twins = next(links[f"case{place}"] for place, case in enumerate(CASES) if case.name == "twin brothers, no number")
    sister = next(links[f"case{place}"] for place, case in enumerate(CASES) if case.name == "sister, no number")

    assert [moved[f"agree_{field}"] for field in ("nhs", "dob", "sex", "postcode", "family", "given")] == [2, 2, 2, 0, None, None]
    assert (moved["weight"], moved["margin"], moved["model_id"]) == (None, None, None)
    assert twins["weight"] > 6
    assert twins["margin"] == 0
    assert sister["margin"] > 3
    assert sister["model_id"].startswith("unnamed-")
    assert sister["agree_nhs"] is None
