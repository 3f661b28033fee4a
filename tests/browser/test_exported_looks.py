"""An exported map is the explorer's: every kind of map has the same colours, the same hatching and the same words in its legend."""

import pytest

from geo.errors import RefusedClaim
from geo.maps.areas import View
from geo.maps.deck import to_html
from geo.maps.scenes_figures import scene_of_areas
from geo.queries.catalogue import get_indicator, get_release
from geo.queries.observations import Question
from tests.browser.world import FIRST, SECOND

pytestmark = pytest.mark.django_db

FILLS = """ids => ids.map(id => {
    const code = explorer.view.map.getFeatureState({ source: 'msoa21', sourceLayer: 'msoa21', id }).v % 64;
    const pairs = explorer.view.map.getPaintProperty('msoa21-fill', 'fill-color');
    return pairs[pairs.indexOf(code, 2) + 1];
})"""
BITS = """bit => explorer.view.codes.get('msoa21').reduce((found, code, at) => code & bit ? [...found, at] : found, [])"""
# Bounds of classes are written beside the ramp, their words for who cannot see it.
WORDS = """() => [...document.querySelectorAll('#legend .ramp .hidden, #legend .keys li')].map(one => one.textContent)"""
DIM, HATCHED, CORE20, WINDOW = 64, 128, 256, 1024
NOT_TESTED = "not tested: no estimate here"
KINDS = [
    (FIRST, "", View()),
    (FIRST, "&benchmark=england", View(benchmark="england")),
    (FIRST, "&benchmark=target", View(benchmark="target")),
    (FIRST, "&deprivation=bivariate", View(is_two_way=True)),
    (SECOND, "&deprivation=bivariate", View(is_two_way=True)),
    (FIRST, "&show=shrunken", View("shrunken")),
    (FIRST, "&show=shrunken&benchmark=target", View("shrunken", "target")),
    (FIRST, "&show=exceedance", View("exceedance")),
    (FIRST, "&show=spots", View("spots")),
    (FIRST, "&show=windows", View("windows")),
    ("imd-2025-decile", "", View()),
    (FIRST, "&core20=1", View(is_core20=True)),
    (FIRST, "&core20=1&show=exceedance", View("exceedance", is_core20=True)),
]


def scene_of(site, indicator, view):
    release = get_release(site.world.release)
    return scene_of_areas(release, get_indicator(indicator, release), Question(area_type="msoa"), view)


def plain(words):
    return [one.replace("\u00a0", " ") for one in words]


@pytest.mark.parametrize(("indicator", "query", "view"), KINDS, ids=[f"{slug}{query}" for slug, query, _ in KINDS])
def test_colours_hatching_and_words_are_those_of_the_explorer(visit, page, site, indicator, query, view):
    visit(f"?indicator={indicator}&areas=msoa21{query}")
    scene = scene_of(site, indicator, view)

    assert page.evaluate(FILLS, list(range(1, 13))) == [shape.fill for shape in scene.shapes]
    assert page.evaluate(BITS, DIM) == [at for at, shape in enumerate(scene.shapes) if shape.is_faint]
    # Whoever was not tested bears the pattern that says so, and not two.
    told = [at for at in page.evaluate(BITS, HATCHED) if NOT_TESTED not in scene.shapes[at].words]
    assert told == [at for at, shape in enumerate(scene.shapes) if shape.pattern == "cross"]
    assert page.evaluate(BITS, CORE20 if view.is_core20 else WINDOW) == [at for at, shape in enumerate(scene.shapes) if shape.is_outlined]
    assert plain(page.evaluate(WORDS)) == [key.words for key in scene.keys if key.kind != "words"]


def test_a_two_way_map_has_the_explorers_square_with_its_words(visit, page, site):
    visit(f"?indicator={FIRST}&areas=msoa21&deprivation=bivariate")
    drawn = page.locator("#legend svg.square")
    asked = [drawn.get_attribute("aria-label"), *(words.strip() for words in drawn.locator("text").all_text_contents())]
    colours = [box.get_attribute("fill") for box in drawn.locator("rect").all()]

    page.goto("about:blank")
    page.set_content(to_html(scene_of(site, FIRST, View(is_two_way=True))).split("<section><h2>What has to be said")[0])
    copied = page.locator("svg.square")
    assert [copied.get_attribute("aria-label"), *copied.locator("text").all_text_contents()] == asked
    assert [box.get_attribute("fill") for box in copied.locator("rect").all()] == colours


def test_what_the_explorer_refuses_is_refused_in_its_words(visit, page, site):
    visit(f"?indicator={SECOND}&areas=msoa21&show=exceedance")
    with pytest.raises(RefusedClaim) as caught:
        scene_of(site, SECOND, View("exceedance"))

    said = page.locator("body").inner_text()
    assert str(caught.value).split(". They are")[0] in said
    assert page.evaluate("explorer.state.show") == "value"
