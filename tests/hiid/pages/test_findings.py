"""The page of findings: the list, its filters, why each is there, and what was refused."""

import json
import re

import pytest

from geo.models import Detection, Finding
from tests import builders
from tests.world import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def page(client, query=""):
    answer = client.get(f"/findings/{query}")
    return answer.status_code, answer.content.decode()


def test_findings_are_told_with_their_reasons_and_ways_on(client, world):
    status, html = page(client)

    assert status == 200
    assert "Made up: 50 % where 70 % is expected." in html
    assert "Why is this here?" in html
    assert "50 of 100." in html
    assert "1 to 1 of 1" in html
    assert f"/areas/{world.lsoas[0].code}/?vintage=2021" in html
    assert "/api/v1/findings/0123456789abcdef" in html
    assert "format=csv" in html


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tested": 6750, "expected_by_chance": 3.4}, "Of 68 found among 6,750, up to about 3.4 may be there by chance."),
        ({"tested": 7153, "expected_by_chance": 104.55}, "Of 68 found among 7,153, up to about 105 may be there by chance."),
        ({"kind": "scan_window", "expected_by_chance": 0.05}, "Of 100 maps without any window, 5 would show one."),
    ],
)
def test_what_chance_may_have_made_of_it_is_told(client, world, fields, words):
    found = Finding.objects.get(key="0123456789abcdef").detection
    Detection.objects.filter(pk=found.pk).update(parameters={**found.parameters, "found": 68}, **fields)

    assert words in page(client)[1]


def test_what_was_refused_is_told(client, world):
    _, html = page(client)

    assert "Not asked: Made up." in html


@pytest.mark.parametrize("query", ["?kind=hot_spot", "?within=E09000002", "?adjustment=deprivation"])
def test_a_filter_that_nothing_matches_says_so(client, world, query):
    status, html = page(client, query)

    assert status == 200
    assert "No finding matches this choice" in html


@pytest.mark.parametrize("query", ["?kind=priority", "?within=E09000001", "?indicator=cervical-coverage-25-49", "?kind=&indicator="])
def test_a_filter_keeps_what_matches(client, world, query):
    assert "Made up: 50 %" in page(client, query)[1]


@pytest.mark.parametrize("query", ["?kind=nonsense", "?indicator=nothing", "?within=%00", "?offset=-1", "?unknown=1", "?within=X99999999"])
def test_rubbish_is_a_page_that_says_what_is_wrong(client, world, query):
    status, html = page(client, query)

    assert status == 404
    assert "<h1" in html


def test_without_a_release_the_page_says_so(client, db):
    assert page(client)[0] == 404


def told(html):
    """What the map is told, or None."""
    found = re.search(r'<script id="places" type="application/json">(.*?)</script>', html)
    return json.loads(found[1]) if found else None


def drawn(world, tileset="lsoa21"):
    """The release has shapes of this set."""
    world.release.tilesets = {tileset: "0123456789ab"}
    world.release.save()


def test_the_map_shows_the_findings_of_the_list_under_their_numbers(client, world):
    drawn(world)

    _, html = page(client)

    (finding,) = told(html)["findings"]
    assert finding["number"] == 1
    assert f'<li id="{finding["key"]}"' in html
    assert (finding["set"], finding["ids"]) == ("lsoa21", [world.lsoas[0].feature_id])
    assert (finding["direction"], finding["worse"], finding["kind"]) == ("low", True, "priority")
    assert told(html)["tilesets"] == {"lsoa21": "0123456789ab"}


def test_questions_alike_that_were_not_asked_are_counted_and_not_repeated(client, world):
    for stratum in ("asian", "black", "white"):
        builders.a_refusal(release=world.release, indicator=world.coverage, geography="lad24", stratum=stratum)

    _, html = page(client)

    assert "Districts (2024) (hot and cold spots, 3 questions)" in html


def test_a_finding_leads_to_its_areas_on_the_map(client, world):
    _, html = page(client)

    assert f"areas=lsoa21&amp;area={world.lsoas[0].code}" in html


