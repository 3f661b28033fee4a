"""Patterns as lines over shapes, so that no status is told by colour alone; and the same patterns for a legend.

Lines are as close as the shape is small: each area has some of its own, whatever its size.
"""

import math
from collections.abc import Iterator

import shapely
from shapely.geometry.base import BaseGeometry

# Lines across a shape of middling form, and the widest gap between them as a share of the picture.
_ACROSS, _WIDEST = 4, 1 / 60
# Directions of the lines of a pattern: along (dx, dy), and how they are broken: pen down and pen up, as shares of the gap; None = unbroken.
_PATTERNS: dict[str, tuple[tuple[tuple[int, int], ...], tuple[float, float] | None]] = {
    "diagonal": (((1, 1),), None),
    "cross": (((1, 1), (1, -1)), None),
    "dots": (((1, 0),), (0.06, 0.94)),
    "dashes": (((1, 0),), (0.7, 0.5)),
    "ticks": (((1, 0),), (0.4, 0.6)),
    "plus": (((1, 0),), (0.5, 0.7)),
    "minus": (((1, 0),), (0.5, 0.7)),
}
# Whose broken lines stand upright, and whose have an upright one across.
_UPRIGHT, _CROSSED = "ticks", "plus"
_SWATCHES: dict[str, tuple[str, float]] = {
    "none": ("", 0),
    "cross": ("M0 0l22 14M0 14L22 0M-11 0l22 14M11 0l22 14M-11 14L11 0M11 14L33 0", 0.9),
    "diagonal": ("M-4 14L10 0M4 14L18 0M12 14L26 0", 1.6),
    "dots": ("M4 4h.01M11 4h.01M18 4h.01M7.5 10h.01M14.5 10h.01", 2.2),
    "dashes": ("M3 5h5M12 5h5M7 10h5M16 10h5", 1.5),
    "ticks": ("M5 4v6M11 4v6M17 4v6", 1.2),
    "plus": ("M4 7h5M6.5 4.5v5M13 7h5M15.5 4.5v5", 1.4),
    "minus": ("M4 7h5M13 7h5", 1.4),
    "stipple": ("M3 3h.01M8 3h.01M13 3h.01M18 3h.01M5.5 7h.01M10.5 7h.01M15.5 7h.01M3 11h.01M8 11h.01M13 11h.01M18 11h.01", 1.4),
}

Line = list[list[float]]


def hatch(shape: BaseGeometry, pattern: str, *, wide: float) -> list[Line]:
    """The lines of a pattern inside a shape (degrees). wide: of the whole picture, degrees. Empty without a pattern or an area."""
    if pattern == "none" or shape.is_empty or not shape.area:
        return []
    west, south, east, north = shape.bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    gap = min(math.sqrt(shape.area * squeeze) / _ACROSS, wide * squeeze * _WIDEST)
    directions, broken = _PATTERNS[pattern]
    box = (west * squeeze, south, east * squeeze, north)
    found: list[Line] = []
    for along in directions:
        drawn = list(_lines(box, along, gap))
        if broken:
            drawn = [part for number, line in enumerate(drawn) for part in _broken(line, gap, broken, shift=number % 2)]
        if pattern == _UPRIGHT:
            drawn = [_raised(part) for part in drawn]
        sets = [drawn, [_raised(part) for part in drawn]] if pattern == _CROSSED else [drawn]
        # One direction at a time: lines that cross would be cut where they do.
        for lines in sets:
            cut = shapely.intersection(shapely.multilinestrings([[(x / squeeze, y) for x, y in line] for line in lines]), shape)
            parts = [part for part in shapely.get_parts(cut) if part.geom_type == "LineString"]
            found += [[[round(x, 5), round(y, 5)] for x, y in part.coords] for part in parts]
    return found


def swatch(fill: str, pattern: str, line: str) -> str:
    """A box of the legend as SVG."""
    path, width = _SWATCHES[pattern]
    over = f'<path d="{path}" fill="none" stroke="#212b32" stroke-width="{width}" stroke-linecap="round"/>' if path else ""
    box = f'<rect x="0.5" y="0.5" width="21" height="13" fill="{fill}" stroke="{line}"/>'
    return f'<svg viewBox="0 0 22 14" width="22" height="14" aria-hidden="true">{box}{over}</svg>'


_Points = tuple[tuple[float, float], tuple[float, float]]


def _lines(box: tuple[float, float, float, float], along: tuple[int, int], gap: float) -> Iterator[_Points]:
    """Parallel lines over a box, on one grid for all boxes, so that they go on from one shape into the next."""
    west, south, east, north = box
    dy = along[1]
    if not dy:
        for number in range(math.ceil(south / gap), math.floor(north / gap) + 1):
            yield (west, number * gap), (east, number * gap)
        return
    step = gap * math.sqrt(2)
    lowest, highest = (south - east, north - west) if dy > 0 else (south + west, north + east)
    for number in range(math.ceil(lowest / step), math.floor(highest / step) + 1):
        at = number * step
        yield (west, at + dy * west), (east, at + dy * east)


def _raised(part: _Points) -> _Points:
    """A level dash turned upright about its middle."""
    (west, y), (east, _) = part
    middle, half = (west + east) / 2, (east - west) / 2
    return (middle, y - half), (middle, y + half)


def _broken(line: _Points, gap: float, rhythm: tuple[float, float], *, shift: int) -> Iterator[_Points]:
    """A level line as dashes; every second line is shifted."""
    (west, y), (east, _) = line
    down, up = rhythm[0] * gap, rhythm[1] * gap
    at = math.floor(west / (down + up)) * (down + up) + shift * (down + up) / 2
    while at < east:
        if at + down > west:
            yield (max(at, west), y), (min(at + down, east), y)
        at += down + up
