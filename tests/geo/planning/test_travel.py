"""Measured minutes are those of the very places; ways over water are told."""

import numpy as np
import pytest
import shapely

from geo.errors import PlanningError
from geo.planning.travel import Matrix, crosses_water


def test_a_way_over_an_estuary_is_flagged_and_one_along_its_bank_is_not():
    banks = shapely.union(shapely.box(0, 0, 30_000, 8_000), shapely.box(0, 12_000, 30_000, 20_000))
    origins, destinations = np.array([[5_000.0, 7_000.0]] * 2), np.array([[5_000.0, 13_000.0], [25_000.0, 7_000.0]])

    assert crosses_water(origins, destinations, banks).tolist() == [True, False]


def test_measured_minutes_are_those_of_the_very_places_and_of_no_others():
    random = np.random.default_rng(3)
    origins, destinations = random.random((5, 2)) * 40_000, random.random((3, 2)) * 40_000
    table = np.arange(15.0).reshape(5, 3)
    table[4, 2] = np.nan
    matrix = Matrix(origins, destinations, table, "made-up drive", "a made-up matrix")

    assert np.array_equal(matrix.minutes(origins[[3, 1]], destinations[[2, 0]]), table[np.ix_([3, 1], [2, 0])])
    with pytest.raises(PlanningError, match=r"has no neighbourhood at easting .*; 1 of 1 are not among"):
        matrix.minutes(origins[:1] + 50, destinations)
    with pytest.raises(PlanningError, match="from origin 1 to destination 0 were not measured"):
        matrix.minutes(origins[[0, 4]], destinations[[2]])


def test_a_place_that_passed_through_degrees_and_back_is_the_same():
    origins, destinations = np.array([[400_000.0, 300_000.0]]), np.array([[401_000.0, 300_000.0]])
    matrix = Matrix(origins, destinations, np.array([[7.0]]), "made-up drive", "a made-up matrix")

    assert matrix.minutes(origins + 0.6, destinations - 4).tolist() == [[7.0]]
