"""Damaging one sheet of a workbook that the fixture makers wrote: read whole, changed, written again in its own kind."""

import io
import zipfile
from typing import Any

from python_calamine import CalamineWorkbook

from geo.sources.sheets import as_text
from tests.geo.sources.fixture_maker.workbooks import ods_bytes, xlsx_bytes


class SheetCopy:
    """One sheet as a grid of texts (numbers as they are written back); the other sheets stay as they are."""

    def __init__(self, content: bytes, *, header_row: int = 1, sheet: str = "") -> None:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        self.is_ods = b"opendocument" in content[:200]
        self.sheets = {name: [list(row) for row in _cells(workbook, name)] for name in workbook.sheet_names}
        self.sheet, self.header_row = sheet or workbook.sheet_names[0], header_row

    @property
    def grid(self) -> list[list[str]]:
        return [[as_text(cell) for cell in row] for row in self.sheets[self.sheet]]

    @property
    def headings(self) -> list[str]:
        return self.grid[self.header_row - 1]

    def data_rows(self) -> list[int]:
        """Numbers of the rows below the header that are not blank."""
        return [n for n, row in enumerate(self.grid, start=1) if n > self.header_row and any(row)]

    def cell(self, row: int, heading: str) -> str:
        return self.grid[row - 1][self.headings.index(heading)]

    def set(self, row: int, heading: str, value: Any) -> None:
        self.sheets[self.sheet][row - 1][self.headings.index(heading)] = "" if value is None else value

    def rename(self, old: str, new: str) -> None:
        cells = self.sheets[self.sheet]
        cells[self.header_row - 1] = [new if heading == old else heading for heading in self.headings]

    def repeat(self, row: int) -> int:
        """Put a copy of a row below it; gives the number of the copy."""
        cells = self.sheets[self.sheet]
        cells.insert(row, list(cells[row - 1]))
        return row + 1

    def remove(self, row: int) -> None:
        del self.sheets[self.sheet][row - 1]

    def content(self) -> bytes:
        return ods_bytes(self.sheets) if self.is_ods else xlsx_bytes(self.sheets)


def zip_bomb(content: bytes) -> bytes:
    """A workbook's zip with one part of this content, which shrinks to almost nothing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return stream.getvalue()


def _cells(workbook: CalamineWorkbook, name: str) -> list[list[Any]]:
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
