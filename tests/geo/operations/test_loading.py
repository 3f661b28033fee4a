"""Loading: faults stay with their source, what is loaded is left alone, and new editions are taken only on demand."""

from dataclasses import replace
from pathlib import Path

import pytest

from geo.models import AcceptedEdition, SourceLoad
from geo.operations import loading
from geo.operations.finding import Finder
from geo.operations.loading import accept_edition, load_sources
from geo.releases.staging import has_table
from geo.releases.tables import read_query, read_staging
from geo.sources.fetch import Located, hash_file
from geo.sources.registry import Source, load_registry

pytestmark = pytest.mark.django_db

SLUGS = ("lad21-rgn21", "lad23-rgn23", "icb-succession-2026")
REGIONS_21 = (
    "ltla21_name,ltla21_code,region21_name,region21_code\nHartlepool,E06000001,North East,E12000001\nAdur,E07000223,South East,E12000008\n"
)
REGIONS_23 = "ltla23_name,ltla23_code,region23_name,region23_code\nHartlepool,E06000001,North East,E12000001\n"
SUCCESSION = (
    "predecessor_ods,successor_ods,type,predecessor_ons,predecessor_name,successor_ons,successor_name,date\n"
    "QXA,X1A2B,merger,E54000901,Made-up West,E54000911,Made-up Whole,2026-04-01\n"
)
CONTENT = dict(zip(SLUGS, (REGIONS_21, REGIONS_23, SUCCESSION), strict=True))


@pytest.fixture
def sources(tmp_path) -> dict[str, Source]:
    """Three small made-up files in published layouts, registered with their own hashes."""
    found = {slug: load_registry()[slug] for slug in SLUGS}
    return {slug: _write(tmp_path, source, CONTENT[slug]) for slug, source in found.items()}


def _write(folder: Path, source: Source, text: str) -> Source:
    path = folder / source.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return replace(source, sha256=hash_file(path), rows=text.count("\n") - 1, stand_in=None)


def _finder(folder: Path) -> Finder:
    return Finder(mirror=folder, cache=folder / "cache")


def _sums():
    return {
        name: read_query(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS sum FROM staging.{name} AS t").to_pydict()  # noqa: S608
        for name in ("lad21_rgn21", "lad23_rgn23", "icb_succession_2026")
        if has_table(name)
    }


def test_files_are_loaded_and_the_second_time_left_alone(sources, tmp_path):
    first = load_sources(sources, finder=_finder(tmp_path))
    again = load_sources(sources, finder=_finder(tmp_path))

    assert [(o.slug, o.state, o.rows_in) for o in first] == [(slug, "loaded", CONTENT[slug].count("\n") - 1) for slug in SLUGS]
    assert {o.state for o in again} == {"unchanged"}
    assert read_staging("lad21_rgn21")["rgn21_code"].to_pylist() == ["E12000001", "E12000008"]
    assert SourceLoad.objects.count() == 3


def test_a_faulty_edition_writes_nothing_and_the_others_are_loaded(sources, tmp_path):
    load_sources({slug: sources[slug] for slug in SLUGS[:2]}, finder=_finder(tmp_path))
    before = _sums()
    bad = _write(tmp_path, sources["lad21-rgn21"], REGIONS_21 + "Adur,E07000223,South East,E12000008\n")

    outcomes = load_sources({**sources, "lad21-rgn21": bad}, finder=_finder(tmp_path))

    states = {outcome.slug: outcome.state for outcome in outcomes}
    assert states == {"lad21-rgn21": "failed", "lad23-rgn23": "unchanged", "icb-succession-2026": "loaded"}
    assert {name: total for name, total in _sums().items() if name in before} == before
    failure = SourceLoad.objects.get(state="failed")
    assert (failure.error["fault"], failure.error["row"], failure.error["found"]) == ("duplicated_code", 4, "E07000223")
    assert not failure.is_current


def test_an_absent_file_is_told_and_recorded(sources, tmp_path):
    (tmp_path / sources["lad21-rgn21"].file).unlink()

    outcome = load_sources(sources, finder=_finder(tmp_path), only=["lad21-rgn21"])[0]

    assert outcome.state == "absent"
    assert SourceLoad.objects.get().state == "absent"


def test_a_changed_file_is_refused_until_it_is_accepted(sources, tmp_path):
    load_sources(sources, finder=_finder(tmp_path))
    path = tmp_path / sources["lad21-rgn21"].file
    path.write_text(REGIONS_21.replace("Adur", "Adur and Worthing"))

    refused = load_sources(sources, finder=_finder(tmp_path), only=["lad21-rgn21"])[0]

    assert refused.state == "failed"
    assert "changed hash" in refused.message
    assert read_staging("lad21_rgn21")["lad21_name"].to_pylist() == ["Hartlepool", "Adur"]

    taken = accept_edition(sources, "lad21-rgn21", finder=_finder(tmp_path))

    assert taken.state == "loaded"
    assert AcceptedEdition.objects.get().sha256 == hash_file(path)
    assert read_staging("lad21_rgn21")["lad21_name"].to_pylist() == ["Hartlepool", "Adur and Worthing"]


def test_an_edition_with_a_fault_is_not_accepted(sources, tmp_path):
    (tmp_path / sources["lad21-rgn21"].file).write_text("no,table,at,all\n1,2,3,4\n")

    outcome = accept_edition(sources, "lad21-rgn21", finder=_finder(tmp_path))

    assert outcome.state == "failed"
    assert not AcceptedEdition.objects.exists()


def test_a_line_says_rows_in_out_rejected_and_seconds(sources, tmp_path):
    line = load_sources(sources, finder=_finder(tmp_path), only=["lad21-rgn21"])[0].line

    assert line.startswith("lad21-rgn21: loaded: rows in 2, out 2 in lad21_rgn21, rejected none, ")


def test_a_stand_in_carries_no_publisher_and_no_licence_of_the_real_file():
    source = load_registry()["imd2019-lsoa11"]

    real = loading._told(source, Located(Path("a.csv"), "mirror", "0" * 64))
    made_up = loading._told(source, Located(Path("a.csv"), "stand_in", "0" * 64))

    assert real["publisher"] == source.publisher
    assert (made_up["publisher"], made_up["licence"], made_up["attribution"]) == ("nobody: made up", "", "")
    assert source.publisher in made_up["notes"]
