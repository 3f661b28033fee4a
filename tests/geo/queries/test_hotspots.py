"""Estimates of areas a page at a time: what is beyond the end is not the same as nothing."""

import pytest

from geo.errors import RefusedClaim
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.hotspots import list_hotspots
from geo.statuses import Basis
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "mmr2-5y"


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


def areas_with(release, *, estimates, basis=Basis.OBSERVED):
    """Three counties with figures, so many of them with an estimate."""
    indicator = builders.an_indicator(SLUG)
    builders.an_availability(release=release, indicator=indicator, geography="utla23", basis=basis)
    for number in range(3):
        area = builders.an_area(geography="utla23")
        builders.an_observation(area, release=release, indicator=indicator)
        if number < estimates:
            builders.an_estimate(area, release=release, indicator=indicator)


def page(release, **asked):
    found = get_release(release.slug)
    return list_hotspots(found, get_indicator(SLUG, found), **asked)


def test_a_page_holds_areas_in_code_order_and_says_how_many_there_are(release):
    areas_with(release, estimates=3)

    first, second = page(release, limit=2), page(release, limit=2, offset=2)

    codes = [one.area_code for one in (*first.areas, *second.areas)]
    assert codes == sorted(codes)
    assert (first.count, second.count, first.reason, second.reason) == (3, 3, None, None)


def test_beyond_the_last_page_nothing_matches_though_there_is_something(release):
    areas_with(release, estimates=3)

    beyond = page(release, limit=2, offset=400)

    assert (beyond.areas, beyond.count, beyond.reason) == ((), 3, "no_match")


@pytest.mark.parametrize("offset", [0, 400])
def test_without_estimates_there_is_no_data_wherever_one_looks(release, offset):
    areas_with(release, estimates=0)

    found = page(release, offset=offset)

    assert (found.count, found.reason) == (0, "no_data")


@pytest.mark.parametrize("offset", [0, 400])
def test_modelled_areas_are_refused_on_every_page(release, offset):
    areas_with(release, estimates=0, basis=Basis.MODELLED)

    with pytest.raises(RefusedClaim):
        page(release, offset=offset)
