"""Making the value plane: two small column files for each slice of a release that a tileset can draw, a third where it has estimates.

Files appear in one transaction, all or none, so an interrupted making leaves what was there and is simply called again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import chain

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from geo.codes import AREA_TILESETS, BY_ID, CELLS, TILESETS
from geo.errors import HiidError
from geo.models import Area, Availability, Cell, CellSlice, Indicator, Period, Release, Stratum, Tileset, ValueFile
from geo.statuses import Reason, Status
from geo.tiles.blobs import compress, digest
from geo.tiles.geometry_plane import Progress, current_version
from geo.tiles.reading import read_binary
from geo.tiles.value_codec import (
    DEFAULT_DECIMALS,
    ESTIMATES,
    LIMITS,
    MAIN,
    About,
    EstimateColumns,
    Floats,
    LimitsColumns,
    MainColumns,
    encode_estimates,
    encode_limits,
    encode_main,
)

# One area in the packed rows of release_observations, in network byte order.
_AREA = np.dtype([("area_id", ">i4"), ("value", ">f8"), ("lower", ">f8"), ("upper", ">f8"), ("words", ">i4")])
# One area in the packed rows of release_estimates.
_ESTIMATED = tuple(field.name for field in fields(EstimateColumns))
_ESTIMATE = np.dtype([("area_id", ">i4"), *((name, ">f8") for name in _ESTIMATED)])
# Stands in `release.tilesets` for a geography whose shapes are not at hand.
NOT_AVAILABLE = "not_available"
# Reason stands above the byte of status, basis, comparison and is_reliable (geo.statuses.pack).
_REASON_SHIFT = 8

Areas = NDArray[np.void]


@dataclass(frozen=True)
class _SliceRow:
    """One slice of an indicator as read: keys, and its areas (dtype _AREA or _ESTIMATE)."""

    geography_id: int
    period_id: int
    stratum_id: int
    areas: Areas


@dataclass(frozen=True)
class _Places:
    """Where the areas of a tileset stand: positions[row id - first] is feature id - 1, or -1 for another geography's area."""

    version: str
    size: int
    first: int
    positions: NDArray[np.int32]

    def of(self, areas: Areas) -> NDArray[np.int32]:
        """Feature id - 1 of each of these areas."""
        return self.positions[areas["area_id"].astype(np.int64) - self.first]


@dataclass(frozen=True)
class _Slugs:
    periods: dict[int, str]
    strata: dict[int, str]


@dataclass(frozen=True)
class _Naming:
    """What the files of one indicator have in common: of which release and indicator, bound to which places, called how."""

    release: Release
    indicator: Indicator
    places: dict[int, _Places]
    slugs: _Slugs

    def about(self, part: _SliceRow) -> About:
        """What the metadata of a slice's files say."""
        definition = self.indicator.definition
        return About(
            tileset=BY_ID[part.geography_id].slug,
            tileset_version=self.places[part.geography_id].version,
            release=self.release.slug,
            indicator=self.indicator.slug,
            period=self.slugs.periods[part.period_id],
            stratum=self.slugs.strata[part.stratum_id],
            unit=str(definition.get("unit", "")),
            decimals=int(definition.get("decimals", DEFAULT_DECIMALS)),
            is_synthetic=self.release.is_synthetic,
        )


# A row of the table of value files: keys (geography, period, stratum), kind, packed content, validator.
File = tuple[int, int, int, str, bytes, str]


class AreaFiles:
    """What the files of areas of a release have in common, and how those of each indicator are made.

    Raises HiidError where a tileset is missing or older than its areas (build_tileset makes it).
    """

    def __init__(self, release: Release) -> None:
        self.release, self.versions = release, _tileset_versions()
        drawn = [slug for slug in AREA_TILESETS if self.versions.get(slug) != NOT_AVAILABLE]
        held = Availability.objects.filter(release=release, geography__slug__in=drawn)
        geographies = sorted(held.values_list("geography_id", flat=True).distinct())
        self._places = {number: _places(number, self.versions) for number in geographies}
        self._slugs = _Slugs(dict(Period.objects.values_list("id", "slug")), dict(Stratum.objects.values_list("id", "slug")))
        self.indicators = list(Indicator.objects.filter(id__in=held.values("indicator_id")).order_by("id"))

    def make(self, indicator: Indicator) -> Iterator[File]:
        """Main, limits and estimates files of an indicator, ready to be stored. All figures are read before the first is given."""
        naming = _Naming(self.release, indicator, self._places, self._slugs)
        observed = _encode_observed(_read_slices("tiles/release_observations", _AREA, naming), naming)
        estimated = _encode_estimated(_read_slices("tiles/release_estimates", _ESTIMATE, naming), naming)
        return chain(observed, estimated)


