"""Boundaries: GeoJSON, plain or gzip, to columns with the geometry as WKB in EPSG:4326."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from geo.sources.archives import read_bytes
from geo.sources.faults import Faults
from geo.sources.reading import RawTable

GEOMETRY = "geometry"
# Longitude and latitude of Great Britain and Northern Ireland with a margin, in degrees: west, south, east, north.
ENVELOPE = (-9.5, 49.0, 2.5, 61.5)
_CRS = re.compile(r"(EPSG:+4326|CRS84)$")


def read_geojson(path: Path, *, faults: Faults) -> RawTable:
    """Properties and geometry of each feature, row = number of the feature from 1.

    The geometry is WKB (longitude, latitude), as published. Raises SourceError not_a_table, truncated, archive_bomb,
    wrong_vintage (another coordinate system), missing_value (no geometry), impossible_value (a shape outside the islands).
    """
    collection = _parse(read_bytes(path, faults=faults), faults)
    features = collection["features"]
    if not features:
        faults.fail("truncated", found="0 data rows", expected="at least one feature")
    names = list(dict.fromkeys(name for feature in features for name in feature.get("properties") or {}))
    columns = [_column([(feature.get("properties") or {}).get(name) for feature in features]) for name in names]
    geometry = _geometry(features, faults)
    return RawTable((*names, GEOMETRY), (*columns, geometry), np.arange(1, len(features) + 1), 0)


def _parse(content: bytes, faults: Faults) -> dict[str, Any]:
    """The feature collection. A text that begins as one and does not end as one was cut."""
    text = content.strip()
    if not text.startswith(b"{"):
        faults.fail("not_a_table", row=1, found=f"a file that begins with {text[:40]!r}", expected="a GeoJSON feature collection")
    if not text.endswith(b"}"):
        faults.fail("truncated", found=f"{len(content)} bytes without a closing brace", expected="a whole feature collection")
    try:
        collection = json.loads(text)
    except ValueError as error:
        faults.fail("truncated", found=str(error), expected="a whole feature collection")
    if collection.get("type") != "FeatureCollection" or not isinstance(collection.get("features"), list):
        faults.fail("not_a_table", found=f"type {collection.get('type')!r}", expected="a GeoJSON feature collection")
    crs = ((collection.get("crs") or {}).get("properties") or {}).get("name", "CRS84")
    if not _CRS.search(crs):
        faults.fail("wrong_vintage", column="crs", found=crs, expected="EPSG:4326 or CRS84")
    return dict(collection)


def _column(values: list[Any]) -> pa.Array:
    """A typed array of one property; as text where its values are of several kinds."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())


def _geometry(features: list[dict[str, Any]], faults: Faults) -> pa.Array:
    """All geometries as WKB, checked to be there and to lie on the islands."""
    missing = [i for i, feature in enumerate(features) if not (feature.get("geometry") or {}).get("coordinates")]
    if missing:
        faults.fail("missing_value", row=missing[0] + 1, column=GEOMETRY, found="no geometry", expected="a polygon")
    texts = np.array([json.dumps(feature["geometry"]) for feature in features], dtype=object)
    shapes = shapely.from_geojson(texts, on_invalid="ignore")
    outside = _outside(shapes)
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        found = "no valid geometry" if shapes[row] is None else f"a shape within {shapely.bounds(shapes[row]).round(4).tolist()}"
        faults.fail("impossible_value", row=row + 1, column=GEOMETRY, found=found, expected=f"longitude and latitude within {ENVELOPE}")
    return pa.array(shapely.to_wkb(shapes), pa.binary())


def _outside(shapes: np.ndarray) -> np.ndarray:
    """Which shapes are none, or reach beyond the envelope of the islands. shape (n,)."""
    west, south, east, north = shapely.bounds(shapes).T
    inside = (west >= ENVELOPE[0]) & (south >= ENVELOPE[1]) & (east <= ENVELOPE[2]) & (north <= ENVELOPE[3])
    return ~inside | shapely.is_missing(shapes)
