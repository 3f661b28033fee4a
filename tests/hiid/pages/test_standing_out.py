"""What stands out, on the page of an area: its findings, those inside it, or a line that says why there are none."""

import re

import pytest

from geo.findings.drafts import MOST_FINDINGS
from hiid.pages.presenters.standing_out import MOST_LISTED
from tests import builders
from tests.world import a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def section(client, area, **query):
    """The words of the section, without tags."""
    answer = client.get(f"/areas/{area.code}/", query)
    assert answer.status_code == 200
    found = re.search(r'<section aria-labelledby="stands-out">(.*?)</section>', answer.content.decode(), re.DOTALL)
    assert found
    return " ".join(re.sub(r"<(?!a )[^>]+>", " ", found[1]).split())


def test_an_area_is_told_its_own_finding_with_rank_reason_and_the_way_to_all(client, world):
    area = world.lsoas[0]

    told = section(client, area)

    assert "rank 1 of 1" in told
    assert "Made up: 50 % where 70 % is expected." in told
    assert "Counted 50 of 100." in told
    assert f'<a href="/findings/?area={area.code}">' in told


def test_an_area_is_told_the_window_that_holds_it_though_another_is_its_middle(client, world):
    made = builders.a_detection(release=world.release, indicator=world.coverage, kind="scan_window")
    builders.a_finding(made, world.lsoas[1], members=tuple(world.lsoas[1:3]), sentence="Around the first and the area nearest to it.")

    assert "Around the first and the area nearest to it." in section(client, world.lsoas[2])


def test_an_area_of_which_nothing_was_found_says_how_many_questions_were_put(client, world):
    told = section(client, world.lsoas[1])

    assert "has no figure of what was asked" not in told
    assert "One question was put to Neighbourhoods (LSOA 2021)." in told
    assert f"speaks of {world.lsoas[1].name}" in told
    assert "What was not asked of areas of this kind, and why" in told
    assert "Made up." in told


def test_an_area_without_a_figure_of_what_was_asked_is_said_to_have_none(client, world):
    area = builders.an_area(name="Elsewhere 001A")

    told = section(client, area)

    assert "Elsewhere 001A has no figure of what was asked, so nothing is said of it." in told
    assert "do not differ" not in told


def test_the_length_of_a_list_that_is_told_is_that_of_the_lists():
    assert MOST_LISTED == MOST_FINDINGS


def test_an_area_of_a_kind_that_may_not_be_asked_says_so(client, world):
    area = builders.an_area(geography="msoa21")
    builders.a_refusal(release=world.release, indicator=world.coverage, geography="msoa21")

    told = section(client, area)

    assert "No question could be put to Wider neighbourhoods (MSOA 2021)" in told
    assert "Wider neighbourhoods (MSOA 2021) (hot and cold spots)" in told


def test_an_area_of_a_kind_that_is_not_asked_names_those_that_are(client, world):
    told = section(client, builders.an_area(geography="icb26"))

    assert "Findings are looked for among neighbourhoods, not among Integrated care boards (April 2026)" in told


def test_a_release_without_findings_says_so(client, db):
    builders.a_current_release("bare")

    assert "holds no findings" in section(client, builders.an_area(geography="lad24"))


def test_an_area_shows_the_first_five_of_those_inside_it_and_how_many_there_are(client, world):
    district = world.districts[0]
    inside = builders.an_area(name="Inside")
    builders.a_link(inside, district)
    made = builders.a_detection(release=world.release, indicator=world.ratio)
    for number in range(7):
        builders.a_finding(made, inside, people=1000.0 - number, sentence=f"Number {number}.")

    told = section(client, district)

    assert [int(number) for number in re.findall(r"Number (\d)\.", told)] == [0, 1, 2, 3, 4]
    assert f'<a href="/findings/?within={district.code}">' in told
    assert re.search(r"All \d+ findings inside", told)


def test_a_region_is_told_the_differences_by_place_that_are_of_it(client, world):
    region, other = (builders.an_area(geography="nhser24", name=name) for name in ("South West", "London"))
    made = builders.a_detection(release=world.release, indicator=world.coverage, kind="inequality")
    builders.a_finding(made, dimension="place", group="South West", sentence="In South West it differs.")

    assert "In South West it differs." in section(client, region)
    assert '<a href="/findings/?dimension=place">' in section(client, region)
    assert "In South West it differs." not in section(client, other)


def test_england_shows_what_is_found_anywhere(client, world):
    told = section(client, world.england)

    assert "none is about England alone" in told
    assert "Made up: 50 % where 70 % is expected." in told
    assert '<a href="/findings/">' in told


def test_before_the_first_release_there_is_no_such_section(client, db):
    area = builders.an_area(geography="lad24")

    assert "What stands out here" not in client.get(f"/areas/{area.code}/").content.decode()
