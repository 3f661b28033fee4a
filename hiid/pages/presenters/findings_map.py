"""What the map of the findings page is told: where each finding of the list lies, under the number that it has there."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.codes import TILESETS
from geo.queries.catalogue import ReleaseInfo
from geo.queries.finding_places import PLACE, Place
from geo.queries.findings import FindingInfo
from hiid.pages.presenters.catalogue import ABSENT

# Drawn as land beneath the findings: the first of these sets that the release has shapes of.
LAND = ("rgn23", "nhser24", "icb26", "lad24", "lad21")
# Lines for finding one's way once the land is looked at from near: the first of these.
LINES = ("lad24", "lad21")
# Digits of degrees: a metre.
DIGITS = 5

BETWEEN_GROUPS = "A difference between groups of areas wherever they lie: it has no place on the map."
BETWEEN_PERSONS = "A difference between groups of people wherever they live: it has no place on the map."
# Groups of areas are told apart by what the areas are; all other groups are of persons.
OF_AREAS = "deprivation"
PLACE_UNKNOWN = "Not on the map: no place is known of it."


def drawn_tilesets(release: ReleaseInfo) -> dict[str, str]:
    """Sets of areas that the release has shapes of, with the version of their tiles."""
    found = {slug: release.tilesets.get(slug, ABSENT) for slug in TILESETS}
    return {slug: version for slug, version in found.items() if version != ABSENT}


def map_settings(
    findings: Sequence[FindingInfo], places: Mapping[str, tuple[Place, ...]], *, first: int, tilesets: Mapping[str, str]
) -> dict[str, Any] | None:
    """The findings that have a place, in the order of the list, with number, key, direction and where; None where there are none.

    first: number of the first in the list. tilesets: those with shapes. Areas of a drawn set are given by their number in its
    tiles (`ids`), others as points (`points`); `at` is where the mark stands, `box` west, south, east, north of all its points.
    looks: which the legend has to explain.
    """
    drawn = [
        {"number": first + at, **_drawn(finding, places[finding.key], tilesets)}
        for at, finding in enumerate(findings)
        if mark_of(finding, places.get(finding.key, ())) is not None
    ]
    if not drawn:
        return None
    land, lines = (next((slug for slug in offered if slug in tilesets), None) for offered in (LAND, LINES))
    used = {str(one["set"]) for one in drawn if one["set"]} | {slug for slug in (land, lines) if slug}
    return {
        "findings": drawn,
        "tilesets": {slug: tilesets[slug] for slug in sorted(used)},
        "land": land,
        "lines": lines,
        "looks": {
            "worse": any(one["worse"] is True for one in drawn),
            "better": any(one["worse"] is False for one in drawn),
            "window": any(one["kind"] == "scan_window" for one in drawn),
        },
    }


def mark_of(finding: FindingInfo, places: Sequence[Place]) -> Place | None:
    """The place at which the mark of a finding stands: its own area, of a window the middle one; None where no place is known."""
    located = [place for place in places if place.lon is not None]
    return next((place for place in located if place.code == finding.area_code), located[0] if located else None)


def place_words(finding: FindingInfo, places: Sequence[Place]) -> str:
    """Why a finding is not on the map; empty where it is."""
    if mark_of(finding, places) is not None:
        return ""
    if not finding.dimension or finding.dimension == PLACE:
        return PLACE_UNKNOWN
    return BETWEEN_GROUPS if finding.dimension == OF_AREAS else BETWEEN_PERSONS


def _drawn(finding: FindingInfo, places: Sequence[Place], tilesets: Mapping[str, str]) -> dict[str, Any]:
    located = [_point(place) for place in places if place.lon is not None]
    mark, slug = mark_of(finding, places), places[0].geography.slug
    has_shapes = slug in tilesets
    return {
        "key": finding.key,
        "kind": finding.detection.kind,
        "direction": finding.direction,
        "worse": finding.is_worse,
        "set": slug if has_shapes else None,
        "type": places[0].geography.area_type,
        "ids": [place.feature_id for place in places] if has_shapes else [],
        "points": [] if has_shapes else located,
        "at": _point(mark) if mark else None,
        "box": [edge(point[axis] for point in located) for edge in (min, max) for axis in (0, 1)],
    }


def _point(place: Place) -> list[float]:
    return [round(place.lon or 0.0, DIGITS), round(place.lat or 0.0, DIGITS)]
