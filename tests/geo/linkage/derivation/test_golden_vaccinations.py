"""Each hand-made child or adult of fixtures/golden_episodes/vaccinations.csv is counted as its columns say, on DuckDB and Polars."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from geo.linkage.derivation import vaccinations
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.facts import Scene
from geo.linkage.derivation.filters import holds
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.windows import windows
from tests.linked import a_person, a_world

FILE = Path(__file__).parents[4] / "fixtures" / "golden_episodes" / "vaccinations.csv"
WINDOWS = windows(["financial_year", "quarter"], first=date(2022, 4, 1), last=date(2026, 9, 30))
INDICATORS = {
    each.slug: (name, each) for name in ("childhood-vaccination", "flu-vaccination") for each in derivations()[name].indicators
}  # fmt: skip


def read_cases() -> list[dict[str, str]]:
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def person_of(case: dict[str, str]) -> dict:
    born, said = date.fromisoformat(case["born"]), case["registered"].split()
    days = {"came": "registered_from", "left": "registered_to", "died": "death_date"}
    changed = {days[said[0]]: date.fromisoformat(said[1])} if said and said[0] in days else {}
    return a_person(int(case["case"]), **{"birth_date": born, "registered_from": born, "opted_out": said == ["opted", "out"]} | changed)


def doses_of(case: dict[str, str]) -> list[dict]:
    given = [part.split() for part in case["doses"].split("; ") if part]
    return [
        {"person": int(case["case"]), "RECORD_ID": f"{case['case']}-{number}", "VACCINE": vaccine, "GIVEN_ON": date.fromisoformat(on)}
        for number, (vaccine, on) in enumerate(given)
    ]


def conditions_of(case: dict[str, str]) -> list[dict]:
    said = case["registered"].split()
    if not said or not said[0].endswith("_COD"):
        return []
    return [{"person": int(case["case"]), "CLUSTER": said[0], "EVENT_DATE": date.fromisoformat(said[1])}]


@pytest.fixture(scope="module", params=["duckdb", "polars"])
def found(request, tmp_path_factory):
    cases = read_cases()
    inputs = a_world(
        tmp_path_factory.mktemp("golden"),
        [person_of(case) for case in cases],
        request.param,
        immunisation=[dose for case in cases for dose in doses_of(case)],
        gp_events=[event for case in cases for event in conditions_of(case)],
    )
    register, tables = register_of(inputs), {}
    for slug, (name, indicator) in INDICATORS.items():
        scene = Scene(inputs, register, derivations()[name], WINDOWS)
        facts = (vaccinations.flu_people if name == "flu-vaccination" else vaccinations.children)(scene)
        marked = facts.select("person", "window", d=holds(facts, indicator.denominator), n=holds(facts, indicator.numerator))
        tables[slug] = pl.DataFrame(inputs.engine.fetch(marked))
    yield tables
    inputs.engine.close()


def test_there_are_as_many_cases_as_were_promised_and_each_says_why():
    cases = read_cases()

    assert len(cases) >= 40
    assert len({case["why"] for case in cases}) == len(cases)


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["why"])
def test_a_case_is_counted_as_it_says(case, found):
    periods = [each.period for each in WINDOWS]
    window = periods.index(case["period"])
    rows = found[case["indicator"]].filter((pl.col("person") == int(case["case"])) & (pl.col("window") == window) & pl.col("d"))

    assert (len(rows), int(rows["n"].sum())) == (int(case["denominator"]), int(case["numerator"]))
