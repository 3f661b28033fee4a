"""What the engine thinks of each area of one slice: shrunken value, probability of being worse, hot spot, window, funnel."""

from dataclasses import dataclass
from typing import Any

from geo.disclosure.claims import Claim
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice
from geo.queries.findings import DetectionInfo, FindingFilter, list_detections
from geo.queries.reading import Row, read
from geo.queries.slices import choose_slice, refuse_slice
from geo.statuses import FUNNELS, SPOTS


@dataclass(frozen=True)
class EstimateInfo:
    """One area. value: as published; shrunken: posterior mean with 95 % limits, smoothed: the same, borrowing
    from neighbours, None where not made; in the indicator's unit. The rest 0-1 or as words."""

    area_code: str
    area_name: str
    value: float | None
    expected: float | None
    shrunken: float | None
    shrunken_lower: float | None
    shrunken_upper: float | None
    smoothed: float | None
    exceedance: float | None
    reliability: float | None
    z: float | None
    p: float | None
    q: float | None
    spot: str
    in_window: bool | None
    funnel: str


@dataclass(frozen=True)
class HotspotPage:
    """Areas of one slice by code, how many there are, and the detections of hot spots and windows that made them.

    reason: why there are none, else None. adjustment: what the expectation takes account of.
    """

    part: Slice
    count: int
    areas: tuple[EstimateInfo, ...]
    detections: tuple[DetectionInfo, ...]
    adjustment: str
    reason: str | None


def list_hotspots(
    release: ReleaseInfo, indicator: IndicatorInfo, *, area_type: str | None = None, limit: int | None = None, offset: int = 0
) -> HotspotPage:
    """A page of the areas of the newest period. Raises RefusedClaim where such areas cannot bear a test for hot spots."""
    part = choose_slice(indicator, area_type=area_type)
    values = _keys(release, part, limit=limit, offset=offset)
    rows = read("queries/estimates", values)
    # Beyond the last page nothing is read: what there is must still be known.
    first = rows or (read("queries/estimates", {**values, "limit": 1, "offset": 0}) if offset else [])
    asked = list_detections(release, FindingFilter(indicator=indicator, area_type=part.geography.area_type))
    made = tuple(
        one
        for one in asked
        if one.kind in ("hot_spot", "scan_window")
        and one.geography == part.geography
        and (one.state != "refused" or one.parameters.get("is_labels_only"))
    )
    # What was found on the secure side answers for counts that could not be asked here.
    if not any(one.parameters.get("is_labels_only") for one in made):
        refuse_slice(Claim.HOT_SPOT, indicator, part, has_observed=bool(first))
    total = first[0]["total"] if first else 0
    areas = tuple(_estimate(row) for row in rows)
    adjustment = made[0].adjustment if made else "none"
    return HotspotPage(part, total, areas, made, adjustment, None if rows else "no_match" if total else "no_data")


def estimates_of(release: ReleaseInfo, part: Slice) -> tuple[EstimateInfo, ...]:
    """Every area of one slice that has an estimate, by code; none where there are none."""
    return tuple(_estimate(row) for row in read("queries/estimates", _keys(release, part, limit=None, offset=0)))


def _keys(release: ReleaseInfo, part: Slice, *, limit: int | None, offset: int) -> dict[str, Any]:
    return {
        "release": release.id,
        "indicator": part.indicator_id,
        "geography": part.geography.id,
        "period": part.period_id,
        "stratum": part.stratum_id,
        "limit": limit,
        "offset": offset,
    }


def _estimate(row: Row) -> EstimateInfo:
    return EstimateInfo(**{name: column for name, column in row.items() if name not in ("total", "spot", "funnel")}, **_words(row))


def _words(row: Row) -> dict[str, Any]:
    return {"spot": SPOTS[row["spot"]], "funnel": FUNNELS[row["funnel"]]}
