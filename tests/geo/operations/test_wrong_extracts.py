"""Wrong extracts on the way to a release: none is made, the one that stands is served, and the message says where without saying who."""

import json
import os
import resource
import shutil
from contextlib import contextmanager
from datetime import date
from io import StringIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from geo.linkage.files import sha256
from geo.linkage.layouts import layouts
from geo.models import Release
from geo.operations.identifiers import Seeker
from geo.operations.searching import numbers_of_worlds
from tests.geo.operations.tiny_world import ONLY_2011, SPEC, run_demonstration, small_country, standing_release

pytestmark = pytest.mark.django_db

LAYOUTS = layouts()
# Whom a message must never name: a number, a name and a postcode that stand in the extracts.
FAMILY, POSTCODE = "Xylophonova", "QX9 9QX"


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker, tmp_path_factory):
    data = tmp_path_factory.mktemp("data")
    with standing_release(django_db_blocker, data) as report:
        yield data, report.release, numbers_of_worlds(data)


@pytest.fixture
def world(standing, tmp_path, settings):
    """A copy of what stands, to be damaged."""
    shutil.copytree(standing[0], tmp_path, dirs_exist_ok=True)
    settings.HIID_DATA = tmp_path
    with small_country():
        yield tmp_path


@pytest.fixture
def refused(standing, world):
    """Damages an extract, runs the command, and gives its message; holds that nothing of what stood has moved.

    is_told: the manifest of the extracts tells of the new bytes, as if they had come so.
    """

    def act(extract, damage, *, is_told=True):
        path = extract_of(world, extract)
        damage(path)
        if is_told and path.is_file():
            tell(world, extract, sha256(path))
        return failing(world, standing)

    return act


def failing(world, standing):
    """The message with which linking fails, while all that stood still stands."""
    before, said = contents(world / "protected"), StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("link_records", SPEC.name, stdout=said, stderr=said)
    message = str(caught.value)
    assert contents(world / "protected") == before
    assert not (world / "secure" / SPEC.name / "work" / "manifests" / "linkage.json").exists()
    assert [release.slug for release in Release.objects.all()] == [standing[1].slug]
    answer = Client(headers={"host": "localhost"}).get("/api/v1/releases/")
    assert [each["slug"] for each in answer.json()["results"] if each["is_current"]] == [standing[1].slug]
    assert names_nobody(standing[2], message + said.getvalue() + repr(caught.value.__cause__))
    return message


def names_nobody(known, text):
    seeker = Seeker(known)
    seeker.in_text("message", text)
    return not seeker.has_found and not seeker.alike and FAMILY not in text and POSTCODE not in text


def extract_of(world, extract):
    return world / "secure" / SPEC.name / "extracts" / f"{extract}.parquet"


def tell(world, extract, digest):
    path = extract_of(world, extract).with_name("manifest.json")
    told = json.loads(path.read_text())
    told["extracts"][extract]["sha256"] = digest
    path.write_text(json.dumps(told))


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def with_column(name, values):
    """Damage that puts other values into a column: an array, or a function of those that were there."""

    def damage(path):
        table = pq.read_table(path)
        made = values(table[name].to_pylist()) if callable(values) else values
        pq.write_table(table.set_column(table.column_names.index(name), name, made), path)

    return damage


def one(values, row, value, kind=None):
    return pa.array([*values[:row], value, *values[row + 1 :]], kind)


@pytest.mark.parametrize("extract", LAYOUTS)
def test_a_missing_column(refused, extract):
    name = LAYOUTS[extract].columns[0].name

    message = refused(extract, lambda path: pq.write_table(pq.read_table(path).drop_columns([name]), path))

    assert message.startswith(f"{extract}.parquet, column '{name}': missing column: found ")


@pytest.mark.parametrize("extract", LAYOUTS)
def test_no_header_so_that_a_record_stands_where_names_should(refused, standing, extract):
    def damage(path):
        table = pq.read_table(path)
        number = str(standing[2][0])
        names = [[number, FAMILY, POSTCODE][place] if place < 3 else f"x{place}" for place in range(table.num_columns)]
        pq.write_table(table.rename_columns(names), path)

    assert "missing column: found none of its columns and " in refused(extract, damage)


WRONG_TYPES = [
    (extract, next(each for each in layout.columns if each.type == kind).name, values, found)
    for extract, layout in LAYOUTS.items()
    for kind, values, found in (
        ("nhs_number", lambda old: pa.array([int(each or 0) if str(each or 0).isdigit() else 0 for each in old]), "int64"),
        ("date", lambda old: pa.array([20_250_601] * len(old)), "int64"),
        ("number", lambda old: one([str(each) for each in old], 3, "many"), "string"),
        ("timestamp", lambda old: pa.array(["2025-06-01"] * len(old)), "string"),
        ("code", lambda old: pa.array([1.0] * len(old)), "double"),
    )
    if any(each.type == kind for each in layout.columns)
]


@pytest.mark.parametrize(("extract", "name", "values", "found"), WRONG_TYPES, ids=[f"{each[0]}-{each[1]}" for each in WRONG_TYPES])
def test_a_wrong_type_and_text_in_numbers(refused, extract, name, values, found):
    message = refused(extract, with_column(name, values))

    assert message.startswith(f"{extract}.parquet, row 1, column '{name}': wrong type: found {found}, expected ")


DAYS = {extract: layout.date or layout.identity.get("birth", "") for extract, layout in LAYOUTS.items() if layout.date}


@pytest.mark.parametrize("extract", DAYS)
def test_an_impossible_day(refused, extract):
    message = refused(extract, with_column(DAYS[extract], lambda old: one([str(day) if day else None for day in old], 17, "2025-02-30")))

    assert message.startswith(f"{extract}.parquet, row 19, column '{DAYS[extract]}': bad date: found a text like '0000-00-00', expected ")


