"""The page of findings: the list, its filters, why each is there, and what was refused."""

import pytest

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
