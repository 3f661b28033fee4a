"""Estimates over HTTP: what the table says in feature order, and why a slice has none."""

import gzip

import pytest

from geo.models import Area, Indicator, Release
from geo.tiles.geometry_plane import build_tileset
from geo.tiles.value_codec import decode
from geo.tiles.value_plane import build_value_files
from tests.builders import a_refusal, a_release, an_area, an_availability, an_estimate, an_indicator, an_observation

pytestmark = pytest.mark.django_db(transaction=True)

SLICE = "cervical-coverage-25-49/2021-22/all"


@pytest.fixture
def release():
    """Three areas with a value each, and no estimates; tiles and value files are made."""
    release, indicator = a_release("2026-01-01-made-up"), an_indicator()
    for _ in range(3):
        an_observation(an_area(), release=release, indicator=indicator)
    an_availability(release=release, indicator=indicator)
    build_tileset("lsoa21")
    published(release)
    return release


def reopened(release):
    """The release before it is published, so that its files can be made anew."""
    release.state, release.is_current = Release.State.CHECKED, False
    release.save()


def published(release):
    build_value_files(release)
    release.state, release.is_current = Release.State.PUBLISHED, True
    release.save()


ESTIMATES = f"/values/{{}}/lsoa21/{SLICE}.estimates"


@pytest.fixture
def estimated(release):
    """The same release with an estimate of its first area and one that lacks most of the third."""
    reopened(release)
    first, _, third = Area.objects.order_by("feature_id")
    an_estimate(first, release=release, indicator=Indicator.objects.get(), exceedance=0.98764)
    an_estimate(third, release=release, indicator=Indicator.objects.get(), shrunken=0.6, exceedance=None, q=None, spot=None, in_window=True)
    published(release)
    return release


def test_estimates_are_in_feature_order_and_say_what_the_table_says(client, estimated):
    answer = client.get(f"{ESTIMATES.format(estimated.slug)}.arrow", headers={"accept-encoding": "gzip"})
    metadata, columns = decode(gzip.decompress(answer.content))
    document = client.get(f"{ESTIMATES.format(estimated.slug)}.json").json()

    assert (metadata["tileset_version"], metadata["n"]) == (estimated.tilesets["lsoa21"], "3")
    assert columns["shrunken"] == document["shrunken"] == [0.55, None, 0.6]
    assert columns["exceedance"] == document["exceedance"] == [0.988, None, None]
    assert document["spot"] == ["low", "not_tested", "not_tested"]
    assert document["in_window"] == [False, None, True]
    assert document["smoothed"] == [None, None, None]
    assert answer["Content-Type"] == "application/vnd.apache.arrow.stream"
    assert answer["Cache-Control"] == "public, no-cache"
    again = {"accept-encoding": "gzip", "if-none-match": answer["ETag"]}
    assert client.get(f"{ESTIMATES.format(estimated.slug)}.arrow", headers=again).status_code == 304


def test_a_slice_that_the_engine_refused_says_by_which_rule(client, release):
    a_refusal(
        release=release, indicator=Indicator.objects.get(), reason="modelled_neighbourhoods", explanation="They follow the practices."
    )

    for ending in ("arrow", "json"):
        answer = client.get(f"{ESTIMATES.format(release.slug)}.{ending}")
        assert answer.status_code == 422
        assert answer["Cache-Control"] == "no-store"
        assert answer.json()["errors"][0]["found"] == "modelled_neighbourhoods"
        assert answer.json()["detail"] == "They follow the practices."


@pytest.mark.parametrize(
    ("definition", "rule"),
    [({"polarity": "none"}, "no_direction"), ({"kind": "ratio_only"}, "not_published"), ({"part_of_imd": True}, "part_of_imd"),
     ({}, "not_asked")],
)  # fmt: skip
def test_a_slice_that_nobody_asked_of_names_the_rule_too(client, release, definition, rule):
    indicator = Indicator.objects.get()
    indicator.definition = {**indicator.definition, **definition}
    indicator.save()

    answer = client.get(f"{ESTIMATES.format(release.slug)}.json")

    assert (answer.status_code, answer.json()["errors"][0]["found"]) == (422, rule)


def test_an_earlier_period_names_the_one_that_has_estimates(client, estimated):
    reopened(estimated)
    indicator = Indicator.objects.get()
    an_observation(Area.objects.get(feature_id=1), release=estimated, indicator=indicator, period="2020-21")
    an_availability(release=estimated, indicator=indicator, period="2020-21")
    published(estimated)

    answer = client.get(f"{ESTIMATES.format(estimated.slug).replace('2021-22', '2020-21')}.json")

    assert answer.status_code == 404
    assert answer.json()["errors"][0] == {"parameter": "period", "found": "2020-21", "valid": ["2021-22"]}
