"""The chain with files missing or faulty: the rest of the release stands, and what is not there is named with its reason."""

import gzip
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from geo.codes import GEOGRAPHIES
from geo.models import Availability, Observation, Release, SourceLoad
from geo.operations.chain import ChainReport, prepare
from geo.operations.finding import Finder
from geo.operations.progress import Teller
from geo.operations.stand_ins import stand_in_maker
from geo.releases.definitions import load_definitions
from geo.sources.fetch import hash_file
from geo.sources.registry import Source, load_registry
from tests.builders import a_geography, a_stratum

pytestmark = pytest.mark.django_db(transaction=True)

FIXTURES = Path(__file__).parents[3] / "fixtures" / "published"
BOUNDARIES = "lsoa11-boundaries"
COVER = "cover-2023-24-q4"
QOF = "qof-2020-prevalence"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No staged tables of other tests, none left to them; and the rows of migrations, which a test that empties the tables takes along."""
    _without_staged()
    for slug in GEOGRAPHIES:
        a_geography(slug)
    a_stratum()
    yield
    _without_staged()


def _without_staged() -> None:
    """Staged tables are none of Django's: emptying its tables leaves them."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS staging CASCADE")


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., ChainReport]:
    """Runs the chain over a copy of the fixtures. only: slugs of the files that are at hand; damaged: slug -> its new bytes."""

    def run(*, only: tuple[str, ...] = (), damaged: dict[str, Callable[[bytes], bytes]] | None = None) -> ChainReport:
        sources = load_registry(editions=FIXTURES / "editions.yaml")
        mirror = tmp_path / "mirror"
        shutil.rmtree(mirror, ignore_errors=True)
        for slug, source in sources.items():
            if not only or slug in only:
                (mirror / source.file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(FIXTURES / source.file, mirror / source.file)
        for slug, damage in (damaged or {}).items():
            sources[slug] = _damaged(sources[slug], mirror, damage)
        # A package holds real files, whose neighbourhoods are not those of the fixtures.
        sources = {slug: replace(source, package=None) for slug, source in sources.items()}
        finder = Finder(mirror, tmp_path / "cache", stand_in=stand_in_maker())
        return prepare(sources, finder=finder, teller=Teller(stream=io.StringIO()))

    return run


def _damaged(source: Source, mirror: Path, damage: Callable[[bytes], bytes]) -> Source:
    """The source with its file damaged and registered as it is now, so that its adapter must find the fault."""
    path = mirror / source.file
    path.write_bytes(damage(path.read_bytes()))
    return replace(source, sha256=hash_file(path))


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _with_text(content: bytes) -> bytes:
    """The last column of the second row becomes a word."""
    lines = gzip.decompress(content).decode().split("\n")
    lines[2] = lines[2].rpartition(",")[0] + ",many"
    return gzip.compress("\n".join(lines).encode())


def _held(release: Release, indicator: str) -> set[str]:
    return set(Availability.objects.filter(release=release, indicator__slug=indicator).values_list("period__slug", flat=True))


def test_boundaries_alone_give_a_synthetic_release_that_names_its_stand_ins(run):
    report = run(only=(BOUNDARIES,))
    again = run(only=(BOUNDARIES,))

    release, text = report.release, "\n".join(report.lines)
    drawn = {slug for slug, version in release.tilesets.items() if version != "not_available"}
    assert release.is_current
    assert release.slug.endswith("-synthetic")
    assert drawn == {"lsoa11", "msoa11", "lad21"}
    assert release.tilesets["lsoa21"] == "not_available"
    assert release.sources["cervical-2017"]["state"] == "stand_in"
    assert release.sources[BOUNDARIES]["state"] == "loaded"
    assert _held(release, "cervical-coverage-25-49") == {"2017-12"}
    assert "not found" in release.quality["left_out"]["qof-copd"][QOF]
    assert "Made up in place of a file" in text
    assert "cervical-2017" in text
    assert "qof-copd (for want of qof-2020-prevalence)" in text
    assert not again.is_new


def test_a_faulty_file_costs_no_more_than_its_own_figures(run):
    report = run(damaged={COVER: _cut, QOF: _with_text})

    release, text = report.release, "\n".join(report.lines)
    assert set(release.quality["left_out"]) == set(_definitions("qof"))
    assert "many" in release.quality["left_out"]["qof-copd"][QOF]
    assert _held(release, "mmr1-5y") == {"2024-25-q3"}
    assert set(release.quality["partly"]["mmr1-5y"]) == {COVER}
    assert _held(release, "imd-2025") == {"2025"}
    assert f"Faulty: {COVER}" in text
    assert f"Faulty: {QOF}" in text
    assert "mmr1-5y (for want of cover-2023-24-q4)" in text
    assert not release.is_synthetic


def test_a_new_edition_that_is_faulty_leaves_the_one_before(run):
    first = run().release
    rows = Observation.objects.filter(release=first).count()

    report = run(damaged={COVER: _cut})

    assert report.release == first
    assert Observation.objects.filter(release=first).count() == rows
    assert SourceLoad.objects.get(slug=COVER, is_current=True).state == "loaded"
    assert f"Kept as loaded before (1): {COVER}" in report.lines


def _definitions(family: str) -> list[str]:
    return [slug for slug, definition in load_definitions().items() if definition.family == family]
