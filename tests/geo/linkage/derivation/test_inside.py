"""Counts by age and ethnic group for detection: parts add up to what is counted, the same on both engines, and none of it is protected."""

from datetime import date

import polars as pl
import pytest

from geo.linkage.derivation.run import CELLS, INSIDE, derivation_step
from geo.linkage.manifest import Ledger
from tests.linked import a_person, a_world, an_episode, inputs_of

NAMES = ["avoidable-admissions", "flu-vaccination", "opt-outs"]
KEYS = ["indicator", "area"]


def people():
    ages = (date(1980, 6, 15), date(2015, 3, 1), date(2023, 1, 1), date(1950, 1, 1))
    return [
        a_person(number, birth_date=birth, registered_from=birth, lsoa21=f"E0100000{1 + number % 3}", ethnic="AHM"[number % 3])
        for number, birth in enumerate(ages * 6)
    ]


def admitted():
    return [
        an_episode(number, EPIKEY=f"{number}-{year}", STARTAGE=age, ADMIDATE=date(year, 5, 10))
        for number, age, year in ((1, 9, 2024), (1, 10, 2025), (5, 9, 2024), (0, 44, 2025), (8, 44, 2022))
    ]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Cells and what stays inside, on two engines."""
    folder = tmp_path_factory.mktemp("inside")
    a_world(folder, people(), apc=admitted()).engine.close()
    found = {}
    for engine in ("duckdb", "polars"):
        inputs, out = inputs_of(folder, engine), folder / engine
        Ledger(out / "manifests").do(derivation_step(inputs, out, NAMES))
        inputs.engine.close()
        found[engine] = pl.read_parquet(out / CELLS), pl.read_parquet(out / INSIDE)
    return found


def test_both_engines_give_the_same(tables):
    assert tables["duckdb"][1].equals(tables["polars"][1])


def test_only_indicators_that_are_detected_are_there_with_their_newest_periods(tables):
    inside = tables["duckdb"][1]

    spans = {row["indicator"]: (row["since"], row["period"]) for row in inside.unique("indicator").to_dicts()}

    assert spans["asthma-under-19"] == ("2022-23", "2025-26")
    assert spans["acsc-chronic"] == ("2025-26", "2025-26")
    assert {"flu-65-plus", "flu-school"} < set(spans)
    assert not {"opted-out", "flu-2-3", "acsc-nineteen"} & set(spans)


@pytest.mark.parametrize("indicator", ["asthma-under-19", "acsc-chronic", "flu-65-plus"])
def test_parts_add_up_to_what_is_counted_of_the_neighbourhood(tables, indicator):
    cells, inside = (table.filter(pl.col("indicator") == indicator) for table in tables["duckdb"])
    since, period = inside.row(0, named=True)["since"], inside.row(0, named=True)["period"]
    mine = cells.filter(
        (pl.col("geography") == "lsoa21") & (pl.col("dimension") == "") & pl.col("period").is_between(pl.lit(since), pl.lit(period))
    )

    whole = mine.group_by("area").agg(pl.col("numerator", "denominator").sum()).sort("area")
    parts = inside.group_by("area").agg(pl.col("numerator", "denominator").sum()).sort("area")

    assert parts.equals(whole)
    assert whole["denominator"].sum() > 0
    assert inside["group"].n_unique() > 1


def test_what_stays_inside_is_no_part_of_the_cells_that_are_protected(tables):
    cells, inside = tables["duckdb"]

    of_neighbourhoods = cells.filter(pl.col("geography") == "lsoa21")

    assert set(of_neighbourhoods["dimension"]) == {""}
    assert inside.columns != cells.columns
