"""The link table against a slow plain matcher, on DuckDB and Polars, and whatever the order of rows."""

from datetime import date, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from geo.linkage.layouts import layouts
from geo.linkage.manifest import digest_of_rows
from geo.linkage.models import LEAST_PEOPLE
from geo.linkage.run import Run, link_extracts
from tests.geo.linkage.records import KEY, LAST_DAY, a_gp_event, a_person, an_attendance, an_episode, an_invitation, number, write
from tests.oracles import linkage as oracle

PEOPLE, ROWS = 160, 220
MAKERS = {"apc": an_episode, "ecds": an_attendance, "screening": an_invitation}


def crowded_register(dealt: np.random.Generator) -> list[dict]:
    """People of whom many share homes, dates of birth and names."""
    families, given = ("Ali", "Smith", "Smyth", "Novak", "O'Neill", "Núñez"), ("Ann", "Anne", "Omar", "Zoë", "Jo")
    return [
        a_person(
            index,
            FAMILY_NAME=families[dealt.integers(6)],
            GIVEN_NAME=given[dealt.integers(5)],
            BIRTH_DATE=date(1980 + int(dealt.integers(3)), 1 + int(dealt.integers(4)), 1 + int(dealt.integers(4))),
            POSTCODE=f"AB1 {dealt.integers(3)}C{'DEF'[dealt.integers(3)]}",
            SEX="12"[dealt.integers(2)],
        )
        for index in range(PEOPLE)
    ]


def erring_rows(dealt: np.random.Generator, register: list[dict], extract: str) -> list[dict]:
    """Records with many more errors than in life."""
    layout, rows = layouts()[extract], []
    for place in range(ROWS):
        person = register[dealt.integers(PEOPLE)] if dealt.random() < 0.9 else a_person(500 + place)
        row = MAKERS[extract](f"r{place:03d}", person)
        for role, share, wrong in (
            ("nhs", 0.5, [None, number(int(dealt.integers(PEOPLE))), number(900 + place), "not a number"]),
            ("birth", 0.2, [None, date(1800, 1, 1), row[layout.identity["birth"]] + timedelta(days=int(dealt.integers(1, 40)))]),
            ("sex", 0.1, [None, "9", "1", "2"]),
            ("postcode", 0.2, [None, "AB1 0CD", "AB1 2CE", "ZZ99 3VZ"]),
            ("family", 0.2, [None, "Smithe", "O NEILL", "Nunez"]),
            ("given", 0.2, [None, "Anna", "Zoe", "Omer"]),
        ):
            if role in layout.identity and dealt.random() < share:
                row[layout.identity[role]] = wrong[dealt.integers(len(wrong))]
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def world():
    dealt = np.random.default_rng(20261126)
    register = crowded_register(dealt)
    return {"gp_register": register, "gp_events": [a_gp_event(person) for person in register]} | {
        extract: erring_rows(dealt, register, extract) for extract in MAKERS
    }


def linked(folder, world, engine="duckdb"):
    write(folder / "extracts", **world)
    link_extracts(Run(folder / "extracts", folder / "work", KEY, engine=engine, as_of=LAST_DAY))
    return folder / "work"


@pytest.fixture(scope="module")
def work(world, tmp_path_factory):
    return linked(tmp_path_factory.mktemp("crowded"), world)


@pytest.mark.parametrize("extract", MAKERS)
def test_links_equal_those_of_a_plain_matcher(work, world, extract):
    register = [oracle.plain(row, layouts()["gp_register"].identity) for row in world["gp_register"]]
    layout = layouts()[extract]
    found = {r["row_id"]: r for r in pq.read_table(work / "link.parquet").to_pylist() if r["extract"] == extract}

    expected = oracle.link(register, world[extract], layout.identity, names=layout.names, least_people=LEAST_PEOPLE)

    steps = [step for _, step, _, _ in expected]
    assert {step: steps.count(step) > 5 for step in ("nhs_dob", "nhs_partial", "prob", "none")} == dict.fromkeys(
        ("nhs_dob", "nhs_partial", "prob", "none"), True
    )
    for row, (person, step, weight, margin) in zip(world[extract], expected, strict=True):
        told = found[row[layout.row_id]]
        assert (told["person"], told["step"]) == (person, step), row
        assert told["weight"] == pytest.approx(weight, abs=1e-5), row
        assert told["margin"] == pytest.approx(margin, abs=1e-5), row


def test_the_order_of_rows_does_not_matter(work, world, tmp_path):
    dealt = np.random.default_rng(5)
    order = {name: dealt.permutation(len(rows)) for name, rows in world.items()}
    shuffled = {name: [rows[place] for place in order[name]] for name, rows in world.items()}

    other = linked(tmp_path, shuffled)

    # Persons have the number of their row, and so have records without a key of their own.
    renumbered = dict(enumerate(order["gp_register"].tolist()))

    def told(path, persons):
        rows = pq.read_table(path / "link.parquet").to_pylist()
        return sorted(
            (r["extract"], r["row_id"], persons[r["person"]] if r["person"] is not None else -1, r["step"], r["weight"] or 0.0)
            for r in rows
            if r["extract"] in MAKERS
        )

    assert told(other, renumbered) == told(work, {place: place for place in range(PEOPLE)})


def test_every_record_of_general_practice_is_linked_by_number(work):
    rows = [r for r in pq.read_table(work / "link.parquet").to_pylist() if r["extract"] == "gp_events"]

    assert [(r["row_id"], r["person"], r["step"]) for r in rows] == [(str(place), place, "nhs_partial") for place in range(PEOPLE)]


def test_polars_gives_the_same_tables(work, world, tmp_path):
    other = linked(tmp_path, world, "polars")

    for name in ("link", "persons", "events/apc", "events/screening", "rejected/apc"):
        assert digest_of_rows(other / f"{name}.parquet") == digest_of_rows(work / f"{name}.parquet"), name
