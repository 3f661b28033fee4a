"""A scene as a pydeck map: for a notebook, or as one file that holds everything it needs and asks no other host for anything.

deck.gl comes out of the installed pydeck package (pinned by hash), packed; values are plain text in the file. There is no basemap of
another host: land and boundaries are our own.
"""

import base64
import gzip
import json
import math
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import pydeck
import shapely
from shapely.geometry.base import BaseGeometry

from geo.maps.hatching import hatch, swatch
from geo.maps.scales import GROUND
from geo.maps.scenes import Bounds, Key, Scene, Shape, Square, Table

SYNTHETIC = "SYNTHETIC: made-up people"
LAND, _EDGE, _INK = "#f7f6f2", "#8f9aa1", "#212b32"
# Whom the whole is fitted into, in pixels, and how far an extruded surface is tilted, in degrees.
_WIDE, _HIGH, _PITCH = 900, 560, 45
# The highest hexagon, as a share of the width of the picture; metres in a degree.
_TALLEST, _METRES = 0.08, 111_320
_DIGITS = 5
# How much is seen of what recedes, and of its pattern, as on the pages.
_FAINT, _FAINT_PATTERN = 0.14, 0.2
# Longer tables are opened by whoever wants them.
_OPEN_ROWS = 60
_PAGE = Path(__file__).with_name("deck_page.html")


class Deck(pydeck.Deck):
    """A pydeck map of a scene that a notebook shows as the file would look, with legend and marks; layers may be added to it."""

    # Beside the fields that pydeck writes into the picture.
    __slots__ = ("scene",)
    scene: Scene

    def _repr_html_(self) -> str:
        """The whole file in a frame."""
        page = escape(_page(self.scene, self))
        return f'<iframe width="100%" height="640" style="border:0" title="{escape(self.scene.title)}" srcdoc="{page}"></iframe>'


def to_deck(scene: Scene) -> Deck:
    """The scene as layers: ground, areas, patterns, boundaries, ways, places. Each datum has `t`, the words that are told of it."""
    bounds = scene.bounds
    layers = [*_ground(scene), *_areas(scene, bounds), *_boundaries(scene), *_ways(scene), *_places(scene)]
    deck = Deck(
        layers=layers,
        views=[pydeck.View(type="MapView", controller=True)],
        initial_view_state=_view(bounds, is_tilted=scene.is_extruded),
        map_provider=None,
        map_style=None,
        tooltip={"text": "{t}"},
    )
    deck.scene = scene
    return deck


def to_html(scene: Scene) -> str:
    """The scene as one file of HTML. The same scene gives the same bytes."""
    return _page(scene, to_deck(scene))


def _page(scene: Scene, deck: Deck) -> str:
    picture = {**json.loads(deck.to_json()), "tooltip": {"text": "{t}"}}
    mark = f"{SYNTHETIC}. " if scene.is_synthetic else ""
    banner = f'<p class="synthetic">{SYNTHETIC} in real places. Nothing here is true of them.</p>' if scene.is_synthetic else ""
    watermark = f'<div class="watermark" aria-hidden="true">{f"<span>{SYNTHETIC}</span>" * 15}</div>' if scene.is_synthetic else ""
    words = {"title": scene.title, "summary": scene.summary, "release": scene.release, "mark": mark, "sea": GROUND}
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        **{name: escape(text) for name, text in words.items()},
        banner=banner,
        watermark=watermark,
        facts=_paragraphs(scene.facts),
        notes=_paragraphs(scene.notes),
        sources=_paragraphs(scene.sources),
        square=_square(scene.square) if scene.square else "",
        keys="".join(_key(key) for key in scene.keys),
        tables="".join(_table(table) for table in scene.tables),
        picture=json.dumps(picture, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        engine=_engine(),
        wide=_WIDE,
        high=_HIGH,
    )


@cache
def _engine() -> str:
    """deck.gl as pydeck carries it, packed (gzip) and in letters (base64)."""
    script = files("pydeck").joinpath("nbextension/static/index.js").read_bytes()
    return base64.b64encode(gzip.compress(script, 9, mtime=0)).decode("ascii")


