"""The model of road minutes as a step: fitted to what is loaded, kept, and fitted anew only for other files, people or code."""

import json

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo.crs import BRITISH_NATIONAL_GRID
from geo.models import Area, TravelModel
from geo.queries.travel import get_provider, list_providers
from geo.releases.travel import fit_travel, read_measured
from tests.builders import an_area

pytestmark = pytest.mark.django_db

HOSPITALS = 12
CORNER = np.array([440_000, 200_000])


@pytest.fixture
def country():
    """Forty LSOAs in both vintages, and minutes to twelve hospitals: five to begin with, two a kilometre."""
    random = np.random.default_rng(0)
    places = CORNER + random.uniform(0, 20_000, (40, 2))
    for number, (east, north) in enumerate(places, 1):
        for geography in ("lsoa11", "lsoa21"):
            an_area(f"E0100{number:04}", geography=geography, centroid_27700=Point(east, north, srid=BRITISH_NATIONAL_GRID))
    hospitals = CORNER + random.uniform(0, 20_000, (HOSPITALS, 2)).round()
    minutes = 5 + 2 * np.hypot(*(places[:, None] - hospitals[None]).transpose(2, 0, 1)) / 1000
    _stage(minutes, hospitals)
    return places, hospitals, minutes


def _stage(minutes, hospitals):
    rows = [(f"E0100{number:04}", list(map(float, row))) for number, row in enumerate(minutes, 1)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS staging")
        cursor.execute("DROP TABLE IF EXISTS staging.travel_times, staging.travel_times_destinations, staging.stroke_unit_coordinates")
        cursor.execute("CREATE TABLE staging.travel_times (lsoa11_name text, minutes real[], lsoa11_code text)")
        cursor.executemany("INSERT INTO staging.travel_times VALUES ('', %s, %s)", [(row, code) for code, row in rows])
        cursor.execute("CREATE TABLE staging.travel_times_destinations (position int, postcode text)")
        cursor.execute("CREATE TABLE staging.stroke_unit_coordinates (postcode text, easting bigint, northing bigint)")
        for number, (east, north) in enumerate(hospitals, 1):
            cursor.execute("INSERT INTO staging.travel_times_destinations VALUES (%s, %s)", [number, f"OX{number}"])
            cursor.execute("INSERT INTO staging.stroke_unit_coordinates VALUES (%s, %s, %s)", [f"OX{number}", int(east), int(north)])


def test_without_measured_minutes_there_is_no_model_and_its_provider_says_so():
    assert fit_travel() is None
    assert "not loaded" in list_providers()[0].refused


def test_measured_minutes_are_read_in_the_order_of_their_hospitals(country):
    places, hospitals, minutes = country
    measured, people = read_measured()

    assert np.allclose(measured.origins, places)
    assert np.allclose(measured.destinations, hospitals)
    assert np.allclose(measured.table, minutes)
    assert people.tolist() == [1_500.0] * 40


def test_the_model_is_kept_and_used_with_its_mode_source_and_error(country):
    places, hospitals, minutes = country

    kept = fit_travel()

    provider = get_provider("modelled_drive")
    assert np.allclose(provider.minutes(places, hospitals), minutes, atol=0.01)
    assert (provider.mode, kept.error["mean_absolute"] < 0.01) == ("modelled drive", True)
    assert "125 hospitals" in provider.source
    assert "Off by 0.0 minutes" in list_providers()[0].words
    json.dumps(kept.error)


def test_the_model_is_fitted_anew_only_for_other_people_or_minutes(country):
    first = fit_travel()
    assert fit_travel().id == first.id

    Area.objects.filter(code="E01000001", vintage=2021).update(population=9_000)

    assert fit_travel().id != first.id
    assert TravelModel.objects.count() == 2


def test_too_few_measured_trips_make_no_model(country):
    _, hospitals, minutes = country
    _stage(minutes[:, :5], hospitals[:5])

    assert fit_travel() is None
