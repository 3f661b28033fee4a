"""Each fault once for each layout of the families deprivation, geography, lookups and population: the message names the damaged place."""

from pathlib import Path

import pytest

from geo.errors import SourceError
from geo.sources.codebook import CodeBook
from geo.sources.fetch import locate
from geo.sources.registry import load_registry
from tests.geo.sources.damage import open_copy, read_damaged, save
from tests.geo.sources.faulty import damages, inflict
from tests.geo.sources.fixture_maker.writing import EDITIONS, PUBLISHED

FAMILIES = ("deprivation", "geography", "lookups", "population")
SOURCES = {slug: source for slug, source in load_registry(editions=EDITIONS, check_layouts=False).items() if source.family in FAMILIES}
CASES = [(slug, kind) for slug, source in SOURCES.items() for kind in damages(source)]


@pytest.mark.parametrize(("slug", "kind"), CASES)
def test_damage_is_found_at_its_place(slug: str, kind: str, tmp_path: Path, code_book: CodeBook):
    path, expected = inflict(kind, SOURCES[slug], fixtures=PUBLISHED, folder=tmp_path)

    with pytest.raises(SourceError) as caught:
        read_damaged(SOURCES[slug], path, code_book)

    place = caught.value.place
    assert (caught.value.fault, place.file) == (expected.fault, SOURCES[slug].file)
    assert (place.row, place.column.strip()) == (expected.row, expected.column.strip())
    assert expected.found in place.found


@pytest.mark.parametrize("slug", SOURCES)
def test_another_hash_than_registered_is_refused_unless_accepted(slug: str, tmp_path: Path):
    source = SOURCES[slug]
    path = tmp_path / source.file
    path.parent.mkdir(parents=True)
    path.write_bytes((PUBLISHED / source.file).read_bytes() + b"\n")

    with pytest.raises(SourceError) as caught:
        locate(source, mirror=tmp_path, cache=tmp_path / "cache")

    found = caught.value.place.found.removeprefix("sha256 ")
    assert caught.value.fault == "changed_hash"
    assert caught.value.place.expected == f"sha256 {source.sha256}"
    assert locate(source, mirror=tmp_path, cache=tmp_path / "cache", accepted={slug: found}).sha256 == found


def test_neighbourhoods_of_2021_under_headings_of_2011_are_the_wrong_vintage(tmp_path: Path, code_book: CodeBook):
    source = SOURCES["imd2019-lsoa11"]
    copy = open_copy(PUBLISHED / source.file)
    for row, code in zip(copy.data_rows(), code_book.codes("lsoa21").to_pylist(), strict=True):
        copy.set(row, "LSOA code (2011)", code)

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path), code_book)

    assert caught.value.fault == "wrong_vintage"
    assert caught.value.place.found == "24 of 24 codes are of lsoa21, 20 of lsoa11"


def test_a_single_code_of_another_vintage_is_an_unknown_code(tmp_path: Path, code_book: CodeBook):
    source = SOURCES["imd2019-lsoa11"]
    copy = open_copy(PUBLISHED / source.file)
    copy.set(5, "LSOA code (2011)", "E01900031")

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path), code_book)

    assert (caught.value.fault, caught.value.place.row, caught.value.place.found) == ("unknown_code", 5, "E01900031")


def test_boards_of_2023_in_a_file_of_2022_codes_are_the_wrong_vintage(tmp_path: Path, code_book: CodeBook):
    source = SOURCES["practice-pcn-2024"]
    copy = open_copy(PUBLISHED / source.file)
    for row in copy.data_rows():
        copy.set(row, "ICB_ONS_CODE", copy.cell(row, "ICB_ONS_CODE").replace("E54900029", "E54900020"))

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path), code_book)

    assert (caught.value.fault, caught.value.place.row, caught.value.place.column) == ("wrong_vintage", 2, "ICB_ONS_CODE")


def test_a_census_table_of_another_year_says_so_in_its_preamble(tmp_path: Path):
    source = SOURCES["census2021-age-lsoa21"]
    copy = open_copy(PUBLISHED / source.file)
    copy.grid[3] = ["Date       :", "2011"]

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path))

    assert (caught.value.fault, caught.value.place.row, caught.value.place.found) == ("wrong_vintage", 4, "2011")


def test_ages_that_do_not_add_up_to_the_total_are_impossible(tmp_path: Path):
    source = SOURCES["mid2020-population"]
    copy = open_copy(PUBLISHED / source.file)
    copy.set(9, "total_population", 9999)

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path))

    assert (caught.value.fault, caught.value.place.row, caught.value.place.column) == ("impossible_value", 9, "total_population")
    assert caught.value.place.expected == "1200, the sum of 0 to 90+"


@pytest.mark.parametrize("geometry", [None, {"type": "Polygon", "coordinates": []}])
def test_an_area_without_a_shape_is_missing_a_value(geometry: dict | None, tmp_path: Path):
    source = SOURCES["lsoa21-boundaries"]
    copy = open_copy(PUBLISHED / source.file)
    copy.set(3, "geometry", geometry)

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path))

    assert (caught.value.fault, caught.value.place.row, caught.value.place.column) == ("missing_value", 3, "geometry")


def test_a_shape_in_metres_is_no_longitude_and_latitude(tmp_path: Path):
    source = SOURCES["lsoa21-boundaries"]
    copy = open_copy(PUBLISHED / source.file)
    copy.set(7, "geometry", {"type": "Polygon", "coordinates": [[[530000, 180000], [530100, 180000], [530100, 180100], [530000, 180000]]]})

    with pytest.raises(SourceError) as caught:
        read_damaged(source, save(copy.content(), like=Path(source.file), folder=tmp_path))

    assert (caught.value.fault, caught.value.place.row, caught.value.place.column) == ("impossible_value", 7, "geometry")