@pytest.mark.parametrize("extract", DAYS)
def test_an_nhs_number_or_a_name_in_a_column_of_days(refused, standing, extract):
    number = str(standing[2][0])
    message = refused(extract, with_column(DAYS[extract], lambda old: one([str(day) if day else None for day in old], 0, number)))
    assert message.startswith(f"{extract}.parquet, row 2, column '{DAYS[extract]}': bad date: found a text like '0000000000', ")

    message = refused(extract, with_column(DAYS[extract], lambda old: pa.array([FAMILY] * len(old))))
    assert "found a text like 'aaaaaaaaaaa', " in message


@pytest.mark.parametrize("extract", DAYS)
def test_days_before_anybody_lived(refused, extract):
    message = refused(extract, with_column(DAYS[extract], lambda old: pa.array([date(1066, 10, 14)] * len(old))))

    assert message.startswith(f"{extract}.parquet, row 2, column '{DAYS[extract]}': bad date: found ")


@pytest.mark.parametrize(("extract", "name", "code"), [("gp_register", "LSOA21", ONLY_2011), ("apc", "LSOA11", "E01000004")])
def test_mixed_vintages(refused, extract, name, code):
    message = refused(extract, with_column(name, lambda old: one(old, 40, code)))

    assert message.startswith(f"{extract}.parquet, row 42, column '{name}': mixed vintages: found 1 of ")
    assert message.endswith(f"expected codes of {name.lower()} alone")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.7, 0.999])
@pytest.mark.parametrize("extract", ["gp_register", "costs", "screening"])
def test_a_file_that_is_cut_short(refused, extract, share):
    message = refused(extract, lambda path: path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)]))

    assert message.startswith(f"{extract}.parquet: not a table: found ")
    assert message.endswith("expected a whole Parquet file")


@pytest.mark.parametrize("extract", ["gp_register", "apc", "opt_outs"])
def test_pages_that_were_never_written(refused, extract):
    """The end of the file is there, a part of its middle is zeros: as a disk leaves it that lost power."""

    def damage(path):
        content = bytearray(path.read_bytes())
        content[len(content) // 4 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 4)
        path.write_bytes(content)

    assert "expected a" in refused(extract, damage)


@pytest.mark.parametrize("extract", LAYOUTS)
def test_no_rows_no_file_another_file_and_no_table(refused, extract):
    def without_rows(path):
        pq.write_table(pq.read_table(path)[:0], path)

    assert f"{extract}.parquet: changed hash: found sha256 " in refused(extract, without_its_last_row, is_told=False)
    assert refused(extract, without_rows).startswith(f"{extract}.parquet: no rows: ")
    assert refused(extract, lambda path: path.write_text("a,b\n1,2\n")).startswith(f"{extract}.parquet: not a table: ")
    assert refused(extract, lambda path: path.unlink()).startswith(f"{extract}.parquet: not found: found no file")


def without_its_last_row(path):
    table = pq.read_table(path)
    pq.write_table(table[:-1], path)


@pytest.mark.parametrize(
    ("content", "told"),
    [("", "no JSON that is whole"), ('{"spec": {', "no JSON that is whole"), ("[]", "no JSON that is whole"), ("{}", "no spec, code")],
)
def test_a_manifest_that_tells_nothing(world, standing, content, told):
    extract_of(world, "apc").with_name("manifest.json").write_text(content)

    with pytest.raises(CommandError, match=rf"manifest\.json: .*{told}"):
        call_command("link_records", SPEC.name)


def test_a_key_that_cannot_be_used(world, standing):
    path = world / "secrets" / "pseudonym_key"
    for change, told in (
        (lambda: path.chmod(0o644), "a key that others may read"),
        (lambda: (path.chmod(0o600), path.write_text("")), "no key"),
        (lambda: path.write_text(str(standing[2][0])), "no key"),
        (lambda: (path.unlink(), path.mkdir(mode=0o700)), "IsADirectoryError"),
    ):
        change()
        with pytest.raises(CommandError, match=told) as caught:
            call_command("link_records", SPEC.name)
        assert names_nobody(standing[2], str(caught.value))


@contextmanager
def room_of(size):
    """No file may grow beyond so many bytes: as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [600, 3_000, 9_000, 30_000])
def test_a_full_disk(world, standing, size):
    """Whichever step is the first that finds no room."""
    shutil.rmtree(world / "secure" / SPEC.name / "work")
    before = contents(world / "protected")

    with room_of(size), pytest.raises(CommandError, match="disk full: found no room for it"):
        call_command("link_records", SPEC.name)

    assert contents(world / "protected") == before
    assert list((world / "secure").rglob("*.partial")) == []


def test_a_disk_that_is_full_when_the_protected_table_is_written(world):
    """All before it stands; another edition of the table has no room, and the one that stood stays."""
    folder = world / "protected" / SPEC.name
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"engine": "duckdb"', '"engine": "polars"'))
    before = contents(folder)

    with room_of(2_000), pytest.raises(CommandError, match="protect: disk full"):
        call_command("link_records", SPEC.name, "--never-published")

    assert contents(folder) == before


def test_a_disk_that_is_full_when_people_are_made(world):
    shutil.rmtree(world / "secure")

    with room_of(2_000), pytest.raises(Exception, match="disk full"):
        run_demonstration(world)

    assert list((world / "secure").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another user's place")
def test_files_of_another_user(world, standing, tmp_path_factory):
    extract_of(world, "apc").chmod(0o000)
    os.setegid(65534)
    os.seteuid(65534)
    try:
        with pytest.raises(CommandError, match="no permission: found no permission"):
            call_command("link_records", SPEC.name)
    finally:
        os.seteuid(0)
        os.setegid(0)
