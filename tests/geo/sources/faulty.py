"""One damage of each kind for any layout: where to hurt a fixture and what the message must then say.

`damages(source)` lists the kinds that a source's layout can suffer; `inflict(kind, …)` damages a copy and gives the fault expected.
"""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.sources.layouts import Column, Layout, layout
from geo.sources.reading import normalise_heading
from geo.sources.registry import Source
from tests.geo.sources.damage import Copy, CsvCopy, ParquetCopy, open_copy, save
from tests.geo.sources.sheet_copy import SheetCopy, zip_bomb

# A stranger's name in place of a heading: nothing published is called so.
_STRANGE = "Quux"
_NUMBER_TYPES = ("integer", "number")


@dataclass(frozen=True)
class Expected:
    """What the message must say: fault, row, column (as headed in the file, normalised), and a part of what was found."""

    fault: str
    row: int
    column: str = ""
    found: str = ""


@dataclass(frozen=True)
class Patient:
    """A fixture opened for damage, with its layout, and the first data row that is not left out."""

    copy: Copy
    form: Layout
    source: Source
    path: Path
    folder: Path

    def heading(self, column: Column) -> str:
        """The heading of a column as it stands in the file."""
        wanted = {normalise_heading(heading) for heading in column.headings}
        return next(heading for heading in self.copy.headings if normalise_heading(heading) in wanted)

    def row(self) -> int:
        """The last data row that no drop rule names (the last: what is wrong there is found only by looking at all)."""
        return next(row for row in reversed(self.copy.data_rows()) if not self._is_dropped(row))

    def save(self) -> Path:
        return save(self.copy.content(), like=self.path, folder=self.folder)

    def _is_dropped(self, row: int) -> bool:
        return any(_names(rule, str(self.copy.cell(row, self.heading(self.form.column(rule.field))) or "")) for rule in self.form.drop)


def _names(rule: Any, value: str) -> bool:
    if not value:
        return rule.blank
    starts = value.startswith(rule.starts_with) if rule.starts_with else False
    other = not value.startswith(rule.not_starts_with) if rule.not_starts_with else False
    return starts or other or value in rule.equals or rule.filled


def damages(source: Source) -> list[str]:
    """The kinds of damage that this source's layout can suffer, in a fixed order."""
    form = layout(source.layout)
    kinds = [kind for kind, pick in _PICKS.items() if pick(form) is not None]
    kinds += ["missing_column", "truncated", "cut", "not_a_table"]
    if form.key:
        kinds.append("duplicated_code")
    if form.format != "parquet":
        kinds.append("archive_bomb")
    if _other_vintage(form):
        kinds.append("wrong_vintage")
    return kinds


def inflict(kind: str, source: Source, *, fixtures: Path, folder: Path) -> tuple[Path, Expected]:
    """A damaged copy of the source's fixture in `folder`, and the fault that reading it must raise."""
    form = layout(source.layout)
    path = fixtures / source.file
    patient = Patient(
        open_copy(path, header_row=_header_row(path, form), encoding=form.encoding, sheet=form.sheet), form, source, path, folder
    )
    return _INFLICT[kind](patient)


def _header_row(path: Path, form: Layout) -> int:
    if isinstance(form.header, int):
        return form.header
    grid = open_copy(path, sheet=form.sheet).grid
    return next(n for n, row in enumerate(grid, start=1) if form.header in [normalise_heading(cell) for cell in row])


def _number_column(form: Layout) -> Column | None:
    return next((column for column in reversed(form.columns) if column.type in _NUMBER_TYPES), None)


def _bounded_column(form: Layout) -> Column | None:
    return next((c for c in reversed(form.columns) if c.one_of or (c.type in _NUMBER_TYPES and c.minimum is not None)), None)


def _code_column(form: Layout) -> Column | None:
    return next((c for c in form.columns if c.type == "code" and (c.geography or c.shape)), None)


def _needed_column(form: Layout) -> Column | None:
    return next((c for c in form.columns if not c.nullable and c.field not in {rule.field for rule in form.drop}), None)


_PICKS: dict[str, Callable[[Layout], Column | None]] = {
    "not_a_number": _number_column,
    "impossible_value": _bounded_column,
    "unknown_code": _code_column,
    "missing_value": _needed_column,
}


def _hurt_cell(patient: Patient, column: Column | None, fault: str, value: Any) -> tuple[Path, Expected]:
    assert column is not None
    row, heading = patient.row(), patient.heading(column)
    patient.copy.set(row, heading, value)
    found = "a blank cell" if value is None else f"{value}"
    return patient.save(), Expected(fault, row, heading, found)


