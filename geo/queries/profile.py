"""Everything that a release says of one area: each indicator's latest observation, its rank, its trend, and England beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from geo.codes import BY_ID, ENGLAND
from geo.models import Area
from geo.queries.areas import AreaInfo
from geo.queries.catalogue import IndicatorInfo, ReleaseInfo, Slice, list_indicators
from geo.queries.observations import ObservationInfo, direction, figures, standing
from geo.queries.reading import Row, read
from geo.statuses import Reason

EVERYBODY = "all"
# Key of a slice without its geography: indicator, stratum, period.
_Key = tuple[int, int, int]


@dataclass(frozen=True)
class TrendPoint:
    """One period of an indicator in the area and in England; None where there is no value."""

    period: str
    period_label: str
    observation: ObservationInfo
    england: float | None


@dataclass(frozen=True)
class ProfileRow:
    """One indicator (in one stratum) of an area. england: its value in the latest period. trend: oldest first, the latest included."""

    indicator: IndicatorInfo
    stratum: str
    stratum_title: str
    latest: ObservationInfo
    england: float | None
    trend: tuple[TrendPoint, ...]


def get_profile(area: AreaInfo, release: ReleaseInfo, *, indicators: list[IndicatorInfo] | None = None) -> tuple[ProfileRow, ...]:
    """Every indicator that the release holds for the area's geography, by slug: of everybody, or by parts of the people where that is all.

    One whose area has no row at all in the latest period is left out; one with a row but no value is there with its reason.
    `indicators` saves reading them again. Ranks are given for the latest period only.
    """
    indicators = list_indicators(release) if indicators is None else indicators
    england = Area.objects.filter(code=ENGLAND).values_list("pk", flat=True).first()
    wanted = [area.id] if england in (None, area.id) else [area.id, england]
    rows = read("queries/observations_of_areas", {"release": release.id, "areas": wanted, "indicator": None})
    own = {_key(row): row for row in rows if row["area_id"] == area.id}
    national = {_key(row): row["value"] for row in rows if row["area_id"] == england}
    latest = [
        (indicator, parts)
        for indicator in indicators
        for parts in _by_stratum(part for part in indicator.slices if part.geography == area.geography)
        if _slice_key(parts[0]) in own
    ]
    ranks = _ranks([(indicator, parts[0], own[_slice_key(parts[0])]) for indicator, parts in latest], release)
    return tuple(_profile_row(area, indicator, parts, own, national, rank) for (indicator, parts), rank in zip(latest, ranks, strict=True))


def get_england_value(indicator: IndicatorInfo, part: Slice, release: ReleaseInfo) -> ObservationInfo | None:
    """England's observation of the same indicator, period and stratum as a slice; None where the release has none."""
    england = Area.objects.filter(code=ENGLAND).first()
    if england is None:
        return None
    rows = read("queries/observations_of_areas", {"release": release.id, "areas": [england.pk], "indicator": indicator.id})
    row = next((row for row in rows if _key(row) == _slice_key(part)), None)
    return None if row is None else _observation(row, part, england.code, england.name, (None, None))


def _profile_row(
    area: AreaInfo,
    indicator: IndicatorInfo,
    parts: list[Slice],
    own: dict[_Key, Row],
    national: dict[_Key, float | None],
    rank: tuple[int | None, int | None],
) -> ProfileRow:
    def point(part: Slice, standing: tuple[int | None, int | None]) -> TrendPoint:
        observation = _observation(own[_slice_key(part)], part, area.code, area.name, standing)
        return TrendPoint(part.period, part.period_label, observation, national.get(_slice_key(part)))

    newest = point(parts[0], rank)
    earlier = [point(part, (None, None)) for part in reversed(parts[1:]) if _slice_key(part) in own]
    return ProfileRow(indicator, parts[0].stratum, parts[0].stratum_title, newest.observation, newest.england, (*earlier, newest))


def _by_stratum(parts: Iterable[Slice]) -> list[list[Slice]]:
    """The slices of each stratum, newest first as they come; of everybody alone, where there is that."""
    strata: dict[str, list[Slice]] = {}
    for part in parts:
        strata.setdefault(part.stratum, []).append(part)
    return [strata[EVERYBODY]] if EVERYBODY in strata else list(strata.values())


def _ranks(latest: list[tuple[IndicatorInfo, Slice, Row]], release: ReleaseInfo) -> list[tuple[int | None, int | None]]:
    """Rank and number of ranked areas for each; None for both where there is nothing to rank."""
    ranked = [
        place for place, (_, _, row) in enumerate(latest) if row["value"] is not None and row["reason"] != Reason.ALLOCATION_ERROR_UNKNOWN
    ]
    result: list[tuple[int | None, int | None]] = [(None, None)] * len(latest)
    if ranked:
        values = {
            "release": release.id,
            "indicators": [latest[place][1].indicator_id for place in ranked],
            "geographies": [latest[place][1].geography.id for place in ranked],
            "periods": [latest[place][1].period_id for place in ranked],
            "strata": [latest[place][1].stratum_id for place in ranked],
            "directions": [direction(latest[place][0]) for place in ranked],
            "values": [latest[place][2]["value"] for place in ranked],
        }
        for row in read("queries/standings", values):
            result[ranked[row["place"] - 1]] = (row["rank"], row["rank_of"])
    return result


def _observation(row: Row, part: Slice, code: str, name: str, rank: tuple[int | None, int | None]) -> ObservationInfo:
    return ObservationInfo(
        area_code=code,
        area_name=name,
        geography=BY_ID[row["geography_id"]],
        indicator=part.indicator,
        period=part.period,
        stratum=part.stratum,
        **figures(row),
        **standing(*rank),
    )


def _key(row: Row) -> _Key:
    return row["indicator_id"], row["stratum_id"], row["period_id"]


def _slice_key(part: Slice) -> _Key:
    return part.indicator_id, part.stratum_id, part.period_id
