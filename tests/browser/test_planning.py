"""The page of stops: what is asked of the planner, what is drawn of its answers (recorded ones), and what a person can do with them."""

import json

import pytest

from tests.browser.looks import MIDDLE, NARROW, WIDE, check
from tests.browser.recorded import OTHER, PLAN, Planner

pytestmark = pytest.mark.django_db

READY = "#stage[data-ready]"


@pytest.fixture
def planner(page, site):
    """A planner of one made-up borough with four places."""
    near = {area.code: middle(area) for area in site.world.areas["lsoa21"][:9]}
    district = site.world.areas["lad24"][0]
    return Planner(page, area=district.code, name=district.name, areas=near, places=list(near.values())[:8:2])


def middle(area):
    point = area.geometry_27700.centroid.transform(4326, clone=True)
    return point.x, point.y


@pytest.fixture
def plan_page(visit, page, planner):
    """Opens the page with a query and waits until it can be used."""

    def go(query="?stops=2", **size):
        # A map that does not fly is where it will be.
        page.emulate_media(reduced_motion="reduce")
        visit(f"plan/{query}", **size)
        page.wait_for_selector(READY)
        return page

    return go


def propose(page, key=PLAN):
    page.click("#propose")
    page.wait_for_selector(f"#stage[data-plan={key}]")


def test_a_proposal_asks_what_was_chosen_and_shows_what_came(plan_page, planner):
    page = plan_page()
    page.fill("#weeks", "12")
    page.press("#weeks", "Tab")

    propose(page)

    request = next(body["request"] for path, body in planner.asked if path == "")
    assert (request["stops"], request["weeks"], request["area"]) == (2, 12, planner.area)
    assert request["candidates"] == {"kind": "practices"}
    assert page.locator(".stop").count() == 2
    panel = page.locator("#panel").inner_text()
    assert "2 stops for breast screening in Made-up Borough A" in panel
    assert "about 90 to 260 more screened" in panel
    assert "At most 0.04 % short of the best possible" in panel.replace("\u00a0", " ")
    assert f"plan={PLAN}" in page.url


def test_a_plan_is_opened_by_its_link_with_its_own_choices(plan_page, planner):
    page = plan_page(f"?plan={OTHER}&stops=5")

    assert page.locator(".stop").count() == 2
    assert page.input_value("#stops") == "2"


def test_a_stop_moved_by_the_mouse_tells_the_loss_at_once_and_can_be_put_back(plan_page, page, planner):
    plan_page()
    propose(page)
    box = page.locator(".stop").first.bounding_box()

    page.mouse.move(box["x"] + 14, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(box["x"] + 74, box["y"] + 54, steps=4)
    page.mouse.up()
    page.wait_for_selector(".what-if strong")

    sent = next(body for path, body in planner.asked if path == "what-if")
    assert set(sent["sites"][0]) == {"latitude", "longitude"}
    assert sent["sites"][1] == {"id": "P2"}
    words = page.locator(".what-if").inner_text().replace("\u00a0", " ")
    assert "about 30 to 50 fewer are screened" in words
    assert "the mean journey grows from 10.9 to 12.6 minutes" in words
    page.click(".what-if .button")
    assert page.locator(".what-if").count() == 0
    assert abs(page.locator(".stop").first.bounding_box()["x"] - box["x"]) < 2


def test_a_stop_is_moved_by_keys(plan_page, page, planner):
    plan_page()
    propose(page)

    page.locator(".stop").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".what-if strong")

    sent = [body for path, body in planner.asked if path == "what-if"]
    assert len(sent) == 1
    assert sent[0]["sites"][0] == {"id": "P1"}
    assert "fewer are screened" in page.locator("#announcer").text_content()


def test_a_running_plan_tells_how_far_it_is_and_can_be_cancelled(plan_page, page, planner):
    planner.polls = 500
    plan_page()

    page.click("#propose")
    page.wait_for_function("() => document.getElementById('job-words').textContent.startsWith('Looking for better stops')")
    page.click("#job-cancel")
    page.wait_for_selector("#job", state="hidden")

    assert planner.cancelled == {PLAN}
    assert "Cancelled" in page.locator("#panel").inner_text()
    assert page.locator("#propose").is_enabled()


def test_two_plans_are_set_side_by_side(plan_page, page, planner):
    plan_page()
    propose(page)
    page.click("text=Keep for comparing")
    page.wait_for_selector("text=Stop comparing")
    page.fill("#stops", "3")
    page.press("#stops", "Tab")
    assert "The choices have changed" in page.locator("#panel").inner_text()
    propose(page, OTHER)

    page.click("#table-open")
    page.click("#drawer >> text=Two plans")

    rows = page.locator("#drawer tbody tr").all_inner_texts()
    assert rows[0].split() == ["Stops", "3", "2"]
    assert f"with={PLAN}" in page.url


