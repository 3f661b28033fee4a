"""Areas that linked records do not hold: legend, panel, table and pointer say so, and none of them says that there are no data."""

import pytest

from geo.statuses import Basis
from tests import builders
from tests.browser.world import PERIOD

pytestmark = pytest.mark.django_db

VISITS = "linked-visits"
# Wider neighbourhoods that the made-up people live in, by feature id.
HELD = (1, 2, 3)


def records(release, areas):
    """Records of three of the twelve wider neighbourhoods, and of the first district."""
    indicator = builders.an_indicator(VISITS, short_title="Made-up visits", sources=["linked-records"], core20plus5="other")
    limits = {"lower": 0.0, "upper": 1.0}
    for slug, held in (("msoa21", areas["msoa21"][: len(HELD)]), ("lad24", areas["lad24"][:1]), ("ctry23", areas["ctry23"])):
        for area in held:
            builders.an_observation(area, release=release, indicator=indicator, period=PERIOD, value=0.4 + area.feature_id / 100, **limits)
        builders.an_availability(
            release=release, indicator=indicator, geography=slug, period=PERIOD, areas=len(held), values=len(held), basis=Basis.OBSERVED
        )


@pytest.fixture(scope="module")
def is_synthetic():
    return True


@pytest.fixture(scope="module")
def more():
    return records


@pytest.fixture
def at_msoa(visit, site):
    def go(code="", query=""):
        return visit(f"?indicator={VISITS}&areas=msoa21{f'&area={code}' if code else ''}{query}")

    return go


def test_the_panel_says_that_an_area_is_outside_the_records_and_offers_no_wider_one_that_is_outside_too(at_msoa, site):
    outside = site.world.areas["msoa21"][11]
    page = at_msoa(outside.code)
    page.locator("#panel .headline").wait_for()

    panel = page.locator("#panel").inner_text()
    assert f"Made-up visits: {outside.name} is outside these records, which are of other places." in panel
    assert "no data" not in panel
    assert "has no figure" not in panel
    assert "There are figures for" not in panel


def test_an_area_that_the_records_hold_is_told_as_ever(at_msoa, site):
    page = at_msoa(site.world.areas["msoa21"][0].code)
    page.locator("#panel .figure").wait_for()

    assert "41.0" in page.locator("#panel .figure").inner_text()
    assert "outside" not in page.locator("#panel").inner_text()


def test_the_table_says_it_in_each_row_and_the_legend_once(at_msoa):
    page = at_msoa(query="&table=1")
    page.wait_for_selector("#drawer tbody tr:nth-child(12)")

    rows = page.locator("#drawer tbody tr").all_inner_texts()
    assert sum("outside these records" in row for row in rows) == 12 - len(HELD)
    assert not any("no data" in row for row in rows)
    legend = page.locator("#legend").inner_text()
    assert "outside these records" in legend
    assert "no data" not in legend


def test_the_card_beside_the_pointer_says_it_too(at_msoa):
    page = at_msoa()

    tip = "at => { explorer.hover({ id: { id: at }, point: { x: 99, y: 99 } }); return document.getElementById('tip').innerText; }"
    assert "outside these records" in page.evaluate(tip, 12)
    assert "outside" not in page.evaluate(tip, 1)
