"""What can be drawn of estimates, and by which rule the rest cannot."""

import pytest

from geo.models import ValueFile
from geo.queries.catalogue import get_release, list_indicators
from geo.queries.estimates import REFUSAL_WORDS, list_estimates
from geo.statuses import Basis
from hiid.pages.presenters.estimates import estimates_settings
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


def estimates_of(release, slug="mmr2-5y"):
    found = get_release(release.slug)
    return list_estimates(found, list_indicators(found))[slug]


def offer(release, geography, **definition):
    """An indicator that the release has for these areas."""
    indicator = builders.an_indicator("mmr2-5y", **definition)
    builders.an_availability(release=release, indicator=indicator, geography=geography)
    return indicator


def a_file(release, indicator, geography, kind="estimates"):
    keys = {"geography": builders.a_geography(geography), "period": builders.a_period(), "stratum": builders.a_stratum()}
    ValueFile.objects.create(release=release, indicator=indicator, kind=kind, content=b"x", etag="e", **keys)


def test_what_some_area_has_can_be_shown(release):
    indicator = offer(release, "utla23")
    builders.an_estimate(builders.an_area(geography="utla23"), release=release, indicator=indicator, in_window=None)
    a_file(release, indicator, "utla23")

    found = estimates_of(release)

    assert found.made == {"utla23": {"2021-22": {"all": ["shrunken", "exceedance", "spots"]}}}
    assert found.refused == {}


def test_estimates_without_a_file_are_not_offered(release):
    indicator = offer(release, "utla23")
    builders.an_estimate(builders.an_area(geography="utla23"), release=release, indicator=indicator)
    a_file(release, indicator, "utla23", kind="main")

    assert estimates_of(release).made == {}


def test_the_engine_answers_before_the_rule_and_with_regard_to_age_before_without(release):
    indicator = offer(release, "lad24", polarity="none")
    builders.a_refusal(release=release, indicator=indicator, geography="lad24", reason="age_matters", adjustment="none")
    builders.a_refusal(release=release, indicator=indicator, geography="lad24", reason="no_age_breakdown", adjustment="age_sex")

    assert estimates_of(release).refused == {"lad24": "no_age_breakdown"}


@pytest.mark.parametrize(
    ("definition", "rule"),
    [({"polarity": "none"}, "no_direction"), ({"kind": "ratio_only"}, "not_published"), ({"part_of_imd": True}, "part_of_imd"),
     ({}, "not_asked")],
)  # fmt: skip
def test_where_nobody_asked_the_rule_answers(release, definition, rule):
    offer(release, "icb23", **definition)

    assert estimates_of(release).refused == {"icb23": rule}


def test_modelled_neighbourhoods_are_refused_by_their_own_rule(release):
    indicator = builders.an_indicator("mmr2-5y")
    builders.an_availability(release=release, indicator=indicator, geography="lsoa21", basis=Basis.MODELLED)

    assert estimates_of(release).refused == {"lsoa21": "modelled_neighbourhoods"}


def test_areas_without_tiles_are_not_spoken_of(release):
    offer(release, "practice24")

    assert estimates_of(release).refused == {}


def test_the_page_is_told_one_reason_where_all_are_alike_and_has_words_for_each(release):
    offer(release, "icb23")
    offered = estimates_settings(estimates_of(release), ["icb23"])

    assert offered == {"estimates": {}, "withoutEstimates": "not_asked"}
    assert offered["withoutEstimates"] in REFUSAL_WORDS
    assert estimates_settings(None, ["icb23"])["estimates"] == {}
