"""CSV and GeoJSON, piece by piece while the rows are read, so that all of England needs little memory."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

# Spreadsheets run cells that begin with these as formulas (OWASP, CSV injection); a leading apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

# Bytes gathered before they are sent.
PIECE = 64_000


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A heading and a line for each row; None is an empty cell, and texts that a spreadsheet would run are made harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def geojson_pieces(told: Mapping[str, Any], features: Iterable[tuple[str, str | None, Mapping[str, Any]]]) -> Iterator[str]:
    """A FeatureCollection with foreign members `told`; a feature: id, geometry as GeoJSON text or None, properties."""
    opening = json.dumps({"type": "FeatureCollection", **told}, ensure_ascii=False, allow_nan=False)
    gathered = [opening[:-1], ', "features": [']
    size, comma = 0, ""
    for identity, geometry, properties in features:
        words = json.dumps(properties, ensure_ascii=False, allow_nan=False)
        gathered.append(
            f'{comma}\n{{"type": "Feature", "id": {json.dumps(identity)}, "geometry": {geometry or "null"}, "properties": {words}}}'
        )
        size, comma = size + len(gathered[-1]), ","
        if size > PIECE:
            yield "".join(gathered)
            gathered, size = [], 0
    yield "".join([*gathered, "\n]}\n"])


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
