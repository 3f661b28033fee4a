"""The page of inequality in a real browser: drawn without eval, walked by the keyboard, whole at three widths and on paper."""

import pytest

from tests.browser.test_looks import MIDDLE, NARROW, WIDE, check
from tests.browser.world import FIRST

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGE = f"inequality/{FIRST}/"
BOX = ".chart-box"
DRAWN = f"{BOX}[data-state=drawn]"


@pytest.fixture
def read(page, site):
    """Open the page and wait for its first chart; complaints of scripts, of the browser or of the content policy fail the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)

    def go(size=WIDE, query=""):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{site.url}/{PAGE}{query}")
        page.locator(BOX).first.scroll_into_view_if_needed()
        page.wait_for_selector(DRAWN)
        return page

    yield go
    assert complaints == []


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_page_is_accessible_and_whole(read, size):
    page = read(size)
    for summary in page.locator("details > summary").all():
        summary.click()

    check(page)


def test_every_point_of_the_gradient_is_drawn_with_its_words(read):
    page = read()

    words = [mark.get_attribute("aria-label") for mark in page.locator(f"{BOX} >> nth=0 >> .mark-symbol path[aria-label]").all()]

    assert len(words) == 10
    assert words[0].startswith("Decile 1: ")


def test_arrow_keys_walk_along_the_points_and_say_them(read):
    page = read()
    box = page.locator(BOX).first
    said = box.locator(".chart-words")
    box.focus()

    page.keyboard.press("ArrowRight")
    assert said.inner_text().startswith("Decile 1: ")
    page.keyboard.press("End")
    assert said.inner_text().startswith("Decile 10: ")
    page.keyboard.press("ArrowLeft")
    assert said.inner_text().startswith("Decile 9: ")
    page.keyboard.press("Escape")
    assert said.inner_text() == ""


def test_what_modelled_neighbourhoods_cannot_bear_is_words_in_the_place_of_the_curve(read):
    section = read().locator("section[aria-labelledby=chart-concentration]")

    assert section.locator(BOX).count() == 0
    assert "a concentration curve or index would find the method and not the people" in section.locator(".refusal").inner_text()


def test_a_chart_follows_the_width_of_the_page(read):
    page = read()
    before = page.locator(f"{BOX} svg").first.bounding_box()["width"]

    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.wait_for_function(f"document.querySelector('{BOX} svg').getBoundingClientRect().width < {before} - 100")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_drawing_libraries_come_with_charts_only_and_from_here(page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(site.url)
    page.wait_for_selector("#stage[data-settled]")
    assert [url for url in asked if "/vega" in url] == []

    page.goto(f"{site.url}/{PAGE}")
    page.wait_for_selector(DRAWN)
    assert [url for url in asked if "/vega" in url]
    assert [url for url in asked if not url.startswith((site.url, "blob:", "data:"))] == []


def test_without_scripts_the_chart_is_a_picture_with_its_sentence(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/{PAGE}")

    picture = page.locator(f"{BOX} img").first

    assert picture.get_attribute("alt").startswith("The most deprived tenth")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.chart-box img').naturalWidth > 300")
    context.close()


def test_the_choices_lead_to_another_indicator(read):
    page = read()

    page.select_option("#ask-indicator", "qof-copd")
    page.click("text=Show >> nth=0")
    page.wait_for_selector(DRAWN)

    assert "/inequality/qof-copd/" in page.url
    assert "Made-up register, in full" in page.locator("h1").inner_text()


def test_the_panel_of_the_map_leads_here(visit, page, site):
    visit(f"?areas=lad24&area={site.world.areas['lad24'][0].code}&vintage=2024")
    page.click("#panel a:has-text('Inequality')")
    page.wait_for_selector(DRAWN)

    assert page.url.endswith(f"/{PAGE}?area={site.world.areas['lad24'][0].code}")


def test_paper_carries_every_chart_and_none_of_the_choices(read):
    page = read()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"document.querySelectorAll('{DRAWN}').length === document.querySelectorAll('{BOX}').length")
    page.emulate_media(media="print")

    assert page.locator(f"{BOX} svg").first.is_visible()
    assert not page.locator(".asking").is_visible()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_row_of_the_area_page_opens_its_charts_when_asked(page, site, size):
    complaints, asked = [], []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site.url}/areas/{site.world.areas['lad24'][0].code}/")
    assert [url for url in asked if "/vega" in url] == []

    page.locator("details.closer > summary").first.click()
    page.locator(DRAWN).first.wait_for()

    assert page.locator("details.closer .chart-summary").first.inner_text().startswith("Made-up Borough A has")
    check(page)
    assert complaints == []


def test_the_keyboard_begins_a_funnel_at_the_area_of_the_page(page, site):
    page.goto(f"{site.url}/areas/{site.world.areas['lad24'][0].code}/{FIRST}/")
    page.wait_for_selector(DRAWN)

    page.locator(BOX).first.focus()
    page.keyboard.press("ArrowRight")

    assert page.locator(f"{BOX} .chart-words").first.inner_text().startswith("Made-up Borough A: ")
