"""What is held: the published files behind the numbers, tilesets, and whether everything that a release needs answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from geo.codes import BY_ID, Geography
from geo.models import AreaBuild, SourceLoad, Tileset
from geo.queries.catalogue import ReleaseInfo, find_current_release
from geo.queries.reading import read


@dataclass(frozen=True)
class SourceInfo:
    """One published file as it was loaded. licence, publisher and the like are the publisher's words; empty where not known.

    state: loaded, failed, absent or stand_in. origin: mirror, cache, publisher, package or stand_in. rows_in: data rows in the file;
    rows_out: rows of each table made of it; rejected: rows left out, by reason. error: where and why a load failed, else empty.
    """

    slug: str
    title: str
    publisher: str
    page: str
    address: str
    address_checked: bool
    licence: str
    attribution: str
    vintage: str
    period: str
    sha256: str
    state: str
    origin: str
    is_synthetic: bool
    loaded_at: datetime
    rows_in: int
    rows_out: dict[str, Any]
    rejected: dict[str, Any]
    error: dict[str, Any]


@dataclass(frozen=True)
class TilesetInfo:
    """The tiles of one geography in one version. bounds: west, south, east, north in degrees (EPSG:4326)."""

    geography: Geography
    version: str
    minimum_zoom: int
    maximum_zoom: int
    bounds: tuple[float, ...]
    features: int
    tiles: int


@dataclass(frozen=True)
class Readiness:
    """Whether the current release, its tiles and its value files answer; missing names what does not, in words."""

    is_ready: bool
    release: str | None
    missing: tuple[str, ...]


def list_sources(release: ReleaseInfo | None = None) -> list[SourceInfo]:
    """The files of a release as they were when it was built, by slug; without one, what is loaded now, newest attempt of each file."""
    newest = SourceLoad.objects.values("slug").annotate(newest=Max("id")).values("newest")
    if release is None:
        return [_source(load) for load in SourceLoad.objects.filter(pk__in=newest).order_by("slug")]
    found = {}
    for load in SourceLoad.objects.filter(slug__in=release.sources).order_by("id"):
        if load.sha256 == release.sources[load.slug].get("sha256", load.sha256) and (load.state != "failed" or load.slug not in found):
            found[load.slug] = _source(load)
    return [found[slug] for slug in sorted(found)]


def list_tilesets(release: ReleaseInfo) -> list[TilesetInfo]:
    """The finished tilesets of a release, in geography order."""
    wanted = set(release.tilesets.items())
    return [
        TilesetInfo(
            geography=BY_ID[tileset.geography_id],
            version=tileset.version,
            minimum_zoom=tileset.minimum_zoom,
            maximum_zoom=tileset.maximum_zoom,
            bounds=tuple(tileset.bounds),
            features=tileset.features,
            tiles=tileset.tiles,
        )
        for tileset in Tileset.objects.filter(is_complete=True).order_by("geography_id", "id")
        if (BY_ID[tileset.geography_id].slug, tileset.version) in wanted
    ]


def get_stamp() -> int:
    """A number that grows whenever a file is loaded or areas are made of them, 0 before the first: what is held changes only then."""
    return sum(kept.objects.aggregate(newest=Max("id"))["newest"] or 0 for kept in (SourceLoad, AreaBuild))


def get_area_stamp() -> int:
    """A number that grows whenever areas, their links, postcodes and residents are made anew, 0 before: they change only then."""
    return AreaBuild.objects.aggregate(newest=Max("id"))["newest"] or 0


def check_readiness() -> Readiness:
    """Ask for one tile of every tileset and count the value files of the current release."""
    release = find_current_release()
    if release is None:
        return Readiness(False, None, ("no release is current",))
    missing = []
    answering = {BY_ID[row["geography_id"]].slug for row in read("queries/readiness_tiles", {"release": release.id})}
    versions = {slug: version for slug, version in release.tilesets.items() if version and version != "not_available"}
    if not versions:
        missing.append("the release names no tilesets")
    finished = {tileset.geography.slug for tileset in list_tilesets(release)}
    missing += [f"tileset {slug}@{version} does not answer" for slug, version in versions.items() if slug not in answering & finished]
    values = read("queries/readiness_values", {"release": release.id, "tilesets": [g.id for g in BY_ID.values() if g.slug in versions]})[0]
    if values["slices"] == 0:
        missing.append("the release holds nothing to draw")
    if values["files"] < values["slices"]:
        missing.append(f"{values['slices'] - values['files']} of {values['slices']} value files are not there")
    return Readiness(not missing, release.slug, tuple(missing))


def _source(load: SourceLoad) -> SourceInfo:
    told = load.provenance
    return SourceInfo(
        slug=load.slug,
        title=told.get("title") or load.slug,
        publisher=told.get("publisher") or "",
        page=told.get("page") or "",
        address=told.get("address") or "",
        address_checked=bool(told.get("address_checked")),
        licence=told.get("licence") or "",
        attribution=told.get("attribution") or "",
        vintage=str(told.get("vintage") or ""),
        period=str(told.get("period") or ""),
        sha256=load.sha256,
        state=load.state,
        origin=load.origin,
        is_synthetic="stand_in" in (load.state, load.origin),
        loaded_at=load.loaded_at,
        rows_in=load.rows_in,
        rows_out=load.rows_out,
        rejected=load.rejected,
        error=load.error,
    )
