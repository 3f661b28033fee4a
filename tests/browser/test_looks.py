"""Accessibility by axe-core and layout at three widths, in every state of the page."""

import pytest

from tests.browser.looks import AXE, MIDDLE, NARROW, WIDE, check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PANEL, TABLE = "?areas=lad24&area={district}&vintage=2024", "?areas=lad24&table=1"

STATES = [
    pytest.param("", WIDE, None, id="wide"),
    pytest.param(PANEL, WIDE, "#panel .figure", id="wide-panel"),
    pytest.param(TABLE, WIDE, ".facts-table tbody tr", id="wide-table"),
    pytest.param("?deprivation=bivariate&areas=msoa21", WIDE, ".square", id="wide-bivariate"),
    pytest.param("", MIDDLE, None, id="middle"),
    pytest.param(PANEL, MIDDLE, "#panel .figure", id="middle-panel"),
    pytest.param("", NARROW, None, id="narrow"),
    pytest.param(PANEL, NARROW, "#panel .figure", id="narrow-panel"),
    pytest.param(TABLE, NARROW, ".facts-table tbody tr", id="narrow-table"),
]


@pytest.mark.parametrize(("query", "size", "awaited"), STATES)
def test_the_map_page_is_accessible_and_whole(visit, page, site, query, size, awaited):
    visit(query.format(district=site.world.areas["lad24"][0].code), width=size[0], height=size[1])
    if awaited:
        page.wait_for_selector(awaited)

    check(page)


def test_an_open_search_list_is_accessible(visit, page):
    visit()
    page.fill("#search-text", "Made-up")
    page.wait_for_selector("#search-list [role=option]")
    page.press("#search-text", "ArrowDown")

    check(page)


@pytest.mark.parametrize("height", ["low", "half", "full"])
@pytest.mark.parametrize("tab", ["legend", "choices"])
def test_the_sheet_is_accessible_at_each_height(visit, page, height, tab):
    visit("", width=NARROW[0], height=NARROW[1])
    page.click(f"#sheet-tabs [data-tab={tab}]")
    page.evaluate("height => explorer.sheet.set(height)", height)
    page.wait_for_timeout(300)

    check(page)


def test_the_bar_opens_one_choice_at_a_time(visit, page):
    visit("", width=MIDDLE[0], height=MIDDLE[1])

    page.click("summary:has-text('Who')")
    page.click("summary:has-text('When')")

    assert page.locator("details.choice[open]").count() == 1
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.keyboard.press("Escape")
    assert page.locator("details.choice[open]").count() == 0


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
@pytest.mark.parametrize("path", ["areas/{district}/", "about/", "nowhere/"])
def test_pages_that_are_read_are_accessible_and_whole(page, site, path, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site.url}/{path.format(district=site.world.areas['lad24'][0].code)}")

    check(page)


def test_nothing_is_asked_of_another_host_and_no_rule_of_the_page_is_broken(visit, page, site):
    asked, broken = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None)

    visit("?deprivation=bivariate")

    assert [url for url in asked if not url.startswith((site.url, "blob:", "data:"))] == []
    assert broken == []


def test_printing_keeps_the_map_and_its_legend(visit, page):
    visit()
    page.emulate_media(media="print")

    assert page.locator("#legend").is_visible()
    assert page.locator("#map").is_visible()
    assert not page.locator("#choices").is_visible()
