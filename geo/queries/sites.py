"""Places that may matter for care or outreach: schools, hospitals, diagnostic centres, surgical hubs."""

import json
from dataclasses import dataclass
from typing import Any

from geo.errors import InputError
from geo.models import Site
from geo.queries.areas import find_areas
from geo.queries.reading import Row, read


@dataclass(frozen=True)
class SiteInfo:
    """One place. code: the publisher's key; detail: what else the publisher says of it. longitude, latitude: degrees (EPSG:4326) or None.

    lsoa21_code: the neighbourhood of its nearest postcode; None outside England or without a point.
    """

    kind: str
    code: str
    name: str
    detail: dict[str, Any]
    lsoa21_code: str | None
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class SitePage:
    """Some of the sites that match, and how many match in all."""

    count: int
    sites: tuple[SiteInfo, ...]


def list_sites(
    *,
    kind: str | None = None,
    within: str | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    limit: int | None = 100,
    offset: int = 0,
) -> SitePage:
    """Sites of a kind, in an area, in a box (west, south, east, north in degrees); None does not restrict.

    Raises InputError for an unknown kind, listing those there are, and UnknownArea.
    """
    if kind is not None and kind not in (kinds := list_kinds()):
        raise InputError("There is no such kind of site.", parameter="kind", found=kind, valid=kinds)
    west, south, east, north = bbox or (None, None, None, None)
    values = {
        "kind": kind,
        "parents": None if within is None else [area.id for area in find_areas(within, parameter="within")],
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    rows = read("queries/sites_page", {**values, "limit": limit, "offset": offset})
    if not rows and offset:
        first = read("queries/sites_page", {**values, "limit": 1, "offset": 0})
        return SitePage(first[0]["total"] if first else 0, ())
    found = tuple(_site(row) for row in rows)
    return SitePage(rows[0]["total"] if rows else 0, found)


def list_kinds() -> tuple[str, ...]:
    """The kinds of site there are, in alphabetical order."""
    return tuple(Site.objects.order_by("kind").values_list("kind", flat=True).distinct())


def _site(row: Row) -> SiteInfo:
    fields: dict[str, Any] = {key: value for key, value in row.items() if key != "total"}
    return SiteInfo(**{**fields, "detail": json.loads(row["detail"])})
