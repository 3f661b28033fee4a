"""CSV fixtures under the headings of the published files (headings_areas.yaml), with the quirks of each."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.geo.sources.fixture_maker.writing import csv_bytes, write

HEADINGS: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "headings_areas.yaml").read_text(encoding="utf-8"))
Row = dict[str, Any]
_BOM = ("iod2019_file3", "iod2019_file9", "centroids", "CCG21", "LSOA21_LAD22")
_CRLF = ("fingertips", "iod2019", "centroids", "west_sussex")
_NO_LAST_LINE_BREAK = ("fingertips", "iod2019")
# Lower-case headings of look-ups (code letters of publishers replaced by ours) to the fields of the world.
_RENAMES = (
    (r"^f_", ""),
    (r"nmw$", "_welsh"),
    (r"cdh$", "_ods_code"),
    (r"cd$", "_code"),
    (r"nm$", "_name"),
    (r"_code_(h|nhs)$", "_ods_code"),
)
_AREAS = ((r"^ltla", "lad"), (r"^region", "rgn"), (r"^ctyua", "utla"), (r"^change_code|^chgind", "change"))


def field_of(heading: str) -> str:
    """Our field of a heading in a look-up: `CCG21CDH` → ccg21_ods_code, `ltla24_name` → lad24_name."""
    name = heading.lower()
    for pattern, replacement in (*_RENAMES, *_AREAS):
        name = re.sub(pattern, replacement, name)
    return name


def write_csv(file: str, rows: Sequence[Sequence[Any]]) -> dict[str, int]:
    """A CSV fixture with the quirks of its published file."""
    content = csv_bytes(
        HEADINGS[file],
        rows,
        bom=any(part in file for part in _BOM),
        line_end="\r\n" if any(part in file for part in _CRLF) else "\n",
        final_newline=not any(part in file for part in _NO_LAST_LINE_BREAK),
    )
    write(file, content)
    return {file: len(rows)}


def distinct(headings: Sequence[str], facts: Iterable[Row]) -> list[list[Any]]:
    """The rows of a look-up: what the headings pick of the facts, each combination once; record numbers count up."""
    seen: dict[tuple[Any, ...], None] = {}
    for fact in facts:
        seen[tuple("" if is_number(h) or h.endswith("NMW") else fact[field_of(h)] for h in headings)] = None
    return [[number if is_number(h) else cell for h, cell in zip(headings, row, strict=True)] for number, row in enumerate(seen, start=1)]


def is_number(heading: str) -> bool:
    return heading in ("FID", "ObjectId", "OBJECTID")
