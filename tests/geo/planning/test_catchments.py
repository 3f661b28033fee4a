"""Neighbourhoods of a shape: most people decide, and what is gained and lost is told. On a chessboard whose truth is counted by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import UnfitCatchment
from geo.planning.catchments import Ground

SIDE, KM = 6, 1_000.0


def a_ground(points_at=None):
    """36 squares of a kilometre, 100 people each, with four postcodes near their corners; points_at: other places of the first's."""
    corner = np.array([[east * KM, north * KM] for north in range(SIDE) for east in range(SIDE)]) + 400_000
    shapes = shapely.box(corner[:, 0], corner[:, 1], corner[:, 0] + KM, corner[:, 1] + KM)
    offsets = np.array([[250, 250], [750, 250], [250, 750], [750, 750]])
    points = corner[:, None, :] + offsets
    if points_at is not None:
        points[0] = corner[0] + points_at
    codes = np.array([f"E01{at:06d}" for at in range(SIDE**2)], dtype=object)
    return Ground(
        codes=codes, names=codes, shapes=shapes, people=np.full(SIDE**2, 100.0), middles=corner + KM / 2,
        points=points.reshape(-1, 2).astype(np.int32), starts=np.arange(SIDE**2 + 1) * 4, districts=np.arange(SIDE**2) // 12,
    )  # fmt: skip


GROUND = a_ground()


def box(west, south, east, north):
    return shapely.box(*(400_000 + km * KM for km in (west, south, east, north)))


def test_whole_neighbourhoods_are_taken_without_gain_or_loss():
    found = GROUND.snap(box(0, 0, 2, 1))

    assert found.atoms.tolist() == [0, 1]
    assert (found.gained.people, found.gained.km2, found.lost.people, found.lost.km2) == pytest.approx((0, 0, 0, 0))


def test_most_people_decide_and_what_changes_is_told():
    # Two thirds of the second square's land but half of its people: at the edge of 50 % it is left out.
    found = GROUND.snap(box(0, 0, 1.7, 1))

    assert found.atoms.tolist() == [0]
    assert (found.lost.people, found.lost.km2) == pytest.approx((50, 0.7))
    assert (found.gained.people, found.gained.km2) == pytest.approx((0, 0))


def test_people_are_where_their_postcodes_are():
    ground = a_ground(points_at=np.array([[100, 100], [110, 100], [120, 100], [900, 900]]))

    found = ground.snap(box(0, 0, 0.2, 0.2))

    assert found.atoms.tolist() == [0]
    assert (found.gained.people, found.gained.km2) == pytest.approx((25, 0.96))


def test_a_neighbourhood_without_postcodes_is_where_its_middle_is():
    ground = a_ground()
    ground.starts = np.concatenate([[0], np.arange(SIDE**2) * 4])
    ground.points = ground.points[4:]

    assert ground.snap(box(0, 0, 0.6, 0.6)).atoms.tolist() == [0]
    with pytest.raises(UnfitCatchment, match="most of its people"):
        ground.snap(box(0, 0, 0.4, 0.4))


def test_outside_and_too_small_are_told_apart():
    with pytest.raises(UnfitCatchment, match="outside England"):
        GROUND.snap(box(20, 20, 21, 21))
    with pytest.raises(UnfitCatchment, match="about 25 people"):
        GROUND.snap(box(0, 0, 0.4, 0.4))


def test_an_outline_is_the_neighbourhoods_together():
    assert GROUND.outline(np.array([0, 1])).equals(box(0, 0, 2, 1))
    assert GROUND.outline(np.arange(36)).area == pytest.approx(36e6)
    # A whole district comes from what was kept, and is the same.
    assert GROUND.outline(np.arange(12)).equals(box(0, 0, 6, 2))


def test_codes_are_found_in_any_order_and_once():
    assert GROUND.find(["E01000005", "E01000001", "E01000005"]).tolist() == [1, 5]
    with pytest.raises(UnfitCatchment) as refused:
        GROUND.find(["E01000005", "X"])
    assert refused.value.found == "X"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.2, 5.9), min_size=4, max_size=4))
def test_people_inside_are_those_taken_less_gained_and_with_lost(edges):
    west, east = sorted(edges[:2])
    south, north = sorted(edges[2:])
    shape = box(west - 0.15, south - 0.15, east + 0.15, north + 0.15)
    inside = shapely.contains_xy(shape, GROUND.points.astype(float)).sum() * 25.0

    try:
        found = GROUND.snap(shape)
    except UnfitCatchment:
        return

    people = GROUND.people[found.atoms].sum()
    assert people - found.gained.people + found.lost.people == pytest.approx(inside)
    land = shape.intersection(box(0, 0, 6, 6)).area / 1e6
    assert GROUND.km2[found.atoms].sum() - found.gained.km2 + found.lost.km2 == pytest.approx(land)
    assert np.array_equal(found.atoms, np.unique(found.atoms))
