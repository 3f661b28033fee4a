"""Tables of minutes that somebody sent, in the list of who sent them."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pyproj import Transformer

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import UnknownMatrix
from geo.models import TravelMatrix
from geo.queries.reading import read

# Degrees to a tenth of a metre: a place that goes out and comes back is the same.
_DIGITS = 6


@dataclass(frozen=True)
class MatrixInfo:
    """One table. key: its id; provider: the name that a plan is asked for with; mode: what one travels by; areas, places: how many."""

    key: str
    provider: str
    name: str
    mode: str
    source: str
    geography: str
    areas: int
    places: int
    made_at: datetime


@dataclass(frozen=True)
class MatrixPlace:
    """A destination of a table, as a plan may be given it. Degrees (EPSG:4326)."""

    name: str
    latitude: float
    longitude: float


def list_matrices(asking: str | None) -> list[MatrixInfo]:
    """Those that whoever asks has sent, by name; nobody else's, and none for who has no key."""
    return [MatrixInfo(**row) for row in read("queries/travel_matrices", {"owner": asking, "key": ""})] if asking else []


def get_matrix_info(key: str) -> MatrixInfo:
    """A table that somebody sent, for whoever has its id. Raises UnknownMatrix."""
    rows = read("queries/travel_matrices", {"owner": "", "key": key})
    if not rows:
        raise UnknownMatrix("There is no such table of minutes.", parameter="key", found=key)
    return MatrixInfo(**rows[0])


def list_places(key: str) -> list[MatrixPlace]:
    """The destinations of a table, in the order of its file."""
    found = TravelMatrix.objects.only("destinations", "points").get(id=key)
    east, north = np.array(found.points, dtype=np.float64).reshape(-1, 2).T
    longitude, latitude = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True).transform(east, north)
    rounded = zip(found.destinations, np.round(latitude, _DIGITS).tolist(), np.round(longitude, _DIGITS).tolist(), strict=True)
    return [MatrixPlace(*place) for place in rounded]
