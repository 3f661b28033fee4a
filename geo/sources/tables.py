"""From a published file to checked, typed tables: what adapters are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from python_calamine import CalamineWorkbook

from geo.sources import checks
from geo.sources.casting import Cells, cast
from geo.sources.codebook import CodeBook
from geo.sources.faults import Faults
from geo.sources.geojson import read_geojson
from geo.sources.layouts import Drop, Layout
from geo.sources.reading import RawTable, read_csv, read_parquet
from geo.sources.sheets import open_workbook, read_sheet


@dataclass(frozen=True)
class SourceTables:
    """What one source gives: checked tables by name, how many rows were in the file, and how many were left out and why.

    codes: the codes that this source defines, by geography (for the code book). names: code by name, of boundaries with names.
    """

    slug: str
    rows_in: int
    tables: dict[str, pa.Table]
    rejected: dict[str, int]
    codes: dict[str, pa.Array] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedTable:
    """A table that fits its layout. rows: shape (n,), row numbers in the file. headings: field to heading as found.

    preamble: the text above the header.
    """

    table: pa.Table
    rows: NDArray[np.int64]
    rows_in: int
    rejected: dict[str, int]
    headings: dict[str, str]
    preamble: str = ""


@dataclass(frozen=True)
class SourceFile:
    """A located file with what is needed to read it; what an adapter gets.

    slug, file: as registered. rows: number of data rows of the registered edition, None = not stated.
    """

    slug: str
    file: str
    path: Path
    layout: Layout
    code_book: CodeBook
    rows: int | None = None
    is_registered_edition: bool = True

    @property
    def faults(self) -> Faults:
        """Where this file's faults are raised."""
        return Faults(self.file)

    @property
    def table_name(self) -> str:
        """Name of the source's main table: the slug with underscores."""
        return self.slug.replace("-", "_")

    @cached_property
    def workbook(self) -> CalamineWorkbook:
        """The file as a workbook, opened once."""
        return open_workbook(self.path, faults=self.faults)

    def read(self, layout: Layout | None = None) -> RawTable:
        """The columns as they stand in the file (of this sheet, for a workbook)."""
        layout = layout or self.layout
        if layout.format == "csv":
            return read_csv(self.path, layout, faults=self.faults)
        if layout.format == "parquet":
            return read_parquet(self.path, faults=self.faults)
        if layout.format == "sheet":
            return read_sheet(self.workbook, layout, faults=self.faults)
        return read_geojson(self.path, faults=self.faults)

    def check(self, raw: RawTable, layout: Layout | None = None) -> CheckedTable:
        """The typed table of these columns. Raises SourceError for the first fault of a kind that `checks` knows."""
        return check_table(raw, layout or self.layout, source=self)

    def table(self, layout: Layout | None = None) -> CheckedTable:
        """Read and check in one."""
        return self.check(self.read(layout), layout)

    def tables_of(self, checked: CheckedTable, table: pa.Table | None = None) -> SourceTables:
        """The answer of an adapter that makes one table; `table` is given where it was shaped after checking."""
        table = checked.table if table is None else table
        codes = {geography: pc.unique(checked.table[name].combine_chunks()) for geography, name in self.layout.defines.items()}
        names = names_of(checked.table, tuple(self.layout.defines)) if self.layout.format == "geojson" else {}
        return SourceTables(self.slug, checked.rows_in, {self.table_name: table}, checked.rejected, codes, names)


