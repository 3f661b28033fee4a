"""Patterns over shapes: inside of them, some on every shape, and each its own."""

import pytest
import shapely

from geo.maps.hatching import hatch, swatch
from geo.maps.scales import STATUS_LOOKS

BIG, SMALL = shapely.box(-0.2, 51.5, 0.0, 51.6), shapely.box(-0.1003, 51.5502, -0.1, 51.5504)
PATTERNS = ("diagonal", "cross", "dots", "dashes")


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
