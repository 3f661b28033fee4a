"""What the engine thinks of areas on the map: painted as the table has it, told in words, and never without saying what was not tested."""

import json

import pytest

from geo.models import Estimate
from tests.browser.test_looks import MIDDLE, NARROW, WIDE, check
from tests.browser.world import EARLIER, FIRST, PERIOD, SECOND

pytestmark = pytest.mark.django_db

MSOA = "?areas=msoa21"
ALL = list(range(1, 13))
FILLS = """ids => ids.map(id => explorer.view.map.getFeatureState({ source: 'msoa21', sourceLayer: 'msoa21', id }).v % 64)"""
BITS = """bit => explorer.view.codes.get('msoa21').reduce((found, code, at) => code & bit ? [...found, at + 1] : found, [])"""
COLOURS = """ids => ids.map(id => {
    const code = explorer.view.map.getFeatureState({ source: 'msoa21', sourceLayer: 'msoa21', id }).v % 64;
    const pairs = explorer.view.map.getPaintProperty('msoa21-fill', 'fill-color');
    return pairs[pairs.indexOf(code, 2) + 1];
})"""
VISIBLE = "name => explorer.view.map.getLayoutProperty(`msoa21-${name}`, 'visibility')"
HATCHED, WINDOW = 128, 1024


@pytest.fixture
def table(site, django_db_blocker):
    """The estimates of the wider neighbourhoods as they stand in the database, by feature id."""
    rows = Estimate.objects.filter(indicator__slug=FIRST, geography__slug="msoa21", period__slug=PERIOD).select_related("area")
    return {row.area.feature_id: row for row in rows}


def looks(page):
    return json.loads(page.locator("#settings").text_content())["scale"]


def status_fills(page, site):
    """Fills of the four areas whose figure has a status of its own, by feature id."""
    scale = looks(page)
    return {at: scale["statuses"][status]["fill"] for at, status in zip((1, 2, 3), ("suppressed", "missing", "not_collected"), strict=True)}


def colours_of(page, site, table, classify):
    """By a second way: from the rows of the table; who has none is not tested, and a status keeps its look."""
    scale = looks(page)
    expected = []
    for feature in ALL:
        thought = classify(table[feature], scale) if feature in table else None
        expected.append(thought or status_fills(page, site).get(feature) or scale["statuses"]["not_tested"]["fill"])
    return expected


def by_probability(row, scale):
    bounds = (0.05, 0.2)
    if row.exceedance <= bounds[0]:
        at = 0
    elif row.exceedance <= bounds[1]:
        at = 1
    else:
        at = 4 if row.exceedance >= 0.95 else 3 if row.exceedance >= 0.8 else 2
    return scale["exceedance"][at]


def by_spot(row, scale):
    if row.spot is None:
        return None
    return scale["spots"][{-1: "worse", 1: "better", 0: "neither"}[row.spot]]  # of a figure that is better when high


def by_window(row, scale):
    return scale["spots"]["window" if row.in_window else "neither"]


@pytest.mark.parametrize(("show", "classify"), [("exceedance", by_probability), ("spots", by_spot), ("windows", by_window)])
def test_twelve_areas_are_painted_as_the_table_has_them(visit, page, site, table, show, classify):
    visit(f"{MSOA}&show={show}")

    assert len(table) == 7
    assert page.evaluate(COLOURS, ALL) == colours_of(page, site, table, classify)


def test_what_cannot_be_told_is_hatched_and_a_window_is_outlined(visit, settle, page):
    visit(f"{MSOA}&show=exceedance")
    assert page.evaluate(BITS, HATCHED) == [7]

    page.select_option("#show", "windows")
    settle(f"msoa21 {FIRST} {PERIOD} windows")

    assert page.evaluate(BITS, HATCHED) == []
    assert page.evaluate(BITS, WINDOW) == [8, 9]
    assert page.evaluate(VISIBLE, "window") == "visible"


def test_high_and_low_and_not_tested_wear_patterns_so_that_colour_is_not_alone(visit, page):
    visit(f"{MSOA}&show=spots")

    assert [page.evaluate(VISIBLE, name) for name in ("high", "low", "not_tested", "suppressed")] == ["visible"] * 4
    assert page.evaluate(VISIBLE, "hatched") == "none"


def test_a_shrunken_value_has_the_class_of_the_same_published_value(visit, page, site, table):
    visit(f"{MSOA}&show=shrunken")

    settings = json.loads(page.locator("#settings").text_content())
    indicator = next(one for one in settings["indicators"] if one["slug"] == FIRST)
    breaks = indicator["available"]["msoa21"][PERIOD]["all"]["breaks"]
    scale = settings["scale"]["sequential"]["high_is_good"][str(len(breaks))]
    expected = [scale[next((at for at, bound in enumerate(breaks) if row.shrunken <= bound), len(breaks) - 1)] for row in table.values()]
    assert page.evaluate(COLOURS, list(table)) == expected
    assert "Shrunken value (about), per cent" in page.locator("#legend").inner_text()


def test_a_switch_asks_for_no_tile_and_stands_in_the_address(visit, settle, page):
    visit(MSOA)
    page.wait_for_function("() => explorer.view.map.loaded() && explorer.view.map.areTilesLoaded()")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    for show in ("exceedance", "spots", "windows", "shrunken"):
        page.select_option("#show", show)
        settle(f"msoa21 {FIRST} {PERIOD} {show}")
        assert f"show={show}" in page.url

    assert [url for url in asked if ".mvt" in url] == []
    assert len([url for url in asked if ".estimates.arrow" in url]) == 1
    page.go_back()
    settle(f"msoa21 {FIRST} {PERIOD} windows")
    assert page.locator("#show").input_value() == "windows"


