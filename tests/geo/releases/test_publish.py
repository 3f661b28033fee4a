"""Publishing, going back and withdrawing: one current release, whole or not at all."""

import pytest
from django.db import connection

from geo.errors import QualityError, UnknownRelease
from geo.models import Area, Availability, Indicator, Release, Tileset, ValueFile
from geo.releases.publish import missing_files, publish_release, rollback_release, withdraw_release
from tests.builders import (
    a_geography,
    a_period,
    a_release,
    a_stratum,
    an_area,
    an_availability,
    an_estimate,
    an_indicator,
    an_observation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    """Makes checked releases that hold one drawn area, with its tiles and value file."""
    area, indicator = an_area(), an_indicator()
    Tileset.objects.create(geography=area.geography, version="v1", is_complete=True)

    def make(slug, *, has_file=True, **fields):
        release = a_release(slug, **{"state": Release.State.CHECKED, "tilesets": {"lsoa21": "v1"}, **fields})
        an_observation(area, release=release, indicator=indicator)
        an_availability(release=release, indicator=indicator)
        if has_file:
            keys = {"geography": a_geography(), "period": a_period(), "stratum": a_stratum()}
            ValueFile.objects.create(release=release, indicator=indicator, kind="main", content=b"x", etag="e", **keys)
        return release

    return make


def current():
    return Release.objects.get(is_current=True).slug


def has_partition(release):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"geo_observation_{release.pk}"])
        return cursor.fetchone()[0]


def test_a_checked_release_becomes_the_one_current_release(ready):
    ready("first"), ready("second")

    publish_release("first")
    second = publish_release("second")

    assert current() == "second"
    assert second.previous.slug == "first"
    assert second.published_at is not None


def test_publishing_the_current_release_again_changes_nothing(ready):
    ready("first")
    when = publish_release("first").published_at

    assert publish_release("first").published_at == when


@pytest.mark.parametrize("state", [Release.State.BUILDING, Release.State.BUILT, Release.State.FAILED, Release.State.WITHDRAWN])
def test_only_a_checked_release_is_published(ready, state):
    ready("first", state=state)

    with pytest.raises(QualityError, match=state):
        publish_release("first")


def test_a_release_without_a_value_file_is_refused_by_name(ready):
    release = ready("first", has_file=False)

    assert missing_files(release) == ["lsoa21/cervical-coverage-25-49/2021-22/all"]
    with pytest.raises(QualityError, match="lsoa21/cervical-coverage-25-49"):
        publish_release("first")


def test_a_release_whose_estimates_have_no_file_is_refused_by_name(ready):
    release = ready("first")
    an_estimate(Area.objects.get(), release=release, indicator=Indicator.objects.get())

    assert missing_files(release) == ["lsoa21/cervical-coverage-25-49/2021-22/all"]


@pytest.mark.parametrize("change", [{"is_complete": False}, {"version": "v2"}])
def test_a_release_without_the_tiles_of_its_value_files_is_refused(ready, change):
    ready("first")
    Tileset.objects.update(**change)

    with pytest.raises(QualityError, match="lsoa21"):
        publish_release("first")


def test_areas_without_shapes_need_no_tiles(ready):
    release = ready("first", has_file=False)
    release.availability_set.all().delete()
    an_area("A1", geography="practice24")
    an_availability(release=release, indicator=an_indicator("qof-copd"), geography="practice24")
    an_area("E02000001", geography="msoa21", geometry_3857=None)
    an_availability(release=release, indicator=an_indicator("qof-ast"), geography="msoa21")

    assert missing_files(release) == []


def test_an_unknown_release_names_those_that_are_there(ready):
    ready("first")

    with pytest.raises(UnknownRelease) as caught:
        publish_release("last")

    assert caught.value.valid == ("first",)


def test_the_last_three_stay_readable_and_older_rows_go(ready):
    releases = [ready(f"release-{i}") for i in range(5)]
    for release in releases:
        publish_release(release.slug)

    assert [has_partition(r) for r in releases] == [False, False, True, True, True]
    assert Availability.objects.filter(release=releases[0]).count() == 0
    assert ValueFile.objects.filter(release=releases[1]).count() == 0
    assert Release.objects.count() == 5


def test_rollback_goes_to_the_release_before_and_leaves_it_published(ready):
    for slug in ("first", "second"):
        ready(slug)
        publish_release(slug)

    assert rollback_release().slug == "first"
    assert current() == "first"
    assert Release.objects.get(slug="second").state == Release.State.PUBLISHED
    with pytest.raises(QualityError, match="no earlier release"):
        rollback_release()
    assert current() == "first"


def test_a_withdrawn_current_release_gives_way_to_the_one_before(ready):
    for slug in ("first", "second"):
        ready(slug)
        publish_release(slug)

    withdrawn = withdraw_release("second", notice="A source was wrong.")

    assert current() == "first"
    assert withdrawn.state == Release.State.WITHDRAWN
    assert withdrawn.withdrawal_notice == "A source was wrong."
    with pytest.raises(QualityError, match="withdrawn"):
        publish_release("second")


def test_the_last_release_can_be_withdrawn_and_then_none_is_current(ready):
    ready("only")
    publish_release("only")

    withdraw_release("only", notice="Wrong.")

    assert not Release.objects.filter(is_current=True).exists()


def test_a_withdrawal_needs_a_notice_and_a_published_release(ready):
    ready("first")

    with pytest.raises(QualityError, match="checked"):
        withdraw_release("first", notice="Wrong.")
    with pytest.raises(QualityError, match="notice"):
        withdraw_release("first", notice=" ")
