"""Drawing by finger on a phone: fingers put down and lifted as the browser's own protocol sends them, never a mouse."""

from itertools import pairwise

import pytest

from tests.browser.drawing import SHOWN, at, sent
from tests.browser.looks import NARROW, check

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser_context_args(has_touch=True, is_mobile=True, viewport={"width": NARROW[0], "height": NARROW[1]}),
]

# Shares of the map, whose lower part no toolbar covers.
SQUARE = ((0.3, 0.45), (0.6, 0.45), (0.6, 0.75), (0.3, 0.75))


class Finger:
    """One finger, by Chromium's protocol."""

    def __init__(self, page):
        self.page, self.session = page, page.context.new_cdp_session(page)

    def _send(self, kind, *points):
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        self.page.wait_for_timeout(30)

    def tap(self, x, y):
        self._send("touchStart", (x, y))
        self._send("touchEnd")
        self.page.wait_for_timeout(120)

    def drag(self, *way):
        self._send("touchStart", way[0])
        for (x, y), (to_x, to_y) in pairwise(way):
            for step in range(1, 9):
                self._send("touchMove", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
        self._send("touchEnd")
        self.page.wait_for_timeout(120)


@pytest.fixture
def finger(page):
    return Finger(page)


@pytest.fixture
def phone(drawing_page):
    return lambda: drawing_page(width=NARROW[0], height=NARROW[1])


def touch(page, finger, selector):
    box = page.locator(selector).bounding_box()
    finger.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def choose(page, finger, mode):
    """Turn a way of drawing on, and wait until the map has taken the room that the sheet leaves."""
    touch(page, finger, f"[data-mode={mode}]")
    page.wait_for_selector(f"[data-mode={mode}][aria-pressed=true]")
    page.wait_for_selector("#sheet[data-height=low]")
    page.wait_for_function("() => document.querySelector('#map canvas').clientHeight === document.getElementById('stage').clientHeight")


def corner(page, number):
    """Where a corner of what is drawn stands in the window."""
    found = page.evaluate("number => catchments.ground.map.project(catchments.drawing.polygons()[0].coordinates[0][number])", number)
    box = page.locator("#map canvas").bounding_box()
    return box["x"] + found["x"], box["y"] + found["y"]


def draw(page, finger):
    choose(page, finger, "polygon")
    for corner in (*SQUARE, SQUARE[0]):
        finger.tap(*at(page, *corner))
    page.wait_for_selector(SHOWN)


def ring(service, number=-1):
    return sent(service)[number]["shape"]["features"][0]["geometry"]["coordinates"][0]


def test_an_area_drawn_by_a_finger_is_told(phone, page, finger, service):
    phone()

    draw(page, finger)

    assert len(ring(service)) == 5
    assert "4 neighbourhoods, 6,400 people" in page.locator("#panel").inner_text().replace("\u00a0", " ")
    assert page.locator("#panel").is_visible()
    assert page.get_attribute("#sheet", "data-height") == "half"
    check(page)


def test_the_page_says_what_the_finger_has_to_do_and_makes_room(phone, page, finger, service):
    phone()
    choose(page, finger, "freehand")

    assert page.locator("#drawing-help").inner_text() == "Press, go around, and press again to end; or go around with the finger down."
    assert page.locator("#map").bounding_box()["height"] > 450
    check(page)


def test_a_finger_that_moves_while_corners_are_set_moves_the_map_and_sets_none(phone, page, finger, service):
    phone()
    choose(page, finger, "polygon")
    before = page.evaluate("catchments.ground.map.getCenter().toArray()")

    finger.drag(at(page, 0.3, 0.5), at(page, 0.6, 0.7))

    page.wait_for_function("before => catchments.ground.map.getCenter().toArray()[0] !== before[0]", arg=before)
    assert page.evaluate("catchments.drawing.draw.getSnapshot().length") == 0


@pytest.mark.parametrize("way", ["taps", "drag", "around"])
def test_circles_and_freehand_are_drawn_by_a_finger(phone, page, finger, service, way):
    phone()
    choose(page, finger, "freehand" if way == "around" else "circle")

    if way == "taps":
        finger.tap(*at(page, 0.45, 0.6))
        finger.tap(*at(page, 0.6, 0.6))
    elif way == "drag":
        finger.drag(at(page, 0.45, 0.6), at(page, 0.6, 0.6))
    else:
        finger.drag(*(at(page, *corner) for corner in (*SQUARE, (0.3, 0.5))))
    page.wait_for_selector(SHOWN)

    assert len(ring(service)) > 8


def test_a_corner_is_moved_by_a_finger_and_undone(phone, page, finger, service):
    phone()
    draw(page, finger)
    page.wait_for_selector("[data-mode=polygon][aria-pressed=false]")
    choose(page, finger, "select")
    assert page.locator("#drawing-help").bounding_box()["height"] < 60
    x, y = corner(page, 1)

    finger.drag((x, y), (x + 30, y - 30))
    page.wait_for_selector("#stage[data-shown='2']")

    first, second = ring(service, 0), ring(service, 1)
    assert sum(one != other for one, other in zip(first[:-1], second[:-1], strict=True)) == 1
    touch(page, finger, "#undo")
    page.wait_for_selector("#stage[data-shown='3']")
    assert ring(service) == first
