"""Cells: every total is kept, nobody is lost, resolutions agree, and the plain way gives the same."""

import h3
import numpy as np
import pytest
import shapely

from geo.errors import GeographyError
from geo.geography.cells import ADAPTED, FINEST, adapt, cells_at, resolutions_of, shapes_of, weigh, weigh_by_surface, widen


def _places(seed, *, areas=60, points=900):
    """Areas of which the first has no postcode, with points scattered about their middles."""
    random = np.random.default_rng(seed)
    middles = random.uniform(51, 52, areas), random.uniform(-1, 0, areas)
    area = random.integers(1, areas, points)
    latitude, longitude = (middle[area] + random.normal(0, 0.01, points) for middle in middles)
    return area, (latitude, longitude), middles


@pytest.mark.parametrize("seed", range(4))
def test_each_share_is_that_of_counting_one_by_one(seed):
    area, points, middles = _places(seed)
    expected = {}
    for at, latitude, longitude in zip(area.tolist(), *points, strict=True):
        key = h3.latlng_to_cell(latitude, longitude, FINEST), at
        expected[key] = expected.get(key, 0) + 1 / int((area == at).sum())
    for at in set(range(60)) - set(area.tolist()):
        expected[h3.latlng_to_cell(middles[0][at], middles[1][at], FINEST), at] = 1.0

    weights = weigh(area, points, middles)

    found = weights.matrix.tocoo()
    names = [h3.int_to_str(int(cell)) for cell in weights.cells]
    assert {(names[row], int(column)): share for row, column, share in zip(*found.coords, found.data, strict=True)} == pytest.approx(
        expected
    )
    assert set(np.flatnonzero(weights.is_by_centroid)) == set(range(60)) - set(area.tolist())


def test_every_total_is_kept_and_no_area_is_lost_at_any_resolution():
    weights = weigh(*_places(1))
    counts = np.random.default_rng(2).poisson(30, (60, 3)).astype(float)

    for resolution in range(FINEST, 5, -1):
        each = weights.coarser(resolution)
        assert np.allclose(each.move(counts).sum(axis=0), counts.sum(axis=0), rtol=1e-12, atol=0)
        assert np.allclose(each.matrix.sum(axis=0), 1, rtol=0, atol=1e-12)
        assert each.matrix.data.min() > 0


def test_wider_cells_are_sums_of_finer_ones_by_whatever_way():
    weights = weigh(*_places(3))

    at_once, by_steps = weights.coarser(7), weights.coarser(9).coarser(8).coarser(7)

    assert np.array_equal(at_once.cells, by_steps.cells)
    assert np.allclose(at_once.matrix.toarray(), by_steps.matrix.toarray(), rtol=0, atol=1e-12)
    assert [h3.int_to_str(int(cell)) for cell in widen(weights.cells, 6)] == [
        h3.cell_to_parent(h3.int_to_str(int(cell)), 6) for cell in weights.cells
    ]


def test_a_missing_count_makes_the_cells_of_its_area_missing_and_no_others():
    weights = weigh(*_places(4)).coarser(8)
    counts = np.ones(60)
    counts[7] = np.nan

    moved = weights.move(counts)

    assert np.array_equal(np.isnan(moved), weights.matrix[:, [7]].toarray().ravel() > 0)


def test_a_cell_is_as_reliable_as_its_people_are_of_areas_that_lie_in_it():
    latitude, longitude = np.array([51.5, 51.5, 51.5, 51.9]), np.array([-0.1, -0.1, -0.1, -0.5])
    weights = weigh(np.array([0, 1, 1, 1]), (latitude, longitude), (np.array([51.5, 51.6]), np.array([-0.1, -0.2])))

    found = weights.reliability(np.array([900.0, 300.0]))

    of_first = int(np.flatnonzero(weights.cells == cells_at(latitude[:1], longitude[:1], FINEST)[0])[0])
    assert found[of_first] == pytest.approx(900 / 1100)
    assert found[1 - of_first] == 0
    assert np.all(np.isnan(weights.reliability(np.zeros(2))))


def test_adapted_cells_hold_everybody_once_and_are_as_fine_as_they_may_be():
    weights = weigh(*_places(5, areas=200, points=8000))
    people = np.random.default_rng(5).integers(800, 2400, 200).astype(float)
    steps = [weights.coarser(resolution) for resolution in (6, 7, 8, 9)]

    cells = adapt(steps, people, least=1000)

    held = {int(cell): float(count) for each in steps for cell, count in zip(each.cells, each.move(people), strict=True)}
    assert sum(held[int(cell)] for cell in cells) == pytest.approx(people.sum())
    for cell in steps[-1].cells[steps[-1].move(people) > 0]:
        ancestors = {int(widen(np.array([cell]), resolution)[0]) for resolution in (6, 7, 8, 9)}
        assert len(ancestors & set(cells.tolist())) == 1
    for cell in cells.tolist():
        resolution = h3.get_resolution(h3.int_to_str(cell))
        assert resolution == 6 or held[cell] >= 1000
        children = [h3.str_to_int(child) for child in h3.cell_to_children(h3.int_to_str(cell))] if resolution < 9 else []
        lived_in = [held[child] for child in children if held.get(child, 0) > 0]
        assert resolution == 9 or min(lived_in) < 1000


