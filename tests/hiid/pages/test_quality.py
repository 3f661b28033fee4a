"""The page of completeness and its address: coverage, recording, bounds of unknown ethnicity, and what cannot be seen."""

import re

import pytest
from django.test import Client

from geo.queries.catalogue import find_current_release, get_indicator
from geo.queries.quality import get_quality
from geo.statuses import Reason, Status
from tests import builders
from tests.world import a_world

pytestmark = pytest.mark.django_db

SLUG = "cervical-coverage-25-49"


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


def quality_of(slug=SLUG):
    release = find_current_release()
    return get_quality(release, get_indicator(slug, release))


def test_coverage_counts_each_area_once_by_why_it_has_no_figure():
    world = a_world()
    area = builders.an_area()
    builders.a_missing_observation(
        area, release=world.release, indicator=world.coverage, status=Status.SUPPRESSED, reason=Reason.SMALL_NUMBERS
    )

    newest = next(one for one in quality_of().coverage if one.geography.slug == "lsoa21" and one.period == "2021-22")

    assert (newest.areas, newest.with_value, newest.suppressed, newest.missing, newest.not_collected) == (13, 11, 1, 1, 0)
    assert newest.least == 0.0


def test_unknown_ethnicity_gives_bounds_that_every_allocation_keeps():
    world = a_world()
    for slug, events, people in (("asian", 30.0, 100.0), ("ethnicity-not-known", 10.0, 50.0)):
        stratum = builders.a_stratum(slug, dimension="ethnic group")
        counts = {"numerator": events, "denominator": people, "value": events / people, "lower": 0.1, "upper": 0.5}
        builders.an_observation(world.districts[0], release=world.release, indicator=world.coverage, stratum=stratum, **counts)

    (found,) = quality_of().masking

    shares = [(30 + a) / (100 + a + b) for a in range(11) for b in range(41)]
    assert (found.group, found.areas, found.shown) == ("asian", 1, 0)
    assert found.width == pytest.approx(max(shares) - min(shares))


def test_bounds_are_told_for_every_period_the_newest_first(client):
    world = a_world()
    for period, unknown in (("2021-22", 50.0), ("2020-21", 80.0)):
        for slug, events, people in (("asian", 30.0, 100.0), ("ethnicity-not-known", 10.0, unknown)):
            stratum = builders.a_stratum(slug, dimension="ethnic group")
            counts = {"numerator": events, "denominator": people, "value": events / people, "lower": 0.1, "upper": 0.5, "period": period}
            builders.an_observation(world.districts[0], release=world.release, indicator=world.coverage, stratum=stratum, **counts)

    newest, before = quality_of().masking

    assert [newest.period, before.period] == ["2021-22", "2020-21"]
    assert newest.width < before.width
    page = client.get("/quality/", {"indicator": SLUG}).content.decode()
    assert f"{before.width * 100:.1f} points (2020/21)" in page


def test_a_ratio_without_groups_has_no_bounds():
    a_world()

    assert quality_of("made-up-ratio").masking == ()


def test_the_page_says_what_it_cannot_show_and_leads_to_the_map(client):
    a_world()

    page = client.get("/quality/", {"indicator": SLUG}).content.decode()

    assert "11 of 12 (91.7 %)" in page
    assert "What this page cannot show" in page
    assert "Published files say nothing of linkage" in page
    assert f'href="/?indicator={SLUG}"' in page
    assert 'aria-current="page">Quality</a>' in page


def test_a_release_of_linked_records_shows_them_and_is_marked(client):
    world = a_world()
    manifest = {
        "world": "ncl-1-1", "people": 4000, "seed": 1, "engine": "duckdb", "policy": "hes", "manifest_sha256": "ab" * 32,
        "files": {"observations.parquet": {"rows": 900}}, "cells": {"value": 800, "zero": 20, "small_numbers": 80},
    }  # fmt: skip
    type(world.release).objects.filter(pk=world.release.pk).update(is_synthetic=True, quality={"linked": manifest})
    measure = {"indicator": "ethnicity-known", "rule": "completeness"}
    known = builders.an_indicator("linked-ethnicity-known", measure=measure, sources=["linked-records"])
    for period, value in (("2021-22", 0.65), ("2022-23", 0.75)):
        builders.an_observation(world.england, release=world.release, indicator=known, period=period, value=value)
        builders.an_availability(release=world.release, indicator=known, geography="ctry23", period=period)

    page = client.get("/quality/").content.decode()

    assert "900, of which 80 are withheld" in page
    assert "(2021/22)" in page
    # What is measured stands beside its areas: on a telephone the first columns are all that is seen.
    assert page.index(">Areas</th>") < page.index(">Median area</th>") < page.index(">Period</th>") < page.index(">Before</th>")
    assert re.search(r"<td>All people of the world</td><td class=\"number\">75.0", page)
    assert "Synthetic figures." in page
    assert "All people of the world" in page
    assert "Published files say nothing" not in page
    assert "SYNTHETIC" in client.get("/quality/coverage.svg", {"indicator": SLUG}).content.decode().upper()


def test_an_indicator_that_is_not_there_and_a_page_before_the_first_release(client):
    assert client.get("/quality/").status_code == 404
    a_world()
    assert client.get("/quality/", {"indicator": "nothing"}).status_code == 404
    assert client.get("/quality/nothing.svg", {"indicator": SLUG}).status_code == 404
