"""Shapes in files that somebody sends: GeoJSON, KML, GeoPackage and zipped shapefiles, read without trusting a byte of them.

Four small readers of our own instead of GDAL: they read polygons and nothing else, follow no reference to anything outside the file, and
unpack nothing to disk. What a file is, its first bytes say and not its name. Reference systems are taken from a closed list.
"""

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR, WGS84
from geo.planning.geopackages import SQLITE, read_geopackage
from geo.planning.kml import read_kml
from geo.planning.shapes import CheckedShape, Outlines, check_outlines, gather_geojson, invalid, read_ring, refuse_many

LARGEST_FILE = 10_000_000
# Reference systems that are read: degrees (WGS 84, ETRS89), the national grid, web maps, and UTM zones 30 and 31.
KNOWN = (WGS84, 4258, BRITISH_NATIONAL_GRID, WEB_MERCATOR, 32630, 32631, 25830, 25831)
SYSTEMS = tuple(f"EPSG:{number}" for number in KNOWN)
FORMATS = ("GeoJSON", "GeoPackage", "zipped Shapefile", "KML")
# What a zip may hold, unpacked: a shapefile of as many corners as are read has a tenth of this.
_LARGEST_UNPACKED, _MOST_ENTRIES, _LARGEST_PRJ = 20_000_000, 100, 20_000
_NAMED = re.compile(r"EPSG:{1,2}(\d{4,5})$", re.IGNORECASE)
_SHAPEFILE = 9994
_POLYGONS = (5, 15, 25)


@dataclass(frozen=True)
class _Read:
    """Rings of a file, and the reference system that it declares (EPSG number), None where it does not."""

    outlines: Outlines
    crs: int | None


def check_file(content: bytes, *, crs: str | None = None, layer: str | None = None) -> CheckedShape:
    """The polygons of a file together. crs: `EPSG:27700` and the like, for files that do not say; layer: of a GeoPackage with several.

    Raises InvalidShape, naming where in the file the fault stands, what was found and what is expected.
    """
    if len(content) > LARGEST_FILE:
        raise invalid("The file is too large.", "file", f"{len(content):,} bytes", f"at most {LARGEST_FILE:,}")
    given = None if not crs else read_system(crs, "crs")
    found = _reader(content)(content, layer)
    if found.crs is not None and given is not None and found.crs != given:
        raise invalid("The file says another reference system than was sent with it.", "crs", f"EPSG:{given}", f"EPSG:{found.crs}")
    system = found.crs or given
    if system is None:
        message = "The file does not say in which reference system its coordinates are. Please say it."
        raise invalid(message, "crs", "nothing", f"one of {', '.join(SYSTEMS)}")
    return check_outlines(found.outlines, crs=system, place="file")


def read_system(text: str, place: str) -> int:
    """The EPSG number of a reference system that is read. Raises InvalidShape, listing them."""
    match = _NAMED.search(text.strip())
    number = int(match[1]) if match else WGS84 if text.strip().endswith("CRS84") else 0
    if number not in KNOWN:
        raise invalid("This reference system is not read here.", place, text[:60], f"one of {', '.join(SYSTEMS)}")
    return number


def _reader(content: bytes) -> Callable[[bytes, str | None], _Read]:
    """Who reads such a file, by its first bytes."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(SQLITE):
        return _from_geopackage
    if content.startswith(b"PK\x03\x04"):
        return _from_zip
    if start.startswith(b"{"):
        return _from_geojson
    if start.startswith(b"<"):
        return lambda given, _: _Read(read_kml(given), WGS84)
    found = "an empty file" if not content else "a shapefile without its zip" if content[:4] == b"\0\0\x27\x0a" else repr(content[:16])
    raise invalid("This is no file of shapes that is read here.", "file", found, f"one of {', '.join(FORMATS)}")


def _from_geojson(content: bytes, _: str | None) -> _Read:
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise invalid("The file is not JSON.", "file", str(error)[:80], "GeoJSON in UTF-8") from error
    return _Read(gather_geojson(value, "file"), _declared(value))


def _declared(value: Mapping[str, Any]) -> int:
    """The reference system of a GeoJSON: degrees, unless it has the `crs` of the format's older edition."""
    crs = value.get("crs")
    if crs is None:
        return WGS84
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return read_system(str(properties.get("name") if isinstance(properties, dict) else crs), "file.crs")


def _from_geopackage(content: bytes, layer: str | None) -> _Read:
    outlines, system = read_geopackage(content, layer)
    return _Read(outlines, None if system is None else read_system(f"EPSG:{system}", "file, its reference system"))


