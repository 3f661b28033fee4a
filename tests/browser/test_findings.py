"""The page of findings in a real browser: whole at three widths, walked by the keyboard, filtered without scripts."""

import pytest

from tests.browser.test_looks import MIDDLE, NARROW, WIDE, check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def read(page, site):
    """Open the page; complaints of the browser or of the content policy fail the test."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)

    def go(size=WIDE, query=""):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{site.url}/findings/{query}")
        return page

    yield go
    assert complaints == []


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_page_is_accessible_and_whole(read, size):
    page = read(size)
    for summary in page.locator("details > summary").all():
        summary.click()

    assert page.locator(".finding").count() == 2
    check(page)


def test_an_empty_choice_is_accessible_and_says_why(read):
    page = read(NARROW, "?kind=scan_window")

    assert "No finding matches" in page.inner_text("main")
    check(page)


def test_the_worse_stand_first_and_say_why_by_the_keyboard(read):
    page = read()
    first = page.locator(".finding").first
    assert "worse" in first.inner_text()

    first.locator("summary").focus()
    page.keyboard.press("Enter")

    assert "61 of 100." in first.inner_text()


def test_a_choice_stands_in_the_address(read):
    page = read()

    page.select_option("[name=kind]", "hot_spot")
    page.click("text=Show")

    assert "kind=hot_spot" in page.url
    assert "Not asked: Made up: modelled figures." in page.inner_text("main")