def test_the_balance_tells_each_point_and_makes_it_the_plan(plan_page, page, planner):
    plan_page()
    propose(page)

    page.locator("#balance").focus()
    page.keyboard.press("End")
    assert page.locator("#balance-words").inner_text().startswith("fairest: about 70 to 220 more screened")
    page.click("text=Propose with this balance")
    page.wait_for_selector(f"#stage[data-plan={OTHER}]")

    assert planner.requests[OTHER]["equity"] == 2
    assert page.input_value("#equity") == "2"


def test_places_must_or_must_not_serve_by_press_and_by_table(plan_page, page, planner):
    plan_page()
    page.wait_for_function("() => plan.ground.map.queryRenderedFeatures({ layers: ['site-places'] }).length > 1")
    x, y = page.evaluate(
        "([lon, lat]) => { const p = plan.ground.map.project([lon, lat]); const b = plan.ground.map.getCanvas().getBoundingClientRect();"
        " return [p.x + b.x, p.y + b.y] }",
        list(planner.places[1]),
    )

    page.mouse.click(x, y)
    page.wait_for_selector(".decided li")
    page.click("#table-open")
    page.click("#drawer >> text=Places that may serve")
    page.get_by_label("Made-up Practice 3: may it serve?").select_option("not")
    propose(page)

    assert planner.requests[PLAN]["forced"] == ["P2"]
    assert planner.requests[PLAN]["forbidden"] == ["P3"]
    assert "must=P2" in page.url


def test_tables_tell_stops_with_ranges_and_refusals_and_the_schedule(plan_page, page, planner):
    plan_page()
    propose(page)
    page.click("#table-open")

    rows = page.locator("#drawer tbody tr").all_inner_texts()
    assert "about 40 to 120 more screened" in rows[0]
    assert "cannot be shown: too much behind it is withheld" in rows[1]
    page.click("#drawer >> text=Schedule")
    assert "towed" in page.locator("#drawer").inner_text()


def test_a_plan_can_be_taken_along_in_every_form(plan_page, page, planner):
    plan_page()
    propose(page)

    addresses = page.eval_on_selector_all(".exports a", "links => links.map(a => a.getAttribute('href'))")
    assert addresses == [f"/api/v1/plans/{PLAN}.{form}" for form in ("pdf", "csv", "geojson", "ics", "json")]


def test_a_plan_file_is_replayed(plan_page, page, planner):
    plan_page()
    file = {
        "name": "plan.json",
        "mimeType": "application/json",
        "buffer": json.dumps({"request": {"programme": "lung", "area": planner.area, "stops": 2}}).encode(),
    }

    page.set_input_files("#replay", file)
    page.wait_for_selector(f"#stage[data-plan={PLAN}]")

    assert [path for path, _ in planner.asked].count("replay") == 1
    assert page.input_value("#programme") == "lung"


def test_a_file_that_is_no_plan_says_so(plan_page, page, planner):
    plan_page()

    page.set_input_files("#replay", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no plan"})

    page.wait_for_selector("#notice:has-text('notes.txt is not a plan file')")


def test_without_a_planner_the_page_says_so_and_draws_its_map(page, site):
    problem = {"type": "about:blank", "status": 404, "title": "There is nothing here", "detail": "No resource has this address."}
    page.route("**/api/v1/plans/**", lambda route: route.fulfill(json=problem, status=404))

    page.goto(f"{site.url}/plan/")
    page.wait_for_selector(READY)

    assert page.locator("#propose").is_disabled()
    assert "This service has no planner yet" in page.locator("#panel").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
@pytest.mark.parametrize("state", ["choices", "plan", "table"])
def test_the_page_of_stops_is_accessible_and_whole(plan_page, page, planner, size, state):
    plan_page(width=size[0], height=size[1])
    if state != "choices":
        propose(page)
    if state == "table":
        page.click("#sheet-tabs [data-tab=table]" if size is NARROW else "#table-open")
        page.wait_for_selector("#drawer tbody tr")
    page.wait_for_timeout(300)

    check(page)


def test_nothing_is_asked_of_another_host(plan_page, page, site, planner):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    plan_page()
    propose(page)

    assert [url for url in asked if not url.startswith((site.url, "blob:", "data:"))] == []


def test_printing_keeps_map_and_plan(plan_page, page, planner):
    plan_page()
    propose(page)
    page.emulate_media(media="print")

    assert page.locator("#map").is_visible()
    assert page.locator("#panel h2").is_visible()
    assert not page.locator("#act").is_visible()