def build_value_files(
    release: Release,
    *,
    progress: Progress | None = None,
    only: Callable[[int], Iterable[int]] = range,
    others: Callable[[], Iterable[tuple[int, list[File]]]] = tuple,
) -> int:
    """Write main and limits file of each slice that the release holds for a geography with tiles, and an estimates file where the
    engine made estimates of it; gives the number of files.

    Each file is bound to the tileset version of the areas as they are now, and `release.tilesets` names the versions (`not_available`
    for a geography without shapes, which gets no files), all in one transaction; files of the release that stood before are replaced.
    only: of so many indicators the places of those whose files are made here. others: files made elsewhere, by key of the indicator,
    asked for when these are made. Raises HiidError where a tileset is missing or older than its areas (build_tileset makes it), and
    where a published release would be changed.
    """
    if release.state in (Release.State.PUBLISHED, Release.State.WITHDRAWN):
        raise HiidError(f"The release {release.slug} is {release.state} and cannot be changed.")
    making = AreaFiles(release)
    indicators, files = making.indicators, 0
    with transaction.atomic():
        ValueFile.objects.filter(release=release).delete()
        CellSlice.objects.filter(release=release).delete()
        for at in only(len(indicators)):
            files += store_files(release.id, indicators[at].id, making.make(indicators[at]))
            if progress:
                progress("value files", at + 1, len(indicators))
        files += sum(store_files(release.id, indicator_id, made) for indicator_id, made in others())
        if progress:
            progress("value files", len(indicators), len(indicators))
        release.tilesets = making.versions
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


def packed_file(place: tuple[int, int, int], kind: str, content: bytes) -> File:
    """A file ready to be stored. place: keys of geography, period and stratum."""
    packed = compress(content)
    return *place, kind, packed, digest(packed)


def store_files(release_id: int, indicator_id: int, files: Iterable[File]) -> int:
    """Write the files of one indicator by COPY; gives their number."""
    number = 0
    columns = "release_id, indicator_id, geography_id, period_id, stratum_id, kind, content, etag"
    with connection.cursor() as cursor, cursor.copy(f"COPY geo_valuefile ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["int4", "int4", "int2", "int4", "int2", "text", "bytea", "text"])
        for file in files:
            copy.write_row((release_id, indicator_id, *file))
            number += 1
    return number


def _tileset_versions() -> dict[str, str]:
    """The newest complete version of each tileset whose geography has shapes (it may be missing); NOT_AVAILABLE for the others."""
    complete = Tileset.objects.filter(is_complete=True).order_by("made_at", "id")
    shaped = set(Area.objects.filter(geometry_3857__isnull=False).values_list("geography__slug", flat=True).distinct())
    shaped |= {CELLS.slug} if Cell.objects.exists() else set()
    made = {slug: version for slug, version in complete.values_list("geography__slug", "version") if slug in shaped}
    return dict.fromkeys(set(TILESETS) - shaped, NOT_AVAILABLE) | made


def _places(geography_id: int, versions: dict[str, str]) -> _Places:
    slug = BY_ID[geography_id].slug
    if slug not in versions or versions[slug] != current_version(slug):
        raise HiidError(f"The tiles of {slug} are missing or older than its areas: make them before the value files.")
    pairs = np.array(Area.objects.filter(geography_id=geography_id, feature_id__gt=0).values_list("id", "feature_id"), dtype=np.int64)
    first = int(pairs[:, 0].min())
    positions = np.full(int(pairs[:, 0].max()) - first + 1, -1, dtype=np.int32)
    positions[pairs[:, 0] - first] = pairs[:, 1] - 1
    return _Places(version=versions[slug], size=int(pairs[:, 1].max()), first=first, positions=positions)


def _encode_observed(slices: Iterable[_SliceRow], naming: _Naming) -> Iterator[File]:
    lowest_first = naming.indicator.definition.get("polarity") == "low_is_good"
    for part in slices:
        about = naming.about(part)
        main, limits = _columns(part.areas, naming.places[part.geography_id], lowest_first=lowest_first)
        yield from (_file(part, MAIN, encode_main(main, about)), _file(part, LIMITS, encode_limits(limits, about)))


def _encode_estimated(slices: Iterable[_SliceRow], naming: _Naming) -> Iterator[File]:
    for part in slices:
        place = naming.places[part.geography_id]
        columns = {name: np.full(place.size, np.nan) for name in _ESTIMATED}
        for name, column in columns.items():
            column[place.of(part.areas)] = part.areas[name]
        yield _file(part, ESTIMATES, encode_estimates(EstimateColumns(**columns), naming.about(part)))


def _file(part: _SliceRow, kind: str, content: bytes) -> File:
    return packed_file((part.geography_id, part.period_id, part.stratum_id), kind, content)


def _columns(areas: Areas, place: _Places, *, lowest_first: bool) -> tuple[MainColumns, LimitsColumns]:
    """The areas of one slice, each at its feature's place; an area without a row is missing, for the source has none for it."""
    at = place.of(areas)
    value, lower, upper = (np.full(place.size, np.nan) for _ in range(3))
    words = np.full(place.size, int(Status.MISSING) | int(Reason.NOT_IN_SOURCE) << _REASON_SHIFT, dtype=np.int32)
    value[at], lower[at], upper[at], words[at] = areas["value"], areas["lower"], areas["upper"], areas["words"]
    reason = (words >> _REASON_SHIFT).astype(np.uint8)
    rank = rank_values(value, reason, lowest_first=lowest_first)
    return MainColumns(value, (words & 0xFF).astype(np.uint8)), LimitsColumns(lower, upper, rank, reason)


def _read_slices(name: str, row: np.dtype[np.void], naming: _Naming) -> list[_SliceRow]:
    """The slices of an indicator that geo/sql/<name>.sql gives; `row` is one area in its packed numbers.

    All are read before the first is written: a connection that copies cannot read.
    """
    values = {"release_id": naming.release.id, "indicator_id": naming.indicator.id, "geography_ids": list(naming.places)}
    rows = read_binary(name, values)
    return [_SliceRow(place, period, stratum, np.frombuffer(packed, dtype=row)) for place, period, stratum, packed in rows]