def _from_zip(content: bytes, _: str | None) -> _Read:
    """A zipped shapefile: the .shp and, for its reference system, the .prj."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise invalid("The zip cannot be opened.", "file", str(error)[:80], "a whole zip") from error
    if len(entries) > _MOST_ENTRIES:
        raise invalid("The zip has too many entries.", "file", f"{len(entries):,}", f"at most {_MOST_ENTRIES}")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or entry.filename.startswith(("/", "\\")):
            raise invalid(
                "The zip has an entry that leads out of it.", "file", entry.filename[:60], "names without .. and without / in front"
            )
    shapes = [one for one in entries if one.filename.lower().endswith(".shp") and "__MACOSX" not in one.filename]
    if len(shapes) != 1:
        found = ", ".join(one.filename for one in shapes[:5]) or "no .shp"
        raise invalid("The zip must have one shapefile.", "file", found, "one .shp with its .prj")
    stem = shapes[0].filename[:-4].lower()
    projection = next((one for one in entries if one.filename.lower() == f"{stem}.prj"), None)
    outlines = read_shapefile(_unpack(archive, shapes[0], _LARGEST_UNPACKED), shapes[0].filename)
    return _Read(outlines, None if projection is None else _system_of(_unpack(archive, projection, _LARGEST_PRJ), projection.filename))


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """An entry, never more than so many bytes of it, whatever it says of itself."""
    if entry.flag_bits & 1:
        raise invalid("The zip is encrypted.", entry.filename[:60], "a password is needed", "a plain zip")
    try:
        with archive.open(entry) as stream:
            content = stream.read(most + 1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, RuntimeError, ValueError) as error:
        raise invalid("The zip is damaged.", entry.filename[:60], str(error)[:80], "a whole zip") from error
    except Exception as error:
        if type(error).__module__ in ("zlib", "lzma"):
            raise invalid("The zip is damaged.", entry.filename[:60], str(error)[:80], "a whole zip") from error
        raise
    if len(content) > most:
        raise invalid("The zip unpacks to more than is read here.", entry.filename[:60], f"over {most:,} bytes", f"at most {most:,}")
    return content


def _system_of(content: bytes, name: str) -> int:
    """The reference system that a .prj describes. It is looked up in the register, and nothing that it names is opened."""
    text = content.decode("utf-8", errors="replace").strip("\0 \r\n\t")
    try:
        # A description that points at files of its own is not one of the register.
        number = None if "nadgrids" in text.lower() or "EXTENSION" in text else CRS.from_wkt(text).to_epsg(min_confidence=25)
    except CRSError:
        number = None
    return read_system(f"EPSG:{number}", name)


def read_shapefile(content: bytes, name: str) -> Outlines:
    """Rings of the polygons of a .shp. Raises InvalidShape with the record at fault.

    Source: ESRI Shapefile Technical Description, July 1998.
    """
    if len(content) < 100 or struct.unpack(">i", content[:4])[0] != _SHAPEFILE:
        raise invalid("This is no shapefile.", name, repr(content[:8]), "a .shp")
    kind = struct.unpack("<i", content[32:36])[0]
    outlines = Outlines()
    if kind not in _POLYGONS:
        raise invalid("The shapefile has no polygons.", name, f"shapes of type {kind}", "polygons (type 5, 15 or 25)")
    if kind != _POLYGONS[0]:
        outlines.told["Heights and measures of corners were left out."] = None
    for number, record in _records(content, name):
        place = f"{name}, record {number}"
        for polygon in _polygons(record, place, outlines):
            outlines.polygons.append(polygon)
            outlines.places.append(place)
        refuse_many(outlines, place)
    return outlines


def _records(content: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    """Records that hold a shape, with their numbers."""
    at, number = 100, 0
    while at + 8 <= len(content):
        number += 1
        length = 2 * struct.unpack(">i", content[at + 4 : at + 8])[0]
        record = content[at + 8 : at + 8 + max(length, 0)]
        if length < 4 or len(record) < length:
            raise invalid("The shapefile ends within a record.", f"{name}, record {number}", f"{len(record)} bytes", f"{length} bytes")
        if struct.unpack("<i", record[:4])[0] != 0:
            yield number, record
        at += 8 + length


def _polygons(record: bytes, place: str, outlines: Outlines) -> list[list[Any]]:
    """Polygons of a record: rings that turn right are outer ones, those that turn left the holes of the outer one around them."""
    kind, parts, points = -1, -1, -1
    if len(record) >= 44:
        kind, parts, points = (*struct.unpack("<i", record[:4]), *struct.unpack("<ii", record[36:44]))
    if kind not in _POLYGONS or parts < 0 or points < 0 or 44 + 4 * parts + 16 * points > len(record):
        raise invalid("The record is damaged.", place, f"type {kind}, {parts} parts, {points} corners", "a polygon that fits its record")
    starts = np.frombuffer(record, dtype="<i4", count=parts, offset=44).astype(np.int64)
    corners = np.frombuffer(record, dtype="<f8", count=2 * points, offset=44 + 4 * parts).reshape(-1, 2)
    ends = np.append(starts[1:], points)
    if np.any(starts < 0) or np.any(ends < starts) or np.any(ends > points):
        raise invalid("The parts of the record contradict each other.", place, str(starts[:5].tolist()), "starts that ascend")
    rings = [
        read_ring(corners[start:end].astype(np.float64), f"{place}, part {at + 1}", outlines.told)
        for at, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    return nest(rings)


def nest(rings: list[Any]) -> list[list[Any]]:
    """Rings by polygon, the outer one first. A ring that turns left is a hole of the smallest outer ring that has it inside, if any has."""
    areas = [_area(ring) for ring in rings]
    outer = [at for at, area in enumerate(areas) if area <= 0]
    polygons = {at: [rings[at]] for at in outer}
    for at, area in enumerate(areas):
        if area > 0:
            around = [one for one in outer if _has_inside(rings[one], rings[at])]
            if around:
                polygons[min(around, key=lambda one: abs(areas[one]))].append(rings[at])
            else:
                polygons[at] = [rings[at]]
    return list(polygons.values())


def _area(ring: Any) -> float:
    """Twice the area, above 0 where the ring turns left; from its first corner, so that large coordinates keep their digits."""
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def _has_inside(outer: Any, inner: Any) -> bool:
    """Whether the box of the inner ring lies in the box of the outer one."""
    return bool(np.all(outer.min(axis=0) <= inner.min(axis=0)) and np.all(outer.max(axis=0) >= inner.max(axis=0)))