def _ground(scene: Scene) -> list[pydeck.Layer]:
    if not scene.ground:
        return []
    data = [{"p": rings} for shape in scene.ground for rings in _polygons(shape)]
    return [pydeck.Layer("PolygonLayer", data, id="land", get_polygon="p", get_fill_color=_rgb(LAND), stroked=False)]


def _areas(scene: Scene, bounds: Bounds) -> list[pydeck.Layer]:
    """Areas, the raised ones apart, and the patterns over those that lie flat."""
    raised = [shape for shape in scene.shapes if scene.is_extruded and shape.height > 0]
    flat = [shape for shape in scene.shapes if not (scene.is_extruded and shape.height > 0)]
    wide = bounds[2] - bounds[0]
    found = [
        pydeck.Layer(
            "PolygonLayer",
            _painted(flat),
            id="areas",
            get_polygon="p",
            get_fill_color="c",
            get_line_color="l",
            get_line_width=0.5,
            line_width_units="'pixels'",
            line_width_min_pixels=0.5,
            pickable=True,
        )
    ]
    for name, is_faint in (("patterns", False), ("patterns-faint", True)):
        drawn = [shape for shape in flat if shape.is_faint == is_faint]
        lines = [{"p": line} for shape in drawn for line in hatch(shape.geometry, shape.pattern, wide=wide)]
        if lines:
            found.append(_paths(name, lines, _INK, 1, seen=_FAINT_PATTERN if is_faint else 1.0))
    outlined = [{"p": ring} for shape in flat if shape.is_outlined for polygon in _polygons(shape.geometry) for ring in polygon]
    if outlined:
        found.append(_paths("outlines", outlined, _INK, 2))
    if raised:
        tallest = max(wide * _METRES * _TALLEST, 500)
        found.append(
            pydeck.Layer(
                "PolygonLayer",
                _painted(raised, tallest),
                id="surface",
                get_polygon="p",
                get_fill_color="c",
                get_elevation="h",
                extruded=True,
                wireframe=True,
                get_line_color=[33, 43, 50, 110],
                # Without light and shade: a colour of the surface is that of the legend.
                material={"ambient": 1, "diffuse": 0, "shininess": 1, "specularColor": [0, 0, 0]},
                pickable=True,
            )
        )
    return found


def _painted(shapes: list[Shape], tallest: float = 0.0) -> list[dict[str, Any]]:
    return [
        {
            "p": rings,
            "c": _seen(shape.fill, is_faint=shape.is_faint),
            "t": shape.words,
            **({"h": round(shape.height * tallest)} if tallest else {"l": _rgb(shape.line)}),
        }
        for shape in shapes
        for rings in _polygons(shape.geometry)
    ]


def _boundaries(scene: Scene) -> list[pydeck.Layer]:
    """Districts over the areas, a little stronger than their own edges; under a surface they would only be in its way."""
    rings = [{"p": ring} for shape in scene.ground for polygon in _polygons(shape) for ring in polygon]
    return [_paths("boundaries", rings, _EDGE, 1.4)] if rings else []


def _ways(scene: Scene) -> list[pydeck.Layer]:
    if not scene.ways:
        return []
    return [_paths("ways", [{"p": [[west, south], [east, north]]} for west, south, east, north in scene.ways], "#6b7780", 0.8)]


def _places(scene: Scene) -> list[pydeck.Layer]:
    if not scene.dots:
        return []
    data = [
        {
            "p": [dot.longitude, dot.latitude],
            "c": _seen(dot.fill, is_faint=dot.is_faint),
            "l": _rgb(dot.line),
            "r": dot.radius,
            "t": dot.words,
        }
        for dot in scene.dots
    ]
    found = [
        pydeck.Layer(
            "ScatterplotLayer",
            data,
            id="places",
            get_position="p",
            get_fill_color="c",
            get_line_color="l",
            get_radius="r",
            radius_units="'pixels'",
            stroked=True,
            line_width_units="'pixels'",
            get_line_width=1.5,
            pickable=True,
        )
    ]
    labels = [{"p": [dot.longitude, dot.latitude], "n": dot.label, "l": _rgb(dot.line)} for dot in scene.dots if dot.label]
    if labels:
        found.append(
            pydeck.Layer(
                "TextLayer", labels, id="labels", get_position="p", get_text="n", get_color="l", get_size=12, font_family="'Arial'"
            )
        )
    return found


