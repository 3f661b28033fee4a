"""Addresses of tiles in the WebMercatorQuad grid (z, x from the west, y from the north), and which of them can hold England."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from geo.errors import InvalidTileAddress

# Stored tiles reach from the zoom that shows England whole to the one where a neighbourhood fills the screen; clients overzoom beyond.
MINIMUM_ZOOM = 5
MAXIMUM_ZOOM = 12
# Finished tiles are drawn to order somewhat deeper, for clients that do not overzoom well.
MAXIMUM_LAYER_ZOOM = 14

EXTENT = 4096
BUFFER = 64

# West, south, east, north in degrees (EPSG:4326) around every English boundary of either vintage, a few hundred metres wide of them.
ENGLAND_BOUNDS = (-6.43, 49.86, 1.78, 55.82)

# Half the side of the WebMercatorQuad square, metres (EPSG:3857).
_HALF_WORLD_M = math.pi * 6_378_137.0


@dataclass(frozen=True, slots=True, order=True)
class TileAddress:
    """One tile: zoom, column from the west, row from the north, each from 0."""

    z: int
    x: int
    y: int

    def bounds_3857(self, *, buffer: int = 0) -> tuple[float, float, float, float]:
        """West, south, east, north in metres (EPSG:3857); `buffer` in tile units of 4096 widens the box on each side."""
        side = 2 * _HALF_WORLD_M / 2**self.z
        margin = side * buffer / EXTENT
        west, north = self.x * side - _HALF_WORLD_M, _HALF_WORLD_M - self.y * side
        return west - margin, north - side - margin, west + side + margin, north + margin

    def key(self) -> int:
        """One whole number for the address, unique up to zoom 20."""
        return self.z << 40 | self.x << 20 | self.y


def parse_address(z: str, x: str, y: str, *, maximum_zoom: int = MAXIMUM_ZOOM) -> TileAddress:
    """The address written so in a URL. Raises InvalidTileAddress for anything but plain numbers of an existing tile in our zooms."""
    texts = (z, x, y)
    if not all(text.isascii() and text.isdigit() and len(text) <= 7 for text in texts):
        raise _invalid(texts, "three whole numbers")
    zoom, column, row = (int(text) for text in texts)
    if not MINIMUM_ZOOM <= zoom <= maximum_zoom:
        raise _invalid(texts, f"a zoom from {MINIMUM_ZOOM} to {maximum_zoom}")
    last = 2**zoom - 1
    if column > last or row > last:
        raise _invalid(texts, f"column and row from 0 to {last} at zoom {zoom}")
    return TileAddress(zoom, column, row)


def can_hold_england(address: TileAddress) -> bool:
    """Whether the tile with its buffer touches the box around England; where not, it is empty in every tileset."""
    west, north, east, south = _cover(address.z)
    return west <= address.x <= east and north <= address.y <= south


def england_tiles(z: int) -> Iterator[TileAddress]:
    """All addresses of a zoom that can hold a part of England, row by row from the north-west."""
    west, north, east, south = _cover(z)
    return (TileAddress(z, x, y) for y in range(north, south + 1) for x in range(west, east + 1))


@cache
def _cover(z: int) -> tuple[int, int, int, int]:
    """First column, first row, last column, last row of the tiles whose buffered box touches the box around England."""
    west, south, east, north = ENGLAND_BOUNDS
    margin = BUFFER / EXTENT
    left, top = _fractions(west, north, z)
    right, bottom = _fractions(east, south, z)
    return math.floor(left - margin), math.floor(top - margin), math.floor(right + margin), math.floor(bottom + margin)


def _fractions(longitude: float, latitude: float, z: int) -> tuple[float, float]:
    """Column and row of a point, with its place inside the tile as fraction."""
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return (longitude + 180) / 360 * 2**z, down * 2**z


def _invalid(texts: tuple[str, str, str], expected: str) -> InvalidTileAddress:
    found = "/".join(texts)
    return InvalidTileAddress(f"There is no tile {found!r}: expected {expected}.", parameter="address", found=found, valid=(expected,))
