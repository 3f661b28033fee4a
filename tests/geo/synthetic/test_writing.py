"""A world on disk: whole or not there, the same bytes each time, labelled as synthetic, for its owner alone."""

import hashlib
import json
import stat
from pathlib import Path

import nhs_number
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml

from geo.errors import InputError
from geo.synthetic import writing
from geo.synthetic.answers import PEOPLE_SCHEMA, TRUTH_SCHEMA
from geo.synthetic.extracts import EXTRACTS
from geo.synthetic.planted import STORIES
from geo.synthetic.worlds import WorldSpec
from geo.synthetic.writing import synthesise
from tests.geo.synthetic.small_country import a_country

SPEC = WorldSpec(("ncl",), 10**6)
COUNTRY = a_country(("ncl",), neighbourhoods=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "secure" / SPEC.name
    synthesise(COUNTRY, SPEC, folder)
    return folder


@pytest.fixture(scope="module")
def manifest(folder) -> dict:
    return json.loads((folder / "extracts" / "manifest.json").read_text())


def read(folder: Path, part: str, name: str) -> pa.Table:
    return pq.read_table(folder / part / f"{name}.parquet")


def test_files_are_read_back_with_the_columns_and_types_of_their_layout(folder):
    for extract in EXTRACTS:
        assert read(folder, "extracts", extract.name).schema.remove_metadata() == extract.schema
    assert read(folder, "answers", "people").schema.remove_metadata() == PEOPLE_SCHEMA
    assert read(folder, "answers", "truth_links").schema.remove_metadata() == TRUTH_SCHEMA


def test_the_manifest_says_that_it_is_synthetic_and_what_it_was_made_from(folder, manifest):
    assert manifest["synthetic"] is True
    assert "made-up people" in manifest["notice"].lower()
    assert manifest["spec"]["seed"] == SPEC.seed
    assert manifest["spec"]["planted"] == list(STORIES)
    assert manifest["code"] == writing.code_version()
    assert (manifest["first_day"], manifest["last_day"]) == ("2022-04-01", "2026-06-30")
    assert manifest["people"]["registered_on_last_day"] == COUNTRY.people.sum()
    for name, said in manifest["extracts"].items():
        path = folder / "extracts" / f"{name}.parquet"
        assert said == {"rows": pq.read_metadata(path).num_rows, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_the_same_specification_gives_the_same_bytes(folder, tmp_path):
    synthesise(COUNTRY, SPEC, tmp_path / "again")

    for path in folder.rglob("*.*"):
        assert (tmp_path / "again" / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_slices_of_another_size_give_the_same_rows(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "SLICE", 3_333)
    synthesise(COUNTRY, SPEC, tmp_path / "thin")

    for path in folder.rglob("*.parquet"):
        thin, whole = pq.read_table(tmp_path / "thin" / path.relative_to(folder)), pq.read_table(path)
        if path.stem == "truth_links":  # which tells of slice after slice
            by_row = [("extract", "ascending"), ("row_id", "ascending"), ("person", "ascending")]
            thin, whole = thin.sort_by(by_row), whole.sort_by(by_row)
        assert thin.equals(whole), path.name


def test_another_seed_gives_other_people(folder, tmp_path):
    other = WorldSpec(("ncl",), 10**6, seed=2)
    synthesise(COUNTRY, other, tmp_path / "other")
    one, another = (read(place, "extracts", "gp_register") for place in (folder, tmp_path / "other"))

    assert not set(one["NHS_NUMBER"].to_pylist()[:500]) & set(another["NHS_NUMBER"].to_pylist()[:500])
    assert (
        pc.value_counts(one["LSOA21"].filter(one["REGISTERED_TO"].is_null())).to_pylist()
        == pc.value_counts(another["LSOA21"].filter(another["REGISTERED_TO"].is_null())).to_pylist()
    )


def test_the_register_has_the_people_of_the_census_in_each_neighbourhood(folder):
    table = read(folder, "extracts", "gp_register")
    found = dict(pair.values() for pair in pc.value_counts(table.filter(table["REGISTERED_TO"].is_null())["LSOA21"]).to_pylist())

    assert found == dict(zip(COUNTRY.lsoa21, COUNTRY.people.sum(axis=1).tolist(), strict=True))


def test_every_number_in_every_column_of_every_file_is_valid_and_in_the_range(folder):
    for path in folder.rglob("*.parquet"):
        for column in pq.read_table(path).columns:
            if pa.types.is_string(column.type):
                shaped = column.filter(pc.match_substring_regex(column, r"^\d{10}$").fill_null(False)).unique().to_pylist()
                assert all(nhs_number.is_valid(text, for_region=nhs_number.REGION_SYNTHETIC) for text in shaped), path.name


def test_the_truth_names_a_person_for_each_row(folder, manifest):
    truth, people = read(folder, "answers", "truth_links"), read(folder, "answers", "people")
    by_extract = dict(pair.values() for pair in pc.value_counts(truth["extract"]).to_pylist())

    assert by_extract == {name: said["rows"] for name, said in manifest["extracts"].items()}
    assert people["PERSON"].to_pylist() == list(range(manifest["people"]["all"]))
    assert pc.max(truth["person"]).as_py() < manifest["people"]["all"]


def test_the_truth_agrees_with_the_register_by_number(folder):
    truth, people = read(folder, "answers", "truth_links"), read(folder, "answers", "people")
    mine = truth.filter(pc.equal(truth["extract"], "gp_register"))

    assert people["NHS_NUMBER"].take(mine["person"]).to_pylist() == mine["row_id"].to_pylist()


def test_events_without_a_key_are_told_apart_by_their_row(folder):
    truth, people, events = read(folder, "answers", "truth_links"), read(folder, "answers", "people"), read(folder, "extracts", "gp_events")
    mine = truth.filter(pc.equal(truth["extract"], "gp_events"))

    assert mine["row_id"].to_pylist() == [str(number) for number in range(events.num_rows)]
    assert people["NHS_NUMBER"].take(mine["person"]).to_pylist() == events["NHS_NUMBER"].to_pylist()


def test_the_sealed_stories_say_what_was_planted_where(folder):
    told = yaml.safe_load((folder / "answers" / "stories.yaml").read_text())

    assert told["synthetic"] is True
    assert [story["story"] for story in told["stories"]] == ["screening"]
    assert told["stories"][0]["level"] == "lsoa21"
    assert set(told["stories"][0]["areas"]) < set(COUNTRY.lsoa21)
    assert told["stories"][0]["factor"] == {"breast_uptake": 0.6, "bowel_uptake": 0.6}


def test_only_the_owner_reads_a_world(folder):
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "extracts", folder / "answers")} == {0o700}


def test_a_run_that_ends_early_leaves_what_was_there(folder, tmp_path, monkeypatch):
    place = tmp_path / "world"
    place.mkdir()
    (place / "kept").write_text("before")

    def fails(*_):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        synthesise(COUNTRY, SPEC, place, progress=fails)
    assert [path.name for path in place.iterdir()] == ["kept"]


def test_a_null_world_says_that_nothing_was_planted(tmp_path):
    synthesise(COUNTRY, WorldSpec(("ncl",), 10**6, planted=()), tmp_path / "null")

    assert yaml.safe_load((tmp_path / "null" / "answers" / "stories.yaml").read_text())["stories"] == []


def test_chosen_extracts_are_those_of_the_whole_world_and_no_others_are_there(folder, manifest, tmp_path):
    told = synthesise(COUNTRY, SPEC, tmp_path / SPEC.name, extracts=("costs", "opt_outs"))

    assert sorted(path.stem for path in (tmp_path / SPEC.name / "extracts").glob("*.parquet")) == ["costs", "gp_register", "opt_outs"]
    assert told["extracts"] == {name: manifest["extracts"][name] for name in ("gp_register", "costs", "opt_outs")}
    assert read(tmp_path / SPEC.name, "answers", "people") == read(folder, "answers", "people")


def test_an_extract_that_there_is_none_of_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match="no extract 'gp'"):
        synthesise(COUNTRY, SPEC, tmp_path / SPEC.name, extracts=("gp",))
    assert not list(tmp_path.iterdir())
