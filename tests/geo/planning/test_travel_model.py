"""Modelled minutes against their own truth, and what the model says of its error."""

import numpy as np
import pytest

from geo.errors import PlanningError
from geo.planning.travel import Matrix
from geo.planning.travel_model import LEAST_PACE, Density, fit_drive


def _towns(seed=0, *, origins=300, destinations=20):
    random = np.random.default_rng(seed)
    points = random.random((origins, 2)) * 40_000
    return points, random.random((destinations, 2)) * 40_000, Density(points, random.integers(800, 2400, origins).astype(float))


def _measured(minutes, origins, destinations):
    return Matrix(origins, destinations, minutes, "made-up drive", "a made-up matrix")


def _true_minutes(origins, destinations, density):
    """Minutes of the model's own form: 3 to begin with in the empty country, 9 in the fullest town, and a pace that falls."""
    km = np.hypot(*(origins[:, None] - destinations[None]).transpose(2, 0, 1)) / 1000
    full = (density.at(origins)[:, None] - np.log(10)) / (9.6 - np.log(10))
    return 3 + 6 * full + 2.5 * np.minimum(km, 4) + 1.2 * np.clip(km - 4, 0, 28) + 0.9 * np.maximum(km - 32, 0)


def test_minutes_that_follow_the_model_are_found_exactly():
    origins, destinations, density = _towns()
    true = _true_minutes(origins, destinations, density)

    model = fit_drive(_measured(true, origins, destinations), density)

    assert np.allclose(model.minutes(origins, destinations), true, atol=1e-4)
    assert model.error.mean_absolute < 1e-4
    assert model.mode == "modelled drive"
    assert model.source == "fitted to a made-up matrix"


def test_the_error_is_that_on_destinations_the_fits_did_not_see():
    origins, destinations, density = _towns(1)
    random = np.random.default_rng(3)
    # Each destination has its own way in, which no model can know of one it has not seen.
    way_in = random.uniform(0, 14, len(destinations))[None, :]
    true = _true_minutes(origins, destinations, density) + way_in + random.normal(0, 1, (len(origins), len(destinations))).clip(-2, 2)

    model = fit_drive(_measured(true, origins, destinations), density)

    seen = np.abs(model.minutes(origins, destinations) - true)[true <= 60].mean()
    assert model.error.mean_absolute > 1.05 * seen
    assert model.error.root_mean_square > model.error.mean_absolute
    assert model.error.trips < 5 * (true <= 60).sum() / 2


def test_even_the_shortest_trip_takes_its_time_and_a_far_one_goes_on_growing():
    origins, destinations, density = _towns(2)
    true = _true_minutes(origins, destinations, density)
    model = fit_drive(_measured(true, origins, destinations), density)
    here = origins[:1]
    away = here + np.array([[metres, 0.0] for metres in (0, 500, 3_000, 20_000, 54_000, 60_000, 400_000)])

    minutes = model.minutes(here, away)[0]

    assert minutes[0] > 3
    assert np.all(np.diff(minutes) > 0)


def test_of_two_places_the_nearer_one_takes_less_also_where_no_minutes_say_so():
    origins, destinations, _ = _towns(6)
    nobody = Density(origins, np.zeros(len(origins)))
    model = fit_drive(_measured(np.full((len(origins), len(destinations)), 30.0), origins, destinations), nobody)

    minutes = model.minutes(np.array([[0.0, 0.0]]), np.array([[1_000.0, 0.0], [2_000.0, 0.0], [9_000.0, 0.0]]))[0]

    assert np.all(np.diff(minutes) >= LEAST_PACE * np.array([1, 7]) - 1e-9)
    assert np.all(model.weights >= 0)


def test_a_density_that_was_kept_is_that_which_is_counted():
    origins, destinations, density = _towns(5)
    kept = Density(density.points, density.people, known=density.at(density.points))
    places = np.concatenate([origins[:50], destinations])

    assert np.array_equal(kept.at(places), density.at(places))


def test_density_is_people_within_five_kilometres():
    density = Density(np.array([[0.0, 0.0], [4_999.0, 0.0], [5_001.0, 0.0]]), np.array([1000.0, 2000.0, 4000.0]))

    assert density.at(np.array([[0.0, 0.0]])) == pytest.approx(np.log(3000 / (np.pi * 25) + 10))
    assert density.at(np.array([[90_000.0, 0.0]])) == pytest.approx(np.log(10))


def test_too_few_trips_are_refused():
    origins, destinations, density = _towns(4, destinations=9)

    with pytest.raises(PlanningError, match="to 9 places are too few"):
        fit_drive(_measured(np.full((300, 9), 20.0), origins, destinations), density)
