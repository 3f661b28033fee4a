"""Staging: a source's tables change all together or not at all, and nothing is loaded twice."""

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from django.db import connection

from geo.errors import Place, SourceError
from geo.models import SourceLoad
from geo.releases.staging import has_table, load_tables, loaded_edition, record_failure
from geo.releases.tables import read_query, read_staging

FIRST, SECOND = "a" * 64, "b" * 64


def _source(tables, slug="made-up", rows_in=3):
    return SimpleNamespace(slug=slug, rows_in=rows_in, tables=tables, rejected={"outside_england": 1})


def _located(sha256=FIRST, origin="mirror"):
    return SimpleNamespace(path="made-up.csv", origin=origin, sha256=sha256)


def _table(*numbers):
    return pa.table({"code": [f"E{n}" for n in numbers], "number": pa.array(numbers, pa.int32())})


@pytest.fixture
def loaded(db):
    return load_tables(_source({"made_up": _table(1, 2), "made_up_more": _table(9)}), located=_located())


def test_a_table_comes_back_as_it_was(db):
    table = pa.table(
        {
            "code": ["a", None, "", 'x\n"y'],
            "lone": pa.array([None, None, 2, None], pa.int32()),
            "number": [0.1, None, 1 / 3, 0.0],
            "truth": [True, False, None, True],
            "raw": [b"\x00\xff", None, b"", b"1"],
            "wide": pa.array([[1.5, None], [], None, [2.0]], pa.list_(pa.float32())),
            "ages": pa.array([[1, 2], None, [], [None]], pa.list_(pa.int32())),
        }
    )

    load_tables(_source({"made_up": table}), located=_located())

    assert read_staging("made_up").to_pydict() == table.to_pydict()
    assert read_staging("made_up", ["lone"]).to_pydict() == {"lone": [None, None, 2, None]}
    assert read_query("SELECT number FROM staging.made_up WHERE code = %s", ["a"]).to_pydict() == {"number": [0.1]}
    assert read_query("SELECT number FROM staging.made_up WHERE code = 'none'").num_rows == 0


def test_the_row_of_the_load_says_what_came_in_and_out(loaded):
    assert loaded.rows_in == 3
    assert loaded.rows_out == {"made_up": 2, "made_up_more": 1}
    assert loaded.rejected == {"outside_england": 1}
    assert (loaded.state, loaded.origin, loaded.is_current) == ("loaded", "mirror", True)


def test_a_new_edition_replaces_all_tables_of_the_source_and_drops_those_it_no_longer_has(loaded):
    new = load_tables(_source({"made_up": _table(5)}), located=_located(SECOND))

    assert read_staging("made_up")["number"].to_pylist() == [5]
    assert not has_table("made_up_more")
    assert SourceLoad.objects.get(slug="made-up", is_current=True) == new


def test_the_same_edition_again_is_a_no_op_but_not_with_another_adapter(loaded):
    assert load_tables(_source({"made_up": _table(5)}), located=_located()) == loaded
    assert read_staging("made_up")["number"].to_pylist() == [1, 2]

    again = load_tables(_source({"made_up": _table(5)}), located=_located(), adapter="newer")

    assert again != loaded
    assert read_staging("made_up")["number"].to_pylist() == [5]


def test_an_edition_whose_table_is_gone_does_not_count_as_loaded(loaded):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE staging.made_up_more")

    assert loaded_edition("made-up", sha256=FIRST) is None


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"made_up": _table(5), "other_source": _table(5)}, "other_source"),
        ({"made_up": pa.table({'x"; DROP TABLE geo_area; --': [1]})}, "no name for a column"),
        ({"made_up": _table(5), "made_up_more": pa.table({"when": pa.array([1], pa.timestamp("us"))})}, "no staging type"),
    ],
)
def test_a_fault_in_one_table_leaves_all_as_they_were(loaded, tables, message):
    with pytest.raises(ValueError, match=message):
        load_tables(_source(tables), located=_located(SECOND))

    assert read_staging("made_up")["number"].to_pylist() == [1, 2]
    assert read_staging("made_up_more")["number"].to_pylist() == [9]
    assert SourceLoad.objects.get(slug="made-up", is_current=True) == loaded


def test_a_failure_is_recorded_with_its_place_and_the_current_load_stays(loaded):
    place = Place("made-up.csv", row=4, column="number", found="x", expected="a whole number")

    failure = record_failure("made-up", SourceError("not_a_number", place), sha256=SECOND)

    assert failure.state == "failed"
    assert (failure.error["row"], failure.error["column"], failure.error["found"]) == (4, "number", "x")
    assert SourceLoad.objects.get(slug="made-up", is_current=True) == loaded


KILLED = """
import os, signal, django
django.setup()
from types import SimpleNamespace as N
import pyarrow as pa
from django.db import connection
from geo.releases import staging
connection.settings_dict["NAME"] = os.environ["NAME_OF_TEST_DATABASE"]
rename = staging._fill
def fill(cursor, name, table):
    rows = rename(cursor, name, table)
    print("filled", flush=True)
    signal.pause()
    return rows
staging._fill = fill
table = pa.table({"code": ["new"], "number": pa.array([7], pa.int32())})
source = N(slug="made-up", rows_in=1, tables={"made_up": table, "made_up_more": table}, rejected={})
staging.load_tables(source, located=N(path="x", origin="mirror", sha256="b" * 64))
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_of_a_load_leaves_the_tables_and_the_load_repeats():
    source = _source({"made_up": _table(1, 2), "made_up_more": _table(9)})
    first = load_tables(source, located=_located())
    environment = os.environ | {"NAME_OF_TEST_DATABASE": connection.settings_dict["NAME"], "DJANGO_SETTINGS_MODULE": "hiid.settings"}
    child = subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stdout=subprocess.PIPE, text=True)

    assert child.stdout.readline() == "filled\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    _wait_until_alone()

    try:
        assert read_staging("made_up")["number"].to_pylist() == [1, 2]
        assert read_staging("made_up_more")["number"].to_pylist() == [9]
        assert not has_table("made_up__new")
        assert SourceLoad.objects.get(slug="made-up", is_current=True) == first
        assert load_tables(_source({"made_up": _table(7)}), located=_located(SECOND)).rows_out == {"made_up": 1}
        assert np.array_equal(read_staging("made_up")["number"], [7])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA staging CASCADE")


def _wait_until_alone():
    """The server notices a dead client by itself; its transaction is then rolled back."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(query)
            if not cursor.fetchone()[0]:
                return
    raise AssertionError("The killed process's transaction is still open.")
