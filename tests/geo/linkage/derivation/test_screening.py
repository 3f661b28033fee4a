"""When the next test is due, who took up an invitation, and from when on records reach back far enough."""

import csv
from datetime import date
from pathlib import Path

import ibis
import polars as pl
import pyarrow as pa
import pytest

from geo.errors import DefinitionError
from geo.linkage.derivation import screening
from geo.linkage.derivation.definitions import Derivation, derivations
from geo.linkage.derivation.people import age_on, register_of
from geo.linkage.derivation.run import cells_of_one
from tests.linked import a_person, a_world

FILE = Path(__file__).parents[4] / "fixtures" / "golden_episodes" / "due.csv"


def read_cases() -> list[dict[str, str]]:
    with FILE.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["why"])
@pytest.mark.parametrize("backend", [ibis.duckdb, ibis.polars], ids=["duckdb", "polars"])
def test_the_next_test_is_due_as_the_dated_rules_say(case, backend):
    tested = date.fromisoformat(case["tested"]) if case["tested"] else None
    row = {
        "born": pa.array([date.fromisoformat(case["born"])], pa.date32()), "SCREENED_ON": pa.array([tested], pa.date32()),
        "RESULT": pa.array([case["result"]], pa.string()), "SELF_SAMPLE": pa.array([case["self_sample"] or None], pa.string()),
    }  # fmt: skip
    table = ibis.memtable(pa.table(row))
    table = table.mutate(tested_age=age_on(table["born"], table["SCREENED_ON"]))
    rules = derivations()[f"screening-{case['programme']}"].parameters["due"]

    (found,) = backend.connect().to_pyarrow(table.select(due=screening.due_after(table, rules)))["due"].to_pylist()

    assert found == (int(case["due"]) if case["due"] else None)


def invitation(person: int, invited: date, outcome: str | None, screened: date | None = None, **changed) -> dict:
    usual = {"person": person, "INVITATION_ID": f"{person}/{invited}", "PROGRAMME": "breast", "INVITED_ON": invited, "OUTCOME": outcome}
    return usual | {"SCREENED_ON": screened, "RESULT": "adequate" if outcome == "attended" else None} | changed


def uptake(folder, persons, invitations, slug="breast-uptake") -> dict[str, tuple[int, int]]:
    inputs = a_world(folder, persons, screening=invitations)
    cells = cells_of_one(inputs, register_of(inputs), derivations()["screening-uptake"])
    whole = cells.filter((pl.col("indicator") == slug) & (pl.col("geography") == "ctry23") & (pl.col("dimension") == ""))
    return {row["period"]: (row["numerator"], row["denominator"]) for row in whole.to_dicts()}


A_WOMAN = {"birth_date": date(1966, 5, 1), "registered_from": date(2000, 1, 1)}


@pytest.mark.parametrize(
    ("screened", "attended"),
    [(date(2023, 5, 20), 1), (date(2023, 11, 10), 1), (date(2023, 11, 11), 0)],
    ids=["soon", "six months to the day", "a day later"],
)
def test_uptake_is_of_tests_within_six_months_of_the_invitation(tmp_path, screened, attended):
    found = uptake(tmp_path, [a_person(1, **A_WOMAN)], [invitation(1, date(2023, 5, 10), "attended", screened)])

    assert found == {"2023-24": (attended, 1)}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (invitation(1, date(2023, 5, 10), "attended", date(2023, 5, 20), RESULT="inadequate"), {"2023-24": (0, 1)}),
        (invitation(1, date(2023, 5, 10), "not_attended"), {"2023-24": (0, 1)}),
        (invitation(1, date(2023, 5, 10), "declined"), {"2023-24": (0, 1)}),
        (invitation(1, date(2023, 5, 10), None), {"2023-24": (0, 1)}),
        (invitation(1, date(2023, 5, 10), "ceased"), {}),
        (invitation(1, date(2016, 4, 30), "attended", date(2016, 5, 20)), {}),
        (invitation(1, date(2026, 1, 10), "attended", date(2026, 1, 20)), {}),
    ],
    ids=["inadequate", "not attended", "declined", "open", "ceased", "before the periods", "six months have not passed"],
)
def test_uptake_of_other_outcomes(tmp_path, made, expected):
    assert uptake(tmp_path, [a_person(1, **A_WOMAN)], [made]) == expected


