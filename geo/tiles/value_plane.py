"""Making the value plane: two small column files for each slice of a release that a tileset can draw.

Files appear in one transaction, all or none, so an interrupted making leaves what was there and is simply called again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from geo.codes import BY_ID, TILESETS
from geo.errors import HiidError
from geo.models import Area, Availability, Indicator, Period, Release, Stratum, Tileset, ValueFile
from geo.sqlfiles import statement
from geo.statuses import Reason, Status
from geo.tiles.blobs import compress, digest
from geo.tiles.geometry_plane import Progress, current_version
from geo.tiles.value_codec import DEFAULT_DECIMALS, LIMITS, MAIN, About, Floats, LimitsColumns, MainColumns, encode_limits, encode_main

# The layout of one binary COPY row of release_observations: field count, then length and value of each field, in network byte order.
_FIELDS = (
    ("geography_id", ">i4"),
    ("period_id", ">i4"),
    ("stratum_id", ">i4"),
    ("area_id", ">i4"),
    ("value", ">f8"),
    ("lower", ">f8"),
    ("upper", ">f8"),
    ("status", ">i2"),
    ("basis", ">i2"),
    ("comparison", ">i2"),
    ("reason", ">i2"),
    ("is_reliable", ">i2"),
)
_ROW = np.dtype([("fields", ">i2"), *(part for name, kind in _FIELDS for part in ((f"{name}_length", ">i4"), (name, kind)))])
_HEADER_BYTES = 19
_TRAILER_BYTES = 2

Rows = NDArray[np.void]


@dataclass(frozen=True)
class _Places:
    """Where the areas of a tileset stand: positions[row id - first] is feature id - 1, or -1 for another geography's area."""

    version: str
    size: int
    first: int
    positions: NDArray[np.int32]


@dataclass(frozen=True)
class _Slugs:
    periods: dict[int, str]
    strata: dict[int, str]


def build_value_files(release: Release, *, progress: Progress | None = None) -> int:
    """Write main and limits file of each slice that the release holds for a geography with tiles; gives the number of files.

    Each file is bound to the tileset version of the areas as they are now, and `release.tilesets` names the versions, all in one
    transaction; files of the release that stood before are replaced. Raises HiidError where a tileset is missing or older than
    its areas (build_tileset makes it), and where a published release would be changed.
    """
    if release.state in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
        raise HiidError(f"The release {release.slug} is {release.state} and cannot be changed.")
    versions = _tileset_versions()
    held = Availability.objects.filter(release=release, geography__slug__in=TILESETS)
    geographies = sorted(held.values_list("geography_id", flat=True).distinct())
    places = {number: _places(number, versions) for number in geographies}
    slugs = _Slugs(dict(Period.objects.values_list("id", "slug")), dict(Stratum.objects.values_list("id", "slug")))
    indicators = list(Indicator.objects.filter(id__in=held.values("indicator_id")).order_by("id"))
    files = 0
    with transaction.atomic():
        ValueFile.objects.filter(release=release).delete()
        for done, indicator in enumerate(indicators, start=1):
            rows = _read_observations(release, indicator, geographies)
            files += _store(release, indicator, _encode_indicator(rows, release, indicator, places, slugs))
            if progress:
                progress("value files", done, len(indicators))
        release.tilesets = versions
        release.save(update_fields=["tilesets"])
    return files


def rank_values(values: Floats, reasons: NDArray[np.integer], *, lowest_first: bool) -> NDArray[np.uint32]:
    """1 = the highest value (or the lowest, if lowest_first); equal values share the better rank. 0 = not ranked.

    Not ranked is what has no value (NaN), and a modelled value whose error is unknown. values, reasons: shape (n,).
    """
    ranked = ~np.isnan(values) & (reasons != Reason.ALLOCATION_ERROR_UNKNOWN)
    keys = values[ranked] if lowest_first else -values[ranked]
    ranks = np.zeros(len(values), dtype=np.uint32)
    ranks[ranked] = np.searchsorted(np.sort(keys), keys, side="left") + 1
    return ranks


def _tileset_versions() -> dict[str, str]:
    """The newest complete version of each tileset."""
    complete = Tileset.objects.filter(is_complete=True).order_by("made_at", "id")
    return dict(complete.values_list("geography__slug", "version"))


