"""Names for the map: of every area of a geography in feature order, and of the places that a map is labelled with."""

from dataclasses import dataclass

from geo.codes import CELLS, GEOGRAPHIES, Geography, geography
from geo.models import Area, Tileset
from geo.queries.reading import read

# Regions, districts and wider neighbourhoods are what people know places by; the last are many, and asked for only from near.
LABELLED = {"far": {"rgn23": "region", "lad24": "district"}, "near": {"msoa21": "neighbourhood"}}


@dataclass(frozen=True)
class Names:
    """Columns in feature order (feature_id 1 first). district: position in `districts` of the district around, -1 for none."""

    codes: list[str]
    names: list[str]
    districts: list[str]
    district: list[int]


@dataclass(frozen=True)
class Label:
    """A name and where to write it (EPSG:4326). kind: region, district or neighbourhood."""

    name: str
    kind: str
    longitude: float
    latitude: float


def list_names(areas: Geography) -> Names:
    """Code and name of every area of a set, and the district around each where it lies in one; of cells that of most people."""
    if areas.is_cells:
        return _cells()
    districts = [GEOGRAPHIES[slug].id for slug in ("lad24", "lad21")]
    rows = read("queries/area_names", {"geography": areas.id, "districts": districts})
    known = sorted({row["district"] for row in rows if row["district"]})
    position = {name: at for at, name in enumerate(known)}
    return Names(
        codes=[row["code"] for row in rows],
        names=[row["other_name"] or row["name"] for row in rows],
        districts=known,
        district=[position.get(row["district"], -1) for row in rows],
    )


def names_version(slug: str = "") -> str:
    """Changes whenever the names or labels may have: the newest tileset and the number of areas of the set (or of all).

    Raises UnknownGeography for a set that there is not.
    """
    areas = Area.objects.filter(geography_id=named_set(slug).id) if slug not in ("", CELLS.slug) else Area.objects.all()
    newest = Tileset.objects.filter(is_complete=True).order_by("-made_at").values_list("version", flat=True).first()
    return f"{slug or 'labels'}-{areas.count()}-{newest or 'none'}"


def named_set(slug: str) -> Geography:
    """A set of areas, or the cells. Raises UnknownGeography for what is neither."""
    return CELLS if slug == CELLS.slug else geography(slug)


def list_labels(reach: str) -> list[Label]:
    """Names for a map seen from `far` (regions, districts) or `near` (wider neighbourhoods), the most populous first within each kind."""
    found = []
    for slug, kind in LABELLED[reach].items():
        rows = read("queries/area_labels", {"geography": GEOGRAPHIES[slug].id})
        found += [Label(row["other_name"] or row["name"], kind, row["longitude"], row["latitude"]) for row in rows]
    return found


def _cells() -> Names:
    """The drawn cells by their numbers, in hexadecimal; they have no names, so each is told by the district of most of its people."""
    rows = read("queries/cell_names", {})
    known = sorted({row["district"] for row in rows if row["district"]})
    position = {name: at for at, name in enumerate(known)}
    return Names(
        codes=[row["code"] for row in rows],
        names=[f"Hexagon {row['code'].rstrip('f')}" for row in rows],
        districts=known,
        district=[position.get(row["district"], -1) for row in rows],
    )