def test_of_several_invitations_in_a_year_the_first_counts_with_what_came_of_it(tmp_path):
    twice = [invitation(1, date(2023, 5, 10), "not_attended"), invitation(1, date(2023, 9, 10), "attended", date(2023, 9, 20))]

    assert uptake(tmp_path, [a_person(1, **A_WOMAN)], twice) == {"2023-24": (0, 1)}


def test_age_is_that_at_the_invitation(tmp_path):
    persons = [
        a_person(1, birth_date=date(1952, 5, 11)),
        a_person(2, birth_date=date(1952, 5, 10)),
        a_person(3, birth_date=date(1973, 5, 11)),
    ]
    invited = [invitation(number, date(2023, 5, 10), "not_attended") for number in (1, 2, 3)]

    assert uptake(tmp_path, [each | {"registered_from": date(2000, 1, 1)} for each in persons], invited) == {"2023-24": (0, 1)}


def test_who_opted_out_or_had_left_is_in_neither_part(tmp_path):
    persons = [
        a_person(1, opted_out=True, **A_WOMAN),
        a_person(2, sensitive=True, **A_WOMAN),
        a_person(3, registered_to=date(2023, 5, 1), **A_WOMAN),
    ]

    assert uptake(tmp_path, persons, [invitation(number, date(2023, 5, 10), "not_attended") for number in (1, 2, 3)]) == {}


@pytest.mark.parametrize(
    ("first", "periods"), [(date(2021, 3, 31), {"2023-24", "2024-25", "2025-26"}), (date(2021, 4, 1), {"2024-25", "2025-26"})]
)
def test_an_indicator_waits_until_records_reach_back_as_far_as_it_looks(tmp_path, first, periods):
    """Three years before 31 March 2024 is 31 March 2021."""
    inputs = a_world(tmp_path, [a_person(1, **A_WOMAN)], screening=[invitation(1, first, "attended", date(2021, 4, 20))])

    cells = cells_of_one(inputs, register_of(inputs), derivations()["screening-breast"])

    assert set(cells.filter(pl.col("indicator") == "breast-coverage")["period"]) == periods


def test_states_of_need_add_up_to_everybody_in_the_programme(tmp_path):
    persons = [a_person(number, birth_date=date(1955 + number, 5, 1), registered_from=date(2000, 1, 1)) for number in range(1, 20)]
    outcomes = ["attended", "declined", "not_attended", "unsuitable", "ceased", "not_traced", None]
    made = [
        invitation(n, date(2019 + n % 7, 5, 1), outcomes[n % 7], date(2019 + n % 7, 6, 1) if n % 7 == 0 else None) for n in range(1, 19)
    ]
    inputs = a_world(tmp_path, persons, screening=[invitation(99, date(2019, 1, 1), None), *made])

    cells = cells_of_one(inputs, register_of(inputs), derivations()["screening-breast"])

    needs = cells.filter(pl.col("indicator").str.contains("-need-") & (pl.col("geography") == "lad24") & (pl.col("dimension") == ""))
    summed = needs.group_by("area", "period").agg(pl.col("numerator").sum(), pl.col("denominator").unique())
    assert len(summed) == 4
    assert summed["numerator"].to_list() == [each for (each,) in summed["denominator"].to_list()]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"due": [{"years": "three"}]}, "parameters.due.0.years"),
        ({"due": [{"months": 36}]}, "parameters.due.0.months"),
        ({"ages": [{"from": 50, "below": 71}]}, "parameters.ages.0.since"),
        ({"colour": "red"}, "parameters.colour"),
    ],
)
def test_rules_of_a_programme_that_are_not_whole_are_refused(changed, said):
    breast = derivations()["screening-breast"]
    broken = Derivation(**vars(breast) | {"parameters": {**breast.parameters, **changed}})

    with pytest.raises(DefinitionError, match=said):
        screening.check_parameters(broken)
