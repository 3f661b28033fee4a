"""Reading text, packed files, Parquet and workbooks as they are published, and refusing what is none of these."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.errors import SourceError
from geo.sources import archives
from geo.sources.codebook import CodeBook
from geo.sources.layouts import parse_layout
from geo.sources.tables import CheckedTable, SourceFile

COLUMNS = [
    {"heading": "Code", "field": "code", "type": "code", "shape": r"[A-Z]\d"},
    {"heading": "People", "field": "people", "type": "integer", "nullable": True, "min": 0, "max": 100},
]


def read(path: Path, **changes: Any) -> CheckedTable:
    """Read a file by a small layout of two columns."""
    plain = {"format": "csv", "key": ["code"], "columns": COLUMNS, **changes}
    return SourceFile("a-slug", path.name, path, parse_layout("small", plain), CodeBook()).table()


def a_file(folder: Path, content: bytes | str, name: str = "small.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fault_of(path: Path, **changes: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(path, **changes)
    return caught.value


def test_a_byte_order_mark_and_windows_line_ends_are_taken_off(tmp_path: Path):
    checked = read(a_file(tmp_path, b"\xef\xbb\xbfCode,People\r\nA1,5\r\n"))

    assert checked.table.to_pylist() == [{"code": "A1", "people": 5}]


def test_latin_1_is_read_where_the_layout_says_so_and_is_no_table_else(tmp_path: Path):
    path = a_file(tmp_path, "Code,People,Name\nA1,5,Ynys Môn\n".encode("latin-1"))
    columns = [*COLUMNS, {"heading": "Name", "field": "name"}]

    assert read(path, columns=columns, encoding="latin-1").table["name"].to_pylist() == ["Ynys Môn"]
    error = fault_of(path, columns=columns)
    assert (error.fault, error.place.row, error.place.found) == ("not_a_table", 2, "byte 0xf4, which is no UTF-8")


def test_a_header_is_found_by_its_content_below_a_preamble_and_above_a_footer(tmp_path: Path):
    text = '"A title, with a comma"\n\nCode,People\n\nA1,5\nB2,7\n\n"","a footer"\n'

    checked = read(a_file(tmp_path, text), header="Code", ends_at_blank=True)

    assert checked.table["people"].to_pylist() == [5, 7]
    assert checked.rows.tolist() == [5, 6]
    assert checked.preamble.startswith("A title, with a comma")


def test_headings_lose_line_breaks_and_outer_spaces(tmp_path: Path):
    checked = read(a_file(tmp_path, '"Code ","Peo\nple"\nA1,5\n'), columns=[COLUMNS[0], {**COLUMNS[1], "heading": "Peo ple"}])

    assert checked.table["people"].to_pylist() == [5]
    assert checked.rows.tolist() == [2]


def test_headings_may_be_matched_by_their_beginning(tmp_path: Path):
    columns = [COLUMNS[0], {**COLUMNS[1], "heading": "People"}]

    checked = read(a_file(tmp_path, "Code (2021),People: mid 2022 (excluding prisoners)\nA1,5\n"), columns=columns, match="prefix")

    assert checked.table.to_pylist() == [{"code": "A1", "people": 5}]


def test_a_file_without_header_is_read_by_position(tmp_path: Path):
    checked = read(a_file(tmp_path, "A1,5\nB2,\n"), header=0)

    assert checked.table.to_pylist() == [{"code": "A1", "people": 5}, {"code": "B2", "people": None}]
    assert checked.rows.tolist() == [1, 2]


def test_a_heading_that_nobody_declared_is_refused_unless_the_layout_ignores_it(tmp_path: Path):
    path = a_file(tmp_path, "Code,People,Extra\nA1,5,x\n")

    assert fault_of(path).place.column == "Extra"
    assert read(path, other_headings="ignore").table.column_names == ["code", "people"]


def test_a_row_with_too_few_cells_is_named_and_the_last_one_is_a_cut(tmp_path: Path):
    middle = fault_of(a_file(tmp_path, "Code,People\nA1\nB2,7\n"))
    last = fault_of(a_file(tmp_path, "Code,People\nA1,5\nB2\n"))

    assert (middle.fault, middle.place.row) == ("not_a_table", 2)
    assert (last.fault, last.place.row, last.place.found) == ("truncated", 3, "1 fields: B2")


def test_a_text_without_its_last_line_break_is_cut_unless_published_so(tmp_path: Path):
    path = a_file(tmp_path, "Code,People\nA1,5")

    assert fault_of(path).fault == "truncated"
    assert read(path, final_newline=False).rows_in == 1


def test_a_footer_that_must_be_there_and_is_not_is_a_cut(tmp_path: Path):
    error = fault_of(a_file(tmp_path, "Code,People\nA1,5\n"), ends_at_blank=True, footer="Small counts")

    assert (error.fault, error.place.expected) == ("truncated", "a footer with 'Small counts'")


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_cut(content: bytes, tmp_path: Path):
    assert fault_of(a_file(tmp_path, content)).fault == "truncated"


@pytest.mark.parametrize("content", [b"<html><body>404</body></html>\n", b"PK\x03\x04\x00\x00rubbish\n", b"\x00\x01\x02\n"])
def test_pages_and_binaries_are_no_tables(content: bytes, tmp_path: Path):
    assert fault_of(a_file(tmp_path, content)).fault == "not_a_table"


def test_a_packed_file_that_is_not_packed_is_no_table(tmp_path: Path):
    assert fault_of(a_file(tmp_path, "Code,People\nA1,5\n", "small.csv.gz")).place.expected == "a gzip file"


def test_a_packed_file_of_several_members_is_read_whole(tmp_path: Path):
    content = gzip.compress(b"Code,People\nA1,5\n") + gzip.compress(b"B2,7\n")

    assert read(a_file(tmp_path, content, "small.csv.gz")).table["code"].to_pylist() == ["A1", "B2"]


def test_a_packed_file_with_a_damaged_middle_is_cut(tmp_path: Path):
    rng = np.random.default_rng(5)
    content = bytearray(gzip.compress(b"Code,People\n" + rng.bytes(4000).hex().encode() + b"\n", mtime=0))
    content[2000:2040] = b"\xff" * 40

    assert fault_of(a_file(tmp_path, bytes(content), "small.csv.gz")).fault == "truncated"


def test_unpacking_stops_at_an_absolute_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "MAXIMUM_BYTES", 1000)
    rng = np.random.default_rng(5)
    content = gzip.compress(rng.bytes(2000).hex().encode())

    error = fault_of(a_file(tmp_path, content, "small.csv.gz"))

    assert (error.fault, error.place.found) == ("archive_bomb", "over 1000 bytes unpacked")


def test_a_workbook_that_unpacks_without_end_is_refused_whatever_it_says_about_itself(tmp_path: Path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 20_000_000)
    content = stream.getvalue().replace((20_000_000).to_bytes(4, "little"), (20_000).to_bytes(4, "little"))

    error = fault_of(a_file(tmp_path, content, "small.xlsx"), format="sheet")

    assert error.fault in ("archive_bomb", "truncated")
    assert fault_of(a_file(tmp_path, stream.getvalue(), "small.xlsx"), format="sheet").fault == "archive_bomb"


@pytest.mark.parametrize(("content", "fault"), [(b"Code,People\n", "not_a_table"), (b"PK\x03\x04 cut", "truncated")])
def test_what_is_no_workbook_is_refused(content: bytes, fault: str, tmp_path: Path):
    assert fault_of(a_file(tmp_path, content, "small.xlsx"), format="sheet").fault == fault


def test_a_parquet_file_of_endless_runs_is_a_bomb(tmp_path: Path):
    table = pa.table({"Code": pa.array(["A1"] * 3_000_000).dictionary_encode(), **{f"c{n}": pa.nulls(3_000_000) for n in range(60)}})
    pq.write_table(table, tmp_path / "small.parquet")

    assert fault_of(tmp_path / "small.parquet", format="parquet").fault == "archive_bomb"


def test_a_parquet_file_without_its_end_is_cut(tmp_path: Path):
    pq.write_table(pa.table({"Code": ["A1"], "People": [5]}), tmp_path / "small.parquet")
    content = (tmp_path / "small.parquet").read_bytes()

    assert fault_of(a_file(tmp_path, content[:-8], "cut.parquet"), format="parquet").fault == "truncated"
    assert fault_of(a_file(tmp_path, content[:4] + b"?" * 40 + content[-12:], "torn.parquet"), format="parquet").fault == "truncated"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{"type": "FeatureCollection", "features": [{"type"', "truncated"),
        (b'{"type": "Topology"}', "not_a_table"),
        (b'{"type": "FeatureCollection", "features": []}', "truncated"),
        (b"Code,People\nA1,5\n", "not_a_table"),
        (b'{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:27700"}}, "features": []}', "wrong_vintage"),
    ],
)
def test_what_is_no_feature_collection_is_refused(content: bytes, fault: str, tmp_path: Path):
    assert fault_of(a_file(tmp_path, content, "small.geojson"), format="geojson").fault == fault
