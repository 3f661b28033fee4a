"""Rows into PostgreSQL by binary COPY, encoded a column at a time.

Arrow does the work: each column becomes byte strings in COPY's binary layout (a length, then the value in network order), and the
rows are these strings joined element by element. Rows are sent in batches from a second thread, so that PostgreSQL reads one batch
while the next is encoded. Values are cast to the types of the target columns, and a value that does not fit is an error, never cut.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import JSONField, Model
from numpy.typing import NDArray
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

from geo.releases.columns import Bytes, as_arrow, field_parts, jsonb

Column: TypeAlias = NDArray[np.generic] | np.ma.MaskedArray | pa.Array | pa.ChunkedArray | Sequence[object]

# Rows a batch: large enough that a batch costs little more than its bytes, small enough that ten wide ones fit the memory.
BATCH_ROWS = 131_072
# A batch ends earlier when its values are long (shapes), so that no batch reaches Arrow's 2 GB limit.
BATCH_BYTES = 64 << 20

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_EMPTY = pa.scalar(b"", pa.binary())

# What PostgreSQL calls a type -> the Arrow type that is encoded for it. Geometry columns take EWKB, jsonb what `jsonb` gives.
ARROW_TYPES: dict[str, pa.DataType] = {
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "text": pa.string(),
    "character varying": pa.string(),
    "date": pa.date32(),
    "bytea": pa.binary(),
    "jsonb": pa.binary(),
    "geometry": pa.binary(),
    "real[]": pa.list_(pa.float32()),
    "integer[]": pa.list_(pa.int32()),
}

_COLUMN_TYPES = """
SELECT attname, format_type(atttypid, NULL)
  FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
"""


def copy_rows(cursor: Any, table: str, arrays: Mapping[str, Column], *, schema: str = "public", is_new: bool = False) -> int:
    """COPY rows into schema.table and give their number; runs inside the caller's transaction.

    cursor: Django's or psycopg's. arrays: column name -> values, all of one length: NumPy arrays, masked arrays (masked = null),
    Arrow arrays, or lists with None. A NaN in a NumPy float array is null; text is str; bytes go to bytea and, as EWKB, to geometry.
    is_new: the table was created or truncated in this transaction, so rows are stored frozen (no later vacuum).
    Raises ValueError for an unknown column, unequal lengths or a value that does not fit its column; then nothing was sent.
    """
    name = sql.Identifier(schema, table)
    types = column_types(cursor, name)
    unknown = [column for column in arrays if column not in types]
    if unknown:
        raise ValueError(f"{schema}.{table} has no column {unknown[0]!r}; it has {', '.join(types)}")
    columns = [as_arrow(values, types[column], label=f"{schema}.{table}.{column}") for column, values in arrays.items()]
    rows = len(columns[0]) if columns else 0
    if any(len(column) != rows for column in columns):
        lengths = ", ".join(f"{column} {len(values)}" for column, values in zip(arrays, columns, strict=True))
        raise ValueError(f"{schema}.{table}: columns of unequal length: {lengths}")
    if rows:
        _send(cursor, name, list(arrays), columns, is_new=is_new)
    return rows


def copy_objects(cursor: Any, objects: Sequence[Model]) -> int:
    """COPY unsaved objects of one model and give their number; runs inside the caller's transaction.

    Each is given its key, the next of its table's, as saving them one by one would; what saving fills in besides is not. Raises ValueError
    as copy_rows; then nothing was sent, and no object has a key.
    """
    if not objects:
        return 0
    about = objects[0]._meta
    key = str(about.pk.column)
    columns: dict[str, Column] = {}
    for field in about.concrete_fields:
        values = [getattr(each, field.attname) for each in objects]
        columns[str(field.column)] = _json(values) if isinstance(field, JSONField) else values
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [about.db_table, key, len(objects)])
    columns[key] = [number for (number,) in cursor.fetchall()]
    rows = copy_rows(cursor, about.db_table, columns)
    for each, number in zip(objects, columns[key], strict=True):
        each.pk = number
    return rows


def _json(values: Sequence[object]) -> pa.Array:
    """Values for jsonb; None is no value."""
    return pc.if_else(pa.array([value is not None for value in values]), jsonb(values), pa.scalar(None, pa.binary()))


def encode(columns: Sequence[pa.Array]) -> Iterator[Bytes]:
    """The whole binary COPY stream of these columns, header and trailer included, in pieces."""
    yield _HEADER
    for start, stop in _batches(columns):
        yield encode_batch([column.slice(start, stop - start) for column in columns])
    yield _TRAILER


def encode_batch(columns: Sequence[pa.Array]) -> Bytes:
    """The rows of one batch in COPY's binary layout, without header and trailer."""
    count = np.full(len(columns[0]), len(columns), ">i2")
    parts = field_parts(columns, before=count)
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, _EMPTY, null_handling="replace", null_replacement=b"")
    offsets = np.frombuffer(joined.buffers()[1], np.int32)[joined.offset : joined.offset + len(joined) + 1]
    return memoryview(joined.buffers()[2])[int(offsets[0]) : int(offsets[-1])]


def _send(cursor: Any, name: sql.Identifier, names: list[str], columns: list[pa.Array], *, is_new: bool) -> None:
    """Stream the encoded rows; the writer's own thread waits for the server."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY{})").format(
        name, sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", FREEZE" if is_new else "")
    )
    raw = getattr(cursor, "cursor", cursor)
    errors = cursor.db.wrap_database_errors if raw is not cursor else nullcontext()
    with errors, raw.copy(statement, writer=QueuedLibpqWriter(raw)) as copy:
        for piece in encode(columns):
            copy.write(piece)


def _batches(columns: Sequence[pa.Array]) -> Iterator[tuple[int, int]]:
    """Row ranges of at most BATCH_ROWS rows and, on average, BATCH_BYTES bytes."""
    rows = len(columns[0])
    widest = max(1, sum(column.nbytes for column in columns) // max(rows, 1))
    step = max(1, min(BATCH_ROWS, BATCH_BYTES // widest))
    for start in range(0, rows, step):
        yield start, min(start + step, rows)


def column_types(cursor: Any, name: sql.Identifier) -> dict[str, pa.DataType]:
    """Column name -> Arrow type of the table's columns; columns of types that we never send are left out."""
    cursor.execute(_COLUMN_TYPES, [name.as_string(None)])
    rows = cursor.fetchall()
    known = ((column, ARROW_TYPES.get(kind.split("(")[0])) for column, kind in rows)
    return {column: kind for column, kind in known if kind is not None}
