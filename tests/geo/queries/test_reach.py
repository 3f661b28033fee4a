"""Areas within minutes and nearest places, by a way to minutes whose pace is known: against distances counted one by one."""

from itertools import pairwise

import numpy as np
import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from geo.crs import BRITISH_NATIONAL_GRID
from geo.errors import InputError, UnknownArea
from geo.models import TravelModel
from geo.planning.candidates import given_candidates
from geo.queries.reach import areas_within, nearest_sites, to_degrees
from geo.queries.travel import get_origins
from tests.builders import a_link, a_travel_model, an_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    """Twelve LSOAs in a row from west to east, a kilometre each, in one district; five minutes to begin with, two a kilometre."""
    district = an_area("E09000014", geography="lad24")
    for number in range(12):
        a_link(an_area(f"E0100{number:04}", population=100 * (number + 1)), district)
    a_travel_model(start=5, pace=2)
    return get_origins("lsoa21").points


def a_place(point, name=""):
    longitude, latitude = to_degrees(point[None])[0]
    return given_candidates([(name, float(latitude), float(longitude))])[0]


def test_areas_within_are_those_whose_middle_is_as_near_and_the_nearest_comes_first(row):
    place = a_place(row[3])

    found = areas_within(place.longitude, place.latitude, 10.0)

    km = np.hypot(*(row - row[3]).T) / 1000
    assert {area.code for area in found.areas} == {f"E0100{number:04}" for number in range(12) if 5 + 2 * km[number] <= 10}
    assert (found.areas[0].code, found.areas[0].minutes) == ("E01000003", 5.0)
    assert found.people == sum(area.people for area in found.areas)
    assert (found.mode, found.error.mean_absolute, found.geography) == ("modelled drive", 4.0, "lsoa21")


def test_more_minutes_reach_no_fewer_areas(row):
    place = a_place(row[0])

    reached = [{area.code for area in areas_within(place.longitude, place.latitude, minutes).areas} for minutes in (5, 8, 13, 60)]

    assert all(fewer <= more for fewer, more in pairwise(reached))
    assert len(reached[-1]) == 12


def test_each_area_goes_to_its_nearest_place_and_the_average_is_of_people(row):
    points = [tuple(map(float, to_degrees(row[at][None])[0])) for at in (1, 10)]
    sites = given_candidates([(str(at), latitude, longitude) for at, (longitude, latitude) in enumerate(points)])

    found = nearest_sites("E09000014", sites)

    assert [area.site for area in found.areas] == ["given:1"] * 6 + ["given:2"] * 6
    km = np.minimum(np.abs(np.arange(12) - 1), np.abs(np.arange(12) - 10))
    people = 100 * np.arange(1, 13)
    assert found.mean == pytest.approx((people * (5 + 2 * km)).sum() / people.sum(), abs=0.06)
    assert found.unreached == ()


def test_a_way_that_leaves_the_country_is_marked(row):
    west, east = row[:, 0].min() - 500, row[:, 0].max() + 500
    gap = (row[5, 0] - 400, row[6, 0] + 400)
    parts = [Polygon.from_bbox((a, 199_000, b, 202_000)) for a, b in ((west, gap[0]), (gap[1], east))]
    an_area("E92000001", geography="ctry23", geometry_27700=MultiPolygon(*parts, srid=BRITISH_NATIONAL_GRID))
    place = a_place(row[4])

    flags = {area.code: area.crosses_water for area in areas_within(place.longitude, place.latitude, 30).areas}

    assert not flags["E01000002"]
    assert flags["E01000007"]


def test_what_cannot_be_answered_is_refused(row, settings):
    with pytest.raises(InputError, match="outside Great Britain"):
        areas_within(2.35, 48.85, 15)
    with pytest.raises(UnknownArea):
        nearest_sites("E09999999", [a_place(row[0])])
    with pytest.raises(InputError, match="no such way"):
        areas_within(-1.4, 51.7, 15, provider="balloon")
    with pytest.raises(InputError, match="No engine is set up"):
        areas_within(-1.4, 51.7, 15, provider="engine")
    settings.TRAVEL_ENGINE = "balloon"
    with pytest.raises(InputError, match="must be one of osrm"):
        areas_within(-1.4, 51.7, 15, provider="engine")
    TravelModel.objects.all().delete()
    with pytest.raises(InputError, match="No model was fitted"):
        areas_within(-1.4, 51.7, 15)
