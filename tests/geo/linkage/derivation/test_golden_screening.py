"""Each hand-made history of fixtures/golden_episodes/screening.csv has the facts that its columns say, on DuckDB and Polars.

tested: within the months of coverage at the age of the case (36 for breast, 30 for bowel, 42 and from 50 on 66 for cervical).
"""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from geo.linkage.derivation import screening
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.facts import Scene
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.windows import windows
from tests.linked import a_person, a_world

FILE = Path(__file__).parents[4] / "fixtures" / "golden_episodes" / "screening.csv"
PROGRAMMES = ("breast", "bowel", "cervical", "lung")
WINDOWS = windows(["financial_year"], first=date(2022, 4, 1), last=date(2026, 6, 30))
MONTHS = {"breast": 36, "bowel": 30}


def read_cases() -> list[dict[str, str]]:
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def invitations_of(case: dict[str, str]) -> list[dict]:
    found = []
    for number, text in enumerate(part for part in case["invitations"].split("; ") if part):
        invited, outcome, screened, result = (*text.split(), None, None)[:4]
        found.append(
            {
                "person": int(case["case"]), "INVITATION_ID": f"{case['case']}-{number}", "PROGRAMME": case["programme"],
                "INVITED_ON": date.fromisoformat(invited), "OUTCOME": None if outcome == "open" else outcome,
                "SCREENED_ON": date.fromisoformat(screened) if screened else None, "RESULT": result,
            }
        )  # fmt: skip
    return found


@pytest.fixture(scope="module", params=["duckdb", "polars"])
def found(request, tmp_path_factory):
    cases = read_cases()
    persons = [
        a_person(int(case["case"]), birth_date=date.fromisoformat(case["born"]), sex=int(case["sex"]) if case["sex"] else None,
                 registered_from=date(2019, 1, 1))
        for case in cases
    ]  # fmt: skip
    smoking = [
        {"person": int(case["case"]), "CLUSTER": "SMOK_COD", "EVENT_DATE": date(2022, 5, 1), "VALUE": float(case["smoker"])}
        for case in cases
        if case["smoker"]
    ]
    events = [each for case in cases for each in invitations_of(case)]
    inputs = a_world(tmp_path_factory.mktemp("golden"), persons, request.param, screening=events, gp_events=smoking)
    register = register_of(inputs)
    tables = {}
    for programme in PROGRAMMES:
        scene = Scene(inputs, register, derivations()[f"screening-{programme}"], WINDOWS)
        tables[programme] = pl.DataFrame(inputs.engine.fetch(screening.facts(scene)))
    yield tables
    inputs.engine.close()


def test_there_are_as_many_cases_as_were_promised_and_each_says_why():
    cases = read_cases()

    assert len(cases) >= 40
    assert len({case["why"] for case in cases}) == len(cases)
    assert {case["programme"] for case in cases} == set(PROGRAMMES)


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"{case['programme']}: {case['why']}")
def test_a_history_has_the_facts_that_it_says(case, found):
    window = [each.period for each in WINDOWS].index(case["period"])
    rows = found[case["programme"]].filter((pl.col("person") == int(case["case"])) & (pl.col("window") == window)).to_dicts()

    if case["in_programme"] == "0":
        assert [row for row in rows if row["in_programme"]] == []
        return
    (row,) = rows
    months = MONTHS.get(case["programme"], 42 if row["age"] < 50 else 66)
    told = {name: str(int(row[name])) for name in ("in_programme", "up_to_date", "never_tested")} | {"state": row["state"]}
    told["tested"] = str(int(row[f"tested_{months}"])) if case["tested"] else ""

    assert told == {name: case[name] for name in told}


def test_everybody_in_a_programme_is_in_exactly_one_state(found):
    for table in found.values():
        assert set(table["state"]) <= set(screening.STATES)
        assert table["state"].null_count() == 0
