"""The funnel of a slice: which areas it is of, and in which boundaries."""

import pytest

from geo.errors import InputError
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.funnel import get_funnel
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "mmr2-5y"


@pytest.fixture
def release():
    release = builders.a_current_release("made-up-release")
    indicator = builders.an_indicator(SLUG)
    for geography, areas in (("lad21", 6), ("lad24", 8)):
        builders.an_availability(release=release, indicator=indicator, geography=geography)
        for number in range(areas):
            area = builders.an_area(f"E0700{number:04d}", geography=geography)
            builders.an_observation(area, release=release, indicator=indicator)
    return get_release(release.slug)


def funnel(release, **asked):
    return get_funnel(release, get_indicator(SLUG, release), area_type="lad", **asked)


def test_a_funnel_is_of_the_newest_boundaries_unless_others_are_asked_for(release):
    assert (funnel(release).geography.slug, len(funnel(release).points)) == ("lad24", 8)
    assert (funnel(release, vintage=2021).geography.slug, len(funnel(release, vintage=2021).points)) == ("lad21", 6)


def test_boundaries_that_the_indicator_is_not_to_be_had_in_are_named_as_wrong_with_those_that_are_right(release):
    with pytest.raises(InputError) as error:
        funnel(release, vintage=2019)

    assert error.value.parameter == "vintage"
    assert error.value.valid == ("2021", "2024")
