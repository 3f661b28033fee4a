"""One file holds the picture and all that it needs: small enough, marked where people are made up, and mute about what is withheld."""

import json
import re
from dataclasses import replace

import pytest
import shapely

from geo.errors import InputError
from geo.maps.deck import SYNTHETIC, to_deck, to_html
from geo.maps.scenes import Key, Table, thin
from tests.geo.maps.makers import a_scene, a_shape

MEGABYTE = 1_000_000


def picture_of(page):
    """What pydeck draws, out of the file."""
    return json.loads(re.search(r'id="picture">(.*?)</script>', page, re.DOTALL)[1])


def test_the_file_names_its_release_and_has_legend_table_and_licence():
    page = to_html(a_scene())

    for words in ("2026-01-made-up", "up to 60 %", '<th scope="col">Code</th>', "E01000001", "Made-up file, Nobody", "A note."):
        assert words in page, words
    assert SYNTHETIC not in page


def test_a_synthetic_scene_is_marked_in_title_banner_and_across_the_map():
    page = to_html(a_scene(is_synthetic=True))

    assert f"<title>{SYNTHETIC}" in page
    assert 'class="synthetic"' in page
    assert page.count(f"<span>{SYNTHETIC}</span>") == 15


def test_no_tag_of_the_file_leads_to_another_host_and_its_policy_forbids_to_ask_one():
    page = to_html(a_scene())

    assert re.findall(r"""(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", page) == []
    assert "default-src 'none'" in page
    assert "http" not in re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]


def test_what_a_name_holds_is_text():
    evil = "</script><script>alert(1)</script>"
    page = to_html(
        a_scene(title=evil, shapes=(a_shape(words=evil),), tables=(Table(evil, (evil,), ((evil,),)),), keys=(Key(evil, "#ffffff"),))
    )

    assert "<script>alert" not in page
    assert picture_of(page)["layers"][0]["data"][0]["t"] == evil


def test_withheld_areas_are_hatched_and_others_are_not():
    layers = {layer["id"]: layer for layer in picture_of(to_html(a_scene()))["layers"]}
    east = [point[0] for line in layers["patterns"]["data"] for point in line["p"]]

    assert min(east) >= -0.985 - 1e-6


def test_a_surface_is_raised_and_what_has_no_value_lies_flat():
    scene = a_scene(shapes=(a_shape(height=1.0), a_shape(1, pattern="diagonal", fill="#e3e3e3")), is_extruded=True)
    layers = {layer["id"]: layer for layer in picture_of(to_html(scene))["layers"]}

    assert layers["surface"]["extruded"] is True
    assert len(layers["surface"]["data"]) == 1
    assert len(layers["areas"]["data"]) == 1
    assert "h" not in layers["areas"]["data"][0]


def test_the_map_of_a_notebook_is_pydecks_and_shows_the_same_file():
    deck = to_deck(a_scene(is_synthetic=True))

    assert "scene" not in json.loads(deck.to_json())
    assert "srcdoc" in deck._repr_html_()
    assert SYNTHETIC in deck._repr_html_()


def test_the_same_scene_gives_the_same_bytes():
    assert to_html(a_scene()) == to_html(a_scene())


def test_a_system_of_2500_areas_of_33_corners_each_hatched_stays_below_the_bar():
    words = "Made-up neighbourhood 001A (E01000001)\nabout 58.2 %\n95 % limits 51.2 % to 63.9 %\ncannot be told apart from England"
    round_ones = [shapely.Point(0.015 * (at % 50), 50 + 0.01 * (at // 50)).buffer(0.005, quad_segs=8) for at in range(2_500)]
    shapes = tuple(a_shape(geometry=geometry, words=words, pattern="cross") for geometry in round_ones)
    rows = tuple(("E01000001", "Made-up neighbourhood", "about 58.2 %", "51.2 % to 63.9 %", "cannot be told apart") for _ in shapes)
    ground = (shapely.Point(0, 50).buffer(1, quad_segs=5_000),)

    page = to_html(a_scene(shapes=shapes, tables=(Table("Every area", ("a", "b", "c", "d", "e"), rows),), ground=ground))

    assert len(picture_of(page)["layers"][1]["data"]) == 2_500
    assert len(page.encode()) < 6 * MEGABYTE


def test_thinned_neighbours_still_meet_in_one_line():
    wavy = shapely.LineString([(0.01 + 0.0003 * (at % 2), at / 10_000) for at in range(101)])
    left, right = shapely.get_parts(shapely.polygonize([shapely.node(shapely.union_all([wavy, shapely.box(0, 0, 0.02, 0.01).exterior]))]))

    one, other = thin([left, right], most=20)

    assert shapely.get_num_coordinates(one) < shapely.get_num_coordinates(left)
    assert one.intersection(other).area == pytest.approx(0, abs=1e-12)
    assert one.union(other).area == pytest.approx(0.02 * 0.01, rel=1e-6)


def test_more_areas_than_a_file_can_carry_are_refused_with_their_number():
    with pytest.raises(InputError, match="name a system") as caught:
        thin([a_shape().geometry] * 6_001)

    assert caught.value.found == "6,001 areas"


def test_nothing_to_draw_is_said():
    with pytest.raises(InputError, match="nothing to draw"):
        to_html(replace(a_scene(), shapes=()))
