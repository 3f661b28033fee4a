"""Validation of an extract against its layout: what is not a table, lacks a column or mixes vintages is refused as a whole; a row that
cannot be used is rejected with its reason, and so are older versions of a record. Rows in = rows accepted + rows rejected.

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

from geo.errors import LinkageError, Place
from geo.linkage.engines import ROW, Engine, memory_table
from geo.linkage.layouts import Column, Layout
from geo.linkage.numbers import number_of
from geo.linkage.records import HEADER, NO_DATES, check_columns, read_extract
from geo.linkage.versions import SUPERSEDED, superseded

FAULT = "fault"
EARLIEST = date(1880, 1, 1)
# The last LSOA of 2011; codes above it were made in 2021.
_LAST_2011 = "E01033768"
_LSOA = r"^[EW]01[0-9]{6}$"
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
    """What validation found. rejected: rows by `column: reason`, and those that a later version supersedes. They add up to all rows."""

    rows: int
    accepted: int
    rejected: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What extracts are judged by. as_of: their last day, None where dates may lie anywhere. areas: known codes by vintage."""

    as_of: date | None = None
    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)


def validate(engine: Engine, path: Path, layout: Layout, context: Context, out: Path) -> Validated:
    """Judge an extract and write the rows that are left out: row, column and reason, never a value. Raises LinkageError for a wrong one.

    Versions of a record that a later one supersedes are left out as well, with that reason.
    """
    schema = check_columns(path, layout)
    table = read_extract(engine, path, layout, schema)
    _check_areas(engine, table, path, layout, context)
    faults = faults_of(table, layout, context)
    judged = with_fault(table, faults)
    counted = engine.fetch(judged.group_by(FAULT).agg(n=judged.count(), first=judged[ROW].min())).to_pylist()
    rows = sum(each["n"] for each in counted)
    if not rows:
        raise LinkageError("no_rows", Place(path.name, found="no rows", expected="at least one record, or no such file"))
    found = {each[FAULT]: (each["n"], each["first"]) for each in counted if each[FAULT] is not None}
    rejected = sum(n for n, _ in found.values())
    if rejected > max(_FEW, layout.tolerance * rows):
        _refuse(path, layout, faults, found, rows)
    usable = judged.filter(judged[FAULT].isnull()) if found else table
    left_out = superseded(usable, layout)
    if found:
        left_out = left_out.union(_named(judged, faults))
    engine.write(left_out, out, order=(ROW,))
    by_reason = {f"{faults[number].column}: {faults[number].reason}": n for number, (n, _) in sorted(found.items())}
    older = engine.fetch(engine.read(out).agg(n=ibis._.count()))["n"][0].as_py() - rejected
    return Validated(rows, rows - rejected - older, by_reason | ({SUPERSEDED: older} if older else {}))


def faults_of(table: Any, layout: Layout, context: Context) -> list[Fault]:
    """Reasons to reject rows, in the order in which they are told."""
    return [fault for column in layout.columns for fault in _faults(table[column.name], column, context)]


def with_fault(table: Any, faults: list[Fault]) -> Any:
    """The table with the number of the first fault of each row; null where it has none."""
    if not faults:
        return table.mutate(**{FAULT: ibis.null("int64")})
    cases = [(each.condition, ibis.literal(number, "int64")) for number, each in enumerate(faults)]
    return table.mutate(**{FAULT: ibis.cases(*cases, else_=ibis.null("int64"))})


def _named(judged: Any, faults: list[Fault]) -> Any:
    """Row, column and reason of the rows with a fault."""
    columns = {FAULT: list(range(len(faults))), "column": [each.column for each in faults], "reason": [each.reason for each in faults]}
    joined = judged.filter(judged[FAULT].notnull()).select(ROW, FAULT).inner_join(memory_table(columns, REJECTED_SCHEMA), FAULT)
    return joined.select(ROW, "column", "reason")


def _faults(value: Any, column: Column, context: Context) -> list[Fault]:
    found = []
    if column.mandatory:
        found.append(Fault("missing_value", column.name, value.isnull()))
    if column.codes:
        found.append(Fault("unknown_code", column.name, value.notnull() & ~value.isin((*column.codes, *column.unknown))))
    if column.valid:
        found.append(Fault("bad_number", column.name, value.notnull() & number_of(value).isnull()))
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
                first = engine.fetch(table.filter(table[column.name].isin(sorted(foreign)[:1])).agg(first=table[ROW].min()))["first"][
                    0
                ].as_py()
                found = f"{len(foreign):,} of {len(codes):,} codes of another vintage, {min(foreign)} first"
                expected = f"codes of {column.geography} alone"
                raise LinkageError("mixed_vintages", Place(path.name, first + HEADER, column.name, found, expected))


def _foreign(codes: set[str], geography: str, areas: Mapping[str, frozenset[str]]) -> set[str]:
    """Codes that other vintages know and this one does not; without lists of codes those of LSOAs made after 2011."""
    if geography in areas:
        others: frozenset[str] = reduce(frozenset.union, (known for name, known in areas.items() if name != geography), frozenset())
        return (codes & others) - areas[geography]
    return {code for code in codes if geography == "lsoa11" and code.startswith("E01") and code > _LAST_2011}


def _refuse(path: Path, layout: Layout, faults: list[Fault], found: Mapping[int, tuple[int, int]], rows: int) -> None:
    number, (_, first) = max(found.items(), key=lambda each: (each[1][0], -each[0]))
    fault = faults[number]
    rejected = sum(n for n, _ in found.values())
    told = f"{found[number][0]:,} of {rows:,} rows with a {fault.reason.replace('_', ' ')} ({rejected:,} rejected in all)"
    expected = f"at most {layout.tolerance:.0%} of rows rejected"
    raise LinkageError(fault.reason, Place(path.name, first + HEADER, fault.column, told, expected))
