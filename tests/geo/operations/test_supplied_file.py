"""A site's own file of deciles: read on demand alone, nothing without it, and then a gradient with its slope on the page and in REST."""

import csv

import pytest
from django.test import Client

from geo.models import Observation, Release, SourceLoad
from geo.operations.chain import ChainReport
from geo.operations.finding import Finder
from geo.operations.loading import accept_edition, load_sources
from geo.releases.build import build_release
from geo.sources.registry import load_registry
from tests import builders
from tests.geo.sources.fixture_maker.writing import PUBLISHED
from tests.worked import upstream

pytestmark = pytest.mark.django_db

DEATHS, TABLE = "deaths-by-decile", "life-expectancy-by-decile"
SOURCES = {slug: source for slug, source in load_registry().items() if slug in (DEATHS, TABLE)}
MEN, WOMEN = "life-expectancy-male-by-decile", "life-expectancy-female-by-decile"


@pytest.fixture
def client():
    return Client(headers={"host": "localhost"})


@pytest.fixture(autouse=True)
def england():
    return builders.an_area("E92000001", geography="ctry23", name="England")


def finder(folder):
    return Finder(mirror=folder, cache=folder / "cache")


def put(folder, slug, content):
    path = folder / SOURCES[slug].file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def publish():
    release = build_release()
    Release.objects.filter(pk=release.pk).update(state="published", is_current=True)
    return Release.objects.get(pk=release.pk)


def test_without_the_files_nothing_is_wrong_and_nothing_stands_in_for_them(tmp_path, client):
    outcomes = load_sources(SOURCES, finder=finder(tmp_path))
    release = publish()

    assert {outcome.state for outcome in outcomes} == {"not_supplied"}
    assert not SourceLoad.objects.filter(slug__in=SOURCES).exists()
    assert not release.is_synthetic
    assert set(release.quality["not_supplied"]) == {MEN, WOMEN}
    assert not set(release.quality["left_out"]) & {MEN, WOMEN}
    report = ChainReport(release, outcomes=outcomes)
    assert report.faults == {}
    assert f"Not supplied (optional) (2): {DEATHS}, {TABLE}" in report.lines
    page = client.get("/about/").content.decode()
    assert f"men (needs {DEATHS} or {TABLE})" in page


def test_a_file_of_the_site_is_read_after_it_was_accepted(tmp_path):
    put(tmp_path, DEATHS, (PUBLISHED / SOURCES[DEATHS].file).read_bytes())

    refused = load_sources(SOURCES, finder=finder(tmp_path), only=[DEATHS])[0]
    taken = accept_edition(SOURCES, DEATHS, finder=finder(tmp_path))

    assert refused.state == "failed"
    assert "load_sources --accept deaths-by-decile" in refused.message
    assert (taken.state, taken.rows_in) == ("loaded", 800)


def test_deaths_by_age_become_ten_life_expectancies_with_limits_in_each_period(tmp_path):
    put(tmp_path, DEATHS, (PUBLISHED / SOURCES[DEATHS].file).read_bytes())
    accept_edition(SOURCES, DEATHS, finder=finder(tmp_path))

    release = build_release()

    rows = Observation.objects.filter(release=release, indicator__slug=MEN, period__slug="2018--2020").order_by("stratum__slug")
    by_decile = {int(row.stratum.slug.removeprefix("decile-")): row for row in rows}
    values = [by_decile[decile].value for decile in range(1, 11)]
    assert values == sorted(values)
    assert all(row.lower < row.value < row.upper for row in rows)
    assert Observation.objects.filter(release=release).count() == 40
    # By hand: the rows of the file of this sex, decile and period, summed.
    with (PUBLISHED / SOURCES[DEATHS].file).open() as file:
        mine = [row for row in csv.DictReader(file) if (row["Period"], row["Sex"], row["Decile"]) == ("2018--2020", "Male", "1")]
    assert by_decile[1].numerator == sum(int(row["Deaths"]) for row in mine)
    assert by_decile[1].denominator == sum(int(row["Population"]) for row in mine)


def england_rows(mirror, path):
    """The England rows of the reference table, read in place, with a period, which it does not state."""
    rows = upstream(mirror, "LE_testdata")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["Period", *rows[0]])
        writer.writeheader()
        writer.writerows({"Period": "2010--2012", **row} for row in rows)


@pytest.mark.parametrize(("slug", "years", "shown"), [(MEN, 9.35, "9.35 years"), (WOMEN, 7.27, "7.27 years")])
def test_the_slope_of_the_reference_table_stands_on_the_page_and_in_rest(mirror, tmp_path, client, slug, years, shown):
    path = tmp_path / SOURCES[TABLE].file
    path.parent.mkdir(parents=True)
    england_rows(mirror, path)
    outcome = accept_edition(SOURCES, TABLE, finder=finder(tmp_path))
    publish()

    answer = client.get(f"/api/v1/inequality?indicator={slug}").json()
    page = " ".join(client.get(f"/inequality/{slug}/").content.decode().replace("\N{NO-BREAK SPACE}", " ").split())

    assert outcome.state == "loaded"
    assert outcome.rejected["below_england"] > 0
    assert (answer["deprivation"], answer["period"], len(answer["groups"])) == ("published", "2010--2012", 10)
    sii, rii = answer["steepness"]["sii"], answer["steepness"]["rii"]
    assert round(sii["value"], 2) == years
    assert sii["lower"] < sii["value"] < sii["upper"]
    assert 1 < rii["lower"] < rii["value"] < rii["upper"]
    assert answer["steepness"]["scale"] == "linear"
    assert f'<dt>Slope index (SII)</dt><dd class="amount">{shown}</dd>' in page
    assert "by decile of deprivation, as published, England, 2010 to 2012" in page
    assert "The most deprived tenth of the people has" in page
    assert "Show on the map" not in page
    assert "given for everybody together" not in page
    assert client.get(f"/inequality/{slug}/gradient.svg").status_code == 200
