"""Polygons of a GeoPackage, read from memory by SQLite itself: nothing in the file is run, and it cannot hold anybody up.

The schema of a stranger's database may hold views and triggers. Only plain tables are read, an authoriser lets nothing but reading
through, and after a second the read is stopped. Source: OGC GeoPackage 1.3, 2.1 (geometry binary) and its table definitions.
"""

import sqlite3
import struct
import time
from collections.abc import Iterator

import numpy as np

from geo.planning.shapes import Outlines, Points, invalid, read_ring, refuse_many

SQLITE = b"SQLite format 3\0"
_SECONDS = 1.0
# Instructions of SQLite's machine between two looks at the clock.
_LOOK_AFTER = 20_000
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_POLYGON, _MULTIPOLYGON = 3, 6
_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
_LAYERS = """
    SELECT c.table_name, g.column_name, g.srs_id, s.organization, s.organization_coordsys_id
    FROM gpkg_contents AS c
    INNER JOIN gpkg_geometry_columns AS g ON g.table_name = c.table_name
    LEFT JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id
    INNER JOIN sqlite_master AS m ON m.name = c.table_name AND m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
    WHERE c.data_type = 'features'
    ORDER BY c.table_name
    LIMIT 100
"""


def read_geopackage(content: bytes, layer: str | None) -> tuple[Outlines, int | None]:
    """Rings of the polygons of one layer, and the EPSG number that it declares, None where it does not.

    layer: needed where there are several. Raises InvalidShape with the layer and row at fault.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        _guard(connection)
        table, column, system = _choose(connection, layer)
        outlines = Outlines()
        for number, blob in enumerate(_blobs(connection, table, column), start=1):
            _add(blob, f"{table}, row {number}", outlines)
        return outlines, system
    except sqlite3.Error as error:
        found = "it takes longer than a second to read" if "interrupted" in str(error) else str(error)[:80]
        raise invalid("The GeoPackage cannot be read.", "file", found, "a whole GeoPackage with plain tables") from error
    finally:
        connection.close()


def _guard(connection: sqlite3.Connection) -> None:
    """Reading alone, of plain tables, for a second."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 20_000_000)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_authorizer(_allow)
    ends = time.monotonic() + _SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > ends), _LOOK_AFTER)


def _allow(action: int, _: str | None, name: str | None, *__: object) -> int:
    """Whether SQLite may do something: read, and compare texts, which the look for layers does."""
    is_comparing = action == sqlite3.SQLITE_FUNCTION and name == "like"
    return sqlite3.SQLITE_OK if action in _READING or is_comparing else sqlite3.SQLITE_DENY


def _choose(connection: sqlite3.Connection, layer: str | None) -> tuple[str, str, int | None]:
    """Table, geometry column and EPSG number of the layer."""
    rows = connection.execute(_LAYERS).fetchall()
    names = [str(row[0]) for row in rows]
    if layer is not None:
        rows = [row for row in rows if row[0] == layer]
    if len(rows) != 1:
        message = "Say which layer is meant." if len(rows) > 1 else "The GeoPackage has no such layer of features."
        raise invalid(
            message, "layer", layer or f"{len(rows)} layers", f"one of {', '.join(names[:10])}" if names else "a table of features"
        )
    table, column, number, organisation, code = rows[0]
    is_known = number not in (0, -1) and str(organisation).upper() == "EPSG" and isinstance(code, int)
    return str(table), str(column), int(code) if is_known else None


def _blobs(connection: sqlite3.Connection, table: str, column: str) -> Iterator[bytes]:
    """Geometries of a table. Both names come from the file, so they are quoted as SQLite has it; a fault in them is told as one."""
    column, table = ('"' + name.replace('"', '""') + '"' for name in (column, table))
    for (blob,) in connection.execute(" ".join(("SELECT", column, "FROM", table))):
        if isinstance(blob, bytes):
            yield blob


def _add(blob: bytes, place: str, outlines: Outlines) -> None:
    """The polygons of one geometry."""
    if len(blob) < 8 or blob[:2] != b"GP":
        raise invalid("This is no geometry of a GeoPackage.", place, repr(blob[:8]), "a geometry that begins with GP")
    start = 8 + _ENVELOPES.get(blob[3] >> 1 & 7, len(blob))
    if blob[3] >> 4 & 1:
        return
    reader = _Binary(blob, start, place, outlines.told)
    try:
        polygons = reader.polygons()
    except (struct.error, ValueError) as error:
        raise invalid("The geometry ends too early.", place, str(error)[:60], "a whole geometry") from error
    if polygons is None:
        outlines.left_out.append(f"a geometry of type {reader.kind} at {place}")
        return
    outlines.polygons += polygons
    outlines.places += [place] * len(polygons)
    refuse_many(outlines, place)


class _Binary:
    """Well-known binary of polygons, read from a position on."""

    def __init__(self, content: bytes, at: int, place: str, told: dict[str, None]) -> None:
        self._content, self._at, self._place, self._told = content, at, place, told
        self.kind = 0
        self._width = 2
        self._order = "<"

    def polygons(self) -> list[list[Points]] | None:
        """The polygons, None where this is something else."""
        self._head()
        if self.kind == _POLYGON:
            return [rings] if (rings := self._rings()) else []
        if self.kind != _MULTIPOLYGON:
            return None
        found = []
        for _ in range(self._number()):
            self._head()
            if self.kind != _POLYGON:
                raise invalid("A part of the geometry is no polygon.", self._place, f"type {self.kind}", "polygons")
            if rings := self._rings():
                found.append(rings)
        return found

    def _head(self) -> None:
        """Byte order, kind, and how many numbers a corner has."""
        self._order = "<" if self._content[self._at : self._at + 1] == b"\x01" else ">"
        self._at += 1
        code = self._number()
        flags, code = code >> 28, code & 0x0FFFFFFF
        self.kind, more = code % 1000, code // 1000
        self._width = 2 + (1 if more in (1, 2) or flags in (8, 4) else 2 if more == 3 or flags == 12 else 0)

    def _number(self) -> int:
        (found,) = struct.unpack_from(f"{self._order}I", self._content, self._at)
        self._at += 4
        return int(found)

    def _rings(self) -> list[Points]:
        found = []
        for at in range(self._number()):
            size = self._number()
            numbers = np.frombuffer(self._content, dtype=f"{self._order}f8", count=size * self._width, offset=self._at)
            self._at += numbers.nbytes
            found.append(read_ring(numbers.reshape(-1, self._width).astype(np.float64), f"{self._place}, ring {at + 1}", self._told))
        return found
