"""Areas from staged tables: counts, people, points, links, conversions, postcodes, and ids that last."""

import pyarrow as pa
import pytest
from django.db import transaction
from django.db.models import Count, Sum

from geo.models import Area, AreaAges, AreaLink, Outcode, Postcode, Site
from geo.releases.areas import build_areas
from tests.builders import a_release, an_indicator, an_observation
from tests.geo.releases import small_england as small

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """Built once for this file; every test's own changes are undone on top of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        small.put_in(small.tables())
        yield build_areas()
        transaction.set_rollback(True)


def _area(slug, code):
    return Area.objects.get(geography__slug=slug, code=code)


def test_every_geography_has_its_areas_numbered_in_code_order(built):
    counts = dict(Area.objects.values_list("geography__slug").annotate(Count("id")))

    assert counts["lsoa11"] == 4
    assert (counts["lsoa21"], counts["msoa21"], counts["ward24"], counts["icb23"], counts["icb26"]) == (4, 2, 2, 1, 2)
    assert (counts["practice24"], counts["pcn24"], counts["ctry23"]) == (2, 1, 1)
    assert list(Area.objects.filter(geography__slug="lsoa21").order_by("code").values_list("feature_id", flat=True)) == [1, 2, 3, 4]


def test_people_are_summed_upward_within_their_own_year(built):
    assert (_area("msoa11", "E02000901").population, _area("msoa11", "E02000901").population_year) == (3000, 2020)
    assert (_area("icb26", "E54000911").population, _area("icb26", "E54000911").population_year) == (3500, 2021)
    assert (_area("ctry23", "E92000001").population, _area("practice24", "A81001").population) == (6700, 1000)


def test_names_codes_and_dates_are_as_published(built):
    assert _area("msoa21", "E02000902").other_name == "Newtown"
    assert _area("icb23", "E54000901").ods_code == "QXX"
    assert str(_area("icb23", "E54000901").valid_to) == "2026-03-31"
    assert str(_area("icb26", "E54000911").valid_from) == "2026-04-01"
    assert _area("practice24", "A81001").name == "THE ONE"


def test_shapes_are_dissolved_and_stored_in_both_systems(built):
    whole, parts = _area("msoa11", "E02000901"), [_area("lsoa11", code) for code in small.OLD[:2]]

    assert whole.geometry_27700.valid
    assert whole.geometry_27700.srid == 27700
    assert whole.geometry_3857.srid == 3857
    assert whole.geometry_27700.area == pytest.approx(sum(part.geometry_27700.area for part in parts), rel=1e-9)
    assert len(whole.geometry_27700) == 1


def test_points_are_the_published_centroid_or_lie_inside_and_a_bad_geocode_is_none(built):
    assert _area("lsoa21", small.NEW[0]).centroid_27700.coords == (434_400.0, 234_000.0)
    assert _area("lsoa11", small.OLD[2]).geometry_27700.contains(_area("lsoa11", small.OLD[2]).centroid_27700)
    assert _area("practice24", "A81001").centroid_27700 is not None
    assert _area("practice24", "A81002").centroid_27700 is None


def test_each_neighbourhood_has_one_parent_of_each_larger_kind(built):
    larger = ["ctry23", "icb23", "icb26", "lad24", "msoa21", "nhser24", "rgn23", "sicbl23", "utla23", "ward24"]

    for code in small.NEW:
        links = AreaLink.objects.filter(child=_area("lsoa21", code), kind__in=("within", "best_fit"))
        assert sorted(links.values_list("parent__geography__slug", flat=True)) == larger


def test_an_area_that_straddles_is_counted_to_the_one_with_most_of_its_people(built):
    link = AreaLink.objects.get(child=_area("ward24", "E05000902"), parent__geography__slug="icb26")

    assert (link.parent.code, link.kind, link.share) == ("E54000912", "best_fit", 1.0)
    assert link.method == "largest share of residents, 64.0 %"


def test_ages_of_neighbourhoods_are_those_of_the_census_band_by_band(built):
    ages = {row.area.code: row.bands for row in AreaAges.objects.select_related("area")}

    assert built.rows["ages"] == 4
    assert ages["E01000905"] == [30] * 17 + [90]
    assert [sum(ages[code]) for code in small.NEW] == [1100, 600, 1800, 3200]


def test_conversion_shares_follow_the_census_and_sum_to_one(built):
    converts = AreaLink.objects.filter(kind="converts")
    split = dict(converts.filter(child__code=small.OLD[1]).values_list("parent__code", "share"))

    assert split == {small.NEW[1]: pytest.approx(600 / 2400), small.NEW[2]: pytest.approx(1800 / 2400)}
    for row in converts.values("child").annotate(total=Sum("share")):
        assert row["total"] == pytest.approx(1.0)


def test_a_neighbourhood_whose_ward_lies_across_the_border_stays_in_its_district_of_2022():
    made = small.tables()
    wards = made["lsoa21_ward24_lad24"]
    codes = pa.array(["E07000901"] * 3 + ["E07000902"])
    made["lsoa21_ward24_lad24"] = wards.set_column(wards.column_names.index("lad24_code"), "lad24_code", codes)
    small.put_in(made, edition="b")
    build_areas()

    links = AreaLink.objects.filter(parent__geography__slug="lad24", child__geography__slug="lsoa21")
    assert set(links.values_list("parent__code", flat=True)) == {"E07000901"}


def test_boards_name_their_successors_by_share_of_people(built):
    shares = dict(AreaLink.objects.filter(kind="succeeds").values_list("parent__code", "share"))

    assert shares == {"E54000911": pytest.approx(3500 / 6700), "E54000912": pytest.approx(3200 / 6700)}


def test_postcodes_lead_to_both_vintages_and_say_where_that_is_a_best_fit(built):
    found = {p.postcode: (p.lsoa11.code, p.lsoa21 and p.lsoa21.code, p.is_lsoa21_best_fit) for p in Postcode.objects.all()}

    assert found == {
        "ZZ11AA": (small.OLD[0], small.NEW[0], False),
        "ZZ11AB": (small.OLD[1], small.NEW[1], True),
        "ZZ11AC": (small.OLD[1], small.NEW[2], True),
        "ZZ11AD": (small.OLD[1], None, False),
        "ZZ21AA": (small.OLD[3], small.NEW[3], False),
    }
    outcode = Outcode.objects.get(outcode="ZZ1")
    assert (outcode.west, outcode.east, outcode.easting, outcode.postcodes) == (434_400, 435_250, 434_867, 3)


def test_a_site_lies_in_the_neighbourhood_of_its_nearest_postcode_unless_that_is_far(built):
    near, far = Site.objects.order_by("feature_id")

    assert near.lsoa21.code == small.NEW[0]
    assert near.detail["lsoa21_by"] == "nearest postcode"
    assert near.detail["postcode_distance_m"] < 1000
    assert far.lsoa21 is None
    assert "postcode_distance_m" not in far.detail


def test_the_same_sources_again_are_nothing_to_do(built):
    small.put_in(small.tables())

    assert build_areas() == built


def test_ids_last_when_codes_come_and_go_and_a_release_keeps_its_areas(built):
    ids = dict(Area.objects.filter(geography__slug="lsoa21").values_list("code", "id"))
    an_observation(_area("lsoa21", small.NEW[0]), release=a_release(), indicator=an_indicator())
    made = small.tables()
    for name in ("lsoa21_boundaries", "lsoa21_msoa21", "lsoa21_ward24_lad24", "lsoa21_icb24"):
        key = made[name].column_names[0]
        made[name] = made[name].filter(pa.compute.not_equal(made[name][key], small.NEW[0]))
    made["lsoa21_boundaries"] = pa.concat_tables(
        [made["lsoa21_boundaries"], pa.table({"code": ["E01000900"], "name": ["Madeup 001Z"], "geometry": [small.square(0)]})]
    )

    small.put_in(made, edition="b")
    build_areas()

    after = dict(Area.objects.filter(geography__slug="lsoa21", feature_id__gt=0).order_by("code").values_list("code", "feature_id"))
    assert after == {"E01000900": 1, small.NEW[1]: 2, small.NEW[2]: 3, small.NEW[3]: 4}
    assert {code: _area("lsoa21", code).id for code in small.NEW} == ids
    kept = _area("lsoa21", small.NEW[0])
    assert (kept.feature_id < 0, kept.geometry_3857, kept.valid_to is not None) == (True, None, True)
