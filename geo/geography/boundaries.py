"""Shapes of areas: mending, reprojecting, dissolving small areas into larger ones, and points inside.

Shapes are arrays of shapely geometries, shape (n,). A missing shape is None and stays None everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

Shapes = NDArray[np.object_]

# A dissolved shape may differ from the sum of its parts by this share of their area before the slow, sure way is taken:
# published boundaries overlap by slivers where they were generalised one by one.
DISSOLVE_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Dissolved:
    """Larger areas made of smaller ones: `codes` in ascending order, `shapes` the valid multi-polygon of each."""

    codes: list[str]
    shapes: Shapes


def read_wkb(values: Sequence[bytes | None]) -> Shapes:
    """Shapes from well-known binary, as they stand in the file. Raises shapely.errors.GEOSException for bytes that are none."""
    return np.asarray(shapely.from_wkb(np.asarray(values, dtype=object)), dtype=object)


def to_multipolygons(shapes: Shapes) -> Shapes:
    """Valid multi-polygons: an invalid ring is mended by structure (holes stay holes), lines and points left over are dropped.

    A shape with no polygon in it, or an empty one, becomes None. Coordinates are not moved, valid shapes keep theirs in order.
    """
    result = np.array(shapes, dtype=object)
    present = ~shapely.is_missing(result)
    wrong = present & ~shapely.is_valid(result)
    if wrong.any():
        result[wrong] = shapely.make_valid(result[wrong], method="structure", keep_collapsed=False)
    for index in np.flatnonzero(present):
        result[index] = _as_multipolygon(result[index])
    return result


def reproject(shapes: Shapes, *, source: int, target: int) -> Shapes:
    """The same shapes in another reference system, both given as EPSG numbers (see geo.crs); x is east or longitude.

    Degrees to the British National Grid are good to about 2 m, for the fine OSTN15 grid is not asked for: far below the
    generalisation of the boundaries, and the same vertex always gives the same result, so neighbours still meet.
    Missing stays missing. Raises pyproj.exceptions.CRSError for an unknown number.
    """
    transformer = _transformer(source, target)

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return np.asarray(shapely.transform(shapes, move), dtype=object)


def transform_points(
    x: NDArray[np.float64], y: NDArray[np.float64], *, source: int, target: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points in another reference system, as `reproject`; not a finite number where there is none."""
    moved = _transformer(source, target).transform(x, y)
    return np.asarray(moved[0], dtype=np.float64), np.asarray(moved[1], dtype=np.float64)


def dissolve(shapes: Shapes, parents: Sequence[str | None]) -> Dissolved:
    """One shape for each parent code: the union of the shapes that belong to it.

    parents: the code of each shape's parent, same order; None or "" leaves the shape out, and so does a missing shape.
    Neighbours that share vertices exactly are joined fast by dropping common edges; where the result is not valid or its area
    is not that of its parts (they overlap), the slow overlay takes over. Raises ValueError when the two are not of one length.
    """
    if len(shapes) != len(parents):
        raise ValueError(f"{len(shapes)} shapes, but {len(parents)} parents")
    members: dict[str, list[BaseGeometry]] = {}
    for shape, parent in zip(shapes, parents, strict=True):
        if parent and shape is not None:
            members.setdefault(parent, []).append(shape)
    codes = sorted(members)
    joined = np.empty(len(codes), dtype=object)
    joined[:] = [_union(members[code]) for code in codes]
    return Dissolved(codes=codes, shapes=to_multipolygons(joined))


def inner_points(shapes: Shapes) -> Shapes:
    """A point that lies inside each shape (never merely its centroid, which may fall outside); None where there is no shape."""
    return np.asarray(shapely.point_on_surface(shapes), dtype=object)


def to_ewkb(shapes: Shapes, *, srid: int) -> list[bytes | None]:
    """Extended well-known binary with the EPSG number inside, as PostGIS takes it by binary COPY; None stays None."""
    return list(shapely.to_wkb(shapely.set_srid(shapes, srid), include_srid=True))


def _as_multipolygon(shape: BaseGeometry) -> BaseGeometry | None:
    if shape.geom_type == "MultiPolygon" and not shape.is_empty:
        return shape
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    polygons += [
        inner
        for part in shapely.get_parts(shape)
        if part.geom_type == "MultiPolygon"
        for inner in shapely.get_parts(part)
        if not inner.is_empty
    ]
    return shapely.multipolygons(polygons) if polygons else None


def _union(parts: list[BaseGeometry]) -> BaseGeometry:
    if len(parts) == 1:
        return parts[0]
    expected = float(shapely.area(parts).sum())
    try:
        joined = shapely.coverage_union_all(parts)
    except shapely.errors.GEOSException:  # edges of neighbours cross or meet without a common vertex
        joined = None
    if joined is not None and shapely.is_valid(joined) and abs(joined.area - expected) <= DISSOLVE_TOLERANCE * expected:
        return joined
    return shapely.union_all(shapely.make_valid(np.asarray(parts, dtype=object), method="structure", keep_collapsed=False))


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
