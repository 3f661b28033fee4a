"""The fixtures fit together: every one reads undamaged, and its codes are those of the made-up corner of England."""

from pathlib import Path

import pyarrow.compute as pc
import pytest

from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import Located, hash_file, locate
from geo.sources.registry import Source
from geo.sources.tables import SourceTables
from tests.geo.sources.damage import open_copy
from tests.geo.sources.fixture_maker import world, writing
from tests.geo.sources.fixture_maker.headed import HEADINGS
from tests.geo.sources.fixture_maker.indices import make_deprivation
from tests.geo.sources.fixture_maker.lookups import make_lookups
from tests.geo.sources.fixture_maker.people import make_population
from tests.geo.sources.fixture_maker.shapes import make_geography
from tests.geo.sources.fixture_maker.writing import PUBLISHED


def test_every_fixture_is_read_and_nothing_is_lost(fixture_registry: dict[str, Source], code_book: CodeBook, tmp_path: Path):
    for slug, source in fixture_registry.items():
        read = read_source(source, locate(source, mirror=PUBLISHED, cache=tmp_path), code_book=code_book)

        assert read.rows_in == source.rows, slug
        assert all(table.num_rows for table in read.tables.values()), slug


def test_tables_are_named_after_their_source(read_fixtures: dict[str, SourceTables]):
    assert all(list(read.tables) == [slug.replace("-", "_")] for slug, read in read_fixtures.items())


def test_the_world_has_changes_of_every_kind(read_fixtures: dict[str, SourceTables], code_book: CodeBook):
    assert {row["change"] for row in world.pairs()} == {"U", "S", "M", "X"}
    assert [len(code_book.codes(geography)) for geography in ("lsoa11", "lsoa21", "msoa21", "lad24", "icb23", "icb26")] == [
        24,
        24,
        6,
        3,
        3,
        2,
    ]


def test_reading_twice_gives_the_same(fixture_registry: dict[str, Source], code_book: CodeBook):
    source = fixture_registry["imd2019-lsoa11"]
    located = Located(PUBLISHED / source.file, "mirror", source.sha256)

    first, second = (read_source(source, located, code_book=code_book).tables["imd2019_lsoa11"] for _ in range(2))

    assert first.equals(second)


def test_a_table_of_fixtures_holds_what_was_made(fixture_registry: dict[str, Source], code_book: CodeBook):
    source = fixture_registry["mid2020-population"]

    table = read_source(source, Located(PUBLISHED / source.file, "mirror", source.sha256), code_book=code_book).tables["mid2020_population"]

    assert dict(zip(table["lsoa11_code"].to_pylist(), table["total_population"].to_pylist(), strict=True)) == {
        world.lsoa11_code(n): world.population(n) for n in range(1, 25)
    }
    assert pc.sum(pc.list_flatten(table["ages"])).as_py() == sum(world.population(n) for n in range(1, 25))


def test_fixtures_are_made_the_same_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(writing, "PUBLISHED", tmp_path)

    made = make_lookups() | make_deprivation() | make_geography() | make_population()

    assert {file: hash_file(tmp_path / file) for file in made} == {file: hash_file(PUBLISHED / file) for file in made}


@pytest.mark.parametrize("file", HEADINGS)
def test_headings_are_those_of_the_published_file(file: str, mirror: Path):
    """The fixtures' layouts are the published ones, heading by heading."""
    published = open_copy(mirror / file)
    if "nomis" in file:
        published.header_row = next(n for n, row in enumerate(published.grid, start=1) if "mnemonic" in row)

    assert [heading for heading in published.headings if heading != "geometry"] == HEADINGS[file]