def test_by_zoom_the_map_keeps_to_areas_that_have_estimates(visit, page):
    visit("?show=exceedance&at=51.99,-1.13,9.8")

    assert page.locator("#stage").get_attribute("data-settled").startswith("msoa21 ")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?areas=lsoa21&show=spots", "modelled from the practices that residents use"),
        (f"{MSOA}&show=spots&period={EARLIER}", "they are made of the newest period alone"),
        (f"?indicator={SECOND}&areas=lad24&show=exceedance", "neither more nor less of this is better"),
    ],
)
def test_where_there_are_none_it_is_said_why_and_the_published_value_is_shown(visit, page, query, words):
    visit(query)

    assert words in page.locator("#notice").inner_text()
    assert words in page.locator("#show-note").text_content()
    assert page.locator("#show").input_value() == "value"
    assert page.locator("#show option:not([disabled])").count() == 1
    assert "show=" not in page.url or page.evaluate("explorer.state.show") == "value"


def test_legend_counts_every_class_and_what_was_not_tested(visit, page):
    visit(f"{MSOA}&show=exceedance")

    legend = page.locator("#legend").inner_text()

    for words in (
        "very likely better, 5 % or less (1 area)",
        "likely better, 5 to 20 % (2 areas)",
        "cannot tell, 20 to 80 % (1 area)",
        "likely worse, 80 to 95 % (1 area)",
        "very likely worse, 95 % or more (2 areas)",
        "not tested: no estimate here (2 areas)",
        "cannot be shown (small numbers) (1 area)",
    ):
        assert words in legend


@pytest.mark.parametrize(
    ("show", "feature", "words"),
    [
        ("exceedance", 8, "This area is likely worse than England: the probability of being worse is 90\N{NO-BREAK SPACE}%."),
        ("exceedance", 7, "It cannot be told whether this area is worse than England"),
        ("spots", 9, "It lies low together with its neighbours, which is worse (q 0.012; false discoveries held to 5 %)."),
        ("spots", 10, "This area was not tested"),
        ("windows", 11, "No scan window holds it."),
        ("shrunken", 6, "About 56.0\N{NO-BREAK SPACE}%: its own figure, pulled towards what is usual"),
        ("windows", 12, "This area was not tested"),
    ],
)
def test_the_panel_says_what_the_map_shows(visit, page, site, show, feature, words):
    area = site.world.areas["msoa21"][feature - 1]
    visit(f"{MSOA}&show={show}&area={area.code}&vintage=2021")

    page.wait_for_selector("#panel .thought")

    assert words in page.locator("#panel .thought").inner_text()


def test_the_panel_leads_to_the_finding_behind_it(visit, page, site):
    area = site.world.areas["lad24"][3]
    visit(f"?areas=lad24&show=windows&area={area.code}&vintage=2024")
    page.wait_for_selector("#panel .thought")

    assert "Made up: around Made-up Borough D" in page.locator("#panel .thought").inner_text()
    assert "Made up: around Made-up Borough D" in page.locator("#legend .windows").inner_text()
    page.click("#panel .thought a:has-text('Why?')")
    page.wait_for_selector(".finding")

    assert f"area={area.code}" in page.url
    assert page.locator(f"[id='{3:016x}']").count() == 1


def test_table_and_tip_follow_the_layer(visit, page, table):
    visit(f"{MSOA}&show=exceedance&table=1")
    page.wait_for_selector(".facts-table tbody tr")

    heads = page.locator(".facts-table th[scope=col]").all_inner_texts()
    cells = page.locator(".facts-table tbody tr td:nth-of-type(2)").all_inner_texts()
    page.evaluate("explorer.hover({ id: { id: 9 }, point: { x: 300, y: 200 } })")

    assert heads[2].startswith("Being worse")
    assert cells[0] == "99\N{NO-BREAK SPACE}%, very likely worse"
    assert cells[-5:] == ["not tested"] * 5
    assert "very likely worse: probability of being worse 99\N{NO-BREAK SPACE}%" in page.locator("#tip").inner_text()
    assert "Published:" in page.locator("#tip").inner_text()


def test_estimates_for_other_shapes_are_refused(page, site):
    """The figures fit, the estimates do not: nothing is painted."""
    version = page.request.get(f"{site.url}/tiles/msoa21.json").json()["version"].encode()
    page.route("**/*.estimates.arrow", lambda route: _changed(route, version, b"0" * len(version)))

    page.goto(f"{site.url}/{MSOA}&show=exceedance")
    page.wait_for_selector("#stage[data-painted=nothing]")

    assert "different versions, so nothing is painted" in page.locator("#notice").inner_text()


def _changed(route, before, after):
    answer = route.fetch()
    assert before in answer.body()
    route.fulfill(status=200, body=answer.body().replace(before, after), content_type=answer.headers["content-type"])


def test_the_choice_works_from_the_keyboard(visit, settle, page):
    visit(MSOA)
    page.locator("#show").focus()

    page.keyboard.press("ArrowDown")
    settle(f"msoa21 {FIRST} {PERIOD} shrunken")

    assert page.evaluate("document.activeElement.id") == "show"


@pytest.mark.slow
@pytest.mark.parametrize("show", ["exceedance", "spots", "windows"])
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_each_layer_is_accessible_and_whole(visit, page, site, show, size):
    area = site.world.areas["msoa21"][8]
    visit(f"{MSOA}&show={show}&area={area.code}&vintage=2021", width=size[0], height=size[1])
    page.wait_for_selector("#panel .thought")

    check(page)


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
def test_the_table_of_a_layer_is_accessible_and_whole(visit, page, size):
    visit(f"{MSOA}&show=spots&table=1", width=size[0], height=size[1])
    page.wait_for_selector(".facts-table tbody tr")

    check(page)
