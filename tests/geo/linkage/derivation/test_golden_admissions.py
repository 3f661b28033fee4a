"""Each hand-made case of fixtures/golden_episodes/admissions.csv is counted as its columns say, on DuckDB and Polars."""

import csv
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from geo.linkage.derivation.admissions import admissions
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.windows import windows
from tests.linked import a_person, a_world, an_episode

FILE = Path(__file__).parents[4] / "fixtures" / "golden_episodes" / "admissions.csv"
COLUMNS = {
    "chronic": "acsc-chronic", "strict": "acsc-chronic-strict", "asthma_19": "asthma-under-19", "diabetes_19": "diabetes-under-19",
    "epilepsy_19": "epilepsy-under-19", "nineteen": "acsc-nineteen", "acute": "acsc-acute-draft", "bed_days": "acsc-chronic-bed-days",
}  # fmt: skip
DAYS = ("ADMIDATE", "EPIEND", "DISDATE")
NO_DAYS = ("-", "1800-01-01", "1801-01-01")


def read_rows() -> list[dict[str, str]]:
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


def person_of(row: dict[str, str]) -> dict:
    number, said = int(row["case"]), row["person"]
    words = dict(part.split() for part in said.split(", ")) if " 2" in said else {}
    changed = {
        key: date.fromisoformat(words[word])
        for word, key in (("born", "birth_date"), ("came", "registered_from"), ("left", "registered_to"), ("died", "death_date"))
        if word in words
    }
    return a_person(number, opted_out=said == "opted out", sensitive=said == "sensitive", **changed)


def episode_of(row: dict[str, str]) -> dict:
    """The usual episode with what the row says; `-` is missing, and days that mean none are missing, as linkage leaves them."""
    changed = {}
    for name, value in row.items():
        if not name.isupper() or value == "":
            continue
        changed[name] = None if value in ("-", *NO_DAYS) else date.fromisoformat(value) if name in DAYS else value
    changed["AMENDED_AT"] = datetime.fromisoformat(row["AMENDED_AT"] or "2024-06-01T00:00:00")
    if isinstance(changed.get("STARTAGE"), str):
        changed["STARTAGE"] = int(changed["STARTAGE"])
    number = int(row["case"])
    return an_episode(number, **{"EPIKEY": f"case {number}"} | changed) | ({"person": None} if row["person"] == "nobody" else {})


@pytest.fixture(scope="module", params=["duckdb", "polars"])
def found(request, tmp_path_factory):
    rows = read_rows()
    firsts = [row for row in rows if row["why"]]
    folder = tmp_path_factory.mktemp("golden")
    inputs = a_world(folder, [person_of(row) for row in firsts], request.param, apc=[episode_of(row) for row in rows])
    indicators = [one for name in ("avoidable-admissions", "acute-admissions-draft") for one in derivations()[name].indicators]
    table = admissions(inputs, inputs.events("apc"), register_of(inputs).eligible, indicators)
    yield pl.DataFrame(inputs.engine.fetch(table))
    inputs.engine.close()


def test_there_are_as_many_cases_as_were_promised_and_each_says_why():
    firsts = [row for row in read_rows() if row["why"]]

    assert len(firsts) >= 60
    assert len({row["why"] for row in firsts}) == len(firsts)
    assert [int(row["case"]) for row in firsts] == list(range(1, len(firsts) + 1))


@pytest.mark.parametrize("row", [row for row in read_rows() if row["why"]], ids=lambda row: row["why"])
def test_a_case_is_counted_as_it_says(row, found):
    spans = {each.period: each for each in windows(["financial_year"], first=date(2022, 4, 1), last=date(2026, 6, 30))}
    window = spans[row["period"]]
    events = found.filter(pl.col("person") == int(row["case"]))
    here = events.filter(pl.col("on").is_between(window.start, window.end))

    counted = {name: int(here[slug].sum()) for name, slug in COLUMNS.items()}

    assert counted == {name: int(row[name]) for name in COLUMNS}


def test_nothing_is_counted_in_another_period_than_its_case_says(found):
    inside = {int(row["case"]) for row in read_rows() if row["why"] and any(int(row[name]) for name in COLUMNS)}
    whole = found.filter(pl.col("on").is_between(date(2022, 4, 1), date(2026, 3, 31)))

    assert set(whole["person"]) == inside
