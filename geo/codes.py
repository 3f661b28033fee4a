"""Sets of areas (geographies), their types and vintages, and the shapes of their codes.

A geography is an area type in one vintage: `lsoa21` is the LSOAs of 2021. An area is keyed by code and vintage, for most codes
live on through a change of boundary year: 31,810 of the 32,844 English LSOA codes of 2011 name an LSOA of 2021 too.
Ids are fixed numbers, for they are stored with each observation.
"""

import re
from dataclasses import dataclass

from geo.errors import UnknownGeography

ENGLAND = "E92000001"


@dataclass(frozen=True)
class Geography:
    """One set of areas.

    slug: name in URLs. id: number in stored observations. area_type: without digits. vintage: four digits.
    title: plural for people. singular: one of them for people. prefixes: first three characters of the codes (empty: no rule).
    has_tiles: polygons are drawn. is_point: an organisation that stands at a point. is_cells: no areas, but the cells of a grid.
    """

    slug: str
    id: int
    area_type: str
    vintage: int
    title: str
    singular: str
    prefixes: tuple[str, ...] = ()
    has_tiles: bool = True
    is_point: bool = False
    is_cells: bool = False


_UPPER_TIER = ("E06", "E08", "E09", "E10")
_LOWER_TIER = ("E06", "E07", "E08", "E09")
# Types of areas whose regions are those of local government; the others belong to the NHS.
_OF_LOCAL_GOVERNMENT = ("utla", "lad", "msoa")

GEOGRAPHIES: dict[str, Geography] = {
    g.slug: g
    for g in (
        Geography("lsoa11", 1, "lsoa", 2011, "Neighbourhoods (LSOA 2011)", "neighbourhood (LSOA)", ("E01",)),
        Geography("lsoa21", 2, "lsoa", 2021, "Neighbourhoods (LSOA 2021)", "neighbourhood (LSOA)", ("E01",)),
        Geography("msoa11", 3, "msoa", 2011, "Wider neighbourhoods (MSOA 2011)", "wider neighbourhood (MSOA)", ("E02",)),
        Geography("msoa21", 4, "msoa", 2021, "Wider neighbourhoods (MSOA 2021)", "wider neighbourhood (MSOA)", ("E02",)),
        Geography("lad21", 5, "lad", 2021, "Districts (2021)", "district", _LOWER_TIER),
        Geography("lad24", 6, "lad", 2024, "Districts (2024)", "district", _LOWER_TIER),
        Geography("utla23", 7, "utla", 2023, "Counties and unitary authorities (2023)", "county or unitary authority", _UPPER_TIER),
        Geography("sicbl23", 8, "sicbl", 2023, "Sub-ICB locations (2023)", "sub-ICB location", ("E38",)),
        Geography("icb23", 9, "icb", 2023, "Integrated care boards (2023, former)", "integrated care board", ("E54",)),
        Geography("icb26", 10, "icb", 2026, "Integrated care boards (April 2026)", "integrated care board", ("E54",)),
        Geography("nhser24", 11, "nhser", 2024, "NHS England regions", "NHS England region", ("E40",)),
        Geography("rgn23", 12, "rgn", 2023, "Regions", "region", ("E12",)),
        Geography("ctry23", 13, "ctry", 2023, "England", "country", ("E92",), has_tiles=False),
        Geography("ward24", 14, "ward", 2024, "Wards (2024)", "ward", ("E05",), has_tiles=False),
        Geography("practice24", 15, "practice", 2024, "GP practices", "GP practice", (), has_tiles=False, is_point=True),
        Geography("pcn24", 16, "pcn", 2024, "Primary care networks", "primary care network", (), has_tiles=False, is_point=True),
    )
}

# H3 cells of several sizes: a tileset, and no set of areas (docs/decisions/0007). Their figures are modelled from those of areas.
CELLS = Geography("h3", 17, "cell", 2021, "Hexagons (H3, modelled)", "hexagon", is_cells=True)

BY_ID = {g.id: g for g in (*GEOGRAPHIES.values(), CELLS)}
AREA_TYPES = tuple(dict.fromkeys(g.area_type for g in GEOGRAPHIES.values()))
# Sets of areas that are drawn, and all that is drawn.
AREA_TILESETS = tuple(g.slug for g in GEOGRAPHIES.values() if g.has_tiles)
TILESETS = (*AREA_TILESETS, CELLS.slug)

_GSS = re.compile(r"[EKNSW]\d{8}", re.ASCII)
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})", re.ASCII)
_OUTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?", re.ASCII)


def geography(slug: str) -> Geography:
    """The geography of this name. Raises UnknownGeography, listing the known ones."""
    if slug not in GEOGRAPHIES:
        raise UnknownGeography(f"There is no geography {slug!r}.", parameter="geography", found=slug, valid=tuple(GEOGRAPHIES))
    return GEOGRAPHIES[slug]


def tileset(slug: str) -> Geography:
    """What a tileset draws: a geography, or the cells. Raises UnknownGeography for what has no tiles."""
    if slug not in TILESETS:
        raise UnknownGeography(f"There is no tileset {slug!r}.", parameter="tileset", found=slug, valid=TILESETS)
    return CELLS if slug == CELLS.slug else GEOGRAPHIES[slug]


def geographies_of(area_type: str) -> tuple[Geography, ...]:
    """All vintages of an area type, newest first; empty when there is no such type."""
    found = [g for g in GEOGRAPHIES.values() if g.area_type == area_type]
    return tuple(sorted(found, key=lambda g: -g.vintage))


def regions_of(one: Geography) -> Geography:
    """The set of regions by which areas of a set are compared: of local government, or of the NHS."""
    return GEOGRAPHIES["rgn23" if one.area_type in _OF_LOCAL_GOVERNMENT else "nhser24"]


def is_gss_code(text: str) -> bool:
    """Whether the text is shaped like a GSS code: a country letter and eight digits."""
    return bool(_GSS.fullmatch(text))


def normalise_postcode(text: str) -> str | None:
    """A postcode without its space, upper case (`N170AA`), or None where the text is not shaped like one."""
    match = _POSTCODE.fullmatch(" ".join(text.upper().split()))
    return match[1] + match[2] if match else None


def normalise_outcode(text: str) -> str | None:
    """The first half of a postcode (`N17`), upper case, or None where the text is not shaped like one."""
    text = text.strip().upper()
    return text if _OUTCODE.fullmatch(text) else None
