"""Pictures of catchments and plans: outlines and stops with their words, refusals among them."""

from dataclasses import replace

import pytest

from geo.errors import UnknownRelease, WithdrawnRelease
from geo.maps.deck import to_html
from geo.maps.scenes_places import scene_of_catchment, scene_of_plan
from geo.models import Release
from geo.planning.requests import PlanRequest
from geo.queries.catalogue import get_release
from geo.queries.catchments import preview_catchment
from tests.cells import forget
from tests.geo.desk.makers import a_plan
from tests.world import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def release():
    """The release of the small England."""
    forget()
    a_world()
    yield get_release()
    forget()


def plan(release, **changes):
    request = PlanRequest.from_json({"programme": "breast", "area": "E09000001", "stops": 1, "release": release})
    return {**a_plan(request).to_json(), **changes}


def test_a_catchment_is_one_outline_with_its_people_and_every_figure_or_why_not(release):
    found = preview_catchment({"areas": ["E09000001"]}, release)

    scene = scene_of_catchment(found, release, name="Our patch")

    assert scene.title == "Our patch"
    assert len(scene.shapes) == 1
    assert "13,500 residents" in scene.facts[0]
    assert len(scene.tables[0].rows) == len(found.profile.figures)
    for row, figure in zip(scene.tables[0].rows, found.profile.figures, strict=True):
        assert row[2].startswith("not told:") == (figure.value is None)


def test_a_plan_has_numbered_stops_ways_gain_as_a_range_and_its_mode(release):
    scene = scene_of_plan(plan(release.slug), key="abc")
    stop = scene.dots[-1]

    assert stop.label == "1"
    assert "about 4 to 12 more people screened" in stop.words
    assert len(scene.ways) == 1
    assert "made-up drive" in scene.dots[0].words
    assert "Made up." in scene.notes
    assert any("area of search" in key.words for key in scene.keys)


def test_a_stop_whose_need_is_not_told_says_why_and_no_number(release):
    site = {**plan(release.slug)["sites"][0], "gain": None, "need": None, "workload": None, "refused": "few areas"}

    scene = scene_of_plan(plan(release.slug, sites=[site]), key="abc")

    assert "need is not told: few areas" in scene.dots[-1].words
    assert scene.tables[0].rows[0][4] == "not told"


def test_a_plan_of_made_up_people_is_marked_whatever_either_says(release):
    assert not scene_of_plan(plan(release.slug), key="abc").is_synthetic
    assert scene_of_plan(plan(release.slug, is_synthetic=True), key="abc").is_synthetic
    Release.objects.filter(slug=release.slug).update(is_synthetic=True)
    assert "SYNTHETIC" in to_html(scene_of_plan(plan(release.slug), key="abc"))


def test_a_plan_of_a_release_that_must_not_stand_is_not_drawn(release):
    with pytest.raises(UnknownRelease):
        scene_of_plan(plan("never-made"), key="abc")
    Release.objects.filter(slug=release.slug).update(state=Release.State.WITHDRAWN, is_current=False)
    with pytest.raises(WithdrawnRelease):
        scene_of_plan(plan(release.slug), key="abc")


def test_a_synthetic_catchment_is_marked(release):
    found = preview_catchment({"areas": ["E09000001"]}, release)

    assert scene_of_catchment(found, replace(release, is_synthetic=True), name="x").is_synthetic
