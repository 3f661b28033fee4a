"""The page of findings in a real browser: list and map whole at three widths, walked by the keyboard, each following the other."""

import pytest

from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_looks import MIDDLE, NARROW, WIDE, check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MAP = "#places-map[data-settled]"
# The made-up findings in the order of the list: a difference without a place, two priority areas, a window of two districts.
UNEQUAL, WORSE, BETTER, WINDOW = (f"{number:016x}" for number in (4, 1, 2, 3))

PAINTED = """set => {
    const found = {};
    for (const f of places.map.queryRenderedFeatures({ layers: [`${set}-fill`] }))
        found[f.id] = places.map.getFeatureState({ source: set, sourceLayer: set, id: f.id });
    return found;
}"""


@pytest.fixture
def read(page, site):
    """Open the page, with its map drawn unless told otherwise; complaints of the browser or of the content policy fail the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.set_default_timeout(PATIENCE_MS)

    def go(size=WIDE, query="", *, awaited=MAP):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{site.url}/findings/{query}")
        if awaited:
            page.wait_for_selector(awaited)
        return page

    yield go
    assert complaints == []


def lit(page):
    return page.evaluate("[...document.querySelectorAll('.finding-lit')].map(e => e.id)")


def ringed(page):
    """Numbers of the areas that are lit on the map."""
    return sorted(int(at) for at, state in page.evaluate(PAINTED, "lad24").items() if state.get("lit"))


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_page_is_accessible_and_whole(read, size):
    page = read(size)
    for summary in page.locator("details > summary").all():
        summary.click()

    assert page.locator(".finding").count() == 4
    check(page)


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_map_lies_beside_or_above_the_list_and_never_over_it(read, size):
    page = read(size)

    for far in (0, 600, 10_000):
        page.evaluate("far => scrollTo(0, far)", far)
        drawn, entries = page.locator("#where").bounding_box(), page.locator(".findings").bounding_box()
        beside = drawn["x"] >= entries["x"] + entries["width"]
        above = drawn["y"] + drawn["height"] <= entries["y"]
        assert beside if size == WIDE else above


def test_areas_are_drawn_worse_filled_better_hollow_and_windows_faint(read):
    page = read()

    painted = page.evaluate(PAINTED, "lad24")

    looks = {int(at): (state["look"], state["strength"]) for at, state in painted.items()}
    assert looks[1][0] == "worse"
    assert looks[2][0] == "better"
    assert looks[3] == looks[4]
    assert looks[1][1] > looks[3][1] > looks[2][1]


def test_numbers_of_the_marks_are_those_of_the_list(read):
    page = read()

    marks = page.evaluate("[...document.querySelectorAll('.marks .mark')].map(e => [e.textContent, e.className, e.getAttribute('href')])")

    assert [(words, "mark-worse" in look, "mark-better" in look) for words, look, _ in marks] == [
        ("2▼", True, False),
        ("3▼", False, True),
        ("4▼", True, False),
    ]
    for words, _, href in marks:
        number = page.evaluate(
            "href => [...document.querySelectorAll('.finding')].indexOf(document.querySelector(`[id='${href}']`)) + 1", href[1:]
        )
        assert words.startswith(str(number))


def test_a_difference_between_groups_says_that_it_has_no_place(read):
    page = read()

    entry = page.locator(f"[id='{UNEQUAL}']")

    assert "no place on the map" in entry.inner_text()
    assert entry.locator(".finding-show").count() == 0


def test_pointing_at_an_entry_lights_its_areas_on_the_map(read):
    page = read()

    page.locator(f"[id='{WINDOW}'] .finding-says").hover()

    assert ringed(page) == [3, 4]
    assert lit(page) == [WINDOW]
    assert "4. Scan windows" in page.inner_text("#places-says")

    page.mouse.move(2, 2)
    assert ringed(page) == []
    assert lit(page) == []


def test_pointing_at_the_map_lights_the_entry_and_a_click_goes_there(read):
    page = read()
    x, y = page.evaluate("(() => { const p = places.map.project(places.marks[0].at); return [p.x - 40, p.y]; })()")
    box = page.locator("#places-map").bounding_box()

    page.mouse.move(box["x"] + x, box["y"] + y)
    assert lit(page) == [WORSE]

    page.mouse.click(box["x"] + x, box["y"] + y)
    assert page.evaluate("document.activeElement.id") == WORSE
    assert page.url.endswith(f"#{WORSE}")


def test_marks_are_walked_by_arrow_keys_and_enter_goes_to_the_entry(read):
    page = read(NARROW)
    page.locator(".marks .mark").first.focus()
    assert lit(page) == [WORSE]

    page.keyboard.press("ArrowRight")
    assert lit(page) == [BETTER]
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    page.keyboard.press("End")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == WINDOW
    assert page.locator(f"[id='{WINDOW}']").is_visible()
    assert lit(page) == [WINDOW]


def test_every_mark_is_reached_through_the_list_by_the_keyboard(read):
    page = read(MIDDLE)

    for at, key in enumerate((WORSE, BETTER, WINDOW)):
        page.locator(f"[id='{key}'] .finding-show").focus()
        assert lit(page) == [key]
        page.keyboard.press("Enter")
        assert page.evaluate("[...document.querySelectorAll('.marks .mark')].indexOf(document.activeElement)") == at

    assert page.evaluate("[...document.querySelectorAll('.marks .mark')].filter(e => e.tabIndex === 0).length") == 1


def test_an_address_with_a_finding_lights_it(read):
    page = read(query=f"#{BETTER}")

    assert lit(page) == [BETTER]
    assert ringed(page) == [2]


def test_shapes_of_another_version_are_not_painted(read, page):
    page.route("**/tiles/lad24.json", lambda route: route.fulfill(json={**route.fetch().json(), "version": "000000000000"}))

    read()

    assert page.evaluate("[...places.drawn]") == []
    assert "Shapes that belong to other figures" in page.inner_text("#where")
    assert page.locator(".marks .mark").count() == 3


def test_without_webgl_the_list_is_whole_and_the_page_says_so(read, page):
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")

    read(awaited="text=for it needs WebGL")

    assert page.locator(".finding").count() == 4
    assert page.locator("#places-map").count() == 0
    check(page)


def test_without_scripts_the_list_is_whole_and_the_page_says_so(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/findings/?kind=priority")

    assert page.locator(".finding").count() == 2
    assert "The map needs JavaScript" in page.inner_text("#where")
    assert not page.locator("#places-map").is_visible()
    context.close()


def test_an_empty_choice_is_accessible_and_says_why(read):
    page = read(NARROW, "?kind=hot_spot", awaited=None)

    assert "No finding matches" in page.inner_text("main")
    check(page)


def test_the_worse_stand_first_and_say_why_by_the_keyboard(read):
    page = read(query="?kind=priority")
    first = page.locator(".finding").first
    assert "worse" in first.inner_text()

    first.locator("summary").focus()
    page.keyboard.press("Enter")

    assert "61 of 100." in first.inner_text()


def test_a_choice_stands_in_the_address(read):
    page = read()

    page.select_option("[name=kind]", "hot_spot")
    page.click("text=Show >> nth=0")

    page.wait_for_url("**kind=hot_spot**")
    assert "Not asked: Made up: modelled figures." in page.inner_text("main")
