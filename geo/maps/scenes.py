"""A picture before it is drawn: what lies where, in what look, and every word that goes with it. No numbers but those in words.

Coordinates are degrees (EPSG:4326). A scene holds nothing that is not shown, for whoever is sent the file can read all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.maps.scales import MINIMUM_CLASSES, NOT_TESTED, STATUS_LOOKS, sequential_colours
from geo.queries.catalogue import ReleaseInfo
from geo.queries.holdings import list_sources
from geo.queries.outlines import list_outlines

Bounds = tuple[float, float, float, float]

# More shapes than these make no file that can be sent: England has 33,755 neighbourhoods, its largest system 2,500.
MOST_SHAPES = 6_000
# Corners of all shapes of a file, and of the ground, which is drawn twice: about 17 bytes each.
_MOST_CORNERS, _MOST_OF_GROUND = 80_000, 20_000
# Shapes are thinned together, so that neighbours keep one line between them; by so many metres, the first that is enough.
_THINNED_BY_M = (10, 25, 50, 100, 200, 400)
_METRES_A_DEGREE = 111_320
LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Contains Ordnance Survey data © Crown copyright"
    " and database right. Contains Royal Mail data © Royal Mail copyright and database right."
)


@dataclass(frozen=True)
class Shape:
    """One area. fill, line: #rrggbb. pattern: as in STATUS_LOOKS, or cross. height: 0-1 of an extruded surface. words: when pointed at.

    is_outlined: a strong line around it, as of a window that was found. is_faint: it recedes, and so does its pattern.
    """

    geometry: BaseGeometry
    fill: str
    words: str
    pattern: str = "none"
    line: str = "#6b7780"
    height: float = 0.0
    is_outlined: bool = False
    is_faint: bool = False


@dataclass(frozen=True)
class Dot:
    """One place. radius: pixels. label: what stands in it. is_faint: it recedes."""

    longitude: float
    latitude: float
    fill: str
    words: str
    radius: float = 4
    line: str = "#ffffff"
    label: str = ""
    is_faint: bool = False


@dataclass(frozen=True)
class Key:
    """One line of the legend. kind: box or dot."""

    words: str
    fill: str
    pattern: str = "none"
    line: str = "#6b7780"
    kind: str = "box"


@dataclass(frozen=True)
class Square:
    """The legend of a two-way map.

    colours: nine, rows by value (0 unremarkable), columns by deprivation (0 least). worse: lower or higher. index: of deprivation.
    """

    colours: tuple[str, ...]
    worse: str
    index: str


@dataclass(frozen=True)
class Table:
    """The same in rows, for whoever does not see the picture."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Scene:
    """A picture. facts: what it shows, line by line; summary: the same in a sentence; ways: from where to where; ground: land, quiet."""

    title: str
    facts: tuple[str, ...]
    summary: str
    release: str
    is_synthetic: bool
    keys: tuple[Key, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    shapes: tuple[Shape, ...] = ()
    dots: tuple[Dot, ...] = ()
    ways: tuple[tuple[float, float, float, float], ...] = ()
    ground: tuple[BaseGeometry, ...] = ()
    is_extruded: bool = False
    square: Square | None = None

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north of what the picture is of."""
        return bounds_of(self.shapes, self.dots)


def bounds_of(shapes: Sequence[Shape], dots: Sequence[Dot]) -> Bounds:
    """The box around shapes and dots. Raises InputError where there are none."""
    points = [(dot.longitude, dot.latitude) * 2 for dot in dots]
    boxes = np.array([*(shape.geometry.bounds for shape in shapes), *points], dtype=np.float64).reshape(-1, 4)
    if not len(boxes):
        raise InputError("There is nothing to draw: no area has a shape or a place.")
    west, south = (float(side) for side in boxes[:, :2].min(axis=0))
    east, north = (float(side) for side in boxes[:, 2:].max(axis=0))
    return west, south, east, north


def ground_of(bounds: Bounds) -> tuple[BaseGeometry, ...]:
    """Districts around a box, thinned: the coast and boundaries."""
    west, south, east, north = bounds
    wide, high = max(east - west, 0.02) / 2, max(north - south, 0.02) / 2
    box = (west - wide, south - high, east + wide, north + high)
    found = [one.shape for one in list_outlines(box)]
    return tuple(thin(found, most=_MOST_OF_GROUND)) if found else ()


def thin(shapes: Sequence[BaseGeometry], *, most: int = _MOST_CORNERS) -> list[BaseGeometry]:
    """The same with at most so many corners, neighbours still meeting in one line. Raises InputError where there are far too many."""
    if len(shapes) > MOST_SHAPES:
        told = "These are more areas than a file can carry: name a system or district to stay within, or wider areas."
        raise InputError(told, parameter="within", found=f"{len(shapes):,} areas", valid=(f"at most {MOST_SHAPES:,}",))
    thinned = np.array(list(shapes), dtype=object)
    for metres in _THINNED_BY_M:
        if shapely.get_num_coordinates(thinned).sum() <= most:
            break
        thinned = shapely.coverage_simplify(np.array(list(shapes), dtype=object), metres / _METRES_A_DEGREE)
    return list(thinned)


def class_colours(polarity: str, breaks: Sequence[float]) -> tuple[str, ...]:
    """A colour for each class, from the lowest values to the highest, as the pages choose them."""
    return sequential_colours(polarity, max(len(breaks), MINIMUM_CLASSES))[: max(len(breaks), 1)]


def class_of(value: float, breaks: Sequence[float]) -> int:
    """The first class whose upper bound is not below the value; values above all belong to the last."""
    return next((at for at, bound in enumerate(breaks) if value <= bound + 1e-9), max(len(breaks) - 1, 0))


def status_key(status: str, words: str) -> Key:
    """The legend's line of a status that has no class."""
    look = NOT_TESTED if status == "not_tested" else STATUS_LOOKS[status]
    return Key(words, look["fill"], look["pattern"], look["line"])


def source_lines(release: ReleaseInfo, slugs: Iterable[str]) -> tuple[str, ...]:
    """Where figures come from: the files of the release behind them, with their publishers and licences."""
    wanted = set(slugs)
    found = [source for source in list_sources(release) if source.slug in wanted]
    told = [", ".join(part for part in (source.title, source.publisher, source.licence) if part) for source in found]
    return (*told, LICENCE, f"All sources and licences: /api/v1/sources?release={release.slug} of the service.")


def height_of(value: float, lowest: float, highest: float) -> float:
    """0 for the lowest, 1 for the highest; 1 where all are alike."""
    return (value - lowest) / (highest - lowest) if highest > lowest else 1.0