def _paths(name: str, data: list[dict[str, Any]], colour: str, width: float, *, seen: float = 1.0) -> pydeck.Layer:
    return pydeck.Layer(
        "PathLayer",
        data,
        id=name,
        get_path="p",
        get_color=_rgb(colour) if seen == 1.0 else [*_rgb(colour), round(255 * seen)],
        get_width=width,
        width_units="'pixels'",
        width_min_pixels=min(width, 1),
        cap_rounded=True,
    )


def _view(bounds: Bounds, *, is_tilted: bool) -> pydeck.ViewState:
    """What shows all of a box in a map of middling size."""
    west, south, east, north = bounds
    latitude = (south + north) / 2
    across = _WIDE * 360 / (512 * max(east - west, 0.01))
    down = _HIGH * 360 * math.cos(math.radians(latitude)) / (512 * max(north - south, 0.01))
    zoom = math.log2(min(across, down)) - 0.15
    return pydeck.ViewState(
        longitude=round((west + east) / 2, _DIGITS),
        latitude=round(latitude, _DIGITS),
        zoom=round(zoom, 2),
        pitch=_PITCH if is_tilted else 0,
    )


def _polygons(shape: BaseGeometry) -> list[list[list[list[float]]]]:
    """Each polygon as its rings, the outer first."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [[_ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts]


def _ring(ring: BaseGeometry) -> list[list[float]]:
    return [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in ring.coords]


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _seen(colour: str, *, is_faint: bool) -> list[int]:
    """The colour; of what recedes mostly see-through."""
    return [*_rgb(colour), round(255 * _FAINT)] if is_faint else _rgb(colour)


def _key(key: Key) -> str:
    if key.kind == "words":
        return f"<li>{escape(key.words)}</li>"
    drawn = swatch(key.fill, key.pattern, key.line)
    if key.kind == "dot":
        circle = f'<circle cx="11" cy="7" r="6" fill="{key.fill}" stroke="{key.line}" stroke-width="1.5"/>'
        drawn = f'<svg viewBox="0 0 22 14" width="22" height="14" aria-hidden="true">{circle}</svg>'
    return f"<li>{drawn}<span>{escape(key.words)}</span></li>"


def _square(square: Square) -> str:
    """The legend of a two-way map: nine colours as a turned square with words on its edges, as the explorer draws it."""
    side = 29
    boxes = "".join(
        f'<rect x="{at % 3 * 30}" y="{(2 - at // 3) * 30}" width="{side}" height="{side}" fill="{colour}"/>'
        for at, colour in enumerate(square.colours)
    )
    worse, best = square.worse, "highest" if square.worse == "lower" else "lowest"
    told = (
        f"Nine colours: up and to the left the value is {worse}, up and to the right deprivation is greater;"
        " the darkest, at the top, are areas with both."
    )
    written = (
        (135, 11, "middle", f"{worse} and most deprived"),
        (66, 52, "end", worse),
        (66, 65, "end", "value"),
        (204, 52, "start", "more"),
        (204, 65, "start", "deprived"),
        (135, 160, "middle", "least deprived,"),
        (135, 173, "middle", f"{best} value; thirds, {square.index}"),
    )
    texts = "".join(f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>' for x, y, anchor, words in written)
    turned = f'<g transform="translate(71.4 82) rotate(-45)">{boxes}</g>'
    return f'<svg class="square" viewBox="0 0 270 178" role="img" aria-label="{escape(told)}">{turned}{texts}</svg>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    body = f"<table><caption>{escape(table.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    words = f"{escape(table.caption)}: {len(table.rows):,} rows"
    is_open = " open" if len(table.rows) <= _OPEN_ROWS else ""
    frame = f'<div class="scroll" tabindex="0" role="region" aria-label="{words}">{body}</div>'
    return f"<details{is_open}><summary>{words}</summary>{frame}</details>"


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
