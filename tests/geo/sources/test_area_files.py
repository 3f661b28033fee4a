"""The published files of deprivation, geography, lookups and population: counted by a second plain reader, and known sums met."""

import csv
import gzip
import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import locate
from geo.sources.registry import load_registry
from geo.sources.tables import SourceTables
from tests.geo.sources.conftest import read_defining

FAMILIES = ("deprivation", "geography", "lookups", "population")
SOURCES = {slug: source for slug, source in load_registry(check_layouts=False).items() if source.family in FAMILIES}
DECILES_2019 = [3284, 3284, 3285, 3284, 3285, 3284, 3284, 3285, 3284, 3285]
# Data rows in England, of those tables that hold one row an area.
ENGLISH_ROWS = {
    "lsoa11-boundaries": 32_844,
    "lsoa21-boundaries": 33_755,
    "lad24-boundaries": 296,
    "utla23-boundaries": 153,
    "sicbl23-boundaries": 106,
    "icb23-boundaries": 42,
    "nhser24-boundaries": 7,
    "rgn23-boundaries": 9,
    "lsoa21-centroids": 33_755,
    "lsoa11-msoa11": 32_844,
    "lsoa21-msoa21": 33_755,
    "lsoa11-lsoa21-lad22": 33_855,
    "icb-2026": 36,
    "icb-succession-2026": 16,
    "postcodes-2022": 1_474_061,
    "mid2020-population": 32_844,
}


@pytest.fixture(scope="session")
def published(mirror: Path) -> "Published":
    """Reads a published file with the code book of the published boundaries and look-ups, each once."""
    return Published(mirror)


class Published:
    """The mirror's files of these families, read on demand."""

    def __init__(self, mirror: Path) -> None:
        self.mirror = mirror
        self.read = read_defining(SOURCES, mirror)
        self.code_book = CodeBook.from_tables(self.read.values())

    def tables(self, slug: str) -> SourceTables:
        if slug not in self.read:
            located = locate(SOURCES[slug], mirror=self.mirror, cache=self.mirror / "none")
            self.read[slug] = read_source(SOURCES[slug], located, code_book=self.code_book)
        return self.read[slug]

    def table(self, slug: str) -> pa.Table:
        return self.tables(slug).tables[slug.replace("-", "_")]


@cache
def plain_records(path: Path) -> list[list[str]]:
    """A CSV's rows by the csv module, nothing taken away."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.name.endswith(".gz") else content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def plain_count(path: Path) -> int:
    """Data rows by a second, plain reader: rows as wide as the header below it, features, or Parquet's own count."""
    if ".geojson" in path.name:
        return len(json.loads(gzip.decompress(path.read_bytes()))["features"])
    if path.suffix == ".parquet":
        return pq.read_metadata(path).num_rows
    rows = plain_records(path)
    header = next((n for n, row in enumerate(rows) if "mnemonic" in row), 0)
    return sum(1 for row in rows[header + 1 :] if len(row) == len(rows[header]) and any(row))


@pytest.mark.parametrize("slug", SOURCES)
def test_rows_are_those_that_a_plain_reader_counts(slug: str, published: Published):
    read = published.tables(slug)

    assert read.rows_in == plain_count(published.mirror / SOURCES[slug].file)
    assert sum(table.num_rows for table in read.tables.values()) == read.rows_in - sum(read.rejected.values())


@pytest.mark.parametrize(("slug", "rows"), ENGLISH_ROWS.items())
def test_tables_have_the_rows_of_england(slug: str, rows: int, published: Published):
    assert published.table(slug).num_rows == rows


def test_scotland_and_wales_are_left_out_of_the_lookup_to_msoa_by_reason(published: Published):
    assert published.tables("lsoa11-msoa11").rejected == {"not_in_england": 6_976 + 1_909}


