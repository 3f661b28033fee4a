"""observations and inequality."""

import csv
import gc
import io
import json

import pytest
from rest_framework.request import Request

from api.views.base import DOWNLOADS_AT_ONCE, download
from geo.errors import TooManyDownloads
from geo.models import Area
from geo.statuses import Basis
from tests.builders import a_release, an_availability, an_indicator, an_observation

pytestmark = pytest.mark.django_db
LSOAS = "/api/v1/observations?indicator=cervical-coverage-25-49&area_type=lsoa"


def test_the_latest_period_of_everybody_is_meant_where_nothing_is_said(api, world):
    answer = api.get(LSOAS).json()

    assert answer["count"] == 12
    assert {(row["period"], row["stratum"], row["vintage"]) for row in answer["results"]} == {("2021-22", "all", 2021)}


def test_every_period_comes_newest_first(api, world):
    rows = api.get(f"{LSOAS}&period=all&area=E01000001").json()["results"]

    assert [row["period"] for row in rows] == ["2021-22", "2020-21"]


def test_ranks_are_of_england_also_inside_an_area(api, world):
    rows = api.get(f"{LSOAS}&within=E09000002").json()["results"]

    # Shares rise with the number; eleven have a value, the twelfth area has the highest.
    assert [(row["rank"], row["rank_of"]) for row in rows] == [(3, 11), (2, 11), (1, 11)]


def test_missing_is_never_zero_and_says_why(api, world):
    rows = api.get(LSOAS).json()["results"]
    missing, zero = rows[3], rows[4]

    assert (missing["value"], missing["status"], missing["reason"], missing["rank"]) == (None, "missing", "not_reported", None)
    assert (zero["value"], zero["status"], zero["rank"]) == (0.0, "zero", 11)


def test_an_indicator_that_such_areas_lack_is_an_empty_list_with_a_reason(api, world):
    answer = api.get("/api/v1/observations?indicator=cervical-coverage-25-49&area_type=msoa")

    assert answer.status_code == 200
    assert (answer.json()["count"], answer.json()["reason"]) == (0, "no_data")


def test_an_area_that_the_indicator_does_not_reach_is_out_of_scope(api, world):
    answer = api.get("/api/v1/observations?indicator=cervical-coverage-25-49&area_type=lad&within=E09000001").json()

    assert (answer["count"], answer["reason"]) == (0, "out_of_scope")


