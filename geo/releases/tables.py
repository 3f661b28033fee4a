"""Rows out of PostgreSQL as Arrow tables, exactly as they stand there.

COPY writes them as CSV, Arrow reads them with the types of the query's columns: floats in their shortest exact form, null apart from
the empty text. A million rows take about a second, where fetching them one by one takes several.
"""

import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection
from psycopg import sql

from geo.releases.staging import SCHEMA

# PostgreSQL's type numbers -> Arrow types; numeric is read as float64. Anything else comes as text.
_TYPES = {
    16: pa.bool_(),
    21: pa.int16(),
    23: pa.int32(),
    20: pa.int64(),
    700: pa.float32(),
    701: pa.float64(),
    1700: pa.float64(),
    1082: pa.date32(),
}
_BYTEA = 17
_ARRAYS = {1021: pa.float32(), 1007: pa.int32()}


def read_staging(name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """The table staging.<name>, in the order of loading. columns: those wanted, in that order (default all)."""
    wanted = sql.SQL(", ").join(map(sql.Identifier, columns)) if columns else sql.SQL("*")
    return read_query(sql.SQL("SELECT {} FROM {}").format(wanted, sql.Identifier(SCHEMA, name)))


def read_query(query: sql.Composable | str, parameters: Sequence[object] = ()) -> pa.Table:
    """The rows of a query as an Arrow table. bytea comes as binary, real[] and integer[] as lists, unknown types as text."""
    with connection.cursor() as wrapper:
        cursor = wrapper.cursor
        text = query.as_string(cursor.connection) if isinstance(query, sql.Composable) else query
        cursor.execute(sql.SQL("SELECT * FROM ({}) AS q LIMIT 0").format(sql.SQL(text)), parameters or None)
        kinds = {column.name: column.type_code for column in cursor.description or ()}
        content = io.BytesIO()
        copy = sql.SQL("COPY ({}) TO STDOUT (FORMAT CSV)").format(sql.SQL(text))
        with cursor.copy(copy, parameters or None) as rows:
            for piece in rows:
                content.write(piece)
    return _parse(content, kinds)


def _parse(content: io.BytesIO, kinds: dict[str, int]) -> pa.Table:
    """CSV as COPY writes it: an unquoted empty field is null, a quoted one the empty text."""
    types = {name: _TYPES.get(kind, pa.string()) for name, kind in kinds.items()}
    if not content.tell():
        table = pa.schema(types.items()).empty_table()
    else:
        content.seek(0)
        table = pa.csv.read_csv(
            content,
            read_options=pa.csv.ReadOptions(column_names=list(kinds), block_size=8 << 20),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pa.csv.ConvertOptions(
                column_types=types, null_values=[""], true_values=["t"], false_values=["f"],
                strings_can_be_null=True, quoted_strings_can_be_null=False,
            ),
        )  # fmt: skip
    for i, (name, kind) in enumerate(kinds.items()):
        if kind == _BYTEA:
            table = table.set_column(i, name, pa.array([_bytes(v) for v in table[name].to_pylist()], pa.binary()))
        elif kind in _ARRAYS:
            table = table.set_column(i, name, _lists(table[name].combine_chunks(), _ARRAYS[kind]))
    return table


def _bytes(text: str | None) -> bytes | None:
    """bytea as COPY writes it: \\x and hexadecimal digits."""
    return None if text is None else bytes.fromhex(text[2:])


def _lists(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Arrays as COPY writes them: {1,2.5,NULL}."""
    parts = pc.split_pattern(pc.utf8_trim(texts, "{}"), ",")
    is_empty = pc.equal(texts, "{}").fill_null(False)
    elements = parts.flatten()
    values = pc.if_else(pc.is_in(elements, value_set=pa.array(["NULL", ""])), None, elements).cast(kind)
    lists = pa.ListArray.from_arrays(parts.offsets, values)
    return pc.if_else(texts.is_valid(), pc.if_else(is_empty, pa.scalar([], lists.type), lists), pa.scalar(None, lists.type))
