"""Records of an extract: its declared columns, days as dates, and the rows that hold."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import LinkageError, Place
from geo.linkage.engines import ROW, Engine, memory_table
from geo.linkage.files import attempt
from geo.linkage.layouts import Layout

# Days that stand for "none" and "invalid" in HES since 2021-22.
NO_DATES = (date(1800, 1, 1), date(1801, 1, 1))
# Rows of messages count as if the file had a header.
HEADER = 2
# So many columns are named in a message, and so many characters told the shape of.
_NAMED, _SHAPE = 8, 20


def held_records(engine: Engine, path: Path, layout: Layout, rejected: Path) -> Any:
    """The rows of an extract that are not among the rejected ones, with `row`."""
    table = read_extract(engine, path, layout, check_columns(path, layout))
    return table.anti_join(engine.read(rejected), ROW)


def check_columns(path: Path, layout: Layout) -> pa.Schema:
    """The columns of the file. Raises LinkageError where it is no whole table, or a declared column is absent or of another type."""
    schema: pa.Schema = attempt(path, lambda: pq.ParquetFile(path).schema_arrow)
    for column in layout.columns:
        if column.name not in schema.names:
            place = Place(path.name, column=column.name, found=_told_columns(schema, layout), expected=f"a column {column.name}")
            raise LinkageError("missing_column", place)
        kind = schema.field(column.name).type
        if not _ACCEPTED[column.type](kind):
            expected = _EXPECTED.get(column.type, "text")
            raise LinkageError("wrong_type", Place(path.name, 1, column.name, found=str(kind), expected=expected))
    return schema


def read_extract(engine: Engine, path: Path, layout: Layout, schema: pa.Schema) -> Any:
    """The declared columns and `row`; days that are written as text become dates. Raises LinkageError for a text that is no day."""
    table = engine.read_numbered(path).select(ROW, *(each.name for each in layout.columns))
    for column in layout.columns:
        if column.type == "date" and _is_text(schema.field(column.name).type):
            table = _dated(engine, table, column.name, path)
    return table


def _dated(engine: Engine, table: Any, name: str, path: Path) -> Any:
    """The table with a column of texts as dates."""
    texts = [text for text in engine.fetch(table.select(name).distinct())[name].to_pylist() if text is not None]
    days = {text: _day(text) for text in texts}
    wrong = sorted(text for text, day in days.items() if day is None)
    if wrong:
        first = engine.fetch(table.filter(table[name].isin(wrong)).agg(first=table[ROW].min()))["first"][0].as_py()
        found = engine.fetch(table.filter(table[ROW] == first).select(name))[name][0].as_py()
        raise LinkageError("bad_date", Place(path.name, first + HEADER, name, shape_of(found), "a day of the calendar as YYYY-MM-DD"))
    schema = pa.schema([("text", pa.string()), ("day", pa.date32())])
    known = memory_table({"text": texts, "day": [days[text] for text in texts]}, schema)
    joined = table.left_join(known, table[name] == known["text"])
    return joined.mutate(**{name: joined["day"]}).drop("text", "day")


def shape_of(text: str) -> str:
    """How a text is written, and nothing of what it says: a digit as 0, a letter as a. A column of dates may hold anything, by mistake."""
    shape = "".join("0" if letter.isdigit() else "a" if letter.isalpha() else letter for letter in text[:_SHAPE])
    return f"a text like '{shape}'" + (f" of {len(text):,} characters" if len(text) > _SHAPE else "")


def _told_columns(schema: pa.Schema, layout: Layout) -> str:
    """The declared columns that there are, and how many others: in a file without a header the names of these are somebody's record."""
    declared = [each.name for each in layout.columns if each.name in schema.names]
    others = len(schema.names) - len(declared)
    named = ", ".join(declared[:_NAMED]) + (" …" if len(declared) > _NAMED else "") if declared else "none of its columns"
    return named + (f" and {others:,} that the layout does not have" if others else "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or (pa.types.is_dictionary(kind) and _is_text(kind.value_type))


def _is_day(kind: pa.DataType) -> bool:
    return pa.types.is_date32(kind) or _is_text(kind)


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


_ACCEPTED = {
    **dict.fromkeys(("text", "code", "nhs_number", "name", "postcode", "area"), _is_text),
    "date": _is_day,
    "timestamp": pa.types.is_timestamp,
    "integer": pa.types.is_integer,
    "number": _is_number,
}
_EXPECTED = {"date": "date", "timestamp": "timestamp", "integer": "whole numbers", "number": "numbers"}
