"""A run leaves whole files without identifiers, does nothing twice, and stands up again where it was killed."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.errors import InputError, LinkageError
from geo.linkage import links
from geo.linkage.manifest import digest_of_rows
from geo.linkage.run import Run, link_extracts
from tests.geo.linkage.identifiers import numbers_in_folder
from tests.geo.linkage.records import KEY, LAST_DAY, a_gp_event, a_person, an_attendance, an_episode, an_invitation, number, table_of, write

ROOT = Path(__file__).parents[3]
PEOPLE = [a_person(place) for place in range(30)]
EXTRACTS = {
    "gp_register": PEOPLE,
    "gp_events": [a_gp_event(person) for person in PEOPLE],
    "apc": [
        an_episode(f"k{place}", person, NEWNHSNO=None if place % 5 == 0 else person["NHS_NUMBER"]) for place, person in enumerate(PEOPLE)
    ],
    "ecds": [an_attendance(f"a{place}", person) for place, person in enumerate(PEOPLE)],
    "screening": [an_invitation(f"i{place}", person) for place, person in enumerate(PEOPLE)],
    "costs": [{"EPIKEY": f"k{place}", "POINT_OF_DELIVERY": "NEL", "COST": 10.5} for place in range(30)],
    "opt_outs": [{"NHS_NUMBER": number(3), "FROM_DATE": date(2020, 1, 1)}],
}
RESULTS = ("link", "persons", "events/apc", "events/ecds", "events/gp_events", "events/screening", "events/costs", "events/opt_outs")


def run_of(folder, **given):
    return Run(folder / "extracts", folder / "work", KEY, as_of=LAST_DAY, **given)


def digests(folder):
    return {name: digest_of_rows(folder / "work" / f"{name}.parquet") for name in RESULTS}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("done")
    write(folder / "extracts", **EXTRACTS)
    link_extracts(run_of(folder))
    return folder


@pytest.fixture
def again(done, tmp_path):
    """A copy of what was done."""
    shutil.copytree(done, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_nothing_that_leaves_holds_a_number_a_name_or_a_postcode(done):
    assert numbers_in_folder(done / "work") == {}
    assert not (done / "work" / "standard").exists()
    secrets = {value for person in PEOPLE for value in (person["FAMILY_NAME"].upper(), person["POSTCODE"].replace(" ", ""))}
    for path in (done / "work").rglob("*.parquet"):
        table = pq.read_table(path)
        for name in table.column_names:
            if pa.types.is_string(table[name].type):
                assert not {value.upper().replace(" ", "") for value in table[name].drop_null().to_pylist()} & secrets, (path, name)


@pytest.mark.parametrize(
    "planted",
    [
        {"x.txt": f"a word about {number(1)}."}, {"x.log": f"{number(1)[:3]} {number(1)[3:6]} {number(1)[6:]}"},
        {"x.json": json.dumps({"a": [{"b": number(1)}]})}, {"x.json": json.dumps({"a": int(number(1))})},
        {"deep/x.parquet": pa.table({"note": ["none", f"see {number(1)[:3]}-{number(1)[3:6]}-{number(1)[6:]}"]})},
        {"x.parquet": pa.table({"n": [1, int(number(1))]})}, {"x.parquet": pa.table({"n": [1.5, float(number(1))]})},
        {"x.parquet": pa.table({"l": [[number(1)]]})},
    ],
)  # fmt: skip
def test_a_number_that_is_planted_anywhere_is_found(again, planted):
    for name, content in planted.items():
        path = again / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(content, path) if isinstance(content, pa.Table) else path.write_text(content)

    assert len(numbers_in_folder(again / "work")) == 1


def test_the_standard_folder_is_where_numbers_are_found(again):
    link_extracts(Run(again / "extracts", again / "kept", KEY, as_of=LAST_DAY, keep=True))

    assert all(name.startswith("standard/") for name in numbers_in_folder(again / "kept"))
    assert numbers_in_folder(again / "kept")


def test_only_its_owner_reads_what_is_left(done):
    work = done / "work"

    assert work.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in work.rglob("*.parquet")} == {0o600}


def test_what_has_not_changed_is_not_done_again(again):
    before = digests(again)

    told = link_extracts(run_of(again))

    assert told["ran"] == []
    assert digests(again) == before


def test_a_lost_file_is_made_again(again):
    before = digests(again)
    (again / "work" / "persons.parquet").unlink()

    assert "persons" in link_extracts(run_of(again))["ran"]
    assert digests(again) == before


def test_bytes_are_the_same_in_another_folder(done, tmp_path):
    write(tmp_path / "extracts", **EXTRACTS)

    told = link_extracts(run_of(tmp_path))

    before = json.loads((done / "work" / "manifests" / "linkage.json").read_text())
    assert told["outputs"] == before["outputs"]


def test_a_changed_extract_changes_its_links(again):
    write(again / "extracts", apc=[*EXTRACTS["apc"], an_episode("new", PEOPLE[2])])

    told = link_extracts(run_of(again))

    assert told["facts"]["links"]["apc"]["nhs_dob"] == 25
    assert told["outputs"]["link"]["rows"] == 30 * 4 + 1 + 1


def test_an_extract_that_is_gone_leaves_nothing(again):
    (again / "extracts" / "ecds.parquet").unlink()

    link_extracts(run_of(again))

    assert not (again / "work" / "events" / "ecds.parquet").exists()
    assert "ecds" not in pq.read_table(again / "work" / "link.parquet")["extract"].to_pylist()


def test_another_key_gives_other_pseudonyms_and_the_same_links(again):
    before = digests(again)

    link_extracts(Run(again / "extracts", again / "work", b"z" * 32, as_of=LAST_DAY))

    assert {name for name, digest in digests(again).items() if digest != before[name]} == {"persons"}


def test_the_manifest_tells_inputs_rows_and_models_but_no_key(done):
    text = (done / "work" / "manifests" / "linkage.json").read_text()
    told = json.loads(text)

    assert told["facts"]["extracts"]["apc"] == {"rows": 30, "accepted": 30, "rejected": {}}
    assert sum(told["facts"]["links"]["apc"].values()) == 30
    assert set(told["inputs"]) == set(EXTRACTS)
    assert [name.split("-")[0] for name in told["facts"]["models"]] == ["named", "unnamed"]
    assert KEY.hex() not in text


def test_events_keep_what_they_tell_and_whose_they_are(done):
    row = pq.read_table(done / "work" / "events" / "apc.parquet").to_pylist()[4]

    told = {name: row[name] for name in ("person", "step", "own_lsoa21", "birth_date", "EPIKEY", "DIAG_01", "LSOA11", "DISDATE", "SEX")}
    assert told == {
        "person": 4, "step": "nhs_dob", "own_lsoa21": PEOPLE[4]["LSOA21"], "birth_date": PEOPLE[4]["BIRTH_DATE"], "EPIKEY": "k4",
        "DIAG_01": "J459", "LSOA11": "E01001000", "DISDATE": None, "SEX": PEOPLE[4]["SEX"],
    }  # fmt: skip
    assert not {"NEWNHSNO", "DOB", "POSTCODE"} & set(row)


def test_a_wrong_extract_leaves_the_last_run_as_it_was_and_no_manifest(again):
    before = digests(again)
    write(again / "extracts", screening=table_of("screening", EXTRACTS["screening"]).drop_columns(["OUTCOME"]))

    with pytest.raises(LinkageError, match=r"screening\.parquet, column 'OUTCOME': missing column"):
        link_extracts(run_of(again))

    assert digests(again) == before
    assert not (again / "work" / "manifests" / "linkage.json").exists()


def test_an_extract_that_is_not_that_of_its_manifest_is_refused(again):
    (again / "extracts" / "manifest.json").write_text(json.dumps({"last_day": "2026-06-30", "extracts": {"apc": {"sha256": "0" * 64}}}))
    write(again / "extracts", apc=EXTRACTS["apc"][:20])

    with pytest.raises(LinkageError) as caught:
        link_extracts(run_of(again))

    assert (caught.value.fault, caught.value.place.file) == ("changed_hash", "apc.parquet")


def test_what_is_wrong_with_an_extract_is_told_before_that_it_is_another_than_its_manifest_says(again):
    (again / "extracts" / "manifest.json").write_text(json.dumps({"last_day": "2026-06-30", "extracts": {"apc": {"sha256": "0" * 64}}}))
    write(again / "extracts", apc=table_of("apc", EXTRACTS["apc"]).drop_columns(["ADMIDATE"]))

    with pytest.raises(LinkageError, match=r"apc\.parquet, column 'ADMIDATE': missing column"):
        link_extracts(run_of(again))


def test_there_is_no_linking_without_a_register(tmp_path):
    write(tmp_path / "extracts", apc=EXTRACTS["apc"])

    with pytest.raises(LinkageError, match=r"gp_register\.parquet: not found"):
        link_extracts(run_of(tmp_path))


def test_an_unknown_engine_is_refused(tmp_path):
    write(tmp_path / "extracts", **EXTRACTS)

    with pytest.raises(InputError):
        link_extracts(run_of(tmp_path, engine="abacus"))


def in_another_process(folder, *, killed_at="", room=0):
    """Run it elsewhere, to be killed when a step begins, or with so many bytes of room in each file."""
    code = f"""
