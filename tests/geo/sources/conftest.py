"""The fixtures of published files, read once."""

from pathlib import Path

import pytest

from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import Located, hash_file
from geo.sources.registry import Source, load_registry, reading_stages
from geo.sources.tables import SourceTables
from tests.geo.sources.fixture_maker.writing import EDITIONS, PUBLISHED


@pytest.fixture(scope="session")
def fixture_registry() -> dict[str, Source]:
    """The register with the fixtures' hashes and rows, those sources that have a fixture."""
    known = load_registry(editions=EDITIONS, check_layouts=False)
    return {slug: source for slug, source in known.items() if (PUBLISHED / source.file).is_file()}


@pytest.fixture(scope="session")
def read_fixtures(fixture_registry: dict[str, Source]) -> dict[str, SourceTables]:
    """Every fixture that defines codes, read in stages."""
    return read_defining(fixture_registry, PUBLISHED)


@pytest.fixture(scope="session")
def code_book(read_fixtures: dict[str, SourceTables]) -> CodeBook:
    """The codes that the fixtures' boundaries and look-ups define."""
    return CodeBook.from_tables(read_fixtures.values())


def read_defining(sources: dict[str, Source], folder: Path) -> dict[str, SourceTables]:
    """The sources that define codes, each stage checked with the codes of those before it."""
    read: dict[str, SourceTables] = {}
    for stage in reading_stages(sources)[:2]:
        book = CodeBook.from_tables(read.values())
        for source in stage:
            path = folder / source.file
            read[source.slug] = read_source(source, Located(path, "mirror", hash_file(path)), code_book=book)
    return read
