"""Quickest ways over a small graph made by hand: a square with a one-way side, a shortcut, and an island."""

import numpy as np
import pytest
from django.db import connection

from geo.errors import PlanningError
from geo.queries.travel import get_provider
from geo.queries.travel_ways import find_ways

pytestmark = pytest.mark.django_db

# Crossings (EPSG:27700) and ways with seconds there and back; back -1 = one may not.
#   3 --60-- 4        6 (an island, joined to nothing but 7)
#   |        |
#  600      120→ (one way, from 2 to 4)
#   |        |
#   1 --60-- 2
CROSSINGS = {
    1: (440_000, 200_000),
    2: (441_000, 200_000),
    3: (440_000, 201_000),
    4: (441_000, 201_000),
    6: (450_000, 200_000),
    7: (450_500, 200_000),
}
WAYS = [(1, 2, 60, 60), (1, 3, 600, 600), (3, 4, 60, 60), (2, 4, 120, -1), (6, 7, 30, 30)]


def true_seconds():
    """All pairs by Floyd and Warshall, over dicts."""
    far = {(a, b): 0.0 if a == b else np.inf for a in CROSSINGS for b in CROSSINGS}
    for a, b, there, back in WAYS:
        far[a, b] = there
        if back >= 0:
            far[b, a] = back
    for middle in CROSSINGS:
        for a in CROSSINGS:
            for b in CROSSINGS:
                far[a, b] = min(far[a, b], far[a, middle] + far[middle, b])
    return far


@pytest.fixture
def graph():
    """The graph in the tables that osm2pgrouting makes. Skipped where PostgreSQL has no pgRouting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'pgrouting'")
        if not cursor.fetchone()[0]:
            pytest.skip("PostgreSQL has no pgRouting here: install postgresql-15-pgrouting")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pgrouting")
        cursor.execute("CREATE SCHEMA routing")
        cursor.execute("CREATE TABLE routing.ways (gid bigint, source bigint, target bigint, cost_s float8, reverse_cost_s float8)")
        cursor.execute("CREATE TABLE routing.ways_vertices_pgr (id bigint, the_geom geometry(Point, 4326))")
        for number, way in enumerate(WAYS):
            cursor.execute("INSERT INTO routing.ways VALUES (%s, %s, %s, %s, %s)", [number, *way])
        for key, point in CROSSINGS.items():
            cursor.execute("INSERT INTO routing.ways_vertices_pgr SELECT %s, ST_Transform(ST_Point(%s, %s, 27700), 4326)", [key, *point])


def test_without_loaded_ways_there_is_no_such_provider():
    assert find_ways() is None


def test_minutes_are_those_of_the_quickest_way_one_way_streets_and_islands_among_them(graph):
    points = np.array([CROSSINGS[key] for key in CROSSINGS], dtype=float)
    far = true_seconds()

    minutes = get_provider("ways").minutes(points, points)

    assert np.allclose(minutes * 60, [[far[a, b] for b in CROSSINGS] for a in CROSSINGS])
    assert far[1, 4] == 180
    assert far[4, 1] == 660


def test_a_place_goes_to_its_nearest_crossing_and_several_places_may_share_one(graph):
    origins = np.array([[440_010.0, 200_010.0], [439_990.0, 200_000.0], [441_000.0, 200_990.0]])

    minutes = get_provider("ways").minutes(origins, np.array([[441_000.0, 201_000.0]]))

    assert minutes.ravel().tolist() == [3.0, 3.0, 0.0]


def test_a_place_far_from_every_road_is_refused_by_its_number(graph):
    with pytest.raises(PlanningError, match="destination 1 at 300000, 100000 lies"):
        get_provider("ways").minutes(np.array([[440_000.0, 200_000.0]]), np.array([[440_000.0, 200_000.0], [300_000.0, 100_000.0]]))


def test_the_mode_is_named(graph):
    assert get_provider("ways").mode == "drive over loaded roads"
