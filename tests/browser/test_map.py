"""The map against what was put into the database: what is painted, what is fetched, and what is refused."""

import json

import pytest

from tests.browser.world import EARLIER, FIRST, PERIOD, SECOND

pytestmark = pytest.mark.django_db

OVER_NEAR = "?at=51.99,-1.13,9.8"

PAINTED = """([tileset, ids]) => ids.map(id =>
    explorer.view.map.getFeatureState({ source: tileset, sourceLayer: tileset, id }).v)"""
COLOURS = """([tileset, ids]) => ids.map(id => {
    const code = explorer.view.map.getFeatureState({ source: tileset, sourceLayer: tileset, id }).v % 64;
    const pairs = explorer.view.map.getPaintProperty(`${tileset}-fill`, 'fill-color');
    return pairs[pairs.indexOf(code, 2) + 1];
})"""


def expected_colours(page, site, indicator, ids, *, classes=5):
    """Colours by a second way: classes from the JSON twin of the value file, colours from the page's scale."""
    document = page.request.get(f"{site.url}/values/{site.world.release}/lsoa21/{indicator}/{PERIOD}/all.json").json()
    settings = json.loads(page.locator("#settings").text_content())
    chosen = next(one for one in settings["indicators"] if one["slug"] == indicator)
    breaks = chosen["available"]["lsoa21"][PERIOD]["all"]["breaks"]
    scale = settings["scale"]["sequential"][chosen["polarity"]][str(len(breaks))]
    found = []
    for feature in ids:
        value = document["value"][feature - 1]
        found.append(scale[next(at for at, bound in enumerate(breaks) if value <= bound + 1e-9)])
    return found


def test_england_is_painted_from_afar_by_district(visit, page):
    visit()

    assert page.locator("#stage").get_attribute("data-settled") == f"lad24 {FIRST} {PERIOD}"
    assert page.evaluate(PAINTED, ["lad24", [1, 2, 3, 4]]) != [None] * 4
    assert page.evaluate("explorer.view.map.queryRenderedFeatures({ layers: ['lad24-fill'] }).length") >= 4


def test_a_switch_paints_ten_areas_right_without_a_tile_request(visit, settle, page, site):
    visit(f"{OVER_NEAR}&areas=lsoa21")
    ids = list(range(1, 11))
    assert page.evaluate(COLOURS, ["lsoa21", ids]) == expected_colours(page, site, FIRST, ids)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.select_option("#group", "all")
    page.check(f"[name=indicator][value={SECOND}]")
    settle(f"lsoa21 {SECOND}")

    assert page.evaluate(COLOURS, ["lsoa21", ids]) == expected_colours(page, site, SECOND, ids)
    assert [url for url in asked if ".mvt" in url] == []
    assert any(f"/lsoa21/{SECOND}/{PERIOD}/all.arrow" in url for url in asked)


def test_figures_for_other_shapes_are_refused(page, site):
    page.route("**/tiles/lad24.json", lambda route: _with_other_version(route))

    page.goto(site.url)
    page.wait_for_selector("#stage[data-painted=nothing]")

    assert "different versions, so nothing is painted" in page.locator("#notice").inner_text()
    assert page.evaluate("explorer.view.codes.size") == 0


def _with_other_version(route):
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "version": "000000000000"})


def test_the_geography_follows_the_zoom(visit, settle, page):
    visit()
    for zoom, tileset in ((8.2, "msoa21"), (10, "lsoa21"), (6, "lad24")):
        page.evaluate("zoom => explorer.view.map.jumpTo({ center: [-1.13, 51.99], zoom })", zoom)

        settle(f"{tileset} {FIRST}")


def test_statuses_look_different_and_the_legend_names_those_that_occur(visit, page):
    visit("?areas=msoa21&at=51.99,-1.13,8")

    fills = page.evaluate(COLOURS, ["msoa21", [1, 2, 3, 4, 5]])
    legend = page.locator("#legend").inner_text()

    assert len({fills[0], fills[1], fills[3], fills[4]}) == 4
    for words in (
        "cannot be shown (small numbers) (1 area)",
        "no data (1 area)",
        "not collected here (1 area)",
        "none counted (0) (1 area)",
    ):
        assert words in legend
    assert "cannot be told apart from England" in legend
    assert page.evaluate("explorer.view.map.getLayoutProperty('msoa21-suppressed', 'visibility')") == "visible"


def test_core20_lets_the_rest_recede(visit, page):
    visit(f"{OVER_NEAR}&core20=1")

    dimmed = page.evaluate("Array.from(explorer.view.codes.get('lsoa21').slice(0, 12), code => (code & 64) > 0)")

    assert dimmed == [decile > 2 for decile in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2)]


def test_value_and_deprivation_together_use_nine_colours(visit, page):
    visit(f"{OVER_NEAR}&deprivation=bivariate")

    assert len(set(page.evaluate(COLOURS, ["lsoa21", list(range(1, 37))]))) > 5
    assert page.locator("#legend svg.square").get_attribute("aria-label").startswith("Nine colours")


def test_against_a_target_hatching_waits_for_the_limits_and_means_the_target(visit, page):
    visit("?benchmark=target&areas=lad24")

    legend = page.locator("#legend").inner_text()

    assert "target: 80.0" in legend
    assert "apart from England" not in legend


def test_a_click_opens_the_panel_with_value_interval_standing_decile_and_status(visit, page):
    visit("?areas=lad24")
    x, y = page.evaluate("(() => { const p = explorer.view.map.project([-1.6, 51.75]); return [p.x, p.y] })()")
    box = page.locator("#map").bounding_box()

    page.mouse.click(box["x"] + x, box["y"] + y)
    page.wait_for_selector("#panel .figure")
    panel = page.locator("#panel").inner_text()

    for words in (
        "Made-up Borough A",
        "95 % interval",
        "England",
        "decile 1 of 10, most deprived 20\N{NO-BREAK SPACE}% of districts",
        "observed",
        "Trend",
        "By deprivation",
    ):
        assert words in panel
    assert "area=E0" in page.url


def test_a_suppressed_area_says_so_and_never_zero(visit, page, site):
    area = site.world.areas["msoa21"][0]
    visit(f"?areas=msoa21&area={area.code}&vintage=2021")

    page.wait_for_selector("#panel .figure-none")

    assert "cannot be shown (small numbers)" in page.locator("#panel .figure").inner_text()


def test_the_back_button_goes_back_and_a_shared_address_shows_the_same(visit, settle, page):
    visit("?areas=lsoa21")
    page.select_option("#period", EARLIER)
    settle(f"lsoa21 {FIRST} {EARLIER}")
    assert f"period={EARLIER}" in page.url

    page.go_back()
    settle(f"lsoa21 {FIRST} {PERIOD}")
    page.goto(page.url.replace("areas=lsoa21", f"areas=lsoa21&period={EARLIER}"))

    settle(f"lsoa21 {FIRST} {EARLIER}")
    assert page.locator("#period").input_value() == EARLIER


def test_an_address_that_asks_for_what_is_not_there_is_answered_in_words(visit, page):
    visit("?indicator=no-such-thing")

    assert "There is no indicator “no-such-thing”" in page.locator("#notice").inner_text()


@pytest.mark.parametrize("trouble", [404, 500])
def test_a_failure_speaks_to_the_person_with_a_reference(page, site, trouble):
    page.route("**/*.arrow", lambda route: route.fulfill(status=trouble, body=""))

    page.goto(site.url)
    page.wait_for_selector("#stage[data-painted=nothing]")

    words = page.locator("#notice").inner_text()
    assert f"Reference: {trouble}" in words
    assert "undefined" not in words
