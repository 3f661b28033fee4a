"""The page of catchments: shapes by mouse, keys, file and list, what is told about them, and keeping them. Its answers are recorded."""

import json

import pytest

from tests.browser.drawing import READY, SHAPE, SHOWN, SQUARE, at, draw_square, press, sent
from tests.browser.looks import MIDDLE, NARROW, WIDE, check
from tests.browser.recorded import CATCHMENT, Catchments

pytestmark = pytest.mark.django_db


def test_an_area_drawn_by_the_mouse_becomes_neighbourhoods_and_is_told(drawing_page, page, service):
    drawing_page()

    draw_square(page)

    [body] = sent(service)
    ring = body["shape"]["features"][0]["geometry"]["coordinates"][0]
    assert len(ring) == 5
    assert ring[0] == ring[-1]
    panel = page.locator("#panel").inner_text().replace("\u00a0", " ")
    assert "4 neighbourhoods, 6,400 people, 8.4 km²" in panel
    assert "Taking whole neighbourhoods added 320 people and 0.6 km² that lie outside it, and left out 80 people" in panel
    assert "58.2 % (55.1 to 61.3 %)" in panel
    assert "worse than England, 70.0 %; about 230 people fewer than at that level" in panel
    page.click("text=1 that cannot be told, and why")
    assert "Fewer than 5,000 people live here" in page.locator("#panel").inner_text()


def test_an_area_drawn_by_keys_is_sent_whole_and_a_corner_can_be_taken_back(drawing_page, page, service):
    drawing_page()

    page.locator("[data-mode=polygon]").focus()
    page.keyboard.press("Enter")
    for key in ("Enter", "ArrowRight", "ArrowRight", "ArrowRight", "Enter", "ArrowUp", "Enter", "Backspace"):
        page.keyboard.press(key)
    assert "Taken back. 2 corners left." in page.locator("#announcer").text_content()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter", "Escape"):
        page.keyboard.press(key)
    page.wait_for_selector(SHOWN)

    [body] = sent(service)
    assert len(body["shape"]["features"][0]["geometry"]["coordinates"][0]) == 4
    assert page.locator("#crosshair").is_hidden()


def test_too_few_corners_make_no_area(drawing_page, page, service):
    drawing_page()
    page.click("[data-mode=polygon]")

    for key in ("Enter", "ArrowRight", "Enter", "Escape"):
        page.keyboard.press(key)

    assert "Fewer than three corners" in page.locator("#announcer").text_content()
    assert sent(service) == []


@pytest.mark.parametrize("mode", ["circle", "freehand"])
def test_circles_and_freehand_are_drawn_by_the_mouse(drawing_page, page, service, mode):
    drawing_page()
    page.click(f"[data-mode={mode}]")

    if mode == "circle":
        press(page, (0.5, 0.5), (0.6, 0.5))
    else:
        press(page, SQUARE[0])
        for x, y in (*SQUARE[1:], (0.4, 0.5)):
            page.mouse.move(*at(page, x, y), steps=6)
        press(page, (0.45, 0.48))
    page.wait_for_selector(SHOWN)

    assert len(sent(service)[0]["shape"]["features"][0]["geometry"]["coordinates"][0]) > 8


def test_a_circle_is_drawn_by_keys(drawing_page, page, service):
    drawing_page()
    page.click("[data-mode=circle]")

    for key in ("Enter", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector(SHOWN)

    assert len(sent(service)[0]["shape"]["features"][0]["geometry"]["coordinates"][0]) == 65


def test_what_was_drawn_is_undone_and_done_again(drawing_page, page, service):
    drawing_page()
    draw_square(page)

    page.click("#undo")
    page.wait_for_selector("#panel:has-text('Nothing is drawn yet')")
    assert page.evaluate("catchments.drawing.polygons().length") == 0
    page.click("#redo")
    page.wait_for_selector("#panel:has-text('4 neighbourhoods')")

    assert len(sent(service)) == 2
    assert sent(service)[0] == sent(service)[1]


def test_a_corner_is_moved_by_the_mouse_and_by_keys(drawing_page, page, service):
    drawing_page()
    draw_square(page)
    page.wait_for_selector("[data-mode=polygon][aria-pressed=false]")
    page.click("[data-mode=select]")
    x, y = at(page, *SQUARE[1])

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 30, steps=5)
    page.mouse.up()
    page.wait_for_function("() => catchments.drawing.history.at === 2")
    page.locator("#map canvas").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => catchments.drawing.history.at === 3")
    page.wait_for_selector("#stage[data-shown='3']")

    first, second, third = (body["shape"]["features"][0]["geometry"]["coordinates"][0] for body in sent(service))
    assert sum(one != other for one, other in zip(first[:-1], second[:-1], strict=True)) == 1
    assert sum(one != other for one, other in zip(second[:-1], third[:-1], strict=True)) == 1


