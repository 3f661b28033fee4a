"""Patterns over shapes: inside of them, some on every shape, and each its own."""

import pytest
import shapely

from geo.maps.hatching import hatch, swatch
from geo.maps.scales import STATUS_LOOKS

BIG, SMALL = shapely.box(-0.2, 51.5, 0.0, 51.6), shapely.box(-0.1003, 51.5502, -0.1, 51.5504)
PATTERNS = ("diagonal", "cross", "dots", "dashes", "ticks", "plus", "minus")


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("shape", [BIG, SMALL])
def test_every_shape_has_lines_and_none_leaves_it(shape, pattern):
    lines = hatch(shape, pattern, wide=0.3)

    assert lines
    assert all(shape.buffer(2e-5).covers(shapely.LineString(line)) for line in lines)


def test_a_hole_stays_empty():
    hole = shapely.box(-0.15, 51.53, -0.05, 51.57)

    lines = shapely.MultiLineString(hatch(BIG - hole, "diagonal", wide=0.3))

    assert lines.intersection(hole.buffer(-1e-4)).is_empty


def test_without_a_pattern_nothing_is_drawn():
    assert hatch(BIG, "none", wide=0.3) == []


def test_statuses_never_share_a_look():
    looks = {name: (look["fill"], hatch(BIG, look["pattern"], wide=0.3)) for name, look in STATUS_LOOKS.items()}

    assert len({str(look) for look in looks.values()}) == len(looks)
    assert len({swatch(look["fill"], look["pattern"], look["line"]) for look in STATUS_LOOKS.values()}) == len(looks)


def test_high_and_low_and_not_tested_are_told_apart_without_colour():
    drawn = {pattern: hatch(BIG, pattern, wide=0.3) for pattern in ("plus", "minus", "ticks", "dashes")}

    assert len({str(lines) for lines in drawn.values()}) == 4
    assert all(north == pytest.approx(south) for (_, north), (_, south) in drawn["minus"])
    assert all(west == pytest.approx(east) for (west, _), (east, _) in drawn["ticks"])
    assert drawn["minus"] == [line for line in drawn["plus"] if line[0][1] == line[1][1]]
    assert len({swatch("#ffffff", pattern, "#000000") for pattern in drawn}) == 4