def _places(geography_id: int, versions: dict[str, str]) -> _Places:
    slug = BY_ID[geography_id].slug
    if slug not in versions or versions[slug] != current_version(slug):
        raise HiidError(f"The tiles of {slug} are missing or older than its areas: make them before the value files.")
    pairs = np.array(Area.objects.filter(geography_id=geography_id).values_list("id", "feature_id"), dtype=np.int64)
    first = int(pairs[:, 0].min())
    positions = np.full(int(pairs[:, 0].max()) - first + 1, -1, dtype=np.int32)
    positions[pairs[:, 0] - first] = pairs[:, 1] - 1
    return _Places(version=versions[slug], size=int(pairs[:, 1].max()), first=first, positions=positions)


def _encode_indicator(
    rows: Rows, release: Release, indicator: Indicator, places: dict[int, _Places], slugs: _Slugs
) -> Iterator[tuple[object, ...]]:
    """Rows of the table of value files: keys, kind, packed content, validator."""
    keys = np.column_stack([rows["geography_id"], rows["period_id"], rows["stratum_id"]])
    starts = np.flatnonzero(np.r_[True, (keys[1:] != keys[:-1]).any(axis=1)]) if len(rows) else np.array([], dtype=int)
    for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
        geography_id, period_id, stratum_id = (int(number) for number in keys[start])
        place = places[geography_id]
        about = About(
            tileset=BY_ID[geography_id].slug,
            tileset_version=place.version,
            release=release.slug,
            indicator=indicator.slug,
            period=slugs.periods[period_id],
            stratum=slugs.strata[stratum_id],
            unit=str(indicator.definition.get("unit", "")),
            decimals=int(indicator.definition.get("decimals", DEFAULT_DECIMALS)),
            is_synthetic=release.is_synthetic,
        )
        main, limits = _columns(rows[start:stop], place, lowest_first=indicator.definition.get("polarity") == "low_is_good")
        for kind, content in ((MAIN, encode_main(main, about)), (LIMITS, encode_limits(limits, about))):
            packed = compress(content)
            yield geography_id, period_id, stratum_id, kind, packed, digest(packed)


def _columns(rows: Rows, place: _Places, *, lowest_first: bool) -> tuple[MainColumns, LimitsColumns]:
    """The rows of one slice, each at its feature's place; an area without a row is missing, for the source has none for it."""
    at = place.positions[rows["area_id"].astype(np.int64) - place.first]
    value, lower, upper = (np.full(place.size, np.nan) for _ in range(3))
    flags = np.full(place.size, int(Status.MISSING), dtype=np.uint8)
    reason = np.full(place.size, int(Reason.NOT_IN_SOURCE), dtype=np.uint8)
    value[at], lower[at], upper[at], reason[at] = rows["value"], rows["lower"], rows["upper"], rows["reason"]
    flags[at] = rows["status"] | rows["basis"] << 3 | rows["comparison"] << 4 | rows["is_reliable"] << 7
    rank = rank_values(value, reason, lowest_first=lowest_first)
    return MainColumns(value, flags), LimitsColumns(lower, upper, rank, reason)


def _read_observations(release: Release, indicator: Indicator, geographies: list[int]) -> Rows:
    values = {"release_id": release.id, "indicator_id": indicator.id, "geography_ids": geographies}
    content = bytearray()
    with connection.cursor() as cursor:
        query = f"COPY ({statement('tiles/release_observations')}) TO STDOUT (FORMAT BINARY)"
        with cursor.copy(query, values) as copy:
            for piece in copy:
                content += piece
    return np.frombuffer(content, dtype=_ROW, offset=_HEADER_BYTES, count=(len(content) - _HEADER_BYTES - _TRAILER_BYTES) // _ROW.itemsize)


def _store(release: Release, indicator: Indicator, files: Iterator[tuple[object, ...]]) -> int:
    number = 0
    columns = "release_id, indicator_id, geography_id, period_id, stratum_id, kind, content, etag"
    with connection.cursor() as cursor, cursor.copy(f"COPY geo_valuefile ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "int4", "int2", "int4", "int2", "text", "bytea", "text"])
        for file in files:
            copy.write_row((release.id, indicator.id, *file))
            number += 1
    return number
