"""Random records are counted as a slow, plain second version counts them, on DuckDB and Polars."""

import random
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.run import cells_of_one
from tests.linked import NEIGHBOURHOODS, a_person, a_world, an_episode
from tests.oracles import admissions as oracle

FIRST, LAST = date(2022, 4, 1), date(2026, 6, 30)
# Codes of the baskets and their neighbours, so that most rules are met.
CODES = [
    "B181", "B182", "D571", "D500", "D501", "D519", "E101", "E109", "E116", "E149", "F03X", "G309", "G409", "I10", "I10X", "I110",
    "I119", "I130", "I209", "I248", "I251", "I489", "I500", "J101", "J181", "J209", "J22X", "J41X", "J42", "J42X", "J439", "J449",
    "J459", "J46X", "J47X", "J81X", "K253", "K254", "K529", "L031", "N10X", "N136", "N390", "O150", "R02X", "R560", "R69X", "S720",
    "B059", "A370", "E86X", "E40X", "H669", "J312",
]  # fmt: skip
PROCEDURES = ["K401", "K601", "K633", "K751", "U201", "X292", "X041", "S422", "S471", "I101", "A651", "W371"]


def a_day(chance: random.Random, start: date = date(2022, 1, 1), days: int = 1700) -> date:
    return start + timedelta(days=chance.randrange(days))


def people_of(chance: random.Random, count: int) -> list[dict]:
    found = []
    for number in range(1, count + 1):
        born = a_day(chance, date(1940, 1, 1), 31_000)
        came = born + timedelta(days=chance.choice([5, 30, 61, 5000]))
        left = chance.choice([None, None, None, a_day(chance)])
        found.append(
            a_person(
                number, birth_date=born, registered_from=came, registered_to=left, death_date=chance.choice([None] * 9 + [a_day(chance)]),
                opted_out=chance.random() < 0.1, sensitive=chance.random() < 0.05, lsoa21=chance.choice(NEIGHBOURHOODS),
            )
        )  # fmt: skip
    return found


def episodes_of(chance: random.Random, people: int, count: int) -> list[dict]:
    found = []
    for number in range(count):
        on = a_day(chance)
        stay = timedelta(days=chance.randrange(5))
        row = an_episode(
            chance.randrange(1, people + 1),
            EPIKEY=f"k{chance.randrange(int(count * 0.9))}",
            EPIORDER=chance.choice(["1", "1", "1", "01", "2", None]),
            EPISTAT=chance.choice(["3", "3", "3", "1", "9"]),
            EPITYPE=chance.choice(["1"] * 9 + ["2"]),
            CLASSPAT=chance.choice(["1"] * 9 + ["2"]),
            ADMIMETH=chance.choice(["21", "21", "2A", "2B", "2C", "11", None]),
            ADMISORC=chance.choice(["19"] * 8 + ["51", None]),
            SEX=chance.choice(["1", "2", "2", None]),
            STARTAGE=chance.choice([7001, 7007, 3, 18, 19, 44, 80, None]),
            ADMIDATE=chance.choice([on] * 19 + [None]),
            EPISTART=on,
            EPIEND=on + stay,
            DISDATE=on + stay,
            PROCODE=chance.choice(["RAA", "RBB"]),
            AMENDED_AT=datetime(2026, 7, 1) + timedelta(seconds=number),  # noqa: DTZ001
            **{f"DIAG_{place:02d}": chance.choice(CODES) if chance.random() < 0.6 or place == 1 else None for place in range(1, 5)},
            **{f"OPERTN_{place:02d}": chance.choice(PROCEDURES) if chance.random() < 0.3 else None for place in range(1, 4)},
        )
        found.append(row)
        if chance.random() < 0.15:
            # The same admission as unfinished in another return, or another episode of the stay.
            other = (
                {"EPIKEY": f"{row['EPIKEY']}-{number}", "EPISTAT": "1"}
                if chance.random() < 0.5
                else {"EPIKEY": f"o{number}", "EPIORDER": "2"}
            )
            found.append(row | other | {"DIAG_01": chance.choice(CODES)})
    return found


def totals(cells: pl.DataFrame) -> dict[str, dict[str, int]]:
    rows = cells.filter((pl.col("geography") == "ctry23") & (pl.col("dimension") == "") & (pl.col("numerator") > 0))
    found: dict[str, dict[str, int]] = {}
    for row in rows.to_dicts():
        found.setdefault(row["indicator"], {})[row["period"]] = row["numerator"]
    return found


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("seed", range(3))
def test_admissions_are_those_of_the_oracle(tmp_path, engine, seed):
    chance = random.Random(seed)
    people = people_of(chance, 200)
    episodes = episodes_of(chance, 220, 3000)
    inputs = a_world(tmp_path, people, engine, apc=episodes)

    found = totals(cells_of_one(inputs, register_of(inputs), derivations()["avoidable-admissions"]))

    expected = oracle.counted({each["person"]: each for each in people}, episodes, FIRST, LAST)
    assert sum(expected["acsc-chronic"].values()) > 30
    assert {slug: found.get(slug, {}) for slug in expected} == expected


ASKED = {
    "vaccinated-6-in-1-12m": ({"6IN1"}, 3, 12, 0), "vaccinated-rotavirus-12m": ({"ROTA"}, 2, 12, 0),
    "vaccinated-pcv-booster-24m": ({"PCV"}, 1, 24, 12), "vaccinated-measles-1-24m": ({"MMR", "MMRV"}, 1, 24, 12),
    "vaccinated-measles-2-5y": ({"MMR", "MMRV"}, 2, 60, 12), "vaccinated-6-in-1-5y": ({"6IN1"}, 3, 60, 0),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_vaccinations_of_children_are_those_of_the_oracle(tmp_path, engine):
    chance = random.Random(7)
    people = [
        each | {"birth_date": born, "registered_from": born + timedelta(days=chance.choice([0, 10, 700]))}
        for each in people_of(chance, 400)
        for born in [a_day(chance, date(2017, 4, 1), 3000)]
    ]
    doses = []
    for number in range(4000):
        person = chance.choice(people)
        months = chance.choice([2, 3, 4, 11, 12, 13, 18, 23, 24, 40, 59, 60, 61])
        given = oracle._later(person["birth_date"], months) + timedelta(days=chance.choice([-1, 0, 0, 1, 12]))
        vaccine = chance.choice(["6IN1", "ROTA", "PCV", "MMR", "MMRV"])
        doses.append({"person": person["person"], "RECORD_ID": str(number), "VACCINE": vaccine, "GIVEN_ON": given})
    inputs = a_world(tmp_path, people, engine, immunisation=doses)

    cells = cells_of_one(inputs, register_of(inputs), derivations()["childhood-vaccination"])

    whole = cells.filter((pl.col("geography") == "ctry23") & (pl.col("dimension") == ""))
    found = {(row["indicator"], row["period"]): (row["numerator"], row["denominator"]) for row in whole.to_dicts()}
    by_number = {each["person"]: each for each in people}
    spans = {f"{y}-{(y + 1) % 100}": (date(y, 4, 1), date(y + 1, 3, 31)) for y in range(2022, 2026)}
    spans["2023-24-q3"] = (date(2023, 10, 1), date(2023, 12, 31))
    for period, (start, end) in spans.items():
        for slug, asked in ASKED.items():
            assert found[slug, period] == oracle.children(by_number, doses, start, end, asked), (slug, period)
