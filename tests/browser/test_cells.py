"""Hexagons on the map: chosen by name, painted, read one by one, in the table, at three widths."""

import pytest

from tests.browser.world import FIRST, PERIOD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_hexagons_are_painted_and_one_is_read(visit, page, site, width, height):
    visit("?areas=h3", width=width, height=height)
    assert page.locator("#stage").get_attribute("data-settled") == f"h3 {FIRST} {PERIOD}"
    assert "modelled" in page.locator("#legend").inner_text()
    answer = page.request.get(f"{site.url}/api/v1/cells?indicator={FIRST}&limit=1000").json()
    cell = next(one for one in answer["results"] if one["value"] is not None)

    page.goto(f"{site.url}/?areas=h3&area={cell['cell']}")
    page.wait_for_selector("#panel .figure")

    panel = page.locator("#panel").inner_text()
    assert "Hexagon in Made-up Haven" in panel
    assert f"about {cell['value'] * 100:.1f}" in panel
    assert "the error of this estimate is not known" in panel
    assert page.locator("#panel a[href*='/api/v1/cells']").count() == 2


def test_hexagons_are_chosen_by_name_and_stand_in_the_table(visit, settle, page):
    visit()
    page.select_option("#areas", "h3")
    settle(f"h3 {FIRST} {PERIOD}")

    page.click("#table-open")
    page.wait_for_selector("#drawer tbody tr")

    row = page.locator("#drawer tbody tr").first.inner_text()
    assert "Hexagon" in row
    assert "modelled" in row
    page.locator("#drawer tbody tr button").first.click()
    page.wait_for_selector("#panel .figure")
    assert "Hexagon in Made-up Haven" in page.locator("#panel").inner_text()


def test_a_hexagon_without_a_figure_says_why(visit, page):
    visit("?areas=h3&area=86194e6b7ffffff")
    page.wait_for_function("document.getElementById('panel').innerText.includes('no hexagon')")
