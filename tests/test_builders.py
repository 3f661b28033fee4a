"""The makers make rows that the database takes, and that can be read back."""

import pytest

from geo.models import Finding, Observation
from geo.statuses import Status
from tests import builders

pytestmark = pytest.mark.django_db


def test_builders_make_a_small_world():
    release = builders.a_current_release()
    indicator = builders.an_indicator()
    west, east = builders.an_area(), builders.an_area()
    whole = builders.an_area(geography="lad24", geometry_27700=builders.a_square(1, side=2_000))
    practice = builders.an_area(geography="practice24")
    for area in (west, east):
        builders.a_link(area, whole)
        builders.a_deprivation(area)
    builders.a_postcode("N170AA", lsoa11=builders.an_area(geography="lsoa11"), lsoa21=west)
    builders.a_site()
    builders.a_source_load()
    builders.an_observation(west, release=release, indicator=indicator)
    builders.a_missing_observation(east, release=release, indicator=indicator, stratum="women")
    builders.an_availability(release=release, indicator=indicator)

    found = Observation.objects.filter(release=release).order_by("area__code")

    assert [(row.area.code, row.status, row.value) for row in found] == [
        ("E01990001", Status.VALUE, 0.7),
        ("E01990002", Status.MISSING, None),
    ]
    assert west.geometry_27700.touches(east.geometry_27700)
    assert whole.geometry_27700.contains(west.geometry_27700)
    assert practice.geometry_27700 is None
    assert practice.centroid_27700 is not None


def test_builders_make_what_was_found():
    of = {"release": builders.a_current_release(), "indicator": builders.an_indicator()}
    west, east = builders.an_area(), builders.an_area()
    window = builders.a_finding(builders.a_detection(**of, kind="scan_window"), west, members=(west, east))
    whole = builders.a_finding(builders.a_detection(**of, kind="inequality", stratum="women"), dimension="sex", group="Women")
    refusal = builders.a_refusal(**of)
    builders.an_estimate(west, **of)
    builders.a_grain(builders.an_area(geography="ctry23"), **of, geography=None)

    assert [row.key for row in Finding.objects.order_by("rank")] == [window.key, whole.key]
    assert {member.area_id for member in window.members.all()} == {west.pk, east.pk}
    assert not whole.members.exists()
    assert refusal.state == "refused"
