"""Where findings lie: the areas that each speaks of, with what a map needs to draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.codes import BY_ID, Geography, regions_of
from geo.queries.areas import list_areas
from geo.queries.findings import FindingInfo
from geo.queries.reading import read

PLACE = "place"


@dataclass(frozen=True)
class Place:
    """One area on a map. feature_id: its number in the tiles of its set; lon, lat: degrees (EPSG:4326), None where no place is known."""

    geography: Geography
    code: str
    name: str
    feature_id: int
    lon: float | None
    lat: float | None


def list_places(findings: Sequence[FindingInfo]) -> Mapping[str, tuple[Place, ...]]:
    """By key of a finding the areas that it speaks of, in code order; of a difference between regions the region that differs.

    A difference between groups of areas all over the country has no place: its key is not among them.
    """
    named = {(finding.detection.geography.id, code) for finding in findings for code in finding.members}
    values = {"geographies": [number for number, _ in sorted(named)], "codes": [code for _, code in sorted(named)]}
    rows = read("queries/finding_places", values) if named else []
    known = {(row["geography_id"], row["code"]): Place(geography=BY_ID[row.pop("geography_id")], **row) for row in rows}
    regions = _regions(findings)
    found = {}
    for finding in findings:
        here = [known[pair] for code in finding.members if (pair := (finding.detection.geography.id, code)) in known]
        region = regions.get((regions_of(finding.detection.geography).id, finding.group or ""))
        if finding.dimension == PLACE and region:
            here = [region]
        if here:
            found[finding.key] = tuple(here)
    return found


def _regions(findings: Sequence[FindingInfo]) -> dict[tuple[int, str], Place]:
    """The regions of the sets that differences by place are told in, by set and name."""
    wanted = {regions_of(finding.detection.geography).id for finding in findings if finding.dimension == PLACE}
    if not wanted:
        return {}
    areas = list_areas(geographies=tuple(BY_ID[number] for number in sorted(wanted)), limit=None).areas
    return {
        (area.geography.id, area.name): Place(area.geography, area.code, area.name, area.feature_id, area.longitude, area.latitude)
        for area in areas
    }
