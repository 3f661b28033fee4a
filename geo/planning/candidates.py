"""Places where a stop may be: known sites, places that somebody names, and postcode sectors and cells, areas of search only.

A computed middle is no site: whether there is hard standing, power, parking or a bus there, nobody has looked at (honesty C3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pyproj import Transformer

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import InputError

# Kinds, as requests name them, with how the ids of their places begin.
PREFIXES = {
    "practices": "practice",
    "hospitals": "hospital",
    "diagnostic_centres": "diagnostic_centre",
    "schools": "school",
    "given": "given",
    "search": "search",
    "search_cells": "cell",
}


@dataclass(frozen=True)
class Candidate:
    """One place. id: its kind and its publisher's key. latitude, longitude: EPSG:4326; easting, northing: EPSG:27700, metres.

    is_area_of_search: found by computation, and no place was looked at. people: registered patients of a practice, else None.
    """

    id: str
    name: str
    kind: str
    latitude: float
    longitude: float
    easting: float
    northing: float
    is_area_of_search: bool
    people: int | None = None


def given_candidates(places: Sequence[tuple[str, float, float]]) -> list[Candidate]:
    """Candidates of named places (name, latitude, longitude in degrees), numbered from 1. Raises InputError for one elsewhere."""
    found = []
    for number, (name, latitude, longitude) in enumerate(places, 1):
        easting, northing = _to_grid().transform(longitude, latitude)
        if not (0 <= easting <= 700_000 and 0 <= northing <= 1_300_000):
            place = f"{latitude}, {longitude}"
            raise InputError(
                f"Place {number} lies outside Great Britain.",
                parameter=f"candidates.given[{number - 1}]",
                found=place,
                valid=("52.2, 0.12",),
            )
        found.append(Candidate(f"given:{number}", name, "given", latitude, longitude, easting, northing, is_area_of_search=False))
    return found


@cache
def _to_grid() -> Transformer:
    """Degrees to metres; making it takes twenty milliseconds, which everybody would wait who moves a stop."""
    return Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
