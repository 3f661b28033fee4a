"""Search, table and the whole journey by keyboard alone."""

import pytest

from tests.browser.world import FIRST

pytestmark = pytest.mark.django_db

FOCUSED = "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"


def test_search_offers_places_and_flies_there(visit, page, site):
    visit()
    page.fill("#search-text", "Borough B")
    page.wait_for_selector("#search-list [role=option]")

    page.press("#search-text", "ArrowDown")
    chosen = page.locator("#search-text").get_attribute("aria-activedescendant")
    page.press("#search-text", "Enter")
    page.wait_for_selector("#panel .figure")

    assert chosen == "hit-0"
    assert page.locator("#panel h2").inner_text() == "Made-up Borough B"
    assert page.locator("#search-text").get_attribute("aria-expanded") == "false"
    page.wait_for_function("() => explorer.view.place().zoom > 7")


def test_search_says_when_nothing_fits(visit, page):
    visit()
    page.fill("#search-text", "qqqqqqqq")

    page.wait_for_selector("#search-list .none")

    assert "Nothing found" in page.locator("#search-list").inner_text()


def test_the_table_has_the_facts_of_the_map_and_sorts(visit, page, site):
    visit("?areas=lsoa21&table=1")
    page.wait_for_selector(".facts-table tbody tr")

    page.click("th:has-text('Decile') button")
    rising = page.locator(".facts-table tbody tr td:nth-of-type(5)").all_inner_texts()
    page.click("th:has-text('Decile') button")

    assert page.locator(".facts-table tbody tr").count() == 36
    assert rising == sorted(rising, key=int)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Decile")
    assert "about" in page.locator(".facts-table tbody td.number").first.inner_text()


def test_the_table_filters_and_opens_an_area(visit, page):
    visit("?areas=lad24&table=1")
    page.fill(".drawer-head input", "borough c")
    page.wait_for_function("() => document.querySelectorAll('.facts-table tbody tr').length === 1")

    page.click(".row-name")
    page.wait_for_selector("#panel .figure")

    assert page.locator("#panel h2").inner_text() == "Made-up Borough C"
    assert page.locator(".facts-table tr[aria-current=true]").count() == 1


def test_rows_without_a_value_come_last_whichever_way_it_is_sorted(visit, page):
    visit("?areas=msoa21&table=1")
    page.wait_for_selector(".facts-table tbody tr")

    for _ in range(2):
        page.click("th:has-text('Value') button")
        last = page.locator(".facts-table tbody tr td:nth-of-type(2)").all_inner_texts()[-3:]

        assert sorted(last) == ["cannot be shown (small numbers)", "no data", "not collected here"]


def test_downloads_name_the_view(visit, page, site):
    visit("?areas=lad24&table=1")
    page.wait_for_selector(".facts-table tbody tr")

    answer = page.request.get(site.url + page.locator(".drawer-head a:has-text('CSV')").get_attribute("href"))

    assert answer.status == 200
    assert answer.text().count("Made-up Borough") == 4


def test_everything_can_be_done_from_the_keyboard(visit, settle, page):
    visit("?areas=lad24&at=51.75,-1.6,8.5")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"

    page.locator("#map canvas").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(800)
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .figure")
    assert page.evaluate(FOCUSED) == "panel"

    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    page.locator("#map canvas").focus()
    page.keyboard.press("t")
    page.wait_for_selector(".facts-table tbody tr")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer", state="hidden")
    assert page.evaluate(FOCUSED) == "table-open"

    page.locator("[name=deprivation][value=off]").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#legend .square")
    assert "deprivation=bivariate" in page.url
    settle(f"lad24 {FIRST}")


def test_the_map_shows_where_the_focus_is(visit, page):
    visit()
    page.locator("#search-text").focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.tagName") == "CANVAS":
            break

    assert page.locator("#crosshair").is_visible()
    assert page.locator("#stage").get_attribute("class") == "stage map-focus"