@pytest.mark.parametrize(("latitude", "said"), [(np.nan, "point 1 lies at latitude nan"), (91.0, "point 1 lies at latitude 91")])
def test_a_point_without_a_place_is_named(latitude, said):
    with pytest.raises(GeographyError, match=said):
        cells_at(np.array([51.0, latitude]), np.array([0.0, 0.0]), 8)


def test_points_of_no_area_and_wider_cells_that_are_finer_are_refused():
    area, points, middles = _places(6)

    with pytest.raises(GeographyError, match="a point is of area 60, and there are 60"):
        weigh(np.append(area, 60), tuple(np.append(each, 51.0) for each in points), middles)
    with pytest.raises(GeographyError, match="have no wider ones of 11"):
        weigh(area, points, middles).coarser(11)


def test_with_a_spare_share_a_cell_is_parted_though_few_of_its_people_come_to_live_in_small_parts():
    middle = h3.latlng_to_cell(51.5, -0.1, 6)
    children = sorted(h3.cell_to_children(middle, 7))
    latitude, longitude = (np.array(each) for each in zip(*map(h3.cell_to_latlng, children), strict=True))
    weights = weigh(np.arange(7), (latitude, longitude), (latitude, longitude))
    steps = [weights.coarser(6), weights.coarser(7)]
    people = np.array([2000.0] * 6 + [500.0])

    for spare, parts in ((0.0, 1), (500 / 12_500 - 1e-9, 1), (500 / 12_500, 7)):
        assert len(adapt(steps, people, least=1000, spare=spare)) == parts


def test_cells_of_several_sizes_keep_every_total_and_are_the_same_as_counting_each_at_its_own_size():
    weights = weigh(*_places(7, areas=200, points=8000))
    people = np.random.default_rng(7).integers(800, 2400, 200).astype(float)
    cells = adapt([weights.coarser(resolution) for resolution in ADAPTED], people, least=1000, spare=0.3)

    into = weights.into(cells)

    assert len(set(resolutions_of(cells).tolist())) > 1
    assert np.array_equal(into.cells, cells)
    assert np.allclose(into.matrix.sum(axis=0), 1, rtol=0, atol=1e-12)
    for resolution in set(resolutions_of(cells).tolist()):
        plain = weights.coarser(resolution)
        expected = dict(zip(plain.cells.tolist(), plain.move(people).tolist(), strict=True))
        of_size = resolutions_of(cells) == resolution
        assert into.move(people)[of_size] == pytest.approx([expected[cell] for cell in cells[of_size].tolist()])
    with pytest.raises(GeographyError, match="lies in none of the"):
        weights.into(cells[1:])


def test_wider_areas_are_spread_over_their_parts_by_people():
    weights = weigh(*_places(8)).coarser(8)
    parent = np.arange(60) % 7 - 1
    people = np.random.default_rng(8).integers(0, 50, 60).astype(float)
    counts = np.arange(1.0, 7.0)

    moved = weights.through(parent, people, 6).move(counts)

    expected = np.zeros(60)
    for at in range(60):
        if parent[at] >= 0:
            expected[at] = counts[parent[at]] * people[at] / people[parent == parent[at]].sum()
    assert moved == pytest.approx(weights.move(expected))
    assert moved.sum() == pytest.approx(counts.sum(), rel=1e-12)
    assert weights.through(parent, people, 7).move(np.append(counts, 9.0)).sum() == pytest.approx(counts.sum(), rel=1e-12)


def test_by_surface_an_area_lies_in_cells_alike_and_one_too_small_for_a_cell_is_not_lost():
    whole = shapely.from_wkb(shapes_of(cells_at(np.array([51.5]), np.array([-0.1]), 8)))[0]
    shapes = [shapely.to_wkb(whole), shapely.to_wkb(shapely.Point(-0.3, 51.6).buffer(1e-6))]

    weights = weigh_by_surface(shapes, (np.array([51.5, 51.6]), np.array([-0.1, -0.3])))

    found = weights.coarser(8)
    assert found.matrix.toarray().sum(axis=0) == pytest.approx([1, 1])
    assert found.move(np.array([49.0, 0.0])).max() > 40
    assert np.ptp(weights.matrix[:, [0]].tocoo().data) == 0
    assert weights.is_by_centroid.tolist() == [False, True]


def test_an_area_of_which_no_place_is_known_lies_in_no_cell():
    weights = weigh(np.array([0]), (np.array([51.5]), np.array([-0.1])), (np.array([51.5, np.nan]), np.array([-0.1, np.nan])))

    assert weights.matrix.toarray().sum(axis=0).tolist() == [1, 0]