@pytest.mark.parametrize(
    ("query", "parameter", "valid"),
    [
        ("indicator=nonsense&area_type=lsoa", "indicator", "cervical-coverage-25-49"),
        ("indicator=cervical-coverage-25-49", "area_type", "lsoa"),
        ("indicator=cervical-coverage-25-49&area_type=parish", "area_type", "msoa"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&period=2019-20", "period", "2020-21"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&period=yesterday", "period", "2021-22"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&stratum=women", "stratum", "all"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&vintage=2015", "vintage", "2021"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&within=E09000001&area=E01000001", "within", "area"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&format=csv&limit=5", "limit", "format=json"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&release=nope", "release", "2026-01-made-up"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&colour=red", "colour", "area_type"),
        ("indicator=cervical-coverage-25-49&area_type=lsoa&limit=0", "limit", "1"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_the_valid_is_listed(api, world, query, parameter, valid):
    answer = api.get(f"/api/v1/observations?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["errors"][0]["parameter"] == parameter
    assert valid in answer.json()["errors"][0]["valid"]


def test_csv_is_whole_and_says_what_it_is(api, world):
    answer = api.get(f"{LSOAS}&format=csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 12
    assert (rows[3]["value"], rows[3]["status"]) == ("", "missing")
    assert {row["release"] for row in rows} == {"2026-01-made-up"}
    assert rows[0]["licence"] == "Open Government Licence v3.0"
    assert rows[0]["unit"] == "proportion"
    assert rows[0]["source"] == "Made-up file (Nobody)"
    assert "cervical-coverage-25-49_lsoa21_2021-22_2026-01-made-up.csv" in answer["Content-Disposition"]


def test_csv_and_json_say_the_same(api, world):
    rows = list(csv.DictReader(io.StringIO(b"".join(api.get(f"{LSOAS}&format=csv").streaming_content).decode())))
    results = api.get(LSOAS).json()["results"]

    for row, result in zip(rows, results, strict=True):
        for name, value in result.items():
            written = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert row[name] == written


def test_a_name_that_a_spreadsheet_would_run_is_harmless(api, world):
    Area.objects.filter(pk=world.lsoas[0].pk).update(name="=HYPERLINK(1)")

    text = b"".join(api.get(f"{LSOAS}&format=csv").streaming_content).decode()
    assert ",'=HYPERLINK(1)," in text


def test_geojson_has_a_shape_for_each_area(api, world):
    answer = json.loads(b"".join(api.get(f"{LSOAS}&format=geojson").streaming_content))

    assert answer["type"] == "FeatureCollection"
    assert answer["release"] == "2026-01-made-up"
    assert len(answer["features"]) == 12
    first = answer["features"][0]
    assert (first["id"], first["geometry"]["type"], first["properties"]["value"]) == ("E01000001", "MultiPolygon", 0.5)
    longitude, latitude = first["geometry"]["coordinates"][0][0][0]
    assert (round(longitude, 1), round(latitude, 1)) == (-1.4, 51.7)


def test_head_of_a_download_reads_nothing(api, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = api.head(f"{LSOAS}&format=csv")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Type"].startswith("text/csv")


def test_a_gradient_is_sums_over_sums_with_all_ten_groups(api, world):
    answer = api.get("/api/v1/inequality?indicator=cervical-coverage-25-49&deprivation=imd2025").json()

    assert [group["decile"] for group in answer["groups"]] == list(range(1, 11))
    first, missing, last = answer["groups"][0], answer["groups"][3], answer["groups"][9]
    assert (first["numerator"], first["denominator"], first["value"]) == (50.0, 100.0, 0.5)
    assert first["lower"] == pytest.approx(0.4038, abs=1e-4)
    assert (missing["value"], missing["status"], missing["reason"]) == (None, "missing", "not_in_source")
    # Areas 10, 11, 12 with 59, 60, 61 of 100 each.
    assert (last["numerator"], last["denominator"], last["value"], last["areas"]) == (180.0, 300.0, 0.6, 3)
    assert answer["release"] == "2026-01-made-up"


def test_a_gradient_inside_an_area_keeps_ten_groups(api, world):
    groups = api.get("/api/v1/inequality?indicator=cervical-coverage-25-49&area=E09000002").json()["groups"]

    assert [group["status"] for group in groups] == ["not_applicable"] * 9 + ["value"]


def test_a_ratio_is_averaged_by_people_and_has_no_limits(api, world):
    Area.objects.filter(pk=world.lsoas[9].pk).update(population=6_000)

    answer = api.get("/api/v1/inequality?indicator=made-up-ratio").json()
    last = answer["groups"][9]
    assert last["value"] == pytest.approx((6_000 * 89 + 1_500 * 90 + 1_500 * 91) / 9_000)
    assert (last["numerator"], last["lower"], last["reason"]) == (None, None, "not_published")
    assert "population-weighted mean" in answer["method"]


def test_a_part_of_imd_is_put_against_the_income_domain_only(api, world):
    refused = api.get("/api/v1/inequality?indicator=acute-morbidity&deprivation=imd2025")
    usual = api.get("/api/v1/inequality?indicator=acute-morbidity").json()

    assert refused.status_code == 400
    assert refused.json()["errors"][0]["valid"] == ["imd2025-income"]
    assert usual["deprivation"] == "imd2025-income"
    # Income deciles run the other way in the small England: area 1 is in decile 10.
    assert usual["groups"][9]["value"] == 80.0


def test_modelled_counts_have_no_limits_and_say_why(api, world):
    modelled = an_indicator("made-up-modelled")
    for lsoa in world.lsoas:
        an_observation(lsoa, release=world.release, indicator=modelled, basis=Basis.MODELLED)
    an_availability(release=world.release, indicator=modelled, basis=Basis.MODELLED)

    answer = api.get("/api/v1/inequality?indicator=made-up-modelled").json()
    first = answer["groups"][0]
    assert (first["value"], first["lower"], first["upper"], first["reason"]) == (0.7, None, None, "allocation_error_unknown")
    assert answer["basis"] == "modelled"
    assert "practices that residents use" in answer["method"]


def test_a_lower_area_than_the_groups_is_refused(api, world):
    answer = api.get("/api/v1/inequality?indicator=cervical-coverage-25-49&area=E01000001")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "area")


def test_a_withdrawn_release_is_gone_and_its_notice_stands(api, world):
    a_release("2025-12-wrong", state="withdrawn", withdrawal_notice="Counts were doubled.")

    answer = api.get(f"{LSOAS}&release=2025-12-wrong")
    assert (answer.status_code, answer.json()["detail"]) == (410, "Counts were doubled.")
    listed = {release["slug"]: release for release in api.get("/api/v1/releases").json()["results"]}
    assert listed["2025-12-wrong"]["withdrawal_notice"] == "Counts were doubled."


def test_releases_are_listed_with_their_digest_and_without_the_figures_of_england(api, world):
    a_release("2025-12-before", state="published", sums={"rows": 3, "digest": "abc", "england": {"mmr2-5y 2021-22 all": 0.8}})

    listed = {release["slug"]: release for release in api.get("/api/v1/releases").json()["results"]}

    assert listed["2025-12-before"]["sums"] == {"rows": 3, "digest": "abc"}


def test_a_file_of_findings_is_whole_and_refuses_pages(api, world):
    answer = api.get("/api/v1/findings?format=csv&limit=5")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "limit")
    assert api.get("/api/v1/findings?format=csv").status_code == 200


def test_a_release_under_construction_is_not_there(api, world):
    a_release("2027-01-secret")

    assert api.get(f"{LSOAS}&release=2027-01-secret").status_code == 400
    assert "2027-01-secret" not in str(api.get("/api/v1/releases").content)


def test_downloads_that_nobody_reads_leave_room_for_others(rf):
    asked = Request(rf.get(LSOAS))

    def begin():
        return download(asked, (piece for piece in ("first", "second")), content_type="text/csv", name="a.csv")

    held = [begin() for _ in range(DOWNLOADS_AT_ONCE)]

    with pytest.raises(TooManyDownloads, match="again in a minute"):
        begin()

    assert b"".join(held[0].streaming_content) == b"firstsecond"
    held.clear()
    gc.collect()
    assert begin().status_code == 200
