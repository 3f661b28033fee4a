"""H3 cells: how neighbourhoods lie in the finest cells by their postcodes, and the adaptive set of cells that is drawn.

One matrix a vintage is stored, at the finest resolution; all wider cells are sums of it, made when they are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely

from geo.codes import GEOGRAPHIES
from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR, WGS84
from geo.geography.boundaries import read_wkb, reproject, to_ewkb, to_multipolygons, transform_points
from geo.geography.cells import ADAPTED, CellWeights, adapt, cover, resolutions_of, shapes_of, weigh
from geo.models import CellWeight
from geo.releases.areas_membership import Membership
from geo.releases.areas_postcodes import Postcodes
from geo.releases.areas_rows import AreaRows

# Vintages that lie in cells, and the one whose people the adaptive set is made for.
WEIGHED = ("lsoa21", "lsoa11")
_PEOPLE_OF = "lsoa21"
# A cell is parted while its parts hold so many people: the fewest that a neighbourhood (LSOA) is drawn for, so no cell claims to be finer.
LEAST_PEOPLE = 1_000
# At most this share of a parted cell's people may come to live in parts with fewer: without it one field at a town's edge keeps the whole
# town in one cell (docs/decisions/0007).
SPARE = 0.2


@dataclass(frozen=True)
class WeighedAreas:
    """Weights of one geography at the finest resolution, and the people of its areas, shape (areas,), NaN where not known."""

    geography: str
    weights: CellWeights
    people: np.ndarray


def weigh_areas(rows: Sequence[AreaRows], postcodes: Postcodes) -> list[WeighedAreas]:
    """Weights of each vintage that is there, by postcodes; an area without one lies in the cell of its middle."""
    known = {part.geography.slug: part for part in rows}
    return [_weighed(known[slug], postcodes) for slug in WEIGHED if slug in known]


def weight_columns(weighed: Sequence[WeighedAreas]) -> dict[str, object]:
    """The columns of the table of weights."""
    made = [{"geography_id": GEOGRAPHIES[each.geography].id, **CellWeight.columns(each.weights)} for each in weighed]
    names = ("geography_id", "resolution", "size", "cells", "starts", "areas", "shares", "by_centroid")
    return {name: [row[name] for row in made] for name in names}


def cell_columns(weighed: Sequence[WeighedAreas], districts: pd.Series) -> dict[str, object]:
    """The columns of the table of cells: the adaptive set of the newest neighbourhoods, none where there are no such.

    districts: name of the district that each of these lies in, in code order, null where none is known.
    """
    found = next((each for each in weighed if each.geography == _PEOPLE_OF), None)
    people = np.nan_to_num(found.people) if found else np.zeros(0)
    if found is None or not people.sum() > 0:
        return {name: [] for name in ("h3", "resolution", "feature_id", "people", "reliability", "district", "geometry_3857")}
    steps = [found.weights.coarser(resolution) for resolution in ADAPTED]
    cells = adapt(steps, people, least=LEAST_PEOPLE, spare=SPARE)
    # Where only areas without people lie, or those of another vintage, cells are there too: no total is lost whatever is moved.
    cells = cover(cells, np.unique(np.concatenate([each.weights.cells for each in weighed])))
    inside = found.weights.into(cells)
    shapes = to_multipolygons(reproject(read_wkb(shapes_of(cells)), source=WGS84, target=WEB_MERCATOR))
    return {
        "h3": cells.astype(np.int64),
        "resolution": resolutions_of(cells).astype(np.int16),
        "feature_id": np.arange(1, len(cells) + 1),
        "people": inside.move(people),
        "reliability": inside.reliability(people),
        "district": _most_of(inside, people, districts),
        "geometry_3857": to_ewkb(shapes, srid=WEB_MERCATOR),
    }


def district_names(rows: Sequence[AreaRows], membership: Membership) -> pd.Series:
    """The name of the district (2024) of each of the newest neighbourhoods, in code order."""
    known = {part.geography.slug: part.frame.set_index("code") for part in rows}
    if _PEOPLE_OF not in known or "lad24" not in known:
        return pd.Series([], dtype=object)
    return membership.frames[_PEOPLE_OF]["lad24"].reindex(known[_PEOPLE_OF].index).map(known["lad24"]["name"])


def _most_of(inside: CellWeights, people: np.ndarray, districts: pd.Series) -> np.ndarray:
    """The district that most people of each cell live in, empty where none is known."""
    if not len(districts):
        return np.full(len(inside.cells), "", dtype=object)
    at, names = pd.factorize(districts)
    known = np.flatnonzero(at >= 0)
    of_district = sp.csr_array((people[known], (known, at[known])), shape=(len(at), len(names)))
    lives = (inside.matrix @ of_district).tocsr()
    row = np.asarray(lives.argmax(axis=1)).ravel()
    is_known = np.asarray(lives.max(axis=1).todense()).ravel() > 0
    return np.where(is_known, np.append(names.to_numpy(dtype=object), "")[row], "")


def _weighed(part: AreaRows, postcodes: Postcodes) -> WeighedAreas:
    slug = part.geography.slug
    frame = postcodes.frame
    place = part.frame.set_index("code").index.get_indexer(frame[slug])
    is_placed = (place >= 0) & frame["easting"].notna().to_numpy() & frame["northing"].notna().to_numpy()
    east, north = (frame[axis].to_numpy(dtype=float)[is_placed] for axis in ("easting", "northing"))
    middles = shapely.get_coordinates(np.where(shapely.is_missing(part.points), shapely.Point(np.nan, np.nan), part.points))
    return WeighedAreas(
        slug,
        weigh(place[is_placed], _degrees(east, north), _degrees(middles[:, 0], middles[:, 1])),
        part.frame["population"].to_numpy(dtype=float),
    )


def _degrees(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude of points (EPSG:27700), NaN where one is not known."""
    longitude, latitude = transform_points(east, north, source=BRITISH_NATIONAL_GRID, target=WGS84)
    return np.where(np.isfinite(latitude), latitude, np.nan), np.where(np.isfinite(longitude), longitude, np.nan)