def names_of(table: pa.Table, geographies: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Code by name of a table of boundaries (columns code and name), for each geography that it defines."""
    pairs = dict(zip(table["name"].to_pylist(), table["code"].to_pylist(), strict=True))
    return dict.fromkeys(geographies, pairs)


def check_table(raw: RawTable, layout: Layout, *, source: SourceFile) -> CheckedTable:
    """Check columns against a layout: headings, preamble, rows left out, values, codes, key, number of rows."""
    faults = source.faults
    positions = checks.match_headings(raw, layout, faults=faults)
    checks.check_preamble(raw, layout, faults=faults)
    headings = {name: raw.headings[at] if raw.header_row else name for name, at in positions.items()}
    if layout.format == "geojson":
        headings = {name: raw.headings[at] for name, at in positions.items()}
    columns = {name: raw.columns[at] for name, at in positions.items()}
    rows_in = len(raw.rows)
    columns, rows, rejected = _drop_rows(columns, raw.rows, layout.drop)
    arrays: dict[str, pa.Array] = {}
    for name, values in columns.items():
        cells = Cells(layout.column(name), headings[name], values, rows, faults)
        arrays.update(_typed(cells, source.code_book if name not in layout.defines.values() else _without(source.code_book, layout)))
    checks.check_key(arrays, layout, rows=rows, headings=headings, faults=faults)
    checks.check_sums(arrays, layout, rows=rows, headings=headings, faults=faults)
    checks.check_rows(rows_in, expected=source.rows, is_registered_edition=source.is_registered_edition, faults=faults)
    table = _assemble(arrays, layout, len(rows))
    return CheckedTable(table, rows, rows_in, rejected, headings, raw.preamble)


def _without(code_book: CodeBook, layout: Layout) -> CodeBook:
    """The code book without what this layout defines itself: boundaries are not checked against themselves."""
    return CodeBook({g: code_book.codes(g) for g in code_book.geographies() if g not in layout.defines})


def _typed(cells: Cells, code_book: CodeBook) -> dict[str, pa.Array]:
    """One column's typed values (and its reasons), with codes checked."""
    if pa.types.is_binary(cells.values.type) and cells.column.type == "text":
        return {cells.column.field: cells.values}
    values, reasons = cast(cells)
    if pa.types.is_string(values.type):
        checks.check_codes(replace(cells, values=values), values, code_book)
    elif cells.column.expect:
        checks.check_codes(replace(cells, values=values), values.cast(pa.string()), code_book)
    typed = {cells.column.field: values}
    if reasons is not None:
        typed[cells.column.reason_field] = reasons
    return typed


def _drop_rows(
    columns: dict[str, pa.Array], rows: NDArray[np.int64], rules: tuple[Drop, ...]
) -> tuple[dict[str, pa.Array], NDArray[np.int64], dict[str, int]]:
    """Leave out the rows that a rule names, counting them by reason; the first rule that fits a row counts it."""
    if not rules:
        return columns, rows, {}
    keep = np.ones(len(rows), dtype=bool)
    rejected: dict[str, int] = {}
    for rule in (rule for rule in rules if rule.field in columns):
        hit = _matches(columns[rule.field], rule) & keep
        rejected[rule.reason] = rejected.get(rule.reason, 0) + int(hit.sum())
        keep &= ~hit
    if keep.all():
        return columns, rows, rejected
    mask = pa.array(keep)
    return {name: values.filter(mask) for name, values in columns.items()}, rows[keep], rejected


def _matches(values: pa.Array, rule: Drop) -> NDArray[np.bool_]:
    """Which rows a rule names. Blank = null or nothing but spaces."""
    text = pc.fill_null(pc.utf8_trim_whitespace(values.cast(pa.string())), "")
    blank = pc.equal(text, "").to_numpy(zero_copy_only=False)
    hit = blank & rule.blank | ~blank & rule.filled
    for start in rule.starts_with:
        hit |= pc.starts_with(text, start).to_numpy(zero_copy_only=False)
    if rule.equals:
        hit |= pc.is_in(text, value_set=pa.array(rule.equals, pa.string())).to_numpy(zero_copy_only=False)
    if rule.not_starts_with:
        other = ~blank
        for start in rule.not_starts_with:
            other &= ~pc.starts_with(text, start).to_numpy(zero_copy_only=False)
        hit |= other
    return hit


def _assemble(arrays: Mapping[str, pa.Array], layout: Layout, length: int) -> pa.Table:
    """The table in order of declaration: absent optional columns null, neighbours gathered into lists, unkept columns gone."""
    made: dict[str, pa.Array] = {}
    gathered: dict[str, list[pa.Array]] = {}
    for column in layout.columns:
        values = arrays.get(column.field)
        if values is None:
            values = pa.nulls(length, _NULL_TYPES[column.type])
        if column.into:
            gathered.setdefault(column.into, []).append(values)
            made.setdefault(column.into, values)
        elif column.keep:
            made[column.field] = values
        if column.reason_field and column.keep:
            made[column.reason_field] = arrays.get(column.reason_field, pa.nulls(length, pa.string()))
    for name, parts in gathered.items():
        made[name] = _gather(parts)
    return pa.table(made)


def _gather(parts: list[pa.Array]) -> pa.Array:
    """List column of n equal-length columns: int32 where all are whole numbers, else float32; null cells stay null."""
    kind = pa.int32() if all(pa.types.is_integer(part.type) for part in parts) else pa.float32()
    length, width = len(parts[0]), len(parts)
    grid = np.column_stack([pc.fill_null(part, 0).to_numpy(zero_copy_only=False) for part in parts]).astype(kind.to_pandas_dtype())
    missing = np.column_stack([pc.is_null(part).to_numpy(zero_copy_only=False) for part in parts])
    values = pa.array(grid.ravel(), kind, mask=missing.ravel() if missing.any() else None)
    return pa.ListArray.from_arrays(pa.array(np.arange(0, length * width + 1, width), pa.int32()), values)


_NULL_TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
