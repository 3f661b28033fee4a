"""Writing fixtures byte for byte the same each time, and the list of their hashes and numbers of rows."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

PUBLISHED = Path(__file__).parents[4] / "fixtures" / "published"
EDITIONS = PUBLISHED / "editions.yaml"
_TITLE = "# Hash and data rows of each fixture: what `load_registry(editions=...)` takes in place of the published editions.\n"


def csv_bytes(
    header: Sequence[str] | None,
    rows: Iterable[Sequence[Any]],
    *,
    bom: bool = False,
    line_end: str = "\n",
    final_newline: bool = True,
    encoding: str = "utf-8",
) -> bytes:
    """A table as CSV, quoted where it must be."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    if header is not None:
        writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue() if final_newline else text.getvalue().removesuffix(line_end)
    return (b"\xef\xbb\xbf" if bom else b"") + content.encode(encoding)


def geojson_bytes(features: Iterable[tuple[dict[str, Any], list[list[float]]]], *, crs: str | None = "EPSG:4326") -> bytes:
    """A feature collection of properties and rings."""
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    collection["features"] = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for properties, ring in features
    ]
    return json.dumps(collection).encode()


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as Parquet."""
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def write(file: str, content: bytes) -> None:
    """Write a fixture at its published path, gzip (without a time in it) where the name says so."""
    path = PUBLISHED / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if file.endswith(".gz") else content)


def record(rows: dict[str, int]) -> None:
    """Note hash and number of data rows of these files in editions.yaml, leaving the others as they are there."""
    stated = (yaml.safe_load(EDITIONS.read_text(encoding="utf-8")) or {}) if EDITIONS.is_file() else {}
    for file, count in rows.items():
        stated[file] = {"sha256": hashlib.sha256((PUBLISHED / file).read_bytes()).hexdigest(), "rows": count}
    EDITIONS.write_text(_TITLE + yaml.safe_dump(dict(sorted(stated.items()))), encoding="utf-8")
