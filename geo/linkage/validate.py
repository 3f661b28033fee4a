"""Validation of an extract against its layout: what is not a table, lacks a column or mixes vintages is refused as a whole; a row that
cannot be used is rejected with its reason. Rows in = rows accepted + rows rejected.

Numbers of rows in messages count as if the file had a header, as everywhere in this house; `row` in files counts from 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import LinkageError, Place
from geo.linkage.engines import ROW, Engine, memory_table
from geo.linkage.files import attempt
from geo.linkage.layouts import Column, Layout
from geo.linkage.numbers import is_valid

FAULT = "fault"
# Days that stand for "none" and "invalid" in HES since 2021-22.
NO_DATES = (date(1800, 1, 1), date(1801, 1, 1))
EARLIEST = date(1880, 1, 1)
# The last LSOA of 2011; codes above it were made in 2021.
_LAST_2011 = "E01033768"
_LSOA = r"^[EW]01[0-9]{6}$"
_HEADER = 2
# So few rejected rows refuse no extract, however small it is.
_FEW = 20
REJECTED_SCHEMA = pa.schema([("fault", pa.int64()), ("column", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Fault:
    """A reason to reject a row. condition: an Ibis expression that is true where it has the fault."""

    reason: str
    column: str
    condition: Any


@dataclass(frozen=True)
class Validated:
    """What validation found. rejected: rows by `column: reason`."""

    rows: int
    accepted: int
    rejected: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What extracts are judged by. as_of: their last day, None where dates may lie anywhere. areas: known codes by vintage."""

    as_of: date | None = None
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)


def validate(engine: Engine, path: Path, layout: Layout, context: Context, out: Path) -> Validated:
    """Judge an extract and write its rejected rows (number, column and reason, never a value). Raises LinkageError for a wrong extract."""
    schema = check_columns(path, layout)
    table = read_extract(engine, path, layout, schema)
    _check_areas(engine, table, path, layout, context)
    faults = faults_of(table, layout, context)
    judged = with_fault(table, faults)
    counted = engine.fetch(judged.group_by(FAULT).agg(n=judged.count(), first=judged[ROW].min())).to_pylist()
    rows = sum(each["n"] for each in counted)
    found = {each[FAULT]: (each["n"], each["first"]) for each in counted if each[FAULT] is not None}
    rejected = sum(n for n, _ in found.values())
    if rejected > max(_FEW, layout.tolerance * rows):
        _refuse(path, layout, faults, found, rows)
    columns = {"fault": list(range(len(faults))), "column": [each.column for each in faults], "reason": [each.reason for each in faults]}
    named = memory_table(columns, REJECTED_SCHEMA)
    rows_out = judged.filter(judged[FAULT].notnull()).select(ROW, FAULT).inner_join(named, FAULT)
    engine.write(rows_out.select(ROW, "column", "reason"), out, order=(ROW,))
    by_reason = {f"{faults[number].column}: {faults[number].reason}": n for number, (n, _) in sorted(found.items())}
    return Validated(rows, rows - rejected, by_reason)


def check_columns(path: Path, layout: Layout) -> pa.Schema:
    """The columns of the file. Raises LinkageError where it is no whole table, or a declared column is absent or of another type."""
    schema: pa.Schema = attempt(path, lambda: pq.ParquetFile(path).schema_arrow)
    for column in layout.columns:
        if column.name not in schema.names:
            found = ", ".join(schema.names[:8]) + (" …" if len(schema.names) > 8 else "")
            raise LinkageError("missing_column", Place(path.name, column=column.name, found=found, expected=f"a column {column.name}"))
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


def faults_of(table: Any, layout: Layout, context: Context) -> list[Fault]:
    """Reasons to reject rows, in the order in which they are told."""
    return [fault for column in layout.columns for fault in _faults(table[column.name], column, context)]


def with_fault(table: Any, faults: list[Fault]) -> Any:
    """The table with the number of the first fault of each row; null where it has none."""
    if not faults:
        return table.mutate(**{FAULT: ibis.null("int64")})
    cases = [(each.condition, ibis.literal(number, "int64")) for number, each in enumerate(faults)]
    return table.mutate(**{FAULT: ibis.cases(*cases, else_=ibis.null("int64"))})