def _not_a_number(patient: Patient) -> tuple[Path, Expected]:
    return _hurt_cell(patient, _number_column(patient.form), "not_a_number", "12%")


def _impossible(patient: Patient) -> tuple[Path, Expected]:
    column = _bounded_column(patient.form)
    assert column is not None
    if column.one_of:
        return _hurt_cell(patient, column, "impossible_value", _STRANGE)
    assert column.minimum is not None
    return _hurt_cell(patient, column, "impossible_value", int(column.minimum) - 7)


def _unknown_code(patient: Patient) -> tuple[Path, Expected]:
    return _hurt_cell(patient, _code_column(patient.form), "unknown_code", "E0!999999")


def _missing_value(patient: Patient) -> tuple[Path, Expected]:
    return _hurt_cell(patient, _needed_column(patient.form), "missing_value", None)


def _missing_column(patient: Patient) -> tuple[Path, Expected]:
    heading = patient.heading(next(c for c in reversed(patient.form.columns) if c.required and c.field != "geometry"))
    patient.copy.rename(heading, _STRANGE)
    return patient.save(), Expected("missing_column", patient.copy.header_row, heading, _STRANGE)


def _duplicated(patient: Patient) -> tuple[Path, Expected]:
    row = patient.row()
    key = [patient.heading(patient.form.column(name)) for name in patient.form.key]
    second = patient.copy.repeat(row)
    return patient.save(), Expected("duplicated_code", second, " / ".join(key), " / ".join(str(patient.copy.cell(row, h)) for h in key))


def _fewer_rows(patient: Patient) -> tuple[Path, Expected]:
    rows = patient.copy.data_rows()
    patient.copy.remove(rows[-1])
    if len(rows) == 1:
        return patient.save(), Expected("truncated", 0, "", "")
    return patient.save(), Expected("truncated", 0, "", f"{len(rows) - 1} data rows")


def _cut(patient: Patient) -> tuple[Path, Expected]:
    """The file broken off: a gzip file in its middle, a plain one within its last row."""
    content = patient.path.read_bytes()
    path = patient.folder / patient.path.name
    is_packed = path.name.endswith(".gz")
    path.write_bytes(content[: len(content) // 2] if is_packed else content[:-3])
    row = content.count(b"\n") if isinstance(patient.copy, CsvCopy) and not is_packed else 0
    return path, Expected("truncated", row)


def _not_a_table(patient: Patient) -> tuple[Path, Expected]:
    page = b"<!DOCTYPE html>\n<html><body>The page you wanted has moved.</body></html>\n"
    row = 0 if isinstance(patient.copy, (ParquetCopy, SheetCopy)) else 1
    return save(page, like=patient.path, folder=patient.folder), Expected("not_a_table", row, "", "<!DOCTYPE")


def _bomb(patient: Patient) -> tuple[Path, Expected]:
    """Twenty megabytes of blanks in a few kilobytes; a plain file's name does not save it from being looked into."""
    path = patient.folder / patient.path.name
    blanks = b" " * 20_000_000
    path.write_bytes(zip_bomb(blanks) if isinstance(patient.copy, SheetCopy) else gzip.compress(blanks, mtime=0))
    return path, Expected("archive_bomb", 0, "", "that unpack to over")


def _other_vintage(form: Layout) -> Column | None:
    """A column whose heading or declared value names a year."""
    dated = next((column for column in form.columns if column.expect), None)
    return dated or next((c for c in form.columns if c.required and c.headings and re.search(r"\d\d", c.headings[0])), None)


def _wrong_vintage(patient: Patient) -> tuple[Path, Expected]:
    column = _other_vintage(patient.form)
    assert column is not None
    heading = patient.heading(column)
    if column.expect:
        row = patient.row()
        patient.copy.set(row, heading, "1999-01-01" if column.type == "date" else "1999")
        return patient.save(), Expected("wrong_vintage", row, heading, "1999")
    other = re.sub(r"\d\d(?!\d)", "07", heading, count=1)
    patient.copy.rename(heading, other)
    return patient.save(), Expected("wrong_vintage", patient.copy.header_row, heading, other)


_INFLICT: dict[str, Callable[[Patient], tuple[Path, Expected]]] = {
    "not_a_number": _not_a_number,
    "impossible_value": _impossible,
    "unknown_code": _unknown_code,
    "missing_value": _missing_value,
    "missing_column": _missing_column,
    "duplicated_code": _duplicated,
    "truncated": _fewer_rows,
    "cut": _cut,
    "not_a_table": _not_a_table,
    "archive_bomb": _bomb,
    "wrong_vintage": _wrong_vintage,
}
