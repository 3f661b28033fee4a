"""What a tile must and may hold, by plain set operations on the stored shapes: the second version that tiles are judged against."""

import math
from dataclasses import dataclass

import numpy as np
import shapely

from tests.oracles.vector_tiles import ring_area

HALF_WORLD_M = math.pi * 6_378_137
UNITS = 4096


@dataclass(frozen=True)
class Truth:
    must: set
    may: set
    unit_m: float
    west: float
    north: float


class Shapes:
    """Shapes in EPSG:3857 by feature id."""

    def __init__(self, ids, shapes):
        self.ids = np.asarray(ids)
        self.shapes = np.asarray(shapes, dtype=object)
        self.by_id = dict(zip(ids, shapes, strict=True))
        self._tree = shapely.STRtree(self.shapes)

    def truth(self, z, x, y):
        """Ids of areas sharing more than a square unit with the tile (must), and of those that touch it or its buffer (may)."""
        side = 2 * HALF_WORLD_M / 2**z
        unit = side / UNITS
        west, north = x * side - HALF_WORLD_M, HALF_WORLD_M - y * side
        tile = shapely.box(west, north - side, west + side, north)
        near = self._tree.query(tile.buffer(65 * unit, join_style="mitre"), predicate="intersects")
        shared = shapely.area(shapely.intersection(self.shapes[near], tile))
        return Truth(set(self.ids[near][shared > unit * unit].tolist()), set(self.ids[near].tolist()), unit, west, north)


def drawn_shape(feature, truth):
    """The feature's shape back in EPSG:3857: each ring with positive area opens a polygon, the others are holes of the last one."""
    polygons = []
    for ring in feature.rings:
        points = [(truth.west + px * truth.unit_m, truth.north - py * truth.unit_m) for px, py in ring]
        if ring_area(ring) > 0:
            polygons.append((points, []))
        else:
            polygons[-1][1].append(points)
    return shapely.union_all(shapely.make_valid([shapely.Polygon(shell, holes) for shell, holes in polygons]))
