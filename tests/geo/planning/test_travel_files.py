"""Tables of minutes: wide and long, CSV and Parquet, give the same; what is wrong is told with row, column, found and expected."""

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from geo.errors import SourceError
from geo.planning.travel_files import read_minutes

AREAS = {"E01000001": "E01000001", "E01000002": "E01000002", "Haven 002": "E01000002"}
WIDE = "area,OX1 1AA,OX1 1AB\nE01000001,5.5,\nHaven 002,7,8\n"
LONG = "area,destination,minutes\nE01000001,OX1 1AA,5.5\nE01000002,OX1 1AA,7\nHaven 002,OX1 1AB,8\n"


def read(folder, text, *, name="minutes.csv", **options):
    file = folder / name
    file.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return read_minutes(file, areas=AREAS, **options)


@pytest.mark.parametrize(("text", "name"), [(WIDE, "a.csv"), (LONG, "a.csv"), (WIDE, "a.csv.gz")])
def test_wide_and_long_give_the_same_table_and_an_empty_cell_was_not_measured(tmp_path, text, name):
    found = read(tmp_path, text, name=name)

    assert (found.areas, found.destinations, found.points, found.left_out) == (("E01000001", "E01000002"), ("OX1 1AA", "OX1 1AB"), None, 0)
    assert np.array_equal(found.table, [[5.5, np.nan], [7.0, 8.0]], equal_nan=True)


def test_parquet_gives_the_same(tmp_path):
    columns = {"area": ["E01000001", "E01000002"], "OX1 1AA": [5.5, 7.0], "OX1 1AB": [None, 8.0]}
    pyarrow.parquet.write_table(pa.table(columns), tmp_path / "a.parquet")

    found = read_minutes(tmp_path / "a.parquet", areas=AREAS)

    assert np.array_equal(found.table, [[5.5, np.nan], [7.0, 8.0]], equal_nan=True)


def test_places_may_have_points_of_their_own(tmp_path):
    text = "area,destination,minutes,latitude,longitude\nE01000001,Field,5,51.7,-1.4\nE01000002,Field,6,51.7,-1.4\n"

    assert read(tmp_path, text).points == ((51.7, -1.4),)


def test_rows_of_areas_that_are_not_known_may_be_left_out_and_are_counted(tmp_path):
    found = read(tmp_path, "area,OX1 1AA\nW01000001,1\nE01000001,2\n", leave_out=True)

    assert (found.areas, found.left_out, found.table.tolist()) == (("E01000001",), 1, [[2.0]])


@pytest.mark.parametrize(
    ("text", "fault", "row", "column", "found"),
    [
        ("area,OX1 1AA\nE01000001,5\nE09,6\n", "unknown_code", 3, "area", "E09"),
        ("area,OX1 1AA\nE01000001,five\n", "not_a_number", 2, "OX1 1AA", "five"),
        ("area,OX1 1AA\nE01000001,5\nE01000002,nan5\n", "not_a_number", 3, "OX1 1AA", "nan5"),
        ("area,OX1 1AA\nE01000001,-1\n", "impossible_value", 2, "OX1 1AA", "-1"),
        ("area,OX1 1AA\nE01000001,1441\n", "impossible_value", 2, "OX1 1AA", "1441"),
        ("area,OX1 1AA,OX1 1AA\nE01000001,1,2\n", "duplicated_code", 0, "OX1 1AA", "the heading twice"),
        ("area,OX1 1AA\nE01000001,1\nE01000001,2\n", "duplicated_code", 3, "area", "E01000001"),
        ("area,destination,minutes\nE01000001,A,1\nE01000001,A,2\n", "duplicated_code", 3, "destination", "A"),
        ("area,destination,minutes\nE01000001,,1\n", "missing_value", 2, "destination", "nothing"),
        ("area,destination,minutes,latitude,longitude\nE01000001,A,1,48.8,2.3\n", "impossible_value", 2, "latitude", "(48.8, 2.3)"),
        ("area\nE01000001\n", "not_a_table", 0, "", "1 rows, 1 columns"),
        ("area,OX1 1AA\n", "not_a_table", 0, "", "0 rows, 2 columns"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, text, fault, row, column, found):
    with pytest.raises(SourceError) as told:
        read(tmp_path, text)

    place = told.value.place
    assert (told.value.fault, place.row, place.column, place.found) == (fault, row, column, found)
    assert place.expected


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b'a,b\n"unclosed'])
def test_what_is_no_table_is_told(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)

    with pytest.raises(SourceError):
        read_minutes(tmp_path / "a.csv", areas=AREAS)
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(SourceError, match="not a table"):
        read_minutes(tmp_path / "a.parquet", areas=AREAS)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceError, match="not found"):
        read_minutes(tmp_path / "a.csv", areas=AREAS)
