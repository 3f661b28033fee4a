"""Binary COPY: what goes in comes out, whatever is null, and the same as row by row."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.models import Detection, Finding, Indicator
from geo.releases.copying import copy_objects, copy_rows
from tests import builders

pytestmark = pytest.mark.django_db

COLUMNS = {
    "small": "smallint",
    "whole": "integer",
    "long": "bigint",
    "number": "double precision",
    "short_number": "real",
    "truth": "boolean",
    "word": "text",
    "name": "varchar(40)",
    "day": "date",
    "raw": "bytea",
    "wide": "real[]",
    "counts": "integer[]",
}
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
REAL = st.floats(width=32, allow_nan=False)
VALUES = {
    "small": st.integers(-(2**15), 2**15 - 1),
    "whole": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False),
    "short_number": REAL,
    "truth": st.booleans(),
    "word": TEXT,
    "name": TEXT,
    "day": st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    "raw": st.binary(max_size=40),
    "wide": st.lists(st.none() | REAL, max_size=5),
    "counts": st.lists(st.none() | st.integers(-(2**31), 2**31 - 1), max_size=5),
}
ROWS = st.lists(st.tuples(*(st.none() | values for values in VALUES.values())), max_size=30)


def _make(name):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TABLE {name} (n serial, {', '.join(f'{c} {k}' for c, k in COLUMNS.items())})")


def _read(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM {name} ORDER BY n")  # noqa: S608
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


@given(rows=ROWS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_copied_rows_equal_rows_inserted_one_by_one(db, rows):
    _make("copied")
    _make("inserted")

    with connection.cursor() as cursor:
        count = copy_rows(cursor, "copied", {c: [row[i] for row in rows] for i, c in enumerate(COLUMNS)})
        marks = ", ".join(f"CAST(%s AS {kind})" for kind in COLUMNS.values())
        cursor.executemany(f"INSERT INTO inserted ({', '.join(COLUMNS)}) VALUES ({marks})", rows)  # noqa: S608

    assert count == len(rows)
    assert _read("copied") == _read("inserted")


def test_masked_and_nan_are_null_and_zero_stays_zero():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (a integer, b double precision, c text)")
        copy_rows(
            cursor,
            "t",
            {
                "a": np.ma.array([0, 7, 3], mask=[False, True, False]),
                "b": np.array([0.0, np.nan, 2.5]),
                "c": np.ma.array(np.array(["", "x", "ž"]), mask=[False, False, True]),
            },
        )
        cursor.execute("SELECT a, b, c FROM t")

        assert cursor.fetchall() == [(0, 0.0, ""), (None, None, "x"), (3, 2.5, None)]


def test_rows_keep_their_order_over_batches_and_slices(monkeypatch):
    monkeypatch.setattr("geo.releases.copying.BATCH_ROWS", 7)
    words = pa.array([None if i % 5 == 0 else f"w{i}" for i in range(100)]).slice(3, 90)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (n serial, a bigint, b text)")
        copy_rows(cursor, "t", {"a": np.arange(3, 93), "b": words})
        cursor.execute("SELECT a, b FROM t ORDER BY n")

        assert cursor.fetchall() == [(i, None if i % 5 == 0 else f"w{i}") for i in range(3, 93)]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"nowhere": [1]}, "no column 'nowhere'"),
        ({"small": np.array([40_000])}, "t.small"),
        ({"small": np.array([1.5])}, "t.small"),
        ({"small": [1, 2], "word": ["a"]}, "unequal length"),
        ({"small": ["a"]}, "t.small"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_nothing_is_written(arrays, message):
    _make("t")
    with connection.cursor() as cursor, pytest.raises(ValueError, match=message):
        copy_rows(cursor, "t", arrays)

    assert _read("t") == []


def test_a_name_with_quotes_is_only_a_name():
    with connection.cursor() as cursor:
        cursor.execute('CREATE TABLE "odd""; DROP TABLE t" ("a b" integer)')
        copy_rows(cursor, 'odd"; DROP TABLE t', {"a b": [1]})
        cursor.execute('SELECT "a b" FROM "odd""; DROP TABLE t"')

        assert cursor.fetchall() == [(1,)]


def test_copied_objects_are_as_saved_ones_and_have_the_next_keys():
    """Findings saved and copied: nulls, truths, numbers, words and lists come out alike, and keys follow each other."""
    detection = Detection.objects.create(
        release=builders.a_release(),
        indicator=builders.an_indicator(),
        geography=builders.a_geography(),
        period=builders.a_period(),
        stratum=builders.a_stratum("all"),
        kind="priority",
        state="found",
    )
    told = [
        {
            "rank": 1,
            "direction": "low",
            "sentence": "fifth \u2014 '1 in 10' \\",
            "why": [{"label": "a", "words": "\u00e9\n"}],
            "is_worse": True,
        },
        {"rank": 2, "direction": "high", "sentence": "", "why": [], "value": 0.1, "lower": float("inf"), "is_worse": None},
    ]
    saved = Finding.objects.bulk_create([Finding(detection=detection, key=f"saved-{at}", **each) for at, each in enumerate(told)])
    copied = [Finding(detection_id=detection.pk, key=f"copied-{at}", **each) for at, each in enumerate(told)]

    with connection.cursor() as cursor:
        count = copy_objects(cursor, copied)

    assert count == len(told)
    assert [each.pk for each in copied] == [saved[-1].pk + 1, saved[-1].pk + 2]
    columns = [field.attname for field in Finding._meta.concrete_fields if field.name not in ("id", "key")]
    rows = [list(Finding.objects.filter(key__startswith=start).order_by("rank").values_list(*columns)) for start in ("saved", "copied")]
    assert rows[0] == rows[1]
    assert Finding.objects.create(detection=detection, key="later", rank=3, direction="low", sentence="").pk == copied[-1].pk + 1


def test_objects_that_do_not_fit_are_refused_and_keep_no_key():
    detection = Detection(
        kind="priority", state="found", tested="many", release_id=1, indicator_id=1, geography_id=1, period_id=1, stratum_id=0
    )

    with connection.cursor() as cursor, pytest.raises(ValueError, match=r"geo_detection\.tested"):
        copy_objects(cursor, [detection])

    assert detection.pk is None


def test_no_value_of_json_is_no_value_and_not_a_word_for_it():
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="definition"):
        copy_objects(cursor, [Indicator(slug="without", definition=None, sha256="")])


def test_nothing_to_copy_is_no_question_to_the_database(django_assert_num_queries):
    with django_assert_num_queries(0), connection.cursor() as cursor:
        assert copy_objects(cursor, []) == 0