def test_england_had_56550138_people_in_mid_2020(published: Published):
    table = published.table("mid2020-population")

    assert pc.sum(table["total_population"]).as_py() == 56_550_138
    assert pc.sum(pc.list_flatten(table["ages"])).as_py() == 56_550_138
    assert set(pc.list_value_length(table["ages"]).to_pylist()) == {91}


def test_census_tables_differ_by_their_perturbation(published: Published):
    assert pc.sum(published.table("census2021-age-lsoa21")["total"]).as_py() == 56_490_091
    assert pc.sum(published.table("census2021-ethnicity-lsoa21")["total"]).as_py() == 56_490_108


def test_deciles_are_tenths_as_published(published: Published):
    def counts(table: pa.Table) -> list[int]:
        return [pc.sum(pc.equal(table["imd_decile"], decile)).as_py() for decile in range(1, 11)]

    assert counts(published.table("imd2019-lsoa11")) == DECILES_2019
    assert set(counts(published.table("imd2025-lsoa21"))) == {3375, 3376}


def test_the_official_ranks_of_children_and_older_people_agree_between_files(published: Published):
    columns = ["lsoa11_code", "imd_decile", "idaci_rank", "idaci_decile", "idaopi_rank", "idaopi_decile"]
    full, file3 = (
        published.table(slug).select(columns).sort_by("lsoa11_code") for slug in ("imd2019-lsoa11", "imd2019-idaci-idaopi-lsoa11")
    )

    assert full.equals(file3)
    assert pc.count_distinct(file3["idaci_rank"]).as_py() == 32_687
    assert pc.count_distinct(file3["idaopi_rank"]).as_py() == 32_751


def test_changes_of_neighbourhoods_are_counted_as_known(published: Published):
    table = published.table("lsoa11-lsoa21-lad22")

    assert [pc.count_distinct(table[name]).as_py() for name in ("lsoa11_code", "lsoa21_code")] == [32_844, 33_755]
    assert pc.sum(pc.equal(table["change"], "X")).as_py() == 9


def test_both_copies_of_the_lookup_of_changes_say_the_same(published: Published):
    columns = ["lsoa11_code", "lsoa21_code", "change", "lad22_code"]
    first, second = (
        published.table(slug).select(columns).sort_by([("lsoa11_code", "ascending"), ("lsoa21_code", "ascending")])
        for slug in ("lsoa11-lsoa21-lad22", "lsoa11-lsoa21-lad22-copy")
    )

    assert first.equals(second)


def test_the_second_row_of_england_in_a_fingertips_download_is_left_out(published: Published):
    read = published.tables("imd2019-practice")

    assert read.rejected == {"england_row_repeated": 1, "inequality_category": 0}
    assert pc.sum(pc.equal(published.table("imd2019-practice")["area_type"], "GP")).as_py() == 6_545


def test_blank_cells_are_null_and_never_zero(published: Published):
    table = published.table("imd2019-indicators-lsoa11")
    postcodes = published.table("postcodes-2022")

    assert table["idaci_numerator"].null_count == 4_553
    assert pc.min(table["idaci_numerator"]).as_py() == 10
    assert postcodes["easting"].null_count == 17_446


def test_cells_are_what_the_plain_reader_sees(published: Published):
    slug = "imd2019-lsoa11"
    rows = plain_records(published.mirror / SOURCES[slug].file)
    places: dict[str, Any] = {
        "lsoa11_code": 0,
        "imd_score": 4,
        "health_score": 16,
        "outdoors_decile": 51,
        "population_2015_working_age": 56,
    }
    table = published.table(slug)

    for name, at in places.items():
        kind = type(table[name][0].as_py())
        assert table[name].to_pylist() == [kind(row[at]) for row in rows[1:]], name


def test_practices_in_no_network_have_no_network_and_a_reason(published: Published):
    table = published.table("practice-pcn-2024")

    assert table["pcn_code"].null_count == 54
    assert pc.sum(pc.equal(table["pcn_code_reason"], "unallocated")).as_py() == 54
