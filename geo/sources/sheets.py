"""Workbooks (XLSX, XLS, ODS): one sheet to columns of text, the header found by its content."""

import io
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound, ZipError

from geo.sources.archives import MAXIMUM_BYTES, check_zip
from geo.sources.faults import Faults
from geo.sources.layouts import Layout
from geo.sources.reading import HEADER_WITHIN, RawTable, normalise_heading

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_FAILURES = (CalamineError, PasswordError, ZipError)


def open_workbook(path: Path, *, faults: Faults) -> CalamineWorkbook:
    """The workbook, after making sure that it unpacks to a bearable size. Raises SourceError not_a_table, truncated, archive_bomb."""
    content = path.read_bytes()
    if content[:4] == _ZIP:
        check_zip(content, faults=faults)
    elif content[:4] != _OLE:
        faults.fail("not_a_table", found=f"a file that begins with {content[:12]!r}", expected="a workbook (XLSX, XLS or ODS)")
    elif len(content) > MAXIMUM_BYTES:
        faults.fail("archive_bomb", found=f"{len(content)} bytes", expected=f"at most {MAXIMUM_BYTES} bytes")
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except _FAILURES as error:
        faults.fail("truncated", found=str(error), expected="a whole workbook")


def read_sheet(workbook: CalamineWorkbook, layout: Layout, *, faults: Faults) -> RawTable:
    """One sheet as columns of text. Numbers are written without a needless `.0`, dates as 2021-01-31, blanks as "".

    Wholly blank rows are left out; with `ends_at_blank` the first of them below the first data row ends the table.
    Raises SourceError not_a_table (no such sheet) or missing_column (no header found).
    """
    name = layout.sheet or workbook.sheet_names[0]
    try:
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except WorksheetNotFound:
        faults.fail("missing_column", column=name, found=f"the sheets {workbook.sheet_names}", expected=f"a sheet {name!r}")
    except _FAILURES as error:
        faults.fail("truncated", found=str(error), expected="a whole workbook")
    grid = [[as_text(cell) for cell in row] for row in cells]
    header = _find_header(grid, layout, faults)
    headings = tuple(grid[header - 1]) if header else tuple(str(n + 1) for n in range(len(grid[0]) if grid else 0))
    numbers, kept = [], []
    for number, row in enumerate(grid[header:], start=header + 1):
        if any(row):
            numbers.append(number)
            kept.append(row)
        elif layout.ends_at_blank and kept:
            break
    columns = tuple(pa.array([row[i] for row in kept], pa.string()) for i in range(len(headings)))
    preamble = "\n".join(" ".join(filter(None, row)) for row in grid[: max(header - 1, 0)])
    return RawTable(headings, columns, np.array(numbers, dtype=np.int64), header, preamble)


def as_text(cell: object) -> str:
    """A cell as it reads: whole numbers without `.0`, dates as ISO, blanks as the empty text."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, (date, datetime)) else str(cell)


def _find_header(grid: list[list[str]], layout: Layout, faults: Faults) -> int:
    """Number of the header's row: fixed, or the first with a given cell; 0 where the layout has none."""
    if isinstance(layout.header, int):
        return layout.header
    for number, row in enumerate(grid[:HEADER_WITHIN], start=1):
        if layout.header in map(normalise_heading, row):
            return number
    raise faults.error("missing_column", column=layout.header, found="no such row", expected=f"a header row with {layout.header!r}")
