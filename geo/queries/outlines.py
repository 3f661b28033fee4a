"""Outlines of areas in a box: the coast and the boundaries that a picture is drawn over."""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.codes import GEOGRAPHIES
from geo.queries.reading import DOWNLOAD_LIMIT_MS, read

# Their outer edge is the coast and the border of England.
GROUND = "lad24"


@dataclass(frozen=True)
class Outline:
    """One area and its generalised shape in degrees (EPSG:4326)."""

    code: str
    name: str
    shape: BaseGeometry


def list_outlines(bounds: tuple[float, float, float, float], geography: str = GROUND) -> tuple[Outline, ...]:
    """Areas of a set that touch a box (west, south, east, north, degrees), in code order; none where there are none."""
    west, south, east, north = bounds
    asked = {"geography": GEOGRAPHIES[geography].id, "west": west, "south": south, "east": east, "north": north}
    rows = read("queries/outlines", asked, time_limit_ms=DOWNLOAD_LIMIT_MS)
    return tuple(Outline(row["code"], row["name"], shapely.from_wkb(bytes(row["shape"]))) for row in rows)
