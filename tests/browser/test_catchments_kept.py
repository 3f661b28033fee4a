"""The list of one's own catchments: opened, renamed, taken away, two set side by side; by mouse and by keys."""

import pytest

from tests.browser.drawing import READY, SHOWN, draw_square
from tests.browser.looks import MIDDLE, NARROW, WIDE, check
from tests.browser.recorded import CATCHMENT

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = (f"{CATCHMENT}-{at}" for at in range(3))


@pytest.fixture
def kept(service, told):
    """Three that were saved before."""
    for name in ("Outreach east", "Outreach west", "Haven"):
        service._keep({"name": name, "atoms": [atom["code"] for atom in told["atoms"]], "vintage": 2021})
    return service


def rows(page):
    return [text.replace("\u00a0", " ") for text in page.locator("#kept li").all_inner_texts()]


def wait_for_rows(page, count):
    page.wait_for_function("count => document.querySelectorAll('#kept li').length === count", arg=count)


def row(page, key, selector):
    return page.locator(f"[data-kept={key}] {selector}")


def test_an_empty_list_says_why(drawing_page, page, service):
    drawing_page()

    page.wait_for_selector("#kept:has-text('None yet. Save a catchment and it stands here')")


def test_what_is_saved_stands_in_the_list_with_people_and_day(drawing_page, page, service):
    drawing_page()
    draw_square(page)
    page.fill("#name", "Outreach east")
    page.press("#name", "Tab")

    page.click("#keep")
    wait_for_rows(page, 1)

    assert "6,400 people in 4 neighbourhoods, changed 26 November 2026" in rows(page)[0]
    assert row(page, ONE, ".kept-name").get_attribute("aria-current") == "true"


def test_one_is_opened_renamed_and_deleted_by_keys(drawing_page, page, kept):
    drawing_page()
    wait_for_rows(page, 3)

    row(page, TWO, ".kept-name").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(SHOWN)
    assert page.input_value("#name") == "Outreach west"
    assert f"id={TWO}" in page.url
    row(page, TWO, "[data-act=renaming]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Haven and west")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('announcer').textContent === 'Renamed to Haven and west.'")
    page.wait_for_function("() => document.activeElement.dataset.act === 'renaming'")
    assert page.input_value("#name") == "Haven and west"
    row(page, TWO, "[data-act=removing]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert len(kept.kept) == 3
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    wait_for_rows(page, 2)

    assert list(kept.kept) == [ONE, THREE]
    page.wait_for_function("key => document.activeElement.closest('li')?.dataset.kept === key", arg=THREE)
    assert "id=" not in page.url
    assert page.locator("#keep").is_enabled()


def test_two_of_the_list_are_set_side_by_side(drawing_page, page, kept):
    drawing_page()
    wait_for_rows(page, 3)

    assert page.locator("#kept-compare").is_disabled()
    row(page, THREE, "input").check()
    row(page, ONE, "input").check()
    assert row(page, TWO, "input").is_disabled()
    page.click("#kept-compare")
    page.wait_for_selector("#drawer tbody tr")
    page.wait_for_selector("#drawer th:has-text('Haven')")

    assert (f"id={THREE}" in page.url, f"with={ONE}" in page.url) == (True, True)
    assert "Outreach east is drawn beside it" in page.locator("#panel").inner_text()
    assert ("GET", f"{THREE}/profile", None) in kept.asked


def test_opening_one_lays_aside_what_is_drawn(drawing_page, page, kept):
    drawing_page()
    draw_square(page)

    row(page, ONE, ".kept-name").click()
    page.wait_for_function("() => document.getElementById('name')?.value === 'Outreach east'")

    assert page.evaluate("catchments.drawing.polygons().length") == 0


def test_a_refusal_leaves_the_list_as_it_was(page, site, kept):
    """Without the fixture that takes a refusal in the console for a complaint."""
    page.goto(f"{site.url}/plan/catchments/")
    page.wait_for_selector(READY)
    wait_for_rows(page, 3)
    problem = {"type": "/api/docs/#problem-not-yours", "title": "x", "status": 403, "detail": "Only whoever made this may.", "errors": []}
    page.route(f"**/api/v1/catchments/{ONE}", lambda route: route.fulfill(json=problem, status=403))

    row(page, ONE, "[data-act=removing]").click()
    page.click("text=Delete for good")

    page.wait_for_selector("#notice:has-text('Only whoever made this may.')")
    assert len(rows(page)) == 3


def test_the_service_itself_lists_opens_and_deletes(visit, page, fresh):
    """Nothing is recorded here: a cookie is all that makes the list one's own."""
    page.emulate_media(reduced_motion="reduce")
    visit("plan/catchments/?at=51.8,-1.4,8.5")
    page.wait_for_selector("#kept:has-text('None yet')")
    draw_square(page)
    page.click("#keep")
    wait_for_rows(page, 1)

    page.reload()
    wait_for_rows(page, 1)
    assert "people in" in rows(page)[0]
    page.click(".kept-name")
    page.wait_for_selector(SHOWN)
    page.click("[data-act=removing]")
    page.click("text=Delete for good")
    page.wait_for_selector("#kept:has-text('None yet')")


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_list_is_accessible_and_whole(drawing_page, page, kept, size):
    drawing_page(width=size[0], height=size[1])
    wait_for_rows(page, 3)
    if size is NARROW:
        page.click("#sheet-tabs [data-tab=choices]")
    if size is not WIDE:
        page.click("summary:has-text('Your catchments')")
    row(page, ONE, "[data-act=renaming]").click()
    row(page, ONE, "input").scroll_into_view_if_needed()

    check(page)
