"""Makes the fixtures of the families primary_care, outcomes, travel and sites: python -m tests.geo.sources.fixture_maker.services

Headings are those of the published files (headings_services.yaml), of a site's own file the first that its layout knows. Each fixture
states what matters of its rows (`rows_*.py`); every other cell is filled with a made-up value that its layout allows.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from geo.sources.layouts import Column, Layout, layout
from geo.sources.reading import normalise_heading
from geo.sources.registry import load_registry
from tests.geo.sources.fixture_maker.books import make_workbooks
from tests.geo.sources.fixture_maker.rows_outcomes import OUTCOMES
from tests.geo.sources.fixture_maker.rows_places import PLACES
from tests.geo.sources.fixture_maker.rows_primary_care import PRIMARY_CARE
from tests.geo.sources.fixture_maker.rows_world import Row
from tests.geo.sources.fixture_maker.writing import csv_bytes, parquet_bytes, record, write

HEADINGS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headings_services.yaml").read_text(encoding="utf-8"))
_BOM = ("icb_allocations", "nhs_payments", "qof_achievement", "pennine_lancashire_original")
_CRLF = ("gp_reg_pat_prac", "qof_achievement", "cervical")
ROWS = {**PRIMARY_CARE, **OUTCOMES, **PLACES}
_FIRST_DAY = date(2001, 4, 1)


def make_tables() -> dict[str, int]:
    """All CSV and Parquet fixtures of these families."""
    rows: dict[str, int] = {}
    for slug, source in load_registry().items():
        if slug not in ROWS:
            continue
        form = layout(source.layout)
        headings = HEADINGS.get(source.file) or [next(iter(column.headings), column.field) for column in form.columns]
        grid = [[_cell(form, heading, n, row) for heading in headings] for n, row in enumerate(ROWS[slug], start=1)]
        if source.file.endswith(".parquet"):
            write(source.file, _parquet(form, headings, grid))
        else:
            write(source.file, _csv(source.file, form, headings, grid))
        rows[source.file] = len(grid)
    return rows


def _csv(file: str, form: Layout, headings: Sequence[str], grid: Sequence[Sequence[Any]]) -> bytes:
    return csv_bytes(
        None if form.header == 0 else headings,
        grid,
        bom=any(part in file for part in _BOM),
        line_end="\r\n" if any(part in file for part in _CRLF) else "\n",
        encoding=form.encoding,
    )


def _parquet(form: Layout, headings: Sequence[str], grid: Sequence[Sequence[Any]]) -> bytes:
    kinds = {"integer": pa.int64(), "number": pa.float64(), "date": pa.timestamp("us")}
    arrays = {}
    for at, heading in enumerate(headings):
        column = _column(form, heading)
        kind = kinds.get(column.type, pa.string()) if column else pa.string()
        cells = [None if row[at] == "" else row[at] for row in grid]
        if kind == pa.timestamp("us"):
            cells = [None if cell is None else datetime.fromisoformat(cell) for cell in cells]
        arrays[heading] = pa.array(cells, kind)
    content = parquet_bytes(pa.table(arrays))
    assert pq.read_schema(io.BytesIO(content)).names == list(headings)
    return content


def _column(form: Layout, heading: str) -> Column | None:
    """The column of a heading; for a table without a header, of a field."""
    for column in form.columns:
        if heading == column.field and not column.headings:
            return column
        if normalise_heading(heading) in map(normalise_heading, column.headings):
            return column
    return None


def _cell(form: Layout, heading: str, number: int, row: Row) -> Any:
    """What the row says of this field, or a made-up value that the layout allows; 0 in a column that is not read."""
    column = _column(form, heading)
    if column is None:
        return 0
    if column.field in row:
        return row[column.field]
    if column.expect or column.one_of:
        choices = column.expect or column.one_of
        return choices[(number - 1) % len(choices)]
    return _filler(column, number)


def _filler(column: Column, number: int) -> Any:
    if column.type == "date":
        return _FIRST_DAY.replace(year=_FIRST_DAY.year + number).strftime(column.date_format)
    if column.type == "boolean":
        return ("Yes", "No")[number % 2]
    if column.type in ("integer", "number"):
        low = column.minimum or 0
        room = min((column.maximum or 1000) - low, 90)
        value = low + room * ((number * 7) % 10 + 1) / 12
        return int(value) if column.type == "integer" else round(value, 4)
    return f"{column.field.replace('_', ' ').title()} {number}"


if __name__ == "__main__":
    record(make_tables() | make_workbooks())
