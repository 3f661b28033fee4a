"""Neighbours: by shared boundary and by distance, against plain loops and a second library; islands."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from geo.geography.adjacency import link_islands, nearest_weights, queen_weights, with_self


def a_grid(size):
    return np.array([shapely.box(x, y, x + 1, y + 1) for y in range(size) for x in range(size)], dtype=object)


def neighbours_of(weights):
    return [sorted(weights[[at], :].indices.tolist()) for at in range(weights.shape[0])]


def plain_nearest(points, wanted):
    """The distances to the nearest others, by sorting all of them."""
    return [sorted(float(np.hypot(*(points[a] - points[b]))) for b in range(len(points)) if b != a)[:wanted] for a in range(len(points))]


def test_a_side_or_a_corner_makes_neighbours():
    weights = queen_weights(a_grid(3))

    assert neighbours_of(weights)[4] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert neighbours_of(weights)[0] == [1, 3, 4]
    assert weights.diagonal().tolist() == [0] * 9
    assert set(weights.data.tolist()) == {1.0}
    assert (weights != weights.T).nnz == 0


def test_queen_neighbours_are_those_of_a_second_library():
    libpysal = pytest.importorskip("libpysal")
    geopandas = pytest.importorskip("geopandas")
    random = np.random.default_rng(5)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(random.random((60, 2)))))

    theirs = libpysal.graph.Graph.build_contiguity(geopandas.GeoSeries(list(cells)), rook=False)

    assert (queen_weights(list(cells)) != theirs.sparse).nnz == 0


def test_an_island_and_an_area_without_shape_have_no_neighbours():
    shapes = [*a_grid(2), shapely.box(50, 50, 51, 51), shapely.Polygon()]

    weights = queen_weights(shapes)

    assert neighbours_of(weights)[4:] == [[], []]
    assert neighbours_of(weights)[0] == [1, 2, 3]
    assert neighbours_of(with_self(weights))[4] == [4]


def test_one_area_and_none():
    assert queen_weights([shapely.box(0, 0, 1, 1)]).nnz == 0
    assert queen_weights([]).shape == (0, 0)
    assert nearest_weights(np.zeros((1, 2)), 3).shape == (1, 1)
    assert nearest_weights(np.zeros((1, 2)), 3).nnz == 0
    assert nearest_weights(np.zeros((4, 2)), 0).nnz == 0


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 25), st.integers(1, 8))
def test_the_nearest_are_those_of_all_distances(seed, size, wanted):
    points = np.random.default_rng(seed).random((size, 2))

    found = nearest_weights(points, wanted)

    distances = [sorted(float(np.hypot(*(points[a] - points[b]))) for b in near) for a, near in enumerate(neighbours_of(found))]
    for ours, plain in zip(distances, plain_nearest(points, wanted), strict=True):
        assert ours == pytest.approx(plain)
    assert not found.diagonal().any()
    assert set(found.data.tolist()) == {1.0}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=12), st.integers(1, 4))
def test_areas_in_one_place_have_as_many_others_as_asked_for(places, wanted):
    found = nearest_weights(np.array(places, dtype=float), wanted)

    counts = [len(near) for near in neighbours_of(found)]
    assert counts == [min(wanted, len(places) - 1)] * len(places)
    assert not found.diagonal().any()


@given(st.integers(0, 10_000), st.randoms())
def test_the_order_of_areas_does_not_matter(seed, shuffler):
    cells = np.array(shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(np.random.default_rng(seed).random((12, 2))))))
    order = list(range(len(cells)))
    shuffler.shuffle(order)
    points = shapely.get_coordinates(shapely.centroid(cells))

    assert (queen_weights(cells[order]) != queen_weights(cells)[order, :][:, order]).nnz == 0
    assert (nearest_weights(points[order], 3) != nearest_weights(points, 3)[order, :][:, order]).nnz == 0


def test_with_self_adds_each_area_once_and_changes_no_other():
    weights = queen_weights(a_grid(2))

    widened = with_self(weights)

    assert widened.diagonal().tolist() == [1.0] * 4
    assert (sparse.csr_array(widened - sparse.eye_array(4)) != weights).nnz == 0


def test_an_island_is_linked_to_the_nearest_shore_both_ways():
    shapes = [*a_grid(2), shapely.box(5, 0, 6, 1)]
    points = shapely.get_coordinates(shapely.centroid(np.array(shapes, dtype=object)))
    weights = queen_weights(shapes)

    linked = link_islands(weights, points)

    added = sparse.coo_array(linked - weights)
    added.eliminate_zeros()
    assert set(zip(added.row.tolist(), added.col.tolist(), added.data.tolist(), strict=True)) == {(4, 1, 1.0), (1, 4, 1.0)}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=14, unique=True))
def test_all_hang_together_by_as_few_links_as_there_were_parts_too_many(cells):
    shapes = [shapely.box(x, y, x + 1, y + 1) for x, y in cells]
    weights = queen_weights(shapes)
    parts = connected_components(weights, directed=False)[0]

    linked = link_islands(weights, np.array(cells, dtype=float))

    assert connected_components(linked, directed=False)[0] == 1
    assert linked.nnz == weights.nnz + 2 * (parts - 1)
    assert (linked != linked.T).nnz == 0
    assert linked.max() <= 1


def test_what_hangs_together_stays_as_it_is():
    weights = queen_weights(a_grid(3))

    assert (link_islands(weights, np.zeros((9, 2))) != weights).nnz == 0
