"""Areas: one with everything that leads from it, and lists of them by type, vintage, containing area and name."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.codes import AREA_TYPES, BY_ID, GEOGRAPHIES, Geography, geographies_of
from geo.errors import InputError, UnknownArea, UnknownGeography
from geo.models import Area, Deprivation
from geo.queries.reading import Row, read

# The sets whose areas have a second name (House of Commons Library), and a code of the NHS besides the GSS code.
WITH_OTHER_NAMES = ("msoa11", "msoa21")
WITH_ODS_CODES = ("sicbl23", "icb23", "icb26", "nhser24")

# Every code in use (GSS, practice, PCN) is of capital letters and digits.
_CODE = re.compile(r"^[A-Z0-9]{3,16}$")


@dataclass(frozen=True)
class AreaInfo:
    """One area. `id` is its key in the database and never leaves the house.

    longitude, latitude: its population-weighted middle where published (EPSG:4326); None where no place is known.
    population: residents, or registered patients of a practice or PCN, in population_year; None where not known.
    """

    id: int
    geography: Geography
    code: str
    name: str
    other_name: str
    ods_code: str
    feature_id: int
    population: int | None
    population_year: int | None
    valid_from: date | None
    valid_to: date | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class LinkedArea:
    """An area to which another leads, and how. share: of the people of the smaller or older one; method: the rule in words."""

    code: str
    name: str
    geography: Geography
    kind: str
    share: float
    method: str


@dataclass(frozen=True)
class DeprivationInfo:
    """Score, rank and published decile (1 = most deprived) on one domain of one index."""

    index_version: str
    domain: str
    score: float | None
    rank: int | None
    decile: int | None


@dataclass(frozen=True)
class AreaDetail:
    """An area with what it lies in, what it came from and became, its other vintages and its deprivation.

    bounds: west, south, east, north in degrees; None where it has no shape.
    """

    area: AreaInfo
    vintages: tuple[int, ...]
    within: tuple[LinkedArea, ...]
    predecessors: tuple[LinkedArea, ...]
    successors: tuple[LinkedArea, ...]
    deprivation: tuple[DeprivationInfo, ...]
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class AreaPage:
    """Some of the areas that match, and how many match in all."""

    count: int
    areas: tuple[AreaInfo, ...]


def choose_geographies(area_type: str | None, vintage: int | None) -> tuple[Geography, ...]:
    """The sets of areas that a type and a vintage name; the newest of the type without a vintage; all without either.

    Raises UnknownGeography where there is none, listing what there is.
    """
    if area_type is None:
        found = tuple(g for g in BY_ID.values() if vintage in (None, g.vintage))
        if not found:
            years = tuple(str(year) for year in sorted({g.vintage for g in BY_ID.values()}))
            raise UnknownGeography(f"No areas have the vintage {vintage}.", parameter="vintage", found=str(vintage), valid=years)
        return found
    known = geographies_of(area_type)
    if not known:
        raise UnknownGeography("There is no such type of area.", parameter="type", found=area_type, valid=AREA_TYPES)
    if vintage is None:
        return known[:1]
    found = tuple(g for g in known if g.vintage == vintage)
    if not found:
        years = tuple(str(g.vintage) for g in known)
        raise UnknownGeography(f"There is no {area_type} of {vintage}.", parameter="vintage", found=str(vintage), valid=years)
    return found


def get_area(code: str, *, vintage: int | None = None, parameter: str = "code") -> AreaDetail:
    """One area: in this vintage, or else in the newest in which the code exists. Raises UnknownArea; `parameter` names who asked."""
    found = find_areas(code, parameter=parameter)
    areas = [area for area in found if vintage in (None, area.geography.vintage)]
    if not areas:
        years = tuple(str(area.geography.vintage) for area in found)
        raise UnknownArea(f"{code} is not an area of {vintage}.", parameter="vintage", found=str(vintage), valid=years)
    area = areas[0]
    links = read("queries/area_links", {"area": area.id})
    box = read("queries/area_box", {"area": area.id})[0]
    return AreaDetail(
        area=area,
        vintages=tuple(other.geography.vintage for other in found),
        within=_links(links, "parent", ("within", "best_fit")),
        predecessors=_links(links, "child", ("converts", "succeeds")),
        successors=_links(links, "parent", ("converts", "succeeds")),
        deprivation=_deprivation(area.id),
        bounds=None if box["west"] is None else (box["west"], box["south"], box["east"], box["north"]),
    )


def get_bounds(codes: tuple[str, ...]) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees of some areas together; None where none of them has a shape. Raises UnknownArea."""
    boxes = [box for box in (get_area(code).bounds for code in codes) if box is not None]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def find_areas(code: str, *, parameter: str = "code") -> list[AreaInfo]:
    """Every vintage in which a code exists, newest first. Raises UnknownArea where there is none."""
    ids = list(Area.objects.filter(code=code).values_list("pk", flat=True)) if _CODE.match(code) else []
    if not ids:
        raise UnknownArea("No area has this code.", parameter=parameter, found=code, valid=("E92000001", "E09000014", "E01002075"))
    return sorted(list_areas(ids=ids, limit=None).areas, key=lambda area: -area.geography.vintage)


def list_areas(
    *,
    geographies: tuple[Geography, ...] | None = None,
    ids: list[int] | None = None,
    parents: list[int] | None = None,
    name: str | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> AreaPage:
    """Areas in geography and code order: of these sets, with these keys, inside any of these parents, with this in name or code.

    None does not restrict. `limit` None gives all of them.
    """
    if name is not None and limit is None:
        raise InputError("A search by name is paged.", parameter="limit")
    values = {
        "geographies": [g.id for g in geographies] if geographies is not None else None,
        "ids": ids,
        "parents": parents,
        "pattern": None if name is None else f"%{escape_like(name)}%",
        "code": (name or "").upper(),
        "named": _ids(WITH_OTHER_NAMES),
        "coded": _ids(WITH_ODS_CODES),
        "limit": limit,
        "offset": offset,
    }
    rows = read("queries/areas_page", values)
    total = rows[0]["total"]
    return AreaPage(count=total, areas=tuple(_area(row) for row in rows if row["id"] is not None))


def list_neighbours(area: AreaInfo) -> tuple[AreaInfo, ...]:
    """Areas of the same set that touch this one, in code order; none for an area without a shape."""
    ids = [row["id"] for row in read("queries/neighbours", {"area": area.id})]
    return list_areas(ids=ids, limit=None).areas if ids else ()


def escape_like(text: str) -> str:
    """The text with the signs that LIKE reads as wildcards taken literally."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _ids(slugs: tuple[str, ...]) -> list[int]:
    return [GEOGRAPHIES[slug].id for slug in slugs]


def _area(row: Row) -> AreaInfo:
    fields: dict[str, Any] = {key: value for key, value in row.items() if key not in ("total", "geography_id")}
    return AreaInfo(geography=BY_ID[row["geography_id"]], **fields)


def _links(rows: list[Row], direction: str, kinds: tuple[str, ...]) -> tuple[LinkedArea, ...]:
    return tuple(
        LinkedArea(
            code=row["code"],
            name=row["name"],
            geography=BY_ID[row["geography_id"]],
            kind=row["kind"],
            share=row["share"],
            method=row["method"],
        )
        for row in rows
        if row["direction"] == direction and row["kind"] in kinds
    )


def _deprivation(area_id: int) -> tuple[DeprivationInfo, ...]:
    found = Deprivation.objects.filter(area_id=area_id).order_by("-index_version", "domain")
    return tuple(DeprivationInfo(d.index_version, d.domain, d.score, d.rank, d.decile) for d in found)
