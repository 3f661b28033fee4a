"""Shapes that somebody drew or sent: from GeoJSON to valid polygons on the national grid, mended and told, or refused with the place.

Nothing here trusts its input: numbers are checked before geometry is made of them, and what would take long (a tangle of lines) is
recognised by a sample before it is untangled.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.errors import InvalidShape
from geo.geography.boundaries import reproject, to_multipolygons

# More corners than any catchment needs; a county with its coast at full detail has fewer.
MOST_CORNERS = 100_000
# Above this outlines are thinned, so that cutting neighbourhoods along them stays quick; nothing moves by more than the metres.
THINNED_ABOVE, THINNED_BY_M = 20_000, 10.0
# Polygons of one shape, and how deep collections may lie in collections.
MOST_POLYGONS, DEEPEST = 1_000, 4
# Lines that cross each other in more places than these are a tangle and no outline. Estimated by a sample of pairs of lines.
MOST_CROSSINGS, _PAIRS = 5_000, 200_000
# Where England is, in degrees with a margin: west, south, east, north.
_ENGLAND = (-7.5, 49.0, 3.0, 56.5)
# Reference systems in degrees.
_DEGREES = (WGS84, 4258)
# A polygon of less than this is no area (square metres).
_LEAST_M2 = 1.0

Points = NDArray[np.float64]
_PLACE = re.compile(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)\]")


@dataclass(frozen=True)
class CheckedShape:
    """Valid polygons in EPSG:27700. mended: what was changed of what was sent, in words; empty where nothing was."""

    shape: BaseGeometry
    mended: tuple[str, ...]


@dataclass
class Outlines:
    """Rings as they were sent.

    polygons: outer ring first, shape (corners, 2) each; places: where each polygon stands. told: mended so far; left_out: points and lines.
    """

    polygons: list[list[Points]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    told: dict[str, None] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    @property
    def corners(self) -> int:
        """Corners of all rings."""
        return sum(len(ring) for polygon in self.polygons for ring in polygon)


def check_geojson(value: Any, *, place: str = "shape") -> CheckedShape:
    """The shape of a GeoJSON geometry, Feature or FeatureCollection in degrees (EPSG:4326, longitude first).

    Raises InvalidShape, naming where in the GeoJSON the fault stands, what was found and what is expected.
    """
    return check_outlines(gather_geojson(value, place), crs=WGS84, place=place)


def gather_geojson(value: Any, place: str) -> Outlines:
    """The rings of a GeoJSON object, in whatever reference system it is. Raises InvalidShape with the place of what is no GeoJSON."""
    outlines = Outlines()
    _gather(value, place, outlines, depth=0)
    return outlines


def check_outlines(outlines: Outlines, *, crs: int, place: str) -> CheckedShape:
    """Valid polygons of rings whose coordinates are in `crs` (an EPSG number; x is east or longitude)."""
    if not outlines.polygons:
        _refuse_nothing(outlines, place)
    if outlines.left_out:
        outlines.told[f"Points and lines have no area and were left out: {', '.join(outlines.left_out[:5])}."] = None
    if crs in _DEGREES:
        _turn_round(outlines, place)
    built = _build(outlines)
    shapes = reproject(built, source=crs, target=BRITISH_NATIONAL_GRID)
    if not all(math.isfinite(edge) for edge in shapely.total_bounds(shapes)):
        raise invalid("The coordinates lie where the reference system has no meaning.", place, f"EPSG:{crs}", "coordinates in England")
    _refuse_tangle(outlines, place)
    shape = _join(shapes, outlines, crs)
    # A line along a meridian is a line in degrees, and a sliver on the grid.
    if shape is None or shape.area < _LEAST_M2 or not shapely.area(shapely.convex_hull(built)).sum() > 0:
        raise invalid("The shape has no area.", place, "an empty shape", "a polygon with at least three corners that are not on a line")
    return CheckedShape(_thin(shape, outlines), tuple(outlines.told))


def _gather(value: Any, place: str, outlines: Outlines, *, depth: int) -> None:
    """Collect the rings of a GeoJSON object and of what lies in it."""
    if not isinstance(value, Mapping):
        raise invalid("A GeoJSON object is wanted here.", place, type(value).__name__, "an object with a type")
    if depth > DEEPEST:
        raise invalid("Collections lie in collections too deeply.", place, f"depth {depth}", f"at most {DEEPEST}")
    kind = value.get("type")
    for inner, where in _parts(value, kind, place):
        _gather(inner, where, outlines, depth=depth + 1)
    if kind in ("Polygon", "MultiPolygon"):
        _add_polygons(value.get("coordinates"), f"{place}.coordinates", outlines, is_one=kind == "Polygon")
    elif kind in ("Point", "MultiPoint", "LineString", "MultiLineString"):
        outlines.left_out.append(f"{kind} at {place}")
    elif kind not in ("Feature", "FeatureCollection", "GeometryCollection"):
        wanted = "Polygon, MultiPolygon, Feature or FeatureCollection"
        raise invalid("This is no kind of GeoJSON.", f"{place}.type", str(kind), wanted)


def _parts(value: Mapping[str, Any], kind: Any, place: str) -> Iterator[tuple[Any, str]]:
    if kind == "Feature":
        if value.get("geometry") is None:
            raise invalid("The feature has no geometry.", f"{place}.geometry", "null", "a Polygon or MultiPolygon")
        yield value["geometry"], f"{place}.geometry"
    for key in {"FeatureCollection": ("features",), "GeometryCollection": ("geometries",)}.get(str(kind), ()):
        for at, inner in enumerate(_a_list(value.get(key), f"{place}.{key}")):
            yield inner, f"{place}.{key}[{at}]"


def _add_polygons(coordinates: Any, place: str, outlines: Outlines, *, is_one: bool) -> None:
    if is_one:
        _add_polygon(coordinates, place, outlines)
        return
    for at, polygon in enumerate(_a_list(coordinates, place)):
        _add_polygon(polygon, f"{place}[{at}]", outlines)


def _add_polygon(rings: Any, place: str, outlines: Outlines) -> None:
    found = _a_list(rings, place)
    if not found:
        return
    outlines.polygons.append([read_ring(ring, f"{place}[{at}]", outlines.told) for at, ring in enumerate(found)])
    outlines.places.append(place)
    refuse_many(outlines, place)


def refuse_many(outlines: Outlines, place: str) -> None:
    """Raise InvalidShape where there are more corners or polygons than are taken."""
    if outlines.corners > MOST_CORNERS:
        message = f"The shape has more than {MOST_CORNERS:,} corners. Simplify it first; ten metres make no difference to who lives inside."
        raise invalid(message, place, f"{outlines.corners:,} corners", f"at most {MOST_CORNERS:,}")
    if len(outlines.polygons) > MOST_POLYGONS:
        raise invalid("The shape has too many parts.", place, f"{len(outlines.polygons):,} polygons", f"at most {MOST_POLYGONS:,}")


def read_ring(ring: Any, place: str, told: dict[str, None]) -> Points:
    """The corners of one ring, closed, heights dropped. Raises InvalidShape with the first corner that is no pair of numbers."""
    corners = _a_list(ring, place) if not isinstance(ring, np.ndarray) else ring
    if len(corners) > MOST_CORNERS + 1:
        raise invalid(f"The ring has more than {MOST_CORNERS:,} corners.", place, f"{len(corners):,}", f"at most {MOST_CORNERS:,}")
    try:
        points = np.array(corners)
    except ValueError:
        points = np.empty(0, dtype=object)
    if points.dtype.kind not in "if" or points.ndim != 2 or points.shape[1] < 2:
        at = next((at for at, corner in enumerate(corners) if not _is_corner(corner)), None)
        where, found = (place, f"{len(corners)} corners") if at is None else (f"{place}[{at}]", repr(corners[at])[:60])
        raise invalid("A corner is wanted here: two numbers.", where, found, "[longitude, latitude], all corners alike")
    points = points.astype(np.float64)
    if points.shape[1] > 2:
        told["Heights and measures of corners were left out."] = None
        points = points[:, :2]
    if not np.isfinite(points).all():
        at = int(np.flatnonzero(~np.isfinite(points).all(axis=1))[0])
        raise invalid("A coordinate is not a number.", f"{place}[{at}]", str(points[at].tolist()), "two finite numbers")
    if not np.array_equal(points[0], points[-1]):
        told["An outline that did not end where it began was closed."] = None
        points = np.vstack([points, points[:1]])
    if len(points) < 4:
        raise invalid("An outline needs at least three corners.", place, f"{len(points) - 1}", "three or more")
    return points


def _is_corner(corner: Any) -> bool:
    return (
        isinstance(corner, Sequence)
        and not isinstance(corner, str)
        and len(corner) >= 2
        and all(isinstance(number, int | float) and not isinstance(number, bool) for number in corner)
    )


def _a_list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise invalid("A list is wanted here.", place, type(value).__name__, "a list")
    return value


def _refuse_nothing(outlines: Outlines, place: str) -> None:
    if outlines.left_out:
        message = "Points and lines have no area. For the surroundings of a point ask for a buffer or a travel time."
        raise invalid(message, place, outlines.left_out[0], "a Polygon or MultiPolygon")
    raise invalid("The shape is empty.", place, "no polygon", "a Polygon or MultiPolygon")


def _turn_round(outlines: Outlines, place: str) -> None:
    """Put longitude first where latitude was, and refuse what are no degrees or lies far from England."""
    points = np.vstack([ring for polygon in outlines.polygons for ring in polygon])
    west, south, east, north = _ENGLAND
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    if max(abs(x0), abs(x1)) > 180 or max(abs(y0), abs(y1)) > 90:
        found = f"{points[np.abs(points).max(axis=1).argmax()].tolist()}"
        message = "The coordinates are no degrees; they look like metres. Say which reference system they are in, or send degrees."
        raise invalid(message, place, found, "longitude and latitude (EPSG:4326)")
    if x1 >= west and x0 <= east and y1 >= south and y0 <= north:
        return
    if x0 >= south and x1 <= north and y0 >= west and y1 <= east:
        outlines.told["Latitude stood before longitude; they were exchanged."] = None
        outlines.polygons = [[ring[:, ::-1].copy() for ring in polygon] for polygon in outlines.polygons]
        return
    raise invalid("The shape lies outside England.", place, f"{x0:.4g}, {y0:.4g} to {x1:.4g}, {y1:.4g}", "a shape in England")


def _build(outlines: Outlines) -> NDArray[np.object_]:
    made = np.empty(len(outlines.polygons), dtype=object)
    made[:] = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in outlines.polygons]
    return made


def _refuse_tangle(outlines: Outlines, place: str) -> None:
    """Refuse outlines that cross themselves and each other in so many places that untangling them would take long."""
    rings = [ring for polygon in outlines.polygons for ring in polygon]
    start, end = np.vstack([ring[:-1] for ring in rings]), np.vstack([ring[1:] for ring in rings])
    lines = len(start)
    one, other = np.random.default_rng(0).integers(0, lines, (2, _PAIRS))
    share = np.mean(_cross(start[one], end[one], start[other], end[other]))
    crossings = float(share) * lines * (lines - 1) / 2
    # A single pair of the sample may be chance; of outlines that matter many pairs cross.
    if crossings > MOST_CROSSINGS and share * _PAIRS >= 3:
        message = "The outline crosses itself in so many places that it encloses nothing in particular."
        raise invalid(message, place, f"about {crossings:,.0f} crossings", f"at most {MOST_CROSSINGS:,}")


def _cross(a: Points, b: Points, c: Points, d: Points) -> NDArray[np.bool_]:
    """Whether lines from a to b cross those from c to d, touching not counted."""

    def side(p: Points, q: Points, r: Points) -> NDArray[np.float64]:
        return np.asarray((q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0]))

    return (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)


def _join(shapes: NDArray[np.object_], outlines: Outlines, crs: int) -> BaseGeometry | None:
    """One valid shape of all, faults told with their place."""
    for at in np.flatnonzero(~shapely.is_valid(shapes)):
        outlines.told[_fault(shapes[at], outlines.places[at])] = None
    polygons = [polygon for polygon in to_multipolygons(shapes) if polygon is not None]
    return to_multipolygons(np.array([shapely.union_all(polygons)], dtype=object))[0] if polygons else None


def _fault(shape: BaseGeometry, place: str) -> str:
    """What is wrong with a polygon and where, in degrees."""
    reason = str(shapely.is_valid_reason(shape))
    found = _PLACE.search(reason)
    what = "crosses itself" if "ntersection" in reason else "is not valid"
    if found is None:
        return f"The outline at {place} {what} and was mended."
    point = reproject(
        np.array([shapely.Point(float(found[1]), float(found[2]))], dtype=object), source=BRITISH_NATIONAL_GRID, target=WGS84
    )[0]
    return f"The outline at {place} {what} near longitude {point.x:.5f}, latitude {point.y:.5f}, and was mended."


def _thin(shape: BaseGeometry, outlines: Outlines) -> BaseGeometry:
    before = int(shapely.get_num_coordinates(shape))
    if before <= THINNED_ABOVE:
        return shape
    thinned = to_multipolygons(np.array([shapely.simplify(shape, THINNED_BY_M, preserve_topology=False)], dtype=object))[0]
    if thinned is None:
        return shape
    after = int(shapely.get_num_coordinates(thinned))
    outlines.told[f"Its {before:,} corners were thinned to {after:,}; nothing moved by more than {THINNED_BY_M:.0f} m."] = None
    return thinned


def invalid(message: str, place: str, found: str, expected: str) -> InvalidShape:
    """What is raised for a fault at a place."""
    return InvalidShape(message, parameter=place, found=found, valid=(expected,))