def test_what_the_release_has_no_shapes_of_is_drawn_as_points(client, world):
    drawn(world, "rgn23")

    (finding,) = told(page(client)[1])["findings"]

    assert (finding["set"], finding["ids"]) == (None, [])
    assert finding["points"] == [finding["at"]]


def test_land_and_lines_are_those_that_the_release_has_shapes_of(client, world):
    world.release.tilesets = {"rgn23": "a", "nhser24": "b", "lad24": "c", "lsoa21": "not_available"}
    world.release.save()

    found = told(page(client)[1])

    assert (found["land"], found["lines"]) == ("rgn23", "lad24")
    assert found["tilesets"] == {"rgn23": "a", "lad24": "c"}


def test_a_window_is_its_areas_and_its_mark_stands_in_the_middle_one(client, world):
    drawn(world)
    made = builders.a_detection(release=world.release, indicator=world.coverage, kind="scan_window")
    builders.a_finding(made, world.lsoas[1], members=tuple(world.lsoas[:3]), key="fedcba9876543210")

    page_told = told(page(client, "?kind=scan_window")[1])

    (finding,) = page_told["findings"]
    assert sorted(finding["ids"]) == sorted(area.feature_id for area in world.lsoas[:3])
    assert page_told["looks"] == {"worse": True, "better": False, "window": True}
    west, south, east, north = finding["box"]
    assert west <= finding["at"][0] <= east
    assert south <= finding["at"][1] <= north


def test_numbers_go_on_where_the_page_before_ended(client, world):
    made = builders.a_detection(release=world.release, indicator=world.ratio)
    for number in range(60):
        builders.a_finding(made, world.lsoas[number % 4], key=f"{number:016x}", people=100.0 - number)

    _, html = page(client, "?offset=50")

    assert '<ol class="findings" start="51">' in html
    assert [finding["number"] for finding in told(html)["findings"]] == list(range(51, 62))


def test_a_difference_between_groups_says_that_it_has_no_place(client, world):
    made = builders.a_detection(release=world.release, indicator=world.coverage, kind="inequality")
    builders.a_finding(made, dimension="deprivation", group="the most deprived fifth")

    _, html = page(client, "?kind=inequality")

    assert "it has no place on the map" in html
    assert told(html) is None
    assert "None of these has a place" in html


def test_a_difference_between_groups_of_people_says_so(client, world):
    made = builders.a_detection(release=world.release, indicator=world.coverage, kind="inequality")
    builders.a_finding(made, dimension="sex", group="men")

    assert "between groups of people wherever they live" in page(client, "?kind=inequality")[1]


def test_a_practice_without_a_point_says_that_no_place_is_known(client, world):
    practice = builders.an_area(geography="practice24", centroid_27700=None)
    builders.a_finding(builders.a_detection(release=world.release, indicator=world.coverage, geography="practice24"), practice)

    _, html = page(client, "?area_type=practice")

    assert "no place is known of it" in html
    assert told(html) is None


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("?area_type=lsoa", True),
        ("?area_type=practice", False),
        ("?direction=low", True),
        ("?direction=high", False),
        ("?dimension=place", False),
    ],
)
def test_rarer_filters_stand_in_the_address_and_are_open_when_used(client, world, query, is_there):
    status, html = page(client, query)

    assert status == 200
    assert ("Made up: 50 %" in html) == is_there
    assert '<details class="asking-more" open>' in html


def test_findings_of_one_area_say_so_and_lead_to_all(client, world):
    code = world.lsoas[0].code

    _, html = page(client, f"?area={code}")

    assert "Made up: 50 %" in html
    assert "Only what speaks of" in html
    assert f'name="area" value="{code}"' in html
    assert "No finding matches" in page(client, f"?area={world.lsoas[1].code}")[1]


@pytest.mark.parametrize(
    "query", ["?area=E01999999&within=E09000001", "?area_type=planet", "?direction=up", "?dimension=%00", "?area=%3Cb"]
)
def test_contradictions_and_rubbish_are_refused_in_words(client, world, query):
    assert page(client, query)[0] == 404


def test_the_page_asks_the_database_a_bounded_number_of_times(client, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        page(client)
