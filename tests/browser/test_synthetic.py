"""A release with made-up sources is marked on every page."""

import re

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def is_synthetic():
    return True


def test_every_page_of_a_synthetic_release_is_marked(visit, page, site):
    visit()
    assert page.locator(".watermark").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")

    for path in ("about/", "plan/", "plan/catchments/", f"areas/{site.world.areas['lad24'][0].code}/"):
        page.goto(f"{site.url}/{path}")
        assert "Synthetic figures." in page.locator(".watermark").inner_text()


@pytest.mark.parametrize("path", ["areas/{code}/", "findings/", "quality/"])
def test_every_sheet_of_paper_is_marked(page, site, path):
    """The mark's link is written into the file for each sheet that the mark is on."""
    page.goto(f"{site.url}/{path.format(code=site.world.areas['lad24'][0].code)}")
    printed = page.pdf(width="148mm", height="105mm")

    sheets = len(re.findall(rb"/Type */Page\b", printed))
    assert sheets > 1
    assert printed.count(b"about/#real") >= sheets


def test_a_picture_of_a_chart_is_marked(page, site):
    page.goto(f"{site.url}/quality/")
    page.goto(f"{site.url}{page.locator('.chart-links a').first.get_attribute('href')}")

    assert "Synthetic figures" in page.locator("svg").text_content()
