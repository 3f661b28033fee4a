"""A release with made-up sources is marked on every page."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def is_synthetic():
    return True


def test_every_page_of_a_synthetic_release_is_marked(visit, page, site):
    visit()
    assert page.locator(".watermark").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")

    for path in ("about/", f"areas/{site.world.areas['lad24'][0].code}/"):
        page.goto(f"{site.url}/{path}")
        assert "Synthetic figures." in page.locator(".watermark").inner_text()
