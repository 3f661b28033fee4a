"""From the bytes of a published file to its columns as they stand there, with the row number of each row.

Text files and workbooks give columns of text; Parquet and GeoJSON give typed columns. Nothing is judged here but whether
the file can be read as what it should be: `casting` and `checks` judge the values.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.sources.archives import MAXIMUM_BYTES, read_bytes
from geo.sources.faults import Faults
from geo.sources.layouts import Layout

# A header that is found by its content stands within the first rows; further down it is not looked for.
HEADER_WITHIN = 60
# The largest published Parquet file has 12 million cells; ten times that is no edition of any of them.
MAXIMUM_CELLS = 120_000_000
_BOM = b"\xef\xbb\xbf"
_MARKUP = re.compile(rb"^\s*<(!doctype|html|\?xml|head|body)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class RawTable:
    """Columns as they stand in the file. rows: shape (n,), the number of each row as a spreadsheet shows it (GeoJSON: of the feature).

    header_row: number of the header's row, 0 where there is none. preamble: the cells above the header, a line a row, joined by
    commas (in workbooks by spaces).
    """

    headings: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    rows: NDArray[np.int64]
    header_row: int
    preamble: str = ""


@dataclass(frozen=True)
class _Header:
    headings: tuple[str, ...]
    row: int
    preamble: str
    data_from: int  # offset of the first byte after the header


def normalise_heading(text: str) -> str:
    """A heading without byte order mark, line breaks and doubled or outer spaces."""
    return " ".join(text.replace("\ufeff", "").split())


def read_csv(path: Path, layout: Layout, *, faults: Faults) -> RawTable:
    """All columns of a CSV file, plain or gzip, as text. Raises SourceError not_a_table, truncated or archive_bomb."""
    content = _as_utf8(read_bytes(path, faults=faults), layout, faults)
    if layout.final_newline and not content.endswith(b"\n"):
        faults.fail("truncated", row=content.count(b"\n") + 1, found="no line break at the end", expected="a whole last row")
    header = _find_header(content, layout, faults)
    odd: list[tuple[int, int, str]] = []  # (line after the header, number of fields, text) of rows with another number of fields

    def keep(row: pacsv.InvalidRow) -> str:
        odd.append((row.number or 0, row.actual_columns, row.text))
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(content).slice(header.data_from)),
            read_options=pacsv.ReadOptions(use_threads=False, column_names=list(map(str, range(len(header.headings))))),
            parse_options=pacsv.ParseOptions(newlines_in_values=layout.line_breaks, ignore_empty_lines=False, invalid_row_handler=keep),
            convert_options=pacsv.ConvertOptions(
                column_types={str(i): pa.string() for i in range(len(header.headings))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        faults.fail("not_a_table", found=str(error), expected="a table of comma-separated values")
    columns = tuple(table[name].combine_chunks() for name in table.column_names)
    return _number_rows(columns, header, odd, layout=layout, faults=faults)


def read_parquet(path: Path, *, faults: Faults) -> RawTable:
    """All columns of a Parquet file. Raises SourceError truncated or not_a_table. The first data row is row 2, as under a header."""
    content = path.read_bytes()
    if content[:4] != b"PAR1":
        faults.fail("not_a_table", found=f"a file that begins with {content[:12]!r}", expected="a Parquet file")
    if content[-4:] != b"PAR1":
        faults.fail("truncated", found=f"{len(content)} bytes without the closing mark", expected="a whole Parquet file")
    try:
        _check_parquet(pq.read_metadata(io.BytesIO(content)), faults)
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowInvalid, OSError) as error:
        faults.fail("truncated", found=str(error), expected="a whole Parquet file")
    columns = tuple(_plain(table[name].combine_chunks()) for name in table.column_names)
    return RawTable(tuple(table.column_names), columns, np.arange(2, table.num_rows + 2), 1)


def _check_parquet(metadata: pq.FileMetaData, faults: Faults) -> None:
    """That a Parquet file does not claim to unpack to more than any of ours: runs of one value pack without limit."""
    cells = metadata.num_rows * metadata.num_columns
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    if cells > MAXIMUM_CELLS or size > MAXIMUM_BYTES:
        faults.fail("archive_bomb", found=f"{cells} cells, {size} bytes", expected=f"at most {MAXIMUM_CELLS} cells, {MAXIMUM_BYTES} bytes")


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A column in one piece, with text in the usual string type."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


def _as_utf8(content: bytes, layout: Layout, faults: Faults) -> bytes:
    """The content in UTF-8 without a byte order mark. Raises SourceError not_a_table where it is no text of the declared encoding."""
    if _MARKUP.match(content[:512]):
        faults.fail("not_a_table", row=1, found=content[:60].decode("utf-8", "replace").strip(), expected="comma-separated values")
    if (at := content[:4096].find(b"\0")) >= 0:
        faults.fail("not_a_table", row=1, found=f"binary content (a null at byte {at})", expected="comma-separated values")
    if layout.encoding == "utf-8":
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            row = content.count(b"\n", 0, error.start) + 1
            faults.fail("not_a_table", row=row, found=f"byte {content[error.start]:#x}, which is no UTF-8", expected="text in UTF-8")
        return content.removeprefix(_BOM)
    return content.decode(layout.encoding).encode("utf-8")


def _find_header(content: bytes, layout: Layout, faults: Faults) -> _Header:
    """Where the header is: row 1, another fixed row, the first row that holds a given cell, or nowhere (0: fields by position)."""
    if not content.strip():
        faults.fail("truncated", found="an empty file", expected="a table with a header")
    if layout.header == 0:
        return _Header(tuple(str(n + 1) for n in range(_width(content))), 0, "", 0)
    offset = 0
    preamble: list[str] = []
    for number in range(1, HEADER_WITHIN + 1):
        text, after = _record(content, offset)
        cells = tuple(next(csv.reader(io.StringIO(text, newline="")), []))
        if number == layout.header or (isinstance(layout.header, str) and layout.header in map(normalise_heading, cells)):
            return _Header(cells, number, "\n".join(preamble), after)
        preamble.append(",".join(cells))
        if after >= len(content):
            break
        offset = after
    raise faults.error("missing_column", found="no such row", expected=f"a header row with {layout.header!r}", column=str(layout.header))


def _width(content: bytes) -> int:
    return len(next(csv.reader(io.StringIO(_record(content, 0)[0], newline=""))))


def _record(content: bytes, offset: int) -> tuple[str, int]:
    """One record from this offset, line breaks inside quotes included, and the offset after it."""
    end = offset
    quotes = 0
    while True:
        newline = content.find(b"\n", end)
        stop = len(content) if newline < 0 else newline + 1
        quotes += content.count(b'"', end, stop)
        end = stop
        if quotes % 2 == 0 or newline < 0:
            return content[offset:end].decode("utf-8"), end


def _number_rows(
    columns: tuple[pa.Array, ...], header: _Header, odd: list[tuple[int, int, str]], *, layout: Layout, faults: Faults
) -> RawTable:
    """Number the rows, and judge the lines that have another number of fields: blank lines and a declared footer are none of ours."""
    total = len(columns[0]) + len(odd)
    numbers = np.arange(1, total + 1, dtype=np.int64)
    is_read = np.ones(total, dtype=bool)
    is_read[np.array([line for line, _, _ in odd], dtype=np.int64) - 1] = False
    is_blank = _blank(columns)
    lines = numbers[is_read]
    filled = [(line, count, text) for line, count, text in odd if text.strip(' ,"\r\n\t')]
    end = total + 1
    if layout.ends_at_blank and not is_blank.all():
        blank = np.array([*lines[is_blank], *{line for line, _, _ in odd} - {line for line, _, _ in filled}], dtype=np.int64)
        end = min(blank[blank > lines[~is_blank][0]], default=end)
    is_data = ~is_blank & (lines < end)
    if not is_data.all():
        columns = tuple(column.filter(pa.array(is_data)) for column in columns)
    rows = lines[is_data]
    for line, count, text in (row for row in filled if row[0] < end):
        fault = "truncated" if line == total and count < len(header.headings) else "not_a_table"
        faults.fail(fault, row=line + header.row, found=f"{count} fields: {text.strip()}", expected=f"{len(header.headings)} fields")
    if layout.footer and not any(layout.footer in text for _, _, text in filled):
        faults.fail("truncated", row=total + header.row, found="no footer", expected=f"a footer with {layout.footer!r}")
    return RawTable(header.headings, columns, rows + header.row, header.row, header.preamble)


def _blank(columns: tuple[pa.Array, ...]) -> NDArray[np.bool_]:
    """Which rows are blank in every column."""
    blank = pc.equal(columns[0], "").to_numpy(zero_copy_only=False)
    for column in columns[1:]:
        if not blank.any():
            break
        blank &= pc.equal(column, "").to_numpy(zero_copy_only=False)
    return blank


def differs_in_digits_only(found: str, expected: str) -> bool:
    """Whether two headings are the same but for their numbers (`LSOA code (2011)`, `LSOA code (2021)`)."""
    return found != expected and _DIGITS.sub("#", found) == _DIGITS.sub("#", expected)
