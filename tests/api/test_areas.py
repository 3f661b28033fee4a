"""areas, areas/{code}, search, sites."""

import json

import pytest

pytestmark = pytest.mark.django_db


def test_a_type_without_vintage_means_its_newest(api, world):
    answer = api.get("/api/v1/areas?type=lsoa").json()

    assert answer["count"] == 12
    assert {area["vintage"] for area in answer["results"]} == {2021}
    assert (answer["release"], answer["is_synthetic"]) == ("2026-01-made-up", False)


def test_pages_lead_to_one_another(api, world):
    first = api.get("/api/v1/areas?type=lsoa&limit=5").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    codes = [area["code"] for page in (first, second, third) for area in page["results"]]
    assert codes == sorted(lsoa.code for lsoa in world.lsoas)
    assert third["next"] is None
    assert api.get(third["previous"]).json()["results"] == second["results"]


def test_within_leaves_only_what_lies_inside(api, world):
    answer = api.get("/api/v1/areas?type=lsoa&within=E09000002").json()

    assert [area["code"] for area in answer["results"]] == ["E01000010", "E01000011", "E01000012"]


def test_a_postcode_gives_both_vintages_and_what_is_around(api, world):
    answer = api.get("/api/v1/areas?postcode=ox1 1ab").json()

    assert {(area["area_type"], area["vintage"]) for area in answer["results"]} == {
        ("lsoa", 2011),
        ("lsoa", 2021),
        ("lad", 2024),
        ("ctry", 2023),
    }
    assert answer["place"] == {"postcode": "OX1 1AB", "distance_m": None, "is_lsoa21_best_fit": True}


def test_a_point_is_found_by_its_nearest_postcode(api, world):
    answer = api.get("/api/v1/areas?point=-1.4139,51.70232&type=lsoa&vintage=2021").json()

    assert [area["code"] for area in answer["results"]] == ["E01000001"]
    assert answer["place"]["postcode"] == "OX1 1AA"
    assert answer["place"]["distance_m"] == pytest.approx(116.6, abs=2)


def test_a_point_outside_england_is_out_of_scope(api, world):
    for point in ("-3.19,55.95", "2.35,48.86", "0,0"):
        answer = api.get(f"/api/v1/areas?point={point}").json()

        assert (answer["count"], answer["reason"]) == (0, "out_of_scope")


def test_an_area_names_its_vintages_and_what_it_came_from(api, world):
    newest = api.get("/api/v1/areas/e01000001").json()
    older = api.get("/api/v1/areas/E01000001?vintage=2011").json()

    assert (newest["vintage"], older["vintage"]) == (2021, 2011)
    assert [vintage["vintage"] for vintage in newest["vintages"]] == [2021, 2011]
    assert newest["predecessors"][0]["vintage"] == 2011
    assert older["successors"][0]["vintage"] == 2021
    assert {area["code"] for area in newest["within"]} == {"E92000001", "E09000001"}
    assert {row["domain"]: row["decile"] for row in newest["deprivation"]} == {"imd": 1, "income": 10}
    west, south, east, north = newest["bounds"]
    assert -1.43 < west < east < -1.40
    assert 51.69 < south < north < 51.71


def test_an_unknown_area_in_the_path_is_404_and_in_a_query_400(api, world):
    assert api.get("/api/v1/areas/E99999999").status_code == 404
    assert api.get("/api/v1/areas?within=E99999999").status_code == 400
    assert api.get("/api/v1/areas/E01000001?vintage=2012").json()["errors"][0]["valid"] == ["2021", "2011"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("OX1 1AA", "OX1 1AA"),
        ("ox11aa", "OX1 1AA"),
        ("ox1", "OX1"),
        ("E01000010", "E01000010"),
        ("söuth made", "E09000002"),
        ("haven", "E01000001"),
        ("Made-up Havne", "E09000001"),
    ],
)
def test_the_search_box_finds_postcode_outcode_code_and_name(api, world, typed, code):
    answer = api.get("/api/v1/search", {"q": typed}).json()

    assert answer["results"][0]["code"] == code


def test_a_code_of_two_vintages_is_one_hit(api, world):
    hits = api.get("/api/v1/search?q=E01000001").json()["results"]

    assert [(hit["code"], hit["vintage"]) for hit in hits] == [("E01000001", 2021)]


def test_nothing_found_says_so(api, world):
    answer = api.get("/api/v1/search?q=zzzzqq").json()

    assert (answer["count"], answer["reason"]) == (0, "no_match")


def test_wildcards_are_taken_literally(api, world):
    assert api.get("/api/v1/areas?q=%25").json()["count"] == 0
    assert api.get("/api/v1/areas?q=_").json()["count"] == 0


def test_sites_are_found_by_kind_area_and_box(api, world):
    assert api.get("/api/v1/sites").json()["kinds"] == ["hospital", "school"]
    assert [site["kind"] for site in api.get("/api/v1/sites?within=E09000001").json()["results"]] == ["school"]
    assert api.get("/api/v1/sites?bbox=-1.5,51.6,-1.3,51.8").json()["count"] == 2
    assert api.get("/api/v1/sites?bbox=0,51.6,1,51.8").json()["reason"] == "no_match"
    assert api.get("/api/v1/sites?kind=castle").json()["errors"][0]["valid"] == ["hospital", "school"]


def test_sites_as_geojson_are_points(api, world):
    answer = api.get("/api/v1/sites?kind=school&format=geojson")

    feature = json.loads(b"".join(answer.streaming_content))["features"][0]
    assert feature["geometry"]["type"] == "Point"
    assert feature["geometry"]["coordinates"] == pytest.approx([-1.4145, 51.6976], abs=0.01)
