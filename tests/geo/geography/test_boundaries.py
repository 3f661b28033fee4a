"""Shapes: mending keeps holes, dissolving conserves area, neighbours still meet after reprojection."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import BRITISH_NATIONAL_GRID, WEB_MERCATOR, WGS84
from geo.geography.boundaries import dissolve, inner_points, read_wkb, reproject, to_ewkb, to_multipolygons


def _shapes(*wkt):
    return np.array([None if text is None else shapely.from_wkt(text) for text in wkt], dtype=object)


def _grid(size):
    return np.array([shapely.box(x, y, x + 1, y + 1) for y in range(size) for x in range(size)], dtype=object)


def test_bow_tie_becomes_two_valid_triangles():
    mended = to_multipolygons(_shapes("POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))"))

    assert mended[0].is_valid
    assert mended[0].geom_type == "MultiPolygon"
    assert mended[0].area == pytest.approx(2)


def test_hole_stays_a_hole_and_a_valid_ring_is_not_moved():
    ring_with_hole = "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (3 3, 3 6, 6 6, 6 3, 3 3))"

    mended = to_multipolygons(_shapes(ring_with_hole))

    assert mended[0].area == 72
    assert shapely.get_coordinates(mended[0]).tolist() == shapely.get_coordinates(shapely.from_wkt(ring_with_hole)).tolist()


def test_left_over_lines_are_dropped_and_what_holds_no_polygon_is_missing():
    shapes = _shapes("GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)), LINESTRING(5 5, 6 6))", "LINESTRING(0 0, 1 1)", "POLYGON EMPTY", None)

    mended = to_multipolygons(shapes)

    assert mended[0].area == 0.5
    assert list(mended[1:]) == [None, None, None]


def test_dissolve_drops_the_edges_between_members_and_sorts_codes():
    result = dissolve(_grid(2), ["b", "b", "a", "a"])

    assert result.codes == ["a", "b"]
    assert result.shapes[0].equals(shapely.box(0, 1, 2, 2))
    assert result.shapes[1].equals(shapely.box(0, 0, 2, 1))
    assert shapely.get_num_interior_rings(shapely.get_parts(result.shapes)).sum() == 0


def test_dissolve_leaves_out_what_has_no_parent_or_no_shape():
    shapes = _grid(2)
    shapes[3] = None

    result = dissolve(shapes, ["a", None, "", "a"])

    assert result.codes == ["a"]
    assert result.shapes[0].area == 1


def test_overlapping_members_are_counted_once():
    result = dissolve(_shapes("POLYGON((0 0,2 0,2 2,0 2,0 0))", "POLYGON((1 0,3 0,3 2,1 2,1 0))"), ["a", "a"])

    assert result.shapes[0].area == pytest.approx(6)
    assert result.shapes[0].is_valid


def test_island_and_lake_survive_dissolving():
    lake = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    island = shapely.box(10, 10, 11, 11)

    result = dissolve(np.array([lake, shapely.box(4, 0, 5, 4), island], dtype=object), ["a", "a", "a"])

    assert len(shapely.get_parts(result.shapes)) == 2
    assert result.shapes[0].area == 15 + 4 + 1


def test_dissolve_refuses_lists_of_unlike_length():
    with pytest.raises(ValueError, match="2 shapes, but 1 parents"):
        dissolve(_grid(2)[:2], ["a"])


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=25, max_size=25))
@settings(max_examples=30, deadline=None)
def test_dissolve_equals_the_plain_overlay(parents):
    cells = _grid(5)

    result = dissolve(cells, parents)

    for code, shape in zip(result.codes, result.shapes, strict=True):
        plain = shapely.union_all([c for c, parent in zip(cells, parents, strict=True) if parent == code])
        assert shape.is_valid
        assert shape.equals(plain)


def test_reprojection_meets_a_known_point_and_goes_back():
    # Caister water tower in ETRS89 and on the National Grid: the worked example of the Ordnance Survey's OSTN transformation guide.
    point = _shapes("POINT(1.716051944444 52.657978611111)")

    grid = reproject(point, source=WGS84, target=BRITISH_NATIONAL_GRID)
    back = reproject(grid, source=BRITISH_NATIONAL_GRID, target=WGS84)

    assert (grid[0].x, grid[0].y) == pytest.approx((651409.8, 313177.4), abs=5)
    assert (back[0].x, back[0].y) == pytest.approx((point[0].x, point[0].y), abs=1e-7)


def test_missing_stays_missing_through_all_steps():
    shapes = _shapes("POLYGON((-1 52, -1 53, 0 53, -1 52))", None)

    moved = to_multipolygons(reproject(shapes, source=WGS84, target=WEB_MERCATOR))

    assert moved[1] is None
    assert inner_points(moved)[1] is None
    assert to_ewkb(moved, srid=WEB_MERCATOR)[1] is None


def test_neighbours_still_meet_after_reprojection():
    moved = reproject(_grid(3), source=WGS84, target=WEB_MERCATOR)

    assert shapely.coverage_is_valid(moved)


def test_inner_point_of_a_crescent_lies_inside():
    crescent = shapely.Point(0, 0).buffer(10).difference(shapely.Point(4, 0).buffer(10))

    point = inner_points(np.array([crescent], dtype=object))[0]

    assert crescent.contains(point)


def test_ewkb_carries_the_reference_system():
    shapes = read_wkb([shapely.to_wkb(shapely.box(0, 0, 1, 1))])

    assert shapely.get_srid(shapely.from_wkb(to_ewkb(shapes, srid=WEB_MERCATOR)[0])) == WEB_MERCATOR
