"""Shapes of areas as published or dissolved from smaller ones, in both reference systems, and a point for each.

Published boundaries are in degrees (EPSG:4326). A larger area without a published boundary is the union of the neighbourhoods
that a look-up puts in it, so its edges are those of the neighbourhoods.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR, WGS84
from geo.geography.boundaries import Shapes, dissolve, inner_points, read_wkb, reproject, to_multipolygons
from geo.releases.areas_inputs import Staged
from geo.releases.areas_membership import Membership

PUBLISHED = ("lsoa11", "lsoa21", "lad24", "utla23", "sicbl23", "icb23", "nhser24", "rgn23")
# Geography -> the geography that it is dissolved from.
DISSOLVED = {"msoa11": "lsoa11", "lad21": "lsoa11", "msoa21": "lsoa21", "icb26": "lsoa21"}


@dataclass(frozen=True)
class Outlines:
    """Valid multi-polygons of one geography. codes: shape (n,), ascending. grid, mercator: shape (n,), EPSG:27700 and EPSG:3857."""

    codes: list[str]
    grid: Shapes
    mercator: Shapes

    def at(self, codes: pd.Index) -> tuple[Shapes, Shapes]:
        """Shapes of these codes, None where there is none."""
        place = pd.Index(self.codes).get_indexer(codes)
        return tuple(_taken(shapes, place) for shapes in (self.grid, self.mercator))  # type: ignore[return-value]


def read_outlines(staged: Staged, membership: Membership) -> dict[str, Outlines]:
    """Outlines of every geography that has some."""
    degrees: dict[str, tuple[list[str], Shapes]] = {}
    for geography in PUBLISHED:
        frame = staged.table(f"{geography}_boundaries", "code", "geometry").sort_values("code")
        if len(frame):
            degrees[geography] = (list(frame["code"]), to_multipolygons(read_wkb(list(frame["geometry"]))))
    for geography, child in DISSOLVED.items():
        if child in degrees and membership.frames[child][geography].notna().any():
            degrees[geography] = _dissolved(degrees[child], membership.frames[child][geography])
    whole = degrees.get("rgn23")
    if whole:
        joined = dissolve(whole[1], ["E92000001"] * len(whole[0]))
        degrees["ctry23"] = (joined.codes, joined.shapes)
    return {geography: _both(codes, shapes) for geography, (codes, shapes) in degrees.items()}


def points_inside(shapes: Shapes, given: Shapes | None = None) -> Shapes:
    """The given points (EPSG:27700), and a point inside the shape where none is given; None where there is neither."""
    inner = inner_points(shapes)
    return inner if given is None else np.where(shapely.is_missing(given), inner, given)


def _dissolved(children: tuple[list[str], Shapes], parents: pd.Series) -> tuple[list[str], Shapes]:
    codes, shapes = children
    owners = parents.reindex(codes)
    made = dissolve(shapes, [owner if isinstance(owner, str) else None for owner in owners])
    return made.codes, made.shapes


def _both(codes: list[str], shapes: Shapes) -> Outlines:
    """Reprojected twice; moving vertices may touch a ring to itself, so what became invalid is mended again."""
    grid, mercator = (to_multipolygons(reproject(shapes, source=WGS84, target=target)) for target in (BRITISH_NATIONAL_GRID, WEB_MERCATOR))
    return Outlines(codes, grid, mercator)


def _taken(shapes: Shapes, place: np.ndarray) -> Shapes:
    taken = np.full(len(place), None, dtype=object)
    taken[place >= 0] = shapes[place[place >= 0]]
    return taken
