"""Where findings lie: their own areas, the areas of a window, the region of a difference by place, and nowhere."""

import pytest

from geo.codes import GEOGRAPHIES
from geo.queries.catalogue import get_release
from geo.queries.finding_places import list_places
from geo.queries.findings import FindingFilter, list_findings
from tests import builders

pytestmark = pytest.mark.django_db

SLUG = "mmr2-5y"


@pytest.fixture
def release():
    return builders.a_current_release("made-up-release")


@pytest.fixture
def areas():
    return [builders.an_area(geography="utla23", name=f"Made-up County {n}") for n in range(4)]


def detection(release, **fields):
    return builders.a_detection(release=release, indicator=builders.an_indicator(SLUG), geography="utla23", **fields)


def placed(release):
    return list_places(list_findings(get_release(release.slug), FindingFilter()).findings)


def test_a_priority_area_lies_where_it_lies(release, areas):
    finding = builders.a_finding(detection(release), areas[2])

    (place,) = placed(release)[finding.key]

    assert (place.code, place.feature_id, place.name) == (areas[2].code, areas[2].feature_id, "Made-up County 2")
    assert place.geography == GEOGRAPHIES["utla23"]
    assert -7 < place.lon < 2
    assert 49 < place.lat < 56


def test_a_window_lies_in_all_of_its_areas_in_code_order(release, areas):
    finding = builders.a_finding(detection(release, kind="scan_window"), areas[1], members=tuple(areas[:3]))

    assert [place.code for place in placed(release)[finding.key]] == sorted(area.code for area in areas[:3])


def test_a_code_of_another_vintage_is_another_area(release):
    old = builders.an_area(code="E02000001", geography="msoa11", name="Old")
    builders.an_area(code="E02000001", geography="msoa21", name="New")
    made = builders.a_detection(release=release, indicator=builders.an_indicator(SLUG), geography="msoa11")
    finding = builders.a_finding(made, old)

    assert [place.name for place in placed(release)[finding.key]] == ["Old"]


def test_a_difference_by_place_lies_in_its_region_of_that_kind_of_areas(release):
    builders.an_area(geography="nhser24", name="South West")
    region = builders.an_area(geography="rgn23", name="South West")
    finding = builders.a_finding(detection(release, kind="inequality"), dimension="place", group="South West")

    assert [place.code for place in placed(release)[finding.key]] == [region.code]


def test_a_difference_between_groups_lies_nowhere(release, areas):
    builders.an_area(geography="rgn23", name="the most deprived fifth")
    finding = builders.a_finding(detection(release, kind="inequality"), dimension="deprivation", group="the most deprived fifth")

    assert finding.key not in placed(release)


def test_an_area_without_a_point_has_a_place_without_one(release):
    practice = builders.an_area(geography="practice24", name="Made-up Surgery", centroid_27700=None, geometry_27700=None)
    made = builders.a_detection(release=release, indicator=builders.an_indicator(SLUG), geography="practice24")
    finding = builders.a_finding(made, practice)

    (place,) = placed(release)[finding.key]

    assert place.lon is None
    assert place.lat is None


def test_nothing_asked_is_nothing_read(release, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list_places(()) == {}
