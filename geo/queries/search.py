"""The one search box: a postcode, the first half of one, a code or a name."""

from dataclasses import dataclass

from geo.codes import BY_ID, GEOGRAPHIES, TILESETS, Geography, normalise_outcode, normalise_postcode
from geo.models import Outcode
from geo.queries.areas import WITH_ODS_CODES, WITH_OTHER_NAMES, escape_like, list_areas
from geo.queries.places import find_postcode
from geo.queries.reading import Row, read

# A single letter fits half of England.
SHORTEST = 2

# Where one name is that of several areas, people mean the larger; of two vintages, the newer.
_ORDER = (
    "ctry23", "rgn23", "nhser24", "icb26", "lad24", "utla23", "sicbl23", "icb23", "lad21", "msoa21",
    "pcn24", "practice24", "ward24", "lsoa21", "msoa11", "lsoa11",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """Something that fits. kind: postcode, outcode or area; code: the postcode, the outcode or the area's code.

    geography: None for an outcode; for a postcode that of its neighbourhood, `area_code`. detail: words that tell like names apart.
    longitude, latitude: where to fly to (EPSG:4326). bounds: west, south, east, north of an outcode in degrees.
    """

    kind: str
    code: str
    title: str
    detail: str
    geography: Geography | None
    area_code: str
    longitude: float | None
    latitude: float | None
    bounds: tuple[float, float, float, float] | None = None


def search(text: str, *, limit: int = 10) -> list[Hit]:
    """What fits, best first: a postcode or outcode itself, then exact codes and names, then beginnings, then what contains it.

    What is spelt alike comes only when nothing else does. Empty for fewer than two letters, and where nothing fits.
    """
    text = " ".join(text.split())
    if len(text) < SHORTEST:
        return []
    places = _places(text)
    hits = _areas(text, limit - len(places)) if limit > len(places) else []
    if not places and not hits:
        hits = [_hit(row) for row in read("queries/search_alike", {"exact": text, "order": _ids(_ORDER), "limit": limit})]
    return (places + hits)[:limit]


def _places(text: str) -> list[Hit]:
    if normalise_postcode(text) is not None:
        return _postcode(text)
    outcode = normalise_outcode(text)
    found = Outcode.objects.filter(outcode=outcode).first() if outcode else None
    if found is None:
        return []
    box = read("queries/grid_box", {"west": found.west, "south": found.south, "east": found.east, "north": found.north})[0]
    middle = read("queries/grid_box", {"west": found.easting, "south": found.northing, "east": found.easting, "north": found.northing})[0]
    bounds = (box["west"], box["south"], box["east"], box["north"])
    detail = f"postcode district, {found.postcodes:,} postcodes"
    return [Hit("outcode", found.outcode, found.outcode, detail, None, "", middle["west"], middle["south"], bounds)]


def _postcode(text: str) -> list[Hit]:
    place = find_postcode(text)
    if place is None:
        return []
    sets = (GEOGRAPHIES["lsoa11"], GEOGRAPHIES["lsoa21"])
    area = max(list_areas(geographies=sets, ids=list(place.area_ids)).areas, key=lambda lsoa: lsoa.geography.vintage)
    detail = f"{area.name}, best fit" if place.is_lsoa21_best_fit else area.name
    return [Hit("postcode", place.postcode, place.postcode, detail, area.geography, area.code, area.longitude, area.latitude)]


def _areas(text: str, limit: int) -> list[Hit]:
    pattern = escape_like(text)
    values = {
        "exact": text,
        "prefix": f"{pattern}%",
        "word": f"% {pattern}%",
        # Two letters stand inside half of all names: they are looked for at the beginning only.
        "middle": f"%{pattern}%" if len(text) > SHORTEST else f"{pattern}%",
        "code": text.upper(),
        "named": _ids(WITH_OTHER_NAMES),
        "coded": _ids(WITH_ODS_CODES),
        "order": _ids(_ORDER),
        "limit": limit,
    }
    return [_hit(row) for row in read("queries/search_areas", values)]


def _hit(row: Row) -> Hit:
    geography = BY_ID[row["geography_id"]]
    title = f"{row['other_name']} ({row['name']})" if row["other_name"] else row["name"]
    former = "" if geography.slug in TILESETS or geography.is_point else ", table only"
    detail = f"{geography.singular}, {geography.vintage}{former}"
    return Hit("area", row["code"], title, detail, geography, row["code"], row["longitude"], row["latitude"])


def _ids(slugs: tuple[str, ...]) -> list[int]:
    return [GEOGRAPHIES[slug].id for slug in slugs]
