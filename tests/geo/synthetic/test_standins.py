"""Stand-ins are read by the adapters of the files they stand in for, are the same each time, and look like nothing real."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from geo.errors import DefinitionError
from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import Located, hash_file, locate
from geo.sources.registry import load_registry
from geo.synthetic.neighbourhoods import Neighbourhoods, draw
from geo.synthetic.standins import WRITERS, write_stand_in
from tests.geo.sources.fixture_maker import world

REGISTER = load_registry()


def neighbourhoods(count: int = 24) -> Neighbourhoods:
    """Neighbourhoods of the made-up corner of England."""
    rows = list({row["lsoa11_code"]: row for row in world.pairs()}.values())[:count]
    corners = np.array([world.square(row["number"])[0] for row in rows])
    return Neighbourhoods([row["lsoa11_code"] for row in rows], [row["lsoa11_name"] for row in rows], corners[:, 0], corners[:, 1])


def read(name: str, folder: Path, areas: Neighbourhoods, *, rows: int | None = 1) -> pa.Table:
    """The stand-in of this name as its source's adapter reads it. rows: those that the edition is taken to have."""
    path = write_stand_in(name, folder=folder, context=areas)
    source = replace(REGISTER[name], rows=rows)
    book = CodeBook({"lsoa11": areas.codes})
    return read_source(source, Located(path, "stand_in", hash_file(path)), code_book=book).tables[name.replace("-", "_")]


def test_every_declared_stand_in_has_a_writer_and_every_writer_a_source():
    assert {source.stand_in for source in REGISTER.values() if source.stand_in} == set(WRITERS)
    assert all(REGISTER[name].stand_in == name for name in WRITERS)


@pytest.mark.parametrize("name", WRITERS)
def test_a_stand_in_is_read_by_the_adapter_of_its_source(name: str, tmp_path: Path):
    assert read(name, tmp_path, neighbourhoods()).num_rows > 0


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_neighbourhoods_give_the_same_bytes(name: str, tmp_path: Path):
    first, second = (write_stand_in(name, folder=tmp_path / part, context=neighbourhoods()).read_bytes() for part in "ab")

    assert first == second


def test_a_code_has_its_numbers_whatever_else_is_there():
    few, many = neighbourhoods(5), neighbourhoods(24)

    assert few.draw("people").tolist() == many.draw("people").tolist()[:5]
    assert few.draw("people").tolist() != few.draw("patients").tolist()


def test_draws_are_spread_evenly():
    numbers = draw(np.arange(1_000_000, 1_032_844, dtype=np.uint64), "evenness")

    assert np.histogram(numbers, bins=10, range=(0, 1))[0] == pytest.approx(np.full(10, 3284.4), rel=0.06)


def test_deciles_of_a_stand_in_are_tenths_and_follow_its_scores(tmp_path: Path):
    table = read("imd2019-lsoa11", tmp_path, neighbourhoods())
    by_score = table.sort_by([("imd_score", "descending")])

    assert sorted(table["imd_rank"].to_pylist()) == list(range(1, 25))
    assert by_score["imd_decile"].to_pylist() == sorted(by_score["imd_decile"].to_pylist())
    assert set(table["imd_decile"].to_pylist()) == set(range(1, 11))


def test_every_neighbourhood_has_people_and_patients(tmp_path: Path):
    people = read("mid2020-population", tmp_path, neighbourhoods())
    patients = read("gp-registrations-2022", tmp_path, neighbourhoods())

    assert people["total_population"].to_pylist() == [pc.sum(ages.values).as_py() for ages in people["ages"]]
    assert pc.count_distinct(patients["lsoa11_code"]).as_py() == 24


def test_practices_of_one_stand_in_are_those_of_the_others(tmp_path: Path):
    areas = neighbourhoods()
    registered = set(read("gp-registrations-2022", tmp_path, areas)["practice_code"].to_pylist())
    screened = set(read("cervical-2017", tmp_path, areas)["practice_code"].to_pylist())
    organisations = read("epraccur", tmp_path, areas)

    assert registered <= screened
    assert registered == set(organisations.filter(pc.equal(organisations["prescribing_setting"], 4))["practice_code"].to_pylist())


def test_names_of_neighbourhoods_give_middle_areas_and_districts(tmp_path: Path):
    middle = read("lsoa11-msoa11", tmp_path, neighbourhoods())
    districts = read("lsoa11-ccg21-stp21-lad21", tmp_path, neighbourhoods())

    assert sorted(set(middle["msoa11_name"].to_pylist())) == sorted({row["msoa11_name"] for row in world.pairs()})
    assert set(districts["lad21_name"].to_pylist()) == set(world.DISTRICTS)


def test_an_unknown_stand_in_names_those_that_there_are(tmp_path: Path):
    with pytest.raises(DefinitionError, match="imd2019-lsoa11"):
        write_stand_in("rainfall", folder=tmp_path, context=neighbourhoods())


@pytest.fixture(scope="module")
def england(mirror: Path) -> Neighbourhoods:
    source = REGISTER["lsoa11-boundaries"]
    table = read_source(source, locate(source, mirror=mirror, cache=mirror / "none")).tables["lsoa11_boundaries"].sort_by("code")
    return Neighbourhoods(table["code"].to_pylist(), table["name"].to_pylist(), table["longitude"].to_numpy(), table["latitude"].to_numpy())


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITERS)
def test_for_all_of_england_a_stand_in_counts_as_a_whole_edition(name: str, england: Neighbourhoods, tmp_path: Path):
    """Nine tenths of the published rows at least, else the reader would take it for a cut file."""
    assert read(name, tmp_path, england, rows=None).num_rows >= 320