def test_a_file_is_uploaded_by_button_and_by_drop(drawing_page, page, service):
    drawing_page()

    page.set_input_files("#file", {"name": "area.geojson", "mimeType": "application/geo+json", "buffer": json.dumps(SHAPE).encode()})
    page.wait_for_selector(SHOWN)
    page.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(["{}"], "dropped.geojson"));
        document.getElementById("stage").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })) }"""
    )
    page.wait_for_selector("#stage[data-shown='2']")

    uploads = [body for _, path, body in service.asked if path == "upload"]
    assert b"area.geojson" in uploads[0]
    assert b"dropped.geojson" in uploads[1]


def test_a_file_that_is_too_large_is_not_sent(drawing_page, page, service):
    drawing_page()

    page.set_input_files("#file", {"name": "large.kml", "mimeType": "application/xml", "buffer": b" " * (10 * 1024 * 1024 + 1)})

    page.wait_for_selector("#file-note:has-text('large.kml is larger than 10 MB')")
    assert service.asked == []


def test_a_refusal_is_told_in_the_panel_and_beneath_the_choice(page, site, told):
    """Without the fixture that takes a refusal in the console for a complaint."""
    Catchments(page, told, refuse="Line 3: the shape crosses itself at 51.60, -0.07.")
    page.goto(f"{site.url}/plan/catchments/")
    page.wait_for_selector(READY)

    page.set_input_files("#file", {"name": "bow.geojson", "mimeType": "application/geo+json", "buffer": b"{}"})

    page.wait_for_selector("#panel:has-text('crosses itself at 51.60, -0.07')")
    assert "crosses itself" in page.locator("#file-note").inner_text()


def test_places_lists_and_sites_are_asked_for(drawing_page, page, service):
    drawing_page()

    page.fill("#buffer-km", "1.5")
    page.click("#buffer-go")
    page.click("#travel-go")
    page.fill("#list", "N17 0AA, N17 8AA")
    page.click("#list-go")
    page.fill("#sites", "One, 51.6, -0.1\nTwo, 51.7, -0.2")
    page.fill("#sites-area", "e09000014")
    page.click("#sites-go")
    page.wait_for_selector("#stage[data-shown='4']")

    buffer, travel, postcodes, sites = sent(service)
    assert buffer["buffer"]["metres"] == 1500
    assert abs(buffer["buffer"]["latitude"] - 51.8) < 0.3
    assert travel["travel"]["minutes"] == 10
    assert postcodes == {"postcodes": ["N170AA", "N178AA"]}
    assert (sites["area"], len(sites["sites"])) == ("E09000014", 2)


def test_a_list_that_cannot_be_read_says_why(drawing_page, page, service):
    drawing_page()
    page.fill("#list", "Tottenham")
    page.click("#list-go")

    assert "“TOTTENHAM” is neither the code of an area nor a whole postcode" in page.locator("#list-note").inner_text()
    assert service.asked == []


def test_a_catchment_is_kept_named_shared_and_taken_along(drawing_page, page, service, told):
    drawing_page()
    draw_square(page)
    page.fill("#name", "Outreach east")
    page.press("#name", "Tab")

    page.click("#keep")
    page.wait_for_selector(".exports a")
    page.fill("#name", "Outreach east and north")
    page.press("#name", "Tab")
    page.wait_for_function("() => document.getElementById('announcer').textContent.startsWith('Renamed')")

    [saved] = [body for method, path, body in service.asked if (method, path) == ("POST", "")]
    assert saved == {"name": "Outreach east", "atoms": [atom["code"] for atom in told["atoms"]], "vintage": 2021}
    assert f"id={CATCHMENT}-0" in page.url
    addresses = page.eval_on_selector_all(".exports a", "links => links.map(a => a.getAttribute('href'))")
    assert addresses == [f"/api/v1/catchments/{CATCHMENT}-0.{form}" for form in ("pdf", "csv", "geojson")]
    page.reload()
    page.wait_for_selector(SHOWN)
    assert page.input_value("#name") == "Outreach east and north"


def test_two_catchments_are_set_side_by_side(drawing_page, page, service):
    drawing_page()
    draw_square(page)
    page.click("text=Keep for comparing")
    page.wait_for_selector("text=Stop comparing")
    page.click("#clear")
    page.wait_for_selector("#panel:has-text('Nothing is drawn yet')")
    page.click("#buffer-go")
    page.wait_for_selector("#panel:has-text('Stop comparing')")

    page.click("#table-open")
    page.click("#drawer >> text=Two catchments")
    assert "Save this catchment first" in page.locator("#drawer").inner_text()
    page.click("#keep")
    page.wait_for_selector("#drawer tbody tr")

    rows = page.locator("#drawer tbody tr").all_inner_texts()
    assert "cannot be told apart" in rows[0]
    assert "not known: no interval" in rows[1]
    assert f"id={CATCHMENT}-1" in page.url
    assert f"with={CATCHMENT}-0" in page.url


def test_the_service_itself_tells_keeps_and_exports_what_was_drawn(visit, page, fresh):
    """Nothing is recorded here: from the mouse to the file."""
    page.emulate_media(reduced_motion="reduce")
    visit("plan/catchments/?at=51.8,-1.4,8.5")
    page.wait_for_selector(READY)

    draw_square(page)
    assert page.get_attribute("#stage", "data-shown") != "refused"
    assert "neighbourhood" in page.locator("#panel").inner_text()
    page.click("#keep")
    page.wait_for_selector(".exports a")
    with page.expect_download() as saved:
        page.click(".exports a:has-text('CSV')")

    assert "Made-up Borough" in saved.value.path().read_text(encoding="utf-8-sig")


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["wide", "middle", "narrow"])
@pytest.mark.parametrize("state", ["empty", "drawn", "table"])
def test_the_page_of_catchments_is_accessible_and_whole(drawing_page, page, service, size, state):
    drawing_page(width=size[0], height=size[1])
    if state != "empty":
        draw_square(page)
    if state == "table":
        page.click("#sheet-tabs [data-tab=table]" if size is NARROW else "#table-open")
        page.wait_for_selector("#drawer tbody tr")
    page.wait_for_timeout(300)

    check(page)


def test_nothing_is_asked_of_another_host(drawing_page, page, site, service):
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    drawing_page()
    draw_square(page)

    assert [url for url in asked if not url.startswith((site.url, "blob:", "data:"))] == []
