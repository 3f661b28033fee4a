"""Stops from the first choice to the file in hand: a released world, a living worker, and nothing recorded."""

import csv
import io
import json

import pytest
from django.contrib.gis.geos import Point

from geo.crs import BRITISH_NATIONAL_GRID
from geo.statuses import Reason, Status
from tests import builders
from tests.browser import looks
from tests.browser.world import SIDE, SOUTH, WEST
from tests.workers import begin_a_worker

pytestmark = pytest.mark.django_db

PERIOD = "2025-26"
# Invited who have not come, by neighbourhood of the first district; the others have 10. None is withheld.
INVITED = {1: 40, 2: 60, 3: None, 7: 80, 8: 45}
USUAL, PEOPLE = 10, 200
BOUNDARY = {"type": "Polygon", "coordinates": [[[-2.05, 51.4], [-1.2, 51.4], [-1.2, 52.1], [-2.05, 52.1], [-2.05, 51.4]]]}


@pytest.fixture(scope="module")
def is_synthetic():
    return True


@pytest.fixture(scope="module")
def more():
    """Need of breast screening in every district, a practice in each neighbourhood of the first, and minutes between them."""
    return add_need


def add_need(release, areas):
    builders.a_travel_model(start=5.0, pace=0.5)
    for number, column, row in [(at, at % 3, at // 3) for at in range(9)]:
        middle = Point(WEST + column * SIDE + SIDE / 2, SOUTH + row * SIDE + SIDE / 2, srid=BRITISH_NATIONAL_GRID)
        builders.an_area(
            f"A8000{number}", geography="practice24", name=f"Made-up Surgery {number}", population=9_000, geometry_27700=middle.buffer(9)
        )
    for state in ("invited", "not-invited", "not-yet-due"):
        publish(release, state, areas)


def publish(release, state, areas):
    """Counts of a state of need; those of wider areas hold everything that lies in them."""
    made = builders.an_indicator(
        f"linked-breast-need-{state}",
        short_title=f"Made-up need: {state}",
        policy={"numerator": "hes", "denominator": "hes"},
        sources=["linked-records"],
        polarity="low_is_good",
    )
    told = {"release": release, "indicator": made, "period": PERIOD, "lower": 0.0, "upper": 1.0}
    counts = {area.feature_id: INVITED.get(area.feature_id, USUAL) if state == "invited" else USUAL for area in areas["lsoa21"]}
    for slug in ("lsoa21", "msoa21", "lad24", "ctry23"):
        values = []
        for area in areas[slug]:
            inside = (
                [area] if slug == "lsoa21" else [link.child for link in area.child_links.all() if link.child.geography.slug == "lsoa21"]
            )
            count = counts[area.feature_id] if slug == "lsoa21" else sum(counts[one.feature_id] or 5 for one in inside)
            if count is None:
                builders.an_observation(
                    area, **told | dict.fromkeys(("numerator", "value", "lower", "upper")), denominator=PEOPLE,
                    status=Status.SUPPRESSED, reason=Reason.SMALL_NUMBERS,
                )  # fmt: skip
                continue
            values.append(count / (PEOPLE * len(inside)))
            builders.an_observation(area, numerator=count, denominator=PEOPLE * len(inside), value=values[-1], **told)
        builders.an_availability(
            release=release, indicator=made, geography=slug, period=PERIOD, areas=len(areas[slug]), values=len(values),
            minimum=min(values), median=sorted(values)[len(values) // 2], maximum=max(values), breaks=sorted({*values}),
        )  # fmt: skip


@pytest.fixture
def worker(site, tmp_path):
    """A worker of this world's database."""
    process = begin_a_worker(tmp_path)
    yield process
    process.kill()
    process.wait()


def saved(page, words):
    """The file that a link gives."""
    with page.expect_download() as download:
        page.click(f".exports >> text={words}")
    return download.value.path().read_text(encoding="utf-8-sig")


def test_stops_are_proposed_by_a_worker_moved_by_keys_and_taken_along(visit, page, site, worker):
    district = site.world.areas["lad24"][0]
    page.emulate_media(reduced_motion="reduce")
    visit(f"plan/?programme=breast&area={district.code}&candidates=practices&stops=2&weeks=12&equity=1")
    page.wait_for_selector("#stage[data-ready]")
    assert "outside" not in page.locator("#legend").inner_text()
    page.set_input_files("#boundary", {"name": "b.geojson", "mimeType": "application/json", "buffer": json.dumps(BOUNDARY).encode()})
    page.wait_for_selector("#boundary-note:has-text('1 polygon')")
    dated = b"practice,people,due\nA80000,300,2030-01-31\nMade-up Surgery 8,200,31/12/2029\n"
    page.set_input_files("#practices", {"name": "due.csv", "mimeType": "text/csv", "buffer": dated})
    page.wait_for_selector("#practices-note:has-text('500 people due, 2 with a due date')")

    page.click("#propose")
    page.wait_for_selector("#stage[data-plan]")
    key = page.get_attribute("#stage", "data-plan")
    page.wait_for_selector("#job", state="hidden")

    panel = page.locator("#panel").inner_text()
    assert f"2 stops for breast screening in {district.name}" in panel
    assert "Worked out from made-up people" in panel
    assert page.locator(".stop").count() == 2
    page.locator(".stop").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".what-if strong")
    assert "the mean journey" in page.locator(".what-if").inner_text()
    page.click(".what-if .button")
    rows = list(csv.DictReader(io.StringIO(saved(page, "Stops (CSV)"))))
    plan = json.loads(saved(page, "Plan file"))
    assert [row["name"] for row in rows] == [one["name"] for one in plan["sites"]]
    assert all(row["name"].startswith("Made-up Surgery") for row in rows)
    assert len(plan["allocation"]) == 9
    assert {one["name"] for one in plan["schedule"]["practices"]} == {"Made-up Surgery 0", "Made-up Surgery 8"}
    assert plan["request"]["boundary"]["type"] == "Polygon"
    assert f"plan={key}" in page.url


def test_a_file_that_cannot_be_used_is_told_with_row_and_column_and_the_last_one_stays(visit, page, site):
    visit(f"plan/?area={site.world.areas['lad24'][0].code}")
    page.wait_for_selector("#stage[data-ready]")
    for name, text in (
        ("good.csv", b"practice,people,due\nA80001,300,\n"),
        ("bad.csv", b"practice,people,due\nA80001,300,\nA80002,few,\n"),
    ):
        page.set_input_files("#practices", {"name": name, "mimeType": "text/csv", "buffer": text})

    page.wait_for_selector("#practices-trouble:has-text('bad.csv: Row 3, column people: found “few”')")
    assert "1 practice in good.csv" in page.locator("#practices-note").inner_text()
    page.click("#practices-note .button")
    assert page.locator("#practices-note").inner_text() == ""


def test_a_plan_held_to_its_vehicles_says_whom_they_cannot_carry_by_deprivation(visit, page, site, worker):
    district = site.world.areas["lad24"][0]
    visit(f"plan/?programme=breast&area={district.code}&candidates=practices&stops=1&weeks=1")
    page.wait_for_selector("#stage[data-ready]")
    assert not page.locator("#hold").is_checked()

    page.locator("label:has(#hold)").click()
    page.wait_for_url("**hold=yes**")
    page.click("#propose")
    page.wait_for_selector("#stage[data-plan]")

    told = page.locator("#left-out")
    plan = json.loads(saved(page, "Plan file"))
    held = plan["totals"]["vehicles"]
    assert plan["request"]["hold_vehicles"]
    assert "of 1 week of a vehicle are used." in told.inner_text()
    assert "1 neighbourhood is left out, and a figure needs at least 3." in told.inner_text()
    assert told.locator("tbody tr").count() == len(held["not_served"]["by_deprivation"]) == 5
    looks.check(page)
