"""The pages of planning as the server gives them: what they are told, and that they say what they are of."""

import json
import re

import pytest

from hiid.pages.presenters.planning import SURFACES
from hiid.pages.views import planning
from tests import builders
from tests.world import a_world

pytestmark = pytest.mark.django_db
PAGES = pytest.mark.parametrize("path", ["/plan/", "/plan/catchments/"])


@pytest.fixture(autouse=True)
def fresh():
    planning._made.cache_clear()


def settings_of(html):
    return json.loads(re.search(r'<script id="settings" type="application/json">(.*?)</script>', html, re.S)[1])


@PAGES
def test_a_page_names_its_release_and_stands_in_the_navigation(client, path):
    world = a_world()

    html = client.get(path).content.decode()

    assert settings_of(html)["release"]["slug"] == world.release.slug
    assert '<a href="/plan/" aria-current="page">Plan</a>' in html
    assert "Synthetic figures." not in html


@PAGES
def test_a_page_of_a_synthetic_release_is_marked(client, path):
    builders.a_current_release("2026-01-made-up-synthetic", is_synthetic=True)

    assert "Synthetic figures." in client.get(path).content.decode()


@PAGES
def test_before_the_first_release_a_page_is_there_and_has_nothing_to_draw(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert settings_of(answer.content.decode())["indicators"] == []


def test_the_page_of_stops_is_told_only_of_figures_of_demand_and_of_everybody(client):
    release = builders.a_current_release(tilesets={"lsoa21": "one"})
    builders.an_indicator("qof-copd")
    wanted = builders.an_indicator(SURFACES["cervical"][-1], polarity="high_is_good")
    for stratum in ("all", "sex-female"):
        builders.an_availability(release=release, indicator=wanted, geography="lsoa21", period="2021-22", stratum=stratum)

    settings = settings_of(client.get("/plan/").content.decode())

    assert settings["surfaces"] == {"breast": [], "lung": [], "cervical": [wanted.slug], "bowel": []}
    assert [one["slug"] for one in settings["indicators"]] == [wanted.slug]
    assert {stratum for period in settings["indicators"][0]["available"]["lsoa21"].values() for stratum in period} == {"all"}


def test_only_reading_is_allowed(client):
    assert client.post("/plan/").status_code == 405
