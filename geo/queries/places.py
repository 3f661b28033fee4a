"""From a postcode or a point to the areas around it.

LSOA 2011 comes from the postcode table (for a point: from its nearest postcode, and the distance is said). LSOA 2021 is the
same area where that did not change, else the best-fitting one, and then is marked so. Larger areas follow from these.
"""

from dataclasses import dataclass

from geo.codes import GEOGRAPHIES, normalise_postcode
from geo.errors import InputError
from geo.models import Postcode
from geo.queries.reading import read

# A point outside every shape (they are generalised) still counts as in England this near to a postcode.
SHORE_M = 250

# How far to look for the nearest postcode, step by step: the whole of England lies within the last.
REACHES_M = (500, 3_000, 30_000)

# The box of degrees that holds England.
WEST, SOUTH, EAST, NORTH = -7.0, 49.7, 2.1, 56.0


@dataclass(frozen=True)
class Place:
    """A spot in England. postcode: its own, or the nearest; distance_m: metres to it, None where the postcode itself was asked for.

    area_ids: keys of the areas around it, smallest first. is_lsoa21_best_fit: the LSOA of 2021 is the likeliest, not certain.
    """

    postcode: str
    distance_m: float | None
    is_lsoa21_best_fit: bool
    area_ids: tuple[int, ...]


def find_postcode(text: str) -> Place | None:
    """The place of a postcode, written in any common way, or None for one that was not live in May 2022 in England.

    Raises InputError for what is not shaped like a postcode.
    """
    postcode = normalise_postcode(text)
    if postcode is None:
        raise InputError("This is not shaped like a postcode.", parameter="postcode", found=text, valid=("N17 8AA",))
    found = Postcode.objects.filter(postcode=postcode).first()
    if found is None:
        return None
    around = _ancestors(found.lsoa11_id, found.lsoa21_id)
    return Place(spaced(postcode), None, found.is_lsoa21_best_fit, around)


def find_point(longitude: float, latitude: float) -> Place | None:
    """The place at a point in degrees (EPSG:4326), by its nearest postcode; None where it does not lie in England."""
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        return None
    lsoas = [GEOGRAPHIES[slug].id for slug in ("lsoa11", "lsoa21")]
    point = read("queries/point_in_england", {"longitude": longitude, "latitude": latitude, "geographies": lsoas})[0]
    for reach in REACHES_M if point["is_inside"] else (SHORE_M,):
        values = {"easting": point["easting"], "northing": point["northing"], "reach": reach}
        found = read("queries/nearest_postcode", values)
        # Farther than the reach, something nearer may lie in an outcode that was not asked.
        if found and found[0]["distance_m"] <= reach:
            row = found[0]
            around = _ancestors(row["lsoa11_id"], row["lsoa21_id"])
            return Place(spaced(row["postcode"]), round(row["distance_m"], 1), row["is_lsoa21_best_fit"], around)
    return None


def spaced(postcode: str) -> str:
    """A postcode as people write it: `N17 8AA`."""
    return f"{postcode[:-3]} {postcode[-3:]}"


def _ancestors(*areas: int | None) -> tuple[int, ...]:
    rows = read("queries/ancestors", {"areas": [area for area in areas if area is not None]})
    return tuple(row["id"] for row in rows)
