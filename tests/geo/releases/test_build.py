"""Building a release of a made-up England: what is counted, what is modelled, what is left out, and the same digest twice."""

import pytest
from django.db import connection

from geo.models import Availability, Observation, Release
from geo.releases.build import build_release
from geo.releases.quality import check_release
from geo.statuses import Basis, Comparison, Reason, Status
from tests.geo.releases import world
from tests.oracles.intervals import wilson

pytestmark = pytest.mark.django_db

SLUG = "cervical-coverage-25-49"


@pytest.fixture
def release():
    world.areas()
    world.practices()
    return build_release()


def found(release, geography, code, slug=SLUG):
    return Observation.objects.get(release=release, indicator__slug=slug, geography__slug=geography, area__code=code)


def test_practices_are_counted_with_limits_and_compared_with_england(release):
    practice, england = found(release, "practice24", "A1"), found(release, "ctry23", "E92000001")

    assert (practice.numerator, practice.denominator, practice.value) == (150, 200, 0.75)
    assert practice.lower == pytest.approx(wilson(150, 200, 0.95)[0], rel=1e-9)
    assert practice.basis == Basis.OBSERVED
    assert practice.comparison == Comparison.SIMILAR
    assert (england.numerator, england.denominator) == (210, 300)
    assert england.comparison == Comparison.NOT_COMPARED


def test_a_practice_without_counts_has_a_reason_and_no_value(release):
    practice = found(release, "practice24", "C3")

    assert practice.value is None
    assert practice.status == Status.MISSING
    assert practice.reason == Reason.NOT_PUBLISHED


def test_a_suppressed_numerator_is_suppressed():
    world.areas()
    world.practices(screened_25_49=[150, 60, None], eligible_25_49=[200, 100, 30])

    practice = found(build_release(), "practice24", "C3")

    assert practice.status == Status.SUPPRESSED
    assert practice.reason == Reason.SUPPRESSED_BY_PUBLISHER


def test_a_network_is_the_sum_of_its_practices(release):
    network = found(release, "pcn24", "U1")

    assert (network.numerator, network.denominator) == (210, 300)
    assert network.lower is not None


def test_neighbourhoods_are_modelled_never_compared_and_say_how_much_is_covered(release):
    area = found(release, "lsoa11", "E01000001")

    assert area.numerator == pytest.approx(150 * 0.6)
    assert area.value == pytest.approx(0.75)
    assert area.basis == Basis.MODELLED
    assert area.comparison == Comparison.NOT_COMPARED
    assert area.coverage == pytest.approx(600 / 1600)
    assert not area.is_reliable


def test_a_split_neighbourhood_goes_to_its_children_by_share_and_totals_stay(release):
    parts = [found(release, "lsoa21", f"E0100000{i}").numerator for i in (3, 4)]

    assert parts == pytest.approx([60 * 0.4 * 0.7, 60 * 0.4 * 0.3])
    sums = Availability.objects.filter(release=release, indicator__slug=SLUG, basis=Basis.MODELLED)
    totals = {a.geography.slug: a.numerator for a in sums.select_related("geography")}
    assert len(totals) == 12
    assert list(totals.values()) == pytest.approx([150 + 60 * 0.9] * 12)


def test_deprivation_is_served_as_published(release):
    assert found(release, "lsoa11", "E01000002", "imd-2019-decile").value == 2
    assert found(release, "lsoa11", "E01000002", "imd-2019").value == 49


def test_what_lacks_its_sources_is_left_out_and_named(release):
    assert release.quality["left_out"]["smi-checks-all-six"] == {"ccg-succession": "not loaded", "smi-checks": "not loaded"}
    assert "cervical-coverage-25-49" not in release.quality["left_out"]
    assert not Observation.objects.filter(release=release, indicator__slug="smi-checks-all-six").exists()


def test_building_again_gives_the_same_rows_and_no_second_release(release):
    again = build_release()

    assert again.sums["digest"] == release.sums["digest"]
    assert again.slug == release.slug
    assert Release.objects.count() == 1
    assert Observation.objects.filter(release=again).count() == again.sums["rows"]


def test_another_figure_gives_another_digest(release):
    world.practices(screened_25_49=[151, 60, None])

    assert build_release().sums["digest"] != release.sums["digest"]


def test_a_stand_in_makes_the_release_synthetic(release):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE geo_sourceload SET state = 'stand_in' WHERE slug = 'cervical-2017'")

    made = build_release()

    assert made.is_synthetic
    assert made.slug.endswith("-synthetic")


def test_patients_without_a_neighbourhood_are_counted_not_placed(release):
    assert release.quality["notes"]["patients"]["registrations"] == {"all": 3050, "without_lsoa": 50}


def test_the_built_release_passes_its_own_checks(release):
    report = check_release(release)

    assert report["conserved"]["accounts"] == 2
    assert report["sums"]["worst_relative_difference"] < 1e-9
    assert release.state == Release.State.CHECKED
