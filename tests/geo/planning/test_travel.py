"""Minutes: the model against its own truth and against measured ones, and what it says of its error."""

import numpy as np
import pytest
import shapely

from geo.errors import PlanningError
from geo.planning.travel import Density, Matrix, crosses_water, fit_drive


def _towns(seed=0, *, origins=300, destinations=20):
    random = np.random.default_rng(seed)
    points = random.random((origins, 2)) * 40_000
    return points, random.random((destinations, 2)) * 40_000, Density(points, random.integers(800, 2400, origins).astype(float))


def _measured(minutes, origins, destinations):
    return Matrix(origins, destinations, minutes, "made-up drive", "a made-up matrix")


def test_minutes_that_follow_the_model_are_found_exactly():
    origins, destinations, density = _towns()
    km = np.hypot(*(origins[:, None] - destinations[None]).transpose(2, 0, 1)) / 1000
    true = 4 + 0.5 * km + 2 * np.sqrt(km) + 0.3 * density.at(origins)[:, None]

    model = fit_drive(_measured(true, origins, destinations), density)

    assert np.allclose(model.minutes(origins, destinations), true, atol=1e-6)
    assert model.error.mean_absolute < 1e-6
    assert model.mode == "modelled drive"
    assert model.source == "fitted to a made-up matrix"


def test_the_error_is_that_on_destinations_the_fit_did_not_see():
    origins, destinations, density = _towns(1)
    km = np.hypot(*(origins[:, None] - destinations[None]).transpose(2, 0, 1)) / 1000
    random = np.random.default_rng(3)
    # Each destination has its own way in, which no model can know of one it has not seen.
    true = 5 + 0.8 * km + random.normal(0, 4, len(destinations))[None, :] + random.normal(0, 1, km.shape)

    models = [fit_drive(_measured(true, origins, destinations), density, seed=seed) for seed in range(12)]

    seen = np.abs(models[0].minutes(origins, destinations) - true)[true <= 60].mean()
    assert np.mean([each.error.mean_absolute for each in models]) > 1.05 * seen
    assert all(each.error.root_mean_square > each.error.mean_absolute for each in models)
    assert all(each.error.trips < (true <= 60).sum() / 2 for each in models)
    assert all(np.array_equal(each.weights, models[0].weights) for each in models)


def test_nobody_arrives_before_leaving():
    origins, destinations, density = _towns(2)
    km = np.hypot(*(origins[:, None] - destinations[None]).transpose(2, 0, 1)) / 1000

    model = fit_drive(_measured(np.maximum(km - 20, 0), origins, destinations), density)

    assert model.minutes(origins, destinations).min() == 0


def test_density_is_people_within_five_kilometres():
    density = Density(np.array([[0.0, 0.0], [4_999.0, 0.0], [5_001.0, 0.0]]), np.array([1000.0, 2000.0, 4000.0]))

    assert density.at(np.array([[0.0, 0.0]])) == pytest.approx(np.log(3000 / (np.pi * 25) + 10))
    assert density.at(np.array([[90_000.0, 0.0]])) == pytest.approx(np.log(10))


def test_a_way_over_an_estuary_is_flagged_and_one_along_its_bank_is_not():
    banks = shapely.union(shapely.box(0, 0, 30_000, 8_000), shapely.box(0, 12_000, 30_000, 20_000))
    origins, destinations = np.array([[5_000.0, 7_000.0]] * 2), np.array([[5_000.0, 13_000.0], [25_000.0, 7_000.0]])

    assert crosses_water(origins, destinations, banks).tolist() == [True, False]


def test_measured_minutes_are_those_of_the_very_places_and_of_no_others():
    origins, destinations, _ = _towns(3, origins=5, destinations=3)
    table = np.arange(15.0).reshape(5, 3)
    table[4, 2] = np.nan
    matrix = _measured(table, origins, destinations)

    assert np.array_equal(matrix.minutes(origins[[3, 1]], destinations[[2, 0]]), table[np.ix_([3, 1], [2, 0])])
    with pytest.raises(PlanningError, match=r"origin 0 at .* is not among the places"):
        matrix.minutes(origins[:1] + 50, destinations)
    with pytest.raises(PlanningError, match="from origin 1 to destination 0 were not measured"):
        matrix.minutes(origins[[0, 4]], destinations[[2]])


def test_too_few_trips_are_refused():
    origins, destinations, density = _towns(4, destinations=9)

    with pytest.raises(PlanningError, match="to 9 places are too few"):
        fit_drive(_measured(np.full((300, 9), 20.0), origins, destinations), density)