def accepted(table: Any, layout: Layout, context: Context) -> Any:
    """Rows without a fault."""
    judged = with_fault(table, faults_of(table, layout, context))
    return judged.filter(judged[FAULT].isnull()).drop(FAULT)


def _faults(value: Any, column: Column, context: Context) -> list[Fault]:
    found = []
    if column.mandatory:
        found.append(Fault("missing_value", column.name, value.isnull()))
    if column.codes:
        found.append(Fault("unknown_code", column.name, value.notnull() & ~value.isin((*column.codes, *column.unknown))))
    if column.valid:
        found.append(Fault("bad_number", column.name, value.notnull() & ~is_valid(value)))
    if column.type == "area":
        found.append(Fault("unknown_code", column.name, value.notnull() & ~_is_area(value, column)))
    if column.type == "date":
        bad = value < ibis.literal(EARLIEST)
        if column.no_dates:
            bad &= ~value.isin(NO_DATES)
        if context.as_of and not column.future:
            bad |= value > ibis.literal(context.as_of)
        found.append(Fault("bad_date", column.name, value.notnull() & bad))
    return found


def _is_area(value: Any, column: Column) -> Any:
    known = value.re_search(_LSOA)
    return known | value.isin(column.pseudo) if column.pseudo else known


def _check_areas(engine: Engine, table: Any, path: Path, layout: Layout, context: Context) -> None:
    """Raises LinkageError where codes of a column are known to another vintage only."""
    for column in layout.columns:
        if column.geography:
            codes = set(engine.fetch(table.select(column.name).distinct())[column.name].to_pylist()) - {None}
            foreign = _foreign(codes, column.geography, context.areas)
            if foreign:
                first = engine.fetch(table.filter(table[column.name].isin(sorted(foreign)[:1])).agg(first=table[ROW].min()))["first"][0].as_py()
                found = f"{len(foreign):,} of {len(codes):,} codes of another vintage, {min(foreign)} first"
                expected = f"codes of {column.geography} alone"
                raise LinkageError("mixed_vintages", Place(path.name, first + _HEADER, column.name, found, expected))


def _foreign(codes: set[str], geography: str, areas: Mapping[str, frozenset[str]]) -> set[str]:
    """Codes that other vintages know and this one does not; without lists of codes those of LSOAs made after 2011."""
    if geography in areas:
        others: frozenset[str] = reduce(frozenset.union, (known for name, known in areas.items() if name != geography), frozenset())
        return (codes & others) - areas[geography]
    return {code for code in codes if geography == "lsoa11" and code.startswith("E01") and code > _LAST_2011}


def _dated(engine: Engine, table: Any, name: str, path: Path) -> Any:
    """The table with a column of texts as dates."""
    texts = [text for text in engine.fetch(table.select(name).distinct())[name].to_pylist() if text is not None]
    days = {text: _day(text) for text in texts}
    wrong = sorted(text for text, day in days.items() if day is None)
    if wrong:
        first = engine.fetch(table.filter(table[name].isin(wrong)).agg(first=table[ROW].min()))["first"][0].as_py()
        found = engine.fetch(table.filter(table[ROW] == first).select(name))[name][0].as_py()
        raise LinkageError("bad_date", Place(path.name, first + _HEADER, name, repr(found), "a day of the calendar as YYYY-MM-DD"))
    schema = pa.schema([("text", pa.string()), ("day", pa.date32())])
    known = memory_table({"text": texts, "day": [days[text] for text in texts]}, schema)
    joined = table.left_join(known, table[name] == known["text"])
    return joined.mutate(**{name: joined["day"]}).drop("text", "day")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _refuse(path: Path, layout: Layout, faults: list[Fault], found: Mapping[int, tuple[int, int]], rows: int) -> None:
    number, (_, first) = max(found.items(), key=lambda each: (each[1][0], -each[0]))
    fault = faults[number]
    rejected = sum(n for n, _ in found.values())
    told = f"{found[number][0]:,} of {rows:,} rows with a {fault.reason.replace('_', ' ')} ({rejected:,} rejected in all)"
    expected = f"at most {layout.tolerance:.0%} of rows rejected"
    raise LinkageError(fault.reason, Place(path.name, first + _HEADER, fault.column, told, expected))


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