import os, resource, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from datetime import date
from pathlib import Path
from geo.errors import LinkageError
from geo.linkage.run import Run, link_extracts
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if {room}: resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
def progress(step):
    if step == {killed_at!r}: os.kill(os.getpid(), signal.SIGKILL)
folder = Path({str(folder)!r})
try:
    link_extracts(Run(folder / "extracts", folder / "work", bytes(range(32)), as_of=date(2026, 6, 30)), progress)
except LinkageError as error:
    print(error.fault, error.place.file)
    sys.exit(3)
"""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300, env=dict(os.environ))


@pytest.mark.parametrize("step", ["rules-apc", "link", "persons"])
def test_a_run_that_is_killed_is_taken_up_where_it_was(done, tmp_path, step):
    write(tmp_path / "extracts", **EXTRACTS)

    killed = in_another_process(tmp_path, killed_at=step)

    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "work" / "manifests" / "linkage.json").exists()
    told = link_extracts(run_of(tmp_path))
    assert "validate-apc" not in told["ran"]
    assert step in told["ran"]
    assert digests(tmp_path) == digests(done)


def test_a_full_disk_is_told_and_leaves_nothing_half_written(tmp_path):
    write(tmp_path / "extracts", **EXTRACTS)

    full = in_another_process(tmp_path, room=1_500)

    assert full.returncode == 3, full.stderr
    assert full.stdout.startswith("disk_full ")
    for path in (tmp_path / "work").rglob("*.parquet"):
        pq.read_table(path)
    assert not list((tmp_path / "work").rglob("*.partial"))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_step_that_fails_midway_leaves_the_file_before_it(again, monkeypatch):
    before = digests(again)
    write(again / "extracts", apc=EXTRACTS["apc"][:29])

    def breaks(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(links, "_completed", breaks)
    with pytest.raises(LinkageError, match=r"link\.parquet: disk full"):
        link_extracts(run_of(again))

    assert digest_of_rows(again / "work" / "link.parquet") == before["link"]
    assert not (again / "work" / "link.parquet.partial").exists()
