"""Periods for which indicators are derived, filters, and ages on a day."""

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.linkage.derivation.filters import begins_with, holds, ranges
from geo.linkage.derivation.people import age_on, band_of, band_slugs, months_on
from geo.linkage.derivation.windows import in_windows, key_of, months_before, windows

ENGINES = [ibis.duckdb, ibis.polars]


def values(backend, table, **columns):
    found = backend.connect().to_pyarrow(table.select(**columns))
    return [found[name].to_pylist() for name in columns]


def test_years_quarters_and_the_last_day():
    found = windows(["financial_year", "quarter", "snapshot"], first=date(2024, 4, 1), last=date(2025, 5, 31))

    assert [each.period for each in found] == ["2024-25-q1", "2024-25-q2", "2024-25-q3", "2024-25", "2024-25-q4", "2025-05"]
    assert {each.period: each.reference for each in found}["2025-05"] == date(2025, 5, 31)


def test_a_year_that_is_not_whole_is_left_out_and_so_is_one_that_may_still_change():
    span = {"first": date(2022, 4, 2), "last": date(2025, 9, 30)}

    assert [each.period for each in windows(["financial_year"], **span)] == ["2023-24", "2024-25"]
    assert [each.period for each in windows(["financial_year"], **span, lag_months=7)] == ["2023-24"]


def test_the_middle_of_a_year_is_the_end_of_september():
    (found,) = windows(["financial_year"], first=date(2024, 4, 1), last=date(2025, 3, 31), reference="middle")

    assert found.reference == date(2024, 9, 30)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 31), 30, date(2023, 9, 30)),
        (date(2026, 3, 31), 42, date(2022, 9, 30)),
        (date(2026, 3, 31), 12, date(2025, 3, 31)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2025, 12, 15), -1, date(2026, 1, 15)),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected


@pytest.mark.parametrize("backend", ENGINES)
def test_every_day_lies_in_the_period_that_its_key_says(backend):
    found = windows(["financial_year", "quarter"], first=date(2023, 4, 1), last=date(2026, 3, 31))
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(1300)]
    table = ibis.memtable(pa.table({"day": pa.array(days, pa.date32())}))

    rows = backend.connect().to_pyarrow(in_windows(table, "day", found)).to_pylist()

    told = {(row["day"], found[row["window"]].period) for row in rows}
    assert told == {(day, each.period) for day in days for each in found if each.start <= day <= each.end}
    assert values(backend, table, key=key_of(table["day"], "quarter"))[0][:2] == [20224, 20224]


@pytest.mark.parametrize("backend", ENGINES)
def test_ages_and_bands(backend):
    born = [date(2000, 2, 29), date(2000, 3, 1), date(2024, 5, 1), None]
    on = [date(2023, 2, 28), date(2023, 2, 28), date(2024, 4, 30), date(2024, 1, 1)]
    table = ibis.memtable(pa.table({"born": pa.array(born, pa.date32()), "on": pa.array(on, pa.date32())}))

    age = age_on(table["born"], table["on"])
    found = values(backend, table, age=age, months=months_on(table["born"], table["on"]), band=band_of(age, (0, 19, 65)))

    assert found == [[22, 22, -1, None], [275, 275, -1, None], [1, 1, -1, -1]]
    assert band_slugs((0, 19, 65)) == ("0-18", "19-64", "65-plus")


@pytest.mark.parametrize("backend", ENGINES)
@pytest.mark.parametrize(
    ("wanted", "passing"),
    [
        ({"code": ["a1"]}, [0]),
        ({"code": "a1"}, [0]),
        ({"code": {"not_in": ["a1"]}}, [1, 2, 3]),
        ({"code": {"starts": ["a"]}}, [0, 1]),
        ({"code": {"filled": True}}, [0, 1, 2]),
        ({"code": {"filled": False}}, [3]),
        ({"number": {"from": 2}}, [1, 2]),
        ({"number": {"from": 2, "below": 3}}, [1]),
        ({"flag": True}, [0, 2]),
        ({"flag": False}, [1]),
        ({"code": {"starts": ["a"]}, "number": {"below": 2}}, [0]),
        ({}, [0, 1, 2, 3]),
    ],
)
def test_filters(backend, wanted, passing):
    rows = {"row": [0, 1, 2, 3], "code": ["a1", "a2", "b1", None], "number": [1, 2, 3, None], "flag": [True, False, True, None]}
    table = ibis.memtable(pa.table(rows))

    found = backend.connect().to_pyarrow(table.filter(holds(table, wanted)).select("row"))

    assert sorted(found["row"].to_pylist()) == passing


@pytest.mark.parametrize("backend", ENGINES)
def test_beginnings_of_codes_are_found_as_texts_begin(backend):
    prefixes = ("A", "B1", "B2", "E100", "E101", "E108", "K9", "X4")
    codes = [f"{a}{b}{c}{d}" for a in "ABEKX" for b in "0149" for c in "019" for d in "0189X"] + ["A", "B", "B1", "E10", "K9", ""]
    table = ibis.memtable(pa.table({"code": codes}))

    (found,) = values(backend, table, found=begins_with(table["code"], prefixes))

    assert found == [code.startswith(prefixes) for code in codes]


def test_neighbouring_beginnings_are_one_range():
    assert ranges(("E14", "E10", "E11", "E12", "E13", "K0")) == [("E10", "E15"), ("K0", "K1")]
    assert ranges(("A", "A1", "B")) == [("A", "C")]


@given(st.dates(date(1999, 1, 1), date(2030, 12, 31)), st.dates(date(1999, 1, 1), date(2030, 12, 31)), st.integers(0, 72))
@example(date(2024, 2, 29), date(2025, 2, 28), 12)
@example(date(2024, 1, 31), date(2024, 6, 30), 5)
def test_who_is_so_many_months_old_was_born_by_the_day_that_many_months_before(born, day, months):
    whole = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)

    assert (born <= months_before(day, months)) == (whole >= months)
