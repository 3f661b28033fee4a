"""The page of completeness in a real browser: whole at three widths, and used without a mouse."""

import pytest

from tests.browser.test_looks import MIDDLE, NARROW, WIDE, check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def read(page, site):
    """Open the page; complaints of scripts, of the browser or of the content policy fail the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)

    def go(size=WIDE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{site.url}/quality/")
        return page

    yield go
    assert complaints == []


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_page_is_accessible_and_whole(read, size):
    check(read(size))


def test_another_indicator_is_chosen_with_the_keyboard(read):
    page = read()
    select = page.get_by_label("Indicator")
    other = select.locator("option").last.get_attribute("value")
    select.focus()

    page.keyboard.press("End")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert f"indicator={other}" in page.url
    assert page.get_by_role("heading", name="What this page cannot show").is_visible()
