"""The stories of a synthetic release are where a reader meets them: about the figures, and in what the map begins with."""

import json
import re

import pytest
from django.test import Client

from hiid.pages.views import explorer
from tests import builders

pytestmark = pytest.mark.django_db

UPTAKE = "linked-breast-uptake"
STORY = {
    "story": "screening", "title": "Low uptake in the east", "use": "Where a unit should stop.", "look": "Uptake by neighbourhood.",
    "edition": "", "districts": [{"code": "E09000014", "name": "Haringey"}],
    "indicators": [{"slug": UPTAKE, "title": "Breast screening uptake"}, {"slug": "linked-gone", "title": "Gone"}],
}  # fmt: skip
MANIFEST = {
    "world": "ncl-1-1", "people": 264200, "neighbourhoods": 147, "seed": 1, "engine": "duckdb", "policy": "hes", "systems": ["ncl"],
    "edition": "as_recorded", "manifest_sha256": "ab" * 32, "files": {"observations.parquet": {"rows": 900}}, "cells": {"value": 900},
    "districts": ["E09000014"],
}  # fmt: skip


@pytest.fixture
def client(monkeypatch):
    # Releases of other tests have this slug too, and settings are kept by it.
    monkeypatch.setattr(explorer, "_kept", {})
    return Client(headers={"host": "localhost"})


def a_world(*stories):
    linked = {**MANIFEST, "demonstrations": list(stories)}
    release = builders.a_current_release("made-up-synthetic", is_synthetic=True, quality={"linked": linked}, tilesets={"lad24": "abc"})
    area = builders.an_area("E09000014", geography="lad24", name="Haringey")
    for slug in ("age-share", UPTAKE):
        indicator = builders.an_indicator(slug)
        builders.an_observation(area, release=release, indicator=indicator)
        builders.an_availability(release=release, indicator=indicator, geography="lad24")


def test_each_story_says_its_use_and_that_it_is_synthetic_and_leads_to_its_pages(client):
    a_world(STORY)

    text = client.get("/about/").content.decode()

    assert "about 264,200 made-up people in 147 neighbourhoods" in text
    assert "systems ncl; seed 1; edition as recorded" in text
    story = text[text.index('id="demonstration-screening"') :].split("</article>")[0]
    assert "Synthetic, and planted." in story
    assert "Where a unit should stop." in story
    for address in (
        "/areas/E09000014/",
        f"/?indicator={UPTAKE}&amp;area=E09000014",
        f"/inequality/{UPTAKE}/",
        f"/findings/?indicator={UPTAKE}",
    ):
        assert f'href="{address}"' in story
    assert "Gone" not in story


def test_a_world_without_a_story_says_that_what_stands_out_is_chance(client):
    a_world()

    assert "what stands out in it is chance" in client.get("/about/").content.decode()


def test_a_real_release_has_no_demonstrations(client):
    builders.a_current_release()

    assert "there to show" not in client.get("/about/").content.decode()


def test_the_map_begins_with_the_first_story_where_its_world_lies(client):
    a_world(STORY)

    page = client.get("/").content.decode()

    settings = json.loads(re.search(r'<script id="settings" type="application/json">(.*?)</script>', page, re.DOTALL).group(1))
    assert settings["first"] == UPTAKE
    west, south, east, north = settings["reach"]
    assert -2 < west < east < 0
    assert 51 < south < north < 52
