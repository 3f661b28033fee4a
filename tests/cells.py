"""Cells for areas that a test made: a postcode at each area's middle and two beside it."""

import numpy as np
import pandas as pd
import shapely
from django.db import connection

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.geography.boundaries import transform_points
from geo.geography.cells import weigh
from geo.models import Area
from geo.queries import catchment_figures, cell_figures, concentrations, ground, reach, travel
from geo.releases.areas_cells import WeighedAreas, cell_columns, weight_columns
from geo.releases.copying import copy_rows


def forget() -> None:
    """What processes remember of areas and figures belongs to another world now."""
    for held in (ground._held, catchment_figures._held, catchment_figures._single, cell_figures._held):
        held.clear()  # type: ignore[attr-defined]
    for kept in (travel._origins, travel._model, reach._land, concentrations._drawn):
        kept.cache_clear()


def make_cells(*slugs: str) -> None:
    """Weights of these geographies (lsoa21 where none is named) and the drawn cells, from the areas that stand."""
    weighed = [_weighed(slug) for slug in slugs or ("lsoa21",)]
    districts = pd.Series(["Made-up Haven"] * Area.objects.filter(geography__slug="lsoa21", feature_id__gt=0).count())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM geo_cellweight")
        cursor.execute("DELETE FROM geo_cell")
        copy_rows(cursor, "geo_cellweight", weight_columns(weighed))
        copy_rows(cursor, "geo_cell", cell_columns(weighed, districts))


def _weighed(slug: str) -> WeighedAreas:
    areas = list(Area.objects.filter(geography__slug=slug, feature_id__gt=0).order_by("feature_id"))
    middles = shapely.get_coordinates(shapely.from_wkb([bytes(area.centroid_27700.wkb) for area in areas]))
    east, north = np.repeat(middles[:, 0], 3) + np.tile([0, 150, -150], len(areas)), np.repeat(middles[:, 1], 3)
    longitude, latitude = transform_points(east, north, source=BRITISH_NATIONAL_GRID, target=WGS84)
    weights = weigh(np.repeat(np.arange(len(areas)), 3), (latitude, longitude), (latitude[::3], longitude[::3]))
    return WeighedAreas(slug, weights, np.array([area.population or 0 for area in areas], dtype=float))
