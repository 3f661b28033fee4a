"""An exported map opens from the disk with no network at all: it paints, asks nobody, and no script complains."""

from io import BytesIO

import pytest
from PIL import Image

from geo.maps.deck import to_html
from geo.maps.scales import BIVARIATE
from geo.maps.scenes import Key, Square
from tests.browser.looks import MIDDLE, NARROW, WIDE, check
from tests.geo.maps.makers import a_scene, a_shape

# Drawn in software, with both cores busy.
PATIENCE_MS = 60_000


@pytest.fixture
def opened(page, tmp_path):
    """Open a scene's file; gives the page, and fails on complaints or questions to others afterwards."""
    complaints, asked = [], []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith(("http", "ws")) else None)
    page.context.set_offline(True)

    def go(scene):
        file = tmp_path / "map.html"
        file.write_text(to_html(scene), encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-drawn]", timeout=PATIENCE_MS)
        return page

    yield go
    assert complaints == []
    assert asked == []


def colours_of(page):
    """Which colours cover more than specks of the map."""
    picture = Image.open(BytesIO(page.locator(".map").screenshot())).convert("RGB")
    return {colour for count, colour in picture.getcolors(1 << 24) if count > 50}


def test_a_flat_map_paints_its_classes(opened):
    page = opened(a_scene())

    assert (0xFF, 0xFF, 0xCC) in colours_of(page)
    assert (0xE3, 0xE3, 0xE3) in colours_of(page)
    assert page.locator("#state").inner_text() == ""


def test_a_synthetic_surface_paints_under_its_mark(opened):
    scene = a_scene(shapes=(a_shape(height=1.0), a_shape(1, pattern="diagonal", fill="#e3e3e3")), is_extruded=True, is_synthetic=True)

    page = opened(scene)

    assert page.locator(".watermark span").count() == 15
    page.add_style_tag(content=".watermark { visibility: hidden }")
    assert (0xFF, 0xFF, 0xCC) in colours_of(page), "a colour of the surface is that of the legend"


def a_classed_scene(**fields):
    """High, low, not tested, inside a window, and the legend of two ways."""
    looks = (("#b35806", "plus"), ("#998ec3", "minus"), ("#ffffff", "ticks"), ("#d9802e", "none"))
    shapes = tuple(a_shape(at, fill=fill, pattern=pattern, is_outlined=at == 3) for at, (fill, pattern) in enumerate(looks))
    keys = tuple(Key(f"class {pattern}", fill, pattern) for fill, pattern in looks)
    return a_scene(shapes=shapes, keys=keys, square=Square(BIVARIATE.colours, "lower", "IMD 2025"), **fields)


def test_spots_windows_and_what_was_not_tested_paint_with_their_patterns(opened):
    page = opened(a_classed_scene())
    colours = colours_of(page)

    assert {(0xB3, 0x58, 0x06), (0x99, 0x8E, 0xC3), (0xFF, 0xFF, 0xFF), (0xD9, 0x80, 0x2E), (0x21, 0x2B, 0x32)} <= colours
    assert page.locator("svg.square rect").count() == 9
    assert "lower and most deprived" in page.locator("svg.square").text_content()


def test_a_legend_of_two_ways_and_its_patterns_are_accessible_on_a_phone(opened, page):
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})

    check(opened(a_classed_scene(is_synthetic=True)))


@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW])
def test_the_page_is_accessible_and_fits_at_three_widths(opened, page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})

    check(opened(a_scene(is_synthetic=True)))


def test_pointing_at_an_area_tells_its_words_and_the_keyboard_moves_the_map(opened):
    page = opened(a_scene(shapes=(a_shape(),)))
    box = page.locator(".map").bounding_box()

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2)
    page.get_by_text("58.2 %").first.wait_for(timeout=PATIENCE_MS)
    page.mouse.move(5, 5)
    page.locator("#drawing canvas").focus()
    begun = page.evaluate("document.body.dataset.longitude")
    page.keyboard.press("ArrowLeft")

    page.wait_for_function("begun => Number(document.body.dataset.longitude) < Number(begun)", arg=begun, timeout=PATIENCE_MS)
