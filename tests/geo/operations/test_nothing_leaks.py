"""No NHS number of a world leaves the secure side, whatever the chain does and however it fails; what is planted anywhere is found."""

import io
import json
import logging
import re
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from psycopg import sql

from geo.linkage.layouts import layouts
from geo.models import Release
from geo.operations.identifiers import Seeker
from geo.operations.searching import numbers_of_worlds, search_database, search_folder
from tests.geo.operations.tiny_world import SPEC, lay_out, small_country

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = {"systems": "ncl", "people": SPEC.people, "seed": SPEC.seed}
# A family name that is an ethnic group, too.
ALSO_A_GROUP = {"WHITE"}
_COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns AS c
JOIN pg_class AS t ON t.relname = c.table_name AND t.relkind = 'r'
WHERE c.table_schema = 'public' AND c.table_name LIKE 'geo%'
  AND (c.data_type IN ('text', 'jsonb', 'bytea', 'bigint', 'double precision', 'numeric')
    OR c.data_type = 'character varying' AND c.character_maximum_length >= 10)
"""


class Said(io.StringIO):
    """All that a command says, and no terminal."""

    def isatty(self):
        return False


def run(said, **options):
    call_command("demo_data", **{**OPTIONS, **options}, stdout=said, stderr=said)


def failing_runs(data, said, number):
    """Runs of damaged extracts: numbers where days, vaccines and column names should be, and what is no table."""
    folder = data / "secure" / SPEC.name / "extracts"
    for extract, column in (("csds", "CONTACT_DATE"), ("ecds", "ARRIVAL_DATE"), ("immunisation", "VACCINE"), ("gp_register", "SEX")):
        path = folder / f"{extract}.parquet"
        whole, told = path.read_bytes(), (folder / "manifest.json").read_text()
        table = pq.read_table(path)
        wrong = table.set_column(table.column_names.index(column), column, pa.array([number] * len(table)))
        manifest = json.loads(told)
        del manifest["extracts"][extract]["sha256"]
        manifest["extracts"][extract]["sha256"] = ""
        (folder / "manifest.json").write_text(json.dumps(manifest))
        for content in (wrong, wrong.rename_columns([number, *wrong.column_names[1:]])):
            pq.write_table(content, path)
            with pytest.raises(CommandError) as caught:
                run(said)
            said.write(f"{caught.value} {caught.value.__cause__!r}\n")
        path.write_bytes(whole)
        (folder / "manifest.json").write_text(told)


def pages(release):
    """What is served: pages, figures, and errors of every kind."""
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    addresses = (
        "/", "/quality/", "/about/", "/api/v1/releases/", "/api/v1/indicators/", "/api/v1/nothing/", "/api/v1/observations/",
        "/api/v1/observations/?indicator=linked-bowel-coverage&area_type=lsoa", "/api/v1/areas/?within=nowhere",
        f"/values/{release.slug}/x",
        "/api/v1/sources/", "/readyz", "/nothing/",
    )  # fmt: skip
    return [(address, client.get(address)) for address in addresses]


def search(known, data, said):
    """Everything outside the secure side, and all that was said."""
    seeker = Seeker(known)
    search_folder(seeker, data)
    search_database(seeker)
    seeker.in_text("said", said)
    return seeker


@pytest.fixture
def told(caplog):
    """What is logged besides, by whomever."""
    caplog.set_level(logging.DEBUG)
    return lambda: "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)


def test_nothing_leaves_and_what_is_planted_is_found(settings, tmp_path, capfd, told):
    settings.HIID_DATA = tmp_path
    said = Said()
    lay_out()
    with small_country():
        run(said)
        known = numbers_of_worlds(tmp_path)
        failing_runs(tmp_path, said, str(known[0]))
        run(said)
    release = Release.objects.get(is_current=True)
    answers = pages(release)
    written = capfd.readouterr()

    seeker = search(known, tmp_path, said.getvalue() + told() + written.out + written.err)
    for address, answer in answers:
        seeker.in_content(address, answer.getvalue())

    assert len(known) > 2_000
    assert {answer.status_code for _, answer in answers} >= {200, 400, 404}
    assert "bad date" in said.getvalue()
    assert dict(seeker.found) == {}
    assert not seeker.has_found
    assert planted_and_not_found(int(known[7])) == []
    for name in ("protected/x.log", f"protected/{SPEC.name}/note.txt", "static/x.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{known[7]}")
        assert search_folder(found := Seeker(known), tmp_path)
        assert len(found.found) == 1
        (tmp_path / name).unlink()
    assert names_in_work(tmp_path) == {}


def planted_and_not_found(number):
    """Columns of our tables that can hold a number, have a row to hold it, and do not give it away."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        columns = cursor.fetchall()
    lost, planted = [], 0
    with transaction.atomic():
        places = set()
        for table, column, kind in columns:
            value = {"jsonb": json.dumps({"a": [number]}), "bytea": str(number).encode()}.get(kind, str(number))
            names = {"table": sql.Identifier(table), "column": sql.Identifier(column), "kind": sql.SQL(kind)}
            # Columns of a closed list of words, or of partitions, take no number.
            with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_PLANT.format(**names), [value])
                if cursor.rowcount:
                    places.add(f"public.{table}.{column}")
        planted = len(places)
        seeker = Seeker(known=pa.array([number]).to_numpy())
        search_database(seeker)
        lost = sorted(places - set(seeker.found))
        transaction.set_rollback(True)
    assert planted > 60
    return lost


_PLANT = sql.SQL("UPDATE {table} SET {column} = %s::{kind} WHERE ctid = (SELECT min(ctid) FROM {table})")


def names_in_work(data):
    """Numbers, family names and postcodes of the register in what linkage and derivation leave on the secure side itself."""
    folder = data / "secure" / SPEC.name
    register = pq.read_table(folder / "extracts" / "gp_register.parquet", columns=["FAMILY_NAME", "POSTCODE"])
    secrets = {plain(value) for column in register.columns for value in column.drop_null().to_pylist()} - ALSO_A_GROUP
    seeker, found = Seeker(numbers_of_worlds(data)), {}
    assert search_folder(seeker, folder / "work", left_out=()) > 20
    assert not seeker.has_found
    assert not (folder / "work" / "standard").exists()
    for path in sorted((folder / "work").rglob("*")):
        if path.is_file() and (words := secrets & set(map(plain, words_of(path)))):
            found[path.name] = words
    assert secrets & set(map(plain, words_of(folder / "extracts" / "screening.parquet")))
    return found


def plain(text):
    return re.sub("[^A-Z0-9]", "", text.upper())


def words_of(path):
    """The texts of a table, or what stands between quotation marks."""
    if path.suffix != ".parquet":
        return re.findall(r'"([^"]*)"', path.read_text(errors="replace"))
    table = pq.read_table(path)
    texts = [name for name in table.column_names if pa.types.is_string(table[name].type)]
    return {value for name in texts for value in table[name].unique().drop_null().to_pylist()}


def test_every_identifier_of_a_layout_is_one_that_the_search_knows():
    assert {each.type for layout in layouts().values() for each in layout.columns} >= {"nhs_number", "name", "postcode"}
