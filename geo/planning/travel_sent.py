"""Opening a table that somebody sent, CSV or Parquet, without trusting a byte of it: what it would unpack to is bounded before it is read.

What a file is, its first bytes say and not its name. Nothing is written to disk, and no other file is opened.
"""

import io
import struct
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from geo.errors import Place, SourceError

LARGEST_FILE = 10_000_000
# Trips: 10 MB of text hold about so many, and so do all neighbourhoods of a region by its hospitals.
LARGEST_TABLE = 2_500_000
MOST_COLUMNS, MOST_ROWS = 2_000, 500_000
# A heading that is longer, a text that is longer, or a description of a Parquet file that is longer, is none that a person wrote.
_LONGEST_HEADING, _LONGEST_TEXT, _LONGEST_FOOTER = 200_000, 200, 1_000_000
_PARQUET, _PACKED = b"PAR1", (b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"BZh")
# Snappy unpacks at most about twentyfold; others a thousandfold, which nobody can tell before it is done.
_CODECS = ("UNCOMPRESSED", "SNAPPY")
_ROWS_AT_ONCE = 65_536


def read_sent(content: bytes, name: str) -> pa.Table:
    """The rows of a file. CSV columns are texts. Raises SourceError with what was found and what was expected."""
    if len(content) > LARGEST_FILE:
        raise _fault(name, "too_large", f"{len(content):,} bytes", f"at most {LARGEST_FILE:,}")
    if content.startswith(_PACKED):
        raise _fault(name, "not_a_table", "a packed file", "CSV or Parquet, not packed")
    try:
        return _parquet(content, name) if content.startswith(_PARQUET) else _csv(content, name)
    except (pa.ArrowException, OSError, UnicodeDecodeError, struct.error) as error:
        raise _fault(name, "not_a_table", ascii(str(error)[:100])[1:-1], "CSV in UTF-8, or Parquet") from error


def _csv(content: bytes, name: str) -> pa.Table:
    end = content.find(b"\n")
    heading = content if end < 0 else content[:end]
    if len(heading) > _LONGEST_HEADING or heading.count(b",") >= MOST_COLUMNS:
        raise _fault(name, "too_large", f"a heading of {len(heading):,} bytes", f"at most {MOST_COLUMNS:,} columns", row=1)
    if (rows := content.count(b"\n") + content.count(b"\r\r")) > MOST_ROWS:
        raise _fault(name, "too_large", f"{rows:,} rows", f"at most {MOST_ROWS:,}")
    plain = pyarrow.csv.ReadOptions(use_threads=False)
    names = pyarrow.csv.open_csv(io.BytesIO(content), read_options=plain).schema.names
    kinds = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
    return pyarrow.csv.read_csv(io.BytesIO(content), read_options=plain, convert_options=kinds)


def _parquet(content: bytes, name: str) -> pa.Table:
    footer = struct.unpack("<I", content[-8:-4])[0]
    if footer > min(_LONGEST_FOOTER, len(content)):
        raise _fault(name, "not_a_table", f"a description of {footer:,} bytes", f"at most {_LONGEST_FOOTER:,}")
    limits = {"thrift_string_size_limit": _LONGEST_FOOTER, "thrift_container_size_limit": 20_000}
    told = pyarrow.parquet.ParquetFile(pa.BufferReader(content), **limits)
    _check_description(told, name)
    texts = [field.name for field in told.schema_arrow if _is_text(field.type)]
    # Texts stay in their dictionaries: one long text that a million rows name is read once.
    file = pyarrow.parquet.ParquetFile(pa.BufferReader(content), read_dictionary=texts, **limits)
    batches, rows = [], 0
    for batch in file.iter_batches(_ROWS_AT_ONCE, use_threads=False):
        rows += batch.num_rows
        _check_batch(batch, rows, name)
        batches.append(batch)
    found = pa.Table.from_batches(batches, schema=file.schema_arrow if not batches else batches[0].schema)
    return pa.table({one: _plain(found[at]) for at, one in enumerate(found.column_names)}) if _is_told_once(found) else found


def _check_description(file: Any, name: str) -> None:
    """That the file describes a table of texts and numbers that is not too large, packed in a way whose size is known."""
    described = file.metadata
    columns, rows = described.num_columns, described.num_rows
    if columns > MOST_COLUMNS or rows > MOST_ROWS or rows * columns > 2 * LARGEST_TABLE:
        expected = f"at most {MOST_COLUMNS:,} columns, {MOST_ROWS:,} rows and {2 * LARGEST_TABLE:,} cells"
        raise _fault(name, "too_large", f"{columns:,} columns and {rows:,} rows", expected)
    for field in file.schema_arrow:
        kind = field.type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or _is_text(kind)):
            raise _fault(name, "not_a_table", str(kind)[:60], "a column of texts or numbers", column=field.name[:60])
    for group in range(described.num_row_groups):
        for at in range(columns):
            codec = described.row_group(group).column(at).compression
            if codec not in _CODECS:
                raise _fault(name, "not_a_table", f"Parquet packed by {codec.lower()}", "Parquet packed by snappy or not at all")


def _is_text(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))


def _check_batch(batch: pa.RecordBatch, rows: int, name: str) -> None:
    if rows > MOST_ROWS:
        raise _fault(name, "too_large", f"more than {MOST_ROWS:,} rows", f"at most {MOST_ROWS:,}")
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if pa.types.is_dictionary(column.type) and (pc.max(pc.binary_length(column.dictionary)).as_py() or 0) > _LONGEST_TEXT:
            raise _fault(
                name, "impossible_value", "a text that is longer", f"texts of at most {_LONGEST_TEXT} bytes", column=field.name[:60]
            )


def _is_told_once(table: pa.Table) -> bool:
    return len(set(table.column_names)) == table.num_columns


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts of a dictionary, now that they are known to be short, as texts."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _fault(name: str, fault: str, found: str, expected: str, *, row: int = 0, column: str = "") -> SourceError:
    return SourceError(fault, Place(name, row=row, column=column, found=found, expected=expected))
