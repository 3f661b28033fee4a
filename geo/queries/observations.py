"""Observations of one indicator: which slices a question means, a page of them with ranks, or all of them one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from geo.codes import AREA_TYPES, Geography, geographies_of
from geo.errors import InvalidPeriod, UnknownGeography, UnknownStratum
from geo.periods import parse_period
from geo.queries.areas import AreaInfo, find_areas
from geo.queries.catalogue import AvailableGeography, IndicatorInfo, ReleaseInfo, Slice
from geo.queries.reading import Row, read, stream
from geo.statuses import Basis, Comparison, Reason, Status, word

EVERYBODY = "all"
EVERY_PERIOD = "all"


@dataclass(frozen=True)
class ObservationInfo:
    """One indicator in one area, period and stratum. Proportions 0-1; None where there is no figure: status and reason say why.

    rank: 1 = best by the indicator's polarity, or the highest where it has none, among the `rank_of` areas of England with a value;
    None without a value or where the error of a modelled one is not known. reason: None where nothing is absent.
    geometry: GeoJSON text in degrees where it was asked for.
    """

    area_code: str
    area_name: str
    geography: Geography
    indicator: str
    period: str
    stratum: str
    numerator: float | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    basis: str
    comparison: str
    is_reliable: bool
    reason: str | None
    coverage: float | None
    rank: int | None
    rank_of: int | None
    geometry: str | None = None


@dataclass(frozen=True)
class Selection:
    """Which observations are meant: slices of one release, and areas: one, or those in any of the parents, or all (None)."""

    release: ReleaseInfo
    indicator: IndicatorInfo
    slices: tuple[Slice, ...]
    area_id: int | None = None
    parent_ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ObservationPage:
    """Some of the observations that match, and how many match in all. reason: why there are none, else None."""

    count: int
    observations: tuple[ObservationInfo, ...]
    reason: str | None


@dataclass(frozen=True)
class Question:
    """What somebody may say about the observations they want; None leaves it to us.

    vintage: the newest that has the indicator. period: the latest, or "all". stratum: everybody, or every stratum where
    the indicator is given by stratum only.
    """

    area_type: str | None = None
    vintage: int | None = None
    period: str | None = None
    stratum: str | None = None
    within: str | None = None
    area: str | None = None


def select(release: ReleaseInfo, indicator: IndicatorInfo, question: Question) -> Selection:
    """What the question means. Without any slice where the indicator does not exist for such areas.

    Raises UnknownGeography, UnknownArea, InvalidPeriod, UnknownStratum, each listing what would be valid.
    """
    area = _area(indicator, question) if question.area else None
    available = _of_geography(indicator, area.geography) if area else _available(indicator, question)
    parents = tuple(parent.id for parent in find_areas(question.within, parameter="within")) if question.within else None
    slices = _slices(available, question) if available else ()
    return Selection(release, indicator, slices, area.id if area else None, parents)


def list_observations(selection: Selection, *, limit: int = 100, offset: int = 0) -> ObservationPage:
    """A page of the selection, newest period first, then strata, then code order."""
    if not selection.slices:
        return ObservationPage(0, (), "no_data")
    rows = read("queries/observations_page", {**_values(selection), "limit": limit, "offset": offset, "with_geometry": False})
    if not rows and offset:
        first = read("queries/observations_page", {**_values(selection), "limit": 1, "offset": 0, "with_geometry": False})
        return ObservationPage(first[0]["total"] if first else 0, (), "no_match" if first else "out_of_scope")
    if not rows:
        return ObservationPage(0, (), "out_of_scope")
    observations = tuple(_observation(row, selection) for row in rows)
    return ObservationPage(rows[0]["total"], observations, None)


def stream_observations(selection: Selection, *, with_geometry: bool = False) -> Iterator[ObservationInfo]:
    """The whole selection, one by one, in the order of `list_observations`; with shapes where wanted."""
    if selection.slices:
        values = {**_values(selection), "limit": None, "offset": 0, "with_geometry": with_geometry}
        for row in stream("queries/observations_page", values):
            yield _observation(row, selection)


def direction(indicator: IndicatorInfo) -> int:
    """1 where rank 1 is the lowest value (low is good), -1 where it is the highest."""
    return 1 if indicator.definition.get("polarity") == "low_is_good" else -1


def words(row: Row) -> dict[str, str | None]:
    """Status, basis, comparison and reason of a row of observations as words."""
    return {
        "status": word(Status(row["status"])),
        "basis": word(Basis(row["basis"])),
        "comparison": word(Comparison(row["comparison"])),
        "reason": word(Reason(row["reason"])) if row["reason"] else None,
    }


def _area(indicator: IndicatorInfo, question: Question) -> AreaInfo:
    """The area that is asked about: in the vintage asked for, else in the newest that has the indicator, else the newest."""
    found = find_areas(question.area or "", parameter="area")
    fitting = [
        area
        for area in found
        if question.vintage in (None, area.geography.vintage) and question.area_type in (None, area.geography.area_type)
    ]
    if not fitting:
        known = tuple(f"{area.geography.area_type} of {area.geography.vintage}" for area in found)
        asked = f"{question.area_type or 'area'} of {question.vintage or 'any year'}"
        raise UnknownGeography(f"{question.area} is no {asked}.", parameter="vintage", found=asked, valid=known)
    return next((area for area in fitting if _of_geography(indicator, area.geography)), fitting[0])


def _of_geography(indicator: IndicatorInfo, geography: Geography) -> AvailableGeography | None:
    return next((available for available in indicator.available if available.geography == geography), None)


def _available(indicator: IndicatorInfo, question: Question) -> AvailableGeography | None:
    """The newest vintage of the type that has the indicator, or the one asked for; None where there is none."""
    offered = tuple(dict.fromkeys(available.geography.area_type for available in indicator.available))
    if question.area_type is None:
        message = "Say which areas are meant: area_type, or area for a single one."
        raise UnknownGeography(message, parameter="area_type", found="", valid=offered)
    known = geographies_of(question.area_type)
    if not known:
        raise UnknownGeography("There is no such type of area.", parameter="area_type", found=question.area_type, valid=AREA_TYPES)
    if question.vintage is not None and question.vintage not in {g.vintage for g in known}:
        years = tuple(str(g.vintage) for g in known)
        message = f"There is no {question.area_type} of {question.vintage}."
        raise UnknownGeography(message, parameter="vintage", found=str(question.vintage), valid=years)
    fitting = [g for g in known if question.vintage in (None, g.vintage)]
    return next((found for g in fitting if (found := _of_geography(indicator, g))), None)


def _slices(available: AvailableGeography, question: Question) -> tuple[Slice, ...]:
    strata = _strata(available, question.stratum)
    candidates = [part for part in available.slices if part.stratum in strata]
    if question.period == EVERY_PERIOD:
        return tuple(candidates)
    period = choose_period(tuple(dict.fromkeys(part.period for part in candidates)), question.period)
    return tuple(part for part in candidates if part.period == period)


def choose_period(periods: tuple[str, ...], wanted: str | None) -> str:
    """The period wanted, or the latest (the first). Raises InvalidPeriod for what is no period or not among them."""
    if wanted is None:
        return periods[0]
    if wanted not in periods:
        parse_period(wanted)
        raise InvalidPeriod(f"There is nothing for {wanted}.", parameter="period", found=wanted, valid=periods)
    return wanted


def _strata(available: AvailableGeography, wanted: str | None) -> tuple[str, ...]:
    if wanted is None:
        return (EVERYBODY,) if EVERYBODY in available.strata else available.strata
    if wanted not in available.strata:
        raise UnknownStratum("The indicator has no such stratum.", parameter="stratum", found=wanted, valid=available.strata)
    return (wanted,)


def _values(selection: Selection) -> dict[str, object]:
    slices = selection.slices
    return {
        "release": selection.release.id,
        "indicators": [part.indicator_id for part in slices],
        "geographies": [part.geography.id for part in slices],
        "periods": [part.period_id for part in slices],
        "strata": [part.stratum_id for part in slices],
        "directions": [direction(selection.indicator)] * len(slices),
        "area": selection.area_id,
        "parents": None if selection.parent_ids is None else list(selection.parent_ids),
    }


def _observation(row: Row, selection: Selection) -> ObservationInfo:
    part = selection.slices[row["place"] - 1]
    return ObservationInfo(
        area_code=row["code"],
        area_name=row["name"],
        geography=part.geography,
        indicator=part.indicator,
        period=part.period,
        stratum=part.stratum,
        **figures(row),
        **standing(row["rank"], row["rank_of"]),
        geometry=row["geometry"],
    )


def standing(rank: int | None, rank_of: int | None) -> dict[str, Any]:
    """Rank and how many are ranked; neither where there is no rank, or nothing to be ranked against."""
    is_ranked = rank is not None and rank_of is not None and rank_of > 1
    return {"rank": rank, "rank_of": rank_of} if is_ranked else {"rank": None, "rank_of": None}


def figures(row: Row) -> dict[str, Any]:
    """The numbers of a row of observations, and its statuses as words."""
    return {
        **{name: row[name] for name in ("numerator", "denominator", "value", "lower", "upper", "coverage", "is_reliable")},
        **words(row),
    }
