"""Finds NHS numbers of the range that is never issued in whatever lies in a folder: Parquet, JSON, text; spaced or not."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.oracles.linkage import plain_number

# Ten digits from 9 on, alone or in groups; not part of a longer run of letters or digits, such as a digest.
_WRITTEN = re.compile(r"(?<![0-9A-Za-z.])9\d{2}[ -]?\d{3}[ -]?\d{4}(?![0-9A-Za-z])")


def numbers_in_text(text: str) -> list[str]:
    return [found for found in _WRITTEN.findall(text) if plain_number(found) is not None]


def numbers_in_folder(folder: Path) -> dict[str, list[str]]:
    """Numbers by file and column."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            for where, text in _texts(path):
                numbers = numbers_in_text(text)
                if numbers:
                    found[f"{path.relative_to(folder)} {where}"] = numbers
    return found


def _texts(path: Path):
    if path.suffix != ".parquet":
        yield "", path.read_bytes().decode("utf-8", errors="replace")
        return
    table = pq.read_table(path)
    yield "metadata", repr(table.schema) + repr(pq.read_metadata(path).metadata)
    for name in table.column_names:
        values = table[name].drop_null()
        if pa.types.is_floating(values.type):
            values = pa.array([int(value) for value in values.to_pylist() if value == int(value)], pa.int64())
        yield name, "\n".join(map(str, values.to_pylist()))
