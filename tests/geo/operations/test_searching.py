"""The search of database and data folder: what is planted in a column of any kind, or in a file, is found; the secure side is left out."""

import gzip
import json
from io import StringIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from geo.operations.identifiers import Seeker, known_numbers
from geo.operations.searching import numbers_of_worlds, search_database, search_folder
from tests.geo.linkage.records import a_person, number, write

NUMBER = number(3)
SPACED = f"{NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}"
KINDS = {
    "text": f"of {SPACED}.", "varchar(40)": NUMBER, "char(20)": NUMBER, "name": NUMBER, "json": json.dumps({"a": [int(NUMBER)]}),
    "jsonb": json.dumps({"a": {"b": SPACED}}), "xml": f"<a>{NUMBER}</a>", "text[]": ["a", NUMBER], "bigint": int(NUMBER),
    "bigint[]": [int(NUMBER)], "double precision": float(NUMBER), "numeric": int(NUMBER), "numeric(20, 4)": int(NUMBER),
    "int8range": f"[{NUMBER},{int(NUMBER) + 5})", "bytea": gzip.compress(NUMBER.encode()), "tsvector": NUMBER,
}  # fmt: skip


@pytest.fixture
def data(tmp_path, settings):
    """A data folder with one world, whose register lies on the secure side."""
    settings.HIID_DATA = tmp_path
    write(tmp_path / "secure" / "w" / "extracts", gp_register=[a_person(place) for place in range(5)])
    return tmp_path


def found_in_database():
    seeker = Seeker(known_numbers([NUMBER]))
    search_database(seeker)
    return set(seeker.found)


@pytest.mark.django_db
def test_a_number_in_a_column_of_any_kind_and_schema_is_found():
    columns = sql.SQL(", ").join(sql.SQL(f"x{place} {kind}") for place, kind in enumerate(KINDS))
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA elsewhere")
        cursor.execute(sql.SQL("CREATE TABLE elsewhere.queue ({})").format(columns))
        cursor.execute("INSERT INTO elsewhere.queue DEFAULT VALUES")
        assert found_in_database() == set()
        values = sql.SQL(", ").join([sql.Placeholder()] * len(KINDS))
        cursor.execute(sql.SQL("INSERT INTO elsewhere.queue VALUES ({})").format(values), list(KINDS.values()))

    found = found_in_database()

    assert {kind for place, kind in enumerate(KINDS) if f"elsewhere.queue.x{place}" not in found} == set()


@pytest.mark.django_db
def test_a_number_in_a_partition_is_found_once_and_a_view_of_it_is_not_a_place_of_its_own():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE parted (part int, x text) PARTITION BY LIST (part)")
        cursor.execute("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1)")
        cursor.execute("CREATE VIEW seen AS SELECT x FROM parted")
        cursor.execute("INSERT INTO parted VALUES (1, %s)", [NUMBER])

    assert found_in_database() == {"public.parted_1.x"}


FILES = {
    "logs/server.log": f"GET /{NUMBER} 404".encode(),
    "protected/w/manifest.json": json.dumps({"n": int(NUMBER)}).encode(),
    "tiles/x.mvt.gz": gzip.compress(NUMBER.encode()),
    f"cache/{NUMBER}.csv": b"",
}


@pytest.mark.parametrize("name", FILES)
def test_a_number_in_a_file_outside_the_secure_side_is_found(data, name):
    (data / name).parent.mkdir(parents=True, exist_ok=True)
    (data / name).write_bytes(FILES[name])
    said = StringIO()

    with pytest.raises(CommandError, match="1 places outside the secure side"):
        call_command("find_identifiers", "--no-database", stdout=said)

    assert name.rsplit("/", 1)[0] in said.getvalue()
    assert "Looked for 5 numbers" in said.getvalue()
    assert NUMBER not in said.getvalue()


def test_numbers_are_read_from_all_extracts_and_found_nowhere_where_none_is(data):
    pq.write_table(
        pa.table({"NHS_NUMBER": [SPACED, None, number(9), "9434765918"]}), data / "secure" / "w" / "extracts" / "opt_outs.parquet"
    )
    said = StringIO()

    call_command("find_identifiers", "--no-database", stdout=said)

    assert numbers_of_worlds(data).tolist() == sorted(int(number(place)) for place in (0, 1, 2, 3, 4, 9))
    assert "None of the extracts' numbers was found" in said.getvalue()


@pytest.mark.django_db
def test_the_command_looks_into_the_database_and_into_further_folders(data, tmp_path_factory):
    logs = tmp_path_factory.mktemp("logs")
    (logs / "x.log").write_text(SPACED)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE jobs AS SELECT %s::text AS told", [NUMBER])
    said = StringIO()

    with pytest.raises(CommandError, match="2 places"):
        call_command("find_identifiers", str(logs), stdout=said)

    assert "FOUND: public.jobs.told: 1" in said.getvalue()
    assert "x.log: 1" in said.getvalue()


def test_a_link_is_not_followed(data):
    (data / "shortcut").symlink_to(data / "secure")
    seeker = Seeker(numbers_of_worlds(data))

    search_folder(seeker, data)

    assert not seeker.has_found
