"""What a release was found to show, and what was asked of it and refused."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from geo.codes import BY_ID, Geography, geographies_of
from geo.errors import InputError
from geo.queries.areas import find_areas
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo
from geo.queries.reading import Row, read

KINDS = ("priority", "hot_spot", "scan_window", "inequality")
ADJUSTMENTS = ("none", "age_sex", "deprivation", "age_sex_deprivation")
DIMENSIONS = ("deprivation", "ethnicity", "sex", "age", "place")
DIRECTIONS = ("high", "low")
# The least that is taken account of, which each kind of indicator allows: nothing for shares, age for events of residents.
LEAST_ADJUSTED = ("none", "age_sex")


@dataclass(frozen=True)
class DetectionInfo:
    """One question put to one slice. state: found, nothing_found or refused, with reason and explanation; found: findings stored.

    dimension: of an inequality between groups of persons what they are told apart by, None for questions about areas.
    period_label: for people. parameters: every number of the method (confidence, multiplier ...). expected_by_chance: how
    many of those found may be there by chance, on average at most; of scan windows the chance that a map without any shows one; None where
    the method gives none.
    """

    indicator: str
    geography: Geography
    period: str
    period_label: str
    stratum: str
    kind: str
    adjustment: str
    dimension: str | None
    state: str
    reason: str | None
    explanation: str | None
    method: str
    parameters: Mapping[str, Any]
    tested: int
    expected_by_chance: float | None
    found: int


@dataclass(frozen=True)
class FindingInfo:
    """One finding with its detection; fields as in the table of findings. members: codes of the areas it speaks of.

    lon, lat: of the area, degrees (EPSG:4326). Proportions 0-1; None = not given by this kind of finding.
    """

    detection: DetectionInfo
    key: str
    rank: int
    area_code: str | None
    area_name: str | None
    area_vintage: int | None
    lon: float | None
    lat: float | None
    direction: str
    is_worse: bool | None
    dimension: str | None
    group: str | None
    people: float | None
    people_lower: float | None
    people_upper: float | None
    value: float | None
    lower: float | None
    upper: float | None
    expected: float | None
    effect: float | None
    effect_lower: float | None
    effect_upper: float | None
    p: float | None
    q: float | None
    sentence: str
    why: tuple[Mapping[str, str], ...]
    members: tuple[str, ...]


@dataclass(frozen=True)
class FindingFilter:
    """What is wanted; None matches everything, but of adjustments the least that an indicator allows.

    area: code of an area that a finding speaks of. within: code of an area in which its area lies.
    """

    indicator: IndicatorInfo | None = None
    kind: str | None = None
    adjustment: str | None = None
    area_type: str | None = None
    area: str | None = None
    within: str | None = None
    dimension: str | None = None
    direction: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class FindingPage:
    """Some of the findings that match, and how many match in all. reason: why there are none, else None."""

    count: int
    findings: tuple[FindingInfo, ...]
    reason: str | None


def list_findings(release: ReleaseInfo, wanted: FindingFilter, *, limit: int | None = 100, offset: int = 0) -> FindingPage:
    """A page of findings: inequalities, priority areas, windows, hot spots; in each the worse first, by the people behind them.

    limit: None gives all. reason: no_data where nothing was asked of such slices, else no_match.
    Raises UnknownArea for an area that there is not.
    """
    detections = _detections(release, wanted)
    values = {
        **_values(release, wanted),
        "dimension": wanted.dimension,
        "direction": wanted.direction,
        "key": wanted.key,
        "areas": [area.id for area in find_areas(wanted.area, parameter="area")] if wanted.area else None,
        "parents": [area.id for area in find_areas(wanted.within, parameter="within")] if wanted.within else None,
        "limit": limit,
        "offset": offset,
    }
    rows = read("queries/findings_page", values)
    total = rows[0]["total"] if rows else 0
    if not rows and offset:
        first = read("queries/findings_page", {**values, "limit": 1, "offset": 0})
        total = first[0]["total"] if first else 0
    reason = None if rows else ("no_match" if any(one.state == "found" for one in detections.values()) else "no_data")
    return FindingPage(total, tuple(_finding(row, detections) for row in rows), reason)


def get_finding(release: ReleaseInfo, key: str) -> FindingInfo:
    """One finding by its key. Raises InputError where the release has none of that key."""
    detections = _detections(release, FindingFilter(), everything=True)
    values = {**_values(release, FindingFilter(), everything=True), "dimension": None, "direction": None, "key": key}
    rows = read("queries/findings_page", {**values, "areas": None, "parents": None, "limit": 1, "offset": 0})
    if not rows:
        raise InputError("The release has no finding of this key.", parameter="key", found=key)
    return _finding(rows[0], detections)


def list_detections(release: ReleaseInfo, wanted: FindingFilter) -> tuple[DetectionInfo, ...]:
    """The questions that were asked of the slices that match, whatever came of them."""
    return tuple(_detections(release, wanted).values())


def _values(release: ReleaseInfo, wanted: FindingFilter, *, everything: bool = False) -> dict[str, Any]:
    adjustments = None if everything else [wanted.adjustment] if wanted.adjustment else list(LEAST_ADJUSTED)
    return {
        "release": release.id,
        "indicator": wanted.indicator.id if wanted.indicator else None,
        "kind": wanted.kind,
        "adjustments": adjustments,
        "is_least": not everything and not wanted.adjustment,
        "geographies": [geography.id for geography in geographies_of(wanted.area_type)] if wanted.area_type else None,
    }


def _detections(release: ReleaseInfo, wanted: FindingFilter, *, everything: bool = False) -> dict[int, DetectionInfo]:
    found = {}
    for row in read("queries/detections", _values(release, wanted, everything=everything)):
        number, geography = row.pop("id"), BY_ID[row.pop("geography_id")]
        parameters = row.pop("parameters")
        told = {**row, **{name: row[name] or None for name in ("reason", "explanation", "dimension")}}
        found[number] = DetectionInfo(geography=geography, parameters=_parsed(parameters), **told)
    return found


_OWN = tuple(field.name for field in fields(FindingInfo) if field.name not in ("detection", "why", "members", "dimension", "group"))


def _finding(row: Row, detections: Mapping[int, DetectionInfo]) -> FindingInfo:
    return FindingInfo(
        detection=detections[row["detection"]],
        dimension=row["dimension"] or None,
        group=row["group"] or None,
        why=tuple(_parsed(row["why"])),
        members=tuple(row["members"] or ()),
        **{name: row[name] for name in _OWN},
    )


def _parsed(column: Any) -> Any:
    """A JSON column, which a plain cursor gives as text."""
    return json.loads(column) if isinstance(column, str) else column
