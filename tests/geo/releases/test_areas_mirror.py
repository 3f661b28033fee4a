"""Areas of the real England, from the published files."""

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum

from geo.models import Area, AreaLink, Deprivation, Outcode, Postcode
from geo.operations.finding import Finder
from geo.operations.loading import load_sources
from geo.releases.areas import build_areas
from geo.releases.areas_membership import PARENTS
from geo.sources.registry import load_registry

pytestmark = [pytest.mark.django_db, pytest.mark.mirror, pytest.mark.slow]

COUNTS = {
    "lsoa11": 32_844, "lsoa21": 33_755, "msoa11": 6_791, "msoa21": 6_856, "lad21": 309, "lad24": 296, "utla23": 153,
    "sicbl23": 106, "icb23": 42, "icb26": 36, "nhser24": 7, "rgn23": 9, "ctry23": 1,
}  # fmt: skip
FAMILIES = ("geography", "lookups")
ALSO = (
    "mid2020-population", "census2021-age-lsoa21", "imd2019-lsoa11", "imd2025-lsoa21", "imd2019-lad19", "imd2025-lad24",
    "imd2025-icb24", "gp-registrations-2022", "practice-coordinates-2022", "practice-coordinates-2024",
)  # fmt: skip


@pytest.fixture(scope="module")
def england(mirror, tmp_path_factory, django_db_setup, django_db_blocker):
    sources = {slug: s for slug, s in load_registry().items() if s.family in FAMILIES or slug in ALSO}
    finder = Finder(mirror=settings.HIID_MIRROR, cache=tmp_path_factory.mktemp("cache"))
    with django_db_blocker.unblock(), transaction.atomic():
        outcomes = load_sources(sources, finder=finder)
        assert [outcome.line for outcome in outcomes if outcome.state != "loaded"] == []
        yield build_areas()
        transaction.set_rollback(True)


def test_every_area_is_there_with_shape_and_point(england):
    counts = dict(Area.objects.values_list("geography__slug").annotate(Count("id")))
    assert {slug: counts[slug] for slug in COUNTS} == COUNTS

    incomplete = Area.objects.filter(geography__slug__in=COUNTS).filter(
        Q(geometry_3857=None) | Q(geometry_27700=None) | Q(centroid_27700=None)
    )
    assert not incomplete.exists()


def test_people_are_those_of_the_publications(england):
    people = {slug: Area.objects.filter(geography__slug=slug).aggregate(n=Sum("population"))["n"] for slug in (*COUNTS, "practice24")}

    assert {people[slug] for slug in ("lsoa11", "msoa11", "lad21")} == {56_550_138}
    assert {people[slug] for slug in COUNTS if slug not in ("lsoa11", "msoa11", "lad21")} == {56_490_091}
    assert people["practice24"] == 61_768_942
    assert Area.objects.filter(geography__slug="practice24", population__isnull=False).count() == 6_484


@pytest.mark.parametrize("lsoa", ["lsoa11", "lsoa21"])
def test_each_neighbourhood_has_exactly_one_parent_of_each_kind(england, lsoa):
    links = AreaLink.objects.filter(child__geography__slug=lsoa, kind__in=("within", "best_fit"))
    found = {
        slug: (n, children)
        for slug, n, children in links.values_list("parent__geography__slug").annotate(Count("id"), Count("child", distinct=True))
    }

    assert found == dict.fromkeys(PARENTS[lsoa], (COUNTS[lsoa], COUNTS[lsoa]))


def test_conversion_shares_sum_to_one_and_irregular_rows_are_flagged(england):
    converts = AreaLink.objects.filter(kind="converts")
    sums = converts.values("child").annotate(total=Sum("share"))

    assert len(sums) == 32_844
    assert all(abs(row["total"] - 1) < 1e-9 for row in sums)
    assert converts.count() == 33_855
    assert converts.filter(method__startswith="irregular").count() == 9


def test_frimley_is_succeeded_by_three_boards(england):
    shares = AreaLink.objects.filter(kind="succeeds", child__ods_code="QNQ").values_list("parent__name", "share")

    assert sorted((round(share, 3) for _, share in shares), reverse=True) == [0.571, 0.228, 0.201]


def test_deprivation_is_as_published_and_means_agree_with_the_publisher(england):
    deciles = Deprivation.objects.filter(index_version="imd2019", domain="imd", area__geography__slug="lsoa11")
    counts = [n for _, n in sorted(deciles.values_list("decile").annotate(Count("id")))]
    assert counts == [3284, 3284, 3285, 3284, 3285, 3284, 3284, 3285, 3284, 3285]

    boards = Deprivation.objects.filter(index_version="imd2025", domain="imd", area__geography__slug="icb23")
    assert boards.get(area__ods_code="QYG").score == 25.531
    unchanged = Deprivation.objects.get(index_version="imd2025", domain="imd", area__geography__slug="icb26", area__ods_code="QYG")
    assert unchanged.score == pytest.approx(25.531, abs=0.05)


def test_postcodes_lead_where_they_should(england):
    assert Postcode.objects.count() == 1_474_061
    assert Postcode.objects.get(postcode="AL11AG").lsoa11.code == "E01023741"
    exact = Postcode.objects.filter(is_lsoa21_best_fit=False, lsoa21__isnull=False)
    assert exact.count() > 1_390_000
    near = Postcode.objects.filter(is_lsoa21_best_fit=True).select_related("lsoa11", "lsoa21")[:200]
    for postcode in near:
        assert AreaLink.objects.filter(kind="converts", child=postcode.lsoa11, parent=postcode.lsoa21).exists()
    assert Outcode.objects.get(outcode="N17").postcodes > 500
