"""Damaging copies of fixtures: one cell, heading or row at a time, at a place that is known, so that messages can be compared with it.

`open_copy` opens a file by its kind. Rows are numbered as a spreadsheet shows them (GeoJSON: features from 1). `save` writes the damaged
copy; `read_damaged` reads it with its own hash declared, so that the adapter itself must find the fault.
"""

import csv
import gzip
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.sources.codebook import CodeBook
from geo.sources.engine import read_source
from geo.sources.fetch import Located
from geo.sources.registry import Source
from geo.sources.tables import SourceTables
from tests.geo.sources.sheet_copy import SheetCopy


class CsvCopy:
    """A CSV fixture as a grid of cells, preamble and footer included; byte order mark, line ends and last line break are kept."""

    def __init__(self, content: bytes, *, header_row: int = 1, encoding: str = "utf-8") -> None:
        self.header_row, self.encoding = header_row, encoding
        self.bom = content.startswith(b"\xef\xbb\xbf")
        text = content.removeprefix(b"\xef\xbb\xbf").decode(encoding)
        self.line_end = "\r\n" if "\r\n" in text else "\n"
        self.ends = text.endswith("\n")
        self.grid = list(csv.reader(io.StringIO(text, newline="")))

    @property
    def headings(self) -> list[str]:
        return self.grid[self.header_row - 1] if self.header_row else [str(n + 1) for n in range(len(self.grid[0]))]

    def data_rows(self) -> list[int]:
        """Numbers of the rows that are as wide as the header and not blank."""
        width = len(self.headings)
        return [n for n, row in enumerate(self.grid, start=1) if n > self.header_row and len(row) == width and any(row)]

    def cell(self, row: int, heading: str) -> str:
        return self.grid[row - 1][self.headings.index(heading)]

    def set(self, row: int, heading: str, value: Any) -> None:
        self.grid[row - 1][self.headings.index(heading)] = "" if value is None else str(value)

    def rename(self, old: str, new: str) -> None:
        self.grid[self.header_row - 1] = [new if heading == old else heading for heading in self.headings]

    def repeat(self, row: int) -> int:
        """Put a copy of a row below it; gives the number of the copy."""
        self.grid.insert(row, list(self.grid[row - 1]))
        return row + 1

    def remove(self, row: int) -> None:
        del self.grid[row - 1]

    def content(self) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator=self.line_end)
        for row in self.grid:
            writer.writerow(row) if row else text.write(self.line_end)
        done = text.getvalue() if self.ends else text.getvalue().removesuffix(self.line_end)
        return (b"\xef\xbb\xbf" if self.bom else b"") + done.encode(self.encoding)


class ParquetCopy:
    """A Parquet fixture as columns of Python values; a column that is given a text where it held numbers becomes one of texts."""

    header_row = 1

    def __init__(self, content: bytes) -> None:
        table = pq.read_table(io.BytesIO(content))
        self.types = dict(zip(table.column_names, table.schema.types, strict=True))
        self.columns: dict[str, list[Any]] = {name: table[name].to_pylist() for name in table.column_names}

    @property
    def headings(self) -> list[str]:
        return list(self.columns)

    def data_rows(self) -> list[int]:
        return list(range(2, len(next(iter(self.columns.values()))) + 2))

    def cell(self, row: int, heading: str) -> Any:
        return self.columns[heading][row - 2]

    def set(self, row: int, heading: str, value: Any) -> None:
        if isinstance(value, str) and not _is_text(self.types[heading]):
            self.types[heading] = pa.string()
            self.columns[heading] = [None if old is None else str(old) for old in self.columns[heading]]
        self.columns[heading][row - 2] = value

    def rename(self, old: str, new: str) -> None:
        self.columns = {new if name == old else name: values for name, values in self.columns.items()}
        self.types[new] = self.types.pop(old)

    def repeat(self, row: int) -> int:
        for values in self.columns.values():
            values.insert(row - 1, values[row - 2])
        return row + 1

    def remove(self, row: int) -> None:
        for values in self.columns.values():
            del values[row - 2]

    def content(self) -> bytes:
        stream = io.BytesIO()
        pq.write_table(pa.table({name: pa.array(values, self.types[name]) for name, values in self.columns.items()}), stream)
        return stream.getvalue()


class GeoJsonCopy:
    """A feature collection; the geometry is the column `geometry`, to be set to None or a GeoJSON geometry."""

    header_row = 0

    def __init__(self, content: bytes) -> None:
        self.collection = json.loads(content)

    @property
    def features(self) -> list[dict[str, Any]]:
        return self.collection["features"]

    @property
    def headings(self) -> list[str]:
        return [*self.features[0]["properties"], "geometry"]

    def data_rows(self) -> list[int]:
        return list(range(1, len(self.features) + 1))

    def cell(self, row: int, heading: str) -> Any:
        feature = self.features[row - 1]
        return feature["geometry"] if heading == "geometry" else feature["properties"][heading]

    def set(self, row: int, heading: str, value: Any) -> None:
        feature = self.features[row - 1]
        if heading == "geometry":
            feature["geometry"] = value
        else:
            feature["properties"][heading] = value

    def rename(self, old: str, new: str) -> None:
        for feature in self.features:
            feature["properties"] = {new if name == old else name: value for name, value in feature["properties"].items()}

    def repeat(self, row: int) -> int:
        self.features.insert(row, json.loads(json.dumps(self.features[row - 1])))
        return row + 1

    def remove(self, row: int) -> None:
        del self.features[row - 1]

    def content(self) -> bytes:
        return json.dumps(self.collection).encode()


Copy = CsvCopy | ParquetCopy | GeoJsonCopy | SheetCopy


def unpacked(path: Path) -> bytes:
    """The content of a fixture without its gzip."""
    content = path.read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def open_copy(path: Path, *, header_row: int = 1, encoding: str = "utf-8", sheet: str = "") -> Copy:
    """A fixture to be damaged, by its kind. header_row: of a table with a preamble; 0 = it has none. sheet: of a workbook (the first)."""
    if path.suffix in (".xlsx", ".ods", ".xls"):
        return SheetCopy(path.read_bytes(), header_row=header_row, sheet=sheet)
    if ".geojson" in path.name:
        return GeoJsonCopy(unpacked(path))
    if path.suffix == ".parquet":
        return ParquetCopy(path.read_bytes())
    return CsvCopy(unpacked(path), header_row=header_row, encoding=encoding)


def save(content: bytes, *, like: Path, folder: Path) -> Path:
    """Write damaged content beside nothing else, gzip where the undamaged file is gzip."""
    path = folder / like.name
    path.write_bytes(gzip.compress(content, mtime=0) if like.name.endswith(".gz") else content)
    return path


def read_damaged(source: Source, path: Path, code_book: CodeBook | None = None) -> SourceTables:
    """Read a damaged copy whose declared hash is its own, as if its publisher had issued it so."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return read_source(replace(source, sha256=digest), Located(path, "mirror", digest), code_book=code_book)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)
