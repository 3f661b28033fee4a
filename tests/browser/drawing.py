"""Drawing on the page of catchments: where the map is pressed, and what was sent for it."""

from typing import Any

from playwright.sync_api import Page

from tests.browser.recorded import Catchments

READY, SHOWN = "#stage[data-ready]", "#stage[data-shown]"
SHAPE = {"type": "Polygon", "coordinates": [[[-1.6, 51.7], [-1.2, 51.7], [-1.2, 51.9], [-1.6, 51.9], [-1.6, 51.7]]]}
# Shares of the map's width and height.
SQUARE = ((0.4, 0.45), (0.55, 0.45), (0.55, 0.65), (0.4, 0.65))


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    """The point of the window at these shares of the map."""
    box = page.locator("#map canvas").bounding_box()
    assert box
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def press(page: Page, *points: tuple[float, float]) -> None:
    """Press the mouse at these shares of the map."""
    for x, y in points:
        page.mouse.move(*at(page, x, y))
        page.wait_for_timeout(60)
        page.mouse.click(*at(page, x, y))
        page.wait_for_timeout(60)


def draw_square(page: Page) -> None:
    """Draw a square by the mouse and wait for its figures."""
    page.click("[data-mode=polygon]")
    press(page, *SQUARE, SQUARE[0])
    page.wait_for_selector(SHOWN)


def sent(service: Catchments) -> list[Any]:
    """What was asked to be worked out."""
    return [body for method, path, body in service.asked if (method, path) == ("POST", "preview")]
