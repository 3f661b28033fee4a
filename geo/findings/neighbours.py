"""Whose neighbours areas are, for tests that look at an area together with those around it."""

import numpy as np
import shapely
from django.db import connection
from scipy import sparse

from geo.codes import Geography
from geo.findings.slices import Areas
from geo.geography.adjacency import Weights, nearest_weights, queen_weights
from geo.sqlfiles import statement

# Surgeries and networks are points: an area's neighbourhood is as many others as a district usually borders.
NEAREST = 6


def neighbourhood(geography: Geography, areas: Areas) -> tuple[Weights, str]:
    """Neighbours (without the areas themselves) in the areas' order, and how they were found, in words."""
    if geography.is_point:
        return _nearest(areas), f"the {NEAREST} nearest by straight line"
    with connection.cursor() as cursor:
        cursor.execute(statement("findings/shapes"), {"areas": [int(area) for area in areas.ids]})
        shapes = shapely.from_wkb([bytes(row[0]) for row in cursor.fetchall()])
    return queen_weights(list(np.asarray(shapes))), "those that share a boundary or a corner"


def _nearest(areas: Areas) -> Weights:
    """The nearest of those that have a point; one without has no neighbours."""
    located = np.flatnonzero(areas.is_located)
    found = sparse.coo_array(nearest_weights(areas.coordinates[located], NEAREST))
    return sparse.csr_array((found.data, (located[found.row], located[found.col])), shape=(len(areas), len(areas)))
