"""Checks of people with severe mental illness, and blood pressure and risk, as on the last day of the year."""

from datetime import date

import polars as pl
import pytest

from geo.linkage.derivation import practice_events
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.facts import Scene
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.windows import windows
from tests.linked import a_person, a_world

WINDOWS = windows(["financial_year"], first=date(2022, 4, 1), last=date(2026, 6, 30))
LAST = len(WINDOWS) - 1  # 31 March 2026
ELEMENTS = {"alcohol": "ALC_COD", "blood_glucose": "HBA1C_COD", "blood_pressure": "BP_COD", "bmi": "BMI_COD", "lipids": "CHOL_COD",
            "smoking": "SMOK_COD"}  # fmt: skip
ILL = ("MH_COD", date(2015, 1, 1))
LONG_AGO = date(1970, 1, 1)


def facts_of(folder, events, name, rule, **person):
    made = [
        {"person": 1, "CLUSTER": cluster, "EVENT_DATE": on, "VALUE": value} for cluster, on, *rest in events for value in (rest or [None])
    ]
    inputs = a_world(folder, [a_person(1, **{"birth_date": date(1970, 5, 1), "registered_from": LONG_AGO} | person)], gp_events=made)
    rows = pl.DataFrame(inputs.engine.fetch(rule(Scene(inputs, register_of(inputs), derivations()[name], WINDOWS))))
    return {row["window"]: row for row in rows.to_dicts()}


def checks_of(folder, events, **person):
    return facts_of(folder, events, "severe-mental-illness", practice_events.checks, **person)


def all_six(on: date) -> list[tuple]:
    return [(cluster, on) for cluster in ELEMENTS.values()]


@pytest.mark.parametrize(("on", "is_met"), [(date(2025, 4, 1), True), (date(2025, 3, 31), False), (date(2026, 3, 31), True)])
def test_all_six_elements_within_twelve_months_to_the_last_day(tmp_path, on, is_met):
    row = checks_of(tmp_path, [ILL, *all_six(on)])[LAST]

    assert {name: row[name] for name in (*ELEMENTS, "all_six")} == dict.fromkeys((*ELEMENTS, "all_six"), is_met)


@pytest.mark.parametrize("left_out", list(ELEMENTS))
def test_who_lacks_one_element_has_the_other_five(tmp_path, left_out):
    events = [each for each in all_six(date(2025, 6, 1)) if each[0] != ELEMENTS[left_out]]

    row = checks_of(tmp_path, [ILL, *events])[LAST]

    assert {name for name in ELEMENTS if not row[name]} == {left_out}
    assert row["all_six"] is False


@pytest.mark.parametrize(
    ("events", "on_register", "on_qof"),
    [
        ([ILL], True, True),
        ([ILL, ("MHREM_COD", date(2020, 1, 1))], False, True),
        ([ILL, ("MHREM_COD", date(2020, 1, 1)), ("MH_COD", date(2024, 1, 1))], True, True),
        ([ILL, ("MHREM_COD", date(2026, 4, 1))], True, True),
        ([("LIT_COD", date(2025, 12, 1))], False, True),
        ([("LIT_COD", date(2025, 9, 30))], False, False),
        ([("MH_COD", date(2026, 4, 1))], None, None),
    ],
    ids=["ill", "in remission", "ill again", "remission after the day", "lithium alone", "lithium too long ago", "recorded after the day"],
)
def test_the_two_registers(tmp_path, events, on_register, on_qof):
    row = checks_of(tmp_path, events).get(LAST, {"on_register": None, "on_qof_register": None})

    assert (row["on_register"], row["on_qof_register"]) == (on_register, on_qof)


def test_who_died_opted_out_or_left_is_on_neither_register(tmp_path):
    for number, changed in enumerate(({"death_date": date(2026, 3, 30)}, {"opted_out": True}, {"registered_to": date(2026, 3, 31)})):
        assert LAST not in checks_of(tmp_path / str(number), [ILL], **changed)


def test_somebody_with_checks_and_without_the_illness_is_not_looked_at(tmp_path):
    assert checks_of(tmp_path, all_six(date(2025, 6, 1))) == {}


def conditions_of(folder, events, **person):
    return facts_of(folder, events, "blood-pressure-and-risk", practice_events.condition_people, **person)


@pytest.mark.parametrize(
    ("events", "checked", "controlled"),
    [
        ([("BP_COD", date(2025, 6, 1), 139.9)], True, True),
        ([("BP_COD", date(2025, 6, 1), 140.0)], True, False),
        ([("BP_COD", date(2025, 6, 1), 160.0), ("BP_COD", date(2025, 9, 1), 130.0)], True, True),
        ([("BP_COD", date(2025, 9, 1), 160.0), ("BP_COD", date(2025, 6, 1), 130.0)], True, False),
        ([("BP_COD", date(2025, 9, 1), 130.0), ("BP_COD", date(2025, 9, 1), 150.0)], True, False),
        ([("BP_COD", date(2025, 3, 31), 130.0)], False, False),
        ([("BP_COD", date(2026, 4, 1), 130.0)], False, False),
        ([("BP_COD", date(2025, 6, 1))], False, False),
    ],
    ids=["below", "at the limit", "the later", "the later is high", "two on a day: the higher", "too old", "after the day", "no value"],
)
def test_the_latest_pressure_of_the_year_decides(tmp_path, events, checked, controlled):
    row = conditions_of(tmp_path, [("HYP_COD", date(2010, 1, 1)), *events])[LAST]

    assert (row["hypertension"], row["pressure_checked"], row["pressure_controlled"]) == (True, checked, controlled)


@pytest.mark.parametrize(("born", "controlled"), [(date(1946, 3, 31), True), (date(1946, 4, 1), False)])
def test_from_80_on_the_limit_is_150(tmp_path, born, controlled):
    row = conditions_of(tmp_path, [("BP_COD", date(2025, 6, 1), 145.0)], birth_date=born)[LAST]

    assert row["pressure_controlled"] is controlled


@pytest.mark.parametrize(
    ("on", "value", "assessed", "high"),
    [(date(2021, 4, 1), 10.0, True, True), (date(2021, 4, 1), 9.9, True, False), (date(2021, 3, 31), 20.0, False, False)],
)
def test_risk_is_of_an_assessment_within_five_years(tmp_path, on, value, assessed, high):
    row = conditions_of(tmp_path, [("QRISK_COD", on, value)])[LAST]

    assert (row["assessed"], row["high_risk"]) == (assessed, high)


def test_a_condition_counts_from_its_first_record_on(tmp_path):
    rows = conditions_of(tmp_path, [("HYP_COD", date(2024, 4, 1)), ("HYP_COD", date(2025, 9, 1)), ("CVD_COD", date(2024, 3, 31))])

    assert [rows[place]["hypertension"] for place in range(4)] == [False, False, True, True]
    assert [rows[place]["cardiovascular"] for place in range(4)] == [False, True, True, True]


def test_nobody_under_18_is_looked_at(tmp_path):
    assert conditions_of(tmp_path, [], birth_date=date(2008, 4, 1)) == {}
