"""Stops from the first choice to the file in hand: a released world, a living worker, and nothing recorded."""

import csv
import io
import json

import pytest
from django.contrib.gis.geos import Point

from geo.crs import BRITISH_NATIONAL_GRID
from geo.planning.requests import PlanRequest
from geo.statuses import Reason, Status
from tests import builders
from tests.browser.looks import MIDDLE, NARROW, WIDE, check
from tests.browser.world import SIDE, SOUTH, WEST
from tests.geo.desk.makers import a_plan
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
    check(page)


def a_table(district, *, wrong=""):
    """Minutes from each neighbourhood of a district to three of their middles, with the places' degrees."""
    areas = [link.child for link in district.child_links.order_by("child__code") if link.child.geography.slug == "lsoa21"]
    assert len(areas) == 9
    places = [area.centroid_27700.transform(4326, clone=True) for area in areas[::4]]
    rows = [
        f"{area.code},Field {number},{wrong or 10 + at + number},{place.y:.6f},{place.x:.6f}"
        for at, area in enumerate(areas)
        for number, place in enumerate(places)
    ]
    return "\n".join(["area,destination,minutes,latitude,longitude", *rows]).encode()


def send_minutes(page, content, *, mode="bus, weekday morning"):
    page.fill("#minutes-mode", mode)
    page.fill("#minutes-source", "Made-up team, 2026")
    page.set_input_files("#minutes-file", {"name": "bus.csv", "mimeType": "text/csv", "buffer": content})


def test_minutes_of_ones_own_are_sent_planned_by_and_replayed_to_the_same_plan(visit, page, site, worker, tmp_path):
    district = site.world.areas["lad24"][0]
    page.emulate_media(reduced_motion="reduce")
    visit(f"plan/?programme=breast&area={district.code}&candidates=practices&stops=2&weeks=12")
    page.wait_for_selector("#stage[data-ready]")
    page.click("#own-minutes summary")

    page.set_input_files("#minutes-file", {"name": "bus.csv", "mimeType": "text/csv", "buffer": a_table(district)})
    page.wait_for_selector("#minutes-note:has-text('bus.csv is sent once you have said what one travels by.')")
    send_minutes(page, a_table(district))
    page.wait_for_selector("#minutes-list li:has-text('By bus, weekday morning; 9 neighbourhoods to 3 places.')")
    page.click("#minutes-list >> text=Stops from its places")
    page.wait_for_function("() => document.getElementById('given').value.split('\\n').length === 3")
    assert page.input_value("#candidates") == "given"
    page.click("#propose")
    page.wait_for_selector("#stage[data-plan]")
    first = page.get_attribute("#stage", "data-plan")
    page.wait_for_selector("#job", state="hidden")

    panel = page.locator("#panel").inner_text()
    assert "by bus, weekday morning" in panel
    assert "Made-up team, 2026" in panel
    plan = json.loads(saved(page, "Plan file"))
    assert plan["request"]["provider"].startswith("matrix:")
    assert {visit["minutes"] for visit in plan["allocation"]} <= {float(10 + at + number) for at in range(9) for number in range(3)}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    page.set_input_files("#replay", file)
    page.wait_for_function("first => document.getElementById('stage').dataset.plan !== first", arg=first)
    page.wait_for_selector("#notice:has-text('the same answer came out')")
    page.click("#minutes-list >> text=Delete")
    page.click("text=Delete for good")
    page.wait_for_selector("#minutes-note:has-text('bus is deleted')")


def test_a_table_with_a_fault_is_told_with_its_place_and_not_kept(page, site):
    """Without the fixture that takes a refusal in the console for a complaint."""
    page.goto(f"{site.url}/plan/?area={site.world.areas['lad24'][0].code}")
    page.wait_for_selector("#stage[data-ready]")
    page.click("#own-minutes summary")

    send_minutes(page, a_table(site.world.areas["lad24"][0], wrong="soon"))

    page.wait_for_selector("#minutes-trouble:has-text(\"bus.csv, row 2, column 'minutes': not a number: found soon, expected minutes\")")
    assert page.locator("#minutes-list li").count() == 0


def test_a_plan_file_whose_table_is_not_kept_says_so(page, site):
    request = {"programme": "breast", "area": site.world.areas["lad24"][0].code, "stops": 2, "provider": f"matrix:{'a' * 64}"}
    page.goto(f"{site.url}/plan/?area={request['area']}")
    page.wait_for_selector("#stage[data-ready]")
    plan = a_plan(PlanRequest.from_json(request)).to_json()

    page.set_input_files("#replay", {"name": "plan.json", "mimeType": "application/json", "buffer": json.dumps(plan).encode()})

    page.wait_for_selector("#panel:has-text('No table of minutes with this digest or id is kept here')")


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_tables_of_ones_own_are_accessible_and_whole(visit, page, site, size):
    visit(f"plan/?area={site.world.areas['lad24'][0].code}", width=size[0], height=size[1])
    page.wait_for_selector("#stage[data-ready]")
    if size is NARROW:
        page.click("#sheet-tabs [data-tab=choices]")
    if size is not WIDE:
        page.click("summary:has-text('When')")
    page.click("#own-minutes summary")
    send_minutes(page, a_table(site.world.areas["lad24"][0]))
    page.wait_for_selector("#minutes-list li")
    page.locator("#minutes-list li").scroll_into_view_if_needed()

    check(page)
