"""Which children are of a window, against whole months of age counted on its days."""

from datetime import date, timedelta

import polars as pl
import pytest

from geo.linkage.derivation import vaccinations
from geo.linkage.derivation.definitions import derivations
from geo.linkage.derivation.facts import Scene
from geo.linkage.derivation.people import register_of
from geo.linkage.derivation.windows import windows
from tests.linked import a_person, a_world

WINDOWS = windows(["financial_year", "quarter"], first=date(2022, 4, 1), last=date(2026, 9, 30))
A_DAY = timedelta(days=1)
# Every day on which somebody was born who may reach an age in these windows, and a year before; two of them are 29 February.
BORN = [date(2016, 1, 1) + days * A_DAY for days in range(3_900)]


def months_old(born, day):
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_a_child_is_of_each_window_in_which_it_reaches_an_age_and_of_no_other(engine, tmp_path):
    people = [a_person(number, birth_date=born, registered_from=born) for number, born in enumerate(BORN)]
    inputs = a_world(tmp_path, people, engine, immunisation=[])
    scene = Scene(inputs, register_of(inputs), derivations()["childhood-vaccination"], WINDOWS)

    children = vaccinations.children(scene).select("person", "window", "reached")
    found = pl.DataFrame(inputs.engine.fetch(children)).sort("person", "window").rows()

    assert date(2020, 2, 29) in BORN
    assert found == [
        (number, window, age)
        for number, born in enumerate(BORN)
        for window, each in enumerate(WINDOWS)
        for age in (12, 24, 60)
        if months_old(born, each.start - A_DAY) < age <= months_old(born, each.end)
    ]
